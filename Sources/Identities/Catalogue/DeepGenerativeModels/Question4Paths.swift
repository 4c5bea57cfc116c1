import Arithmetic
import Probability
import Verification

extension DeepGenerativeModels {
  /// A choice of `alpha_t` and `sigma_t`.
  enum AffinePath: CaseIterable {
    case linear, slowNoise, quadratic, trigonometric
    /// Twice the noise: passes the conditions of the sheet, and starts from the wrong law.
    case doubled
    case reversed, reversedSignal, reversedNoise

    /// The coefficient of the target.
    func alpha<S: Elementary>(_ t: S) -> S {
      switch self {
      case .linear, .slowNoise, .doubled, .reversedNoise: t
      case .quadratic: t.squared
      case .trigonometric: S.sin(S.pi / 2 * t)
      case .reversed, .reversedSignal: 1 - t
      }
    }

    /// The coefficient of the source.
    func sigma<S: Elementary>(_ t: S) -> S {
      switch self {
      case .linear, .reversedSignal: 1 - t
      case .slowNoise, .quadratic: 1 - t.squared
      case .trigonometric: S.cos(S.pi / 2 * t)
      case .doubled: 2 * (1 - t)
      case .reversed, .reversedNoise: t
      }
    }

    /// What the conditions of equation (4) want to be at most zero: an equality counts as two inequalities.
    ///
    /// `(+-alpha_0, +-sigma_1, +-(alpha_1 - 1), -alpha', sigma')`, and `+-(sigma_0 - 1)` where the source is asked for.
    func excess<S: Elementary>(_ t: S, withSource: Bool) -> Vector<S> {
      let ends = [alpha(0 as S), sigma(1 as S), alpha(1 as S) - 1] + (withSource ? [sigma(0 as S) - 1] : [])
      let rates = [-derivative(at: t) { alpha($0) }, derivative(at: t) { sigma($0) }]
      return Vector(ends.flatMap { [$0, -$0] } + rates)
    }
  }

  /// The line `0` of as many conditions.
  private static func nothing(_ count: Int) -> Vector<Dual<Interval>> { .zero(count) }

