extension SIMD8<Double> {
  /// The square root of every lane, correctly rounded: error at most 0.5 ulp.
  ///
  /// A negative lane gives NaN, `-0` gives `-0`, infinity and NaN give themselves.
  public static func sqrt(_ x: Self) -> Self {
    nonNegativeRoot(x).replacing(with: .nan, where: x .< 0)
  }

  /// The square root, with zero for a negative lane.
  ///
  /// The comparison tells the compiler that no lane can ask for the library's error handling, and the loop
  /// over memory then becomes one instruction; `squareRoot()` on the vector stays eight calls.
  @inlinable @inline(__always) package static func nonNegativeRoot(_ x: Self) -> Self {
    var result = x
    withUnsafeMutableBytes(of: &result) { raw in
      let number = raw.assumingMemoryBound(to: Double.self)
      for lane in 0..<8 { number[lane] = (number[lane] < 0 ? 0 : number[lane]).squareRoot() }
    }
    return result
  }
}

extension SIMD16<Float> {
  /// The square root of every lane, correctly rounded: error at most 0.5 ulp.
  ///
  /// A negative lane gives NaN, `-0` gives `-0`, infinity and NaN give themselves.
  public static func sqrt(_ x: Self) -> Self {
    nonNegativeRoot(x).replacing(with: .nan, where: x .< 0)
  }

  /// The square root, with zero for a negative lane; one instruction, as for `Double`.
  @inlinable @inline(__always) package static func nonNegativeRoot(_ x: Self) -> Self {
    var result = x
    withUnsafeMutableBytes(of: &result) { raw in
      let number = raw.assumingMemoryBound(to: Float.self)
      for lane in 0..<16 { number[lane] = (number[lane] < 0 ? 0 : number[lane]).squareRoot() }
    }
    return result
  }
}
