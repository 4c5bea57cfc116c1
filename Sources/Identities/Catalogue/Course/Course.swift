import Verification

/// The course outline.
public enum Course {
  /// The problems, in the document's order; a new one is added to this list and nowhere else.
  public static var problems: [Problem] {
    get throws {
      [
        try generators
      ]
    }
  }
}
