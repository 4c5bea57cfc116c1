import Arithmetic
import Formulas

@testable import Verification

/// What a formula says in the names that a check binds.
func value<Scalar: LineScalar>(
  of text: String, in names: [Line<Scalar>]
) throws -> Interval where Scalar.Base == Interval {
  var bindings = Bindings<Interval>()
  for case .binding(let name) in names.map(\.content) { try name.bind(&bindings) }
  let formula = try Reader(bindings.notation).read(text)
  let value = try Evaluator(bindings).value(of: formula)
  guard case .scalar(let number) = value else {
    throw InvalidArgument("formula", is: text, expected: "a number")
  }
  return number.value
}
