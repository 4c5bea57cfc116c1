/// The points, or cells of them that stand for all, at which potentials are looked for.
struct TransportLevel: Sendable {
  /// How often space was halved.
  let depth: Int
  let from: WeightedPoints
  let to: WeightedPoints
  let cost: TransportCost
  /// Whether every cell is one point.
  let isWhole: Bool
  private let centre: [Double]

  /// A depth at which every cell is one point.
  static let deepest = 60

  init(_ source: PointCells, _ target: PointCells, cost: TransportCost, depth: Int) {
    self.depth = depth
    self.cost = cost
    // Nearly as many cells as points are no cheaper than the points.
    isWhole = depth >= Self.deepest || max(source.points.count, target.points.count) <= 3 << (depth - 1)
    from = isWhole ? source.points : source.coarse(depth: depth)
    to = isWhole ? target.points : target.coarse(depth: depth)
    // Coordinates about a centre keep more digits in single precision.
    let points = from
    centre = points.columns.map { points.mean($0) }
  }

  private func sweeps(_ epsilon: Double) -> (byRow: DenseSweep, byColumn: DenseSweep) {
    let x = ScaledPoints(from, centre: centre, cost: cost, epsilon: epsilon)
    let y = ScaledPoints(to, centre: centre, cost: cost, epsilon: epsilon)
    return (DenseSweep(rows: x, columns: y, cost: cost), DenseSweep(rows: y, columns: x, cost: cost))
  }

  private func exponents(_ potential: [Double], _ weights: [Double], _ epsilon: Double) -> [Float] {
    zip(potential, weights).map { Float($0 / epsilon + Double.log($1)) }
  }

  /// Potentials of this level's points from those of a coarser one, by one alternation.
  func extend(
    _ coarse: TransportLevel, g: [Double], epsilon: Double, threads: Int
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

  /// The pairs whose exponent is above minus `threshold`: for every row its columns, by blocks of rows.
  ///
  /// An exponent is the logarithm of the pair's share of its row, times the number of columns: every row has pairs
  /// with non-negative ones.
  func neighbours(
    f: [Double], g: [Double], epsilon: Double, threshold: Double, threads: Int
  ) async throws -> [[[Int32]]] {
    let shift = Double.log(Double(to.count))
    return try await sweeps(epsilon).byRow.neighbours(
      row: f.map { Float($0 / epsilon + shift) }, column: exponents(g, to.weights, epsilon),
      threshold: -Float(threshold), threads: threads)
  }

  /// Makes the columns of the plan right, then the rows; returns by how much the columns were wrong, in L1.
  @discardableResult
  func alternate(f: inout [Double], g: inout [Double], epsilon: Double, threads: Int) async throws -> Double {
    let (byRow, byColumn) = sweeps(epsilon)
    let columns = try await byColumn.logSums(
      row: g.map { Float($0 / epsilon) }, column: exponents(f, from.weights, epsilon), threads: threads)
    for j in g.indices { g[j] -= epsilon * Double(columns[j]) }
    let rows = try await byRow.logSums(
      row: f.map { Float($0 / epsilon) }, column: exponents(g, to.weights, epsilon), threads: threads)
    for i in f.indices { f[i] -= epsilon * Double(rows[i]) }
    return zip(columns, to.weights).reduce(0) { $0 + $1.1 * (Double.exp(Double($1.0)) - 1).magnitude }
  }
}
