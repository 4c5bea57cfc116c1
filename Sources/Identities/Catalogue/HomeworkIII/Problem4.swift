import Arithmetic
import Probability
import Verification

extension HomeworkIII {
  /// Homework III, Problem 4: when the Jensen bound of the density estimator is tight.
  static var problem4: Problem {
    Problem(
      "III.4", "The Jensen gap in SDE cross-entropy",
      setting: #"""
        $\hat\rho(1,x) = \mathbb{E}[e^{-A}R \mid X = x]$ with random $R > 0$ and $A$. Jensen's inequality gives
        $-\log\mathbb{E}[e^{-A}R] \le \mathbb{E}[A] - \mathbb{E}[\log R]$; write $W = e^{-A}R$ and
        $Y = -\log W = A - \log R$, all under the conditional law.
        """#,
      figures: [controlFigure]
    ) {
      jensenBound  // III.4a
      equalityByTheSum  // III.4b
      equalityByTheDifference  // III.4b.corrected
      tightnessUnderControl  // III.4c
    }
  }

  /// III.4b as the sheet writes it, with the sign of `A` lost.
  private static var equalityByTheSum: Identity {
    Identity(
      "III.4b", "Equality in Jensen's bound, as the sheet has it",
      #"-\log\mathbb{E}[e^{-A}R] = \mathbb{E}[A] - \mathbb{E}[\log R] \iff A + \log R \text{ is almost surely constant}"#,
      expectation: .fails(
        correctedBy: "III.4b.corrected",
        why: #"""
          A sign: the variable in Jensen's inequality is $\log(e^{-A}R) = -A + \log R$. Both implications of the sheet
          fail.
          """#,
        counterexample: #"""
          $R \in \{1, 2\}$ with probability $\frac12$. With $A = -\log R$ the sum $A + \log R = 0$ is constant, yet left
          is $-\log\frac52 = -0.9163$ and right $-\log 2 = -0.6931$. With $A = \log R$ both sides are $0$, yet
          $A + \log R = 2\log R$ is not constant.
          """#),
      remarks: [
        #"A case with $R$ constant or $A$ constant cannot tell the two statements apart: the checks have neither."#
      ]
    ) {
      Enclosure(
        "a constant sum, two-point laws", cases: twoPointCases, over: ["r": 1.25...4]
      ) { chosen, v in
        // R is 1 or r with probabilities 1 - p and p, and A = c - log R.
        let law = TwoPointLaw(r: v["r"], p: Dual(chosen.p))
        let c = Dual<Interval>(chosen.c)
        let A = { (logR: Dual<Interval>) in c - logR }
        Step(#"-\log\mathbb{E}[e^{-A}R], \quad A + \log R = c"#) {
          -Dual.log(law.mean { Dual.exp($0 - A($0)) })
        }
        Step(#"\mathbb{E}[A] - \mathbb{E}[\log R]"#, because: "equality, as the sheet claims") {
          law.mean { A($0) - $0 }
        }
        Restatement(
          #"\mathbb{E}[Y] - \log\mathbb{E}[e^{-(Y - \mathbb{E}Y)}]"#,
          because: #"the gap is that of $Y = A - \log R$"#
        ) {
          let mean = law.mean { A($0) - $0 }
          return mean - Dual.log(law.mean { Dual.exp(mean - (A($0) - $0)) })
        }
      }
      Enclosure(
        "equality with a sum that varies, two-point laws", cases: twoPointCases, over: ["r": 1.25...4]
      ) { chosen, v in
        let law = TwoPointLaw(r: v["r"], p: Dual(chosen.p))
        // Equality holds for A = log R; then A + log R = 2 log R.
        let variance = { (f: (Dual<Interval>) -> Dual<Interval>) in
          let mean = law.mean(f)
          return law.mean { (f($0) - mean).squared }
        }
        Step(#"\operatorname{Var}(A + \log R), \quad A = \log R"#) { variance { 2 * $0 } }
        Step(#"0"#, because: "equality holds, so the sheet claims a constant") { 0 as Dual<Interval> }
        Restatement(#"4\operatorname{Var}(\log R)"#, because: #"$A - \log R = 0$ is what is constant"#) {
          let p = Dual<Interval>(chosen.p)
          return 4 * p * (1 - p) * Dual.log(v["r"]).squared
        }
      }
      Statistical("a constant sum, lognormal R", cases: [LognormalCase(sigma: 0.5, c: 0.25)]) { law, draw in
        let z = draw.normal()
        let logR = Variate(law.sigma) * z
        let A = Variate(law.c) - logR
        // A copy of log R near it, so that most of the scatter cancels: 7, 24, 25.
        let logCopy = Variate(law.sigma) * (Variate(0.96) * z + Variate(0.28) * draw.normal())
        Step(#"\mathbb{E}[e^{-A}R], \quad A + \log R = c"#) { Variate.exp(logR - A) }
        Step(
          #"e^{-\mathbb{E}[A] + \mathbb{E}[\log R]}"#,
          because: #"equality, as the sheet claims, with $\mathbb{E}\log R = 0$"#
        ) {
          Variate(Double.exp(-law.c))
        }
        Restatement(
          #"e^{-c}\,\mathbb{E}[e^{2\log R'}]"#,
          because: #"$Y = c - 2\log R$, with a copy $R'$ of the same law"#
        ) { Variate(Double.exp(-law.c)) * Variate.exp(2 * logCopy) }
      }
    }
  }

  /// III.4b with the right sign.
  private static var equalityByTheDifference: Identity {
    Identity(
      "III.4b.corrected", "Equality in Jensen's bound",
      #"""
      -\log\mathbb{E}[e^{-A}R] = \mathbb{E}[A] - \mathbb{E}[\log R] \iff A - \log R \text{ is almost surely constant}
      """#,
      assuming: [
        #"$A$ and $\log R$ are integrable, and $\mathbb{E}[e^{-A}R] < \infty$; otherwise the sides may be infinite or undefined"#
      ],
      remarks: [
        #"""
        The gap is $\mathbb{E}\,g(W/\mathbb{E}W)$ with $g(u) = u - 1 - \log u$, which is zero at $u = 1$ and nowhere
        else: the gap vanishes exactly if $W = \mathbb{E}W$ almost surely.
        """#,
        #"""
        That $A$ and $\log R$ be constant each is sufficient but not necessary: in the check of equality both vary.
        Nor need $A$ equal $\log R$: a constant $c$ may be added.
        """#,
      ]
    ) {
      Exact("two equally likely values", dimensions: [1]) { symbols, _ in
        let (first, second) = (symbols.scalar(), symbols.scalar())
        let mean = (first + second) / 2
        Step(#"(\mathbb{E}W)^2 = \bigl(e^{\log\mathbb{E}W}\bigr)^2"#) { mean.squared }
        Step(
          #"W_1 W_2 + \tfrac14(W_1 - W_2)^2 = \bigl(e^{\mathbb{E}\log W}\bigr)^2 + \tfrac14(W_1-W_2)^2"#,
          because: #"the sides are equal exactly if $W_1 = W_2$"#
        ) { first * second + (first - second).squared / 4 }
        Rival(#"W_1 W_2"#, "equality for every W") { first * second }
        Rival(#"W_1 W_2 + \tfrac12(W_1 - W_2)^2"#, "gap doubled") {
          first * second + (first - second).squared / 2
        }
      }
      Enclosure(
        "the gap, two-point laws", cases: twoPointCases, over: ["r": 1.25...4]
      ) { chosen, v in
        // W is 1 or r: any two-point law up to a factor, which the gap does not see.
        let law = TwoPointLaw(r: v["r"], p: Dual(chosen.p))
        let mean = law.mean { Dual.exp($0) }
        Step(#"\log\mathbb{E}W - \mathbb{E}\log W"#) { Dual.log(mean) - law.mean { $0 } }
        Step(
          #"\mathbb{E}\,g(W/\mathbb{E}W), \quad g(u) = u - 1 - \log u"#,
          because: #"$\mathbb{E}[W/\mathbb{E}W] = 1$"#
        ) {
          law.mean { jensenIntegrand(Dual.exp($0) / mean) }
        }
        Rival(#"\mathbb{E}\,g(\mathbb{E}W/W)"#, "ratio inverted") {
          law.mean { jensenIntegrand(mean / Dual.exp($0)) }
        }
        Rival(#"\tfrac12\operatorname{Var}\log W"#, "exact for a normal logarithm only") {
          let middle = law.mean { $0 }
          return law.mean { ($0 - middle).squared } / 2
        }
      }
      Enclosure("its integrand is strictly convex", over: ["u": 0.125...8], precision: 0x1p-10) { v in
        Step(#"g''(u), \quad g(1) = g'(1) = 0"#) {
          derivative(at: v["u"]) { u in derivative(at: u) { jensenIntegrand($0) } }
        }
        Step(#"1/u^2"#, because: "differentiating twice") { 1 / v["u"].squared }
        Rival(#"1/u"#, "differentiated once too little") { 1 / v["u"] }
        Step(
          #"\tfrac1{64} > 0"#,
          because: #"so $g > 0$ on this range but at $u = 1$: the gap vanishes only if $W = \mathbb{E}W$"#,
          relation: .atLeast
        ) { 1 / 64 }
        Rival(#"\tfrac12"#, "its value at one taken for a bound") { 1 / 2 }
      }
      Enclosure(
        "equality where the difference is constant", cases: twoPointCases, over: ["r": 1.25...4]
      ) { chosen, v in
        let (law, c) = (TwoPointLaw(r: v["r"], p: Dual(chosen.p)), Dual<Interval>(chosen.c))
        Step(#"-\log\mathbb{E}[e^{-A}R], \quad A - \log R = c"#) {
          -Dual.log(law.mean { Dual.exp($0) * Dual.exp(-($0 + c)) })
        }
        Step(#"\mathbb{E}[A] - \mathbb{E}[\log R]"#, because: #"$e^{-A}R = e^{-c}$ is constant"#) {
          law.mean { $0 + c } - law.mean { $0 }
        }
        Rival(#"\mathbb{E}[A] + \mathbb{E}[\log R]"#, "sign of the second term") {
          law.mean { $0 + c } + law.mean { $0 }
        }
      }
      Statistical("only the difference matters", cases: [LognormalCase(sigma: 0.5, c: 0.25)]) { law, draw in
        // A = log R + c + sigma z: the difference varies by sigma z, the sum by 2 log R + sigma z.
        let (logR, z) = (Variate(law.sigma) * draw.normal(), draw.normal())
        // Near z, so that most of the scatter cancels: 7, 24, 25.
        let copy = Variate(0.96) * z + Variate(0.28) * draw.normal()
        let A = logR + Variate(law.c) + Variate(law.sigma) * z
        let base = Variate(Double.exp(-law.c))
        Step(#"\mathbb{E}[e^{-A}R], \quad A - \log R = c + \sigma z"#) { Variate.exp(-A) * Variate.exp(logR) }
        Step(
          #"e^{-c}\,\mathbb{E}[e^{-\sigma z'}]"#,
          because: #"with a copy $z'$ of the same law: $R$ has dropped out"#
        ) {
          base * Variate.exp(-Variate(law.sigma) * copy)
        }
        Rival(#"e^{-c}"#, "equality although the difference varies") { base }
        Rival(#"e^{-c}\,\mathbb{E}[e^{-(A + \log R - c)}]"#, "the sum in place of the difference") {
          base * Variate.exp(-(A + logR - Variate(law.c)))
        }
      }
    }
  }

  /// The integrand `g(u) = u - 1 - log u` of the gap in Jensen's inequality for the logarithm.
  private static func jensenIntegrand<S: Elementary>(_ u: S) -> S { u - 1 - S.log(u) }

  /// `R` is 1 with probability `1 - p` and `r` with probability `p`.
  private struct TwoPointLaw {
    let r: Dual<Interval>
    let p: Dual<Interval>

    /// The mean of a function of `log R`.
    func mean(_ f: (Dual<Interval>) -> Dual<Interval>) -> Dual<Interval> {
      (1 - p) * f(0) + p * f(Dual.log(r))
    }
  }

  /// A two-point law of `R`, 1 or `r`, by the probability of the second value, and a constant.
  struct TwoPointCase: Sendable, CustomStringConvertible {
    let p: Double
    let c: Double
    var description: String { "p = \(p.brief), c = \(c.brief)" }
  }

  private static let twoPointCases = [TwoPointCase(p: 0.25, c: -1), TwoPointCase(p: 0.625, c: 0.25)]

  /// A lognormal `R` with `log R ~ N(0, sigma^2)`, and a constant.
  struct LognormalCase: Sendable, CustomStringConvertible {
    let sigma: Double
    let c: Double
    var description: String { "sigma = \(sigma.brief), c = \(c.brief)" }
  }
}
