// log(2^k m) = k log 2 + log m with m from sqrt(1/2) to sqrt 2, and log m = 2 atanh(s) at s = (m - 1) / (m + 1),
// arranged as in the Freely Distributable Math Library (Sun Microsystems, 1993) so that the leading term m - 1
// enters exactly. The coefficients are printed by Tests/FoundationTests/Truth/coefficients.py.

extension SIMD8<Double> {
  /// The natural logarithm of every lane; error at most 1 ulp.
  ///
  /// Zero of either sign gives -infinity, a negative lane NaN, infinity and NaN themselves; subnormal lanes are
  /// as accurate as the others. Plain sums, products and quotients only, so every machine prints the same
  /// digits.
  public static func log(_ x: Self) -> Self {
    let isSmall = x .< 0x1p-1022
    let scaled = x.replacing(with: x * 0x1p54, where: isSmall)
    let scale = Self.zero.replacing(with: 54, where: isSmall)
    return logarithm(ofNormal: scaled, minus: scale).replacing(with: x, where: .!(x .< .infinity))
      .replacing(with: .nan, where: x .< 0)
      .replacing(with: -.infinity, where: x .== 0)
  }

  /// The number `log(x) - scale * log 2` for positive normal `x` and an integer `scale`; error at most 1 ulp.
  @inlinable @inline(__always) package static func logarithm(ofNormal x: Self, minus scale: Self) -> Self {
    // Adding 1 - sqrt(1/2) to the encoding carries into the exponent just where the mantissa passes sqrt 2.
    let carried = x.bits &+ 0x0009_5f62_0000_0000
    // The exponent as a number: put in the low bits of 2^52.
    let k = (Self(bits: (carried &>> 52) | 0x4330_0000_0000_0000) - (0x1p52 + 1023)) - scale
    let m = Self(bits: (carried & 0x000f_ffff_ffff_ffff) &+ 0x3fe6_a09e_0000_0000)
    let f = m - 1
    let s = f / (f + 2)
    let z = s * s
    var p = z * 0.1474804876169104 + 0.15319180660509482
    p = p * z + 0.18183346883731566
    p = p * z + 0.2222220318527863
    p = p * z + 0.28571428691646295
    p = p * z + 0.39999999999682145
    p = p * z + 0.6666666666666684
    let halfSquare = 0.5 * f * f
    let low = s * (halfSquare + z * p) + k * 0x1.a39ef35793c76p-33
    return k * 0x1.62e42feep-1 - ((halfSquare - low) - f)
  }
}

extension SIMD16<Float> {
  /// The natural logarithm of every lane; error at most 1 ulp.
  ///
  /// Zero of either sign gives -infinity, a negative lane NaN, infinity and NaN themselves; subnormal lanes are
  /// as accurate as the others. Plain sums, products and quotients only, so every machine prints the same
  /// digits.
  public static func log(_ x: Self) -> Self {
    let isSmall = x .< 0x1p-126
    let scaled = x.replacing(with: x * 0x1p25, where: isSmall)
    let scale = Self.zero.replacing(with: 25, where: isSmall)
    let (m, k) = parts(ofNormal: scaled)
    let result = logarithm(ofOnePlus: m - 1, plus: k - scale)
    return result.replacing(with: x, where: .!(x .< .infinity))
      .replacing(with: .nan, where: x .< 0)
      .replacing(with: -.infinity, where: x .== 0)
  }

  /// The parts of a positive normal number `2^k m`, with `m` from `sqrt(1/2)` to `sqrt 2`.
  @inlinable @inline(__always) package static func parts(ofNormal x: Self) -> (m: Self, k: Self) {
    let carried = x.bits &+ 0x004a_fb0d
    let k = Self(bits: (carried &>> 23) | 0x4b00_0000) - (0x1p23 + 127)
    return (Self(bits: (carried & 0x007f_ffff) &+ 0x3f35_04f3), k)
  }

  /// The number `k log 2 + log(1 + f)` for an integer `k` of at most eight bits and `1 + f` from `sqrt(1/2)` to
  /// `sqrt 2`; error at most 1 ulp.
  @inlinable @inline(__always) package static func logarithm(ofOnePlus f: Self, plus k: Self) -> Self {
    let s = f / (f + 2)
    let z = s * s
    var p = z * 0.298439801 + 0.399787843
    p = p * z + 0.66666764
    let halfSquare = 0.5 * f * f
    let low = s * (halfSquare + z * p) + k * 0x1.7f7d1cp-20
    return k * 0x1.62e4p-1 - ((halfSquare - low) - f)
  }
}
