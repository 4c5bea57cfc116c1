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

/// A picture that makes a point of a problem, as data: what it shows is computed when the report is made.
public struct Figure: Sendable {
  /// One curve or set of marks.
  public struct Series: Sendable {
    /// What it shows or measures, as plain text.
    public let label: String
    /// The points, in the order they are joined.
    public let points: [(x: Double, y: Double)]
    /// Whether the points are joined by a line or stand as marks.
    public let isJoined: Bool
    /// How far each point may be off vertically, drawn as a bar; empty where nothing is said of it.
    public let errors: [Double]

    /// A part of a figure, from what it shows; `errors` has a number for each point, or none.
    public init(
      _ label: String, isJoined: Bool = true, points: [(x: Double, y: Double)], errors: [Double] = []
    ) {
      precondition(
        errors.isEmpty || errors.count == points.count, "\(errors.count) errors, \(points.count) points")
      (self.label, self.points, self.isJoined, self.errors) = (label, points, isJoined, errors)
    }
  }

  /// An axis: what it measures, with its unit, and whether it is logarithmic.
  public struct Axis: Sendable {
    /// What it shows or measures, as plain text.
    public let label: String
    /// Whether the axis is logarithmic.
    public let isLogarithmic: Bool

    /// A part of a figure, from what it shows.
    public init(_ label: String, isLogarithmic: Bool = false) {
      (self.label, self.isLogarithmic) = (label, isLogarithmic)
    }
  }

  /// The file's name without its extension.
  public let name: String
  /// What there is to see: prose, LaTeX between dollar signs.
  public let caption: String
  /// The horizontal axis.
  public let x: Axis
  /// The vertical axis.
  public let y: Axis
  /// What computes the curves.
  public let series: @Sendable () throws -> [Series]

  /// A part of a figure, from what it shows.
  public init(
    _ name: String, caption: String, x: Axis, y: Axis, series: @escaping @Sendable () throws -> [Series]
  ) {
    (self.name, self.caption, self.x, self.y, self.series) = (name, caption, x, y, series)
  }
}

/// One claim of a document, whether or not an identity checks it yet.
public struct Claim: Sendable {
  /// What the documents' reading has found of a claim.
  public enum Status: String, Sendable, Codable {
    case trueAsWritten = "true as written"
    case falseAsWritten = "false as written"
    case asksForDerivation = "asks for derivation"
    case qualitative
  }

  /// The claim's name, such as `II.1c`.
  public let id: String
  /// Where the document makes it.
  public let location: String
  /// What reading it has found.
  public let status: Status
  /// What it says: prose, LaTeX between dollar signs.
  public let statement: String

  init(_ id: String, _ location: String, _ status: Status, _ statement: String) {
    (self.id, self.location, self.status, self.statement) = (id, location, status, statement)
  }
}
