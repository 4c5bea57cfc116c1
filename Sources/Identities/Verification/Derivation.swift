import Formulas

/// The lines of an identity, written once: every check that has none of its own reads them, in the names that it binds.
public struct Derivation: Sendable {
  nonisolated(unsafe) let lines: [Line<Unevaluated>]

  /// A derivation: steps, each with its rivals and restatements beneath it, all of them formulas.
  public init(@Lines<Unevaluated> _ lines: () -> [Line<Unevaluated>]) { self.lines = lines() }

  /// The lines over the scalars of a check.
  func lines<Scalar>(over scalars: Scalar.Type) -> [Line<Scalar>] {
    lines.filter(\.isText).map { line in
      Line(
        role: line.role, says: line.says, remark: line.remark, because: line.because, relation: line.relation,
        bias: line.bias, content: .text)
    }
  }
}

/// Collects the lines of a check, and the names that they use, in the order they are written.
@resultBuilder
public enum Lines<Scalar: LineScalar> {
  /// Takes one statement of the closure.
  public static func buildExpression(_ step: Step<Scalar>) -> [Line<Scalar>] { [step.line] }
  /// Takes one statement of the closure.
  public static func buildExpression(_ rival: Rival<Scalar>) -> [Line<Scalar>] { [rival.line] }
  /// Takes one statement of the closure.
  public static func buildExpression(_ restatement: Restatement<Scalar>) -> [Line<Scalar>] {
    [restatement.line]
  }
  /// Takes one statement of the closure.
  public static func buildExpression(_ name: Let<Scalar>) -> [Line<Scalar>] {
    [Line(role: .step, says: name.name, because: name.by, content: .binding(name))]
  }
  /// Takes one statement of the closure.
  public static func buildExpression(_ lines: [Line<Scalar>]) -> [Line<Scalar>] { lines }
  /// Refuses a statement that is no line.
  @available(
    *, unavailable,
    message:
      "a derivation holds `let`, Let, Step, Rival and Restatement; compute in a `let` or in a line's closure"
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
