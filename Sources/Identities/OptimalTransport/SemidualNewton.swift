/// Newton's method for the column potentials, the row potentials being eliminated: they are always such that the
/// rows of the plan have their weights.
///
/// What is maximised, `<a, f(g)> + <b, g>`, has the gradient `b - c`, with `c` the column sums, and `-1 / epsilon`
/// times the Laplacian of the plan's columns for its second derivative.
struct SemidualNewton: Sendable {
  let plan: SparsePlan
  let a: [Double]
  let b: [Double]
  let logB: [Double]
  let epsilon: Double
  let threads: Int
  var log: (@Sendable (String) -> Void)?

  /// The furthest a potential moves in a step, in units of epsilon: further out, pairs that were left out matter.
  private static let longest = 5.0

  /// Potentials, and how far the plan is from being right.
  struct State: Sendable {
    var f: [Double]
    var g: [Double]
    var columns: [Double]
    /// The violation of the column sums in L1.
    var violation: Double
    /// The most that an exponent may have risen since the beginning.
    var moved = 0.0
  }

  /// Steps until the violation is at most `tolerance`, the exponents moved by more than `reach`, or time is up.
  func run(
    g start: [Double], tolerance: Double, steps: Int, reach: Double, deadline: ContinuousClock.Instant
  ) async throws -> State {
    let first = try await state(g: start)
    var now = first
    for step in 0..<steps where now.violation > tolerance && now.moved <= reach && .now < deadline {
      // Alternations first: cheap, and what is wrong locally would make Newton's steps short.
      for _ in 0..<(now.violation > 0.01 ? 5 : 2) where now.violation > tolerance {
        now = try await alternated(now)
      }
      if now.violation <= tolerance { break }
      let before = now.violation
      let (direction, iterations) = try await direction(now)
      now = try await searched(now, along: direction)
      now.moved = (rise(now.f, over: first.f) + rise(now.g, over: first.g)) / epsilon
      log?(
        "  step \(step): violation \(before) to \(now.violation), \(iterations) iterations, moved \(now.moved)"
      )
    }
    now.moved = (rise(now.f, over: first.f) + rise(now.g, over: first.g)) / epsilon
    return now
  }

  private func rise(_ potential: [Double], over start: [Double]) -> Double {
    zip(potential, start).reduce(-.infinity) { max($0, $1.0 - $1.1) }
  }

  private func state(g: [Double]) async throws -> State {
    let f = try await plan.fit(a: a, g: g, logB: logB, epsilon: epsilon, threads: threads)
    let columns = try await plan.columnSums(threads: threads)
    let violation = zip(b, columns).reduce(0) { $0 + ($1.0 - $1.1).magnitude }
    return State(f: f, g: g, columns: columns, violation: violation)
  }

  /// The state after the columns have been made right, then the rows.
  private func alternated(_ now: State) async throws -> State {
    var g = now.g
    for j in g.indices where now.columns[j] > 0 { g[j] += epsilon * (logB[j] - Double.log(now.columns[j])) }
    return try await state(g: g)
  }

  /// The step to take in units of epsilon, and how many iterations it took to find.
  private func direction(_ now: State) async throws -> ([Double], Int) {
    let residual = zip(b, now.columns).map { $0 - $1 }
    // Far from the solution neither the full step nor its digits are worth their cost.
    let (step, iterations) = try await solve(
      residual, shift: 0.01 * now.violation, accuracy: min(0.1, now.violation))
    let mean = zip(step, b).reduce(0) { $0 + $1.0 * $1.1 }
    return (step.map { min(Self.longest, max(-Self.longest, $0 - mean)) }, iterations)
  }

  /// The state after a step that is halved until the value rises as its slope promises.
  private func searched(_ now: State, along direction: [Double]) async throws -> State {
    let slope = zip(direction, zip(b, now.columns)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) }
    let before = value(now.f, now.g)
    var size = 1.0
    while true {
      let g = zip(now.g, direction).map { $0 + size * epsilon * $1 }
      let f = try await plan.fit(a: a, g: g, logB: logB, epsilon: epsilon, threads: threads)
      let promised = 1e-4 * size * epsilon * slope - 16 * Double.ulpOfOne * before.magnitude
      if value(f, g) >= before + promised || size < 1e-6 {
        let columns = try await plan.columnSums(threads: threads)
        let violation = zip(b, columns).reduce(0) { $0 + ($1.0 - $1.1).magnitude }
        return State(f: f, g: g, columns: columns, violation: violation)
      }
      size *= 0.5
    }
  }

  private func value(_ f: [Double], _ g: [Double]) -> Double {
    zip(a, f).reduce(0) { $0 + $1.0 * $1.1 } + zip(b, g).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The solution of `(Laplacian + shift diag(b)) v = residual` by conjugate gradients, and their iterations.
  private func solve(_ residual: [Double], shift: Double, accuracy: Double) async throws -> ([Double], Int) {
    let size = residual.count
    let diagonal = zip(try await plan.diagonal(a: a, threads: threads), b).map {
      max($0 + shift * $1, 1e-300)
    }
    var solution = [Double](repeating: 0, count: size)
    var rest = residual
    var scaled = zip(rest, diagonal).map { $0 / $1 }
    var p = scaled
    var square = zip(rest, scaled).reduce(0) { $0 + $1.0 * $1.1 }
    let goal = square * accuracy * accuracy
    var iterations = 0
    while square > goal && iterations < 3000 {
      let means = try await plan.rowMeans(p, a: a, threads: threads)
      var image = try await plan.spread(p, means, threads: threads)
      for j in 0..<size { image[j] += shift * b[j] * p[j] }
      let curvature = zip(p, image).reduce(0) { $0 + $1.0 * $1.1 }
      if !(curvature > 0) { break }
      let alpha = square / curvature
      for j in 0..<size {
        solution[j] += alpha * p[j]
        rest[j] -= alpha * image[j]
        scaled[j] = rest[j] / diagonal[j]
      }
      let next = zip(rest, scaled).reduce(0) { $0 + $1.0 * $1.1 }
      let beta = next / square
      square = next
      for j in 0..<size { p[j] = scaled[j] + beta * p[j] }
      iterations += 1
    }
    return (solution, iterations)
  }
}
