import Arithmetic
import Transport
import Verification

extension HomeworkIII {
  /// III.2d: what the optimal noise says of velocity and score.
  static var velocityOrScore: Identity {
    Identity(
      "III.2d", "Velocity or score",
      #"""
      \frac{\partial\log\varepsilon^*}{\partial\log A} = \tfrac12 > 0, \qquad
      \frac{\partial\log\varepsilon^*}{\partial\log C} = -\tfrac12 < 0
      """#,
      assuming: [#"$A, C > 0$"#],
      remarks: [
        #"""
        Noise moves the burden from the velocity to the score: the model's drift is $\hat b + \varepsilon\hat s$, so more
        noise means that the score is used more, and that past errors are forgotten sooner. Where the score is learned
        better ($C$ small against $A$) the best noise is large; where the velocity is learned better it is small, and the
        process is close to the ODE. Only the ratio $A/C$ counts: losses that grow together leave the noise as it is.
        """#,
        #"""
        That the ODE limit is always safe does not follow. As $\varepsilon\to0$ with $A > 0$ the bound is infinite, and
        rightly so: Problem 5 has flows with $A \to 0$ and a divergence that stays.
        """#,
      ]
    ) {
      Exact("elasticities", dimensions: [1]) { symbols, _ in
        // In terms of p and q with A = p^2 and C = q^2 the chain rule divides by 2 p and by 2 q.
        let (p, q) = (symbols.scalar(), symbols.scalar())
        let best = { (p: Dual<Symbol>, q: Dual<Symbol>) in p / q }
        let byA = best(Dual(variable: p), Dual(constant: q)).derivative / (2 * p)
        let byC = best(Dual(constant: p), Dual(variable: q)).derivative / (2 * q)
        // The gradients of log A - log C and of log C - log A.
        let gradient = Vector([1 / p.squared, -1 / q.squared])
        let reversed = Vector([-1 / p.squared, 1 / q.squared])
        Step(
          #"\Bigl(\frac{\partial\varepsilon^*}{\partial A},\; \frac{\partial\varepsilon^*}{\partial C}\Bigr)"#
        ) {
          Vector([byA, byC])
        }
        Step(
          #"\Bigl(\frac{\varepsilon^*}{2A},\; -\frac{\varepsilon^*}{2C}\Bigr)"#,
          because: #"$\log\varepsilon^* = \frac12\log A - \frac12\log C$"#
        ) { p / q / 2 * gradient }
        Rival(
          #"\Bigl(-\frac{\varepsilon^*}{2A},\; \frac{\varepsilon^*}{2C}\Bigr)"#,
          "reversed: noise where the velocity is better"
        ) { p / q / 2 * reversed }
        Rival(
          #"\Bigl(\frac{\partial\varepsilon^*}{\partial A},\; \frac{\partial\varepsilon^*}{\partial A}\Bigr)"#,
          "depends on A + C only"
        ) { Vector([byA, byA]) }
        Rival(#"\Bigl(\frac{\varepsilon^*}{A},\; -\frac{\varepsilon^*}{C}\Bigr)"#, "root forgotten") {
          p / q * gradient
        }
      }
      Exact("losses that grow", dimensions: [1]) { symbols, _ in
        let (p, q) = (symbols.scalar(), symbols.scalar())
        let slope = { (A: Symbol, C: Symbol) in
          derivative(at: p / q) { noiseBound(Dual(constant: A), Dual(constant: C), $0) }
        }
        let (A, C, more) = (p.squared, q.squared, 9 / 8 as Symbol)
        let (fall, rise) = (-C / 16, C / 16)
        Step(
          #"f'(\varepsilon^*(A,C)) \text{ for losses } (\tfrac98A, C),\; (A, \tfrac98C),\; (\tfrac98A, \tfrac98C)"#
        ) { Vector([slope(more * A, C), slope(A, more * C), slope(more * A, more * C)]) }
        Step(
          #"-\tfrac C{16},\; \tfrac C{16},\; 0"#,
          because:
            "a worse velocity wants more noise, a worse score less, and losses that grow together leave it as it is"
        ) { Vector([fall, rise, 0]) }
        Rival(#"\tfrac C{16},\; -\tfrac C{16},\; 0"#, "reversed") { Vector([rise, fall, 0]) }
        Rival(#"-\tfrac C{16},\; -\tfrac C{16},\; -\tfrac C8"#, "depends on A + C only") {
          Vector([fall, fall, -C / 8])
        }
      }
      Numerical(
        "the ODE limit is not safe",
        cases: [
          NoisyFlow(flow: SineFlow(a: 0.5, n: 4), epsilon: 0.125),
          NoisyFlow(flow: SineFlow(a: 0.75, n: 5), epsilon: 0.25),
        ]
      ) { noisy in
        let (a, n, e) = (Interval(noisy.flow.a), Interval(noisy.flow.n), Interval(noisy.epsilon))
        let equation = try CircleEquation(diffusion: noisy.epsilon) { noisy.flow.velocity($0) }
        // A = a^2 / 4 n^2 and, the score being zero and known, C = 0.
        let A = a.squared / (4 * n.squared)
        Step(#"\mathrm{KL} \text{ with noise } \varepsilon, \quad A = \tfrac{a^2}{4n^2},\; C = 0"#) {
          try equation.mean(points: 64, steps: 1024) { -Double.log($0) }
        }
        Step(#"\tfrac A\varepsilon"#, because: "the bound, with a perfect score", relation: .atMost) { A / e }
        Step(
          #"\mathrm{KL} \text{ without noise} = 2\log\cosh\tfrac a2"#,
          because: "without noise the divergence is larger than the bound that noise gives", relation: .atMost
        ) { 2 * Interval.log(Interval.cosh(a / 2)) }
        Rival(#"A"#, "the ODE limit taken to be safe") { A }
      }
      Statistical("simulated losses at both ends", cases: SimulatedLosses.all) { model, draw in
        let squares = { (time: Double) in
          let (t, x) = model.sample(draw, at: time)
          return (b: model.velocityError(t, x).squared, s: model.scoreError(t, x).squared)
        }
        // The first model's velocity is good at the start and its score at the end; the second's the other way round.
        let ends = model.b.1 > 0 ? (0.0625, 0.9375) : (0.9375, 0.0625)
        let (atVelocity, atScore) = (squares(ends.0), squares(ends.1))
        Step(
          #"\mathbb{E}|\delta b|^2 \text{ where the velocity is better},\; \mathbb{E}|\delta s|^2 \text{ where the score is}"#
        ) { Vector([atVelocity.b, atScore.s]) }
        Step(
          #"\mathbb{E}|\delta s|^2,\; \mathbb{E}|\delta b|^2 \text{ there}"#,
          because:
            #"so that $\varepsilon^* < 1$, towards the ODE, where the velocity is better, else $\varepsilon^* > 1$"#,
          relation: .atMost
        ) { Vector([atVelocity.s, atScore.b]) }
        Rival(
          #"\mathbb{E}|\delta s|^2,\; \mathbb{E}|\delta b|^2 \text{ there, from above}"#, "reversed",
          relation: .atLeast
        ) { Vector([atVelocity.s, atScore.b]) }
      }
    }
  }

  /// The best noise over time, free and limited, for losses that are small at opposite ends.
  static var noiseScheduleFigure: Figure {
    Figure(
      "optimal-noise-schedule",
      caption: #"""
        The best noise $\varepsilon^* = \sqrt{A/C}$ where the velocity is learned well at the start and the score at the
        end ($A = e^{2t}$, $C = 4e^{-2t}$: rising), and the other way round ($A = e^{2-2t}$, $C = 4e^{2t-2}$: falling),
        without a limit and with $\varepsilon\le\frac32$. Little noise where the velocity is good, much where the score
        is.
        """#,
      x: .init("time t"), y: .init("diffusion coefficient ε")
    ) {
      let times = (0...64).map { Double($0) / 64 }
      let rising = { (t: Double) in Double.exp(2 * t) / 2 }
      let falling = { (t: Double) in rising(1 - t) }
      let limited = { (f: (Double) -> Double) in times.map { ($0, min(f($0), 1.5)) } }
      return [
        .init("velocity good early", points: times.map { ($0, rising($0)) }),
        .init("the same, ε ≤ 1.5", points: limited(rising)),
        .init("velocity good late", points: times.map { ($0, falling($0)) }),
        .init("the same, ε ≤ 1.5 ", points: limited(falling)),
      ]
    }
  }
}
