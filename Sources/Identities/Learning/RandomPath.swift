import Arithmetic
import Probability

/// The coefficients of `x_t = alpha x_0 + beta x_1 + gamma z` and their time derivatives, at sixteen times at once.
public struct PathCoefficients: Sendable {
  /// What stands before `x_0`.
  public var alpha: SIMD16<Float>
  /// What stands before `x_1`.
  public var beta: SIMD16<Float>
  /// What stands before the latent.
  public var gamma: SIMD16<Float>
  /// The time derivative of `alpha`.
  public var alphaRate: SIMD16<Float>
  /// The time derivative of `beta`.
  public var betaRate: SIMD16<Float>
  /// The time derivative of `gamma`; only a velocity asks for it.
  public var gammaRate: SIMD16<Float>

  /// The coefficients; those that are not given are zero.
  public init(
    alpha: SIMD16<Float> = .zero, beta: SIMD16<Float> = .zero, gamma: SIMD16<Float> = .zero,
    alphaRate: SIMD16<Float> = .zero, betaRate: SIMD16<Float> = .zero, gammaRate: SIMD16<Float> = .zero
  ) {
    (self.alpha, self.beta, self.gamma) = (alpha, beta, gamma)
    (self.alphaRate, self.betaRate, self.gammaRate) = (alphaRate, betaRate, gammaRate)
  }
}

/// A random path `x_t = alpha(t) x_0 + beta(t) x_1 + gamma(t) z` at a uniform random time, with independent `x_0`,
/// `x_1` and a standard normal latent `z`: an interpolant, or a noising process, whose `x_0` are the data and whose
/// `beta` is zero.
///
/// It asks for regressions whose inputs are the coordinates of `x_t` and then the time.
public struct RandomPath: Sendable {
  /// The coefficients at sixteen times.
  public typealias Schedule = @Sendable (_ times: SIMD16<Float>) -> PathCoefficients

  /// The number of coordinates of `x_t`.
  public let dimension: Int
  private let start: MixtureColumns
  private let end: MixtureColumns?
  private let times: ClosedRange<Float>
  private let schedule: Schedule

  /// The path between two mixtures of normal laws, or from one, with a schedule.
  ///
  /// Throws `InvalidArgument` where the dimensions differ, a covariance is not positive definite or the range of times
  /// is empty.
  public init(
    from start: GaussianMixture<Double>, to end: GaussianMixture<Double>? = nil,
    times: ClosedRange<Double> = 0...1, schedule: @escaping Schedule
  ) throws {
    dimension = start.dimension
    guard end == nil || end?.dimension == dimension else {
      throw InvalidArgument(
        "end", is: "dimension \(end?.dimension ?? 0)", expected: "dimension \(dimension), as the start has")
    }
    guard times.lowerBound < times.upperBound, times.lowerBound.isFinite, times.upperBound.isFinite else {
      throw InvalidArgument("times", is: times, expected: "a range of times of positive length")
    }
    self.start = try MixtureColumns(start)
    self.end = try end.map { try MixtureColumns($0) }
    self.times = Float(times.lowerBound)...Float(times.upperBound)
    self.schedule = schedule
  }

  /// The straight path `(1 - t) x_0 + t x_1`, without a latent.
  public static func linear(
    from start: GaussianMixture<Double>, to end: GaussianMixture<Double>
  ) throws -> RandomPath {
    try RandomPath(from: start, to: end) { t in
      PathCoefficients(
        alpha: 1 - t, beta: t, alphaRate: SIMD16(repeating: -1), betaRate: SIMD16(repeating: 1))
    }
  }

  /// The noising of data by `dx = sigma_min r^t sqrt(2 log r) dw` with `r = sigma_max / sigma_min`: the data plus a
  /// normal vector of variance `sigma_min^2 (r^(2 t) - 1)`.
  ///
  /// Throws `InvalidArgument` unless `0 < sigma_min < sigma_max` and the times are positive: at time zero there is no
  /// noise to regress on.
  public static func varianceExploding(
    from data: GaussianMixture<Double>, sigma: ClosedRange<Double> = 0.01...10,
    times: ClosedRange<Double> = 1e-5...1
  ) throws -> RandomPath {
    guard sigma.lowerBound > 0, sigma.lowerBound < sigma.upperBound, sigma.upperBound.isFinite else {
      throw InvalidArgument("sigma", is: sigma, expected: "a range of positive numbers")
    }
    guard times.lowerBound > 0 else {
      throw InvalidArgument("times", is: times, expected: "a range of positive times")
    }
    let smallest = Float(sigma.lowerBound)
    let exponent = Float(Double.log(sigma.upperBound / sigma.lowerBound))
    return try RandomPath(from: data, times: times) { t in
      // The variance is 2 sigma_min^2 e^u sinh u with u = t log r: no cancellation at small times.
      let u = exponent * t
      let gamma = smallest * SIMD16.nonNegativeRoot(2 * SIMD16.exp(u) * u.hyperbolicSine)
      let rate = smallest * smallest * exponent * SIMD16.exp(2 * u) / gamma
      return PathCoefficients(alpha: SIMD16(repeating: 1), gamma: gamma, gammaRate: rate)
    }
  }

