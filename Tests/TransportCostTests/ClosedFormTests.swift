import Identities
import OptimalTransport
import Testing
import TruthValues

/// Closed forms, exact plans, and the solver against both.
@Suite struct ClosedFormTests {
  private static func law(_ mean: Double, _ variance: Double) throws -> Gaussian<Double> {
    try Gaussian(mean: [mean], covariance: [[variance]])
  }

  @Test func gaussianClosedFormHasTheTrueValues() throws {
    let truth = try TruthCase("T.R.w2eps.gauss1d")
    let (inputs, rows) = (try truth.input("m0_v0_m1_v1_eps"), try truth.expected("rows"))
    var (values, squares) = ([Double](), [Double]())
    for k in 0..<4 {
      let row = Array(inputs[5 * k..<5 * k + 5])
      let (x, y) = (try Self.law(row[0], row[1]), try Self.law(row[2], row[3]))
      values.append(try x.entropicTransport(to: y, epsilon: row[4]))
      squares.append(try x.squaredWasserstein(to: y))
      if k < 2 {
        // The divergence of a law to itself is zero, and for the second row it is known.
        let divergence = try x.sinkhornDivergence(to: y, epsilon: row[4])
        let expected = try truth.expected("sinkhorn_divergence_row\(k + 1)")[0]
        #expect((divergence - expected).magnitude <= (try truth.tolerance) * values[k])
      }
      for (value, expected) in [(values[k], rows[3 * k]), (squares[k], rows[3 * k + 2])] {
        #expect((value - expected).magnitude <= (try truth.tolerance) * max(1, expected))
      }
    }
    try truth.reject("square_root_of_value", where: values)
    try truth.reject("eps_halved", where: Array(values[0..<2]))
    try truth.accept([squares[1].squareRoot()], for: "W2_row2")
  }

  /// Independent coordinates add up, and a rotation of both laws changes nothing.
  @Test func gaussianClosedFormInTheCoordinates() throws {
    let (c, s) = (0.6, 0.8)
    func rotated(_ mean: [Double], _ variances: [Double]) throws -> Gaussian<Double> {
      let cross = c * s * (variances[0] - variances[1])
      return try Gaussian(
        mean: [c * mean[0] - s * mean[1], s * mean[0] + c * mean[1]],
        covariance: [
          [c * c * variances[0] + s * s * variances[1], cross],
          [cross, s * s * variances[0] + c * c * variances[1]],
        ])
    }
    let (x, y) = (try rotated([0, 1], [1, 0.25]), try rotated([2, -1], [0.5, 3]))
    let entropic = try x.entropicTransport(to: y, epsilon: 0.3)
    let square = try x.squaredWasserstein(to: y)
    let apart = try [(0.0, 1.0, 2.0, 0.5), (1, 0.25, -1, 3)].map {
      (try Self.law($0.0, $0.1), try Self.law($0.2, $0.3))
    }
    let sum = try apart.reduce(0) { $0 + (try $1.0.entropicTransport(to: $1.1, epsilon: 0.3)) }
    let squares = try apart.reduce(0) { $0 + (try $1.0.squaredWasserstein(to: $1.1)) }
    let rounding = 256 * Double.ulpOfOne * square
    #expect((entropic - sum).magnitude <= rounding && (square - squares).magnitude <= rounding)
    // Laws whose covariances do not commute: symmetric, zero to itself, and above the distance of the means.
    let z = try Gaussian(mean: [0, 0], covariance: [[2, 0.75], [0.75, 0.5]])
    #expect((try x.squaredWasserstein(to: z) - z.squaredWasserstein(to: x)).magnitude <= rounding)
    #expect(try z.squaredWasserstein(to: z).magnitude <= rounding)
    #expect(throws: InvalidArgument.self) { try x.squaredWasserstein(to: Self.law(0, 1)) }
    for epsilon in [0, -1, Double.nan] {
      #expect(throws: InvalidArgument.self) { try x.entropicTransport(to: y, epsilon: epsilon) }
    }
  }

  /// The solver on grids that stand for normal laws, against the closed form.
  @Test func solverReproducesTheGaussianValues() async throws {
    let truth = try TruthCase("T.R.w2eps.gauss1d")
    let (inputs, rows) = (try truth.input("m0_v0_m1_v1_eps"), try truth.expected("rows"))
    for k in [0, 1, 3] {
      let row = Array(inputs[5 * k..<5 * k + 5])
      let problem = try EntropicTransport(
        from: Samples.grid(mean: row[0], variance: row[1], count: 150),
        to: Samples.grid(mean: row[2], variance: row[3], count: 150), epsilon: row[4])
      let plan = try await problem.solve(tolerance: 1e-10, timeLimit: .seconds(3600))
      #expect(plan.certificate.isConverged)
      // Beyond seven standard deviations lies 2.6e-12 of a law, at a cost of at most the square of the whole width.
      let width = (row[0] - row[2]).magnitude + 7 * (row[1].squareRoot() + row[3].squareRoot())
      let error = plan.certificate.gap + 2 * 2.6e-12 * width * width
      #expect((plan.dualValue - rows[3 * k]).magnitude <= error, "row \(k): \(plan.dualValue)")
      #expect((plan.dualValue - rows[3 * k].squareRoot()).magnitude > error)
    }
  }

