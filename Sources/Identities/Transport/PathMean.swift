import Arithmetic
import Probability

/// Means of what is computed along simulated paths, with less bias and less variance than one path has.
public enum PathMean {
  /// The noises of half as many steps that drive the same Brownian motion.
  ///
  /// Throws `InvalidArgument` where their number is odd.
  public static func coarser(_ noise: [Variate]) throws -> [Variate] {
    guard noise.count.isMultiple(of: 2) else {
      throw InvalidArgument("noise", is: "\(noise.count) steps", expected: "an even number, to be halved")
    }
    return stride(from: 0, to: noise.count, by: 2).map {
      Variate(0.5.squareRoot()) * (noise[$0] + noise[$0 + 1])
    }
  }

  /// Values whose leading error in the time step is removed (Talay and Tubaro 1990): `(2^p fine - coarse) / (2^p - 1)`
  /// for a method of weak order `p`, with both numbers of steps on the same Brownian path.
  public static func extrapolated(
    _ noise: [Variate], order: Int = 2, of values: ([Variate]) throws -> Vector<Variate>
  ) throws -> Vector<Variate> {
    guard (1...8).contains(order) else {
      throw InvalidArgument("order", is: order, expected: "the order of the method, from 1 to 8")
    }
    let factor = Double(1 << order)
    return Variate(factor / (factor - 1)) * (try values(noise))
      - Variate(1 / (factor - 1)) * (try values(coarser(noise)))
  }

  /// The mean of the values on a Brownian path and on its mirror image, which has the same law.
  public static func mirrored(
    _ noise: [Variate], of values: ([Variate]) throws -> Vector<Variate>
  ) rethrows -> Vector<Variate> {
    Variate(0.5) * (try values(noise) + values(noise.map { -$0 }))
  }

  /// A bound on the bias that a number of time steps leaves in the mean of each value, from two step sizes.
  ///
  /// The same Brownian paths with `steps` and twice as many steps: where the bias is at least halved with the step,
  /// the mean difference is at least half of it. Five standard errors of that difference are added.
  public static func bias(
    steps: Int, of values: (_ draw: Draw, _ noise: [Variate]) throws -> Vector<Variate>
  ) throws -> [Double] {
    guard steps > 0 else { throw InvalidArgument("steps", is: steps, expected: "at least 1") }
    var moments: [Moments] = []
    for block in 0..<256 as Range<UInt64> {
      let draw = { Draw(RandomStream(seed: 0, identity: "time step", block: block)) }
      let source = Draw(RandomStream(seed: 0, identity: "time step, noise", block: block))
      let noise = (0..<2 * steps).map { _ in source.normal() }
      let change = try values(draw(), coarser(noise)) - values(draw(), noise)
      if moments.isEmpty { moments = change.components.map { _ in Moments() } }
      for (k, part) in change.components.enumerated() { moments[k].merge(Moments(part)) }
    }
    return moments.map { 2 * ($0.mean.magnitude + 5 * $0.standardError) }
  }
}
