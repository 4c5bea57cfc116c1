import Testing

@testable import Arithmetic
@testable import Verification

/// Checks that look verified and have tested nothing, each beside one that has: the first is not verified, and says why.
@Suite struct EmptyDesignTests {
  private func result(
    _ check: any Check, expectation: Verification.Expectation = .holds
  ) async throws -> IdentityResult {
    try await Synthetic.verifier().verify(Synthetic.identity(expectation: expectation) { check })
  }

  private func expect(
    _ empty: any Check, says reason: String, beside full: any Check,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let nothing = try await result(empty)
    #expect(nothing.verdict == .inconclusive, sourceLocation: sourceLocation)
    #expect(
      nothing.checks[0].reason.contains(reason), "\(nothing.checks[0].reason)", sourceLocation: sourceLocation
    )
    let something = try await result(full)
    #expect(something.verdict == .verified, "\(something.complaints)", sourceLocation: sourceLocation)
  }

  /// The square of a sum at the cases, or at something else.
  private func square(_ cases: [Double], at place: @escaping @Sendable (Double) -> Double = { $0 })
    -> any Check
  {
    Numerical("square", cases: cases) { x in
      let x = Interval(place(x))
      Step("(1 + x)^2") { (1 + x).squared }
      Step("1 + 2 x + x^2") { 1 + 2 * x + x.squared }
      Rival("1 + x^2", "no cross term") { 1 + x.squared }
    }
  }

  @Test func identicalCases() async throws {
    try await expect(square([0.75, 0.75]), says: "read the same: 0.75", beside: square([0.75, 0.25]))
  }

  @Test func ignoredCases() async throws {
    try await expect(
      square([0.75, 0.25], at: { _ in 0.75 }), says: "the case is not used", beside: square([0.75, 0.25]))
  }

  @Test func exactWithoutSymbols() async throws {
    func check(_ isFree: Bool) -> any Check {
      Exact("sum", dimensions: [1]) { symbols, _ in
        let x = isFree ? symbols.scalar() : 1
        Step("x/2 + x/3") { x / 2 + x / 3 }
        Step("5x/6") { 5 * x / 6 }
        Rival("2x/5", "added as children do") { 2 * x / 5 }
      }
    }
    try await expect(check(false), says: "symbols is none", beside: check(true))
  }

  @Test func exactDeafToItsDimension() async throws {
    func check(_ isDeaf: Bool) -> any Check {
      Exact("norm", dimensions: [1, 2, 3]) { symbols, d in
        let x = symbols.vector(isDeaf ? 2 : d)
        Step("|2 x|^2") { (2 as Symbol * x).squaredNorm }
        Step("4 |x|^2") { 4 * x.squaredNorm }
        Rival("2 |x|^2", "not squared") { 2 * x.squaredNorm }
      }
    }
    try await expect(check(true), says: "the same in every one", beside: check(false))
    // The dimension may enter as a number alone.
    let trace = Exact("trace", dimensions: [1, 2, 3]) { symbols, d in
      let x = symbols.scalar()
      Step("tr x 1") { (x * Matrix.identity(d)).trace }
      Step("d x") { Symbol(d) * x }
      Rival("x", "trace forgotten") { x + x + x + x }
    }
    #expect(try await result(trace).verdict == .verified)
    let twice = try await result(
      Exact("twice", dimensions: [2, 2]) { symbols, d in
        let x = symbols.vector(d)
        Step("x") { x }
        Step("x") { x }
        Rival("-x", "sign") { -x }
      })
    #expect(twice.verdict == .inconclusive && twice.checks[0].reason.contains("expected different ones"))
  }

  /// The divergence of what does not depend on its argument is zero, whatever was meant.
  @Test func divergenceOfWhatIgnoresItsArgument() async throws {
    func check(_ isDeaf: Bool) -> any Check {
      Exact("divergence", dimensions: [2, 3]) { symbols, d in
        let (x, A) = (symbols.vector(d), symbols.matrix(d))
        // The field is a rotation: skew.
        let K = A - A.transpose
        Step("div K x") {
          divergence(at: x) { y in isDeaf ? (K * x).constant : K.constant * y }
        }
        Step("0") { 0 }
        Rival("tr A", "as if it were not skew") { A.trace }
      }
    }
    try await expect(check(true), says: "both lines are zero whatever the symbols are", beside: check(false))
    func numbers(_ isDeaf: Bool) -> any Check {
      Numerical("divergence", cases: [0.3, 0.6]) { t in
        let x = Vector([Interval(t), Interval(1 - t)])
        Step("div of the rotation of a wave") {
          divergence(at: x) { y in
            let wave = { (z: Dual<Interval>) in Dual.sin(z) }
            let z = isDeaf ? x.constant : y
            let product = wave(z[0]) * wave(z[1])
            // The gradient of the product, turned by a right angle, written by hand.
            _ = product
            return Vector([-(wave(z[0]) * Dual.cos(z[1])), Dual.cos(z[0]) * wave(z[1])])
          }
        }
        Step("0") { 0 as Interval }
        Rival("2 cos cos", "sign") { 2 * Interval.cos(x[0]) * Interval.cos(x[1]) }
      }
    }
    try await expect(numbers(true), says: "both lines are zero", beside: numbers(false))
  }

  @Test func rivalWithTheTextOfItsStep() async throws {
    func check(_ says: String) -> any Check {
      Numerical("twin", cases: [0.3]) { x in
        Step("2 x") { 2 * Interval(x) }
        Step("x + x") { Interval(x) + Interval(x) }
        Rival(says, "wrong") { 3 * Interval(x) }
      }
    }
    try await expect(check("x + x"), says: "another text than that of its step", beside: check("x + x + x"))
  }

  @Test func rivalThatNobodyWrites() async throws {
    func check(_ wrong: Double) -> any Check {
      Numerical("far", cases: [0.3]) { x in
        Step("2 x") { 2 * Interval(x) }
        Step("x + x") { Interval(x) + Interval(x) }
        Rival("a number", "wrong") { Interval(wrong) }
      }
    }
    try await expect(check(1e9), says: "times the line off", beside: check(0.3))
  }

  /// A false statement whose only correction copies the line above.
  @Test func correctionThatCopies() async throws {
    func check(_ correction: String) -> any Check {
      Numerical("typo", cases: [0.3, 0.8]) { x in
        let x = Interval(x)
        Step("(1 + x)^2") { (1 + x).squared }
        Step("1 + x + x^2") { 1 + x + x.squared }
        Restatement(correction) { correction == "(1 + x)^2" ? (1 + x).squared : 1 + 2 * x + x.squared }
      }
    }
    #expect(try await !result(check("(1 + x)^2"), expectation: Synthetic.fails).asExpected)
    #expect(try await result(check("1 + 2 x + x^2"), expectation: Synthetic.fails).asExpected)
  }

  /// At `t = 1/2` the squares of `t` and of `1 - t` are one: the check warns, and names the parameter.
  @Test func casesThatAreTooSpecial() async throws {
    struct Point: Sendable {
      let t: Double
      let gamma: Double
      let A: Matrix<Double>
    }
    func warnings(_ points: [Point]) async throws -> [String] {
      let check = Numerical("special", cases: points) { point in
        let (t, x) = (Interval(point.t), Interval(point.gamma) * Interval(point.A[0, 1]))
        Step("(1 - t)^2 x") { (1 - t).squared * x }
        Step("x - 2 t x + t^2 x") { x - 2 * t * x + t.squared * x }
        Rival("t^2 x + x", "cross term") { (t.squared + 1) * x }
      }
      let found = try await result(check)
      #expect(found.checks[0].verdict == .verified, "\(found.complaints)")
      return found.checks[0].warnings
    }
    let symmetric = Matrix<Double>([[1, 0.5], [0.5, 2]])
    let free = Matrix<Double>([[1, 0.5], [0.25, 2]])
    let all = try await warnings([Point(t: 0.5, gamma: 1, A: symmetric)])
    #expect(all.count == 3, "\(all)")
    for (name, text) in zip(["A", "gamma", "t"], all) { #expect(text.hasPrefix("\(name) is ")) }
    #expect(try await warnings([Point(t: 0.3, gamma: 0.7, A: free)]).isEmpty)
    let two = [Point(t: 0.5, gamma: 1, A: symmetric), Point(t: 0.25, gamma: 2, A: free)]
    #expect(try await warnings(two).isEmpty)
    // A case may be the parameter itself.
    #expect(SpecialCases.warnings([0.5]).first?.hasPrefix("the case is 1/2") == true)
    #expect(SpecialCases.warnings([0.5, 0.25]).isEmpty && SpecialCases.warnings(["a", "b"]).isEmpty)
  }

  @Test func relationOfTheFirstLine() async throws {
    func check(_ relation: Relation) -> any Check {
      Numerical("relation", cases: [0.3]) { x in
        Step("x", relation: relation) { Interval(x) }
        Step("1", relation: .atMost) { Interval(1) }
        Rival("x / 2", "half") { Interval(x) / 2 }
      }
    }
    try await expect(check(.atMost), says: "there is no line above it", beside: check(.equals))
  }

  /// A refuted inequality says which way it was meant.
  @Test func complaintsPrintTheRelation() async throws {
    let found = try await result(
      Numerical("relation", cases: [0.3]) { x in
        Step("x") { Interval(x) }
        Step("1", relation: .atLeast) { Interval(1) }
      })
    #expect(found.complaints.joined().contains("above >= here"))
  }
}
