/// Points in single precision, scaled for the exponents of a plan to be differences: the cost between two of them
/// is their cost in units of epsilon.
struct ScaledPoints: Sendable {
  let count: Int
  let dimension: Int
  /// The coordinates in vectors of sixteen points, axis after axis; the last vector of an axis is padded.
  let lanes: [SIMD16<Float>]
  /// The coordinates point after point.
  let rows: [Float]

  /// The number of vectors that hold one number a point.
  var vectors: Int { (count + 15) / 16 }

  init(_ points: WeightedPoints, centre: [Double], cost: TransportCost, epsilon: Double) {
    count = points.count
    dimension = points.dimension
    let scale = cost == .squaredDistance ? 1 / epsilon.squareRoot() : 1 / epsilon
    var rows = [Float](repeating: 0, count: count * dimension)
    var lanes: [SIMD16<Float>] = []
    for k in 0..<dimension {
      let column = points.columns[k].map { Float(($0 - centre[k]) * scale) }
      for i in 0..<count { rows[i * dimension + k] = column[i] }
      lanes += Self.vectors(column, padding: 0)
    }
    self.rows = rows
    self.lanes = lanes
  }

  /// Numbers in vectors of sixteen.
  static func vectors(_ numbers: [Float], padding: Float) -> [SIMD16<Float>] {
    (0..<(numbers.count + 15) / 16).map { v in
      var vector = SIMD16(repeating: padding)
      for lane in 0..<min(16, numbers.count - 16 * v) { vector[lane] = numbers[16 * v + lane] }
      return vector
    }
  }
}
