import Arithmetic
import Foundation
import Testing

@testable import Probability
@testable import Verification

/// Tails are judged before means: neither a true nor a false statement that few samples carry is decided.
@Suite struct TailRuleTests {
  static let laws = TailLaw.all.map(\.name)
  static let seeds: UInt64 = ProcessInfo.processInfo.environment["IDENTITIES_FULL"] == nil ? 2 : 100

  private func outcomes(_ law: TailLaw, claims value: Double, budget: Int = 1 << 16) async throws -> [Outcome]
  {
    try await (0..<Self.seeds).concurrentMap(width: 2) { seed in
      let settings = CaseSettings(
        seed: seed, identity: "tail", number: 1, resolution: 0.05, sampleBudget: budget, width: 1)
      return try await law.check(claims: value).examine(case: 0, settings).comparisons[0].outcome
    }
  }

  /// What is true is never refuted, what is false never verified.
  @Test(arguments: laws) func nothingIsDecidedWrongly(name: String) async throws {
    let law = try #require(TailLaw.all.first { $0.name == name })
    if !law.mean.isNaN {
      #expect(try await outcomes(law, claims: law.mean).allSatisfy { $0 != .disagrees })
    }
    #expect(try await outcomes(law, claims: law.wrong).allSatisfy { $0 != .agrees })
  }

  /// Where tails are light the rule costs no verdict.
  @Test(arguments: ["Pareto, exponent 8.0", "Girsanov, drift 0.5, 4 steps"])
  func lightTailsAreDecided(name: String) async throws {
    let law = try #require(TailLaw.all.first { $0.name == name })
    #expect(try await outcomes(law, claims: law.mean, budget: 1 << 18).allSatisfy { $0 == .agrees })
    #expect(try await outcomes(law, claims: law.wrong).allSatisfy { $0 == .disagrees })
  }

  /// One million samples of `1 + w` know nothing of `exp(12 z - 72)`; the edge of its draw does, and says what to do.
  @Test func whatIsHiddenIsNamed() async throws {
    let check = Statistical("hidden", cases: ["case"]) { _, draw in
      let (w, z) = (draw.normal(), draw.normal())
      Step("sampled") { 1 + w + Variate.exp(12 * z - 72) }
      Step("claimed") { Variate(1) }
      Rival("two", "twice") { Variate(2) }
    }
    let result = try await Verifier(resolution: 0.02).verify(Synthetic.identity { check })
    #expect(result.verdict == .inconclusive)
    #expect(result.checks[0].reason.contains("the edge of draw 2"), "\(result.checks[0].reason)")
    #expect(result.checks[0].reason.contains("tilt the law"))
  }

  /// A rival that is true but for what is rare is not counted as refuted.
  @Test func trueRivalWithARarePart() async throws {
    let check = Statistical("rival", cases: ["case"]) { _, draw in
      Step("sampled") { 2 + draw.normal() }
      Step("claimed") { Variate(2) }
      Rival("the same, rarely", "none") { 1 + draw.normal() + draw.uniform().isBelow(1e-5) * 1e5 }
    }
    let result = try await Verifier(resolution: 0.05).verify(Synthetic.identity { check })
    #expect(result.checks[0].rivals.allSatisfy { !$0.refuted })
  }

  /// The mean excess of an exponential variable is below its bound as often as the level says.
  @Test(arguments: [32, 256]) func meanOfExcesses(count: Int) {
    let (level, trials) = (3.0, 4000)
    var stream = RandomStream(seed: 5, identity: "excesses", block: 0)
    let missed = (0..<trials).count { _ in
      let mean = (0..<count).reduce(0) { sum, _ in sum - Foundation.log(stream.nextDouble()) } / Double(count)
      return mean / TailRule.shortfall(count: count, level: level) < 1
    }
    let expected = Foundation.exp(-level) * Double(trials)
    #expect(Double(missed) <= expected + 6 * expected.squareRoot())
    // And the bound is no wider than Chernoff's has to be: within a factor of two in the exponent.
    #expect(missed > 0)
  }

  /// The second moment is below its bound: a normal law and Pareto laws whose own are known.
  @Test(arguments: [(0.0, 1.0), (8.0, 4 / 3.0), (5.0, 5 / 3.0)]) func secondMoment(
    exponent: Double, truth: Double
  ) {
    let level = ErrorBudget.level(1e-3)
    for seed in 0..<20 as Range<UInt64> {
      let draw = Draw(RandomStream(seed: seed, identity: "second moment", block: 0))
      let next = { exponent == 0 ? draw.normal() : Variate.exp(draw.exponential() / Variate(exponent)) }
      var (tail, moments) = (TailRule(reference: next()), Moments())
      for _ in 0..<32 {
        let block = next()
        tail.add(block)
        moments.merge(Moments(block))
      }
      let bound = tail.judgement(meanSquare: moments.meanSquare, count: moments.count, level: level)
        .secondMoment
      #expect(bound >= truth && bound <= 2 * truth)
    }
  }

  /// The least tail index is below the true one, and no variance is believed in where there is none.
  @Test(arguments: [1.1, 1.5, 2, 3]) func tailIndex(exponent: Double) {
    let draw = Draw(RandomStream(seed: 1, identity: "tail index", block: 0))
    var tail = TailRule(reference: Variate.exp(draw.exponential() / Variate(exponent)))
    for _ in 0..<64 { tail.add(Variate.exp(draw.exponential() / Variate(exponent))) }
    let judgement = tail.judgement(
      meanSquare: 1, count: 64 * Variate.blockSize, level: ErrorBudget.level(1e-9))
    #expect(judgement.index < exponent && judgement.index > 0.6 * exponent)
    #expect(exponent > 2 || judgement.secondMoment == .infinity)
  }
}
