import Testing

@testable import Arithmetic
@testable import Probability
@testable import Verification

/// Inequalities: `.atMost` and `.atLeast` read from the line above, in every kind of evidence that has an order.
@Suite struct VerifierRelationTests {
  private static let ordered: [Evidence] = [.enclosure, .numerical, .statistical]

  /// The derivation `1 (relation) other`, with a rival in a relation of its own that is false.
  private func check(
    _ evidence: Evidence, _ relation: Relation, _ other: Double, rival: Relation, _ wrong: Double
  ) -> any Check {
    switch evidence {
    case .exact, .numerical:
      return Numerical("numbers", cases: ["case"]) { _ in
        Step("one") { Interval(1) }
        Step("other", relation: relation) { Interval(other) }
        Rival("wrong", "relation", relation: rival) { Interval(wrong) }
      }
    case .enclosure:
      // One is x + (1 - x): the enclosure has to see that it is constant.
      return Enclosure("numbers", over: ["x": 0...1]) { p in
        Step("one") { p["x"] + (1 - p["x"]) }
        Step("other", relation: relation) { Dual(other) + 0 * p["x"] }
        Rival("wrong", "relation", relation: rival) { Dual(wrong) + 0 * p["x"] }
      }
    case .statistical:
      return Statistical("numbers", cases: ["case"]) { _, draw in
        Step("one") { draw.normal().squared }
        Step("other", relation: relation) { Variate(other) + draw.normal() }
        Rival("wrong", "relation", relation: rival) { Variate(wrong) + draw.normal() }
      }
    }
  }

  private func verdict(_ check: any Check) async throws -> Verdict {
    try await Synthetic.verifier().verify(Synthetic.identity { check }).verdict
  }

  @Test(arguments: ordered) func atMost(evidence: Evidence) async throws {
    #expect(try await verdict(check(evidence, .atMost, 2, rival: .atLeast, 2)) == .verified)
    #expect(try await verdict(check(evidence, .atMost, 1, rival: .atMost, 0.5)) == .verified)
    #expect(try await verdict(check(evidence, .atMost, 0.5, rival: .atLeast, 2)) == .refuted)
  }

  @Test(arguments: ordered) func atLeast(evidence: Evidence) async throws {
    #expect(try await verdict(check(evidence, .atLeast, 0.5, rival: .atMost, 0.5)) == .verified)
    #expect(try await verdict(check(evidence, .atLeast, 1, rival: .equals, 0.5)) == .verified)
    #expect(try await verdict(check(evidence, .atLeast, 2, rival: .atMost, 0.5)) == .refuted)
  }

  /// A rival whose inequality is true survives, and the check with it shows nothing.
  @Test(arguments: ordered) func trueRivalSurvives(evidence: Evidence) async throws {
    #expect(try await verdict(check(evidence, .atMost, 2, rival: .atMost, 3)) == .inconclusive)
    #expect(try await verdict(check(evidence, .equals, 1, rival: .atLeast, 0.5)) == .inconclusive)
  }

  /// A rival and a restatement without a relation of their own take that of their step.
  @Test func relationIsTakenFromTheStep() async throws {
    let check = Numerical("numbers", cases: ["case"]) { _ in
      Step("one") { Interval(1) }
      Step("two", relation: .atMost) { Interval(2) }
      Rival("half", "half") { Interval(0.5) }
      Restatement("three") { Interval(3) }
      Step("two", because: "again") { Interval(2) }
      Rival("three", "more") { Interval(3) }
    }
    let result = try await Synthetic.verifier().verify(Synthetic.identity { check })
    #expect(result.verdict == .verified, "\(result.complaints)")
    #expect(
      result.checks[0].lines.map(\.relation) == [.equals, .atMost, .atMost, .atMost, .equals, .equals])
  }

  /// Residues have no order: an inequality in an exact check, true or false, is refused.
  @Test(arguments: [Relation.atMost, .atLeast]) func exactKnowsNoOrder(relation: Relation) async throws {
    for inRival in [false, true] {
      let check = Exact("order") { symbols, _ in
        let x = symbols.scalar()
        Step("x^2") { x * x }
        Step("x^2 again", relation: inRival ? .equals : relation) { x.squared }
        Rival("x^2 + 1", "one", relation: inRival ? relation : .equals) { x * x + 1 }
      }
      let result = try await Synthetic.verifier().verify(Synthetic.identity { check })
      #expect(result.verdict == .inconclusive)
      #expect(result.checks[0].reason.contains("the only relation that exact evidence knows"))
    }
  }

  /// One <= 2 >= 1.5 is true line by line and says nothing of one and 1.5: such a chain is refused.
  @Test func directionsDoNotMix() async throws {
    let check = Numerical("numbers", cases: ["case"]) { _ in
      Step("one") { Interval(1) }
      Step("two", relation: .atMost) { Interval(2) }
      Rival("half", "half") { Interval(0.5) }
      Step("three halves", relation: .atLeast) { Interval(1.5) }
      Rival("three", "double") { Interval(3) }
    }
    let result = try await Synthetic.verifier().verify(Synthetic.identity { check })
    #expect(result.verdict == .inconclusive)
    #expect(result.checks[0].reason.contains("expected one direction"))
  }

  /// Bias widens what a simulated line may be off by, but cannot buy a pass.
  @Test func bias() async throws {
    func biased(_ bias: Double) -> Statistical<String> {
      Statistical("biased", cases: ["case"]) { _, draw in
        Step("one") { 1 + draw.normal() }
        Step("a little more", bias: bias) { Variate(1.15) }
        Rival("two", "factor two") { Variate(2) }
      }
    }
    let fine = try Synthetic.verifier(resolution: 0.1)
    let coarse = try Synthetic.verifier(resolution: 0.3)
    #expect(try await fine.verify(Synthetic.identity { biased(0) }).verdict == .refuted)
    #expect(try await coarse.verify(Synthetic.identity { biased(0.2) }).verdict == .verified)
    #expect(try await fine.verify(Synthetic.identity { biased(0.2) }).verdict == .inconclusive)
    #expect(try await coarse.verify(Synthetic.identity { biased(.infinity) }).verdict == .inconclusive)
    #expect(try await coarse.verify(Synthetic.identity { biased(.nan) }).verdict == .inconclusive)
  }
}
