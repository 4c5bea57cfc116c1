/// One statement of a document, with its hypotheses and the checks that test it.
public struct Identity: Sendable {
  /// The name of the statement in the ledger, such as `II.1c`.
  public let id: String
  /// A few words for a heading.
  public let title: String
  /// The statement in LaTeX.
  public let statement: String
  /// What has to be assumed, in prose with inline LaTeX.
  public let hypotheses: [String]
  /// Whether the statement is expected to hold or, as its document writes it, to fail.
  public let expectation: Expectation
  /// What a reader should know beside the checks: a misreading that is no formula, a limit of the evidence.
  public let remarks: [String]
  /// Why the sides of the statement are not lines of a check, where that is meant to be so.
  public let untied: String
  /// Where the statement comes from; the ledger knows it for an id of its own.
  public let source: String
  /// The checks, in the order they run.
  public let checks: [any Check]
  /// The lines that the checks share; nil where each has its own.
  public let derivation: Derivation?

  /// A statement with its checks.
  ///
  /// - Parameters:
  ///   - id: a name without spaces, unique in a run.
  ///   - statement: LaTeX without dollar signs.
  ///   - hypotheses: prose; LaTeX between dollar signs.
  ///   - untied: why the sides of the statement are not lines of a check.
  ///   - source: where it is stated: a document and a part, or a book and a page.
  public init(
    _ id: String, _ title: String, _ statement: String, assuming hypotheses: [String] = [],
    expectation: Expectation = .holds, remarks: [String] = [], untied: String = "", source: String = "",
    @Checks checks: () throws -> Checks.Assembled
  ) rethrows {
    self.id = id
    self.title = title
    self.statement = statement
    self.hypotheses = hypotheses
    self.expectation = expectation
    self.remarks = remarks
    self.untied = untied
    self.source = source
    let assembled = try checks()
    self.checks = assembled.checks
    derivation = assembled.derivation
  }
}

/// What is expected of a statement.
public enum Expectation: Sendable, Equatable {
  case holds
  /// The statement is false as written; the identity `correctedBy` is its correction.
  ///
  /// `why` says in a sentence what is wrong, `counterexample` shows it, both in prose with inline LaTeX.
  case fails(correctedBy: String, why: String, counterexample: String)
}
