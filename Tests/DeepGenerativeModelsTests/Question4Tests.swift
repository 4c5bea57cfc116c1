import Testing
import TruthValues

@testable import Arithmetic
@testable import DeepGenerativeModels
@testable import Probability
@testable import Transport

/// Deep Generative Models, Question 4: flow matching and bridges.
@Suite struct Question4Tests {
  @Test("marginal velocities are the true ones, by conditioning and by the continuity equation")
  func marginalVelocity() throws {
    let truth = try TruthCase("T.DGM.4c.ii.gauss")
    let flow = try DeepGenerativeModels.FlowCases.normal(mean: 1.5, variance: 0.25)
    let points = try truth.input("tx")
    let pairs = stride(from: 0, to: points.count, by: 2).map { (points[$0], points[$0 + 1]) }
    let velocities = pairs.map { flow.velocity(at: $0.0, Vector([$0.1]))[0] }
    try truth.accept(velocities, for: "marginal_velocity")
    try truth.accept(
      pairs.map { DeepGenerativeModels.continuityVelocity(flow, $0.0, $0.1).midpoint },
      for: "marginal_velocity")
    for wrong in ["document_E_x1_minus_x", "posterior_mean_minus_x"] {
      try truth.reject(wrong, where: velocities)
    }
    let field = try DeepGenerativeModels.MeanRevertingField(mean: 1.5)
    let ends = try [0.0, 1].map { try field.flow(of: [$0], from: 0, to: 1).position[0].value }
    try truth.accept([ends[0]], for: "document_flow_terminal_mean")
    try truth.accept([(ends[1] - ends[0]).squared], for: "document_flow_terminal_var")
    #expect(throws: InvalidArgument.self) { try DeepGenerativeModels.MeanRevertingField(mean: .nan) }
  }

  @Test("maps, costs and laws between normal laws in the plane are the true ones")
  func transport() throws {
    let truth = try TruthCase("T.DGM.4c.iii")
    let pair = DeepGenerativeModels.PlanarPair.truth
    let values = { (matrix: Matrix<Interval>) in matrix.entries.map(\.midpoint) }
    try truth.accept(values(pair.optimalMap), for: "OT_map")
    try truth.accept(values(pair.flowMap), for: "flow_map")
    try truth.accept(values(try pair.integratedMap()), for: "flow_map")
    try truth.accept([pair.squaredDistance.midpoint], for: "W2_squared")
    try truth.accept([pair.cost(of: pair.optimalMap).midpoint], for: "W2_squared")
    try truth.accept([pair.cost(of: pair.flowMap).midpoint], for: "flow_transport_cost")
    let half = (pair.optimalMap + .identity(2)) / 2
    try truth.accept(values((pair.start + pair.end) / 4), for: "cov_half_CFM")
    try truth.accept(values(half * pair.start * half.transpose), for: "cov_half_OT")
  }

