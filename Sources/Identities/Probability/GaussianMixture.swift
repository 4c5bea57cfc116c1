import Arithmetic

/// A finite mixture of normal laws.
public struct GaussianMixture<Scalar: Elementary>: Sendable {
  /// The probabilities of the components.
  public let weights: [Scalar]
  /// The laws that are mixed, of one dimension.
  public let components: [Gaussian<Scalar>]

  /// The mixture of laws of one dimension, each with its weight, over any field.
  public init(weights: [Scalar], components: [Gaussian<Scalar>]) {
    precondition(
      weights.count == components.count, "\(weights.count) weights, \(components.count) components")
    (self.weights, self.components) = (weights, components)
  }

  /// The number of coordinates.
  public var dimension: Int { components[0].dimension }

  /// The mean.
  public var mean: Vector<Scalar> {
    zip(weights, components).reduce(.zero(dimension)) { $0 + $1.0 * $1.1.mean }
  }

  /// The covariance: that within the components and that of their means.
  public var covariance: Matrix<Scalar> {
    let mean = mean
    return zip(weights, components).reduce(.zero(dimension, dimension)) {
      $0 + $1.0 * ($1.1.covariance + ($1.1.mean - mean).outer($1.1.mean - mean))
    }
  }

  /// The density, with respect to Lebesgue measure.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Interval)
  @_specialize(where Scalar == Jet<Interval>)
  public func density(_ x: Vector<Scalar>) -> Scalar {
    zip(weights, components).reduce(0) { $0 + $1.0 * $1.1.density(x) }
  }

  /// The logarithm of the density.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Interval)
  @_specialize(where Scalar == Jet<Interval>)
  public func logDensity(_ x: Vector<Scalar>) -> Scalar { Scalar.log(density(x)) }

  /// The probabilities of the components given that a sample is at `x`.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Interval)
  @_specialize(where Scalar == Jet<Interval>)
  public func responsibilities(_ x: Vector<Scalar>) -> [Scalar] {
    Scalar.softmax(zip(weights, components).map { Scalar.log($0) + $1.logDensity(x) })
  }

  /// The gradient of the log-density: the components' scores, weighted by their responsibilities.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Interval)
  @_specialize(where Scalar == Jet<Interval>)
  public func score(_ x: Vector<Scalar>) -> Vector<Scalar> {
    zip(responsibilities(x), components).reduce(.zero(dimension)) { $0 + $1.0 * $1.1.score(x) }
  }

  /// The mixture with its numbers sent to another field.
  public func map<Other: Elementary>(_ transform: (Scalar) throws -> Other) rethrows -> GaussianMixture<Other>
  {
    GaussianMixture<Other>(
      weights: try weights.map(transform), components: try components.map { try $0.map(transform) })
  }
}

extension GaussianMixture where Scalar == Double {
  /// A mixture of normal laws, each with its weight.
  ///
  /// Throws `InvalidArgument` where there is no component, the dimensions differ, or the weights are not positive
  /// numbers with sum one, up to their rounding.
  public init(_ parts: [(weight: Double, law: Gaussian<Double>)]) throws {
    let weights = parts.map(\.weight)
    let rounding = Double(parts.count) * Double.ulpOfOne
    guard !parts.isEmpty, weights.allSatisfy({ $0 > 0 }), (weights.reduce(0, +) - 1).magnitude <= rounding
    else {
      throw InvalidArgument("weights", is: weights, expected: "positive numbers with sum 1")
    }
    let dimensions = parts.map(\.law.dimension)
    guard Set(dimensions).count == 1 else {
      throw InvalidArgument("components", is: dimensions, expected: "laws of one dimension")
    }
    self.init(weights: weights, components: parts.map(\.law))
  }

  /// A mixture of normal laws on the line; throws as the initialiser does.
  public static func line(
    _ parts: (weight: Double, mean: Double, variance: Double)...
  ) throws -> GaussianMixture {
    try GaussianMixture(
      parts.map { ($0.weight, try Gaussian(mean: [$0.mean], covariance: [[$0.variance]])) })
  }

  /// A sample, one variable for each coordinate.
  public func sample(_ draw: Draw) throws -> Vector<Variate> {
    let component = draw.selection(weights)
    let z = draw.normal(dimension)
    let roots = try components.map { try $0.root }
    return Vector(
      (0..<dimension).map { i in
        (0...i).reduce(into: component.pick { components[$0].mean[i] }) { sum, j in
          sum.add(component.pick { roots[$0][i, j] }, times: z[j])
        }
      })
  }
}
