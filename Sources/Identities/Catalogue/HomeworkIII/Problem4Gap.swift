import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkIII {
  /// III.4a: Jensen's inequality, and what it loses for the density estimator of an SDE.
  static var jensenBound: Identity {
    Identity(
      "III.4a", "Jensen's bound and its gap",
      #"-\log\mathbb{E}[e^{-A}R] \le \mathbb{E}[A] - \mathbb{E}[\log R]"#,
      assuming: [
        #"$A - \log R$ is integrable; otherwise the right side can be $\infty - \infty$"#,
        #"all expectations are conditional on $X = x$"#,
      ],
      remarks: [
        #"""
        For the estimator of the density, $A = \int_0^1\nabla\cdot\hat b(t, Y_t)\,dt$ and $R = \rho_0(Y_0)$, the gap is
        exactly $\varepsilon\,\mathbb{E}\int_0^1|\nabla\log\hat\rho(t, Y_t)|^2\,dt$: by the backward Ito formula
        $\log\hat\rho(t, Y_t)$ has the drift $\varepsilon|\nabla\log\hat\rho|^2 - \nabla\cdot\hat b$.
        """#,
        #"""
        Half the variance of $A - \log R$ is the gap where that variable is normal and not otherwise: it is a rival for
        two-point laws and a restatement in the lognormal case.
        """#,
      ]
    ) {
      jensenForTwoPoints
      halfTheVarianceIsNoGap
      meanOfTheLogDensity
      gapInClosedForm
      jensenByItsTangents
      lognormalGap
      gapOnTheCircle
    }
  }

  private static var jensenForTwoPoints: Enclosure<TwoPointJensen> {
    Enclosure(
      "two-point laws",
      cases: [TwoPointJensen(p: 0.25, b: 0.5, r: 1.5), TwoPointJensen(p: 0.625, b: -0.5, r: 4)],
      over: ["a": -1...1]
    ) { law, v in
      // (A, R) is (b, 1) or (a, r): the two vary together, and for a = b + log r their difference is constant.
      let (p, b) = (Dual<Interval>(law.p), Dual<Interval>(law.b))
      let (a, r) = (v["a"], Dual<Interval>(law.r))
      let logR = Dual.log(r)
      let mean = { (first: Dual<Interval>, second: Dual<Interval>) in (1 - p) * first + p * second }
      Step(#"-\log\mathbb{E}[e^{-A}R]"#) { -Dual.log(mean(Dual.exp(-b), Dual.exp(-a) * r)) }
      Step(
        #"\mathbb{E}[A] - \mathbb{E}[\log R]"#, because: "Jensen's inequality for the logarithm",
        relation: .atMost
      ) { mean(b, a) - mean(0, logR) }
      Restatement(#"-\mathbb{E}[\log(e^{-A}R)]"#, because: "the logarithm of the weight") {
        -mean(Dual.log(Dual.exp(-b)), Dual.log(Dual.exp(-a) * r))
      }
      Rival(#"\mathbb{E}[A] - \mathbb{E}[\log R]"#, "inequality reversed", relation: .atLeast) {
        mean(b, a) - mean(0, logR)
      }
      Rival(#"\mathbb{E}[A] + \mathbb{E}[\log R]"#, "both, sign and direction", relation: .atLeast) {
        mean(b, a) + mean(0, logR)
      }
      Rival(#"\mathbb{E}[A] + \mathbb{E}[\log R]"#, "sign of the second term", relation: .equals) {
        mean(b, a) + mean(0, logR)
      }
    }
  }

  private static var halfTheVarianceIsNoGap: Enclosure<UpperProbability> {
    Enclosure(
      "the gap of a two-point law", cases: [UpperProbability(p: 0.25), UpperProbability(p: 0.375)],
      over: ["y": 1...1.5]
    ) { law, v in
      // Y = A - log R is 0 or y; the gap is E Y + log E exp(-Y).
      let (y, p) = (v["y"], Dual<Interval>(law.p))
      let q = 1 - p
      Step(#"\mathbb{E}[Y] + \log\mathbb{E}[e^{-Y}]"#) { p * y + Dual.log(q + p * Dual.exp(-y)) }
      Step(
        #"\log\mathbb{E}[e^{-(Y - \mathbb{E}Y)}]"#, because: "the mean taken inside: a cumulant function"
      ) {
        let (below, above) = (Dual.exp(p * y), Dual.exp(-q * y))
        return Dual.log(q * below + p * above)
      }
      Rival(#"\tfrac12\operatorname{Var}(Y)"#, "the second cumulant taken for all") {
        p * q * y * y / 2
      }
    }
  }

  private static var meanOfTheLogDensity: Exact {
    Exact("the gap grows by the energy, linear drift") { symbols, d in
      // The coefficients at one instant are free, so the drift may depend on time in any way.
      let estimator = ControlledExponent(symbols, d, control: 0)
      Step(#"\tfrac{d}{dt}\mathbb{E}\log\hat\rho(t,Y_t) + \mathbb{E}\,\nabla\cdot\hat b"#) {
        estimator.rate + estimator.equation.drift.matrix.trace
      }
      Step(
        #"\varepsilon\,\mathbb{E}|\nabla\log\hat\rho(t,Y_t)|^2"#,
        because: "the backward Ito formula and the equation; integrated from 0 to 1 the left side is the gap"
      ) { estimator.equation.diffusion * estimator.energy }
      Rival(#"\tfrac\varepsilon2\,\mathbb{E}|\nabla\log\hat\rho|^2"#, "noise of variance one half") {
        estimator.equation.diffusion * estimator.energy / 2
      }
      Rival(#"-\varepsilon\,\mathbb{E}|\nabla\log\hat\rho|^2"#, "inequality reversed") {
        -estimator.equation.diffusion * estimator.energy
      }
      Rival(#"\varepsilon\,|\nabla\log\hat\rho(t,\mathbb{E}Y_t)|^2"#, "spread of the paths forgotten") {
        estimator.equation.diffusion * estimator.exponent.gradient(estimator.mean).squaredNorm
      }
    }
  }

  private static var gapInClosedForm: Numerical<ControlledGaussian> {
    Numerical("the gap of a linear estimator", cases: linearEstimators(controls: [0])) { estimator in
      let energy = estimator.energy()
      let gap = { (factor: Double) in
        Estimate(
          estimator.surprise + factor * estimator.diffusion * energy.value,
          error: estimator.diffusion * energy.error + 0x1p-46 * estimator.surprise.magnitude)
      }
      Step(#"\mathbb{E}[A] - \mathbb{E}[\log R]"#) { estimator.bound() }
      Step(
        #"-\log\hat\rho(1,x) + \varepsilon\,\mathbb{E}\int_0^1|\nabla\log\hat\rho(t,Y_t)|^2dt"#,
        because: "the density is normal, and so is the backward process"
      ) { gap(1) }
      Rival(
        #"-\log\hat\rho(1,x) + \tfrac\varepsilon2\mathbb{E}\int|\nabla\log\hat\rho|^2"#,
        "noise of variance one half"
      ) { gap(0.5) }
      Rival(#"-\log\hat\rho(1,x)"#, "an unbiased estimator taken to be tight") { gap(0) }
      Rival(#"-\log\hat\rho(1,x) + \tfrac12\operatorname{Var}(A - \log R)"#, "the second cumulant for all") {
        // A is constant and log R quadratic in a normal variable with mean m and variance C.
        let moment = estimator.secondMoment(0).value
        let mean = estimator.point * Double.exp(-estimator.slope)
        let C = moment - mean * mean
        let variance = (2 * C * C + 4 * C * mean * mean) / (4 * estimator.variance.squared)
        return Estimate(estimator.surprise + variance / 2, error: estimator.secondMoment(0).error + 0x1p-40)
      }
    }
  }

  private static var jensenByItsTangents: Statistical<TangentCase> {
    Statistical(
      "tangents of the logarithm, no closed form",
      cases: [TangentCase(tilt: 0.5, w: 0.25), TangentCase(tilt: -0.5, w: 0.375)]
    ) { tangent, draw in
      // R and A share z, and neither is normal.
      let z = draw.normal()
      let R = Variate(0.25) + z.squared
      let A = Variate.exp(Variate(tangent.tilt) * z) + draw.exponential()
      let logR = Variate.log(R)
      let line = -Variate(Double.log(tangent.w)) - Variate.exp(-A) * R / Variate(tangent.w)
      Step(#"\mathbb{E}[A] - \mathbb{E}[\log R] - 1"#) { A - logR - 1 }
      Step(
        #"-\log w - \tfrac1w\,\mathbb{E}[e^{-A}R]"#,
        because: #"$\log u \le \log w + u/w - 1$; at $w = \mathbb{E}[e^{-A}R]$ this is the bound"#,
        relation: .atLeast
      ) { line }
      Rival(#"-\log w - \tfrac1w\,\mathbb{E}[e^{-A}R]"#, "inequality reversed", relation: .atMost) {
        line
      }
      Rival(#"-\log w + \tfrac1w\,\mathbb{E}[e^{-A}R]"#, "sign of the tangent") {
        -Variate(Double.log(tangent.w)) + Variate.exp(-A) * R / Variate(tangent.w)
      }
    }
  }

  private static var lognormalGap: Statistical<LognormalCase> {
    Statistical("a normal exponent", cases: [LognormalCase(sigma: 0.375, c: 0.5)]) { law, draw in
      let z = draw.normal()
      let logR = Variate(law.sigma) * z
      let A = Variate(law.c) - Variate(0.5 * law.sigma) * z
      // Y = A - log R = c - 1.5 sigma z, of variance 2.25 sigma^2.
      let variance = 2.25 * law.sigma.squared
      Step(#"\mathbb{E}[e^{-A}R]"#) { Variate.exp(logR - A) }
      Step(
        #"e^{-\mathbb{E}[A] + \mathbb{E}[\log R]} e^{\frac12\operatorname{Var}(Y)}"#,
        because: "the gap of a normal variable is half its variance"
      ) { Variate(Double.exp(-law.c + variance / 2)) }
      Rival(#"e^{-\mathbb{E}[A] + \mathbb{E}[\log R]}"#, "tight although the exponent varies") {
        Variate(Double.exp(-law.c))
      }
      Rival(
        #"e^{-\mathbb{E}[A] + \mathbb{E}[\log R]} e^{\frac12\operatorname{Var}(A + \log R)}"#,
        "the sum in place of the difference"
      ) { Variate(Double.exp(-law.c + law.sigma.squared / 8)) }
    }
  }

  /// The wave whose density is estimated by simulation, and the steps of a path.
  static let wave = TravellingWave()
  static let waveSteps = 4

  /// The density of the data relative to the uniform one, which weighs the points where the density is estimated.
  static func data(_ x: Variate) -> Variate { 1 + Variate(0.875) * Variate.sin(x) }

  /// `A - log R` of a backward path from `x` and its energy `int |grad log u|^2 dt`, with a control of some strength.
  static func backwardEstimator(
    from x: Variate, control: Double, noise: [Variate]
  ) throws -> (loss: Variate, energy: Variate) {
    let values = try PathMean.mirrored(noise) { noise in
      try PathMean.extrapolated(noise) { noise in
        let path = try WeightedPath(
          from: x, over: (1, 0), noise: noise, diffusion: wave.diffusion,
          drift: {
            let local = wave.local($0, $1)
            return local.drift - Variate(2 * wave.diffusion * control) * local.score
          },
          potentials: {
            let local = wave.local($0, $1)
            return [local.divergence, local.score.squared]
          })
        return Vector([path.integrals[0] - wave.logarithm(0, path.end), path.integrals[1]])
      }
    }
    return (values[0], values[1])
  }

  /// The bias of the difference of the two sides.
  private static let gapBias = Result {
    try PathMean.bias(steps: waveSteps) { draw, noise in
      let x = 2 * Variate.pi * draw.uniform()
      let path = try backwardEstimator(from: x, control: 0, noise: noise)
      return Vector([data(x) * (path.loss - Variate(wave.diffusion) * path.energy)])
    }[0]
  }

  private static var gapOnTheCircle: Statistical<TravellingWave> {
    Statistical("the gap of a simulated estimator, non-linear drift on the circle", cases: [wave]) {
      wave, draw in
      let x = 2 * Variate.pi * draw.uniform()
      let path = try backwardEstimator(from: x, control: 0, noise: draw.normal(waveSteps).components)
      let surprise = -data(x) * wave.logarithm(1, x)
      let energy = Variate(wave.diffusion) * data(x) * path.energy
      Step(#"\mathbb{E}[A] - \mathbb{E}[\log R], \quad Y_1 = X \sim \rho_1"#) { data(x) * path.loss }
      Step(
        #"-\mathbb{E}\log\hat\rho(1,X) + \varepsilon\,\mathbb{E}\int_0^1|\nabla\log\hat\rho(t,Y_t)|^2dt"#,
        because: "the backward Ito formula", bias: try gapBias.get()
      ) { surprise + energy }
      Rival(
        #"-\mathbb{E}\log\hat\rho(1,X) + \tfrac\varepsilon2\mathbb{E}\int|\nabla\log\hat\rho|^2"#,
        "noise of variance one half"
      ) { surprise + energy / 2 }
      Rival(#"-\mathbb{E}\log\hat\rho(1,X)"#, "an unbiased estimator taken to be tight") { surprise }
    }
  }

  /// Estimators with a linear drift, of both signs, for each strength of the control.
  static func linearEstimators(controls: [Double]) -> [ControlledGaussian] {
    controls.flatMap { control in
      [(0.5, -0.5, 1, 0.0), (0.25, 0.5, 1.5, -1.25)].compactMap { e, p, v, x in
        // The numbers are those that an estimator takes; the initialiser would say so otherwise.
        do {
          return try ControlledGaussian(diffusion: e, slope: p, variance: v, point: x, control: control)
        } catch { preconditionFailure("\(error)") }
      }
    }
  }

  /// The probability of the larger of two values.
  struct UpperProbability: Sendable, CustomStringConvertible {
    let p: Double
    var description: String { "p = \(p.brief)" }
  }

  /// A two-point law of `(A, R)`: the probability of its second value, the first value of `A` and the second of `R`.
  struct TwoPointJensen: Sendable, CustomStringConvertible {
    let p: Double
    let b: Double
    let r: Double
    var description: String { "p = \(p.brief), b = \(b.brief), r = \(r.brief)" }
  }

  /// A law of `A`, and the place of a tangent to the logarithm.
  struct TangentCase: Sendable, CustomStringConvertible {
    let tilt: Double
    let w: Double
    var description: String { "A = exp(\(tilt.brief) z) + an exponential, w = \(w.brief)" }
  }
}

/// The mean of a Gaussian log-density along its controlled backward process, at one instant.
struct ControlledExponent {
  let equation: QuadraticKilling<Symbol>
  let exponent: GaussianExponent<Symbol>
  /// The strength of the control.
  let control: Symbol
  /// The mean and the covariance of the backward process.
  let mean: Vector<Symbol>
  let covariance: Matrix<Symbol>

  init(_ symbols: Symbols, _ d: Int, control: Symbol) {
    equation = QuadraticKilling(
      drift: (symbols.matrix(d), symbols.vector(d)), diffusion: symbols.scalar(),
      rate: (.zero(d, d), .zero(d), 0))
    exponent = GaussianExponent(
      precision: symbols.symmetric(d), linear: symbols.vector(d), constant: symbols.scalar())
    (mean, covariance) = (symbols.vector(d), symbols.symmetric(d))
    self.control = control
  }

  /// `E |grad log u|^2`.
  var energy: Symbol {
    let S = exponent.precision
    return (S * covariance * S).trace + exponent.gradient(mean).squaredNorm
  }

  /// The time derivative of `E log u(t, Y_t)`: the density moves by its equation, and the moments of the
  /// controlled process by `m' = P m + q` and `C' = P C + C P^T - 2 e`, with its own `P` and `q`.
  var rate: Symbol {
    let (S, h, e) = (exponent.precision, exponent.linear, equation.diffusion)
    let P = equation.drift.matrix + (2 * e * control) * S
    let q = equation.drift.offset - (2 * e * control) * h
    let meanRate = P * mean + q
    let spreadRate = P * covariance + covariance * P.transpose - (2 * e) * .identity(mean.dimension)
    let now = equation.moving(exponent)
    let m = Vector(mean.indices.map { Dual(mean[$0], derivative: meanRate[$0]) })
    let C = Matrix(rows: mean.dimension, columns: mean.dimension) {
      Dual(covariance[$0, $1], derivative: spreadRate[$0, $1])
    }
    return (now(m) - (now.precision * C).trace / 2).derivative
  }
}
