/// What it costs to carry a unit of mass from `x` to `y`.
public enum TransportCost: String, Sendable, Codable, CaseIterable {
  /// The squared Euclidean distance; the least cost is then the square of the Wasserstein distance of order two.
  case squaredDistance
  /// The Euclidean distance; the least cost is then the Wasserstein distance of order one.
  case distance

  /// The cost at a squared distance.
  @inline(__always) func at(squaredDistance: Double) -> Double {
    self == .squaredDistance ? squaredDistance : squaredDistance.squareRoot()
  }
}
