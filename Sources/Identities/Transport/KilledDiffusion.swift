/// The equation `u_t + (b u)_x = e u_xx - r u` in one dimension, by its coefficients.
public protocol KilledDiffusion: Sendable {
  /// The diffusion coefficient `e`, not negative.
  var diffusion: Double { get }
  /// The drift `b(t, x)`.
  func drift<S: Elementary>(_ t: S, _ x: S) -> S
  /// The killing rate `r(t, x)`, of either sign.
  func rate<S: Elementary>(_ t: S, _ x: S) -> S
}

extension KilledDiffusion {
  /// The divergence of the drift, by differentiation.
  public func divergence<S: Elementary>(_ t: S, _ x: S) -> S {
    derivative(at: x) { drift(Dual(constant: t), $0) }
  }

  /// What the representation integrates along a path, the divergence of the drift plus the rate.
  public func potential<S: Elementary>(_ t: S, _ x: S) -> S { divergence(t, x) + rate(t, x) }
}

/// A path of `dX = b dt + sqrt(2 e) dW` with the integral of a potential along it, as a block of samples.
///
/// Heun's method, of weak order two for noise that does not depend on the position, and the trapezoidal rule. A
/// path whose time runs backward solves the backward Ito equation: the increment of noise is then independent of
/// what comes later.
public struct WeightedPath {
  /// The position at the end.
  public let end: Variate
  /// The integral of the potential over the time that has passed, never counted negative.
  public let exponent: Variate

  /// The path over a time with as many steps as there are standard normal variables in `noise`.
  public init(
    from start: Variate, over time: (from: Double, to: Double), noise: [Variate], diffusion: Double,
    drift: (_ t: Variate, _ x: Variate) -> Variate,
    potential: (_ t: Variate, _ x: Variate) -> Variate
  ) {
    let step = (time.to - time.from) / Double(noise.count)
    let spread = Variate(Double.sqrt(2 * diffusion * step.magnitude))
    var (x, t) = (start, Variate(time.from))
    var (velocity, height) = (drift(t, x), potential(t, x))
    var integral: Variate = 0
    for (n, noise) in noise.enumerated() {
      t = Variate(time.from + Double(n + 1) * step)
      let kick = spread * noise
      let predicted = x + Variate(step) * velocity + kick
      x += Variate(step / 2) * (velocity + drift(t, predicted)) + kick
      let next = potential(t, x)
      integral += Variate(step.magnitude / 2) * (height + next)
      (velocity, height) = (drift(t, x), next)
    }
    (end, exponent) = (x, integral)
  }

  /// The weight `exp(-integral)`.
  public var weight: Variate { Variate.exp(-exponent) }

  /// A bound on the bias that a number of time steps leaves in an expectation, from two step sizes.
  ///
  /// The same Brownian paths with `steps` and twice as many steps: the mean difference is three quarters of the
  /// bias of a method of order two. Twice its magnitude and five of its standard errors are a bound that covers
  /// a term of the next order as large as half of the bias.
  public static func bias(steps: Int, of value: (_ draw: Draw, _ noise: [Variate]) throws -> Variate) rethrows
    -> Double
  {
    var moments = Moments()
    for block in 0..<128 as Range<UInt64> {
      let stream = RandomStream(seed: 0, identity: "time step", block: block)
      let noise = Draw(RandomStream(seed: 0, identity: "time step, noise", block: block))
      let fine = (0..<2 * steps).map { _ in noise.normal() }
      let coarse = (0..<steps).map { Variate(0.5.squareRoot()) * (fine[2 * $0] + fine[2 * $0 + 1]) }
      moments.merge(Moments(try value(Draw(stream), coarse) - value(Draw(stream), fine)))
    }
    return 2 * moments.mean.magnitude + 5 * moments.standardError
  }
}
