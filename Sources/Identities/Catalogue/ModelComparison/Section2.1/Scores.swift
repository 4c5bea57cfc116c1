import Arithmetic
import Probability
import Transport
import Verification

extension ModelComparison {
  /// R.2.13 as the report writes it, without the expectation.
  static var startIsAFunction: Identity {
    get throws {
      try Identity(
        "R.2.13", "The first variable from the score, as the report has it",
        #"x_0 = \frac{x_t + (1-\bar\alpha_t)\nabla\log p_t(x_t)}{\sqrt{\bar\alpha_t}}"#,
        expectation: .fails(
          correctedBy: "R.2.13.corrected",
          why: #"A conditional expectation is dropped: $x_0$ is not a function of $x_t$."#,
          counterexample: #"""
            $x_0 = -1$, $x_t = 0.25$: the right side is $0.588604$. For data $N(0, 1)$ it is $\sqrt{\bar\alpha_t}\,x_t$,
            whatever $x_0$ was.
            """#)
      ) {
        Exact("normal data, three steps") { symbols, d in
          let free = try FreeScores(symbols, d)
          Step("x_0") { free.start }
          Step(
            #"\frac{x_t + (1-\bar\alpha_t)\nabla\log p_t(x_t)}{\sqrt{\bar\alpha_t}}"#,
            because: "as the report has it"
          ) {
            free.step.start(at: free.x, score: free.marginal)
          }
          Restatement(
            #"\frac{x_t + (1-\bar\alpha_t)\nabla\log q(x_t\mid x_0)}{\sqrt{\bar\alpha_t}}"#,
            because: "the conditional score"
          ) {
            free.step.start(at: free.x, score: free.conditional)
          }
        }
        try Numerical("mixture data", cases: [ScorePoint.standard, .other]) { at in
          let (step, marginal, conditional) = (try at.step(), try at.marginal(), try at.conditional())
          Step("x_0") { at.x0 }
          Step(
            #"\frac{x_t + (1-\bar\alpha_t)\nabla\log p_t(x_t)}{\sqrt{\bar\alpha_t}}"#,
            because: "as the report has it"
          ) {
            step.start(at: at.x, score: marginal)
          }
          Restatement(
            #"\frac{x_t + (1-\bar\alpha_t)\nabla\log q(x_t\mid x_0)}{\sqrt{\bar\alpha_t}}"#,
            because: "the conditional score"
          ) {
            step.start(at: at.x, score: conditional)
          }
        }
        try Statistical("second moments, mixture data", cases: [noisedLine(), noisedPlane()]) {
          noised, draw in
          let weak = try WeakForm(noised, draw)
          let best = weak.step.start(at: weak.x, score: weak.step.law(of: noised.law()).score(weak.x))
          Step(#"\mathbb{E}|x_0|^2"#) { weak.start.squaredNorm }
          Step(#"\mathbb{E}|\hat x|^2, \quad \hat x \text{ the right side}"#, because: "as the report has it")
          {
            best.squaredNorm
          }
          Restatement(#"\mathbb{E}[|\hat x|^2 + \operatorname{tr}\operatorname{Cov}(x_0\mid x_t)]"#) {
            best.squaredNorm + weak.step.startVariance(given: weak.x, of: noised.law())
          }
        }
      }
    }
  }

  /// R.2.13 with the expectation.
  static var startOnAverage: Identity {
    get throws {
      try Identity(
        "R.2.13.corrected", "The denoiser from the score",
        #"\mathbb{E}[x_0\mid x_t] = \frac{x_t + (1-\bar\alpha_t)\nabla\log p_t(x_t)}{\sqrt{\bar\alpha_t}}"#,
        remarks: [
          #"""
          Data at a single point are recovered without an expectation, for there both scores agree: such data cannot tell
          (2.13) from its correction.
          """#
        ]
      ) {
        Exact("normal data, three steps") { symbols, d in
          let free = try FreeScores(symbols, d)
          let (x, step) = (free.x, free.step)
          Step(#"\mathbb{E}[x_0\mid x_t]"#) { free.startLaw.mean }
          Step(
            #"\frac{x_t + (1-\bar\alpha_t)\nabla\log p_t(x_t)}{\sqrt{\bar\alpha_t}}"#,
            because: "Tweedie's formula"
          ) {
            step.start(at: x, score: free.marginal)
          }
          Rival(
            #"\frac{x_t + (1-\bar\alpha_t)\nabla\log p_t(x_t)}{\sqrt{\alpha_t}}"#,
            "factor of the last step only"
          ) {
            (x + (1 - step.alphaBar) * free.marginal) / step.factor
          }
          Rival("x_0", "taken for an identity of random variables") { free.start }
          Rival(#"\frac{x_t - (1-\bar\alpha_t)\nabla\log p_t(x_t)}{\sqrt{\bar\alpha_t}}"#, "sign") {
            step.start(at: x, score: -free.marginal)
          }
        }
        Exact("data at one point, three steps") { symbols, d in
          let free = try FreeScores(symbols, d, isPoint: true)
          Step(#"\mathbb{E}[x_0\mid x_t]"#) { free.startLaw.mean }
          Step(
            #"\frac{x_t + (1-\bar\alpha_t)\nabla\log p_t(x_t)}{\sqrt{\bar\alpha_t}}"#,
            because: "Tweedie's formula"
          ) {
            free.step.start(at: free.x, score: free.marginal)
          }
          Restatement("x_0", because: "both scores agree: (2.13) as the report has it") { free.start }
          Rival(
            #"\frac{x_t + (1-\bar\alpha_t)\nabla\log p_t(x_t)}{\sqrt{\alpha_t}}"#,
            "factor of the last step only"
          ) {
            (free.x + (1 - free.step.alphaBar) * free.marginal) / free.step.factor
          }
        }
        try Numerical("mixture data, by quadrature", cases: [ScorePoint.standard, .other]) { at in
          let (step, score, best) = (try at.step(), try at.marginal(), try at.startMean { $0 })
          Step(#"\mathbb{E}[x_0\mid x_t]"#) { best }
          Step(
            #"\frac{x_t + (1-\bar\alpha_t)\nabla\log p_t(x_t)}{\sqrt{\bar\alpha_t}}"#,
            because: "Tweedie's formula"
          ) {
            step.start(at: at.x, score: score)
          }
          Rival(
            #"\frac{x_t + (1-\bar\alpha_t)\nabla\log p_t(x_t)}{\sqrt{\alpha_t}}"#,
            "factor of the last step only"
          ) {
            (at.x + (1 - step.alphaBar) * score) / step.factor
          }
          Rival("x_0", "taken for an identity of random variables") { at.x0 }
        }
        try Statistical("weak form, mixture data", cases: [noisedLine(), noisedPlane(), noisedSpace()]) {
          noised, draw in
          let weak = try WeakForm(noised, draw)
          let score = weak.step.law(of: noised.law()).score(weak.x)
          Step(#"\mathbb{E}[x_0\,\varphi(x_t)]"#) { weak.value * weak.start }
          Step(
            #"\mathbb{E}[\hat x(x_t)\,\varphi(x_t)], \quad \hat x \text{ the right side}"#,
            because: "conditioning"
          ) {
            weak.value * weak.step.start(at: weak.x, score: score)
          }
          Rival(#"\sqrt{\alpha_t} \text{ for } \sqrt{\bar\alpha_t}"#, "factor of the last step only") {
            (weak.value * weak.step.signalBefore) * weak.step.start(at: weak.x, score: score)
          }
          Rival(#"1-\alpha_t \text{ for } 1-\bar\alpha_t"#, "noise of the last step only") {
            let moved = weak.x + (1 - weak.step.alpha) * score
            return (weak.value / weak.step.signal) * moved
          }
        }
      }
    }
  }

  /// R.2.14 as the report writes it, with the marginal score.
  static var posteriorMeanByTheMarginalScore: Identity {
    get throws {
      try Identity(
        "R.2.14", "The posterior mean from the score, as the report has it",
        #"""
        \mu_q(x_t,x_0) = \frac1{\sqrt{\alpha_t}}x_t + \frac{1-\alpha_t}{\sqrt{\alpha_t}}\nabla\log p_t(x_t)
        """#,
        expectation: .fails(
          correctedBy: "R.2.14.corrected",
          why: #"""
            The left side depends on $x_0$ and the right side does not. The algebra and the sign are right for the mean of
            the left side given $x_t$, and for the left side itself with the conditional score.
            """#,
          counterexample: #"""
            $x_0 = -1$, $x_t = 0.25$: left $-0.472965$, right $0.443482 = \mathbb{E}[x_{t-1}\mid x_t]$.
            """#)
      ) {
        Exact("normal data, three steps") { symbols, d in
          let free = try FreeScores(symbols, d)
          Step(#"\mu_q(x_t,x_0)"#) { free.step.posteriorMean(free.x, start: free.start) }
          Step(
            #"\tfrac1{\sqrt{\alpha_t}}\bigl(x_t + (1-\alpha_t)\nabla\log p_t(x_t)\bigr)"#,
            because: "as the report has it"
          ) {
            free.step.reverseMean(at: free.x, score: free.marginal)
          }
          Restatement(
            #"\tfrac1{\sqrt{\alpha_t}}\bigl(x_t + (1-\alpha_t)\nabla\log q(x_t\mid x_0)\bigr)"#,
            because: "the conditional score"
          ) {
            free.step.reverseMean(at: free.x, score: free.conditional)
          }
        }
        try Numerical("mixture data", cases: [ScorePoint.standard, .other]) { at in
          let (step, marginal, conditional) = (try at.step(), try at.marginal(), try at.conditional())
          Step(#"\mu_q(x_t,x_0)"#) { step.posteriorMean(at.x, start: at.x0) }
          Step(
            #"\tfrac1{\sqrt{\alpha_t}}\bigl(x_t + (1-\alpha_t)\nabla\log p_t(x_t)\bigr)"#,
            because: "as the report has it"
          ) {
            step.reverseMean(at: at.x, score: marginal)
          }
          Restatement(
            #"\tfrac1{\sqrt{\alpha_t}}\bigl(x_t + (1-\alpha_t)\nabla\log q(x_t\mid x_0)\bigr)"#,
            because: "the conditional score"
          ) {
            step.reverseMean(at: at.x, score: conditional)
          }
        }
        try Statistical("second moments, mixture data", cases: [noisedLine(), noisedPlane()]) {
          noised, draw in
          let weak = try WeakForm(noised, draw)
          let mean = weak.step.reverseMean(at: weak.x, score: weak.step.law(of: noised.law()).score(weak.x))
          let d = Variate(noised.dimension)
          Step(#"\mathbb{E}|\mu_q(x_t,x_0)|^2 = \mathbb{E}|x_{t-1}|^2 - d\,\sigma_q^2(t)"#) {
            weak.previous.squaredNorm - d * weak.step.posteriorVariance
          }
          Step(#"\mathbb{E}|m(x_t)|^2, \quad m \text{ the right side}"#, because: "as the report has it") {
            mean.squaredNorm
          }
          Restatement(
            #"\mathbb{E}\Bigl[|m|^2 + \frac{\bar\alpha_{t-1}(1-\alpha_t)^2}{(1-\bar\alpha_t)^2}\operatorname{tr}\operatorname{Cov}(x_0\mid x_t)\Bigr]"#
          ) {
            let spread = weak.step.startVariance(given: weak.x, of: noised.law())
            return mean.squaredNorm + weak.step.predictionWeight * weak.step.posteriorVariance * spread
          }
        }
      }
    }
  }

  /// R.2.14 on average over `x_0`.
  static var posteriorMeanOnAverage: Identity {
    get throws {
      try Identity(
        "R.2.14.corrected", "The mean of a step back from the score",
        #"""
        \mathbb{E}[\mu_q(x_t,x_0)\mid x_t] = \mathbb{E}[x_{t-1}\mid x_t]
        = \frac1{\sqrt{\alpha_t}}\bigl(x_t + (1-\alpha_t)\nabla\log p_t(x_t)\bigr), \quad
        \mu_q(x_t,x_0) = \frac1{\sqrt{\alpha_t}}\bigl(x_t + (1-\alpha_t)\nabla\log q(x_t\mid x_0)\bigr)
        """#,
        assuming: [#"$t \ge 2$"#]
      ) {
        Exact("normal data, three steps") { symbols, d in
          let free = try FreeScores(symbols, d)
          let (x, step, score) = (free.x, free.step, free.marginal)
          Step(#"\mathbb{E}[x_{t-1}\mid x_t]"#) { free.previousLaw.mean }
          Step(#"\mathbb{E}[\mu_q(x_t,x_0)\mid x_t]"#, because: "the tower property") {
            step.posteriorMean(x, start: free.startLaw.mean)
          }
          Rival(#"\mu_q(x_t,x_0) \text{ at a fixed } x_0"#, "the average forgotten") {
            step.posteriorMean(x, start: free.start)
          }
          Step(
            #"\tfrac1{\sqrt{\alpha_t}}\bigl(x_t + (1-\alpha_t)\nabla\log p_t(x_t)\bigr)"#,
            because: "Tweedie's formula"
          ) {
            step.reverseMean(at: x, score: score)
          }
          Rival(
            #"\tfrac1{\sqrt{\alpha_t}}\bigl(x_t + \tfrac12(1-\alpha_t)\nabla\log p_t\bigr)"#,
            "one half, as in a probability flow"
          ) {
            step.reverseMean(at: x, score: score / 2)
          }
          Rival(#"\tfrac1{\sqrt{\alpha_t}}\bigl(x_t - (1-\alpha_t)\nabla\log p_t\bigr)"#, "sign") {
            step.reverseMean(at: x, score: -score)
          }
          Rival(
            #"\tfrac1{\sqrt{\alpha_t}}\bigl(x_t + (1-\bar\alpha_t)\nabla\log p_t\bigr)"#, "noise of all steps"
          ) {
            (x + (1 - step.alphaBar) * score) / step.factor
          }
        }
        noiseForm
        try Numerical("mixture data, by quadrature", cases: [ScorePoint.standard, .other]) { at in
          let (step, score, best) = (try at.step(), try at.marginal(), try at.startMean { $0 })
          Step(#"\mathbb{E}[x_{t-1}\mid x_t]"#) { try at.previousMean() }
          Step(#"\mathbb{E}[\mu_q(x_t,x_0)\mid x_t]"#, because: "the tower property") {
            step.posteriorMean(at.x, start: Vector([best]))
          }
          Rival(#"\mu_q(x_t,x_0) \text{ at a fixed } x_0"#, "the average forgotten") {
            step.posteriorMean(at.x, start: at.x0)
          }
          Step(
            #"\tfrac1{\sqrt{\alpha_t}}\bigl(x_t + (1-\alpha_t)\nabla\log p_t(x_t)\bigr)"#,
            because: "Tweedie's formula"
          ) {
            step.reverseMean(at: at.x, score: score)
          }
          Rival(
            #"\tfrac1{\sqrt{\alpha_t}}\bigl(x_t + \tfrac12(1-\alpha_t)\nabla\log p_t\bigr)"#,
            "one half, as in a probability flow"
          ) {
            step.reverseMean(at: at.x, score: score / 2)
          }
          Rival(#"\tfrac1{\sqrt{\alpha_t}}\bigl(x_t - (1-\alpha_t)\nabla\log p_t\bigr)"#, "sign") {
            step.reverseMean(at: at.x, score: -score)
          }
          Rival(
            #"\tfrac1{\sqrt{\alpha_t}}\bigl(x_t + (1-\bar\alpha_t)\nabla\log p_t\bigr)"#, "noise of all steps"
          ) {
            (at.x + (1 - step.alphaBar) * score) / step.factor
          }
        }
        try Statistical("weak form, mixture data", cases: [noisedLine(), noisedPlane(), noisedSpace()]) {
          noised, draw in
          let weak = try WeakForm(noised, draw)
          let (step, x) = (weak.step, weak.value * weak.x)
          let reverse = { (noise: Variate) in
            (1 / step.factor) * (x - noise * weak.slope)
          }
          Step(#"\mathbb{E}[x_{t-1}\,\varphi(x_t)]"#) { weak.value * weak.previous }
          Step(
            #"\tfrac1{\sqrt{\alpha_t}}\mathbb{E}[x_t\varphi(x_t) - (1-\alpha_t)\nabla\varphi(x_t)]"#,
            because: #"$\mathbb{E}[\varphi\,\nabla\log p_t] = -\mathbb{E}[\nabla\varphi]$ by parts"#
          ) { reverse(1 - step.alpha) }
          Rival(#"\tfrac12(1-\alpha_t)"#, "one half, as in a probability flow") {
            reverse((1 - step.alpha) / 2)
          }
          Rival(#"-(1-\alpha_t)"#, "sign") { reverse(-(1 - step.alpha)) }
          Rival(#"1-\bar\alpha_t"#, "noise of all steps") { reverse(1 - step.alphaBar) }
        }
      }
    }
  }

  /// The posterior mean in terms of the noise; cosine and sine make `sqrt(1 - alphaBar)` rational.
  private static var noiseForm: Exact {
    Exact("in terms of the noise") { symbols, d in
      let (a, u) = (symbols.scalar("a"), symbols.scalar("u"))
      let (signal, deviation) = ((1 - u.squared) / (1 + u.squared), 2 * u / (1 + u.squared))
      let step = DenoisingStep(factor: a, signalBefore: signal / a)
      let (x0, noise) = (symbols.vector(d, "x0"), symbols.vector(d, "e"))
      let x = signal * x0 + deviation * noise
      Step(#"\mu_q(x_t,x_0), \quad x_t = \sqrt{\bar\alpha_t}\,x_0 + \sqrt{1-\bar\alpha_t}\,\epsilon"#) {
        step.posteriorMean(x, start: x0)
      }
      Step(
        #"\tfrac1{\sqrt{\alpha_t}}\bigl(x_t + (1-\alpha_t)\nabla\log q(x_t\mid x_0)\bigr)"#,
        because: "the conditional score"
      ) {
        step.reverseMean(at: x, score: step.marginal(from: x0).score(x))
      }
      Rival(
        #"\tfrac1{\sqrt{\alpha_t}}\bigl(x_t + (1-\bar\alpha_t)\nabla\log q(x_t\mid x_0)\bigr)"#,
        "noise of all steps"
      ) {
        (x + (1 - step.alphaBar) * step.marginal(from: x0).score(x)) / a
      }
      Step(
        #"\tfrac1{\sqrt{\alpha_t}}\Bigl(x_t - \frac{1-\alpha_t}{\sqrt{1-\bar\alpha_t}}\epsilon\Bigr)"#,
        because: #"$\nabla\log q(x_t\mid x_0) = -\epsilon/\sqrt{1-\bar\alpha_t}$"#
      ) {
        let weight = (1 - step.alpha) / deviation
        return (x - weight * noise) / a
      }
      Rival(
        #"\tfrac1{\sqrt{\alpha_t}}\bigl(x_t - (1-\alpha_t)\epsilon\bigr)"#, "deviation of the noise forgotten"
      ) {
        (x - (1 - step.alpha) * noise) / a
      }
    }
  }
}
