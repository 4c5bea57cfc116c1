import Arithmetic

/// A value that a line of a numerical check can have: estimates, or enclosures that become estimates.
public protocol Estimated {
  /// The components as estimates, in a fixed order.
  var estimates: [Estimate] { get }
}

extension Estimate: Estimated {
  /// The components as estimates, in a fixed order.
  public var estimates: [Estimate] { [self] }
}
extension Interval: Estimated {
  /// The components as estimates, in a fixed order.
  public var estimates: [Estimate] { [Estimate(self)] }
}
extension Vector: Estimated where Scalar == Interval {
  /// The components as estimates, in a fixed order.
  public var estimates: [Estimate] { components.map { Estimate($0) } }
}
extension Matrix: Estimated where Scalar == Interval {
  /// The components as estimates, in a fixed order.
  public var estimates: [Estimate] { entries.map { Estimate($0) } }
}
extension Array: Estimated where Element: Estimated {
  /// The components as estimates, in a fixed order.
  public var estimates: [Estimate] { flatMap(\.estimates) }
}

extension Step where Scalar == Estimate {
  /// A line whose value carries its own error bound: `Estimate`, `Interval`, or vectors of them.
  public init<Q: Estimated>(
    _ says: String, because: String = "", relation: Relation = .equals, value: @escaping () throws -> Q
  ) {
    line = Line(role: .step, says: says, because: because, relation: relation, bias: 0) {
      try value().estimates
    }
  }
}

extension Rival where Scalar == Estimate {
  /// A wrong line whose value carries its own error bound.
  public init<Q: Estimated>(
    _ says: String, _ mistake: String, relation: Relation? = nil, value: @escaping () throws -> Q
  ) {
    (self.says, self.mistake, self.relation) = (says, mistake, relation)
    self.value = { try value().estimates }
  }
}

extension Restatement where Scalar == Estimate {
  /// A right line whose value carries its own error bound.
  public init<Q: Estimated>(_ says: String, because: String = "", value: @escaping () throws -> Q) {
    (self.says, self.because) = (says, because)
    self.value = { try value().estimates }
  }
}
