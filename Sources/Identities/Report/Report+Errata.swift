extension Report {
  /// The statements that are false as their documents write them, each with its correction.
  var errata: [String] {
    let rows = run.identities.compactMap { result -> String? in
      guard case .fails(let correction, let why, let counterexample) = result.identity.expectation else {
        return nil
      }
      let corrected = results[correction].map { "`\(correction)`: " + Self.cell($0.identity.statement) }
      return MarkdownTable.row([
        "`\(result.identity.id)`", Self.cell(result.identity.statement), LaTeX.prose(why, in: .table),
        LaTeX.prose(counterexample, in: .table), corrected ?? "`\(correction)`",
      ])
    }
    guard !rows.isEmpty else { return [] }
    return [
      "## Errata", "",
      """
      These statements are false as written. Each was refuted by the checks in its section, which also show \
      where the derivation breaks; the correction was verified in the same way.
      """,
      "",
    ] + MarkdownTable.head(["id", "as written", "why it is false", "counterexample", "correction"]) + rows + [
      ""
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
