import Arithmetic
import Probability

/// The interpolant `x_t = (1 - t) x_0 + t x_1 + A(t) z` between independent mixtures, with a matrix schedule.
///
/// `A(t) = t (1 - t) (B_0 + t B_1)`. With a `B_0` and `B_1` that are not symmetric and do not commute, neither
/// `A` nor its time derivative is symmetric, and a lost transpose shows.
public struct AnisotropicInterpolant: Sendable, CustomStringConvertible {
  /// A few words that tell it from others.
  public let name: String
  /// The law of `x_0`.
  public let start: GaussianMixture<Double>
  /// The law of `x_1`.
  public let end: GaussianMixture<Double>
  /// The matrices of the schedule `A(t) = t (1 - t) (B_0 + t B_1)`.
  public let schedule: (B0: Matrix<Double>, B1: Matrix<Double>)
  /// The time at which it is looked at.
  public let time: Double

  /// An interpolant to be looked at in one instant; throws `InvalidArgument` unless 0 < time < 1.
  public init(
    _ name: String, from start: GaussianMixture<Double>, to end: GaussianMixture<Double>,
    B0: Matrix<Double>, B1: Matrix<Double>, time: Double
  ) throws {
    guard time > 0, time < 1 else {
      throw InvalidArgument("time", is: time, expected: "a time strictly between 0 and 1")
    }
    let d = start.dimension
    guard end.dimension == d, [B0.rows, B0.columns, B1.rows, B1.columns].allSatisfy({ $0 == d }) else {
      throw InvalidArgument(
        "end, B0, B1", is: [end.dimension, B0.rows, B0.columns, B1.rows, B1.columns],
        expected: "dimension \(d), as the start has")
    }
    self.name = name
    (self.start, self.end, self.schedule, self.time) = (start, end, (B0, B1), time)
    let scale = A(time).entries.reduce(0) { max($0, $1.magnitude) }
    guard A(time).determinant.magnitude > Double.ulpOfOne * scale.power(d) else {
      throw InvalidArgument("A(\(time))", is: A(time).entries, expected: "an invertible matrix, row by row")
    }
  }

  /// The dimension of `x_t`.
  public var dimension: Int { start.dimension }

  /// The matrix `A(t)`, for a time in any field.
  public func A<S: Elementary>(_ t: S) -> Matrix<S> {
    let (B0, B1) = (schedule.B0.map { S($0) }, schedule.B1.map { S($0) })
    return (t * (1 - t)) * (B0 + t * B1)
  }

  /// The interpolant at its time, in closed form.
  public func model<S: Elementary>(_: S.Type = S.self) -> MixtureInterpolant<S> { model(at: S(time)) }

  /// The interpolant at any time, in closed form.
  public func model<S: Elementary>(at time: S) -> MixtureInterpolant<S> {
    let t = Dual(variable: time)
    return MixtureInterpolant(
      from: start.map { S($0) }, to: end.map { S($0) }, alpha: 1 - t, beta: t, A: A(t))
  }

  /// Samples of the endpoints, the latent, the position and the velocity at the interpolant's time, or at a random one.
  public func sample(_ draw: Draw, at time: Variate? = nil) throws -> InterpolantSample {
    let (x0, x1) = (try start.sample(draw), try end.sample(draw))
    return InterpolantSample(
      x0: x0, x1: x1, z: draw.normal(dimension), time: time ?? Variate(self.time), A: { A($0) })
  }

  /// A short text for a person.
  public var description: String { "\(name), d = \(dimension), t = \(time.brief)" }
}
