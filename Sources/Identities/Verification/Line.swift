import Arithmetic
import Probability

/// How a line of a derivation stands to the line above it.
public enum Relation: String, Sendable, Codable {
  /// The line above equals this line.
  case equals = "="
  /// The line above is at most this line.
  case atMost = "<="
  /// The line above is at least this line.
  case atLeast = ">="
}

/// What a line is in its check.
public enum Role: Sendable, Equatable {
  /// One line of the derivation.
  case step
  /// A wrong version of the step it follows; the check must refute it.
  case rival(mistake: String)
  /// A right version of the step it follows, written otherwise; it must survive.
  case restatement

  /// Whether the line is wrong on purpose.
  public var isRival: Bool { if case .rival = self { true } else { false } }
}

/// A value that a line can have: a number, a vector or a matrix over the check's scalars.
public protocol Quantity {
  associatedtype Scalar: Sendable
  /// The components, in a fixed order.
  var parts: [Scalar] { get }
}

extension Vector: Quantity {
  /// The components, in a fixed order.
  public var parts: [Scalar] { components }
}
extension Matrix: Quantity {
  /// The components, in a fixed order.
  public var parts: [Scalar] { entries }
}
extension Symbol: Quantity {
  /// The components, in a fixed order.
  public var parts: [Symbol] { [self] }
}
extension Variate: Quantity {
  /// The components, in a fixed order.
  public var parts: [Variate] { [self] }
}
extension Dual: Quantity {
  /// The components, in a fixed order.
  public var parts: [Dual] { [self] }
}

extension Double: Quantity {
  /// The number as a constant random variable.
  public var parts: [Variate] { [Variate(self)] }
}

/// One line of a check: what it says, why, and how to evaluate it.
public struct Line<Scalar: Sendable> {
  let role: Role
  let says: String
  let because: String
  /// The relation to the line above; nil takes the relation of the step that the line stands in for.
  let relation: Relation?
  let bias: Double
  let value: () throws -> [Scalar]
}

/// One line of a derivation, compared with the line above it.
public struct Step<Scalar: Sendable> {
  let line: Line<Scalar>

  /// A line that says `says` (LaTeX) because of `because`, with the value of the closure.
  ///
  /// `relation` reads from the line above to this one. `bias` bounds a deterministic error of a simulated line,
  /// such as a time step's; it widens the tolerance.
  public init<Q: Quantity>(
    _ says: String, because: String = "", relation: Relation = .equals, bias: Double = 0,
    value: @escaping () throws -> Q
  ) where Q.Scalar == Scalar {
    line = Line(role: .step, says: says, because: because, relation: relation, bias: bias) {
      try value().parts
    }
  }
}

/// A plausible wrong version of the step it follows; a check that cannot refute it verifies nothing.
///
/// It is compared with the line above that step, as the step is; after the first step, with that step.
public struct Rival<Scalar: Sendable> {
  let says: String
  let mistake: String
  let relation: Relation?
  let value: () throws -> [Scalar]

  /// A line that says `says` (LaTeX), wrong by `mistake`; by default it stands in its step's relation.
  public init<Q: Quantity>(
    _ says: String, _ mistake: String, relation: Relation? = nil, value: @escaping () throws -> Q
  ) where Q.Scalar == Scalar {
    (self.says, self.mistake, self.relation) = (says, mistake, relation)
    self.value = { try value().parts }
  }
}

/// A right version of the step it follows, written otherwise; a check that refutes it is too strict.
///
/// In an identity that is expected to fail it is the corrected line, and shows that the check can pass.
public struct Restatement<Scalar: Sendable> {
  let says: String
  let because: String
  let value: () throws -> [Scalar]

  /// A line that says `says` (LaTeX), right because of `because`.
  public init<Q: Quantity>(_ says: String, because: String = "", value: @escaping () throws -> Q)
  where Q.Scalar == Scalar {
    (self.says, self.because) = (says, because)
    self.value = { try value().parts }
  }
}

// A line with a single value of its check's own kind, which may be a literal: without these `{ 0 }` would be a `Double`.

extension Step where Scalar: Quantity, Scalar.Scalar == Scalar {
  /// A line with a single value, which may be a literal.
  public init(
    _ says: String, because: String = "", relation: Relation = .equals, bias: Double = 0,
    value: @escaping () throws -> Scalar
  ) {
    line = Line(role: .step, says: says, because: because, relation: relation, bias: bias) { [try value()] }
  }
}

extension Rival where Scalar: Quantity, Scalar.Scalar == Scalar {
  /// A wrong version with a single value, which may be a literal.
  public init(
    _ says: String, _ mistake: String, relation: Relation? = nil, value: @escaping () throws -> Scalar
  ) {
    (self.says, self.mistake, self.relation) = (says, mistake, relation)
    self.value = { [try value()] }
  }
}

extension Restatement where Scalar: Quantity, Scalar.Scalar == Scalar {
  /// A right version with a single value, which may be a literal.
  public init(_ says: String, because: String = "", value: @escaping () throws -> Scalar) {
    (self.says, self.because) = (says, because)
    self.value = { [try value()] }
  }
}

/// Collects the lines of a check in the order they are written.
@resultBuilder
public enum Derivation<Scalar: Sendable> {
  /// Takes one statement of the closure.
  public static func buildExpression(_ step: Step<Scalar>) -> [Line<Scalar>] { [step.line] }
  /// Takes one statement of the closure.
  public static func buildExpression(_ rival: Rival<Scalar>) -> [Line<Scalar>] {
    [
      Line(
        role: .rival(mistake: rival.mistake), says: rival.says, because: "",
        relation: rival.relation, bias: 0, value: rival.value)
    ]
  }
  /// Takes one statement of the closure.
  public static func buildExpression(_ restatement: Restatement<Scalar>) -> [Line<Scalar>] {
    [
      Line(
        role: .restatement, says: restatement.says, because: restatement.because, relation: nil, bias: 0,
        value: restatement.value)
    ]
  }
  /// Takes one statement of the closure.
  public static func buildExpression(_ lines: [Line<Scalar>]) -> [Line<Scalar>] { lines }
  /// Refuses a statement that is no line.
  @available(
    *, unavailable,
    message:
      "a derivation holds `let`, Step, Rival and Restatement; compute in a `let` or in a line's closure"
  )
  public static func buildExpression(_ nothing: Void) -> [Line<Scalar>] { [] }
  /// Joins the statements in order.
  public static func buildBlock(_ parts: [Line<Scalar>]...) -> [Line<Scalar>] { parts.flatMap { $0 } }
  /// Takes the statements of an `if`, if it is entered.
  public static func buildOptional(_ part: [Line<Scalar>]?) -> [Line<Scalar>] { part ?? [] }
  /// Takes the statements of one branch.
  public static func buildEither(first part: [Line<Scalar>]) -> [Line<Scalar>] { part }
  /// Takes the statements of one branch.
  public static func buildEither(second part: [Line<Scalar>]) -> [Line<Scalar>] { part }
  /// Joins the rounds of a loop.
  public static func buildArray(_ parts: [[Line<Scalar>]]) -> [Line<Scalar>] { parts.flatMap { $0 } }
}
