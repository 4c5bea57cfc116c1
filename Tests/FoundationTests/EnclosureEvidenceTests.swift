import Testing

@testable import Arithmetic
@testable import Verification

/// What enclosures claim of a whole box: true where it holds, and never a pass where it fails between points.
@Suite struct EnclosureEvidenceTests {
  private func verdict(_ check: any Check) async throws -> (verdict: Verdict, reason: String) {
    let result = try await Synthetic.verifier().verify(Synthetic.identity { check }).checks[0]
    return (result.verdict, result.reason)
  }

  /// A check of one relation over the unit interval, with a rival that is far off.
  private func check(
    _ relation: Relation, precision: Double = 0x1p-20, mostPieces: Int = 20_000,
    _ left: @escaping @Sendable (Dual<Interval>) -> Dual<Interval>,
    _ right: @escaping @Sendable (Dual<Interval>) -> Dual<Interval>
  ) -> Enclosure<Void> {
    Enclosure("unit interval", over: ["x": 0...1], precision: precision, mostPieces: mostPieces) { p in
      let x = p["x"]
      Step("left") { left(x) }
      Step("right", relation: relation) { right(x) }
      Rival("far", "far off", relation: .equals) { left(x) + 10 }
    }
  }

  private static func square(_ x: Dual<Interval>) -> Dual<Interval> { x.squared }

