import Arithmetic
import Probability

/// The interpolant `x_t = alpha x_0 + beta x_1 + A z` at one time, with jointly normal `(x_0, x_1, z)`.
///
/// The coefficients are duals, moving at their time derivatives, so velocities come from the same numbers as
/// positions. Over `Symbol` all of them are free: what holds, holds for every schedule at every time.
public struct GaussianInterpolant<Scalar: Field>: Sendable {
  /// The joint law of `(x_0, x_1, z)`, of dimension `3 d`.
  public let joint: Gaussian<Scalar>
  /// The matrix `(alpha 1, beta 1, A)` of `d` rows and `3 d` columns, moving in time.
  public let map: Matrix<Dual<Scalar>>

  /// The interpolant of a joint law with the coefficients `alpha`, `beta` and `A`.
  public init(joint: Gaussian<Scalar>, alpha: Dual<Scalar>, beta: Dual<Scalar>, A: Matrix<Dual<Scalar>>) {
    let d = A.rows
    precondition(joint.dimension == 3 * d, "a joint law of dimension \(joint.dimension) for d = \(d)")
    self.joint = joint
    map = Matrix(rows: d, columns: 3 * d) { i, j in
      switch j / d {
      case 0: i == j ? alpha : 0
      case 1: i == j - d ? beta : 0
      default: A[i, j - 2 * d]
      }
    }
  }

  private init(joint: Gaussian<Scalar>, map: Matrix<Dual<Scalar>>) { (self.joint, self.map) = (joint, map) }

  /// The dimension `d` of `x_t`.
  public var dimension: Int { map.rows }

  /// The law of `x_t`, moving in time.
  public var law: Gaussian<Dual<Scalar>> { joint.constant.image(under: map) }

  /// The law of `x_t` at this instant.
  public var present: Gaussian<Scalar> {
    @_specialize(where Scalar == Jet<Interval>)
    get { joint.image(under: map.map(\.value)) }
  }

  /// The interpolant as a constant, to be differentiated around in `x`.
  public var constant: GaussianInterpolant<Dual<Scalar>> {
    GaussianInterpolant<Dual<Scalar>>(
      joint: joint.constant,
      map: map.map { Dual(Dual(constant: $0.value), derivative: Dual(constant: $0.derivative)) })
  }

  /// The gradient of the log-density of `x_t`.
  public func score(_ x: Vector<Scalar>) -> Vector<Scalar> { present.score(x) }

  /// The same interpolant with endpoints `x_0 + k_0 z` and `x_1 + k_1 z` that depend on its latent.
  public func coupled(_ kappa: (Scalar, Scalar)) -> GaussianInterpolant {
    let d = dimension
    let coupling = Matrix<Scalar>(rows: 3 * d, columns: 3 * d) { i, j in
      i == j ? 1 : j != i % d + 2 * d ? 0 : i < d ? kappa.0 : kappa.1
    }
    return GaussianInterpolant(joint: joint.image(under: coupling), map: map)
  }

  /// The matrix that picks the latent `z` out of `(x_0, x_1, z)`.
  public var latent: Matrix<Scalar> {
    Matrix(rows: dimension, columns: 3 * dimension) { $1 == $0 + 2 * dimension ? 1 : 0 }
  }

  /// The conditional expectation of the latent, `E[z | x_t = x]`.
  public func latentMean(given x: Vector<Scalar>) -> Vector<Scalar> { mean(of: latent, given: x) }

  /// The velocity `b(t, x) = E[d/dt x_t | x_t = x]`.
  @_specialize(where Scalar == Jet<Interval>)
  public func velocity(_ x: Vector<Scalar>) -> Vector<Scalar> { mean(of: map.map(\.derivative), given: x) }

  /// Another velocity that carries the density along, `m' + S' S^-1 (x - m) / 2`: half the covariance's rate.
  public func halfRateVelocity(_ x: Vector<Scalar>) -> Vector<Scalar> {
    let (rate, present) = (law.map(\.derivative), present)
    return rate.mean + 1 / 2 * (rate.covariance * present.covariance.solve(x - present.mean))
  }

