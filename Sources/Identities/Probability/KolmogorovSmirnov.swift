/// The test of Kolmogorov and Smirnov: how far numbers are from a uniform sample of (0, 1).
public enum KolmogorovSmirnov {
  /// The greatest distance between the distribution function of the numbers and that of the uniform law.
  public static func distance(_ numbers: [Double]) -> Double {
    let n = Double(numbers.count)
    return numbers.sorted().enumerated().reduce(0) { greatest, entry in
      let (i, x) = (Double(entry.offset), entry.element)
      return max(greatest, (i + 1) / n - x, x - i / n)
    }
  }

  /// The probability that `count` uniform numbers are at least as far from their law as `distance`.
  ///
  /// Kolmogorov's series (1933) at `s + 1 / (6 sqrt(n)) + (s - 1) / (4 n)` for `s = sqrt(n) * distance`, the
  /// correction of Vrbik (2018) for finite `n`. From ten numbers on the error is below 0.003, and from a hundred
  /// on at most an eighth of the probability, as long as that is above 10^-6.
  public static func pValue(distance: Double, count: Int) -> Double {
    let n = Double(count)
    let s = n.squareRoot() * distance
    let x = s + 1 / (6 * n.squareRoot()) + (s - 1) / (4 * n)
    // Below 0.2 the series converges slowly and the probability is 1 to ten digits.
    guard x > 0.2 else { return 1 }
    var (sum, sign) = (0.0, 1.0)
    for k in 1...20 {
      sum += sign * Double.exp(-2 * Double(k * k) * x * x)
      sign = -sign
    }
    return min(1, max(0, 2 * sum))
  }
}
