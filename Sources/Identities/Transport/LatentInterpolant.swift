import Arithmetic
import Probability

/// The interpolant `x_t = (1 - t) x_0 + t x_1 + A(t) z` between discrete laws, with a latent of any law.
///
/// `A(t) = sqrt(a t (1 - t)) M + t (1 - t) N`; with `M` one and `N` zero this is the scalar schedule
/// `gamma = sqrt(a t (1 - t))`. Densities and conditional expectations are finite sums of elementary functions.
public struct LatentInterpolant: Sendable, CustomStringConvertible {
  /// A point with its probability.
  public typealias Atom = (weight: Double, point: [Double])
  /// The law of the latent.
  public let latent: Latent
  /// The law of `x_0`.
  public let start: [Atom]
  /// The law of `x_1`.
  public let end: [Atom]
  /// The strength `a` and the matrices of the schedule.
  public let schedule: (a: Double, M: Matrix<Double>, N: Matrix<Double>)
  /// The time at which it is looked at.
  public let time: Double

  /// An interpolant to be looked at in one instant.
  ///
  /// Throws `InvalidArgument` unless 0 < time < 1, the weights are positive with sum one up to their rounding, the
  /// dimensions agree and `A` is invertible at the time: a latent that is multiplied by zero gives no density.
  public init(
    _ latent: Latent, from start: [Atom], to end: [Atom], a: Double, M: Matrix<Double>? = nil,
    N: Matrix<Double>? = nil, time: Double
  ) throws {
    let d = latent.dimension
    guard time > 0, time < 1 else {
      throw InvalidArgument("time", is: time, expected: "a time strictly between 0 and 1")
    }
    for law in [start, end] {
      let rounding = Double(law.count) * Double.ulpOfOne
      guard law.allSatisfy({ $0.weight > 0 }), (law.reduce(0) { $0 + $1.weight } - 1).magnitude <= rounding
      else {
        throw InvalidArgument("weights", is: law.map(\.weight), expected: "positive numbers with sum 1")
      }
      guard law.allSatisfy({ $0.point.count == d && $0.point.allSatisfy(\.isFinite) }) else {
        throw InvalidArgument(
          "points", is: law.map(\.point), expected: "\(d) finite numbers each, as the latent has")
      }
    }
    let (M, N) = (M ?? .identity(d), N ?? .zero(d, d))
    guard [M.rows, M.columns, N.rows, N.columns].allSatisfy({ $0 == d }) else {
      throw InvalidArgument("M, N", is: [M.rows, M.columns, N.rows, N.columns], expected: "dimension \(d)")
    }
    (self.latent, self.start, self.end, self.schedule, self.time) = (latent, start, end, (a, M, N), time)
    let A = A(time)
    let scale = A.entries.reduce(0) { max($0, $1.magnitude) }
    guard a >= 0, A.determinant.magnitude > Double.ulpOfOne * scale.power(d) else {
      throw InvalidArgument("A(\(time))", is: A.entries, expected: "an invertible matrix, row by row")
    }
  }

  /// The dimension of `x_t`.
  public var dimension: Int { latent.dimension }

  /// The matrix `A(t)`.
  public func A<S: Elementary>(_ t: S) -> Matrix<S> {
    let (M, N) = (schedule.M.map { S($0) }, schedule.N.map { S($0) })
    return S.sqrt(S(schedule.a) * t * (1 - t)) * M + (t * (1 - t)) * N
  }

  /// The interpolant at a time, in closed form; with a dual number for the time, moving.
  public func law<S: Elementary>(at t: S) -> LatentLaw<S> {
    let pairs = start.flatMap { p in end.map { (p, $0) } }
    return LatentLaw(
      latent: latent, A: A(t), weights: pairs.map { S($0.0.weight) * S($0.1.weight) },
      path: pairs.map { p, q in
        let (x0, x1) = (Vector(p.point.map { S($0) }), Vector(q.point.map { S($0) }))
        return (1 - t) * x0 + t * x1
      },
      displacement: pairs.map { p, q in Vector(zip(p.point, q.point).map { S($1) - S($0) }) })
  }

  /// The interpolant at its time.
  public func law<S: Elementary>(_: S.Type = S.self) -> LatentLaw<S> { law(at: S(time)) }

  /// The velocity `b(t, x) = E[d/dt x_t | x_t = x]`.
  public func velocity<S: Elementary>(_ x: Vector<S>) -> Vector<S> {
    let (law, rate) = (law(S.self), A(Dual(variable: S(time))).map(\.derivative))
    return law.displacementMean(given: x) + rate * law.latentMean(given: x)
  }

