/// A document whose claims are verified, with every claim it makes.
public struct Document: Sendable {
  /// The document's name in data and in file names, such as `homework-ii`.
  public let key: String
  /// The document's name for a reader.
  public let title: String
  /// The first component of its claims' ids, such as `II`.
  public let prefix: String
  /// What the document calls its numbered sections; empty where they have no numbers.
  public let part: String
  /// The claims, in the document's order.
  public let claims: [Claim]

  /// A document with its claims.
  public init(key: String, title: String, prefix: String, part: String, claims: [Claim]) {
    self.key = key
    self.title = title
    self.prefix = prefix
    self.part = part
    self.claims = claims
  }

  /// The text that begins a heading about one of its problems: `Homework II, Problem 1`.
  func heading(ofProblem id: String) -> String {
    let number = id.dropFirst(prefix.count).drop { $0 == "." }
    return part.isEmpty || number.first?.isNumber != true ? title : "\(title), \(part) \(number)"
  }
}

/// Every claim of every document, whether or not an identity checks it.
public enum Ledger {
  /// The documents, in the order in which they are reported.
  public static let documents: [Document] = [
    .homeworkII, .homeworkIII, .deepGenerativeModels, .course, .comparison,
  ]

  /// The claims of all documents.
  public static var claims: [Claim] { documents.flatMap(\.claims) }
}
