import Foundation
import Testing

@testable import Probability
@testable import Verification

/// A statistical check keeps what it promises: an error as large as its resolution is refuted, and a true line
/// is not.
@Suite struct ResolutionTests {
  /// All of a thousand seeds where the tests are run in full, a fifth of them otherwise.
  static let seeds: UInt64 = ProcessInfo.processInfo.environment["IDENTITIES_FULL"] == nil ? 200 : 1000
  /// One seed in a thousand may miss an error of the size of the resolution: none of the fifth may.
  static let mostMissed = Int(seeds) / 1000
  static let resolution = 0.05

  /// Noise of one standard deviation, symmetric or skewed, about a mean that the other line has but for an error.
  ///
  /// The larger of the two lines has the scale, so that the error is `error` relative to it.
  private func identity(_ noise: String, error: Double) -> Identity {
    Synthetic.identity {
      Statistical("known noise", cases: [noise]) { noise, draw in
        let sampled: Variate =
          switch noise {
          case "normal": 1 + draw.normal()
          case "exponential": draw.exponential()
          default: Variate(1) + draw.choice([-1, 1], weights: [0.5, 0.5])
          }
        Step("sampled") { sampled }
        Step("claimed") { Variate(1 - error) }
        Rival("half", "factor") { Variate(0.5) }
      }
    }
  }

  private func verdicts(_ noise: String, error: Double) async throws -> [Verdict] {
    let identity = identity(noise, error: error)
    return try await (0..<Self.seeds).concurrentMap(width: 2) { seed in
      try await Verifier(seed: seed, resolution: Self.resolution, sampleBudget: 1 << 20, width: 1)
        .verify(identity).verdict
    }
  }

  @Test(arguments: ["normal", "exponential", "sign"], [1.0, -1.0])
  func errorOfTheResolutionIsRefuted(noise: String, sign: Double) async throws {
    // An error upwards makes the other line the larger: relative to it, r / (1 + r) would be less than r.
    let error = sign > 0 ? Self.resolution : -Self.resolution / (1 - Self.resolution)
    let verdicts = try await verdicts(noise, error: error)
    #expect(verdicts.count { $0 != .refuted } <= Self.mostMissed)
  }

  /// The error budget allows one false refutation in 10^9 checks.
  @Test(arguments: ["normal", "exponential", "sign"])
  func nothingTrueIsRefuted(noise: String) async throws {
    let verdicts = try await verdicts(noise, error: 0)
    #expect(verdicts.allSatisfy { $0 == .verified })
  }

  /// What is verified states a resolution at least as fine as the one asked for, and the samples it took.
  @Test(arguments: [0.1, 0.05, 0.02]) func resolutionIsReached(goal: Double) async throws {
    let verifier = try Verifier(resolution: goal, sampleBudget: 1 << 22)
    let check = try await verifier.verify(identity("normal", error: 0)).checks[0]
    #expect(check.verdict == .verified)
    #expect(try #require(check.resolution) <= goal)
    // At the resolution, the radius and what a normal mean falls short by are within it; noise and scale are one.
    let n = Double(try #require(check.samples))
    let level = Foundation.log(4 * 12 * 2 / ErrorBudget.ofCheck)
    let deviations = (2 * level).squareRoot() + ErrorBudget.normalQuantile(upperTail: ErrorBudget.ofOversight)
    #expect(n >= (deviations / goal) * (deviations / goal))
  }
}
