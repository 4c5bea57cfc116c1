/// A stream of random numbers that is a pure function of a seed, the name of an identity and a block number.
///
/// The numbers depend on those three and on the sequence of requests, on nothing else: not on the machine, its
/// vector width, the thread, other streams, or where the buffers lie in memory.
///
/// The source is `Philox`. Its key of 64 bits is a mix of the seed and a hash of the identity; the upper half of
/// its counter of 128 bits is the block, the lower half counts from zero. Streams of one key and different blocks
/// never meet, because no counter occurs in two of them. Different seeds under one identity have different keys;
/// different identities have different keys unless their 64-bit hashes collide (chance 2^-64 a pair). Streams
/// with different keys see different bijections. A stream has 2^66 words of 32 bits before its counter returns.
///
/// A request for a buffer starts at a fresh batch of sixteen counters, which makes 32 `Double`s or 64 `Float`s,
/// and drops what is left of its last batch. So a request for `n` numbers gives the first `n` of a longer request
/// in its place, and filling a buffer in pieces gives the same as filling it whole if every piece but the last is
/// a multiple of 32 `Double`s or 64 `Float`s. Single numbers come from batches of their own, which requests for
/// buffers between them leave alone. A copy of a stream continues independently with the same numbers.
public struct RandomStream: Sendable {
  private let key: (UInt32, UInt32)
  private let block: UInt64
  /// The number of the next batch of sixteen counters.
  private var batch: UInt64 = 0
  /// The batch from which single words are taken, and how many of its words are left.
  private var reserve: SIMD32<UInt64> = .zero
  private var left = 0

