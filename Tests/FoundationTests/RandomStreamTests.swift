import Testing

@testable import Probability

/// What a stream promises besides its distribution.
@Suite struct RandomStreamTests {
  /// The numbers of a fresh stream, as encodings.
  private func filled<Number: BinaryFloatingPoint>(
    _ lengths: [Int], offset: Int = 0,
    _ fill: (inout RandomStream, UnsafeMutableBufferPointer<Number>) -> Void
  ) -> [Number] {
    var stream = RandomStream(seed: 9, identity: "pieces", block: 3)
    let total = lengths.reduce(0, +)
    var numbers = [Number](repeating: -77, count: total + offset + 1)
    numbers.withUnsafeMutableBufferPointer { buffer in
      var start = offset
      for length in lengths {
        fill(&stream, UnsafeMutableBufferPointer(rebasing: buffer[start..<start + length]))
        start += length
      }
    }
    #expect(numbers[..<offset].allSatisfy { $0 == -77 } && numbers[total + offset] == -77)
    return Array(numbers[offset..<total + offset])
  }

  /// A longer request begins with a shorter one, and nothing is written beyond the buffer.
  @Test func everyLength() {
    let whole: [Double] = filled([200]) { $0.fillNormals($1) }
    let wholeFloat: [Float] = filled([200]) { $0.fillNormals($1) }
    for length in 0...200 {
      #expect(filled([length]) { $0.fillNormals($1) } == Array(whole[..<length]))
      #expect(filled([length]) { $0.fillNormals($1) } == Array(wholeFloat[..<length]))
    }
  }

  /// The place in memory does not matter.
  @Test func everyAlignment() {
    let whole: [Double] = filled([100]) { $0.fillExponentials($1) }
    let wholeFloat: [Float] = filled([100]) { $0.fillExponentials($1) }
    for offset in 0...17 {
      #expect(filled([100], offset: offset) { $0.fillExponentials($1) } == whole)
      #expect(filled([100], offset: offset) { $0.fillExponentials($1) } == wholeFloat)
    }
  }

  /// Pieces of whole batches make the same as one request; other pieces drop the rest of a batch.
  @Test func pieces() {
    let whole: [Double] = filled([500]) { $0.fillUniforms($1) }
    #expect(filled([32, 96, 0, 320, 52]) { $0.fillUniforms($1) } == whole)
    let other: [Double] = filled([31, 33]) { $0.fillUniforms($1) }
    #expect(Array(other[..<31]) == Array(whole[..<31]) && Array(other[31...]) == Array(whole[32..<65]))
    let wholeFloat: [Float] = filled([500]) { $0.fillUniforms($1) }
    #expect(filled([64, 128, 0, 256, 52]) { $0.fillUniforms($1) } == wholeFloat)
  }

  /// Requests for buffers leave the sequence of single words within a batch alone.
  @Test func singleWordsBetweenBuffers() {
    var (plain, mixed) = (
      RandomStream(seed: 9, identity: "words", block: 0), RandomStream(seed: 9, identity: "words", block: 0)
    )
    var buffer = [Double](repeating: 0, count: 5)
    for _ in 0..<32 {
      #expect(plain.nextUInt64() == mixed.nextUInt64())
      buffer.withUnsafeMutableBufferPointer { mixed.fillNormals($0) }
    }
    var copy = mixed
    #expect(copy.nextUInt64() == mixed.nextUInt64())
  }

  /// No word of 64 bits occurs twice in streams that differ in one thing only.
  @Test func streamsDiffer() {
    let blocks = [0, 1, 1 << 32, UInt64.max]
    var streams = blocks.map { RandomStream(seed: 10, identity: "a", block: $0) }
    streams += ["", "b", "a\u{0}"].map { RandomStream(seed: 10, identity: $0, block: 0) }
    streams += [11, 10 | 1 << 63, 0].map { RandomStream(seed: $0, identity: "a", block: 0) }
    var seen: Set<UInt64> = []
    for i in streams.indices { for _ in 0..<500 { seen.insert(streams[i].nextUInt64()) } }
    #expect(seen.count == 500 * streams.count)
  }

