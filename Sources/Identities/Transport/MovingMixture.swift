import Arithmetic
import Probability

extension GaussianMixture {
  /// The law of `signal * y + noise` for `y` of this law and independent noise of a variance, both moving in time.
  func moving(by signal: Dual<Scalar>, blurredBy variance: Dual<Scalar>) -> GaussianMixture<Dual<Scalar>> {
    GaussianMixture<Dual<Scalar>>(
      weights: weights.map { Dual(constant: $0) },
      components: components.map { part in
        let part = part.constant
        return Gaussian(
          mean: signal * part.mean,
          covariance: signal.squared * part.covariance + variance * .identity(dimension))
      })
  }

  /// The velocity that carries a moving mixture along: each component's `m' + S' S^-1 (x - m) / 2`, weighted by its
  /// responsibility.
  ///
  /// For an interpolant with independent ends and a schedule that is a number this is `E[d/dt x_t | x_t = x]`, and for a
  /// score SDE the drift of its probability flow.
  public func velocity<Base>(_ x: Vector<Base>) -> Vector<Base> where Scalar == Dual<Base> {
    zip(present().responsibilities(x), components).reduce(.zero(x.dimension)) { sum, part in
      let (mean, covariance) = (part.1.mean, part.1.covariance)
      let strain = covariance.map(\.value).solve(x - mean.map(\.value))
      return sum + part.0 * (mean.map(\.derivative) + 1 / 2 * (covariance.map(\.derivative) * strain))
    }
  }

  /// A moving mixture at this instant.
  public func present<Base>() -> GaussianMixture<Base> where Scalar == Dual<Base> { map(\.value) }
}
