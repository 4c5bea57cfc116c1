import Arithmetic
import Probability

/// The interpolant `x_t = (1 - t) x_0 + t x_1 + sqrt(a t (1 - t)) z` with jointly normal `(x_0, x_1)`.
///
/// Its noise is that of a Brownian bridge. The schedule has an infinite slope at both ends, but only its square and
/// the product with its slope enter the law and the velocity, and these are polynomials in time. So everything here
/// is a rational function of time without a pole at an end that has a density: nothing is clipped, and nothing large
/// is subtracted from anything large next to an end.
public struct BridgeInterpolant<Scalar: Field>: Sendable {
  /// The joint law of `(x_0, x_1)`, of dimension `2 d`; a block of zeros in its covariance is a point mass.
  public let endpoints: Gaussian<Scalar>
  /// The strength `a` of the noise.
  public let a: Scalar

  /// The interpolant of a joint law of both ends, of even dimension, and a strength, over any field.
  public init(endpoints: Gaussian<Scalar>, a: Scalar) {
    precondition(endpoints.dimension % 2 == 0, "a joint law of dimension \(endpoints.dimension)")
    (self.endpoints, self.a) = (endpoints, a)
  }

  /// The dimension `d` of `x_t`.
  public var dimension: Int { endpoints.dimension / 2 }

  /// The square of the schedule, `a t (1 - t)`.
  public func squaredSchedule(at t: Scalar) -> Scalar { a * t * (1 - t) }

  /// The schedule times its derivative, `a (1 - 2 t) / 2`: finite at both ends.
  public func scheduleTimesSlope(at t: Scalar) -> Scalar { a * (1 - 2 * t) / 2 }

  /// The law of `x_t`.
  public func law(at t: Scalar) -> Gaussian<Scalar> {
    let path = endpoints.image(under: map(1 - t, t))
    return Gaussian(
      mean: path.mean, covariance: path.covariance + squaredSchedule(at: t) * .identity(dimension))
  }

  /// The gradient of the log-density of `x_t`.
  public func score(at t: Scalar, _ x: Vector<Scalar>) -> Vector<Scalar> { law(at: t).score(x) }

  /// The conditional expectation `v(t, x) = E[x_1 - x_0 | x_t = x]`.
  public func displacement(at t: Scalar, _ x: Vector<Scalar>) -> Vector<Scalar> {
    displacementMean - displacementCovariance(at: t) * score(at: t, x)
  }

  /// The velocity `b(t, x) = E[d/dt x_t | x_t = x]`.
  ///
  /// The covariance of the velocity with the position is that of the displacement, plus the schedule times its slope.
  public func velocity(at t: Scalar, _ x: Vector<Scalar>) -> Vector<Scalar> {
    let covariance = displacementCovariance(at: t) + scheduleTimesSlope(at: t) * .identity(dimension)
    return displacementMean - covariance * score(at: t, x)
  }

  /// The law of `x_0`.
  public var start: Gaussian<Scalar> { endpoints.image(under: map(1, 0)) }
  /// The law of `x_1`.
  public var end: Gaussian<Scalar> { endpoints.image(under: map(0, 1)) }

  /// The conditional expectation `E[x_1 | x_0 = x]`.
  public func endMean(givenStart x: Vector<Scalar>) -> Vector<Scalar> {
    endpoints.mean(of: map(0, 1), given: map(1, 0), equals: x)
  }

  /// The conditional expectation `E[x_0 | x_1 = x]`.
  public func startMean(givenEnd x: Vector<Scalar>) -> Vector<Scalar> {
    endpoints.mean(of: map(1, 0), given: map(0, 1), equals: x)
  }

  private var displacementMean: Vector<Scalar> { map(-1, 1) * endpoints.mean }

  /// The covariance of `x_1 - x_0` with `x_t`.
  private func displacementCovariance(at t: Scalar) -> Matrix<Scalar> {
    map(-1, 1) * endpoints.covariance * map(1 - t, t).transpose
  }

  /// The matrix `(p 1, q 1)` of `d` rows and `2 d` columns.
  private func map(_ p: Scalar, _ q: Scalar) -> Matrix<Scalar> {
    let d = dimension
    return Matrix(rows: d, columns: 2 * d) { i, j in j == i ? p : j == i + d ? q : 0 }
  }
}

/// The interpolant `x_t = (1 - t) x_0 + t x_1 + sqrt(a t (1 - t)) z` between mixtures with any coupling.
public struct BridgeMixture: Sendable, CustomStringConvertible {
  /// A few words that tell it from others.
  public let name: String
  /// The strength `a` of the noise.
  public let a: Double
  /// The probabilities of the components.
  public let weights: [Double]
  /// The joint laws of `(x_0, x_1)` that are mixed, of one dimension `2 d`.
  public let endpoints: [Gaussian<Double>]

