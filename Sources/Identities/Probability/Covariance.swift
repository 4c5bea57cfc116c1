import Arithmetic

/// The mean and the covariance of a stream of vectors.
///
/// Blocks are merged by the pairwise update of Chan, Golub and LeVeque (1979), as `Moments` are: whoever merges
/// does so in a fixed order, and then the result does not depend on which thread computed which block.
public struct CovarianceMoments: Sendable {
  /// How many vectors there were.
  public private(set) var count = 0
  /// Their mean.
  public private(set) var mean = Vector<Double>([])
  /// The sums of products of deviations from the mean.
  private var products = Matrix<Double>.zero(0, 0)

  /// The moments of nothing, in no dimension; what is merged first gives it one.
  public init() {}

  /// The moments of a random vector's block of samples, one variable for each coordinate.
  public init(_ coordinates: [Variate]) {
    self.init(
      count: Variate.blockSize, mean: Vector(coordinates.map { Moments($0).mean }),
      deviations: { i, mean in (coordinates[i] - Variate(mean)).samples })
  }

  /// The moments of points given by their coordinates, one array for each axis, all of one length.
  package init(columns: [[Double]]) {
    let count = columns.first?.count ?? 0
    // Zeros behind the last deviation fill its vector and change no sum.
    let padding = [Double](repeating: 0, count: (8 - count % 8) % 8)
    self.init(
      count: count, mean: Vector(columns.map { $0.reduce(0, +) / Double(count) }),
      deviations: { i, mean in columns[i].map { $0 - mean } + padding })
  }

  private init(count: Int, mean: Vector<Double>, deviations: (Int, Double) -> [Double]) {
    (self.count, self.mean) = (count, mean)
    let deviations = mean.indices.map { deviations($0, mean[$0]) }
    products = .zero(mean.dimension, mean.dimension)
    for i in mean.indices {
      for j in 0...i {
        products[i, j] = Self.dot(deviations[i], deviations[j])
        products[j, i] = products[i, j]
      }
    }
  }

  /// Adds the moments of other samples, in as many coordinates.
  public mutating func merge(_ other: CovarianceMoments) {
    if other.count == 0 { return }
    if count == 0 {
      self = other
      return
    }
    let (a, b) = (Double(count), Double(other.count))
    let shift = other.mean - mean
    products = products + other.products + (a * b / (a + b)) * shift.outer(shift)
    mean = mean + (b / (a + b)) * shift
    count += other.count
  }

  /// The unbiased sample covariance; NaN for fewer than two samples.
  public var covariance: Matrix<Double> { products / (count > 1 ? Double(count - 1) : .nan) }

  private static func dot(_ x: [Double], _ y: [Double]) -> Double {
    x.withUnsafeBytes { x in
      y.withUnsafeBytes { y in
        var sum = SIMD8<Double>.zero
        for i in stride(from: 0, to: x.count, by: 64) {
          sum +=
            x.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self)
            * y.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self)
        }
        return sum.sum()
      }
    }
  }
}
