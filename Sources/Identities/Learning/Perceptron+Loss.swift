import Arithmetic
import Probability

/// The mean loss of a network over random examples.
public struct LossEstimate: Sendable, Equatable {
  /// The mean over the examples.
  public let mean: Double
  /// The standard error of the mean.
  public let standardError: Double
  /// The number of examples.
  public let samples: Int
}

extension Perceptron {
  /// The mean loss over new examples of a regression, at least `samples` of them, from streams of the seed.
  ///
  /// Their streams are not those of a training with the same seed. Throws `InvalidArgument` where the sizes do not fit
  /// or there are fewer than two examples, from which no error could be told.
  public func loss(on regression: Regression, samples: Int, seed: UInt64) throws -> LossEstimate {
    try check(regression)
    guard (2...1 << 40).contains(samples) else {
      throw InvalidArgument("samples", is: samples, expected: "a number from 2 to \(1 << 40)")
    }
    let size = 1024
    let block = ExampleBlock.allocate(inputs: inputs, outputs: outputs, count: size)
    let results = UnsafeMutablePointer<Float>.allocate(capacity: outputs * size)
    defer {
      block.deallocate()
      results.deallocate()
    }
    let evaluator = PerceptronEvaluator(self)
    let blocks = (samples + size - 1) / size
    // The mean so far and the sum of squared deviations from it (Welford 1962).
    var (count, mean, deviations) = (0.0, 0.0, 0.0)
    for number in 0..<blocks {
      var stream = RandomStream(seed: seed, identity: "Perceptron.loss", block: UInt64(number))
      regression.fill(block, from: &stream)
      let points = block.input(0)
      evaluator.evaluate(points.baseAddress!, into: results, count: size, stride: size)
      for k in 0..<size {
        var loss = 0.0
        for j in 0..<outputs {
          let (output, target) = (Double(results[j * size + k]), Double(block.target(j)[k]))
          switch regression.loss {
          case .squaredDistance: loss += (output - target) * (output - target)
          case .crossTerm: loss += output * (output - 2 * target)
          }
        }
        loss *= Double(block.weights[k])
        count += 1
        let difference = loss - mean
        mean += difference / count
        deviations += difference * (loss - mean)
      }
    }
    return LossEstimate(
      mean: mean, standardError: (deviations / (count - 1) / count).squareRoot(), samples: blocks * size)
  }

  /// The mean loss over the batch that a training with this seed meets first, and its derivatives by the parameters.
  ///
  /// Throws `InvalidArgument` where the sizes do not fit or the batch is empty.
  public func gradient(
    on regression: Regression, batch: Int, seed: UInt64
  ) throws -> (loss: Double, gradient: [Float]) {
    try check(regression)
    guard (1...1 << 20).contains(batch) else {
      throw InvalidArgument("batch", is: batch, expected: "a positive number, at most \(1 << 20)")
    }
    let pass = GradientPass(self, batch: batch, loss: regression.loss, workers: 1)
    let blocks = Training.firstExamples(of: regression, chunks: pass.chunks, seed: seed)
    defer { for block in blocks { block.deallocate() } }
    let sum = blocks.indices.reduce(0.0) { $0 + pass.run(chunk: $1, blocks[$1], from: 0, worker: 0) }
    // The pieces point into the pass.
    defer { withExtendedLifetime(pass) {} }
    let gradients = pass.layers.enumerated().map { index, layer in
      let weights = Panels(rows: layer.weights.rows, columns: layer.outputs)
      let biases = Panels(rows: 1, columns: layer.outputs)
      for panel in 0..<Panels.count(for: layer.outputs) {
        let piece = pass.piece(layer: index, panel: panel, rows: 0..<layer.weights.rows)
        piece.sum(into: weights.panel(panel))
        piece.sumBiases(into: biases.panel(panel))
      }
      return (weights: weights, biases: biases)
    }
    return (sum / Double(batch), Perceptron.parameters(gradients, shapes))
  }

  /// Throws `InvalidArgument` unless a regression has as many inputs and outputs as the network.
  func check(_ regression: Regression) throws {
    guard regression.inputs == inputs, regression.outputs == outputs else {
      throw InvalidArgument(
        "regression", is: "\(regression.inputs) inputs and \(regression.outputs) outputs",
        expected: "\(inputs) inputs and \(outputs) outputs, as the network has")
    }
  }
}
