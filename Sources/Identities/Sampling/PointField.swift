import Arithmetic

/// A field of vectors over time and space, to be evaluated at many points at once.
///
/// What depends on the time alone is done once, by `at`, and shared by all blocks of points.
public protocol PointField<Scalar>: Sendable {
  /// The numbers it is computed in.
  associatedtype Scalar: LaneScalar
  /// The number of coordinates.
  var dimension: Int { get }
  /// The field at a time; throws `InvalidArgument` for a time at which there is none.
  func at(_ time: Double) throws -> any FrozenField<Scalar>
}

/// A field at one time.
public protocol FrozenField<Scalar>: Sendable {
  /// The numbers it is computed in.
  associatedtype Scalar: LaneScalar
  /// Writes the field's values at points into the first columns of as many others.
  ///
  /// Further columns of either are left alone. The lanes behind the last point must not trap.
  func evaluate(at points: Points<Scalar>, into values: inout Points<Scalar>)
}

/// A field whose divergence can be evaluated with it.
public protocol DivergenceField<Scalar>: PointField {
  /// The field and its divergence at a time; throws as `at` does.
  func withDivergence(at time: Double) throws -> any FrozenDivergenceField<Scalar>
}

/// A field at one time, with its divergence.
public protocol FrozenDivergenceField<Scalar>: FrozenField {
  /// Writes the field's values at points into the first columns, and its divergence into the one after them.
  func evaluateWithDivergence(at points: Points<Scalar>, into values: inout Points<Scalar>)
}

/// A sum of fields and a multiple of the position, each with a factor that depends on time.
public struct CombinedField<Scalar: LaneScalar>: DivergenceField {
  /// A factor that depends on time.
  public typealias Factor = @Sendable (Double) -> Double
  /// The number of coordinates.
  public let dimension: Int
  private let position: Factor
  private let parts: [(factor: Factor, field: any PointField<Scalar>)]

  /// The field `position(t) x + sum_i factor_i(t) field_i(t, x)`.
  ///
  /// Throws `InvalidArgument` unless all fields have the dimension.
  public init(
    dimension: Int, position: @escaping Factor = { _ in 0 },
    _ parts: [(factor: Factor, field: any PointField<Scalar>)]
  ) throws {
    guard dimension > 0, parts.allSatisfy({ $0.field.dimension == dimension }) else {
      throw InvalidArgument("fields", is: parts.map(\.field.dimension), expected: "dimension \(dimension)")
    }
    (self.dimension, self.position, self.parts) = (dimension, position, parts)
  }

  /// The field at a time.
  public func at(_ time: Double) throws -> any FrozenField<Scalar> {
    FrozenCombination(
      dimension: dimension, position: Scalar(position(time)),
      parts: try parts.map { (Scalar($0.factor(time)), try $0.field.at(time)) })
  }

  /// The field and its divergence at a time; throws `InvalidArgument` too where a part has no divergence.
  public func withDivergence(at time: Double) throws -> any FrozenDivergenceField<Scalar> {
    FrozenCombination(
      dimension: dimension, position: Scalar(position(time)),
      parts: try parts.map { part in
        guard let field = part.field as? any DivergenceField<Scalar> else {
          throw InvalidArgument("field", is: type(of: part.field), expected: "one that has a divergence")
        }
        return (Scalar(part.factor(time)), try field.withDivergence(at: time))
      })
  }
}

private struct FrozenCombination<Scalar: LaneScalar>: FrozenDivergenceField {
  let dimension: Int
  let position: Scalar
  let parts: [(factor: Scalar, field: any FrozenField<Scalar>)]

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func evaluate(at points: Points<Scalar>, into values: inout Points<Scalar>) {
    combine(points, columns: dimension, into: &values, offset: 0) { $0.evaluate(at: points, into: &$1) }
  }

  func evaluateWithDivergence(at points: Points<Scalar>, into values: inout Points<Scalar>) {
    combine(points, columns: dimension + 1, into: &values, offset: Scalar(dimension) * position) {
      ($0 as? any FrozenDivergenceField<Scalar>)?.evaluateWithDivergence(at: points, into: &$1)
    }
  }

  /// Sums the first columns of all parts; a column after the last coordinate gets `offset` for the position's share.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  private func combine(
    _ points: Points<Scalar>, columns: Int, into values: inout Points<Scalar>, offset: Scalar,
    _ evaluate: (any FrozenField<Scalar>, inout Points<Scalar>) -> Void
  ) {
    let (whole, all) = (dimension * points.vectors, columns * points.vectors)
    // The last part is written in place; the others need room of their own.
    if let last = parts.last { evaluate(last.field, &values) }
    let factor = parts.last?.factor ?? 0
    points.lanes.withUnsafeBufferPointer { x in
      values.lanes.withUnsafeMutableBufferPointer { sum in
        for i in 0..<whole { sum[i] = x[i] * position + sum[i] * factor }
        for i in whole..<all { sum[i] = Scalar.Lanes(repeating: offset) + sum[i] * factor }
      }
    }
    for part in parts.dropLast() {
      var own = Points<Scalar>(zeros: points.count, dimension: columns)
      evaluate(part.field, &own)
      values.lanes.withUnsafeMutableBufferPointer { sum in
        for i in 0..<all { sum[i] += own.lanes[i] * part.factor }
      }
    }
  }
}
