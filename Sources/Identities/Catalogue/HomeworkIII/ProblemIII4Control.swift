extension Catalogue {
  /// III.4c: what tightness means for the density estimator, and the control that reaches it.
  static var tightnessUnderControl: Identity {
    Identity(
      "III.4c", "Every path must carry the same weight",
      #"""
      \mathbb{E}_\lambda[A_\lambda] - \mathbb{E}_\lambda[\log R] + \log\hat\rho(1,x)
      = \varepsilon(1-\lambda)^2\,\mathbb{E}_\lambda\int_0^1|\nabla\log\hat\rho(t,Y_t)|^2\,dt
      """#,
      assuming: [
        #"the condition for equality is the corrected one of (b): $A - \log R$ almost surely constant"#,
        #"$\mathbb{E}_\lambda$ is the law of $dY_t = (\hat b - 2\varepsilon\lambda\nabla\log\hat\rho)(t,Y_t)\,dt + \sqrt{2\varepsilon}\,dW^B_t$, and $A_\lambda$ includes its log-likelihood ratio"#,
      ],
      remarks: [
        #"""
        Equality asks that every backward path carries the same weight $e^{-A}R = \hat\rho(1,x)$. For the plain
        estimator, $\lambda = 0$, the gap is $\varepsilon\,\mathbb{E}\int|\nabla\log\hat\rho|^2$, so with
        $\varepsilon > 0$ it vanishes only if $\hat\rho(t,\cdot)$ is constant in space: never on $\mathbb{R}^d$ with
        a normalised $\rho_0$, on the torus only for uniform $\rho_0$ and a drift without divergence, and always in
        the limit $\varepsilon = 0$, where one path is left.
        """#,
        #"""
        That the estimator is unbiased says nothing about its logarithm, and neither does a linear drift make the
        bound tight: both appear as rivals, in cases with a linear drift.
        """#,
        #"""
        The control that makes the bound tight is $-2\varepsilon\nabla\log\hat\rho$, the score of the density that is
        being estimated: it steers the paths to where $\rho_0$ is until all weights are equal.
        """#,
      ]
    ) {
      controlCompletesTheSquare
      controlledGapInClosedForm
      controlledGapOnTheCircle
      equalWeights
      uniformOnTheTorus
    }
  }

  private static var controlCompletesTheSquare: Exact {
    Exact("the control completes a square, linear drift") { symbols, d in
      let lambda = symbols.scalar()
      let estimator = ControlledExponent(symbols, d, control: lambda)
      let e = estimator.equation.diffusion
      let energy = e * estimator.energy
      // The relative entropy of a drift changed by 2 e l grad log u grows by |2 e l grad log u|^2 / 4 e.
      let cost = lambda.squared * energy
      Step(
        #"\tfrac{d}{dt}\mathbb{E}_\lambda\log\hat\rho(t,Y_t) + \mathbb{E}_\lambda\nabla\cdot\hat b + \varepsilon\lambda^2\,\mathbb{E}_\lambda|\nabla\log\hat\rho|^2"#
      ) { estimator.rate + estimator.equation.drift.matrix.trace + cost }
      Step(
        #"\varepsilon(1-\lambda)^2\,\mathbb{E}_\lambda|\nabla\log\hat\rho|^2"#,
        because:
          #"the drift of $\log\hat\rho$ loses $2\varepsilon\lambda|\nabla\log\hat\rho|^2$ to the control"#
      ) { (1 - lambda).squared * energy }
      Rival(
        #"\varepsilon(1-2\lambda)\,\mathbb{E}_\lambda|\nabla\log\hat\rho|^2"#, "cost of the control forgotten"
      ) {
        (1 - 2 * lambda) * energy
      }
      Rival(#"\varepsilon(1+\lambda)^2\,\mathbb{E}_\lambda|\nabla\log\hat\rho|^2"#, "sign of the control") {
        (1 + lambda).squared * energy
      }
      Rival(#"\varepsilon(1-\lambda)\,\mathbb{E}_\lambda|\nabla\log\hat\rho|^2"#, "square forgotten") {
        (1 - lambda) * energy
      }
      Rival(#"0"#, "equality for every linear drift") { 0 as Symbol }
    }
  }

  private static var controlledGapInClosedForm: Numerical<ControlledGaussian> {
    Numerical(
      "the controlled gap of a linear estimator", cases: linearEstimators(controls: [0, 0.25, 1, 1.5])
    ) { estimator in
      let (e, l, energy) = (estimator.diffusion, estimator.control, estimator.energy())
      let gap = { (factor: Double) in
        Estimate(
          estimator.surprise + factor * e * energy.value,
          error: factor.magnitude * e * energy.error + 0x1p-46 * estimator.surprise.magnitude)
      }
      Step(#"\mathbb{E}_\lambda[A_\lambda] - \mathbb{E}_\lambda[\log R]"#) {
        let bound = estimator.bound()
        return Estimate(
          bound.value + e * l * l * energy.value, error: bound.error + e * l * l * energy.error)
      }
      Step(
        #"-\log\hat\rho(1,x) + \varepsilon(1-\lambda)^2\,\mathbb{E}_\lambda\int|\nabla\log\hat\rho|^2dt"#,
        because: #"the square is completed; at $\lambda = 1$ nothing is left"#
      ) { gap((1 - l) * (1 - l)) }
      Rival(#"-\log\hat\rho(1,x)"#, "unbiased, so tight; or linear, so tight") { gap(0) }
      Rival(
        #"-\log\hat\rho(1,x) + \varepsilon(1-2\lambda)\,\mathbb{E}_\lambda\int|\nabla\log\hat\rho|^2"#,
        "cost of the control forgotten"
      ) { gap(1 - 2 * l) }
      Rival(
        #"-\log\hat\rho(1,x) + \varepsilon(1+\lambda)^2\,\mathbb{E}_\lambda\int|\nabla\log\hat\rho|^2"#,
        "sign of the control"
      ) { gap((1 + l) * (1 + l)) }
    }
  }

  private static let controlSteps = 8
  private static let controlledEquation = TravellingWave()

  private static let controlBias = [0.0, 0.5, 1].map { control in
    WeightedPath.bias(steps: controlSteps) { _, noise in
      let path = backwardEstimator(controlledEquation, from: waveStart, control: control, noise: noise)
      let weight = controlledEquation.diffusion * (control * control - (1 - control) * (1 - control))
      return path.loss + Variate(weight) * path.energy
    }
  }.reduce(0, max)

  private static var controlledGapOnTheCircle: Statistical<Control> {
    Statistical(
      "the controlled gap simulated, non-linear drift on the circle",
      cases: [Control(strength: 0), Control(strength: 0.5), Control(strength: 1)]
    ) { control, draw in
      let (equation, l) = (controlledEquation, control.strength)
      let noise = (0..<controlSteps).map { _ in draw.normal() }
      let path = backwardEstimator(equation, from: waveStart, control: l, noise: noise)
      let surprise = Variate(-equation.logarithm(1, waveStart))
      let energy = Variate(equation.diffusion) * path.energy
      Step(#"\mathbb{E}_\lambda[A_\lambda] - \mathbb{E}_\lambda[\log R]"#) {
        path.loss + Variate(l * l) * energy
      }
      Step(
        #"-\log\hat\rho(1,x) + \varepsilon(1-\lambda)^2\,\mathbb{E}_\lambda\int|\nabla\log\hat\rho|^2dt"#,
        because: "the square is completed", bias: controlBias
      ) { surprise + Variate((1 - l) * (1 - l)) * energy }
      Rival(#"-\log\hat\rho(1,x)"#, "an unbiased estimator taken to be tight") { surprise }
      Rival(
        #"-\log\hat\rho(1,x) + \varepsilon(1-2\lambda)\,\mathbb{E}_\lambda\int|\nabla\log\hat\rho|^2"#,
        "cost of the control forgotten"
      ) { surprise + Variate(1 - 2 * l) * energy }
    }
  }

  private static let weightBias = WeightedPath.bias(steps: 3 * controlSteps) { _, noise in
    let weighted = optimalWeight(noise)
    return (weighted.weight - 1) * weighted.test
  }

  /// The weight of an optimally controlled path relative to the density, and a test function of where it ends.
  private static func optimalWeight(_ noise: [Variate]) -> (weight: Variate, test: Variate, sum: Variate) {
    let (equation, e) = (controlledEquation, Variate(controlledEquation.diffusion))
    let slope = { (t: Variate, y: Variate) in derivative(at: y) { equation.logarithm(Dual(constant: t), $0) }
    }
    let h = Variate(1 / Double(noise.count))
    let root = Variate.sqrt(2 * e * h)
    // Girsanov: with the drift changed by -2 e grad log u the logarithm of the likelihood ratio of the plain law
    // to the controlled one is -int sqrt(2 e) grad log u dW - int e |grad log u|^2 dt, W run backward. The
    // stochastic integral is taken at the mean of both ends, less the correction that this makes of it.
    var y = Variate(waveStart)
    var (logRatio, exponent): (Variate, Variate) = (0, 0)
    let drift = { (t: Variate, y: Variate) in equation.drift(t, y) - 2 * e * slope(t, y) }
    let running = { (t: Variate, y: Variate) in
      let curvature = derivative(at: y) { z in
        derivative(at: z) { equation.logarithm(Dual(constant: Dual(constant: t)), $0) }
      }
      return (equation.potential(t, y), e * slope(t, y).squared - e * curvature)
    }
    for (n, noise) in noise.enumerated() {
      let (now, next) = (Variate(1) - Variate(Double(n)) * h, Variate(1) - Variate(Double(n + 1)) * h)
      let kick = root * noise
      let (b, g, r) = (drift(now, y), slope(now, y), running(now, y))
      let predicted = y - h * b + kick
      y = y - h / 2 * (b + drift(next, predicted)) + kick
      let (g1, r1) = (slope(next, y), running(next, y))
      logRatio -= (g + g1) / 2 * kick + h / 2 * (r.1 + r1.1)
      exponent += h / 2 * (r.0 + r1.0)
    }
    let logR = equation.logarithm(0, y)
    let logDensity = Variate(equation.logarithm(1, waveStart))
    let wave = 1 + Variate(0.5) * Variate.sin(y)
    return (
      Variate.exp(logRatio - exponent + logR - logDensity), wave,
      Variate.exp(logRatio - exponent - logR - logDensity)
    )
  }

  private static var equalWeights: Statistical<Control> {
    Statistical("equal weights at the optimal control", cases: [Control(strength: 1)]) { _, draw in
      let weighted = optimalWeight((0..<3 * controlSteps).map { _ in draw.normal() })
      Step(#"\mathbb{E}_1[e^{-A_1}R\,\varphi(Y_0)] / \hat\rho(1,x)"#) { weighted.weight * weighted.test }
      Step(
        #"\mathbb{E}_1[\varphi(Y_0)]"#, because: #"every path carries the weight $\hat\rho(1,x)$"#,
        bias: weightBias
      ) { weighted.test }
      Rival(
        #"\mathbb{E}_1[e^{-(A_1 + \log R)}\varphi(Y_0)] / \hat\rho(1,x)"#,
        "the sum in place of the difference, as the sheet reads it"
      ) { weighted.sum * weighted.test }
    }
  }

  private static var uniformOnTheTorus: Exact {
    Exact("no gap where the density is constant in space") { symbols, d in
      // A Gaussian exponent without precision and slope is constant in space; with a slope it is not.
      let estimator = ControlledExponent(symbols, d, control: 0)
      let S = symbols.matrix(d)
      let rotation = S - S.transpose
      let flat = GaussianExponent<Symbol>(
        precision: .zero(d, d), linear: .zero(d), constant: symbols.scalar())
      let equation = QuadraticKilling(
        drift: (rotation, estimator.equation.drift.offset), diffusion: estimator.equation.diffusion,
        rate: (.zero(d, d), .zero(d), 0))
      Step(#"\mathbb{E}\log R, \quad \hat\rho \text{ constant}, \ \nabla\cdot\hat b = 0"#) {
        flat(estimator.mean)
      }
      Step(#"\log\hat\rho(1,x)"#, because: "nothing moves: every path carries the same weight") {
        let moving = equation.moving(flat)
        return -moving.constant.derivative - moving.constant.value
      }
      Rival(#"\log\hat\rho(1,x), \quad \nabla\cdot\hat b \ne 0"#, "a drift that compresses") {
        let compressing = QuadraticKilling(
          drift: (S, equation.drift.offset), diffusion: equation.diffusion, rate: equation.rate)
        let moving = compressing.moving(flat)
        return -moving.constant.derivative - moving.constant.value
      }
    }
  }

  /// A strength of the control.
  struct Control: Sendable, CustomStringConvertible {
    let strength: Double
    var description: String { "control \(strength.brief)" }
  }

  /// The gap against the strength of the control.
  static var controlFigure: Figure {
    Figure(
      "jensen-gap-against-control",
      caption: #"""
        The gap of the controlled density estimator, $\varepsilon(1-\lambda)^2\,\mathbb{E}_\lambda\int|\nabla\log\hat\rho|^2$,
        for a linear drift ($\hat b = -\frac34x$, $\rho_0 = N(0, \frac34)$, $x = 1$): it touches zero at the optimal
        control $\lambda = 1$, whatever the noise, and nowhere else.
        """#,
      x: .init("λ, strength of the control"), y: .init("gap, nats")
    ) {
      try [0.125, 0.5, 1].map { epsilon in
        let points = try (0...32).map { k in
          let control = Double(k) / 16
          let estimator = try ControlledGaussian(
            diffusion: epsilon, slope: -0.75, variance: 0.75, point: 1, control: control)
          return (x: control, y: epsilon * (1 - control) * (1 - control) * estimator.energy().value)
        }
        return .init("ε = \(epsilon.brief)", points: points)
      }
    }
  }
}
