import Foundation
import Verification

/// A run as data: what `verify --json` writes, and what another program can read back.
public struct RunData: Codable, Sendable {
  /// The version of this layout.
  public var schema = 2
  /// The seed of every random number of the run.
  public let seed: UInt64
  /// The probability that the run refutes anything true.
  public let falseAlarmBudget: Double
  /// The largest relative discrepancy that simulation was allowed to leave unseen.
  public let resolution: Double
  /// The most samples that simulation could draw for one case.
  public let sampleBudget: Int
  /// The identities in the order they ran, then the claims that no identity of the run checks.
  public let identities: [IdentityData]

  /// One identity, or one claim that is not checked.
  public struct IdentityData: Codable, Sendable {
    /// The name of the statement in the ledger.
    public let id: String
    /// A few words that name it; the place in the document for a claim that is not checked.
    public let title: String
    /// LaTeX; for a claim that is not checked, prose with LaTeX between dollar signs.
    public let statement: String
    /// Where it comes from.
    public let source: SourceData
    /// `holds` or `fails`.
    public let expectation: String
    /// The id of the correction, where it fails.
    @ExplicitNull public var correctedBy: String?
    /// What the checks have come to.
    public let verdict: Verdict
    /// Whether the verdict is the expected one; null for a claim that is not checked.
    @ExplicitNull public var asExpected: Bool?
    /// The case that breaks the derivation, where one does.
    @ExplicitNull public var counterexample: CounterexampleData?
    /// True where both sides of the statement are lines of a check, or else the reason why not.
    public let statementTied: Tie
    /// Every way in which the identity was tested.
    public let checks: [CheckData]
  }

  /// Whether a statement is tied to its lines: `true`, or a reason.
  public enum Tie: Codable, Sendable, Equatable {
    case tied
    case untied(String)

    /// Reads `true`, or a reason.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      self = (try? container.decode(Bool.self)) == true ? .tied : .untied(try container.decode(String.self))
    }

    /// Writes `true`, or the reason.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .tied: try container.encode(true)
      case .untied(let reason): try container.encode(reason)
      }
    }
  }

  /// The place of a statement in its document.
  public struct SourceData: Codable, Sendable, Equatable {
    /// The key of the document, such as `homework-ii`.
    @ExplicitNull public var document: String?
    /// The problem, without the document.
    @ExplicitNull public var problem: String?
    /// The part of the problem.
    @ExplicitNull public var part: String?
  }

  /// A case that breaks a derivation.
  public struct CounterexampleData: Codable, Sendable {
    /// The parameters.
    public let `case`: String
    /// The number of the step that does not follow, from one.
    public let step: Int
    /// The value of the line above it.
    public let left: String
    /// The step's own value.
    public let right: String
    /// What `verify replay` takes.
    public let replay: String
  }

  /// One check.
  public struct CheckData: Codable, Sendable {
    /// A few words that tell it from the identity's other checks.
    public let name: String
    /// The kind of evidence.
    public let evidence: Evidence
    /// How many cases it ran on.
    public let cases: Int
    /// How many times a line was compared with another.
    public let comparisons: Int
    /// What the check has come to.
    public let verdict: Verdict
    /// The lines of the derivation.
    public let steps: [StepData]
    /// The names in them that code gives values to.
    public let computed: [ComputedData]
    /// By how much the step that came closest to failing is off.
    @ExplicitNull public var discrepancy: Double?
    /// By how much it may be off.
    @ExplicitNull public var tolerance: Double?
    /// The largest magnitude among its components.
    @ExplicitNull public var scale: Double?
    /// The probability that chance decided the check wrongly.
    public let errorProbability: Double
    /// The smallest relative discrepancy that would be refuted with probability 1 - 10⁻⁶; statistical only.
    @ExplicitNull public var resolution: Double?
    /// The samples drawn over all cases; statistical only.
    @ExplicitNull public var samples: Int?
    /// The wrong versions, and whether each was refuted.
    public let rivals: [RivalData]
    /// The right versions that must pass too.
    public let restatements: [RestatementData]
    /// Whether there is a restatement and every one survives.
    public let restatementsSurvive: Bool
  }

  /// One line of a derivation.
  public struct StepData: Codable, Sendable {
    /// What it says, in LaTeX.
    public let says: String
    /// Why it follows from the line above.
    public let because: String
    /// Whether its value is what its text says, and not that of code beside it.
    public let read: Bool
    /// What is simulated in its place, in LaTeX; null where it is the line itself.
    @ExplicitNull public var weakReading: String?
  }

  /// A name that code gives a value to.
  public struct ComputedData: Codable, Sendable {
    /// The name, in LaTeX.
    public let name: String
    /// How, in a few words.
    public let by: String
  }

  /// A right version of a step, written otherwise.
  public struct RestatementData: Codable, Sendable {
    /// What it says, in LaTeX.
    public let says: String
    /// Why it is right.
    public let because: String
    /// Whether its value is what its text says.
    public let read: Bool
  }

  /// A wrong version of a step.
  public struct RivalData: Codable, Sendable {
    /// What it says, in LaTeX.
    public let says: String
    /// What is wrong with it.
    public let mistake: String
    /// Whether its value is what its text says.
    public let read: Bool
    /// Whether a case refutes it.
    public let refuted: Bool
    /// The largest relative discrepancy that refutes it; null where none is measured.
    @ExplicitNull public var effect: Double?
  }

  /// The data as JSON text, with keys in alphabetical order.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}

/// A value that may be absent, written as `null` and not left out.
@propertyWrapper
public struct ExplicitNull<Value: Codable & Sendable>: Codable, Sendable {
  /// The value, if there is one.
  public var wrappedValue: Value?

  /// A value, or none.
  public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

  /// Reads a value, or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
  }

  /// Writes the value, or null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
  }
}

extension ExplicitNull: Equatable where Value: Equatable {}
