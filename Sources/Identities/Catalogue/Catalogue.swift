/// Everything the package verifies, problem by problem, in the order of the documents.
public enum Catalogue {
  /// The problems; a new one is added to this list and nowhere else.
  public static var problems: [Problem] {
    get throws {
      [
        try homeworkIIProblem1,
        homeworkIIIProblem4,
        homeworkIIIProblem5,
      ]
    }
  }

  /// The identities of all problems.
  public static var identities: [Identity] {
    get throws { try problems.flatMap(\.identities) }
  }
}
