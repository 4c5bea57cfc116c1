import Verification

extension Report {
  /// The sections of one document's problems; `figures` is the path from the page to the figures.
  func sections(of document: Document, figures: String) -> [String] {
    problems.filter { IdentityPrefix(document.prefix).selects($0.id) }.flatMap { problem -> [String] in
      let found = problem.identities.compactMap { results[$0.id] }
      guard !found.isEmpty else { return [] }
      var lines = ["## \(document.heading(ofProblem: problem.id)): \(problem.title)", ""]
      let setting = LaTeX.prose(problem.setting)
      if !setting.isEmpty { lines += [setting, ""] }
      for figure in problem.figures { lines += self.figure(figure, in: figures) }
      return lines + found.flatMap { section($0) }
    }
  }

  /// The sections of identities that belong to no problem.
  var straySections: [String] {
    strays.isEmpty ? [] : ["## Other identities", ""] + strays.flatMap { section($0) }
  }

  private func figure(_ figure: Figure, in folder: String) -> [String] {
    [
      "![\(figure.y.label) against \(figure.x.label)](\(folder)/\(figure.name).svg)", "",
      LaTeX.prose(figure.caption), "",
    ]
  }

  /// Everything about one identity.
  private func section(_ result: IdentityResult) -> [String] {
    let identity = result.identity
    var lines = ["### \(identity.id) \(identity.title)", ""]
    lines += LaTeX.display(identity.statement) + [""]
    if case .untied(let reason) = result.statementTie, result.checks.contains(where: \.isRead) {
      lines += ["The statement is not a line of a check that is read: " + LaTeX.prose(reason) + ".", ""]
    }
    if !identity.hypotheses.isEmpty {
      lines += ["Assuming " + identity.hypotheses.map { LaTeX.prose($0) }.joined(separator: "; ") + ".", ""]
    }
    lines += [verdict(result), ""]
    if case .fails(_, let why, let counterexample) = identity.expectation {
      lines += [LaTeX.prose(why) + " " + LaTeX.prose(counterexample), ""]
    }
    for (i, check) in result.checks.enumerated() {
      lines += derivation(check, knownFrom: result.checks[..<i].first { $0.says == check.says })
    }
    lines += checkTable(result.checks) + caseLists(result.checks) + rivalTable(result.checks)
    lines += restatements(result.checks)
    if let found = result.counterexample { lines += counterexample(found) }
    if !result.asExpected {
      lines += ["What is not as expected:", "", "```text"]
      lines += result.complaints.flatMap { $0.split(separator: "\n").map(String.init) } + ["```", ""]
    }
    if !identity.remarks.isEmpty {
      lines += ["Remarks:", ""] + identity.remarks.map { "- " + LaTeX.prose($0) } + [""]
    }
    return lines
  }

  private func verdict(_ result: IdentityResult) -> String {
    let kinds = Evidence.allCases.filter { kind in result.checks.contains { $0.evidence == kind } }
    let evidence = kinds.map(\.rawValue).joined(separator: ", ")
    let checks = Numerals.count(result.checks.count, "check") + (kinds.isEmpty ? "" : " (\(evidence))")
    let origin = claims[result.identity.id]?.location ?? result.identity.source
    var text =
      switch (result.asExpected, result.identity.expectation) {
      case (true, .holds): "✓ **Verified** by \(checks)."
      case (true, .fails(let correction, _, _)):
        "✗ **False as written, and refuted** by \(checks); the correction is `\(correction)`."
      case (false, .holds): "? **Not as expected: \(result.verdict)**, by \(checks)."
      case (false, .fails):
        "? **Not as expected: \(result.verdict)**, by \(checks); the statement was expected to be refuted."
      }
    if let wrong = corrected[result.identity.id] { text += " It corrects `\(wrong)`." }
    if !origin.isEmpty { text += " Source: \(LaTeX.prose(origin))." }
    return text
  }

  /// The case that breaks a derivation, and how to run it again.
  private func counterexample(_ found: Counterexample) -> [String] {
    [
      "The case that breaks it, at line \(found.step) of *\(LaTeX.prose(found.check))*, which says", "",
    ] + LaTeX.display(found.line) + [
      "", "```text", "case        \(found.caseLabel)", "line above  \(found.left)",
      "this line   \(found.right)",
      "again with  swift run verify replay '\(found.replay)'", "```", "",
    ]
  }
}

extension CheckResult {
  /// Whether some line is read from its text.
  fileprivate var isRead: Bool { lines.contains(where: \.isRead) }
  /// What the steps say and why: two checks with the same words share one derivation on the page.
  fileprivate var says: [String] { lines.filter { $0.role == .step }.map { $0.says + "\n" + $0.because } }
}
