import Arithmetic
import Probability
import Verification

extension ModelComparison {
  /// The report, (2.3) and (2.4): the evidence lower bound and its terms.
  static var boundProblem: Problem {
    get throws {
      try Problem(
        "R.2", "Denoising diffusion: the evidence lower bound",
        setting: #"""
          The reverse model draws $x_T \sim N(0, I)$ and then $x_{t-1} \sim p_\theta(x_{t-1}\mid x_t)$. In the exact checks
          it is $N(K_t x_t + c_t, v_t I)$ with free matrices $K_t$, shifts and variances; the logarithms of $v_t$,
          $1-\alpha_t$ and $1-\bar\alpha_t$ are free symbols, so nothing transcendental is left. Elsewhere its
          means are not linear.
          """#
      ) {
        try lowerBound  // R.2.3
        try denoisingTerms  // R.2.4
        try termsHaveOneOptimum  // R.elbo_comment
        try termsHaveTheirOwnOptima  // R.elbo_comment.corrected
        try denoisingAlone  // R.2.11
        try denoisingAndReconstruction  // R.2.11.corrected
      }
    }
  }

  /// R.2.3: the bound, its three parts and its gap.
  private static var lowerBound: Identity {
    get throws {
      try Identity(
        "R.2.3", "The evidence lower bound",
        #"""
        \log p_\theta(x_0) \ge \mathbb{E}_{q(x_1\mid x_0)}[\log p_\theta(x_0\mid x_1)]
        - \mathrm{KL}(q(x_T\mid x_0)\Vert p_0) - \sum_{t=2}^T \mathbb{E}_{q(x_t\mid x_0)}
        \mathrm{KL}(q(x_{t-1}\mid x_t,x_0)\Vert p_\theta(x_{t-1}\mid x_t))
        """#,
        assuming: [#"$p$ is $p_\theta$, and $q(x_{1:T}\mid x_0) \ll p_\theta(x_{1:T}\mid x_0)$"#],
        remarks: [
          #"""
          The gap is $\mathrm{KL}(q(x_{1:T}\mid x_0)\Vert p_\theta(x_{1:T}\mid x_0)) \ge 0$.
          """#,
          #"""
          The report calls the bound a proxy of $\log p_*(x_0)$. It bounds $\log p_\theta$ and says nothing about $p_*$,
          which does not occur in it.
          """#,
        ]
      ) {
        boundOfLinearModels(length: 2)
        boundOfLinearModels(length: 3)
        determinantsOfLinearModels
        Numerical("two steps by quadrature", cases: reverseModels) { model in
          let sides = try model.sides()
          let terms = try model.terms()
          Step(#"\log p_\theta(x_0) - \mathrm{KL}(q(x_{1:2}\mid x_0)\Vert p_\theta(x_{1:2}\mid x_0))"#) {
            Interval(sides.evidence) - Interval(sides.gap)
          }
          Step(
            #"\text{reconstruction} - \text{prior matching} - \text{denoising matching}"#,
            because:
              #"$p_\theta(x_{1:T}\mid x_0)\,p_\theta(x_0) = p_\theta(x_{0:T})$, and Bayes' rule for $q$"#
          ) { terms.reconstruction - terms.prior - terms.denoising }
          Rival(#"\text{reconstruction} + \text{prior matching} - \text{denoising matching}"#, "sign") {
            terms.reconstruction + terms.prior - terms.denoising
          }
          Rival(#"-\text{prior matching} - \text{denoising matching}"#, "reconstruction omitted") {
            -terms.prior - terms.denoising
          }
          Rival(
            #"\mathbb{E}_{q(x_{t-1}\mid x_0)} \text{ in the denoising term}"#,
            "averaged over the wrong variable"
          ) { terms.reconstruction - terms.prior - terms.misplaced }
          Step(#"\log p_\theta(x_0)"#, because: "the divergence is not negative", relation: .atMost) {
            sides.evidence
          }
          Rival(#"\log p_\theta(x_0)"#, "the bound turned round", relation: .atLeast) { sides.evidence }
        }
        try Statistical("simulated chain, means that are not linear", cases: [WavyReverse.plane]) {
          model, draw in
          let (forward, back) = (try model.forward.chain(Variate.self), model)
          let paths = try model.forward.paths(from: model.start, draw)
          let parts = try back.parts(paths)
          Step(#"\mathbb{E}_q \log\frac{p_\theta(x_{0:T})}{q(x_{1:T}\mid x_0)}"#) {
            let chosen = forward.steps.enumerated().reduce(Variate(0)) { sum, step in
              sum + back.reverse(step.offset + 1, paths[step.offset + 1]).logDensity(paths[step.offset])
                - step.element.transition(from: paths[step.offset]).logDensity(paths[step.offset + 1])
            }
            return chosen + back.base.logDensity(paths[forward.length])
          }
          Step(
            #"\text{reconstruction} - \text{prior matching} - \text{denoising matching}"#,
            because: "Bayes' rule for q"
          ) { parts.reconstruction - parts.prior - parts.denoising }
          Rival(#"\text{reconstruction} + \text{prior matching} - \text{denoising matching}"#, "sign") {
            parts.reconstruction + parts.prior - parts.denoising
          }
          Rival(#"-\text{prior matching} - \text{denoising matching}"#, "reconstruction omitted") {
            -parts.prior - parts.denoising
          }
          Rival(
            #"\mathbb{E}_{q(x_{t-1}\mid x_0)} \text{ in the denoising term}"#,
            "averaged over the wrong variable"
          ) { parts.reconstruction - parts.prior - parts.misplaced }
        }
      }
    }
  }

  /// The bound and its gap for a linear reverse model.
  private static func boundOfLinearModels(length: Int) -> Exact {
    Exact("linear reverse model, \(length) steps") { symbols, d in
      let model = try LinearReverse(symbols, length: length, d)
      let terms = model.terms
      Step(#"\log p_\theta(x_0) - \mathrm{KL}(q(x_{1:T}\mid x_0)\Vert p_\theta(x_{1:T}\mid x_0))"#) {
        model.evidence - model.gap
      }
      Step(
        #"\text{reconstruction} - \text{prior matching} - \text{denoising matching}"#,
        because: #"$p_\theta(x_{1:T}\mid x_0)\,p_\theta(x_0) = p_\theta(x_{0:T})$, and Bayes' rule for $q$"#
      ) { terms.reconstruction - terms.prior - terms.denoising }
      Restatement(#"\mathbb{E}_q[\log p_\theta(x_{0:T}) - \log q(x_{1:T}\mid x_0)]"#) {
        model.likelihoodRatio(from: 1)
      }
      Rival(#"\text{reconstruction} + \text{prior matching} - \text{denoising matching}"#, "sign") {
        terms.reconstruction + terms.prior - terms.denoising
      }
      Rival(#"-\text{prior matching} - \text{denoising matching}"#, "reconstruction omitted") {
        -terms.prior - terms.denoising
      }
      Rival(
        #"\mathbb{E}_{q(x_{t-1}\mid x_0)} \text{ in the denoising term}"#, "averaged over the wrong variable"
      ) {
        terms.reconstruction - terms.prior - model.denoising(over: model.givenStart) { $0 - 1 }
      }
      Rival(#"\log p_\theta(x_0) + \mathrm{KL}(\cdots)"#, "the bound turned round") {
        model.evidence + model.gap
      }
    }
  }

  /// The determinants whose logarithms the bound adds up.
  private static var determinantsOfLinearModels: Exact {
    Exact("determinants", dimensions: [1, 2]) { symbols, d in
      let model = try LinearReverse(symbols, length: 2, d)
      Step(
        #"\det\operatorname{Cov}_{p}(x_{1:2}\mid x_0)\,\det\operatorname{Cov}_p(x_0), \; \det\operatorname{Cov}_q(x_{1:2}\mid x_0)"#
      ) {
        Vector([
          model.latentsGivenStart.covariance.determinant * model.reverse.law(of: 2).covariance.determinant,
          model.givenStart.law(of: 1, 2).covariance.determinant,
        ])
      }
      Step(
        #"(v_1 v_2)^d, \; \bigl((1-\alpha_1)(1-\alpha_2)\bigr)^d"#,
        because: "the steps' noises are independent"
      ) {
        Vector([
          (model.variances[0] * model.variances[1]).power(d),
          ((1 - model.chain.steps[0].alpha) * (1 - model.chain.steps[1].alpha)).power(d),
        ])
      }
      Rival(
        #"(v_1 v_2)^d, \; \bigl((1-\alpha_1)(1-\bar\alpha_2)\bigr)^d"#,
        "the last variance not given the one before"
      ) {
        Vector([
          (model.variances[0] * model.variances[1]).power(d),
          ((1 - model.chain.steps[0].alpha) * (1 - model.chain.steps[1].alphaBar)).power(d),
        ])
      }
    }
  }

  /// R.2.4: the divergences of the steps back.
  private static var denoisingTerms: Identity {
    get throws {
      try Identity(
        "R.2.4", "The denoising terms",
        #"""
        \mathbb{E}_q\Bigl[\log p_0(x_T) + \sum_{t=2}^T\log p_\theta(x_{t-1}\mid x_t)
        - \sum_{t=1}^T\log q(x_t\mid x_{t-1})\Bigr] = -\mathrm{KL}(q(x_T\mid x_0)\Vert p_0)
        - \sum_{t=2}^T \mathbb{E}_{q(x_t\mid x_0)}\mathrm{KL}(q(x_{t-1}\mid x_t,x_0)\Vert p_\theta(x_{t-1}\mid x_t))
        """#,
        assuming: ["the chain forward is Markov"],
        remarks: [
          #"""
          The sum begins at $t = 2$: at $t = 1$ the posterior $q(x_0\mid x_1,x_0)$ is a point mass, its divergence from a
          density infinite, and the reconstruction term stands in its place.
          """#
        ]
      ) {
        denoisingOfLinearModels(length: 2)
        denoisingOfLinearModels(length: 3)
        Exact("equal variances") { symbols, d in
          let model = try LinearReverse(symbols, length: 3, d, equalVariances: true)
          Step(#"\mathbb{E}_q[\cdots], \quad v_t = \sigma_q^2(t) \text{ for } t \ge 2"#) {
            model.likelihoodRatio(from: 2)
          }
          Step(#"-\text{prior matching} - \text{denoising matching}"#, because: "Bayes' rule, term by term") {
            -model.terms.prior - model.terms.denoising
          }
          Restatement(
            #"\mathrm{KL} \text{ reversed}"#, because: "with equal variances both directions agree"
          ) {
            -model.terms.prior - model.denoising(over: model.givenStart, isReversed: true) { $0 }
          }
          Rival(#"+\text{denoising matching}"#, "sign") { -model.terms.prior + model.terms.denoising }
        }
        Numerical("one term by quadrature", cases: reverseModels) { model in
          let terms = try model.terms()
          Step(
            #"\mathbb{E}_q\log\frac{q(x_2\mid x_1)\,q(x_1\mid x_0)}{q(x_2\mid x_0)\,p_\theta(x_1\mid x_2)}"#
          ) {
            try model.sides().denoising
          }
          Step(
            #"\mathbb{E}_{q(x_2\mid x_0)}\mathrm{KL}(q(x_1\mid x_2,x_0)\Vert p_\theta(x_1\mid x_2))"#,
            because: "Bayes' rule, and the divergence of normal laws"
          ) { terms.denoising }
          Rival(#"\mathrm{KL}(p_\theta\Vert q)"#, "divergence reversed") { terms.reversed }
          Rival(#"\mathbb{E}_{q(x_2)}\mathrm{KL}"#, "averaged over the marginal law") { terms.marginal }
          Rival(#"\mathbb{E}_{q(x_1\mid x_0)}\mathrm{KL}"#, "averaged over the wrong variable") {
            terms.misplaced
          }
        }
        try Statistical("simulated chain, means that are not linear", cases: [WavyReverse.plane]) {
          model, draw in
          let chain = try model.forward.chain(Variate.self)
          let paths = try model.forward.paths(from: model.start, draw)
          let parts = try model.parts(paths)
          let marginal = try model.parts(try model.forward.paths(draw))
          Step(
            #"\mathbb{E}_q[\log p_0(x_T) + \textstyle\sum_{t\ge2}\log p_\theta(x_{t-1}\mid x_t) - \sum_{t\ge1}\log q(x_t\mid x_{t-1})]"#
          ) {
            chain.steps.enumerated().reduce(model.base.logDensity(paths[chain.length])) { sum, step in
              let t = step.offset + 1
              let chosen =
                t == 1 ? Variate(0) : model.reverse(t, paths[t]).logDensity(paths[t - 1])
              return sum + chosen - step.element.transition(from: paths[t - 1]).logDensity(paths[t])
            }
          }
          Step(#"-\text{prior matching} - \text{denoising matching}"#, because: "Bayes' rule, term by term") {
            -parts.prior - parts.denoising
          }
          Rival(#"\textstyle\sum_{t=1}^T"#, "the reconstruction counted as a denoising term too") {
            parts.reconstruction - parts.prior - parts.denoising
          }
          Rival(#"\mathrm{KL}(p_\theta\Vert q)"#, "divergence reversed") { -parts.prior - parts.reversed }
          Rival(#"\mathbb{E}_{q(x_t)}\mathrm{KL}"#, "averaged over the marginal law") {
            -parts.prior - marginal.denoising
          }
        }
      }
    }
  }

  /// The denoising terms for a linear reverse model.
  private static func denoisingOfLinearModels(length: Int) -> Exact {
    Exact("linear reverse model, \(length) steps") { symbols, d in
      let model = try LinearReverse(symbols, length: length, d)
      let (terms, data) = (model.terms, freeGaussian(symbols, d))
      Step(
        #"\mathbb{E}_q[\log p_0(x_T) + \textstyle\sum_{t\ge2}\log p_\theta(x_{t-1}\mid x_t) - \sum_{t\ge1}\log q(x_t\mid x_{t-1})]"#
      ) {
        model.likelihoodRatio(from: 2)
      }
      Step(
        #"-\text{prior matching} - \text{denoising matching}"#,
        because:
          #"$q(x_t\mid x_{t-1}) = q(x_{t-1}\mid x_t,x_0)\,q(x_t\mid x_0)/q(x_{t-1}\mid x_0)$, and the quotients telescope"#
      ) { -terms.prior - terms.denoising }
      Restatement(#"\mathbb{E}_q[\log p_\theta(x_{0:T}) - \log q(x_{1:T}\mid x_0)] - \text{reconstruction}"#)
      {
        model.likelihoodRatio(from: 1) - terms.reconstruction
      }
      Rival(#"\textstyle\sum_{t=1}^T"#, "the reconstruction counted as a denoising term too") {
        terms.reconstruction - terms.prior - terms.denoising
      }
      Rival(#"\mathrm{KL}(p_\theta\Vert q)"#, "divergence reversed") {
        -terms.prior - model.denoising(over: model.givenStart, isReversed: true) { $0 }
      }
      Rival(#"\mathbb{E}_{q(x_t)}\mathrm{KL}"#, "averaged over the marginal law") {
        -terms.prior - model.denoising(over: model.chain.law(from: data)) { $0 }
      }
    }
  }
}
