import Identities
import Learning
import Testing

/// The gradient of a training against dual numbers, to the rounding of its sums.
@Suite struct GradientTests {
  struct Case: Sendable, CustomStringConvertible {
    let inputs, outputs, width, layers, batch: Int
    let loss: Regression.Loss
    var description: String {
      "\(inputs) to \(outputs), \(layers) layers of \(width), batch \(batch), \(loss)"
    }
  }

  /// Sizes on both sides of whole tiles, panels and chunks.
  @Test(arguments: [
    Case(inputs: 3, outputs: 2, width: 9, layers: 4, batch: 7, loss: .squaredDistance),
    Case(inputs: 3, outputs: 2, width: 8, layers: 4, batch: 32, loss: .crossTerm),
    Case(inputs: 1, outputs: 1, width: 1, layers: 1, batch: 1, loss: .squaredDistance),
    Case(inputs: 2, outputs: 17, width: 33, layers: 3, batch: 32, loss: .squaredDistance),
    Case(inputs: 34, outputs: 33, width: 20, layers: 2, batch: 70, loss: .crossTerm),
  ]) func equalsThatOfDualNumbers(_ test: Case) throws {
    let network = try Perceptron(
      inputs: test.inputs, outputs: test.outputs, width: test.width, layers: test.layers, seed: 5)
    let examples = randomExamples(
      min(test.batch, 32), inputs: test.inputs, outputs: test.outputs, seed: UInt64(test.width))
    let (loss, gradient) = try network.gradient(
      on: try repeating(examples, loss: test.loss), batch: test.batch, seed: 1)
    let batch = (0..<test.batch).map { examples[$0 % 32 % examples.count] }

    // Along a few directions, the first ones along single parameters of the first and last layer.
    var stream = RandomStream(seed: 6, identity: "directions", block: 0)
    let count = network.parameters.count
    let directions =
      [0, count / 2, count - 1].map { k in (0..<count).map { $0 == k ? 1.0 : 0 } }
      + (0..<3).map { _ in (0..<count).map { _ in stream.nextNormal() } }
    // Roundings on the way of a number from the first layer to the last and back, and into a sum over the batch.
    let roundings = Double(
      2 * test.layers * (max(test.inputs, test.width, test.outputs) + 3) + test.batch + 8)
    let unit = roundings * 0x1p-24
    var sharpest = Double.infinity
    for direction in directions {
      let value = total(network, batch, test.loss, along: direction)
      let bound = bounds(network, batch, test.loss, along: direction)
      #expect((loss - value.value).magnitude <= unit * bound.value)
      let derivative = zip(gradient, direction).reduce(0) { $0 + Double($1.0) * $1.1 }
      #expect((derivative - value.derivative).magnitude <= unit * bound.derivative)
      sharpest = min(sharpest, unit * bound.derivative / value.derivative.magnitude)
    }
    #expect(sharpest < 0.05, "the bound would see a wrong factor")
  }

  /// The mean loss, and its derivative in a direction.
  private func total(
    _ network: Perceptron, _ batch: [Example], _ loss: Regression.Loss, along direction: [Double]
  ) -> Dual<Double> {
    let reference = ReferenceNetwork(
      perceptron: network,
      parameters: zip(network.parameters, direction).map { Dual(Double($0), derivative: $1) },
      isPositive: { $0.value > 0 })
    let sum = batch.reduce(0 as Dual<Double>) { sum, example in
      let output = reference.evaluate(example.input.map { Dual(constant: $0) })
      return zip(output, example.target).reduce(sum) { sum, pair in
        let (f, y) = (pair.0, Dual(constant: pair.1))
        let weight = Dual(constant: example.weight)
        return sum + weight * (loss == .crossTerm ? f * (f - 2 * y) : (f - y) * (f - y))
      }
    }
    return sum / Dual(constant: Double(batch.count))
  }

  /// What the loss and its derivative would be if nothing ever cancelled: their rounding errors are below a multiple
  /// of the unit roundoff times this.
  private func bounds(
    _ network: Perceptron, _ batch: [Example], _ loss: Regression.Loss, along direction: [Double]
  ) -> Dual<Double> {
    let reference = ReferenceNetwork(
      perceptron: network,
      parameters: zip(network.parameters, direction).map {
        Dual(Double($0).magnitude, derivative: $1.magnitude)
      },
      isPositive: { _ in true })
    let sum = batch.reduce(0 as Dual<Double>) { sum, example in
      let output = reference.evaluate(example.input.map { Dual(constant: $0.magnitude) })
      return zip(output, example.target).reduce(sum) { sum, pair in
        let (f, y) = (pair.0, Dual(constant: pair.1.magnitude))
        return sum + Dual(constant: example.weight) * ((f + 2 * y) * (f + 2 * y))
      }
    }
    return sum / Dual(constant: Double(batch.count))
  }

  /// Evaluation in columns gives the definition's numbers, in blocks and with the time apart or not.
  @Test func evaluationIsTheDefinition() throws {
    let network = try Perceptron(inputs: 3, outputs: 2, width: 33, layers: 4, seed: 1)
    let points = randomExamples(71, inputs: 3, outputs: 1, seed: 2).map(\.input)
    let columns = (0..<3).map { i in points.map { Float($0[i]) } }
    let outputs = try network.evaluate(columns)
    #expect(outputs.count == 2 && outputs.allSatisfy { $0.count == 71 })
    let exact = ReferenceNetwork(
      perceptron: network, parameters: network.parameters.map { Double($0) }, isPositive: { $0 > 0 })
    let bound = ReferenceNetwork(
      perceptron: network, parameters: network.parameters.map { Double($0.magnitude) },
      isPositive: { _ in true })
    for (k, point) in points.enumerated() {
      let (values, scales) = (exact.evaluate(point), bound.evaluate(point.map(\.magnitude)))
      for j in 0..<2 {
        #expect((Double(outputs[j][k]) - values[j]).magnitude <= 4 * 36 * 0x1p-24 * scales[j])
      }
    }
    let time: Float = 0.375
    let withTime = try network.evaluate([columns[0], columns[1]], at: time)
    let asColumn = try network.evaluate([columns[0], columns[1], Array(repeating: time, count: 71)])
    #expect(withTime == asColumn)
    // A point's result does not depend on the points beside it.
    #expect(try network.evaluate(columns.map { [$0[70]] }) == outputs.map { [$0[70]] })
  }
}
