import Arithmetic

/// The random variables of one block: every call is a new one, independent of the others.
///
/// What comes out depends on the run's seed, the identity, the case and the block alone, never on the order in
/// which blocks are computed. The samples of a variable are independent, or the points of a scrambled net: then each
/// `normal`, `uniform`, `exponential` or `choice` is the next coordinate of the net.
public final class Draw {
  private var stream: RandomStream
  private let edge: Edge?
  private let isNet: Bool
  /// How many variables were asked for that have a law of their own, and how many of them are normal.
  package private(set) var (requests, normals) = (0, 0)

  /// A variable that is put where it is wanted instead of being drawn.
  package struct Edge: Sendable {
    package enum Place: Sendable {
      case draw(Int)
      case sum(ofNormals: Int)
    }
    let place: Place
    let normal: [Double]
    let uniform: [Double]
    let exponential: [Double]

    package init(place: Place, normal: [Double], uniform: [Double], exponential: [Double]) {
      (self.place, self.normal, self.uniform, self.exponential) = (place, normal, uniform, exponential)
    }
  }
  /// What the normal variables have yet to add up to.
  private var remaining: Variate?

  /// The variables of one block, from its stream.
  public convenience init(_ stream: RandomStream) { self.init(stream, isNet: false, edge: nil) }

  package init(_ stream: RandomStream, isNet: Bool = false, edge: Edge? = nil) {
    (self.stream, self.isNet, self.edge) = (stream, isNet, edge)
  }

  /// The next coordinate of the net; nil where there is none, and a variable is drawn.
  private func coordinate() -> Variate? {
    guard isNet, requests < SobolNet.coordinates else { return nil }
    return Variate { buffer in
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Variate.blockSize) { words in
        stream.fillWords(words)
        SobolNet.fill(buffer, coordinate: requests, words: UnsafeBufferPointer(words))
      }
    }
  }

  /// A standard normal variable.
  public func normal() -> Variate {
    defer { (requests, normals) = (requests + 1, normals + 1) }
    switch edge?.place {
    case .draw(requests): return Variate(samples: edge!.normal)
    case .sum(let count) where normals < count: return part(ofSumOf: count)
    default: return coordinate()?.map { .normalQuantiles($0) } ?? Variate { stream.fillNormals($0) }
    }
  }

  /// The next of `count` normal variables whose sum is given: normal about its part of what remains.
  private func part(ofSumOf count: Int) -> Variate {
    let sum = remaining ?? Variate(samples: edge!.normal) * Variate(Double(count).squareRoot())
    let left = Double(count - normals)
    let part = sum / left + Variate { stream.fillNormals($0) } * (1 - 1 / left).squareRoot()
    remaining = sum - part
    return part
  }

  /// A standard normal vector.
  public func normal(_ dimension: Int) -> Vector<Variate> { Vector((0..<dimension).map { _ in normal() }) }

  /// A variable of any law, one sample at a time from the block's own random stream.
  ///
  /// Samples must be independent of each other and take their randomness from the stream alone.
  public func samples(_ next: (inout RandomStream) -> Double) -> Variate {
    Variate { buffer in for i in buffer.indices { buffer[i] = next(&stream) } }
  }

  /// A uniform variable on (0, 1).
  public func uniform() -> Variate {
    defer { requests += 1 }
    if case .draw(requests) = edge?.place { return Variate(samples: edge!.uniform) }
    return coordinate() ?? Variate { stream.fillUniforms($0) }
  }

  /// An exponential variable of mean one.
  public func exponential() -> Variate {
    defer { requests += 1 }
    if case .draw(requests) = edge?.place { return Variate(samples: edge!.exponential) }
    return coordinate()?.map { 0 - .logarithm(ofNormal: $0, minus: .zero) }
      ?? Variate { stream.fillExponentials($0) }
  }

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
      let candidates = Variate { stream.fillNormals($0) }
      let margins = (Variate { stream.fillUniforms($0) } - probability(candidates)).samples
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
