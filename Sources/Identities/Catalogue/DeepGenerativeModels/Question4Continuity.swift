import Arithmetic
import Probability
import Verification

extension DeepGenerativeModels {
  /// DGM.4b: what the continuity equation leaves open, and what it fixes.
  static var conditionalVelocity: Identity {
    Identity(
      "DGM.4b", "Velocities of a conditional path",
      #"""
      \partial_tp_t = -\nabla\cdot(u_tp_t): \quad u_t = \frac{\dot\sigma_t}{\sigma_t}(x - \mu_t) + \dot\mu_t \text{ for }
      \psi_t = \mu_t + \sigma_tx, \qquad u_t = -\frac{\partial_tF_t}{p_t} \text{ for } d = 1
      """#,
      assuming: [#"$p_t > 0$ and smooth"#],
      remarks: [
        #"""
        That there is no closed form in general is right. Nor is $u_t$ unique for $d \ge 2$: $u + w/p$ with $\nabla\cdot w = 0$
        is as good; for $p_t = N(0, 1_2)$ both $u = 0$ and $u = (-x_2, x_1)$. On the line there is always one, by the
        distribution function: the answer "generally not possible" does not hold there.
        """#
      ]
    ) {
      Exact("normal path", dimensions: [2, 3, 5]) { symbols, d in
        let (mu, sigma) = (symbols.vector(d, "mu"), symbols.scalar("sigma"))
        let (rate, growth) = (symbols.vector(d, "mu'"), symbols.scalar("sigma'"))
        let (x, J) = (symbols.vector(d, "x"), symbols.matrix(d, "J"))
        let moving = (
          mu: Vector((0..<d).map { Dual(mu[$0], derivative: rate[$0]) }),
          sigma: Dual(sigma, derivative: growth)
        )
        let score = -1 / sigma.squared * (x - mu)
        // The rate of log p, and div u + u . grad log p for a field.
        let flux = { (u: @escaping (Vector<Dual<Symbol>>) -> Vector<Dual<Symbol>>) in
          divergence(at: x, of: u) + u(x.constant).map(\.value).dot(score)
        }
        let affine = { (factor: Symbol, turn: Matrix<Symbol>) in
          { (x: Vector<Dual<Symbol>>) in
            let y = x - mu.constant
            return Dual(constant: factor) * y + rate.constant + turn.constant * y
          }
        }
        let none = Matrix<Symbol>.zero(d, d)
        Step(#"-\partial_t\log p_t"#) {
          let square = (x.constant - moving.mu).squaredNorm / (2 * moving.sigma.squared)
          return square.derivative + Symbol(d) * growth / sigma
        }
        Step(
          #"\nabla\cdot u_t + u_t\cdot\nabla\log p_t, \quad u_t = \tfrac{\dot\sigma}\sigma(x-\mu) + \dot\mu"#
        ) {
          flux(affine(growth / sigma, none))
        }
        Restatement(
          #"\text{the same for } u_t + B(x - \mu), \; B^\top = -B"#,
          because: "a rotation about the mean: u is not unique"
        ) { flux(affine(growth / sigma, J - J.transpose)) }
        Rival(#"\text{the same for } \dot\sigma(x-\mu) + \dot\mu"#, "division by sigma forgotten") {
          flux(affine(growth, none))
        }
        Rival(#"-\nabla\cdot u_t - u_t\cdot\nabla\log p_t"#, "sign of the continuity equation") {
          -flux(affine(growth / sigma, none))
        }
        Rival(#"\text{the same for } u_t + B(x - \mu), \text{ any } B"#, "any linear field added") {
          flux(affine(growth / sigma, J))
        }
      }
      Exact("two fields for one path", dimensions: [2, 3, 5]) { symbols, d in
        let (x, J) = (symbols.vector(d, "x"), symbols.matrix(d, "J"))
        let turn = J - J.transpose
        Step(#"\nabla\cdot(Bx) - Bx\cdot x \text{ and } Bx, \quad p_t = N(0,1_d),\; B^\top = -B"#) {
          Vector([divergence(at: x) { turn.constant * $0 } - (turn * x).dot(x)] + (turn * x).components)
        }
        Step(#"0 \text{ and } Bx"#, because: "it moves particles and leaves the density: so does u = 0") {
          Vector([0] + (turn * x).components)
        }
        Rival(#"0 \text{ and } 0"#, "the field taken to be unique") {
          Vector([0] + Vector<Symbol>.zero(d).components)
        }
      }
      Numerical(
        "a path that is not affine, on the line", cases: [LogisticPath(t: 0.25), LogisticPath(t: 0.625)]
      ) { path in
        let wave = { (x: Double) in Double.sin(0.75 * x + 0.5) }
        let slope = { (x: Double) in 0.75 * Double.cos(0.75 * x + 0.5) }
        let transported = { (u: @escaping (Double) -> Double) in
          Quadrature.interval(-40...40) { slope($0) * u($0) * path.density($0) }
        }
        Step(#"\tfrac{d}{dt}\int\varphi\,p_t\,dx, \quad p_t = (1-t)p_0 + tp_1"#) {
          Quadrature.interval(-40...40) { wave($0) * (path.densities($0).1 - path.densities($0).0) }
        }
        Step(#"\int\varphi'\,u_t\,p_t\,dx, \quad u_t = -\partial_tF_t/p_t"#, because: "by parts") {
          transported { path.velocity($0) }
        }
        Rival(
          #"\int\varphi'\,u_t\,p_t\,dx, \quad u_t = \partial_tF_t/p_t"#, "sign of the continuity equation"
        ) {
          transported { -path.velocity($0) }
        }
        Rival(
          #"\text{the same for } u_t = \tfrac{\dot\sigma}\sigma(x-\mu) + \dot\mu"#, "mean and deviation alone"
        ) {
          transported { path.affineVelocity($0) }
        }
      }
      Statistical(
        "a path that is not affine, by samples", cases: [LogisticPath(t: 0.25), LogisticPath(t: 0.625)]
      ) {
        path, draw in
        let wave = { (x: Variate) in Variate.sin(Variate(0.25) * x + Variate(0.25)) }
        let slope = { (x: Variate) in Variate(0.25) * Variate.cos(Variate(0.25) * x + Variate(0.25)) }
        // One logistic variable for all three laws, so that most of the scatter cancels.
        let u = draw.uniform()
        let z = Variate.log(u / (1 - u))
        let (x0, x1) = path.ends(z)
        let isEnd = draw.uniform().isBelow(path.t)
        let x = x0 + isEnd * (x1 - x0)
        Step(#"\mathbb{E}\varphi(x_1) - \mathbb{E}\varphi(x_0)"#) { wave(x1) - wave(x0) }
        Step(#"\mathbb{E}[\varphi'(x_t)\,u_t(x_t)], \quad u_t = -\partial_tF_t/p_t"#) {
          slope(x) * path.velocity(x)
        }
        Rival(
          #"\mathbb{E}[\varphi'(x_t)\,u_t(x_t)], \quad u_t = \partial_tF_t/p_t"#,
          "sign of the continuity equation"
        ) {
          -(slope(x) * path.velocity(x))
        }
        Rival(#"\mathbb{E}[\varphi'(x_t)\,u_t(x_t)], \quad u_t = -\partial_tF_t"#, "density forgotten") {
          slope(x) * path.velocity(x) * path.density(x)
        }
      }
    }
  }

  /// The path `p_t = (1 - t) p_0 + t p_1` between two logistic laws: no flow that is affine carries it.
  private struct LogisticPath: Sendable, CustomStringConvertible {
    let t: Double
    /// Places and scales of the ends.
    private let start = (place: -1.0, scale: 0.5)
    private let end = (place: 2.0, scale: 0.75)

    init(t: Double) { self.t = t }
    var description: String { "mixture of two logistic laws, t = \(t.brief)" }

    /// The distribution function and the density of a logistic law.
    private func law<S: Elementary>(_ x: S, _ law: (place: Double, scale: Double)) -> (F: S, p: S) {
      let F = 1 / (1 + S.exp((S(law.place) - x) / S(law.scale)))
      let rest = 1 / (1 + S.exp((x - S(law.place)) / S(law.scale)))
      return (F, F * rest / S(law.scale))
    }

    func densities<S: Elementary>(_ x: S) -> (S, S) { (law(x, start).p, law(x, end).p) }
    func density<S: Elementary>(_ x: S) -> S { S(1 - t) * law(x, start).p + S(t) * law(x, end).p }
    func velocity<S: Elementary>(_ x: S) -> S { (law(x, start).F - law(x, end).F) / density(x) }

    /// The field of an affine flow with the path's mean and deviation.
    func affineVelocity(_ x: Double) -> Double {
      let square = Double.pi * Double.pi / 3
      let (a, b) = (start.scale * start.scale * square, end.scale * end.scale * square)
      let gap = end.place - start.place
      let (mean, variance) = (start.place + t * gap, (1 - t) * a + t * b + t * (1 - t) * gap * gap)
      return (b - a + (1 - 2 * t) * gap * gap) / (2 * variance) * (x - mean) + gap
    }

    /// Samples of both ends from a standard logistic variable.
    func ends(_ z: Variate) -> (Variate, Variate) {
      (Variate(start.place) + Variate(start.scale) * z, Variate(end.place) + Variate(end.scale) * z)
    }
  }
}