  // MARK: Regressions

  /// The regression whose minimiser is the velocity `E[d/dt x_t | x_t = x]`, with the loss (2.22) of the report unless
  /// another is asked for: `|v|^2 - 2 v . d/dt x_t`, averaged over the time and the endpoints.
  public func velocity(loss: Regression.Loss = .crossTerm) throws -> Regression {
    try regression(loss) { c, x0, x1, z in
      c.alphaRate * x0 + c.betaRate * x1 + c.gammaRate * z
    }
  }

  /// The regression whose minimiser is the score of `x_t`, with the loss (2.18) of the report:
  /// `lambda(t) |s - grad log p(x_t | x_0)|^2`, where the conditional score is `-z / gamma`.
  ///
  /// The weight `lambda` is `gamma^2` unless another function of sixteen times is given; `lambda = 1` has no finite
  /// mean where `gamma` goes to zero.
  public func score(
    weight: (@Sendable (_ times: SIMD16<Float>) -> SIMD16<Float>)? = nil,
    loss: Regression.Loss = .squaredDistance
  ) throws -> Regression {
    try regression(loss, weight: { c, t in weight?(t) ?? c.gamma * c.gamma }) { c, _, _, z in 0 - z / c.gamma
    }
  }

  /// The regression whose minimiser is the denoiser `E[z | x_t = x]`, minus `gamma` times the score.
  public func denoiser(loss: Regression.Loss = .squaredDistance) throws -> Regression {
    try regression(loss) { _, _, _, z in z }
  }

  /// A regression on the path: the target's coordinates from those of `x_0`, `x_1` and `z`.
  private func regression(
    _ loss: Regression.Loss,
    weight: @escaping @Sendable (PathCoefficients, _ times: SIMD16<Float>) -> SIMD16<Float> = { _, _ in
      SIMD16(repeating: 1)
    },
    target:
      @escaping @Sendable (
        PathCoefficients, _ x0: SIMD16<Float>, _ x1: SIMD16<Float>, _ z: SIMD16<Float>
      ) -> SIMD16<Float>
  ) throws -> Regression {
    let path = self
    return try Regression(inputs: dimension + 1, outputs: dimension, loss: loss) { stream, block in
      path.draw(&stream, block, weight: weight, target: target)
    }
  }

  private func draw(
    _ stream: inout RandomStream, _ block: ExampleBlock,
    weight: (PathCoefficients, SIMD16<Float>) -> SIMD16<Float>,
    target: (PathCoefficients, SIMD16<Float>, SIMD16<Float>, SIMD16<Float>) -> SIMD16<Float>
  ) {
    let count = block.count
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * dimension * count) { memory in
      // What the path has no use for stays zero and costs nothing but its place.
      memory.initialize(repeating: 0)
      let columns = (0..<3 * dimension).map {
        UnsafeMutableBufferPointer(rebasing: memory[$0 * count..<($0 + 1) * count])
      }
      let times = block.input(dimension)
      stream.fillUniforms(times)
      start.draw(&stream, Array(columns[..<dimension]))
      end?.draw(&stream, Array(columns[dimension..<2 * dimension]))
      stream.fillNormals(UnsafeMutableBufferPointer(rebasing: memory[(2 * dimension * count)...]))
      let length = self.times.upperBound - self.times.lowerBound
      for k in stride(from: 0, to: count, by: 16) {
        let t = length * times.vector(k) + self.times.lowerBound
        let c = schedule(t)
        times.setVector(k, t)
        block.weights.setVector(k, weight(c, t))
        for i in 0..<dimension {
          let x0 = columns[i].vector(k)
          let x1 = columns[dimension + i].vector(k)
          let z = columns[2 * dimension + i].vector(k)
          block.input(i).setVector(k, c.alpha * x0 + c.beta * x1 + c.gamma * z)
          block.target(i).setVector(k, target(c, x0, x1, z))
        }
      }
    }
  }
}

extension SIMD16<Float> {
  /// The hyperbolic sine of every lane, without cancellation near zero.
  @inline(__always) fileprivate var hyperbolicSine: Self {
    let e = SIMD16.exp(self)
    // Below 1/2 the series, whose next term is under 2^-29 of the sum there.
    let s = self * self
    var series = s * Float(1.0 / 5040) + Float(1.0 / 120)
    series = series * s + Float(1.0 / 6)
    series = self + self * s * series
    return (0.5 * (e - 1 / e)).replacing(with: series, where: s .< 0.25)
  }
}
