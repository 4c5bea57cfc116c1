import Arithmetic
import Probability

/// One step of a noising chain, from `x_{t-1}` to `x_t`, and what it takes to undo it.
///
/// `alpha_t` is the step's own factor, squared, and `alphaBar_t = alpha_1 ... alpha_t` what is left of `x_0`.
public struct DenoisingStep<Scalar: Field>: Sendable {
  /// The factor `a = sqrt(alpha_t)`.
  public let factor: Scalar
  /// The product of the factors before, `b = sqrt(alphaBar_{t-1})`; one in the first step.
  public let signalBefore: Scalar

  /// The step of a factor after others whose product is `signalBefore`, over any field.
  public init(factor: Scalar, signalBefore: Scalar) {
    (self.factor, self.signalBefore) = (factor, signalBefore)
  }

  /// The product of the factors so far, `sqrt(alphaBar_t)`.
  public var signal: Scalar { factor * signalBefore }
  /// `alpha_t`.
  public var alpha: Scalar { factor.squared }
  /// `alphaBar_t`.
  public var alphaBar: Scalar { signal.squared }
  /// `alphaBar_{t-1}`.
  public var alphaBarBefore: Scalar { signalBefore.squared }

  /// The law of `x_t` given `x_{t-1}`.
  public func transition(from previous: Vector<Scalar>) -> IsotropicGaussian<Scalar> {
    IsotropicGaussian(mean: factor * previous, variance: 1 - alpha)
  }

  /// The law of `x_t` given `x_0`.
  public func marginal(from start: Vector<Scalar>) -> IsotropicGaussian<Scalar> {
    IsotropicGaussian(mean: signal * start, variance: 1 - alphaBar)
  }

  /// The law of `x_{t-1}` given `x_0`; all at `x_0` in the first step.
  public func marginalBefore(from start: Vector<Scalar>) -> IsotropicGaussian<Scalar> {
    IsotropicGaussian(mean: signalBefore * start, variance: 1 - alphaBarBefore)
  }

  /// The mean of `x_{t-1}` given `x_t` and `x_0`.
  public func posteriorMean(_ x: Vector<Scalar>, start: Vector<Scalar>) -> Vector<Scalar> {
    (factor * (1 - alphaBarBefore) / (1 - alphaBar)) * x
      + (signalBefore * (1 - alpha) / (1 - alphaBar)) * start
  }

  /// The variance of `x_{t-1}` given `x_t` and `x_0`, in each coordinate; zero in the first step.
  public var posteriorVariance: Scalar { (1 - alpha) * (1 - alphaBarBefore) / (1 - alphaBar) }

  /// The law of `x_{t-1}` given `x_t` and `x_0`.
  public func posterior(_ x: Vector<Scalar>, start: Vector<Scalar>) -> IsotropicGaussian<Scalar> {
    IsotropicGaussian(mean: posteriorMean(x, start: start), variance: posteriorVariance)
  }

  /// `(x_t + (1 - alphaBar_t) s) / sqrt(alphaBar_t)`: the mean of `x_0` given `x_t` where `s` is the score of the law
  /// of `x_t` (Tweedie), and `x_0` itself where `s` is that of its law given `x_0`.
  public func start(at x: Vector<Scalar>, score: Vector<Scalar>) -> Vector<Scalar> {
    (x + (1 - alphaBar) * score) / signal
  }

  /// `(x_t + (1 - alpha_t) s) / sqrt(alpha_t)`: the mean of `x_{t-1}` given `x_t` where `s` is the score of the law of
  /// `x_t`.
  public func reverseMean(at x: Vector<Scalar>, score: Vector<Scalar>) -> Vector<Scalar> {
    (x + (1 - alpha) * score) / factor
  }

  /// The weight of `|prediction - x_0|^2 / 2` in the divergence of the reverse step that puts a prediction in the place
  /// of `x_0` from the posterior.
  public var predictionWeight: Scalar {
    (signalBefore * (1 - alpha) / (1 - alphaBar)).squared / posteriorVariance
  }

  /// The weight of `|s - score|^2 / 2` in that divergence.
  public var scoreWeight: Scalar { ((1 - alpha) / factor).squared / posteriorVariance }

  /// The law of `x_t` for a normal `x_0`.
  public func law(of start: Gaussian<Scalar>) -> Gaussian<Scalar> {
    Gaussian(
      mean: signal * start.mean,
      covariance: alphaBar * start.covariance + (1 - alphaBar) * .identity(start.dimension))
  }
}

extension DenoisingStep where Scalar: Elementary {
  /// The law of `x_t` for a mixture `x_0`.
  public func law(of start: GaussianMixture<Scalar>) -> GaussianMixture<Scalar> {
    GaussianMixture(weights: start.weights, components: start.components.map { law(of: $0) })
  }

  /// The law of `x_0` given `x_t = x`: the components conditioned, weighted by Bayes.
  public func startLaw(
    given x: Vector<Scalar>, of start: GaussianMixture<Scalar>
  ) -> GaussianMixture<Scalar> {
    let d = start.dimension
    return GaussianMixture(
      weights: law(of: start).responsibilities(x),
      components: start.components.map { component in
        let pair = Gaussian.independent([component, .standard(d)])
        let position = Matrix<Scalar>(rows: d, columns: 2 * d) { i, j in
          j == i ? signal : j == i + d ? Scalar.sqrt(1 - alphaBar) : 0
        }
        return pair.law(
          of: Matrix(rows: d, columns: 2 * d) { $0 == $1 ? 1 : 0 }, given: position, equals: x)
      })
  }

  /// The mean of `x_0` given `x_t = x`: what a denoiser learns.
  public func startMean(given x: Vector<Scalar>, of start: GaussianMixture<Scalar>) -> Vector<Scalar> {
    let law = startLaw(given: x, of: start)
    return zip(law.weights, law.components).reduce(.zero(x.dimension)) { $0 + $1.0 * $1.1.mean }
  }

  /// The trace of the covariance of `x_0` given `x_t = x`: what no denoiser can know.
  public func startVariance(given x: Vector<Scalar>, of start: GaussianMixture<Scalar>) -> Scalar {
    let (law, mean) = (startLaw(given: x, of: start), startMean(given: x, of: start))
    return zip(law.weights, law.components).reduce(0) {
      $0 + $1.0 * ($1.1.covariance.trace + ($1.1.mean - mean).squaredNorm)
    }
  }
}
