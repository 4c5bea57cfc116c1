import Arithmetic
import Probability

/// The Ornstein-Uhlenbeck process on the line, with drift `-theta (x - mu)` and a diffusion coefficient; `theta = 0` is
/// heat flow.
public struct Relaxation: Sendable {
  /// How fast it relaxes.
  public let theta: Double
  /// Where it relaxes to.
  public let mu: Double
  /// The diffusion coefficient: noise adds `2 epsilon` to the variance in a unit of time.
  public let epsilon: Double

  /// A process with a rate, a mean and a diffusion coefficient.
  public init(theta: Double, mu: Double, epsilon: Double) {
    (self.theta, self.mu, self.epsilon) = (theta, mu, epsilon)
  }

  /// The law at a time, from a mixture on the line.
  public func law<S: Elementary>(from start: GaussianMixture<Double>, at t: S) -> GaussianMixture<S> {
    let (decay, added) = (S.exp(-S(theta) * t), spread(at: t))
    return GaussianMixture(
      weights: start.weights.map { S($0) },
      components: start.components.map {
        Gaussian(
          mean: Vector([S(mu) + (S($0.mean[0]) - S(mu)) * decay]),
          covariance: Matrix([[S($0.covariance[0, 0]) * decay.squared + added]]))
      })
  }

  /// The drift at a place.
  public func drift<S: Elementary>(_ x: S) -> S { -S(theta) * (x - S(mu)) }

  /// The particle at a time, from where it starts and a standard normal number: no time step, no bias.
  public func particle<S: Elementary>(from start: S, noise: S, at t: S) -> S {
    S(mu) + (start - S(mu)) * S.exp(-S(theta) * t) + S.sqrt(spread(at: t)) * noise
  }

  /// The variance that noise has added by a time.
  private func spread<S: Elementary>(at t: S) -> S {
    theta == 0 ? 2 * S(epsilon) * t : S(epsilon) / S(theta) * (1 - S.exp(-2 * S(theta) * t))
  }
}
