import Arithmetic
import Formulas
import Probability

/// One line of a check: what it says, why, and what gives its value.
public struct Line<Scalar: LineScalar> {
  enum Content {
    /// The formula that the line says, read in the names that the check binds.
    case text
    /// The same, already read.
    case formula(Formula)
    /// Code: the line is transcribed, and nothing holds its text to its value.
    case code(() throws -> [Scalar])
    /// No line at all but a name for those that follow.
    case binding(Let<Scalar>)
  }

  let role: Role
  let says: String
  /// What the reader should know of the line besides: prose, LaTeX between dollar signs.
  let remark: String
  let because: String
  /// The relation to the line above; nil takes the relation of the step that the line stands in for.
  let relation: Relation?
  let bias: Double
  let content: Content
  /// What the text was read as; nil for a transcribed line.
  var formula: Formula?
  /// What is simulated in the line's place, in LaTeX; nil where it is the line itself.
  var weakReading: String?

  init(
    role: Role, says: String, remark: String = "", because: String = "", relation: Relation? = nil,
    bias: Double = 0, content: Content
  ) {
    (self.role, self.says, self.remark, self.because) = (role, says, remark, because)
    (self.relation, self.bias, self.content) = (relation, bias, content)
  }

  /// The line with another content.
  func with(_ content: Content) -> Line {
    Line(
      role: role, says: says, remark: remark, because: because, relation: relation, bias: bias,
      content: content)
  }

  /// The value; a line that is read has one after it was read.
  func value() throws -> [Scalar] {
    guard case .code(let value) = content else { throw Unsupported("the line \(says) was not read") }
    return try value()
  }

  /// The line with what its text was read as, and what is simulated in its place.
  func reads(_ formula: Formula, weakly reading: String? = nil) -> Line {
    var line = self
    (line.formula, line.weakReading) = (formula, reading)
    return line
  }

  var isBinding: Bool { if case .binding = content { true } else { false } }
  var isText: Bool { if case .text = content { true } else { false } }
}

/// One line of a derivation, compared with the line above it.
public struct Step<Scalar: LineScalar> {
  let line: Line<Scalar>

  /// A line that says the formula `says` because of `because`; its value is what the formula says.
  ///
  /// `relation` reads from the line above to this one. `remark` stands beside the formula, in words. `bias` bounds a
  /// deterministic error of a simulated line, such as a time step's; it widens the tolerance.
  public init(
    _ says: String, because: String = "", relation: Relation = .equals, remark: String = "", bias: Double = 0
  ) {
    line = Line(
      role: .step, says: says, remark: remark, because: because, relation: relation, bias: bias,
      content: .text)
  }

  /// A line that says `says` (LaTeX) because of `because`, transcribed: its value is the closure's.
  public init<Q: Quantity>(
    _ says: String, because: String = "", relation: Relation = .equals, remark: String = "", bias: Double = 0,
    value: @escaping () throws -> Q
  ) where Q.Scalar == Scalar {
    line = Line(
      role: .step, says: says, remark: remark, because: because, relation: relation, bias: bias,
      content: .code { try value().parts })
  }
}

/// A plausible wrong version of the step it follows; a check that cannot refute it verifies nothing.
///
/// It is compared with the line above that step, as the step is; after the first step, with that step.
public struct Rival<Scalar: LineScalar> {
  let line: Line<Scalar>

  /// A formula that is wrong by `mistake`; by default it stands in its step's relation.
  public init(_ says: String, _ mistake: String, relation: Relation? = nil, remark: String = "") {
    line = Line(
      role: .rival(mistake: mistake), says: says, remark: remark, relation: relation, content: .text)
  }

  /// A line that says `says` (LaTeX), wrong by `mistake`, transcribed: its value is the closure's.
  public init<Q: Quantity>(
    _ says: String, _ mistake: String, relation: Relation? = nil, remark: String = "",
    value: @escaping () throws -> Q
  ) where Q.Scalar == Scalar {
    line = Line(
      role: .rival(mistake: mistake), says: says, remark: remark, relation: relation,
      content: .code { try value().parts })
  }
}

/// A right version of the step it follows, written otherwise; a check that refutes it is too strict.
///
/// In an identity that is expected to fail it is the corrected line, and shows that the check can pass.
public struct Restatement<Scalar: LineScalar> {
  let line: Line<Scalar>

  /// A formula that is right because of `because`.
  public init(_ says: String, because: String = "", remark: String = "") {
    line = Line(role: .restatement, says: says, remark: remark, because: because, content: .text)
  }

  /// A line that says `says` (LaTeX), right because of `because`, transcribed: its value is the closure's.
  public init<Q: Quantity>(
    _ says: String, because: String = "", remark: String = "", value: @escaping () throws -> Q
  ) where Q.Scalar == Scalar {
    line = Line(
      role: .restatement, says: says, remark: remark, because: because, content: .code { try value().parts })
  }
}

// A line with a single value of its check's own kind, which may be a literal: without these `{ 0 }` would be a `Double`.

extension Step where Scalar: Quantity, Scalar.Scalar == Scalar {
  /// A transcribed line with a single value, which may be a literal.
  public init(
    _ says: String, because: String = "", relation: Relation = .equals, remark: String = "", bias: Double = 0,
    value: @escaping () throws -> Scalar
  ) {
    line = Line(
      role: .step, says: says, remark: remark, because: because, relation: relation, bias: bias,
      content: .code { [try value()] })
  }
}

extension Rival where Scalar: Quantity, Scalar.Scalar == Scalar {
  /// A transcribed wrong version with a single value, which may be a literal.
  public init(
    _ says: String, _ mistake: String, relation: Relation? = nil, remark: String = "",
    value: @escaping () throws -> Scalar
  ) {
    line = Line(
      role: .rival(mistake: mistake), says: says, remark: remark, relation: relation,
      content: .code { [try value()] })
  }
}

extension Restatement where Scalar: Quantity, Scalar.Scalar == Scalar {
  /// A transcribed right version with a single value, which may be a literal.
  public init(
    _ says: String, because: String = "", remark: String = "", value: @escaping () throws -> Scalar
  ) {
    line = Line(
      role: .restatement, says: says, remark: remark, because: because, content: .code { [try value()] })
  }
}
