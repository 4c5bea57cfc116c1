import Arithmetic
import Probability

/// Points of a Euclidean space, one column of vectors for each coordinate.
///
/// A column holds its points in the order of their numbers; the lanes of its last vector that belong to no point hold
/// numbers that mean nothing.
public struct Points<Scalar: LaneScalar>: Sendable {
  /// The number of points.
  public let count: Int
  /// The number of coordinates of a point.
  public let dimension: Int
  /// The columns, one after the other.
  package var lanes: [Scalar.Lanes]

  /// The number of vectors in a column.
  package var vectors: Int { (count + Scalar.laneCount - 1) / Scalar.laneCount }

  /// As many points at zero.
  init(zeros count: Int, dimension: Int) {
    (self.count, self.dimension) = (count, dimension)
    let vectors = (count + Scalar.laneCount - 1) / Scalar.laneCount
    lanes = Array(repeating: .zero, count: vectors * dimension)
  }

  /// The points with the given coordinates, one array for each axis.
  ///
  /// Throws `InvalidArgument` where there is no axis or no point, the axes differ in length, or a coordinate is not
  /// finite.
  public init(columns: [[Scalar]]) throws {
    guard let count = columns.first?.count, count > 0, columns.allSatisfy({ $0.count == count }) else {
      throw InvalidArgument(
        "columns", is: columns.map(\.count), expected: "one array for each axis, all of one positive length")
    }
    for column in columns {
      if let wrong = column.first(where: { !$0.isFinite }) {
        throw InvalidArgument("columns", is: wrong, expected: "finite coordinates")
      }
    }
    self.init(zeros: count, dimension: columns.count)
    for (k, column) in columns.enumerated() {
      withColumn(k) { for i in 0..<count { $0[i] = column[i] } }
    }
  }

  /// The coordinates, one array for each axis.
  public var columns: [[Scalar]] {
    lanes.withUnsafeBytes { bytes in
      let numbers = bytes.bindMemory(to: Scalar.self)
      let stride = vectors * Scalar.laneCount
      return (0..<dimension).map { Array(numbers[($0 * stride)..<($0 * stride + count)]) }
    }
  }

  /// Lends the numbers of a column, with those behind the last point.
  mutating func withColumn<Result>(_ k: Int, _ body: (UnsafeMutableBufferPointer<Scalar>) -> Result) -> Result
  {
    let stride = vectors * Scalar.laneCount
    return lanes.withUnsafeMutableBytes { bytes in
      body(
        UnsafeMutableBufferPointer(
          rebasing: bytes.bindMemory(to: Scalar.self)[(k * stride)..<((k + 1) * stride)]))
    }
  }

  /// How many points the samplers take at once: what they touch stays in the second-level cache.
  static var blockSize: Int { 1024 }

  /// The points in blocks, each as many but for the last.
  var blocks: [Points] {
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    get {
      stride(from: 0, to: count, by: Self.blockSize).map { start in
        var block = Points(zeros: min(Self.blockSize, count - start), dimension: dimension)
        let (from, size) = (start / Scalar.laneCount, block.vectors)
        for k in 0..<dimension {
          for v in 0..<size { block.lanes[k * size + v] = lanes[k * vectors + from + v] }
        }
        return block
      }
    }
  }

  /// The points of blocks, in their order; all but the last block are full.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  init(joining blocks: [Points]) {
    self.init(zeros: blocks.reduce(0) { $0 + $1.count }, dimension: blocks[0].dimension)
    var at = 0
    for block in blocks {
      for k in 0..<dimension {
        for v in 0..<block.vectors { lanes[k * vectors + at + v] = block.lanes[k * block.vectors + v] }
      }
      at += block.vectors
    }
  }

  /// The same points with another number of coordinates: further ones are zero, and those beyond are dropped.
  func resized(to dimension: Int) -> Points {
    var result = Points(zeros: count, dimension: dimension)
    for i in 0..<(min(dimension, self.dimension) * vectors) { result.lanes[i] = lanes[i] }
    return result
  }

  /// Whether every coordinate is a finite number.
  public var areFinite: Bool { columns.allSatisfy { $0.allSatisfy(\.isFinite) } }

  /// The mean and the covariance of the points.
  public var moments: CovarianceMoments { CovarianceMoments(columns: columns.map { $0.map { Double($0) } }) }
}
