import Verification

/// What a run has found, as pages and figures for a reader and as data for a program.
///
/// The bytes depend on the run alone: no date, host, duration or language setting enters them.
public struct Report: Sendable {
  /// The run.
  public let run: RunResult
  /// The problems whose identities ran.
  public let problems: [Problem]
  /// The documents, with all the claims the report answers for.
  public let documents: [Document]

  let results: [String: IdentityResult]
  let claims: [String: Claim]
  /// The id of the statement that a correction corrects, by the correction's id.
  let corrected: [String: String]

  /// A report of a run of the identities in `problems`, against the claims of `documents`.
  public init(_ run: RunResult, problems: [Problem], documents: [Document]) {
    self.run = run
    self.problems = problems
    self.documents = documents
    results = Dictionary(run.identities.map { ($0.identity.id, $0) }) { first, _ in first }
    claims = Dictionary(documents.flatMap(\.claims).map { ($0.id, $0) }) { first, _ in first }
    corrected = Dictionary(
      run.identities.compactMap { result in result.identity.correction.map { ($0, result.identity.id) } }
    ) { first, _ in first }
  }

  /// The document that an id belongs to, by the beginning of the id.
  func document(of id: String) -> Document? {
    documents.first { IdentityPrefix($0.prefix).selects(id) }
  }

  /// The problem that an identity belongs to.
  func problem(of id: String) -> Problem? {
    problems.first { $0.identities.contains { $0.id == id } }
  }

  /// The results of identities that belong to no problem.
  var strays: [IdentityResult] {
    let known = Set(problems.flatMap(\.identities).map(\.id))
    return run.identities.filter { !known.contains($0.identity.id) }
  }
}

extension Identity {
  /// The id of the identity's correction, where it is expected to fail.
  var correction: String? {
    if case .fails(let id, _, _) = expectation { id } else { nil }
  }
}

extension Report {
  /// How a claim or a correction fared.
  enum Standing {
    case verified
    case refutedAsExpected
    case unexpected
    /// In the ledger, and without an identity that checks it.
    case unchecked
    /// A remark or an interpretation, with nothing to compute.
    case prose
  }

  /// How the statement of an id fared.
  func standing(of id: String) -> Standing {
    guard let result = results[id] else {
      return claims[id]?.status == .qualitative ? .prose : .unchecked
    }
    if !result.asExpected { return .unexpected }
    return result.identity.expectation == .holds ? .verified : .refutedAsExpected
  }

  /// The counts of one document; the standings of its claims add up to their number.
  struct Tally {
    let document: Document
    var standings: [Standing: Int] = [:]
    var corrections = 0
    var correctionsAsExpected = 0

    subscript(standing: Standing) -> Int { standings[standing] ?? 0 }
  }

  /// The counts, document by document.
  var tallies: [Tally] {
    documents.map { document in
      var tally = Tally(document: document)
      for claim in document.claims { tally.standings[standing(of: claim.id), default: 0] += 1 }
      for result in run.identities where claims[result.identity.id] == nil {
        guard IdentityPrefix(document.prefix).selects(result.identity.id) else { continue }
        tally.corrections += 1
        tally.correctionsAsExpected += result.asExpected ? 1 : 0
      }
      return tally
    }
  }
}
