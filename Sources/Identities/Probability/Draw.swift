/// The random variables of one block: every call is a new one, independent of the others.
///
/// What comes out depends on the run's seed, the identity, the case and the block alone, never on the order in
/// which blocks are computed.
public final class Draw {
  private var stream: RandomStream

  init(_ stream: RandomStream) { self.stream = stream }

  /// A standard normal variable.
  public func normal() -> Variate { Variate { stream.fillNormals($0) } }

  /// A standard normal vector.
  public func normal(_ dimension: Int) -> Vector<Variate> { Vector((0..<dimension).map { _ in normal() }) }

  /// A uniform variable on (0, 1).
  public func uniform() -> Variate { Variate { stream.fillUniforms($0) } }

  /// An exponential variable of mean one.
  public func exponential() -> Variate { Variate { stream.fillExponentials($0) } }

  /// A variable that takes the value `values[k]` with probability `weights[k]`.
  public func choice(_ values: [Double], weights: [Double]) -> Variate {
    zip(memberships(weights), values).reduce(Variate(0)) { $0 + $1.0 * Variate($1.1) }
  }

  /// One indicator for each weight: the `k`-th is one with probability `weights[k]`, and exactly one of them is.
  func memberships(_ weights: [Double]) -> [Variate] {
    let u = uniform()
    var start = 0.0
    return weights.indices.map { k in
      let end = k == weights.count - 1 ? 1 : start + weights[k]
      defer { start = end }
      return u.indicator(in: start..<max(start, end))
    }
  }
}
