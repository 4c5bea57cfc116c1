import Arithmetic
import Formulas
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
      cases: [
        TwoPointJensen(p: 0.25, b: 0.5, r: 1.5), TwoPointJensen(p: 0.625, b: -0.5, r: 4),
        TwoPointJensen(p: 0.375, b: 0.25, r: 0.5),
      ],
      over: ["a": -1...1]
    ) { law, v in
      // (A, R) is (b, 1) or (a, r): the two vary together, and for a = b + log r their difference is constant.
      Let("p", law.p)
      Let("a", v["a"])
      Let("b", law.b)
      Let("r", law.r)
      Let(#"\mathbb{E}[e^{-A}R]"#, #"(1-p)e^{-b} + p e^{-a}r"#)
      Let(#"\mathbb{E}[A]"#, "(1-p)b + pa")
      Let(#"\mathbb{E}[\log R]"#, #"p\log r"#)
      Let(#"\mathbb{E}[\log(e^{-A}R)]"#, #"(1-p)\log(e^{-b}) + p\log(e^{-a}r)"#)
      Step(#"-\log\mathbb{E}[e^{-A}R]"#)
      Step(
        #"\mathbb{E}[A] - \mathbb{E}[\log R]"#, because: "Jensen's inequality for the logarithm",
        relation: .atMost)
      Restatement(#"-\mathbb{E}[\log(e^{-A}R)]"#, because: "the logarithm of the weight")
      Rival(#"\mathbb{E}[A] - \mathbb{E}[\log R]"#, "inequality reversed", relation: .atLeast)
      Rival(#"\mathbb{E}[A] + \mathbb{E}[\log R]"#, "both, sign and direction", relation: .atLeast)
      Rival(#"\mathbb{E}[A] + \mathbb{E}[\log R]"#, "sign of the second term", relation: .equals)
    }
  }

  private static var halfTheVarianceIsNoGap: Enclosure<UpperProbability> {
    Enclosure(
      "the gap of a two-point law", cases: [UpperProbability(p: 0.25), UpperProbability(p: 0.375)],
      over: ["y": 1...1.5]
    ) { law, v in
      // Y = A - log R is 0 or y; the gap is E Y + log E exp(-Y).
      Let("p", law.p)
      Let("y", v["y"])
      Let(#"\mathbb{E}[Y]"#, "py")
      Let(#"\mathbb{E}[e^{-Y}]"#, "1 - p + p e^{-y}")
      Let(#"\mathbb{E}[e^{-(Y - \mathbb{E}Y)}]"#, "(1-p)e^{py} + p e^{-(1-p)y}")
      Let(#"\operatorname{Var}[Y]"#, "p(1-p)y^2")
      Step(#"\mathbb{E}[Y] + \log\mathbb{E}[e^{-Y}]"#)
      Step(
        #"\log\mathbb{E}[e^{-(Y - \mathbb{E}Y)}]"#, because: "the mean taken inside: a cumulant function")
      Rival(#"\tfrac12\operatorname{Var}[Y]"#, "the second cumulant taken for all")
    }
  }

  private static var meanOfTheLogDensity: Exact {
    Exact("the gap grows by the energy, linear drift") { symbols, d in
      // The coefficients at one instant are free, so the drift may depend on time in any way.
      let estimator = ControlledExponent(symbols, d, control: 0)
      let law = estimator.exponent
      estimator.names(at: symbols.scalar("t"))
      Let(#"\log\hat\rho(t,x)"#, by: "the exponent of the normal density at one time") { at in
        let jet = { (number: Symbol) in Jet(constant: number) }
        return GaussianExponent(
          precision: law.precision.map(jet), linear: law.linear.map(jet), constant: jet(law.constant)
        )(try at.vector("x"))
      }
      Step(#"\frac{d}{dt}\mathbb{E}_\lambda[\log\hat\rho(t,Y_t)] + \nabla\cdot\hat b(x)"#)
      Step(
        #"\varepsilon\,\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]"#,
        because: "the backward Ito formula and the equation; integrated from 0 to 1 the left side is the gap",
        remark: #"$\lambda = 0$: no control"#)
      Rival(
        #"\tfrac\varepsilon2\,\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]"#,
        "noise of variance one half")
      Rival(#"-\varepsilon\,\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]"#, "inequality reversed")
      Rival(
        #"\varepsilon\,|\nabla\log\hat\rho(t,x)|^2"#, "spread of the paths forgotten",
        remark: #"at the mean $x = \mathbb{E}Y_t$"#)
    }
  }

  private static var gapInClosedForm: Numerical<ControlledGaussian> {
    Numerical("the gap of a linear estimator", cases: linearEstimators(controls: [0])) { estimator in
      linearEstimator(estimator)
      Let(#"\operatorname{Var}[A - \log R]"#, by: "that of a quadratic in a normal variable") {
        // A is constant and log R quadratic in a normal variable with mean m and variance C.
        let moment = estimator.secondMoment(0)
        let mean = estimator.point * Double.exp(-estimator.slope)
        let C = moment.value - mean * mean
        let variance = (2 * C * C + 4 * C * mean * mean) / (4 * estimator.variance.squared)
        return Estimate(variance, error: moment.error + 0x1p-40)
      }
      Step(#"\mathbb{E}_\lambda[A_\lambda] - \mathbb{E}_\lambda[\log R]"#, remark: #"$\lambda = 0$"#)
      Step(
        #"-\log\hat\rho(1,x) + \varepsilon\int_0^1\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]\,dt"#,
        because: "the density is normal, and so is the backward process")
      Rival(
        #"-\log\hat\rho(1,x) + \tfrac\varepsilon2\int_0^1\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]\,dt"#,
        "noise of variance one half")
      Rival(#"-\log\hat\rho(1,x)"#, "an unbiased estimator taken to be tight")
      Rival(
        #"-\log\hat\rho(1,x) + \tfrac12\operatorname{Var}[A - \log R]"#, "the second cumulant for all")
    }
  }

  /// Names for an estimator with a linear drift: its bound, its density and its energy, in closed form.
  @Lines<Estimate>
  static func linearEstimator(_ estimator: ControlledGaussian) -> [Line<Estimate>] {
    Let(#"\varepsilon"#, estimator.diffusion)
    Let(#"\lambda"#, estimator.control)
    Let("p", estimator.slope)
    Let("v", estimator.variance)
    Let(#"\mathbb{E}_\lambda[Y_0^2]"#, by: "the moments of the backward process in closed form") {
      estimator.secondMoment(0)
    }
    Let(
      #"\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]"#,
      by: "the second moment of $Y_t$ over the squared variance of the density", of: ["t"]
    ) { t in
      let now = t.value.midpoint
      return Interval(estimator.secondMoment(now)) / Interval(estimator.spread(now)).squared
    }
    Let(#"\mathbb{E}_\lambda[\log R]"#, #"-\tfrac12\log(2\pi v) - \frac{\mathbb{E}_\lambda[Y_0^2]}{2v}"#)
    Let(
      #"\mathbb{E}_\lambda[A_\lambda]"#,
      #"p + \varepsilon\lambda^2\int_0^1\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]\,dt"#)
    Let(#"\log\hat\rho(1,x)"#, by: "the normal density, whose variance is known") {
      Estimate(-estimator.surprise, error: 0x1p-46 * estimator.surprise.magnitude)
    }
  }

  private static var jensenByItsTangents: Statistical<TangentCase> {
    Statistical(
      "tangents of the logarithm, no closed form",
      cases: [TangentCase(tilt: 0.5, w: 0.25), TangentCase(tilt: -0.5, w: 0.375)]
    ) { tangent, draw in
      // R and A share z, and neither is normal.
      Let("z", draw.normal())
      Let(#"\xi"#, draw.exponential())
      Let(#"\kappa"#, tangent.tilt)
      Let("w", tangent.w)
      Let("R", #"\tfrac14 + z^2"#)
      Let("A", #"e^{\kappa z} + \xi"#)
      Step(#"\mathbb{E}[A] - \mathbb{E}[\log R] - 1"#)
      Step(
        #"-\log w - \tfrac1w\,\mathbb{E}[e^{-A}R]"#,
        because: #"$\log u \le \log w + u/w - 1$; at $w = \mathbb{E}[e^{-A}R]$ this is the bound"#,
        relation: .atLeast)
      Rival(#"-\log w - \tfrac1w\,\mathbb{E}[e^{-A}R]"#, "inequality reversed", relation: .atMost)
      Rival(#"-\log w + \tfrac1w\,\mathbb{E}[e^{-A}R]"#, "sign of the tangent")
    }
  }

  private static var lognormalGap: Statistical<LognormalCase> {
    Statistical("a normal exponent", cases: [LognormalCase(sigma: 0.375, c: 0.5)]) { law, draw in
      Let(#"\sigma"#, law.sigma)
      Let("c", law.c)
      Let("z", draw.normal())
      Let("R", #"e^{\frac12 + \sigma z}"#)
      Let("A", #"c - \tfrac12\sigma z"#)
      Let(#"\mathbb{E}[A]"#, "c")
      Let(#"\mathbb{E}[\log R]"#, #"\tfrac12"#)
      Let(#"\operatorname{Var}[Y]"#, #"\tfrac94\sigma^2"#)
      Let(#"\operatorname{Var}[A + \log R]"#, #"\tfrac14\sigma^2"#)
      Step(#"\mathbb{E}[e^{-A}R]"#)
      Step(
        #"e^{-\mathbb{E}[A] + \mathbb{E}[\log R]}e^{\frac12\operatorname{Var}[Y]}"#,
        because: "the gap of a normal variable is half its variance",
        remark: #"$Y = A - \log R = c - \frac12 - \frac32\sigma z$"#)
      Rival(#"e^{-\mathbb{E}[A] + \mathbb{E}[\log R]}"#, "tight although the exponent varies")
      Rival(
        #"e^{-\mathbb{E}[A] + \mathbb{E}[\log R]}e^{\frac12\operatorname{Var}[A + \log R]}"#,
        "the sum in place of the difference")
    }
  }

  /// The wave whose density is estimated by simulation, and the steps of a path.
  static let wave = TravellingWave()
  static let waveSteps = 4

  /// The density of the data relative to the uniform one, which weighs the points where the density is estimated.
  static func data(_ x: Variate) -> Variate { 1 + Variate(0.875) * Variate.sin(x) }

  /// `A` and `log R` of a backward path from `x` and its energy `int |grad log u|^2 dt`, with a control of some strength.
  static func backwardEstimator(
    from x: Variate, control: Double, noise: [Variate]
  ) throws -> (A: Variate, logR: Variate, energy: Variate) {
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
        return Vector([path.integrals[0], wave.logarithm(0, path.end), path.integrals[1]])
      }
    }
    return (values[0], values[1], values[2])
  }

  /// Names for the estimator of the wave's density at points `X` that are uniform, each with its weight.
  @Lines<Variate>
  static func simulatedEstimator(control: Double, _ draw: Draw) throws -> [Line<Variate>] {
    let x = 2 * Variate.pi * draw.uniform()
    let path = try backwardEstimator(from: x, control: control, noise: draw.normal(waveSteps).components)
    Let(#"\varepsilon"#, wave.diffusion)
    Let(#"\lambda"#, control)
    Let("X", x)
    Let("w", by: "the density of the data relative to the uniform one") { data(x) }
    Let(#"\log\hat\rho(t,x)"#, by: "the wave that the drift was made for") { at in
      try wave.logarithm(at.number("t"), at.number("x"))
    }
    Let("A", by: "the divergence along the backward path, extrapolated in the step") { path.A }
    Let(#"\log R"#, by: "the logarithm of the start where the path ends") { path.logR }
    Let("H", by: "$\\int_0^1|\\nabla\\log\\hat\\rho(t,Y_t)|^2dt$ along the backward path") { path.energy }
  }

  /// The bias of the difference of the two sides.
  private static let gapBias = Result {
    try PathMean.bias(steps: waveSteps) { draw, noise in
      let x = 2 * Variate.pi * draw.uniform()
      let path = try backwardEstimator(from: x, control: 0, noise: noise)
      return Vector([data(x) * (path.A - path.logR - Variate(wave.diffusion) * path.energy)])
    }[0]
  }

  private static var gapOnTheCircle: Statistical<TravellingWave> {
    Statistical("the gap of a simulated estimator, non-linear drift on the circle", cases: [wave]) {
      wave, draw in
      try simulatedEstimator(control: 0, draw)
      Step(
        #"\mathbb{E}[w(A - \log R)]"#, remark: #"$Y_1 = X \sim \rho_1$, drawn uniformly with the weight $w$"#)
      Step(
        #"-\mathbb{E}[w\log\hat\rho(1,X)] + \varepsilon\,\mathbb{E}[wH]"#,
        because: "the backward Ito formula",
        remark: #"$H = \int_0^1|\nabla\log\hat\rho(t,Y_t)|^2dt$"#, bias: try gapBias.get())
      Rival(
        #"-\mathbb{E}[w\log\hat\rho(1,X)] + \tfrac\varepsilon2\mathbb{E}[wH]"#, "noise of variance one half")
      Rival(#"-\mathbb{E}[w\log\hat\rho(1,X)]"#, "an unbiased estimator taken to be tight")
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

  /// `E log u(t, Y_t)` with its time derivative: the density moves by its equation, and the moments of the
  /// controlled process by `m' = P m + q` and `C' = P C + C P^T - 2 e`, with its own `P` and `q`.
  private var meanLogarithm: Dual<Symbol> {
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
    return now(m) - (now.precision * C).trace / 2
  }

  /// Names for the process and its means, at the time `t` and about its own mean.
  @Lines<Symbol>
  func names(at t: Symbol) -> [Line<Symbol>] {
    let jet = { (number: Symbol) in Jet(constant: number) }
    let (P, q) = (equation.drift.matrix.map(jet), equation.drift.offset.map(jet))
    Let("t", t)
    Let("x", mean)
    Let(#"\varepsilon"#, equation.diffusion)
    Let(#"\lambda"#, control)
    Let(#"\hat b(x)"#, by: "an affine drift") { (x: Vector<Jet<Symbol>>) in P * x + q }
    Let(
      #"\mathbb{E}_\lambda[\log\hat\rho(t,Y_t)]"#,
      by: "the Riccati equations and those of the mean and covariance",
      of: ["t"]
    ) { (now: Jet<Symbol>) in meanLogarithm.moving(to: now, from: t) }
    Let(#"\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]"#, by: "the mean and covariance of $Y_t$") {
      energy
    }
  }
}
