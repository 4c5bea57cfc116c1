import Arithmetic
import Probability

/// A jump process on finitely many states with rates that may depend on time, to be simulated without a time step.
public struct JumpProcess: Sendable {
  /// The number of states.
  public let states: Int
  /// A rate that the sum of the rates out of a state never exceeds.
  public let bound: Double
  /// The rate at a time of jumps to a state from another.
  public let rate: @Sendable (_ t: Double, _ y: Int, _ x: Int) -> Double

  /// A process on states numbered from zero; `bound` must be true, or its jumps come too rarely.
  ///
  /// Throws `InvalidArgument` unless there is a state and the bound is a positive number.
  public init(
    states: Int, bound: Double, rate: @escaping @Sendable (_ t: Double, _ y: Int, _ x: Int) -> Double
  ) throws {
    guard states > 0 else { throw InvalidArgument("states", is: states, expected: "at least one") }
    guard bound > 0, bound.isFinite else {
      throw InvalidArgument("bound", is: bound, expected: "a positive number")
    }
    (self.states, self.bound, self.rate) = (states, bound, rate)
  }

  /// The state at `end`, from the state `x` at `begin`, by thinning: candidates come at the rate `bound`, and one of
  /// them is a jump to `y` with probability `rate / bound` (Lewis and Shedler 1979).
  ///
  /// `stay` is told each state and how long it lasted until the next candidate.
  public func state(
    at end: Double, from x: Int, at begin: Double = 0, _ stream: inout RandomStream,
    stay: (_ x: Int, _ duration: Double) -> Void = { _, _ in }
  ) -> Int {
    var (t, x) = (begin, x)
    while true {
      let next = t - Double.log(stream.nextDouble()) / bound
      stay(x, min(next, end) - t)
      if next >= end { return x }
      t = next
      var mark = stream.nextDouble() * bound
      for y in 0..<states where y != x {
        mark -= rate(t, y, x)
        if mark < 0 {
          x = y
          break
        }
      }
    }
  }
}
