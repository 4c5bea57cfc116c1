import Verification

/// The qualifying examination on deep generative models.
public enum DeepGenerativeModels {
  /// The problems, in the document's order; a new one is added to this list and nowhere else.
  public static var problems: [Problem] {
    get throws {
      [
        try question1,
        try question2,
        try question3,
        try question4,
      ]
    }
  }
}
