import Arithmetic

/// A normal law over a field: its mean and covariance, and what conditioning on a linear map gives.
///
/// Over `Symbol` the mean and covariance are free, and what is computed is an identity for every normal law.
public struct Gaussian<Scalar: Field>: Sendable {
  /// The mean.
  public let mean: Vector<Scalar>
  /// The covariance, symmetric; only densities and samples need it positive definite.
  public let covariance: Matrix<Scalar>

  /// The law of a mean and a covariance of the same dimension, over any field.
  public init(mean: Vector<Scalar>, covariance: Matrix<Scalar>) {
    precondition(
      covariance.rows == mean.dimension && covariance.columns == mean.dimension,
      "a covariance of \(covariance.rows) x \(covariance.columns) for a mean of \(mean.dimension)")
    (self.mean, self.covariance) = (mean, covariance)
  }

  /// The number of coordinates.
  public var dimension: Int { mean.dimension }

  /// The gradient of the log-density, `-S^-1 (x - m)`.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Interval)
  @_specialize(where Scalar == Jet<Interval>)
  @_specialize(where Scalar == Jet<Symbol>)
  public func score(_ x: Vector<Scalar>) -> Vector<Scalar> { -covariance.solve(x - mean) }

  /// The exponent of the density, `-(x - m)^T S^-1 (x - m) / 2`: the log-density up to a function of time.
  @_specialize(where Scalar == Jet<Interval>)
  @_specialize(where Scalar == Jet<Symbol>)
  public func exponent(_ x: Vector<Scalar>) -> Scalar { (x - mean).dot(score(x)) / 2 }

  /// The law of `map * w` for `w` of this law.
  @_specialize(where Scalar == Jet<Interval>)
  @_specialize(where Scalar == Jet<Symbol>)
  public func image(under map: Matrix<Scalar>) -> Gaussian {
    Gaussian(mean: map * mean, covariance: map * covariance * map.transpose)
  }

  /// The conditional expectation `E[what * w | given * w = x]` for `w` of this law.
  ///
  /// `what` and `given` have as many columns as the law has coordinates; `given * w` has a density.
  @_specialize(where Scalar == Jet<Interval>)
  @_specialize(where Scalar == Jet<Symbol>)
  public func mean(of what: Matrix<Scalar>, given: Matrix<Scalar>, equals x: Vector<Scalar>) -> Vector<Scalar>
  {
    let gain = what * covariance * given.transpose
    return what * mean + gain * (given * covariance * given.transpose).solve(x - given * mean)
  }

  /// The law with its numbers sent to another field.
  public func map<Other: Field>(_ transform: (Scalar) throws -> Other) rethrows -> Gaussian<Other> {
    Gaussian<Other>(mean: try mean.map(transform), covariance: try covariance.map(transform))
  }

  /// The law as a constant, to be differentiated around.
  public var constant: Gaussian<Dual<Scalar>> { map { Dual(constant: $0) } }

  /// The joint law of independent vectors, one after the other.
  public static func independent(_ laws: [Gaussian]) -> Gaussian {
    let offsets = laws.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.dimension) }
    var covariance = Matrix<Scalar>.zero(offsets[laws.count], offsets[laws.count])
    for (law, offset) in zip(laws, offsets) {
      for i in 0..<law.dimension {
        for j in 0..<law.dimension { covariance[offset + i, offset + j] = law.covariance[i, j] }
      }
    }
    return Gaussian(mean: Vector(laws.flatMap(\.mean.components)), covariance: covariance)
  }

  /// The standard normal law, of mean zero and covariance one.
  public static func standard(_ dimension: Int) -> Gaussian {
    Gaussian(mean: .zero(dimension), covariance: .identity(dimension))
  }
}

extension Gaussian where Scalar: Elementary {
  /// The logarithm of the density.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Interval)
  @_specialize(where Scalar == Jet<Interval>)
  public func logDensity(_ x: Vector<Scalar>) -> Scalar {
    let volume = Scalar.log(covariance.determinant) + Scalar(dimension) * Scalar.log(2 * Scalar.pi)
    return exponent(x) - volume / 2
  }

  /// The density, with respect to Lebesgue measure.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Interval)
  @_specialize(where Scalar == Jet<Interval>)
  public func density(_ x: Vector<Scalar>) -> Scalar { Scalar.exp(logDensity(x)) }
}

extension Gaussian where Scalar == Double {
  /// A normal law with a given mean and covariance.
  ///
  /// Throws `InvalidArgument` where a number is not finite, the shapes differ, or the covariance is not
  /// symmetric and positive definite.
  public init(mean: [Double], covariance: [[Double]]) throws {
    guard !mean.isEmpty, mean.allSatisfy(\.isFinite) else {
      throw InvalidArgument("mean", is: mean, expected: "finite numbers, at least one")
    }
    guard covariance.count == mean.count, covariance.allSatisfy({ $0.count == mean.count }) else {
      throw InvalidArgument(
        "covariance", is: covariance, expected: "\(mean.count) rows of \(mean.count) numbers, as the mean has"
      )
    }
    self.init(mean: Vector(mean), covariance: Matrix(covariance))
    _ = try root
  }

  /// The lower triangular `L` with `L L^T` the covariance.
  ///
  /// Throws `InvalidArgument` where the covariance is not symmetric and positive definite.
  public var root: Matrix<Double> {
    get throws {
      let refusal = InvalidArgument(
        "covariance", is: covariance.entries, expected: "a symmetric positive definite matrix, row by row")
      guard covariance.entries == covariance.transpose.entries else { throw refusal }
      var root = Matrix<Double>.zero(dimension, dimension)
      for i in 0..<dimension {
        for j in 0...i {
          let rest = (0..<j).reduce(covariance[i, j]) { $0 - root[i, $1] * root[j, $1] }
          if i != j {
            root[i, j] = rest / root[j, j]
          } else if rest > 0, rest.isFinite {
            root[i, i] = rest.squareRoot()
          } else {
            throw refusal
          }
        }
      }
      return root
    }
  }
}
