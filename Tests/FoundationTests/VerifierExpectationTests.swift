import Testing

@testable import Arithmetic
@testable import Probability
@testable import Verification

/// Statements that documents make wrongly: every check must refute them and let the correction stand.
@Suite struct VerifierExpectationTests {
  /// The claim `E (1 + z)^2 = 1` with its correction two, or with something else for it.
  private func check(
    _ evidence: Evidence, claim: Int = 1, correction: Int? = 2
  ) -> any Check {
    switch evidence {
    case .exact:
      return Exact("claim", dimensions: [2]) { symbols, _ in
        let x = symbols.scalar()
        Step("x + x") { x + x }
        Step("claim") { Symbol(claim) * x }
        if let correction { Restatement("correction") { Symbol(correction) * x } }
      }
    case .enclosure:
      return Enclosure("claim", over: ["x": 1...2]) { p in
        let x = p["x"]
        Step("x + x") { x + x }
        Step("claim") { Dual(claim) * x }
        if let correction { Restatement("correction") { Dual(correction) * x } }
      }
    case .numerical:
      return Numerical("claim", cases: [1, 2]) { x in
        Step("x + x") { Interval(x + x) }
        Step("claim") { Interval(claim) * Interval(x) }
        if let correction { Restatement("correction") { Interval(correction) * Interval(x) } }
      }
    case .statistical:
      return Statistical("claim", cases: ["case"]) { _, draw in
        let z = draw.normal()
        Step("E (1 + z)^2") { (1 + z).squared }
        Step("claim") { Variate(claim) }
        if let correction { Restatement("correction") { Variate(correction) } }
      }
    }
  }

  private func result(
    _ expectation: Verification.Expectation = Synthetic.fails, @Checks _ checks: () -> Checks.Assembled
  ) async throws -> IdentityResult {
    try await Synthetic.verifier().verify(Synthetic.identity(expectation: expectation, checks))
  }

  @Test(arguments: Evidence.allCases) func falseStatementIsAsExpected(evidence: Evidence) async throws {
    let result = try await result { check(evidence) }
    #expect(result.verdict == .refuted && result.asExpected && result.complaints.isEmpty)
    #expect(result.checks[0].restatementsSurvive && result.counterexample?.line == "claim")
  }

  /// Refuting alone is not enough: a check that refutes anything would do so too.
  @Test(arguments: Evidence.allCases) func correctionMustSurvive(evidence: Evidence) async throws {
    for correction in [nil, 3] {
      let result = try await result { check(evidence, correction: correction) }
      #expect(result.verdict == .refuted && !result.asExpected)
      #expect(result.complaints.joined().contains("refuted, but no corrected line survives beside it"))
    }
  }

  @Test(arguments: Evidence.allCases) func trueStatementIsNotAsExpected(evidence: Evidence) async throws {
    let result = try await result { check(evidence, claim: 2, correction: 2) }
    #expect(!result.asExpected && !result.complaints.isEmpty)
  }

  /// A statement that fails and has a rival is verified when it turns out to be true, and complained about.
  @Test func verifiedAgainstExpectation() async throws {
    let result = try await result { Synthetic.lines(of: .numerical) }
    #expect(result.verdict == .verified && !result.asExpected)
    #expect(result.complaints.joined().contains("verified, but the statement is expected to fail"))
  }

  /// One check that refutes does not answer for another that does not.
  @Test(arguments: Evidence.allCases) func everyCheckMustRefute(evidence: Evidence) async throws {
    let mixed = try await result {
      check(evidence)
      Synthetic.lines(of: .numerical)
    }
    #expect(mixed.verdict == .refuted && !mixed.asExpected)
    #expect(mixed.complaints.count == 1)
    let empty = try await result {}
    #expect(!empty.asExpected && empty.complaints == ["T.1: the identity has no checks"])
  }

  /// A run is as expected when every identity is, and says which is not.
  @Test func runs() async throws {
    let good = Synthetic.identity("A", expectation: Synthetic.fails) { check(.numerical) }
    let bad = Synthetic.identity("B") { check(.numerical) }
    let run = try await Synthetic.verifier().verify([good, bad])
    #expect(run.identities.map(\.asExpected) == [true, false] && !run.asExpected)
    #expect(try await Synthetic.verifier().verify([good]).asExpected)
  }

  /// A check that also refutes a right step, or a false one without a correction below it, does not know the error.
  @Test func everyFailingStepHasItsCorrection() async throws {
    func chain(correctionBelowTheSecond: Bool) -> any Check {
      Numerical("a chain", cases: ["case"]) { _ in
        Step("one") { Interval(1) }
        Step("two") { Interval(2) }
        if correctionBelowTheSecond { Restatement("one again") { Interval(1) } }
        Step("three") { Interval(3) }
        Restatement("two again") { Interval(2) }
      }
    }
    let right = try await result { chain(correctionBelowTheSecond: true) }
    #expect(right.asExpected)
    let wrong = try await result { chain(correctionBelowTheSecond: false) }
    #expect(wrong.verdict == .refuted && !wrong.asExpected)
    #expect(wrong.complaints.joined().contains("no corrected line stands below the step two"))
  }

  /// A correction that reads as the false line does corrects nothing.
  @Test func aCorrectionSaysSomethingElse() async throws {
    let result = try await result {
      Numerical("a twin", cases: ["case"]) { _ in
        Step("one") { Interval(1) }
        Step("two") { Interval(2) }
        Restatement("two") { Interval(1) }
      }
    }
    #expect(!result.asExpected)
  }
}
