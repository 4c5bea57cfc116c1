/// Everything the package verifies, problem by problem, in the order of the documents.
public enum Catalogue {
  /// The problems; a new one is added to this list and nowhere else.
  public static var problems: [Problem] {
    get throws {
      [
        try homeworkIIProblem1,
        try homeworkIIProblem2,
        try homeworkIIProblem3,
        try homeworkIIProblem4,
        try homeworkIIProblem5,
        try homeworkIIIProblem1,
        try homeworkIIIProblem2,
        try homeworkIIIProblem3,
        homeworkIIIProblem4,
        homeworkIIIProblem5,
        try deepGenerativeModelsQuestion1,
        try deepGenerativeModelsQuestion2,
        try deepGenerativeModelsQuestion3,
        try deepGenerativeModelsQuestion4,
        try courseGenerators,
        reportIntroduction,
        try reportChain,
        try reportBound,
        try reportPosterior,
        try reportScores,
        try reportProcess,
        try reportSetting,
        try reportReversal,
        try reportInterpolants,
        try reportMetrics,
      ]
    }
  }

  /// The identities of all problems.
  public static var identities: [Identity] {
    get throws { try problems.flatMap(\.identities) }
  }

  /// The identity of an id; throws `InvalidArgument` where there is none.
  public static func identity(_ id: String) throws -> Identity {
    guard let found = try identities.first(where: { $0.id == id }) else {
      throw InvalidArgument("id", is: id, expected: "the id of an identity of the catalogue, such as II.1c")
    }
    return found
  }
}
