/// A number with its uncertainty, and what kind of uncertainty that is.
public struct Estimate: Sendable {
  /// What the error bound of an estimate means.
  public enum Uncertainty: Sendable, Equatable {
    /// The value is exact.
    case none
    /// The true value is certainly within `radius`: interval arithmetic.
    case interval(radius: Double)
    /// The true value is within `bound`, by a derived error bound or two resolutions.
    case bound(Double)
    /// The value is a mean of simulations with this standard error.
    case standardError(Double)
  }

  public let value: Double
  public let uncertainty: Uncertainty

  public init(_ value: Double, _ uncertainty: Uncertainty) {
    (self.value, self.uncertainty) = (value, uncertainty)
  }

  /// A value whose error is at most `error`, by a bound or by two resolutions.
  public init(_ value: Double, error: Double) { self.init(value, .bound(error)) }

  /// The enclosed value: the midpoint, within the radius.
  public init(_ interval: Interval) { self.init(interval.midpoint, .interval(radius: interval.radius)) }

  /// The size of the uncertainty, zero for an exact value.
  public var error: Double {
    switch uncertainty {
    case .none: 0
    case .interval(let radius): radius
    case .bound(let bound): bound
    case .standardError(let deviation): deviation
    }
  }
}

/// A value that a line of a numerical check can have: estimates, or enclosures that become estimates.
public protocol Estimated {
  /// The components as estimates, in a fixed order.
  var estimates: [Estimate] { get }
}

extension Estimate: Estimated {
  public var estimates: [Estimate] { [self] }
}
extension Interval: Estimated {
  public var estimates: [Estimate] { [Estimate(self)] }
}
extension Vector: Estimated where Scalar == Interval {
  public var estimates: [Estimate] { components.map { Estimate($0) } }
}
extension Matrix: Estimated where Scalar == Interval {
  public var estimates: [Estimate] { entries.map { Estimate($0) } }
}
extension Array: Estimated where Element: Estimated {
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
