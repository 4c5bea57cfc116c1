import Arithmetic

/// A polynomial of degree two, `y^T Q y + l . y + k` with `y = x - m`, about a point `m` that a formula agrees on.
///
/// Logarithms of normal densities and products of affine fields are of this kind, and their means under a normal law
/// of mean `m` are rational in its covariance.
public struct Quadratic<Scalar: Field>: Sendable {
  /// The symmetric matrix `Q`.
  public let square: Matrix<Scalar>
  /// The vector `l`.
  public let linear: Vector<Scalar>
  /// The number `k`.
  public let constant: Scalar

  /// A polynomial by its coefficients; `square` is symmetric.
  public init(square: Matrix<Scalar>, linear: Vector<Scalar>, constant: Scalar) {
    (self.square, self.linear, self.constant) = (square, linear, constant)
  }

  /// The sum.
  public static func + (a: Self, b: Self) -> Self {
    Self(square: a.square + b.square, linear: a.linear + b.linear, constant: a.constant + b.constant)
  }
  /// The difference.
  public static func - (a: Self, b: Self) -> Self { a + -1 * b }
  /// The multiple.
  public static func * (s: Scalar, a: Self) -> Self {
    Self(square: s * a.square, linear: s * a.linear, constant: s * a.constant)
  }
  /// The sum with a number.
  public static func + (a: Self, k: Scalar) -> Self {
    Self(square: a.square, linear: a.linear, constant: a.constant + k)
  }

  /// The mean under a normal law of mean `m`.
  public func mean(_ covariance: Matrix<Scalar>) -> Scalar { (square * covariance).trace + constant }

  /// The mean of the product with another under a normal law of mean `m`, by Isserlis' theorem.
  public func mean(times other: Self, _ covariance: Matrix<Scalar>) -> Scalar {
    mean(covariance) * other.mean(covariance) + linear.dot(covariance * other.linear)
      + 2 * (square * covariance * other.square * covariance).trace
  }
}

/// An affine vector field `V (x - m) + v` about a point `m` that a formula agrees on.
public struct AffineField<Scalar: Field>: Sendable {
  /// The matrix `V`.
  public let slope: Matrix<Scalar>
  /// The value `v` at the point.
  public let value: Vector<Scalar>

  /// A field by its slope and its value at the point.
  public init(slope: Matrix<Scalar>, value: Vector<Scalar>) { (self.slope, self.value) = (slope, value) }

  /// The sum.
  public static func + (a: Self, b: Self) -> Self { Self(slope: a.slope + b.slope, value: a.value + b.value) }
  /// The difference.
  public static func - (a: Self, b: Self) -> Self { Self(slope: a.slope - b.slope, value: a.value - b.value) }
  /// The multiple.
  public static func * (s: Scalar, a: Self) -> Self { Self(slope: s * a.slope, value: s * a.value) }

  /// The divergence, a constant.
  public var divergence: Scalar { slope.trace }

  /// The inner product of two fields, point by point.
  public func dot(_ other: Self) -> Quadratic<Scalar> {
    let product = slope.transpose * other.slope
    return Quadratic(
      square: (product + product.transpose) / 2,
      linear: slope.transpose * other.value + other.slope.transpose * value, constant: value.dot(other.value))
  }
}
