import Arithmetic

/// Entropic optimal transport between two weighted point sets.
///
/// The problem is `min <P, C> + epsilon KL(P | a b^T)` over the plans `P` with row sums `a` and column sums `b`.
/// Its solution is `P_ij = a_i b_j exp((f_i + g_j - C_ij) / epsilon)`: the entropy is relative to the product of
/// the weights, and `epsilon` is neither halved nor doubled.
public struct EntropicTransport: Sendable {
  /// Where the mass comes from.
  public let from: WeightedPoints
  /// Where it goes.
  public let to: WeightedPoints
  /// What it costs to carry.
  public let cost: TransportCost
  /// The strength of the regularisation, in units of cost.
  public let epsilon: Double

  /// The problem for two point sets of one dimension and `epsilon > 0`; throws `InvalidArgument` for others.
  public init(
    from: WeightedPoints, to: WeightedPoints, cost: TransportCost = .squaredDistance, epsilon: Double
  ) throws {
    guard from.dimension == to.dimension else {
      throw InvalidArgument("to", is: "\(to.dimension)-dimensional", expected: "dimension \(from.dimension)")
    }
    guard epsilon > 0, epsilon.isFinite else {
      throw InvalidArgument("epsilon", is: epsilon, expected: "a positive number")
    }
    (self.from, self.to, self.cost, self.epsilon) = (from, to, cost, epsilon)
  }

  /// A plan whose marginals are within `tolerance` in L1, or the best one found in the time.
  ///
  /// The result depends on neither the number of threads nor, when it converges, the time limit. Memory is linear in
  /// the number of points. Throws `InvalidArgument` unless `tolerance`, `timeLimit` and `threads` are positive, and
  /// `CancellationError` when the task is cancelled.
  public func solve(
    tolerance: Double = 1e-6, timeLimit: Duration = .seconds(60), threads: Int = 2
  ) async throws -> EntropicPlan {
    guard tolerance > 0, tolerance.isFinite else {
      throw InvalidArgument("tolerance", is: tolerance, expected: "a positive number")
    }
    guard timeLimit > .zero else {
      throw InvalidArgument("timeLimit", is: timeLimit, expected: "a positive duration")
    }
    guard threads > 0 else {
      throw InvalidArgument("threads", is: threads, expected: "a positive number")
    }
    let solver = EntropicSolver(
      problem: self, tolerance: tolerance, deadline: .now + timeLimit, threads: threads)
    let (f, g) = try await solver.potentials()
    return try await certified(f: f, g: g, tolerance: tolerance, threads: threads)
  }

  /// The plan of given potentials with its certificate.
  ///
  /// Throws `InvalidArgument` unless there is one finite potential a point.
  public func certified(
    f: [Double], g: [Double], tolerance: Double, threads: Int = 2
  ) async throws -> EntropicPlan {
    for (name, potential, points) in [("f", f, from), ("g", g, to)] {
      guard potential.count == points.count, potential.allSatisfy(\.isFinite) else {
        throw InvalidArgument(
          name, is: "\(potential.count) numbers", expected: "\(points.count) finite ones, one a point")
      }
    }
    let (a, b) = (from.weights, to.weights)
    let (logA, logB) = (a.map(Double.log), b.map(Double.log))
    let byRow = ExactSweep(rows: from, columns: to, cost: cost, epsilon: epsilon)
    let byColumn = ExactSweep(rows: to, columns: from, cost: cost, epsilon: epsilon)
    var u = zip(f, logA).map { $0 / epsilon + $1 }
    var v = zip(g, logB).map { $0 / epsilon + $1 }
    let rows = try await byRow.rowSums(f: u, g: v, threads: threads)
    let columns = try await byColumn.rowSums(f: v, g: u, threads: threads)
    let violation =
      zip(rows, a).reduce(0) { $0 + ($1.0.mass - $1.1).magnitude }
      + zip(columns, b).reduce(0) { $0 + ($1.0.mass - $1.1).magnitude }
    let sharp = rows.reduce(0) { $0 + $1.cost }
    let mass = rows.reduce(0) { $0 + $1.mass }
    let dual =
      zip(a, f).reduce(0) { $0 + $1.0 * $1.1 } + zip(b, g).reduce(0) { $0 + $1.0 * $1.1 }
      - epsilon * (mass - 1)
    let regularised =
      zip(rows, f).reduce(0) { $0 + $1.0.mass * $1.1 } + zip(columns, g).reduce(0) { $0 + $1.0.mass * $1.1 }

    // Rows and columns that hold too much are scaled down; what is then missing everywhere is put in as a product.
    // Relative entropy is convex, so the value of the sum is at most the mixture of the two values.
    for i in u.indices where rows[i].mass > a[i] { u[i] += logA[i] - Double.log(rows[i].mass) }
    for j in v.indices where columns[j].mass > b[j] { v[j] += logB[j] - Double.log(columns[j].mass) }
    let scaledRows = try await byRow.rowSums(f: u, g: v, threads: threads)
    let scaledColumns = try await byColumn.rowSums(f: v, g: u, threads: threads)
    let kept = scaledRows.reduce(0) { $0 + $1.mass }
    let scaledCost = scaledRows.reduce(0) { $0 + $1.cost }
    let entropy =
      zip(scaledRows, zip(u, logA)).reduce(0) { $0 + $1.0.mass * ($1.1.0 - $1.1.1) }
      + zip(scaledColumns, zip(v, logB)).reduce(0) { $0 + $1.0.mass * ($1.1.0 - $1.1.1) }
      - scaledCost / epsilon
    let missing = (
      rows: zip(a, scaledRows).map { max(0, $0 - $1.mass) },
      columns: zip(b, scaledColumns).map { max(0, $0 - $1.mass) }
    )
    var upper = scaledCost
    if kept > 0 { upper += epsilon * (entropy - kept * Double.log(kept)) }
    let (deficit, otherDeficit) = (missing.rows.reduce(0, +), missing.columns.reduce(0, +))
    if deficit > 0, otherDeficit > 0 {
      upper +=
        deficit * productCost(missing.rows.map { $0 / deficit }, missing.columns.map { $0 / otherDeficit })
      for (missing, weights, total) in [(missing.rows, a, deficit), (missing.columns, b, otherDeficit)] {
        for (m, w) in zip(missing, weights) where m > 0 {
          upper += epsilon * deficit * (m / total) * Double.log(m / (total * w))
        }
      }
    }
    return EntropicPlan(
      f: f, g: g, sharpCost: sharp, regularisedValue: regularised, dualValue: dual,
      certificate: TransportCertificate(
        marginalViolation: violation, lowerBound: dual.isFinite ? dual : -.infinity,
        upperBound: upper.isFinite ? upper : .infinity, tolerance: tolerance))
  }

  /// The cost of a product plan, or for distances, by Jensen's inequality, a bound of it.
  private func productCost(_ p: [Double], _ q: [Double]) -> Double {
    var square = 0.0
    for k in 0..<from.dimension {
      // About a common centre, for the difference of large numbers not to lose digits.
      let centre = zip(p, from.columns[k]).reduce(0) { $0 + $1.0 * $1.1 }
      let x = from.columns[k].map { $0 - centre }
      let y = to.columns[k].map { $0 - centre }
      square +=
        zip(p, x).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } + zip(q, y).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
      square -= 2 * zip(p, x).reduce(0) { $0 + $1.0 * $1.1 } * zip(q, y).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return cost.at(squaredDistance: max(0, square))
  }
}
