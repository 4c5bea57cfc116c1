import Arithmetic
import Probability
import Verification

extension HomeworkIII {
  /// III.1b: equal diffusion, and the bound by the drift error alone.
  static var equalDiffusion: Identity {
    get throws {
      try Identity(
        "III.1b", "Equal diffusion",
        #"""
        \varepsilon = \hat\varepsilon \implies
        \frac{d}{dt}\mathrm{KL}(\rho\Vert\hat\rho) = \int\rho\,(b-\hat b)\cdot(s-\hat s) - \varepsilon\int\rho|s-\hat s|^2
        \le \frac1{4\varepsilon}\int\rho|b-\hat b|^2
        """#,
        assuming: ["as in (a)"],
        remarks: [
          #"""
          The constants $\frac1{2\varepsilon}$ and $\frac1\varepsilon$ give bounds that hold as well; only sharpness tells
          them apart. A start that is nearly a point, carried off at a constant speed, attains $\frac1{4\varepsilon}$ in
          the limit.
          """#
        ]
      ) {
        Exact("Gaussians, affine drifts", dimensions: [1, 2, 3, 5]) { symbols, d in
          let pair = movingGaussians(symbols, d, equalNoise: true)
          let (S, e, rate) = (pair.true.law.covariance, pair.true.diffusion, divergenceRate(pair))
          let error = pair.true.drift - pair.model.drift
          let rest = (pair.true.score - pair.model.score) - 1 / (2 * e) * error
          let (square, residual) = (error.dot(error).mean(S), e * rest.dot(rest).mean(S))
          Step(#"\tfrac{d}{dt}\mathrm{KL}, \quad \varepsilon = \hat\varepsilon"#) { closedFormRate(pair) }
          Step(
            #"\int\rho(b-\hat b)\cdot(s-\hat s) - \varepsilon\int\rho|s-\hat s|^2"#,
            because: "the extra term is zero"
          ) { rate.drift - e * rate.fisher }
          Rival(
            #"\int\rho(b-\hat b)\cdot(s-\hat s) - \tfrac\varepsilon2\int\rho|s-\hat s|^2"#,
            "half the dissipation"
          ) { rate.drift - e / 2 * rate.fisher }
          Rival(
            #"\int\rho(\hat b-b)\cdot(s-\hat s) - \varepsilon\int\rho|s-\hat s|^2"#, "sign of the drift error"
          ) {
            -rate.drift - e * rate.fisher
          }
          Rival(#"\int\rho(b-\hat b)\cdot(s-\hat s)"#, "dissipation forgotten") { rate.drift }
          Step(
            #"\tfrac1{4\varepsilon}\int\rho|b-\hat b|^2 - \varepsilon\int\rho\bigl|s-\hat s-\tfrac{b-\hat b}{2\varepsilon}\bigr|^2"#,
            because: "completing the square: Young's inequality with its residual"
          ) { square / (4 * e) - residual }
          Rival(#"\tfrac1{2\varepsilon}\int\rho|b-\hat b|^2 - \dots"#, "twice the constant") {
            square / (2 * e) - residual
          }
          Rival(#"\tfrac1\varepsilon\int\rho|b-\hat b|^2 - \dots"#, "four times the constant") {
            square / e - residual
          }
          Rival(#"\tfrac1{8\varepsilon}\int\rho|b-\hat b|^2 - \dots"#, "half the constant") {
            square / (8 * e) - residual
          }
        }
        Enclosure(
          "a law carried off", cases: [Noise(epsilon: 0.25), Noise(epsilon: 1)],
          over: ["v": 0.0625...1, "c": 0.5...2],
          precision: 0x1p-12
        ) { noise, p in
          let (v, c, e) = (p["v"], p["c"], Dual<Interval>(noise.epsilon))
          let variance = v + 2 * e
          Step(#"\mathrm{KL}(N(0, v + 2\varepsilon)\Vert N(c, v + 2\varepsilon)), \quad \hat b = b + c"#) {
            c.squared / (2 * variance)
          }
          Step(#"\tfrac{c^2}{4\varepsilon}"#, because: "the bound, over time one", relation: .atMost) {
            c.squared / (4 * e)
          }
          Restatement(#"\tfrac{c^2}{2\varepsilon}"#, because: "holds, but is not sharp") {
            c.squared / (2 * e)
          }
          Restatement(#"\tfrac{c^2}\varepsilon"#, because: "holds, but is not sharp") { c.squared / e }
          Rival(#"\tfrac{c^2}{8\varepsilon}"#, "half the constant") { c.squared / (8 * e) }
        }
        Enclosure(
          "a narrow start: the constant is sharp", over: ["v": 0x1p-12...0x1p-8, "e": 0.25...1],
          precision: 0x1p-12
        ) { p in
          let (v, e) = (p["v"], p["e"])
          let variance = v + 2 * e
          Step(#"\mathrm{KL}(N(0, v + 2\varepsilon)\Vert N(1, v + 2\varepsilon))"#) { 1 / (2 * variance) }
          Step(#"0.99 \cdot \tfrac1{4\varepsilon}"#, because: #"$v \to 0$"#, relation: .atLeast) {
            99 / (400 * e)
          }
          Rival(#"0.99 \cdot \tfrac1{2\varepsilon}"#, "twice the constant") { 99 / (200 * e) }
          Rival(#"0.99 \cdot \tfrac1\varepsilon"#, "four times the constant") { 99 / (100 * e) }
        }
        Numerical("mixture, Ornstein-Uhlenbeck", cases: [try MixturePair.equal()]) { pair in
          let (rate, e) = (pair.rate, Interval(pair.flow.epsilon))
          Step(#"\tfrac{d}{dt}\mathrm{KL}, \text{ by the limit of central differences}"#) { pair.differences }
          Step(
            #"\int\rho(b-\hat b)(s-\hat s) - \varepsilon\int\rho|s-\hat s|^2"#,
            because: "the extra term is zero"
          ) { rate.drift - e * rate.fisher }
          Rival(
            #"\int\rho(b-\hat b)(s-\hat s) - \tfrac\varepsilon2\int\rho|s-\hat s|^2"#, "half the dissipation"
          ) {
            rate.drift - e / 2 * rate.fisher
          }
          Rival(#"\int\rho(\hat b-b)(s-\hat s) - \varepsilon\int\rho|s-\hat s|^2"#, "sign of the drift error")
          {
            -rate.drift - e * rate.fisher
          }
          Step(
            #"\tfrac1{4\varepsilon}\int\rho|b-\hat b|^2"#, because: "Young's inequality", relation: .atMost
          ) {
            pair.mean { ($0.drift - $1.drift).squared } / (4 * e)
          }
        }
        Numerical("nonlinear drifts on the circle, both equations solved", cases: CirclePair.equal) { pair in
          let solved = try pair.solve()
          let (rate, e) = (solved.rate, Interval(pair.epsilon))
          Step(#"\mathrm{KL} \text{ at time one, from equal densities at time zero}"#) {
            solved.divergence
          }
          Step(
            #"\int_0^1\!\Bigl(\int\rho(b-\hat b)(s-\hat s) - \varepsilon\int\rho|s-\hat s|^2\Bigr)dt"#,
            because: "the extra term is zero"
          ) { rate.drift - e * rate.fisher }
          Rival(
            #"\int\rho(b-\hat b)(s-\hat s) - \tfrac\varepsilon2\int\rho|s-\hat s|^2"#, "half the dissipation"
          ) {
            rate.drift - e / 2 * rate.fisher
          }
          Step(
            #"\tfrac1{4\varepsilon}\int\rho|b-\hat b|^2"#, because: "Young's inequality", relation: .atMost
          ) {
            Interval(solved.squaredError) / (4 * e)
          }
        }
        try Statistical("particles of both laws, carried exactly", cases: MixturePair.equallyNoisy) {
          pair, draw in
          let particles = try pair.particles(draw)
          let (rate, e) = (particles.rate, Variate(pair.flow.epsilon))
          Step(
            #"\tfrac{d}{du}\bigl(\mathbb{E}\log r(X_u) - \mathbb{E}\,r(\hat X_u)\bigr)_{u=t}, \quad r = \rho_t/\hat\rho_t"#
          ) { pair.motion(of: particles).pathwise }
          Step(
            #"\int\rho(b-\hat b)(s-\hat s) - \varepsilon\int\rho|s-\hat s|^2"#,
            because: "the extra term is zero"
          ) { rate.drift - e * rate.fisher }
          Rival(
            #"\int\rho(b-\hat b)\cdot(s-\hat s) - \tfrac\varepsilon2\int\rho|s-\hat s|^2"#,
            "half the dissipation"
          ) { rate.drift - e / 2 * rate.fisher }
          Rival(
            #"\int\rho(\hat b-b)\cdot(s-\hat s) - \varepsilon\int\rho|s-\hat s|^2"#, "sign of the drift error"
          ) { -rate.drift - e * rate.fisher }
          Step(
            #"\tfrac1{4\varepsilon}\int\rho|b-\hat b|^2"#, because: "Young's inequality", relation: .atMost
          ) { particles.squaredError / (4 * e) }
        }
      }
    }
  }

  /// A diffusion coefficient.
  struct Noise: Sendable, CustomStringConvertible {
    let epsilon: Double
    var description: String { "epsilon = \(epsilon.brief)" }
  }

  /// III.1c: the term that unequal diffusion adds.
  static var unequalDiffusion: Identity {
    get throws {
      try Identity(
        "III.1c", "The extra term",
        #"""
        (\hat\varepsilon-\varepsilon)\int\rho\,\hat s\cdot(s-\hat s)
        = -(\hat\varepsilon-\varepsilon)\int\rho\,\frac{\Delta\hat\rho}{\hat\rho}, \qquad
        \mathrm{KL} \le \int_0^t\frac1{4\varepsilon}\int\rho\,|b-\hat b+(\hat\varepsilon-\varepsilon)\hat s|^2
        """#,
        assuming: ["as in (a); for the bound, the same density at time 0"],
        remarks: [
          #"""
          The term has no sign and is not controlled by $b - \hat b$: with equal drifts it alone makes two equal laws
          different. The model behaves as if its drift were off by $b - \hat b + (\hat\varepsilon-\varepsilon)\hat s$,
          and a bound needs the model's score. Girsanov's theorem does not apply: paths with different
          $\varepsilon$ have different quadratic variation, so their laws are mutually singular, and their divergence
          is infinite.
          """#
        ]
      ) {
        Exact("Gaussians, affine drifts", dimensions: [1, 2, 3, 5]) { symbols, d in
          let pair = movingGaussians(symbols, d)
          let (S, e, hat) = (pair.true.law.covariance, pair.true.diffusion, pair.model.score)
          let (rate, excess) = (divergenceRate(pair), pair.model.diffusion - pair.true.diffusion)
          let laplacian = (hat.dot(hat) + hat.divergence).mean(S)
          let error = (pair.true.drift - pair.model.drift) + excess * hat
          let gap = pair.true.score - hat
          let rest = gap - 1 / (2 * e) * error
          Step(#"\tfrac{d}{dt}\mathrm{KL}"#) { closedFormRate(pair) }
          Step(
            #"\int\rho(b-\hat b)\cdot(s-\hat s) - \varepsilon\int\rho|s-\hat s|^2 - (\hat\varepsilon-\varepsilon)\int\rho\tfrac{\Delta\hat\rho}{\hat\rho}"#,
            because:
              #"by parts, $\int\rho\,\hat s\cdot(s-\hat s) = \int\nabla\hat\rho\cdot\nabla\tfrac\rho{\hat\rho}$"#
          ) { rate.drift - e * rate.fisher - excess * laplacian }
          Restatement(
            #"\int\rho(b-\hat b)\cdot(s-\hat s) - \varepsilon\int\rho|s-\hat s|^2 + (\hat\varepsilon-\varepsilon)\int\rho\,\hat s\cdot(s-\hat s)"#,
            because: "the extra term before it is integrated by parts"
          ) { rate.total }
          Rival(
            #"\dots + (\hat\varepsilon-\varepsilon)\int\rho\tfrac{\Delta\hat\rho}{\hat\rho}"#,
            "sign of the extra term"
          ) { rate.drift - e * rate.fisher + excess * laplacian }
          Rival(
            #"\dots - (\hat\varepsilon-\varepsilon)\int\rho\,\Delta\log\hat\rho"#,
            "Laplacian of the logarithm"
          ) {
            rate.drift - e * rate.fisher - excess * hat.divergence
          }
          Rival(#"\int\rho(b-\hat b)\cdot(s-\hat s) - \varepsilon\int\rho|s-\hat s|^2"#, "extra term dropped")
          {
            rate.drift - e * rate.fisher
          }
          Step(
            #"\int\rho\bigl(b-\hat b+(\hat\varepsilon-\varepsilon)\hat s\bigr)\cdot(s-\hat s) - \varepsilon\int\rho|s-\hat s|^2"#,
            because: "the extra term is part of the drift error"
          ) { error.dot(gap).mean(S) - e * rate.fisher }
          Step(
            #"\tfrac1{4\varepsilon}\int\rho|b-\hat b+(\hat\varepsilon-\varepsilon)\hat s|^2 - \varepsilon\int\rho|\dots|^2"#,
            because: "completing the square"
          ) { error.dot(error).mean(S) / (4 * e) - e * rest.dot(rest).mean(S) }
          Rival(
            #"\tfrac1{4\varepsilon}\int\rho|b-\hat b|^2 - \varepsilon\int\rho|\dots|^2"#, "drift error alone"
          ) {
            let drift = pair.true.drift - pair.model.drift
            return drift.dot(drift).mean(S) / (4 * e) - e * rest.dot(rest).mean(S)
          }
        }
        Exact("equal drifts", dimensions: [1, 2, 3, 5]) { symbols, d in
          let pair = movingGaussians(symbols, d, equalDrift: true)
          let rate = divergenceRate(pair)
          Step(#"\tfrac{d}{dt}\mathrm{KL}, \quad b = \hat b"#) { closedFormRate(pair) }
          Step(
            #"-\varepsilon\int\rho|s-\hat s|^2 + (\hat\varepsilon-\varepsilon)\int\rho\,\hat s\cdot(s-\hat s)"#,
            because: "no drift error, and yet"
          ) { rate.extra - rate.epsilon * rate.fisher }
          Rival(#"0"#, "equal drifts, equal laws") { 0 }
          Rival(#"-\varepsilon\int\rho|s-\hat s|^2"#, "the divergence could only fall") {
            -rate.epsilon * rate.fisher
          }
        }
        try Numerical(
          "no sign", cases: [MixturePair.gaussian(), MixturePair.displaced(), MixturePair.unequal()]
        ) { pair in
          let rate = pair.rate
          Step(#"(\hat\varepsilon-\varepsilon)\int\rho\,\hat s\,(s-\hat s)"#) { rate.extra }
          Rival(#"0"#, "never negative", relation: .atLeast) { 0 as Interval }
          Rival(#"0"#, "never positive", relation: .atMost) { 0 as Interval }
          Step(#"-(\hat\varepsilon-\varepsilon)\int\rho\,\tfrac{\hat\rho''}{\hat\rho}"#, because: "by parts")
          {
            let excess = rate.modelEpsilon - rate.epsilon
            return -excess
              * pair.mean { ($1.equation + $1.drift * $1.score - pair.model.theta) / pair.model.epsilon }
          }
          Rival(#"(\hat\varepsilon-\varepsilon)\int\rho\,s\,(s-\hat s)"#, "true score in the extra term") {
            (rate.modelEpsilon - rate.epsilon) * rate.trueScore
          }
        }
        Enclosure(
          "heat flow, no drift error", cases: [Noise(epsilon: 0.25), Noise(epsilon: 1)],
          over: ["e": 0.0625...0.1875],
          precision: 0x1p-10
        ) { noise, p in
          let (e, other) = (p["e"], Dual<Interval>(noise.epsilon))
          // At time one.
          let (variance, modelVariance) = (1 + 2 * e, 1 + 2 * other)
          Step(#"\mathrm{KL}(N(0, 1 + 2\varepsilon)\Vert N(0, 1 + 2\hat\varepsilon)), \quad b = \hat b = 0"#)
          {
            let ratio = variance / modelVariance
            return (ratio - 1 - Dual.log(ratio)) / 2
          }
          Rival(#"0"#, "Girsanov's bound used for different diffusion", relation: .atMost) {
            0 as Dual<Interval>
          }
          Step(
            #"\int_0^1\tfrac{(\hat\varepsilon-\varepsilon)^2}{4\varepsilon}\int\rho\,\hat s^2\,dt, \quad \hat s = -\tfrac x{1+2\hat\varepsilon t}"#,
            because: "the bound with the effective drift error", relation: .atMost
          ) {
            enclosedIntegral(pieces: 16) { t in
              let e = Dual(constant: Dual(constant: e))
              let other = Dual(constant: Dual(constant: other))
              let constant = (other - e).squared / (4 * e)
              let (variance, modelVariance) = (1 + 2 * e * t, 1 + 2 * other * t)
              return constant * variance / modelVariance.squared
            }
          }
          Rival(#"\tfrac{1}{16} \text{ of that}"#, "a smaller constant") {
            (other - e).squared / (64 * e) / modelVariance
          }
        }
        Numerical(
          "zero drift error, positive divergence", cases: [HeatPair(epsilon: 0.125, modelEpsilon: 0.25)]
        ) {
          pair in
          Step(#"\mathrm{KL}(N(0,\tfrac54)\Vert N(0,\tfrac32)) \text{ by quadrature}, \quad b = \hat b = 0"#)
          {
            pair.divergence
          }
          Rival(#"0"#, "equal drifts, equal laws") { 0 as Interval }
          Step(#"\tfrac12\bigl(\tfrac56 - 1 - \log\tfrac56\bigr)"#, because: "the closed form") {
            let ratio = Interval(5) / 6
            return (ratio - 1 - Interval.log(ratio)) / 2
          }
          Rival(#"\tfrac12\bigl(\tfrac65 - 1 - \log\tfrac65\bigr)"#, "direction of the divergence") {
            let ratio = Interval(6) / 5
            return (ratio - 1 - Interval.log(ratio)) / 2
          }
        }
        try Statistical("particles of the first law", cases: MixturePair.far) { pair, draw in
          let particles = try pair.particles(draw)
          let (hat, rate) = (particles.modelScore, particles.rate)
          Step(#"\mathbb{E}[\hat s\,(s - \hat s)](X_t)"#) { rate.modelScore }
          Step(
            #"-\mathbb{E}[\hat\rho''/\hat\rho](X_t)"#, because: "by parts; no score of the true law is left"
          ) { -(hat.derivative + hat.value.squared) }
          Rival(#"\mathbb{E}[\hat\rho''/\hat\rho](X_t)"#, "sign") { hat.derivative + hat.value.squared }
          Rival(#"-\mathbb{E}[(\log\hat\rho)''](X_t)"#, "Laplacian of the logarithm") { -hat.derivative }
          Rival(#"\mathbb{E}[s\,(s - \hat s)](X_t)"#, "true score in the extra term") { rate.trueScore }
          Rival(#"0"#, "no extra term") { 0 }
        }
      }
    }
  }

  /// Heat flow of `N(0, 1)` with two diffusion coefficients, over time one.
  struct HeatPair: Sendable, CustomStringConvertible {
    let epsilon: Double
    let modelEpsilon: Double
    var description: String { "epsilon = \(epsilon.brief) and \(modelEpsilon.brief)" }

    /// The divergence of the laws at time one, by quadrature.
    var divergence: Estimate {
      let log = { (e: Double, x: Double) in
        Gaussian<Double>(mean: Vector([0]), covariance: Matrix([[1 + 2 * e]])).logDensity(Vector([x]))
      }
      // Beyond 12 the density is below 1e-24: nothing that the bound could show.
      return Quadrature.interval(-12...12) {
        Double.exp(log(epsilon, $0)) * (log(epsilon, $0) - log(modelEpsilon, $0))
      }
    }
  }
}
