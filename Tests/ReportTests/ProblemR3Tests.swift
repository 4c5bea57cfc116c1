import Testing
import TruthValues

@testable import Arithmetic
@testable import ModelComparison
@testable import OptimalTransport
@testable import Probability
@testable import Transport

/// The report from (2.17) to Section 3: reversal, interpolants and metrics.
@Suite struct ProblemR3Tests {
  @Test("the denoising objective reproduces the true values, for the data and for the base density")
  func denoising() throws {
    let truth = try TruthCase("T.R.2.18")
    let sde = try VarianceExploding(
      from: try truth.input("sigma_min")[0], to: try truth.input("sigma_max")[0])
    let objective = { (c: Double, data: Double) in
      Quadrature.interval(0...1) { t in
        let v = sde.kernel(to: t).variance
        return v * (data + v) / ((c + v) * (c + v)) - 2 * v / (c + v) + 1
      }.value
    }
    try truth.accept([objective(1, 1.5)], for: "L_c1")
    try truth.accept([objective(1.5, 1.5)], for: "L_c1.5")
    try truth.accept([objective(2, 1.5)], for: "L_c2")
    try truth.accept([objective(1, 1)], for: "L_c1_if_x0_drawn_from_base_N01")
    try truth.accept([objective(1.5, 1)], for: "L_c1.5_if_x0_drawn_from_base_N01")
    try truth.refuse([objective(1.5, 1)], for: "L_c1.5")
  }

  @Test("the least value of the objective is the true one, by the interpolant's own velocity")
  func minimum() throws {
    let truth = try TruthCase("T.R.2.22.minimum")
    let start = try GaussianMixture([(1, Gaussian(mean: [0], covariance: [[1]]))])
    let end = try GaussianMixture([(1, Gaussian(mean: [2], covariance: [[1]]))])
    let least = try Quadrature.interval(0...1) { t in
      let law = try Interpolant.oneSided.law(from: start, to: end, at: t, as: Double.self)
      let (mean, deviation) = (2 * t, ((1 - t) * (1 - t) + t * t).squareRoot())
      // The velocity is affine: its mean square is that at the mean, and its slope's times the variance.
      let middle = law.velocity(Vector([mean]))[0]
      let slope = law.velocity(Vector([mean + deviation]))[0] - middle
      return -(middle * middle + slope * slope)
    }.value
    try truth.accept([least], for: "min_objective")
    // The rate x_1 - x_0 has mean 2 and variance 2.
    let rate = 2.0 * 2 + 2
    try truth.accept([rate], for: "constant_E_dI_squared")
    try truth.accept([least + rate], for: "min_of_square_loss")
  }

  @Test("a constant error moves the end by the true distance, which is more than the excess")
  func excess() throws {
    let truth = try TruthCase("T.R.w2.excess")
    let moved = Quadrature.interval(0...1) { t in
      0.5 * 10 / ((1 - t) * (1 - t) + 100 * t * t).squareRoot()
    }.value
    try truth.accept([moved * moved], for: "W2_squared")
    try truth.accept([moved * moved / 0.25], for: "ratio")
    try truth.accept([0.5 * 0.5], for: "excess_loss")
    #expect(moved * moved > 0.25)
    let reach = ModelComparison.ShiftedVelocity()
    try truth.accept([reach.distance.midpoint * reach.distance.midpoint], for: "W2_squared")
  }

  @Test("ten of Euler's steps leave too little of the variance")
  func eulerIsNotTheFlow() throws {
    // From N(0, 1) to N(0, 3/2), where the velocity is linear.
    let start = try GaussianMixture([(1, Gaussian(mean: [0], covariance: [[1]]))])
    let end = try GaussianMixture([(1, Gaussian(mean: [0], covariance: [[1.5]]))])
    let deviation = { (steps: Int) in
      try (0..<steps).reduce(1.0) { x, k in
        let t = Double(k) / Double(steps)
        let law = try Interpolant.oneSided.law(from: start, to: end, at: t, as: Double.self)
        return x + law.velocity(Vector([x]))[0] / Double(steps)
      }
    }
    let (ten, many) = (try deviation(10), try deviation(1280))
    // Half a unit of the last digit that is known.
    #expect((ten * ten - 1.1551).magnitude < 5e-5)
    // Halving a step of first order halves the error: the flow is near 3/2.
    let twice = try deviation(640)
    #expect((2 * many * many - twice * twice - 1.5).magnitude < (many * many - 1.5).magnitude / 100)
  }

  @Test("the entropic cost of normal laws is the true one")
  func entropicCost() throws {
    let truth = try TruthCase("T.R.w2eps.gauss1d")
    let (inputs, rows) = (try truth.input("m0_v0_m1_v1_eps"), try truth.expected("rows"))
    var values: [Double] = []
    for k in 0..<4 {
      let row = Array(inputs[(5 * k)..<(5 * k + 5)])
      let (a, b) = (
        try Gaussian(mean: [row[0]], covariance: [[row[1]]]),
        try Gaussian(mean: [row[2]], covariance: [[row[3]]])
      )
      values.append(try a.entropicTransport(to: b, epsilon: row[4]))
      let plan = ModelComparison.EntropicFormula(a: row[1], b: row[3], epsilon: row[4])
      #expect((plan.c - rows[3 * k + 1]).magnitude <= (try truth.tolerance) * rows[3 * k + 1])
      let scale = max(values[k], 1)
      #expect((values[k] - rows[3 * k]).magnitude <= (try truth.tolerance) * scale)
      #expect((try a.squaredWasserstein(to: b) - rows[3 * k + 2]).magnitude <= (try truth.tolerance) * scale)
      if k == 1 {
        let divergence = try a.sinkhornDivergence(to: b, epsilon: row[4])
        try truth.accept([divergence], for: "sinkhorn_divergence_row2")
      }
    }
    try truth.reject("square_root_of_value", where: values)
  }

  @Test("between well separated points the entropic cost has the true floor")
  func floor() async throws {
    let truth = try TruthCase("T.R.w2eps.floor")
    let points = try WeightedPoints(columns: [try truth.input("points")])
    let plan = try await EntropicTransport(
      from: points, to: points, cost: .squaredDistance, epsilon: try truth.input("eps")[0]
    ).solve(tolerance: 1e-6, timeLimit: .seconds(3600), threads: 1)
    // How well the plan is solved decides how far its bounds are apart, not whether the value is between them.
    let expected = try truth.expected("self_value")[0]
    // The costs that are summed go up to nine.
    let rounding = 9 * (try truth.tolerance)
    #expect(plan.certificate.lowerBound <= expected + rounding)
    #expect(plan.certificate.upperBound >= expected - rounding)
    try truth.accept([try truth.input("eps")[0] * Double.log(4)], for: "self_value")
  }

  @Test("refuses laws of different dimensions, no epsilon, and deviations out of order")
  func nonsense() throws {
    let (line, plane) = (
      try Gaussian(mean: [0], covariance: [[1]]), try Gaussian(mean: [0, 0], covariance: [[1, 0], [0, 1]])
    )
    #expect(throws: InvalidArgument.self) { try line.entropicTransport(to: plane, epsilon: 1) }
    #expect(throws: InvalidArgument.self) { try line.entropicTransport(to: line, epsilon: 0) }
    #expect(throws: InvalidArgument.self) { try line.sinkhornDivergence(to: line, epsilon: .nan) }
    #expect(throws: InvalidArgument.self) { try VarianceExploding(from: 10, to: 0.01) }
  }
}
