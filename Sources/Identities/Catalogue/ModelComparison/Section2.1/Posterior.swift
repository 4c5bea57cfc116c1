import Arithmetic
import Probability
import Transport
import Verification

extension ModelComparison {
  /// The report, (2.5) to (2.10): a step of the chain turned round, and the divergence of a model of it.
  static var posteriorProblem: Problem {
    get throws {
      try Problem(
        "R.2", "Denoising diffusion: the posterior and its model",
        setting: #"""
          What a step back should do is the law of $x_{t-1}$ given $x_t$ and $x_0$. The exact checks condition the joint
          normal law of the whole chain, which knows no more than (2.1), with free $a_t = \sqrt{\alpha_t}$; the
          simulations run the chain forward and test what they reach against functions of $x_t$ and $x_0$.
          """#
      ) {
        try bayesRule  // R.2.5
        try posteriorLaw  // R.2.6
        try posteriorMean  // R.2.7
        try posteriorVariance  // R.2.8
        try modelMean  // R.2.9
        try modelDivergence  // R.2.10
      }
    }
  }

  /// The cases of the posterior: `alpha_t`, `alphaBar_{t-1}`, and points.
  struct PosteriorCase: Sendable, CustomStringConvertible {
    let alpha: Double
    let before: Double
    let start: Double
    let point: Double

    var description: String {
      "alpha = \(alpha.brief), alphaBar before = \(before.brief), x0 = \(start.brief), xt = \(point.brief)"
    }

    /// The second step of the chain `(alphaBar_{t-1}, alpha_t)`: any number of steps before are one.
    func step<S: Elementary>(_: S.Type = S.self) throws -> DenoisingStep<S> {
      try DenoisingChain(alphas: [before, alpha]).step(2)
    }

    /// The integral of `f(x_{t-1}) q(x_t | x_{t-1}) q(x_{t-1} | x_0)`.
    func integral(_ f: (Double) -> Double) throws -> Estimate {
      let step = try step(Double.self)
      let (x0, x) = (Vector([start]), Vector([point]))
      let law = step.marginalBefore(from: x0)
      return Quadrature.interval(-12...12) { y in
        let y = Vector([y])
        return f(y[0]) * Double.exp(step.transition(from: y).logDensity(x) + law.logDensity(y))
      }
    }

    /// The mean of `f(x_{t-1})` given `x_t` and `x_0`, by Bayes' rule and quadrature.
    func mean(_ f: (Double) -> Double) throws -> Interval {
      Interval(try integral(f)) / Interval(try integral { _ in 1 })
    }
  }

  static let posteriorCases = [
    PosteriorCase(alpha: 0.75, before: 0.8125, start: 0.5, point: -1.25),
    PosteriorCase(alpha: 0.9, before: 0.5, start: -1, point: 0.25),
    PosteriorCase(alpha: 0.5, before: 0.25, start: 2, point: 1),
  ]

  /// R.2.5: Bayes' rule, given the first variable.
  private static var bayesRule: Identity {
    get throws {
      try Identity(
        "R.2.5", "Bayes' rule in the chain",
        #"""
        q(x_{t-1}\mid x_t,x_0) = \frac{q(x_t\mid x_{t-1},x_0)\,q(x_{t-1}\mid x_0)}{q(x_t\mid x_0)}, \quad
        q(x_t\mid x_{t-1},x_0) = q(x_t\mid x_{t-1})
        """#,
        assuming: [#"the densities are positive, so $t \ge 2$"#]
      ) {
        bayesRuleOfChain(length: 2)
        bayesRuleOfChain(length: 3)
        bayesRuleOfChain(length: 5)
        Exact("the chain is Markov") { symbols, d in
          let (chain, data) = (try freeChain(symbols, length: 3), freeGaussian(symbols, d))
          let (x0, y) = (symbols.vector(d, "x0"), symbols.vector(d, "y"))
          Step(#"\text{mean and covariance of } x_3 \text{ given } x_2, x_0"#) {
            chain.law(from: data).law(of: [3], given: [0: x0, 2: y]).momentTable
          }
          Step(#"\sqrt{\alpha_3}\,x_2, \; (1-\alpha_3) I"#, because: "the noise is independent of the past") {
            chain.steps[2].transition(from: y).full.momentTable
          }
          Rival(#"\sqrt{\bar\alpha_3}\,x_0, \; (1-\bar\alpha_3) I"#, "conditioned on the first variable only")
          {
            chain.steps[2].marginal(from: x0).full.momentTable
          }
        }
        Numerical("densities at a point", cases: posteriorCases) { chosen in
          let step = try chosen.step(Interval.self)
          let (x0, x) = (Vector([Interval(chosen.start)]), Vector([Interval(chosen.point)]))
          Step(#"\int q(x_t\mid x_{t-1})\,q(x_{t-1}\mid x_0)\,dx_{t-1}"#) { try chosen.integral { _ in 1 } }
          Step(#"q(x_t\mid x_0)"#, because: "the denominator normalises") {
            Interval.exp(step.marginal(from: x0).logDensity(x))
          }
          Rival(#"q(x_t), \quad x_0 \sim N(0, 1)"#, "marginal law in the denominator") {
            Interval.exp(IsotropicGaussian(mean: .zero(1), variance: 1).logDensity(x))
          }
        }
        try Statistical("weak form, mixture data", cases: [noisedLine(), noisedPlane()]) { noised, draw in
          let (paths, step) = (try noised.paths(draw), try noised.step(Variate.self))
          let wave = Wave([0.75, -0.5].prefix(noised.dimension).map { $0 })
          let posterior = step.posterior(paths[noised.time], start: paths[0])
          let noise = draw.normal(noised.dimension)
          // Forward the pair (x_{t-1}, x_t); backward x_{t-1} is drawn anew from the right side.
          Step(#"\mathbb{E}[\sin(k\cdot(x_{t-1} - x_t) + c)]"#) {
            wave(paths[noised.time - 1] - paths[noised.time])
          }
          Step(#"\text{the same with } x_{t-1} \text{ drawn from the right side}"#, because: "Bayes' rule") {
            wave(posterior.mean + Variate.sqrt(posterior.variance) * noise - paths[noised.time])
          }
          Rival(#"\text{from } q(x_{t-1}\mid x_0)"#, "likelihood forgotten") {
            let law = step.marginalBefore(from: paths[0])
            return wave(law.mean + Variate.sqrt(law.variance) * noise - paths[noised.time])
          }
          Rival(#"\text{from } N(\sqrt{\alpha_t}\,x_t, (1-\alpha_t)I)"#, "forward and backward swapped") {
            let law = step.transition(from: paths[noised.time])
            return wave(law.mean + Variate.sqrt(law.variance) * noise - paths[noised.time])
          }
        }
      }
    }
  }

  /// Bayes' rule for the exponents and the normalisers, in a chain of any length.
  private static func bayesRuleOfChain(length: Int) -> Exact {
    Exact("log-densities, chain of \(length) steps") { symbols, d in
      let (chain, data) = (try freeChain(symbols, length: length), freeGaussian(symbols, d))
      let (x0, y, x) = (symbols.vector(d, "x0"), symbols.vector(d, "y"), symbols.vector(d, "x"))
      let (step, law) = (chain.steps[length - 1], chain.law(from: data))
      // Conditioned once, from the joint law of three vectors of the chain.
      let posterior = law.law(of: [length - 1], given: [0: x0, length: x])
      let volume = (1 - step.alpha) * (1 - step.alphaBarBefore) / (1 - step.alphaBar)
      let forward = step.transition(from: y).exponent(x)
      let (before, now) = (step.marginalBefore(from: x0).exponent(y), step.marginal(from: x0).exponent(x))
      let both = { (exponent: Symbol, volume: Symbol) in Vector([exponent, volume]) }
      Step(#"\text{exponent of } q(x_{t-1}\mid x_t,x_0), \text{ and its variance}"#) {
        both(posterior.exponent(y), posterior.covariance[d - 1, d - 1])
      }
      Step(
        #"\text{the sum of the exponents on the right, and the quotient of the variances}"#,
        because: #"$\log$ of both sides"#
      ) { both(forward + before - now, volume) }
      Restatement(#"\text{from } q(x_t, x_{t-1}\mid x_0) / q(x_t\mid x_0)"#) {
        let pair = chain.law(from: x0).law(of: length - 1, length)
        return both(pair.exponent(Vector(y.components + x.components)) - now, volume)
      }
      Rival(#"\text{denominator } q(x_t)"#, "marginal law in the denominator") {
        both(forward + before - law.law(of: length).exponent(x), volume)
      }
      Rival(#"\text{numerator } q(x_{t-1})"#, "marginal law in the numerator") {
        both(forward + law.law(of: length - 1).exponent(y) - now, volume)
      }
      Rival(
        #"q(x_{t-1}\mid x_t) \text{ by } N(\sqrt{\alpha_t}\,x_t, (1-\alpha_t) I)"#,
        "forward and backward swapped"
      ) {
        both(step.transition(from: x).exponent(y) + before - now, volume)
      }
    }
  }

  /// R.2.6: the posterior is normal, with its mean and variance.
  private static var posteriorLaw: Identity {
    get throws {
      try Identity(
        "R.2.6", "The posterior of a step",
        #"""
        q(x_{t-1}\mid x_t,x_0) = N\Bigl(\frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})x_t
        + \sqrt{\bar\alpha_{t-1}}(1-\alpha_t)x_0}{1-\bar\alpha_t},
        \frac{(1-\alpha_t)(1-\bar\alpha_{t-1})}{1-\bar\alpha_t} I\Bigr)
        """#,
        assuming: [#"$t \ge 2$ for a density; the report's $\propto$ is an equality"#]
      ) {
        posteriorOfChain(length: 2)
        posteriorOfChain(length: 3)
        posteriorOfChain(length: 5)
        Exact("the first step leaves a point mass") { symbols, d in
          let chain = try freeChain(symbols, length: 2)
          let (x0, x) = (symbols.vector(d, "x0"), symbols.vector(d, "x"))
          let law = chain.law(from: freeGaussian(symbols, d)).law(of: [0], given: [0: x0, 1: x])
          Step(#"\text{mean and covariance of } x_0 \text{ given } x_1, x_0"#) { law.momentTable }
          Step(#"\text{(2.6) at } t = 1"#, because: #"$\bar\alpha_0 = 1$"#) {
            chain.steps[0].posterior(x, start: x0).full.momentTable
          }
          Restatement(#"x_0, \; 0"#) { Gaussian(mean: x0, covariance: .zero(d, d)).momentTable }
          Rival(#"x_0, \; (1-\alpha_1) I"#, "forward variance") {
            IsotropicGaussian(mean: x0, variance: 1 - chain.steps[0].alpha).full.momentTable
          }
        }
        Numerical("moments by quadrature", cases: posteriorCases) { chosen in
          let step = try chosen.step(Interval.self)
          let (x0, x) = (Vector([Interval(chosen.start)]), Vector([Interval(chosen.point)]))
          let mean = step.posteriorMean(x, start: x0)[0]
          Step(#"\text{mean and variance of } q(x_t\mid x_{t-1})\,q(x_{t-1}\mid x_0), \text{ normalised}"#) {
            let mean = try chosen.mean { $0 }
            return [mean, try chosen.mean { ($0 - mean.midpoint).squared }]
          }
          Step(#"\text{(2.6)}"#, because: "precisions add up") { [mean, step.posteriorVariance] }
          Rival(#"\text{coefficients swapped}"#, "points swapped") {
            [step.posteriorMean(x0, start: x)[0], step.posteriorVariance]
          }
          Rival(#"\alpha \text{ for } \sqrt\alpha"#, "roots forgotten") {
            let bare =
              (step.alpha * (1 - step.alphaBarBefore) * x[0]
                + step.alphaBarBefore * (1 - step.alpha) * x0[0]) / (1 - step.alphaBar)
            return [bare, step.posteriorVariance]
          }
          Rival(#"\text{variance } 1-\alpha_t"#, "forward variance") { [mean, 1 - step.alpha] }
          Rival(#"\text{variance } (1-\alpha_t)(1-\bar\alpha_{t-1})"#, "denominator forgotten") {
            [mean, (1 - step.alpha) * (1 - step.alphaBarBefore)]
          }
        }
        try Statistical("second moments in weak form, mixture data", cases: [noisedLine(), noisedPlane()]) {
          noised, draw in
          let (paths, step) = (try noised.paths(draw), try noised.step(Variate.self))
          let (x0, y, x) = (paths[0], paths[noised.time - 1], paths[noised.time])
          let wave = 1 + Variate(0.5) * Wave([0.75, -0.5].prefix(noised.dimension).map { $0 })(x - x0)
          let (mean, d) = (step.posteriorMean(x, start: x0), Variate(noised.dimension))
          let spread = { (mean: Vector<Variate>, variance: Variate) in
            (mean.squaredNorm + d * variance) * wave
          }
          Step(#"\mathbb{E}[|x_{t-1}|^2\varphi(x_t, x_0)]"#) { y.squaredNorm * wave }
          Step(#"\mathbb{E}[(|\mu_q|^2 + d\sigma_q^2)\varphi(x_t, x_0)]"#, because: "(2.6)") {
            spread(mean, step.posteriorVariance)
          }
          Rival(#"\text{coefficients swapped}"#, "points swapped") {
            spread(step.posteriorMean(x0, start: x), step.posteriorVariance)
          }
          Rival(#"\text{variance } 1-\alpha_t"#, "forward variance") { spread(mean, 1 - step.alpha) }
          Rival(#"\text{variance } (1-\alpha_t)(1-\bar\alpha_{t-1})"#, "denominator forgotten") {
            spread(mean, (1 - step.alpha) * (1 - step.alphaBarBefore))
          }
        }
      }
    }
  }

  /// The posterior by conditioning the chain, in a chain of any length.
  private static func posteriorOfChain(length: Int) -> Exact {
    Exact("conditioning a chain of \(length) steps") { symbols, d in
      let (chain, data) = (try freeChain(symbols, length: length), freeGaussian(symbols, d))
      let (x0, x) = (symbols.vector(d, "x0"), symbols.vector(d, "x"))
      let step = chain.steps[length - 1]
      let (kept, bar, before) = (step.alpha, step.alphaBar, step.alphaBarBefore)
      let table = { (mean: Vector<Symbol>, variance: Symbol) in
        IsotropicGaussian(mean: mean, variance: variance).full.momentTable
      }
      let mean = step.posteriorMean(x, start: x0)
      Step(#"\text{mean and covariance of } x_{t-1} \text{ given } x_t, x_0"#) {
        chain.law(from: data).law(of: [length - 1], given: [0: x0, length: x]).momentTable
      }
      Step(#"\text{(2.6)}"#, because: "the exponents in (2.5) are quadratic: precisions add up") {
        table(mean, step.posteriorVariance)
      }
      Restatement(
        #"\sigma_q^2\Bigl(\frac{\sqrt{\alpha_t}\,x_t}{1-\alpha_t} + \frac{\sqrt{\bar\alpha_{t-1}}\,x_0}{1-\bar\alpha_{t-1}}\Bigr), \; \sigma_q^{-2} = \frac{\alpha_t}{1-\alpha_t} + \frac1{1-\bar\alpha_{t-1}}"#
      ) {
        let variance = 1 / (kept / (1 - kept) + 1 / (1 - before))
        return table(
          (variance * step.factor / (1 - kept)) * x + (variance * step.signalBefore / (1 - before)) * x0,
          variance)
      }
      Rival(#"\text{coefficients swapped}"#, "points swapped") {
        table(step.posteriorMean(x0, start: x), step.posteriorVariance)
      }
      Rival(#"\alpha \text{ for } \sqrt\alpha"#, "roots forgotten") {
        table(
          (kept * (1 - before) / (1 - bar)) * x + (before * (1 - kept) / (1 - bar)) * x0,
          step.posteriorVariance)
      }
      Rival(#"\text{variance } 1-\alpha_t"#, "forward variance") { table(mean, 1 - kept) }
      Rival(#"\text{variance } (1-\alpha_t)(1-\bar\alpha_{t-1})"#, "denominator forgotten") {
        table(mean, (1 - kept) * (1 - before))
      }
      Rival(#"\bar\alpha_t \text{ for } \bar\alpha_{t-1}"#, "one step too late") {
        table(
          step.factor * x + (step.signal * (1 - kept) / (1 - bar)) * x0, 1 - kept)
      }
    }
  }
}
