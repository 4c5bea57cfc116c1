import Foundation
import Testing

@testable import Arithmetic
@testable import Catalogue
@testable import Probability
@testable import Verification

/// The verifier under many seeds: the catalogue's p-values are uniform, and a wrong p-value is noticed.
@Suite struct ReseedingTests {
  static let seeds = ProcessInfo.processInfo.environment["IDENTITIES_FULL"] == nil ? 10 : 1000

  // The whole catalogue. A thousandth is the chance that calibrated checks fail this: it is shared among all
  /// fits, as Bonferroni does, because the fits of components and lines of one case depend on each other.
  @Test func catalogueIsCalibrated() async throws {
    let table = try await Reseeding.run(Catalogue.identities, seeds: Self.seeds, samples: 1 << 14)
    let holding = try Catalogue.identities.filter { $0.expectation == .holds }
    let checks = holding.flatMap { identity in
      identity.checks.filter { $0.evidence == .statistical }.map { "\(identity.id), \($0.name)" }
    }
    let seen = Set(table.entries.map { "\($0.identity), \($0.check)" })
    #expect(!checks.isEmpty && seen.isSuperset(of: checks))
    #expect(table.falseRefutations == 0)
    #expect(table.leastFit >= table.threshold, "\(table.markdown)")
    #expect(table.isCalibrated)
  }

  /// A line that is off by `bias` standard errors of one task's samples.
  private func identity(bias: Double, expectation: Verification.Expectation = .holds) -> Identity {
    Synthetic.identity(expectation: expectation) {
      Synthetic.lines(of: .numerical)
      Statistical("biased", cases: ["one", "two"]) { _, draw in
        let z = draw.normal()
        Step("sampled") { Vector([1 + z, 1 + draw.normal()]) }
        Step("claimed") { Vector([Variate(1 + bias / 64), Variate(1)]) }
        Rival("two", "factor two") { Vector([Variate(2), Variate(2)]) }
        Restatement("again") { Vector([1 + draw.normal(), 1 + z]) }
      }
    }
  }

