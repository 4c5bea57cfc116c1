import Synchronization
import Testing

@testable import Arithmetic
@testable import Probability
@testable import Verification

/// Wrong arguments are answered by errors that name them, an exhausted budget and a cancelled task by no verdict.
@Suite struct VerifierArgumentTests {
  @Test(arguments: [0, 1, -0.1, 7, Double.nan, .infinity]) func resolution(value: Double) {
    let error = #expect(throws: InvalidArgument.self) { try Verifier(resolution: value) }
    #expect(error?.argument == "resolution" && error?.value == "\(value)")
  }

  @Test(arguments: [0, -1, Int.min]) func budgetAndWidth(value: Int) {
    let budget = #expect(throws: InvalidArgument.self) { try Verifier(sampleBudget: value) }
    #expect(budget?.argument == "sampleBudget" && budget?.value == "\(value)")
    let width = #expect(throws: InvalidArgument.self) { try Verifier(width: value) }
    #expect(width?.argument == "width" && width?.value == "\(value)")
  }

  @Test func repeatedIds() async throws {
    let identity = Synthetic.identity("A") { Synthetic.lines(of: .numerical) }
    let error = await #expect(throws: InvalidArgument.self) {
      try await Synthetic.verifier().verify([identity, Synthetic.identity("B") {}, identity])
    }
    #expect(error?.argument == "id" && error?.value == "A")
  }

  @Test(arguments: ["", "two words", "line\nbreak"]) func idsThatNoTokenCanName(id: String) async throws {
    let error = await #expect(throws: InvalidArgument.self) {
      try await Synthetic.verifier().verify(Synthetic.identity(id) { Synthetic.lines(of: .numerical) })
    }
    #expect(error?.argument == "id" && error?.value == "\"\(id)\"")
  }

  /// More statistical checks than the budget covers, in one identity or in several.
  @Test func tooManyChecks() async throws {
    let check = Statistical("none", cases: [Int]()) { _, _ in Step("a") { Variate(1) } }
    let most = ErrorBudget.mostChecks
    func identity(_ id: String, _ count: Int) -> Identity {
      Synthetic.identity(id) {
        return Checks.Assembled(Array(repeating: .check(check), count: count))
      }
    }
    let verifier = try Synthetic.verifier()
    #expect(try await verifier.verify([identity("A", most - 1), identity("B", 1)]).identities.count == 2)
    let several = await #expect(throws: InvalidArgument.self) {
      try await verifier.verify([identity("A", most), identity("B", 1)])
    }
    #expect(several?.argument == "identities" && several?.value == "\(most + 1) statistical checks")
    let one = await #expect(throws: InvalidArgument.self) {
      try await verifier.verify(identity("A", most + 1))
    }
    #expect(one?.value == "\(most + 1) statistical checks")
  }

  /// A dimension that is none, and boxes that are none.
  @Test func shapesThatAreNone() async throws {
    func reason(_ check: any Check) async throws -> String {
      try await Synthetic.verifier().verify(Synthetic.identity { check }).checks[0].reason
    }
    for dimension in [0, -1] {
      let exact = Exact("dimension", dimensions: [dimension]) { symbols, d in
        let x = symbols.vector(d)
        Step("a") { x }
        Step("b") { x }
      }
      #expect(try await reason(exact).contains("dimensions is [\(dimension)]; expected positive numbers"))
    }
    func box(_ box: KeyValuePairs<String, ClosedRange<Double>>, _ name: String = "x") -> Enclosure<Void> {
      Enclosure("box", over: box) { p in
        Step("a") { p[name] }
        Step("b") { p[name] }
        Rival("c", "sign") { -p[name] }
      }
    }
    #expect(try await reason(box(["x": 0...1, "x": 1...2])).contains("a different name for each parameter"))
    #expect(try await reason(box(["x": 0...Double.infinity])).contains("expected finite ends"))
    #expect(try await reason(box(["x": 0...1], "y")).contains(#"parameter is y; expected one of ["x"]"#))
  }

  /// The budget's end is no verdict, whether the lines are true or false by less than what can be seen.
  @Test(arguments: [1.0, 1.001]) func exhaustedBudget(claim: Double) async throws {
    let verifier = try Synthetic.verifier(resolution: 0.01, sampleBudget: 1 << 13)
    let result = try await verifier.verify(Synthetic.identity { Synthetic.mean(claim) })
    #expect(result.verdict == .inconclusive)
    #expect(result.checks[0].reason.contains("8192 samples resolve"))
    #expect(result.checks[0].samples == 1 << 13)
    #expect(try #require(result.checks[0].resolution) > 0.01)
  }

  /// A run that is cancelled in the middle of any check throws, and soon: few lines are evaluated after that.
  @Test(arguments: Evidence.allCases) func cancellation(evidence: Evidence) async throws {
    let canceller = Canceller(after: 20)
    // Each check would evaluate its lines a hundred times at least.
    let check: any Check
    switch evidence {
    case .exact:
      check = Exact("long", dimensions: Array(1...200)) { symbols, d in
        let _ = canceller.count()
        let x = symbols.vector(d)
        Step("x") { x }
        Step("again") { x }
      }
    case .enclosure:
      check = Enclosure("long", over: ["x": 0...1, "y": 0...1]) { p in
        let _ = canceller.count()
        let difference = p["x"] - p["y"]
        // Never enclosed along the diagonal, however small the pieces.
        Step("one") { Dual(1) + 0 * difference }
        Step("quotient") { difference / difference }
      }
    case .numerical:
      check = Numerical("long", cases: Array(repeating: 1, count: 1000)) { x in
        let _ = canceller.count()
        Step("x") { Interval(x) }
        Step("again") { Interval(x) }
      }
    case .statistical:
      check = Statistical("long", cases: ["case"]) { _, draw in
        let _ = canceller.count()
        Step("z") { draw.normal() }
        Step("again") { draw.normal() }
      }
    }
    let verifier = try Synthetic.verifier(resolution: 0.01)
    let task = Task { try await verifier.verify([Synthetic.identity { check }]) }
    canceller.arm { task.cancel() }
    await #expect(throws: CancellationError.self) { _ = try await task.value.seed }
    // The rest of a piece of the box, which is two slopes, its centre and a point aside, or one block of each of the
    // two tasks that may be under way, each of which writes its lines up to twice.
    #expect(canceller.countAfterwards <= 8)
  }

  /// Cancels a task when something has happened often enough.
  private final class Canceller: Sendable {
    private let state = Mutex<(count: Int, cancel: (@Sendable () -> Void)?)>((0, nil))
    private let limit: Int
    init(after limit: Int) { self.limit = limit }

    var countAfterwards: Int { state.withLock { $0.count - limit } }

    func arm(_ cancel: @escaping @Sendable () -> Void) { state.withLock { $0.cancel = cancel } }

    func count() {
      // What is to be cancelled may begin before its handle is known.
      while state.withLock({ $0.cancel == nil }) {}
      let cancel = state.withLock { state in
        state.count += 1
        return state.count == limit ? state.cancel : nil
      }
      cancel?()
    }
  }
}