  @Test("the path for a rate of 598 is the true one, and starts above zero")
  func noisePath() throws {
    let truth = try TruthCase("T.DGM.4d")
    let rate = DeepGenerativeModels.NoiseRate.sheet
    let times = try truth.input("t")
    let alpha = times.map { rate.alpha($0) }
    // One by one: beside the largest, the value at time zero would not be seen.
    for (value, expected) in zip(alpha, try truth.expected("alpha")) {
      #expect((value - expected).magnitude <= (try truth.tolerance) * expected)
    }
    try truth.accept(times.map { rate.alphaByQuadrature($0).midpoint }, for: "alpha")
    try truth.accept(alpha.map { 1 - $0.squared }, for: "sigma")
    try truth.accept(alpha.map { Double.sqrt(1 - $0.squared) }, for: "sigma_sqrt")
    let half = try rate.time(whereAlphaIs: 0.5).value
    try truth.accept([half], for: "time_alpha_reaches_half")
    let square = rate.alpha(half).squared
    #expect(
      (square + (1 - square).squared - (try truth.expected("vp_defect_alpha2_plus_sigma2_at_that_time"))[0])
        .magnitude
        <= (try truth.tolerance))
    #expect(rate.alphaByQuadrature(0).lower > 0)
    #expect(Float(alpha[0]) == 0)
    #expect(throws: InvalidArgument.self) { try rate.time(whereAlphaIs: 1.5) }
  }

  @Test("the Schroedinger bridge between normal laws is the true one")
  func normalBridge() throws {
    let truth = try TruthCase("T.DGM.4e.sb_gauss1d")
    let item = DeepGenerativeModels.BridgeCase.truth
    let bridge: DeepGenerativeModels.NormalBridge<Double> = item.bridge()
    try truth.accept([bridge.covariance], for: "cov01")
    try truth.accept([item.fittedCovariance.value], for: "cov01")
    try truth.accept([bridge.mean(item.t)], for: "mean_t")
    try truth.accept([bridge.variance(item.t)], for: "var_t")
    try truth.accept([bridge.variance(0.75)], for: "var_three_quarters")
    try truth.accept([bridge.drift(0, try truth.input("x_for_drift0")[0])], for: "drift_at_0")
    let independent: DeepGenerativeModels.NormalBridge<Double> = item.bridge(covariance: 0)
    try truth.accept([independent.variance(item.t)], for: "brownian_bridge_mixture_independent_var_t")
    for wrong in ["cov_with_reg_eps_instead_of_2eps", "cov_OT", "cov_independent"] {
      try truth.reject(wrong, where: [bridge.covariance])
    }
  }

  @Test("the bridges of the counterexample drift as the errata say")
  func discreteBridge() throws {
    let item = try DeepGenerativeModels.DiscreteBridge.truth
    #expect(item.end.map { item.bridgeDrift(to: $0.point, item.x) } == [-2.5, 3.5])
    let drift = item.bridgeDrift(to: item.endMean(item.x) { item.plan($0, $1) }, item.x)
    #expect((drift * 1e6).rounded() == -2_012_888)
    for j in item.end.indices {
      let mass = item.start.indices.reduce(0) { $0 + item.plan($1, j) }
      // The iteration ends with the columns: they are right but for eight roundings at most.
      #expect((mass - item.end[j].weight).magnitude <= 8 * Double.ulpOfOne * item.end[j].weight)
    }
  }

  @Test("a bridge on path space has its ends, and depends on the chain through them alone")
  func pathBridge() throws {
    let paths = try PathBridge(transition: [[0.75, 0.25], [0.375, 0.625]], steps: 3)
    let law = try paths.bridge(from: [0.25, 0.75], to: [0.5, 0.5])
    for (step, ends) in [(0, [0.25, 0.75]), (3, [0.5, 0.5])] {
      for (found, expected) in zip(law.marginal(step), ends) {
        #expect((found.value - expected).magnitude <= found.error)
      }
    }
    // Scaling the ends leaves the cross ratio of their joint law where the chain has it.
    let K = Matrix(paths.transition)
    let ratio = { (p: [Double]) in p[0] * p[3] / (p[1] * p[2]) }
    let (found, chain) = (ratio(law.joint(0, 3).map(\.value)), ratio((K * K * K).entries))
    // Relative errors of factors add up; the rest rounds a dozen times.
    let errors = law.joint(0, 3).reduce(12 * Double.ulpOfOne) { $0 + $1.error / $1.value }
    #expect((found - chain).magnitude <= errors * chain)
  }

  @Test("laws and chains that are none are refused by name")
  func refusals() throws {
    let plane = try DeepGenerativeModels.LikelihoodCases.plane
    #expect(throws: InvalidArgument.self) {
      try RectifiedFlow(from: GaussianMixture(weights: [1], components: [.standard(1)]), to: plane)
    }
    for rows in [[[0.5, 0.25], [0.5, 0.5]], [[1, 0], [0.5, 0.5]], [[1.0]] + [[0.5, 0.5]], []] {
      #expect(throws: InvalidArgument.self) { try PathBridge(transition: rows, steps: 2) }
    }
    let paths = try PathBridge(transition: [[0.5, 0.5], [0.5, 0.5]], steps: 2)
    #expect(throws: InvalidArgument.self) { try PathBridge(transition: paths.transition, steps: 40) }
    #expect(throws: InvalidArgument.self) { try paths.bridge(from: [0.5, 0.25], to: [0.5, 0.5]) }
    #expect(throws: InvalidArgument.self) { try paths.bridge(from: [0.5, 0.5], to: [1]) }
    for (epsilon, t) in [(0.0, 0.5), (0.5, 1), (.nan, 0.5)] {
      #expect(throws: InvalidArgument.self) {
        try DeepGenerativeModels.DiscreteBridge(from: [(1, 0)], to: [(1, 1)], epsilon: epsilon, t: t, x: 0)
      }
    }
  }
}
