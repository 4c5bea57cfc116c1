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
