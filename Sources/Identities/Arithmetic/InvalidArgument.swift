/// An argument that a caller got wrong: which one, what it was, and what was expected instead.
public struct InvalidArgument: Error, Equatable, CustomStringConvertible {
  /// The argument's name, as the caller wrote it.
  public let argument: String
  /// The value that was given.
  public let value: String
  /// What would have been accepted.
  public let expected: String

  /// The refusal of an argument with its value, for want of what was expected.
  public init(_ argument: String, is value: some Any, expected: String) {
    self.argument = argument
    self.value = "\(value)"
    self.expected = expected
  }

  /// A short text for a person.
  public var description: String { "\(argument) is \(value); expected \(expected)" }
}
