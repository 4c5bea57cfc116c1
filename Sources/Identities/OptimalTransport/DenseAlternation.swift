// Where epsilon is large the plan is dense, nothing can be left out, and alternation is quick.

extension TransportLevel {
  /// Alternates until the columns are wrong by at most `goal` or time is up: in single precision as long as that
  /// helps, then in double precision.
  func alternate(
    f: inout [Double], g: inout [Double], epsilon: Double, goal: Double, deadline: ContinuousClock.Instant,
    threads: Int
  ) async throws {
    var best = Double.infinity
    while .now < deadline {
      try Task.checkCancellation()
      let violation = try await alternate(f: &f, g: &g, epsilon: epsilon, threads: threads)
      // The first violation that is not below the one before is rounding.
      if violation <= goal / 2 || violation >= best { break }
      best = violation
    }
    let (logA, logB) = (from.weights.map(Double.log), to.weights.map(Double.log))
    var u = zip(f, logA).map { $0 / epsilon + $1 }
    var v = zip(g, logB).map { $0 / epsilon + $1 }
    let byRow = ExactSweep(rows: from, columns: to, cost: cost, epsilon: epsilon)
    let byColumn = ExactSweep(rows: to, columns: from, cost: cost, epsilon: epsilon)
    var relaxation = Overrelaxation()
    while .now < deadline {
      try Task.checkCancellation()
      let rows = try await byRow.rowSums(f: u, g: v, threads: threads)
      for i in u.indices where rows[i].mass > 0 {
        u[i] += relaxation.factor * (logA[i] - Double.log(rows[i].mass))
      }
      let columns = try await byColumn.rowSums(f: v, g: u, threads: threads)
      let violation = zip(columns, to.weights).reduce(0) { $0 + ($1.0.mass - $1.1).magnitude }
      if violation <= goal && relaxation.factor == 1 { break }
      // Columns are judged after a plain step, which makes the rows right.
      relaxation.observe(violation, isNearGoal: violation <= goal)
      for j in v.indices where columns[j].mass > 0 {
        v[j] += relaxation.factor * (logB[j] - Double.log(columns[j].mass))
      }
    }
    f = zip(u, logA).map { ($0 - $1) * epsilon }
    g = zip(v, logB).map { ($0 - $1) * epsilon }
  }
}

/// The factor by which alternations overshoot, learned from how fast they converge.
///
/// D. M. Young's theory for two blocks (1954): where plain alternation contracts by `r`, the best factor is
/// `2 / (1 + sqrt(1 - r))`, and steps with a smaller factor `w` contract by the `q` with `(q + w - 1)^2 = q w^2 r`.
private struct Overrelaxation {
  /// The factor to use; one is plain alternation.
  private(set) var factor = 1.0
  private var violations: [Double] = []

  mutating func observe(_ violation: Double, isNearGoal: Bool) {
    violations.append(violation)
    let count = violations.count
    if isNearGoal || violation > 4 * (violations.min() ?? violation) {
      factor = 1
      violations = []
    } else if count >= 8 && count.isMultiple(of: 4) {
      let q = Double.exp(Double.log(violation / violations[count - 5]) / 4)
      guard q < 1 else { return }
      let plain = min(0.9999, (q + factor - 1) * (q + factor - 1) / (q * factor * factor))
      factor = max(factor, min(1.95, 2 / (1 + (1 - plain).squareRoot())))
    }
  }
}