  /// A mixture of joint laws of `(x_0, x_1)`, each with its weight, mean of `2 d` numbers and covariance.
  ///
  /// A coordinate without variance is a point mass. Throws `InvalidArgument` where `a` or a weight is not positive,
  /// the weights do not sum to one up to their rounding, the dimensions differ or are odd, or a covariance is not
  /// symmetric.
  public init(_ name: String, a: Double, _ parts: [(weight: Double, mean: [Double], covariance: [[Double]])])
    throws
  {
    guard a > 0, a.isFinite else { throw InvalidArgument("a", is: a, expected: "a positive number") }
    let weights = parts.map(\.weight)
    let rounding = Double(parts.count) * Double.ulpOfOne
    guard !parts.isEmpty, weights.allSatisfy({ $0 > 0 }), (weights.reduce(0, +) - 1).magnitude <= rounding
    else { throw InvalidArgument("weights", is: weights, expected: "positive numbers with sum 1") }
    let dimension = parts[0].mean.count
    for (_, mean, covariance) in parts {
      guard mean.count == dimension, dimension > 0, dimension % 2 == 0, mean.allSatisfy(\.isFinite) else {
        throw InvalidArgument("mean", is: mean, expected: "as many numbers for x_0 as for x_1")
      }
      guard covariance.count == dimension, covariance.allSatisfy({ $0.count == dimension }),
        Matrix(covariance).entries == Matrix(covariance).transpose.entries
      else {
        throw InvalidArgument(
          "covariance", is: covariance, expected: "a symmetric matrix, as the mean has it")
      }
    }
    (self.name, self.a, self.weights) = (name, a, weights)
    endpoints = parts.map { Gaussian(mean: Vector($0.mean), covariance: Matrix($0.covariance)) }
  }

  /// The interpolant between independent mixtures; throws as the other initialiser does.
  public init(
    _ name: String, a: Double, from start: GaussianMixture<Double>, to end: GaussianMixture<Double>
  ) throws {
    let pairs = start.components.indices.flatMap { i in end.components.indices.map { (i, $0) } }
    try self.init(
      name, a: a,
      pairs.map { i, j in
        let joint = Gaussian.independent([start.components[i], end.components[j]])
        return (start.weights[i] * end.weights[j], joint.mean.components, joint.covariance.rowsOfEntries)
      })
  }

  /// The dimension `d` of `x_t`.
  public var dimension: Int { endpoints[0].dimension / 2 }

  /// The interpolants that are mixed.
  public func components<S: Elementary>(_: S.Type = S.self) -> [BridgeInterpolant<S>] {
    endpoints.map { BridgeInterpolant(endpoints: $0.map { S($0) }, a: S(a)) }
  }

  /// The law of `x_t`.
  public func law<S: Elementary>(at t: S) -> GaussianMixture<S> {
    GaussianMixture(weights: weights.map { S($0) }, components: components().map { $0.law(at: t) })
  }

  /// The velocity `b(t, x) = E[d/dt x_t | x_t = x]`, for a time from 0 to 1.
  public func velocity<S: Elementary>(at t: S, _ x: Vector<S>) -> Vector<S> {
    average(law(at: t), x) { $0.velocity(at: t, x) }
  }

  /// The velocity `b(t, x)`, or what is wrong with the time or the point.
  ///
  /// Throws `InvalidArgument` for another time, for a point of another dimension, and where `x_t` has no density: at
  /// an end that is a point mass the velocity has no limit.
  public func checkedVelocity(at t: Double, _ x: [Double]) throws -> [Double] {
    guard t >= 0, t <= 1 else { throw InvalidArgument("t", is: t, expected: "a time from 0 to 1") }
    guard x.count == dimension, x.allSatisfy(\.isFinite) else {
      throw InvalidArgument("x", is: x, expected: "\(dimension) finite numbers")
    }
    do {
      for component in components(Double.self) { _ = try component.law(at: t).root }
    } catch let error as InvalidArgument {
      throw InvalidArgument("t", is: t, expected: "a time at which x_t has a density: \(error)")
    }
    return velocity(at: t, Vector(x)).components
  }

  /// The conditional expectation `v(t, x) = E[x_1 - x_0 | x_t = x]`.
  public func displacement<S: Elementary>(at t: S, _ x: Vector<S>) -> Vector<S> {
    average(law(at: t), x) { $0.displacement(at: t, x) }
  }

  /// The conditional expectation `E[x_1 | x_0 = x]`.
  public func endMean<S: Elementary>(givenStart x: Vector<S>) -> Vector<S> {
    average(start(), x) { $0.endMean(givenStart: x) }
  }

  /// The conditional expectation `E[x_0 | x_1 = x]`.
  public func startMean<S: Elementary>(givenEnd x: Vector<S>) -> Vector<S> {
    average(end(), x) { $0.startMean(givenEnd: x) }
  }

  /// The law of `x_0`.
  public func start<S: Elementary>(_: S.Type = S.self) -> GaussianMixture<S> {
    GaussianMixture(weights: weights.map { S($0) }, components: components().map(\.start))
  }

  /// The law of `x_1`.
  public func end<S: Elementary>(_: S.Type = S.self) -> GaussianMixture<S> {
    GaussianMixture(weights: weights.map { S($0) }, components: components().map(\.end))
  }

  /// The mean of a component's value over the components that `x` may have come from.
  private func average<S: Elementary>(
    _ law: GaussianMixture<S>, _ x: Vector<S>, of value: (BridgeInterpolant<S>) -> Vector<S>
  ) -> Vector<S> {
    zip(law.responsibilities(x), components(S.self)).reduce(.zero(x.dimension)) { $0 + $1.0 * value($1.1) }
  }

  /// A short text for a person.
  public var description: String { "\(name), a = \(a.brief), d = \(dimension)" }
}
