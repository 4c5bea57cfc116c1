import Arithmetic
import Foundation
import Testing

@testable import Probability
@testable import Verification

/// Scrambled nets: the points of Sobol's sequence, even in every coordinate, and unbiased.
@Suite struct SobolNetTests {
  /// A coordinate with words that scramble nothing and add no digits.
  private func plain(_ coordinate: Int) -> [Int] {
    Variate { buffer in
      let words = [UInt64](repeating: 0, count: Variate.blockSize)
      words.withUnsafeBufferPointer { SobolNet.fill(buffer, coordinate: coordinate, words: $0) }
    }.samples.map { Int($0 * 2048) }
  }

  /// Some points by their numbers, as `scipy.stats.qmc.Sobol` (1.17.1) has them in the order of Gray's code.
  @Test(arguments: [
    (1, [1024, 1536, 1280, 512, 273, 1807]), (2, [1024, 1536, 768, 512, 7, 681]),
    (3, [1024, 1536, 256, 512, 987, 329]), (17, [1024, 1536, 256, 512, 875, 1441]),
    (64, [1024, 512, 256, 1536, 273, 1843]), (255, [1024, 512, 256, 1536, 195, 693]),
  ])
  func points(coordinate: Int, truth: [Int]) {
    let points = plain(coordinate)
    #expect([1, 2, 4, 3, 1365, 2047].map { points[$0] } == truth)
  }

  /// Every coordinate has one point in each of 2,048 intervals, scrambled or not.
  @Test func everyCoordinateIsEven() {
    let draw = Draw(RandomStream(seed: 1, identity: "net", block: 0), isNet: true)
    for coordinate in 0..<SobolNet.coordinates {
      #expect(Set(plain(coordinate)).count == 2048)
      #expect(Set(draw.uniform().samples.map { Int($0 * 2048) }).count == 2048)
    }
    // Beyond the table samples are independent: of so many some share an interval.
    #expect(Set(draw.uniform().samples.map { Int($0 * 2048) }).count < 1500)
  }

  /// The first two coordinates have one point in each box of area 1/2,048, whatever its shape, and keep that.
  @Test(arguments: 0...11) func firstTwoCoordinates(level: Int) {
    let draw = Draw(RandomStream(seed: 2, identity: "net", block: 3), isNet: true)
    let (x, y) = (draw.uniform().samples, draw.uniform().samples)
    let boxes = zip(x, y).map { x, y in
      Int(x * Double(1 << level)) << (11 - level) | Int(y * Double(1 << (11 - level)))
    }
    #expect(Set(boxes).count == 2048)
  }

  /// A single point is uniform, and points of different nets are independent: 2,000 nets by Kolmogorov and Smirnov.
  @Test(arguments: [0, 1, 40]) func onePointIsUniform(point: Int) {
    let values = (0..<2000).map { block in
      let draw = Draw(RandomStream(seed: 3, identity: "net", block: UInt64(block)), isNet: true)
      return [draw.uniform(), draw.uniform(), draw.uniform()][2].samples[point]
    }
    let distance = KolmogorovSmirnov.distance(values)
    #expect(KolmogorovSmirnov.pValue(distance: distance, count: values.count) > 1e-6)
    // The digits after the eleventh are random of themselves.
    let tails = values.map { ($0 * 2048).truncatingRemainder(dividingBy: 1) }
    #expect(KolmogorovSmirnov.pValue(distance: KolmogorovSmirnov.distance(tails), count: tails.count) > 1e-6)
  }

  /// The mean of a net is unbiased, with an order of magnitude less variance than that of independent samples.
  @Test func varianceFalls() {
    func means(isNet: Bool) -> Moments {
      (0..<400).reduce(into: Moments()) { moments, block in
        let draw = Draw(RandomStream(seed: 4, identity: "net", block: UInt64(block)), isNet: isNet)
        let (x, y, e) = (draw.normal(), draw.normal(), draw.exponential())
        moments.merge(Moments(mean: Moments(Variate.cos(x + y) * e).mean))
      }
    }
    let (net, plain) = (means(isNet: true), means(isNet: false))
    // E cos(x + y) = 1/e; six standard errors have a chance of 2e-9.
    #expect((net.mean - Foundation.exp(-1)).magnitude <= 6 * net.standardError)
    #expect(net.variance * 10 < plain.variance)
  }

  /// Each kind of variable has its law in a net.
  @Test func laws() {
    let draw = Draw(RandomStream(seed: 5, identity: "net", block: 0), isNet: true)
    let normal = draw.normal().samples.map { erfc(-$0 / 2.0.squareRoot()) / 2 }
    let exponential = draw.exponential().samples.map { 1 - Foundation.exp(-$0) }
    // One point in each of 2,048 intervals: nowhere farther than one of them from uniform.
    for values in [normal, exponential] { #expect(KolmogorovSmirnov.distance(values) <= 1.001 / 2048) }
    let choice = Moments(draw.choice([0, 1], weights: [0.75, 0.25]))
    #expect(choice.mean == 0.25)
  }
}
