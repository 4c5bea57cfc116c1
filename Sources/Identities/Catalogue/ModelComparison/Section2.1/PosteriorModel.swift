import Arithmetic
import Probability
import Verification

extension ModelComparison {
  /// R.2.7: the posterior mean.
  static var posteriorMean: Identity {
    get throws {
      try Identity(
        "R.2.7", "The posterior mean",
        #"""
        \mu_q(x_t,x_0) = \frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})x_t + \sqrt{\bar\alpha_{t-1}}(1-\alpha_t)x_0}
        {1-\bar\alpha_t} = \mathbb{E}[x_{t-1}\mid x_t,x_0]
        """#,
        assuming: [#"$t \ge 2$"#],
        remarks: [
          #"""
          The coefficients do not sum to one: at $x_t = x_0 = 1$ the mean is
          $(\sqrt{\alpha_t} + \sqrt{\bar\alpha_{t-1}})/(1 + \sqrt{\bar\alpha_t}) < 1$.
          """#
        ]
      ) {
        Exact("conditioning a chain of three steps") { symbols, d in
          let (chain, data) = (try freeChain(symbols, length: 3), freeGaussian(symbols, d))
          let (x0, x, step) = (symbols.vector(d, "x0"), symbols.vector(d, "x"), chain.steps[2])
          let (a, b) = (step.factor, step.signalBefore)
          Step(#"\mathbb{E}[x_{t-1}\mid x_t,x_0]"#) {
            chain.law(from: data).law(of: [2], given: [0: x0, 3: x]).mean
          }
          Step(#"\mu_q(x_t,x_0)"#, because: "(2.6)") { step.posteriorMean(x, start: x0) }
          Restatement(
            #"\sqrt{\bar\alpha_{t-1}}\,x_0 + \frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}(x_t - \sqrt{\bar\alpha_t}\,x_0)"#,
            because: "the mean given the first variable, moved by what the new one adds"
          ) {
            let gain = a * (1 - b.squared) / (1 - step.alphaBar)
            return b * x0 + gain * (x - step.signal * x0)
          }
          Rival(#"\mu_q(x_0, x_t)"#, "points swapped") { step.posteriorMean(x0, start: x) }
          Rival(#"\text{divided by the sum of its coefficients}"#, "coefficients made to sum to one") {
            let one = Vector([1 as Symbol])
            return step.posteriorMean(x, start: x0) / step.posteriorMean(one, start: one)[0]
          }
          Rival(#"\sqrt{\bar\alpha_t} \text{ for } \sqrt{\bar\alpha_{t-1}}"#, "one step too late") {
            step.posteriorMean(x, start: a * x0)
          }
        }
        Exact("its coefficients at one point", dimensions: [1]) { symbols, _ in
          let step = freeStep(symbols)
          let one = Vector([1 as Symbol])
          Step(#"\mu_q(1, 1)"#) { step.posteriorMean(one, start: one)[0] }
          Step(
            #"\frac{\sqrt{\alpha_t}+\sqrt{\bar\alpha_{t-1}}}{1+\sqrt{\bar\alpha_t}}"#,
            because: #"$1 - a^2b^2 = (1-ab)(1+ab)$, and $1-ab$ cancels"#
          ) { (step.factor + step.signalBefore) / (1 + step.signal) }
          Restatement(
            #"1 - \frac{(1-\sqrt{\alpha_t})(1-\sqrt{\bar\alpha_{t-1}})}{1+\sqrt{\bar\alpha_t}}"#,
            because: "less than one unless a factor is one"
          ) {
            let lost = (1 - step.factor) * (1 - step.signalBefore)
            return 1 - lost / (1 + step.signal)
          }
          Rival("1", "coefficients taken to sum to one") { 1 }
        }
        try Statistical("weak form, mixture data", cases: [noisedLine(), noisedPlane(), noisedSpace()]) {
          noised, draw in
          let (paths, step) = (try noised.paths(draw), try noised.step(Variate.self))
          let (x0, y, x) = (paths[0], paths[noised.time - 1], paths[noised.time])
          let wave = Wave([0.75, -0.5, 0.625].prefix(noised.dimension).map { $0 })
          let factor = wave(x + Variate(0.5) * x0)
          Step(#"\mathbb{E}[x_{t-1}\,\varphi(x_t, x_0)]"#) { factor * y }
          Step(#"\mathbb{E}[\mu_q(x_t,x_0)\,\varphi(x_t, x_0)]"#, because: "conditioning") {
            factor * step.posteriorMean(x, start: x0)
          }
          Rival(#"\mu_q(x_0, x_t)"#, "points swapped") { factor * step.posteriorMean(x0, start: x) }
          Rival(#"\text{divided by the sum of its coefficients}"#, "coefficients made to sum to one") {
            let sum = (step.factor + step.signalBefore) / (1 + step.signal)
            return (factor / sum) * step.posteriorMean(x, start: x0)
          }
          Rival(#"\sqrt{\bar\alpha_t} \text{ for } \sqrt{\bar\alpha_{t-1}}"#, "one step too late") {
            factor * step.posteriorMean(x, start: step.factor * x0)
          }
        }
      }
    }
  }

  /// R.2.8: the posterior covariance.
  static var posteriorVariance: Identity {
    get throws {
      try Identity(
        "R.2.8", "The posterior covariance",
        #"""
        \operatorname{Cov}(x_{t-1}\mid x_t,x_0) = \sigma_q^2(t) I, \quad
        \sigma_q^2(t) = \frac{(1-\alpha_t)(1-\bar\alpha_{t-1})}{1-\bar\alpha_t}, \quad
        \sigma_q^{-2}(t) = \frac{\alpha_t}{1-\alpha_t} + \frac1{1-\bar\alpha_{t-1}}
        """#,
        assuming: [#"$t \ge 2$"#]
      ) {
        Exact("conditioning a chain of three steps") { symbols, d in
          let (chain, data) = (try freeChain(symbols, length: 3), freeGaussian(symbols, d))
          let (x0, x, step) = (symbols.vector(d, "x0"), symbols.vector(d, "x"), chain.steps[2])
          let (one, bar) = (Matrix<Symbol>.identity(d), step.alphaBarBefore)
          Step(#"\operatorname{Cov}(x_{t-1}\mid x_t,x_0)"#) {
            chain.law(from: data).law(of: [2], given: [0: x0, 3: x]).covariance
          }
          Step(#"\sigma_q^2(t) I"#, because: "(2.6)") { step.posteriorVariance * one }
          Rival(#"(1-\alpha_t) I"#, "forward variance") { (1 - step.alpha) * one }
          Rival(#"\sigma_q^4(t) I"#, "variance for deviation") { step.posteriorVariance.squared * one }
          Step(
            #"\Bigl(\frac{\alpha_t}{1-\alpha_t} + \frac1{1-\bar\alpha_{t-1}}\Bigr)^{-1} I"#,
            because: "precisions add up"
          ) {
            let precision = step.alpha / (1 - step.alpha) + 1 / (1 - bar)
            return one / precision
          }
          Restatement(
            #"\frac{(1-\alpha_t)(1-\bar\alpha_{t-1})}{(1-\alpha_t) + \alpha_t(1-\bar\alpha_{t-1})} I"#
          ) {
            let (noise, last) = (1 - step.alpha, step.alpha * (1 - bar))
            return (noise * (1 - bar) / (noise + last)) * one
          }
          Rival(
            #"\Bigl(\frac1{1-\alpha_t} + \frac1{1-\bar\alpha_{t-1}}\Bigr)^{-1} I"#,
            "precision without the factor"
          ) {
            let precision = 1 / (1 - step.alpha) + 1 / (1 - bar)
            return one / precision
          }
        }
        Numerical("variance by quadrature", cases: posteriorCases) { chosen in
          let step = try chosen.step(Interval.self)
          Step(#"\text{variance of } q(x_t\mid x_{t-1})\,q(x_{t-1}\mid x_0), \text{ normalised}"#) {
            let mean = try chosen.mean { $0 }.midpoint
            return try chosen.mean { ($0 - mean).squared }
          }
          Step(#"\sigma_q^2(t)"#, because: "(2.6)") { step.posteriorVariance }
          Rival(#"\sigma_q(t)"#, "deviation for variance") { Interval.sqrt(step.posteriorVariance) }
          Rival(#"1-\alpha_t"#, "forward variance") { 1 - step.alpha }
        }
        try Statistical("weak form, mixture data", cases: [noisedPlane(), noisedSpace()]) {
          noised, draw in
          let (paths, step) = (try noised.paths(draw), try noised.step(Variate.self))
          let (x0, y, x) = (paths[0], paths[noised.time - 1], paths[noised.time])
          let waves = Wave([0.75, -0.5, 0.625].prefix(noised.dimension).map { $0 })
          let factor = 1 + Variate(0.5) * waves(x - x0)
          let d = Variate(noised.dimension)
          Step(#"\mathbb{E}[|x_{t-1} - \mu_q|^2\,\varphi(x_t, x_0)]"#) {
            factor * (y - step.posteriorMean(x, start: x0)).squaredNorm
          }
          Step(#"d\,\sigma_q^2(t)\,\mathbb{E}[\varphi(x_t, x_0)]"#, because: "the same at every point") {
            d * step.posteriorVariance * factor
          }
          Rival(#"d\,\sigma_q(t)"#, "deviation for variance") {
            d * Variate.sqrt(step.posteriorVariance) * factor
          }
          Rival(#"d\,(1-\alpha_t)"#, "forward variance") { d * (1 - step.alpha) * factor }
        }
      }
    }
  }

  /// R.2.9: the mean of the model.
  static var modelMean: Identity {
    get throws {
      try Identity(
        "R.2.9", "The mean of the model",
        #"""
        \mu_\theta(x_t,t) = \frac{\sqrt{\alpha_t}(1-\bar\alpha_{t-1})x_t
        + \sqrt{\bar\alpha_{t-1}}(1-\alpha_t)\hat x_\theta(x_t,t)}{1-\bar\alpha_t}, \quad
        \hat x_\theta = \mathbb{E}[x_0\mid x_t] \implies \mu_\theta = \mathbb{E}[x_{t-1}\mid x_t]
        """#,
        assuming: [#"the model's covariance is $\Sigma_q(t)$, fixed: with a learned one (2.10) fails"#]
      ) {
        Exact("the best prediction, normal data") { symbols, d in
          let (chain, data) = (try freeChain(symbols, length: 3), freeGaussian(symbols, d))
          let (x, step) = (symbols.vector(d, "x"), chain.steps[2])
          let law = chain.law(from: data)
          let best = law.law(of: [0], given: [3: x]).mean
          Step(#"\mathbb{E}[x_{t-1}\mid x_t]"#) { law.law(of: [2], given: [3: x]).mean }
          Step(
            #"\mu_\theta, \quad \hat x_\theta = \mathbb{E}[x_0\mid x_t]"#,
            because: #"$\mu_q$ is affine in $x_0$, so its mean given $x_t$ has the mean of $x_0$"#
          ) { step.posteriorMean(x, start: best) }
          Rival(#"\hat x_\theta \text{ with the coefficient of } x_t"#, "points swapped") {
            step.posteriorMean(best, start: x)
          }
          Rival(#"\sqrt{\bar\alpha_t} \text{ for } \sqrt{\bar\alpha_{t-1}}"#, "one step too late") {
            step.posteriorMean(x, start: step.factor * best)
          }
        }
        Exact("the model matches the posterior") { symbols, d in
          let step = freeStep(symbols)
          let (x0, x, guess) = (symbols.vector(d, "x0"), symbols.vector(d, "x"), symbols.vector(d, "xhat"))
          let (own, model) = (step.posterior(x, start: x0), step.posterior(x, start: guess))
          // A free variance of the model, and the logarithm of its ratio to the posterior's.
          let (learned, logRatio) = (symbols.scalar("s"), symbols.scalar("log s"))
          Step(#"\mathrm{KL}(q(x_{t-1}\mid x_t,x_0)\Vert N(\mu_\theta, \Sigma_q))"#) {
            own.divergence(from: model, logRatio: 0)
          }
          Step(
            #"\frac{\bar\alpha_{t-1}(1-\alpha_t)^2}{2\sigma_q^2(1-\bar\alpha_t)^2}|\hat x_\theta - x_0|^2"#,
            because: #"equal variances: only $\mu_\theta - \mu_q$ is left"#
          ) { step.predictionWeight * (guess - x0).squaredNorm / 2 }
          Restatement(#"\frac1{2\sigma_q^2}|\mu_\theta - \mu_q|^2"#) {
            (model.mean - own.mean).squaredNorm / (2 * own.variance)
          }
          Rival(#"\text{covariance } sI \text{ in the place of } \Sigma_q"#, "covariance learned too") {
            own.divergence(from: IsotropicGaussian(mean: model.mean, variance: learned), logRatio: logRatio)
          }
          Rival(#"\hat x_\theta \text{ with the coefficient of } x_t"#, "points swapped") {
            (step.posteriorMean(guess, start: x) - own.mean).squaredNorm / (2 * own.variance)
          }
        }
        try Statistical(
          "weak form, the denoiser of a mixture", cases: [noisedLine(), noisedPlane(), noisedSpace()]
        ) { noised, draw in
          let (paths, step) = (try noised.paths(draw), try noised.step(Variate.self))
          let (y, x) = (paths[noised.time - 1], paths[noised.time])
          let factor = Wave([0.75, -0.5, 0.625].prefix(noised.dimension).map { $0 })(x)
          let best = step.startMean(given: x, of: noised.law())
          Step(#"\mathbb{E}[x_{t-1}\,\varphi(x_t)]"#) { factor * y }
          Step(
            #"\mathbb{E}[\mu_\theta(x_t)\,\varphi(x_t)]"#,
            because: #"$\hat x_\theta = \mathbb{E}[x_0\mid x_t]$"#
          ) {
            factor * step.posteriorMean(x, start: best)
          }
          Rival(#"\hat x_\theta \text{ with the coefficient of } x_t"#, "points swapped") {
            factor * step.posteriorMean(best, start: x)
          }
          Rival(#"\sqrt{\bar\alpha_t} \text{ for } \sqrt{\bar\alpha_{t-1}}"#, "one step too late") {
            factor * step.posteriorMean(x, start: step.factor * best)
          }
        }
      }
    }
  }

  /// R.2.10: the divergence of the model from the posterior.
  static var modelDivergence: Identity {
    get throws {
      try Identity(
        "R.2.10", "The divergence of the model",
        #"""
        \mathrm{KL}(q(x_{t-1}\mid x_t,x_0)\Vert p_\theta(x_{t-1}\mid x_t)) = \frac1{2\sigma_q^2(t)}
        \frac{\bar\alpha_{t-1}(1-\alpha_t)^2}{(1-\bar\alpha_t)^2}\,|\hat x_\theta(x_t,t) - x_0|^2
        """#,
        assuming: [#"both laws have the covariance $\sigma_q^2(t) I$, and $t \ge 2$"#],
        remarks: [
          #"With equal covariances the divergence is the same in both directions: no example can tell them apart."#
        ]
      ) {
        divergenceOfChain(length: 2)
        divergenceOfChain(length: 4)
        Numerical("divergence by quadrature", cases: posteriorCases) { chosen in
          let (step, exact) = (try chosen.step(Double.self), try chosen.step(Interval.self))
          let (x0, x, guess) = (Vector([chosen.start]), Vector([chosen.point]), Vector([0.625]))
          let (own, model) = (step.posterior(x, start: x0), step.posterior(x, start: guess))
          let error = (Interval(chosen.start) - Interval(guess[0])).squared
          let formula = { (weight: Interval) in weight * error / 2 }
          let (noise, kept) = (1 - exact.alphaBar, 1 - exact.alpha)
          Step(#"\int q\,\log\frac q{p_\theta}\,dx_{t-1}"#) {
            Quadrature.interval(-12...12) { y in
              let y = Vector([y])
              return Double.exp(own.logDensity(y)) * (own.logDensity(y) - model.logDensity(y))
            }
          }
          Step(#"\text{(2.10)}"#, because: "trace and determinant cancel") { formula(exact.predictionWeight) }
          Rival(#"\bar\alpha_t \text{ for } \bar\alpha_{t-1}"#, "one step too late") {
            formula(exact.alpha * exact.predictionWeight)
          }
          Rival(#"1-\alpha_t \text{ not squared}"#, "square forgotten") {
            formula(exact.predictionWeight / kept)
          }
          Rival(#"\text{no } \tfrac12"#, "one half forgotten") { formula(2 * exact.predictionWeight) }
          Rival(#"\sigma_q \text{ for } \sigma_q^2"#, "deviation for variance") {
            formula(
              exact.alphaBarBefore * kept.squared / (noise.squared * Interval.sqrt(exact.posteriorVariance)))
          }
        }
        try Statistical(
          "log-ratio of densities on the simulated chain", cases: [noisedPlane(), noisedSpace()]
        ) {
          noised, draw in
          let (paths, step) = (try noised.paths(draw), try noised.step(Variate.self))
          let (x0, y, x) = (paths[0], paths[noised.time - 1], paths[noised.time])
          // A prediction that is not linear; y is drawn by the chain, and Bayes' rule gives the posterior's density.
          let guess = Vector(x.indices.map { Variate(0.75) * Variate.sin(x[$0]) })
          let model = step.posterior(x, start: guess)
          let error = (guess - x0).squaredNorm
          let formula = { (weight: Variate) in weight * error / 2 }
          Step(
            #"\mathbb{E}\log\frac{q(x_t\mid x_{t-1})\,q(x_{t-1}\mid x_0)}{q(x_t\mid x_0)\,p_\theta(x_{t-1}\mid x_t)}"#
          ) {
            step.transition(from: y).logDensity(x) + step.marginalBefore(from: x0).logDensity(y)
              - step.marginal(from: x0).logDensity(x) - model.logDensity(y)
          }
          Step(#"\mathbb{E}\text{ of (2.10)}"#, because: "trace and determinant cancel") {
            formula(step.predictionWeight)
          }
          Rival(#"\bar\alpha_t \text{ for } \bar\alpha_{t-1}"#, "one step too late") {
            formula(step.alpha * step.predictionWeight)
          }
          Rival(#"1-\alpha_t \text{ not squared}"#, "square forgotten") {
            formula(step.predictionWeight / (1 - step.alpha))
          }
          Rival(#"\text{no } \tfrac12"#, "one half forgotten") { formula(2 * step.predictionWeight) }
        }
      }
    }
  }

  /// The divergence of normal laws with the means and variances of a chain of any length.
  private static func divergenceOfChain(length: Int) -> Exact {
    Exact("chain of \(length) steps") { symbols, d in
      let (chain, data) = (try freeChain(symbols, length: length), freeGaussian(symbols, d))
      let (x0, x, guess) = (symbols.vector(d, "x0"), symbols.vector(d, "x"), symbols.vector(d, "xhat"))
      let step = chain.steps[length - 1]
      let law = chain.law(from: data)
      let error = (guess - x0).squaredNorm
      let formula = { (top: Symbol, below: Symbol) in
        top * error / (2 * below * (1 - step.alphaBar).squared)
      }
      let (before, noise, variance) = (step.alphaBarBefore, 1 - step.alpha, step.posteriorVariance)
      // The general formula for normal laws, whose logarithm is zero for equal covariances.
      let divergence = { (p: Gaussian<Symbol>, q: Gaussian<Symbol>) in
        let shift = q.mean - p.mean
        return (q.covariance.solve(p.covariance).trace - Symbol(d) + shift.dot(q.covariance.solve(shift))) / 2
      }
      let own = law.law(of: [length - 1], given: [0: x0, length: x])
      let model = law.law(of: [length - 1], given: [0: guess, length: x])
      Step(
        #"\tfrac12\bigl(\operatorname{tr}\Sigma_p^{-1}\Sigma_q - d + (\mu_p-\mu_q)^\top\Sigma_p^{-1}(\mu_p-\mu_q)\bigr)"#
      ) {
        divergence(own, model)
      }
      Step(#"\text{(2.10)}"#, because: "trace and determinant cancel") {
        formula(before * noise.squared, variance)
      }
      Restatement(#"\mathrm{KL}(p_\theta\Vert q)"#, because: "symmetric for equal covariances") {
        divergence(model, own)
      }
      Rival(#"\bar\alpha_t \text{ for } \bar\alpha_{t-1}"#, "one step too late") {
        formula(step.alphaBar * noise.squared, variance)
      }
      Rival(#"1-\alpha_t \text{ not squared}"#, "square forgotten") { formula(before * noise, variance) }
      Rival(#"\text{no } \tfrac12"#, "one half forgotten") { 2 * formula(before * noise.squared, variance) }
      Rival(#"\sigma_q^4 \text{ for } \sigma_q^2"#, "variance for deviation") {
        formula(before * noise.squared, variance.squared)
      }
    }
  }
}
