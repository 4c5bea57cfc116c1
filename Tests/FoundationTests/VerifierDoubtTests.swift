import Testing

@testable import Arithmetic
@testable import Probability
@testable import Verification

/// A check that shows nothing is inconclusive, with the reason in words; it never verifies.
@Suite struct VerifierDoubtTests {
  /// The one complaint of an identity with one check, which must be inconclusive.
  private func complaint(
    _ check: any Check, verifier: Verifier? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let identity = Synthetic.identity { check }
    let result = try await (verifier ?? Synthetic.verifier()).verify(identity)
    #expect(result.verdict == .inconclusive && !result.asExpected, sourceLocation: sourceLocation)
    #expect(result.complaints.count == 1, sourceLocation: sourceLocation)
    return result.complaints.joined()
  }

  /// The shapes a derivation of one true and otherwise harmless quantity can wrongly have.
  enum Shape: String, CaseIterable, Sendable {
    case withoutRival = "has no rival"
    case withSurvivingRival = "the rival twin survived every case"
    case withoutCases = "the check has no cases"
    case ofOneLine = "at least two lines"
    case beginningWithARival = "a derivation that begins with a step"
    case ofDifferentLengths = "components"
    case withThrowingLine = "division is 0; expected not zero"
    case withFalseRestatement = "the restatement four is refuted"
  }

  /// A derivation of that shape from lines for three, three and four.
  private func derivation<S: LineScalar>(
    _ shape: Shape, three: Step<S>, again: Step<S>, twin: Rival<S>, four: Rival<S>,
    falseRestatement: Restatement<S>,
    pair: Step<S>, throwing: Step<S>
  ) -> [Line<S>] {
    switch shape {
    case .withoutRival: Lines.buildBlock(lines(three), lines(again))
    case .withSurvivingRival: Lines.buildBlock(lines(three), lines(again), lines(twin), lines(four))
    case .withoutCases: Lines.buildBlock(lines(three), lines(again), lines(four))
    case .ofOneLine: Lines.buildBlock(lines(three), lines(four))
    case .beginningWithARival: Lines.buildBlock(lines(four), lines(three), lines(again))
    case .ofDifferentLengths: Lines.buildBlock(lines(three), lines(pair), lines(four))
    case .withThrowingLine: Lines.buildBlock(lines(three), lines(throwing), lines(four))
    case .withFalseRestatement:
      Lines.buildBlock(lines(three), lines(again), lines(falseRestatement), lines(four))
    }
  }
  private func lines<S: LineScalar>(_ step: Step<S>) -> [Line<S>] { Lines.buildExpression(step) }
  private func lines<S: LineScalar>(_ rival: Rival<S>) -> [Line<S>] { Lines.buildExpression(rival) }
  private func lines<S: LineScalar>(_ line: Restatement<S>) -> [Line<S>] { Lines.buildExpression(line) }

  private static let refusal = InvalidArgument("division", is: 0, expected: "not zero")

  @Test(arguments: Shape.allCases) func exact(shape: Shape) async throws {
    let text = try await complaint(
      Exact("shape", dimensions: shape == .withoutCases ? [] : [1, 2]) { symbols, d in
        let x = symbols.vector(d).squaredNorm
        return derivation(
          shape, three: Step("three") { x + x + x }, again: Step("again") { 3 * x },
          twin: Rival("twin", "none") { x * 3 }, four: Rival("four", "one more") { 4 * x },
          falseRestatement: Restatement("four") { 4 * x }, pair: Step("pair") { Vector([3 * x, x]) },
          throwing: Step("throws") { () throws -> Symbol in throw Self.refusal })
      })
    #expect(text.contains(shape.rawValue))
  }

