import Arithmetic

/// The variance exploding diffusion, `dx = s r^t sqrt(2 log r) dw` with `r` the ratio of the greatest to the least
/// deviation `s`.
///
/// Its kernel has variance `s^2 (r^2t - 1)`, zero at time zero. Without the minus one it is the law of data that has
/// been blurred by `s` beforehand.
public struct VarianceExploding: ScoreSDE {
  /// The least deviation, `s`.
  public let least: Double
  /// The greatest deviation, `s r`.
  public let greatest: Double

  /// The diffusion between two deviations; throws `InvalidArgument` unless `0 < least < greatest`.
  public init(from least: Double, to greatest: Double) throws {
    guard least > 0, greatest > least, greatest.isFinite else {
      throw InvalidArgument(
        "least, greatest", is: [least, greatest], expected: "deviations with 0 < least < greatest")
    }
    (self.least, self.greatest) = (least, greatest)
  }

  /// Twice the logarithm of the ratio: the rate at which the variance grows.
  private func growth<S: Elementary>(_: S.Type) -> S { 2 * S.log(S(greatest) / S(least)) }

  /// The rate of the drift: zero.
  public func driftRate<S: Elementary>(at t: S) -> S { 0 }

  /// The square of what multiplies the noise.
  public func squaredNoise<S: Elementary>(at t: S) -> S {
    let growth = growth(S.self)
    return S(least).squared * growth * S.exp(growth * t)
  }

  /// The law of `x_t` given `x_s`.
  public func kernel<S: Elementary>(from s: S, to t: S) -> NoisingKernel<S> {
    let growth = growth(S.self)
    return NoisingKernel(
      signal: 1, variance: S(least).squared * S.exp(growth * s) * S.expMinusOne(growth * (t - s)))
  }
}

/// The variance preserving diffusion, `dx = -b(t) x / 2 dt + sqrt(b(t)) dw` with `b` linear in time.
///
/// It is an Ornstein-Uhlenbeck process with another clock, and a standard normal law stays one.
public struct VariancePreserving: ScoreSDE {
  /// The rate `b` at time zero and at time one.
  public let rates: (first: Double, last: Double)

  /// The diffusion whose rate goes from one number to another; throws `InvalidArgument` where one is negative or both
  /// are zero.
  public init(from first: Double = 0.1, to last: Double = 20) throws {
    self.rates = try LinearRate.checked(first, last)
  }

  /// The variance of the prior: one, whatever the rates.
  public var priorVariance: Double { 1 }

  /// The rate of the drift, `-b / 2`.
  public func driftRate<S: Elementary>(at t: S) -> S { -LinearRate.value(rates, at: t) / 2 }

  /// The square of what multiplies the noise, `b`.
  public func squaredNoise<S: Elementary>(at t: S) -> S { LinearRate.value(rates, at: t) }

  /// The law of `x_t` given `x_s`.
  public func kernel<S: Elementary>(from s: S, to t: S) -> NoisingKernel<S> {
    let passed = LinearRate.integral(rates, from: s, to: t)
    return NoisingKernel(signal: S.exp(-passed / 2), variance: -S.expMinusOne(-passed))
  }
}

/// The sub-VP diffusion, `dx = -b(t) x / 2 dt + sqrt(b(t) (1 - e^(-2 B(t)))) dw` with `B` the integral of `b`.
///
/// Its variance at every time is below that of the variance preserving diffusion, and of second order at time zero.
public struct SubVariancePreserving: ScoreSDE {
  /// The rate `b` at time zero and at time one.
  public let rates: (first: Double, last: Double)

  /// The diffusion whose rate goes from one number to another; throws `InvalidArgument` where one is negative or both
  /// are zero.
  public init(from first: Double = 0.1, to last: Double = 20) throws {
    self.rates = try LinearRate.checked(first, last)
  }

  /// The variance of the prior: one, whatever the rates.
  public var priorVariance: Double { 1 }

  /// The rate of the drift, `-b / 2`.
  public func driftRate<S: Elementary>(at t: S) -> S { -LinearRate.value(rates, at: t) / 2 }

  /// The square of what multiplies the noise.
  public func squaredNoise<S: Elementary>(at t: S) -> S {
    -LinearRate.value(rates, at: t) * S.expMinusOne(-2 * LinearRate.integral(rates, from: 0, to: t))
  }

  /// The law of `x_t` given `x_s`: the variance is `(1 - e^(B(s) - B(t))) (1 - e^(-B(s) - B(t)))`.
  public func kernel<S: Elementary>(from s: S, to t: S) -> NoisingKernel<S> {
    let passed = LinearRate.integral(rates, from: s, to: t)
    let both = passed + 2 * LinearRate.integral(rates, from: 0, to: s)
    return NoisingKernel(
      signal: S.exp(-passed / 2), variance: S.expMinusOne(-passed) * S.expMinusOne(-both))
  }
}

/// The rate `b(t) = first + t (last - first)` of the diffusions that preserve variance.
private enum LinearRate {
  static func checked(_ first: Double, _ last: Double) throws -> (first: Double, last: Double) {
    guard first >= 0, last >= 0, first + last > 0, (first + last).isFinite else {
      throw InvalidArgument(
        "first, last", is: [first, last], expected: "rates that are not negative, nor both zero")
    }
    return (first, last)
  }

  static func value<S: Elementary>(_ rates: (first: Double, last: Double), at t: S) -> S {
    S(rates.first) + t * (S(rates.last) - S(rates.first))
  }

  static func integral<S: Elementary>(
    _ rates: (first: Double, last: Double), from s: S, to t: S
  ) -> S {
    (t - s) * value(rates, at: (s + t) / 2)
  }
}