  /// Samples of the endpoints, the latent, the position and the velocity at the interpolant's time.
  public func sample(_ draw: Draw) -> InterpolantSample {
    let (from, to) = (draw.selection(start.map(\.weight)), draw.selection(end.map(\.weight)))
    return InterpolantSample(
      x0: Vector((0..<dimension).map { i in from.pick { start[$0].point[i] } }),
      x1: Vector((0..<dimension).map { i in to.pick { end[$0].point[i] } }), z: latent.sample(draw),
      time: Variate(time), A: { A($0) })
  }

  /// A short text for a person.
  public var description: String { "\(latent), t = \(time.brief)" }
}

/// The law of `x_t = I + A z` where `I` takes finitely many values.
public struct LatentLaw<Scalar: Elementary>: Sendable {
  /// The law of `z`.
  public let latent: Latent
  /// The matrix before the latent.
  public let A: Matrix<Scalar>
  /// The probabilities of the values of `I`.
  public let weights: [Scalar]
  /// The values of `I`.
  public let path: [Vector<Scalar>]
  /// The displacement `x_1 - x_0` that belongs to each of them.
  public let displacement: [Vector<Scalar>]

  /// The law of `A z + I`, where `I` has the values `path` with the probabilities `weights`; the arrays are as long as
  /// each other.
  public init(
    latent: Latent, A: Matrix<Scalar>, weights: [Scalar], path: [Vector<Scalar>],
    displacement: [Vector<Scalar>]
  ) {
    precondition(
      weights.count == path.count && weights.count == displacement.count,
      "\(weights.count) weights, \(path.count) values, \(displacement.count) displacements")
    (self.latent, self.A) = (latent, A)
    (self.weights, self.path, self.displacement) = (weights, path, displacement)
  }

  /// The density times the normalisers of the latent: enough for every ratio.
  public func density(_ x: Vector<Scalar>) -> Scalar {
    let sum = path.indices.reduce(0 as Scalar) {
      $0 + weights[$1] * Scalar.exp(-latent.potential(latent(x, $1)))
    }
    return sum / Scalar.sqrt(A.determinant.squared)
  }

  /// The latent that leads from the `k`-th value of `I` to `x`.
  private func latent(_ x: Vector<Scalar>, _ k: Int) -> Vector<Scalar> { A.solve(x - path[k]) }

  /// The law as a constant, to be differentiated around in `x`.
  public var constant: LatentLaw<Dual<Scalar>> {
    LatentLaw<Dual<Scalar>>(
      latent: latent, A: A.constant, weights: weights.map { Dual(constant: $0) }, path: path.map(\.constant),
      displacement: displacement.map(\.constant))
  }

  /// The gradient of the log-density, by automatic differentiation of the density.
  public func score(_ x: Vector<Scalar>) -> Vector<Scalar> {
    gradient(at: x) { Dual.log(constant.density($0)) }
  }

  /// The conditional expectation `E[f(z, x_1 - x_0) | x_t = x]`.
  public func mean(
    given x: Vector<Scalar>, of f: (_ z: Vector<Scalar>, _ displacement: Vector<Scalar>) -> Vector<Scalar>
  ) -> Vector<Scalar> {
    let latents = path.indices.map { latent(x, $0) }
    let potentials = latents.map { latent.potential($0) }
    return path.indices.reduce(.zero(x.dimension)) { sum, k in
      // By differences of potentials, which keeps the quotient's enclosure narrow.
      let share = path.indices.reduce(0 as Scalar) {
        $0 + ($1 == k ? 1 : weights[$1] / weights[k] * Scalar.exp(potentials[k] - potentials[$1]))
      }
      return sum + (1 / share) * f(latents[k], displacement[k])
    }
  }

  /// The conditional expectation `E[grad V(z) | x_t = x]`.
  public func gradientMean(given x: Vector<Scalar>) -> Vector<Scalar> {
    mean(given: x) { z, _ in latent.gradient(z) }
  }

  /// The conditional expectation `E[z | x_t = x]`.
  public func latentMean(given x: Vector<Scalar>) -> Vector<Scalar> { mean(given: x) { z, _ in z } }

  /// The conditional expectation `v = E[x_1 - x_0 | x_t = x]`.
  public func displacementMean(given x: Vector<Scalar>) -> Vector<Scalar> { mean(given: x) { $1 } }
}
