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
  /// A transcribed line whose value carries its own error bound: `Estimate`, `Interval`, or vectors of them.
  public init<Q: Estimated>(
    _ says: String, because: String = "", relation: Relation = .equals, remark: String = "",
    value: @escaping () throws -> Q
  ) {
    line = Line(
      role: .step, says: says, remark: remark, because: because, relation: relation,
      content: .code { try value().estimates })
  }
}

extension Rival where Scalar == Estimate {
  /// A transcribed wrong line whose value carries its own error bound.
  public init<Q: Estimated>(
    _ says: String, _ mistake: String, relation: Relation? = nil, remark: String = "",
    value: @escaping () throws -> Q
  ) {
    line = Line(
      role: .rival(mistake: mistake), says: says, remark: remark, relation: relation,
      content: .code { try value().estimates })
  }
}

extension Restatement where Scalar == Estimate {
  /// A transcribed right line whose value carries its own error bound.
  public init<Q: Estimated>(
    _ says: String, because: String = "", remark: String = "", value: @escaping () throws -> Q
  ) {
    line = Line(
      role: .restatement, says: says, remark: remark, because: because,
      content: .code { try value().estimates })
  }
}
