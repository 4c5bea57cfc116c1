import Arithmetic
import Formulas
import Probability

/// The scalars that the lines of a check are made of, and the numbers that its formulas are evaluated over.
public protocol LineScalar: Sendable {
  /// The numbers that formulas are evaluated over.
  associatedtype Base: FormulaScalar
  /// How many levels of jets the values of names may move in.
  static var levels: Int { get }
  /// Throws `Unsupported` where a line has no meaning over these scalars, whatever the values of its names.
  static func requireMeaning(of line: Formula, in evaluator: Evaluator<Base>) throws
  /// Where most values of a number are, and how far they scatter about it; nil where it has one value.
  static func place(of number: Jet<Base>) -> (middle: Double, width: Double)?
  /// The mean of a number relative to its scatter; nil where it has one value.
  static func contrast(of number: Jet<Base>) -> Double?
  /// A line's component from the number that a formula has come to.
  static func component(_ number: Jet<Base>) throws -> Self
}

extension LineScalar {
  /// None: the values of names are fixed.
  public static var levels: Int { 0 }

  /// Any formula has one.
  public static func requireMeaning(of line: Formula, in evaluator: Evaluator<Base>) throws {}

  /// It has one value.
  public static func place(of number: Jet<Base>) -> (middle: Double, width: Double)? { nil }

  /// It has one value.
  public static func contrast(of number: Jet<Base>) -> Double? { nil }

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
  /// Throws unless the line is linear in its expectations: it is simulated by leaving them out.
  public static func requireMeaning(of line: Formula, in evaluator: Evaluator<Variate>) throws {
    try evaluator.requireMean(of: line)
  }

  /// The median, and half of what lies between the sixth part and its mirror, a standard deviation of a normal law.
  public static func place(of number: Jet<Variate>) -> (middle: Double, width: Double)? {
    guard number.value.constant == nil else { return nil }
    let sorted = number.value.samples.sorted()
    let quantile = { (share: Double) in sorted[Int(share * Double(sorted.count))] }
    return (quantile(0.5), (quantile(0.84) - quantile(0.16)) / 2)
  }

  /// The mean over the standard deviation.
  public static func contrast(of number: Jet<Variate>) -> Double? {
    let moments = Moments(number.value)
    guard moments.variance > 0 else { return nil }
    return moments.mean.magnitude / moments.variance.squareRoot()
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
