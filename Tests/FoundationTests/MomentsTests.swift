import Foundation
import Testing

@testable import Probability

/// Streaming moments against moments computed in two passes, and against laws whose moments are known.
@Suite struct MomentsTests {
  static let unit = Double.ulpOfOne / 2

  /// Blocks of a stream, shifted and scaled.
  static func blocks(_ count: Int, offset: Double = 0, scale: Double = 1, seed: UInt64 = 1) -> [Variate] {
    (0..<count).map { b in
      var stream = RandomStream(seed: seed, identity: "moments", block: UInt64(b))
      return Variate(offset) + Variate(scale) * Variate { stream.fillExponentials($0) }
    }
  }

  /// A sum without rounding errors to speak of, compensated as Neumaier (1974) does: within two units.
  static func sum(_ numbers: [Double]) -> Double {
    var (sum, lost) = (0.0, 0.0)
    for x in numbers {
      let next = sum + x
      lost += sum.magnitude >= x.magnitude ? (sum - next) + x : (x - next) + sum
      sum = next
    }
    return sum + lost
  }

  /// What rounding may have moved the streamed mean by.
  ///
  /// A block is a sum of 128 terms in each of eight lanes, added in three levels and divided: at most 132
  /// roundings of what is at most `reach`. A merge rounds a difference (two of `reach`), its multiple (twice)
  /// and a sum: fewer than 8 units of `reach`. Reference and margin for second order: 4 more.
  static func meanError(merges: Int, reach: Double) -> Double { (136 + 8 * Double(merges)) * unit * reach }