  @Test func everyTrueLineHasItsRow() async throws {
    let table = try await Reseeding.run([identity(bias: 0)], seeds: 20, samples: 4096)
    #expect(table.entries.map(\.caseLabel) == ["one", "one", "two", "two"])
    #expect(
      table.entries.map(\.line) == ["step 2", "restatement of step 2", "step 2", "restatement of step 2"])
    #expect(table.entries.allSatisfy { $0.pValues.count == 2 && $0.pValues.allSatisfy { $0.count == 20 } })
    #expect(table.threshold == Reseeding.level / 8 && table.isCalibrated)
    // Where the statement fails only the restatement is true.
    let failing = try await Reseeding.run(
      [identity(bias: 64, expectation: Synthetic.fails)], seeds: 20, samples: 4096)
    #expect(failing.entries.map(\.line) == ["restatement of step 2", "restatement of step 2"])
    #expect(failing.falseRefutations == 0)
  }

  /// Two standard errors off is far from a refutation, and far from uniform p-values.
  @Test func biasIsCaught() async throws {
    let table = try await Reseeding.run([identity(bias: 2)], seeds: 100, samples: 4096)
    #expect(table.falseRefutations == 0 && table.leastFit < table.threshold && !table.isCalibrated)
    // The distribution functions of |N(0, 1)| and |N(2, 1)| are this far apart, and that of a sample is as near to its
    // own as Dvoretzky, Kiefer, Wolfowitz and Massart say, but for the chance of `level`.
    let tail = { (x: Double) in erfc(x / 2.0.squareRoot()) / 2 }
    let gap = stride(from: 0, through: 4, by: 0x1p-6).map { tail($0 - 2) + tail($0 + 2) - 2 * tail($0) }
      .max()!
    let scatter = (Foundation.log(2 / Reseeding.level) / (2 * Double(table.seeds))).squareRoot()
    let expected = KolmogorovSmirnov.pValue(distance: gap - scatter, count: table.seeds)
    #expect(
      table.entries.filter { $0.line == "step 2" }.allSatisfy { ($0.fits.first?.pValue ?? 1) <= expected })
    #expect(table.entries.allSatisfy { ($0.fits.last?.pValue ?? 0) >= table.threshold })
  }

  /// Errors far larger are counted as what they are, false refutations of a line said to be true.
  @Test func falseRefutationsAreCounted() async throws {
    let table = try await Reseeding.run([identity(bias: 64)], seeds: 10, samples: 4096)
    #expect(table.entries.map(\.falseRefutations) == [10, 0, 10, 0])
    #expect(table.falseRefutations == 20 && !table.isCalibrated)
  }

  /// Inequalities, biased lines and lines equal sample by sample have no p-values, but can be refuted.
  @Test func linesWithoutPValues() async throws {
    let identity = Synthetic.identity {
      Statistical("others", cases: ["case"]) { _, draw in
        let z = draw.normal()
        Step("one") { 1 + z }
        Step("two", relation: .atMost) { Variate(2) }
        Step("about two", bias: 0.1) { Variate(2.05) + draw.normal() }
        Restatement("one", because: "the same") { Variate(2) }
      }
    }
    let table = try await Reseeding.run([identity], seeds: 5, samples: 4096)
    #expect(table.entries.map(\.pValues.count) == [0, 0, 0] && table.falseRefutations == 0)
    #expect(table.leastFit == 1)
  }

  /// The seeds are the ones said, each the seed of a run, whatever the width.
  @Test func seedsAreThoseOfRuns() async throws {
    let identity = identity(bias: 0)
    let table = try await Reseeding.run([identity], seeds: 7, samples: 4096, from: .max - 2, width: 3)
    let again = try await Reseeding.run([identity], seeds: 7, samples: 4096, from: .max - 2, width: 1)
    #expect(table.entries.map(\.pValues) == again.entries.map(\.pValues))
    for (k, seed) in [UInt64.max - 2, .max - 1, .max, 0, 1, 2, 3].enumerated() {
      let run = try await Verifier(seed: seed, resolution: 0.5, sampleBudget: 1).verify(identity)
      let pValues = run.checks[1].examinations.flatMap {
        $0.comparisons.filter { $0.line != 2 }.map(\.pValues)
      }
      #expect(table.entries.map { $0.pValues.map { $0[k] } } == pValues)
    }
  }

  @Test func argumentsAreChecked() async throws {
    for (seeds, samples, width, name) in [(0, 1, 1, "seeds"), (1, 0, 1, "samples"), (1, 1, -1, "width")] {
      let error = await #expect(throws: InvalidArgument.self) {
        try await Reseeding.run([], seeds: seeds, samples: samples, width: width)
      }
      #expect(error?.argument == name)
    }
    #expect(try await Reseeding.run([], seeds: 3).isCalibrated)
  }

  /// Every row has its seven cells, whatever is in the names.
  @Test func tableIsSafe() async throws {
    let identity = Synthetic.identity {
      Statistical("|x| and $y$", cases: ["a|b"]) { _, draw in
        Step("one") { 1 + draw.normal() }
        Step("again") { 1 + draw.normal() }
      }
    }
    let table = try await Reseeding.run([identity], seeds: 3).markdown
    let rows = table.split(separator: "\n").filter { $0.hasPrefix("|") }
    #expect(rows.count == 3 && rows.allSatisfy { $0.count { $0 == "|" } == 8 })
    #expect(rows[2].hasPrefix("| T.1 | &#124;x&#124; and &#36;y&#36;; a&#124;b | step 2 | 3 | "))
    #expect(table.contains("`swift run verify reseed 3`") && table.hasSuffix("|\n"))
  }

  /// The statistic against hand-made samples, and its probability against exact values.
  @Test func kolmogorovSmirnov() {
    #expect(KolmogorovSmirnov.distance([0.5]) == 0.5)
    #expect(KolmogorovSmirnov.distance([0.75, 0.25]) == 0.25)
    #expect(KolmogorovSmirnov.distance([0.1, 0.2, 0.3, 0.4]) == 0.6)
    #expect(KolmogorovSmirnov.distance([0.6, 0.7, 0.8, 0.9]) == 0.6)
    // Exact probabilities by the recursion of Marsaglia, Tsang and Wang (2003), whose own example is the first.
    let exact: [(n: Int, distance: Double, pValue: Double)] = [
      (10, 0.274, 0.371520384543), (10, 0.1, 0.99963712), (10, 0.45, 0.0228918103117),
      (20, 0.2, 0.352720173623), (100, 0.05, 0.953215971064), (100, 0.136, 0.0448602997908),
      (100, 0.2, 0.000555192732799), (100, 0.25, 5.40887177643e-06), (1000, 0.02, 0.81089716569),
      (1000, 0.043, 0.0481109876519), (1000, 0.06, 0.00142859788795), (1000, 0.08, 5.15418938479e-06),
    ]
    for (n, distance, pValue) in exact {
      #expect((KolmogorovSmirnov.pValue(distance: distance, count: n) - pValue).magnitude <= 0.003)
      if n >= 100 {
        // The tails that decide: right to an eighth of themselves.
        #expect((KolmogorovSmirnov.pValue(distance: distance, count: n) / pValue - 1).magnitude <= 0.125)
      }
    }
    #expect(KolmogorovSmirnov.pValue(distance: 0, count: 100) == 1)
    #expect(KolmogorovSmirnov.pValue(distance: 1, count: 100) < 1e-80)
  }
}
