import Arithmetic
import Probability

/// The variable `X_t = (1 - t) X_0 + t X_1 + sqrt(t (1 - t)) Z` at one time, with independent laws on the line.
public struct LineBridge: Sendable, CustomStringConvertible {
  /// The law of `X_0`.
  public let start: ScalarLaw
  /// The law of `X_1`.
  public let end: ScalarLaw
  /// The time at which it is looked at.
  public let time: Double

  /// A bridge at a time; throws `InvalidArgument` unless 0 < time < 1.
  public init(from start: ScalarLaw, to end: ScalarLaw, time: Double) throws {
    guard time > 0, time < 1 else {
      throw InvalidArgument("time", is: time, expected: "a time strictly between 0 and 1")
    }
    (self.start, self.end, self.time) = (start, end, time)
  }

  /// A short text for a person.
  public var description: String { "\(start) to \(end), t = \(time.brief)" }

  /// The variance `t (1 - t)` of the noise.
  public var noise: Double { time * (1 - time) }

  /// The cumulants up to an order, that of order zero being zero.
  ///
  /// Throws `InvalidArgument` for a negative order or one above twelve.
  public func cumulants<S: Elementary>(upTo order: Int, _: S.Type = S.self) throws -> [S] {
    let t = S(time)
    let (a, b) = (try start.cumulants(upTo: order, S.self), try end.cumulants(upTo: order, S.self))
    return (0...order).map { n in
      let ends: S = (1 - t).power(n) * a[n] + t.power(n) * b[n]
      return n == 2 ? ends + t * (1 - t) : ends
    }
  }

  /// The mean and the variance.
  public var meanAndVariance: (Double, Double) { meanAndVariance(at: time) }

  /// The mean and the variance at a time in any field.
  private func meanAndVariance<S: Elementary>(at t: S) -> (S, S) {
    let (a, b): ([S], [S]) = (start.knownCumulants(upTo: 2), end.knownCumulants(upTo: 2))
    return ((1 - t) * a[1] + t * b[1], (1 - t).squared * a[2] + t.squared * b[2] + t * (1 - t))
  }

  /// The characteristic function of `X_t`, real and imaginary part, at `u` other than zero and a time in any field.
  public func characteristic<S: Elementary>(_ u: S, at t: S) -> (S, S) {
    let (p, q) = (start.characteristic((1 - t) * u), end.characteristic(t * u))
    let size = S.exp(-t * (1 - t) * u.squared / 2)
    return (size * (p.0 * q.0 - p.1 * q.1), size * (p.0 * q.1 + p.1 * q.0))
  }

  /// The characteristic function of the normal law with the mean and the variance of `X_t`.
  public func normalCharacteristic<S: Elementary>(_ u: S, at t: S) -> (S, S) {
    let (mean, variance) = meanAndVariance(at: t)
    let size = S.exp(-variance * u.squared / 2)
    return (size * S.cos(mean * u), size * S.sin(mean * u))
  }

  /// The density of `X_t`; throws `InvalidArgument` unless at least one of the ends is a mixture.
  public func density(_ x: Double) throws -> Double {
    let t = time
    switch (start.shape, end.shape) {
    case (.mixture(let p), .mixture(let q)):
      return p.reduce(0) { sum, a in
        q.reduce(sum) { sum, b in
          let variance = (1 - t).squared * a.variance + t * t * b.variance + noise
          let distance = x - (1 - t) * a.mean - t * b.mean
          return sum + a.weight * b.weight * Self.normal(distance, variance)
        }
      }
    case (_, .mixture(let q)):
      return q.reduce(0) {
        $0 + $1.weight
          * start.smoothed(at: x, factor: 1 - t, shift: t * $1.mean, variance: t * t * $1.variance + noise)
      }
    case (.mixture(let p), _):
      return p.reduce(0) {
        $0 + $1.weight
          * end.smoothed(
            at: x, factor: t, shift: (1 - t) * $1.mean, variance: (1 - t).squared * $1.variance + noise)
      }
    default:
      throw InvalidArgument("ends", is: "\(start), \(end)", expected: "a mixture at one of the ends at least")
    }
  }

  private static func normal(_ distance: Double, _ variance: Double) -> Double {
    Double.exp(-distance * distance / (2 * variance)) / (2 * Double.pi * variance).squareRoot()
  }

  /// The expectation of a function of a point and the density there.
  ///
  /// The error is that of the quadrature. Beyond the range that is looked at the density is below 10^-17. Throws
  /// where `density` does.
  public func mean(of f: (_ x: Double, _ density: Double) -> Double) throws -> Estimate {
    let (mean, variance) = meanAndVariance
    let tails = (1 - time) * start.tail + time * end.tail
    let reach = 12 * variance.squareRoot() + 40 * tails
    return try Quadrature.interval(mean - reach...mean + reach) { x in
      let density = try density(x)
      return density > 0 ? density * f(x, density) : 0
    }
  }

  /// The divergence of the law of `X_t` from the normal law with its mean and variance, in nats; throws where
  /// `density` does.
  ///
  /// The integral of the densities' difference is zero; with it the integrand has one sign, and its rounding, which
  /// is in the error beside that of the quadrature, is that of a few logarithms.
  public var divergenceFromNormal: Estimate {
    get throws {
      let (mean, variance) = meanAndVariance
      let constant = Double.log(2 * Double.pi * variance) / 2
      let terms = { (x: Double, density: Double) in
        ((x - mean).squared / (2 * variance), Double.log(density))
      }
      let integral = try self.mean { x, density in
        let (square, logarithm) = terms(x, density)
        let ratio = -square - constant - logarithm
        return Double.exp(ratio) - 1 - ratio
      }
      let size = try self.mean { x, density in
        let (square, logarithm) = terms(x, density)
        return 1 + square + constant.magnitude + logarithm.magnitude
      }
      return Estimate(integral.value, error: integral.error + 8 * Double.ulpOfOne * size.value)
    }
  }
}

extension ScalarLaw {
  /// The length over which the tail falls by a factor of e; zero for lighter tails.
  fileprivate var tail: Double {
    switch shape {
    case .mixture, .uniform: 0
    case .laplace(_, let scale): scale
    case .exponential(let mean): mean
    }
  }
}
