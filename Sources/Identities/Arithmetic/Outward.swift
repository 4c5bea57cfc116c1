/// Arithmetic rounded downwards without touching the rounding mode of the processor.
///
/// Each function rounds to nearest, finds the sign of the error it made, and steps to the next `Double` only
/// if the rounded result lies above the exact one: exact results stay as they are. Rounding upwards is
/// rounding downwards of the negated problem. None of these functions is inlinable: the library is compiled
/// for a processor with a fused multiply-add, its clients perhaps not.
enum Outward {
  /// The magnitude below which the error of a product of two `Double`s may itself not be a `Double`.
  ///
  /// The error of a product is a multiple of 2^-106 times the product, and the least positive `Double` is
  /// 2^-1074; the remaining factor of 2^8 is margin.
  private static let leastSplittable = 0x1p-960

  /// The greatest `Double` not above `a + b`; `a` and `b` are not positive infinity.
  static func sumBelow(_ a: Double, _ b: Double) -> Double {
    let sum = a + b
    // Dekker's error of the sum; unlike Knuth's it cannot overflow unless the sum does.
    let (large, small) = a.magnitude >= b.magnitude ? (a, b) : (b, a)
    let error = small - (sum - large)
    // An infinite sum has the error -inf, +inf or NaN: the step leads from +inf back to a finite number and
    // leaves -inf alone.
    return error >= 0 ? sum : sum.nextDown
  }

  /// The least `Double` not below `a + b`; `a` and `b` are not negative infinity.
  static func sumAbove(_ a: Double, _ b: Double) -> Double { -sumBelow(-a, -b) }

  /// The greatest `Double` not above `a * b`, where zero times infinity is zero.
  ///
  /// An infinite factor stands for the limit; a product of positive infinity is reported as the greatest
  /// finite magnitude, for a lower bound is never positive infinity.
  static func productBelow(_ a: Double, _ b: Double) -> Double {
    if a == 0 || b == 0 { return 0 }
    let product = a * b
    let error =
      product.magnitude < leastSplittable
      ? signOfError(ofProduct: product, a, b) : (-product).addingProduct(a, b)
    return error >= 0 ? product : product.nextDown
  }

  /// The least `Double` not below `a * b`, where zero times infinity is zero.
  static func productAbove(_ a: Double, _ b: Double) -> Double { -productBelow(-a, b) }

  /// The greatest `Double` not above `a / b` for positive `b`; dividing by infinity gives the limit zero.
  static func quotientBelow(_ a: Double, _ b: Double) -> Double {
    if a == 0 || b.isInfinite { return 0 }
    let quotient = a / b
    let remainder =
      a.magnitude < leastSplittable
      ? signOfRemainder(ofQuotient: quotient, a, b) : a.addingProduct(-quotient, b)
    return remainder >= 0 ? quotient : quotient.nextDown
  }

  /// The least `Double` not below `a / b` for positive `b`; dividing by infinity gives the limit zero.
  static func quotientAbove(_ a: Double, _ b: Double) -> Double { -quotientBelow(-a, b) }

  /// The greatest `Double` not above and the least not below the square root of a nonnegative number.
  static func root(_ x: Double) -> (below: Double, above: Double) {
    if x == 0 || x.isInfinite { return (x, x) }
    if x < leastSplittable {
      // Even powers of two move the problem to where the remainder is a `Double`, and back, exactly.
      let (below, above) = root(x * 0x1p200)
      return (below * 0x1p-100, above * 0x1p-100)
    }
    let root = x.squareRoot()
    let remainder = x.addingProduct(-root, root)
    return (remainder >= 0 ? root : root.nextDown, remainder <= 0 ? root : root.nextUp)
  }

  /// The power of a nonnegative number with every product rounded downwards.
  static func powerBelow(_ x: Double, _ exponent: UInt) -> Double { power(x, exponent, productBelow) }

  /// The power of a nonnegative number with every product rounded upwards.
  static func powerAbove(_ x: Double, _ exponent: UInt) -> Double { power(x, exponent, productAbove) }

  private static func power(
    _ x: Double, _ exponent: UInt, _ product: (Double, Double) -> Double
  ) -> Double {
    var (result, base, rest) = (1.0, x, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = product(result, base) }
      rest >>= 1
      if rest > 0 { base = product(base, base) }
    }
    return result
  }

  /// A number with the sign of `a * b - product` for a product that may have underflowed.
  private static func signOfError(ofProduct product: Double, _ a: Double, _ b: Double) -> Double {
    let (left, right) = (unitScaled(a), unitScaled(b))
    let exact = left * right
    let rest = (-exact).addingProduct(left, right)
    // Either the difference is exact (Sterbenz) or it is much larger than the rest; infinite is fine too.
    return (exact - scaled(product, by: -(a.exponent + b.exponent))) + rest
  }

  /// A number with the sign of `a - quotient * b` for a remainder that may underflow.
  private static func signOfRemainder(ofQuotient quotient: Double, _ a: Double, _ b: Double) -> Double {
    unitScaled(a).addingProduct(-scaled(quotient, by: b.exponent - a.exponent), unitScaled(b))
  }

  /// The number scaled by a power of two to a magnitude of at least one and less than two.
  private static func unitScaled(_ x: Double) -> Double {
    Double(sign: x.sign, exponent: 0, significand: x.significand)
  }

  /// The number times a power of two, exact for every use here or else infinite.
  private static func scaled(_ x: Double, by exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: x)
  }
}
