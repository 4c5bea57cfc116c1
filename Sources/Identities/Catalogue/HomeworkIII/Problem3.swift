import Arithmetic
import Formulas
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

    init(_ symbols: Symbols, _ d: Int) {
      equation = QuadraticKilling(
        drift: (symbols.matrix(d, "P"), symbols.vector(d, "q")), diffusion: symbols.scalar("epsilon"),
        rate: (symbols.symmetric(d, "R"), symbols.vector(d, "k"), symbols.scalar("l")))
      density = GaussianExponent(
        precision: symbols.symmetric(d, "S"), linear: symbols.vector(d, "h"), constant: symbols.scalar("c"))
    }

    /// Names for the coefficients and for the density, which moves by the Riccati equations.
    @Lines<Symbol>
    func names(_ symbols: Symbols, _ d: Int) -> [Line<Symbol>] {
      let (t, x, height) = (symbols.scalar("t"), symbols.vector(d, "x"), symbols.scalar("u"))
      let moving = equation.moving(density)
      let logarithm = { (at: Arguments<Symbol>) throws -> Jet<Symbol> in
        let now = try at.number("t")
        let exponent = GaussianExponent<Jet<Symbol>>(
          precision: moving.precision.map { $0.moving(to: now, from: t) },
          linear: moving.linear.map { $0.moving(to: now, from: t) },
          constant: moving.constant.moving(to: now, from: t))
        return exponent(try at.vector("x"))
      }
      Let("t", t)
      Let("x", x)
      Let(#"\varepsilon"#, equation.diffusion)
      Let(#"\hat b(x)"#, by: "an affine drift") { (y: Vector<Jet<Symbol>>) in equation.jet.velocity(y) }
      Let("r(x)", by: "a quadratic rate") { (y: Vector<Jet<Symbol>>) in equation.jet.killing(y) }
      Let(#"\log\hat\rho(t,x)"#, by: "a quadratic that moves by the Riccati equations") {
        (at: Arguments<Symbol>) in
        try logarithm(at)
      }
      Let(#"\hat\rho(t,x)"#, by: "its exponential, from a free value at the point") {
        (at: Arguments<Symbol>) in
        // The exponential series ends where so few derivatives are taken.
        let rise = try logarithm(at) - Jet(constant: density(x))
        let series = (1...4).reversed().reduce(1 as Jet<Symbol>) { sum, n in 1 + rise / Jet(n) * sum }
        return Jet(constant: height) * series
      }
    }
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

extension QuadraticKilling where Scalar == Symbol {
  /// The coefficients as constants, for a place that moves.
  fileprivate var jet: QuadraticKilling<Jet<Symbol>> {
    let jet = { (number: Symbol) in Jet(constant: number) }
    return QuadraticKilling<Jet<Symbol>>(
      drift: (drift.matrix.map(jet), drift.offset.map(jet)), diffusion: jet(diffusion),
      rate: (rate.matrix.map(jet), rate.linear.map(jet), jet(rate.constant)))
  }
}

extension Dual where Base == Symbol {
  /// The number to first order at a moving `variable`: it is what the dual says where the variable is `point`.
  func moving(to variable: Jet<Symbol>, from point: Symbol) -> Jet<Symbol> {
    let distance = variable - Jet(constant: point)
    return Jet(constant: value) + Jet(constant: derivative) * distance
  }
}
