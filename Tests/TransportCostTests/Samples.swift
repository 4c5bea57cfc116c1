import Identities
import OptimalTransport

/// Points to carry between.
enum Samples {
  /// Standard normal points.
  static func normal(_ count: Int, dimension: Int, seed: UInt64) throws -> WeightedPoints {
    var stream = RandomStream(seed: seed, identity: "normal", block: 0)
    return try WeightedPoints(
      columns: (0..<dimension).map { _ in (0..<count).map { _ in stream.nextNormal() } })
  }

  /// Points about four centres at distance five, as torn apart as a plan can be.
  static func clusters(_ count: Int, seed: UInt64) throws -> WeightedPoints {
    var stream = RandomStream(seed: seed, identity: "clusters", block: 0)
    let centres = (0..<count).map { _ in Int(stream.nextDouble() * 4) }
    return try WeightedPoints(columns: [
      centres.map { ($0 == 0 ? 5 : $0 == 1 ? -5 : 0) + stream.nextNormal() },
      centres.map { ($0 == 2 ? 5 : $0 == 3 ? -5 : 0) + stream.nextNormal() },
    ])
  }

  /// Points with unequal weights.
  static func weighted(_ count: Int, dimension: Int, seed: UInt64) throws -> WeightedPoints {
    var stream = RandomStream(seed: seed, identity: "weighted", block: 0)
    let raw = (0..<count).map { _ in 0.1 + stream.nextDouble() }
    let sum = raw.reduce(0, +)
    return try WeightedPoints(
      columns: normal(count, dimension: dimension, seed: seed).columns, weights: raw.map { $0 / sum })
  }

  /// A normal law on the line by equally spaced points out to seven standard deviations, weighted by its density.
  static func grid(mean: Double, variance: Double, count: Int) throws -> WeightedPoints {
    let spread = 14 * variance.squareRoot()
    let points = (0..<count).map { mean + spread * (Double($0) / Double(count - 1) - 0.5) }
    let density = points.map { Double.exp(-($0 - mean) * ($0 - mean) / (2 * variance)) }
    let sum = density.reduce(0, +)
    return try WeightedPoints(columns: [points], weights: density.map { $0 / sum })
  }
}

extension EntropicTransport {
  /// The cost between two points, from the definition.
  func cost(_ i: Int, _ j: Int) -> Double {
    let square = zip(from.columns, to.columns).reduce(0) { $0 + ($1.0[i] - $1.1[j]) * ($1.0[i] - $1.1[j]) }
    return cost == .squaredDistance ? square : square.squareRoot()
  }

  /// The masses of a plan, from the definition.
  func masses(_ plan: EntropicPlan) -> [[Double]] {
    (0..<from.count).map { i in
      (0..<to.count).map { j in
        from.weights[i] * to.weights[j] * Double.exp((plan.f[i] + plan.g[j] - cost(i, j)) / epsilon)
      }
    }
  }
}
