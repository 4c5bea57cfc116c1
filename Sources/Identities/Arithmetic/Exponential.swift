// e^x = 2^n e^r with n the integer nearest x / log 2 and |r| <= log(2) / 2. The number log 2 is held in two
// parts, the first short enough for n times it to be exact. The coefficients are printed by
// Tests/FoundationTests/Truth/coefficients.py.

extension SIMD8<Double> {
  /// The exponential of every lane; error at most 1 ulp.
  ///
  /// Above 709.79 the result is infinity; below -708.4 it underflows gradually and is rounded to the spacing of
  /// subnormals, to zero below -745.14. NaN gives NaN. Plain sums and products only, so every machine prints
  /// the same digits.
  public static func exp(_ x: Self) -> Self {
    // Far enough out for the result to be infinity or zero, near enough for the scaling below to work.
    let inside = x.replacing(with: 710, where: x .> 710)
    let t = inside.replacing(with: -746, where: inside .< -746)
    // Adding 1.5 * 2^52 leaves the nearest integer in the low bits, in two's complement.
    let shifted = t * 0x1.71547652b82fep0 + 0x1.8p52
    let n = shifted - 0x1.8p52
    let high = t - n * 0x1.62e42feep-1
    let low = n * 0x1.a39ef35793c76p-33
    let r = high - low
    let rest = (high - r) - low
    var p = r * 2.0926994241995103e-09 + 2.5112345834402238e-08
    p = p * r + 2.755723318741543e-07
    p = p * r + 2.7557233937025297e-06
    p = p * r + 2.4801587373955286e-05
    p = p * r + 0.00019841269897354294
    p = p * r + 0.0013888888888858324
    p = p * r + 0.008333333333316621
    p = p * r + 0.04166666666666673
    p = p * r + 0.16666666666666685
    p = p * r + 0.5
    let e = 1 + (r + (r * r * p + rest))
    // 2^n as a product of two powers, each of which is a normal number.
    let exponent = unsafeBitCast(shifted.bits &- 0x4338_0000_0000_0000, to: SIMD8<Int64>.self)
    let half = exponent &>> 1
    return e * power(of: half) * power(of: exponent &- half)
  }

  /// Two to an integer power from -1022 to 1023.
  @inline(__always) private static func power(of exponent: SIMD8<Int64>) -> Self {
    unsafeBitCast((exponent &+ 1023) &<< 52, to: Self.self)
  }
}

extension SIMD16<Float> {
  /// The exponential of every lane; error at most 1 ulp.
  ///
  /// Above 88.73 the result is infinity; below -87.33 it underflows gradually and is rounded to the spacing of
  /// subnormals, to zero below -103.98. NaN gives NaN. Plain sums and products only, so every machine prints
  /// the same digits.
  public static func exp(_ x: Self) -> Self {
    let inside = x.replacing(with: 89, where: x .> 89)
    let t = inside.replacing(with: -105, where: inside .< -105)
    // Adding 1.5 * 2^23 leaves the nearest integer in the low bits, in two's complement.
    let shifted = t * 0x1.715476p0 + 0x1.8p23
    let n = shifted - 0x1.8p23
    let high = t - n * 0x1.62e4p-1
    let low = n * 0x1.7f7d1cp-20
    let r = high - low
    let rest = (high - r) - low
    var p = r * 0.0013950594 + 0.00836895127
    p = p * r + 0.041666206
    p = p * r + 0.166665182
    p = p * r + 0.5
    let e = 1 + (r + (r * r * p + rest))
    let exponent = unsafeBitCast(shifted.bits &- 0x4b40_0000, to: SIMD16<Int32>.self)
    let half = exponent &>> 1
    return e * power(of: half) * power(of: exponent &- half)
  }

  /// Two to an integer power from -126 to 127.
  @inline(__always) private static func power(of exponent: SIMD16<Int32>) -> Self {
    unsafeBitCast((exponent &+ 127) &<< 23, to: Self.self)
  }
}
