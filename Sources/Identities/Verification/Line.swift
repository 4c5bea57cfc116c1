import Arithmetic
import Probability

/// How a line of a derivation stands to the line above it.
public enum Relation: String, Sendable, Codable {
  /// The line above equals this line.
  case equals = "="
  /// The line above is at most this line.
  case atMost = "<="
  /// The line above is at least this line.
  case atLeast = ">="
}

/// What a line is in its check.
public enum Role: Sendable, Equatable {
  /// One line of the derivation.
  case step
  /// A wrong version of the step it follows; the check must refute it.
  case rival(mistake: String)
  /// A right version of the step it follows, written otherwise; it must survive.
  case restatement

  /// Whether the line is wrong on purpose.
  public var isRival: Bool { if case .rival = self { true } else { false } }
}

/// A value that a line can have: a number, a vector or a matrix over the check's scalars.
public protocol Quantity {
  /// The scalars of the check.
  associatedtype Scalar: Sendable
  /// The components, in a fixed order.
  var parts: [Scalar] { get }
}

extension Vector: Quantity {
  /// The components, in a fixed order.
  public var parts: [Scalar] { components }
}
extension Matrix: Quantity {
  /// The components, in a fixed order.
  public var parts: [Scalar] { entries }
}
extension Symbol: Quantity {
  /// The components, in a fixed order.
  public var parts: [Symbol] { [self] }
}
extension Variate: Quantity {
  /// The components, in a fixed order.
  public var parts: [Variate] { [self] }
}
extension Dual: Quantity {
  /// The components, in a fixed order.
  public var parts: [Dual] { [self] }
}

extension Double: Quantity {
  /// The number as a constant random variable.
  public var parts: [Variate] { [Variate(self)] }
}
