import Arithmetic
import Probability

extension DeepGenerativeModels {
  /// A mixture `q_0` smoothed by normal noise, and the two score matching losses on the line.
  struct SmoothedMixture: Sendable, CustomStringConvertible {
    let law: GaussianMixture<Double>
    /// The variance `sigma^2` of the noise.
    let variance: Double

    init(_ parts: [(weight: Double, mean: [Double], covariance: [[Double]])], variance: Double) throws {
      guard variance > 0, variance.isFinite else {
        throw InvalidArgument("variance", is: variance, expected: "a positive number")
      }
      law = try GaussianMixture(
        parts.map { ($0.weight, try Gaussian(mean: $0.mean, covariance: $0.covariance)) })
      self.variance = variance
    }

    var dimension: Int { law.dimension }
    var description: String {
      "\(law.components.count) components, d = \(dimension), sigma^2 = \(variance.brief)"
    }

    /// The law of `x + sigma z`, the covariances moved by `amount` in place of `sigma^2` where it is given.
    func smoothed<S: Elementary>(_: S.Type = S.self, by amount: Double? = nil) -> GaussianMixture<S> {
      let law = law.map { S($0) }
      return GaussianMixture(
        weights: law.weights,
        components: law.components.map {
          Gaussian(
            mean: $0.mean, covariance: $0.covariance + S(amount ?? variance) * .identity(dimension))
        })
    }

    /// The score of the smoothed law on the line, by differentiating its density.
    func score(_ x: Double) -> Double {
      let law = smoothed(Dual<Double>.self)
      return derivative(at: x) { law.logDensity(Vector([$0])) }
    }

    /// The expectation of a function of the smoothed variable, on the line.
    func mean(_ f: (Double) -> Double) -> Estimate {
      let density = smoothed(Double.self).lineDensity
      // Beyond 14 the densities are below 1e-40: nothing that the bound could show.
      return Quadrature.interval(-14...14) { density($0) * f($0) }
    }

    /// The explicit score matching loss `J_1` on the line.
    func explicitLoss(_ model: ScoreModel) -> Estimate {
      mean { (model($0) - score($0)).squared / 2 }
    }

    /// The denoising losses `J_2` of two models on the line and `E|grad log q(x~ | x)|^2 / 2`, as plane integrals over
    /// `x` and `x~` that know nothing of the smoothed law.
    func denoisingLosses(_ models: (ScoreModel, ScoreModel)) -> [Estimate] {
      let (density, kernel) = (
        law.lineDensity,
        GaussianMixture(weights: [1], components: [.line(mean: 0, variance: variance)]).lineDensity
      )
      return Quadrature.plane(reach: 12) { x, y in
        let weight = density(x) * kernel(y - x)
        let target = (x - y) / variance
        return SIMD8(
          weight * (models.0(y) - target).squared / 2, weight * (models.1(y) - target).squared / 2,
          weight * target.squared / 2, 0, 0, 0, 0, 0)
      }
    }

    /// The mean of the variance that the conditional score keeps when `x~` is known, on the line.
    ///
    /// By conditioning within each component and weighing the components by Bayes.
    func conditionalVariance() -> Estimate {
      let smoothed = smoothed(Double.self)
      return mean { y in
        let shares = smoothed.responsibilities(Vector([y]))
        var (first, second) = (0.0, 0.0)
        for (share, part) in zip(shares, law.components) {
          let (m, v) = (part.mean[0], part.covariance[0, 0])
          let gain = v / (v + variance)
          let middle = m + gain * (y - m)
          first += share * middle
          second += share * (middle * middle + v * (1 - gain))
        }
        return (second - first * first) / variance.squared
      }
    }

    /// The mixture on the line of the truth file.
    static var line: SmoothedMixture {
      get throws {
        try SmoothedMixture([(0.375, [-1], [[0.5]]), (0.625, [0.75], [[0.25]])], variance: 0.5)
      }
    }

    /// A mixture in the plane with correlated components.
    static var plane: SmoothedMixture {
      get throws {
        try SmoothedMixture(
          [
            (0.25, [-1, 0.5], [[0.5, 0.25], [0.25, 0.75]]),
            (0.75, [0.5, 0], [[0.75, -0.25], [-0.25, 0.5]]),
          ],
          variance: 0.625)
      }
    }
  }

  /// The model `a tanh x + b x` of a score on the line.
  struct ScoreModel: Sendable {
    let a: Double
    let b: Double
    func callAsFunction(_ x: Double) -> Double { a * Double.tanh(x) + b * x }

    /// Two models: one alone could not show that a constant is one.
    static let two = (ScoreModel(a: 0, b: -0.75), ScoreModel(a: 1, b: -1.25))
  }

