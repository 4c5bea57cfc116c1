/// A network's layers, and what one batch makes of them: the values of its units and the derivatives of the loss.
///
/// The points of a batch are cut into chunks of 32. For each chunk by itself `run` evaluates the network and carries
/// the loss's derivatives back; then each entry of a gradient is summed over the whole batch in the order of its
/// points (`gradient`). No sum depends on who computed what, so no result depends on the number of threads.
final class GradientPass: @unchecked Sendable {
  // Unchecked: `PhasedWork` orders the accesses, chunks and gradients being apart.

  let layers: [DenseLayer]
  /// The points of a batch.
  let batch: Int
  /// The pieces of a batch that are worked on by themselves.
  let chunks: Int
  private let loss: Regression.Loss
  /// For each layer its inputs: a row a coordinate, a column a point.
  private let inputs: [Panels]
  /// The outputs of the last layer, and then the derivatives by them.
  private let results: Panels
  /// For each layer the derivatives of the loss by its outputs: a row a point, a column a coordinate.
  private let derivatives: [Panels]
  /// Two panels a chunk for the derivatives, a row a coordinate, which are needed for a moment only.
  private let scratch: [Panels]

  init(_ perceptron: Perceptron, batch: Int, loss: Regression.Loss) {
    layers = perceptron.denseLayers()
    (self.batch, self.loss) = (batch, loss)
    chunks = Panels.count(for: batch)
    let columns = chunks * Panels.width
    inputs = layers.map { Panels(rows: DenseLayer.padded($0.inputs), columns: columns) }
    derivatives = layers.map { Panels(rows: columns, columns: $0.outputs) }
    // Sixteen rows are transposed at a time.
    func wholeBlocks(_ rows: Int) -> Int { (rows + 15) / 16 * 16 }
    results = Panels(rows: wholeBlocks(perceptron.outputs), columns: columns)
    scratch = (0..<2).map { _ in Panels(rows: wholeBlocks(perceptron.width), columns: columns) }
  }

  /// Evaluates the network on a chunk, the examples of a block from some column on, and carries the loss's derivatives
  /// back to every layer; returns the sum of the chunk's losses.
  func run(chunk: Int, _ examples: ExampleBlock, from column: Int) -> Double {
    let count = min(Panels.width, batch - chunk * Panels.width)
    let input = inputs[0].panel(chunk)
    for i in 0..<layers[0].inputs {
      input.number(i, 0).update(from: examples.input(i).baseAddress! + column, count: count)
    }
    for k in 0..<layers.count - 1 {
      layers[k].apply(inputs[k].panel(chunk), into: inputs[k + 1].panel(chunk), rectified: true)
    }
    let last = layers.count - 1
    let result = results.panel(chunk)
    layers[last].apply(inputs[last].panel(chunk), into: result, rectified: false)
    let sum = differentiateLoss(result, examples, from: column, count: count)
    var current = result
    for k in stride(from: last, through: 0, by: -1) {
      transpose(current, into: derivatives[k], chunk: chunk)
      if k > 0 {
        let next = scratch[k % 2].panel(chunk)
        layers[k].pullBack(current, where: inputs[k].panel(chunk), into: next)
        current = next
      }
    }
    return sum
  }

  /// Replaces the outputs at the first `count` points of a panel by the derivatives of the batch's mean loss, and those
  /// beyond by zero; returns the sum of the losses.
  private func differentiateLoss(
    _ results: PanelRows, _ examples: ExampleBlock, from column: Int, count: Int
  ) -> Double {
    let weights = examples.weights.baseAddress! + column
    let factor = 2 / Float(batch)
    var sum = 0.0
    for j in 0..<layers[layers.count - 1].outputs {
      let (output, target) = (results.number(j, 0), examples.target(j).baseAddress! + column)
      var part: Float = 0
      switch loss {
      case .squaredDistance:
        for b in 0..<count {
          let distance = output[b] - target[b]
          part += weights[b] * distance * distance
          output[b] = factor * weights[b] * distance
        }
      case .crossTerm:
        for b in 0..<count {
          part += weights[b] * output[b] * (output[b] - 2 * target[b])
          output[b] = factor * weights[b] * (output[b] - target[b])
        }
      }
      for b in count..<Panels.width { output[b] = 0 }
      sum += Double(part)
    }
    return sum
  }

  /// Writes a chunk's derivatives, a row a coordinate, into those of the batch, a row a point.
  private func transpose(_ rows: PanelRows, into result: Panels, chunk: Int) {
    for first in stride(from: 0, to: result.columns, by: 16) {
      let panel = result.panel(first / Panels.width).from(chunk * Panels.width)
      for half in 0..<2 {
        var block = SquareBlock(rows.from(first), half: half)
        block.transpose()
        block.store(panel.from(16 * half), half: first % Panels.width / 16)
      }
    }
  }

  /// Passes to an action the derivatives by some rows of a panel of a layer's weights, row by row.
  @inline(__always)
  func gradient(layer: Int, panel: Int, rows: Range<Int>, _ action: (Int, PanelRow) -> Void) {
    var first = rows.lowerBound
    while first + EightRows.rows <= rows.upperBound {
      gradientTile(EightRows(), layer, panel, first, action)
      first += EightRows.rows
    }
    while first < rows.upperBound {
      gradientTile(FourRows(), layer, panel, first, action)
      first += FourRows.rows
    }
  }

  @inline(__always)
  private func gradientTile<T: Tile>(
    _ zero: T, _ layer: Int, _ panel: Int, _ first: Int, _ action: (Int, PanelRow) -> Void
  ) {
    var tile = zero
    let derivatives = derivatives[layer].panel(panel)
    for chunk in 0..<chunks {
      tile.addProduct(
        rowsOf: inputs[layer].panel(chunk).number(first, 0), derivatives.from(chunk * Panels.width),
        count: Panels.width)
    }
    tile.forEachRow { action(first + $0, $1) }
  }

  /// The derivatives by a panel of a layer's biases.
  @inline(__always) func biasGradient(layer: Int, panel: Int) -> PanelRow {
    let derivatives = derivatives[layer].panel(panel)
    var sum = PanelRow.zero
    for point in 0..<chunks * Panels.width {
      let row = derivatives[point]
      sum = PanelRow(low: sum.low + row.low, high: sum.high + row.high)
    }
    return sum
  }
}
