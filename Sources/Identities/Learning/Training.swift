import Arithmetic
import Probability

/// A training under way: a network, its examples and what the optimiser remembers.
///
/// A step has two phases: the chunks of its batch, each by itself, and then pieces of the parameters, each with its
/// gradient and its update. The examples of a chunk come from a random stream of its own.
final class Training: @unchecked Sendable {
  // Unchecked: `PhasedWork` orders the accesses.

  /// The steps whose examples are drawn at once: enough for the streams' batches to be used whole.
  private static let stepsAtOnce = 8
  /// The steps between two reports.
  private static let interval = 100
  /// The rows of a panel that are updated at once, at most.
  private static let rowsAtOnce = 64

  /// Rows of parameters with the averages of their gradients and squared gradients.
  private struct Rows {
    let parameters: PanelRows
    let means: PanelRows
    let squares: PanelRows
  }

  /// A piece of the parameters: some rows of a panel of a layer's weights; the first piece of a panel has its biases.
  private struct Piece {
    let gradient: GradientPiece
    let weights: Rows
    let biases: Rows?
    /// Where in its layer the piece begins, from 0 to 1.
    let place: Double
  }

  /// The averages of the gradients, or of their squares, of a layer.
  private struct Memory {
    let weights: Panels
    let biases: Panels

    init(_ layer: DenseLayer) {
      weights = Panels(rows: layer.weights.rows, columns: layer.weights.columns)
      biases = Panels(rows: 1, columns: layer.biases.columns)
    }
  }

  private let steps: Int
  private let adam: Adam
  private let regression: Regression
  private let work: PhasedWork
  private let pass: GradientPass
  /// What the optimiser remembers; the pieces point into it.
  private let memories: [Memory]
  private let pieces: [Piece]
  private let blocks: [ExampleBlock]
  private let streams: UnsafeMutableBufferPointer<RandomStream>
  /// The sums of the losses of each interval, chunk by chunk.
  private let losses: UnsafeMutableBufferPointer<Double>

  init(
    _ perceptron: Perceptron, _ regression: Regression, _ adam: Adam, steps: Int, batch: Int, seed: UInt64,
    workers: Int
  ) {
    (self.steps, self.adam, self.regression) = (steps, adam, regression)
    let pass = GradientPass(perceptron, batch: batch, loss: regression.loss, workers: workers)
    self.pass = pass
    let (means, squares) = (pass.layers.map(Memory.init), pass.layers.map(Memory.init))
    memories = means + squares
    let pieces = pass.layers.enumerated().flatMap { index, layer in
      let panels = Panels.count(for: layer.outputs)
      let starts = Array(stride(from: 0, to: layer.weights.rows, by: Training.rowsAtOnce))
      return (0..<panels).flatMap { panel in
        starts.enumerated().map { k, start in
          let end = min(layer.weights.rows, start + Training.rowsAtOnce)
          return Piece(
            gradient: pass.piece(layer: index, panel: panel, rows: start..<end),
            weights: Rows(
              parameters: layer.weights.panel(panel).from(start),
              means: means[index].weights.panel(panel).from(start),
              squares: squares[index].weights.panel(panel).from(start)),
            biases: start > 0
              ? nil
              : Rows(
                parameters: layer.biases.panel(panel), means: means[index].biases.panel(panel),
                squares: squares[index].biases.panel(panel)),
            place: Double(panel * starts.count + k) / Double(panels * starts.count))
        }
      }
    }
    // In the order of their places, so that every worker's share has a part of each layer: equal work.
    self.pieces = pieces.sorted { $0.place < $1.place }
    work = PhasedWork(workers: workers)
    blocks = (0..<pass.chunks).map { _ in Training.block(for: regression) }
    streams = .allocate(capacity: pass.chunks)
    _ = streams.initialize(from: (0..<pass.chunks).map { Training.stream(seed: seed, chunk: $0) })
    losses = .allocate(capacity: (steps / Training.interval + 1) * pass.chunks)
    losses.initialize(repeating: 0)
  }

  deinit {
    for block in blocks { block.deallocate() }
    streams.deallocate()
    losses.deallocate()
  }

  /// Memory for the examples of a chunk.
  private static func block(for regression: Regression) -> ExampleBlock {
    .allocate(inputs: regression.inputs, outputs: regression.outputs, count: Panels.width * stepsAtOnce)
  }

  /// The stream of a chunk's examples.
  private static func stream(seed: UInt64, chunk: Int) -> RandomStream {
    RandomStream(seed: seed, identity: "Training", block: UInt64(chunk))
  }

  /// The examples that the chunks of a training meet first; who asks for them gives the memory back.
  static func firstExamples(of regression: Regression, chunks: Int, seed: UInt64) -> [ExampleBlock] {
    (0..<chunks).map { chunk in
      let block = block(for: regression)
      var stream = stream(seed: seed, chunk: chunk)
      regression.fill(block, from: &stream)
      return block
    }
  }

