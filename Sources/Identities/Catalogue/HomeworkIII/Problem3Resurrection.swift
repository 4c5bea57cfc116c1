import Arithmetic
import Formulas
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
        \frac{d}{dt}\int\hat\rho\,dx = -\int r\hat\rho\,dx; \quad r = -\tfrac k2x^2: \ \int\hat\rho(1) < \infty \iff
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
      let free = FreeKilling(symbols, d)
      let (equation, u) = (free.equation, free.density)
      let (t, mass) = (symbols.scalar("t"), symbols.scalar("mass"))
      // Under u, normalised, x has the mean S^-1 h and the covariance S^-1.
      let mean = u.precision.solve(u.linear)
      let covariance = u.precision.solve(.identity(d))
      // The logarithm of the mass is h^T S^-1 h / 2 - c - log det S / 2, up to a constant.
      let now = equation.moving(u)
      let square = now.linear.dot(now.precision.solve(now.linear)) / 2
      let growth =
        square.derivative - now.constant.derivative
        - (covariance * now.precision.map(\.derivative)).trace / 2
      let meanRate = equation.killing(mean) + (equation.rate.matrix * covariance).trace / 2
      Let("t", t)
      Let("R", equation.rate.matrix)
      Let("k", equation.rate.linear)
      Let(#"\ell"#, equation.rate.constant)
      Let("m", mean)
      Let(#"\mathbb{E}[xx^\top]"#, by: "the normalised density, with $S^{-1}$ and $m = S^{-1}h$") {
        covariance + mean.outer(mean)
      }
      Let(
        #"\int\hat\rho\,dx"#, by: "the normal integral, whose coefficients move by the Riccati equations",
        of: ["t"]
      ) {
        (now: Jet<Symbol>) in Dual(mass, derivative: mass * growth).moving(to: now, from: t)
      }
      Let(#"\int r\hat\rho\,dx"#, by: "the rate at the mean, and half the trace of $RS^{-1}$") {
        mass * meanRate
      }
      Step(#"\frac{d}{dt}\int\hat\rho\,dx"#)
      Step(#"-\int r\hat\rho\,dx"#, because: "the flux carries mass about and the rate removes it")
      Restatement(
        #"-(\tfrac12\operatorname{tr}(R\,\mathbb{E}[xx^\top]) + k\cdot m + \ell)\int\hat\rho\,dx"#,
        because: "the mean of a quadratic by its moments, under the normalised density",
        remark: #"$r = \frac12x^\top Rx + k\cdot x + \ell$, and $m = \mathbb{E}x$"#)
      Rival("0", "mass still one")
      Rival(#"\int r\hat\rho\,dx"#, "sign of the rate")
      Rival(
        #"-(\tfrac12m^\top Rm + k\cdot m + \ell)\int\hat\rho\,dx"#, "rate at the mean in place of its mean")
    }
  }

  private static var bothThresholds: Numerical<CreatedStart> {
    Numerical(
      "the two thresholds", cases: [CreatedStart(e: 0.5, v: 0.75), CreatedStart(e: 0.25, v: 1.5)]
    ) { start in
      let (e, v) = (Interval(start.e), Interval(start.v))
      // Phases sqrt(2 e k) of a quarter and a half of a turn bracket the first zeros of P and Q;
      // three quarters of the latter are enough.
      let half = (Double.pi * Double.pi) / (2 * start.e)
      Let(#"\varepsilon"#, start.e)
      Let("s^2", start.v)
      Let("k_1", by: "where the exponential series of the Hamiltonian system has $P(1) = 0$") {
        Interval.zero(
          ofFalling: { HarmonicKilling.series(diffusion: e, strength: -$0, variance: v).P },
          in: 0.001...(half / 4))
      }
      Let("k_2", by: "where it has $Q(1) = 0$") {
        Interval.zero(
          ofFalling: { HarmonicKilling.series(diffusion: e, strength: -$0, variance: v).Q },
          in: (half / 4)...(0.75 * half))
      }
      Let(#"\arctan(y)"#, by: "bisection of $y\\cos w = \\sin w$") { (y: Jet<Interval>) in
        Interval.zero(ofFalling: { y.value * Interval.cos($0) - Interval.sin($0) }, in: 0...1.625)
      }
      Step(
        #"\sqrt{2\varepsilon k_1}, \sqrt{2\varepsilon k_2}"#,
        remark: "at $k_1$ the mass becomes infinite, at $k_2$ the density at a point")
      Step(
        #"\arctan\bigl(\frac{\sqrt{2\varepsilon/k_1}}{s^2}\bigr), \frac\pi2 + \arctan\bigl(\frac{\sqrt{2\varepsilon/k_2}}{s^2}\bigr)"#,
        because:
          "the mass is proportional to one over the root of P, the density at a point to one over that of Q")
      Rival(
        #"\arctan\bigl(\frac{\sqrt{2\varepsilon/k_1}}{s^2}\bigr), \frac\pi2"#,
        "the threshold of a flat start for the point")
      Rival(
        #"\arctan\bigl(\frac{\sqrt{2\varepsilon/k_1}}{s^2}\bigr), \arctan\bigl(\frac{\sqrt{2\varepsilon/k_2}}{s^2}\bigr)"#,
        "one threshold only")
    }
  }

  /// Names for a created density at one strength of creation: its factors in closed form.
  @Lines<Dual<Interval>>
  private static func creation(_ start: CreatedStart, _ k: Dual<Interval>) -> [Line<Dual<Interval>>] {
    let (Q, P) = HarmonicKilling.factors(
      diffusion: Dual(start.e), strength: -k, variance: Dual(start.v), isCreating: true)
    Let("k", k)
    Let(#"\varepsilon"#, start.e)
    Let("s^2", start.v)
    Let("Q", by: "the Hamiltonian system in closed form") { Q }
    Let("P", by: "the same") { P }
  }

  private static var massIsCreated: Enclosure<CreatedStart> {
    Enclosure(
      "mass is created, below the first threshold", cases: [CreatedStart(e: 0.5, v: 0.75)],
      over: ["k": 0.0625...0.875]
    ) { start, p in
      creation(start, p["k"])
      Step(#"\frac1{\sqrt{s^2P}}"#, remark: #"$\int\hat\rho(1)\,dx$"#)
      Step(
        #"e^{\frac k2(s^2 + \varepsilon)}"#,
        because: "Jensen's inequality for the weight of a Brownian path from the start", relation: .atLeast)
      Rival("1", "mass still one", relation: .equals)
      Rival(#"e^{k(s^2 + \varepsilon)}"#, "half of the rate forgotten")
    }
  }

  private static var betweenTheThresholds: Enclosure<CreatedStart> {
    Enclosure(
      "between the thresholds: finite values, infinite mass", cases: [CreatedStart(e: 0.5, v: 0.75)],
      over: ["k": 0.9375...4.5]
    ) { start, p in
      creation(start, p["k"])
      Step("Q", remark: #"$\hat\rho(1,0) = 1/\sqrt{2\pi s^2Q}$"#)
      Step("0", because: "every value is finite", relation: .atLeast)
      Rival(#"1 + 2\varepsilon/s^2"#, "values taken to be no larger than without creation")
      Step(
        "P", because: "the density grows with the distance, and its mass is infinite", relation: .atLeast,
        remark: #"$\hat\rho(1,x) = \hat\rho(1,0)\,e^{-Px^2/2Q}$"#)
      Rival("-P", "one threshold only: finite values taken for a finite mass")
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
        let (e, k, v) = (point.medium.diffusion, point.medium.strength, point.medium.variance)
        let series = HarmonicKilling.series(
          diffusion: Interval(e), strength: Interval(k), variance: Interval(v))
        try quadraticRate(point)
        Let(#"\tilde Q"#, by: "the exponential series of the Hamiltonian matrix") { series.Q }
        Let(#"\tilde P"#, by: "the same") { series.P }
        Step(#"\mathbb{E}[e^{-\int_0^1r(Y_t)\,dt}\rho_0(Y_0)]"#)
        Step(
          #"\frac{e^{-\tilde Px^2/(2\tilde Q)}}{\sqrt{2\pi v\tilde Q}}"#,
          because: "the formula holds as long as the weight is integrable")
        Step(#"\frac{e^{-Px^2/(2Q)}}{\sqrt{2\pi vQ}}"#, because: "the Riccati equations in closed form")
        Rival(#"\mathbb{E}[e^{+\int_0^1r(Y_t)\,dt}\rho_0(Y_0)]"#, "sign of the rate")
        Rival(
          #"\mathbb{E}[\rho_0(Y_0)]"#, "formula taken to fail as soon as the rate is negative",
          remark: "the weight $e^{-\\int r^+}$ is one")
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
      let alive =
        medium.weight(start) * (try particles.sums(from: start, draw, of: [{ test($0) }, { _ in 1 }]))
      let weighted = try forward(start, noise)
      let killed = try forward(start, noise) { $0 - $0 * $0.isBelow(0) }
      let unsplit = try forward(start, noise) { $0 - 2 * $0 * $0.isBelow(0) }
      let represented = try backward(start, noise)
      let bare = try backward(start, noise) { medium.rate($0, $1) }
      let turned = try backward(start, noise) { medium.divergence($0, $1) - medium.rate($0, $1) }
      let (ahead, back) = (
        "forward paths, extrapolated in the step", "backward paths from all ends, extrapolated in the step"
      )
      Let(#"\sum_i\varphi(X^i_1)"#, by: "particles that die and split, without a time step") { alive[0] }
      Let("N_1", by: "how many of them are alive") { alive[1] }
      Let(#"e^{-\int_0^1r(t,X_t)\,dt}\varphi(X_1)"#, by: ahead) { weighted[0] }
      Let(#"e^{-\int_0^1r(t,X_t)\,dt}"#, by: ahead) { weighted[1] }
      Let(#"e^{-\int_0^1r^+(t,X_t)\,dt}\varphi(X_1)"#, by: ahead) { killed[0] }
      Let(#"e^{-\int_0^1r^+(t,X_t)\,dt}"#, by: ahead) { killed[1] }
      Let(#"e^{-\int_0^1|r|(t,X_t)\,dt}\varphi(X_1)"#, by: ahead) { unsplit[0] }
      Let(#"e^{-\int_0^1|r|(t,X_t)\,dt}"#, by: ahead) { unsplit[1] }
      Let(#"\int\varphi(x)e^{-\int_0^1(\nabla\cdot\hat b + r)(t,Y_t)\,dt}\rho_0(Y_0)\,dx"#, by: back) {
        represented[0]
      }
      Let(#"\int e^{-\int_0^1(\nabla\cdot\hat b + r)(t,Y_t)\,dt}\rho_0(Y_0)\,dx"#, by: back) {
        represented[1]
      }
      Let(#"\int\varphi(x)e^{-\int_0^1r(t,Y_t)\,dt}\rho_0(Y_0)\,dx"#, by: back) { bare[0] }
      Let(#"\int e^{-\int_0^1r(t,Y_t)\,dt}\rho_0(Y_0)\,dx"#, by: back) { bare[1] }
      Let(#"\int\varphi(x)e^{-\int_0^1(\nabla\cdot\hat b - r)(t,Y_t)\,dt}\rho_0(Y_0)\,dx"#, by: back) {
        turned[0]
      }
      Let(#"\int e^{-\int_0^1(\nabla\cdot\hat b - r)(t,Y_t)\,dt}\rho_0(Y_0)\,dx"#, by: back) { turned[1] }
      Let("u", by: "the density of the start relative to that it is drawn from") { medium.weight(start) }
      Step(#"\mathbb{E}[\sum_i\varphi(X^i_1)], \mathbb{E}[N_1]"#, remark: "the sum is over those alive")
      Step(
        #"\mathbb{E}[e^{-\int_0^1r(t,X_t)\,dt}\varphi(X_1)], \mathbb{E}[e^{-\int_0^1r(t,X_t)\,dt}]"#,
        because: "a weight above one stands for more than one particle", bias: bias.forward)
      Rival(
        #"\mathbb{E}[e^{-\int_0^1r^+(t,X_t)\,dt}\varphi(X_1)], \mathbb{E}[e^{-\int_0^1r^+(t,X_t)\,dt}]"#,
        "formula taken to fail where the rate is negative")
      Rival(
        #"\mathbb{E}[e^{-\int_0^1|r|(t,X_t)\,dt}\varphi(X_1)], \mathbb{E}[e^{-\int_0^1|r|(t,X_t)\,dt}]"#,
        "particles that never split")
      Rival(
        #"\mathbb{E}[e^{-\int_0^1r(t,X_t)\,dt}\varphi(X_1)], \mathbb{E}[u]"#, "mass still one",
        remark: #"$\mathbb{E}[u] = 1$"#)
      Step(
        #"\mathbb{E}[\int\varphi(x)e^{-\int_0^1(\nabla\cdot\hat b + r)(t,Y_t)\,dt}\rho_0(Y_0)\,dx], \mathbb{E}[\int e^{-\int_0^1(\nabla\cdot\hat b + r)(t,Y_t)\,dt}\rho_0(Y_0)\,dx]"#,
        because: "the representation, with a rate of either sign", remark: "$Y_1 = x$", bias: bias.difference)
      Rival(
        #"\mathbb{E}[\int\varphi(x)e^{-\int_0^1r(t,Y_t)\,dt}\rho_0(Y_0)\,dx], \mathbb{E}[\int e^{-\int_0^1r(t,Y_t)\,dt}\rho_0(Y_0)\,dx]"#,
        "divergence of the drift forgotten")
      Rival(
        #"\mathbb{E}[\int\varphi(x)e^{-\int_0^1(\nabla\cdot\hat b - r)(t,Y_t)\,dt}\rho_0(Y_0)\,dx], \mathbb{E}[\int e^{-\int_0^1(\nabla\cdot\hat b - r)(t,Y_t)\,dt}\rho_0(Y_0)\,dx]"#,
        "sign of the rate")
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
