import Arithmetic
import Probability

/// What statements about variables that are hard to average come to under many seeds: how often a true one is refuted, a
/// false one verified, and how many are left undecided.
public struct TailStudy: Sendable {
  /// The statement that a law has an expectation.
  public struct Entry: Sendable {
    /// What the variable is.
    public let law: String
    /// The expectation it is said to have.
    public let claim: Double
    /// Whether it has it.
    public let isTrue: Bool
    /// How many seeds verified it, refuted it and left it undecided.
    public let verified, refuted, undecided: Int

    /// How many seeds it was judged with.
    public var seeds: Int { verified + refuted + undecided }
    /// How many verdicts were wrong.
    public var wrong: Int { isTrue ? refuted : verified }
  }

  /// How many seeds there were.
  public let seeds: Int
  /// The most samples of a statement.
  public let samples: Int
  /// The statements, a true one before a false one of each law that has an expectation.
  public let entries: [Entry]

  /// The relative discrepancy that the statements are verified to.
  public static let resolution = 0.05

  /// How many verdicts were wrong, over all statements and seeds.
  public var wrong: Int { entries.reduce(0) { $0 + $1.wrong } }

  /// Judges the statements once with each of `seeds` seeds, from `first` on, by `samples` samples.
  ///
  /// Throws `InvalidArgument` unless seeds, samples and width are positive.
  public static func run(
    _ laws: [TailLaw] = TailLaw.all, seeds: Int, samples: Int = 1 << 16,
    from first: UInt64 = Verifier.defaultSeed,
    width: Int = 2
  ) async throws -> TailStudy {
    for (name, value) in [("seeds", seeds), ("samples", samples), ("width", width)] where value < 1 {
      throw InvalidArgument(name, is: value, expected: "a positive number")
    }
    let statements = laws.flatMap { law in
      (law.mean.isNaN ? [] : [(law, law.mean, true)]) + [(law, law.wrong, false)]
    }
    let entries = try await statements.concurrentMap(width: width) { law, claim, isTrue in
      var (verified, refuted) = (0, 0)
      let own = law.isLong ? max(1, seeds / 10) : seeds
      for k in 0..<own {
        let settings = CaseSettings(
          seed: first &+ UInt64(k), identity: law.name, number: 1, resolution: resolution,
          sampleBudget: samples,
          width: 1)
        switch try await law.check(claims: claim).examine(case: 0, settings).comparisons[0].outcome {
        case .agrees: verified += 1
        case .disagrees: refuted += 1
        case .undecided: break
        }
      }
      return Entry(
        law: law.name, claim: claim, isTrue: isTrue, verified: verified, refuted: refuted,
        undecided: own - verified - refuted)
    }
    return TailStudy(seeds: seeds, samples: samples, entries: entries)
  }

  /// The table as a page of Markdown.
  public var markdown: String {
    var page = """
      # Tails

      Made by `swift run verify tails \(seeds)`: statements about expectations that a few samples carry, each judged with
      \(seeds) seeds by at most \(samples) samples, to a resolution of \(Self.resolution.short). A true statement must never
      be refuted and a false one never be verified; where the samples cannot tell, the verdict is that they cannot.
      Here z, v and w are independent standard normal variables. Wrong verdicts: \(wrong) of \(entries.reduce(0) { $0 + $1.seeds }); variables of a hundred draws or more have a tenth of the seeds.

      | Variable | Claim | It is | Verified | Refuted | Undecided |
      | --- | ---: | --- | ---: | ---: | ---: |

      """
    for entry in entries {
      let law = entry.law.replacing("|", with: "&#124;")
      page += "| \(law) | \(entry.claim.short) | \(entry.isTrue ? "true" : "false") | "
      page += "\(entry.verified) | \(entry.refuted) | \(entry.undecided) |\n"
    }
    return page
  }
}
