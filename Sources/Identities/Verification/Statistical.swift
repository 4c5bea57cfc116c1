import Arithmetic
import Probability

/// Evidence that lines have the same expectation, by simulation that knows no closed form.
///
/// A component is judged by the largest mean among the components, and by its own standard deviation where that is
/// less, so that neither a large component nor an added constant hides an error. What happens less
/// often than about once in `leastSamples` samples is not seen.
///
/// Each line is a random variable of the same samples; neighbouring lines are compared by the mean of their
/// difference. Samples are added until the smallest relative discrepancy that would be refuted is below the
/// run's resolution, or the budget ends: then the check is inconclusive. Every look at the data has its part of
/// the check's false-alarm probability. What is never sampled is never seen: an expectation that is carried by
/// values rarer than one in the number of samples, as of exp(6 z - 18), needs another way to be written.
public struct Statistical<Case: Sendable>: Check {
  /// A few words that tell this check from the identity's others.
  public let name: String
  /// The kind of evidence that the check gives.
  public var evidence: Evidence { .statistical }
  /// The cases on which the lines are compared.
  public let cases: [Case]
  private var reading = Reading()
  private let written: @Sendable (Case, Draw) throws -> [Line<Variate>]

  /// A statistical check: the closure writes the derivation in random variables drawn from `draw`.
  ///
  /// The value of a line is a variable whose expectation the line speaks of.
  public init(
    _ name: String, cases: [Case],
    @Lines<Variate> _ lines: @escaping @Sendable (Case, _ draw: Draw) throws -> [Line<Variate>]
  ) {
    self.name = name
    self.cases = cases
    self.written = lines
  }

  /// The cases, each readable on its own.
  public var caseLabels: [String] { cases.map { "\($0)" } }

  /// How many blocks one task computes before it reports: enough to hide the cost of a task.
  private static var chunk: Int { 4 }

  /// How many chunks are waited for before they are merged: memory does not grow with the samples.
  private static var mostTallies: Int { 1024 }

  /// The lines of one block, with their values.
  private func lines(_ index: Int, _ settings: CaseSettings, block: Int) throws -> [Line<Variate>] {
    func drawn(_ block: Int) throws -> [Line<Variate>] {
      try reading.lines(
        written(cases[index], Draw(settings.stream(block: block))), case: index, settings)
    }
    var lines = try drawn(block)
    if lines.first?.hasDrawsOfItsOwn == true { lines[0] = try drawn(block + Self.ownDraws)[0] }
    return lines
  }

  /// The block from which a line has its own draws, and the one by which test functions are scaled: the budget ends far
  /// below.
  private static var ownDraws: Int { 1 << 40 }
  private static var pilot: Int { 1 << 41 }

  /// The names that code gives values to, and how, in a few words.
  public var computed: [(name: String, by: String)] { reading.computed }

  /// The check with the lines of a derivation, where it has none of its own.
  public func reading(_ derivation: Derivation) -> any Check {
    var check = self
    check.reading = Reading(derivation)
    return check
  }

  /// Compares the lines on one case.
  public func examine(case index: Int, _ settings: CaseSettings) async throws -> Examination {
    HeldMemory.isAskedFor
    // What is chosen by looking at samples is chosen by samples that the comparison does not have.
    _ = try lines(index, settings, block: Self.pilot)
    let first = try lines(index, settings, block: 0)
    try requireFunctionOfDraw(first, index, settings)
    let (pairings, texts) = (try Pairing.all(first), try Pairing.texts(first))
    let mostChunks = max(1, settings.sampleBudget / (Variate.blockSize * Self.chunk))
    var tally = Tally(pairings)
    var (done, look) = (0, 0)
    var next = 1
    var retired: [Int: Comparison] = [:]
    while true {
      for start in stride(from: done, to: next, by: Self.mostTallies) {
        let chunks = start..<min(next, start + Self.mostTallies)
        let merged = try await chunks.concurrentMap(width: settings.width) { [retired] chunk in
          try chunkTally(index, settings, pairings, texts, chunk, without: Set(retired.keys))
        }
        for part in merged { tally.merge(part) }
      }
      done = next
      look += 1
      // A line that was retired keeps the comparison that refuted it: its samples have stopped, the others' have not.
      let comparisons = tally.comparisons(
        share: ErrorBudget.ofCheck / Double(cases.count * Self.looks), resolution: settings.resolution
      ).map { retired[$0.line] ?? $0 }
      let isSettled = open(comparisons, texts).isEmpty && done >= min(mostChunks, Self.leastChunks)
      if done == mostChunks || look == Self.looks || isSettled {
        return Examination(
          label: caseLabels[index], number: settings.number, lines: texts, comparisons: comparisons,
          errorProbability: ErrorBudget.ofCheck / Double(cases.count),
          samples: done * Self.chunk * Variate.blockSize)
      }
      for comparison in comparisons
      where comparison.outcome == .disagrees && texts[comparison.line].role != .step {
        retired[comparison.line] = retired[comparison.line] ?? comparison
      }
      next = min(mostChunks, needed(done, comparisons, texts, settings.resolution))
    }
  }

