import Arithmetic
import Probability

/// A multilayer perceptron: linear layers with rectified linear units between them.
///
/// `y = W_L r(... r(W_1 x + b_1) ...) + b_L` with `r(u) = max(u, 0)`. The last layer is linear, so that every real
/// number is a possible output. A field of time and space takes the point's coordinates first and the time last.
public struct Perceptron: Sendable, Equatable {
  /// The number of inputs.
  public let inputs: Int
  /// The number of outputs.
  public let outputs: Int
  /// The number of units in each layer but the last.
  public let width: Int
  /// The number of linear layers.
  public let layers: Int
  /// The numbers that are learned: for each layer its weights, row by row with a row for each output, then its biases.
  public let parameters: [Float]

  /// The perceptron with given parameters.
  ///
  /// Throws `InvalidArgument` unless the sizes are positive and there are as many finite parameters as they ask for.
  public init(inputs: Int, outputs: Int, width: Int, layers: Int, parameters: [Float]) throws {
    let count = try Perceptron.checkedShapes(inputs, outputs, width, layers).reduce(0) { $0 + $1.parameters }
    guard parameters.count == count else {
      throw InvalidArgument("parameters", is: "\(parameters.count) numbers", expected: "\(count) numbers")
    }
    if let odd = parameters.firstIndex(where: { !$0.isFinite }) {
      throw InvalidArgument("parameters[\(odd)]", is: parameters[odd], expected: "a finite number")
    }
    (self.inputs, self.outputs, self.width, self.layers) = (inputs, outputs, width, layers)
    self.parameters = parameters
  }

  /// A perceptron with random parameters: uniform within `1 / sqrt(n)` of zero in a layer of `n` inputs.
  ///
  /// Throws `InvalidArgument` where a size is not positive, or so large that the network would not fit into memory.
  public init(inputs: Int, outputs: Int, width: Int = 128, layers: Int = 4, seed: UInt64) throws {
    let shapes = try Perceptron.checkedShapes(inputs, outputs, width, layers)
    let parameters = shapes.enumerated().flatMap { layer, shape in
      let bound = 1 / Float(shape.inputs).squareRoot()
      var stream = RandomStream(seed: seed, identity: "Perceptron", block: UInt64(layer))
      return [Float](unsafeUninitializedCapacity: shape.parameters) { buffer, count in
        let numbers = UnsafeMutableBufferPointer(rebasing: buffer[..<shape.parameters])
        stream.fillUniforms(numbers)
        for i in numbers.indices { numbers[i] = bound * (2 * numbers[i] - 1) }
        count = shape.parameters
      }
    }
    try self.init(inputs: inputs, outputs: outputs, width: width, layers: layers, parameters: parameters)
  }

  /// The inputs and outputs of a linear layer.
  struct Shape {
    let inputs: Int
    let outputs: Int
    /// The number of weights and biases.
    var parameters: Int { (inputs + 1) * outputs }
  }

  /// The sizes of the linear layers, in order.
  var shapes: [Shape] { Perceptron.layerShapes(inputs, outputs, width, layers) }

  private static func layerShapes(_ inputs: Int, _ outputs: Int, _ width: Int, _ layers: Int) -> [Shape] {
    (0..<layers).map {
      Shape(inputs: $0 == 0 ? inputs : width, outputs: $0 == layers - 1 ? outputs : width)
    }
  }

  /// The sizes of the linear layers, in order, if they make a network.
  private static func checkedShapes(_ inputs: Int, _ outputs: Int, _ width: Int, _ layers: Int) throws
    -> [Shape]
  {
    // A network near this bound would take the memory of a large machine.
    let largest = 1 << 14
    for (name, size) in [("inputs", inputs), ("outputs", outputs), ("width", width), ("layers", layers)] {
      guard (1...largest).contains(size) else {
        throw InvalidArgument(name, is: size, expected: "a number from 1 to \(largest)")
      }
    }
    let shapes = layerShapes(inputs, outputs, width, layers)
    let count = shapes.reduce(0) { $0 + $1.parameters }
    guard count <= largest * largest else {
      throw InvalidArgument(
        "width", is: width,
        expected: "at most \(largest * largest) parameters in \(layers) layers, not \(count)")
    }
    return shapes
  }

  /// The same perceptron with other parameters.
  func with(_ parameters: [Float]) throws -> Perceptron {
    try Perceptron(inputs: inputs, outputs: outputs, width: width, layers: layers, parameters: parameters)
  }

  /// The layers, laid out for products.
  func denseLayers() -> [DenseLayer] {
    var start = 0
    return shapes.map { shape in
      let layer = DenseLayer(inputs: shape.inputs, outputs: shape.outputs)
      for i in 0..<shape.outputs {
        for j in 0..<shape.inputs { layer.weights[j, i] = parameters[start + i * shape.inputs + j] }
        layer.biases[0, i] = parameters[start + shape.outputs * shape.inputs + i]
      }
      start += shape.parameters
      return layer
    }
  }

  /// The numbers of such layers in the order of `parameters`: of weights and biases, or of their derivatives.
  static func parameters(_ layers: [(weights: Panels, biases: Panels)], _ shapes: [Shape]) -> [Float] {
    zip(layers, shapes).flatMap { layer, shape in
      (0..<shape.outputs).flatMap { i in (0..<shape.inputs).map { layer.weights[$0, i] } }
        + (0..<shape.outputs).map { layer.biases[0, $0] }
    }
  }
}
