import Arithmetic
import Probability

/// The probability flow `dx/dt = f x - g^2 s / 2` of a score SDE, with the exact score `s` of noised data.
public struct ProbabilityFlow<SDE: ScoreSDE>: VelocityField {
  /// The diffusion.
  public let sde: SDE
  /// The law of the data.
  public let data: GaussianMixture<Double>

  /// The flow that carries data of a law along a diffusion.
  public init(_ sde: SDE, data: GaussianMixture<Double>) { (self.sde, self.data) = (sde, data) }

  /// The number of coordinates.
  public var dimension: Int { data.dimension }

  /// The law of `x_t`.
  public func law<S: Elementary>(at t: S) -> GaussianMixture<S> { sde.law(of: data, at: t).map(\.value) }

  /// The velocity, by the score.
  public func velocity<S: Elementary>(at t: S, _ x: Vector<S>) -> Vector<S> {
    sde.flowDrift(at: t, x, score: law(at: t).score(x))
  }

  /// The integral of `d f` over all times: the part of the expansion that the score does not see.
  public var driftExpansion: Interval {
    Interval(dimension) * Interval(Quadrature.interval(0...sde.duration) { sde.driftRate(at: $0) })
  }
}

/// The velocity `M x` of a linear flow that does not change in time.
public struct LinearVelocity: VelocityField {
  /// The matrix.
  public let matrix: Matrix<Double>

  /// The field of a matrix; throws `InvalidArgument` unless it is square and finite.
  public init(_ rows: [[Double]]) throws {
    guard !rows.isEmpty, rows.allSatisfy({ $0.count == rows.count && $0.allSatisfy(\.isFinite) }) else {
      throw InvalidArgument("matrix", is: rows, expected: "a square matrix of finite numbers")
    }
    matrix = Matrix(rows)
  }

  /// The number of coordinates.
  public var dimension: Int { matrix.rows }

  /// The velocity.
  public func velocity<S: Elementary>(at t: S, _ x: Vector<S>) -> Vector<S> { matrix.map { S($0) } * x }
}
