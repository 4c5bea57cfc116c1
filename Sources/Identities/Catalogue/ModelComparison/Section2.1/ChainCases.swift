import Arithmetic
import Probability
import Transport

/// The cases of the report's section 2.1: mixtures that are noised step by step.
extension ModelComparison {
  /// A mixture that a chain noises, looked at after one of its steps.
  struct NoisedMixture: Sendable, CustomStringConvertible {
    let name: String
    let data: GaussianMixture<Double>
    let alphas: [Double]
    /// The step that is looked at, from 1.
    let time: Int

    var description: String { "\(name), T = \(alphas.count), t = \(time)" }

    /// The dimension of the data.
    var dimension: Int { data.dimension }

    /// The chain over any scalar.
    func chain<S: Elementary>(_: S.Type = S.self) throws -> DenoisingChain<S> {
      try DenoisingChain(alphas: alphas)
    }

    /// The step that is looked at.
    func step<S: Elementary>(_: S.Type = S.self) throws -> DenoisingStep<S> { try chain(S.self).step(time) }

    /// The data over any scalar.
    func law<S: Elementary>(_: S.Type = S.self) -> GaussianMixture<S> { data.map { S($0) } }

    /// The paths of the chain from samples of the data.
    func paths(_ draw: Draw) throws -> [Vector<Variate>] {
      let start = try data.sample(draw)
      return try chain(Variate.self).path(from: start, along: alphas.map { _ in draw.normal(dimension) })
    }

    /// The paths of the chain from a known point.
    func paths(from start: Vector<Double>, _ draw: Draw) throws -> [Vector<Variate>] {
      try chain(Variate.self).path(
        from: start.map { Variate($0) }, along: alphas.map { _ in draw.normal(dimension) })
    }
  }

  /// Two normal laws on the line, after the second of two steps: what the counterexamples speak of.
  static func noisedLine(_ alphas: [Double] = [0.8125, 0.75], time: Int = 2) throws -> NoisedMixture {
    NoisedMixture(
      name: "two normal laws on the line",
      data: try GaussianMixture([
        (0.25, Gaussian(mean: [-1.5], covariance: [[0.25]])),
        (0.75, Gaussian(mean: [1], covariance: [[0.5]])),
      ]), alphas: alphas, time: time)
  }

  /// Two normal laws in the plane, tilted against each other.
  static func noisedPlane(_ alphas: [Double] = [0.875, 0.75, 0.625], time: Int = 2) throws -> NoisedMixture {
    NoisedMixture(
      name: "two normal laws in the plane",
      data: try GaussianMixture([
        (0.375, Gaussian(mean: [-1.25, 0.75], covariance: [[0.5, 0.25], [0.25, 0.375]])),
        (0.625, Gaussian(mean: [1, -0.5], covariance: [[0.25, -0.125], [-0.125, 0.5]])),
      ]), alphas: alphas, time: time)
  }

  /// Two normal laws in space, in a chain of four steps.
  static func noisedSpace(time: Int = 3) throws -> NoisedMixture {
    NoisedMixture(
      name: "two normal laws in space",
      data: try GaussianMixture([
        (
          0.625,
          Gaussian(
            mean: [1, -0.5, 0.5], covariance: [[0.5, 0.125, 0], [0.125, 0.25, -0.125], [0, -0.125, 0.375]])
        ),
        (
          0.375,
          Gaussian(
            mean: [-1, 0.75, -1.25],
            covariance: [[0.25, 0, 0.0625], [0, 0.5, 0.125], [0.0625, 0.125, 0.5]])
        ),
      ]), alphas: [0.9375, 0.8125, 0.75, 0.5], time: time)
  }

  /// A chain of free factors.
  static func freeChain(_ symbols: Symbols, length: Int) throws -> DenoisingChain<Symbol> {
    try DenoisingChain(factors: (1...length).map { symbols.scalar("a\($0)") })
  }

  /// A step of free factors: `b` is the product of any number of them.
  static func freeStep(_ symbols: Symbols) -> DenoisingStep<Symbol> {
    DenoisingStep(factor: symbols.scalar("a"), signalBefore: symbols.scalar("b"))
  }

  /// A normal law with a free mean and covariance.
  static func freeGaussian(_ symbols: Symbols, _ d: Int) -> Gaussian<Symbol> {
    Gaussian(mean: symbols.vector(d, "m"), covariance: symbols.covariance(d, "R"))
  }

  /// The factor and the variance that steps of the given factors and variances come to.
  static func accumulated<S: Field>(_ steps: [(factor: S, variance: S)]) -> (factor: S, variance: S) {
    steps.reduce((factor: 1, variance: 0)) { sum, step in
      (step.factor * sum.factor, step.factor.squared * sum.variance + step.variance)
    }
  }
}

extension Gaussian {
  /// The mean and, beside it, the covariance.
  var momentTable: Matrix<Scalar> {
    Matrix(rows: dimension, columns: dimension + 1) { $1 == 0 ? mean[$0] : covariance[$0, $1 - 1] }
  }
}