  @Test func trueEqualities() async throws {
    #expect(
      try await verdict(check(.equals, { ($0 + 1).squared }, { $0.squared + 2 * $0 + 1 })).verdict
        == .verified)
    let angle = check(.equals, { (2 * .sin($0) * .cos($0)) as Dual }, { .sin(2 * $0) })
    #expect(try await verdict(angle).verdict == .verified)
    let exponential = check(.equals, { Dual.exp($0) * Dual.exp(1 - $0) }, { Dual.exp(0 * $0 + 1) })
    #expect(try await verdict(exponential).verdict == .verified)
  }

  /// Tight in the middle of the box, where the difference has a double zero, and at its ends.
  @Test func tightInequalities() async throws {
    #expect(try await verdict(check(.atMost, { $0 * (1 - $0) }, { 0 * $0 + 1 / 4 })).verdict == .verified)
    #expect(
      try await verdict(check(.atLeast, { ($0 - 1 / 3).squared + 1 }, { 0 * $0 + 1 })).verdict == .verified)
    #expect(try await verdict(check(.atLeast, { Dual.exp($0) }, { 1 + $0 })).verdict == .verified)
    #expect(try await verdict(check(.atMost, { $0.squared }, { $0 })).verdict == .verified)
  }

  @Test func falseInequalities() async throws {
    #expect(try await verdict(check(.atMost, { $0 * (1 - $0) }, { 0 * $0 + 6 / 25 })).verdict == .refuted)
    #expect(try await verdict(check(.atLeast, { Dual.exp($0) }, { 1 + $0 + $0.squared })).verdict == .refuted)
    #expect(try await verdict(check(.atMost, { $0 }, { $0.squared })).verdict == .refuted)
  }

  /// The claim fails on a region of width 2e-3, wherever that lies between the points first looked at.
  @Test(arguments: stride(from: 0.0123, to: 1, by: 0.0617).map { $0 }, [Relation.equals, .atMost])
  func narrowFailure(center: Double, relation: Relation) async throws {
    let bump = { @Sendable (x: Dual<Interval>) in Dual.exp(-((x - Dual(center)) / Dual(1e-3)).squared) }
    let result = try await verdict(check(relation, { 1 + bump($0) / 100 }, { 0 * $0 + 1 }))
    #expect(result.verdict == .refuted)
  }

  /// A region too narrow to be found with few pieces leaves the claim open.
  @Test(arguments: [1, 2, 10, 50]) func tooFewPieces(mostPieces: Int) async throws {
    let bump = { @Sendable (x: Dual<Interval>) in Dual.exp(-((x - Dual(0.4321)) / Dual(1e-9)).squared) }
    let hidden = check(.equals, mostPieces: mostPieces, { 1 + bump($0) / 100 }, { 0 * $0 + 1 })
    let result = try await verdict(hidden)
    #expect(result.verdict != .verified)
    if mostPieces <= 10 { #expect(result.reason.contains("not settled after")) }
  }

  /// A true claim that would need more pieces is not taken on trust.
  @Test func trueClaimWithTooFewPieces() async throws {
    func claim(_ pieces: Int) -> Enclosure<Void> {
      check(.atMost, mostPieces: pieces, { $0 * (1 - $0) }, { 0 * $0 + 1 / 4 })
    }
    #expect(try await verdict(claim(60)).verdict == .inconclusive)
    #expect(try await verdict(claim(20_000)).verdict == .verified)
  }

  /// What cannot be enclosed is not verified: a division by zero inside the box, a root of negative numbers.
  @Test func undefinedInside() async throws {
    let quotient = check(.equals, { ($0 - 1 / 3) / ($0 - 1 / 3) }, { 0 * $0 + 1 })
    #expect(try await verdict(quotient).verdict == .inconclusive)
    // Where half of the box has no root or logarithm, the other half cannot speak for it.
    let root = check(.equals, { Dual.sqrt($0 - 1 / 2) }, { Dual.sqrt($0 - 1 / 2) })
    #expect(try await verdict(root).verdict == .inconclusive)
    let logarithm = check(.atMost, { Dual.log($0 - 1 / 2) }, { 0 * $0 + 10 })
    #expect(try await verdict(logarithm).verdict == .inconclusive)
  }

  /// A failure at one corner of a box of three dimensions, and its counterexample.
  @Test func corner() async throws {
    let check = Enclosure("corner", over: ["x": 0...1, "y": 0...1, "z": 0...1]) { p in
      let product = p["x"] * p["y"] * p["z"]
      Step("x y z") { product }
      Step("below one", relation: .atMost) { 0 * product + 999 / 1000 }
    }
    let result = try await Synthetic.verifier().verify(Synthetic.identity { check })
    #expect(result.counterexample?.left == "[1.0, 1.0]")
    #expect(result.counterexample?.caseLabel.hasSuffix("; x = 1, y = 1, z = 1") == true)
  }

  /// Agreement is shown to the stated precision and no further.
  @Test func precision() async throws {
    // A point where the relation certainly fails refutes it, however little.
    let offset = check(.equals, precision: 0x1p-10, { $0 + 1 }, { $0 + 1 + Dual(0x1p-30) })
    #expect(try await verdict(offset).verdict == .refuted)
    let fine = check(.equals, precision: 0x1p-26, { ($0 + 1).squared }, { $0.squared + 2 * $0 + 1 })
    let verified = try await Synthetic.verifier().verify(Synthetic.identity { fine }).checks[0]
    #expect(verified.verdict == .verified && verified.resolution == 0x1p-26)
    let comparison = try #require(verified.tightest)
    #expect(
      comparison.discrepancy <= comparison.tolerance && comparison.tolerance <= 0x1p-26 * comparison.scale)
  }

  /// A parameter that goes round its dual, on both lines alike or by a branch, leaves the derivatives behind.
  @Test func parametersOutOfTheirDuals() async throws {
    let bump = { @Sendable (x: Dual<Interval>) in
      let away = x.value - Interval(0.4321)
      return Dual(constant: Interval.exp(-(away / Interval(0.01)).squared))
    }
    let both = check(.equals, { 1 + $0 + bump($0) }, { $0 + bump($0) + 1 })
    #expect(try await verdict(both).reason.contains("a line's derivatives do not explain its values"))
    let branch = { @Sendable (x: Dual<Interval>) -> Dual<Interval> in x.value.midpoint < 0.3 ? x : x + 1 }
    let branching = check(.equals, { 1 + branch($0) }, { branch($0) + 1 })
    #expect(try await verdict(branching).reason.contains("a line's derivatives do not explain its values"))
    let narrow = { @Sendable (x: Dual<Interval>) in
      let away = x - Dual(0.4321)
      return Dual.exp(-(away / Dual(0.01)).squared)
    }
    #expect(
      try await verdict(check(.equals, { 1 + $0 + narrow($0) }, { $0 + narrow($0) + 1 })).verdict == .verified
    )
  }

  /// A literal is the decimal that it reads as: true at 0.99 and 0.01, false a hundredth of a percent beside it.
  @Test func decimalLiterals() async throws {
    func claim(_ beta: Double) -> Enclosure<(Double, Double)> {
      Enclosure("weights", cases: [(0.99, beta)], over: ["x": 0.5...1]) { pair, p in
        let (alpha, beta) = (Dual<Interval>(pair.0), Dual<Interval>(pair.1))
        Step("(1 - alpha) x") { (1 - alpha) * p["x"] }
        Step("beta x") { beta * p["x"] }
        Rival("alpha x", "the other weight") { alpha * p["x"] }
      }
    }
    #expect(try await verdict(claim(0.01)).verdict == .verified)
    #expect(try await verdict(claim(0.010001)).verdict == .refuted)
  }

  /// The precision is the same with cases and without.
  @Test func onePrecision() async throws {
    // The greatest value of x - x^3 is 2 / sqrt(27) = 0.38490018.
    let alone = Enclosure("cubic", over: ["x": 0...1]) { p in
      Step("x - x^3") { p["x"] - p["x"].power(3) }
      Step("0.3849", relation: .atMost) { Dual(0.3849) + 0 * p["x"] }
      Rival("0.38", "too small") { Dual(0.38) + 0 * p["x"] }
    }
    let cases = Enclosure("cubic", cases: [0.3849, 0.384901], over: ["x": 0...1]) { bound, p in
      Step("x - x^3") { p["x"] - p["x"].power(3) }
      Step("a bound", relation: .atMost) { Dual(bound) + 0 * p["x"] }
      Rival("0.38", "too small") { Dual(0.38) + 0 * p["x"] }
    }
    #expect(alone.precision == cases.precision && alone.mostPieces == cases.mostPieces)
    let (one, other) = (try await verdict(alone).verdict, try await verdict(cases).verdict)
    #expect(one == .refuted && other == .refuted)
  }

  /// A sum whose terms cancel is judged by its rival; what is zero by construction by nothing.
  @Test func linesThatAreZero() async throws {
    func claim(_ right: @escaping @Sendable (Dual<Interval>) -> Dual<Interval>) -> Enclosure<Void> {
      Enclosure("zero", over: ["x": 0.25...1]) { p in
        let x = p["x"]
        Step("sin(2x) - 2 sin x cos x") { Dual.sin(2 * x) - 2 * Dual.sin(x) * Dual.cos(x) }
        Step("0") { right(x) }
        Rival("sin(2x) - sin x cos x", "two forgotten") { Dual.sin(2 * x) - Dual.sin(x) * Dual.cos(x) }
      }
    }
    #expect(try await verdict(claim { _ in 0 }).verdict == .verified)
    #expect(try await verdict(claim { $0 / 1_000_000_000 }).verdict == .refuted)
  }

  /// Where the difference is monotone its corners enclose it: a tight inequality in two parameters needs no cut of
  /// its own, only those that every box gets.
  @Test func corners() async throws {
    let check = Enclosure("corner", over: ["x": 0...1, "y": 0...1], precision: 0x1p-40, mostPieces: 130) {
      p in
      let (x, y) = (p["x"], p["y"])
      Step("1 + x + y") { 1 + x + y }
      Step("exp(x + y) + (x + y) / 16", relation: .atMost) { Dual.exp(x + y) + x / 16 + y / 16 }
      Rival("exp(x)", "a factor forgotten") { Dual.exp(x) }
    }
    let found = try await verdict(check)
    #expect(found.verdict == .verified, "\(found.reason)")
  }
}
