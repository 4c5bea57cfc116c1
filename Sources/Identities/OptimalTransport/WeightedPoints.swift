import Arithmetic

/// Points of a Euclidean space with positive weights of sum one: a law that a sample stands for.
public struct WeightedPoints: Sendable {
  /// The coordinates, one array for each axis.
  public let columns: [[Double]]
  /// The weights, positive, with sum one up to rounding.
  public let weights: [Double]

  /// The number of points.
  public var count: Int { weights.count }
  /// The number of coordinates of a point.
  public var dimension: Int { columns.count }

  /// Points by their coordinates, one array for each axis, with their weights; equal weights where none are given.
  ///
  /// Throws `InvalidArgument` where there is no axis or no point, the axes differ in length, a coordinate is not
  /// finite, or the weights are not as many positive numbers with sum one up to their rounding.
  public init(columns: [[Double]], weights: [Double]? = nil) throws {
    let counts = Set(columns.map(\.count))
    guard let count = counts.first, counts.count == 1, count > 0 else {
      throw InvalidArgument(
        "columns", is: columns.map(\.count), expected: "one array for each axis, all of one positive length")
    }
    for column in columns {
      if let wrong = column.first(where: { !$0.isFinite }) {
        throw InvalidArgument("columns", is: wrong, expected: "finite coordinates")
      }
    }
    if let weights {
      guard weights.count == count else {
        throw InvalidArgument("weights", is: "\(weights.count) numbers", expected: "\(count), one a point")
      }
      if let wrong = weights.first(where: { !($0 > 0 && $0.isFinite) }) {
        throw InvalidArgument("weights", is: wrong, expected: "positive numbers")
      }
      let sum = weights.reduce(0, +)
      guard (sum - 1).magnitude <= Double(count) * Double.ulpOfOne else {
        throw InvalidArgument("weights", is: "numbers of sum \(sum)", expected: "numbers of sum 1")
      }
    }
    self.init(known: columns, weights: weights ?? [Double](repeating: 1 / Double(count), count: count))
  }

  /// Points that are known to be in order.
  init(known columns: [[Double]], weights: [Double]) {
    self.columns = columns
    self.weights = weights
  }

  /// Points by their coordinates, one point after the other, as data files hold them.
  ///
  /// Throws `InvalidArgument` as the other initialiser does, and where the dimension does not divide the count.
  public init(rows: [Float], dimension: Int, weights: [Double]? = nil) throws {
    guard dimension > 0, rows.count.isMultiple(of: dimension) else {
      throw InvalidArgument(
        "dimension", is: dimension, expected: "a positive divisor of the \(rows.count) coordinates")
    }
    try self.init(
      columns: (0..<dimension).map { k in
        stride(from: k, to: rows.count, by: dimension).map { Double(rows[$0]) }
      }, weights: weights)
  }

  /// The weighted mean of numbers, one a point.
  func mean(_ numbers: [Double]) -> Double { zip(weights, numbers).reduce(0) { $0 + $1.0 * $1.1 } }
}
