/// Points in an order in which neighbours are near, so that runs of them are cells of space.
struct PointCells: Sendable {
  /// The points in that order.
  let points: WeightedPoints
  /// Where each of them was before.
  let order: [Int]

  /// Halves the points again and again by the median of the axis on which they spread most.
  init(_ original: WeightedPoints) {
    var order = Array(0..<original.count)
    var open = [0..<original.count]
    while let range = open.popLast() {
      if range.count <= 2 { continue }
      var widest = (spread: -1.0, axis: 0)
      for axis in 0..<original.dimension {
        let column = original.columns[axis]
        var (sum, squares) = (0.0, 0.0)
        for i in order[range] {
          let x = column[i] - column[order[range.lowerBound]]
          sum += x
          squares += x * x
        }
        let spread = squares - sum * sum / Double(range.count)
        if spread > widest.spread { widest = (spread, axis) }
      }
      let column = original.columns[widest.axis]
      order[range].sort { (column[$0], $0) < (column[$1], $1) }
      let middle = (range.lowerBound + range.upperBound) / 2
      open.append(range.lowerBound..<middle)
      open.append(middle..<range.upperBound)
    }
    self.order = order
    points = WeightedPoints(
      known: original.columns.map { column in order.map { column[$0] } },
      weights: order.map { original.weights[$0] })
  }

  /// Numbers of the points as they came, from those in this order.
  func restored(_ numbers: [Double]) -> [Double] {
    var result = numbers
    for (k, i) in order.enumerated() { result[i] = numbers[k] }
    return result
  }

  /// The cells after `depth` halvings, each at its mean with its weight; all points where that is as many.
  func coarse(depth: Int) -> WeightedPoints {
    var starts = [0, points.count]
    for _ in 0..<depth {
      var finer: [Int] = []
      for (a, b) in zip(starts, starts.dropFirst()) {
        finer.append(a)
        if b - a > 1 { finer.append((a + b) / 2) }
      }
      starts = finer + [points.count]
    }
    let cells = zip(starts, starts.dropFirst())
    let weights = cells.map { a, b in points.weights[a..<b].reduce(0, +) }
    return WeightedPoints(
      known: points.columns.map { column in
        zip(cells, weights).map { cell, weight in
          (cell.0..<cell.1).reduce(0) { $0 + points.weights[$1] * column[$1] } / weight
        }
      }, weights: weights)
  }
}
