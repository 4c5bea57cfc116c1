import Course
import DeepGenerativeModels
import HomeworkII
import HomeworkIII
import ModelComparison
import Verification

/// Every claim of every document, whether or not an identity checks it.
public enum Ledger {
  /// The documents, in the order in which they are reported.
  public static let documents: [Document] = [
    HomeworkII.document, HomeworkIII.document, DeepGenerativeModels.document, Course.document,
    ModelComparison.document,
  ]

  /// The claims of all documents.
  public static var claims: [Claim] { documents.flatMap(\.claims) }
}