  @Test(arguments: [0.0, 1e3, -1e6], [2, 64, 500])
  func mergedMomentsAreThoseOfTwoPasses(offset: Double, count: Int) {
    let blocks = Self.blocks(count, offset: offset)
    var moments = Moments()
    for block in blocks { moments.merge(Moments(block)) }
    let numbers = blocks.flatMap(\.samples)
    let n = Double(numbers.count)
    let mean = Self.sum(numbers) / n
    let reach = numbers.reduce(0) { max($0, $1.magnitude) }
    let meanError = Self.meanError(merges: count, reach: reach)
    #expect(moments.count == numbers.count)
    #expect((moments.mean - mean).magnitude <= meanError)

    let deviations = numbers.map { $0 - mean }
    func central(_ k: Int) -> Double { Self.sum(deviations.map { $0.power(k) }) / n }
    func absolute(_ k: Int) -> Double { Self.sum(deviations.map { $0.magnitude.power(k) }) / n }
    // Relative to the sum of magnitudes a moment has the roundings of its sums, at most 136 + 16 a merge, and k
    // times the error of the mean against the moment below; a merge's between-block terms have that error too,
    // and by Cauchy and Schwarz at most twice as much in all. Factor two for the second order.
    func bound(_ k: Int) -> Double {
      let roundings = (136 + 16 * Double(count)) * Self.unit
      return 2 * (roundings * absolute(k) + 3 * Double(k) * meanError * absolute(k - 1))
    }
    let variance = central(2)
    #expect((moments.variance * (n - 1) / n - variance).magnitude <= bound(2))
    let deviation = variance.squareRoot()
    // The ratio moves by its numerator's error and by 3/2 or 2 of its denominator's.
    let skewness = central(3) / (variance * deviation)
    let relative = bound(2) / variance
    #expect(
      (moments.skewness - skewness).magnitude
        <= bound(3) / (variance * deviation) + 2 * relative * skewness.magnitude)
    let kurtosis = central(4) / (variance * variance)
    #expect(
      (moments.kurtosis - kurtosis).magnitude <= bound(4) / (variance * variance) + 3 * relative * kurtosis)
    #expect(
      (moments.standardError - (moments.variance / n).squareRoot()).magnitude <= 4 * Self.unit
        * moments.standardError)
    let farthest = deviations.reduce(0) { max($0, $1.magnitude) }
    #expect((moments.reach - farthest).magnitude <= 2 * meanError)
  }

  /// A merge of two halves in any shape is the whole, up to rounding; a merge with nothing is exact.
  @Test func mergingIsAssociativeUpToRounding() {
    let parts = Self.blocks(64).map { Moments($0) }
    var line = Moments()
    for part in parts { line.merge(part) }
    var level = parts
    while level.count > 1 {
      level = stride(from: 0, to: level.count, by: 2).map { i in
        var pair = level[i]
        pair.merge(level[i + 1])
        return pair
      }
    }
    let bound = Self.meanError(merges: 64, reach: line.reach + line.mean.magnitude)
    #expect((level[0].mean - line.mean).magnitude <= 2 * bound)
    #expect(level[0].count == line.count && level[0].reach - line.reach <= 2 * bound)
    var same = line
    same.merge(Moments())
    #expect(same.mean == line.mean && same.variance == line.variance && same.kurtosis == line.kurtosis)
    var other = Moments()
    other.merge(line)
    #expect(other.mean == line.mean && other.variance == line.variance && other.reach == line.reach)
  }

  /// Samples on two points, where every moment is a short fraction and every operation exact.
  @Test func twoPoints() {
    // A quarter at 3, the rest at -1: mean 0, variance 3, third moment 6, fourth 21.
    let variate = Variate(samples: (0..<Variate.blockSize).map { $0 % 4 == 0 ? 3 : -1 })
    var moments = Moments(variate)
    for _ in 0..<7 { moments.merge(Moments(variate)) }
    let n = Double(8 * Variate.blockSize)
    #expect(moments.mean == 0 && moments.count == 8 * Variate.blockSize && moments.reach == 3)
    #expect(moments.variance == 3 * n / (n - 1))
    #expect(moments.standardError == (moments.variance / n).squareRoot())
    #expect((moments.skewness - 2 / 3.0.squareRoot()).magnitude <= 4 * Self.unit * moments.skewness)
    #expect((moments.kurtosis - 21.0 / 9).magnitude <= 4 * Self.unit * moments.kurtosis)
  }

  /// Blocks of different sizes of mean and spread: the between-block terms of every order.
  @Test func differentBlocks() {
    // Half at 0 and half at 4 in blocks of constants: mean 2, variance 4, symmetric, fourth moment 16.
    var moments = Moments(Variate(0))
    moments.merge(Moments(Variate(4)))
    let n = Double(2 * Variate.blockSize)
    #expect(moments.mean == 2 && moments.variance == 4 * n / (n - 1) && moments.skewness == 0)
    #expect(moments.kurtosis == 1 && moments.reach == 2)
    // Three quarters at 0: mean 1, variance 3, third moment 6, fourth 21.
    moments.merge(Moments(Variate(0)))
    moments.merge(Moments(Variate(0)))
    // Each merge rounds its moments a few times.
    let bound = 64 * Self.unit
    #expect((moments.mean - 1).magnitude <= bound)
    let all = 2 * n
    #expect((moments.variance / (3 * all / (all - 1)) - 1).magnitude <= bound)
    #expect((moments.skewness / (2 / 3.0.squareRoot()) - 1).magnitude <= bound)
    #expect((moments.kurtosis / (21.0 / 9) - 1).magnitude <= bound)
  }

  @Test func nothingAndConstants() {
    let nothing = Moments()
    #expect(nothing.count == 0 && nothing.variance.isNaN)
    let constant = Moments(Variate(2.5))
    #expect(constant.count == Variate.blockSize && constant.mean == 2.5 && constant.variance == 0)
    #expect(constant.reach == 0 && constant.standardError == 0)
  }

  /// NaN and infinities in one sample are seen in the mean.
  @Test(arguments: [Double.nan, .infinity, -.infinity]) func undefinedSamples(value: Double) {
    var samples = [Double](repeating: 1, count: Variate.blockSize)
    samples[517] = value
    var moments = Moments(Self.blocks(1)[0])
    moments.merge(Moments(Variate(samples: samples)))
    moments.merge(Moments(Self.blocks(1)[0]))
    #expect(!moments.mean.isFinite)
  }
}
