import Foundation
import Identities
import Testing

/// A distribution a `RandomStream` makes, with what theory says of it, for the tests of the stream.
struct Distribution: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// The next `count` numbers of a stream.
  let numbers: @Sendable (inout RandomStream, Int) -> [Double]
  /// The expectation of the `k`th power.
  let moment: @Sendable (Int) -> Double
  /// The probability of a number below `x`.
  let cumulative: @Sendable (Double) -> Double
  /// Where the tails begin that are counted: below the first of a pair or above the second.
  let tails: [(Double, Double)]
  /// The probability of a tail.
  let tail: @Sendable (Double, Double) -> Double

  static let all = [normal, normalFloat, exponential, exponentialFloat, uniform, uniformFloat]

  static let normal = Distribution(
    testDescription: "normal, Double", numbers: { doubles(&$0, $1) { $0.fillNormals($1) } },
    moment: { k in k % 2 == 1 ? 0 : stride(from: 1.0, to: Double(k), by: 2).reduce(1, *) },
    cumulative: { erfc(-$0 / 2.0.squareRoot()) / 2 }, tails: [(-3, 3), (-4, 4), (-5, 5)],
    tail: { erfc($1 / 2.0.squareRoot()) })
  static let normalFloat = normal.drawn("normal, Float") { floats(&$0, $1) { $0.fillNormals($1) } }

  static let exponential = Distribution(
    testDescription: "exponential, Double", numbers: { doubles(&$0, $1) { $0.fillExponentials($1) } },
    moment: { k in (1...k).map(Double.init).reduce(1, *) }, cumulative: { -expm1(-$0) },
    tails: [(1e-3, 7), (1e-5, 11), (1e-6, 14)], tail: { -expm1(-$0) + Foundation.exp(-$1) })
  static let exponentialFloat = exponential.drawn("exponential, Float") {
    floats(&$0, $1) { $0.fillExponentials($1) }
  }

  static let uniform = Distribution(
    testDescription: "uniform, Double", numbers: { doubles(&$0, $1) { $0.fillUniforms($1) } },
    moment: { 1 / Double($0 + 1) }, cumulative: { $0 },
    tails: [(0x1p-10, 1 - 0x1p-10), (0x1p-14, 1 - 0x1p-14), (0x1p-19, 1 - 0x1p-19)],
    tail: { $0 + 1 - $1 })
  static let uniformFloat = uniform.drawn("uniform, Float") { floats(&$0, $1) { $0.fillUniforms($1) } }

  /// The same distribution, drawn otherwise.
  private func drawn(
    _ name: String, _ numbers: @escaping @Sendable (inout RandomStream, Int) -> [Double]
  ) -> Distribution {
    Distribution(
      testDescription: name, numbers: numbers, moment: moment, cumulative: cumulative, tails: tails,
      tail: tail)
  }

  private static func doubles(
    _ stream: inout RandomStream, _ count: Int,
    _ fill: (inout RandomStream, UnsafeMutableBufferPointer<Double>) -> Void
  ) -> [Double] {
    [Double](unsafeUninitializedCapacity: count) { buffer, filled in
      fill(&stream, UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      filled = count
    }
  }

  private static func floats(
    _ stream: inout RandomStream, _ count: Int,
    _ fill: (inout RandomStream, UnsafeMutableBufferPointer<Float>) -> Void
  ) -> [Double] {
    [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      fill(&stream, UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      filled = count
    }.map(Double.init)
  }
}
