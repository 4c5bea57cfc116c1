import Arithmetic
import Probability

/// A regression: random inputs with the targets that a network is to predict on average.
///
/// A network `f` that minimises the expected loss over all functions is the conditional mean of the target given the
/// input, whatever the positive weights that depend on the input alone.
public struct Regression: Sendable {
  /// What a network pays for an output `f` where the target is `y`, with a weight `w`.
  ///
  /// Both losses have one gradient, and so one training; they differ in the value that is reported.
  public enum Loss: Sendable, Equatable {
    /// The weighted squared distance, `w |f - y|^2`.
    case squaredDistance
    /// What depends on the network of it, `w (|f|^2 - 2 y . f)`.
    case crossTerm
  }

  /// The number of inputs.
  public let inputs: Int
  /// The number of outputs, and of the target's coordinates.
  public let outputs: Int
  /// What is paid for an output.
  public let loss: Loss
  let draw: @Sendable (inout RandomStream, ExampleBlock) -> Void

  /// A regression whose examples an action draws, a block at a time, from nothing but the stream.
  ///
  /// The action fills all inputs and targets of the block; the weights are 1 unless it changes them. Throws
  /// `InvalidArgument` where a number of coordinates is not positive.
  public init(
    inputs: Int, outputs: Int, loss: Loss = .squaredDistance,
    draw: @escaping @Sendable (inout RandomStream, ExampleBlock) -> Void
  ) throws {
    for (name, size) in [("inputs", inputs), ("outputs", outputs)] where size < 1 {
      throw InvalidArgument(name, is: size, expected: "a positive number of coordinates")
    }
    (self.inputs, self.outputs, self.loss, self.draw) = (inputs, outputs, loss, draw)
  }

  /// The next block of examples from a stream.
  func fill(_ block: ExampleBlock, from stream: inout RandomStream) {
    block.weights.update(repeating: 1)
    draw(&stream, block)
  }
}

/// Examples of a regression in columns: an array of numbers for each coordinate of the inputs and of the targets.
public struct ExampleBlock {
  /// The number of examples.
  public let count: Int
  private let memory: UnsafeMutablePointer<Float>
  private let inputs: Int
  private let outputs: Int

  /// Memory for a block; who asks for it gives it back.
  static func allocate(inputs: Int, outputs: Int, count: Int) -> ExampleBlock {
    let size = (inputs + outputs + 1) * count
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size * 4, alignment: 64)
      .bindMemory(to: Float.self, capacity: size)
    memory.initialize(repeating: 0, count: size)
    return ExampleBlock(count: count, memory: memory, inputs: inputs, outputs: outputs)
  }

  func deallocate() { memory.deallocate() }

  private func column(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: memory + index * count, count: count)
  }

  /// The examples' values of an input.
  public func input(_ i: Int) -> UnsafeMutableBufferPointer<Float> {
    precondition((0..<inputs).contains(i), "input \(i) of \(inputs)")
    return column(i)
  }

  /// The examples' values of a coordinate of the target.
  public func target(_ j: Int) -> UnsafeMutableBufferPointer<Float> {
    precondition((0..<outputs).contains(j), "coordinate \(j) of a target of \(outputs)")
    return column(inputs + j)
  }

  /// The examples' weights.
  public var weights: UnsafeMutableBufferPointer<Float> { column(inputs + outputs) }
}