  /// The stream of a block of an identity, from its beginning.
  public init(seed: UInt64, identity: String, block: UInt64) {
    // The hash of Fowler, Noll and Vo (1a); Swift's own differs from run to run.
    let hash = identity.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    let mixed = Self.mixed(seed &+ Self.mixed(hash))
    key = (UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed &>> 32))
    self.block = block
  }

  /// A bijection in which every input bit moves every output bit (the last step of SplitMix64, Steele, Lea and
  /// Flood 2014).
  private static func mixed(_ word: UInt64) -> UInt64 {
    var z = word &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z &>> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z &>> 31)
  }

  // MARK: One number

  /// The next word of 64 random bits.
  public mutating func nextUInt64() -> UInt64 {
    if left == 0 {
      let words = Wide(words(ofBatch: batch))
      batch &+= 1
      reserve = SIMD32(
        lowHalf: SIMD16(lowHalf: words.first, highHalf: words.second),
        highHalf: SIMD16(lowHalf: words.third, highHalf: words.fourth))
      left = 32
    }
    left -= 1
    return reserve[31 - left]
  }

  /// The next uniform number in the open interval (0, 1), an odd multiple of 2^-53.
  public mutating func nextDouble() -> Double { SIMD8.uniforms(SIMD8(repeating: nextUInt64()))[0] }

  /// The next standard normal number; takes two words.
  public mutating func nextNormal() -> Double {
    let (radius, angle) = (SIMD8(repeating: nextUInt64()), SIMD8(repeating: nextUInt64()))
    return SIMD8.normals(radius: radius, angle: angle).0[0]
  }

  // MARK: A buffer of numbers

  /// Fills a buffer with independent uniform numbers in the open interval (0, 1), odd multiples of 2^-53.
  public mutating func fillUniforms(_ buffer: UnsafeMutableBufferPointer<Double>) {
    fill(buffer) { words in
      (.uniforms(words.first), .uniforms(words.second), .uniforms(words.third), .uniforms(words.fourth))
    }
  }

  /// Fills a buffer with independent uniform numbers in the open interval (0, 1), odd multiples of 2^-24.
  public mutating func fillUniforms(_ buffer: UnsafeMutableBufferPointer<Float>) {
    fill(buffer) { words in
      (.uniforms(words.first), .uniforms(words.second), .uniforms(words.third), .uniforms(words.fourth))
    }
  }

  /// Fills a buffer with independent exponential numbers of mean 1, the largest possible 36.8.
  public mutating func fillExponentials(_ buffer: UnsafeMutableBufferPointer<Double>) {
    fill(buffer) { words in
      (
        .exponentials(words.first), .exponentials(words.second), .exponentials(words.third),
        .exponentials(words.fourth)
      )
    }
  }

  /// Fills a buffer with independent exponential numbers of mean 1, the largest possible 22.9.
  public mutating func fillExponentials(_ buffer: UnsafeMutableBufferPointer<Float>) {
    fill(buffer) { words in
      (
        .exponentials(words.first), .exponentials(words.second), .exponentials(words.third),
        .exponentials(words.fourth)
      )
    }
  }

  /// Fills a buffer with independent standard normal numbers, the largest possible 8.57.
  public mutating func fillNormals(_ buffer: UnsafeMutableBufferPointer<Double>) {
    fill(buffer) { words in
      let (a, b) = SIMD8.normals(radius: words.first, angle: words.third)
      let (c, d) = SIMD8.normals(radius: words.second, angle: words.fourth)
      return (a, b, c, d)
    }
  }

  /// Fills a buffer with independent standard normal numbers, the largest possible 6.77.
  public mutating func fillNormals(_ buffer: UnsafeMutableBufferPointer<Float>) {
    fill(buffer) { words in
      let (a, b) = SIMD16.normals(radius: words.first, angle: words.third)
      let (c, d) = SIMD16.normals(radius: words.second, angle: words.fourth)
      return (a, b, c, d)
    }
  }

  /// Fills a buffer with random words.
  mutating func fillWords(_ buffer: UnsafeMutableBufferPointer<UInt64>) {
    fill(UnsafeMutableRawBufferPointer(buffer)) { ($0.first, $0.second, $0.third, $0.fourth) }
  }

  // MARK: Batches

  /// The words of a batch in pairs, as words of 64 bits: the earlier counter of a pair in the lower half.
  private struct Wide {
    let first, second, third, fourth: SIMD8<UInt64>

    @inline(__always) init(_ words: Philox.Words) {
      first = unsafeBitCast(words.first, to: SIMD8<UInt64>.self)
      second = unsafeBitCast(words.second, to: SIMD8<UInt64>.self)
      third = unsafeBitCast(words.third, to: SIMD8<UInt64>.self)
      fourth = unsafeBitCast(words.fourth, to: SIMD8<UInt64>.self)
    }
  }

  @inline(__always) private func words(ofBatch batch: UInt64) -> Philox.Words {
    // The sixteen counters of a batch differ in the last four bits only.
    let start = batch &<< 4
    let lanes = SIMD16<UInt32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    return Philox.blocks(
      of: Philox.Words(
        first: lanes | SIMD16(repeating: UInt32(truncatingIfNeeded: start)),
        second: SIMD16(repeating: UInt32(truncatingIfNeeded: start &>> 32)),
        third: SIMD16(repeating: UInt32(truncatingIfNeeded: block)),
        fourth: SIMD16(repeating: UInt32(truncatingIfNeeded: block &>> 32))),
      key: key)
  }

  private typealias Doubles = (SIMD8<Double>, SIMD8<Double>, SIMD8<Double>, SIMD8<Double>)
  private typealias Floats = (SIMD16<Float>, SIMD16<Float>, SIMD16<Float>, SIMD16<Float>)

  @inline(__always)
  private mutating func fill(_ buffer: UnsafeMutableBufferPointer<Double>, _ numbers: (Wide) -> Doubles) {
    fill(UnsafeMutableRawBufferPointer(buffer)) { numbers(Wide($0)) }
  }

  @inline(__always)
  private mutating func fill(_ buffer: UnsafeMutableBufferPointer<Float>, _ numbers: (Philox.Words) -> Floats)
  {
    fill(UnsafeMutableRawBufferPointer(buffer)) { numbers($0) }
  }

  /// Fills memory with batches of four vectors of 64 bytes; of the last batch only as much as there is room for.
  @inline(__always)
  private mutating func fill<Block>(
    _ memory: UnsafeMutableRawBufferPointer, _ numbers: (Philox.Words) -> (Block, Block, Block, Block)
  ) {
    guard var place = memory.baseAddress else { return }
    let end = batch &+ UInt64(memory.count / 256)
    while batch != end {
      let vectors = numbers(words(ofBatch: batch))
      batch &+= 1
      place.storeBytes(of: vectors.0, as: Block.self)
      place.storeBytes(of: vectors.1, toByteOffset: 64, as: Block.self)
      place.storeBytes(of: vectors.2, toByteOffset: 128, as: Block.self)
      place.storeBytes(of: vectors.3, toByteOffset: 192, as: Block.self)
      place += 256
    }
    let rest = memory.count % 256
    if rest > 0 {
      withUnsafeBytes(of: numbers(words(ofBatch: batch))) { vectors in
        UnsafeMutableRawBufferPointer(rebasing: memory[(memory.count - rest)...]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: vectors[..<rest]))
      }
      batch &+= 1
    }
  }
}
