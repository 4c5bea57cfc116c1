/// The mean and the second to fourth central moments of a stream of numbers.
///
/// Blocks are merged by the pairwise update of Chan, Golub and LeVeque (1979) and Pebay (2008), which loses no
/// accuracy to a large mean. Merging is not associative in floating point: whoever merges does so in a fixed
/// order, and then the result does not depend on which thread computed which block.
public struct Moments: Sendable {
  /// The number of samples.
  public private(set) var count = 0
  /// The mean of the samples.
  public private(set) var mean = 0.0
  /// The sums of second, third and fourth powers of deviations from the mean.
  private var (m2, m3, m4) = (0.0, 0.0, 0.0)
  private var (least, greatest) = (Double.infinity, -Double.infinity)

  /// The moments of nothing.
  public init() {}

  /// The moments of a variable's block of samples.
  public init(_ variate: Variate) {
    count = Variate.blockSize
    if let value = variate.constant {
      (mean, least, greatest) = (value, value, value)
      return
    }
    variate.samples.withUnsafeBytes { bytes in
      var sum = SIMD8<Double>.zero
      var (low, high) = (SIMD8(repeating: Double.infinity), SIMD8(repeating: -Double.infinity))
      for i in stride(from: 0, to: bytes.count, by: 64) {
        let x = bytes.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self)
        sum += x
        low.replace(with: x, where: x .< low)
        high.replace(with: x, where: x .> high)
      }
      mean = sum.sum() / Double(count)
      (least, greatest) = (low.min(), high.max())
      var (second, third, fourth) = (SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero)
      for i in stride(from: 0, to: bytes.count, by: 64) {
        let d = bytes.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self) - mean
        let square = d * d
        second += square
        third += square * d
        fourth += square * square
      }
      (m2, m3, m4) = (second.sum(), third.sum(), fourth.sum())
    }
  }

  /// The moments of a single number.
  package init(mean: Double) { (count, self.mean, least, greatest) = (1, mean, mean, mean) }

  /// Adds the moments of other samples.
  public mutating func merge(_ other: Moments) {
    if other.count == 0 { return }
    if count == 0 {
      self = other
      return
    }
    let (a, b) = (Double(count), Double(other.count))
    let n = a + b
    let d = other.mean - mean
    let square = d * d
    m4 +=
      other.m4 + square * square * a * b * (a * a - a * b + b * b) / (n * n * n)
      + 6 * square * (a * a * other.m2 + b * b * m2) / (n * n) + 4 * d * (a * other.m3 - b * m3) / n
    m3 += other.m3 + square * d * a * b * (a - b) / (n * n) + 3 * d * (a * other.m2 - b * m2) / n
    m2 += other.m2 + square * a * b / n
    mean += d * b / n
    count += other.count
    least = min(least, other.least)
    greatest = max(greatest, other.greatest)
  }

  /// The unbiased sample variance.
  public var variance: Double { count > 1 ? m2 / Double(count - 1) : .nan }
  /// The standard error of the mean.
  public var standardError: Double { (variance / Double(count)).squareRoot() }
  /// The third standardised moment; zero for a symmetric law.
  public var skewness: Double { (m3 / Double(count)) / power32(m2 / Double(count)) }
  /// The fourth standardised moment; three for a normal law.
  public var kurtosis: Double { Double(count) * m4 / (m2 * m2) }
  /// The distance of the farthest sample from the mean.
  public var reach: Double { max(greatest - mean, mean - least) }

  /// The largest magnitude among the samples.
  public var largest: Double { count == 0 ? 0 : max(greatest.magnitude, least.magnitude) }

  private func power32(_ x: Double) -> Double { x * x.squareRoot() }
}
