/// Finds the potentials of a plan.
///
/// Alternation alone would take hundreds of thousands of iterations at a small epsilon. So epsilon comes down in
/// steps, from the scale of the costs; cells of space stand for the points at first, and come apart as plans get
/// sparser; and at every step Newton's method solves the problem on the pairs that matter.
struct EntropicSolver: Sendable {
  let problem: EntropicTransport
  let tolerance: Double
  let deadline: ContinuousClock.Instant
  let threads: Int

  // Chosen by measurement, at 1,000 and 10,000 points in two and ten dimensions; within factors of two, they change
  // the time by a third.

  /// The factor by which epsilon comes down.
  private static let ratio = 1.0 / 3
  /// The violation at which it does, while cells stand for points.
  private static let coarseGoal = 1e-3
  /// The violation at which it does when all points are there.
  ///
  /// What one cluster of points has too much of must be seen to early: its links to the others get weaker by orders
  /// of magnitude with every step.
  private static let goal = 1e-4
  /// Halvings of space that make the first cells.
  private static let firstDepth = 9
  /// Pairs whose exponent is below minus this are left out, until the last epsilon.
  private static let threshold = 14.0
  /// How far exponents may rise before the pairs are looked for again.
  private static let reach = 10.0

  /// The most pairs to store, of 36 bytes each: the memory is linear in the number of points.
  private static func capacity(_ count: Int) -> Int { max(1024 * count, 1 << 20) }

  func potentials() async throws -> (f: [Double], g: [Double]) {
    let (source, target) = (PointCells(problem.from), PointCells(problem.to))
    var level = TransportLevel(source, target, cost: problem.cost, depth: Self.firstDepth)
    var epsilon = max(problem.epsilon, problem.meanCost)
    var f = [Double](repeating: 0, count: level.from.count)
    var g = [Double](repeating: 0, count: level.to.count)
    while true {
      let isAtLast = epsilon <= problem.epsilon
      let pairs = try await solve(level, f: &f, g: &g, epsilon: epsilon, isLast: level.isWhole && isAtLast)
      if level.isWhole && isAtLast { return (source.restored(f), target.restored(g)) }
      let isLate = .now > deadline
      // Cells of a quarter of the size have sixteen times the pairs, and the next epsilon leaves some of them.
      if !level.isWhole, isLate || isAtLast || 20 * pairs <= Self.capacity(4 * level.from.count) {
        let finer = TransportLevel(
          source, target, cost: problem.cost, depth: isLate ? TransportLevel.deepest : level.depth + 2)
        (f, g) = try await finer.extend(level, g: g, epsilon: epsilon, threads: threads)
        level = finer
      } else {
        epsilon = isLate ? problem.epsilon : max(problem.epsilon, epsilon * Self.ratio)
      }
    }
  }

  /// Solves one step on the pairs that matter; returns how many there were.
  private func solve(
    _ level: TransportLevel, f: inout [Double], g: inout [Double], epsilon: Double, isLast: Bool
  ) async throws -> Int {
    let goal = isLast ? tolerance / 2 : level.isWhole ? Self.goal : Self.coarseGoal
    // All pairs of smaller exponents together weigh less than a part of the tolerance.
    let threshold = isLast ? max(16, 3 - Double.log(tolerance)) : Self.threshold
    try await level.alternate(f: &f, g: &g, epsilon: epsilon, threads: threads)
    var pairs = 0
    for _ in 0..<40 {
      try Task.checkCancellation()
      let neighbours = try await level.neighbours(
        f: f, g: g, epsilon: epsilon, threshold: threshold, threads: threads)
      pairs = neighbours.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } }
      if pairs > Self.capacity(level.from.count) {
        // A plan as dense as that comes from a large epsilon, where alternation is quick.
        if isLast {
          try await level.alternate(
            f: &f, g: &g, epsilon: epsilon, goal: goal, deadline: deadline, threads: threads)
        }
        break
      }
      let newton = SemidualNewton(
        plan: SparsePlan(neighbours, from: level.from, to: level.to, cost: level.cost), a: level.from.weights,
        b: level.to.weights, epsilon: epsilon, threads: threads)
      let state = try await newton.run(g: g, tolerance: goal, reach: Self.reach, deadline: deadline)
      (f, g) = (state.f, state.g)
      if state.violation <= goal && state.moved <= Self.reach || .now > deadline { break }
    }
    return pairs
  }
}

extension EntropicTransport {
  /// The mean cost between a point and another, or for distances a bound of it.
  fileprivate var meanCost: Double {
    var square = 0.0
    for (x, y) in zip(from.columns, to.columns) {
      let centre = x[0]
      let (p, q) = (x.map { $0 - centre }, y.map { $0 - centre })
      let (meanP, meanQ) = (from.mean(p), to.mean(q))
      square += from.mean(p.map { $0 * $0 }) + to.mean(q.map { $0 * $0 }) - 2 * meanP * meanQ
    }
    return cost.at(squaredDistance: max(0, square))
  }
}
