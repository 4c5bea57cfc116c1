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

  /// The value.
  public let value: Double
  /// How far the value may be off, and in what sense.
  public let uncertainty: Uncertainty
  /// Why there is no bound on the error, or only a wide one; nil where nothing is known to be amiss.
  public let doubt: String?

  /// A value with its uncertainty.
  public init(_ value: Double, _ uncertainty: Uncertainty, doubt: String? = nil) {
    (self.value, self.uncertainty, self.doubt) = (value, uncertainty, doubt)
  }

  /// A value whose error is at most `error`, by a bound or by two resolutions.
  public init(_ value: Double, error: Double, doubt: String? = nil) {
    self.init(value, .bound(error), doubt: doubt)
  }

  /// The enclosed value: the midpoint, within the radius.
  public init(_ interval: Interval) { self.init(interval.midpoint, .interval(radius: interval.radius)) }

  /// Whether the true value is certainly within `error`: not where that is a standard error, or negative.
  public var isBounded: Bool {
    if case .standardError = uncertainty { return false }
    return error >= 0
  }

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
