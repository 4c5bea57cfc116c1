import Testing

@testable import Arithmetic
@testable import Probability

/// Laws that are none are refused, by an error that names the argument and the value.
@Suite struct GaussianArgumentTests {
  @Test func meanMustBeNumbers() {
    for mean in [[Double.nan, 0], [0, .infinity]] {
      let error = #expect(throws: InvalidArgument.self) {
        try Gaussian(mean: mean, covariance: [[1, 0], [0, 1]])
      }
      #expect(error?.argument == "mean" && error?.value == "\(mean)")
    }
    let error = #expect(throws: InvalidArgument.self) { try Gaussian(mean: [], covariance: []) }
    #expect(error?.argument == "mean" && error?.value == "[]")
  }

  /// Not symmetric, not positive, singular, not finite, of another shape.
  @Test(arguments: [
    [[1.0, 0.5], [0.25, 1]], [[1, 2], [2, 1]], [[-1, 0], [0, 1]], [[0, 0], [0, 0]], [[1, 1], [1, 1]],
    [[.nan, 0], [0, 1]], [[1, .nan], [.nan, 1]], [[.infinity, 0], [0, 1]],
    [[1, .infinity], [.infinity, 1]],
  ]) func covarianceMustBePositive(covariance: [[Double]]) {
    let error = #expect(throws: InvalidArgument.self) { try Gaussian(mean: [0, 0], covariance: covariance) }
    #expect(error?.argument == "covariance" && error?.value == "\(covariance.flatMap { $0 })")
    #expect(error?.expected == "a symmetric positive definite matrix, row by row")
  }

  @Test(arguments: [[], [[1.0]], [[1, 0], [0]], [[1, 0, 0], [0, 1, 0]], [[1, 0], [0, 1], [0, 0]]])
  func covarianceMustFitTheMean(covariance: [[Double]]) {
    let error = #expect(throws: InvalidArgument.self) { try Gaussian(mean: [0, 0], covariance: covariance) }
    #expect(error?.argument == "covariance" && error?.value == "\(covariance)")
    #expect(error?.expected == "2 rows of 2 numbers, as the mean has")
  }

  @Test(arguments: [
    [], [0.5, 0.4], [0.5, 0.6], [1.5, -0.5], [1, 0], [.nan, 1], [.infinity, 1], [0.5, 0.5 + 1e-12],
  ]) func weightsMustSumToOne(weights: [Double]) throws {
    let law = try Gaussian(mean: [0], covariance: [[1]])
    let error = #expect(throws: InvalidArgument.self) { try GaussianMixture(weights.map { ($0, law) }) }
    #expect(error?.argument == "weights" && error?.value == "\(weights)")
  }

  /// Weights whose sum is one up to rounding are accepted: a tenth ten times is not exactly one.
  @Test func weightsMayBeRounded() throws {
    let law = try Gaussian(mean: [0], covariance: [[1]])
    let tenths = [Double](repeating: 0.1, count: 10)
    #expect(tenths.reduce(0, +) != 1)
    #expect(try GaussianMixture(tenths.map { ($0, law) }).weights == tenths)
  }

  @Test func dimensionsMustAgree() throws {
    let line = try Gaussian(mean: [0], covariance: [[1]])
    let plane = try Gaussian(mean: [0, 0], covariance: [[1, 0], [0, 1]])
    let error = #expect(throws: InvalidArgument.self) { try GaussianMixture([(0.5, line), (0.5, plane)]) }
    #expect(error?.argument == "components" && error?.value == "[1, 2]")
  }

  /// The root of a covariance is lower triangular and squares to it, up to the roundings of its sums.
  @Test func roots() throws {
    let covariance = [[4.0, 2, -2], [2, 10, 5], [-2, 5, 9]]
    let root = try Gaussian(mean: [0, 0, 0], covariance: covariance).root
    let square = root * root.transpose
    for i in 0..<3 {
      for j in 0..<3 {
        if j > i { #expect(root[i, j] == 0) }
        // Higham (2002), Theorem 10.3: n + 1 roundings of the product of the diagonal's roots.
        let bound = 4 * MomentsTests.unit * (covariance[i][i] * covariance[j][j]).squareRoot() * 1.0001
        #expect((square[i, j] - covariance[i][j]).magnitude <= 2 * bound)
      }
    }
  }
}
