import Identities
import Learning

/// The perceptron by its definition, one point and one number at a time, over any scalar.
struct ReferenceNetwork<Scalar: Field> {
  let perceptron: Perceptron
  let parameters: [Scalar]
  /// Whether a number is kept by a rectified linear unit.
  let isPositive: (Scalar) -> Bool

  /// The outputs at a point, and the smallest distance of a unit's argument from the kink at zero.
  func evaluate(_ point: [Scalar]) -> [Scalar] {
    var (values, start) = (point, 0)
    for layer in 0..<perceptron.layers {
      let last = layer == perceptron.layers - 1
      let (inputs, outputs) = (values.count, last ? perceptron.outputs : perceptron.width)
      values = (0..<outputs).map { i in
        let bias = parameters[start + outputs * inputs + i]
        let sum = (0..<inputs).reduce(bias) { $0 + parameters[start + i * inputs + $1] * values[$1] }
        return last || isPositive(sum) ? sum : 0
      }
      start += outputs * (inputs + 1)
    }
    return values
  }
}

/// Examples of a regression, each with its own input, target and weight.
struct Example {
  let input: [Double]
  let target: [Double]
  let weight: Double
}

/// A regression that repeats given examples, in the order of a batch of at most 32.
func repeating(_ examples: [Example], loss: Regression.Loss) throws -> Regression {
  let (inputs, outputs) = (examples[0].input.count, examples[0].target.count)
  return try Regression(inputs: inputs, outputs: outputs, loss: loss) { _, block in
    for k in 0..<block.count {
      let example = examples[k % 32 % examples.count]
      for i in 0..<inputs { block.input(i)[k] = Float(example.input[i]) }
      for j in 0..<outputs { block.target(j)[k] = Float(example.target[j]) }
      block.weights[k] = Float(example.weight)
    }
  }
}

/// Random examples whose numbers are exact as `Float`.
func randomExamples(_ count: Int, inputs: Int, outputs: Int, seed: UInt64) -> [Example] {
  var stream = RandomStream(seed: seed, identity: "examples", block: 0)
  func number() -> Double { Double(Float(stream.nextNormal())) }
  return (0..<count).map { _ in
    Example(
      input: (0..<inputs).map { _ in number() }, target: (0..<outputs).map { _ in number() },
      weight: Double(Float(0.5 + stream.nextDouble())))
  }
}