  /// The parameters as they are.
  func parameters(_ shapes: [Perceptron.Shape]) -> [Float] {
    Perceptron.parameters(pass.layers.map { ($0.weights, $0.biases) }, shapes)
  }

  /// Does a worker's part of all steps; the first worker reports.
  func run(worker: Int, report: (TrainingProgress) -> Void) {
    var powers = (1.0, 1.0)
    var end = 0
    for step in 1...steps {
      end += pass.chunks
      let passed = work.perform(phase: 2 * step, items: pass.chunks, end: end, worker: worker) {
        runChunk($0, step: step, worker: worker)
      }
      guard passed else { return }
      end += pieces.count
      powers = (powers.0 * adam.betas.0, powers.1 * adam.betas.1)
      let update = Adam.Update(adam, rate: adam.rate(ofStep: step), powers: powers)
      let updated = work.perform(phase: 2 * step + 1, items: pieces.count, end: end, worker: worker) {
        apply(update, pieces[$0])
      }
      guard updated else { return }
      if worker == 0, step % Training.interval == 0 || step == steps {
        report(progress(at: step))
        if Task.isCancelled { work.stop() }
      }
    }
  }

  private func runChunk(_ chunk: Int, step: Int, worker: Int) {
    let place = (step - 1) % Training.stepsAtOnce
    if place == 0 { regression.fill(blocks[chunk], from: &streams[chunk]) }
    losses[(step - 1) / Training.interval * pass.chunks + chunk] += pass.run(
      chunk: chunk, blocks[chunk], from: place * Panels.width, worker: worker)
  }

  private func apply(_ update: Adam.Update, _ piece: Piece) {
    let size = piece.gradient.rows * MemoryLayout<PanelRow>.stride
    withUnsafeTemporaryAllocation(byteCount: size, alignment: MemoryLayout<PanelRow>.alignment) { memory in
      // First the whole gradient, then the update: its four streams in order are what a processor foresees.
      let gradient = PanelRows(memory.baseAddress!)
      piece.gradient.sum(into: gradient)
      let (weights, biases) = (piece.weights, piece.biases)
      update.apply(
        gradient, rows: piece.gradient.rows, weights.parameters, weights.means, weights.squares)
      if let biases {
        piece.gradient.sumBiases(into: gradient)
        update.apply(gradient, rows: 1, biases.parameters, biases.means, biases.squares)
      }
    }
  }

  private func progress(at step: Int) -> TrainingProgress {
    let interval = (step - 1) / Training.interval
    let first = interval * pass.chunks
    let sum = losses[first..<first + pass.chunks].reduce(0, +)
    let points = (step - interval * Training.interval) * pass.batch
    return TrainingProgress(step: step, steps: steps, loss: sum / Double(points))
  }
}

/// How far a training is.
public struct TrainingProgress: Sendable, Equatable {
  /// The steps that are done.
  public let step: Int
  /// The steps that there are to do.
  public let steps: Int
  /// The mean loss over the batches since the last report, each under the parameters it met.
  public let loss: Double
}

extension Perceptron {
  /// The perceptron after a training that starts from this one.
  ///
  /// Each step draws a batch of new examples from streams of the seed and moves the parameters by the mean loss's
  /// gradient. The result is the same to the bit for any number of threads. `report` is called every hundred steps
  /// and after the last. Throws `InvalidArgument` where the sizes do not fit or a number makes no sense,
  /// `CancellationError` where the task is cancelled, and `TrainingDiverged` where a parameter is no longer finite.
  public func trained(
    on regression: Regression, by optimiser: Adam = Adam(), steps: Int = 8000, batch: Int = 128,
    seed: UInt64, threads: Int, report: (TrainingProgress) -> Void = { _ in }
  ) async throws -> Perceptron {
    try check(regression)
    for (name, number) in [("steps", steps), ("batch", batch), ("threads", threads)] {
      guard (1...1 << 20).contains(number) else {
        throw InvalidArgument(name, is: number, expected: "a positive number, at most \(1 << 20)")
      }
    }
    try optimiser.validate()
    let workers = min(threads, Panels.count(for: batch))
    let training = Training(
      self, regression, optimiser, steps: steps, batch: batch, seed: seed, workers: workers)
    await withTaskGroup(of: Void.self) { group in
      for worker in 1..<workers {
        group.addTask { training.run(worker: worker) { _ in } }
      }
      training.run(worker: 0, report: report)
    }
    try Task.checkCancellation()
    let parameters = training.parameters(shapes)
    guard parameters.allSatisfy(\.isFinite) else { throw TrainingDiverged(steps: steps) }
    return try with(parameters)
  }
}

/// A training at whose end a parameter was not a finite number.
public struct TrainingDiverged: Error, Equatable, CustomStringConvertible {
  /// The steps of the training.
  public let steps: Int

  /// A short text for a person.
  public var description: String {
    "after \(steps) steps of training a parameter is not a finite number: the rate is too high for these examples"
  }
}
