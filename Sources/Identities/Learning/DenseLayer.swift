/// A linear layer `y = W^T x + b` with its numbers laid out for the products of training and evaluation.
///
/// Points are columns: a panel holds 32 of them, one row a coordinate. `W` has a row for each input and a column for
/// each output. Every number of a result is summed in one fixed order, that of its inputs, whatever the panel it
/// is in and whoever computes it.
final class DenseLayer: Sendable {
  let inputs: Int
  let outputs: Int
  /// The weights, a row an input and a column an output.
  let weights: Panels
  /// The biases, in one row.
  let biases: Panels

  init(inputs: Int, outputs: Int) {
    (self.inputs, self.outputs) = (inputs, outputs)
    weights = Panels(rows: DenseLayer.padded(inputs), columns: outputs)
    biases = Panels(rows: 1, columns: outputs)
  }

  /// The rows that hold so many coordinates: whole tiles.
  static func padded(_ rows: Int) -> Int { (rows + FourRows.rows - 1) / FourRows.rows * FourRows.rows }

  /// The outputs at the points of a panel, negative ones replaced by zero if asked for.
  func apply(_ input: PanelRows, into output: PanelRows, rectified: Bool) {
    DenseLayer.forEachTile(outputs) {
      applyTile(EightRows.self, at: $0, input, output, rectified)
    } four: {
      applyTile(FourRows.self, at: $0, input, output, rectified)
    }
  }

  @inline(__always) private func applyTile<T: Tile>(
    _: T.Type, at first: Int, _ input: PanelRows, _ output: PanelRows, _ rectified: Bool
  ) {
    let (panel, column) = (first / Panels.width, first % Panels.width)
    var tile = T(repeating: biases.panel(panel).number(0, column))
    tile.addProduct(columnsOf: weights.panel(panel).number(0, column), input, count: inputs)
    let rows = output.from(first)
    if rectified {
      tile.forEachRow { rows[$0] = $1.rectified }
    } else {
      tile.forEachRow { rows[$0] = $1 }
    }
  }

  /// The derivatives `W d` by the inputs, from those by the outputs, with zero where the input is not positive.
  func pullBack(_ derivatives: PanelRows, where input: PanelRows, into result: PanelRows) {
    DenseLayer.forEachTile(inputs) {
      pullBackTile(EightRows.self, at: $0, derivatives, input, result)
    } four: {
      pullBackTile(FourRows.self, at: $0, derivatives, input, result)
    }
  }

  @inline(__always) private func pullBackTile<T: Tile>(
    _: T.Type, at first: Int, _ derivatives: PanelRows, _ input: PanelRows, _ result: PanelRows
  ) {
    var tile = T()
    for panel in 0..<Panels.count(for: outputs) {
      let start = panel * Panels.width
      tile.addProduct(
        rowsOf: weights.panel(panel).number(first, 0), derivatives.from(start),
        count: min(Panels.width, outputs - start))
    }
    let (rows, inputs) = (result.from(first), input.from(first))
    tile.forEachRow { rows[$0] = $1.kept(wherePositive: inputs[$0]) }
  }

  /// Cuts so many rows into tiles of eight and, where fewer than eight are left, of four.
  @inline(__always) static func forEachTile(_ rows: Int, eight: (Int) -> Void, four: (Int) -> Void) {
    let rows = padded(rows)
    var first = 0
    while first + 8 <= rows {
      eight(first)
      first += 8
    }
    if first < rows { four(first) }
  }
}
