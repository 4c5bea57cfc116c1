// Random words made into random numbers. A word stands for the middle of its cell, so that no word gives 0 or 1
// and the uniform and the normal numbers are exactly symmetric.

extension SIMD8<Double> {
  /// Uniform numbers in the open interval (0, 1): the odd multiples of 2^-53, from the last 52 bits of each word.
  @inline(__always) static func uniforms(_ words: SIMD8<UInt64>) -> Self {
    Self(bits: (words & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000) - (1 - 0x1p-53)
  }

  /// Exponential numbers of mean 1, from 2^-53 to 36.8.
  @inline(__always) static func exponentials(_ words: SIMD8<UInt64>) -> Self {
    0 - logarithm(ofNormal: uniforms(words), minus: Self.zero)
  }

  /// Pairs of independent standard normal numbers, at most 8.57 in magnitude (Box and Muller 1958).
  @inline(__always)
  static func normals(radius: SIMD8<UInt64>, angle: SIMD8<UInt64>) -> (Self, Self) {
    let r = nonNegativeRoot(-2 * logarithm(ofNormal: uniforms(radius), minus: Self.zero))
    // An angle from -pi/4 to pi/4 by 52 bits; the first bit mirrors the point left to right and the second in
    // the diagonal, which covers the circle.
    let turns = (Self(bits: (angle & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000) - 1.5) + 0x1p-53
    let (sine, cosine) = quickSineAndCosine(turns * 0x1.921fb54442d18p0)
    let x = (r * cosine).bits ^ (angle & 0x8000_0000_0000_0000)
    let y = (r * sine).bits
    let reflected = unsafeBitCast(
      unsafeBitCast(angle &<< 1, to: SIMD8<Int64>.self) &>> 63, to: SIMD8<UInt64>.self)
    let change = (x ^ y) & reflected
    return (Self(bits: x ^ change), Self(bits: y ^ change))
  }
}

extension SIMD16<Float> {
  /// Uniform numbers in the open interval (0, 1): the odd multiples of 2^-24, from the last 23 bits of each word.
  @inline(__always) static func uniforms(_ words: SIMD16<UInt32>) -> Self {
    Self(bits: (words & 0x007f_ffff) | 0x3f80_0000) - (1 - 0x1p-24)
  }

  /// Exponential numbers of mean 1, from 2^-33 to 22.9, within 2.5 ulp of what their words stand for.
  ///
  /// The logarithm of `(word + 1/2) / 2^32`, taken near 1 from the distance to 1 so that no bit of the word is
  /// rounded away at either end.
  @inline(__always) static func exponentials(_ words: SIMD16<UInt32>) -> Self {
    let u = (Self(nearest: words) + 0.5) * 0x1p-32
    let distance = (Self(nearest: ~words) + 0.5) * 0x1p-32
    let (m, k) = parts(ofNormal: u)
    let f = (m - 1).replacing(with: 0 - distance, where: u .> 0x1.6a09e6p-1)
    return 0 - logarithm(ofOnePlus: f, plus: k)
  }

  /// Pairs of independent standard normal numbers, at most 6.77 in magnitude (Box and Muller 1958).
  @inline(__always)
  static func normals(radius: SIMD16<UInt32>, angle: SIMD16<UInt32>) -> (Self, Self) {
    let r = nonNegativeRoot(2 * exponentials(radius))
    // An angle from -pi/4 to pi/4 by 23 bits; the first bit mirrors the point left to right and the second in
    // the diagonal, which covers the circle.
    let turns = (Self(bits: (angle & 0x007f_ffff) | 0x3f80_0000) - 1.5) + 0x1p-24
    let (sine, cosine) = quickSineAndCosine(turns * 0x1.921fb6p0)
    let x = (r * cosine).bits ^ (angle & 0x8000_0000)
    let y = (r * sine).bits
    let reflected = unsafeBitCast(
      unsafeBitCast(angle &<< 1, to: SIMD16<Int32>.self) &>> 31, to: SIMD16<UInt32>.self)
    let change = (x ^ y) & reflected
    return (Self(bits: x ^ change), Self(bits: y ^ change))
  }
}
