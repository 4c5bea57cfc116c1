extension Report {
  /// The statements that are false as their documents write them, each with its correction.
  var errata: [String] {
    let rows = run.identities.compactMap { result -> String? in
      guard case .fails(let correction, let why, let counterexample) = result.identity.expectation else {
        return nil
      }
      let corrected = results[correction].map { found in
        "\(found.verdict.mark) `\(correction)`: " + Self.cell(found.identity.statement)
      }
      return MarkdownTable.row([
        "\(result.verdict.mark) `\(result.identity.id)`", Self.cell(result.identity.statement),
        LaTeX.prose(why, in: .table), LaTeX.prose(counterexample, in: .table), corrected ?? "`\(correction)`",
      ])
    }
    guard !rows.isEmpty else { return [] }
    return [
      "## Errata", "",
      """
      The statements that were found false as written, so far: ✗ marks those that the checks in their sections refute, and ✓ the \
      corrections that are verified. The section of a statement shows the line where its derivation breaks.
      """,
      "",
    ] + MarkdownTable.head(["id", "as written", "why it is false", "counterexample", "correction"]) + rows + [
      ""
    ]
  }

  /// What the signs and columns of a section mean.
  var guide: [String] {
    [
      "## How to read a section", "",
      """
      A check compares every line of a derivation with the line above it, in every case: ✓ if they agree, ✗ if a \
      case refutes the line, ? if the evidence does not decide. A comparison is one line held against another in one \
      case. *Discrepancy* is by how much the line that came \
      closest to failing is off, and *allowed* is the error bound it is held to, for that line; *scale* is the \
      largest magnitude among the values compared there. *Resolution* is the smallest discrepancy, relative to \
      the scale, that a simulation would have refuted. A check of a statement that holds also has to refute wrong \
      versions that a person could plausibly write, for a check that nothing fails shows nothing; in a check of a \
      statement that fails, the corrected line has to survive.
      """,
      "",
    ]
  }

  private static func cell(_ statement: String) -> String { "$" + LaTeX.formula(statement, in: .table) + "$" }

  /// Every claim that no identity of the run checks, document by document.
  var unchecked: [String] {
    let sections = documents.flatMap { document -> [String] in
      let missing = document.claims.filter { results[$0.id] == nil }
      guard !missing.isEmpty else { return [] }
      return ["### \(document.title)", ""] + MarkdownTable.head(["id", "where", "kind", "statement"])
        + missing.map { claim in
          MarkdownTable.row([
            "`\(claim.id)`", LaTeX.prose(claim.location, in: .table), claim.status.rawValue,
            LaTeX.prose(claim.statement, in: .table),
          ])
        } + [""]
    }
    guard !sections.isEmpty else { return [] }
    return [
      "## Not checked", "",
      """
      The claims below are in the documents, but no check of this run tests them. A qualitative claim is a \
      remark or an interpretation; the others are still to be checked.
      """,
      "",
    ] + sections
  }
}
