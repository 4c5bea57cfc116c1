import Verification

extension Report {
  /// The first screen: what was checked, with what outcome and with what certainty.
  var summary: [String] {
    ["# Verification", ""] + [opening, ""] + tallyTable + [""] + evidenceTable + [""] + certainty
  }

  private var opening: String {
    let checks = run.identities.flatMap(\.checks)
    let claimCount = documents.reduce(0) { $0 + $1.claims.count }
    let unexpected = run.identities.filter { !$0.asExpected }.map { "`\($0.identity.id)`" }
    let verdict =
      unexpected.isEmpty
      ? "**Every verdict is the expected one.**"
      : "**\(Numerals.count(unexpected.count, "verdict is", "verdicts are")) not as expected:** "
        + unexpected.joined(separator: ", ") + "."
    func total(_ standing: Standing) -> Int { tallies.reduce(0) { $0 + $1[standing] } }
    let unchecked = total(.unchecked) == 0 ? "none" : "\(total(.unchecked))"
    return """
      Of \(Numerals.count(claimCount, "claim")) in \(Numerals.count(documents.count, "document")), \
      **\(total(.verified)) are verified, \(total(.refutedAsExpected)) refuted as their documents write them and \
      \(unchecked) unchecked**; \(total(.prose)) are prose without a number to check. \(verdict) \
      \(Numerals.count(run.identities.count, "identity", "identities")) were put to \
      \(Numerals.count(checks.count, "check")): the claims, and the corrections of those that are wrong. This page \
      is written by `swift run verify` with seed \(run.seed); the same command writes it again, byte for byte.
      """
  }

  /// The fewest samples that any case was judged by, as the pages count them.
  private var leastSamples: Int {
    run.identities.flatMap(\.checks).flatMap(\.examinations).compactMap(\.samples).min() ?? 0
  }

  private var tallyTable: [String] {
    func row(_ name: String, _ tallies: [Tally]) -> String {
      func sum(_ standing: Standing) -> String { "\(tallies.reduce(0) { $0 + $1[standing] })" }
      let corrections = tallies.reduce(0) { $0 + $1.corrections }
      let good = tallies.reduce(0) { $0 + $1.correctionsAsExpected }
      return MarkdownTable.row([
        name, "\(tallies.reduce(0) { $0 + $1.document.claims.count })", sum(.verified),
        sum(.refutedAsExpected),
        sum(.unexpected), sum(.unchecked), sum(.prose), corrections == 0 ? "–" : "\(good) of \(corrections)",
      ])
    }
    return MarkdownTable.head(
      [
        "document", "claims", "verified", "refuted as expected", "unexpected", "unchecked", "prose",
        "corrections verified",
      ], numbersFrom: 1) + tallies.map { row($0.document.title, [$0]) } + [row("**all**", tallies)]
  }

  private var evidenceTable: [String] {
    MarkdownTable.head(["evidence", "checks", "cases", "comparisons", "what it shows"], numbers: 1...3)
      + Evidence.allCases.map { evidence in
        let checks = run.identities.flatMap(\.checks).filter { $0.evidence == evidence }
        return MarkdownTable.row([
          evidence.rawValue, Numerals.whole(checks.count),
          Numerals.whole(checks.reduce(0) { $0 + $1.examinations.count }),
          Numerals.whole(checks.reduce(0) { $0 + $1.comparisonCount }), evidence.meaning,
        ])
      }
  }

  private var certainty: [String] {
    let all = run.identities.flatMap { result in result.checks.map { (result.identity.id, $0) } }
    let statistical = all.filter { $0.1.evidence == .statistical }
    let rivals = all.flatMap(\.1.rivals)
    var lines = [
      """
      - **Rivals.** A check of a statement that holds must also refute wrong versions of it: \
      \(Numerals.whole(rivals.count(where: \.refuted))) of \(Numerals.count(rivals.count, "rival")) were refuted.
      """
    ]
    let texts = all.flatMap(\.1.lines)
    lines.append(
      """
      - **Read from their texts.** \(Numerals.whole(texts.count(where: \.isRead))) of \
      \(Numerals.count(texts.count, "line")), rivals included, have the value that their printed formula says; the \
      rest are transcribed: their value is that of code beside the text. \
      \(Numerals.whole(run.identities.count { $0.statementTie == .tied })) of \
      \(Numerals.count(run.identities.count, "statement")) are tied: both sides are such lines.
      """)
    let exact = all.filter { $0.1.evidence == .exact }
    if !exact.isEmpty {
      lines.append(
        """
        - **Exact checks.** The probability that any of them passes a false line is at most \
        \(Numerals.short(exact.reduce(0) { $0 + $1.1.errorProbability })), summed over \
        \(Numerals.count(exact.count, "check")).
        """)
    }
    guard
      let worst = statistical.filter({ $0.1.resolution?.ifFinite != nil })
        .max(by: { ($0.1.resolution ?? 0) < ($1.1.resolution ?? 0) })
    else { return lines }
    lines += [
      """
      - **False alarms.** The probability that simulation refutes anything true is at most \
      \(Numerals.count(statistical.count, "statistical check")) × \(Numerals.short(ErrorBudget.ofCheck)) = \
      \(Numerals.short(run.falseAlarmProbability)), of a budget of \(Numerals.short(ErrorBudget.ofRun)) for \
      the whole run.
      """,
      """
      - **Resolution.** A relative discrepancy of \(Numerals.share(worst.1.resolution ?? .nan)) would have been \
      refuted by every statistical check with probability 1 − \(Numerals.short(ErrorBudget.ofOversight)); the \
      coarsest is `\(worst.0)`, \(LaTeX.prose(worst.1.name)). What happens less often than about once in \
      \(Numerals.whole(leastSamples / 14)) samples may go unseen, other than at the edge of a single draw.
      """,
    ]
    return lines
  }
}

extension Evidence {
  /// What evidence of this kind shows, in a few words.
  var meaning: String {
    switch self {
    case .exact: "two lines are the same rational function of every parameter"
    case .enclosure: "two lines agree for every parameter in a box, by interval arithmetic"
    case .numerical: "two lines agree at the cases, to a derived error bound"
    case .statistical: "two lines have the same expectation, by simulation that knows no closed form"
    }
  }
}

/// The rows of a Markdown table.
enum MarkdownTable {
  /// The heading and the rule below it; the columns from `numbersFrom` on are aligned to the right.
  static func head(_ names: [String], numbersFrom: Int? = nil, numbers: ClosedRange<Int>? = nil) -> [String] {
    let right = numbers ?? (numbersFrom ?? names.count)...(max(names.count, numbersFrom ?? 0))
    return [row(names), "|" + names.indices.map { right.contains($0) ? "---:|" : "---|" }.joined()]
  }

  /// One row.
  static func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
}
