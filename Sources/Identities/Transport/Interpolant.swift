import Arithmetic
import Probability

/// An interpolant `x_t = alpha(t) x_0 + beta(t) x_1 + gamma(t) z` by its three coefficients.
///
/// The names are those of Albergo, Boffi and Vanden-Eijnden, "Stochastic interpolants", 2023.
public struct Interpolant: Sendable, Hashable, CustomStringConvertible {
  /// The coefficients of the ends.
  public enum Path: String, Sendable, CaseIterable {
    /// `1 - t` and `t`.
    case linear
    /// `cos(pi t / 2)` and `sin(pi t / 2)`, whose squares add to one.
    case trigonometric
    /// `cos^2(pi t)`, before one half for the start and after it for the end: all is noise in the middle.
    case encoderDecoder = "encoder-decoder"
    /// The end alone, 0 and 1: it is blurred and cleared again.
    case mirror
  }

  /// The coefficient of the latent.
  public enum Latent: Sendable, Hashable {
    /// No latent.
    case none
    /// The root `sqrt(a t (1 - t))`, whose slope is infinite at both ends.
    case root(a: Double)
    /// `sin^2(pi t)`.
    case squaredSine
    /// `t (1 - t)`.
    case product
  }

  /// The coefficients of the ends.
  public let path: Path
  /// The coefficient of the latent.
  public let latent: Latent

  /// An interpolant of a path and a latent.
  ///
  /// Throws `InvalidArgument` where the strength of a latent is not positive, or where there is none and the path needs
  /// one: mirrors and encoder-decoders would stand still or meet in a point.
  public init(_ path: Path, latent: Latent = .none) throws {
    if case .root(let a) = latent, !(a > 0 && a.isFinite) {
      throw InvalidArgument("a", is: a, expected: "a positive number")
    }
    if latent == .none, path == .mirror || path == .encoderDecoder {
      throw InvalidArgument(
        "latent", is: latent, expected: "one, which a path of kind \(path.rawValue) needs")
    }
    (self.path, self.latent) = (path, latent)
  }

  private init(unchecked path: Path) { (self.path, latent) = (path, .none) }

  /// `(1 - t) z + t x_1`: the linear path without a latent, from a standard normal start that takes its place.
  public static let oneSided = Interpolant(unchecked: .linear)

  /// `cos(pi t / 2) z + sin(pi t / 2) x_1`, from a standard normal start.
  public static let oneSidedTrigonometric = Interpolant(unchecked: .trigonometric)

  /// The coefficients at a time and their derivatives; throws `InvalidArgument` for a time outside `[0, 1]`.
  public func coefficients<S: Elementary>(at time: Double, as: S.Type = S.self) throws
    -> InterpolantCoefficients<S>
  {
    guard time >= 0, time <= 1 else {
      throw InvalidArgument("time", is: time, expected: "a time from 0 to 1")
    }
    let t = Dual(variable: S(time))
    let (alpha, beta) = ends(t, isEarly: time < 0.5)
    return InterpolantCoefficients(alpha: alpha, beta: beta, squaredGamma: squaredGamma(t))
  }

  private func ends<S: Elementary>(_ t: S, isEarly: Bool) -> (alpha: S, beta: S) {
    switch path {
    case .linear: return (1 - t, t)
    case .trigonometric: return (S.cos(S.pi / 2 * t), S.sin(S.pi / 2 * t))
    case .encoderDecoder:
      let share = S.cos(S.pi * t).squared
      return isEarly ? (share, 0) : (0, share)
    case .mirror: return (0, 1)
    }
  }

  private func squaredGamma<S: Elementary>(_ t: S) -> S {
    switch latent {
    case .none: return 0
    case .root(let a): return S(a) * t * (1 - t)
    case .squaredSine: return S.sin(S.pi * t).power(4)
    case .product: return (t * (1 - t)).squared
    }
  }

