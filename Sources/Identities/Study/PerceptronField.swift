import Arithmetic
import Learning
import Sampling
import Synchronization

/// A perceptron of position and time as a field.
public final class PerceptronField: PointField {
  /// The number of coordinates.
  public let dimension: Int
  private let perceptron: Perceptron
  private let idle = Mutex<[Loan]>([])

  /// An evaluator, which one thread at a time has.
  private struct Loan: @unchecked Sendable { let evaluator: PerceptronEvaluator }

  /// The field of a perceptron; throws `InvalidArgument` unless it has one input more than outputs, for the time.
  public init(_ perceptron: Perceptron) throws {
    guard perceptron.inputs == perceptron.outputs + 1 else {
      throw InvalidArgument(
        "perceptron", is: "\(perceptron.inputs) inputs and \(perceptron.outputs) outputs",
        expected: "one input more than outputs, for the time")
    }
    (self.perceptron, dimension) = (perceptron, perceptron.outputs)
  }

  /// The field at a time.
  public func at(_ time: Double) -> any FrozenField<Float> { Frozen(field: self, time: Float(time)) }

  private struct Frozen: FrozenField {
    let field: PerceptronField
    let time: Float

    func evaluate(at points: Points<Float>, into values: inout Points<Float>) {
      field.evaluate(at: time, points, into: &values)
    }
  }

  private func evaluate(at time: Float, _ points: Points<Float>, into values: inout Points<Float>) {
    // Laying out an evaluator costs about what it takes to use it for a hundred points.
    let loan = idle.withLock { $0.popLast() } ?? Loan(evaluator: PerceptronEvaluator(perceptron))
    points.lanes.withUnsafeBytes { x in
      values.lanes.withUnsafeMutableBytes { y in
        loan.evaluator.evaluate(
          x.baseAddress!.assumingMemoryBound(to: Float.self), at: time,
          into: y.baseAddress!.assumingMemoryBound(to: Float.self), count: points.count,
          stride: points.vectors * Float.laneCount)
      }
    }
    idle.withLock { $0.append(loan) }
  }
}
