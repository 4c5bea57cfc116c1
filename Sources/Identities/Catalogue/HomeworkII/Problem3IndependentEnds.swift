import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkII {
  /// II.3d: the velocity at the ends, for independent ends.
  static var endpointVelocitiesOfIndependentEnds: Identity {
    get throws {
      try Identity(
        "II.3d", "Endpoint velocities of independent ends",
        #"""
        \nu = \rho_0\otimes\rho_1 \implies b(0,x) = \mathbb{E}[x_1] - x - \tfrac a2\nabla\log\rho_0(x), \quad
        b(1,x) = x - \mathbb{E}[x_0] + \tfrac a2\nabla\log\rho_1(x)
        """#,
        assuming: [
          "$x_0$ and $x_1$ are independent and have first moments",
          #"$\rho_0$ and $\rho_1$ are positive and $C^1$"#,
        ]
      ) {
        Exact("independent Gaussian endpoints") { symbols, d in
          let laws = (0..<2).map { _ in
            Gaussian(mean: symbols.vector(d), covariance: symbols.symmetric(d))
          }
          independentEnds(
            BridgeInterpolant(endpoints: .independent(laws), a: symbols.scalar()), symbols.vector(d))
        }
        Exact("not for coupled endpoints") { symbols, d in
          let model = BridgeInterpolant(
            endpoints: Gaussian(mean: symbols.vector(2 * d), covariance: symbols.symmetric(2 * d)),
            a: symbols.scalar())
          let x = symbols.vector(d)
          let score = model.start.score(x)
          Step(#"b(0,x), \quad x_0 \text{ and } x_1 \text{ coupled}"#) { model.velocity(at: 0, x) }
          Step(#"\mathbb{E}[x_1\mid x_0=x] - x - \tfrac a2 s_0"#, because: "II.3c") {
            model.endMean(givenStart: x) - x - model.a / 2 * score
          }
          Rival(#"\mathbb{E}[x_1] - x - \tfrac a2 s_0"#, "the formula of independent ends") {
            model.end.mean - x - model.a / 2 * score
          }
        }
        try Numerical(
          "distribution function at the ends, independent mixtures",
          cases: [
            Ends(mixture: Bridge.independentLine(), x: [0.25]),
            Ends(mixture: Bridge.independentLine(), x: [-1.125]),
          ]
        ) { ends in
          let (model, half) = (ends.mixture, Interval(ends.mixture.a) / 2)
          let with = { (first: Vector<Interval>, last: Vector<Interval>) in
            ends.velocities(endMean: first, startMean: last, factors: (-half, half))
          }
          let (later, earlier, zero) = (model.meanAtTheEnd, model.meanAtTheStart, Vector<Interval>.zero(1))
          Step(#"-\partial_t F(0,x)/\rho(0,x), \;\; -\partial_t F(1,x)/\rho(1,x)"#) {
            [model.flux(at: 0, ends.x[0]), model.flux(at: 1, ends.x[0])]
          }
          Step(
            #"\mathbb{E}[x_1] - x - \tfrac a2 s_0, \;\; x - \mathbb{E}[x_0] + \tfrac a2 s_1"#,
            because: "independence takes the conditions away"
          ) { with(later, earlier) }
          Rival(#"\mathbb{E}[x_1] - \mathbb{E}[x_0] \mp \tfrac a2 s"#, "position averaged as well") {
            with(later - earlier + ends.point, ends.point - later + earlier)
          }
          Rival(
            #"\mathbb{E}[x_0] - x - \tfrac a2 s_0, \;\; x - \mathbb{E}[x_1] + \tfrac a2 s_1"#, "means swapped"
          ) {
            with(earlier, later)
          }
          Rival(#"-x - \tfrac a2 s_0, \;\; x + \tfrac a2 s_1"#, "means taken to be zero") { with(zero, zero) }
        }
        try Numerical(
          "not for coupled mixtures",
          cases: [
            Ends(mixture: Bridge.dependentLine(), x: [0.25]),
            Ends(mixture: Bridge.dependentLine(), x: [-1.125]),
          ]
        ) { ends in
          let half = Interval(ends.mixture.a) / 2
          Step(#"-\partial_t F(0,x)/\rho(0,x), \;\; -\partial_t F(1,x)/\rho(1,x), \quad \text{coupled}"#) {
            [ends.mixture.flux(at: 0, ends.x[0]), ends.mixture.flux(at: 1, ends.x[0])]
          }
          Step(#"\mathbb{E}[x_1\mid x_0=x] - x - \tfrac a2 s_0, \;\; \ldots"#, because: "II.3c") {
            ends.velocities(factors: (-half, half))
          }
          Rival(#"\mathbb{E}[x_1] - x - \tfrac a2 s_0, \;\; \ldots"#, "the formula of independent ends") {
            ends.velocities(
              endMean: ends.mixture.meanAtTheEnd, startMean: ends.mixture.meanAtTheStart,
              factors: (-half, half))
          }
        }
        Statistical(
          "weak form at the ends, independent endpoints", cases: [CoupledEnds(a: 1.5, time: 0)]
        ) { ends, draw in
          // The ends of two pairs are independent of each other; a third and a fourth pair have their means.
          let ((x0, _), (_, x1)) = (ends.smooth(draw), ends.smooth(draw))
          let ((mean0, _), (_, mean1)) = (ends.smooth(draw), ends.smooth(draw))
          let quotient = EndpointQuotient((x0, x1), a: ends.a, z: draw.normal(2))
          let half = Variate(ends.a / 2)
          Step(
            #"\partial_t\mathbb{E}[\varphi(x_t)] \text{ at } t = 0 \text{ and } t = 1"#, bias: quotient.bias
          ) {
            quotient.value
          }
          Step(
            #"\mathbb{E}[\nabla\varphi(x_0)\cdot(x_1' - x_0)] + \tfrac a2\mathbb{E}\Delta\varphi(x_0), \;\; \ldots"#,
            because: #"$x_1'$ and $x_0'$ are independent copies, which have no more than the means"#,
            bias: quotient.bias
          ) { quotient.weak((x0, mean1 - x0, half), (x1, x1 - mean0, -half)) }
          Rival(#"\mathbb{E}\nabla\varphi\cdot\mathbb{E}[x_1 - x_0] \pm \ldots"#, "position averaged as well")
          {
            quotient.weak((x0, mean1 - mean0, half), (x1, mean1 - mean0, -half))
          }
          Rival(#"x_0' - x_0, \; x_1 - x_1'"#, "means swapped") {
            quotient.weak((x0, mean0 - x0, half), (x1, x1 - mean1, -half))
          }
          Rival(#"-x_0, \; x_1"#, "means taken to be zero") {
            quotient.weak((x0, -x0, half), (x1, x1, -half))
          }
        }
      }
    }
  }

  @Lines<Symbol>
  private static func independentEnds(_ model: BridgeInterpolant<Symbol>, _ x: Vector<Symbol>) -> [Line<
    Symbol
  >] {
    let (m0, m1, half) = (model.start.mean, model.end.mean, model.a / 2)
    let ends = { (first: Vector<Symbol>, last: Vector<Symbol>) in
      let start = first - half * gradient(at: x, of: model.start.constant.exponent)
      return Vector(
        start.components + (last + half * gradient(at: x, of: model.end.constant.exponent)).components)
    }
    Step(#"b(t,x) \text{ at } t = 0 \text{ and } t = 1"#) {
      Vector(model.velocity(at: 0, x).components + model.velocity(at: 1, x).components)
    }
    Step(
      #"\mathbb{E}[x_1] - x - \tfrac a2 s_0, \;\; x - \mathbb{E}[x_0] + \tfrac a2 s_1"#,
      because: "independence takes the conditions away"
    ) { ends(m1 - x, x - m0) }
    Restatement(
      #"\mathbb{E}[x_1\mid x_0=x] - x - \tfrac a2 s_0, \;\; x - \mathbb{E}[x_0\mid x_1=x] + \tfrac a2 s_1"#,
      because: "II.3c, the conditions kept"
    ) { ends(model.endMean(givenStart: x) - x, x - model.startMean(givenEnd: x)) }
    Rival(#"\mathbb{E}[x_1] - \mathbb{E}[x_0] \mp \tfrac a2 s"#, "position averaged as well") {
      ends(m1 - m0, m1 - m0)
    }
    Rival(#"\mathbb{E}[x_0] - x - \tfrac a2 s_0, \;\; x - \mathbb{E}[x_1] + \tfrac a2 s_1"#, "means swapped")
    {
      ends(m0 - x, x - m1)
    }
    Rival(#"-x - \tfrac a2 s_0, \;\; x + \tfrac a2 s_1"#, "means taken to be zero") { ends(-x, x) }
  }

  /// How the velocity comes to its ends, and how it does not at a point mass.
  static var endpointFigure: Figure {
    Figure(
      "endpoint-velocity",
      caption: #"""
        The distance of $b(t,x)$ from the endpoint formula of II.3c falls like $t$, down to rounding; with point
        masses at the start $b(t,x)$ itself grows like $1/t$.
        """#,
      x: .init("t", isLogarithmic: true), y: .init("velocity", isLogarithmic: true)
    ) {
      let times = (1...12).map { Double.exp(-Double($0) * Double.log(4)) }
      let converging = try [Bridge.independentLine(), Bridge.dependentLine()].map { model in
        let limit = model.velocity(at: 0.0, Vector([0.25]))[0]
        return Figure.Series(
          "|b(t, x) − b(0, x)|, \(model.name)",
          points: times.map { ($0, (model.velocity(at: $0, Vector([0.25]))[0] - limit).magnitude) })
      }
      let masses = try Bridge.pointMasses()
      return converging + [
        Figure.Series(
          "|b(t, x)|, \(masses.name)",
          points: times.map { ($0, masses.velocity(at: $0, Vector([0.25]))[0].magnitude) })
      ]
    }
  }
}

/// The derivative of `E phi(x_t)` at both ends, by quotients of samples at the end and next to it.
struct EndpointQuotient {
  private let wave = Wave([0.5, -0.375], phase: 0.5)
  private let a: Double
  /// The distance in time of the neighbours from the ends: small for the bias, yet far above the rounding.
  private let step = 0x1p-20
  /// The quotients at the start and at the end, the latent used with both signs, so that they stay bounded.
  let value: Vector<Variate>

  init(_ ends: (Vector<Variate>, Vector<Variate>), a: Double, z: Vector<Variate>) {
    self.a = a
    let (wave, h) = (wave, Variate(step))
    let noise = Variate((a * step * (1 - step)).squareRoot()) * z
    let quotient = { (here: Vector<Variate>, there: Vector<Variate>) in
      let path = (1 - h) * here + h * there
      return ((wave(path + noise) + wave(path - noise)) / 2 - wave(here)) / h
    }
    value = Vector([quotient(ends.0, ends.1), -quotient(ends.1, ends.0)])
  }

  /// What the endpoint velocities give: a displacement and a factor of the Laplacian for each end.
  func weak(
    _ start: (Vector<Variate>, Vector<Variate>, Variate), _ end: (Vector<Variate>, Vector<Variate>, Variate)
  ) -> Vector<Variate> {
    let square = wave.frequency.reduce(0) { $0 + $1 * $1 }
    return Vector(
      [start, end].map { x, displacement, factor in
        let (value, gradient) = wave.valueAndGradient(x)
        return gradient.dot(displacement) - factor * Variate(square) * value
      })
  }

  /// A bound on the quotients' error, `h / 2` times the second derivative of `E phi(x_t)` in time.
  ///
  /// With `|k| = K` and `D` the root mean square of `x_1 - x_0` that derivative is at most
  /// `(K D + a K^2 / 2)^2 + a K^2`, since `phi` and its derivatives are waves and `|gamma gamma'| <= a / 2`.
  var bias: Double {
    let K = wave.frequency.reduce(0) { $0 + $1 * $1 }.squareRoot()
    // By Minkowski: the start has the root mean square 1.07, the end's bounded part 3.37 and its noise 0.71 at most.
    let D = 5.2
    let drift = K * D + a * K * K / 2
    return step / 2 * (drift * drift + a * K * K)
  }
}
