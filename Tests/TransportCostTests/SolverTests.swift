import Identities
import OptimalTransport
import Testing

/// The solver against definitions, against other routes, and against itself.
@Suite struct SolverTests {
  static let problems: [(String, @Sendable () throws -> EntropicTransport)] = [
    (
      "squared, unequal weights and counts",
      {
        try EntropicTransport(
          from: Samples.weighted(30, dimension: 3, seed: 1), to: Samples.weighted(47, dimension: 3, seed: 2),
          epsilon: 0.25)
      }
    ),
    (
      "distance, unequal weights and counts",
      {
        try EntropicTransport(
          from: Samples.weighted(47, dimension: 2, seed: 3), to: Samples.weighted(30, dimension: 2, seed: 4),
          cost: .distance, epsilon: 0.125)
      }
    ),
    (
      "far apart",
      {
        let far = try Samples.normal(25, dimension: 2, seed: 5)
        return try EntropicTransport(
          from: Samples.normal(40, dimension: 2, seed: 6),
          to: WeightedPoints(columns: far.columns.map { $0.map { $0 + 1000 } }), epsilon: 1)
      }
    ),
    (
      "one point",
      {
        try EntropicTransport(
          from: Samples.normal(1, dimension: 2, seed: 7), to: Samples.weighted(9, dimension: 2, seed: 8),
          epsilon: 0.01)
      }
    ),
    (
      "the same point many times",
      {
        let point = try WeightedPoints(columns: [[Double](repeating: 3, count: 20)])
        return try EntropicTransport(from: point, to: point, epsilon: 0.01)
      }
    ),
  ]

  /// The values are what their names say of the plan, summed pair by pair; the marginals are as certified.
  @Test(arguments: problems) func valuesAreTheirDefinitions(
    name: String, problem: @Sendable () throws -> EntropicTransport
  ) async throws {
    let problem = try problem()
    let plan = try await problem.solve(tolerance: 1e-9, timeLimit: .seconds(3600))
    #expect(plan.certificate.isConverged, "\(plan.certificate)")
    let masses = problem.masses(plan)
    let (a, b) = (problem.from.weights, problem.to.weights)
    var (sharp, divergence, mass) = (0.0, 0.0, 0.0)
    for i in a.indices {
      for j in b.indices {
        sharp += masses[i][j] * problem.cost(i, j)
        divergence += masses[i][j] * Double.log(masses[i][j] / (a[i] * b[j]))
        mass += masses[i][j]
      }
    }
    let rows = zip(masses, a).reduce(0) { $0 + ($1.0.reduce(0, +) - $1.1).magnitude }
    let columns = b.indices.reduce(0) { sum, j in
      sum + (masses.reduce(0) { $0 + $1[j] } - b[j]).magnitude
    }
    let dual =
      zip(a, plan.f).reduce(0) { $0 + $1.0 * $1.1 } + zip(b, plan.g).reduce(0) { $0 + $1.0 * $1.1 }
      - problem.epsilon * (mass - 1)
    // An exponent is off by roundings of the potentials and the cost, in units of epsilon; the sums by as much.
    let largest = (plan.f + plan.g + [sharp, problem.epsilon]).reduce(0) { max($0, $1.magnitude) }
    let rounding = 64 * Double.ulpOfOne * max(1, largest) * (1 + largest / problem.epsilon)
    #expect((plan.sharpCost - sharp).magnitude <= rounding)
    #expect((plan.regularisedValue - sharp - problem.epsilon * divergence).magnitude <= rounding)
    #expect((plan.dualValue - dual).magnitude <= rounding)
    #expect((plan.certificate.marginalViolation - rows - columns).magnitude <= rounding)
    #expect(plan.certificate.lowerBound == plan.dualValue)
    #expect(plan.certificate.lowerBound <= plan.certificate.upperBound + rounding)
  }

