import Arithmetic
import Probability
import Transport

/// One way to run the report's experiment: what it draws, trains and measures.
///
/// The report compares an interpolant with a score SDE on two normal mixtures, for several numbers of steps. Its text and
/// the numbers published beside it belong to different mixtures, so there are two settings.
public struct StudySetting: Sendable, Hashable {
  /// What the setting is called on the command line and in the results.
  public var name: String
  /// How far the components' means are from the origin.
  public var distance: Double
  /// The dimensions: 2, with components on both sides of both axes, or more, with one on each of the first four.
  public var dimensions: [Int]
  /// The numbers of steps, in training and in sampling.
  public var stepCounts: [Int]
  /// The seeds of training sets, networks and samples.
  public var seeds: [UInt64]
  /// How many samples there are in a training set, and how many are drawn of a model.
  public var samples: Int
  /// The units in each hidden layer; the report does not say how many it has.
  public var width: Int
  /// The linear layers of a network.
  public var layers: Int
  /// The steps of training.
  public var iterations: Int
  /// The examples in a step of training.
  public var batch: Int
  /// The strength of the regularisation in the transport cost.
  public var epsilon: Double
  /// The violation of the marginals that the transport cost is solved to, in L1.
  public var tolerance: Double

  /// The setting of the text: components at distance 1, where the mixture in the plane has a single mode.
  public static let asWritten = StudySetting(
    name: "as-written", distance: 1, dimensions: [2, 10], stepCounts: [10, 20, 40, 80, 160, 320, 640, 1280],
    seeds: [1, 2, 3], samples: 10_000, width: 128, layers: 4, iterations: 8_000, batch: 128, epsilon: 0.001,
    tolerance: 1e-4)

  /// The setting of the published data: components at distance 5.
  public static var asPublished: StudySetting {
    var setting = asWritten
    setting.name = "as-published"
    setting.distance = 5
    return setting
  }

  /// A setting that takes seconds: for tests, and to see how it goes.
  public static var reduced: StudySetting {
    var setting = asWritten
    setting.name = "reduced"
    (setting.dimensions, setting.stepCounts, setting.seeds) = ([2], [10, 40], [1, 2])
    (setting.samples, setting.width, setting.iterations, setting.epsilon) = (1_000, 32, 400, 0.01)
    return setting
  }

  /// The settings that can be named.
  public static let all = [asWritten, asPublished, reduced]

  /// The setting of a name; throws `InvalidArgument` for another one.
  public static func named(_ name: String) throws -> StudySetting {
    guard let setting = all.first(where: { $0.name == name }) else {
      throw InvalidArgument("setting", is: name, expected: all.map(\.name).joined(separator: ", "))
    }
    return setting
  }

  /// Throws `InvalidArgument` where a number of the setting makes no sense.
  public func validate() throws {
    let sizes = [
      ("dimensions", dimensions), ("stepCounts", stepCounts),
      ("samples, width, layers, iterations, batch", [samples, width, layers, iterations, batch]),
    ]
    for (argument, numbers) in sizes {
      guard !numbers.isEmpty, numbers.allSatisfy({ $0 > 0 }) else {
        throw InvalidArgument(argument, is: numbers, expected: "positive numbers")
      }
    }
    guard samples > 1 else { throw InvalidArgument("samples", is: samples, expected: "at least two") }
    guard !seeds.isEmpty else { throw InvalidArgument("seeds", is: seeds, expected: "at least one") }
    guard dimensions.allSatisfy({ $0 == 2 || $0 > 3 }) else {
      throw InvalidArgument("dimensions", is: dimensions, expected: "2, or at least 4")
    }
    guard distance.isFinite, epsilon > 0, tolerance > 0 else {
      throw InvalidArgument(
        "distance, epsilon, tolerance", is: [distance, epsilon, tolerance],
        expected: "finite, positive and positive")
    }
  }

  /// The law that the models are to reach: four normal laws of covariance one.
  func target(dimension: Int) throws -> GaussianMixture<Double> {
    let means = (0..<4).map { k in
      (0..<dimension).map { i in
        dimension == 2 ? (i == k / 2 ? (k % 2 == 0 ? distance : -distance) : 0) : (i == k ? distance : 0)
      }
    }
    return try GaussianMixture(
      means.map {
        (0.25, try Gaussian(mean: $0, covariance: Matrix<Double>.identity(dimension).rowsOfEntries))
      })
  }

  /// The law that the report starts both methods from, `N(0, I)`.
  static func base(dimension: Int) throws -> GaussianMixture<Double> {
    try GaussianMixture([
      (
        1,
        Gaussian(
          mean: Array(repeating: 0, count: dimension),
          covariance: Matrix<Double>.identity(dimension).rowsOfEntries)
      )
    ])
  }

  /// The report's diffusion, whose deviation goes from 0.01 to 10.
  static var diffusion: VarianceExploding { get throws { try VarianceExploding(from: 0.01, to: 10) } }
}
