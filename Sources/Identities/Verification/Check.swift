import Arithmetic
import Probability

/// One way to test an identity: a kind of evidence, the cases it runs on, its lines and their rivals.
public protocol Check: Sendable {
  /// A few words that tell this check from the identity's others.
  var name: String { get }
  var evidence: Evidence { get }
  /// The cases, each readable on its own.
  var caseLabels: [String] { get }
  /// Compares the lines on one case.
  func examine(case index: Int, _ settings: CaseSettings) async throws -> Examination
  /// In what the cases are too special to tell formulas apart; see `SpecialCases`.
  var warnings: [String] { get }
  /// The check with the lines of a derivation, where it has none of its own.
  func reading(_ derivation: Derivation) -> any Check
  /// The names that code gives values to, and how, in a few words.
  var computed: [(name: String, by: String)] { get }
}

extension Check {
  /// Nothing, for a check whose parameters are free.
  public var warnings: [String] { [] }

  /// The examination of a case; throws what does not fit in its formulas.
  func examine(case index: Int, _ settings: CaseSettings, reporting log: Misuse.Log) async throws
    -> Examination
  {
    let examination = try await Misuse.$log.withValue(log) { try await examine(case: index, settings) }
    if let report = log.report { throw report }
    return examination
  }

  /// The check as it is: it has lines of its own.
  public func reading(_ derivation: Derivation) -> any Check { self }
  /// None.
  public var computed: [(name: String, by: String)] { [] }
}

/// What a check may use and must reach on one case.
public struct CaseSettings: Sendable {
  /// The run's seed.
  public let seed: UInt64
  /// The identity and the case's number in it: the key of the case's random streams.
  public let identity: String
  /// The case's number in the identity, from one.
  public let number: Int
  /// The largest relative discrepancy that a statistical comparison may leave unseen.
  public let resolution: Double
  /// The most samples that a statistical check may draw for one case.
  public let sampleBudget: Int
  /// How many tasks may work on the case at once; changes nothing but the time it takes.
  public let width: Int
  /// Whether the lines that are read are broken by machine, each mutant a rival, and nothing else stands in for them.
  public var isBroken = false
  /// Whether the edges of the draws are looked at; what they carry only widens what a simulation tolerates.
  var looksAtEdges = true
  /// The mutants, each with its line, that need not be judged again.
  var decided: Set<String> = []

  /// How a mutant of a line is named among those that are decided.
  static func name(ofMutant says: String, line: String) -> String { line + "\n" + says }

  /// The random stream by which a case's test functions are scaled: the same for every seed, and part of no comparison.
  var pilot: RandomStream { RandomStream(seed: 0, identity: "\(identity)#\(number)", block: .max) }

  /// The random stream of one block of this case.
  public func stream(block: Int) -> RandomStream {
    RandomStream(seed: seed, identity: "\(identity)#\(number)", block: UInt64(block))
  }
}
