import Identities
import Learning

/// The network of the report: two coordinates and the time, four linear layers, 128 wide.
enum ReportNetwork {
  static let (inputs, width, layers, outputs) = (3, 128, 4, 2)
  /// The inputs and outputs of each layer.
  static let shapes = [(inputs, width), (width, width), (width, width), (width, outputs)]
  /// The multiplications and additions of one evaluation.
  static let flops = Double(shapes.reduce(0) { $0 + 2 * $1.0 * $1.1 })
}

extension Work {
  /// 8,000 steps of Adam with a batch of 128, for the velocity between `N(0, 1)` and four modes at distance five with a
  /// latent of variance `2 t (1 - t)`.
  static func training(threads: Int) throws -> Work {
    let (steps, batch) = (8000, 128)
    func normal(_ mean: [Double]) throws -> Gaussian<Double> {
      try Gaussian(mean: mean, covariance: [[1, 0], [0, 1]])
    }
    let modes = try GaussianMixture([[5, 0], [0, 5], [-5, 0], [0, -5]].map { (0.25, try normal($0)) })
    let path = try RandomPath(from: GaussianMixture([(1, normal([0, 0]))]), to: modes) { t in
      PathCoefficients(
        alpha: 1 - t, beta: t, gamma: SIMD16.sqrt(2 * t * (1 - t)), alphaRate: SIMD16(repeating: -1),
        betaRate: SIMD16(repeating: 1))
    }
    let regression = try path.velocity(loss: .squaredDistance)
    let network = try Perceptron(
      inputs: ReportNetwork.inputs, outputs: ReportNetwork.outputs, width: ReportNetwork.width,
      layers: ReportNetwork.layers, seed: 1)
    // Forwards, and backwards to the weights and to the inputs; the first layer's inputs need no derivative.
    let first = Double(2 * ReportNetwork.inputs * ReportNetwork.width)
    return Work(
      amount: steps, unit: "steps", flops: Double(steps * batch) * (3 * ReportNetwork.flops - first)
    ) {
      let losses = Losses()
      _ = try await network.trained(
        on: regression, by: Adam(decay: 0.9), steps: steps, batch: batch, seed: 1, threads: threads
      ) { losses.values.append($0.loss) }
      // Each is a mean over a hundred steps.
      let last = losses.values.suffix(10)
      return { "loss \(fixed(last.reduce(0, +) / Double(last.count), 3))" }
    }
  }
}

/// The losses that a training reports, from one thread.
private final class Losses: @unchecked Sendable {
  var values: [Double] = []
}
