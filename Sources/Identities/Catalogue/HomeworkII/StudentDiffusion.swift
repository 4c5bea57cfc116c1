import Arithmetic
import Probability
import Transport

/// The coefficients of the three terms of a drift `b + p div A + q A grad log rho + r grad tr A`.
public struct DriftWeights: Sendable, Equatable {
  /// The coefficient of the divergence of the matrix field.
  public var divergence = 0.5
  /// The coefficient of the matrix field times the score.
  public var score = 0.5
  /// The coefficient of the gradient of the trace.
  public var trace = 0.0

  /// Coefficients; those of Ito's drift unless given.
  public init(divergence: Double = 0.5, score: Double = 0.5, trace: Double = 0) {
    (self.divergence, self.score, self.trace) = (divergence, score, trace)
  }
}

/// A Student law carried along by a linear velocity, with a diffusion matrix that grows quadratically.
///
/// `x_t = F(t) x_0`, where `F` rotates the first two coordinates at the rate `rotation` and stretches all at the
/// rate `growth`, and `x_0` has a density proportional to `(1 + |x - m|_P^2)^(-(nu + d)/2)`, `P` the inverse of
/// `shape`. With `A(t, x) = (1 + |x - m_t|_{P_t}^2) C` every term of the drift is linear in `x`, so that the first
/// two moments of a simulated step are known exactly (a Pearson diffusion; Forman and Sorensen 2008).
public struct StudentDiffusion: Diffusion, CustomStringConvertible {
  /// The location `m` at time zero.
  public let location: Vector<Double>
  /// The shape at time zero, the inverse of `P`.
  public let shape: Matrix<Double>
  /// The even number of degrees of freedom `nu`, above four so that second moments have a variance.
  public let freedom: Int
  /// The constant factor `C` of the diffusion matrix, which may be singular.
  public let factor: Matrix<Double>
  /// The rate at which the first two coordinates rotate.
  public let rotation: Double
  /// The rate at which all coordinates grow.
  public let growth: Double
  /// The terms of the drift.
  public var weights = DriftWeights()
  private let root: Matrix<Double>
  private let precision: Matrix<Double>

  /// A diffusion in at least two coordinates.
  ///
  /// Throws `InvalidArgument` where the numbers of coordinates differ, the shape is not positive definite, the
  /// factor is not positive semidefinite, or the degrees of freedom are not even and above four.
  public init(
    location: [Double], shape: [[Double]], freedom: Int, factor: [[Double]], rotation: Double, growth: Double
  ) throws {
    _ = try Gaussian(mean: location, covariance: shape)
    guard freedom > 4, freedom.isMultiple(of: 2) else {
      throw InvalidArgument("freedom", is: freedom, expected: "an even number above 4")
    }
    guard location.count >= 2, factor.count == location.count,
      factor.allSatisfy({ $0.count == location.count })
    else {
      throw InvalidArgument(
        "factor", is: factor, expected: "a row for each of \(location.count) >= 2 coordinates")
    }
    (self.location, self.shape, self.freedom) = (Vector(location), Matrix(shape), freedom)
    (self.factor, self.rotation, self.growth) = (Matrix(factor), rotation, growth)
    root = try self.factor.semidefiniteRoot
    precision = self.shape.inverse
  }

  /// The number of coordinates.
  public var dimension: Int { location.dimension }
  /// A short text for a person.
  public var description: String {
    let rank = (0..<dimension).count { root[$0, $0] > 0 }
    return "Student law, d = \(dimension), A of rank \(rank)"
  }

  /// The same diffusion with other terms of the drift.
  public func with(_ weights: DriftWeights) -> StudentDiffusion {
    var other = self
    other.weights = weights
    return other
  }

  /// The matrix `F(t)` that carries the law along.
  public func flow(_ t: Double) -> Matrix<Double> {
    let (c, s, g) = (Double.cos(rotation * t), Double.sin(rotation * t), Double.exp(growth * t))
    return Matrix(rows: dimension, columns: dimension) { i, j in
      switch (i, j) {
      case (0, 0), (1, 1): g * c
      case (0, 1): g * s
      case (1, 0): -g * s
      default: i == j ? g : 0
      }
    }
  }

  /// The rate `M` with `F' = M F`: the velocity is `b = M x`.
  public var rate: Matrix<Double> {
    Matrix(rows: dimension, columns: dimension) { i, j in
      i == j ? growth : i == 0 && j == 1 ? rotation : i == 1 && j == 0 ? -rotation : 0
    }
  }

  /// The location and the inverse shape at a time.
  public func state(_ t: Double) -> (location: Vector<Double>, precision: Matrix<Double>) {
    let back = flow(-t)
    return (flow(t) * location, back.transpose * precision * back)
  }

  /// The mean and covariance of the law at a time, for comparison with simulated moments.
  public func law(_ t: Double) -> Gaussian<Double> {
    let F = flow(t)
    return Gaussian(mean: F * location, covariance: F * (shape / Double(freedom - 2)) * F.transpose)
  }

  /// The logarithm of the density up to a constant of space.
  public func exponent<S: Elementary>(_ t: Double, _ x: Vector<S>) -> S {
    S(Double(freedom + dimension) / -2) * S.log(spread(t, x))
  }

  /// The diffusion matrix.
  public func matrix<S: Elementary>(_ t: Double, _ x: Vector<S>) -> Matrix<S> {
    spread(t, x) * factor.map { S($0) }
  }

  /// The scalar `1 + |x - m_t|^2` in the norm of the law.
  private func spread<S: Elementary>(_ t: Double, _ x: Vector<S>) -> S {
    let (m, P) = state(t)
    let y = x - m.map { S($0) }
    return 1 + y.dot(P.map { S($0) } * y)
  }

  /// The drift with the chosen terms, in closed form.
  public func drift<S: Elementary>(_ t: Double, _ x: Vector<S>) -> Vector<S> {
    let (m, P) = state(t)
    let divergence = 2 * factor * P
    let score = -Double(freedom + dimension) * factor * P
    let trace = 2 * factor.trace * P
    let pull = weights.divergence * divergence + weights.score * score + weights.trace * trace
    return rate.map { S($0) } * x + pull.map { S($0) } * (x - m.map { S($0) })
  }

  /// The square root of the diffusion matrix.
  public func noise<S: Elementary>(_ t: Double, _ x: Vector<S>) -> Matrix<S> {
    S.sqrt(spread(t, x)) * root.map { S($0) }
  }

  /// A sample of the law at time zero.
  public func sample(_ draw: Draw) throws -> Vector<Variate> {
    let scale = try shape.semidefiniteRoot.map { Variate($0) }
    let halfChiSquare = (0..<freedom / 2).reduce(0 as Variate) { sum, _ in sum + draw.exponential() }
    return location.map { Variate($0) } + scale * draw.normal(dimension) / Variate.sqrt(2 * halfChiSquare)
  }
}
