import Arithmetic
import Formulas
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
        let (p, q) = (symbols.scalar("p"), symbols.scalar("q"))
        Let("A", p.squared)
        Let("C", q.squared)
        Let(#"\varepsilon^*"#, by: "the root p/q of A/C, with A the square of p and C of q", of: ["A", "C"]) {
          (at: Arguments<Symbol>) in
          try (at.number("A") / at.number("C")).mapped({ _ in p / q }) { 1 / (2 * $1) }
        }
        Step(
          #"\frac A{\varepsilon^*}\partial_A\varepsilon^*, \frac C{\varepsilon^*}\partial_C\varepsilon^*"#,
          remark: #"the derivatives of $\log\varepsilon^*$ by $\log A$ and by $\log C$"#)
        Step(
          #"\tfrac12, -\tfrac12"#, because: #"$\log\varepsilon^* = \frac12\log A - \frac12\log C$"#)
        Rival(#"-\tfrac12, \tfrac12"#, "reversed: noise where the velocity is better")
        Rival(
          #"\frac A{\varepsilon^*}\partial_A\varepsilon^*, \frac C{\varepsilon^*}\partial_A\varepsilon^*"#,
          "depends on A + C only")
        Rival("1, -1", "root forgotten")
      }
      Exact("losses that grow", dimensions: [1]) { symbols, _ in
        let (p, q) = (symbols.scalar("p"), symbols.scalar("q"))
        Let("A", p.squared)
        Let("C", q.squared)
        Let(#"\varepsilon"#, p / q)
        Let(#"f(A,C,\varepsilon)"#, writtenBound)
        Step(
          #"\partial_\varepsilon f(\tfrac98A,C,\varepsilon), \partial_\varepsilon f(A,\tfrac98C,\varepsilon), \partial_\varepsilon f(\tfrac98A,\tfrac98C,\varepsilon)"#,
          remark: #"at $\varepsilon = \varepsilon^*(A, C)$: one loss grows, or both"#)
        Step(
          #"-\tfrac C{16}, \tfrac C{16}, 0"#,
          because:
            "a worse velocity wants more noise, a worse score less, and losses that grow together leave it as it is"
        )
        Rival(#"\tfrac C{16}, -\tfrac C{16}, 0"#, "reversed")
        Rival(#"-\tfrac C{16}, -\tfrac C{16}, -\tfrac C8"#, "depends on A + C only")
      }
      Numerical(
        "the ODE limit is not safe",
        cases: [
          NoisyFlow(flow: SineFlow(a: 0.5, n: 4), epsilon: 0.125),
          NoisyFlow(flow: SineFlow(a: 0.75, n: 5), epsilon: 0.25),
        ]
      ) { noisy in
        Let("a", noisy.flow.a)
        Let("n", noisy.flow.n)
        Let(#"\varepsilon"#, noisy.epsilon)
        Let("A", #"\frac{a^2}{4n^2}"#)
        Let(#"\mathrm{KL}_\varepsilon"#, by: "the equation on the circle, solved") {
          let equation = try CircleEquation(diffusion: noisy.epsilon) { noisy.flow.velocity($0) }
          return try equation.mean(points: 64, steps: 1024) { -Double.log($0) }
        }
        Step(#"\mathrm{KL}_\varepsilon"#, remark: #"the divergence with noise $\varepsilon$, where $C = 0$"#)
        Step(#"\frac A\varepsilon"#, because: "the bound, with a perfect score", relation: .atMost)
        Step(
          #"2\log\bigl(\cosh\tfrac a2\bigr)"#,
          because: "without noise the divergence is larger than the bound that noise gives",
          relation: .atMost,
          remark: "the divergence without noise")
        Rival("A", "the ODE limit taken to be safe")
      }
      Statistical("simulated losses at both ends", cases: SimulatedLosses.all) { model, draw in
        // The first model's velocity is good at the start and its score at the end; the second's the other way round.
        let ends = model.b.1 > 0 ? (0.0625, 0.9375) : (0.9375, 0.0625)
        let (atVelocity, atScore) = (model.sample(draw, at: ends.0), model.sample(draw, at: ends.1))
        Let(#"\delta b_1"#, model.velocityError(atVelocity.t, atVelocity.x))
        Let(#"\delta s_1"#, model.scoreError(atVelocity.t, atVelocity.x))
        Let(#"\delta b_2"#, model.velocityError(atScore.t, atScore.x))
        Let(#"\delta s_2"#, model.scoreError(atScore.t, atScore.x))
        Step(
          #"\mathbb{E}|\delta b_1|^2, \mathbb{E}|\delta s_2|^2"#,
          remark: "the first at a time where the velocity is better, the second where the score is")
        Step(
          #"\mathbb{E}|\delta s_1|^2, \mathbb{E}|\delta b_2|^2"#,
          because:
            #"so that $\varepsilon^* < 1$, towards the ODE, where the velocity is better, else $\varepsilon^* > 1$"#,
          relation: .atMost)
        Rival(#"\mathbb{E}|\delta s_1|^2, \mathbb{E}|\delta b_2|^2"#, "reversed", relation: .atLeast)
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
