import Arithmetic
import Probability
import Transport
import Verification

extension DeepGenerativeModels {
  /// DGM.4c.ii as the solution writes it, with an unconditional mean.
  static var marginalVelocityAsWritten: Identity {
    get throws {
      try Identity(
        "DGM.4c.ii", "Marginal velocity, as the solution has it",
        #"u_t(x\mid x_1) = x_1 - x, \qquad u_t(x) = \mathbb{E}[x_1] - x"#,
        expectation: .fails(
          correctedBy: "DGM.4c.ii.corrected",
          why: #"""
            In $\frac{d}{dt}\psi_t(x\mid x_1) = x_1 - x$ the letter $x$ is the starting point; at the current position the
            field is $\frac{x_1-x}{1-t}$. And the marginal field averages over $x_1$ given $x_t = x$, not over all $x_1$.
            """#,
          counterexample: #"""
            $N(0,1)\to N(0,1)$ at $t = \frac12$: the velocity is $0$, the solution has $-x$. $N(0,1)\to N(1.5, 0.25)$ at
            $t = \frac12$, $x = -1$: $3.6$ against $2.5$. The solution's field takes $N(0,1)$ to $N(0.948181, 0.135335)$
            whatever the variance of the target.
            """#)
      ) {
        Exact("normal laws") { symbols, d in
          let (pair, x) = (gaussianPair(symbols, d), symbols.vector(d, "x"))
          Step(#"u_t(x) = \mathbb{E}[x_1 - x_0\mid x_t = x]"#) { pair.velocity(x) }
          Step(#"\mathbb{E}[x_1] - x"#, because: "the average over all targets, as the solution has it") {
            pair.end.mean - x
          }
          Restatement(#"\frac{\mathbb{E}[x_1\mid x_t=x] - x}{1-t}"#, because: "the target given the position")
          {
            (pair.endMean(x) - x) / (1 - pair.t)
          }
        }
        Numerical(
          "velocity that the density needs, on the line",
          cases: [
            FlowAtTime(flow: try FlowCases.normal(mean: 1.5, variance: 0.25), time: 0.5, x: -1),
            FlowAtTime(flow: try FlowCases.normal(mean: 0, variance: 1), time: 0.5, x: 0.75),
            FlowAtTime(flow: try FlowCases.mixtures, time: 0.375, x: 0.5),
          ]
        ) { item in
          let (flow, t, x) = (item.flow, item.time, item.x)
          // The velocity of the second case is zero: the position keeps a scale in sight.
          Step(#"x - \frac{\partial_t F_t(x)}{\rho_t(x)}"#) { Interval(x) + continuityVelocity(flow, t, x) }
          Step(#"x + \mathbb{E}[x_1] - x"#, because: "the solution") { Interval(flow.targetMean[0]) }
          Restatement(
            #"x + \frac{\mathbb{E}[x_1\mid x_t=x] - x}{1-t}"#, because: "the target given the position"
          ) {
            let mean = flow.endMean(at: Interval(t), Vector([Interval(x)]))[0]
            return Interval(x) + (mean - Interval(x)) / (1 - Interval(t))
          }
        }
        Numerical(
          "where the solution's field ends", cases: [TargetVariance(v: 0.25), TargetVariance(v: 2)]
        ) { target in
          let field = try MeanRevertingField(mean: 1.5)
          Step(
            #"\text{mean and variance at } t = 1 \text{ under } \dot x = \mathbb{E}[x_1] - x, \; x_0\sim N(0,1)"#
          ) {
            // The flow is affine, so its law is that of an affine map, found from two points.
            let ends = try [0.0, 1].map { Interval(try field.flow(of: [$0], from: 0, to: 1).position[0]) }
            return [ends[0], (ends[1] - ends[0]).squared]
          }
          Step(#"\text{those of the target}"#, because: "a generative flow ends in the target") {
            [Interval(1.5), Interval(target.v)]
          }
          Restatement(
            #"1.5\,(1 - e^{-1}), \quad e^{-2}"#, because: "the target's variance is nowhere in the field"
          ) {
            [Interval(1.5) * (1 - Interval.exp(-1)), Interval.exp(-2)]
          }
        }
        try Statistical(
          "weak form, a mixture in the plane", cases: [FlowAtTime(flow: FlowCases.plane, time: 0.375)]
        ) { item, draw in
          let (x0, x1) = (try item.flow.start.sample(draw), try item.flow.end.sample(draw))
          let t = Variate(item.time)
          let (x, wave) = ((1 - t) * x0 + t * x1, Wave([0.25, -0.25], phase: 1))
          Step(#"\mathbb{E}[\varphi(x_t)(x_1 - x_0)]"#) { wave(x) * (x1 - x0) }
          Step(#"\mathbb{E}[\varphi(x_t)(\mathbb{E}[x_1] - x_t)]"#, because: "the solution") {
            wave(x) * (item.flow.targetMean.map { Variate($0) } - x)
          }
          Restatement(
            #"\mathbb{E}\Bigl[\varphi(x_t)\frac{\mathbb{E}[x_1\mid x_t] - x_t}{1-t}\Bigr]"#,
            because: "the target given the position"
          ) { wave(x) * ((item.flow.endMean(at: t, x) - x) / (1 - t)) }
        }
      }
    }
  }

  /// DGM.4c.ii with the posterior mean.
  static var marginalVelocity: Identity {
    get throws {
      try Identity(
        "DGM.4c.ii.corrected", "Marginal velocity",
        #"""
        u_t(x\mid x_1) = \frac{x_1 - x}{1-t}, \qquad
        u_t(x) = \frac{\mathbb{E}[x_1\mid x_t=x] - x}{1-t} = \mathbb{E}[x_1 - x_0\mid x_t=x]
        """#,
        assuming: [#"$0 \le t < 1$"#, #"$x_0$ and $x_1$ are independent"#],
        remarks: [
          #"""
          Two tests cannot tell the solution's field from the right one: at $t = 0$ the position says nothing of the
          target and both agree; and for a target that is one point the posterior mean is the prior mean.
          """#
        ]
      ) {
        Exact("conditional field") { symbols, d in
          let (t, x0, x1) = (symbols.scalar("t"), symbols.vector(d, "x0"), symbols.vector(d, "x1"))
          let position = (1 - t) * x0 + t * x1
          Step(#"\tfrac{d}{dt}\psi_t(x_0\mid x_1)"#) {
            let moving = Dual(variable: t)
            return ((1 - moving) * x0.constant + moving * x1.constant).map(\.derivative)
          }
          Step(#"\frac{x_1 - \psi_t}{1-t}"#, because: #"$x_0 = (\psi_t - t x_1)/(1-t)$"#) {
            (x1 - position) / (1 - t)
          }
          Restatement(#"x_1 - x_0"#, because: "by the starting point") { x1 - x0 }
          Rival(#"x_1 - \psi_t"#, "the position in the place of the starting point") { x1 - position }
          Rival(#"\frac{x_1 - x_0}{1-t}"#, "the starting point in the place of the position") {
            (x1 - x0) / (1 - t)
          }
        }
        Exact("marginal field, normal laws") { symbols, d in
          let (pair, x) = (gaussianPair(symbols, d), symbols.vector(d, "x"))
          let one = 1 - pair.t
          Step(#"\mathbb{E}[x_1 - x_0\mid x_t=x]"#) { pair.velocity(x) }
          Step(#"\frac{\mathbb{E}[x_1\mid x_t=x] - x}{1-t}"#, because: "the conditional field, averaged") {
            (pair.endMean(x) - x) / one
          }
          Rival(#"\mathbb{E}[x_1] - x"#, "unconditional mean: the solution") { pair.end.mean - x }
          Rival(#"\mathbb{E}[x_1\mid x_t=x] - x"#, "factor 1/(1-t) forgotten") { pair.endMean(x) - x }
          Rival(#"\frac{\mathbb{E}[x_1] - x}{1-t}"#, "unconditional mean") { (pair.end.mean - x) / one }
        }
        Numerical(
          "velocity that the density needs, on the line",
          cases: [
            FlowAtTime(flow: try FlowCases.normal(mean: 1.5, variance: 0.25), time: 0.25, x: 0.5),
            FlowAtTime(flow: try FlowCases.normal(mean: 1.5, variance: 0.25), time: 0.75, x: 1),
            FlowAtTime(flow: try FlowCases.line, time: 0.5, x: 0.25),
            FlowAtTime(flow: try FlowCases.mixtures, time: 0.625, x: -0.75),
          ]
        ) { item in
          let (flow, t, x) = (item.flow, Interval(item.time), Interval(item.x))
          let mean = flow.endMean(at: t, Vector([x]))[0]
          Step(#"-\frac{\partial_t F_t(x)}{\rho_t(x)}"#) { continuityVelocity(flow, item.time, item.x) }
          Step(
            #"\frac{\mathbb{E}[x_1\mid x_t=x] - x}{1-t}"#,
            because: "on the line the continuity equation has one solution"
          ) { (mean - x) / (1 - t) }
          Restatement(#"\mathbb{E}[x_1 - x_0\mid x_t=x]"#) { flow.velocity(at: t, Vector([x]))[0] }
          Rival(#"\mathbb{E}[x_1] - x"#, "unconditional mean: the solution") {
            Interval(flow.targetMean[0]) - x
          }
          Rival(#"\mathbb{E}[x_1\mid x_t=x] - x"#, "factor 1/(1-t) forgotten") { mean - x }
          Rival(#"\frac{\mathbb{E}[x_1] - x}{1-t}"#, "unconditional mean") {
            (Interval(flow.targetMean[0]) - x) / (1 - t)
          }
        }
        try Statistical(
          "weak form, a mixture in the plane",
          cases: [
            FlowAtTime(flow: FlowCases.plane, time: 0.375), FlowAtTime(flow: FlowCases.plane, time: 0.625),
          ]
        ) { item, draw in
          let (x0, x1) = (try item.flow.start.sample(draw), try item.flow.end.sample(draw))
          let t = Variate(item.time)
          let (x, wave) = ((1 - t) * x0 + t * x1, Wave([0.25, -0.25], phase: 1))
          let (target, mean) = (item.flow.endMean(at: t, x), item.flow.targetMean.map { Variate($0) })
          Step(#"\mathbb{E}[\varphi(x_t)(x_1 - x_0)]"#) { wave(x) * (x1 - x0) }
          Step(
            #"\mathbb{E}\Bigl[\varphi(x_t)\frac{\mathbb{E}[x_1\mid x_t] - x_t}{1-t}\Bigr]"#,
            because: "conditioning"
          ) {
            wave(x) * ((target - x) / (1 - t))
          }
          Rival(#"\mathbb{E}[\varphi(x_t)(\mathbb{E}[x_1] - x_t)]"#, "unconditional mean: the solution") {
            wave(x) * (mean - x)
          }
          Rival(#"\mathbb{E}[\varphi(x_t)(\mathbb{E}[x_1\mid x_t] - x_t)]"#, "factor 1/(1-t) forgotten") {
            wave(x) * (target - x)
          }
          Rival(#"\mathbb{E}\Bigl[\varphi(x_t)\frac{\mathbb{E}[x_1] - x_t}{1-t}\Bigr]"#, "unconditional mean")
          {
            wave(x) * ((mean - x) / (1 - t))
          }
        }
      }
    }
  }

  /// The velocity `-(d/dt F) / rho` on the line, from the law of `x_t` alone: no conditional expectation appears.
  static func continuityVelocity(_ flow: RectifiedFlow, _ t: Double, _ x: Double) -> Interval {
    let moving = flow.law(at: Dual(variable: t))
    let rate = Quadrature.below(x) { moving.density(Vector([Dual(constant: $0)])).derivative }
    return -Interval(rate) / flow.law(at: Interval(t)).density(Vector([Interval(x)]))
  }

  /// The field `m - x` that the solution takes for the marginal one.
  struct MeanRevertingField: VelocityField {
    let mean: Double
    var dimension: Int { 1 }

    init(mean: Double) throws {
      guard mean.isFinite else { throw InvalidArgument("mean", is: mean, expected: "a finite number") }
      self.mean = mean
    }

    func velocity<S: Elementary>(at t: S, _ x: Vector<S>) -> Vector<S> { Vector([S(mean) - x[0]]) }
  }

  /// The variance of a target.
  private struct TargetVariance: Sendable, CustomStringConvertible {
    let v: Double
    var description: String { "target N(1.5, \(v.brief))" }
  }
}
