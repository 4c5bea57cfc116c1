import Arithmetic
import Probability

/// The noising chain `x_t = a_t x_{t-1} + sqrt(1 - a_t^2) e_t`, `t = 1, ..., T`, of denoising diffusion models.
///
/// The noises `e_t` are independent and standard normal. With the factors `a_t = sqrt(alpha_t)` in the place of
/// `alpha_t` everything but the path itself is rational; over `Symbol` they are free. Source: J. Ho, A. Jain and
/// P. Abbeel, "Denoising diffusion probabilistic models" (2020), whose `beta_t` is `1 - alpha_t`.
public struct DenoisingChain<Scalar: Field>: Sendable {
  /// The factors `a_1, ..., a_T`, the square roots of `alpha_1, ..., alpha_T`.
  public let factors: [Scalar]

  /// The chain of the given factors, over any field; throws `InvalidArgument` where there are none.
  public init(factors: [Scalar]) throws {
    guard !factors.isEmpty else {
      throw InvalidArgument("factors", is: "none", expected: "at least one, for a chain has a step")
    }
    self.factors = factors
  }

  /// The number of steps, `T`.
  public var length: Int { factors.count }

  /// The step that leads to `x_t`; throws `InvalidArgument` unless `t` is one of 1, ..., T.
  public func step(_ t: Int) throws -> DenoisingStep<Scalar> {
    guard t >= 1, t <= length else {
      throw InvalidArgument("t", is: t, expected: "a step of the chain, 1 to \(length)")
    }
    return steps[t - 1]
  }

  /// The steps, in their order.
  public var steps: [DenoisingStep<Scalar>] {
    var signal: Scalar = 1
    return factors.map { factor in
      defer { signal *= factor }
      return DenoisingStep(factor: factor, signalBefore: signal)
    }
  }

  /// The joint law of `(x_0, ..., x_T)` for a normal `x_0`, from the definition of the chain alone.
  public func law(from start: Gaussian<Scalar>) -> GaussianChain<Scalar> {
    GaussianChain(
      start: start,
      links: factors.map { factor in
        GaussianChain.Link(
          map: factor * .identity(start.dimension), shift: .zero(start.dimension),
          noise: (1 - factor.squared) * .identity(start.dimension))
      })
  }

  /// The joint law of `(x_0, ..., x_T)` for a known `x_0`.
  public func law(from start: Vector<Scalar>) -> GaussianChain<Scalar> {
    law(from: Gaussian(mean: start, covariance: .zero(start.dimension, start.dimension)))
  }
}

extension DenoisingChain where Scalar: Elementary {
  /// The chain of the given `alpha_1, ..., alpha_T`.
  ///
  /// Throws `InvalidArgument` unless there is one at least and each lies strictly between 0 and 1: beyond 1 the noise
  /// would have a negative variance.
  public init(alphas: [Double]) throws {
    guard !alphas.isEmpty, alphas.allSatisfy({ $0 > 0 && $0 < 1 }) else {
      throw InvalidArgument("alphas", is: alphas, expected: "at least one number, each between 0 and 1")
    }
    try self.init(factors: alphas.map { Scalar.sqrt(Scalar($0)) })
  }

  /// The path `x_0, x_1, ..., x_T` that standard normal noises `e_1, ..., e_T` drive.
  ///
  /// Throws `InvalidArgument` unless there are `T` noises of the dimension of `x_0`.
  public func path(
    from start: Vector<Scalar>, along noises: [Vector<Scalar>]
  ) throws -> [Vector<Scalar>] {
    guard noises.count == length, noises.allSatisfy({ $0.dimension == start.dimension }) else {
      throw InvalidArgument(
        "noises", is: noises.map(\.dimension), expected: "\(length) vectors of dimension \(start.dimension)")
    }
    return zip(factors, noises).reduce(into: [start]) { path, step in
      path.append(step.0 * path[path.count - 1] + Scalar.sqrt(1 - step.0.squared) * step.1)
    }
  }
}
