import Arithmetic
import Formulas
import Probability
import Transport
import Verification

extension HomeworkII {
  /// II.3c: the velocity at the ends, for any coupling.
  static var endpointVelocities: Identity {
    get throws {
      try Identity(
        "II.3c", "Endpoint velocities",
        #"""
        b(0,x) = \mathbb{E}[x_1\mid x_0=x] - x - \tfrac a2\nabla\log\rho_0(x), \quad
        b(1,x) = x - \mathbb{E}[x_0\mid x_1=x] + \tfrac a2\nabla\log\rho_1(x)
        """#,
        assuming: [
          #"$\rho_0$ and $\rho_1$ are positive and $C^1$"#,
          #"$x \mapsto \mathbb{E}[x_1\mid x_0=x]$ and $\mathbb{E}[x_0\mid x_1=x]$ are continuous"#,
        ],
        remarks: [
          #"""
          The score does not drop out because $\gamma(0) = 0$: it is multiplied by $\gamma\dot\gamma$, which tends to
          $\pm\frac a2$. This is the trace of $\mathbb{E}[\dot\gamma z \mid x_t = x]$, infinity times zero.
          """#,
          #"""
          With a point mass at an end there is no limit: $b$ grows like $(x - m)/2t$ with the nearest point $m$, for the
          score of $N(m, \gamma^2)$ is $-(x-m)/\gamma^2$.
          """#,
          #"""
          $b$ is evaluated as a rational function of time, in the form of II.3a, and never at a clipped time: its value
          at $t = 10^{-12}$ is compared with the end's value and slope.
          """#,
        ]
      ) {
        Derivation {
          Step("b(0,x), b(1,x)")
          Step(
            endpointVelocity(),
            because: #"$v$ and $s$ are continuous up to the ends, and $\gamma\dot\gamma \to \pm\frac a2$"#)
          Restatement(
            #"v(0,x) - \tfrac a2\nabla\log\rho_0(x), v(1,x) + \tfrac a2\nabla\log\rho_1(x)"#,
            because: #"$v = \mathbb{E}[x_1 - x_0\mid x_e=x]$"#)
          Rival(endpointVelocity(#"+ \tfrac a2"#, #"+ \tfrac a2"#), "sign at the start")
          Rival(endpointVelocity(#"- \tfrac a2"#, #"- \tfrac a2"#), "same sign at both ends")
          Rival(endpointVelocity("- a", "+ a"), "one half lost")
          Rival(
            #"\mathbb{E}[x_1\mid x_0=x] - x, x - \mathbb{E}[x_0\mid x_1=x]"#,
            "score dropped because the schedule vanishes")
          Rival(endpointVelocity(means: (#"\mathbb{E}[x_1]"#, #"\mathbb{E}[x_0]"#)), "condition dropped")
        }
        Exact("Gaussian endpoints, any coupling") { symbols, d in
          endsOfGaussians(
            BridgeInterpolant(
              endpoints: Gaussian(mean: symbols.vector(2 * d), covariance: symbols.symmetric(2 * d)),
              a: symbols.scalar()), symbols.vector(d))
        }
        try endpointsByExtrapolation
        try endpointsByTheDistributionFunction
        try orderAtTheEnds
        try observedOrder
        try nextToTheEnds
        try pointMass(at: .start)
        try pointMass(at: .end)
        endpointsInWeakForm
      }
    }
  }

  /// The formula for the velocity at both ends, with given factors of the scores and means.
  static func endpointVelocity(
    _ start: String = #"- \tfrac a2"#, _ end: String = #"+ \tfrac a2"#,
    means: (String, String) = (#"\mathbb{E}[x_1\mid x_0=x]"#, #"\mathbb{E}[x_0\mid x_1=x]"#)
  ) -> String {
    #"\#(means.0) - x \#(start)\nabla\log\rho_0(x), x - \#(means.1) \#(end)\nabla\log\rho_1(x)"#
  }

  /// Names for a jointly normal bridge at its ends.
  @Lines<Symbol>
  static func endsOfGaussians(_ model: BridgeInterpolant<Symbol>, _ x: Vector<Symbol>) -> [Line<Symbol>] {
    let moving = BridgeInterpolant(
      endpoints: model.endpoints.map { Jet(constant: $0) }, a: Jet(constant: model.a))
    Let("t", 0)
    Let("x", x)
    Let("a", model.a)
    Let("b(t,x)", by: "a rational function of time, in closed form") { at in
      moving.velocity(at: try at.number("t"), try at.vector("x"))
    }
    Let("v(t,x)", by: "conditioning in closed form") { at in
      moving.displacement(at: try at.number("t"), try at.vector("x"))
    }
    Let(#"\log\rho_0(x)"#, by: "exponent of the normal law of x_0") { x in moving.start.exponent(x) }
    Let(#"\log\rho_1(x)"#, by: "exponent of the normal law of x_1") { x in moving.end.exponent(x) }
    Let(#"\mathbb{E}[x_1\mid x_0=x]"#, by: "conditioning the endpoints") { model.endMean(givenStart: x) }
    Let(#"\mathbb{E}[x_0\mid x_1=x]"#, by: "conditioning the endpoints") { model.startMean(givenEnd: x) }
    Let(#"\mathbb{E}[x_1]"#, model.end.mean)
    Let(#"\mathbb{E}[x_0]"#, model.start.mean)
  }

  /// Names for a mixture at its ends, without its velocity.
  @Lines<Estimate>
  static func endsOfMixtures(_ ends: Ends) -> [Line<Estimate>] {
    let (mixture, x) = (ends.mixture, ends.point)
    Let("t", 0)
    Let("x", x)
    Let("a", mixture.a)
    Let("v(t,x)", by: "conditioning within components, weighted by Bayes") { at in
      mixture.displacement(at: try at.number("t"), try at.vector("x"))
    }
    Let(#"\rho_0(x)"#, by: "density of the mixture at the start") { x in mixture.start().density(x) }
    Let(#"\rho_1(x)"#, by: "density of the mixture at the end") { x in mixture.end().density(x) }
    Let(#"\mathbb{E}[x_1\mid x_0=x]"#, by: "conditioning the endpoints within components") {
      mixture.endMean(givenStart: x)
    }
    Let(#"\mathbb{E}[x_0\mid x_1=x]"#, by: "conditioning the endpoints within components") {
      mixture.startMean(givenEnd: x)
    }
    Let(#"\mathbb{E}[x_1]"#, mixture.meanAtTheEnd)
    Let(#"\mathbb{E}[x_0]"#, mixture.meanAtTheStart)
  }

  /// A name for the velocity of a mixture, a rational function of time in each component.
  private static func velocity(of mixture: BridgeMixture) -> Let<Estimate> {
    Let("b(t,x)", by: "conditioning within components, weighted by Bayes") { at in
      mixture.velocity(at: try at.number("t"), try at.vector("x"))
    }
  }

  private static var mixtures: [Ends] {
    get throws {
      try [
        Ends(mixture: Bridge.independentLine(), x: [0.25]),
        Ends(mixture: Bridge.dependentLine(), x: [-1.125]),
        Ends(mixture: Bridge.dependentPlane(), x: [0.25, 0.75]),
      ]
    }
  }

  private static var endpointsByExtrapolation: Numerical<Ends> {
    get throws {
      try Numerical("limits from interior times, mixtures", cases: mixtures) { ends in
        endsOfMixtures(ends)
        Let("b(t,x)", by: "extrapolated from times inside, $2^{-5}, 2^{-6}, \\dots$ away from $t$") { at in
          let (t, x) = (try at.number("t").value, ends.point)
          return Vector(
            x.indices.map { i in
              Interval(
                Extrapolation.limit { h in ends.mixture.velocity(at: t.midpoint == 1 ? 1 - h : t + h, x)[i] })
            })
        }
      }
    }
  }

  private static var endpointsByTheDistributionFunction: Numerical<Ends> {
    get throws {
      try Numerical(
        "distribution function at the ends, mixtures on the line",
        cases: [
          Ends(mixture: Bridge.independentLine(), x: [0.25]),
          Ends(mixture: Bridge.independentLine(), x: [-1.125]),
          Ends(mixture: Bridge.dependentLine(), x: [0.25]),
          Ends(mixture: Bridge.dependentLine(), x: [-1.125]),
        ]
      ) { ends in endsOnTheLine(ends) }
    }
  }

  /// Names for a mixture on the line at its ends, with its velocity by the distribution function.
  @Lines<Estimate>
  static func endsOnTheLine(_ ends: Ends) -> [Line<Estimate>] {
    let (mixture, x) = (ends.mixture, ends.point)
    Let("t", 0)
    Let("x", ends.x[0])
    Let("a", mixture.a)
    lawOnTheLine(mixture)
    Let("v(t,x)", by: "conditioning within components, weighted by Bayes") { at in
      mixture.displacement(at: try at.number("t"), Vector([try at.number("x")]))[0]
    }
    Let(#"\rho_0(x)"#, by: "density of the mixture at the start") { x in mixture.start().density(Vector([x]))
    }
    Let(#"\rho_1(x)"#, by: "density of the mixture at the end") { x in mixture.end().density(Vector([x])) }
    Let(#"\mathbb{E}[x_1\mid x_0=x]"#, by: "conditioning the endpoints within components") {
      mixture.endMean(givenStart: x)[0]
    }
    Let(#"\mathbb{E}[x_0\mid x_1=x]"#, by: "conditioning the endpoints within components") {
      mixture.startMean(givenEnd: x)[0]
    }
    Let(#"\mathbb{E}[x_1]"#, mixture.meanAtTheEnd[0])
    Let(#"\mathbb{E}[x_0]"#, mixture.meanAtTheStart[0])
  }

  /// The rivals of the order one.
  @Lines<Estimate>
  private static func orderOne() -> [Line<Estimate>] {
    Step("1, 1", because: #"$b$ is analytic in $t$ at the ends, with a slope that is not zero here"#)
    Rival(#"\tfrac12, \tfrac12"#, "the order of the schedule itself")
    Rival("2, 2", "the order of a symmetric difference")
  }

  private static var orderAtTheEnds: Numerical<Ends> {
    get throws {
      try Numerical("order of convergence, mixtures", cases: mixtures) { ends in
        Let("h", 0x1p-50)
        departures(ends)
        Step(
          #"\frac{\log|D_0(2h)| - \log|D_0(h)|}{\log 2}, \frac{\log|D_1(2h)| - \log|D_1(h)|}{\log 2}"#,
          remark: "$D_0(h) = b(h,x) - b(0,x)$, $D_1(h) = b(1-h,x) - b(1,x)$, $h = 2^{-50}$")
        orderOne()
      }
    }
  }

  /// Names for what the velocity at a distance from an end differs by from the end's.
  @Lines<Estimate>
  private static func departures(_ ends: Ends) -> [Line<Estimate>] {
    let theorem = "the mean value theorem, the slope enclosed from the end to the time"
    Let("D_0(h)", by: theorem) { h in ends.departure(from: .start, h.value) }
    Let("D_1(h)", by: theorem) { h in ends.departure(from: .end, h.value) }
  }

  /// The order as it is seen from values at times inside, with what extrapolation leaves open; half of the digits are
  /// lost to differences of neighbouring values.
  private static var observedOrder: Numerical<Ends> {
    get throws {
      try Numerical(
        "observed order of convergence, mixtures", cases: mixtures, precision: 0x1p-24
      ) { ends in
        Let("t", 0)
        Let("x", ends.point)
        velocity(of: ends.mixture)
        Step(
          #"\lim_{h\to 0}\frac{\log|b(2h,x) - b(0,x)| - \log|b(h,x) - b(0,x)|}{\log 2}, \lim_{h\to 0}\frac{\log|b(1-2h,x) - b(1,x)| - \log|b(1-h,x) - b(1,x)|}{\log 2}"#,
          remark: #"from $h = 2^{-5}, 2^{-6}, \ldots$"#)
        orderOne()
      }
    }
  }

  private static var nextToTheEnds: Numerical<Ends> {
    get throws {
      try Numerical("next to the ends, mixtures", cases: mixtures) { ends in
        let model = ends.mixture
        endsOfMixtures(ends)
        velocity(of: model)
        departures(ends)
        Let("h", 1e-12)
        Let(#"\bar h"#, 1e-5)
        Let("p(t,x)", by: #"$\mathbb{E}[(1-t)x_0 + tx_1\mid x_t = x]$ in double precision"#) { at in
          model.path(at: try at.number("t").value.midpoint, Vector(ends.x)).map { Interval($0) }
        }
        Step("b(h,x), b(1-h,x)", remark: "$h = 10^{-12}$")
        Step(
          #"\mathbb{E}[x_1\mid x_0=x] - x - \tfrac a2\nabla\log\rho_0(x) + D_0(h), x - \mathbb{E}[x_0\mid x_1=x] + \tfrac a2\nabla\log\rho_1(x) + D_1(h)"#,
          because: "the mean value theorem",
          remark: "$D_0(h) = b(h,x) - b(0,x)$, $D_1(h) = b(1-h,x) - b(1,x)$")
        Rival(#"b(\bar h,x), b(1-\bar h,x)"#, "time clipped", remark: #"$\bar h = 10^{-5}$"#)
        Rival(
          #"v(h,x) + \tfrac{1-2h}{2h(1-h)}(x - p(h,x)), v(1-h,x) - \tfrac{1-2h}{2h(1-h)}(x - p(1-h,x))"#,
          "the small latent mean found by subtracting large numbers",
          remark: #"$v + \dot\gamma\gamma^{-1}(x - p)$"#)
      }
    }
  }

  /// The endpoint velocities against the gradient of a wave, from samples next to the ends.
  private static var endpointsInWeakForm: Statistical<CoupledEnds> {
    Statistical("weak form at the ends, coupled endpoints", cases: [CoupledEnds(a: 1.5, time: 0)]) {
      ends, draw in
      let (pair, other) = (ends.smooth(draw), ends.smooth(draw))
      let quotient = EndpointQuotient(a: ends.a)
      quotient.names(pair, means: other, z: draw.normal(2))
      EndpointQuotient.quotients(bias: quotient.bias)
      Step(
        EndpointQuotient.weak(), because: "the endpoint velocities, the scores by parts", bias: quotient.bias)
      Rival(EndpointQuotient.weak(#"- \tfrac a2"#, #"- \tfrac a2"#), "sign at the start")
      Rival(EndpointQuotient.weak(#"+ \tfrac a2"#, #"+ \tfrac a2"#), "same sign at both ends")
      Rival(EndpointQuotient.weak("+ a", "- a"), "one half lost")
      Rival(
        #"\mathbb{E}[\nabla\varphi(x_0)\cdot(x_1 - x_0)], \mathbb{E}[\nabla\varphi(x_1)\cdot(x_1 - x_0)]"#,
        "score dropped because the schedule vanishes")
      Rival(
        EndpointQuotient.weak(displacements: (#"\mathbb{E}[x_1] - x_0"#, #"x_1 - \mathbb{E}[x_0]"#)),
        "condition dropped")
    }
  }
}
