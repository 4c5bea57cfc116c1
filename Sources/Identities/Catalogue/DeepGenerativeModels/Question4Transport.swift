import Arithmetic
import Probability
import Transport
import Verification

extension DeepGenerativeModels {
  /// DGM.4c.iii with the solution's reason, which is the wrong way round.
  static var straightFlowAsWritten: Identity {
    get throws {
      try Identity(
        "DGM.4c.iii", "Why the path is not optimal transport, as the solution has it",
        #"""
        \ddot X_t = 0 \text{ along } \dot X_t = u_t(X_t): \text{ "globally it restricts the path to be straight lines",
        and optimal transport does not}
        """#,
        expectation: .fails(
          correctedBy: "DGM.4c.iii.corrected",
          why: #"""
            The conclusion, not the optimal path, is right; the reason is backwards. Optimal transport moves every particle on
            a straight line at constant speed. The marginal flow of an independent coupling does not.
            """#,
          counterexample: #"""
            $N(0,1)\to N(0,1)$: optimal transport rests, while the flow is $X_t = x_0\sqrt{(1-t)^2+t^2}$, which contracts to
            $0.7071\,x_0$ at $t = \frac12$ and returns.
            """#)
      ) {
        Exact("acceleration, normal laws") { symbols, d in
          let (pair, x) = (gaussianPair(symbols, d), symbols.vector(d, "x"))
          Step(#"\ddot X_t = \partial_tu_t + (u_t\cdot\nabla)u_t"#) { pair.acceleration(x) }
          Step(#"0"#, because: "straight lines, as the solution has it") { Vector<Symbol>.zero(d) }
          Restatement(#"-\operatorname{Cov}(\dot x_t\mid x_t)\nabla\log\rho_t"#) {
            -(pair.conditionalCovariance * pair.law.score(x))
          }
        }
        Numerical(
          "half way, on the line",
          cases: [
            FlowAtTime(flow: try FlowCases.normal(mean: 0, variance: 1), time: 0.5, x: 1),
            FlowAtTime(flow: try FlowCases.normal(mean: 1.5, variance: 0.25), time: 0.5, x: -0.75),
          ]
        ) { item in
          let x = Interval(item.x)
          Step(#"X_{1/2} \text{ from } x_0"#) { try item.flow.flow(of: [item.x], from: 0, to: 0.5).position }
          Step(#"\tfrac12(x_0 + X_1)"#, because: "a straight line at constant speed") {
            [(x + Interval(try item.flow.flow(of: [item.x], from: 0, to: 1).position[0])) / 2]
          }
          Restatement(
            #"\tfrac12m + \tfrac12\sqrt{1 + v}\,x_0"#, because: "a normal law of half the means and variances"
          ) {
            let target = item.flow.end.components[0]
            return [
              Interval(target.mean[0]) / 2 + Interval.sqrt(1 + Interval(target.covariance[0, 0])) / 2 * x
            ]
          }
        }
        Statistical(
          "from a law to itself",
          cases: [FlowAtTime(flow: try FlowCases.normal(mean: 0, variance: 1), time: 0.5)]
        ) { _, draw in
          let (x0, x1) = (draw.normal(), draw.normal())
          // A standard normal start too, close to x_0 + x_1, so that most of the scatter cancels: 3, 4, 5.
          let again = Variate(0.6) * x0 + Variate(0.8) * x1
          let half = Variate(0.5)
          Step(#"\mathbb{E}|X_{1/2}|^2 = \mathbb{E}|\tfrac12(x_0 + x_1)|^2"#) { (half * (x0 + x1)).squared }
          Step(
            #"\mathbb{E}|\tfrac12(X_0 + X_1)|^2"#,
            because: "straight lines, and a monotone flow from a law to itself ends where it starts"
          ) { again.squared }
          Restatement(#"\tfrac12\mathbb{E}|X_0|^2"#, because: #"$X_t = x_0\sqrt{(1-t)^2 + t^2}$"#) {
            half * again.squared
          }
        }
      }
    }
  }

  /// DGM.4c.iii with the right reason.
  static var curvedFlow: Identity {
    get throws {
      try Identity(
        "DGM.4c.iii.corrected", "The flow curves, optimal transport does not",
        #"""
        \ddot X_t = -\operatorname{Cov}(\dot x_t\mid x_t = X_t)\nabla\log\rho_t(X_t), \qquad
        W_2^2 \le \mathbb{E}|X_1 - X_0|^2 \le \mathbb{E}|x_1 - x_0|^2
        """#,
        assuming: [
          "independent endpoints; normal ones for the acceleration's closed form",
          #"both inequalities are strict where the covariances do not commute"#,
        ],
        remarks: [
          #"""
          On the line the flow map is monotone and so is the optimal one: the end is the same, the path is not. The same is
          true of normal laws with commuting covariances, so a test from $N(0, 1_d)$ has no power.
          """#
        ]
      ) {
        Exact("acceleration of the marginal flow, normal laws") { symbols, d in
          let (pair, x) = (gaussianPair(symbols, d), symbols.vector(d, "x"))
          let score = pair.law.score(x)
          Step(#"\ddot X_t = \partial_tu_t + (u_t\cdot\nabla)u_t"#) { pair.acceleration(x) }
          Step(
            #"-\operatorname{Cov}(\dot x_t\mid x_t)\nabla\log\rho_t"#,
            because: "a particle is pushed outwards by what the position leaves open"
          ) { -(pair.conditionalCovariance * score) }
          Restatement(
            #"\bigl((C_0 + C_1)C_t^{-1} - A^2\bigr)(x - m_t), \quad A = (tC_1 - (1-t)C_0)C_t^{-1}"#,
            because: #"$u_t$ is affine with slope $A$"#
          ) {
            let y = pair.law.covariance.solve(x - pair.law.mean)
            let A = pair.cross * pair.law.covariance.inverse
            return (pair.start.covariance + pair.end.covariance) * y - A * (A * (x - pair.law.mean))
          }
          Rival(#"0"#, "straight lines") { Vector<Symbol>.zero(d) }
          Rival(#"-\operatorname{Cov}(\dot x_t)\nabla\log\rho_t"#, "covariance without conditioning") {
            -((pair.start.covariance + pair.end.covariance) * score)
          }
          Rival(#"\operatorname{Cov}(\dot x_t\mid x_t)\nabla\log\rho_t"#, "sign") {
            pair.conditionalCovariance * score
          }
        }
        Exact("optimal transport: straight lines that carry the law") { symbols, d in
          // Any symmetric map is optimal for the covariances that it connects; on the reals where it is positive.
          let (T, C0) = (symbols.covariance(d, "T"), symbols.covariance(d, "R"))
          let (t, x, one) = (symbols.scalar("t"), symbols.vector(d, "x"), Matrix<Symbol>.identity(d))
          let pair = GaussianPair(
            start: Gaussian(mean: .zero(d), covariance: C0),
            end: Gaussian(mean: .zero(d), covariance: T * C0 * T), t: t)
          // The field (T - 1)((1 - t) 1 + t T)^-1 x of the displacement, at a moving time and place.
          let field = { (t: Dual<Symbol>, x: Vector<Dual<Symbol>>) in
            let path = (1 - t) * one.constant + t * T.constant
            return (T.constant - one.constant) * path.solve(x)
          }
          let velocity = field(Dual(constant: t), x.constant).map(\.value)
          let path = (1 - t) * one + t * T
          let covariance = path * C0 * path
          let carried = { (W: Matrix<Symbol>) in (W * covariance + covariance * W.transpose).entries }
          Step(#"\ddot X_t \text{ and } \tfrac{d}{dt}\operatorname{Cov}(X_t), \quad X_t = (1-t)x_0 + tTx_0"#)
          {
            let moving = Dual(variable: t)
            let map = (1 - moving) * one.constant + moving * T.constant
            let rate = (map * C0.constant * map).map(\.derivative)
            let acceleration = field(moving, Vector(x.indices.map { Dual(x[$0], derivative: velocity[$0]) }))
            return Vector(acceleration.components.map(\.derivative) + rate.entries)
          }
          Step(
            #"0 \text{ and } W\operatorname{Cov} + \operatorname{Cov}W^\top, \quad W = (T-1)((1-t)1 + tT)^{-1}"#
          ) {
            let W = (T - one) * path.inverse
            return Vector(Vector<Symbol>.zero(d).components + carried(W))
          }
          Rival(#"\text{the acceleration of the marginal flow}"#, "optimal paths taken to be curved") {
            let W = (T - one) * path.inverse
            return Vector(pair.acceleration(x).components + carried(W))
          }
          Rival(#"0 \text{ and } W = T - 1"#, "velocity by the starting point") {
            Vector(Vector<Symbol>.zero(d).components + carried(T - one))
          }
        }
        Numerical("flow map in the plane", cases: [PlanarPair.truth, PlanarPair.second], precision: 1e-9) {
          pair in
          Step(#"M \text{ with } X_1 = MX_0, \text{ by integrating the flow}"#) { try pair.integratedMap() }
          Step(
            #"C_0^{1/2}\bigl(C_0^{-1/2}C_1C_0^{-1/2}\bigr)^{1/2}C_0^{-1/2}"#,
            because: "the laws commute in these coordinates"
          ) { pair.flowMap }
          Rival(
            #"C_0^{-1/2}\bigl(C_0^{1/2}C_1C_0^{1/2}\bigr)^{1/2}C_0^{-1/2}"#,
            "the optimal map, which is symmetric"
          ) { pair.optimalMap }
          Rival(#"M^\top"#, "transposed") { pair.flowMap.transpose }
        }
        Numerical("costs in the plane", cases: [PlanarPair.truth, PlanarPair.second]) { pair in
          Step(#"\mathbb{E}|x_1 - x_0|^2 \text{ of the independent coupling}"#) {
            (pair.start + pair.end).trace
          }
          Step(#"\mathbb{E}|X_1 - X_0|^2 \text{ of the flow}"#, because: "Jensen", relation: .atLeast) {
            pair.cost(of: pair.flowMap)
          }
          Rival(#"\text{the same}"#, "the flow taken to keep the coupling", relation: .equals) {
            pair.cost(of: pair.flowMap)
          }
          Step(
            #"W_2^2 = \operatorname{tr}\bigl(C_0 + C_1 - 2(C_0^{1/2}C_1C_0^{1/2})^{1/2}\bigr)"#,
            because: "the least cost of all couplings", relation: .atLeast
          ) { pair.squaredDistance }
          Rival(#"W_2^2, \text{ equal}"#, "the flow taken to be optimal", relation: .equals) {
            pair.squaredDistance
          }
          Step(#"\mathbb{E}|TX_0 - X_0|^2"#, because: "Brenier's map", relation: .equals) {
            pair.cost(of: pair.optimalMap)
          }
          Rival(#"\mathbb{E}|X_1 - X_0|^2 \text{ of the flow}"#, "the flow taken to be optimal") {
            pair.cost(of: pair.flowMap)
          }
        }
        try Numerical(
          "the same end on the line, mixtures",
          cases: [
            FlowAtTime(flow: FlowCases.mixtures, time: 1, x: -0.75),
            FlowAtTime(flow: FlowCases.line, time: 1, x: 0.5),
          ], precision: 1e-9
        ) { item in
          let end = try item.flow.flow(of: [item.x], from: 0, to: 1).position[0]
          Step(#"F_0(x_0)"#) { item.flow.start.probability(below: Estimate(item.x, .none)) }
          Step(#"F_1(X_1)"#, because: "the flow is monotone: its map is the optimal one") {
            item.flow.end.probability(below: end)
          }
          Rival(#"F_1\bigl(x_0 + u_0(x_0)\bigr)"#, "along a straight line") {
            let velocity = item.flow.velocity(at: 0.0, Vector([item.x]))[0]
            return item.flow.end.probability(below: Estimate(item.x + velocity, .none))
          }
          Rival(#"F_1(\mathbb{E}[x_1])"#, "the independent coupling's mean: the maps taken to differ") {
            item.flow.end.probability(below: Estimate(item.flow.targetMean[0], .none))
          }
        }
        Numerical(
          "another path on the line",
          cases: [
            FlowAtTime(flow: try FlowCases.normal(mean: 0, variance: 1), time: 0.5, x: 1),
            FlowAtTime(flow: try FlowCases.normal(mean: 1.5, variance: 0.25), time: 0.75, x: -0.75),
          ]
        ) { item in
          let (t, x, target) = (Interval(item.time), Interval(item.x), item.flow.end.components[0])
          let (m, v) = (Interval(target.mean[0]), Interval(target.covariance[0, 0]))
          Step(#"X_t \text{ by integrating the flow from } N(0,1) \text{ to } N(m,v)"#) {
            try item.flow.flow(of: [item.x], from: 0, to: item.time).position
          }
          Step(#"tm + \sqrt{(1-t)^2 + t^2v}\,x_0"#, because: "monotone between normal laws") {
            let deviation = Interval.sqrt((1 - t).squared + t.squared * v)
            return [t * m + deviation * x]
          }
          Rival(#"(1-t)x_0 + t(m + \sqrt v\,x_0)"#, "optimal transport's straight line") {
            let image = m + Interval.sqrt(v) * x
            return [(1 - t) * x + t * image]
          }
        }
        Statistical("laws and costs, simulated in the plane", cases: [PlanarPair.truth]) { pair, draw in
          let (x0, x1) = try pair.sample(draw)
          let half = Variate(0.5)
          let moments = { (x: Vector<Variate>) in Vector([x[0].squared, x[0] * x[1], x[1].squared]) }
          let image = { (map: Matrix<Interval>) in map.map { Variate($0.midpoint) } * x0 }
          Step(#"\operatorname{Cov}(x_{1/2}), \text{ independent endpoints}"#) { moments(half * (x0 + x1)) }
          Step(#"\tfrac14(C_0 + C_1)"#) {
            let sum = (pair.start + pair.end).map { Variate($0.midpoint / 4) }
            return Vector([sum[0, 0], sum[0, 1], sum[1, 1]])
          }
          Rival(#"\operatorname{Cov}\bigl(\tfrac12(x_0 + Tx_0)\bigr)"#, "optimal transport's law") {
            moments(half * (x0 + image(pair.optimalMap)))
          }
          Rival(
            #"\operatorname{Cov}\bigl(\tfrac12(x_0 + Mx_0)\bigr)"#, "the flow's particles on straight lines"
          ) {
            moments(half * (x0 + image(pair.flowMap)))
          }
        }
        Statistical("costs, simulated in the plane", cases: [PlanarPair.truth, PlanarPair.second]) {
          pair, draw in
          let (x0, x1) = try pair.sample(draw)
          let moved = { (map: Matrix<Interval>) in (map.map { Variate($0.midpoint) } * x0 - x0).squaredNorm }
          Step(#"\mathbb{E}|x_1 - x_0|^2"#) { (x1 - x0).squaredNorm }
          Step(#"\mathbb{E}|MX_0 - X_0|^2"#, because: "the flow", relation: .atLeast) { moved(pair.flowMap) }
          Rival(
            #"\mathbb{E}|MX_0 - X_0|^2, \text{ from below}"#, "the flow taken to cost more", relation: .atMost
          ) {
            moved(pair.flowMap)
          }
          Step(#"\mathbb{E}|TX_0 - X_0|^2"#, because: "the optimal map", relation: .atLeast) {
            moved(pair.optimalMap)
          }
          Rival(
            #"\mathbb{E}|TX_0 - X_0|^2, \text{ equal}"#, "the flow taken to be optimal", relation: .equals
          ) {
            moved(pair.optimalMap)
          }
        }
      }
    }
  }

  /// Two centred normal laws in the plane, with the maps between them.
  struct PlanarPair: Sendable, CustomStringConvertible {
    let name: String
    /// The covariances.
    let (start, end): (Matrix<Interval>, Matrix<Interval>)
    var description: String { name }

    init(_ name: String, from start: [[Double]], to end: [[Double]]) {
      self.name = name
      (self.start, self.end) = (Matrix(start).map { Interval($0) }, Matrix(end).map { Interval($0) })
    }

    /// The pair of the truth file.
    static let truth = PlanarPair(
      "C_0 = [1 .5; .5 1.25], C_1 = [2 -.5; -.5 .5]", from: [[1, 0.5], [0.5, 1.25]],
      to: [[2, -0.5], [-0.5, 0.5]])
    /// Another one, whose covariances commute still less.
    static let second = PlanarPair(
      "C_0 = [2 1; 1 .75], C_1 = [.5 -.5; -.5 1.5]", from: [[2, 1], [1, 0.75]],
      to: [[0.5, -0.5], [-0.5, 1.5]])

    /// The symmetric positive root of a 2 x 2 matrix, by Cayley and Hamilton.
    private func root(_ C: Matrix<Interval>) -> Matrix<Interval> {
      let determinant = Interval.sqrt(C[0, 0] * C[1, 1] - C[0, 1] * C[1, 0])
      return (C + determinant * .identity(2)) / Interval.sqrt(C.trace + 2 * determinant)
    }

    /// The map of the marginal flow.
    var flowMap: Matrix<Interval> {
      let R = root(start)
      let inverse = R.inverse
      return R * root(symmetric(inverse * end * inverse)) * inverse
    }
    /// Brenier's map.
    var optimalMap: Matrix<Interval> {
      let R = root(start)
      let inverse = R.inverse
      return inverse * root(symmetric(R * end * R)) * inverse
    }
    /// The squared Wasserstein distance, by the formula of Bures.
    var squaredDistance: Interval {
      let R = root(start)
      return (start + end).trace - 2 * root(symmetric(R * end * R)).trace
    }
    private func symmetric(_ C: Matrix<Interval>) -> Matrix<Interval> { (C + C.transpose) / 2 }

    /// The expectation of `|M x - x|^2` over the first law.
    func cost(of map: Matrix<Interval>) -> Interval {
      let displacement = map - .identity(2)
      return (displacement * start * displacement.transpose).trace
    }

    private func law(_ C: Matrix<Interval>) -> GaussianMixture<Double> {
      GaussianMixture(
        weights: [1], components: [Gaussian(mean: .zero(2), covariance: C.map(\.midpoint))])
    }

    /// The marginal flow.
    var flow: RectifiedFlow { get throws { try RectifiedFlow(from: law(start), to: law(end)) } }

    /// The map of the marginal flow, by integrating it from the two unit vectors.
    func integratedMap() throws -> Matrix<Interval> {
      let columns = try [[1.0, 0], [0, 1]].map {
        try flow.flow(of: $0, from: 0, to: 1).position.map { Interval($0) }
      }
      return Matrix(rows: 2, columns: 2) { columns[$1][$0] }
    }

    /// Independent endpoints.
    func sample(_ draw: Draw) throws -> (Vector<Variate>, Vector<Variate>) {
      (try law(start).sample(draw), try law(end).sample(draw))
    }
  }
}

extension DeepGenerativeModels.GaussianPair where S == Symbol {
  /// The acceleration of a particle of the marginal flow, by differentiating its velocity along its way.
  func acceleration(_ x: Vector<Symbol>) -> Vector<Symbol> {
    let moving = DeepGenerativeModels.GaussianPair<Dual<Symbol>>(
      start: start.constant, end: end.constant, t: Dual(variable: t))
    let velocity = velocity(x)
    return moving.velocity(Vector(x.indices.map { Dual(x[$0], derivative: velocity[$0]) })).map(\.derivative)
  }
}

extension GaussianMixture where Scalar == Double {
  /// The probability of the half line below a point that is known with an error bound.
  func probability(below end: Estimate) -> Interval {
    let mass = Interval(Quadrature.below(end.value, lineDensity))
    // A density on the line is at most that of its narrowest component at its mean.
    let highest = components.reduce(0) { max($0, 1 / Double.sqrt(2 * .pi * $1.covariance[0, 0])) }
    let slack = highest * end.error
    return mass + Interval(-slack...slack)
  }
}
