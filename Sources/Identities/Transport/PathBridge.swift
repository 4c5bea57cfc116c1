import Arithmetic

/// Laws of paths over finitely many states and steps, with given ends and least divergence from a Markov chain.
///
/// A Schroedinger bridge by iterative proportional fitting on the paths themselves (Deming and Stephan 1940; Sinkhorn
/// 1964): every path has a weight, and the two ends are fitted in turn. It is exponential in the number of steps, and so
/// an independent witness for what the ends alone determine.
public struct PathBridge: Sendable {
  /// The chain's transition probabilities, a row for each state.
  public let transition: [[Double]]
  /// How many steps a path has.
  public let steps: Int

  /// Bridges of a chain.
  ///
  /// Throws `InvalidArgument` unless the rows are positive with sum one, up to their rounding, there is a step and there
  /// are at most 2^20 paths.
  public init(transition: [[Double]], steps: Int) throws {
    let n = transition.count
    let rounding = Double(n) * Double.ulpOfOne
    guard n > 0,
      transition.allSatisfy({ row in
        row.count == n && row.allSatisfy { $0 > 0 } && (row.reduce(0, +) - 1).magnitude <= rounding
      })
    else {
      throw InvalidArgument("transition", is: transition, expected: "rows of positive numbers with sum 1")
    }
    guard steps > 0, Double(steps + 1) * Double.log(Double(n)) <= 20 * Double.log(2) else {
      throw InvalidArgument(
        "steps", is: steps, expected: "at least one, and at most 2^20 paths of \(n) states")
    }
    (self.transition, self.steps) = (transition, steps)
  }

  /// The number of states.
  public var states: Int { transition.count }

  private var count: Int { (0...steps).reduce(1) { product, _ in product * states } }

  /// The state of a path, given by its number, after some steps.
  private func state(_ path: Int, _ step: Int) -> Int {
    (0..<step).reduce(path) { rest, _ in rest / states } % states
  }

  /// The weights of all paths under the chain from a given start.
  private func chain(from start: [Double]) -> [Double] {
    (0..<count).map { path in
      (0..<steps).reduce(start[state(path, 0)]) { $0 * transition[state(path, $1)][state(path, $1 + 1)] }
    }
  }

  /// The bridge from one law of states to another, as the weights of the paths.
  ///
  /// Fitted until the weights stop changing. Throws `InvalidArgument` unless both are laws of the states.
  public func bridge(from start: [Double], to end: [Double]) throws -> PathLaw {
    for (name, law) in [("start", start), ("end", end)] {
      guard law.count == states, law.allSatisfy({ $0 > 0 }),
        (law.reduce(0, +) - 1).magnitude <= Double(states) * Double.ulpOfOne
      else { throw InvalidArgument(name, is: law, expected: "\(states) positive numbers with sum 1") }
    }
    let first = (0..<count).map { state($0, 0) }
    let last = (0..<count).map { state($0, steps) }
    var weights = chain(from: start)
    var change = Double.infinity
    for _ in 0..<4096 where change > 4 * Double.ulpOfOne {
      change = 0
      for (states, target) in [(last, end), (first, start)] {
        var sums = Array(repeating: 0.0, count: self.states)
        for k in weights.indices { sums[states[k]] += weights[k] }
        let factors = zip(target, sums).map { $0 / $1 }
        change = factors.reduce(change) { max($0, ($1 - 1).magnitude) }
        for k in weights.indices { weights[k] *= factors[states[k]] }
      }
    }
    return PathLaw(states: states, steps: steps, weights: weights, change: change)
  }
}

/// A law of paths over finitely many states.
public struct PathLaw: Sendable {
  /// The number of states.
  public let states: Int
  /// The number of steps.
  public let steps: Int
  /// The weights of the paths; the path's number in base `states` is its states, the first one the last digit.
  public let weights: [Double]
  /// By how much the last round of fitting still changed an end, relatively.
  public let change: Double

  private func digit(_ path: Int, _ step: Int) -> Int {
    (0..<step).reduce(path) { rest, _ in rest / states } % states
  }

  /// The joint law of the states after two numbers of steps, row by row, with the error that rounding and the end of
  /// fitting have left.
  public func joint(_ first: Int, _ second: Int) -> [Estimate] {
    var sums = Array(repeating: 0.0, count: states * states)
    for k in weights.indices { sums[digit(k, first) * states + digit(k, second)] += weights[k] }
    let rounding = Double(steps + 8) * 64 * Double.ulpOfOne
    return sums.map { Estimate($0, error: $0 * (Double(states) * change + rounding)) }
  }

  /// The law of the state after some steps.
  public func marginal(_ step: Int) -> [Estimate] {
    let joint = joint(step, step)
    return (0..<states).map { joint[$0 * states + $0] }
  }
}
