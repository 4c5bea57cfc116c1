import Arithmetic
import Probability

/// A normal law that solves the Fokker-Planck equation with an affine drift, seen about a point.
///
/// Everything is at one instant: the law, the field `V (x - m) + v` about the point `m`, and the diffusion coefficient
/// `e`. The rates of the mean and the covariance follow from the equation.
public struct GaussianFokkerPlanck<Scalar: Field>: Sendable {
  /// The law at this instant.
  public let law: Gaussian<Scalar>
  /// The drift, about the point.
  public let drift: AffineField<Scalar>
  /// The diffusion coefficient.
  public let diffusion: Scalar
  /// The point.
  public let center: Vector<Scalar>

  /// The law with its drift and its diffusion coefficient, about a point.
  public init(
    law: Gaussian<Scalar>, drift: AffineField<Scalar>, diffusion: Scalar, about center: Vector<Scalar>
  ) {
    (self.law, self.drift, self.diffusion, self.center) = (law, drift, diffusion, center)
  }

  /// The law, moving in time as the equation says.
  public var moving: Gaussian<Dual<Scalar>> {
    let mean = drift.slope * (law.mean - center) + drift.value
    let spread = drift.slope * law.covariance
    let rate = spread + spread.transpose + 2 * diffusion * .identity(law.dimension)
    return Gaussian(
      mean: Vector(law.mean.indices.map { Dual(law.mean[$0], derivative: mean[$0]) }),
      covariance: Matrix(rows: law.dimension, columns: law.dimension) {
        Dual(law.covariance[$0, $1], derivative: rate[$0, $1])
      })
  }

  /// The time derivative of the logarithm of the covariance's determinant, by Jacobi's formula.
  public var volumeRate: Scalar { law.covariance.solve(moving.covariance.map(\.derivative)).trace }

  /// The gradient of the log-density, about the point.
  public var score: AffineField<Scalar> {
    let precision = law.covariance.inverse
    return AffineField(slope: -precision, value: precision * (law.mean - center))
  }

  /// The exponent of the density, about the point, moving in time: the log-density without its volume.
  private var exponent: Quadratic<Dual<Scalar>> {
    let precision = moving.covariance.inverse
    let shift = moving.mean - center.constant
    let pull = precision * shift
    return Quadratic(square: -precision / 2, linear: pull, constant: -shift.dot(pull) / 2)
  }

  /// The log-density up to a constant, about the point.
  public var logDensity: Quadratic<Scalar> { exponent.map(\.value) }

  /// The time derivative of the log-density, from the rates of the mean and the covariance.
  public var logDensityRate: Quadratic<Scalar> { exponent.map(\.derivative) + (-volumeRate / 2) }

  /// The right side of the equation over the density, `-div b - b . s + e (div s + |s|^2)`.
  public var equation: Quadratic<Scalar> {
    -1 * drift.dot(score) + diffusion * score.dot(score) + (diffusion * score.divergence - drift.divergence)
  }
}

extension Quadratic {
  /// The polynomial with its coefficients sent to another field.
  public func map<Other: Field>(_ transform: (Scalar) -> Other) -> Quadratic<Other> {
    Quadratic<Other>(
      square: square.map(transform), linear: linear.map(transform), constant: transform(constant))
  }
}
