import Arithmetic
import Formulas
import Probability
import Verification

extension HomeworkIII {
  /// III.2c: the best noise that does not exceed a limit.
  static var constrainedNoise: Identity {
    Identity(
      "III.2c", "The constrained minimiser",
      #"""
      \varepsilon_E = \min(\varepsilon^*, E), \qquad
      B[\varepsilon_E] = \int_{\varepsilon^*\le E}\sqrt{AC}\,dt
      + \int_{\varepsilon^*>E}\Bigl(\frac A{2E} + \frac{EC}2\Bigr)dt
      """#,
      assuming: [#"$A > 0$ and $E > 0$; $C = 0$ is allowed, with $\varepsilon^* = \infty$"#],
      remarks: [
        #"""
        Where $A = 0 < C$ there is still no minimiser: the limit bounds the noise from above, and the infimum is
        approached from below.
        """#,
        #"""
        If $\varepsilon^* < E$ throughout, the limit changes nothing; if $\varepsilon^* > E$ throughout, $\varepsilon_E$
        is the constant $E$. Each is a case, beside schedules that cross.
        """#,
      ]
    ) {
      Exact("distance from the limit", dimensions: [1]) { symbols, _ in
        Let("A", symbols.scalar("A"))
        Let("C", symbols.scalar("C"))
        Let("E", symbols.scalar("E"))
        Let(#"\varepsilon"#, symbols.scalar("epsilon"))
        Let(#"f(\varepsilon)"#, writtenBound)
        Step(#"f(\varepsilon) - f(E)"#)
        Step(
          #"\frac{(E - \varepsilon)(A - \varepsilon E C)}{2\varepsilon E}"#,
          because:
            #"not negative for $\varepsilon\le E\le\varepsilon^*$, where $A \ge E^2C \ge \varepsilon EC$"#)
        Rival(
          #"\frac{(E - \varepsilon)(A + \varepsilon E C)}{2\varepsilon E}"#, "sign: E would always be best")
        Rival(
          #"\frac{(E - \varepsilon)(A - \varepsilon^2 C)}{2\varepsilon E}"#, "noise in place of the limit")
      }
      Exact("slope at the limit", dimensions: [1]) { symbols, _ in
        squaredLosses(symbols)
        Let("E", symbols.scalar("E"))
        Step("f'(E)", remark: #"$A = p^2$ and $C = q^2$"#)
        Step(
          #"-\frac{q(p + Eq)}{2E^2}\Bigl(\frac pq - E\Bigr)"#,
          because:
            #"negative exactly if $\varepsilon^* > E$: then more noise would help, and the limit binds"#)
        Rival(
          #"\frac{q(p + Eq)}{2E^2}\Bigl(\frac pq - E\Bigr)"#, "sign: the larger of the two would be best")
      }
      Exact("no error of the score", dimensions: [1]) { symbols, _ in
        Let("A", symbols.scalar("A"))
        Let("C", "0")
        Let("E", symbols.scalar("E"))
        Let("u", symbols.scalar("u"))
        Let(#"f(\varepsilon)"#, writtenBound)
        Step("f(uE)", remark: "$C = 0$")
        Step(#"\tfrac1uf(E)"#, because: #"for $u \le 1$ least at $u = 1$: then $\varepsilon_E = E$"#)
        Rival("uf(E)", "less noise taken to be better")
      }
      Enclosure(
        "no allowed noise does better", cases: NoiseLimit.all, over: ["A": 0.25...4, "u": 0.125...1],
        precision: 0x1p-12
      ) { limit, v in
        let best = Dual.sqrt(v["A"] / Dual<Interval>(limit.C))
        Let("A", v["A"])
        Let("C", limit.C)
        Let("E", limit.E)
        Let("u", v["u"])
        Let(#"f(\varepsilon)"#, writtenBound)
        Let(#"\varepsilon^*"#, #"\sqrt{A/C}"#)
        Let(#"\varepsilon_E"#, by: "the smaller of the best noise and E") {
          Dual.lesser(best, Dual<Interval>(limit.E))
        }
        Let(#"\varepsilon^E"#, by: "the larger of the best noise and E") {
          -Dual.lesser(-best, -Dual<Interval>(limit.E))
        }
        Let(#"\max\varepsilon^*"#, #"\sqrt{4/C}"#)
        Step(#"f(uE)"#, remark: #"any noise $uE$ that does not exceed $E$"#)
        Step(
          #"f(\varepsilon_E)"#, because: "the constrained minimum", relation: .atLeast,
          remark: #"$\varepsilon_E = \min(\varepsilon^*, E)$ and $\varepsilon^* = \sqrt{A/C}$"#)
        Rival(
          #"f(\varepsilon^E)"#, "the larger in place of the smaller",
          remark: #"$\varepsilon^E = \max(\varepsilon^*, E)$"#)
        Rival("f(E)", "the limit everywhere")
        Rival(
          #"f\Bigl(\frac{\varepsilon^*E}{\max\varepsilon^*}\Bigr)"#, "rescaled until its largest value is E")
        Step(
          #"\sqrt{AC} + \frac{C(\varepsilon^* - \varepsilon_E)^2}{2E}"#,
          because: "its value, both branches in one", relation: .equals)
        Rival(#"\sqrt{AC}"#, "the free minimum everywhere")
        Rival(#"\frac A{2E} + \frac{EC}2"#, "the limit everywhere")
      }
      Numerical("minimum found by bisection", cases: LimitedSchedule.all) { limited in
        limited.names
        Step(
          #"\int_0^\tau f_E\,dt + \int_\tau^1f_E\,dt"#,
          remark: #"$f_E = \min_{\varepsilon\le E} f(\varepsilon)$; $\varepsilon^*$ crosses $E$ at $\tau$"#)
        Step(
          #"\int_0^\tau f(\varepsilon_E)\,dt + \int_\tau^1f(\varepsilon_E)\,dt"#,
          because: "bisection of the slope below the limit finds the same noise",
          remark: #"$\varepsilon_E = \min(\varepsilon^*, E)$"#)
        Rival(
          #"\int_0^\tau f(\varepsilon^E)\,dt + \int_\tau^1f(\varepsilon^E)\,dt"#,
          "the larger in place of the smaller", remark: #"$\varepsilon^E = \max(\varepsilon^*, E)$"#)
        Rival(#"\int_0^1f(E)\,dt"#, "the limit everywhere")
        Rival(
          #"\int_0^1f\Bigl(\frac{\varepsilon^*E}{\max\varepsilon^*}\Bigr)\,dt"#,
          "rescaled until its largest value is E")
        Step(
          #"\int_0^\tau(\chi\sqrt{AC} + (1-\chi)(\tfrac A{2E} + \tfrac{EC}2))\,dt + \int_\tau^1(\chi\sqrt{AC} + (1-\chi)(\tfrac A{2E} + \tfrac{EC}2))\,dt"#,
          because: "the value on each part",
          remark: #"$\chi$ is one where $\varepsilon^*\le E$ and zero elsewhere"#)
        Rival(#"\int_0^1\sqrt{AC}\,dt"#, "the free minimum everywhere")
      }
      Statistical("simulated losses, random time", cases: SimulatedLosses.all) { model, draw in
        model.names(draw)
        Let("E", 0.75)
        limitedNoise()
        Let(#"\max\varepsilon^*"#, by: "the largest of 257 times") { Variate(model.greatestNoise) }
        Step(
          #"\mathbb{E}\Bigl[\frac{|\delta b|^2}{4\varepsilon_E} + \tfrac14\varepsilon_E|\delta s|^2\Bigr]"#,
          remark:
            #"$\varepsilon_E = \min(\varepsilon^*, E)$, $\varepsilon^* = \sqrt{A/C}$ and $t$ is uniform"#)
        Rival(
          #"\mathbb{E}\Bigl[\frac{|\delta b|^2}{4\varepsilon^E} + \tfrac14\varepsilon^E|\delta s|^2\Bigr]"#,
          "the larger in place of the smaller", remark: #"$\varepsilon^E = \max(\varepsilon^*, E)$"#)
        Rival(
          #"\mathbb{E}\Bigl[\frac{|\delta b|^2}{4E} + \tfrac14E|\delta s|^2\Bigr]"#, "the limit everywhere")
        Rival(
          #"\mathbb{E}\Bigl[\frac{|\delta b|^2\max\varepsilon^*}{4\varepsilon^*E} + \frac{\varepsilon^*E|\delta s|^2}{4\max\varepsilon^*}\Bigr]"#,
          "rescaled until its largest value is E")
        Step(
          #"\mathbb{E}\Bigl[\sqrt{AC} + \frac{C(\varepsilon^* - \varepsilon_E)^2}{2E}\Bigr]"#,
          because: "the value on each part")
        Rival(#"\mathbb{E}\sqrt{AC}"#, "the free minimum everywhere")
      }
    }
  }

  /// Names for the smaller and the larger of the best noise and a limit, by their sum and their distance.
  @Lines<Scalar>
  static func limitedNoise<Scalar: LineScalar>(of variables: [String] = []) -> [Line<Scalar>] {
    Let(#"\varepsilon_E"#, #"\tfrac12(\varepsilon^* + E - |\varepsilon^* - E|)"#, of: variables)
    Let(#"\varepsilon^E"#, #"\tfrac12(\varepsilon^* + E + |\varepsilon^* - E|)"#, of: variables)
  }

  /// A value of the score's loss and a limit for the noise.
  struct NoiseLimit: Sendable, CustomStringConvertible {
    let C: Double
    let E: Double

    static let all = [NoiseLimit(C: 1, E: 1.25), NoiseLimit(C: 1, E: 0.375), NoiseLimit(C: 0.5, E: 4)]
    var description: String { "C = \(C.brief), E = \(E.brief)" }
  }

  /// Losses with a limit for the noise.
  struct LimitedSchedule: Sendable, CustomStringConvertible {
    let loss: LossSchedule
    let limit: Double

    /// Limits that are crossed, upwards and downwards, one above the best noise at all times, and one below it.
    static let all = [
      LimitedSchedule(loss: .exponential, limit: 1.5), LimitedSchedule(loss: .linear, limit: 1),
      LimitedSchedule(loss: .reversed, limit: 1.25), LimitedSchedule(loss: .exponential, limit: 4),
      LimitedSchedule(loss: .exponential, limit: 0.375),
    ]
    var description: String { "\(loss), E = \(limit.brief)" }

    /// Names for the losses, the limited noise and the time at which the limit begins or ceases to bind.
    @Lines<Estimate> var names: [Line<Estimate>] {
      let best = { (t: Double) in Double.sqrt(loss.A(t) / loss.C(t)) }
      loss.names
      Let("E", limit)
      Let(#"\tau"#, loss.crossings(limit).first ?? 0.5)
      limitedNoise(of: ["t"])
      Let(#"\max\varepsilon^*"#, max(best(0), best(1)))
      Let("f_E", by: "bisection of the slope up to the limit", of: ["t"]) { (t: Jet<Interval>) in
        loss.least(at: t, limit: limit)
      }
      Let(#"\chi"#, by: "comparison of the best noise with E", of: ["t"]) { (t: Jet<Interval>) in
        Interval(best(t.value.midpoint) <= limit ? 1 : 0)
      }
    }
  }
}

extension Dual where Base == Interval {
  /// The smaller of two enclosed numbers; where it may be either, the hull of both derivatives.
  ///
  /// That hull encloses the generalised derivative (Clarke 1983), for which the mean value theorem holds.
  static func lesser(_ a: Self, _ b: Self) -> Self {
    if a.value.upper <= b.value.lower { return a }
    if b.value.upper <= a.value.lower { return b }
    let value = Interval(min(a.value.lower, b.value.lower)...min(a.value.upper, b.value.upper))
    return Self(value, derivative: a.derivative.hull(b.derivative))
  }
}
