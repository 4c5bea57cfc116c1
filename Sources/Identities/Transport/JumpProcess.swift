/// A jump process on finitely many states with rates that may depend on time, to be simulated without a time step.
struct JumpProcess: Sendable {
  /// The number of states.
  let states: Int
  /// A rate that the sum of the rates out of a state never exceeds.
  let bound: Double
  /// The rate at a time of jumps to a state from another.
  let rate: @Sendable (_ t: Double, _ y: Int, _ x: Int) -> Double

  /// The state at `end`, from the state `x` at `begin`, by thinning: candidates come at the rate `bound`, and one of
  /// them is a jump to `y` with probability `rate / bound` (Lewis and Shedler 1979).
  ///
  /// `stay` is told each state and how long it lasted until the next candidate.
  func state(
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
