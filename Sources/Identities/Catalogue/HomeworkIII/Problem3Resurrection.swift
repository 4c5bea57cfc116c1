import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkIII {
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
        betweenTheThresholds
        try createdDensity
        weightsAndBranching
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
      Restatement(
        #"-\tfrac12\operatorname{tr}(R\,\mathbb{E}xx^\top) - k\cdot\mathbb{E}x - l"#,
        because: "the mean of a quadratic by its moments, under the normalised density"
      ) {
        let second = covariance + mean.outer(mean)
        return -(equation.rate.matrix * second).trace / 2 - equation.rate.linear.dot(mean)
          - equation.rate.constant
      }
      Rival(#"0"#, "mass still one") { 0 }
      Rival(#"+\int r\hat\rho \Big/ \int\hat\rho"#, "sign of the rate") { meanRate }
      Rival(#"-r(\bar x)"#, "rate at the mean in place of its mean") { -equation.killing(mean) }
    }
  }

  private static var bothThresholds: Numerical<CreatedStart> {
    Numerical(
      "the two thresholds", cases: [CreatedStart(e: 0.5, v: 0.75), CreatedStart(e: 0.25, v: 1.5)]
    ) { start in
      let (e, v) = (Interval(start.e), Interval(start.v))
      let medium = try HarmonicKilling(diffusion: start.e, strength: 0, variance: start.v)
      let (mass, pointwise) = (medium.massThreshold, medium.pointwiseThreshold)
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

  private static var betweenTheThresholds: Enclosure<CreatedStart> {
    Enclosure(
      "between the thresholds: finite values, infinite mass", cases: [CreatedStart(e: 0.5, v: 0.75)],
      over: ["k": 0.9375...4.5]
    ) { start, p in
      let (e, v) = (Dual<Interval>(start.e), Dual<Interval>(start.v))
      let (Q, P) = HarmonicKilling.factors(diffusion: e, strength: -p["k"], variance: v, isCreating: true)
      Step(#"Q(1), \quad \hat\rho(1,0) = 1/\sqrt{2\pi s^2Q(1)}"#) { Q }
      Step(#"0"#, because: "every value is finite", relation: .atLeast) { 0 as Dual<Interval> }
      Rival(#"1 + 2\varepsilon/s^2"#, "values taken to be no larger than without creation") { 1 + 2 * e / v }
      Step(
        #"P(1), \quad \hat\rho(1,x) = \hat\rho(1,0)\,e^{-P(1)x^2/2Q(1)}"#,
        because: "the density grows with the distance, and its mass is infinite", relation: .atLeast
      ) { P }
      Rival(#"-P(1)"#, "one threshold only: finite values taken for a finite mass") { -P }
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

  /// A function that the end is looked at through, `exp(-2 x^2 / 3)`.
  private static func test<S: Elementary>(_ x: S) -> S { S.exp(-2 * x.squared / 3) }

  /// The mean over a path's noise and the mirror image of it, extrapolated in the step.
  private static func mean(
    _ noise: [Variate], _ values: ([Variate]) throws -> Vector<Variate>
  ) throws -> Vector<Variate> {
    try PathMean.mirrored(noise) { try PathMean.extrapolated($0, of: values) }
  }

  /// The weights of forward paths from a point, times the test function and alone, with the rate seen in some way.
  private static func forward(
    _ start: Variate, _ noise: [Variate], seen: (Variate) -> Variate = { $0 }
  ) throws -> Vector<Variate> {
    try medium.weight(start)
      * mean(noise) { noise in
        let path = try WeightedPath(
          from: start, over: (0, 1), noise: noise, diffusion: medium.diffusion,
          drift: { medium.drift($0, $1) }, potentials: { [seen(medium.rate($0, $1))] })
        return Vector([path.weight * test(path.end), path.weight])
      }
  }

  /// The same of backward paths from where the noise alone would lead from `start`, with that noise undone.
  ///
  /// For each noise the ends are the starts moved by it, so that an integral over all starts is one over all ends.
  private static func backward(
    _ start: Variate, _ noise: [Variate],
    potential: (Variate, Variate) -> Variate = { medium.potential($0, $1) }
  ) throws -> Vector<Variate> {
    try mean(noise) { noise in
      let spread = Variate(Double.sqrt(2 * medium.diffusion / Double(noise.count)))
      let end = noise.reduce(start) { $0 + spread * $1 }
      let path = try WeightedPath(
        from: end, over: (1, 0), noise: noise.reversed().map { -$0 }, diffusion: medium.diffusion,
        drift: { medium.drift($0, $1) }, potentials: { [potential($0, $1)] })
      let weighted = path.weight * medium.density(path.end) / medium.proposal(start)
      return Vector([weighted * test(end), weighted])
    }
  }

  /// The biases of the forward means, and of their differences from the backward ones.
  private static let branchingBias = Result {
    let all = try PathMean.bias(steps: branchingSteps) { draw, noise in
      let start = medium.sample(draw)
      let ahead = try forward(start, noise)
      return Vector(ahead.components + (ahead - (try backward(start, noise))).components)
    }
    return (forward: max(all[0], all[1]), difference: max(all[2], all[3]))
  }

  private static var weightsAndBranching: Statistical<ChangingSign> {
    Statistical("particles that die and split against the weights, no closed form", cases: [medium]) {
      medium, draw in
      let particles = try medium.particles
      let start = medium.sample(draw)
      let noise = draw.normal(branchingSteps).components
      let bias = try branchingBias.get()
      let weighted = try forward(start, noise)
      Step(#"\mathbb{E}\sum_{i \text{ alive}}\varphi(X^i_1),\; \mathbb{E}N_1"#) {
        medium.weight(start) * (try particles.sums(from: start, draw, of: [{ test($0) }, { _ in 1 }]))
      }
      Step(
        #"\mathbb{E}[e^{-\int r(t,X_t)dt}\varphi(X_1)],\; \mathbb{E}[e^{-\int r(t,X_t)dt}]"#,
        because: "a weight above one stands for more than one particle", bias: bias.forward
      ) { weighted }
      Rival(
        #"\mathbb{E}[e^{-\int r^+}\varphi(X_1)],\; \mathbb{E}[e^{-\int r^+}]"#,
        "formula taken to fail where the rate is negative"
      ) { try forward(start, noise) { $0 - $0 * $0.isBelow(0) } }
      Rival(
        #"\mathbb{E}[e^{-\int|r|}\varphi(X_1)],\; \mathbb{E}[e^{-\int|r|}]"#, "particles that never split"
      ) { try forward(start, noise) { $0 - 2 * $0 * $0.isBelow(0) } }
      Rival(#"\mathbb{E}[e^{-\int r}\varphi(X_1)],\; 1"#, "mass still one") {
        Vector([weighted[0], medium.weight(start)])
      }
      Step(
        #"\int(\varphi, 1)(x)\,\mathbb{E}[e^{-\int(\nabla\cdot\hat b + r)}\rho_0(Y_0) \mid Y_1 = x]\,dx"#,
        because: "the representation, with a rate of either sign", bias: bias.difference
      ) { try backward(start, noise) }
      Rival(#"\int(\varphi, 1)\,\mathbb{E}[e^{-\int r}\rho_0(Y_0)]"#, "divergence of the drift forgotten") {
        try backward(start, noise) { medium.rate($0, $1) }
      }
      Rival(
        #"\int(\varphi, 1)\,\mathbb{E}[e^{+\int r - \int\nabla\cdot\hat b}\rho_0(Y_0)]"#, "sign of the rate"
      ) { try backward(start, noise) { medium.divergence($0, $1) - medium.rate($0, $1) } }
    }
  }

  /// The drift `-x / 2` with the rate `-cos(2 x - t) / 4`, which is of both signs, from the density of `N(1/4, 1/2)`.
  ///
  /// Starts are drawn from `N(1/4, 2)`, with weights that make up for it.
  struct ChangingSign: KilledDiffusion, CustomStringConvertible {
    let diffusion = 0.375
    var description: String { "drift -x/2, rate -cos(2x - t) / 4, epsilon = \(diffusion.brief)" }

    func drift<S: Elementary>(_ t: S, _ x: S) -> S { -x / 2 }
    func rate<S: Elementary>(_ t: S, _ x: S) -> S { -S.cos(2 * x - t) / 4 }
    /// The density of the start.
    func density(_ x: Variate) -> Variate {
      Variate.exp(-(x - 1 / 4).squared) / Variate(Double.pi.squareRoot())
    }
    /// The density that starts are drawn from.
    func proposal(_ x: Variate) -> Variate {
      Variate.exp(-(x - 1 / 4).squared / 4) / Variate((4 * Double.pi).squareRoot())
    }
    /// The ratio of the two.
    func weight(_ x: Variate) -> Variate { density(x) / proposal(x) }
    func sample(_ draw: Draw) -> Variate { 1 / 4 + Variate(2.0.squareRoot()) * draw.normal() }

    /// The particles of this medium.
    var particles: BranchingParticles {
      get throws {
        try BranchingParticles(reversion: 0.5, diffusion: diffusion, bound: 0.25) { rate($0, $1) }
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
