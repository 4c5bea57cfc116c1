import Arithmetic

/// The random variables of one block: every call is a new one, independent of the others.
///
/// What comes out depends on the run's seed, the identity, the case and the block alone, never on the order in
/// which blocks are computed.
public final class Draw {
  private var stream: RandomStream

  /// The variables of one block, from its stream.
  public init(_ stream: RandomStream) { self.stream = stream }

  /// A standard normal variable.
  public func normal() -> Variate { Variate { stream.fillNormals($0) } }

  /// A standard normal vector.
  public func normal(_ dimension: Int) -> Vector<Variate> { Vector((0..<dimension).map { _ in normal() }) }

  /// A variable of any law, one sample at a time from the block's own random stream.
  ///
  /// Samples must be independent of each other and take their randomness from the stream alone.
  public func samples(_ next: (inout RandomStream) -> Double) -> Variate {
    Variate { buffer in for i in buffer.indices { buffer[i] = next(&stream) } }
  }

  /// A uniform variable on (0, 1).
  public func uniform() -> Variate { Variate { stream.fillUniforms($0) } }

  /// An exponential variable of mean one.
  public func exponential() -> Variate { Variate { stream.fillExponentials($0) } }

  /// A variable that takes the value `values[k]` with probability `weights[k]`.
  ///
  /// NaN, which makes a check inconclusive, unless there are as many values as weights and the weights are positive
  /// with sum one, up to their rounding.
  public func choice(_ values: [Double], weights: [Double]) -> Variate {
    let rounding = Double(weights.count) * Double.ulpOfOne
    guard !values.isEmpty, values.count == weights.count, weights.allSatisfy({ $0 > 0 }),
      (weights.reduce(0, +) - 1).magnitude <= rounding
    else { return Variate(.nan) }
    return selection(weights).pick { values[$0] }
  }

  /// A random index that is `k` with probability `weights[k]`.
  public func selection(_ weights: [Double]) -> Selection {
    let u = uniform()
    var end = 0.0
    return Selection(
      atMost: weights.dropLast().map { weight in
        end += weight
        return u.isBelow(end)
      })
  }
}

extension Draw {
  /// A variable whose density is the standard normal one times a probability of acceptance, normalised.
  ///
  /// Candidates are drawn block after block until a block of them is accepted, however long that takes.
  func accepted(with probability: (Variate) -> Variate) -> Variate {
    var samples: [Double] = []
    samples.reserveCapacity(Variate.blockSize)
    while samples.count < Variate.blockSize {
      let candidates = normal()
      let margins = (uniform() - probability(candidates)).samples
      for (candidate, margin) in zip(candidates.samples, margins) where margin < 0 {
        samples.append(candidate)
        if samples.count == Variate.blockSize { break }
      }
    }
    return Variate(samples: samples)
  }
}

/// A random index, by the indicators that it is at most 0, at most 1, and so on to the last but one.
public struct Selection {
  let atMost: [Variate]

  /// The variable that is `value(k)` where the index is `k`.
  public func pick(_ value: (Int) -> Double) -> Variate {
    atMost.indices.reduce(into: Variate(value(atMost.count))) { sum, k in
      sum.add(Variate(value(k) - value(k + 1)), times: atMost[k])
    }
  }
}
