import Foundation
import Identities

extension Work {
  /// `E[z | x_t = x]` at four points in ten dimensions, by the weights that samples of the interpolant have.
  static func conditionalMean(threads: Int) -> Work {
    let problem = ConditionalMean()
    return Work(amount: ConditionalMean.blocks * ConditionalMean.size, unit: "samples") {
      let parts = await inParallel(threads) { worker in
        let share = { ConditionalMean.blocks * $0 / threads }
        return problem.sums(share(worker)..<share(worker + 1))
      }
      let means = (0..<problem.points.count).map { j in
        parts.reduce(0) { $0 + $1[j].moment } / parts.reduce(0) { $0 + $1[j].weight }
      }
      return {
        let errors = zip(means, problem.truth).map { ($0 - $1).magnitude }
        return "means \(means.map { fixed($0, 4) }.joined(separator: ", ")), "
          + "at most \(fixed(errors.max() ?? .nan, 4)) off"
      }
    }
  }
}

/// The interpolant `x_t = I + gamma z` at time 0.3 between `N(0, 1)` and the even mixture of `N(1, 1/4)` and
/// `N(-1, 1/4)`, in every coordinate: `I` is `t` or `-t` in all coordinates, plus a normal vector.
///
/// Given `I`, the point `x` has the weight of the normal density of `z = (x - I) / gamma`.
private struct ConditionalMean {
  /// The samples are drawn in blocks that stay in the second cache.
  static let (blocks, size) = (5000, 2000)
  private let dimension = 10
  private let t = 0.3
  private var gamma: Double { (2 * t * (1 - t)).squareRoot() }
  private var spread: Double { ((1 - t) * (1 - t) + t * t / 4).squareRoot() }
  /// The first coordinates of the points, whose coordinates are all the same.
  let points = [0.2, 0.4, 0.6, 0.8]

  struct Sums {
    var weight = 0.0
    var moment = 0.0
  }

  /// The sums, over the samples of some blocks, of the weights and of weight times first coordinate of `z`.
  func sums(_ blocks: Range<Int>) -> [Sums] {
    let numbers = UnsafeMutableBufferPointer<Double>.allocate(capacity: (dimension + 1) * Self.size)
    defer { numbers.deallocate() }
    let normals = UnsafeMutableBufferPointer(rebasing: numbers[..<(dimension * Self.size)])
    let choices = UnsafeMutableBufferPointer(rebasing: numbers[(dimension * Self.size)...])
    var totals = [SIMD8<Double>](repeating: .zero, count: 2 * points.count)
    totals.withUnsafeMutableBufferPointer { totals in
      for block in blocks {
        var stream = RandomStream(seed: 1, identity: "conditional mean", block: UInt64(block))
        stream.fillNormals(normals)
        stream.fillUniforms(choices)
        add(UnsafeRawPointer(normals.baseAddress!), UnsafeRawPointer(choices.baseAddress!), to: totals)
      }
    }
    return points.indices.map { Sums(weight: totals[2 * $0].sum(), moment: totals[2 * $0 + 1].sum()) }
  }

  private func add(
    _ normals: UnsafeRawPointer, _ choices: UnsafeRawPointer,
    to totals: UnsafeMutableBufferPointer<SIMD8<Double>>
  ) {
    let (factor, scale, spread) = (-1 / (2 * gamma * gamma), 1 / gamma, spread)
    for sample in stride(from: 0, to: Self.size, by: 8) {
      func vector(_ memory: UnsafeRawPointer, _ row: Int) -> SIMD8<Double> {
        memory.loadUnaligned(fromByteOffset: 8 * (row * Self.size + sample), as: SIMD8<Double>.self)
      }
      let centre = SIMD8(repeating: t).replacing(with: -t, where: vector(choices, 0) .< 0.5)
      for (j, point) in points.enumerated() {
        let first = point - (vector(normals, 0) * spread + centre)
        var square = first * first
        for row in 1..<dimension {
          let rest = point - (vector(normals, row) * spread + centre)
          square += rest * rest
        }
        let weight = SIMD8.exp(square * factor)
        totals[2 * j] += weight
        totals[2 * j + 1] += weight * first * scale
      }
    }
  }

  /// The means in closed form: those of two normal laws, by the responsibilities.
  var truth: [Double] {
    let variance = gamma * gamma + spread * spread
    return points.map { point in
      let densities = [t, -t].map { exp(-Double(dimension) * (point - $0) * (point - $0) / (2 * variance)) }
      let total = densities.reduce(0, +)
      return zip([t, -t], densities).reduce(0) { $0 + $1.1 / total * gamma * (point - $1.0) / variance }
    }
  }
}