  /// The fewest samples that a case is judged by, where the budget allows them.
  public static var leastSamples: Int { 1 << 20 }

  private static var leastChunks: Int { leastSamples / (Variate.blockSize * chunk) }

  /// Throws `InvalidArgument` where the same draw gives different lines: randomness from elsewhere, or a count of calls.
  private func requireFunctionOfDraw(
    _ first: [Line<Variate>], _ index: Int, _ settings: CaseSettings
  ) throws {
    let again = try lines(index, settings, block: 0)
    let values = try [first, again].map { try $0.map { try $0.value().map(\.samples) } }
    let bits = values.map { $0.map { $0.map { $0.map(\.bitPattern) } } }
    guard bits[0] == bits[1] else {
      throw InvalidArgument(
        "lines", is: "different for the same draw",
        expected: "randomness from the draw alone, see Draw.samples")
    }
  }

  /// How often the data may be looked at: the first look, and then enough to grow by any factor that a budget has.
  private static var looks: Int { 12 }

  /// How many chunks the next look should have: those that reach the resolution, from what `done` of them resolve.
  private func needed(_ done: Int, _ comparisons: [Comparison], _ texts: [LineText], _ goal: Double) -> Int {
    // The first looks are for rivals, each of which costs as much as a step until it is refuted.
    if done < Self.leastChunks { return min(Self.leastChunks, 16 * done) }
    let coarsest = open(comparisons, texts).compactMap(\.resolution).filter(\.isFinite).max() ?? 2 * goal
    let missing = (coarsest / goal) * (coarsest / goal)
    // A radius falls faster than the root of the samples, so a long way is shorter than it looks from here: most of
    // it at once, and the rest, with a little more, from nearby.
    let growth = missing > 1.25 ? min(16, 0.9 * missing) : max(1.01, 1.01 * missing)
    return Int((Double(done) * growth).rounded(.up))
  }

  /// The comparisons that more samples could still decide; a rival may survive one case and fall in another.
  ///
  /// A comparison without a finite resolution, of lines with NaN, infinities, no scale or different numbers of
  /// components, stays undecided however many samples follow.
  private func open(_ comparisons: [Comparison], _ texts: [LineText]) -> [Comparison] {
    comparisons.filter {
      !texts[$0.line].role.isRival && $0.outcome.isUndecided && $0.resolution?.isFinite == true
    }
  }

  /// The moments of one chunk; lines that are already refuted, and that no step stands on, are left out.
  private func chunkTally(
    _ index: Int, _ settings: CaseSettings, _ pairings: [Pairing], _ texts: [LineText], _ chunk: Int,
    without retired: Set<Int>
  ) throws -> Tally {
    var tally = Tally(pairings)
    for block in (chunk * Self.chunk)..<((chunk + 1) * Self.chunk) {
      try Task.checkCancellation()
      let lines = try lines(index, settings, block: block)
      try Pairing.requireSame(lines, texts)
      tally.add(try lines.enumerated().map { try retired.contains($0) ? [] : $1.value() }, without: retired)
    }
    return tally
  }
}

extension Statistical {
  /// The moments of every line and of every difference so far.
  private struct Tally: Sendable {
    let pairings: [Pairing]
    var lines: [[Moments]] = []
    var differences: [[Moments]] = []
    var mismatch: [String?]
    /// What identifies the first block's samples of each component, and the means of all blocks.
    private var firstBlock: [UInt64?] = []
    private var blockMeans: [[Moments]] = []
    private var repeats = 0

    init(_ pairings: [Pairing]) {
      self.pairings = pairings
      mismatch = pairings.map { _ in nil }
    }

    mutating func add(_ values: [[Variate]], without retired: Set<Int>) {
      var block = Tally(pairings)
      block.lines = values.map { $0.map(Moments.init) }
      for (i, pairing) in pairings.enumerated() {
        if retired.contains(pairing.line) {
          block.differences.append([])
          continue
        }
        let (left, right) = (values[pairing.reference], values[pairing.line])
        if left.count != right.count || left.isEmpty {
          block.mismatch[i] = "the lines have \(left.count) and \(right.count) components"
        }
        block.differences.append(zip(left, right).map { Moments($0 - $1) })
      }
      block.firstBlock = values.joined().map(\.fingerprint)
      block.blockMeans = block.differences.map { $0.map { Moments(mean: $0.mean) } }
      merge(block)
    }

    mutating func merge(_ other: Tally) {
      if lines.isEmpty {
        self = other
        return
      }
      repeats += other.repeats
      if zip(firstBlock, other.firstBlock).contains(where: { $0 != nil && $0 == $1 }) { repeats += 1 }
      for i in blockMeans.indices { Self.merge(other.blockMeans[i], into: &blockMeans[i]) }
      for i in lines.indices { Self.merge(other.lines[i], into: &lines[i]) }
      for i in differences.indices {
        mismatch[i] = mismatch[i] ?? other.mismatch[i]
        // A line that is left out from now on has no differences; any other has as many as before.
        if other.differences[i].count != differences[i].count, !other.differences[i].isEmpty {
          mismatch[i] =
            "the lines have \(differences[i].count) components in one block and "
            + "\(other.differences[i].count) in another"
        }
        Self.merge(other.differences[i], into: &differences[i])
      }
    }