  /// The least cost without regularisation lies between the sharp cost and what the entropy can have hidden.
  @Test(arguments: TransportCost.allCases) func entropicCostIsNearTheExactOne(cost: TransportCost)
    async throws
  {
    let problem = try EntropicTransport(
      from: Samples.normal(120, dimension: 2, seed: 1), to: Samples.normal(120, dimension: 2, seed: 2),
      cost: cost,
      epsilon: 1e-3)
    let (plan, exact) = (
      try await problem.solve(tolerance: 1e-10, timeLimit: .seconds(3600)), problem.exact()
    )
    let entropy = problem.epsilon * Double.log(120)
    #expect(plan.certificate.isConverged)
    #expect(plan.certificate.upperBound >= exact.cost)
    #expect(plan.certificate.lowerBound <= exact.cost + entropy)
    // A plan of nearly right marginals costs at most the largest potential difference less than a right one.
    let slack = plan.certificate.marginalViolation * plan.f.reduce(1) { max($0, 2 * $1.magnitude) }
    #expect(plan.sharpCost >= exact.cost - slack)
    #expect(plan.sharpCost <= exact.cost + entropy + slack)
  }

  /// What is torn apart is hard for alternation: clusters exchange mass by links that epsilon all but cuts.
  @Test(arguments: [TransportCost.squaredDistance, .distance])
  func tornPlansConverge(cost: TransportCost) async throws {
    let problem = try EntropicTransport(
      from: Samples.normal(2000, dimension: 2, seed: 1), to: Samples.clusters(2000, seed: 1), cost: cost,
      epsilon: 1e-3)
    let plan = try await problem.solve(tolerance: 1e-6, timeLimit: .seconds(3600))
    #expect(plan.certificate.isConverged, "\(plan.certificate)")
    let back = try await EntropicTransport(from: problem.to, to: problem.from, cost: cost, epsilon: 1e-3)
      .solve(tolerance: 1e-6, timeLimit: .seconds(3600))
    #expect(plan.certificate.lowerBound <= back.certificate.upperBound)
    #expect(back.certificate.lowerBound <= plan.certificate.upperBound)
  }

  /// A plan too dense to be stored is found by alternation.
  @Test func densePlansConverge() async throws {
    let problem = try EntropicTransport(
      from: Samples.normal(2500, dimension: 2, seed: 1), to: Samples.normal(1500, dimension: 2, seed: 2),
      epsilon: 2)
    let plan = try await problem.solve(tolerance: 1e-8, timeLimit: .seconds(3600))
    #expect(plan.certificate.isConverged, "\(plan.certificate)")
  }

  @Test(arguments: [1e-3, 2]) func threadsChangeNothing(epsilon: Double) async throws {
    let problem = try EntropicTransport(
      from: Samples.normal(1700, dimension: 3, seed: 1), to: Samples.clusters3(1400, seed: 2),
      epsilon: epsilon)
    let plans = [
      try await problem.solve(tolerance: 1e-5, timeLimit: .seconds(3600), threads: 1),
      try await problem.solve(tolerance: 1e-5, timeLimit: .seconds(3600), threads: 2),
      try await problem.solve(tolerance: 1e-5, timeLimit: .seconds(3600), threads: 3),
    ]
    for plan in plans.dropFirst() {
      #expect(plan.f == plans[0].f && plan.g == plans[0].g)
      #expect(plan.sharpCost == plans[0].sharpCost && plan.regularisedValue == plans[0].regularisedValue)
      #expect(plan.dualValue == plans[0].dualValue)
      #expect(plan.certificate.upperBound == plans[0].certificate.upperBound)
      #expect(plan.certificate.marginalViolation == plans[0].certificate.marginalViolation)
    }
  }
}

extension Samples {
  /// Clusters in the plane with a third coordinate.
  static func clusters3(_ count: Int, seed: UInt64) throws -> WeightedPoints {
    try WeightedPoints(
      columns: clusters(count, seed: seed).columns + normal(count, dimension: 1, seed: seed).columns)
  }
}
