/// Limits at zero, and the order in which they are reached, from values at positive arguments alone.
///
/// A function that is analytic at zero is sampled at `2^-5, 2^-6, ...` and extrapolated by polynomials (Richardson
/// 1911, in Neville's table). The error estimate is the last change, which overstates the error of the later value,
/// plus the radius of the interval that rounding has left.
public enum Extrapolation {
  /// The limit of `f` at zero.
  public static func limit(of f: (Interval) throws -> Interval) rethrows -> Estimate {
    var row: [Interval] = []
    var best = Estimate(.nan, error: .infinity)
    for k in 0..<12 {
      var next = [try f(argument(k))]
      for j in row.indices {
        next.append(next[j] + (next[j] - row[j]) / (Interval(2).power(j + 1) - 1))
      }
      if let previous = row.last, let value = next.last {
        let error = (value.midpoint - previous.midpoint).magnitude + value.radius
        if error < best.error { best = Estimate(value.midpoint, error: error) }
      }
      row = next
    }
    return best
  }

  /// The order `p` at which `f` tends to a limit: `|f(h) - limit|` is of the order of `h^p`.
  ///
  /// The observed order at `h` is the binary logarithm of the ratio of the distances at `2 h` and at `h`; its own
  /// limit is the order. With `limit` zero, the order at which `f` vanishes, or grows where it is negative.
  public static func order(of f: (Interval) throws -> Interval, to limit: Interval) rethrows -> Estimate {
    try Self.limit { h in
      let (far, near) = (try f(2 * h) - limit, try f(h) - limit)
      return Interval.log((far / near).squared) / (2 * Interval.log(2))
    }
  }

  private static func argument(_ k: Int) -> Interval {
    Interval(Double(sign: .plus, exponent: -5 - k, significand: 1))
  }
}
