import Identities
import OptimalTransport
import Testing

/// What a certificate says of plans that are wrong, and what is refused.
@Suite struct CertificateTests {
  private func problem() throws -> EntropicTransport {
    try EntropicTransport(
      from: Samples.normal(150, dimension: 2, seed: 1), to: Samples.clusters(130, seed: 2), epsilon: 0.1)
  }

  /// By how much a violation may be off: exponents are rounded as numbers of their size are, and each of the two
  /// marginals has mass one.
  private func rounding(_ problem: EntropicTransport, f: [Double], g: [Double]) -> Double {
    let largest = (f + g).reduce(0) { max($0, $1.magnitude) }
    let extent = zip(problem.from.columns, problem.to.columns).reduce(0) {
      let all = $1.0 + $1.1
      let width = (all.max() ?? 0) - (all.min() ?? 0)
      return $0 + width * width
    }
    return 2 * 4 * Double.ulpOfOne * (2 * largest + extent) / problem.epsilon
  }

  /// Potentials that are wrong by one entry, by a shift, by everything: the violation shows it, and the bounds, which
  /// hold for any potentials, still hold the right value between them.
  @Test func wrongPlansAreCaught() async throws {
    let problem = try problem()
    let asked = 1e-10
    let right = try await problem.solve(tolerance: asked, timeLimit: .seconds(3600))
    #expect(right.certificate.isConverged)
    var oneWrong = right.f
    oneWrong[17] += 0.05
    let wrong = [
      oneWrong, right.f.map { $0 + 0.01 }, right.f.map { 1.01 * $0 }, [Double](repeating: 0, count: 150),
      right.f.map { $0 + 1e6 }, right.f.map { $0 - 1e6 },
    ]
    for f in wrong {
      let plan = try await problem.certified(f: f, g: right.g, tolerance: asked)
      #expect(!plan.certificate.isConverged)
      #expect("\(plan.certificate)".hasPrefix("not converged"))
      #expect(plan.certificate.gap > right.certificate.gap)
      #expect(plan.certificate.lowerBound <= right.certificate.upperBound)
      #expect(plan.certificate.upperBound >= right.certificate.lowerBound)
    }
    // A shift of one potential against the other is no change.
    let shifted = try await problem.certified(
      f: right.f.map { $0 + 0.5 }, g: right.g.map { $0 - 0.5 }, tolerance: asked)
    let change = shifted.certificate.marginalViolation - right.certificate.marginalViolation
    #expect(change.magnitude <= rounding(problem, f: shifted.f, g: shifted.g))
  }

  /// One half step of the alternation from nothing: the rows are right, the columns are not, and that must show.
  @Test func rightRowsDoNotHideWrongColumns() async throws {
    let problem = try problem()
    let (x, y) = (problem.from, problem.to)
    func cost(_ i: Int, _ j: Int) -> Double {
      zip(x.columns, y.columns).reduce(0) { $0 + ($1.0[i] - $1.1[j]) * ($1.0[i] - $1.1[j]) }
    }
    let f = (0..<x.count).map { i in
      let sum = (0..<y.count).reduce(0) { $0 + y.weights[$1] * Double.exp(-cost(i, $1) / problem.epsilon) }
      return -problem.epsilon * Double.log(sum)
    }
    let columns = (0..<y.count).map { j in
      (0..<x.count).reduce(0) {
        $0 + x.weights[$1] * y.weights[j] * Double.exp((f[$1] - cost($1, j)) / problem.epsilon)
      }
    }
    let violation = zip(columns, y.weights).reduce(0) { $0 + ($1.0 - $1.1).magnitude }
    let plan = try await problem.certified(f: f, g: y.weights.map { _ in 0 }, tolerance: violation / 2)
    let rounding = rounding(problem, f: f, g: plan.g)
    // Were the columns not looked at, only the rounding of the rows would be left.
    #expect(violation > 2 * rounding)
    #expect((plan.certificate.marginalViolation - violation).magnitude <= rounding)
    #expect(!plan.certificate.isConverged)
  }

