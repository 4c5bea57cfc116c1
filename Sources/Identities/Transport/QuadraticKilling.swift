import Arithmetic

/// The logarithm `-x^T S x / 2 + h^T x - c` of an unnormalised normal density, with a symmetric `S`.
public struct GaussianExponent<Scalar: Field>: Sendable {
  /// The precision `S`, symmetric; it need not be positive.
  public let precision: Matrix<Scalar>
  /// The linear coefficient `h`.
  public let linear: Vector<Scalar>
  /// The constant `c`.
  public let constant: Scalar

  /// The exponent of a precision, a linear coefficient and a constant.
  public init(precision: Matrix<Scalar>, linear: Vector<Scalar>, constant: Scalar) {
    (self.precision, self.linear, self.constant) = (precision, linear, constant)
  }

  /// The logarithm of the density at `x`.
  public func callAsFunction(_ x: Vector<Scalar>) -> Scalar {
    linear.dot(x) - x.dot(precision * x) / 2 - constant
  }

  /// The exponent as a constant, to be differentiated around.
  public var still: GaussianExponent<Dual<Scalar>> {
    GaussianExponent<Dual<Scalar>>(
      precision: precision.constant, linear: linear.constant, constant: Dual(constant: constant))
  }

  /// The gradient of the logarithm at `x`, by differentiation.
  public func gradient(_ x: Vector<Scalar>) -> Vector<Scalar> {
    Arithmetic.gradient(at: x) { still($0) }
  }
}

/// The equation `u_t + div(b u) = e lap u - r u` with the affine drift `b = P x + q` and the quadratic rate
/// `r = x^T R x / 2 + k^T x + l`.
///
/// All coefficients are those of one instant, so over `Symbol` what holds, holds for every dependence on time.
public struct QuadraticKilling<Scalar: Field>: Sendable {
  /// The matrix `P` and the vector `q` of the drift.
  public let drift: (matrix: Matrix<Scalar>, offset: Vector<Scalar>)
  /// The diffusion coefficient `e`.
  public let diffusion: Scalar
  /// The matrix `R`, symmetric, the vector `k` and the number `l` of the rate.
  public let rate: (matrix: Matrix<Scalar>, linear: Vector<Scalar>, constant: Scalar)

  /// The equation of a drift, a diffusion coefficient and a rate.
  public init(
    drift: (matrix: Matrix<Scalar>, offset: Vector<Scalar>), diffusion: Scalar,
    rate: (matrix: Matrix<Scalar>, linear: Vector<Scalar>, constant: Scalar)
  ) {
    (self.drift, self.diffusion, self.rate) = (drift, diffusion, rate)
  }

  /// The drift `b(x)`.
  public func velocity(_ x: Vector<Scalar>) -> Vector<Scalar> { drift.matrix * x + drift.offset }

  /// The killing rate `r(x)`.
  public func killing(_ x: Vector<Scalar>) -> Scalar {
    x.dot(rate.matrix * x) / 2 + rate.linear.dot(x) + rate.constant
  }

  /// The coefficients as constants, to be differentiated around.
  public var still: QuadraticKilling<Dual<Scalar>> {
    QuadraticKilling<Dual<Scalar>>(
      drift: (drift.matrix.constant, drift.offset.constant), diffusion: Dual(constant: diffusion),
      rate: (rate.matrix.constant, rate.linear.constant, Dual(constant: rate.constant)))
  }

  /// A Gaussian solution at one instant, moving in time by the Riccati equations
  /// `S' = R - P^T S - S P - 2 e S^2`, `h' = S q - P^T h - 2 e S h - k` and
  /// `c' = q^T h + tr P + e tr S - e |h|^2 + l`.
  public func moving(_ u: GaussianExponent<Scalar>) -> GaussianExponent<Dual<Scalar>> {
    let (S, h, P, q) = (u.precision, u.linear, drift.matrix, drift.offset)
    let rateS = rate.matrix - P.transpose * S - S * P - (2 * diffusion) * (S * S)
    let rateH = S * q - P.transpose * h - (2 * diffusion) * (S * h) - rate.linear
    let rateC = q.dot(h) + P.trace + diffusion * S.trace - diffusion * h.squaredNorm + rate.constant
    return GaussianExponent<Dual<Scalar>>(
      precision: Matrix(rows: S.rows, columns: S.columns) { Dual(S[$0, $1], derivative: rateS[$0, $1]) },
      linear: Vector(h.indices.map { Dual(h[$0], derivative: rateH[$0]) }),
      constant: Dual(u.constant, derivative: rateC))
  }
}