  /// The conditional expectation `E[what (x_0, x_1, z) | x_t = x]`.
  @_specialize(where Scalar == Jet<Interval>)
  public func mean(of what: Matrix<Scalar>, given x: Vector<Scalar>) -> Vector<Scalar> {
    joint.mean(of: what, given: map.map(\.value), equals: x)
  }

  /// The time derivatives of `(alpha 1, beta 1, A)`, with other entries in the place of the last block.
  public func rate(replacingLatentBy entry: (_ i: Int, _ j: Int) -> Scalar) -> Matrix<Scalar> {
    Matrix(rows: dimension, columns: 3 * dimension) {
      $1 < 2 * dimension ? map[$0, $1].derivative : entry($0, $1 - 2 * dimension)
    }
  }

  /// The schedule `A`, moving in time: the last block of the map.
  public var schedule: Matrix<Dual<Scalar>> {
    Matrix(rows: dimension, columns: dimension) { map[$0, $1 + 2 * dimension] }
  }
}

/// The interpolant `x_t = alpha x_0 + beta x_1 + A z` at one time, whose `(x_0, x_1, z)` is a mixture of normal laws.
public struct MixtureInterpolant<Scalar: Elementary>: Sendable {
  /// The probabilities of the components.
  public let weights: [Scalar]
  /// The interpolants that are mixed.
  public let components: [GaussianInterpolant<Scalar>]

  /// The interpolant between two independent mixtures, with a standard normal latent independent of both.
  public init(
    from start: GaussianMixture<Scalar>, to end: GaussianMixture<Scalar>, alpha: Dual<Scalar>,
    beta: Dual<Scalar>,
    A: Matrix<Dual<Scalar>>
  ) {
    let pairs = start.components.indices.flatMap { i in end.components.indices.map { (i, $0) } }
    weights = pairs.map { start.weights[$0] * end.weights[$1] }
    components = pairs.map {
      GaussianInterpolant(
        joint: .independent([start.components[$0], end.components[$1], .standard(A.rows)]), alpha: alpha,
        beta: beta, A: A)
    }
  }

  /// The law of `x_t`, moving in time.
  public var law: GaussianMixture<Dual<Scalar>> {
    GaussianMixture(weights: weights.map { Dual(constant: $0) }, components: components.map(\.law))
  }

  /// The law of `x_t` at this instant.
  public var present: GaussianMixture<Scalar> {
    @_specialize(where Scalar == Jet<Interval>)
    get { GaussianMixture(weights: weights, components: components.map(\.present)) }
  }

  /// The conditional expectation of the latent, `E[z | x_t = x]`.
  public func latentMean(given x: Vector<Scalar>) -> Vector<Scalar> {
    average(given: x) { $0.latentMean(given: x) }
  }

  /// The velocity `b(t, x) = E[d/dt x_t | x_t = x]`.
  @_specialize(where Scalar == Jet<Interval>)
  public func velocity(_ x: Vector<Scalar>) -> Vector<Scalar> { average(given: x) { $0.velocity(x) } }

  /// The conditional expectation `E[what (x_0, x_1, z) | x_t = x]`.
  @_specialize(where Scalar == Jet<Interval>)
  public func mean(of what: Matrix<Scalar>, given x: Vector<Scalar>) -> Vector<Scalar> {
    average(given: x) { $0.mean(of: what, given: x) }
  }

  /// The mean of a component's value over the components that `x` may have come from.
  @_specialize(where Scalar == Jet<Interval>)
  public func average(
    given x: Vector<Scalar>, of value: (GaussianInterpolant<Scalar>) -> Vector<Scalar>
  ) -> Vector<Scalar> {
    zip(present.responsibilities(x), components).reduce(.zero(x.dimension)) { $0 + $1.0 * value($1.1) }
  }
}
