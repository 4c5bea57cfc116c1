/// Finds the potentials of a plan.
///
/// Epsilon comes down in steps, from the scale of the costs; at the start a sample of the points stands for all of
/// them, and as plans get sparser more points come in. At every step Newton's method solves the problem on the
/// pairs that matter: alternation alone would take hundreds of thousands of iterations at the end.
struct EntropicSolver: Sendable {
  let problem: EntropicTransport
  let tolerance: Double
  let deadline: ContinuousClock.Instant
  let threads: Int
  var log: (@Sendable (String) -> Void)?

  /// The factor by which epsilon comes down.
  static let ratio = 0.5
  /// The violation to reach before epsilon comes down.
  static let intermediate = 1e-3
  /// Pairs whose exponent is below minus this are left out: together they weigh less than a part of the tolerance.
  var threshold: Double { max(20, 3 - Double.log(tolerance)) }
  /// How far the exponents may move before the pairs are looked for again.
  static let reach = 10.0
  /// Halvings that make the coarsest cells.
  static let firstDepth = 9

  /// The largest number of pairs to store.
  private func capacity(_ count: Int) -> Int { max(384 * count, 1 << 20) }

  func potentials() async throws -> (f: [Double], g: [Double]) {
    let (source, target) = (PointCells(problem.from), PointCells(problem.to))
    var level = Level(source, target, cost: problem.cost, depth: Self.firstDepth)
    var epsilon = max(problem.epsilon, startingEpsilon)
    var f = [Double](repeating: 0, count: level.from.count)
    var g = [Double](repeating: 0, count: level.to.count)
    while true {
      let isLast = level.isWhole && epsilon <= problem.epsilon
      let goal = isLast ? tolerance * 0.5 : level.isWhole ? min(1e-5, tolerance) : Self.intermediate
      let pairs = try await level.solve(
        f: &f, g: &g, epsilon: epsilon, goal: goal, capacity: capacity(level.from.count), solver: self)
      log?(
        "points \(level.from.count) epsilon \(epsilon) pairs a row \(Double(pairs) / Double(level.from.count))"
      )
      if isLast || .now > deadline && level.isWhole && epsilon <= problem.epsilon { break }
      let expired = .now > deadline
      let next = max(problem.epsilon, epsilon * Self.ratio)
      if !level.isWhole,
        expired || epsilon <= problem.epsilon || 4 * pairs * 4 <= 2 * capacity(4 * level.from.count)
      {
        let finer = Level(source, target, cost: problem.cost, depth: expired ? 64 : level.depth + 2)
        (f, g) = try await finer.extend(level, g: g, epsilon: epsilon, threads: threads)
        level = finer
      } else {
        epsilon = expired ? problem.epsilon : next
      }
    }
    return (source.restored(f), target.restored(g))
  }

  /// The mean cost between a point and another, to begin with.
  private var startingEpsilon: Double {
    var square = 0.0
    for (x, y) in zip(problem.from.columns, problem.to.columns) {
      let (mx, my) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
      square += x.reduce(0) { $0 + ($1 - my) * ($1 - my) } / Double(x.count)
      square += y.reduce(0) { $0 + ($1 - mx) * ($1 - mx) } / Double(y.count)
    }
    return problem.cost.at(squaredDistance: square)
  }
}

/// The points, or cells of them that stand for all.
struct Level: Sendable {
  /// How often space was halved.
  let depth: Int
  let from: WeightedPoints
  let to: WeightedPoints
  let cost: TransportCost
  let centre: [Double]
  /// How often the pairs are looked for before epsilon comes down all the same.
  static let rounds = 40
  /// Whether every cell is one point.
  let isWhole: Bool

  init(_ source: PointCells, _ target: PointCells, cost: TransportCost, depth: Int) {
    self.depth = depth
    let size = max(source.points.count, target.points.count)
    isWhole = depth >= 60 || size <= 3 << (depth - 1)
    from = isWhole ? source.points : source.coarse(depth: depth)
    to = isWhole ? target.points : target.coarse(depth: depth)
    self.cost = cost
    centre = from.columns.map { $0.reduce(0, +) / Double($0.count) }
  }

