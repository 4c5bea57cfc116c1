/// The numbers a formula is written over: what `+ - * /` and the integers need, and nothing more.
///
/// A formula written once over a `Field` runs on `Double`, `Symbol` (a residue modulo 2^61 - 1 that counts
/// degrees), `Interval`, `Variate` (a block of samples) and, over any of these, `Dual` (derivatives).
public protocol Field: Sendable, ExpressibleByIntegerLiteral {
  // Disfavoured, so that `Variate(1 / 2)` divides as numbers with a point do, and not as integers to zero.
  /// The image of an integer in the field.
  @_disfavoredOverload init(_ integer: Int)

  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  /// The quotient; where `b` has no inverse the result is the field's own mark of failure (NaN, a pole, the
  /// whole line), never a trap.
  static func / (a: Self, b: Self) -> Self
  static prefix func - (a: Self) -> Self

  /// Adds a number.
  static func += (a: inout Self, b: Self)
  /// Adds a product; a field of large numbers may do so in its place, without another for the product.
  mutating func add(_ a: Self, times b: Self)

  /// The number times itself; a field may know more about a square than about a product.
  var squared: Self { get }

  /// The number raised to an integer power; negative exponents invert.
  func power(_ exponent: Int) -> Self

  /// The solution `X` of `matrix * X = right`; where the matrix is singular, the field's mark of failure.
  static func solve(_ matrix: Matrix<Self>, _ right: Matrix<Self>) -> Matrix<Self>

  /// How well this number serves as a pivot: zero if it cannot be divided by, larger is better.
  var pivotWeight: Double { get }
}

extension Field {
  /// A number with a point has no image in every field: `(1 as F) / 2` is one half in each.
  @available(*, unavailable, message: "divide in the field, as in (1 as F) / 2, or ask for Elementary")
  public init(_ value: Double) { fatalError() }

  /// The image of an integer literal in the field.
  @inlinable public init(integerLiteral value: Int) { self.init(value) }
  /// Adds a number.
  @inlinable public static func += (a: inout Self, b: Self) { a = a + b }
  /// Adds a product.
  @inlinable public mutating func add(_ a: Self, times b: Self) { self = self + a * b }
  /// Subtracts a number.
  @inlinable public static func -= (a: inout Self, b: Self) { a = a - b }
  /// Multiplies by a number.
  @inlinable public static func *= (a: inout Self, b: Self) { a = a * b }
  /// Divides by a number.
  @inlinable public static func /= (a: inout Self, b: Self) { a = a / b }

  /// The number times itself.
  @inlinable public var squared: Self { self * self }

  /// The solution `X` of `matrix * X = right`, by elimination.
  public static func solve(_ matrix: Matrix<Self>, _ right: Matrix<Self>) -> Matrix<Self> {
    matrix.eliminate(right)
  }

  /// The number raised to an integer power, by repeated squaring; negative exponents invert.
  public func power(_ exponent: Int) -> Self {
    var result: Self = 1
    var base = self
    var rest = exponent.magnitude
    while rest > 0 {
      if rest & 1 == 1 { result *= base }
      rest >>= 1
      if rest > 0 { base = base.squared }
    }
    return exponent < 0 ? 1 / result : result
  }
}

/// A field with the elementary functions a density or a schedule is made of.
public protocol Elementary: Field {
  /// The image of a floating-point number, taken as the exact number it is.
  init(_ value: Double)
  /// The image of a decimal that was rounded to a number: an enclosure of both, where the field has one.
  init(decimal value: Double)
  static func exp(_ x: Self) -> Self
  /// The number `e^x - 1`, accurate near zero where the field can be.
  static func expMinusOne(_ x: Self) -> Self
  /// The natural logarithm; outside its domain the field's own mark of failure.
  static func log(_ x: Self) -> Self
  static func sin(_ x: Self) -> Self
  static func cos(_ x: Self) -> Self
  /// The sine and the cosine of one angle; a field may compute both for little more than one.
  static func sineAndCosine(_ x: Self) -> (sine: Self, cosine: Self)
  static func sqrt(_ x: Self) -> Self
  /// The circle constant, enclosed or rounded as the field does it.
  static var pi: Self { get }
  /// The shares `exp(x_k) / sum_j exp(x_j)`, without overflow where only differences matter.
  static func softmax(_ x: [Self]) -> [Self]
}

extension Elementary {
  /// The number, for a field that knows no difference.
  public init(decimal value: Double) { self.init(value) }

  /// The difference as it stands: what a field gives that knows nothing better.
  public static func expMinusOne(_ x: Self) -> Self { exp(x) - 1 }

  /// The two one after the other: what a field gives that knows nothing better.
  public static func sineAndCosine(_ x: Self) -> (sine: Self, cosine: Self) { (sin(x), cos(x)) }

  /// The shares by differences alone: an overflowing exponential makes a share zero, never undefined.
  public static func softmax(_ x: [Self]) -> [Self] {
    x.indices.map { k in
      1 / x.indices.reduce(1 as Self) { $1 == k ? $0 : $0 + exp(x[$1] - x[k]) }
    }
  }

  /// The hyperbolic cosine, `(e^x + e^-x) / 2`.
  public static func cosh(_ x: Self) -> Self { (exp(x) + exp(-x)) / 2 }
  /// The hyperbolic sine, `(e^x - e^-x) / 2`: loses relative accuracy near zero.
  public static func sinh(_ x: Self) -> Self { (exp(x) - exp(-x)) / 2 }
  /// The hyperbolic tangent, `1 - 2 / (e^2x + 1)`: loses relative accuracy near zero.
  public static func tanh(_ x: Self) -> Self { 1 - 2 / (exp(2 * x) + 1) }
}
