import Arithmetic
import Probability

/// What the statistical checks of identities come to under many seeds: whether their p-values are uniform, as
/// those of true lines are, and how many true lines are refuted.
///
/// Only lines that are expected to be true are looked at: the steps and restatements of statements that hold, and
/// the restatements of statements that fail.
public struct Reseeding: Sendable {
  /// The comparison of one line, on one case, under all seeds.
  public struct Entry: Sendable {
    /// The identity's id.
    public let identity: String
    /// The check's name.
    public let check: String
    /// The case, readable.
    public let caseLabel: String
    /// Which line is compared: `step 2`, or `restatement of step 2`.
    public let line: String
    /// How many seeds refuted it, at the share of the error budget that a run gives it.
    public let falseRefutations: Int
    /// The p-values of each component, with the seeds in order; empty where p-values mean nothing.
    ///
    /// Components of one vector are correlated, so each is a sample of its own and they are never pooled.
    public let pValues: [[Double]]

    /// How far the p-values of each component are from uniform, and how likely that is by chance.
    public var fits: [(distance: Double, pValue: Double)] {
      pValues.map {
        let distance = KolmogorovSmirnov.distance($0)
        return (distance, KolmogorovSmirnov.pValue(distance: distance, count: $0.count))
      }
    }
  }

  /// How many seeds there were.
  public let seeds: Int
  /// How many samples each seed drew for a case, at most.
  public let samples: Int
  /// The comparisons, in the order of the identities.
  public let entries: [Entry]

  /// The chance that the p-values of calibrated checks are called far from uniform, anywhere in the table.
  public static let level = 1e-3

  /// What a fit's p-value must not be below: the level shared among all fits, as Bonferroni does.
  public var threshold: Double { Self.level / Double(max(1, entries.reduce(0) { $0 + $1.pValues.count })) }

  /// The least probability among the fits; one if there are none.
  public var leastFit: Double { entries.flatMap { $0.fits.map(\.pValue) }.min() ?? 1 }

  /// How often a true line was refuted, over all comparisons and seeds.
  public var falseRefutations: Int { entries.reduce(0) { $0 + $1.falseRefutations } }

  /// Whether no true line was refuted and every fit is as good as chance allows.
  public var isCalibrated: Bool { falseRefutations == 0 && leastFit >= threshold }

  /// Runs the statistical checks of identities once with each of `seeds` seeds, from `first` on.
  ///
  /// A case draws `samples` numbers, rounded to whole tasks, half of them in nets where there are two tasks or more; the
  /// result does not depend on `width`. The edges of the draws are left out: what they carry would only excuse a line.
  /// Throws `InvalidArgument` unless seeds, samples and width are positive, and whatever a line throws.
  public static func run(
    _ identities: [Identity], seeds: Int, samples: Int = 1 << 15, from first: UInt64 = Verifier.defaultSeed,
    width: Int = 2
  ) async throws -> Reseeding {
    for (name, value) in [("seeds", seeds), ("samples", samples), ("width", width)] where value < 1 {
      throw InvalidArgument(name, is: value, expected: "a positive number")
    }
    let places = identities.flatMap(casesOfStatisticalChecks)
    let runs = try await (0..<seeds).concurrentMap(width: width) { k in
      var examinations: [Examination] = []
      for place in places {
        var settings = CaseSettings(
          seed: first &+ UInt64(k), identity: place.identity.id, number: place.number, resolution: 0.5,
          sampleBudget: samples, width: 1)
        settings.looksAtEdges = false
        examinations.append(try await place.check.examine(case: place.index, settings))
      }
      return examinations
    }
    return Reseeding(
      seeds: seeds, samples: samples,
      entries: places.indices.flatMap { c in entries(places[c], runs.map { $0[c] }) })
  }

  /// A case of a statistical check, with the number that keys its random streams.
  private struct Place: Sendable {
    let identity: Identity
    let check: any Check
    let index: Int
    let number: Int
  }

  private static func casesOfStatisticalChecks(_ identity: Identity) -> [Place] {
    var places: [Place] = []
    var number = 0
    for check in identity.checks {
      for index in check.caseLabels.indices {
        number += 1
        guard check.evidence == .statistical else { continue }
        places.append(Place(identity: identity, check: check, index: index, number: number))
      }
    }
    return places
  }

  private static func entries(_ place: Place, _ runs: [Examination]) -> [Entry] {
    let lines = runs[0].lines
    return runs[0].comparisons.indices.compactMap { i in
      let line = runs[0].comparisons[i].line
      let step = "step \(lines[...line].count { $0.role == .step })"
      let isTrue =
        switch lines[line].role {
        case .step: place.identity.expectation == .holds
        case .restatement: true
        case .rival: false
        }
      guard isTrue else { return nil }
      let comparisons = runs.map { $0.comparisons[i] }
      let components = comparisons.map(\.pValues.count).min() ?? 0
      let pValues = (0..<components).map { j in comparisons.map { $0.pValues[j] } }
      return Entry(
        identity: place.identity.id, check: place.check.name, caseLabel: runs[0].label,
        line: lines[line].role == .step ? step : "restatement of \(step)",
        falseRefutations: comparisons.count { $0.outcome == .disagrees },
        // A restatement may agree sample by sample, and then has no p-value.
        pValues: pValues.filter { !$0.contains(where: \.isNaN) })
    }
  }
}
