// x = n pi/2 + r with n the nearest integer and |r| <= pi/4, then a polynomial in r^2; the last two bits of n
// choose between sine and cosine and the sign. The number pi/2 is held in four parts (Cody and Waite 1980), the
// first three of 33 bits, so that n times each of them is exact for |n| < 2^20. The remainder is carried in two
// words, so that arguments next to a multiple of pi/2 keep their relative accuracy. The coefficients are printed
// by Tests/FoundationTests/Truth/coefficients.py.

extension SIMD8<Double> {
  /// The sine of every lane, in radians; error at most 1 ulp for |x| <= 10^6, next to multiples of pi too.
  ///
  /// Beyond 10^6, infinity and NaN included, the result is NaN. Zero gives itself with its sign. Plain sums and
  /// products only, so every machine prints the same digits.
  public static func sin(_ x: Self) -> Self {
    let (quadrant, r, rest) = reduced(x)
    let result = circle(quadrant, sine: sine(r, rest), cosine: cosine(r, rest))
    return result.replacing(with: x, where: x .== 0).replacing(with: .nan, where: isBeyondReduction(x))
  }

  /// The cosine of every lane, in radians; error at most 1 ulp for |x| <= 10^6, next to odd multiples of pi/2
  /// too.
  ///
  /// Beyond 10^6, infinity and NaN included, the result is NaN. Plain sums and products only, so every machine
  /// prints the same digits.
  public static func cos(_ x: Self) -> Self {
    let (quadrant, r, rest) = reduced(x)
    let result = circle(quadrant &+ 1, sine: sine(r, rest), cosine: cosine(r, rest))
    return result.replacing(with: .nan, where: isBeyondReduction(x))
  }

  /// The sine and the cosine of every lane, the same numbers as one by one, with one reduction of the angle.
  public static func sineAndCosine(_ x: Self) -> (sine: Self, cosine: Self) {
    let (quadrant, r, rest) = reduced(x)
    let (s, c) = (sine(r, rest), cosine(r, rest))
    let isBeyond = isBeyondReduction(x)
    return (
      circle(quadrant, sine: s, cosine: c).replacing(with: x, where: x .== 0)
        .replacing(with: .nan, where: isBeyond),
      circle(quadrant &+ 1, sine: s, cosine: c).replacing(with: .nan, where: isBeyond)
    )
  }

  @inline(__always) private static func isBeyondReduction(_ x: Self) -> SIMDMask<SIMD8<Int64>> {
    .!(Self(bits: x.bits & 0x7fff_ffff_ffff_ffff) .<= 1e6)
  }

  /// The quadrant (in the last two bits) and the remainder as an unevaluated sum of two numbers.
  @inline(__always) private static func reduced(_ x: Self) -> (quadrant: SIMD8<UInt64>, r: Self, rest: Self) {
    let shifted = x * 0x1.45f306dc9c883p-1 + 0x1.8p52
    let n = shifted - 0x1.8p52
    let first = x - n * 0x1.921fb544p0
    let (second, lost) = exactDifference(first, n * 0x1.0b4611a6p-34)
    let (third, lostToo) = exactDifference(second, n * 0x1.3198a2ep-69)
    let tail = (lost + lostToo) - n * 0x1.b839a252049c1p-104
    let r = third + tail
    return (shifted.bits, r, (third - r) + tail)
  }

  /// The rounded difference and its rounding error, exactly (Knuth's two-sum).
  @inline(__always) private static func exactDifference(_ a: Self, _ b: Self) -> (Self, Self) {
    let difference = a - b
    let part = difference - a
    return (difference, (a - (difference - part)) - (b + part))
  }

  /// The sine of `r + rest`, |r| <= pi/4.
  @inline(__always) private static func sine(_ r: Self, _ rest: Self) -> Self {
    let z = r * r
    let cube = z * r
    return r - ((z * (0.5 * rest - cube * sinePolynomial(z)) - rest) + cube * 0.16666666666666655)
  }

  /// The cosine of `r + rest`, |r| <= pi/4.
  @inline(__always) private static func cosine(_ r: Self, _ rest: Self) -> Self {
    let z = r * r
    let halfSquare = 0.5 * z
    let leading = 1 - halfSquare
    return leading + (((1 - leading) - halfSquare) + (z * (z * cosinePolynomial(z)) - r * rest))
  }

  /// The sine and the cosine of `r`, |r| <= pi/4, within 2 ulp: for where `r` is itself a rounded number.
  @inlinable @inline(__always) package static func quickSineAndCosine(_ r: Self) -> (sine: Self, cosine: Self)
  {
    let z = r * r
    return (
      r + r * (z * (z * sinePolynomial(z) - 0.16666666666666655)), 1 + z * (z * cosinePolynomial(z) - 0.5)
    )
  }

  /// The rest of the sine, `(sin r - r + r^3 / 6) / r^5`, at `z = r^2`.
  @inlinable @inline(__always) static func sinePolynomial(_ z: Self) -> Self {
    var p = z * 1.5902398745250007e-10 - 2.505086697919762e-08
    p = p * z + 2.755731449153341e-06
    p = p * z - 0.00019841269832539601
    return p * z + 0.008333333333326651
  }

  /// The rest of the cosine, `(cos r - 1 + r^2 / 2) / r^4`, at `z = r^2`.
  @inlinable @inline(__always) static func cosinePolynomial(_ z: Self) -> Self {
    var p = z * -1.1362703716944188e-11 + 2.0875788088370687e-09
    p = p * z - 2.755731488264858e-07
    p = p * z + 2.480158729155858e-05
    p = p * z - 0.0013888888888877974
    return p * z + 0.04166666666666662
  }

