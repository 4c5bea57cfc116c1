extension Catalogue {
  /// III.3c: what a negative rate changes.
  static var resurrection: Identity {
    get throws {
      try Identity(
        "III.3c", "Resurrection: a negative rate",
        #"""
        \frac{d}{dt}\int\hat\rho = -\int r\hat\rho; \quad r = -\tfrac k2x^2: \ \int\hat\rho(1) < \infty \iff
        \sqrt{2\varepsilon k} < \arctan\frac{\sqrt{2\varepsilon/k}}{s^2}, \quad \hat\rho(1,x) < \infty \iff
        \sqrt{2\varepsilon k} < \frac\pi2 + \arctan\frac{\sqrt{2\varepsilon/k}}{s^2}
        """#,
        assuming: [
          #"the negative part of $r$ is bounded, or small enough for the weight to be integrable (Khasminskii)"#,
          #"for the thresholds: $\hat b = 0$ and $\rho_0 = N(0,s^2)$, at time one"#,
        ],
        remarks: [
          #"""
          Where $r < 0$ mass is created and weights exceed one: particles split at the rate $-r$ instead of dying at the
          rate $r$. The formula stays as it is as long as the weight is integrable; a rate bounded below suffices.
          """#,
          #"""
          Between the two thresholds every $\hat\rho(1,x)$ is finite, but it grows like $e^{|\alpha|x^2/2}$ and its mass
          is infinite. Beyond them the library's routes throw and a check is inconclusive: there is no number to give.
          """#,
          #"""
          Even with $r \ge 0$, $\hat\rho$ is no probability density, its mass being below one: a divergence or a
          likelihood of it has to be renormalised first.
          """#,
        ]
      ) {
        massBalance
        bothThresholds
        massIsCreated
        try createdDensity
        weightsAndBranching
        massByBranching
      }
    }
  }

  private static var massBalance: Exact {
    Exact("mass balance, quadratic rate of either sign") { symbols, d in
      let equation = QuadraticKilling(
        drift: (symbols.matrix(d), symbols.vector(d)), diffusion: symbols.scalar(),
        rate: (symbols.symmetric(d), symbols.vector(d), symbols.scalar()))
      let u = GaussianExponent(
        precision: symbols.symmetric(d), linear: symbols.vector(d), constant: symbols.scalar())
      // Under u, normalised, x has the mean S^-1 h and the covariance S^-1.
      let mean = u.precision.solve(u.linear)
      let covariance = u.precision.solve(.identity(d))
      let meanRate = equation.killing(mean) + (equation.rate.matrix * covariance).trace / 2
      Step(#"\tfrac{d}{dt}\log\int\hat\rho"#) {
        // The logarithm of the mass is h^T S^-1 h / 2 - c - log det S / 2, up to a constant.
        let now = equation.moving(u)
        let square = now.linear.dot(now.precision.solve(now.linear)) / 2
        return square.derivative - now.constant.derivative
          - (covariance * now.precision.map(\.derivative)).trace / 2
      }
      Step(
        #"-\int r\hat\rho \Big/ \int\hat\rho"#, because: "the flux carries mass about and the rate removes it"
      ) { -meanRate }
      Rival(#"0"#, "mass still one") { 0 as Symbol }
      Rival(#"+\int r\hat\rho \Big/ \int\hat\rho"#, "sign of the rate") { meanRate }
      Rival(#"-r(\bar x)"#, "rate at the mean in place of its mean") { -equation.killing(mean) }
    }
  }

  private static var bothThresholds: Numerical<CreatedStart> {
    Numerical(
      "the two thresholds", cases: [CreatedStart(e: 0.5, v: 0.75), CreatedStart(e: 0.25, v: 1.5)]
    ) { start in
      let (e, v) = (Interval(start.e), Interval(start.v))
      let mass = HarmonicKilling.massThreshold(diffusion: start.e, variance: start.v)
      let pointwise = HarmonicKilling.pointwiseThreshold(diffusion: start.e, variance: start.v)
      // Phases sqrt(2 e k) of a quarter and a half of a turn bracket the first zeros of P and Q;
      // three quarters of the latter are enough.
      let half = (Double.pi * Double.pi) / (2 * start.e)
      let flat = Interval.pi * Interval.pi / (8 * e)
      Step(#"k: \ P(1) = 0, \quad k: \ Q(1) = 0"#) {
        [
          Interval.zero(
            ofFalling: { HarmonicKilling.series(diffusion: e, strength: -$0, variance: v).P },
            in: 0.001...(half / 4)),
          Interval.zero(
            ofFalling: { HarmonicKilling.series(diffusion: e, strength: -$0, variance: v).Q },
            in: (half / 4)...(0.75 * half)),
        ]
      }
      Step(
        #"\sqrt{2\varepsilon k} = \arctan\tfrac{\sqrt{2\varepsilon/k}}{s^2}, \quad \sqrt{2\varepsilon k} = \tfrac\pi2 + \arctan\tfrac{\sqrt{2\varepsilon/k}}{s^2}"#,
        because:
          "the mass is proportional to one over the root of P, the density at a point to one over that of Q"
      ) { [mass, pointwise] }
      Rival(#"\sqrt{2\varepsilon k} = \tfrac\pi2 \text{ for the point}"#, "the threshold of a flat start") {
        [mass, flat]
      }
      Rival(
        #"\sqrt{2\varepsilon k} = \arctan\tfrac{\sqrt{2\varepsilon/k}}{s^2} \text{ for both}"#,
        "one threshold only"
      ) {
        [mass, mass]
      }
    }
  }

  private static var massIsCreated: Enclosure<CreatedStart> {
    Enclosure(
      "mass is created, below the first threshold", cases: [CreatedStart(e: 0.5, v: 0.75)],
      over: ["k": 0.0625...0.875]
    ) { start, p in
      let (e, k, v) = (Dual<Interval>(start.e), p["k"], Dual<Interval>(start.v))
      let P = HarmonicKilling.factors(diffusion: e, strength: -k, variance: v, isCreating: true).P
      Step(#"\int\hat\rho(1) = 1 / (s\sqrt{P(1)})"#) { 1 / Dual.sqrt(v * P) }
      Step(
        #"\exp\bigl(\tfrac k2(s^2 + \varepsilon)\bigr)"#,
        because: "Jensen's inequality for the weight of a Brownian path from the start", relation: .atLeast
      ) { Dual.exp(k / 2 * (v + e)) }
      Rival(#"1"#, "mass still one", relation: .equals) { 1 as Dual<Interval> }
      Rival(#"\exp\bigl(k(s^2 + \varepsilon)\bigr)"#, "half of the rate forgotten") { Dual.exp(k * (v + e)) }
    }
  }

  private static var createdDensity: Numerical<KilledPoint> {
    get throws {
      let below = try HarmonicKilling(diffusion: 0.5, strength: -0.75, variance: 0.75)
      let between = try HarmonicKilling(diffusion: 0.5, strength: -2, variance: 0.75)
      return Numerical(
        "a created density, below and between the thresholds",
        cases: [KilledPoint(medium: below, x: 0.5), KilledPoint(medium: between, x: -1.25)]
      ) { point in
        let (medium, x) = (point.medium, point.x)
        let (e, k, v) = (medium.diffusion, medium.strength, medium.variance)
        Step(#"\mathbb{E}[e^{-\int r}\rho_0(Y_0)]"#) { try medium.kernelIntegral(x) }
        Step(
          #"\hat\rho(1,x), \quad (Q,P) \text{ by the exponential of the Hamiltonian matrix}"#,
          because: "the formula holds as long as the weight is integrable"
        ) {
          let (Q, P) = HarmonicKilling.series(
            diffusion: Interval(e), strength: Interval(k), variance: Interval(v))
          return Interval.exp(-(P / Q * Interval(x).squared) / 2)
            / Interval.sqrt(2 * Interval.pi * Interval(v) * Q)
        }
        Step(#"\hat\rho(1,x)"#, because: "the Riccati equations in closed form") { try medium.density(x) }
        Rival(#"\mathbb{E}[e^{+\int r}\rho_0(Y_0)]"#, "sign of the rate") {
          try HarmonicKilling(diffusion: e, strength: -k, variance: v).density(x)
        }
        Rival(
          #"\mathbb{E}[e^{-\int r^+}\rho_0(Y_0)]"#, "formula taken to fail as soon as the rate is negative"
        ) {
          try HarmonicKilling(diffusion: e, strength: 0, variance: v).density(x)
        }
      }
    }
  }

  private static let medium = ChangingSign()
  private static let branchingSteps = 6
  private static let window = 0.75

  private static func window(_ x: Double) -> Double {
    Double.exp(-x * x / (2 * window)) / Double.sqrt(2 * .pi * window)
  }

  private static func weighted(
    from x: Variate, forward: Bool, _ noise: [Variate], potential: (Variate, Variate) -> Variate
  ) -> WeightedPath {
    WeightedPath(
      from: x, over: forward ? (0, 1) : (1, 0), noise: noise, diffusion: medium.diffusion,
      drift: { medium.drift($0, $1) }, potential: potential)
  }

  private static func smoothWindow(_ x: Variate) -> Variate {
    Variate.exp(-x.squared / Variate(2 * window)) / Variate(Double.sqrt(2 * .pi * window))
  }

  private static func forwardWindow(
    _ start: Variate, _ noise: [Variate], _ potential: (Variate, Variate) -> Variate
  ) -> Variate {
    let path = weighted(from: start, forward: true, noise, potential: potential)
    return path.weight * smoothWindow(path.end)
  }

  private static func backwardStart(
    _ end: Variate, _ noise: [Variate], _ potential: (Variate, Variate) -> Variate
  ) -> Variate {
    let path = weighted(from: end, forward: false, noise, potential: potential)
    return path.weight * medium.start(path.end)
  }

  private static let forwardBias = WeightedPath.bias(steps: branchingSteps) { draw, noise in
    forwardWindow(medium.sample(draw), noise) { medium.rate($0, $1) }
  }
  private static let backwardBias = WeightedPath.bias(steps: branchingSteps) { draw, noise in
    backwardStart(Variate(Double.sqrt(window)) * draw.normal(), noise) { medium.potential($0, $1) }
  }
  private static let massBias = WeightedPath.bias(steps: branchingSteps) { draw, noise in
    weighted(from: medium.sample(draw), forward: true, noise) { medium.rate($0, $1) }.weight
  }

  private static var weightsAndBranching: Statistical<ChangingSign> {
    Statistical("particles that die and split against the weights, no closed form", cases: [medium]) {
      medium, draw in
      let particles = try medium.particles
      let start = medium.sample(draw)
      let end = Variate(Double.sqrt(window)) * draw.normal()
      let noise = (0..<branchingSteps).map { _ in draw.normal() }
      Step(#"\mathbb{E}\sum_{i \text{ alive}}\varphi(X^i_1)"#) {
        particles.sum(from: start, draw) { window($0) }
      }
      Step(
        #"\mathbb{E}[e^{-\int r(t,X_t)dt}\varphi(X_1)]"#,
        because: "a weight above one stands for more than one particle", bias: forwardBias
      ) { forwardWindow(start, noise) { medium.rate($0, $1) } }
      Rival(#"\mathbb{E}[e^{-\int r^+}\varphi(X_1)]"#, "formula taken to fail where the rate is negative") {
        forwardWindow(start, noise) { t, x in
          let r = medium.rate(t, x)
          return r - r * r.isBelow(0)
        }
      }
      Rival(#"\mathbb{E}[e^{-\int|r|}\varphi(X_1)]"#, "particles that never split") {
        forwardWindow(start, noise) { t, x in
          let r = medium.rate(t, x)
          return r - 2 * r * r.isBelow(0)
        }
      }
      Step(
        #"\int\varphi(x)\,\mathbb{E}[e^{-\int(\nabla\cdot\hat b + r)}\rho_0(Y_0) \mid Y_1 = x]\,dx"#,
        because: "the representation, with a rate of either sign", bias: forwardBias + backwardBias
      ) { backwardStart(end, noise) { medium.potential($0, $1) } }
      Rival(#"\int\varphi\,\mathbb{E}[e^{-\int r}\rho_0(Y_0)]"#, "divergence of the drift forgotten") {
        backwardStart(end, noise) { medium.rate($0, $1) }
      }
    }
  }

  private static var massByBranching: Statistical<ChangingSign> {
    Statistical("the number of particles", cases: [medium]) { medium, draw in
      let particles = try medium.particles
      let start = medium.sample(draw)
      let noise = (0..<branchingSteps).map { _ in draw.normal() }
      Step(#"\mathbb{E}N_1"#) { particles.sum(from: start, draw) { _ in 1 } }
      Step(#"\mathbb{E}[e^{-\int r(t,X_t)dt}]"#, because: "the mass of the solution", bias: massBias) {
        weighted(from: start, forward: true, noise) { medium.rate($0, $1) }.weight
      }
      Rival(#"1"#, "mass still one") { 1 as Variate }
      Rival(#"\mathbb{E}[e^{+\int r}]"#, "sign of the rate") {
        weighted(from: start, forward: true, noise) { -medium.rate($0, $1) }.weight
      }
    }
  }

  /// The drift `-x / 2` with the rate `-cos(2 x - t) / 2`, which is of both signs, from a normal start.
  struct ChangingSign: KilledDiffusion, CustomStringConvertible {
    let diffusion = 0.375
    var description: String { "drift -x/2, rate -cos(2x - t) / 2, epsilon = \(diffusion.brief)" }

    func drift<S: Elementary>(_ t: S, _ x: S) -> S { -x / 2 }
    func rate<S: Elementary>(_ t: S, _ x: S) -> S { -S.cos(2 * x - t) / 2 }
    /// The density of the start, `N(1/4, 1/2)`.
    func start<S: Elementary>(_ x: S) -> S { S.exp(-(x - 1 / 4).squared) / S.sqrt(S.pi) }
    func sample(_ draw: Draw) -> Variate { 1 / 4 + Variate(0.5.squareRoot()) * draw.normal() }

    /// The particles of this medium.
    var particles: BranchingParticles {
      get throws {
        try BranchingParticles(reversion: 0.5, diffusion: diffusion, bound: 0.5) { rate($0, $1) }
      }
    }
  }

  /// A normal start with its diffusion.
  struct CreatedStart: Sendable, CustomStringConvertible {
    let e: Double
    let v: Double
    var description: String { "epsilon = \(e.brief), variance \(v.brief)" }
  }
}