  private func sweeps(_ epsilon: Double) -> (byRow: DenseSweep, byColumn: DenseSweep) {
    let x = ScaledPoints(from, centre: centre, cost: cost, epsilon: epsilon)
    let y = ScaledPoints(to, centre: centre, cost: cost, epsilon: epsilon)
    return (DenseSweep(rows: x, columns: y, cost: cost), DenseSweep(rows: y, columns: x, cost: cost))
  }

  /// Potentials of this level's points from those of a coarser one, by one alternation.
  func extend(
    _ coarse: Level, g: [Double], epsilon: Double, threads: Int
  ) async throws -> (f: [Double], g: [Double]) {
    let x = ScaledPoints(from, centre: centre, cost: cost, epsilon: epsilon)
    let y = ScaledPoints(coarse.to, centre: centre, cost: cost, epsilon: epsilon)
    let sums = try await DenseSweep(rows: x, columns: y, cost: cost).logSums(
      row: [Float](repeating: 0, count: from.count), column: exponents(g, coarse.to.weights, epsilon),
      threads: threads)
    var f = sums.map { -epsilon * Double($0) }
    var g = [Double](repeating: 0, count: to.count)
    try await alternate(f: &f, g: &g, epsilon: epsilon, threads: threads)
    return (f, g)
  }

  private func exponents(_ potential: [Double], _ weights: [Double], _ epsilon: Double) -> [Float] {
    zip(potential, weights).map { Float($0 / epsilon + Double.log($1)) }
  }

  /// Fits the columns, then the rows; returns the violation of the columns before.
  @discardableResult
  func alternate(f: inout [Double], g: inout [Double], epsilon: Double, threads: Int) async throws -> Double {
    let (byRow, byColumn) = sweeps(epsilon)
    let columns = try await byColumn.logSums(
      row: g.map { Float($0 / epsilon) }, column: exponents(f, from.weights, epsilon), threads: threads)
    for j in g.indices { g[j] -= epsilon * Double(columns[j]) }
    let rows = try await byRow.logSums(
      row: f.map { Float($0 / epsilon) }, column: exponents(g, to.weights, epsilon), threads: threads)
    for i in f.indices { f[i] -= epsilon * Double(rows[i]) }
    return zip(columns, to.weights).reduce(0) {
      $0 + $1.1 * (SIMD8<Double>.exp(SIMD8(repeating: Double($1.0)))[0] - 1).magnitude
    }
  }

  /// Brings the violation down to `goal`, on the pairs that matter; returns how many they were.
  func solve(
    f: inout [Double], g: inout [Double], epsilon: Double, goal: Double, capacity: Int, solver: EntropicSolver
  ) async throws -> Int {
    let threads = solver.threads
    let logB = to.weights.map(Double.log)
    let shift = logB.reduce(0, +) / Double(logB.count)
    try await alternate(f: &f, g: &g, epsilon: epsilon, threads: threads)
    for _ in 0..<Self.rounds {
      try Task.checkCancellation()
      let neighbours = try await sweeps(epsilon).byRow.neighbours(
        row: f.map { Float($0 / epsilon) },
        column: zip(g, logB).map { Float($0 / epsilon + $1 - shift) },
        threshold: -Float(solver.threshold), threads: threads)
      let pairs = neighbours.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } }
      if pairs > capacity { return pairs }
      let newton = SemidualNewton(
        plan: SparsePlan(neighbours, from: from, to: to, cost: cost), a: from.weights, b: to.weights,
        logB: logB,
        epsilon: epsilon, threads: threads, log: solver.log)
      let state = try await newton.run(
        g: g, tolerance: goal, steps: 30, reach: EntropicSolver.reach, deadline: solver.deadline)
      (f, g) = (state.f, state.g)
      if state.violation <= goal && state.moved <= EntropicSolver.reach || .now > solver.deadline {
        return pairs
      }
    }
    return 0
  }
}
