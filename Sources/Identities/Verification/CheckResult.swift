import Arithmetic

/// What a check has come to, over all its cases.
public struct CheckResult: Sendable {
  /// The check's name.
  public let name: String
  /// The check's kind of evidence.
  public let evidence: Evidence
  /// The lines of the check, as text.
  public let lines: [LineText]
  /// What was found on each case, in their order.
  public let examinations: [Examination]
  /// The names in the lines that code gives values to, and how, in a few words.
  public let computed: [(name: String, by: String)]
  /// What it has come to.
  public let verdict: Verdict
  /// Why the check is inconclusive; empty otherwise.
  public let reason: String
  /// In what its cases are too special to tell formulas apart.
  public let warnings: [String]
  /// The first case that breaks a step; nil unless the check refutes.
  public let counterexample: Counterexample?

  /// A rival and how it fared.
  public struct RivalResult: Sendable {
    /// What the rival says, in LaTeX.
    public let says: String
    /// What is wrong with it.
    public let mistake: String
    /// Whether its value is what its text says.
    public let isRead: Bool
    /// Whether some case refutes it.
    public let refuted: Bool
    /// The largest relative discrepancy over the cases that refute it; nil where none is known.
    public let effect: Double?
  }

  /// The rivals in the order they are written.
  public var rivals: [RivalResult] {
    lines.enumerated().compactMap { i, line in
      guard case .rival(let mistake) = line.role else { return nil }
      let refuting = comparisons(ofLine: i).filter { $0.outcome == .disagrees }
      return RivalResult(
        says: line.says, mistake: mistake, isRead: line.isRead, refuted: !refuting.isEmpty,
        effect: refuting.compactMap(\.effect).max())
    }
  }

  /// Whether there is a restatement and none of them was refuted or left undecided.
  public var restatementsSurvive: Bool {
    let all = lines.indices.filter { lines[$0].role == .restatement }.flatMap { comparisons(ofLine: $0) }
    return !all.isEmpty && all.allSatisfy { $0.outcome == .agrees }
  }

  /// What a check of a false statement lacks to show that the error is where it says: nil where nothing is lacking.
  ///
  /// Below each step that fails a restatement, with a text of its own, has to survive, and the other steps hold.
  var uncorrected: String? {
    if !restatementsSurvive { return "no corrected line survives beside it" }
    for (i, line) in lines.enumerated() where line.role == .step {
      let below = lines[(i + 1)...].prefix { $0.role != .step }
      let outcomes = comparisons(ofLine: i).map(\.outcome)
      if outcomes.contains(.disagrees) {
        // A copy of the line that the step is compared with corrects nothing either.
        let others = lines[...i].filter { $0.role == .step }.map(\.says)
        guard below.contains(where: { $0.role == .restatement && !others.contains($0.says) }) else {
          return "no corrected line stands below the step \(line.says), which fails"
        }
      } else if outcomes.contains(where: { $0 != .agrees }) {
        return "the step \(line.says) is undecided"
      }
    }
    return nil
  }

  /// The comparisons of the steps, over all cases.
  public var stepComparisons: [Comparison] {
    lines.indices.filter { lines[$0].role == .step }.flatMap { comparisons(ofLine: $0) }
  }

  /// The comparison of a step that came closest to failing.
  public var tightest: Comparison? {
    stepComparisons.max { $0.discrepancy / $0.tolerance < $1.discrepancy / $1.tolerance }
  }

  /// The coarsest resolution among the comparisons of the steps that were not refuted; nil where the evidence has none.
  public var resolution: Double? {
    stepComparisons.filter { $0.outcome != .disagrees }.compactMap(\.resolution).max()
  }

  /// The probability that chance decided a comparison wrongly, summed over the check.
  public var errorProbability: Double { examinations.reduce(0) { $0 + $1.errorProbability } }

  /// The samples drawn, over all cases; nil for a check that draws none.
  public var samples: Int? {
    evidence == .statistical ? examinations.reduce(0) { $0 + ($1.samples ?? 0) } : nil
  }

  package func comparisons(ofLine line: Int) -> [Comparison] {
    examinations.flatMap { $0.comparisons.filter { $0.line == line } }
  }
}

