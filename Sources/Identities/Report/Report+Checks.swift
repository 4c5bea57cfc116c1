import Verification

extension Report {
  /// The derivation of a check: one line a step, with its reason and how the comparison came out.
  ///
  /// `earlier` is a check of the same identity whose derivation has the same words.
  func derivation(_ check: CheckResult, knownFrom earlier: CheckResult?) -> [String] {
    let name = "**\(LaTeX.prose(check.name))** (\(check.evidence))"
    let steps = check.lines.indices.filter { check.lines[$0].role == .step }
    guard !steps.isEmpty else { return [name + " could not be carried out: " + Self.code(check.reason), ""] }
    if let earlier, zip(steps, steps.dropFirst()).allSatisfy({ check.mark(ofLine: $1) == "✓" }) {
      return [name + " runs the lines of *\(LaTeX.prose(earlier.name))*: every line ✓.", ""]
    }
    let wide = check.lines.map { LaTeX.width($0.says) }.max() ?? 0
    let reasons = check.lines.map { LaTeX.width($0.because) }.max() ?? 0
    var rows = [#"& "# + check.lines[steps[0]].saysWithRemark]
    if let because = check.lines[steps[0]].reason { rows[0] += #" && "# + because }
    for i in steps.dropFirst() {
      let line = check.lines[i]
      let mark = #"\text{"# + check.mark(ofLine: i) + "}"
      rows.append(line.relation.latex + " {} & " + line.saysWithRemark + " && " + mark)
      guard let because = line.reason else { continue }
      // A reason that does not fit beside the formulas has a row of its own.
      if wide + reasons <= Self.widest {
        rows[rows.count - 1] += #"\ "# + because
      } else {
        rows.append(#"& \quad "# + because)
      }
    }
    let aligned = #"\begin{aligned} "# + rows.joined(separator: #" \\ "#) + #" \end{aligned}"#
    return [name, ""] + LaTeX.display(aligned) + [""] + notes(on: check)
  }

  /// How the lines get their values: what code computes, what is simulated in their place, what is transcribed.
  private func notes(on check: CheckResult) -> [String] {
    var notes: [String] = []
    if !check.computed.isEmpty {
      let names = check.computed.map { "$" + LaTeX.formula($0.name) + "$ by " + LaTeX.prose($0.by) }
      notes.append("- Computed by code: " + names.joined(separator: "; ") + ".")
    }
    for line in check.lines where line.role == .step {
      guard let reading = line.weakReading else { continue }
      notes.append("- Read weakly: $" + LaTeX.formula(line.says) + "$ as $" + LaTeX.formula(reading) + "$.")
    }
    let transcribed = check.lines.filter { !$0.isRead }.count
    if transcribed > 0, transcribed < check.lines.count {
      let steps = check.lines.filter { $0.role == .step }
      let numbers = steps.indices.filter { !steps[$0].isRead }.map { "\($0 + 1)" }
      let which = numbers.isEmpty ? "" : ", among them " + "line " + numbers.joined(separator: ", line ")
      notes.append("- Transcribed: \(Numerals.count(transcribed, "line"))\(which).")
    } else if transcribed > 0 {
      notes.append("- Transcribed: every line.")
    }
    return notes.isEmpty ? [] : notes + [""]
  }

  /// The characters that fit on a line of the page beside each other.
  private static let widest = 80

  /// Text that is not written for Markdown, as code.
  static func code(_ text: String) -> String {
    "`" + text.replacing("`", with: "'").replacing("|", with: "¦").replacing("\n", with: " ") + "`"
  }

  /// What every check measured.
  func checkTable(_ checks: [CheckResult]) -> [String] {
    guard !checks.isEmpty else { return ["No check tests this statement.", ""] }
    let columns = [
      "check", "evidence", "cases", "comparisons", "discrepancy", "allowed", "scale", "resolution",
      "samples",
    ]
    return MarkdownTable.head(columns, numbers: 2...8)
      + checks.map { check in
        let closest = check.closest
        let isExact = check.evidence == .exact
        let isStatistical = check.evidence == .statistical
        return MarkdownTable.row([
          check.verdict.mark + " " + LaTeX.prose(check.name, in: .table), check.evidence.rawValue,
          Numerals.whole(check.examinations.count), Numerals.whole(check.comparisonCount),
          isExact
            ? closest.map { $0.outcome == .disagrees ? "differs" : "none" } ?? "–"
            : Numerals.short(closest?.discrepancy),
          isExact
            ? "chance of a miss ≤ \(Numerals.short(check.errorProbability))"
            : Numerals.short(closest?.tolerance),
          isExact ? "–" : Numerals.short(closest?.scale),
          isStatistical ? Numerals.short(check.resolution) : "–", Numerals.whole(check.samples),
        ])
      } + [""]
  }

  /// The cases that each check ran on.
  func caseLists(_ checks: [CheckResult]) -> [String] {
    let lines = checks.filter { !$0.examinations.isEmpty }.map { check in
      "- *\(LaTeX.prose(check.name))* on "
        + check.examinations.map { Self.code($0.label) }.joined(separator: ", ")
    }
    return lines.isEmpty ? [] : lines + [""]
  }

  /// The wrong versions that the checks refuted, and those they did not.
  func rivalTable(_ checks: [CheckResult]) -> [String] {
    let rows = checks.flatMap { check in
      var name = LaTeX.prose(check.name, in: .table)
      return check.lines.indices.compactMap { i -> String? in
        guard case .rival(let mistake) = check.lines[i].role else { return nil }
        // The name stands in the first row of the check and serves for those below.
        defer { name = "" }
        return MarkdownTable.row([
          name, "$" + LaTeX.formula(check.lines[i].statement, in: .table) + "$",
          LaTeX.prose(mistake, in: .table), check.fate(ofRival: i),
        ])
      }
    }
    guard !rows.isEmpty else { return [] }
    return ["Wrong versions that must not pass:", ""]
      + MarkdownTable.head(["check", "wrong version", "mistake", "outcome"]) + rows + [""]
  }

  /// The right versions that must pass too.
  func restatements(_ checks: [CheckResult]) -> [String] {
    let lines = checks.flatMap { check in
      check.lines.indices.filter { check.lines[$0].role == .restatement }.map { i in
        let because = LaTeX.prose(check.lines[i].because)
        return "- \(check.mark(ofLine: i)) $" + LaTeX.formula(check.lines[i].statement) + "$"
          + (because.isEmpty ? "" : ", " + because) + " (*\(LaTeX.prose(check.name))*)"
      }
    }
    return lines.isEmpty ? [] : ["Right versions, written otherwise, that must pass:", ""] + lines + [""]
  }
}

extension CheckResult {
  /// How a line fared over all cases: ✗ if one refutes it, ? if one is undecided, ✓ otherwise.
  func mark(ofLine line: Int) -> String {
    let outcomes = comparisons(ofLine: line).map(\.outcome)
    if outcomes.contains(.disagrees) { return "✗" }
    return !outcomes.isEmpty && outcomes.allSatisfy { $0 == .agrees } ? "✓" : "?"
  }

  /// How a rival fared, in words.
  func fate(ofRival line: Int) -> String {
    let all = comparisons(ofLine: line)
    let refuting = all.filter { $0.outcome == .disagrees }
    guard !refuting.isEmpty else { return "**survived**" }
    let place = all.count == 1 ? "" : " in \(refuting.count) of \(all.count) cases"
    if evidence == .exact { return "refuted at random points" + place }
    let effect = refuting.compactMap(\.effect).max()
    return "refuted" + place
      + (effect.map { ", off by " + (refuting.count > 1 ? "up to " : "") + Numerals.share($0) } ?? "")
  }
}

extension LineText {
  /// What the line says, after its relation where that is an inequality.
  fileprivate var statement: String {
    relation == .equals ? saysWithRemark : relation.latex + " " + saysWithRemark
  }

  /// What the line says, with the remark behind it.
  fileprivate var saysWithRemark: String { remark.isEmpty ? says : says + #", \quad "# + LaTeX.words(remark) }

  /// The reason as part of a formula, if there is one.
  fileprivate var reason: String? { because.isEmpty ? nil : LaTeX.words(because) }
}

extension Verdict {
  /// A sign for the verdict.
  var mark: String {
    switch self {
    case .verified: "✓"
    case .refuted: "✗"
    case .inconclusive, .unchecked: "?"
    }
  }
}

extension Relation {
  /// The relation in LaTeX.
  var latex: String {
    switch self {
    case .equals: "="
    case .atMost: #"\le"#
    case .atLeast: #"\ge"#
    }
  }
}