  /// The ends of the range of words: nothing infinite, nothing zero, and tails as far as documented.
  @Test func extremeWords() {
    let least = SIMD8<UInt64>(repeating: 0)
    let greatest = SIMD8<UInt64>(repeating: .max)
    let ahead = SIMD8<UInt64>(repeating: 1 << 51)
    #expect(SIMD8<Double>.uniforms(least)[0] == 0x1p-53 && SIMD8<Double>.uniforms(greatest)[0] == 1 - 0x1p-53)
    #expect(SIMD8<Double>.exponentials(greatest)[0] == 0x1p-53)
    #expect(SIMD8<Double>.exponentials(least)[0] == 53 * Double.log(2))
    let far = SIMD8<Double>.normals(radius: least, angle: ahead)
    #expect(far.0[0] > 8.5 && far.0[0] < 8.58 && far.1[0] > 0)
    let near = SIMD8<Double>.normals(radius: greatest, angle: greatest)
    #expect(near.0[0] != 0 && near.1[0] != 0 && (near.0 * near.0 + near.1 * near.1)[0] < 0x1p-51)
  }

  @Test func extremeWordsOfFloat() {
    let least = SIMD16<UInt32>(repeating: 0)
    let greatest = SIMD16<UInt32>(repeating: .max)
    let ahead = SIMD16<UInt32>(repeating: 1 << 22)
    #expect(SIMD16<Float>.uniforms(least)[0] == 0x1p-24 && SIMD16<Float>.uniforms(greatest)[0] == 1 - 0x1p-24)
    #expect(SIMD16<Float>.exponentials(greatest)[0] == 0x1p-33)
    #expect(SIMD16<Float>.exponentials(least)[0] == Float(33 * Double.log(2)))
    let far = SIMD16<Float>.normals(radius: least, angle: ahead)
    #expect(far.0[0] > 6.7 && far.0[0] < 6.77 && far.1[0] > 0)
    let near = SIMD16<Float>.normals(radius: greatest, angle: greatest)
    #expect(near.0[0] != 0 && near.1[0] != 0 && (near.0 * near.0 + near.1 * near.1)[0] < 0x1p-31)
  }

  /// The exponential numbers of `Float` follow their words to two and a half ulps all the way, where the two
  /// halves of the formula meet too.
  @Test func exponentialsOfFloatFollowTheirWords() {
    let meeting = UInt32(0x1.6a09e6p-1 * 0x1p32)
    var words: [UInt32] = (0..<32).flatMap { [1 << $0, ~(1 << $0), (1 << $0) &* 3, meeting &+ (1 << $0)] }
    words += (0..<400).map { meeting &- 200 &+ $0 }
    for word in words {
      let value = Double(SIMD16<Float>.exponentials(SIMD16(repeating: word))[0])
      // The distance to 1 keeps its digits where the number itself would lose them.
      let u = (Double(word) + 0.5) * 0x1p-32
      let wanted =
        u < 0.999 ? -Double.log(u) : (1 - u) + (1 - u) * (1 - u) / 2 + (1 - u) * (1 - u) * (1 - u) / 3
      #expect(abs(value - wanted) <= 2.5 * Double(Float(wanted).ulp), "\(word)")
    }
  }

  /// The digits themselves, as one number: they may not change between machines or versions.
  @Test func digitsAreTheSameEverywhere() {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    func absorb<Number: BinaryFloatingPoint>(_ numbers: [Number]) {
      for x in numbers { digest = (digest ^ Double(x).bitPattern) &* 0x100_0000_01b3 }
    }
    absorb(filled([1000]) { $0.fillNormals($1) } as [Double])
    absorb(filled([1000]) { $0.fillNormals($1) } as [Float])
    absorb(filled([1000]) { $0.fillExponentials($1) } as [Double])
    absorb(filled([1000]) { $0.fillExponentials($1) } as [Float])
    absorb(filled([1000]) { $0.fillUniforms($1) } as [Double])
    absorb(filled([1000]) { $0.fillUniforms($1) } as [Float])
    #expect(digest == 0x0511_2fd0_4205_2b60, "the digest is \(String(digest, radix: 16))")
  }
}
