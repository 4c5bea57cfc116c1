import Arithmetic
import Probability

/// Particles with the drift `-p x` that are killed at the rate `r` where it is positive and split in two at the
/// rate `-r` where it is negative.
///
/// Exact, without a time step: candidates for an event come at a constant rate not below `|r|` and are accepted in
/// proportion, and between candidates a particle moves by the Ornstein-Uhlenbeck transition.
public struct BranchingParticles: Sendable {
  /// The strength `p` of the drift to the origin, positive.
  public let reversion: Double
  /// The diffusion coefficient, positive.
  public let diffusion: Double
  /// The rate `r(t, x)`.
  public let rate: @Sendable (_ t: Double, _ x: Double) -> Double
  /// A bound on the magnitude of the rate.
  public let bound: Double

  /// Particles with their drift, noise and rate; throws `InvalidArgument` unless the numbers are positive.
  public init(
    reversion: Double, diffusion: Double, bound: Double,
    rate: @escaping @Sendable (_ t: Double, _ x: Double) -> Double
  ) throws {
    guard reversion > 0, diffusion > 0, bound > 0, (reversion + diffusion + bound).isFinite else {
      throw InvalidArgument(
        "reversion, diffusion, bound", is: [reversion, diffusion, bound],
        expected: "positive finite numbers")
    }
    (self.reversion, self.diffusion, self.bound, self.rate) = (reversion, diffusion, bound, rate)
  }

  /// The sums of functions over the particles alive at time one, one ancestor at time zero for each sample.
  ///
  /// Throws `InvalidArgument` where the rate goes beyond its bound.
  public func sums(
    from start: Variate, _ draw: Draw, of functions: [(Double) -> Double]
  ) throws -> Vector<Variate> {
    var waits = Reserve { draw.exponential() }
    var kicks = Reserve { draw.normal() }
    var choices = Reserve { draw.uniform() }
    var alive: [(t: Double, x: Double)] = []
    var totals = functions.map { _ in [Double](repeating: 0, count: Variate.blockSize) }
    let stationary = diffusion / reversion
    for (sample, ancestor) in start.samples.enumerated() {
      alive.append((0, ancestor))
      while var (t, x) = alive.popLast() {
        while true {
          let wait = waits.next() / bound
          let passed = min(wait, 1 - t)
          let decay = Double.exp(-reversion * passed)
          x = decay * x + (stationary * (1 - decay * decay)).squareRoot() * kicks.next()
          t += passed
          if wait > passed {
            for k in functions.indices { totals[k][sample] += functions[k](x) }
            break
          }
          let r = rate(t, x)
          guard r.magnitude <= bound else {
            throw InvalidArgument("rate", is: r, expected: "at most the bound \(bound) in magnitude")
          }
          if choices.next() * bound >= r.magnitude { continue }
          if r > 0 { break }
          alive.append((t, x))
        }
      }
    }
    return Vector(totals.map { Variate(samples: $0) })
  }

  /// Random numbers one at a time, from blocks.
  private struct Reserve {
    private let block: () -> Variate
    private var samples: [Double] = []
    private var used = 0

    init(_ block: @escaping () -> Variate) { self.block = block }

    mutating func next() -> Double {
      if used == samples.count { (samples, used) = (block().samples, 0) }
      used += 1
      return samples[used - 1]
    }
  }
}
