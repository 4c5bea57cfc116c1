import Arithmetic
import Probability
import Verification

extension ModelComparison {
  /// R.elbo_comment as the report writes it: every term at its own optimum.
  static var termsHaveOneOptimum: Identity {
    get throws {
      try Identity(
        "R.elbo_comment", "Every term at its best",
        #"""
        \theta \text{ maximises } L = \text{reconstruction} - \text{prior matching} - \text{denoising matching}
        \iff \theta \text{ maximises the first and minimises the other two}
        """#,
        expectation: .fails(
          correctedBy: "R.elbo_comment.corrected",
          why: #"""
            A sum is not optimised by optimising every summand unless no two of them share a parameter. One network for all
            $t$ shares all of them.
            """#,
          counterexample: #"""
            $x_0 \sim N(0,1)$, $T = 2$, $\alpha = (0.8125, 0.5)$, $\hat x_\theta = \theta x_t$ and
            $p_\theta(x_0\mid x_1) = N(\theta x_1, 0.25)$: the denoising term is least at $\theta = 0.637377$,
            the reconstruction greatest
            at $0.901388$, the sum at $0.775438$.
            """#)
      ) {
        Exact("one scale for all steps, three steps") { symbols, d in
          let losses = try SharedScale(symbols, d, length: 3)
          Step(#"\arg\max_\theta L"#) { losses.minimiser { losses.total($0) } }
          Step(
            #"\arg\max_\theta \text{ reconstruction}"#,
            because: "every term at its best, as the report has it"
          ) {
            losses.minimiser { losses.reconstruction($0) }
          }
          Restatement(#"\text{the zero of the sum of the terms' slopes}"#) { losses.balance }
        }
        Exact("the denoising terms alone, three steps") { symbols, d in
          let losses = try SharedScale(symbols, d, length: 3)
          Step(#"\arg\max_\theta L"#) { losses.minimiser { losses.total($0) } }
          Step(
            #"\arg\min_\theta \text{ denoising matching}"#,
            because: "every term at its best, as the report has it"
          ) {
            losses.minimiser { losses.denoising($0) }
          }
          Restatement(#"\text{the zero of the sum of the terms' slopes}"#) { losses.balance }
        }
        Numerical("losses by quadrature", cases: [ScaleOnTheLine.standard]) { line in
          let optima = try line.optima()
          Step(#"\arg\max_\theta L"#) { optima.sum }
          Step(
            #"\arg\max_\theta \text{ reconstruction}"#,
            because: "every term at its best, as the report has it"
          ) {
            optima.reconstruction
          }
          Restatement(#"\text{the mean of the terms' optima, weighted by their curvatures}"#) {
            line.weightedMean
          }
        }
        try Statistical("simulated chain, mixture data", cases: [ScaleOnMixtures.plane]) { scale, draw in
          let (sample, optima) = (try scale.sample(draw), try scale.optima)
          Step(#"\mathbb{E}[-\partial_\theta L] = 0: \quad \mathbb{E}\textstyle\sum_t w_t\,x_0\cdot x_t"#) {
            sample.crossed
          }
          Step(
            #"\theta_1\,\mathbb{E}\textstyle\sum_t w_t|x_t|^2, \quad \theta_1 \text{ best for the reconstruction}"#,
            because: "every term at its best, as the report has it"
          ) { Variate(optima.reconstruction) * sample.square }
          Restatement(
            #"\theta_L\,\mathbb{E}\textstyle\sum_t w_t|x_t|^2, \quad \theta_L \text{ best for the sum}"#
          ) {
            Variate(optima.sum) * sample.square
          }
        }
      }
    }
  }

  /// R.elbo_comment with the sum in the place of its terms.
  static var termsHaveTheirOwnOptima: Identity {
    get throws {
      try Identity(
        "R.elbo_comment.corrected", "The sum at its best",
        #"""
        \arg\max_\theta L = \frac{\sum_t c_t\,\theta_t}{\sum_t c_t} \text{ for } \hat x_\theta = \theta x_t, \quad
        \theta_t, c_t \text{ the optimum and the curvature of term } t
        """#,
        assuming: [#"the schedule is fixed, so that the prior matching term has no parameters"#],
        remarks: [
          #"With a parameter of its own for each $t$ the report's comment is right, and no example can reject it."#
        ]
      ) {
        Exact("one scale for all steps, three steps") { symbols, d in
          let losses = try SharedScale(symbols, d, length: 3)
          Step(#"\arg\max_\theta L"#) { losses.minimiser { losses.total($0) } }
          Step(
            #"\textstyle\sum c_t\theta_t / \sum c_t"#, because: "quadratic terms: their slopes add up to zero"
          ) {
            losses.balance
          }
          Rival(#"\theta_1"#, "the reconstruction at its best") {
            losses.minimiser { losses.reconstruction($0) }
          }
          Rival(#"\arg\min_\theta \text{ denoising matching}"#, "the denoising terms at their best") {
            losses.minimiser { losses.denoising($0) }
          }
          Rival(#"\textstyle\frac1T\sum\theta_t"#, "curvatures forgotten") {
            (1...3).reduce(0) { $0 + losses.optimum($1) } / 3
          }
        }
        Exact("a scale for each step, three steps") { symbols, d in
          let losses = try SharedScale(symbols, d, length: 3)
          let theta = symbols.vector(3, "theta")
          let total = { (theta: Vector<Dual<Symbol>>) in
            losses.reconstruction(theta[0]) + losses.term(2, theta[1]) + losses.term(3, theta[2])
          }
          let slopes = { gradient(at: theta, of: total) }
          Step(#"-\nabla_{\theta_1,\dots,\theta_T} L"#) { slopes() }
          Step(#"(c_t(\theta_t - \theta_t^*))_t"#, because: "no two terms share a parameter") {
            Vector((1...3).map { losses.curvature($0) * (theta[$0 - 1] - losses.optimum($0)) })
          }
          Restatement(#"\text{the slope of each term alone}"#, because: "here every term may be at its best")
          {
            Vector((1...3).map { t in derivative(at: theta[t - 1]) { losses.term(t, $0) } })
          }
          Rival(
            #"\text{with the slope of the prior matching term in } a_T"#, "the prior term taken to be trained"
          ) {
            slopes() + Vector([0, 0, losses.priorSlope])
          }
          Rival(#"(c_t(\theta_t - \bar\theta))_t"#, "the shared optimum for each") {
            Vector((1...3).map { losses.curvature($0) * (theta[$0 - 1] - losses.balance) })
          }
        }
        Numerical("losses by quadrature", cases: [ScaleOnTheLine.standard]) { line in
          let optima = try line.optima()
          Step(#"\arg\max_\theta L"#) { optima.sum }
          Step(#"\textstyle\sum c_t\theta_t / \sum c_t"#, because: "quadratic terms") { line.weightedMean }
          Rival(#"\theta_1"#, "the reconstruction at its best") { optima.reconstruction }
          Rival(#"\theta_2"#, "the denoising term at its best") { optima.denoising }
          Rival(#"\tfrac12(\theta_1+\theta_2)"#, "curvatures forgotten") {
            (optima.reconstruction + optima.denoising) / 2
          }
        }
        try Statistical("simulated chain, mixture data", cases: [ScaleOnMixtures.plane]) { scale, draw in
          let (sample, optima) = (try scale.sample(draw), try scale.optima)
          let right = { (theta: Double) in Variate(theta) * sample.square }
          Step(#"\mathbb{E}\textstyle\sum_t w_t\,x_0\cdot x_t"#) { sample.crossed }
          Step(
            #"\theta\,\mathbb{E}\textstyle\sum_t w_t|x_t|^2"#,
            because: #"$\partial_\theta L = 0$ at the optimum of the sum"#
          ) {
            right(optima.sum)
          }
          Rival(#"\theta_1"#, "the reconstruction at its best") { right(optima.reconstruction) }
          Rival(#"\arg\min_\theta \text{ denoising matching}"#, "the denoising terms at their best") {
            right(optima.denoising)
          }
        }
      }
    }
  }

  /// R.2.11 as the report writes it, without the reconstruction.
  static var denoisingAlone: Identity {
    get throws {
      try Identity(
        "R.2.11", "The training objective, as the report has it",
        #"""
        \arg\max_\theta \text{ELBO} = \arg\min_\theta \mathbb{E}_{t\sim U\{2,T\}}\mathbb{E}_{q(x_t\mid x_0)}
        \mathrm{KL}(q(x_{t-1}\mid x_t,x_0)\Vert p_\theta(x_{t-1}\mid x_t))
        """#,
        expectation: .fails(
          correctedBy: "R.2.11.corrected",
          why: #"""
            The reconstruction term is missing, shortly after the report says that it requires training; its parameters
            are those of the denoising terms.
            """#,
          counterexample: #"""
            In the example of `R.elbo_comment` the right side is $\theta = 0.637377$ and the left $0.775438$.
            """#)
      ) {
        Exact("one scale for all steps, two steps") { symbols, d in
          let losses = try SharedScale(symbols, d, length: 2)
          Step(#"\arg\max_\theta \text{ELBO}"#) { losses.minimiser { losses.total($0) } }
          Step(#"\arg\min_\theta \mathbb{E}_t\,\mathbb{E}_q\mathrm{KL}"#, because: "as the report has it") {
            losses.minimiser { losses.meanDivergence($0) }
          }
          Restatement(
            #"\arg\min_\theta\{(T-1)\,\mathbb{E}_t\,\mathbb{E}_q\mathrm{KL} - \text{reconstruction}\}"#
          ) {
            losses.minimiser { losses.meanDivergence($0) + losses.reconstruction($0) }
          }
        }
        Numerical("losses by quadrature", cases: [ScaleOnTheLine.standard]) { line in
          let optima = try line.optima()
          Step(#"\arg\max_\theta \text{ELBO}"#) { optima.sum }
          Step(#"\arg\min_\theta \mathbb{E}_t\,\mathbb{E}_q\mathrm{KL}"#, because: "as the report has it") {
            optima.denoising
          }
          Restatement(#"\text{the mean of the terms' optima, weighted by their curvatures}"#) {
            line.weightedMean
          }
        }
        try Statistical("simulated chain, mixture data", cases: [ScaleOnMixtures.plane]) { scale, draw in
          let (sample, optima) = (try scale.sample(draw), try scale.optima)
          Step(
            #"\mathbb{E}[-\partial_\theta\text{ELBO}] = 0: \quad \mathbb{E}\textstyle\sum_t w_t\,x_0\cdot x_t"#
          ) {
            sample.crossed
          }
          Step(
            #"\theta\,\mathbb{E}\textstyle\sum_t w_t|x_t|^2, \quad \theta \text{ of (2.11)}"#,
            because: "as the report has it"
          ) {
            Variate(optima.denoising) * sample.square
          }
          Restatement(#"\text{the same, with } \theta \text{ of (2.11) and the reconstruction}"#) {
            Variate(optima.sum) * sample.square
          }
        }
      }
    }
  }

  /// R.2.11 with the reconstruction.
  static var denoisingAndReconstruction: Identity {
    get throws {
      try Identity(
        "R.2.11.corrected", "The training objective",
        #"""
        \arg\max_\theta \mathbb{E}_{p_*}\text{ELBO} = \arg\min_\theta\Bigl\{
        (T-1)\,\mathbb{E}_{t\sim U\{2,T\}}\mathbb{E}\,\mathrm{KL}(q(x_{t-1}\mid x_t,x_0)\Vert p_\theta(x_{t-1}\mid x_t))
        - \mathbb{E}\log p_\theta(x_0\mid x_1)\Bigr\}
        """#,
        assuming: [#"averaged over the data $x_0 \sim p_*$; $T \ge 2$"#]
      ) {
        objectiveOfSharedScale(length: 3)
        objectiveOfSharedScale(length: 5)
        Numerical("losses by quadrature", cases: [ScaleOnTheLine.standard, ScaleOnTheLine.threeSteps]) {
          line in
          let optima = try line.optima()
          Step(#"\arg\min_\theta\{(T-1)\,\mathbb{E}_t\,\mathbb{E}\,\mathrm{KL} - \text{reconstruction}\}"#) {
            optima.sum
          }
          Step(#"\textstyle\sum c_t\theta_t / \sum c_t"#, because: "the optimum of the sum") {
            line.weightedMean
          }
          Rival(#"\text{(2.11)}"#, "reconstruction forgotten") { optima.denoising }
          Rival(#"\mathbb{E}_t\,\mathbb{E}\,\mathrm{KL} - \text{reconstruction}"#, "factor T - 1 forgotten") {
            optima.unweighted
          }
          Rival(#"\text{at } x_0 = 1.5 \text{ alone}"#, "no average over the data") {
            line.weightedMean(at: 1.5)
          }
        }
        try Statistical("simulated chain, mixture data", cases: [ScaleOnMixtures.plane]) { scale, draw in
          let (sample, optima) = (try scale.sample(draw), try scale.optima)
          let alone = try scale.optimumOfOnePoint
          let right = { (theta: Double) in Variate(theta) * sample.square }
          Step(#"\mathbb{E}\textstyle\sum_t w_t\,x_0\cdot x_t"#) { sample.crossed }
          Step(#"\theta\,\mathbb{E}\textstyle\sum_t w_t|x_t|^2"#, because: #"the slope in $\theta$ is zero"#)
          {
            right(optima.sum)
          }
          Rival(#"\theta \text{ of (2.11)}"#, "reconstruction forgotten") { right(optima.denoising) }
          Rival(#"\theta \text{ without the factor } T-1"#, "factor T - 1 forgotten") {
            right(optima.unweighted)
          }
          Rival(#"\theta \text{ of one } x_0"#, "no average over the data") { right(alone) }
        }
      }
    }
  }

  /// The corrected objective for one scale of all steps.
  private static func objectiveOfSharedScale(length: Int) -> Exact {
    Exact("one scale for all steps, \(length) steps") { symbols, d in
      let losses = try SharedScale(symbols, d, length: length)
      let factor = Dual<Symbol>(length - 1)
      Step(#"\arg\max_\theta \text{ELBO}"#) { losses.minimiser { losses.total($0) } }
      Step(
        #"\arg\min_\theta\{(T-1)\,\mathbb{E}_t\,\mathbb{E}\,\mathrm{KL} - \text{reconstruction}\}"#,
        because: #"the sum over $t = 2, \dots, T$ is $T - 1$ times its mean"#
      ) { losses.minimiser { factor * losses.meanDivergence($0) + losses.reconstruction($0) } }
      Restatement(#"\arg\min_\theta\{\mathbb{E}_t\,\mathbb{E}\,\mathrm{KL} - \text{reconstruction}/(T-1)\}"#)
      {
        losses.minimiser { losses.meanDivergence($0) + losses.reconstruction($0) / factor }
      }
      Rival(#"\text{(2.11)}"#, "reconstruction forgotten") {
        losses.minimiser { losses.meanDivergence($0) }
      }
      Rival(#"\mathbb{E}_t\,\mathbb{E}\,\mathrm{KL} - \text{reconstruction}"#, "factor T - 1 forgotten") {
        losses.minimiser { losses.meanDivergence($0) + losses.reconstruction($0) }
      }
      Rival(#"\text{at one } x_0"#, "no average over the data") {
        let one = losses.with(data: Gaussian(mean: symbols.vector(d, "x"), covariance: .zero(d, d)))
        return one.minimiser { one.total($0) }
      }
    }
  }
}
