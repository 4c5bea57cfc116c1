/// Limits at zero, and the order in which they are reached, from values at positive arguments alone.
///
/// A function that is analytic at zero is sampled at twelve arguments, each half of the one before, and extrapolated
/// by polynomials (Richardson 1911, in Neville's table). The error estimate is the last change, or twice what changes
/// that go on shrinking as they did would add up to, plus the radius of the interval that rounding has left; changes
/// that do not shrink bound nothing. The polynomial that errs least
/// by this estimate is then held against the samples it has not used, nearer to zero: one that it does not explain
/// leaves no bound, and `Estimate.doubt` names its argument. What happens nearer to zero than all samples, below
/// a 2,048th of the first, no rule of this kind can see: a function that changes there is sampled from an argument
/// that is small beside the place of the change.
public enum Extrapolation {
  /// The limit of `f` at zero, from its values at `first` and at halves of it.
  public static func limit(
    of f: (Interval) throws -> Interval, from first: Double = 0x1p-5
  ) rethrows -> Estimate {
    let arguments = (0..<12).map { Interval(first / Double(1 << $0)) }
    let samples = try arguments.map(f)
    var row: [Interval] = []
    var best = (value: Double.nan, error: Double.infinity, last: 0)
    var lastChange = Double.infinity
    for k in samples.indices {
      var next = [samples[k]]
      for j in row.indices {
        next.append(next[j] + (next[j] - row[j]) / (Interval(2).power(j + 1) - 1))
      }
      if let previous = row.last, let value = next.last {
        let change = (value.midpoint - previous.midpoint).magnitude
        let shrinking = change / lastChange
        // A change within the rounding says no more about those to come.
        let rest =
          change <= value.radius ? 1 : shrinking < 0.9 ? max(1, 2 * shrinking / (1 - shrinking)) : .infinity
        let error = rest * change + value.radius
        if error < best.error { best = (value.midpoint, error, k) }
        lastChange = change
      }
      row = next
    }
    for k in samples.indices.dropFirst(best.last + 1) {
      let expected = polynomial(arguments[...best.last], samples[...best.last], at: arguments[k])
      let reach = Interval(lower: -best.error, upper: best.error)
      if best.error.isFinite, !(expected + reach).intersects(samples[k]) {
        return Estimate(
          best.value, error: .infinity,
          doubt: "extrapolated to \(best.value), which the sample at \(arguments[k].midpoint) contradicts")
      }
    }
    return Estimate(best.value, error: best.error)
  }

  /// The order `p` at which `f` tends to a limit: `|f(h) - limit|` is of the order of `h^p`.
  ///
  /// The observed order at `h` is the binary logarithm of the ratio of the distances at `2 h` and at `h`; its own
  /// limit is the order. With `limit` zero, the order at which `f` vanishes, or grows where it is negative. The
  /// distances near zero are small differences of rounded numbers, so the first argument is larger than that of a
  /// limit; `f` is evaluated up to twice of it.
  public static func order(
    of f: (Interval) throws -> Interval, to limit: Interval, from first: Double = 0x1p-3
  ) rethrows -> Estimate {
    try Self.limit(
      of: { h in
        let (far, near) = (try f(2 * h) - limit, try f(h) - limit)
        return Interval.log((far / near).squared) / (2 * Interval.log(2))
      }, from: first)
  }

  /// The value at `x` of the polynomial through the samples, by Neville's table.
  private static func polynomial(
    _ arguments: ArraySlice<Interval>, _ samples: ArraySlice<Interval>, at x: Interval
  ) -> Interval {
    let nodes = Array(arguments)
    var row = Array(samples)
    for order in 1..<max(nodes.count, 1) {
      for i in 0..<(nodes.count - order) {
        let (a, b) = (nodes[i], nodes[i + order])
        row[i] = row[i + 1] + (row[i + 1] - row[i]) * (x - b) / (b - a)
      }
    }
    return row[0]
  }
}
