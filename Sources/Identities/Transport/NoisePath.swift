import Arithmetic

/// The coefficients of `x_t = signal * y + noise * z` at one time, moving, with `z` standard normal and independent
/// of `y`: what a score, a velocity and a denoiser need to be turned into one another.
///
/// With `E` for the expectation given `x_t = x` the three fields are
///
///     score      s = grad log p_t(x)
///     denoiser   n = E[z]                     = -noise s
///     velocity   b = E[signal' y + noise' z]  = signal' E[y] + noise' n
///
/// and Tweedie's formula is `signal E[y] = x - noise n = x + noise^2 s`. A score SDE has one with `y` the data, a
/// one-sided interpolant has one with `y` its end; a formula that divides by a coefficient wants it not to be zero.
public struct NoisePath<Scalar: Field>: Sendable {
  /// What multiplies the data, moving.
  public let signal: Dual<Scalar>
  /// What multiplies the noise, moving.
  public let noise: Dual<Scalar>

  /// A path with its coefficients.
  public init(signal: Dual<Scalar>, noise: Dual<Scalar>) { (self.signal, self.noise) = (signal, noise) }

  /// The rate of the logarithm of the signal: the linear part of the velocity.
  public var rate: Scalar { signal.derivative / signal.value }

  /// How fast noise comes in beyond the linear drift, `noise' - rate noise`: the velocity's share of the denoiser.
  ///
  /// It is `g^2 / 2 noise` for a score SDE.
  public var denoiserShare: Scalar { noise.derivative - rate * noise.value }

  /// The denoiser, `-noise s`.
  public func denoiser(score s: Vector<Scalar>) -> Vector<Scalar> { -(noise.value * s) }

  /// The score, `-n / noise`.
  public func score(denoiser n: Vector<Scalar>) -> Vector<Scalar> { -(n / noise.value) }

  /// The mean of the data, `(x + noise^2 s) / signal`: Tweedie's formula.
  public func dataMean(at x: Vector<Scalar>, score s: Vector<Scalar>) -> Vector<Scalar> {
    (x + noise.value.squared * s) / signal.value
  }

  /// The score, `(signal E[y] - x) / noise^2`.
  public func score(at x: Vector<Scalar>, dataMean y: Vector<Scalar>) -> Vector<Scalar> {
    (signal.value * y - x) / noise.value.squared
  }

  /// The velocity, `rate x + (noise' - rate noise) n`.
  public func velocity(at x: Vector<Scalar>, denoiser n: Vector<Scalar>) -> Vector<Scalar> {
    rate * x + denoiserShare * n
  }

  /// The velocity, `rate x - noise (noise' - rate noise) s`.
  public func velocity(at x: Vector<Scalar>, score s: Vector<Scalar>) -> Vector<Scalar> {
    velocity(at: x, denoiser: denoiser(score: s))
  }

  /// The denoiser, `(b - rate x) / (noise' - rate noise)`.
  public func denoiser(at x: Vector<Scalar>, velocity b: Vector<Scalar>) -> Vector<Scalar> {
    (b - rate * x) / denoiserShare
  }

  /// The score, `(rate x - b) / noise (noise' - rate noise)`.
  public func score(at x: Vector<Scalar>, velocity b: Vector<Scalar>) -> Vector<Scalar> {
    score(denoiser: denoiser(at: x, velocity: b))
  }
}