extension CheckResult {
  /// Judges a check by what it found on its cases.
  init(judging check: any Check, _ examinations: [Examination], token: (Examination) -> String) {
    name = check.name
    evidence = check.evidence
    warnings = check.warnings
    computed = check.computed
    self.examinations = examinations
    lines = examinations.first?.lines ?? []
    counterexample = Self.counterexample(check.name, examinations, token)
    if counterexample != nil {
      (verdict, reason) = (.refuted, "")
    } else if let doubt = Self.doubt(lines, examinations) {
      (verdict, reason) = (.inconclusive, doubt)
    } else {
      (verdict, reason) = (.verified, "")
    }
  }

  /// A check that could not be carried out.
  init(failed check: any Check, because error: any Error) {
    name = check.name
    evidence = check.evidence
    (lines, examinations, warnings, counterexample) = ([], [], [], nil)
    computed = check.computed
    verdict = .inconclusive
    reason = "\(error)"
  }

  private static func counterexample(
    _ name: String, _ examinations: [Examination], _ token: (Examination) -> String
  ) -> Counterexample? {
    for examination in examinations {
      let lines = examination.lines
      for comparison in examination.comparisons
      where comparison.outcome == .disagrees && lines[comparison.line].role == .step {
        return Counterexample(
          check: name,
          caseLabel: [examination.label, comparison.place].filter { !$0.isEmpty }.joined(separator: "; "),
          line: lines[comparison.line].says,
          step: lines[...comparison.line].count { $0.role == .step }, left: comparison.left,
          right: comparison.right, relation: lines[comparison.line].relation, replay: token(examination))
      }
    }
    return nil
  }

  /// The first reason, if there is one, why a check that refuted no step has still not verified anything.
  private static func doubt(_ lines: [LineText], _ examinations: [Examination]) -> String? {
    if examinations.isEmpty { return "the check has no cases" }
    if lines.count(where: { $0.role == .step }) < 2 { return "a derivation needs at least two lines" }
    for examination in examinations {
      // A rival that falls in one case speaks for another only if it says the same there.
      if examination.lines != lines {
        return "the lines of case \(examination.label) are not those of case \(examinations[0].label)"
      }
      for comparison in examination.comparisons {
        let line = lines[comparison.line]
        if line.role.isRival { continue }
        if case .undecided(let reason) = comparison.outcome {
          let others = examinations.count { other in
            other.number != examination.number
              && other.comparisons.contains { $0.outcome.isUndecided && !lines[$0.line].role.isRival }
          }
          return "case \(examination.label), line \(line.says): \(reason)"
            + (others == 0 ? "" : " (and \(others) more of the cases)")
        }
        if comparison.outcome == .disagrees {
          return "case \(examination.label): the restatement \(line.says) is refuted; the check is too strict"
        }
      }
    }
    let rivals = lines.indices.filter { lines[$0].role.isRival }
    if rivals.isEmpty { return "the check has no rival, so it has not shown that it could fail" }
    for rival in rivals {
      let comparisons = examinations.flatMap { $0.comparisons.filter { $0.line == rival } }
      if comparisons.contains(where: { $0.outcome == .disagrees }) { continue }
      // What could not be judged has not survived.
      if case .undecided(let reason) = comparisons.first?.outcome,
        comparisons.allSatisfy(\.outcome.isUndecided)
      {
        return "the rival \(lines[rival].says) is undecided: \(reason)"
      }
      return "the rival \(lines[rival].says) survived every case"
    }
    return emptiness(lines, examinations)
  }

  /// How far off a rival may be and still be a mistake that somebody makes.
  private static var farthestRival: Double { 1e6 }

  /// The first reason why a check that looks verified has tested less than it seems; nil where there is none.
  private static func emptiness(_ lines: [LineText], _ examinations: [Examination]) -> String? {
    for (i, examination) in examinations.enumerated() {
      if let twin = examinations[..<i].first(where: { $0.label == examination.label }) {
        return "the cases \(twin.number) and \(examination.number) read the same: \(examination.label)"
      }
    }
    let prints = examinations.map { $0.comparisons.map(\.fingerprint) }
    if prints.count > 1, !prints[0].contains(nil), prints.allSatisfy({ $0 == prints[0] }) {
      return "every line has the same value in all \(prints.count) cases: the case is not used"
    }
    let distances = examinations.flatMap { examination in
      examination.comparisons.filter { lines[$0.line].role.isRival && $0.outcome == .disagrees }.map(
        \.distance)
    }
    if !distances.contains(nil), let nearest = distances.compactMap({ $0 }).min(), nearest > farthestRival {
      return
        "the nearest rival is \(nearest.short) times the line off: it shows that the check sees errors of that "
        + "size, and no mistake that somebody makes"
    }
    return nil
  }
}
