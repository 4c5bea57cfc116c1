extension Double: Field {
  /// The magnitude, or zero for a number that is not finite.
  @inlinable public var pivotWeight: Double { isFinite ? magnitude : 0 }
}

/// The elementary functions, each one lane of the vector function, so that a number gives the same digits alone
/// and in a block.
extension Double: Elementary {
  /// The exponential; error at most 1 ulp.
  public static func exp(_ x: Double) -> Double { SIMD8<Double>.exp(SIMD8(repeating: x))[0] }
  /// The number `e^x - 1`; error at most 2 ulp, near zero too.
  public static func expMinusOne(_ x: Double) -> Double { SIMD8<Double>.expMinusOne(SIMD8(repeating: x))[0] }
  /// The natural logarithm, NaN for a negative number and -infinity for zero; error at most 1 ulp.
  public static func log(_ x: Double) -> Double { SIMD8<Double>.log(SIMD8(repeating: x))[0] }
  /// The sine of an angle in radians, NaN beyond 10^6; error at most 1 ulp.
  public static func sin(_ x: Double) -> Double { SIMD8<Double>.sin(SIMD8(repeating: x))[0] }
  /// The cosine of an angle in radians, NaN beyond 10^6; error at most 1 ulp.
  public static func cos(_ x: Double) -> Double { SIMD8<Double>.cos(SIMD8(repeating: x))[0] }
  /// The square root, NaN for a negative number; correctly rounded.
  ///
  /// Not `squareRoot()`, which calls the C library where it cannot exclude a negative number.
  public static func sqrt(_ x: Double) -> Double { SIMD8<Double>.sqrt(SIMD8(repeating: x))[0] }
}
