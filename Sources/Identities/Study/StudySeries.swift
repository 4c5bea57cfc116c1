/// One curve of the study: which method, with which field, from which law.
public enum StudySeries: String, Sendable, Hashable, CaseIterable {
  /// The linear interpolant with a learned velocity, by Euler's method, as in the report.
  case interpolant = "interpolant, learned"
  /// The score SDE with a learned score, started from `N(0, I)`, as in the report.
  case scoreSDE = "score SDE, learned, from N(0, I)"
  /// The same network, started from the law that the diffusion really ends in.
  case scoreSDEFromNoise = "score SDE, learned, from its noise"
  /// The linear interpolant with the exact velocity.
  case exactInterpolant = "interpolant, exact"
  /// The score SDE with the exact score, started from `N(0, I)`.
  case exactScoreSDE = "score SDE, exact, from N(0, I)"
  /// The score SDE with the exact score, started from the law that the diffusion really ends in.
  case exactScoreSDEFromNoise = "score SDE, exact, from its noise"
  /// Samples of the target itself: no sampler can be told from this one.
  case perfect = "a perfect sampler"
  /// Samples of `N(0, I)` as they are.
  case untrained = "the untrained base"

  /// Whether the number of steps means nothing to it.
  public var isFloor: Bool { self == .perfect || self == .untrained }
}

/// What was measured of one curve at one number of steps.
public struct StudyResult: Sendable, Hashable {
  /// The setting's name.
  public let setting: String
  /// The dimension.
  public let dimension: Int
  /// The curve.
  public let series: StudySeries
  /// The number of steps; zero for a floor.
  public let steps: Int
  /// The seed.
  public let seed: UInt64
  /// The Euclidean distance of the samples' mean from the true one.
  public let meanError: Double
  /// The Frobenius distance of the samples' covariance from the true one.
  public let covarianceError: Double
  /// The entropic cost of transport between the samples and others of the target: squared distances plus `epsilon`
  /// times the relative entropy, by its dual value.
  public let transport: Double
  /// The squared distances alone, under the same plan.
  public let sharpCost: Double
  /// The plan's violation of the marginals, in L1.
  public let violation: Double
  /// How far the entropic cost can be above its dual value.
  public let gap: Double

  /// The names of the columns of a table of results.
  static let header =
    "setting,dimension,series,steps,seed,mean_error,covariance_error,entropic_cost,sharp_cost,marginal_violation,gap"

  /// The result as a line of a table; the numbers read back as they are.
  var line: String {
    let numbers = [meanError, covarianceError, transport, sharpCost, violation, gap].map { "\($0)" }
    return ([setting, "\(dimension)", #""\#(series.rawValue)""#, "\(steps)", "\(seed)"] + numbers).joined(
      separator: ",")
  }

  /// The result of a line; nil where it is not one.
  init?(line: some StringProtocol) {
    let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
    guard parts.count == 3, let series = StudySeries(rawValue: String(parts[1])) else { return nil }
    let first = parts[0].split(separator: ",")
    let rest = parts[2].split(separator: ",")
    guard first.count == 2, rest.count == 8, let dimension = Int(first[1]), let steps = Int(rest[0]),
      let seed = UInt64(rest[1])
    else { return nil }
    let numbers = rest[2...].compactMap { Double($0) }
    guard numbers.count == 6 else { return nil }
    self.init(
      setting: String(first[0]), dimension: dimension, series: series, steps: steps, seed: seed,
      numbers: numbers)
  }

  /// A result with its numbers in the order of the table.
  init(
    setting: String, dimension: Int, series: StudySeries, steps: Int, seed: UInt64, numbers: [Double]
  ) {
    (self.setting, self.dimension, self.series, self.steps, self.seed) = (
      setting, dimension, series, steps, seed
    )
    (meanError, covarianceError, transport) = (numbers[0], numbers[1], numbers[2])
    (sharpCost, violation, gap) = (numbers[3], numbers[4], numbers[5])
  }
}
