import Arithmetic
import Formulas
import Probability

/// Evidence that lines have the same expectation, by simulation that knows no closed form.
///
/// A component is judged by its own mean, or, where that is not seen to differ from zero, by the largest mean among the
/// components; by its own standard deviation where that is less, so that neither a large component nor an added
/// constant hides an error; and by that alone beside a line that is the constant zero.
///
/// Each line is a random variable of the same samples; neighbouring lines are compared by the mean of their
/// difference. `TailRule` judges its tails and `EdgeProbe` the edges of the draws before its mean is looked at: what is
/// carried by a few samples is inconclusive. Samples are added until the smallest relative discrepancy that would be
/// refuted is below the run's resolution, a step is refuted, or the resolution is out of the budget's reach. Every look
/// at the data has its part of the check's false-alarm probability. What happens less often than about once in
/// `leastSamples` samples, other than at the edge of a draw, is not seen.
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
  private func lines(_ index: Int, _ settings: CaseSettings, _ draw: Draw) throws -> [Line<Variate>] {
    try reading.lines(written(cases[index], draw), case: index, settings)
  }

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
    // The first block that is read scales the test functions of weak readings: it is not part of the sample.
    let first = try lines(index, settings, Draw(settings.pilot))
    let (pairings, texts) = (try Pairing.all(first), try Pairing.texts(first))
    let work = Work(
      check: self, index: index, settings: settings, pairings: pairings, texts: texts,
      formulas: first.map(\.formula))
    let reference = try work.reference()
    let edges = try await work.edges(settings.looksAtEdges ? reference.places : [])
    // Nets for what has coordinates; independent samples for the tails, and for the mean where they do as well.
    let mostChunks = max(1, settings.sampleBudget / (Variate.blockSize * Self.chunk))
    let kinds: [Work.Kind] = reference.places.isEmpty || mostChunks == 1 ? [.plain] : [.plain, .net]
    var tallies = kinds.map { Tally(pairings, isPlain: $0 == .plain) }
    var done = kinds.map { _ in 0 }
    var next = kinds.map { _ in min(Self.firstChunks, mostChunks / kinds.count) }
    var look = 0
    var retired: [Int: Comparison] = [:]
    while true {
      for (m, kind) in kinds.enumerated() {
        for start in stride(from: done[m], to: next[m], by: Self.mostTallies) {
          let chunks = start..<min(next[m], start + Self.mostTallies)
          let parts = try await chunks.concurrentMap(width: settings.width) { [retired] chunk in
            try work.tally(kind, chunk, without: Set(retired.keys), reference.tails)
          }
          for part in parts { tallies[m].merge(part) }
        }
      }
      done = next
      look += 1
      let found = work.comparisons(tallies, edges)
      // A line that was retired keeps the comparison that refuted it: its samples have stopped, the others' have not.
      let comparisons = pairings.indices.map { i in
        retired[pairings[i].line] ?? found.dropFirst().reduce(found[0][i]) { Self.better($0, $1[i]) }
      }
      let sum = done.reduce(0, +)
      let ending = ending(comparisons, texts, sum, of: mostChunks, settings.resolution)
      if sum == mostChunks || look == Self.looks || ending != nil {
        return Examination(
          label: caseLabels[index], number: settings.number, lines: texts,
          comparisons: comparisons.map { $0.outcome.isUndecided ? $0.adding(ending ?? "") : $0 },
          errorProbability: ErrorBudget.ofCheck / Double(cases.count),
          samples: sum * Self.chunk * Variate.blockSize)
      }
      for comparison in comparisons
      where comparison.outcome == .disagrees && texts[comparison.line].role != .step {
        retired[comparison.line] = retired[comparison.line] ?? comparison
      }
      // One way of sampling goes on, the one that gets there with fewer samples.
      let wanted = open(comparisons, texts).map(\.line)
      let needs = found.indices.map { m in
        needed(done[m], found[m].filter { wanted.contains($0.line) }, settings.resolution)
      }
      let best = needs.indices.min { needs[$0] < needs[$1] }!
      let others = sum - done[best]
      // A long way is not gone at once: what it takes is better known from nearby.
      let total = min(16 * Double(sum), Double(others) + needs[best]).rounded(.up)
      next[best] =
        min(mostChunks, max(Int(total), sum < Self.leastChunks ? Self.leastChunks : sum + 1)) - others
    }
  }

  /// The comparison that says more: one that refutes, else the finer one.
  private static func better(_ a: Comparison, _ b: Comparison) -> Comparison {
    if a.outcome == .disagrees || a.resolution == nil { return a }
    if b.outcome == .disagrees { return b }
    return b.resolution ?? .infinity < a.resolution ?? .infinity ? b : a
  }

  /// Why no more samples are drawn, empty where there is nothing to say of it; nil where more are wanted.
  private func ending(
    _ comparisons: [Comparison], _ texts: [LineText], _ done: Int, of mostChunks: Int, _ goal: Double
  ) -> String? {
    // What a false step refutes is refuted; only the right version of it has still to be shown.
    let isRefuted = comparisons.contains { $0.outcome == .disagrees && texts[$0.line].role == .step }
    let open = open(comparisons, texts)
    if isRefuted, !open.contains(where: { texts[$0.line].role == .restatement }) { return "" }
    if done < min(mostChunks, Self.leastChunks) { return nil }
    if open.isEmpty { return "" }
    // The error falls at most with the root of the samples.
    let coarsest = (open.compactMap(\.resolution).max() ?? 0) / goal
    let samples = coarsest * coarsest * Double(done * Self.chunk * Variate.blockSize)
    let budget = mostChunks * Self.chunk * Variate.blockSize
    return samples <= 2 * Double(budget)
      ? nil : "it would take about \(samples.short), and the budget is \(budget)"
  }

  /// The fewest samples that a case is judged by, where the budget allows them.
  public static var leastSamples: Int { 1 << 20 }

  private static var leastChunks: Int { leastSamples / (Variate.blockSize * chunk) }

  /// The chunks of the first look, which rivals are refuted by: with 64 blocks the tails of the terms can be judged, and
  /// whether they are independent.
  private static var firstChunks: Int { 64 / chunk }

  /// How often the data may be looked at: the first look, and then enough to grow by any factor that a budget has.
  private static var looks: Int { 12 }

  /// How many chunks one way of sampling should have in the end: those that reach the resolution, from what `done` of
  /// them resolve.
  private func needed(_ done: Int, _ open: [Comparison], _ goal: Double) -> Double {
    let coarsest = open.map { $0.resolution?.ifNumber ?? .infinity }.max() ?? goal
    let missing = (coarsest / goal) * (coarsest / goal)
    // A radius falls faster than the root of the samples, so a long way is shorter than it looks from here: most of
    // it at once, and the rest, with a little more, from nearby.
    return Double(done) * (missing > 1.25 ? 0.9 * missing : max(1.01, 1.01 * missing))
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
}