  /// The sine, cosine, minus sine or minus cosine, as the last two bits of the quadrant say.
  @inline(__always)
  private static func circle(_ quadrant: SIMD8<UInt64>, sine: Self, cosine: Self) -> Self {
    let isOdd = SIMD8<UInt64>.zero &- (quadrant & 1)
    let chosen = (sine.bits & ~isOdd) | (cosine.bits & isOdd)
    return Self(bits: chosen ^ ((quadrant & 2) &<< 62))
  }
}

extension SIMD16<Float> {
  /// The sine of every lane, in radians; error at most 1 ulp for |x| <= 10^6, next to multiples of pi too.
  ///
  /// Beyond 10^6, infinity and NaN included, the result is NaN. Zero gives itself with its sign. Plain sums and
  /// products only, so every machine prints the same digits.
  public static func sin(_ x: Self) -> Self {
    let (quadrant, r, rest) = reduced(x)
    let result = circle(quadrant, sine: sine(r, rest), cosine: cosine(r, rest))
    return result.replacing(with: x, where: x .== 0).replacing(with: .nan, where: isBeyondReduction(x))
  }

  /// The cosine of every lane, in radians; error at most 1 ulp for |x| <= 10^6, next to odd multiples of pi/2
  /// too.
  ///
  /// Beyond 10^6, infinity and NaN included, the result is NaN. Plain sums and products only, so every machine
  /// prints the same digits.
  public static func cos(_ x: Self) -> Self {
    let (quadrant, r, rest) = reduced(x)
    let result = circle(quadrant &+ 1, sine: sine(r, rest), cosine: cosine(r, rest))
    return result.replacing(with: .nan, where: isBeyondReduction(x))
  }

  @inline(__always) private static func isBeyondReduction(_ x: Self) -> SIMDMask<SIMD16<Int32>> {
    .!(Self(bits: x.bits & 0x7fff_ffff) .<= 1e6)
  }

  /// The quadrant (in the last two bits) and the remainder as an unevaluated sum of two numbers.
  @inline(__always) private static func reduced(_ x: Self) -> (quadrant: SIMD16<UInt32>, r: Self, rest: Self)
  {
    let (low, high) = (reduced(SIMD8<Double>(x.lowHalf)), reduced(SIMD8<Double>(x.highHalf)))
    return (
      SIMD16<UInt32>(lowHalf: low.quadrant, highHalf: high.quadrant), Self(lowHalf: low.r, highHalf: high.r),
      Self(lowHalf: low.rest, highHalf: high.rest)
    )
  }

  /// The same for half of the lanes, in `Double`, where two parts of pi/2 suffice.
  @inline(__always) private static func reduced(
    _ x: SIMD8<Double>
  ) -> (quadrant: SIMD8<UInt32>, r: SIMD8<Float>, rest: SIMD8<Float>) {
    let shifted = x * 0x1.45f306dc9c883p-1 + 0x1.8p52
    let n = shifted - 0x1.8p52
    let whole = (x - n * 0x1.921fb544p0) - n * 0x1.0b4611a626331p-34
    let r = SIMD8<Float>(whole)
    return (SIMD8<UInt32>(truncatingIfNeeded: shifted.bits), r, SIMD8<Float>(whole - SIMD8<Double>(r)))
  }

  /// The sine of `r + rest`, |r| <= pi/4.
  @inline(__always) private static func sine(_ r: Self, _ rest: Self) -> Self {
    let z = r * r
    return r + (r * (z * sinePolynomial(z)) + rest)
  }

  /// The cosine of `r + rest`, |r| <= pi/4.
  @inline(__always) private static func cosine(_ r: Self, _ rest: Self) -> Self {
    let z = r * r
    let halfSquare = 0.5 * z
    let leading = 1 - halfSquare
    return leading + (((1 - leading) - halfSquare) + (z * (z * cosinePolynomial(z)) - r * rest))
  }

  /// The sine and the cosine of `r`, |r| <= pi/4, within 2 ulp: for where `r` is itself a rounded number.
  @inlinable @inline(__always) package static func quickSineAndCosine(_ r: Self) -> (sine: Self, cosine: Self)
  {
    let z = r * r
    return (r + r * (z * sinePolynomial(z)), 1 + z * (z * cosinePolynomial(z) - 0.5))
  }

  /// The rest of the sine, `(sin r - r) / r^3`, at `z = r^2`.
  @inlinable @inline(__always) static func sinePolynomial(_ z: Self) -> Self {
    (z * -0.00019523628 + 0.00833223946) * z - 0.166666567
  }

  /// The rest of the cosine, `(cos r - 1 + r^2 / 2) / r^4`, at `z = r^2`.
  @inlinable @inline(__always) static func cosinePolynomial(_ z: Self) -> Self {
    (z * 2.44377479e-05 - 0.00138873619) * z + 0.0416666456
  }

  /// The sine, cosine, minus sine or minus cosine, as the last two bits of the quadrant say.
  @inline(__always)
  private static func circle(_ quadrant: SIMD16<UInt32>, sine: Self, cosine: Self) -> Self {
    let isOdd = SIMD16<UInt32>.zero &- (quadrant & 1)
    let chosen = (sine.bits & ~isOdd) | (cosine.bits & isOdd)
    return Self(bits: chosen ^ ((quadrant & 2) &<< 30))
  }
}
