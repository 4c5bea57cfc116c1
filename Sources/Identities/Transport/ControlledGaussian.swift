import Arithmetic

/// The density estimator of `u_t + (p x u)_x = e u_xx` from a centred normal start, at one point, with control.
///
/// The density at time `t` is normal with variance `v(t)`. The auxiliary backward process has the drift
/// `p y - 2 e l grad log u`, where the strength `l` is 0 for the plain estimator and 1 for the optimal control,
/// and its position at time `t` is normal with mean `m(t)` and variance `C(t)`.
public struct ControlledGaussian: Sendable, CustomStringConvertible {
  /// The diffusion coefficient `e`, positive.
  public let diffusion: Double
  /// The slope `p` of the drift, not zero.
  public let slope: Double
  /// The variance of the start, positive.
  public let variance: Double
  /// The point at time one.
  public let point: Double
  /// The strength `l` of the control.
  public let control: Double

  /// An estimator; throws `InvalidArgument` unless diffusion and variance are positive, the slope is not 0 and every
  /// number is finite.
  public init(diffusion: Double, slope: Double, variance: Double, point: Double, control: Double) throws {
    let numbers = [diffusion, slope, variance, point, control]
    guard numbers.allSatisfy(\.isFinite), diffusion > 0, variance > 0, slope != 0 else {
      throw InvalidArgument(
        "diffusion, slope, variance, point, control", is: numbers,
        expected: "finite numbers, the first and third positive, the second not 0")
    }
    (self.diffusion, self.slope, self.variance) = (diffusion, slope, variance)
    (self.point, self.control) = (point, control)
  }

  /// A short text for a person.
  public var description: String {
    "epsilon = \(diffusion.brief), p = \(slope.brief), variance \(variance.brief), x = \(point.brief), "
      + "control \(control.brief)"
  }

  /// The variance `v(t)` of the density.
  public func spread(_ t: Double) -> Double {
    (variance + diffusion / slope) * Double.exp(2 * slope * t) - diffusion / slope
  }

  /// The variance `w(t) = e^(-2 p t) v(t)` of the start and the noise so far, carried back to time zero.
  private func carried(_ t: Double) -> Double { Double.exp(-2 * slope * t) * spread(t) }

  /// The factor by which the mean of the auxiliary process changes from time one back to time `t`.
  ///
  /// As `2 e / v = w' / w`, its drift `p + 2 e l / v` is `p + l (log w)'`.
  private func propagator(_ t: Double) -> Double {
    Double.exp(slope * (t - 1) + control * Double.log(carried(t) / carried(1)))
  }

  /// The second moment `C(t) + m(t)^2` of the auxiliary process.
  ///
  /// `C = e^(2 p t) w^(2 l) int_t^1 w^(-2 l) w' ds`, since `w' = 2 e e^(-2 p t)`.
  public func secondMoment(_ t: Double) -> Estimate {
    let (now, end, power) = (carried(t), carried(1), 1 - 2 * control)
    let mean = propagator(t) * point
    // The integral relative to w(t)^(1 - 2 l), from the ratio of w at its ends.
    let ratio = Double.log(end / now)
    let integral = power == 0 ? ratio : (Double.exp(power * ratio) - 1) / power
    let noise = Double.exp(2 * slope * t) * now * integral
    // Each part is a few elementary functions: their rounding is far below 64 units in the last place.
    let scale = mean * mean + spread(t) * (1 + Double.exp(power * ratio)) / (power == 0 ? 1 : power.magnitude)
    return Estimate(noise + mean * mean, error: 64 * Double.ulpOfOne * scale)
  }

  /// The energy `E int |grad log u(t, Y_t)|^2 dt` of the auxiliary process.
  public func energy() -> Estimate {
    var inner = 0.0
    let outer = Quadrature.interval(0...1) { t in
      let moment = secondMoment(t)
      inner = max(inner, moment.error / spread(t).squared)
      return moment.value / spread(t).squared
    }
    return Estimate(outer.value, error: outer.error + inner)
  }

  /// Minus the logarithm of the density at the point.
  public var surprise: Double {
    point * point / (2 * spread(1)) + Double.log(2 * .pi * spread(1)) / 2
  }

  /// The plain bound `E[A] - E[log R]` with the auxiliary process in place of the backward one.
  public func bound() -> Estimate {
    let moment = secondMoment(0)
    let parts = [slope, Double.log(2 * .pi * variance) / 2, moment.value / (2 * variance)]
    let rounding = 64 * Double.ulpOfOne * parts.reduce(0) { $0 + $1.magnitude }
    return Estimate(parts.reduce(0, +), error: moment.error / (2 * variance) + rounding)
  }
}
