/// One problem of a document: its identities in the order of its parts, and its figures.
public struct Problem: Sendable {
  /// The common beginning of the parts' ids, such as `II.1`.
  public let id: String
  /// A few words for a heading.
  public let title: String
  /// The setting that the parts share: prose, LaTeX between dollar signs.
  public let setting: String
  /// The identities, in the order of the parts.
  public let identities: [Identity]
  /// The figures, in the order they are shown.
  public let figures: [Figure]

  /// A problem with its identities.
  public init(
    _ id: String, _ title: String, setting: String, figures: [Figure] = [],
    @Identities identities: () throws -> [Identity]
  ) rethrows {
    self.id = id
    self.title = title
    self.setting = setting
    self.figures = figures
    self.identities = try identities()
  }

  /// Collects the identities of a problem.
  @resultBuilder
  public enum Identities {
    /// Takes one statement of the closure.
    public static func buildExpression(_ identity: Identity) -> [Identity] { [identity] }
    /// Joins the statements in order.
    public static func buildBlock(_ parts: [Identity]...) -> [Identity] { parts.flatMap { $0 } }
  }
}
