import Identities
import Learning
import Study

extension Work {
  /// 10,000 points moved along a network in 1,280 steps of Euler's method, by the library's sampler.
  static func sampling(threads: Int) throws -> Work {
    let (count, steps) = (10_000, 1280)
    let field = try PerceptronField(
      Perceptron(
        inputs: ReportNetwork.inputs, outputs: ReportNetwork.outputs, width: ReportNetwork.width,
        layers: ReportNetwork.layers, parameters: parameters))
    let start = try Points(
      columns: (0..<2).map { axis in (0..<count).map { Float(SharedNumbers.normal(2 * $0 + axis)) } })
    let grid = try TimeGrid(from: 0, to: 1, steps: steps)
    let sampler = try Sampler(seed: 1, name: "bench", width: threads)
    return Work(
      amount: count * steps, unit: "evaluations", flops: Double(count * steps) * ReportNetwork.flops
    ) {
      let end = try await sampler.flow(start, along: field, over: grid, by: .euler)
      return {
        let means = end.columns.map { $0.reduce(0.0) { $0 + Double($1) } / Double(count) }
        return "mean \(means.map { fixed($0, 5) }.joined(separator: ", "))"
      }
    }
  }

  /// The parameters that every program takes: uniform within `1 / sqrt(n)` of zero in a layer of `n` inputs, and no
  /// biases.
  private static var parameters: [Float] {
    var place = 0
    return ReportNetwork.shapes.flatMap { inputs, outputs in
      let bound = 1 / Double(inputs).squareRoot()
      let weights = (place..<place + inputs * outputs).map {
        Float(bound * (2 * SharedNumbers.uniform($0) - 1))
      }
      place += inputs * outputs
      return weights + [Float](repeating: 0, count: outputs)
    }
  }
}
