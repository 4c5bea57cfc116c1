import Arithmetic
import Formulas
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
      Derivation {
        Step(#"-\log\mathbb{E}[e^{-A}R]"#)
        Step(#"\mathbb{E}[A] - \mathbb{E}[\log R]"#, because: "equality, as the sheet claims")
        Restatement(
          #"\mathbb{E}[A] - \mathbb{E}[\log R] - \log\mathbb{E}[e^{-Y}]"#,
          because: #"the gap is that of $Y = A - \log R - \mathbb{E}[A - \log R]$"#)
      }
      Enclosure(
        "a constant sum, two-point laws", cases: twoPointCases, over: ["r": 1.25...4]
      ) { chosen, v in
        twoPointLaw(chosen, r: v["r"], A: "c", #"c - \log r"#)
        // The gap's variable at the two points, less its mean there.
        Let("Y_1", #"A_1 - \mathbb{E}[A] + \mathbb{E}[\log R]"#)
        Let("Y_2", #"A_2 - \log r - \mathbb{E}[A] + \mathbb{E}[\log R]"#)
        Let(#"\mathbb{E}[e^{-Y}]"#, #"(1-p)e^{-Y_1} + p e^{-Y_2}"#)
      }
      Enclosure(
        "equality with a sum that varies, two-point laws", cases: twoPointCases, over: ["r": 1.25...4]
      ) { chosen, v in
        // Equality holds for A = log R; then A + log R is not constant.
        twoPointLaw(chosen, r: v["r"], A: "0", #"\log r"#)
        Let("m", #"\mathbb{E}[A] + \mathbb{E}[\log R]"#)
        Let(#"\operatorname{Var}[A + \log R]"#, #"(1-p)(A_1 - m)^2 + p(A_2 + \log r - m)^2"#)
        Let(#"\operatorname{Var}[\log R]"#, #"p(1-p)(\log r)^2"#)
        Step(#"\operatorname{Var}[A + \log R]"#, remark: #"$A = \log R$"#)
        Step("0", because: "equality holds, so the sheet claims a constant")
        Restatement(
          #"4\operatorname{Var}[\log R]"#, because: #"$A - \log R = 0$ is what is constant"#)
      }
      Statistical("a constant sum, lognormal R", cases: [LognormalCase(sigma: 0.5, c: 0.375)]) { law, draw in
        lognormalLaw(law, draw, A: #"c - \log R"#)
        Step(#"\mathbb{E}[e^{-A}R]"#, remark: #"$A + \log R = c$"#)
        Step(
          #"e^{-\mathbb{E}[A] + \mathbb{E}[\log R]}"#,
          because: #"equality, as the sheet claims, with $\mathbb{E}\log R = 0$"#)
        Restatement(
          #"e^{-c}\,\mathbb{E}[e^{2\sigma\tilde z}]"#,
          because: #"$Y = c - 2\log R$, with a copy $\tilde z$ of the same law"#)
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
        Let("W_1", symbols.scalar("W1"))
        Let("W_2", symbols.scalar("W2"))
        Let(#"\mathbb{E}W"#, #"\tfrac12(W_1 + W_2)"#)
        Step(#"(\mathbb{E}W)^2"#, remark: #"$\bigl(e^{\log\mathbb{E}W}\bigr)^2$"#)
        Step(
          #"W_1W_2 + \tfrac14(W_1 - W_2)^2"#,
          because: #"the sides are equal exactly if $W_1 = W_2$"#,
          remark: #"$W_1W_2 = \bigl(e^{\mathbb{E}\log W}\bigr)^2$"#)
        Rival(#"W_1W_2"#, "equality for every W")
        Rival(#"W_1W_2 + \tfrac12(W_1 - W_2)^2"#, "gap doubled")
      }
      Enclosure(
        "the gap, two-point laws", cases: twoPointCases, over: ["r": 1.25...4]
      ) { chosen, v in
        // W is 1 or r: any two-point law up to a factor, which the gap does not see.
        Let("p", chosen.p)
        Let("r", v["r"])
        Let(#"\mathbb{E}W"#, "1 - p + pr")
        Let(#"\mathbb{E}[\log W]"#, #"p\log r"#)
        Let(#"\operatorname{Var}[\log W]"#, #"p(1-p)(\log r)^2"#)
        Let("g(u)", #"u - 1 - \log u"#)
        Step(#"\log\mathbb{E}W - \mathbb{E}[\log W]"#)
        Step(
          #"(1-p)\,g(1/\mathbb{E}W) + p\,g(r/\mathbb{E}W)"#, because: #"$\mathbb{E}[W/\mathbb{E}W] = 1$"#,
          remark: #"$\mathbb{E}\,g(W/\mathbb{E}W)$ with $g(u) = u - 1 - \log u$"#)
        Rival(#"(1-p)\,g(\mathbb{E}W) + p\,g(\mathbb{E}W/r)"#, "ratio inverted")
        Rival(#"\tfrac12\operatorname{Var}[\log W]"#, "exact for a normal logarithm only")
      }
      Enclosure("its integrand is strictly convex", over: ["u": 0.125...8], precision: 0x1p-10) { v in
        Let("u", v["u"])
        Let("g(u)", #"u - 1 - \log u"#)
        Step(#"g''(u)"#, remark: "$g(1) = g'(1) = 0$")
        Step(#"\frac1{u^2}"#, because: "differentiating twice")
        Rival(#"\frac1u"#, "differentiated once too little")
        Step(
          #"\tfrac1{64}"#,
          because: #"so $g > 0$ on this range but at $u = 1$: the gap vanishes only if $W = \mathbb{E}W$"#,
          relation: .atLeast)
        Rival(#"\tfrac12"#, "its value at one taken for a bound")
      }
      Enclosure(
        "equality where the difference is constant", cases: twoPointCases, over: ["r": 1.25...4]
      ) { chosen, v in
        twoPointLaw(chosen, r: v["r"], A: "c", #"c + \log r"#)
        Step(#"-\log\mathbb{E}[e^{-A}R]"#, remark: #"$A - \log R = c$"#)
        Step(#"\mathbb{E}[A] - \mathbb{E}[\log R]"#, because: #"$e^{-A}R = e^{-c}$ is constant"#)
        Rival(#"\mathbb{E}[A] + \mathbb{E}[\log R]"#, "sign of the second term")
      }
      Statistical("only the difference matters", cases: [LognormalCase(sigma: 0.5, c: 0.25)]) { law, draw in
        // The difference varies by sigma z, the sum by 2 log R + sigma z.
        Let("y", draw.normal())
        lognormalLaw(law, draw, R: #"e^{\sigma y}"#, A: #"\log R + c + \sigma z"#)
        Step(#"\mathbb{E}[e^{-A}R]"#, remark: #"$A - \log R = c + \sigma z$"#)
        Step(
          #"e^{-c}\,\mathbb{E}[e^{-\sigma\tilde z}]"#,
          because: #"with a copy $\tilde z$ of the same law: $R$ has dropped out"#)
        Rival(#"e^{-c}"#, "equality although the difference varies")
        Rival(#"e^{-c}\,\mathbb{E}[e^{-(A + \log R - c)}]"#, "the sum in place of the difference")
      }
    }
  }

  /// Names for a two-point law: `R` is 1 with probability `1 - p` and `r` with probability `p`, and `A` is given there.
  @Lines<Dual<Interval>>
  private static func twoPointLaw(
    _ chosen: TwoPointCase, r: Dual<Interval>, A first: String, _ second: String
  ) -> [Line<Dual<Interval>>] {
    Let("p", chosen.p)
    Let("c", chosen.c)
    Let("r", r)
    Let("A_1", first)
    Let("A_2", second)
    Let(#"\mathbb{E}[e^{-A}R]"#, #"(1-p)e^{-A_1} + p e^{-A_2}r"#)
    Let(#"\mathbb{E}[A]"#, "(1-p)A_1 + p A_2")
    Let(#"\mathbb{E}[\log R]"#, #"p\log r"#)
  }

  /// Names for a lognormal `R` and an `A` given by it.
  @Lines<Variate>
  private static func lognormalLaw(
    _ law: LognormalCase, _ draw: Draw, R: String = #"e^{\sigma z}"#, A: String
  ) -> [Line<Variate>] {
    let z = draw.normal()
    Let(#"\sigma"#, law.sigma)
    Let("c", law.c)
    Let("z", z)
    // A copy of z near it, so that most of the scatter cancels: 7, 24, 25.
    Let(#"\tilde z"#, Variate(0.96) * z + Variate(0.28) * draw.normal())
    Let("R", R)
    Let("A", A)
    Let(#"\mathbb{E}[A]"#, "c")
    Let(#"\mathbb{E}[\log R]"#, "0")
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
