/// An integer modulo the Mersenne prime p = 2^61 - 1.
///
/// Two rational functions that agree at random residues are equal, up to the Schwartz-Zippel probability;
/// arithmetic here is exact, so agreement is a fact about every parameter at once and never about rounding.
public struct PrimeField: Field, Hashable, CustomStringConvertible {
  /// The prime 2^61 - 1.
  public static let modulus: UInt64 = (1 << 61) - 1

  /// The representative in `0 ..< modulus`.
  public let residue: UInt64

  /// The class of a non-negative integer.
  @inlinable public init(residue: UInt64) { self.residue = residue % Self.modulus }

  @inlinable init(reduced: UInt64) { residue = reduced }

  /// The image of a number in the field.
  @_disfavoredOverload @inlinable public init(_ integer: Int) {
    let magnitude = UInt64(integer.magnitude) % Self.modulus
    residue = integer < 0 && magnitude != 0 ? Self.modulus - magnitude : magnitude
  }

  /// The sum.
  @inlinable public static func + (a: Self, b: Self) -> Self {
    let sum = a.residue + b.residue
    return Self(reduced: sum >= modulus ? sum - modulus : sum)
  }
  /// The difference.
  @inlinable public static func - (a: Self, b: Self) -> Self {
    Self(reduced: a.residue >= b.residue ? a.residue - b.residue : a.residue + modulus - b.residue)
  }
  /// The negative.
  @inlinable public static prefix func - (a: Self) -> Self {
    Self(reduced: a.residue == 0 ? 0 : modulus - a.residue)
  }
  /// The product.
  @inlinable public static func * (a: Self, b: Self) -> Self {
    // 2^61 = 1 modulo p: the high part of the product is added to the low part.
    let (high, low) = a.residue.multipliedFullWidth(by: b.residue)
    let sum = (low & modulus) + (high << 3 | low >> 61)
    return Self(reduced: sum >= modulus ? sum - modulus : sum)
  }
  /// The quotient; dividing by zero gives zero, which `Symbol` marks as a pole.
  public static func / (a: Self, b: Self) -> Self { a * b.inverse }

  /// The multiplicative inverse, by the extended Euclidean algorithm; the inverse of zero is zero.
  public var inverse: Self {
    if residue == 0 { return self }
    var (r0, r1) = (Int64(Self.modulus), Int64(residue))
    var (t0, t1): (Int64, Int64) = (0, 1)
    while r1 != 0 {
      let quotient = r0 / r1
      (r0, r1) = (r1, r0 - quotient * r1)
      (t0, t1) = (t1, t0 - quotient * t1)
    }
    return Self(reduced: UInt64(t0 < 0 ? t0 + Int64(Self.modulus) : t0))
  }

  /// How well the number serves as a pivot.
  @inlinable public var pivotWeight: Double { residue == 0 ? 0 : 1 }

  /// The fraction with smallest numerator and denominator that has this residue.
  ///
  /// Unique when both are below 2^30 in magnitude (Wang, Guy and Davenport 1982), which the value of a short
  /// formula at small integers is.
  public var fraction: (numerator: Int64, denominator: Int64) {
    var (r0, r1) = (Int64(Self.modulus), Int64(residue))
    var (t0, t1): (Int64, Int64) = (0, 1)
    while r1 >= 1 << 30 {
      let quotient = r0 / r1
      (r0, r1) = (r1, r0 - quotient * r1)
      (t0, t1) = (t1, t0 - quotient * t1)
    }
    return t1 < 0 ? (-r1, -t1) : (r1, t1)
  }

  /// The residue as the fraction with short terms that has it, `-3/7`, or as it is where there is none.
  ///
  /// Every residue is some fraction with terms of ten digits, which means nothing. With terms below 2^24 there
  /// are so few that a residue which is none of them is taken for one with a chance below 2^-12.
  public var description: String {
    let (numerator, denominator) = fraction
    guard max(numerator.magnitude, denominator.magnitude) < 1 << 24 else { return "\(residue) mod 2^61-1" }
    return denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)"
  }
}
