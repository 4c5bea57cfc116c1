import Arithmetic
import Formulas
import Probability

/// The scalars that the lines of a check are made of, and the numbers that its formulas are evaluated over.
public protocol LineScalar: Sendable {
  /// The numbers that formulas are evaluated over.
  associatedtype Base: FormulaScalar
  /// How many levels of jets the values of names may move in.
  static var levels: Int { get }
  /// What a line's formula comes to.
  static func value(of line: Formula, by evaluator: Evaluator<Base>) throws -> Value<Base>
  /// A line's component from the number that a formula has come to.
  static func component(_ number: Jet<Base>) throws -> Self
}

extension LineScalar {
  /// None: the values of names are fixed.
  public static var levels: Int { 0 }

  /// The value of the formula.
  public static func value(of line: Formula, by evaluator: Evaluator<Base>) throws -> Value<Base> {
    try evaluator.value(of: line)
  }

  /// The number itself; throws where it still moves.
  fileprivate static func still(_ number: Jet<Base>) throws -> Base {
    guard number.isStill else { throw Unsupported("a line that moves") }
    return number.value
  }
}

extension Symbol: LineScalar {
  /// The number itself.
  public static func component(_ number: Jet<Symbol>) throws -> Symbol { try still(number) }
}
extension Variate: LineScalar {
  /// The random variable whose expectation the formula is.
  public static func value(of line: Formula, by evaluator: Evaluator<Variate>) throws -> Value<Variate> {
    try evaluator.mean(of: line)
  }
  /// The number itself.
  public static func component(_ number: Jet<Variate>) throws -> Variate { try still(number) }
}
extension Estimate: LineScalar {
  /// The enclosed number as an estimate.
  public static func component(_ number: Jet<Interval>) throws -> Estimate { Estimate(try still(number)) }
}
extension Dual: LineScalar where Base == Interval {
  /// The parameter of the enclosure that moves.
  public static var levels: Int { 1 }
  /// The number with its derivative by the parameter that moves.
  public static func component(_ number: Jet<Interval>) throws -> Dual {
    Dual(number.value, derivative: number.coefficient(level: 0, direction: 0).value)
  }
}

/// A text that is not yet over the scalars of any evidence: a line of an identity's derivation.
public enum Unevaluated: LineScalar {
  /// None: a text is evaluated in the checks.
  public typealias Base = Interval
  /// Refuses.
  public static func component(_ number: Jet<Interval>) throws -> Unevaluated {
    throw Unsupported("a line of a derivation has a value in the checks alone")
  }
}

extension Variate: FormulaScalar {
  /// The evidence in words, for a message.
  public static var evidence: String { "simulation" }
  /// Expectations are averages of samples.
  public static var isSampled: Bool { true }
  /// Whether the variable is the same in every sample.
  public var isDeterministic: Bool { constant != nil }
}

/// What a name can be bound to: a number, a vector or a matrix over the scalars of an evidence.
public protocol FormulaValue {
  /// The numbers of the evidence.
  associatedtype Base: FormulaScalar
  /// The value as formulas know it.
  var formulaValue: Value<Base> { get }
}

/// A number that a name can be bound to, alone or as a component.
public protocol FormulaNumber: Field, FormulaValue {
  /// The number, with its derivatives.
  var jet: Jet<Base> { get }
}

extension FormulaNumber {
  /// The value as formulas know it.
  public var formulaValue: Value<Base> { .scalar(jet) }
}

extension Symbol: FormulaNumber {
  /// The number, which does not move.
  public var jet: Jet<Symbol> { Jet(constant: self) }
}
extension Variate: FormulaNumber {
  /// The number, which does not move.
  public var jet: Jet<Variate> { Jet(constant: self) }
}
extension Interval: FormulaNumber {
  /// The numbers of the evidence.
  public typealias Base = Interval
  /// The number, which does not move.
  public var jet: Jet<Interval> { Jet(constant: self) }
}
extension Jet: FormulaValue, FormulaNumber where Base: FormulaScalar {
  /// The number itself.
  public var jet: Jet<Base> { self }
}
extension Estimate: FormulaValue {
  /// The enclosure of the estimate.
  public var formulaValue: Value<Interval> { .scalar(Jet(constant: Interval(self))) }
}
extension Dual: FormulaValue, FormulaNumber where Base == Interval {
  /// The number, which moves with the parameter of the enclosure.
  public var jet: Jet<Interval> { Jet(self) }
}
extension Vector: FormulaValue where Scalar: FormulaNumber {
  /// The value as formulas know it.
  public var formulaValue: Value<Scalar.Base> { .vector(map(\.jet)) }
}
extension Matrix: FormulaValue where Scalar: FormulaNumber {
  /// The value as formulas know it.
  public var formulaValue: Value<Scalar.Base> { .matrix(map(\.jet)) }
}
extension Value: FormulaValue where Base: FormulaScalar {
  /// The value itself.
  public var formulaValue: Value<Base> { self }
}
