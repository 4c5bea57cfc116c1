import Arithmetic
import Course
import DeepGenerativeModels
import HomeworkII
import HomeworkIII
import ModelComparison
import Verification

/// Everything the package verifies, problem by problem, in the order of the documents.
public enum Catalogue {
  /// The problems of every document.
  public static var problems: [Problem] {
    get throws {
      try HomeworkII.problems + HomeworkIII.problems + DeepGenerativeModels.problems + Course.problems
        + ModelComparison.problems
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
