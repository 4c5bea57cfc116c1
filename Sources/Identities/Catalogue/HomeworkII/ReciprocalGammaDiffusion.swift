import Arithmetic
import Probability
import Transport

/// A reciprocal gamma law that is stretched at a constant rate, with the diffusion `A(x) = s^2 x^2` on the half line.
///
/// `x_t = e^(growth t) / G` with `G` of a gamma law: on the line, where the three conventions differ by multiples
/// of `A'`, every drift is affine and the noise linear, so that the first two moments of a step are known exactly.
public struct ReciprocalGammaDiffusion: Diffusion, CustomStringConvertible {
  /// The shape of the gamma law, above four so that second moments have a variance.
  public let shape: Int
  /// The strength `s` of the noise.
  public let strength: Double
  /// The rate at which the law is stretched.
  public let growth: Double
  /// The terms of the drift.
  public var weights = DriftWeights()

  /// A diffusion; throws `InvalidArgument` unless `shape > 4` and `strength > 0`.
  public init(shape: Int, strength: Double, growth: Double) throws {
    guard shape > 4 else { throw InvalidArgument("shape", is: shape, expected: "an integer above 4") }
    guard strength > 0 else { throw InvalidArgument("strength", is: strength, expected: "a positive number") }
    (self.shape, self.strength, self.growth) = (shape, strength, growth)
  }

  /// The number of coordinates.
  public var dimension: Int { 1 }
  /// A short text for a person.
  public var description: String { "reciprocal gamma law, shape \(shape), A = (\(strength.brief) x)^2" }

  /// The same diffusion with other terms of the drift.
  public func with(_ weights: DriftWeights) -> ReciprocalGammaDiffusion {
    var other = self
    other.weights = weights
    return other
  }

  /// The scale at a time; the density is proportional to `x^(-shape - 1) e^(-scale / x)`.
  public func scale(_ t: Double) -> Double { Double(shape - 1) * Double.exp(growth * t) }

  /// The logarithm of the density up to a constant of space.
  public func exponent<S: Elementary>(_ t: Double, _ x: S) -> S {
    -S(shape + 1) * S.log(x) - S(scale(t)) / x
  }

  /// The mean and variance of the law at a time; the mean is one at time zero.
  public func law(_ t: Double) -> Gaussian<Double> {
    let mean = scale(t) / Double(shape - 1)
    return Gaussian(mean: Vector([mean]), covariance: Matrix([[mean.squared / Double(shape - 2)]]))
  }

  /// The drift with the chosen terms, in closed form: `A' = 2 s^2 x` and `A (log rho)' = s^2 (scale - (shape + 1) x)`.
  public func drift<S: Elementary>(_ t: Double, _ x: Vector<S>) -> Vector<S> {
    let square = strength.squared
    let slope =
      growth + square * (2 * (weights.divergence + weights.trace) - weights.score * Double(shape + 1))
    return Vector([S(slope) * x[0] + S(weights.score * square * scale(t))])
  }

  /// The factor `s x` of the noise.
  public func noise<S: Elementary>(_ t: Double, _ x: Vector<S>) -> Matrix<S> {
    Matrix([[S(strength) * x[0]]])
  }

  /// A sample of the law at time zero.
  public func sample(_ draw: Draw) -> Vector<Variate> {
    let gamma = (0..<shape).reduce(0 as Variate) { sum, _ in sum + draw.exponential() }
    return Vector([Variate(scale(0)) / gamma])
  }
}