    private static func merge(_ new: [Moments], into old: inout [Moments]) {
      for j in old.indices.prefix(new.count) { old[j].merge(new[j]) }
    }

    func comparisons(share: Double, resolution: Double) -> [Comparison] {
      let components = differences.reduce(0) { $0 + $1.count }
      return pairings.indices.map { i in
        comparison(i, probability: share / Double(max(1, components)), resolution: resolution)
      }
    }

    private func comparison(_ i: Int, probability: Double, resolution: Double) -> Comparison {
      let (pairing, difference) = (pairings[i], differences[i])
      let (left, right) = (lines[pairing.reference], lines[pairing.line])
      let rounding =
        (left + right).reduce(0) { max($0, $1.mean.magnitude, $1.variance.squareRoot()) } * 0x1p-44
      let radii = difference.map {
        ErrorBudget.radius($0, probability: probability) + pairing.bias + rounding
      }
      let size = (left + right).reduce(0) { max($0, $1.mean.magnitude) }
      let scales = zip(left, right).map { min(size, Self.spread($0, $1)) }
      let visible = zip(difference, radii).map { ErrorBudget.visible($0, radius: $1) }
      let coarsest = zip(visible, scales).map { $0 / $1 }.max() ?? .infinity
      let plain = Comparison(
        pairing, left: estimates(left), right: estimates(right), tolerances: radii, precision: .infinity,
        resolution: mismatch[i] == nil ? coarsest : nil,
        // Only an equality without bias has a difference of mean zero, and p-values that mean something.
        pValues: pairing.relation == .equals && pairing.bias == 0 ? difference.map(ErrorBudget.pValue) : [])
      if let mismatch = mismatch[i] { return plain.with(.undecided(mismatch)) }
      guard plain.outcome == .agrees else { return plain }
      if pairing.role != .restatement, let reason = degenerate(difference, left, right) {
        return plain.with(.undecided(reason))
      }
      if let worst = zip(scales, difference).first(where: { pairing.bias > resolution * $0.0 }) {
        return plain.with(
          .undecided(
            "the bias \(pairing.bias.short) alone is more than \(resolution.short) of the scale \(worst.0.short)"
          ),
          resolution: nil)
      }
      if let reason = dependence[i] { return plain.with(.undecided(reason), resolution: nil) }
      // Written so that a NaN is not seen as fine enough.
      guard coarsest <= resolution else {
        return plain.with(.undecided("\(left[0].count) samples resolve \(coarsest.short) of the scale"))
      }
      return plain
    }

    /// Why, for each comparison, its samples are not independent; nil where they may well be.
    ///
    /// The means of blocks scatter as the samples say, if those are independent; with 64 blocks or more a scatter half
    /// as large again has a probability below 1e-7 (chi-square with 63 degrees of freedom).
    private var dependence: [String?] {
      differences.indices.map { i in
        // A rare event's indicator may be zero all through many blocks; frozen samples repeat in every one.
        let blocks = blockMeans[i].first?.count ?? 0
        if 2 * repeats > blocks, repeats > 1 {
          return "blocks repeat their samples: randomness must come from the draw"
        }
        for (all, blocks) in zip(differences[i], blockMeans[i])
        where blocks.count >= 64 && blocks.standardError > 1.5 * all.standardError {
          return "the samples of a block depend on each other"
        }
        return nil
      }
    }

    /// The larger standard deviation of a component of two lines; none where neither varies.
    private static func spread(_ left: Moments, _ right: Moments) -> Double {
      let spread = max(left.variance, right.variance).squareRoot()
      return spread > 0 ? spread : .infinity
    }

    /// Why a difference without noise of its own says nothing about expectations.
    ///
    /// Lines that agree sample by sample are one formula written twice, and constants need no simulation.
    private func degenerate(_ difference: [Moments], _ left: [Moments], _ right: [Moments]) -> String? {
      for (j, moments) in difference.enumerated() {
        let spread = max(left[j].variance, right[j].variance, left[j].mean * left[j].mean)
        if moments.variance <= spread * 0x1p-80 {
          return "component \(j + 1) of the two lines is the same sample by sample: nothing is tested"
        }
      }
      return nil
    }

    private func estimates(_ moments: [Moments]) -> [Estimate] {
      moments.map { Estimate($0.mean, .standardError($0.standardError)) }
    }
  }
}

extension Comparison {
  /// The comparison with another outcome.
  func with(_ outcome: Outcome) -> Comparison { with(outcome, resolution: resolution) }

  /// The comparison with another outcome and resolution.
  func with(_ outcome: Outcome, resolution: Double?) -> Comparison {
    Comparison(
      line: line, reference: reference, outcome: outcome, discrepancy: discrepancy, tolerance: tolerance,
      scale: scale, resolution: resolution, pValues: pValues, place: place, left: left,
      right: right)
  }
}