  /// The law of `x_t` between independent normal mixtures, moving in time.
  ///
  /// Throws `InvalidArgument` for a time outside `[0, 1]` and for ends of different dimensions.
  public func law<S: Elementary>(
    from start: GaussianMixture<Double>, to end: GaussianMixture<Double>, at time: Double, as: S.Type = S.self
  ) throws -> GaussianMixture<Dual<S>> {
    guard start.dimension == end.dimension else {
      throw InvalidArgument(
        "start, end", is: [start.dimension, end.dimension], expected: "laws of one dimension")
    }
    let c = try coefficients(at: time, as: S.self)
    // A coefficient of zero leaves one component where there would be many copies of it.
    let starts = path == .mirror ? [(1, Gaussian<Double>.standard(start.dimension))] : parts(of: start)
    let pairs = starts.flatMap { p in parts(of: end).map { (p, $0) } }
    return GaussianMixture(
      weights: pairs.map { Dual(constant: S($0.0) * S($1.0)) },
      components: pairs.map { p, q in
        let (x0, x1) = (p.1.map { S($0) }.constant, q.1.map { S($0) }.constant)
        return Gaussian(
          mean: c.alpha * x0.mean + c.beta * x1.mean,
          covariance: c.alpha.squared * x0.covariance + c.beta.squared * x1.covariance
            + c.squaredGamma * .identity(start.dimension))
      })
  }

  private func parts(of law: GaussianMixture<Double>) -> [(Double, Gaussian<Double>)] {
    Array(zip(law.weights, law.components))
  }

  /// A short text for a person.
  public var description: String {
    switch latent {
    case .none: path.rawValue
    case .root(let a): "\(path.rawValue) with sqrt(\(a.brief) t (1 - t))"
    case .squaredSine: "\(path.rawValue) with sin^2(pi t)"
    case .product: "\(path.rawValue) with t (1 - t)"
    }
  }
}

/// The coefficients of an interpolant at one time, moving, and what they make of one field for another.
///
/// With `E` for the expectation given `x_t = x` the fields of a two-sided interpolant are
///
///     score          s = grad log p_t(x)
///     denoiser       n = E[z]                        = -gamma s
///     displacement   v = E[alpha' x_0 + beta' x_1]
///     velocity       b = v + gamma' n                = v - gamma gamma' s
public struct InterpolantCoefficients<Scalar: Field>: Sendable {
  /// What multiplies the start, moving.
  public let alpha: Dual<Scalar>
  /// What multiplies the end, moving.
  public let beta: Dual<Scalar>
  /// The square of what multiplies the latent, moving: it is smooth where the root is not.
  public let squaredGamma: Dual<Scalar>

  /// The product `gamma gamma'`: finite at both ends for every schedule here.
  public var gammaTimesSlope: Scalar { squaredGamma.derivative / 2 }

  /// The velocity of a displacement and a score, `v - gamma gamma' s`.
  public func velocity(displacement v: Vector<Scalar>, score s: Vector<Scalar>) -> Vector<Scalar> {
    v - gammaTimesSlope * s
  }

  /// The displacement of a velocity and a score, `b + gamma gamma' s`.
  public func displacement(velocity b: Vector<Scalar>, score s: Vector<Scalar>) -> Vector<Scalar> {
    b + gammaTimesSlope * s
  }
}

extension InterpolantCoefficients where Scalar: Elementary {
  /// What multiplies the latent, moving; its slope is not finite where the square vanishes.
  public var gamma: Dual<Scalar> { Dual.sqrt(squaredGamma) }

  /// The denoiser, `-gamma s`.
  public func denoiser(score s: Vector<Scalar>) -> Vector<Scalar> { -(gamma.value * s) }

  /// The score, `-n / gamma`.
  public func score(denoiser n: Vector<Scalar>) -> Vector<Scalar> { -(n / gamma.value) }

  /// The path from a standard normal start: its noise is that of start and latent together.
  ///
  /// Then the velocity alone gives the score, and the other way round.
  public var fromNormalStart: NoisePath<Scalar> {
    NoisePath(signal: beta, noise: Dual.sqrt(alpha.squared + squaredGamma))
  }
}
