/// A column vector over a field.
public struct Vector<Scalar: Field>: Sendable {
  /// The components, in order.
  public var components: [Scalar]

  /// The vector with the given components.
  public init(_ components: [Scalar]) { self.components = components }

  /// The zero vector of a dimension.
  public static func zero(_ dimension: Int) -> Vector { Vector(Array(repeating: 0, count: dimension)) }

  /// The number of components.
  public var dimension: Int { components.count }
  /// The component numbers, from zero.
  public var indices: Range<Int> { components.indices }
  /// The `i`-th component, from zero.
  public subscript(i: Int) -> Scalar {
    get { components[i] }
    set { components[i] = newValue }
  }

  /// The vector with every component sent to another field.
  public func map<Other: Field>(_ transform: (Scalar) throws -> Other) rethrows -> Vector<Other> {
    Vector<Other>(try components.map(transform))
  }

  /// The sum.
  public static func + (a: Vector, b: Vector) -> Vector { a.zip(b, +) }
  /// The difference.
  public static func - (a: Vector, b: Vector) -> Vector { a.zip(b, -) }
  /// The negative.
  public static prefix func - (a: Vector) -> Vector { Vector(a.components.map { -$0 }) }
  /// The product.
  public static func * (s: Scalar, a: Vector) -> Vector { Vector(a.components.map { s * $0 }) }
  /// The quotient.
  public static func / (a: Vector, s: Scalar) -> Vector { Vector(a.components.map { $0 / s }) }

  /// The inner product, `sum_i a_i b_i`.
  public func dot(_ other: Vector) -> Scalar {
    guard dimension == other.dimension else {
      Misuse.report(
        "dot", is: "of dimensions \(dimension) and \(other.dimension)", expected: "equal dimensions")
      return .failure
    }
    var sum: Scalar = 0
    for i in indices { sum.add(components[i], times: other.components[i]) }
    return sum
  }

  /// The squared Euclidean length.
  public var squaredNorm: Scalar { components.reduce(into: 0) { $0 += $1.squared } }

  /// The outer product, the matrix `a_i b_j`.
  public func outer(_ other: Vector) -> Matrix<Scalar> {
    Matrix(rows: dimension, columns: other.dimension) { components[$0] * other.components[$1] }
  }

  private func zip(_ other: Vector, _ combine: (Scalar, Scalar) -> Scalar) -> Vector {
    guard dimension == other.dimension else {
      Misuse.report(
        "vectors", is: "of dimensions \(dimension) and \(other.dimension)", expected: "equal dimensions")
      return Vector(Array(repeating: .failure, count: max(dimension, other.dimension)))
    }
    return Vector(indices.map { combine(components[$0], other.components[$0]) })
  }
}