  /// The law of `x + a u` with standard normal `x` and `u` uniform on `[-1, 1]`, whose kernel has jumps.
  struct UniformSmoothing: Sendable, CustomStringConvertible {
    /// The half-width of the kernel.
    let a: Double
    var description: String { "half-width \(a.brief)" }

    private func normal(_ x: Double) -> Double { Double.exp(-x * x / 2) / Double.sqrt(2 * .pi) }

    /// The density, by quadrature of the normal density over the kernel.
    func density(_ y: Double) -> Double {
      Quadrature.interval((y - a)...(y + a)) { normal($0) }.value / (2 * a)
    }

    /// The derivative of the density.
    func slope(_ y: Double) -> Double { (normal(y + a) - normal(y - a)) / (2 * a) }

    /// A function of a point, the density and its slope.
    typealias Integrand = (_ y: Double, _ q: Double, _ slope: Double) -> Double

    /// The integrals over the line of some functions.
    func integrals(_ functions: [Integrand]) -> [Estimate] {
      // Every integrand is asked for at the same points, and each density is a quadrature of its own.
      var known: [Double: Double] = [:]
      return functions.map { f in
        Quadrature.interval(-11...11) { y in
          let q = known[y] ?? density(y)
          known[y] = q
          return f(y, q, slope(y))
        }
      }
    }
  }

  /// The difference of losses under uniform smoothing for the models `-x / 2` and `-x`, and half the smoothed law's
  /// Fisher information.
  static func uniformLosses(_ kernel: UniformSmoothing) -> (differences: [Interval], halfFisher: Interval) {
    let explicit = { (theta: Double) -> UniformSmoothing.Integrand in
      { y, q, slope in q * (theta * y + slope / q).squared / 2 }
    }
    // The conditional score is zero where it exists, so J_2 is half the model's mean square.
    let denoising = { (theta: Double) -> UniformSmoothing.Integrand in
      { y, q, _ in q * (theta * y).squared / 2 }
    }
    let fisher: UniformSmoothing.Integrand = { _, q, slope in slope.squared / q }
    let found = kernel.integrals([explicit(0.5), denoising(0.5), explicit(1), denoising(1), fisher])
      .map { Interval($0) }
    return ([found[0] - found[1], found[2] - found[3]], found[4] / 2)
  }

  /// A normal law, normal noise of standard deviation `s` and the affine model `K x + k`, over any field.
  struct AffineDenoising<S: Field> {
    let law: Gaussian<S>
    let s: S
    let K: Matrix<S>
    let k: Vector<S>

    private var one: Matrix<S> { .identity(law.dimension) }
    /// The covariance of `x~`.
    var smoothed: Matrix<S> { law.covariance + s.squared * one }
    /// Half the squared mean of the model's output, common to both losses.
    private var offset: S { (K * law.mean + k).squaredNorm / 2 }

    private func square(_ matrix: Matrix<S>, _ covariance: Matrix<S>) -> S {
      (matrix * covariance * matrix.transpose).trace / 2
    }

    /// The loss `J_1`, with the score `-C^-1 (x~ - m)` of the smoothed law.
    var explicitLoss: S { square(K + smoothed.inverse, smoothed) + offset }
    /// The loss `J_2`, from `x` and the noise alone.
    var denoisingLoss: S {
      square(K, law.covariance) + square(s * K + (1 / s) * one, one) + offset
    }
    /// `E tr Cov(grad log q(x~ | x) | x~)`, from the conditional covariance of `x`.
    var conditionalVariance: S {
      let S0 = law.covariance
      return (S0 - S0 * smoothed.solve(S0)).trace / s.power(4)
    }
  }

  /// `KL(N(x, r s^2 1) || N(x, s^2 1))` in dimension `d`, a function of the ratio of variances alone.
  static func isotropicDivergence<S: Elementary>(_ r: S, dimension d: Int) -> S {
    S(d) / 2 * (r - 1 - S.log(r))
  }
}

extension Gaussian {
  /// The normal law on the line with a mean and a variance.
  static func line(mean: Scalar, variance: Scalar) -> Gaussian {
    Gaussian(mean: Vector([mean]), covariance: Matrix([[variance]]))
  }
}

extension GaussianMixture where Scalar == Double {
  /// The density of a mixture on the line as a function of a number, without vectors: for plane integrals.
  var lineDensity: (Double) -> Double {
    let parts = zip(weights, components).map { weight, law in
      let variance = law.covariance[0, 0]
      return (weight / Double.sqrt(2 * .pi * variance), law.mean[0], -1 / (2 * variance))
    }
    return { x in
      parts.reduce(0) { $0 + $1.0 * Double.exp($1.2 * (x - $1.1) * (x - $1.1)) }
    }
  }
}