  @Test func timeThatIsTooShortIsSaid() async throws {
    let problem = try EntropicTransport(
      from: Samples.normal(3000, dimension: 2, seed: 1), to: Samples.clusters(3000, seed: 2), epsilon: 1e-3)
    let asked = 1e-8
    let early = try await problem.solve(tolerance: asked, timeLimit: .nanoseconds(1))
    #expect(!early.certificate.isConverged && early.certificate.marginalViolation > asked)
    #expect("\(early.certificate)".hasPrefix("not converged"))
    let right = try await problem.solve(tolerance: 1e-6, timeLimit: .seconds(3600))
    #expect(right.certificate.isConverged)
    #expect(early.certificate.lowerBound <= right.certificate.upperBound)
    #expect(early.certificate.upperBound >= right.certificate.lowerBound)
  }

  @Test func aCancelledTaskStops() async throws {
    let problem = try EntropicTransport(
      from: Samples.normal(3000, dimension: 2, seed: 1), to: Samples.clusters(3000, seed: 2), epsilon: 1e-3)
    let task = Task { try await problem.solve(tolerance: 1e-8, timeLimit: .seconds(3600)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func pointsThatAreNone() throws {
    let refused: [(String, () throws -> WeightedPoints)] = [
      ("columns", { try WeightedPoints(columns: []) }),
      ("columns", { try WeightedPoints(columns: [[], []]) }),
      ("columns", { try WeightedPoints(columns: [[1, 2], [1]]) }),
      ("columns", { try WeightedPoints(columns: [[1, .nan]]) }),
      ("columns", { try WeightedPoints(columns: [[1, .infinity]]) }),
      ("columns", { try WeightedPoints(rows: [1, .nan], dimension: 1) }),
      ("weights", { try WeightedPoints(columns: [[1, 2]], weights: [1]) }),
      ("weights", { try WeightedPoints(columns: [[1, 2]], weights: [0.5, 0.4]) }),
      ("weights", { try WeightedPoints(columns: [[1, 2]], weights: [1.5, -0.5]) }),
      ("weights", { try WeightedPoints(columns: [[1, 2]], weights: [1, 0]) }),
      ("weights", { try WeightedPoints(columns: [[1, 2]], weights: [.nan, 0.5]) }),
      ("dimension", { try WeightedPoints(rows: [1, 2, 3], dimension: 2) }),
      ("dimension", { try WeightedPoints(rows: [1, 2, 3], dimension: 0) }),
    ]
    for (argument, make) in refused {
      let refusal = #expect(throws: InvalidArgument.self) { try make() }
      #expect(refusal?.argument == argument)
    }
    let points = try WeightedPoints(rows: [1, 2, 3, 4, 5, 6], dimension: 2)
    #expect(points.columns == [[1, 3, 5], [2, 4, 6]] && points.weights == [1.0 / 3, 1.0 / 3, 1.0 / 3])
  }

  @Test func problemsThatAreNone() async throws {
    let (x, y) = (try Samples.normal(5, dimension: 2, seed: 1), try Samples.normal(5, dimension: 3, seed: 1))
    for epsilon in [0, -1, .nan, .infinity] {
      let refusal = #expect(throws: InvalidArgument.self) {
        try EntropicTransport(from: x, to: x, epsilon: epsilon)
      }
      #expect(refusal?.argument == "epsilon")
    }
    let refusal = #expect(throws: InvalidArgument.self) { try EntropicTransport(from: x, to: y, epsilon: 1) }
    #expect(refusal?.argument == "to")
    let problem = try EntropicTransport(from: x, to: x, epsilon: 1)
    for tolerance in [0, -1, Double.nan] {
      await #expect(throws: InvalidArgument.self) { try await problem.solve(tolerance: tolerance) }
    }
    await #expect(throws: InvalidArgument.self) { try await problem.solve(timeLimit: .zero) }
    await #expect(throws: InvalidArgument.self) { try await problem.solve(threads: 0) }
    for f in [[0.0], [0, 0, 0, 0, .nan]] {
      let g = [Double](repeating: 0, count: 5)
      await #expect(throws: InvalidArgument.self) { try await problem.certified(f: f, g: g, tolerance: 1) }
    }
  }
}
