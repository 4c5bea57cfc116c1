import Identities
import Testing

@Suite struct PhiloxTests {
  /// The known answers that the authors publish with their library Random123.
  @Test(arguments: [
    KnownAnswer(
      counter: [0, 0, 0, 0], key: (0, 0), block: [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    KnownAnswer(
      counter: [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], key: (0xffff_ffff, 0xffff_ffff),
      block: [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
    KnownAnswer(
      counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], key: (0xa409_3822, 0x299f_31d0),
      block: [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]),
  ])
  func knownAnswers(_ known: KnownAnswer) {
    // In each lane in turn, among counters that have nothing to do with it.
    for lane in 0..<16 {
      let others = SIMD16<UInt32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) &* 0x0101_0101
      var counters = Philox.Words(first: others, second: others &+ 9, third: ~others, fourth: others)
      counters.first[lane] = known.counter[0]
      counters.second[lane] = known.counter[1]
      counters.third[lane] = known.counter[2]
      counters.fourth[lane] = known.counter[3]
      let blocks = Philox.blocks(of: counters, key: known.key)
      let block = [blocks.first[lane], blocks.second[lane], blocks.third[lane], blocks.fourth[lane]]
      #expect(block == known.block, "lane \(lane)")
    }
  }
}

/// A counter, a key and the block that belongs to them.
struct KnownAnswer: Sendable {
  let counter: [UInt32]
  let key: (UInt32, UInt32)
  let block: [UInt32]
}