  /// Well separated points: the value is the exact cost plus epsilon times the logarithm of their number.
  @Test func floorOfTheEntropicValue() async throws {
    let truth = try TruthCase("T.R.w2eps.floor")
    let points = try WeightedPoints(columns: [truth.input("points")])
    let problem = try EntropicTransport(from: points, to: points, epsilon: try truth.input("eps")[0])
    let plan = try await problem.solve(tolerance: 1e-13, timeLimit: .seconds(3600))
    try truth.accept([plan.dualValue], for: "self_value")
    try truth.accept([plan.regularisedValue], for: "eps_log_N")
    #expect(problem.exact().cost == 0)
    try truth.accept([0.001 * Double.log(1e4)], for: "report_floor_eps_log_N")
  }

  @Test func divergenceOfEqualSamplesIsZero() async throws {
    let (x, y) = (
      try Samples.normal(400, dimension: 2, seed: 1), try Samples.normal(300, dimension: 2, seed: 2)
    )
    let same = try await EntropicTransport(from: x, to: x, epsilon: 0.01).divergence(
      tolerance: 1e-8, timeLimit: .seconds(3600))
    #expect(same.isConverged && same.value == 0)
    #expect(same.lowerBound <= 0 && same.upperBound >= 0)
    #expect(same.between.dualValue > 0.01)
    // The same points in another order: zero as far as the certificates go.
    let reversed = try WeightedPoints(columns: x.columns.map { $0.reversed() })
    let mirrored = try await EntropicTransport(from: x, to: reversed, epsilon: 0.01).divergence(
      tolerance: 1e-8, timeLimit: .seconds(3600))
    #expect(mirrored.isConverged && mirrored.lowerBound <= 0 && mirrored.upperBound >= 0)
    #expect(mirrored.value.magnitude <= mirrored.upperBound - mirrored.lowerBound)
    let other = try await EntropicTransport(from: x, to: y, epsilon: 0.01).divergence(
      tolerance: 1e-8, timeLimit: .seconds(3600))
    #expect(other.isConverged && other.lowerBound > 0 && other.lowerBound <= other.value)
    #expect(other.value <= other.upperBound)
  }

  /// Exact plans against every permutation, and on the line against the plan in order.
  @Test func exactPlansAreExact() throws {
    let problem = try EntropicTransport(
      from: Samples.normal(6, dimension: 3, seed: 1), to: Samples.normal(6, dimension: 3, seed: 2), epsilon: 1
    )
    var best = Double.infinity
    func permute(_ chosen: [Int]) {
      if chosen.count == 6 {
        best = min(best, chosen.enumerated().reduce(0) { $0 + problem.cost($1.0, $1.1) } / 6)
      }
      for j in 0..<6 where !chosen.contains(j) { permute(chosen + [j]) }
    }
    permute([])
    let exact = problem.exact()
    let rounding = 64 * Double.ulpOfOne * best
    #expect((exact.cost - best).magnitude <= rounding && (exact.dualValue - best).magnitude <= rounding)

    let (x, y) = (
      try Samples.weighted(40, dimension: 1, seed: 3), try Samples.weighted(25, dimension: 1, seed: 4)
    )
    for cost in TransportCost.allCases {
      let line = try EntropicTransport(from: x, to: y, cost: cost, epsilon: 1)
      let (p, q) = (
        x.columns[0].indices.sorted { x.columns[0][$0] < x.columns[0][$1] },
        y.columns[0].indices
          .sorted { y.columns[0][$0] < y.columns[0][$1] }
      )
      var (i, j, ordered) = (0, 0, 0.0)
      var (supply, demand) = (x.weights[p[0]], y.weights[q[0]])
      while i < p.count && j < q.count {
        let mass = min(supply, demand)
        ordered += mass * line.cost(p[i], q[j])
        (supply, demand) = (supply - mass, demand - mass)
        if supply <= demand {
          i += 1
          if i < p.count { supply += x.weights[p[i]] }
        } else {
          j += 1
          if j < q.count { demand += y.weights[q[j]] }
        }
      }
      let plan = line.exact()
      let error = 1024 * Double.ulpOfOne * (ordered + 1)
      #expect((plan.cost - ordered).magnitude <= error && (plan.dualValue - ordered).magnitude <= error)
      let sent = plan.pairs.reduce(into: [Double](repeating: 0, count: 40)) { $0[$1.from] += $1.mass }
      #expect(zip(sent, x.weights).allSatisfy { ($0 - $1).magnitude <= 64 * Double.ulpOfOne })
    }
  }
}