  @Test(arguments: Shape.allCases) func enclosure(shape: Shape) async throws {
    let text = try await complaint(
      Enclosure("shape", cases: shape == .withoutCases ? [] : [1, 2], over: ["x": 1...2]) { n, p in
        let x = p["x"]
        return derivation(
          shape, three: Step("three") { x + x + x }, again: Step("again") { 3 * x },
          twin: Rival("twin", "none") { x * 3 }, four: Rival("four", "one more") { 4 * x },
          falseRestatement: Restatement("four") { 4 * x }, pair: Step("pair") { Vector([3 * x, x]) },
          throwing: Step("throws") { () throws -> Dual<Interval> in throw Self.refusal })
      })
    #expect(text.contains(shape.rawValue))
  }

  @Test(arguments: Shape.allCases) func numerical(shape: Shape) async throws {
    let text = try await complaint(
      Numerical("shape", cases: shape == .withoutCases ? [] : [1, 2]) { n in
        let x = Interval(n)
        return derivation(
          shape, three: Step("three") { x + x + x }, again: Step("again") { 3 * x },
          twin: Rival("twin", "none") { x * 3 }, four: Rival("four", "one more") { 4 * x },
          falseRestatement: Restatement("four") { 4 * x }, pair: Step("pair") { Vector([3 * x, x]) },
          throwing: Step("throws") { () throws -> Interval in throw Self.refusal })
      })
    #expect(text.contains(shape.rawValue))
  }

  @Test(arguments: Shape.allCases) func statistical(shape: Shape) async throws {
    let text = try await complaint(
      Statistical("shape", cases: shape == .withoutCases ? [] : [1, 2]) { n, draw in
        let (x, y) = (1 + draw.normal(), 1 + draw.normal())
        return derivation(
          shape, three: Step("three") { x + x + x }, again: Step("again") { 3 * y },
          twin: Rival("twin", "none") { y * 3 }, four: Rival("four", "one more") { 4 * y },
          falseRestatement: Restatement("four") { 4 * y }, pair: Step("pair") { Vector([3 * y, y]) },
          throwing: Step("throws") { () throws -> Variate in throw Self.refusal })
      })
    #expect(text.contains(shape.rawValue))
  }

  /// More lines in one case than in another, and other rivals in the same place.
  @Test func linesThatDifferFromCaseToCase() async throws {
    let more = Numerical("more", cases: [1, 2]) { n in
      Step("a") { Interval(1) }
      Step("b") { Interval(1) }
      Rival("c", "wrong") { Interval(2) }
      if n == 2 { Step("d") { Interval(1) } }
    }
    #expect(try await complaint(more).contains("the lines of case 2 are not those of case 1"))
    let other = Numerical("other", cases: [1, 2]) { n in
      Step("a") { Interval(1) }
      Step("b") { Interval(1) }
      if n == 1 {
        Rival("refuted", "wrong") { Interval(2) }
      } else {
        Rival("survives", "wrong") { Interval(1) }
      }
    }
    #expect(try await complaint(other).contains("the lines of case 2 are not those of case 1"))
  }

  /// A wrong line that only a later case has is refuted there.
  @Test func wrongLineOfALaterCase() async throws {
    let check = Numerical("more", cases: [1, 2]) { n in
      Step("a") { Interval(1) }
      Step("b") { Interval(1) }
      if n == 2 { Step("d") { Interval(3) } }
    }
    let result = try await Synthetic.verifier().verify(Synthetic.identity { check })
    #expect(result.counterexample?.line == "d" && result.counterexample?.step == 3)
  }

  @Test func identityWithoutChecks() async throws {
    let result = try await Synthetic.verifier().verify(Synthetic.identity {})
    #expect(result.verdict == .inconclusive && !result.asExpected)
    #expect(result.complaints == ["T.1: the identity has no checks"])
  }

  /// One check that verifies does not make up for another that is inconclusive.
  @Test func everyCheckCounts() async throws {
    let identity = Synthetic.identity {
      Synthetic.lines(of: .numerical)
      Numerical("no cases", cases: [Int]()) { _ in Step("a") { Interval(1) } }
    }
    #expect(try await Synthetic.verifier().verify(identity).verdict == .inconclusive)
  }
}
