import Arithmetic
import Formulas
import Verification

extension HomeworkIII {
  /// Homework III, Problem 2: the noise that makes a bound on the divergence least.
  static var problem2: Problem {
    get throws {
      try Problem(
        "III.2", "Optimizing a time-dependent diffusion schedule",
        setting: #"""
          A learned model has a velocity error $\delta b = \hat b - b$ and a score error $\delta s = \hat s - s$, with
          $A(t) = \frac12\int|\delta b|^2\rho$ and $C(t) = \frac12\int|\delta s|^2\rho$. Its density solves
          $\partial_t\hat\rho + \nabla\cdot((\hat b + \varepsilon\hat s)\hat\rho) = \varepsilon\Delta\hat\rho$. The
          losses do not depend on $\varepsilon$, for the density $\rho(t)$ does not. Write
          $f(\varepsilon) = \frac{A}{2\varepsilon} + \frac{\varepsilon C}2$, so that
          $B[\varepsilon] = \int_0^1 f(\varepsilon(t))\,dt$.
          """#,
        figures: [noiseScheduleFigure]
      ) {
        try noiseBoundAsWritten  // III.2.bound
        try noiseBoundCorrected  // III.2.bound.corrected
        optimalNoise  // III.2a
        minimisedBound  // III.2b
        constrainedNoise  // III.2c
        velocityOrScore  // III.2d
      }
    }
  }

  /// The integrand of the sheet's bound, `A / 2 e + e C / 2`, as code: for the tests and what is computed by it.
  static func noiseBound<S: Field>(_ A: S, _ C: S, _ epsilon: S) -> S {
    A / (2 * epsilon) + epsilon * C / 2
  }

  /// The integrand of the sheet's bound, as it is printed.
  static let writtenBound = #"\frac A{2\varepsilon} + \frac{\varepsilon C}2"#

  /// III.2a: the noise that is best at each time.
  private static var optimalNoise: Identity {
    Identity(
      "III.2a", "The optimal diffusion coefficient",
      #"\varepsilon^*(t) = \operatorname*{arg\,min}_{\varepsilon>0} f(\varepsilon) = \sqrt{A(t)/C(t)}"#,
      assuming: [
        #"$A, C > 0$"#,
        #"$\rho(t)$, hence $A$ and $C$, do not depend on $\varepsilon$: true of an interpolant's density"#,
      ],
      remarks: [
        #"""
        Where $A = 0 < C$ the infimum is $0$ and not attained: half the noise always halves the bound, and
        $\varepsilon = 0$ is not allowed. Where $C = 0 < A$ it is $0$ too, approached as $\varepsilon\to\infty$. Where
        both vanish every $\varepsilon$ is a minimiser.
        """#,
        "The corrected bound is twice the sheet's, so it has the same minimiser.",
      ]
    ) {
      Exact("completing the square", dimensions: [1]) { symbols, _ in
        squaredLosses(symbols)
        Let(#"\varepsilon"#, symbols.scalar("epsilon"))
        Step(#"f(\varepsilon)"#, remark: #"$A = p^2$ and $C = q^2$"#)
        Step(
          #"pq + \frac{(p - \varepsilon q)^2}{2\varepsilon}"#,
          because:
            #"the square is completed; it vanishes at $\varepsilon = p/q = \sqrt{A/C}$ and nowhere else"#)
        Rival(#"pq + \frac{(q - \varepsilon p)^2}{2\varepsilon}"#, "minimum at the inverse")
        Rival(#"pq + \frac{(p^2 - \varepsilon q^2)^2}{2\varepsilon}"#, "minimum at A/C, without the root")
        Rival(#"pq + \frac{(p - \varepsilon q)^2}{\varepsilon}"#, "factor two in the residual")
      }
      Exact("slope at the minimum", dimensions: [1]) { symbols, _ in
        squaredLosses(symbols)
        Step(#"f'(p/q)"#)
        Step("0", because: #"$f'(\varepsilon) = \frac C2 - \frac A{2\varepsilon^2}$"#)
        Rival(#"f'(q/p)"#, "inverted")
        Rival(#"f'(p^2/q^2)"#, "root forgotten")
      }
      Exact("no minimiser where one loss vanishes", dimensions: [1]) { symbols, _ in
        Let("A", symbols.scalar("A"))
        Let("C", symbols.scalar("C"))
        Let(#"\varepsilon"#, symbols.scalar("epsilon"))
        Let(#"f(A,C,\varepsilon)"#, writtenBound)
        Step(#"f(0,C,\tfrac\varepsilon2), f(A,0,2\varepsilon)"#, remark: "the losses are written as well")
        Step(
          #"\tfrac12f(0,C,\varepsilon), \tfrac12f(A,0,\varepsilon)"#,
          because: "any noise is beaten by one that halves the bound: the infimum 0 is not attained")
        Rival(#"f(0,C,\varepsilon), f(A,0,\varepsilon)"#, "taken to be flat")
        Rival(#"2f(0,C,\varepsilon), \tfrac12f(A,0,\varepsilon)"#, "more noise always better")
      }
      Enclosure(
        "no noise does better", cases: [LossValue(C: 0.25), LossValue(C: 1), LossValue(C: 3)],
        over: ["A": 0.25...4, "e": 0.125...8], precision: 0x1p-12
      ) { loss, v in
        Let("A", v["A"])
        Let("C", loss.C)
        Let(#"\varepsilon"#, v["e"])
        Let(#"f(\varepsilon)"#, writtenBound)
        Step(#"f(\varepsilon)"#)
        Step(#"f(\sqrt{A/C})"#, because: "the minimum", relation: .atLeast)
        Rival(#"f(\sqrt{C/A})"#, "inverted")
        Rival(#"f(A/C)"#, "root forgotten")
        Rival(#"f(\sqrt{A/(2C)})"#, "factor two under the root")
        Rival(#"f(1)"#, "one constant for all losses")
        Step(#"\sqrt{AC}"#, because: "its value", relation: .equals)
        Rival(#"2\sqrt{AC}"#, "factor two")
      }
      Numerical("minimum found by bisection", cases: LossSchedule.all) { loss in
        loss.names
        Let(#"f_{\min}"#, by: "bisection of the slope", of: ["t"]) { (t: Jet<Interval>) in
          loss.least(at: t)
        }
        Step(#"\int_0^1 f_{\min}\,dt"#, remark: #"$f_{\min} = \min_\varepsilon f(\varepsilon)$"#)
        Step(#"\int_0^1 f(\sqrt{A/C})\,dt"#, because: "bisection of the slope finds the same noise")
        Rival(#"\int_0^1 f(\sqrt{C/A})\,dt"#, "inverted")
        Rival(#"\int_0^1 f(A/C)\,dt"#, "root forgotten")
        Rival(#"\int_0^1 f(\sqrt{A/(2C)})\,dt"#, "factor two under the root")
        Rival(
          #"\int_0^1 f(\sqrt{\bar A/\bar C})\,dt"#, "a constant only",
          remark: #"$\bar A = \int_0^1A\,dt$ and $\bar C = \int_0^1C\,dt$"#)
      }
      Statistical("simulated losses, random time", cases: SimulatedLosses.all) { model, draw in
        model.names(draw)
        Step(
          #"\mathbb{E}\Bigl[\frac{|\delta b|^2}{(\varepsilon^*)^2}\Bigr]"#,
          remark: #"at $(t, x_t)$, with $\varepsilon^* = \sqrt{A/C}$ and $t$ uniform"#)
        Rival(#"\mathbb{E}\Bigl[\frac{|\delta b|^2}{C/A}\Bigr]"#, "inverted")
        Rival(#"\mathbb{E}\Bigl[\frac{|\delta b|^2}{(A/C)^2}\Bigr]"#, "root forgotten")
        Rival(#"\mathbb{E}\Bigl[\frac{|\delta b|^2}{A/(2C)}\Bigr]"#, "factor two")
        Step(#"\mathbb{E}|\delta s|^2"#, because: "the two parts of the slope of $f$ balance")
        Rival(#"\tfrac12\mathbb{E}|\delta s|^2"#, "one half lost")
      }
    }
  }

  /// Names for the integrand of the bound with losses that are squares.
  @Lines<Symbol>
  static func squaredLosses(_ symbols: Symbols) -> [Line<Symbol>] {
    Let("p", symbols.scalar("p"))
    Let("q", symbols.scalar("q"))
    Let("A", "p^2")
    Let("C", "q^2")
    Let(#"f(\varepsilon)"#, writtenBound)
  }

  /// III.2b: the least value of the bound.
  private static var minimisedBound: Identity {
    Identity(
      "III.2b", "The minimised bound",
      #"\min_\varepsilon B[\varepsilon] = B[\varepsilon^*] = \int_0^1\sqrt{A(t)\,C(t)}\,dt"#,
      assuming: [#"$A, C > 0$; otherwise it is the infimum"#],
      remarks: [
        #"""
        This is the minimum of the bound as the sheet writes it; the bound that holds is twice that,
        $2\int\sqrt{AC}$. The best constant gives $\sqrt{\int A\int C}$, which is larger unless $A/C$ is constant.
        """#
      ]
    ) {
      Exact("schedule of two steps", dimensions: [1]) { symbols, _ in
        Let("p", symbols.vector(2, "p"))
        Let("q", symbols.vector(2, "q"))
        Let(#"f(A,C,\varepsilon)"#, writtenBound)
        Step(
          #"\tfrac12\sum_{k=1}^2 f(p_k^2,q_k^2,p_k/q_k)"#,
          remark: #"$B[\varepsilon^*]$, with $A = p_k^2$ and $C = q_k^2$ on the $k$-th half"#)
        Step(#"\tfrac12(p_1q_1 + p_2q_2)"#, because: #"$f(p/q) = pq$"#)
        Rival(#"p_1q_1 + p_2q_2"#, "factor two: the bound that holds, not the sheet's")
        Rival(#"\tfrac14(p_1q_1 + p_2q_2)"#, "one half too many")
        Rival(#"\tfrac14(p_1 + p_2)(q_1 + q_2)"#, "integral of a product taken apart")
      }
      Exact("a constant is worse", dimensions: [1]) { symbols, _ in
        Let("p", symbols.vector(2, "p"))
        Let("q", symbols.vector(2, "q"))
        Step(
          #"\tfrac12(p_1^2 + p_2^2)\cdot\tfrac12(q_1^2 + q_2^2)"#,
          remark: #"$\int A\int C$, with $A = p_k^2$ and $C = q_k^2$ on the $k$-th half"#)
        Step(
          #"\tfrac14(p_1q_1 + p_2q_2)^2 + \tfrac14(p_1q_2 - p_2q_1)^2"#,
          because:
            #"Lagrange's identity; the first term is $\bigl(\int\sqrt{AC}\bigr)^2$, so equal only if $A/C$ is constant"#
        )
        Rival(#"\tfrac14(p_1q_1 + p_2q_2)^2"#, "the best constant taken to be as good")
      }
      Enclosure(
        "exponential losses", cases: [DecayRate(c: 0.25), DecayRate(c: 1)], over: ["a": 1.25...2],
        precision: 0x1p-10
      ) { decay, v in
        let (a, c) = (v["a"], Dual<Interval>(decay.c))
        Let("a", a)
        Let("c", c)
        Let(#"B[\varepsilon^*]"#, by: "midpoint rule with its remainder enclosed") {
          enclosedIntegral(pieces: 64) { t in
            let (a, c) = (Dual(constant: Dual(constant: a)), Dual(constant: Dual(constant: c)))
            let (A, C) = (Dual.exp(2 * a * t), 4 * Dual.exp(-2 * c * t))
            return noiseBound(A, C, Dual.sqrt(A / C))
          }
        }
        Step(#"B[\varepsilon^*]"#, remark: #"$A = e^{2at}$ and $C = 4e^{-2ct}$"#)
        Step(#"\frac{2(e^{a-c} - 1)}{a - c}"#, because: #"$\sqrt{AC} = 2e^{(a-c)t}$"#)
        Rival(#"\frac{4(e^{a-c} - 1)}{a - c}"#, "factor two")
        Rival(#"\frac{e^{a-c} - 1}{a - c}"#, "one half")
        Rival(
          #"\sqrt{\frac{e^{2a}-1}{2a}\cdot\frac{4(1 - e^{-2c})}{2c}}"#,
          "the best constant: root of the integrals")
      }
      Numerical("quadrature", cases: LossSchedule.all) { loss in
        loss.names
        Step(#"B[\varepsilon^*]"#)
        Step(#"\int_0^1\sqrt{A(t)\,C(t)}\,dt"#, because: #"$f(\varepsilon^*) = \sqrt{AC}$"#)
        Rival(#"2\int_0^1\sqrt{AC}\,dt"#, "factor two")
        Rival(#"\tfrac12\int_0^1\sqrt{AC}\,dt"#, "one half")
        Rival(#"\sqrt{\int_0^1A\,dt\int_0^1C\,dt}"#, "the best constant: root of the integrals")
      }
      Statistical("simulated losses, random time", cases: SimulatedLosses.all) { model, draw in
        model.names(draw)
        Step(
          #"\mathbb{E}\Bigl[\frac{|\delta b|^2}{4\varepsilon^*} + \tfrac14\varepsilon^*|\delta s|^2\Bigr]"#,
          remark: #"at $(t, x_t)$, with $\varepsilon^* = \sqrt{A/C}$ and $t$ uniform"#)
        Step(#"\mathbb{E}\sqrt{AC}"#, because: #"$f(\varepsilon^*) = \sqrt{AC}$"#)
        Rival(#"2\,\mathbb{E}\sqrt{AC}"#, "factor two")
        Rival(#"\tfrac12\mathbb{E}\sqrt{AC}"#, "one half")
        Rival(
          #"\sqrt{\bar A\bar C}"#, "root of the integrals",
          remark: #"$\bar A = \int_0^1A\,dt$ and $\bar C = \int_0^1C\,dt$"#)
      }
    }
  }

  /// The rate at which the score's loss falls.
  struct DecayRate: Sendable, CustomStringConvertible {
    let c: Double
    var description: String { "c = \(c.brief)" }
  }

  /// A value of the score's loss.
  struct LossValue: Sendable, CustomStringConvertible {
    let C: Double
    var description: String { "C = \(C.brief)" }
  }
}