extension Statistical {
  /// The parts of the work on one case that do not depend on each other.
  private struct Work: Sendable {
    let check: Statistical
    let index: Int
    let settings: CaseSettings
    let pairings: [Pairing]
    let texts: [LineText]
    /// What the lines were read as; nil for those that are transcribed.
    let formulas: [Formula?]

    /// What a block that is not part of the sample gives: where tails begin, and which draws there are.
    func reference() throws -> (tails: [[TailRule]], places: [EdgeProbe.Place]) {
      let draw = Draw(stream(.reference, 0))
      let values = try values(draw)
      let again = try self.values(Draw(stream(.reference, 0)))
      let bits = [values, again].map { $0.map { $0.map { $0.samples.map(\.bitPattern) } } }
      guard bits[0] == bits[1] else {
        throw InvalidArgument(
          "lines", is: "different for the same draw",
          expected: "randomness from the draw alone, see Draw.samples")
      }
      let tails = pairings.map { pairing in
        zip(values[pairing.reference], values[pairing.line]).map { TailRule(reference: $0 - $1) }
      }
      return (tails, EdgeProbe.places(draws: draw.requests, normals: draw.normals))
    }

    /// What the edges of the draws carry, for each component of each difference.
    func edges(_ places: [EdgeProbe.Place]) async throws -> [[EdgeProbe]] {
      let parts = try await places.indices.concurrentMap(width: settings.width) { k in
        try Task.checkCancellation()
        let draw = Draw(stream(.edge, k), edge: EdgeProbe.edge(at: places[k]))
        let values = try values(draw)
        return pairings.map { pairing in
          zip(values[pairing.reference], values[pairing.line]).map { left, right in
            var probe = EdgeProbe()
            probe.add(left - right, at: places[k])
            return probe
          }
        }
      }
      return parts.dropFirst().reduce(into: parts.first ?? pairings.map { _ in [] }) { all, part in
        for i in all.indices { for j in all[i].indices.prefix(part[i].count) { all[i][j].merge(part[i][j]) } }
      }
    }

