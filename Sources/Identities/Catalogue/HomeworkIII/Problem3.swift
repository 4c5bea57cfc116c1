import Arithmetic
import Transport
import Verification

extension HomeworkIII {
  /// Homework III, Problem 3: a density estimator with killing and resurrection.
  static var problem3: Problem {
    get throws {
      try Problem(
        "III.3", "A density estimator with killing and resurrection",
        setting: #"""
          $\hat\rho$ solves $\partial_t\hat\rho + \nabla\cdot(\hat b\hat\rho) = \varepsilon\Delta\hat\rho - r\hat\rho$ with
          $\hat\rho(0) = \rho_0$. The process $Y$ solves $dY_t = \hat b(t, Y_t)\,dt + \sqrt{2\varepsilon}\,dW^B_t$
          backward from $Y_1 = x$: its past is drawn from its future, and $W^B$ is a Brownian motion in reversed time.
          """#,
        figures: [thresholdFigure]
      ) {
        try killedRepresentation  // III.3a
        backwardMartingale  // III.3b
        try resurrection  // III.3c
      }
    }
  }

  /// One instant of the equation with an affine drift and a quadratic rate, and a normal density in it, all symbols free:
  /// the coefficients may depend on time in any way.
  struct FreeKilling {
    let equation: QuadraticKilling<Symbol>
    let density: GaussianExponent<Symbol>
    let x: Vector<Symbol>

    init(_ symbols: Symbols, _ d: Int) {
      equation = QuadraticKilling(
        drift: (symbols.matrix(d), symbols.vector(d)), diffusion: symbols.scalar(),
        rate: (symbols.symmetric(d), symbols.vector(d), symbols.scalar()))
      density = GaussianExponent(
        precision: symbols.symmetric(d), linear: symbols.vector(d), constant: symbols.scalar())
      x = symbols.vector(d)
    }

    /// The gradient of the log-density.
    var score: Vector<Symbol> { density.gradient(x) }
    /// The drift.
    var velocity: Vector<Symbol> { equation.velocity(x) }
    /// The divergence of the drift.
    var expansion: Symbol { divergence(at: x) { equation.still.velocity($0) } }
    /// The Laplacian of the density, over the density.
    var laplacian: Symbol { score.squaredNorm + bend }
    /// The Laplacian of the log-density.
    var bend: Symbol { divergence(at: x) { density.still.gradient($0) } }
    /// The time derivative of the log-density that solves the Riccati equations.
    var rate: Symbol { equation.moving(density)(x.constant).derivative }
  }

  /// The drift `a sin(x + t)` on the circle with the rate `k (level + t cos 2x)`, from `(1 + 5/8 cos(x + 1)) / 2 pi`.
  struct WavyKilling: KilledDiffusion, CustomStringConvertible {
    let a: Double
    let k: Double
    let diffusion: Double
    var description: String {
      "drift \(a.brief) sin(x + t), rate \(k.brief) (1 + t cos 2x), epsilon = \(diffusion.brief)"
    }

    func drift<S: Elementary>(_ t: S, _ x: S) -> S { S(a) * S.sin(x + t) }
    func rate<S: Elementary>(_ t: S, _ x: S) -> S { S(k) * (1 + t * S.cos(2 * x)) }
    /// The start relative to the uniform density.
    func start<S: Elementary>(_ x: S) -> S { 1 + S(0.625) * S.cos(x + 1) }
  }
}
