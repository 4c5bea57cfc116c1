import Arithmetic
import Probability

/// The interpolant `x_t = (1 - t) x_0 + t x_1 + gamma(t) z` on the line between independent normal mixtures, with a
/// latent of any law.
///
/// With `gamma = sqrt(a t (1 - t))`. Densities and conditional expectations are integrals over the latent; the
/// derivatives of the density fall on the normal factor, so that none of them uses the latent's potential.
public struct LatentConvolution: Sendable, CustomStringConvertible {
  /// The potential of the latent.
  public let potential: any Potential
  /// The strength `a` of the schedule.
  public let a: Double
  /// The time at which it is looked at.
  public let time: Double
  private let normaliser: Double
  private let parts: [Part]

  /// One normal component of the endpoints' joint law.
  private typealias Part = (weight: Double, means: (Double, Double), variances: (Double, Double))

  /// An interpolant to be looked at in one instant.
  ///
  /// Throws `InvalidArgument` unless 0 < time < 1 and a > 0, where a mixture is not on the line, and where the
  /// latent's potential is refused.
  public init(
    _ potential: any Potential, from start: GaussianMixture<Double>, to end: GaussianMixture<Double>,
    a: Double,
    time: Double
  ) throws {
    guard time > 0, time < 1 else {
      throw InvalidArgument("time", is: time, expected: "a time strictly between 0 and 1")
    }
    guard a > 0, a.isFinite else { throw InvalidArgument("a", is: a, expected: "a positive number") }
    guard start.dimension == 1, end.dimension == 1 else {
      throw InvalidArgument(
        "start, end", is: [start.dimension, end.dimension], expected: "mixtures on the line")
    }
    normaliser = try Latent([potential]).normalisers[0].value
    (self.potential, self.a, self.time) = (potential, a, time)
    parts = start.components.indices.flatMap { i in
      end.components.indices.map { j in
        let (p, q) = (start.components[i], end.components[j])
        return (
          start.weights[i] * end.weights[j], (p.mean[0], q.mean[0]), (p.covariance[0, 0], q.covariance[0, 0])
        )
      }
    }
  }

  /// The schedule at its time, moving.
  public var schedule: Dual<Double> {
    let t = Dual(variable: time)
    return Dual.sqrt(Dual(a) * t * (1 - t))
  }

  /// The density of `x_t`.
  public func density(_ x: Double) -> Interval { integral(x) { _, y in parts(at: time, y) { $1 } } }

  /// The derivative of the density in `x`.
  public func slope(_ x: Double) -> Interval {
    integral(x) { _, y in parts(at: Dual(time), Dual(variable: y)) { $1 }.derivative }
  }

  /// The velocity by the continuity equation alone, `-d/dt F(t, x) / rho(t, x)` with the distribution function `F`.
  public func flux(_ x: Double) -> Interval {
    let t = Dual(variable: time)
    let rate = integral(x) { z, _ in
      parts(at: t, Dual(x) - schedule * Dual(z)) { part, density in
        // The rate of the standardised position, times the density's value.
        let deviation = (1 - t) * (1 - t) * Dual(part.variances.0) + t * t * Dual(part.variances.1)
        let mean = (1 - t) * Dual(part.means.0) + t * Dual(part.means.1)
        let standardised = (Dual(x) - schedule * Dual(z) - mean) / Dual.sqrt(deviation)
        return Dual(density.value * Double.sqrt(deviation.value) * standardised.derivative)
      }.value
    }
    return -rate / density(x)
  }

  /// The conditional expectation `E[f(z) | x_t = x]`.
  public func mean(given x: Double, of f: (Double) -> Double) -> Interval {
    integral(x) { z, y in f(z) * parts(at: time, y) { $1 } } / density(x)
  }

  /// The conditional expectation `v = E[x_1 - x_0 | x_t = x]`.
  public func displacementMean(given x: Double) -> Interval {
    let t = time
    return integral(x) { _, y in
      parts(at: t, y) { part, density in
        let variance = (1 - t) * (1 - t) * part.variances.0 + t * t * part.variances.1
        let covariance = t * part.variances.1 - (1 - t) * part.variances.0
        let mean = (1 - t) * part.means.0 + t * part.means.1
        return density * (part.means.1 - part.means.0 + covariance / variance * (y - mean))
      }
    } / density(x)
  }

  /// The integral over the latent `z`, with its density, of `f(z, x - gamma z)`.
  private func integral(_ x: Double, of f: (Double, Double) -> Double) -> Interval {
    Interval(
      Quadrature.line { z in
        Double.exp(-potential.value(z)) / normaliser * f(z, x - schedule.value * z)
      })
  }

  /// The sum over the normal parts of the path's density at `y` of `term(part, density)`.
  private func parts<S: Elementary>(at t: S, _ y: S, _ term: (Part, S) -> S) -> S {
    parts.reduce(0) { sum, part in
      let variance = (1 - t) * (1 - t) * S(part.variances.0) + t * t * S(part.variances.1)
      let deviation = y - (1 - t) * S(part.means.0) - t * S(part.means.1)
      let density = S.exp(-deviation.squared / (2 * variance)) / S.sqrt(2 * S.pi * variance)
      return sum + term(part, S(part.weight) * density)
    }
  }

  /// A short text for a person.
  public var description: String { "\(potential), normal mixtures, t = \(time.brief)" }
}
