import Arithmetic
import Probability
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

  /// The integrand of the sheet's bound, `A / 2 e + e C / 2`.
  static func noiseBound<S: Field>(_ A: S, _ C: S, _ epsilon: S) -> S {
    A / (2 * epsilon) + epsilon * C / 2
  }

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
        let (p, q, e) = (symbols.scalar(), symbols.scalar(), symbols.scalar())
        let residual = p - e * q
        Step(#"f(\varepsilon), \quad A = p^2,\; C = q^2"#) { noiseBound(p.squared, q.squared, e) }
        Step(
          #"pq + \frac{(p - \varepsilon q)^2}{2\varepsilon}"#,
          because:
            #"the square is completed; it vanishes at $\varepsilon = p/q = \sqrt{A/C}$ and nowhere else"#
        ) { p * q + residual.squared / (2 * e) }
        Rival(#"pq + \frac{(q - \varepsilon p)^2}{2\varepsilon}"#, "minimum at the inverse") {
          let inverse = q - e * p
          return p * q + inverse.squared / (2 * e)
        }
        Rival(#"pq + \frac{(p^2 - \varepsilon q^2)^2}{2\varepsilon}"#, "minimum at A/C, without the root") {
          let unrooted = p.squared - e * q.squared
          return p * q + unrooted.squared / (2 * e)
        }
        Rival(#"pq + \frac{(p - \varepsilon q)^2}{\varepsilon}"#, "factor two in the residual") {
          p * q + residual.squared / e
        }
      }
      Exact("slope at the minimum", dimensions: [1]) { symbols, _ in
        let (p, q) = (symbols.scalar(), symbols.scalar())
        let slope = { (e: Symbol) in
          derivative(at: e) { noiseBound(Dual(constant: p.squared), Dual(constant: q.squared), $0) }
        }
        Step(#"f'(p/q)"#) { slope(p / q) }
        Step(#"0"#, because: #"$f'(\varepsilon) = \frac C2 - \frac A{2\varepsilon^2}$"#) { 0 }
        Rival(#"f'(q/p)"#, "inverted") { slope(q / p) }
        Rival(#"f'(p^2/q^2)"#, "root forgotten") { slope(p.squared / q.squared) }
      }
      Exact("no minimiser where one loss vanishes", dimensions: [1]) { symbols, _ in
        let (A, C, e) = (symbols.scalar(), symbols.scalar(), symbols.scalar())
        Step(#"\bigl(f(\tfrac\varepsilon2)|_{A=0},\; f(2\varepsilon)|_{C=0}\bigr)"#) {
          Vector([noiseBound(0, C, e / 2), noiseBound(A, 0, 2 * e)])
        }
        Step(
          #"\tfrac12\bigl(f(\varepsilon)|_{A=0},\; f(\varepsilon)|_{C=0}\bigr)"#,
          because: "any noise is beaten by one that halves the bound: the infimum 0 is not attained"
        ) { 1 / 2 * Vector([noiseBound(0, C, e), noiseBound(A, 0, e)]) }
        Rival(#"\bigl(f(\varepsilon)|_{A=0},\; f(\varepsilon)|_{C=0}\bigr)"#, "taken to be flat") {
          Vector([noiseBound(0, C, e), noiseBound(A, 0, e)])
        }
        Rival(
          #"\bigl(2f(\varepsilon)|_{A=0},\; \tfrac12 f(\varepsilon)|_{C=0}\bigr)"#, "more noise always better"
        ) { Vector([2 * noiseBound(0, C, e), noiseBound(A, 0, e) / 2]) }
      }
      Enclosure(
        "no noise does better", cases: [LossValue(C: 0.25), LossValue(C: 1), LossValue(C: 3)],
        over: ["A": 0.25...4, "e": 0.125...8], precision: 0x1p-12
      ) { loss, v in
        let (A, C) = (v["A"], Dual<Interval>(loss.C))
        Step(#"f(\varepsilon)"#) { noiseBound(A, C, v["e"]) }
        Step(#"f(\sqrt{A/C})"#, because: "the minimum", relation: .atLeast) {
          noiseBound(A, C, Dual.sqrt(A / C))
        }
        Rival(#"f(\sqrt{C/A})"#, "inverted") { noiseBound(A, C, Dual.sqrt(C / A)) }
        Rival(#"f(A/C)"#, "root forgotten") { noiseBound(A, C, A / C) }
        Rival(#"f(\sqrt{A/2C})"#, "factor two under the root") { noiseBound(A, C, Dual.sqrt(A / (2 * C))) }
        Rival(#"f(1)"#, "one constant for all losses") { noiseBound(A, C, 1) }
        Step(#"\sqrt{AC}"#, because: "its value", relation: .equals) { Dual.sqrt(A * C) }
        Rival(#"2\sqrt{AC}"#, "factor two") { 2 * Dual.sqrt(A * C) }
      }
      Numerical("minimum found by bisection", cases: LossSchedule.all) { loss in
        let best = Double.sqrt(loss.integral { loss.A($0) }.value / loss.integral { loss.C($0) }.value)
        Step(#"\int_0^1 \min_\varepsilon f(\varepsilon)\,dt"#) {
          loss.integral { noiseBound(loss.A($0), loss.C($0), loss.minimiser(at: $0)) }
        }
        Step(#"B[\sqrt{A/C}]"#, because: "bisection of the slope finds the same noise") {
          loss.bound { Double.sqrt(loss.A($0) / loss.C($0)) }
        }
        Rival(#"B[\sqrt{C/A}]"#, "inverted") { loss.bound { Double.sqrt(loss.C($0) / loss.A($0)) } }
        Rival(#"B[A/C]"#, "root forgotten") { loss.bound { loss.A($0) / loss.C($0) } }
        Rival(#"B[\sqrt{A/2C}]"#, "factor two under the root") {
          loss.bound { Double.sqrt(loss.A($0) / (2 * loss.C($0))) }
        }
        Rival(#"B[\sqrt{\textstyle\int A/\int C}]"#, "a constant only") { loss.bound { _ in best } }
      }
      Statistical("simulated losses, random time", cases: SimulatedLosses.all) { model, draw in
        let (t, x) = model.sample(draw)
        let (A, C) = (model.A(t), model.C(t))
        let (b, s) = (model.velocityError(t, x).squared, model.scoreError(t, x).squared)
        Step(#"\mathbb{E}[|\delta b(t,x_t)|^2/\varepsilon^*(t)^2], \quad \varepsilon^* = \sqrt{A/C}"#) {
          b / (A / C)
        }
        Rival(#"\mathbb{E}[|\delta b|^2/\varepsilon^2], \quad \varepsilon = \sqrt{C/A}"#, "inverted") {
          b / (C / A)
        }
        Rival(#"\mathbb{E}[|\delta b|^2/\varepsilon^2], \quad \varepsilon = A/C"#, "root forgotten") {
          b / (A / C).squared
        }
        Rival(#"\mathbb{E}[|\delta b|^2/\varepsilon^2], \quad \varepsilon = \sqrt{A/2C}"#, "factor two") {
          2 * b / (A / C)
        }
        Step(#"\mathbb{E}|\delta s(t,x_t)|^2"#, because: "the two parts of the slope of $f$ balance") { s }
        Rival(#"\tfrac12\mathbb{E}|\delta s|^2"#, "one half lost") { s / 2 }
      }
    }
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
        let (p, q) = (symbols.vector(2), symbols.vector(2))
        Step(#"B[\varepsilon^*], \quad A = p_k^2,\; C = q_k^2 \text{ on the } k\text{-th half}"#) {
          (0..<2).reduce(0) { $0 + noiseBound(p[$1].squared, q[$1].squared, p[$1] / q[$1]) / 2 }
        }
        Step(#"\tfrac12(p_1q_1 + p_2q_2)"#, because: #"$f(p/q) = pq$"#) { p.dot(q) / 2 }
        Rival(#"p_1q_1 + p_2q_2"#, "factor two: the bound that holds, not the sheet's") { p.dot(q) }
        Rival(#"\tfrac14(p_1q_1 + p_2q_2)"#, "one half too many") { p.dot(q) / 4 }
        Rival(#"\tfrac14(p_1 + p_2)(q_1 + q_2)"#, "integral of a product taken apart") {
          (p[0] + p[1]) * (q[0] + q[1]) / 4
        }
      }
      Exact("a constant is worse", dimensions: [1]) { symbols, _ in
        let (p, q) = (symbols.vector(2), symbols.vector(2))
        Step(#"\int A\int C"#) { p.squaredNorm * q.squaredNorm / 4 }
        Step(
          #"\Bigl(\int\sqrt{AC}\Bigr)^2 + \tfrac14(p_1q_2 - p_2q_1)^2"#,
          because: "Lagrange's identity: equal only if $A/C$ is constant"
        ) {
          let determinant = p[0] * q[1] - p[1] * q[0]
          return p.dot(q).squared / 4 + determinant.squared / 4
        }
        Rival(#"\Bigl(\int\sqrt{AC}\Bigr)^2"#, "the best constant taken to be as good") {
          p.dot(q).squared / 4
        }
      }
      Enclosure(
        "exponential losses", cases: [DecayRate(c: 0.25), DecayRate(c: 1)], over: ["a": 1.25...2],
        precision: 0x1p-10
      ) { decay, v in
        let (a, c) = (v["a"], Dual<Interval>(decay.c))
        Step(#"B[\varepsilon^*], \quad A = e^{2at},\; C = 4e^{-2ct}"#) {
          enclosedIntegral(pieces: 64) { t in
            let (a, c) = (Dual(constant: Dual(constant: a)), Dual(constant: Dual(constant: c)))
            let (A, C) = (Dual.exp(2 * a * t), 4 * Dual.exp(-2 * c * t))
            return noiseBound(A, C, Dual.sqrt(A / C))
          }
        }
        let half: Dual<Interval> = (Dual.exp(a - c) - 1) / (a - c)
        Step(#"\frac{2(e^{a-c} - 1)}{a - c}"#, because: #"$\sqrt{AC} = 2e^{(a-c)t}$"#) { 2 * half }
        Rival(#"\frac{4(e^{a-c} - 1)}{a - c}"#, "factor two") { 4 * half }
        Rival(#"\frac{e^{a-c} - 1}{a - c}"#, "one half") { half }
        Rival(
          #"\sqrt{\frac{e^{2a}-1}{2a}\cdot\frac{4(1 - e^{-2c})}{2c}}"#,
          "the best constant: root of the integrals"
        ) {
          let A: Dual<Interval> = (Dual.exp(2 * a) - 1) / (2 * a)
          let C: Dual<Interval> = 2 * (1 - Dual.exp(-2 * c)) / c
          return Dual.sqrt(A * C)
        }
      }
      Numerical("quadrature", cases: LossSchedule.all) { loss in
        let root = { loss.integral { Double.sqrt(loss.A($0) * loss.C($0)) } }
        Step(#"B[\varepsilon^*]"#) { loss.bound { Double.sqrt(loss.A($0) / loss.C($0)) } }
        Step(#"\int_0^1\sqrt{AC}\,dt"#, because: #"$f(\varepsilon^*) = \sqrt{AC}$"#) { root() }
        Rival(#"2\int_0^1\sqrt{AC}\,dt"#, "factor two") { root().scaled(by: 2) }
        Rival(#"\tfrac12\int_0^1\sqrt{AC}\,dt"#, "one half") { root().scaled(by: 0.5) }
        Rival(#"\sqrt{\textstyle\int A\int C}"#, "the best constant: root of the integrals") {
          let (A, C) = (loss.integral { loss.A($0) }, loss.integral { loss.C($0) })
          let value = Double.sqrt(A.value * C.value)
          return Estimate(value, error: value * (A.error / A.value + C.error / C.value))
        }
      }
      Statistical("simulated losses, random time", cases: SimulatedLosses.all) { model, draw in
        let (t, x) = model.sample(draw)
        let (A, C) = (model.A(t), model.C(t))
        let noise = Variate.sqrt(A / C)
        let (b, s) = (model.velocityError(t, x).squared, model.scoreError(t, x).squared)
        let root = Variate.sqrt(A * C)
        Step(#"\mathbb{E}\bigl[\tfrac14|\delta b|^2/\varepsilon^* + \tfrac14\varepsilon^*|\delta s|^2\bigr]"#)
        {
          noiseBound(b / 2, s / 2, noise)
        }
        Step(
          #"\mathbb{E}\sqrt{A(t)\,C(t)}, \quad t \text{ uniform}"#,
          because: #"$f(\varepsilon^*) = \sqrt{AC}$"#
        ) { root }
        Rival(#"2\,\mathbb{E}\sqrt{AC}"#, "factor two") { 2 * root }
        Rival(#"\tfrac12\mathbb{E}\sqrt{AC}"#, "one half") { root / 2 }
        Rival(#"\sqrt{\mathbb{E}A\;\mathbb{E}C}"#, "root of the integrals") {
          let mean = { (f: (Double) -> Double) in Quadrature.interval(0...1, f).value }
          return Variate(Double.sqrt(mean { model.A($0) } * mean { model.C($0) }))
        }
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
