import Arithmetic
import Probability
import Transport

/// The exact score or velocity of a normal mixture that moves in time.
public struct MixtureField<Scalar: LaneScalar>: DivergenceField {
  /// The number of coordinates.
  public let dimension: Int
  private let kind: FrozenMixture<Scalar>.Kind
  private let law: @Sendable (Double) throws -> GaussianMixture<Dual<Double>>

  private init(
    dimension: Int, _ kind: FrozenMixture<Scalar>.Kind,
    _ law: @escaping @Sendable (Double) throws -> GaussianMixture<Dual<Double>>
  ) {
    (self.dimension, self.kind, self.law) = (dimension, kind, law)
  }

  /// The score of `x_t` under a score SDE, for data of a mixture.
  public static func score(of sde: some ScoreSDE, data: GaussianMixture<Double>) -> MixtureField {
    MixtureField(dimension: data.dimension, .score) { sde.law(of: data, at: try sde.checked($0)) }
  }

  /// The velocity of the probability flow of a score SDE, for data of a mixture.
  public static func velocity(of sde: some ScoreSDE, data: GaussianMixture<Double>) -> MixtureField {
    MixtureField(dimension: data.dimension, .velocity) { sde.law(of: data, at: try sde.checked($0)) }
  }

  /// The score of an interpolant between independent mixtures; throws `InvalidArgument` where their dimensions differ.
  public static func score(
    of interpolant: Interpolant, from start: GaussianMixture<Double>, to end: GaussianMixture<Double>
  ) throws -> MixtureField { try field(.score, interpolant, start, end) }

  /// The velocity of an interpolant between independent mixtures; throws `InvalidArgument` where their dimensions
  /// differ.
  public static func velocity(
    of interpolant: Interpolant, from start: GaussianMixture<Double>, to end: GaussianMixture<Double>
  ) throws -> MixtureField { try field(.velocity, interpolant, start, end) }

  private static func field(
    _ kind: FrozenMixture<Scalar>.Kind, _ interpolant: Interpolant, _ start: GaussianMixture<Double>,
    _ end: GaussianMixture<Double>
  ) throws -> MixtureField {
    _ = try interpolant.law(from: start, to: end, at: 0.25, as: Double.self)
    return MixtureField(dimension: end.dimension, kind) { try interpolant.law(from: start, to: end, at: $0) }
  }

  /// The field at a time; throws `InvalidArgument` where the mixture has no density then.
  public func at(_ time: Double) throws -> any FrozenField<Scalar> { try withDivergence(at: time) }

  /// The field and its divergence at a time; throws `InvalidArgument` where the mixture has no density then.
  public func withDivergence(at time: Double) throws -> any FrozenDivergenceField<Scalar> {
    FrozenMixtureField(mixture: try FrozenMixture(law(time), kind))
  }
}

private struct FrozenMixtureField<Scalar: LaneScalar>: FrozenDivergenceField {
  let mixture: FrozenMixture<Scalar>

  func evaluate(at points: Points<Scalar>, into values: inout Points<Scalar>) {
    mixture.evaluate(at: points, into: &values, withDivergence: false)
  }

  func evaluateWithDivergence(at points: Points<Scalar>, into values: inout Points<Scalar>) {
    mixture.evaluate(at: points, into: &values, withDivergence: true)
  }
}

extension ScoreSDE {
  /// The time, if the diffusion has reached it; throws `InvalidArgument` outside `[0, duration]`.
  func checked(_ time: Double) throws -> Double {
    guard time >= 0, time <= duration else {
      throw InvalidArgument("time", is: time, expected: "a time from 0 to \(duration)")
    }
    return time
  }

  /// The drift of the reversed process, `f x - g^2 s`, as a field: time runs backwards.
  public func reverseDrift<Scalar>(score: any PointField<Scalar>) throws -> CombinedField<Scalar> {
    try CombinedField(
      dimension: score.dimension, position: { driftRate(at: $0) },
      [({ @Sendable in -squaredNoise(at: $0) }, score)])
  }

  /// The drift of the probability flow, `f x - g^2 s / 2`, as a field.
  public func flowDrift<Scalar>(score: any PointField<Scalar>) throws -> CombinedField<Scalar> {
    try CombinedField(
      dimension: score.dimension, position: { driftRate(at: $0) },
      [({ @Sendable in -squaredNoise(at: $0) / 2 }, score)])
  }
}

extension CombinedField {
  /// The drift of the diffusion with noise `sqrt(2 e(t))` whose densities are those of an interpolant: `b + e s` in the
  /// direction of time, `b - e s` against it, where `dt < 0`.
  ///
  /// Throws `InvalidArgument` where velocity and score differ in dimension.
  public static func interpolantDrift(
    velocity b: any PointField<Scalar>, score s: any PointField<Scalar>, diffusion e: @escaping Factor,
    isBackwards: Bool = false
  ) throws -> CombinedField {
    try CombinedField(
      dimension: b.dimension,
      [({ @Sendable _ in 1 }, b), ({ @Sendable in isBackwards ? -e($0) : e($0) }, s)])
  }
}
