/// Particles with the drift `-p x` that are killed at the rate `r` where it is positive and split in two at the
/// rate `-r` where it is negative.
///
/// Exact, without a time step: candidates for an event come at a constant rate above `|r|` and are accepted in
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
    guard reversion > 0, diffusion > 0, bound > 0 else {
      throw InvalidArgument(
        "reversion, diffusion, bound", is: [reversion, diffusion, bound], expected: "positive numbers")
    }
    (self.reversion, self.diffusion, self.bound, self.rate) = (reversion, diffusion, bound, rate)
  }

  /// The sum of `f` over the particles alive at time one, one ancestor at time zero for each sample.
  public func sum(from start: Variate, _ draw: Draw, of f: (Double) -> Double) -> Variate {
    let (waits, kicks) = (Reserve { draw.exponential() }, Reserve { draw.normal() })
    let choices = Reserve { draw.uniform() }
    return Variate(
      samples: start.samples.map { ancestor in
        var alive = [(t: 0.0, x: ancestor)]
        var total = 0.0
        while var (t, x) = alive.popLast() {
          while true {
            let wait = waits.next() / bound
            let passed = min(wait, 1 - t)
            let decay = Double.exp(-reversion * passed)
            x = decay * x + (diffusion / reversion * (1 - decay * decay)).squareRoot() * kicks.next()
            t += passed
            if wait > passed { break }
            let r = rate(t, x)
            precondition(r.magnitude <= bound, "the rate \(r) is beyond its bound \(bound)")
            if choices.next() * bound >= r.magnitude { continue }
            if r > 0 { t = .infinity; break }
            alive.append((t, x))
          }
          if t.isFinite { total += f(x) }
        }
        return total
      })
  }

  /// Random numbers one at a time, from blocks.
  private final class Reserve {
    private let block: () -> Variate
    private var samples: [Double] = []

    init(_ block: @escaping () -> Variate) { self.block = block }

    func next() -> Double {
      if samples.isEmpty { samples = block().samples }
      return samples.removeLast()
    }
  }
}
