import Arithmetic

/// A killed diffusion on the circle whose solution is known, because the equation was made to have it.
public protocol SolvedDiffusion: KilledDiffusion {
  /// The logarithm of the solution `u(t, x)`.
  func logarithm<S: Elementary>(_ t: S, _ x: S) -> S
}

/// A density that wanders round the circle without killing: `u = (1 + cos(x - t) / 2) / 2 pi`.
public struct TravellingWave: SolvedDiffusion, CustomStringConvertible {
  /// The diffusion coefficient.
  public let diffusion = 0.5

  /// The wave.
  public init() {}

  /// A short text for a person.
  public var description: String { "density 1 + cos(x - t) / 2, epsilon = \(diffusion.brief)" }

  /// The logarithm of the density.
  public func logarithm<S: Elementary>(_ t: S, _ x: S) -> S {
    S.log(1 + S.cos(x - t) / 2) - S.log(2 * S.pi)
  }

  /// What a simulation needs to know of a time and a place.
  public struct Local<S: Sendable>: Sendable {
    /// The drift.
    public let drift: S
    /// The derivative of the drift in space.
    public let divergence: S
    /// The derivative of the logarithm of the density in space.
    public let score: S
    /// The derivative of the score in space.
    public let curvature: S
  }

  /// The drift, its divergence, the score and its derivative, all from one sine and one cosine: simulations
  /// evaluate them at every step.
  public func local<S: Elementary>(_ t: S, _ x: S) -> Local<S> {
    let (sine, cosine) = (S.sin(x - t), S.cos(x - t))
    let height = 1 / (2 + cosine)
    let drift = (cosine - S(diffusion) * sine + 1 / 2) * height
    return Local(
      drift: drift, divergence: (drift * sine - sine - S(diffusion) * cosine) * height, score: -sine * height,
      curvature: -(2 * cosine + 1) * height.squared)
  }

  /// The drift that carries it, from the equation integrated in space with a current of its own.
  public func drift<S: Elementary>(_ t: S, _ x: S) -> S {
    local(t, x).drift
  }

  /// No killing.
  public func rate<S: Elementary>(_ t: S, _ x: S) -> S { 0 }
}

/// The solution `u = exp(sin(x - t) / 2 + t cos(2 x) / 4) / 2 pi` with a drift that depends on time and place, and
/// the rate that the equation then has.
public struct ManufacturedKilling: SolvedDiffusion, CustomStringConvertible {
  /// The diffusion coefficient.
  public let diffusion = 0.25

  /// The equation.
  public init() {}

  /// A short text for a person.
  public var description: String { "drift 3/4 sin(x + t), epsilon = \(diffusion.brief)" }

  /// The logarithm of the solution.
  public func logarithm<S: Elementary>(_ t: S, _ x: S) -> S {
    S.sin(x - t) / 2 + t * S.cos(2 * x) / 4 - S.log(2 * S.pi)
  }

  /// The drift.
  public func drift<S: Elementary>(_ t: S, _ x: S) -> S { 3 * S.sin(x + t) / 4 }

  /// The drift's divergence plus the rate, `(e u_xx - b u_x - u_t) / u`, written out: simulations evaluate it at every
  /// step.
  public func potential<S: Elementary>(_ t: S, _ x: S) -> S {
    let (sineX, cosineX, sineT, cosineT) = (S.sin(x), S.cos(x), S.sin(t), S.cos(t))
    let (sine, cosine) = ((sineX * cosineT - cosineX * sineT) / 2, (cosineX * cosineT + sineX * sineT) / 2)
    let (doubleSine, doubleCosine) = (2 * sineX * cosineX, 1 - 2 * sineX.squared)
    let (slope, curvature) = (cosine - t * doubleSine / 2, -sine - t * doubleCosine)
    let velocity = 3 * (sineX * cosineT + cosineX * sineT) / 4
    return S(diffusion) * (curvature + slope.squared) - velocity * slope - (doubleCosine / 4 - cosine)
  }

  /// The rate that makes it a solution.
  public func rate<S: Elementary>(_ t: S, _ x: S) -> S { potential(t, x) - divergence(t, x) }
}
