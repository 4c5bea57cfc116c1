import Arithmetic
import Probability

/// A path of `dX = b dt + sqrt(2 e) dW` with integrals of potentials along it, as a block of samples.
///
/// Heun's method, of weak order two for noise that does not depend on the position, and the trapezoidal rule. A
/// path whose time runs backward solves the backward Ito equation: the increment of noise is then independent of
/// what comes later.
public struct WeightedPath {
  /// The position at the end.
  public let end: Variate
  /// The integrals of the potentials over the time that has passed, never counted negative.
  public let integrals: [Variate]

  /// The path over a time with as many steps as there are standard normal variables in `noise`.
  ///
  /// Throws `InvalidArgument` where there is no noise, the diffusion is negative, or a number is not finite.
  public init(
    from start: Variate, over time: (from: Double, to: Double), noise: [Variate], diffusion: Double,
    drift: (_ t: Variate, _ x: Variate) -> Variate,
    potentials: (_ t: Variate, _ x: Variate) -> [Variate]
  ) throws {
    guard !noise.isEmpty else {
      throw InvalidArgument("noise", is: "[]", expected: "a standard normal variable for each step")
    }
    guard diffusion >= 0, diffusion.isFinite else {
      throw InvalidArgument("diffusion", is: diffusion, expected: "a finite number that is not negative")
    }
    guard (time.to - time.from).isFinite else {
      throw InvalidArgument("time", is: time, expected: "finite numbers")
    }
    let step = (time.to - time.from) / Double(noise.count)
    let spread = Variate(Double.sqrt(2 * diffusion * step.magnitude))
    var (x, t) = (start, Variate(time.from))
    var heights = potentials(t, x)
    var sums = heights.map { _ in 0 as Variate }
    for (n, noise) in noise.enumerated() {
      let velocity = drift(t, x)
      t = Variate(time.from + Double(n + 1) * step)
      let kick = spread * noise
      let predicted = x + Variate(step) * velocity + kick
      x += Variate(step / 2) * (velocity + drift(t, predicted)) + kick
      let next = potentials(t, x)
      for k in sums.indices { sums[k] += heights[k] + next[k] }
      heights = next
    }
    end = x
    integrals = sums.map { Variate(step.magnitude / 2) * $0 }
  }

  /// The weight `exp(-integral)` of the first potential.
  public var weight: Variate { Variate.exp(-integrals[0]) }
}
