import Arithmetic

/// A random variable, where an operator must not take a literal for one: `(1 - t) * z` has a single reading.
public protocol RandomVariable: Elementary {}

extension Variate: RandomVariable {}

// A number beside a random variable is a constant. These are disfavoured so that a literal beside a variable stays one
// of its own kind.
extension RandomVariable {
  /// The sum.
  @_disfavoredOverload public static func + (a: Double, b: Self) -> Self { Self(a) + b }
  /// The sum.
  @_disfavoredOverload public static func + (a: Self, b: Double) -> Self { a + Self(b) }
  /// The difference.
  @_disfavoredOverload public static func - (a: Double, b: Self) -> Self { Self(a) - b }
  /// The difference.
  @_disfavoredOverload public static func - (a: Self, b: Double) -> Self { a - Self(b) }
  /// The product.
  @_disfavoredOverload public static func * (a: Double, b: Self) -> Self { Self(a) * b }
  /// The product.
  @_disfavoredOverload public static func * (a: Self, b: Double) -> Self { a * Self(b) }
  /// The quotient.
  @_disfavoredOverload public static func / (a: Double, b: Self) -> Self { Self(a) / b }
  /// The quotient.
  @_disfavoredOverload public static func / (a: Self, b: Double) -> Self { a / Self(b) }
}

extension Variate: ExpressibleByFloatLiteral {
  /// A constant.
  public init(floatLiteral value: Double) { self.init(value) }
}

extension Vector where Scalar == Variate {
  /// The product.
  @_disfavoredOverload public static func * (s: Double, a: Self) -> Self { Variate(s) * a }
  /// The quotient.
  @_disfavoredOverload public static func / (a: Self, s: Double) -> Self { a / Variate(s) }
}

extension Matrix where Scalar == Double {
  /// The product with a random vector.
  public static func * (a: Self, x: Vector<Variate>) -> Vector<Variate> { a.map { Variate($0) } * x }
}
