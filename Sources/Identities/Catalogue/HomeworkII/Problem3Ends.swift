import Arithmetic
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
        endpointsOfGaussians
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

  private static var endpointsOfGaussians: Exact {
    Exact("Gaussian endpoints, any coupling") { symbols, d in
      let model = BridgeInterpolant(
        endpoints: Gaussian(mean: symbols.vector(2 * d), covariance: symbols.symmetric(2 * d)),
        a: symbols.scalar())
      let x = symbols.vector(d)
      let ends = { (start: (Vector<Symbol>, Symbol), end: (Vector<Symbol>, Symbol)) in
        let half = model.a / 2
        let first = start.0 - x + start.1 * half * gradient(at: x, of: model.start.constant.exponent)
        let last = x - end.0 + end.1 * half * gradient(at: x, of: model.end.constant.exponent)
        return Vector(first.components + last.components)
      }
      let (later, earlier) = (model.endMean(givenStart: x), model.startMean(givenEnd: x))
      let means = (start: model.start.mean, end: model.end.mean)
      Step(#"b(t,x) = v - \gamma\dot\gamma\,s \text{ at } t = 0 \text{ and } t = 1"#) {
        Vector(model.velocity(at: 0, x).components + model.velocity(at: 1, x).components)
      }
      Step(
        #"\mathbb{E}[x_1\mid x_0=x] - x - \tfrac a2 s_0, \;\; x - \mathbb{E}[x_0\mid x_1=x] + \tfrac a2 s_1"#,
        because: #"$b$ is rational in $t$ with $x_0$ and $x_1$ in place of $x_t$ at the ends"#
      ) { ends((later, -1), (earlier, 1)) }
      Restatement(
        #"v(0,x) - \tfrac a2 s_0, \;\; v(1,x) + \tfrac a2 s_1"#,
        because: #"$v = \mathbb{E}[x_1 - x_0\mid x_e=x]$"#
      ) {
        let half = model.a / 2
        return Vector(
          (model.displacement(at: 0, x) - half * model.start.score(x)).components
            + (model.displacement(at: 1, x) + half * model.end.score(x)).components)
      }
      Rival(#"+\tfrac a2 s_0 \text{ at the start}"#, "sign at the start") { ends((later, 1), (earlier, 1)) }
      Rival(#"-\tfrac a2 s_1 \text{ at the end}"#, "same sign at both ends") {
        ends((later, -1), (earlier, -1))
      }
      Rival(#"a \text{ in place of } \tfrac a2"#, "one half lost") { ends((later, -2), (earlier, 2)) }
      Rival(#"\text{no score}"#, #"score dropped because the schedule vanishes"#) {
        ends((later, 0), (earlier, 0))
      }
      Rival(#"\mathbb{E}[x_1], \; \mathbb{E}[x_0]"#, "condition dropped") {
        ends((means.end, -1), (means.start, 1))
      }
    }
  }

  /// The lines of the numerical checks of both ends, after a step that has found them in another way.
  @Lines<Estimate>
  private static func endpointFormulas(_ ends: Ends, because: String) -> [Line<Estimate>] {
    let half = Interval(ends.mixture.a) / 2
    Step(
      #"\mathbb{E}[x_1\mid x_0=x] - x - \tfrac a2 s_0, \;\; x - \mathbb{E}[x_0\mid x_1=x] + \tfrac a2 s_1"#,
      because: because
    ) { ends.velocities(factors: (-half, half)) }
    Rival(#"+\tfrac a2 s_0 \text{ at the start}"#, "sign at the start") {
      ends.velocities(factors: (half, half))
    }
    Rival(#"-\tfrac a2 s_1 \text{ at the end}"#, "same sign at both ends") {
      ends.velocities(factors: (-half, -half))
    }
    Rival(#"a \text{ in place of } \tfrac a2"#, "one half lost") {
      ends.velocities(factors: (-2 * half, 2 * half))
    }
    Rival(#"\text{no score}"#, "score dropped because the schedule vanishes") {
      ends.velocities(factors: (0, 0))
    }
    Rival(#"\mathbb{E}[x_1], \; \mathbb{E}[x_0]"#, "condition dropped") {
      ends.velocities(
        endMean: ends.mixture.meanAtTheEnd, startMean: ends.mixture.meanAtTheStart, factors: (-half, half))
    }
  }

  private static var endpointsByExtrapolation: Numerical<Ends> {
    get throws {
      try Numerical(
        "limits from interior times, mixtures",
        cases: [
          Ends(mixture: Bridge.independentLine(), x: [0.25]),
          Ends(mixture: Bridge.dependentLine(), x: [-1.125]),
          Ends(mixture: Bridge.dependentPlane(), x: [0.25, 0.75]),
        ]
      ) { ends in
        Step(#"\lim_{t\to0} b(t,x), \;\; \lim_{t\to1} b(t,x) \text{ from } t, 1-t = 2^{-5}, 2^{-6}, \ldots"#)
        {
          let (model, x) = (ends.mixture, ends.point)
          return [{ $0 }, { 1 - $0 }].flatMap { (time: (Interval) -> Interval) in
            x.indices.map { i in Extrapolation.limit { model.velocity(at: time($0), x)[i] } }
          }
        }
        endpointFormulas(
          ends, because: #"$v$ and $s$ are continuous up to the ends, $\gamma\dot\gamma \to \pm\frac a2$"#)
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
      ) { ends in
        Step(#"-\partial_t F(0,x)/\rho(0,x), \;\; -\partial_t F(1,x)/\rho(1,x)"#) {
          [ends.mixture.flux(at: 0, ends.x[0]), ends.mixture.flux(at: 1, ends.x[0])]
        }
        endpointFormulas(
          ends, because: #"the law of $x_t$ is smooth in $t$ up to the ends, for $\gamma^2$ is a polynomial"#)
      }
    }
  }

  private static var orderAtTheEnds: Numerical<Ends> {
    get throws {
      try Numerical(
        "order of convergence, mixtures",
        cases: [
          Ends(mixture: Bridge.independentLine(), x: [0.25]),
          Ends(mixture: Bridge.dependentLine(), x: [-1.125]),
          Ends(mixture: Bridge.dependentPlane(), x: [0.25, 0.75]),
        ]
      ) { ends in
        let h = 0x1p-50
        let (far, near) = (ends.departure(2 * h), ends.departure(h))
        Step(#"\log_2\frac{|b(2h,x) - b(0,x)|}{|b(h,x) - b(0,x)|}, \quad h = 2^{-50}, \text{ and at } 1"#) {
          near.indices.map { Interval.log((far[$0] / near[$0]).squared) / (2 * Interval.log(2)) }
        }
        Step("1", because: #"$b$ is analytic in $t$ at the ends, with a slope that is not zero here"#) {
          near.components.map { _ in 1 as Interval }
        }
        Rival(#"\tfrac12"#, "the order of the schedule itself") { near.components.map { _ in Interval(0.5) } }
        Rival("2", "the order of a symmetric difference") { near.components.map { _ in 2 as Interval } }
      }
    }
  }

  /// The order as it is seen from values at times inside, with what extrapolation leaves open; half of the digits are
  /// lost to differences of neighbouring values.
  private static var observedOrder: Numerical<Ends> {
    get throws {
      try Numerical(
        "observed order of convergence, mixtures",
        cases: [
          Ends(mixture: Bridge.independentLine(), x: [0.25]),
          Ends(mixture: Bridge.dependentLine(), x: [-1.125]),
          Ends(mixture: Bridge.dependentPlane(), x: [0.25, 0.75]),
        ], precision: 0x1p-24
      ) { ends in
        let (model, x, half) = (ends.mixture, ends.point, Interval(ends.mixture.a) / 2)
        let limits = ends.velocities(factors: (-half, half))
        Step(
          #"\lim_{h\to0}\log_2\frac{|b(2h,x) - b(0,x)|}{|b(h,x) - b(0,x)|} \text{ from } h = 2^{-5}, 2^{-6}, \ldots, \text{ and at } 1"#
        ) {
          [{ $0 }, { 1 - $0 }].enumerated().flatMap { (end: Int, time: (Interval) -> Interval) in
            x.indices.map { i in
              Extrapolation.order(
                of: { model.velocity(at: time($0), x)[i] }, to: limits[end * x.dimension + i])
            }
          }
        }
        Step("1", because: #"$b$ is analytic in $t$ at the ends, with a slope that is not zero here"#) {
          limits.components.map { _ in 1 as Interval }
        }
        Rival(#"\tfrac12"#, "the order of the schedule itself") {
          limits.components.map { _ in Interval(0.5) }
        }
        Rival("2", "the order of a symmetric difference") { limits.components.map { _ in 2 as Interval } }
      }
    }
  }

  private static var nextToTheEnds: Numerical<Ends> {
    get throws {
      try Numerical(
        "next to the ends, mixtures",
        cases: [
          Ends(mixture: Bridge.independentLine(), x: [0.25]),
          Ends(mixture: Bridge.dependentLine(), x: [-1.125]),
          Ends(mixture: Bridge.dependentPlane(), x: [0.25, 0.75]),
        ]
      ) { ends in
        let (model, x, near) = (ends.mixture, ends.point, 1e-12)
        let (h, half) = (Interval(near), Interval(ends.mixture.a) / 2)
        Step(#"b(t,x) \text{ at } t = 10^{-12} \text{ and } 1 - 10^{-12}"#) {
          model.velocity(at: h, x).components + model.velocity(at: 1 - h, x).components
        }
        Step(
          #"b(0,x) + t\,\partial_t b, \;\; b(1,x) - t\,\partial_t b"#,
          because: #"the mean value theorem, $\partial_t b$ enclosed from the end to the time"#
        ) {
          ends.velocities(factors: (-half, half)) + ends.departure(near)
        }
        Rival(#"b(10^{-5},x), \;\; b(1-10^{-5},x)"#, "time clipped") {
          let clipped = Interval(1e-5)
          return model.velocity(at: clipped, x).components + model.velocity(at: 1 - clipped, x).components
        }
        Rival(
          #"v + \dot\gamma\gamma^{-1}(x - \mathbb{E}[I\mid x_t=x]) \text{ in double precision}"#,
          "the small latent mean found by subtracting large numbers"
        ) {
          [near, 1 - near].flatMap { t in
            let v = model.displacement(at: t, Vector(ends.x))
            let path = model.path(at: t, Vector(ends.x))
            let ratio = (1 - 2 * t) / (2 * t * (1 - t))
            return x.indices.map { Estimate(v[$0] + ratio * (ends.x[$0] - path[$0]), .none) }
          }
        }
      }
    }
  }

  /// The endpoint velocities against the gradient of a wave, from samples next to the ends.
  private static var endpointsInWeakForm: Statistical<CoupledEnds> {
    Statistical("weak form at the ends, coupled endpoints", cases: [CoupledEnds(a: 1.5, time: 0)]) {
      ends, draw in
      let (pair, (other0, other1)) = (ends.smooth(draw), ends.smooth(draw))
      let quotient = EndpointQuotient(pair, a: ends.a, z: draw.normal(2))
      let (x0, x1) = pair
      let half = Variate(ends.a / 2)
      Step(#"\partial_t\mathbb{E}[\varphi(x_t)] \text{ at } t = 0 \text{ and } t = 1"#, bias: quotient.bias) {
        quotient.value
      }
      Step(
        #"\mathbb{E}[\nabla\varphi(x_e)\cdot(x_1 - x_0)] \pm \tfrac a2\mathbb{E}\Delta\varphi(x_e), \quad e = 0, 1"#,
        because: #"$\int\nabla\varphi\cdot b\,\rho$ with the endpoint velocities, the scores by parts"#,
        bias: quotient.bias
      ) { quotient.weak((x0, x1 - x0, half), (x1, x1 - x0, -half)) }
      Rival(#"-\tfrac a2\mathbb{E}\Delta\varphi(x_0) \text{ at the start}"#, "sign at the start") {
        quotient.weak((x0, x1 - x0, -half), (x1, x1 - x0, -half))
      }
      Rival(#"+\tfrac a2\mathbb{E}\Delta\varphi(x_1) \text{ at the end}"#, "same sign at both ends") {
        quotient.weak((x0, x1 - x0, half), (x1, x1 - x0, half))
      }
      Rival(#"a \text{ in place of } \tfrac a2"#, "one half lost") {
        quotient.weak((x0, x1 - x0, 2 * half), (x1, x1 - x0, -2 * half))
      }
      Rival(#"\text{no score}"#, "score dropped because the schedule vanishes") {
        quotient.weak((x0, x1 - x0, 0), (x1, x1 - x0, 0))
      }
      Rival(#"\mathbb{E}[x_1], \; \mathbb{E}[x_0]"#, "condition dropped") {
        quotient.weak((x0, other1 - x0, half), (x1, x1 - other0, -half))
      }
    }
  }
}
