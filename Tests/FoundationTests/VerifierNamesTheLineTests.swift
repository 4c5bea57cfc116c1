import Testing

@testable import Arithmetic
@testable import Verification

/// Where a line is wrong the verifier says which, in every kind of evidence.
@Suite struct VerifierNamesTheLineTests {
  @Test(arguments: Evidence.allCases)
  func trueDerivationIsVerified(evidence: Evidence) async throws {
    let result = try await Synthetic.verifier().verify(
      Synthetic.identity { Synthetic.lines(of: evidence) })
    #expect(result.verdict == .verified, "\(result.complaints)")
    #expect(result.asExpected && result.complaints.isEmpty && result.counterexample == nil)
    #expect(result.checks[0].rivals.map(\.refuted) == [true])
    #expect(result.checks[0].stepComparisons.count == 2)
  }

  @Test(arguments: Evidence.allCases)
  func wrongLastLineIsNamed(evidence: Evidence) async throws {
    let identity = Synthetic.identity { Synthetic.lines(of: evidence, third: 1) }
    let result = try await Synthetic.verifier(seed: 77).verify(identity)
    #expect(result.verdict == .refuted && !result.asExpected)
    let found = try #require(result.counterexample)
    #expect(found.line == "third" && found.step == 3 && found.check == "three lines")
    #expect(
      found.caseLabel.hasPrefix(result.checks[0].examinations[0].label) && found.replay == "T.1#1@seed=77")
    #expect(result.checks[0].stepComparisons.map(\.outcome) == [.agrees, .disagrees])
    let complaint = try #require(result.complaints.first)
    let label = found.caseLabel
    for text in ["T.1", "three lines", "line 3, third", label, found.left, found.right, found.replay] {
      #expect(complaint.contains(text), "\(text) is missing in \(complaint)")
    }
  }

  /// A wrong line in the middle breaks two comparisons, and the first of them is named.
  @Test(arguments: Evidence.allCases)
  func wrongMiddleLineIsNamed(evidence: Evidence) async throws {
    let identity = Synthetic.identity { Synthetic.lines(of: evidence, second: 1) }
    let result = try await Synthetic.verifier().verify(identity)
    let found = try #require(result.counterexample)
    #expect(found.line == "second" && found.step == 2)
    let steps = result.checks[0].stepComparisons
    #expect(steps.map(\.outcome) == [.disagrees, .disagrees])
    #expect(steps[0].right != steps[0].left)
  }

  /// Where both later lines are wrong alike, the third follows from the second and stands.
  @Test(arguments: Evidence.allCases)
  func laterLinesAreComparedWithTheLineAbove(evidence: Evidence) async throws {
    let identity = Synthetic.identity { Synthetic.lines(of: evidence, second: 1, third: 1) }
    let result = try await Synthetic.verifier().verify(identity)
    #expect(result.checks[0].stepComparisons.map(\.outcome) == [.disagrees, .agrees])
    #expect(result.checks[0].stepComparisons.map(\.reference) == [0, 1])
    #expect(result.counterexample?.step == 2)
  }

  /// The token of a counterexample gives the same numbers again, whatever the seed of who replays it.
  @Test(arguments: Evidence.allCases)
  func replayRefutesWithTheSameNumbers(evidence: Evidence) async throws {
    let identity = Synthetic.identity("III.4b") {
      Synthetic.lines(of: .numerical)
      Synthetic.lines(of: evidence, third: 1)
    }
    let found = try #require(try await Synthetic.verifier(seed: 5).verify(identity).counterexample)
    #expect(found.replay == "III.4b#2@seed=5")
    let again = try await Synthetic.verifier(seed: 6).replay(ReplayToken(found.replay), of: identity)
    #expect(again.verdict == .refuted && again.checks.count == 1)
    let replayed = try #require(again.counterexample)
    #expect(replayed.left == found.left && replayed.right == found.right && replayed.replay == found.replay)
    #expect(replayed.step == found.step && replayed.line == found.line)
  }

  /// A statistical counterexample prints other numbers under another seed: the seed is really used.
  @Test func seedsDiffer() async throws {
    let identity = Synthetic.identity { Synthetic.lines(of: .statistical, third: 1) }
    let texts = try await [1, 2].concurrentMap(width: 1) { seed in
      try await Synthetic.verifier(seed: seed).verify(identity).counterexample?.left
    }
    #expect(texts[0] != texts[1])
  }

  /// The first refuted case is the one that is named, with its number in the identity.
  @Test func theRefutedCaseIsNamed() async throws {
    let identity = Synthetic.identity {
      Numerical("cases", cases: [1, 2, 3]) { x in
        Step("x^2") { Interval(x * x) }
        Step("2 x, true at two only") { Interval(x == 1 ? 1 : 2 * x) }
        Rival("x + 7", "seven") { Interval(x + 7) }
      }
    }
    let result = try await Synthetic.verifier().verify(identity)
    #expect(result.counterexample?.caseLabel == "3" && result.counterexample?.replay == "T.1#3@seed=1")
    #expect(result.counterexample?.left == "9" && result.counterexample?.right == "6")
  }

  @Test func tokensReadBack() throws {
    let token = try ReplayToken("II.1#c#12@seed=18446744073709551615")
    #expect(token.identity == "II.1#c" && token.caseNumber == 12 && token.seed == .max)
    #expect(try ReplayToken(token.description) == token)
    for text in ["nonsense", "", "II.1c#1", "#1@seed=1", "II.1c#x@seed=1", "a#1@seed=18446744073709551616"] {
      let error = #expect(throws: InvalidArgument.self) { try ReplayToken(text) }
      #expect(error?.argument == "token" && error?.value == text)
    }
  }

  /// A token of another identity, or of a case that there is not, is refused instead of replaying nothing.
  @Test(arguments: ["T.9#1@seed=1", "T.1#0@seed=1", "T.1#2@seed=1"])
  func foreignTokensAreRefused(text: String) async throws {
    let identity = Synthetic.identity { Synthetic.lines(of: .numerical) }
    let error = await #expect(throws: InvalidArgument.self) {
      try await Synthetic.verifier().replay(ReplayToken(text), of: identity)
    }
    #expect(error?.argument == "token" && error?.value == text)
  }

  /// Replaying a case whose line throws says so.
  @Test func replayKeepsFailures() async throws {
    let identity = Synthetic.identity {
      Numerical("throws", cases: ["only"]) { _ in
        Step("a") { () throws -> Interval in throw InvalidArgument("a", is: 0, expected: "anything else") }
        Step("b") { Interval(1) }
      }
    }
    let again = try await Synthetic.verifier().replay(ReplayToken("T.1#1@seed=1"), of: identity)
    #expect(again.complaints.joined().contains("a is 0; expected anything else"))
  }
}
