/// What a check, or an identity, has come to.
public enum Verdict: String, Sendable, Codable {
  case verified
  case refuted
  /// Neither verified nor refuted; never counts as a pass.
  case inconclusive
  /// In the ledger, but without an identity that checks it.
  case unchecked
}

/// The kinds of evidence a check can give.
public enum Evidence: String, Sendable, Codable, CaseIterable {
  /// The lines are the same rational function of every parameter.
  case exact
  /// The lines agree for every parameter in a box, by interval arithmetic.
  case enclosure
  /// The lines agree at the cases, to a derived error bound.
  case numerical
  /// The lines have the same expectation, by simulation.
  case statistical
}

/// What comparing two lines on one case has come to.
public enum Outcome: Sendable, Equatable {
  case agrees
  case disagrees
  case undecided(String)

  /// Whether the evidence left the question open.
  public var isUndecided: Bool { if case .undecided = self { true } else { false } }
}

/// A line of a check, as text.
public struct LineText: Sendable, Equatable {
  /// What the line is in its check.
  public let role: Role
  /// What the line says, in LaTeX.
  public let says: String
  /// What the reader should know of the line besides: prose, LaTeX between dollar signs.
  public let remark: String
  /// Why it follows from the line above.
  public let because: String
  /// How it stands to the line it is compared with.
  public let relation: Relation
  /// Whether the line's value is what its text says, and not that of code beside it.
  public let isRead: Bool
  /// What is simulated in the line's place, in LaTeX; nil where it is the line itself.
  public let weakReading: String?
}

/// One line of a check compared, on one case, with the line it must agree with.
public struct Comparison: Sendable {
  /// The line's number in the check, from zero.
  public let line: Int
  /// The number of the line it is compared with.
  public let reference: Int
  /// What the comparison has come to.
  public let outcome: Outcome
  /// By how much the relation is broken, in the worst component; zero where it holds exactly.
  public let discrepancy: Double
  /// What that component may be off by before the lines disagree.
  public let tolerance: Double
  /// The largest magnitude among the components of both lines.
  public let scale: Double
  /// The smallest relative discrepancy that this comparison would refute; nil where it has no such limit.
  public let resolution: Double?
  /// Two-sided p-values of the components of a statistical equality; empty for other comparisons.
  public let pValues: [Double]
  /// Where in the case the values were taken, where the case is not a single point; else empty.
  public let place: String
  /// The value of the line it is compared with, as text.
  public let left: String
  /// The line's own value, as text.
  public let right: String
  /// The discrepancy relative to the line it is compared with alone; nil where that is not known.
  var distance: Double?
  /// The values and their errors to the last bit; nil where chance enters them.
  var fingerprint: Int?
  /// What the resolution of a simulation is relative to; empty for other evidence.
  public internal(set) var basis = ""

  /// The discrepancy relative to the scale; nil where the scale is not known.
  public var effect: Double? { scale > 0 && discrepancy.isFinite ? discrepancy / scale : nil }
}

/// What a check found on one case.
public struct Examination: Sendable {
  /// The case, readable.
  public let label: String
  /// The case's number within the identity, from one; it names the case in a replay token.
  public let number: Int
  /// The lines of the check, as text.
  public let lines: [LineText]
  /// Every line but the first, compared with its reference.
  public let comparisons: [Comparison]
  /// The probability that a true line was refuted, or a false one missed, by chance.
  public let errorProbability: Double
  /// How many samples were drawn, for a statistical check.
  public let samples: Int?
}

/// The case that breaks a derivation.
public struct Counterexample: Sendable {
  /// The check's name.
  public let check: String
  /// The case, readable.
  public let caseLabel: String
  /// The line that does not follow, in LaTeX.
  public let line: String
  /// Its number among the steps of the check, from one.
  public let step: Int
  /// The value of the line it is compared with.
  public let left: String
  /// The line's own value.
  public let right: String
  /// The relation in which the first value should stand to the second.
  public let relation: Relation
  /// What `verify replay` takes to run this case again.
  public let replay: String
}
