import Arithmetic
import Probability
import Verification

extension ModelComparison {
  /// R.w2eps: as the report uses it, a distance.
  static var entropicCostAsDistance: Identity {
    Identity(
      "R.w2eps", "The entropic cost, called a 2-Wasserstein distance",
      #"W_{2,\varepsilon}(\alpha,\alpha) = 0, \quad W_{2,\varepsilon}(\alpha,\beta) \to W_2(\alpha,\beta)"#,
      expectation: .fails(
        correctedBy: "R.w2eps.corrected",
        why: #"""
          It is an entropic squared cost: it tends to $W_2^2$, without a root, and without debiasing it is positive between
          a law and itself, unless that is a point mass.
          """#,
        counterexample: #"""
          $\alpha = \beta = N(0,1)$, $\varepsilon = 0.5$: $0.612178 \ne 0$. $N(0,1)$ and $N(2, \frac14)$, $\varepsilon =
          0.001$: $4.253954$, where $W_2^2 = 4.25$ and $W_2 = 2.061553$.
          """#)
    ) {
      Numerical("from a law to itself", cases: [0.5, 0.125]) { epsilon in
        let law = EntropicPair(0, 1, 0, 1, epsilon)
        Step(#"W_{2,\varepsilon}(\alpha,\alpha), \quad \alpha = N(0,1)"#) { law.value() }
        Step("0", because: "a distance would vanish") { 0 as Interval }
        Restatement(#"W_{2,\varepsilon}(\alpha,\alpha) \text{ by Janati's formula}"#, because: "positive") {
          law.byRoot
        }
      }
      Numerical("small epsilon", cases: [0.001, 0x1p-20]) { epsilon in
        let pair = EntropicPair(0, 1, 2, 0.25, epsilon)
        Step(#"W_{2,\varepsilon}(\alpha,\beta)"#) { pair.value() }
        Step(
          #"W_2(\alpha,\beta) + \tfrac\varepsilon2\bigl(1 + \log\tfrac{2\kappa^2}{\varepsilon(\kappa-\varepsilon/4)}\bigr)"#,
          because: "it would tend to the distance", relation: .atMost
        ) { pair.distance + pair.excess }
        Restatement(
          #"W_2^2(\alpha,\beta) + \tfrac\varepsilon2\bigl(1 + \log\tfrac{2\kappa^2}{\varepsilon(\kappa-\varepsilon/4)}\bigr)"#,
          because: #"$c \ge \kappa - \frac\varepsilon4$, $\kappa = \sqrt{ab}$"#
        ) { pair.distance.squared + pair.excess }
      }
      Enclosure("from a law to itself, a range of epsilon", over: ["eps": 0x1p-6...2]) { p in
        let law = EntropicFormula(a: 1, b: 1, epsilon: p["eps"])
        Step(#"W_{2,\varepsilon}(\alpha,\alpha), \quad \alpha = N(0,1)"#) { law.value }
        Step("0", because: "a distance would vanish") { 0 as Dual<Interval> }
        Restatement(
          #"2 - 2c - \tfrac\varepsilon2\log\tfrac{\varepsilon c}2"#,
          because: #"$1 - c^2 = \tfrac12\varepsilon c$"#
        ) {
          let logarithm = Dual.log(law.epsilon * law.c / 2)
          return 2 - 2 * law.c - law.epsilon / 2 * logarithm
        }
      }
    }
  }

  /// R.w2eps.corrected: the entropic cost of normal laws, and its debiased divergence.
  static var entropicCost: Identity {
    Identity(
      "R.w2eps.corrected", "The entropic cost and its debiased divergence",
      #"""
      W_{2,\varepsilon} = (m_0-m_1)^2 + a + b - 2c - \tfrac\varepsilon2\log\bigl(1 - \tfrac{c^2}{ab}\bigr), \;
      c = \tfrac14\bigl(\sqrt{\varepsilon^2 + 16ab} - \varepsilon\bigr); \quad
      S_\varepsilon(\alpha,\beta) = W_{2,\varepsilon}(\alpha,\beta) - \tfrac12W_{2,\varepsilon}(\alpha,\alpha)
      - \tfrac12W_{2,\varepsilon}(\beta,\beta), \; \sqrt{S_\varepsilon} \to W_2
      """#,
      assuming: ["finite second moments; the formula is that of $N(m_0, a)$ and $N(m_1, b)$ on the line"],
      remarks: [
        #"""
        Between two empirical measures of $N$ points the value is at most the assignment's cost plus $\varepsilon\log N$, and
        equals it where $\varepsilon$ is small against the spacing: with the report's numbers a floor of
        $0.001\log10^4 = 0.0092$.
        """#
      ]
    ) {
      Exact("the best covariance", dimensions: [1]) { symbols, _ in
        let (a, c, epsilon) = (symbols.scalar("a"), symbols.scalar("c"), symbols.scalar("e"))
        let b = c * (2 * c + epsilon) / (2 * a)
        let moving = Dual(variable: c)
        let information = { () -> Symbol in
          let covariance = Matrix([[Dual(constant: a), moving], [moving, Dual(constant: b)]])
          let determinant = covariance[0, 0] * covariance[1, 1] - covariance[0, 1] * covariance[1, 0]
          return -determinant.derivative / determinant.value / 2
        }
        Step(#"-\partial_c\,\mathbb{E}|x-y|^2, \quad 2c^2 + \varepsilon c = 2ab"#) {
          -(Dual(constant: a + b) - 2 * moving).derivative
        }
        Step(
          #"\varepsilon\,\partial_c\mathrm{KL}"#,
          because: #"$\mathrm{KL} = -\frac12\log\det$ of the correlations, at the least value"#
        ) { epsilon * information() }
        Restatement(#"\frac{\varepsilon c}{ab - c^2}"#) { epsilon * c / (a * b - c.squared) }
        Rival(#"\tfrac\varepsilon2\partial_c\mathrm{KL}"#, "epsilon halved") { epsilon / 2 * information() }
        Rival(#"2\varepsilon\,\partial_c\mathrm{KL}"#, "epsilon doubled") { 2 * epsilon * information() }
        Rival(#"-\varepsilon\,\partial_c\mathrm{KL}"#, "sign of the information") {
          -epsilon * information()
        }
      }
      Numerical("values for normal laws", cases: EntropicPair.all) { pair in
        Step(#"(m_0-m_1)^2 + a + b - 2c - \tfrac\varepsilon2\log(1 - \tfrac{c^2}{ab})"#) { pair.value() }
        Step(
          #"(m_0-m_1)^2 + a + b - r + \tfrac\varepsilon2\bigl(1 + \log\tfrac{r + \varepsilon/2}\varepsilon\bigr), \; r = \sqrt{4ab + \tfrac{\varepsilon^2}4}"#,
          because: "Janati and others' formula"
        ) { pair.byRoot }
        Restatement(#"-\tfrac\varepsilon2\log\tfrac{\varepsilon c}{2ab}"#, because: "the equation of c") {
          pair.byEquation
        }
        Rival(#"\sqrt{W_{2,\varepsilon}}"#, "a root taken") { Interval.sqrt(pair.value()) }
        Rival(#"W_2"#, "epsilon and square forgotten") { pair.distance }
        Rival(#"W_{2,\varepsilon/2}"#, "epsilon halved") { pair.value(0.5) }
        Rival(#"W_{2,2\varepsilon}"#, "epsilon doubled") { pair.value(2) }
        Rival(#"\mathbb{E}|x-y|^2 + \varepsilon\int\pi\log\pi"#, "entropy of the plan for the information") {
          pair.byEntropy
        }
      }
      Numerical("the divergence", cases: EntropicPair.all) { pair in
        Step(#"\lim_{\varepsilon\to0}\sqrt{S_\varepsilon}"#) {
          pair.distance.upper == 0 ? Estimate(0, error: 0) : pair.limit
        }
        Step(#"W_2 = \sqrt{(m_0-m_1)^2 + (\sqrt a - \sqrt b)^2}"#, because: "debiased, and a root taken") {
          pair.distance
        }
        Restatement(#"(a + b - 2\sqrt{ab} + (m_0-m_1)^2)^{1/2}"#) { pair.byProduct }
        Rival(#"W_2^2"#, "root forgotten") { pair.distance.squared }
        Rival(#"\sqrt{W_{2,\varepsilon}}"#, "debiasing left out") { Interval.sqrt(pair.value()) }
        Rival(#"\sqrt{S_\varepsilon}"#, "epsilon taken to be harmless") { Interval.sqrt(pair.divergence) }
      }
      Numerical("points far apart beside epsilon", cases: PointMatch.all) { points in
        Step(#"W_{2,\varepsilon} \text{ between four points and four points, by alternation}"#) {
          points.value
        }
        Step(#"\tfrac14\sum_i|x_i - y_i|^2 + \varepsilon\log 4"#, because: "the plan is a permutation") {
          points.cost + Interval(points.epsilon) * Interval.log(4)
        }
        Restatement(#"\tfrac14\sum_i|x_i - y_i|^2 + \tfrac\varepsilon4\sum_i\log\tfrac{1/4}{1/16}"#) {
          points.cost + 2 * Interval(points.epsilon) * Interval.log(2)
        }
        Rival(#"\tfrac14\sum_i|x_i - y_i|^2"#, "floor forgotten: zero between a set and itself") {
          points.cost
        }
        Rival(
          #"\tfrac14\sum_i|x_i - y_i|^2 - \varepsilon\log 4"#, "entropy of the plan for the information"
        ) {
          points.cost - Interval(points.epsilon) * Interval.log(4)
        }
      }
      Statistical("the plan by samples", cases: EntropicPair.all) { pair, draw in
        let (z, w) = (draw.normal(), draw.normal())
        let plan = pair.plan(pair.c)
        let cost = { (c: Double, weight: Double) in
          let (x, y) = pair.sample(c, z, w)
          return (x - y).squared + weight * pair.epsilon * pair.plan(c).information(x, y)
        }
        Step(#"\mathbb{E}_\pi\bigl[|x-y|^2 + \varepsilon\log\tfrac{d\pi}{d\alpha\,d\beta}\bigr]"#) {
          cost(pair.c, 1)
        }
        Step(
          #"(m_0-m_1)^2 + a + b - 2c - \tfrac\varepsilon2\log(1 - \tfrac{c^2}{ab})"#, because: "normal laws"
        ) {
          Variate(pair.value().midpoint)
        }
        Restatement(#"\mathbb{E}_\pi|x-y|^2 - \tfrac\varepsilon2\log(1 - \tfrac{c^2}{ab})"#) {
          cost(pair.c, 0) + Variate(pair.epsilon * plan.expectedInformation)
        }
        Rival(#"\mathbb{E}_\pi|x-y|^2"#, "information left out") { cost(pair.c, 0) }
        Rival(
          #"\mathbb{E}_\pi\bigl[|x-y|^2 + \tfrac\varepsilon2\log\tfrac{d\pi}{d\alpha\,d\beta}\bigr]"#,
          "epsilon halved"
        ) {
          cost(pair.c, 0.5)
        }
        Rival(#"\mathbb{E}_{\alpha\otimes\beta}|x-y|^2"#, "the independent plan") { cost(0, 0) }
      }
    }
  }
}
