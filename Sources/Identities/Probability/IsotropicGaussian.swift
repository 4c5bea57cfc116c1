import Arithmetic

/// A normal law with the same variance in every direction.
public struct IsotropicGaussian<Scalar: Field>: Sendable {
  /// The mean.
  public let mean: Vector<Scalar>
  /// The variance of each coordinate.
  public let variance: Scalar

  /// The law of a mean and a variance, over any field.
  public init(mean: Vector<Scalar>, variance: Scalar) { (self.mean, self.variance) = (mean, variance) }

  /// The gradient of the log-density.
  public func score(_ x: Vector<Scalar>) -> Vector<Scalar> { (mean - x) / variance }

  /// The exponent of the density, `-|x - mean|^2 / 2 variance`.
  public func exponent(_ x: Vector<Scalar>) -> Scalar { -(x - mean).squaredNorm / (2 * variance) }

  /// The same law with its covariance as a matrix.
  public var full: Gaussian<Scalar> {
    Gaussian(mean: mean, covariance: variance * .identity(mean.dimension))
  }

  /// The Kullback-Leibler divergence of this law from another, `KL(this || other)`, given the logarithm of the other's
  /// variance over this one's.
  public func divergence(from other: IsotropicGaussian, logRatio: Scalar) -> Scalar {
    let d = Scalar(mean.dimension)
    return (d * (variance / other.variance - 1 + logRatio) + (mean - other.mean).squaredNorm / other.variance)
      / 2
  }
}

extension IsotropicGaussian where Scalar: Elementary {
  /// The logarithm of the density.
  public func logDensity(_ x: Vector<Scalar>) -> Scalar {
    exponent(x) - Scalar(mean.dimension) * Scalar.log(2 * Scalar.pi * variance) / 2
  }

  /// The Kullback-Leibler divergence of this law from another, `KL(this || other)`.
  public func divergence(from other: IsotropicGaussian) -> Scalar {
    divergence(from: other, logRatio: Scalar.log(other.variance / variance))
  }
}
