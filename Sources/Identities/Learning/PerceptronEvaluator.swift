import Arithmetic

/// A perceptron made ready to be evaluated at many points, with the memory that takes.
///
/// One thread uses it at a time; each thread makes its own. The result at a point does not depend on the points beside
/// it, and has the same bits wherever it is computed.
public final class PerceptronEvaluator {
  /// The number of points that are worked on at once: a call with a multiple of it wastes nothing.
  public static let blockSize = Panels.width

  /// The number of inputs of the perceptron.
  public let inputs: Int
  /// The number of outputs of the perceptron.
  public let outputs: Int
  private let layers: [DenseLayer]
  /// What goes into each layer and, last, what comes out.
  private let panels: [Panels]

  /// An evaluator of a perceptron.
  public init(_ perceptron: Perceptron) {
    (inputs, outputs) = (perceptron.inputs, perceptron.outputs)
    layers = perceptron.denseLayers()
    let rows = perceptron.shapes.map(\.inputs) + [perceptron.outputs]
    panels = rows.map { Panels(rows: DenseLayer.padded($0), columns: Panels.width) }
  }

  /// Evaluates the perceptron at `count` points in columns: coordinate `i` of point `k` is `points[i * stride + k]`.
  ///
  /// Coordinate `j` of the output at point `k` goes to `results[j * stride + k]`. With a time, the points have one
  /// coordinate less than there are inputs, and the time is the last input at each of them. The memory must hold
  /// what this says, and `stride` be at least `count`.
  public func evaluate(
    _ points: UnsafePointer<Float>, at time: Float? = nil, into results: UnsafeMutablePointer<Float>,
    count: Int, stride: Int
  ) {
    precondition(count >= 0 && stride >= count, "\(count) points in columns of \(stride)")
    let coordinates = time == nil ? inputs : inputs - 1
    let (first, last) = (panels[0].panel(0), panels[panels.count - 1].panel(0))
    if let time { first[coordinates] = PanelRow(repeating: time) }
    var start = 0
    while start < count {
      let columns = min(Panels.width, count - start)
      for i in 0..<coordinates {
        first.number(i, 0).update(from: points + i * stride + start, count: columns)
      }
      for (k, layer) in layers.enumerated() {
        layer.apply(panels[k].panel(0), into: panels[k + 1].panel(0), rectified: k + 1 < layers.count)
      }
      for j in 0..<outputs {
        (results + j * stride + start).update(from: last.number(j, 0), count: columns)
      }
      start += columns
    }
  }
}

extension Perceptron {
  /// The outputs at many points, in columns: one array for each coordinate, of the points and of the outputs.
  ///
  /// With a time, the points have one coordinate less than there are inputs, and the time is the last input at each
  /// of them. Throws `InvalidArgument` unless there are as many columns as that asks for, of one length.
  public func evaluate(_ points: [[Float]], at time: Float? = nil) throws -> [[Float]] {
    let coordinates = time == nil ? inputs : inputs - 1
    guard points.count == coordinates else {
      throw InvalidArgument(
        "points", is: "\(points.count) columns", expected: "\(coordinates) columns, one for each coordinate")
    }
    let count = points.first?.count ?? 1
    guard points.allSatisfy({ $0.count == count }) else {
      throw InvalidArgument("points", is: points.map(\.count), expected: "columns of one length")
    }
    var results = [Float](repeating: 0, count: outputs * count)
    let evaluator = PerceptronEvaluator(self)
    results.withUnsafeMutableBufferPointer { results in
      points.flatMap { $0 }.withUnsafeBufferPointer { points in
        guard let results = results.baseAddress, count > 0 else { return }
        // A perceptron of time alone has no columns of points, but a result.
        let start = points.baseAddress ?? UnsafePointer(results)
        evaluator.evaluate(start, at: time, into: results, count: count, stride: count)
      }
    }
    return (0..<outputs).map { Array(results[$0 * count..<($0 + 1) * count]) }
  }
}
