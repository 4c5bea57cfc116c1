import Arithmetic
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
        let (A, C, E, e) = (symbols.scalar(), symbols.scalar(), symbols.scalar(), symbols.scalar())
        let (distance, denominator) = (E - e, 2 * e * E)
        Step(#"f(\varepsilon) - f(E)"#) { noiseBound(A, C, e) - noiseBound(A, C, E) }
        Step(
          #"\frac{(E - \varepsilon)(A - \varepsilon E C)}{2\varepsilon E}"#,
          because:
            #"not negative for $\varepsilon\le E\le\varepsilon^*$, where $A \ge E^2C \ge \varepsilon EC$"#
        ) { distance * (A - e * E * C) / denominator }
        Rival(
          #"\frac{(E - \varepsilon)(A + \varepsilon E C)}{2\varepsilon E}"#, "sign: E would always be best"
        ) {
          distance * (A + e * E * C) / denominator
        }
        Rival(
          #"\frac{(E - \varepsilon)(A - \varepsilon^2 C)}{2\varepsilon E}"#, "noise in place of the limit"
        ) {
          distance * (A - e * e * C) / denominator
        }
      }
      Exact("slope at the limit", dimensions: [1]) { symbols, _ in
        let (p, q, E) = (symbols.scalar(), symbols.scalar(), symbols.scalar())
        let (excess, sum, denominator) = (p / q - E, p + E * q, 2 * E.squared)
        Step(#"f'(E), \quad A = p^2,\; C = q^2"#) {
          derivative(at: E) { noiseBound(Dual(constant: p.squared), Dual(constant: q.squared), $0) }
        }
        Step(
          #"-\frac{q(p + Eq)}{2E^2}\Bigl(\frac pq - E\Bigr)"#,
          because:
            #"negative exactly if $\varepsilon^* > E$: then more noise would help, and the limit binds"#
        ) { -q * sum / denominator * excess }
        Rival(#"\frac{q(p + Eq)}{2E^2}\Bigl(\frac pq - E\Bigr)"#, "sign: the larger of the two would be best")
        {
          q * sum / denominator * excess
        }
      }
      Exact("no error of the score", dimensions: [1]) { symbols, _ in
        let (A, E, u) = (symbols.scalar(), symbols.scalar(), symbols.scalar())
        Step(#"f(uE), \quad C = 0"#) { noiseBound(A, 0, u * E) }
        Step(#"\tfrac1u f(E)"#, because: #"for $u \le 1$ least at $u = 1$: then $\varepsilon_E = E$"#) {
          noiseBound(A, 0, E) / u
        }
        Rival(#"u f(E)"#, "less noise taken to be better") { u * noiseBound(A, 0, E) }
      }
      Enclosure(
        "no allowed noise does better", cases: NoiseLimit.all, over: ["A": 0.25...4, "u": 0.125...1],
        precision: 0x1p-12
      ) { limit, v in
        let (A, C, E) = (v["A"], Dual<Interval>(limit.C), Dual<Interval>(limit.E))
        let best = Dual.sqrt(A / C)
        Step(#"f(\varepsilon), \quad \varepsilon = uE \le E"#) { noiseBound(A, C, v["u"] * E) }
        Step(#"f(\min(\varepsilon^*, E))"#, because: "the constrained minimum", relation: .atLeast) {
          noiseBound(A, C, Dual.lesser(best, E))
        }
        Rival(#"f(\max(\varepsilon^*, E))"#, "the larger in place of the smaller") {
          noiseBound(A, C, -Dual.lesser(-best, -E))
        }
        Rival(#"f(E)"#, "the limit everywhere") { noiseBound(A, C, E) }
        Rival(#"f(\varepsilon^* E/\max\varepsilon^*)"#, "rescaled until its largest value is E") {
          noiseBound(A, C, best * E / Dual.sqrt(4 / C))
        }
        Step(
          #"\sqrt{AC} + \tfrac1{2E}\max\bigl(\sqrt A - E\sqrt C,\, 0\bigr)^2"#,
          because: "its value, both branches in one", relation: .equals
        ) {
          let excess = Dual.lesser(E * Dual.sqrt(C) - Dual.sqrt(A), 0)
          return Dual.sqrt(A * C) + excess.squared / (2 * E)
        }
        Rival(#"\sqrt{AC}"#, "the free minimum everywhere") { Dual.sqrt(A * C) }
        Rival(#"\tfrac A{2E} + \tfrac{EC}2"#, "the limit everywhere") { noiseBound(A, C, E) }
      }
      Numerical("minimum found by bisection", cases: LimitedSchedule.all) { limited in
        let (loss, E) = (limited.loss, limited.limit)
        let (cut, best) = (loss.crossings(E), { (t: Double) in Double.sqrt(loss.A(t) / loss.C(t)) })
        Step(#"\int_0^1\min_{\varepsilon\le E} f(\varepsilon)\,dt"#) {
          loss.bound(cut: cut) { loss.minimiser(at: $0, limit: E) }
        }
        Step(
          #"B[\min(\varepsilon^*, E)]"#,
          because: "bisection of the slope below the limit finds the same noise"
        ) {
          loss.bound(cut: cut) { min(best($0), E) }
        }
        Rival(#"B[\max(\varepsilon^*, E)]"#, "the larger in place of the smaller") {
          loss.bound(cut: cut) { max(best($0), E) }
        }
        Rival(#"B[E]"#, "the limit everywhere") { loss.bound { _ in E } }
        Rival(#"B[\varepsilon^* E/\max\varepsilon^*]"#, "rescaled until its largest value is E") {
          let greatest = max(best(0), best(1))
          return loss.bound { best($0) * E / greatest }
        }
        Step(
          #"\int_{\varepsilon^*\le E}\sqrt{AC} + \int_{\varepsilon^*>E}(\tfrac A{2E} + \tfrac{EC}2)"#,
          because: "the value on each part"
        ) {
          loss.integral(cut: cut) {
            best($0) <= E ? Double.sqrt(loss.A($0) * loss.C($0)) : noiseBound(loss.A($0), loss.C($0), E)
          }
        }
        Rival(#"\int_0^1\sqrt{AC}"#, "the free minimum everywhere") {
          loss.integral { Double.sqrt(loss.A($0) * loss.C($0)) }
        }
      }
      Statistical("simulated losses, random time", cases: SimulatedLosses.all) { model, draw in
        let (t, x) = model.sample(draw)
        let (A, C, E) = (model.A(t), model.C(t), Variate(0.75))
        let (best, root) = (Variate.sqrt(A / C), Variate.sqrt(A * C))
        let bound = { (noise: Variate) in
          noiseBound(model.velocityError(t, x).squared / 2, model.scoreError(t, x).squared / 2, noise)
        }
        // The distance, so that the smaller is half of the sum less the distance.
        let distance = Variate.sqrt((best - E).squared)
        let excess = Variate.sqrt(C) * (best - E + distance) / 2
        Step(#"\mathbb{E}\bigl[\tfrac14|\delta b|^2/\varepsilon_E + \tfrac14\varepsilon_E|\delta s|^2\bigr]"#)
        {
          bound((best + E - distance) / 2)
        }
        Rival(#"\varepsilon = \max(\varepsilon^*, E)"#, "the larger in place of the smaller") {
          bound((best + E + distance) / 2)
        }
        Rival(#"\varepsilon = E"#, "the limit everywhere") { bound(E) }
        Rival(#"\varepsilon = \varepsilon^* E/\max\varepsilon^*"#, "rescaled until its largest value is E") {
          let greatest = (0...256).map { Double($0) / 256 }.map { model.A($0) / model.C($0) }.max()!
          return bound(best * E / Variate(greatest.squareRoot()))
        }
        Step(
          #"\mathbb{E}\bigl[\sqrt{AC} + \tfrac1{2E}\max(\sqrt A - E\sqrt C, 0)^2\bigr], \quad t \text{ uniform}"#,
          because: "the value on each part"
        ) { root + excess.squared / (2 * E) }
        Rival(#"\mathbb{E}\sqrt{AC}"#, "the free minimum everywhere") { root }
      }
    }
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
