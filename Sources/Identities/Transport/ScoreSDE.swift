import Arithmetic
import Probability

/// A diffusion `dx = f(t) x dt + g(t) dw` that turns data at time 0 into noise at its last time.
///
/// To state another one, give its two rates: the kernel follows by quadrature. One that knows its kernel in closed
/// form says so, accurately at short times too. Song et al., "Score-based generative modeling through stochastic
/// differential equations", 2021, call the three below VE, VP and sub-VP.
public protocol ScoreSDE: Sendable {
  /// The rate `f(t)` of the linear drift `f(t) x`.
  func driftRate<S: Elementary>(at t: S) -> S
  /// The square `g(t)^2` of what multiplies the noise.
  func squaredNoise<S: Elementary>(at t: S) -> S
  /// The law of `x_t` given `x_s`, for `s` not after `t`.
  func kernel<S: Elementary>(from s: S, to t: S) -> NoisingKernel<S>
  /// The time at which data has become noise.
  var duration: Double { get }
  /// The variance of every coordinate of the normal law that generation starts from.
  var priorVariance: Double { get }
}

/// The normal law of `x_t` given `x_s`: mean `signal * x_s`, covariance `variance` times one.
public struct NoisingKernel<Scalar: Field>: Sendable {
  /// What multiplies the earlier point.
  public let signal: Scalar
  /// The variance that noise has added to every coordinate.
  public let variance: Scalar

  /// A kernel with its two numbers.
  public init(signal: Scalar, variance: Scalar) { (self.signal, self.variance) = (signal, variance) }
}

extension NoisingKernel where Scalar: Elementary {
  /// The standard deviation of every coordinate.
  public var deviation: Scalar { Scalar.sqrt(variance) }
}

extension ScoreSDE {
  /// The last time, 1.
  public var duration: Double { 1 }

  /// The variance that the kernel has reached at the last time.
  public var priorVariance: Double { kernel(to: duration).variance }

  /// The law of `x_t` given the data `x_0`.
  public func kernel<S: Elementary>(to t: S) -> NoisingKernel<S> { kernel(from: 0, to: t) }

  /// The law of `x_t` given `x_s`, by Gauss's rule with eight points on each of sixteen stretches.
  ///
  /// For rates that are analytic the error is a rounding error or little more, relative to the kernel at short times
  /// as well: what is summed has one sign.
  public func kernel<S: Elementary>(from s: S, to t: S) -> NoisingKernel<S> {
    let stretches = 16
    let length = (t - s) / S(stretches)
    return (0..<stretches).reduce(NoisingKernel(signal: 1, variance: 0)) { sum, k in
      let (start, end) = (s + S(k) * length, s + S(k + 1) * length)
      let decay = { (u: S) in S.exp(GaussRule.integral(from: u, to: end) { driftRate(at: $0) }) }
      let whole = decay(start)
      let added = GaussRule.integral(from: start, to: end) { decay($0).squared * squaredNoise(at: $0) }
      return NoisingKernel(signal: whole * sum.signal, variance: whole.squared * sum.variance + added)
    }
  }

  /// The law that generation starts from, normal with mean zero.
  public func prior(_ dimension: Int) throws -> GaussianMixture<Double> {
    guard dimension > 0 else {
      throw InvalidArgument("dimension", is: dimension, expected: "a positive number of coordinates")
    }
    return try GaussianMixture([
      (
        1,
        Gaussian(
          mean: Array(repeating: 0, count: dimension),
          covariance: Matrix.diagonal(Array(repeating: priorVariance, count: dimension)).rowsOfEntries)
      )
    ])
  }

  /// The coefficients of `x_t = signal * x_0 + noise * z`, moving in time; the time is positive.
  public func path<S: Elementary>(at t: S) -> NoisePath<S> {
    let (kernel, rate) = (kernel(to: t), driftRate(at: t))
    let deviation = kernel.deviation
    let growth = 2 * rate * kernel.variance + squaredNoise(at: t)
    return NoisePath(
      signal: Dual(kernel.signal, derivative: rate * kernel.signal),
      noise: Dual(deviation, derivative: growth / (2 * deviation)))
  }

  /// The law of `x_t` for data of a normal mixture, moving in time.
  public func law<S: Elementary>(of data: GaussianMixture<Double>, at t: S) -> GaussianMixture<Dual<S>> {
    let (kernel, rate) = (kernel(to: t), driftRate(at: t))
    return data.map { S($0) }.moving(
      by: Dual(kernel.signal, derivative: rate * kernel.signal),
      blurredBy: Dual(kernel.variance, derivative: 2 * rate * kernel.variance + squaredNoise(at: t)))
  }

  /// The drift of the reversed process, `f x - g^2 s` for the score `s` at `x`: time runs backwards, `dt < 0`.
  public func reverseDrift<S: Elementary>(at t: S, _ x: Vector<S>, score: Vector<S>) -> Vector<S> {
    driftRate(at: t) * x - squaredNoise(at: t) * score
  }

  /// The drift of the probability flow, `f x - g^2 s / 2`, in the direction of time.
  public func flowDrift<S: Elementary>(at t: S, _ x: Vector<S>, score: Vector<S>) -> Vector<S> {
    driftRate(at: t) * x - squaredNoise(at: t) / 2 * score
  }
}

/// Gauss's rule with eight points, for integrands over any field.
enum GaussRule {
  private static let half: [(node: Double, weight: Double)] = [
    (0.183434642495649804939476, 0.362683783378361982965150),
    (0.525532409916328985817739, 0.313706645877887287337962),
    (0.796666477413626739591554, 0.222381034453374470544356),
    (0.960289856497536231683561, 0.101228536290376259152531),
  ]

  /// The integral of `f` from `start` to `end`.
  static func integral<S: Elementary>(from start: S, to end: S, _ f: (S) -> S) -> S {
    let (middle, reach) = ((start + end) / 2, (end - start) / 2)
    return half.reduce(0 as S) { sum, point in
      let offset = S(point.node) * reach
      return sum + S(point.weight) * (f(middle - offset) + f(middle + offset))
    } * reach
  }
}
