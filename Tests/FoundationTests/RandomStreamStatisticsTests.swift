import Foundation
import Identities
import Testing

/// The numbers of a stream against their distribution.
///
/// The seeds are fixed, so a test that passes keeps passing;
/// a correct generator with other seeds would fail a comparison with the probability `alarm`.
@Suite struct RandomStreamStatisticsTests {
  static let alarm = 1e-9
  /// The standard errors that a normal estimate exceeds in magnitude with the probability `alarm`.
  static let standardErrors: Double = {
    var (low, high) = (0.0, 40.0)
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if erfc(middle / 2.0.squareRoot()) > alarm { low = middle } else { high = middle }
    }
    return high
  }()

  /// The means of the first four powers.
  @Test(arguments: Distribution.all) func moments(_ distribution: Distribution) {
    var stream = RandomStream(seed: 1, identity: "moments", block: 2)
    let numbers = distribution.numbers(&stream, 1 << 19)
    for k in 1...4 {
      var sum = 0.0
      for x in numbers { sum += (1..<k).reduce(x) { power, _ in power * x } }
      let wanted = distribution.moment(k)
      let variance = distribution.moment(2 * k) - wanted * wanted
      let error = sum / Double(numbers.count) - wanted
      let standardError = (variance / Double(numbers.count)).squareRoot()
      #expect(abs(error) < Self.standardErrors * standardError, "moment \(k)")
    }
  }

  /// The largest distance of the empirical distribution function, bounded by Dvoretzky, Kiefer, Wolfowitz and
  /// Massart: it exceeds `d` with a probability of at most `2 exp(-2 n d^2)`.
  @Test(arguments: Distribution.all) func distributionFunction(_ distribution: Distribution) {
    var stream = RandomStream(seed: 2, identity: "distribution function", block: 0)
    let numbers = distribution.numbers(&stream, 1 << 17).sorted()
    let n = Double(numbers.count)
    var distance = 0.0
    for (i, x) in numbers.enumerated() {
      let p = distribution.cumulative(x)
      distance = max(distance, max(p - Double(i) / n, Double(i + 1) / n - p))
    }
    #expect(distance < (Foundation.log(2 / Self.alarm) / (2 * n)).squareRoot())
  }

  /// How often the numbers fall into the tails, bounded by Chernoff: a share `q` where `p` is expected has a
  /// probability of at most `exp(-n KL(q, p))` on its side.
  @Test(arguments: Distribution.all) func tails(_ distribution: Distribution) {
    var stream = RandomStream(seed: 3, identity: "tails", block: 0)
    var counts = distribution.tails.map { _ in 0 }
    let (pieces, length) = (16, 1 << 19)
    let (low, high) = distribution.tails[0]
    for _ in 0..<pieces {
      for x in distribution.numbers(&stream, length) where x < low || x > high {
        for (i, tail) in distribution.tails.enumerated() where x < tail.0 || x > tail.1 { counts[i] += 1 }
      }
    }
    let n = Double(pieces * length)
    for (count, tail) in zip(counts, distribution.tails) {
      let (q, p) = (Double(count) / n, distribution.tail(tail.0, tail.1))
      let divergence =
        (q > 0 ? q * Foundation.log(q / p) : 0) + (1 - q) * (log1p(-q) - log1p(-p))
      #expect(n * divergence < Foundation.log(2 / Self.alarm), "\(count) in the tail \(tail) of \(n * p)")
    }
  }

  /// Numbers at small distances in one stream: the values and their squares are uncorrelated.
  @Test(arguments: Distribution.all) func serialCorrelation(_ distribution: Distribution) {
    var stream = RandomStream(seed: 4, identity: "serial", block: 0)
    let numbers = distribution.numbers(&stream, 1 << 18)
    // 8, 16, 32: the partners in a pair of Box and Muller, in a batch, and in neighbouring batches.
    for lag in [1, 2, 7, 8, 16, 32, 64] {
      expectUncorrelated(numbers.dropLast(lag), numbers.dropFirst(lag), distribution, "lag \(lag)")
    }
  }

  /// Numbers in the same place of different streams: of blocks, of seeds, of identities.
  @Test(arguments: Distribution.all) func correlationBetweenStreams(_ distribution: Distribution) {
    var streams = [
      RandomStream(seed: 5, identity: "first", block: 0), RandomStream(seed: 5, identity: "first", block: 1),
      RandomStream(seed: 5, identity: "first", block: 1 << 32),
      RandomStream(seed: 6, identity: "first", block: 0),
      RandomStream(seed: 5, identity: "second", block: 0),
    ]
    let numbers = streams.indices.map { distribution.numbers(&streams[$0], 1 << 17) }
    for i in streams.indices {
      for j in 0..<i { expectUncorrelated(numbers[i][...], numbers[j][...], distribution, "\(i) and \(j)") }
    }
  }

  /// Every bit of a word is set half the time, whatever the bit before it.
  @Test func bits() {
    var stream = RandomStream(seed: 7, identity: "bits", block: 0)
    let n = 1 << 14
    var (set, changed) = ([Int](repeating: 0, count: 64), [Int](repeating: 0, count: 64))
    for _ in 0..<n {
      let word = stream.nextUInt64()
      for bit in 0..<64 {
        set[bit] += Int(word >> UInt64(bit) & 1)
        changed[bit] += Int((word ^ (word >> 1 | word << 63)) >> UInt64(bit) & 1)
      }
    }
    let standardError = (Double(n) / 4).squareRoot()
    for count in set + changed {
      #expect(abs(Double(count) - Double(n) / 2) < Self.standardErrors * standardError)
    }
  }

  /// Single numbers have the moments of the numbers in buffers.
  @Test func singleNumbers() {
    var stream = RandomStream(seed: 8, identity: "single", block: 0)
    let n = 1 << 15
    let normals = (0..<n).map { _ in stream.nextNormal() }
    let uniforms = (0..<n).map { _ in stream.nextDouble() }
    #expect(uniforms.allSatisfy { $0 > 0 && $0 < 1 })
    for (numbers, distribution) in [(normals, Distribution.normal), (uniforms, .uniform)] {
      for k in 1...2 {
        let mean = numbers.reduce(0.0) { $0 + (k == 1 ? $1 : $1 * $1) } / Double(n)
        let variance = distribution.moment(2 * k) - distribution.moment(k) * distribution.moment(k)
        let bound = Self.standardErrors * (variance / Double(n)).squareRoot()
        #expect(abs(mean - distribution.moment(k)) < bound, "\(distribution.testDescription), moment \(k)")
      }
    }
  }

  private func expectUncorrelated(
    _ a: ArraySlice<Double>, _ b: ArraySlice<Double>, _ distribution: Distribution, _ what: String,
    _ at: SourceLocation = #_sourceLocation
  ) {
    let (mean, meanSquare) = (distribution.moment(1), distribution.moment(2))
    var (values, squares) = (0.0, 0.0)
    for (x, y) in zip(a, b) {
      values += (x - mean) * (y - mean)
      squares += (x * x - meanSquare) * (y * y - meanSquare)
    }
    // The product of two independent centred numbers has the product of their variances.
    let scale = Self.standardErrors * Double(a.count).squareRoot()
    #expect(abs(values) < scale * (meanSquare - mean * mean), "\(what)", sourceLocation: at)
    let spread = distribution.moment(4) - meanSquare * meanSquare
    #expect(abs(squares) < scale * spread, "squares, \(what)", sourceLocation: at)
  }
}
