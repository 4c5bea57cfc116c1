import Arithmetic
import Verification

/// The third homework, on likelihoods and their bounds.
public enum HomeworkIII {
  /// The problems, in the document's order; a new one is added to this list and nowhere else.
  public static var problems: [Problem] {
    get throws {
      [
        try problem1,
        try problem2,
        try problem3,
        problem4,
        problem5,
      ]
    }
  }
}