    /// One chunk; lines that are already refuted, and that no step stands on, are left out.
    func tally(
      _ kind: Kind, _ chunk: Int, without retired: Set<Int>, _ tails: [[TailRule]]
    ) throws -> Tally {
      var tally = Tally(pairings, isPlain: kind == .plain)
      for block in (chunk * Statistical.chunk)..<((chunk + 1) * Statistical.chunk) {
        try Task.checkCancellation()
        let draw = Draw(stream(kind, block), isNet: kind == .net)
        tally.add(try values(draw, without: retired), without: retired, tails)
      }
      return tally
    }

    /// The comparisons by what each way of sampling has drawn, the first of them with independent samples; each look
    /// has its part of the check's false-alarm probability.
    func comparisons(_ tallies: [Tally], _ edges: [[EdgeProbe]]) -> [[Comparison]] {
      let plain = tallies[0]
      let components = max(1, plain.differences.reduce(0) { $0 + $1.count })
      let share = ErrorBudget.ofCheck / Double(check.cases.count * Statistical.looks * components)
      let grounds = pairings.indices.map { i in
        Grounds(
          probability: share, resolution: settings.resolution, tails: plain.differences[i].compactMap(\.tail),
          edges: plain.differences[i].indices.map {
            edges[i].indices.contains($0) ? edges[i][$0] : EdgeProbe()
          },
          dependence: plain.dependence(i), areDifferentFormulas: areDifferentFormulas(pairings[i]),
          samples: tallies.reduce(0) { $0 + $1.count })
      }
      return tallies.map { tally in pairings.indices.map { tally.comparison($0, grounds[$0]) } }
    }

    /// Whether two lines are read from texts that say different things: that they agree sample by sample, as a gradient
    /// and the formula for it do, is then no accident of the code.
    private func areDifferentFormulas(_ pairing: Pairing) -> Bool {
      guard let left = formulas[pairing.reference], let right = formulas[pairing.line] else { return false }
      return left != right
    }

    private func values(_ draw: Draw, without retired: Set<Int> = []) throws -> [[Variate]] {
      let lines = try check.lines(index, settings, draw)
      try Pairing.requireSame(lines, texts)
      return try lines.enumerated().map { try retired.contains($0) ? [] : $1.value() }
    }

    /// What a block is for; no number of one kind is a number of another.
    enum Kind: Int { case plain, reference, edge, net }

    private func stream(_ kind: Kind, _ block: Int) -> RandomStream {
      settings.stream(block: kind.rawValue << 48 | block)
    }
  }
}

extension Double {
  /// The number, unless it is NaN.
  fileprivate var ifNumber: Double? { isNaN ? nil : self }
}

extension Comparison {
  /// The comparison with another outcome.
  func with(_ outcome: Outcome) -> Comparison { with(outcome, resolution: resolution) }

  /// The comparison with another outcome and resolution.
  func with(_ outcome: Outcome, resolution: Double?) -> Comparison {
    Comparison(
      line: line, reference: reference, outcome: outcome, discrepancy: discrepancy, tolerance: tolerance,
      scale: scale, resolution: resolution, pValues: pValues, place: place, left: left,
      right: right, basis: basis)
  }

  /// The comparison with more of a reason why it is undecided.
  func adding(_ reason: String) -> Comparison {
    guard case .undecided(let first) = outcome, !reason.isEmpty else { return self }
    return with(.undecided(first + "; " + reason))
  }
}
