/// The counter-based generator Philox 4x32-10, sixteen counters at a time.
///
/// For each key it is a bijection from counters of 128 bits to blocks of 128 bits, so distinct counters give
/// distinct blocks. Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011.
public enum Philox {
  /// The four 32-bit words of sixteen counters or blocks: lane `i` of each vector belongs to the `i`th of them.
  public struct Words: Sendable {
    /// The least significant words.
    public var first: SIMD16<UInt32>
    /// The words of bits 32 to 63.
    public var second: SIMD16<UInt32>
    /// The words of bits 64 to 95.
    public var third: SIMD16<UInt32>
    /// The most significant words.
    public var fourth: SIMD16<UInt32>

    /// The words of sixteen counters or blocks, the least significant first.
    @inline(__always)
    public init(
      first: SIMD16<UInt32>, second: SIMD16<UInt32>, third: SIMD16<UInt32>, fourth: SIMD16<UInt32>
    ) {
      self.first = first
      self.second = second
      self.third = third
      self.fourth = fourth
    }
  }

  /// The blocks of sixteen counters under one key, after ten rounds.
  @inline(__always)
  public static func blocks(of counters: Words, key: (UInt32, UInt32)) -> Words {
    // The products of 32-bit words need lanes of 64 bits: even and odd lanes take their rounds apart.
    let even = rounds(
      low(counters.first), low(counters.second), low(counters.third), low(counters.fourth), key)
    let odd = rounds(
      high(counters.first), high(counters.second), high(counters.third), high(counters.fourth), key)
    return Words(
      first: joined(even.0, odd.0), second: joined(even.1, odd.1), third: joined(even.2, odd.2),
      fourth: joined(even.3, odd.3))
  }

  /// Eight lanes of 64 bits, of which only the lower half means anything until the lanes are joined.
  private typealias Wide = SIMD8<UInt64>

  @inline(__always)
  private static func rounds(
    _ a: Wide, _ b: Wide, _ c: Wide, _ d: Wide, _ key: (UInt32, UInt32)
  ) -> (Wide, Wide, Wide, Wide) {
    var (a, b, c, d) = (a, b, c, d)
    // Kept as vectors: the round keys of the two calls are the same and computed once.
    var (k, l) = (Wide(repeating: UInt64(key.0)), Wide(repeating: UInt64(key.1)))
    for _ in 0..<10 {
      let p = (a & 0xffff_ffff) &* 0xd251_1f53
      let q = (c & 0xffff_ffff) &* 0xcd9e_8d57
      a = (q &>> 32) ^ b ^ k
      b = q
      c = (p &>> 32) ^ d ^ l
      d = p
      k &+= 0x9e37_79b9
      l &+= 0xbb67_ae85
    }
    return (a, b, c, d)
  }

  @inline(__always) private static func low(_ words: SIMD16<UInt32>) -> Wide {
    unsafeBitCast(words, to: Wide.self)
  }

  @inline(__always) private static func high(_ words: SIMD16<UInt32>) -> Wide {
    unsafeBitCast(words, to: Wide.self) &>> 32
  }

  @inline(__always) private static func joined(_ even: Wide, _ odd: Wide) -> SIMD16<UInt32> {
    unsafeBitCast((even & 0xffff_ffff) | (odd &<< 32), to: SIMD16<UInt32>.self)
  }
}
