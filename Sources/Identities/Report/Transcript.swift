import Verification

extension IdentityResult: CustomStringConvertible {
  /// The derivation line by line, with the numbers of every check and case: what `verify explain` prints.
  public var description: String { Transcript.explanation(self) }
}

/// Results as plain text, for a terminal.
public enum Transcript {
  /// A derivation line by line, with the numbers of every check and case.
  ///
  /// - Parameter isReplay: whether the result is of a single case, which alone decides nothing: a rival may
  ///   survive it and fall in another.
  public static func explanation(_ result: IdentityResult, isReplay: Bool = false) -> String {
    let identity = result.identity
    var lines = ["\(identity.id)  \(identity.title)", "  \(LaTeX.oneLine(identity.statement))"]
    lines += identity.hypotheses.map { "  assuming \(LaTeX.oneLine($0))" }
    if case .fails(let correction, let why, _) = identity.expectation {
      lines.append("  false as written: \(LaTeX.oneLine(why)) The correction is \(correction).")
    }
    if !isReplay {
      lines.append("  \(result.verdict)\(result.asExpected ? ", as expected" : ", which is not as expected")")
    }
    for check in result.checks {
      lines +=
        ["", "  \(check.name) (\(check.evidence))" + (isReplay ? "" : ": \(check.verdict)")]
        + explanation(check, isReplay: isReplay)
    }
    lines += identity.remarks.map { "  " + LaTeX.oneLine($0) }
    return lines.joined(separator: "\n")
  }

  private static func explanation(_ check: CheckResult, isReplay: Bool) -> [String] {
    var lines = check.reason.isEmpty || isReplay ? [] : ["    " + check.reason]
    if !isReplay { lines += check.warnings.map { "    note: \($0)" } }
    for examination in check.examinations {
      lines.append("    case \(examination.number): \(examination.label)")
      var step = 0
      for (i, line) in examination.lines.enumerated() {
        if line.role == .step { step += 1 }
        let comparison = examination.comparisons.first { $0.line == i }
        lines += text(line, step: step, comparison, isExact: check.evidence == .exact)
      }
      if let samples = examination.samples { lines.append("      \(samples) samples") }
    }
    return lines
  }

  private static func text(
    _ line: LineText, step: Int, _ comparison: Comparison?, isExact: Bool
  ) -> [String] {
    let relation = comparison == nil ? "" : line.relation.rawValue + " "
    let says = relation + LaTeX.oneLine(line.says)
    let because = line.because.isEmpty ? "" : "   (\(LaTeX.oneLine(line.because)))"
    let outcome =
      switch comparison?.outcome {
      case nil: ""
      case .agrees: "holds"
      case .disagrees: "does not hold"
      case .undecided(let reason): "undecided: \(reason)"
      }
    let head =
      switch line.role {
      case .step: "      line \(step)  \(says)\(because)"
      case .rival(let mistake): "      rival   \(says)   (\(mistake))"
      case .restatement: "      also    \(says)\(because)"
      }
    guard let comparison else { return [head] }
    let measured =
      isExact
      ? ""
      : ": off by \(comparison.discrepancy.short), allowed \(comparison.tolerance.short)"
        + ", scale \(comparison.scale.short)"
        + (comparison.resolution.map { ", resolution \($0.short)" } ?? "")
    var lines = [head, "              \(outcome)\(measured)"]
    if !comparison.basis.isEmpty { lines.append("              \(comparison.basis)") }
    if !(isExact && comparison.outcome == .agrees) {
      lines += ["              above \(comparison.left)", "              here  \(comparison.right)"]
    }
    return lines
  }

  /// The verdict on one identity in a line.
  public static func line(_ result: IdentityResult) -> String {
    let mark = result.asExpected ? "as expected" : "UNEXPECTED"
    return "\(padded(result.identity.id, 14)) \(padded("\(result.verdict)", 13)) \(padded(mark, 12)) "
      + result.identity.title
  }

  static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}

extension LaTeX {
  /// Prose or a formula as it was written, on one line.
  static func oneLine(_ source: String) -> String {
    source.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

extension Report {
  /// The end of a run, for a terminal: the counts by document, and what is not as expected.
  public var closing: String {
    let names = [
      "document", "claims", "verified", "refuted", "unexpected", "unchecked", "prose", "corrections",
    ]
    let rows = tallies.map { tally in
      [
        tally.document.title, "\(tally.document.claims.count)", "\(tally[.verified])",
        "\(tally[.refutedAsExpected])", "\(tally[.unexpected])", "\(tally[.unchecked])", "\(tally[.prose])",
        tally.corrections == 0 ? "-" : "\(tally.correctionsAsExpected) of \(tally.corrections)",
      ]
    }
    let table = ([names] + rows).map { row in
      Transcript.padded(row[0], 24)
        + row.dropFirst().map { cell in
          String(repeating: " ", count: max(1, 12 - cell.count)) + cell
        }.joined()
    }
    let complaints = run.identities.flatMap(\.complaints)
    return (table + (complaints.isEmpty ? [] : ["", "Not as expected:"] + complaints)).joined(separator: "\n")
  }

  /// The ledger with what is expected of each claim and the evidence for it; `isListed` selects by id.
  public static func ledger(
    problems: [Problem], documents: [Document],
    where isListed: (String) -> Bool = { _ in true }
  ) -> String {
    let identities = problems.flatMap(\.identities)
    let byID = Dictionary(identities.map { ($0.id, $0) }) { first, _ in first }
    let claimed = Set(documents.flatMap(\.claims).map(\.id))
    func row(_ identity: Identity) -> String {
      let expectation = identity.correction.map { "fails (\($0))" } ?? "holds"
      let kinds = Evidence.allCases.filter { kind in identity.checks.contains { $0.evidence == kind } }
      let evidence = kinds.isEmpty ? "no checks" : kinds.map(\.rawValue).joined(separator: ", ")
      return Transcript.padded(identity.id, 18) + " " + Transcript.padded(expectation, 28) + " "
        + Transcript.padded(evidence, 30) + " " + identity.title
    }
    var lines: [String] = []
    for document in documents {
      let claims = document.claims.filter { isListed($0.id) }.map { claim in
        byID[claim.id].map(row)
          ?? Transcript.padded(claim.id, 18) + " " + Transcript.padded(claim.status.rawValue, 28) + " "
          + Transcript.padded("unchecked", 30) + " " + claim.location + ": " + LaTeX.oneLine(claim.statement)
      }
      let others = identities.filter {
        !claimed.contains($0.id) && isListed($0.id) && IdentityPrefix(document.prefix).selects($0.id)
      }.map(row)
      if !(claims + others).isEmpty { lines += [document.title] + (claims + others).map { "  " + $0 } }
    }
    return lines.joined(separator: "\n")
  }
}
