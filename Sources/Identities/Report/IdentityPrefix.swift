/// The beginning of an id, which selects the identities that begin with it.
///
/// An id is made of numbers and words, and a prefix ends where one of them ends: `II.1` selects `II.1c` and
/// `II.1.setup` but not `II.10`, and `II` does not select `III.1a`.
public struct IdentityPrefix: Sendable {
  /// The text that a selected id begins with.
  public let text: String

  /// A prefix as a person types it.
  public init(_ text: String) { self.text = text }

  /// Whether the prefix selects an id.
  public func selects(_ id: String) -> Bool {
    guard id.hasPrefix(text), let last = text.last else { return false }
    guard let next = id.dropFirst(text.count).first else { return true }
    return !(last.isLetter && next.isLetter) && !(last.isNumber && next.isNumber)
  }
}
