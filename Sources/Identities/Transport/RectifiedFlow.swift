import Arithmetic
import Probability

/// The straight paths `x_t = (1 - t) x_0 + t x_1` between independent mixtures, and their marginal velocity.
///
/// Flow matching with `alpha_t = t` and `sigma_t = 1 - t` (Lipman et al. 2023; Liu, Gong and Liu 2023). The velocity
/// is `E[x_1 - x_0 | x_t = x]`; nothing has a pole at the ends.
public struct RectifiedFlow: VelocityField, CustomStringConvertible {
  /// The law of `x_0`.
  public let start: GaussianMixture<Double>
  /// The law of `x_1`.
  public let end: GaussianMixture<Double>

  /// The flow between two laws; throws `InvalidArgument` where their dimensions differ.
  public init(from start: GaussianMixture<Double>, to end: GaussianMixture<Double>) throws {
    guard start.dimension == end.dimension else {
      throw InvalidArgument("end", is: end.dimension, expected: "the start's dimension \(start.dimension)")
    }
    (self.start, self.end) = (start, end)
  }

  /// The number of coordinates.
  public var dimension: Int { start.dimension }
  /// A short text for a person.
  public var description: String {
    "\(start.components.count) to \(end.components.count) components, d = \(dimension)"
  }

  /// What a pair of components gives at a time: the law, and the mean and covariance of the displacement with `x_t`.
  private struct Pair<S: Elementary> {
    let weight: S
    let law: Gaussian<S>
    let displacement: Vector<S>
    let cross: Matrix<S>
    let spread: S

    /// The conditional mean of the displacement within the pair.
    func velocity(_ x: Vector<S>) -> Vector<S> { displacement - cross * law.score(x) }
    /// The trace of the conditional covariance of the displacement within the pair.
    var conditionalSpread: S { spread - (cross * law.covariance.solve(cross.transpose)).trace }
  }

  private func pairs<S: Elementary>(at t: S) -> [Pair<S>] {
    let (p, q) = (start.map { S($0) }, end.map { S($0) })
    return p.components.indices.flatMap { i in
      q.components.indices.map { j in
        let (a, b) = (p.components[i], q.components[j])
        return Pair(
          weight: p.weights[i] * q.weights[j],
          law: Gaussian(
            mean: (1 - t) * a.mean + t * b.mean,
            covariance: (1 - t).squared * a.covariance + t.squared * b.covariance),
          displacement: b.mean - a.mean, cross: t * b.covariance - (1 - t) * a.covariance,
          spread: (a.covariance + b.covariance).trace)
      }
    }
  }

  private func law<S: Elementary>(_ pairs: [Pair<S>]) -> GaussianMixture<S> {
    GaussianMixture(weights: pairs.map(\.weight), components: pairs.map(\.law))
  }

  /// The law of `x_t`.
  public func law<S: Elementary>(at t: S) -> GaussianMixture<S> { law(pairs(at: t)) }

  /// The marginal velocity `E[x_1 - x_0 | x_t = x]`.
  public func velocity<S: Elementary>(at t: S, _ x: Vector<S>) -> Vector<S> {
    let pairs = pairs(at: t)
    return zip(law(pairs).responsibilities(x), pairs).reduce(.zero(dimension)) {
      $0 + $1.0 * $1.1.velocity(x)
    }
  }

  /// The trace of the conditional covariance of `x_1 - x_0` given `x_t = x`.
  public func conditionalSpread<S: Elementary>(at t: S, _ x: Vector<S>) -> S {
    let pairs = pairs(at: t)
    let shares = law(pairs).responsibilities(x)
    let velocities = pairs.map { $0.velocity(x) }
    let mean = zip(shares, velocities).reduce(.zero(dimension)) { $0 + $1.0 * $1.1 }
    return pairs.indices.reduce(0 as S) {
      $0 + shares[$1] * (pairs[$1].conditionalSpread + (velocities[$1] - mean).squaredNorm)
    }
  }

  /// The conditional mean `E[x_1 | x_t = x]`, by conditioning `x_1` itself.
  public func endMean<S: Elementary>(at t: S, _ x: Vector<S>) -> Vector<S> {
    let pairs = pairs(at: t)
    let targets = start.components.indices.flatMap { _ in end.map { S($0) }.components }
    let shares = law(pairs).responsibilities(x)
    return pairs.indices.reduce(.zero(dimension)) { sum, k in
      let gain = t * targets[k].covariance
      return sum + shares[k] * (targets[k].mean - gain * pairs[k].law.score(x))
    }
  }

  /// The mean of `x_1`.
  public var targetMean: Vector<Double> {
    zip(end.weights, end.components).reduce(.zero(dimension)) { $0 + $1.0 * $1.1.mean }
  }
}
