import Identities

/// Normal mixtures that the tests share.
enum Laws {
  /// A mixture on the line, neither symmetric nor of one variance.
  static var line: GaussianMixture<Double> {
    get throws {
      try GaussianMixture([
        (0.25, Gaussian(mean: [-1.5], covariance: [[0.25]])),
        (0.75, Gaussian(mean: [1], covariance: [[0.5]])),
      ])
    }
  }

  /// A mixture in the plane whose covariances are no multiples of one.
  static var plane: GaussianMixture<Double> {
    get throws {
      try GaussianMixture([
        (0.375, Gaussian(mean: [-1, 0.5], covariance: [[0.5, 0.25], [0.25, 1]])),
        (0.625, Gaussian(mean: [0.75, -0.25], covariance: [[1.25, -0.5], [-0.5, 0.75]])),
      ])
    }
  }

  /// The standard normal law.
  static func standard(_ dimension: Int) throws -> GaussianMixture<Double> {
    try normal(Array(repeating: 0, count: dimension), variance: 1)
  }

  /// A normal law whose covariance is a multiple of one.
  static func normal(_ mean: [Double], variance: Double) throws -> GaussianMixture<Double> {
    let diagonal = Matrix<Double>.diagonal(mean.map { _ in variance })
    return try GaussianMixture([(1, Gaussian(mean: mean, covariance: diagonal.rowsOfEntries))])
  }
}

extension Double {
  /// Whether the number is another one up to so many units in the last place of a scale.
  func isNear(_ other: Double, units: Double, scale: Double? = nil) -> Bool {
    (self - other).magnitude <= units * ((scale ?? other.magnitude) * .ulpOfOne)
  }
}