  /// DGM.eq4 as the sheet writes it, without a condition on the source.
  static var affinePathAsWritten: Identity {
    Identity(
      "DGM.eq4", "Affine conditional flows, as the sheet has them",
      #"""
      \psi_t(x\mid x_1) = \alpha_t x_1 + \sigma_t x, \quad \alpha_0 = 0 = \sigma_1,\; \alpha_1 = 1,\;
      \dot\alpha_t, -\dot\sigma_t > 0 \implies \psi_0(x\mid x_1) = x
      """#,
      expectation: .fails(
        correctedBy: "DGM.eq4.corrected",
        why: #"The condition $\sigma_0 = 1$ is missing: without it the flow does not start from the source."#,
        counterexample: #"""
          $\alpha_t = t$, $\sigma_t = 2(1-t)$ meets every condition, but $\psi_0(x\mid x_1) = 2x$: the source $N(0,1)$
          becomes $N(0,4)$.
          """#)
    ) {
      Exact("at time zero") { symbols, d in
        // Equation (4) fixes alpha at both ends and sigma at one: sigma_0 stays free.
        let (sigma, x, x1) = (symbols.scalar("sigma0"), symbols.vector(d, "x"), symbols.vector(d, "x1"))
        Step(#"\psi_0(x\mid x_1) = \alpha_0 x_1 + \sigma_0 x"#) { 0 * x1 + sigma * x }
        Step(#"x"#, because: "the flow is to start from the source") { x }
        Restatement(#"\sigma_0 x"#, because: #"$\alpha_0 = 0$ is all that is known"#) { sigma * x }
      }
      Enclosure("a path that meets the conditions", over: ["t": 0x1p-6...0.984375], precision: 0x1p-12) { v in
        let path = AffinePath.doubled
        Step(#"0, \text{ and } 1"#) { Vector(nothing(8).components + [1]) }
        Step(
          #"\text{excess of } \alpha_t = t,\, \sigma_t = 2(1-t) \text{ over the conditions of (4), and its } \sigma_0"#,
          because: "a path from the source", relation: .atLeast
        ) { Vector(path.excess(v["t"], withSource: false).components + [path.sigma(0)]) }
        Restatement(
          #"\text{the excess, and } \tfrac12\sigma_0"#, because: #"all conditions hold, and $\sigma_0 = 2$"#
        ) {
          Vector(path.excess(v["t"], withSource: false).components + [path.sigma(0) / 2])
        }
      }
      Statistical("the law at time zero", cases: [SourceDeviation(sigma: 2)]) { source, draw in
        let (x, x1) = (draw.normal(), draw.normal() + 3)
        // Another start, near the first, so that most of the scatter cancels; standard normal: 7, 24, 25.
        let again = Variate(0.96) * x + Variate(0.28) * draw.normal()
        let path = AffinePath.doubled
        let start = path.alpha(0 as Variate) * x1 + path.sigma(0 as Variate) * x
        Step(#"\mathbb{E}[\psi_0(x\mid x_1)^2], \quad x\sim N(0,1),\; \sigma_t = 2(1-t)"#) { start.squared }
        Step(#"\mathbb{E}[x^2]"#, because: "the flow is to start from the source") { again.squared }
        Restatement(#"4\,\mathbb{E}[x^2]"#, because: #"$\psi_0(x\mid x_1) = 2x$"#) {
          Variate(source.sigma * source.sigma) * again.squared
        }
      }
    }
  }

  /// DGM.eq4 with the source.
  static var affinePathFromSource: Identity {
    Identity(
      "DGM.eq4.corrected", "Affine conditional flows",
      #"""
      \psi_t(x\mid x_1) = \alpha_t x_1 + \sigma_t x, \quad \alpha_0 = 0 = \sigma_1,\; \alpha_1 = 1 = \sigma_0,\;
      \dot\alpha_t, -\dot\sigma_t > 0 \implies \psi_0(x\mid x_1) = x,\; \psi_1(x\mid x_1) = x_1
      """#,
      remarks: [
        #"""
        The derivatives need their signs inside $(0,1)$ only: $\alpha_t = \sin\frac{\pi t}2$, $\sigma_t = \cos\frac{\pi t}2$
        is a valid path with $\dot\sigma_0 = 0$.
        """#
      ]
    ) {
      Exact("ends") { symbols, d in
        let (x, x1) = (symbols.vector(d, "x"), symbols.vector(d, "x1"))
        // Two polynomial paths with free parameters that keep the ends.
        let (p, q) = (symbols.scalar("p"), symbols.scalar("q"))
        let psi = { (t: Symbol, source: Symbol) in
          (t + p * t * (1 - t)) * x1 + source * ((1 - t) * (1 + q * t)) * x
        }
        let both = { (first: Vector<Symbol>, last: Vector<Symbol>) in
          Vector(first.components + last.components)
        }
        Step(#"\psi_0(x\mid x_1),\; \psi_1(x\mid x_1)"#) { both(psi(0, 1), psi(1, 1)) }
        Step(#"x,\; x_1"#, because: "the conditions at the ends") { both(x, x1) }
        Rival(#"\psi_0,\; \psi_1 \text{ with } \sigma_0 = 2"#, "condition of the source forgotten") {
          both(psi(0, 2), psi(1, 2))
        }
        Rival(#"x_1,\; x"#, "ends exchanged") { both(x1, x) }
      }
      Enclosure(
        "paths that must pass and paths that must not", over: ["t": 0x1p-6...0.984375], precision: 0x1p-12
      ) {
        v in
        let excess = { (path: AffinePath) in path.excess(v["t"], withSource: true) }
        Step(#"0"#) { nothing(10) }
        Step(
          #"\pm\alpha_0, \pm\sigma_1, \pm(\alpha_1 - 1), \pm(\sigma_0 - 1), -\dot\alpha_t, \dot\sigma_t \text{ for } t,\, 1-t"#,
          because: "an equality is two inequalities", relation: .atLeast
        ) { excess(.linear) }
        Restatement(#"\text{the same for } t^2,\; 1-t^2"#, because: "valid too") { excess(.quadratic) }
        Restatement(#"\text{the same for } \sin\tfrac{\pi t}2,\; \cos\tfrac{\pi t}2"#, because: "valid too") {
          excess(.trigonometric)
        }
        Rival(
          #"\text{the same for } t,\; 2(1-t)"#,
          #"$\sigma_0 = 2$: equation (4) as the sheet has it lets it pass"#
        ) {
          excess(.doubled)
        }
        Rival(#"\text{the same for } 1-t,\; t"#, "reversed") { excess(.reversed) }
      }
      Statistical("the law at time zero", cases: [SourceDeviation(sigma: 1)]) { _, draw in
        // Half the square of a plane normal vector is exponential. The second start is near the first, so that most of
        // the scatter cancels: 7, 24, 25.
        let (corner, x1) = (draw.normal(2), draw.normal() + 3)
        let near = Variate(0.96) * corner + Variate(0.28) * draw.normal(2)
        let (x, again) = (corner.squaredNorm / 2 - 1, near.squaredNorm / 2 - 1)
        let wave = Wave([0.5], phase: 1)
        let start = { (path: AffinePath) in path.alpha(0 as Variate) * x1 + path.sigma(0 as Variate) * x }
        Step(#"\mathbb{E}[\varphi(\psi_0(x\mid x_1))]"#) { wave(Vector([start(.quadratic)])) }
        Step(#"\mathbb{E}[\varphi(x')]"#, because: "an independent sample of the source") {
          wave(Vector([again]))
        }
        Rival(#"\mathbb{E}[\varphi(2x')]"#, #"$\sigma_0 = 2$"#) { wave(Vector([2 * again])) }
        Rival(#"\mathbb{E}[\varphi(x_1)]"#, "ends exchanged") { wave(Vector([x1])) }
      }
    }
  }

  /// DGM.4c.i: the straight path is valid.
  static var straightPathIsValid: Identity {
    Identity(
      "DGM.4c.i", "The straight path is valid",
      #"\alpha_t = t,\; \sigma_t = 1-t: \quad \alpha_0 = 0 = \sigma_1,\; \alpha_1 = 1 = \sigma_0,\; \dot\alpha_t = -\dot\sigma_t = 1"#
    ) {
      Exact("values and derivatives", dimensions: [1]) { symbols, _ in
        let t = symbols.scalar("t")
        let values = { (alpha: (Dual<Symbol>) -> Dual<Symbol>, sigma: (Dual<Symbol>) -> Dual<Symbol>) in
          Vector([
            alpha(0).value, sigma(1).value, alpha(1).value, sigma(0).value, derivative(at: t, of: alpha),
            -derivative(at: t, of: sigma),
          ])
        }
        Step(#"\alpha_0,\, \sigma_1,\, \alpha_1,\, \sigma_0,\, \dot\alpha_t,\, -\dot\sigma_t"#) {
          values({ $0 }, { 1 - $0 })
        }
        Step(#"0, 0, 1, 1, 1, 1"#, because: "polynomials") { Vector([0, 0, 1, 1, 1, 1]) }
        Rival(#"\text{those of } \alpha_t = 1-t"#, "signal reversed") { values({ 1 - $0 }, { 1 - $0 }) }
        Rival(#"\text{those of } \sigma_t = t"#, "noise reversed") { values({ $0 }, { $0 }) }
      }
      Enclosure("conditions (4)", over: ["t": 0x1p-6...0.984375], precision: 0x1p-12) { v in
        let excess = { (path: AffinePath) in path.excess(v["t"], withSource: false) }
        Step(#"0"#) { nothing(8) }
        Step(
          #"\pm\alpha_0, \pm\sigma_1, \pm(\alpha_1 - 1), -\dot\alpha_t, \dot\sigma_t"#,
          because: "the conditions as inequalities", relation: .atLeast
        ) { excess(.linear) }
        Restatement(#"\text{the same for } \alpha_t = t,\; \sigma_t = 1-t^2"#, because: "valid too") {
          excess(.slowNoise)
        }
        Rival(#"\text{the same for } \alpha_t = 1-t,\; \sigma_t = 1-t"#, "signal reversed") {
          excess(.reversedSignal)
        }
        Rival(#"\text{the same for } \alpha_t = t,\; \sigma_t = t"#, "noise reversed") {
          excess(.reversedNoise)
        }
      }
    }
  }

  /// The deviation of a source.
  private struct SourceDeviation: Sendable, CustomStringConvertible {
    let sigma: Double
    var description: String { "sigma_0 = \(sigma.brief)" }
  }
}
