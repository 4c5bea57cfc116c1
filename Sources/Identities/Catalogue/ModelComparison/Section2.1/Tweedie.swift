import Arithmetic
import Probability
import Transport
import Verification

extension ModelComparison {
  /// The report, (2.12) to (2.15): Tweedie's formula, and which score it speaks of.
  static var scoresProblem: Problem {
    get throws {
      try Problem(
        "R.2", "Denoising diffusion: Tweedie's formula and two scores",
        setting: #"""
          Two scores look alike: the *marginal* one, $\nabla\log p_t(x_t)$, of the law of $x_t$, and the *conditional* one,
          $\nabla\log q(x_t\mid x_0) = -(x_t - \sqrt{\bar\alpha_t}\,x_0)/(1-\bar\alpha_t)$, of its law given $x_0$. The
          first is the mean of the second given $x_t$. From (2.13) on the report writes the first where only the second is
          right. The counterexamples speak of the data $\frac14 N(-1.5, 0.25) + \frac34 N(1, 0.5)$ with
          $\alpha_t = 0.75$, $\bar\alpha_{t-1} = 0.8125$.
          """#
      ) {
        try tweedie  // R.2.12
        try tweedieOfOneStep  // R.2.12b
        try tweedieOfTheChain  // R.2.12b.corrected
        try startIsAFunction  // R.2.13
        try startOnAverage  // R.2.13.corrected
        try posteriorMeanByTheMarginalScore  // R.2.14
        try posteriorMeanOnAverage  // R.2.14.corrected
        try modelOfTheScore  // R.2.14b
        try divergenceByTheMarginalScore  // R.2.15
        try divergenceByTheConditionalScore  // R.2.15.corrected
      }
    }
  }

  /// R.2.12: the mean of a normal law's random mean.
  private static var tweedie: Identity {
    get throws {
      try Identity(
        "R.2.12", "Tweedie's formula",
        #"\mathbb{E}[\mu_z\mid z] = z + \Sigma_z\nabla\log p(z), \quad z\mid\mu_z \sim N(\mu_z, \Sigma_z)"#,
        assuming: [
          #"$p$ is the marginal density of $z$, not $N(z; \mu_z, \Sigma_z)$"#,
          #"$\Sigma_z$ is known and does not depend on $\mu_z$"#,
        ]
      ) {
        Exact("normal prior, any covariances") { symbols, d in
          let (prior, noise) = (freeGaussian(symbols, d), symbols.covariance(d, "S"))
          let (mu, z) = (symbols.vector(d, "mu"), symbols.vector(d, "z"))
          let pair = Gaussian.independent([prior, Gaussian(mean: .zero(d), covariance: noise)])
          let one = Matrix<Symbol>(rows: d, columns: 2 * d) { $0 == $1 ? 1 : 0 }
          let sum = Matrix<Symbol>(rows: d, columns: 2 * d) { $0 == $1 % d ? 1 : 0 }
          let score = gradient(at: z, of: pair.image(under: sum).constant.exponent)
          Step(#"\mathbb{E}[\mu_z\mid z]"#) { pair.mean(of: one, given: sum, equals: z) }
          Step(
            #"z + \Sigma_z\nabla\log p(z)"#,
            because: #"$\nabla_z N(z;\mu,\Sigma_z) = \Sigma_z^{-1}(\mu-z)N$, under the integral"#
          ) {
            z + noise * score
          }
          Rival(#"z - \Sigma_z\nabla\log p(z)"#, "sign") { z - noise * score }
          Rival(#"z + \Sigma_z^{-1}\nabla\log p(z)"#, "precision for covariance") { z + noise.solve(score) }
          Rival(#"z + \tfrac1d\operatorname{tr}\Sigma_z\nabla\log p(z)"#, "covariance taken for a number") {
            z + (noise.trace / Symbol(d)) * score
          }
          Rival(#"z + \Sigma_z\nabla\log p_\mu(z)"#, "score of the prior") { z + noise * prior.score(z) }
          Rival(#"z + \Sigma_z\nabla\log N(z;\mu_z,\Sigma_z) = \mu_z"#, "conditional score") {
            z + noise * Gaussian(mean: mu, covariance: noise).score(z)
          }
        }
        try Numerical("mixture prior in the plane, by quadrature", cases: [TiltedNoise.plane]) { tilted in
          let noise = tilted.noise.map { Interval($0) }
          let z = tilted.point.map { Interval($0) }
          let score = gradient(at: z) { tilted.marginal(Dual<Interval>.self).logDensity($0) }
          let prior = gradient(at: z) { tilted.prior.map { Dual<Interval>($0) }.logDensity($0) }
          Step(#"\int\mu\,p(\mu)N(z;\mu,\Sigma_z)\,d\mu \Big/ \int p(\mu)N(z;\mu,\Sigma_z)\,d\mu"#) {
            tilted.meanByQuadrature
          }
          Step(#"z + \Sigma_z\nabla\log p(z)"#, because: "differentiation under the integral") {
            z + noise * score
          }
          Rival(#"z - \Sigma_z\nabla\log p(z)"#, "sign") { z - noise * score }
          Rival(#"z + \Sigma_z^{-1}\nabla\log p(z)"#, "precision for covariance") { z + noise.solve(score) }
          Rival(#"z + \tfrac1d\operatorname{tr}\Sigma_z\nabla\log p(z)"#, "covariance taken for a number") {
            z + (noise.trace / 2) * score
          }
          Rival(#"z + \Sigma_z\nabla\log p_\mu(z)"#, "score of the prior") { z + noise * prior }
        }
        try Statistical("weak form, points for a prior", cases: [TiltedNoise.plane]) { tilted, draw in
          // The prior needs no density: two coordinates with three and two values.
          let mu = Vector([
            draw.choice([-1, 0.5, 1.25], weights: [0.25, 0.5, 0.25]),
            draw.choice([-0.5, 1], weights: [0.625, 0.375]),
          ])
          let law = Gaussian(mean: .zero(2), covariance: tilted.noise)
          let root = try law.root.map { Variate($0) }
          let noise = tilted.noise.map { Variate($0) }
          let z = mu + root * draw.normal(2)
          let (value, slope) = Wave([0.75, -0.5]).valueAndGradient(z)
          let weighted = value * z
          Step(#"\mathbb{E}[\mu_z\,\varphi(z)]"#) { value * mu }
          Step(
            #"\mathbb{E}[z\,\varphi(z) - \Sigma_z\nabla\varphi(z)]"#,
            because: #"$\mathbb{E}[\varphi\,\nabla\log p] = -\mathbb{E}[\nabla\varphi]$ by parts"#
          ) { weighted - noise * slope }
          Rival(#"\mathbb{E}[z\,\varphi + \Sigma_z\nabla\varphi]"#, "sign") { weighted + noise * slope }
          Rival(#"\mathbb{E}[z\,\varphi - \Sigma_z^{-1}\nabla\varphi]"#, "precision for covariance") {
            weighted - noise.inverse * slope
          }
          Rival(
            #"\mathbb{E}[z\,\varphi - \tfrac1d\operatorname{tr}\Sigma_z\nabla\varphi]"#,
            "covariance taken for a number"
          ) {
            weighted - (noise.trace / 2) * slope
          }
        }
      }
    }
  }

  /// A mixture of means in the plane, seen through noise of a full covariance.
  struct TiltedNoise: Sendable, CustomStringConvertible {
    let prior: GaussianMixture<Double>
    let noise: Matrix<Double>
    let point: Vector<Double>

    static var plane: TiltedNoise {
      get throws {
        TiltedNoise(
          prior: try noisedPlane().data, noise: Matrix([[0.75, 0.375], [0.375, 0.5]]),
          point: Vector([0.25, -0.75]))
      }
    }

    var description: String { "d = 2, noise ((0.75, 0.375), (0.375, 0.5))" }

    /// The law of `z`.
    func marginal<S: Elementary>(_: S.Type) -> GaussianMixture<S> {
      GaussianMixture(
        weights: prior.weights,
        components: prior.components.map { Gaussian(mean: $0.mean, covariance: $0.covariance + noise) }
      ).map { S($0) }
    }

    /// The mean of `mu` given `z`, by quadrature over `mu`.
    var meanByQuadrature: [Interval] {
      let law = Gaussian(mean: point, covariance: noise)
      let integrals = Quadrature.plane(reach: 10) { x, y in
        let mu = Vector([x, y])
        let weight = prior.density(mu) * law.density(mu)
        return SIMD8(weight, x * weight, y * weight, 0, 0, 0, 0, 0)
      }
      return [integrals[1], integrals[2]].map { Interval($0) / Interval(integrals[0]) }
    }
  }

  /// A chain of three free steps from normal data, looked at after its last, with both scores.
  struct FreeScores {
    let chain: DenoisingChain<Symbol>
    let data: Gaussian<Symbol>
    let start: Vector<Symbol>
    let x: Vector<Symbol>
    private let law: GaussianChain<Symbol>

    init(_ symbols: Symbols, _ d: Int, length: Int = 3, isPoint: Bool = false) throws {
      chain = try freeChain(symbols, length: length)
      let free = freeGaussian(symbols, d)
      data = isPoint ? Gaussian(mean: free.mean, covariance: .zero(d, d)) : free
      start = isPoint ? free.mean : symbols.vector(d, "x0")
      x = symbols.vector(d, "x")
      law = chain.law(from: data)
    }

    var step: DenoisingStep<Symbol> { chain.steps[chain.length - 1] }

    /// The score of the law of `x_t`, by automatic differentiation.
    var marginal: Vector<Symbol> { gradient(at: x, of: law.law(of: chain.length).constant.exponent) }

    /// The score of the law of `x_t` given `x_0`.
    var conditional: Vector<Symbol> { step.marginal(from: start).score(x) }

    /// The law of `x_0` given `x_t`, and that of `x_{t-1}`, by conditioning.
    var startLaw: Gaussian<Symbol> { law.law(of: [0], given: [chain.length: x]) }
    var previousLaw: Gaussian<Symbol> { law.law(of: [chain.length - 1], given: [chain.length: x]) }
  }

  /// The mixture of the counterexamples at a point, with `x_0` and a guess of the score.
  struct ScorePoint: Sendable, CustomStringConvertible {
    let noised: NoisedMixture
    let start: Double
    let point: Double
    let guess: Double

    static var standard: ScorePoint {
      get throws { ScorePoint(noised: try noisedLine(), start: -1, point: 0.25, guess: 0.125) }
    }
    static var other: ScorePoint {
      get throws {
        ScorePoint(
          noised: try noisedLine([0.9375, 0.8125, 0.75, 0.5], time: 3), start: 1.5, point: -0.75, guess: -0.5)
      }
    }

    var description: String {
      "\(noised), x0 = \(start.brief), xt = \(point.brief), s = \(guess.brief)"
    }

    var x: Vector<Interval> { Vector([Interval(point)]) }
    var x0: Vector<Interval> { Vector([Interval(start)]) }
    var s: Vector<Interval> { Vector([Interval(guess)]) }

    func step() throws -> DenoisingStep<Interval> { try noised.step() }

    /// The score of the law of `x_t`, by automatic differentiation of its density.
    func marginal() throws -> Vector<Interval> {
      let law = try noised.step(Dual<Interval>.self).law(of: noised.law())
      return gradient(at: x) { law.logDensity($0) }
    }

    /// The score of the law of `x_t` given `x_0`.
    func conditional() throws -> Vector<Interval> { try step().marginal(from: x0).score(x) }

    /// The mean of `f(x_0)` given `x_t`, by quadrature.
    func startMean(of f: (Double) -> Double) throws -> Interval {
      let (step, data) = (try noised.step(Double.self), noised.data)
      return mean(f) { step.marginal(from: $0).logDensity(Vector([point])) + data.logDensity($0) }
    }

    /// The mean of `x_{t-1}` given `x_t`, by quadrature against the law of `x_{t-1}`.
    func previousMean() throws -> Interval {
      let step = try noised.step(Double.self)
      let before = try noised.chain(Double.self).step(noised.time - 1).law(of: noised.data)
      return mean({ $0 }) { step.transition(from: $0).logDensity(Vector([point])) + before.logDensity($0) }
    }

    /// The divergence of the model's step with this score from the posterior, by quadrature.
    func divergence() throws -> Estimate {
      let step = try noised.step(Double.self)
      let own = step.posterior(Vector([point]), start: Vector([start]))
      let model = IsotropicGaussian(
        mean: step.reverseMean(at: Vector([point]), score: Vector([guess])), variance: own.variance)
      return Quadrature.interval(-12...12) { y in
        let y = Vector([y])
        return Double.exp(own.logDensity(y)) * (own.logDensity(y) - model.logDensity(y))
      }
    }

    private func mean(_ f: (Double) -> Double, _ logWeight: (Vector<Double>) -> Double) -> Interval {
      func integral(_ f: (Double) -> Double) -> Interval {
        Interval(Quadrature.interval(-12...12) { f($0) * Double.exp(logWeight(Vector([$0]))) })
      }
      return integral(f) / integral { _ in 1 }
    }
  }

  /// R.2.12b as the report writes it, with the last factor only.
  private static var tweedieOfOneStep: Identity {
    get throws {
      try Identity(
        "R.2.12b", "Tweedie's formula in the chain, as the report has it",
        #"\mathbb{E}[\sqrt{\alpha_t}\,x_0\mid x_t] = x_t + (1-\bar\alpha_t)\nabla\log p_t(x_t)"#,
        expectation: .fails(
          correctedBy: "R.2.12b.corrected",
          why: #"A bar is missing: the mean of $x_t$ given $x_0$ is $\sqrt{\bar\alpha_t}\,x_0$."#,
          counterexample: #"""
            At $x_t = 0.25$ the right side is $0.459479 = \sqrt{0.609375}\cdot0.588604$, while
            $\sqrt{0.75}\cdot0.588604 = 0.509746$.
            """#)
      ) {
        Exact("normal data, three steps") { symbols, d in
          let free = try FreeScores(symbols, d)
          Step(#"x_t + (1-\bar\alpha_t)\nabla\log p_t(x_t)"#) {
            free.x + (1 - free.step.alphaBar) * free.marginal
          }
          Step(#"\sqrt{\alpha_t}\,\mathbb{E}[x_0\mid x_t]"#, because: "as the report has it") {
            free.step.factor * free.startLaw.mean
          }
          Restatement(#"\sqrt{\bar\alpha_t}\,\mathbb{E}[x_0\mid x_t]"#) {
            free.step.signal * free.startLaw.mean
          }
        }
        try Numerical("mixture data, by quadrature", cases: [ScorePoint.standard, .other]) { at in
          let (step, score, best) = (try at.step(), try at.marginal(), try at.startMean { $0 })
          Step(#"x_t + (1-\bar\alpha_t)\nabla\log p_t(x_t)"#) { at.x + (1 - step.alphaBar) * score }
          Step(#"\sqrt{\alpha_t}\,\mathbb{E}[x_0\mid x_t]"#, because: "as the report has it") {
            step.factor * best
          }
          Restatement(#"\sqrt{\bar\alpha_t}\,\mathbb{E}[x_0\mid x_t]"#) { step.signal * best }
        }
        try Statistical("weak form, mixture data", cases: [noisedLine(), noisedPlane()]) { noised, draw in
          let weak = try WeakForm(noised, draw)
          Step(#"\mathbb{E}[x_t\varphi(x_t) - (1-\bar\alpha_t)\nabla\varphi(x_t)]"#) {
            weak.value * weak.x - (1 - weak.step.alphaBar) * weak.slope
          }
          Step(#"\mathbb{E}[\sqrt{\alpha_t}\,x_0\,\varphi(x_t)]"#, because: "as the report has it") {
            weak.step.factor * weak.value * weak.start
          }
          Restatement(#"\mathbb{E}[\sqrt{\bar\alpha_t}\,x_0\,\varphi(x_t)]"#) {
            weak.step.signal * weak.value * weak.start
          }
        }
      }
    }
  }

  /// R.2.12b with all factors.
  private static var tweedieOfTheChain: Identity {
    get throws {
      try Identity(
        "R.2.12b.corrected", "Tweedie's formula in the chain",
        #"\sqrt{\bar\alpha_t}\,\mathbb{E}[x_0\mid x_t] = x_t + (1-\bar\alpha_t)\nabla\log p_t(x_t)"#,
        remarks: [#"At $t = 1$ the report's $\sqrt{\alpha_t}$ is right: a chain of one step cannot tell."#]
      ) {
        Exact("normal data, three steps") { symbols, d in
          let free = try FreeScores(symbols, d)
          let (x, step, score) = (free.x, free.step, free.marginal)
          Step(#"\sqrt{\bar\alpha_t}\,\mathbb{E}[x_0\mid x_t]"#) { step.signal * free.startLaw.mean }
          Rival(#"\sqrt{\alpha_t}\,\mathbb{E}[x_0\mid x_t]"#, "factor of the last step only") {
            step.factor * free.startLaw.mean
          }
          Step(
            #"x_t + (1-\bar\alpha_t)\nabla\log p_t(x_t)"#,
            because: #"(2.12) with $\Sigma = (1-\bar\alpha_t)I$"#
          ) {
            x + (1 - step.alphaBar) * score
          }
          Rival(#"x_t + (1-\alpha_t)\nabla\log p_t(x_t)"#, "noise of the last step only") {
            x + (1 - step.alpha) * score
          }
          Rival(#"x_t - (1-\bar\alpha_t)\nabla\log p_t(x_t)"#, "sign") { x - (1 - step.alphaBar) * score }
        }
        Exact("normal data, one step") { symbols, d in
          let free = try FreeScores(symbols, d, length: 1)
          Step(#"x_1 + (1-\bar\alpha_1)\nabla\log p_1(x_1)"#) {
            free.x + (1 - free.step.alphaBar) * free.marginal
          }
          Step(#"\sqrt{\bar\alpha_1}\,\mathbb{E}[x_0\mid x_1]"#) { free.step.signal * free.startLaw.mean }
          Restatement(#"\sqrt{\alpha_1}\,\mathbb{E}[x_0\mid x_1]"#, because: "one step cannot tell") {
            free.step.factor * free.startLaw.mean
          }
          Rival(#"\mathbb{E}[x_0\mid x_1]"#, "factor forgotten") { free.startLaw.mean }
        }
        try Numerical("mixture data, by quadrature", cases: [ScorePoint.standard, .other]) { at in
          let (step, score, best) = (try at.step(), try at.marginal(), try at.startMean { $0 })
          Step(#"\sqrt{\bar\alpha_t}\,\mathbb{E}[x_0\mid x_t]"#) { step.signal * best }
          Rival(#"\sqrt{\alpha_t}\,\mathbb{E}[x_0\mid x_t]"#, "factor of the last step only") {
            step.factor * best
          }
          Step(#"x_t + (1-\bar\alpha_t)\nabla\log p_t(x_t)"#, because: "(2.12)") {
            at.x + (1 - step.alphaBar) * score
          }
          Rival(#"x_t + (1-\alpha_t)\nabla\log p_t(x_t)"#, "noise of the last step only") {
            at.x + (1 - step.alpha) * score
          }
          Rival(#"x_t - (1-\bar\alpha_t)\nabla\log p_t(x_t)"#, "sign") { at.x - (1 - step.alphaBar) * score }
        }
        try Statistical("weak form, mixture data", cases: [noisedLine(), noisedPlane(), noisedSpace()]) {
          noised, draw in
          let weak = try WeakForm(noised, draw)
          let (step, x) = (weak.step, weak.value * weak.x)
          Step(#"\mathbb{E}[\sqrt{\bar\alpha_t}\,x_0\,\varphi(x_t)]"#) {
            step.signal * weak.value * weak.start
          }
          Rival(#"\mathbb{E}[\sqrt{\alpha_t}\,x_0\,\varphi(x_t)]"#, "factor of the last step only") {
            step.factor * weak.value * weak.start
          }
          Step(#"\mathbb{E}[x_t\varphi(x_t) - (1-\bar\alpha_t)\nabla\varphi(x_t)]"#, because: "by parts") {
            x - (1 - step.alphaBar) * weak.slope
          }
          Rival(#"\mathbb{E}[x_t\varphi - (1-\alpha_t)\nabla\varphi]"#, "noise of the last step only") {
            x - (1 - step.alpha) * weak.slope
          }
          Rival(#"\mathbb{E}[x_t\varphi + (1-\bar\alpha_t)\nabla\varphi]"#, "sign") {
            x + (1 - step.alphaBar) * weak.slope
          }
        }
      }
    }
  }

  /// A simulated chain and a wave of `x_t`, whose gradient stands for the score by integration by parts.
  struct WeakForm {
    let step: DenoisingStep<Variate>
    let start: Vector<Variate>
    let previous: Vector<Variate>
    let x: Vector<Variate>
    let value: Variate
    let slope: Vector<Variate>

    init(_ noised: NoisedMixture, _ draw: Draw) throws {
      let (paths, time) = (try noised.paths(draw), noised.time)
      let wave = Wave([0.75, -0.5, 0.625].prefix(noised.dimension).map { $0 })
      step = try noised.step()
      (start, previous, x) = (paths[0], paths[time - 1], paths[time])
      (value, slope) = wave.valueAndGradient(x)
    }
  }
}
