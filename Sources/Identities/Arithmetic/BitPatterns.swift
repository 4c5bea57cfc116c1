// What the elementary functions need of a vector besides arithmetic: its bits, and the conversions and the
// root that the standard library leaves to one lane at a time.

extension SIMD8<Double> {
  /// The encodings of the lanes.
  @inlinable @inline(__always) package var bits: SIMD8<UInt64> { unsafeBitCast(self, to: SIMD8<UInt64>.self) }

  @inlinable @inline(__always) package init(bits: SIMD8<UInt64>) {
    self = unsafeBitCast(bits, to: SIMD8<Double>.self)
  }
}

extension SIMD16<Float> {
  /// The encodings of the lanes.
  @inlinable @inline(__always) package var bits: SIMD16<UInt32> {
    unsafeBitCast(self, to: SIMD16<UInt32>.self)
  }

  @inlinable @inline(__always) package init(bits: SIMD16<UInt32>) {
    self = unsafeBitCast(bits, to: SIMD16<Float>.self)
  }

  /// The integers of the lanes, each rounded to the nearest number, ties to even.
  ///
  /// A loop over memory, because the compiler turns it into one instruction where `SIMD16<Float>(integers)`
  /// stays sixteen.
  @inlinable @inline(__always) package init(nearest integers: SIMD16<UInt32>) {
    var source = integers
    var result = SIMD16<Float>()
    withUnsafeMutableBytes(of: &source) { from in
      withUnsafeMutableBytes(of: &result) { to in
        let integer = from.assumingMemoryBound(to: UInt32.self)
        let number = to.assumingMemoryBound(to: Float.self)
        for lane in 0..<16 { number[lane] = Float(integer[lane]) }
      }
    }
    self = result
  }
}
