/// A piece of a gradient, each entry summed over the batch in the order of its points.
///
/// Plain pointers into a `GradientPass`, which must live on: counting references to its panels would make the threads
/// wait for each other.
struct GradientPiece {
  /// The layer's inputs from the piece's first row on, in the first chunk.
  let inputs: PanelRows
  /// The rows from one chunk's inputs to the next one's.
  let rowsOfChunk: Int
  /// The derivatives of the loss by a panel of the layer's outputs, a row a point.
  let derivatives: PanelRows
  let chunks: Int
  /// The number of rows of the piece.
  let rows: Int
  /// Whether only the first half of the panel's columns is in use.
  let isNarrow: Bool

  /// Writes the derivatives by the weights, row by row.
  func sum(into result: PanelRows) {
    var first = 0
    while first + 8 <= rows {
      if isNarrow {
        sumTile(EightHalfRows(), first, result)
      } else {
        sumTile(EightRows(), first, result)
      }
      first += 8
    }
    if first < rows { sumTile(FourRows(), first, result) }
  }

  @inline(__always) private func sumTile<T: Tile>(_ zero: T, _ first: Int, _ result: PanelRows) {
    var tile = zero
    for chunk in 0..<chunks {
      tile.addProduct(
        rowsOf: inputs.number(first + chunk * rowsOfChunk, 0), derivatives.from(chunk * Panels.width),
        count: Panels.width)
    }
    let rows = result.from(first)
    tile.forEachRow { rows[$0] = $1 }
  }

  /// Writes the derivatives by the biases, one row.
  func sumBiases(into result: PanelRows) {
    var sum = PanelRow.zero
    for point in 0..<chunks * Panels.width {
      let row = derivatives[point]
      sum = PanelRow(low: sum.low + row.low, high: sum.high + row.high)
    }
    result[0] = sum
  }
}
