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
  package func heading(ofProblem id: String) -> String {
    let number = id.dropFirst(prefix.count).drop { $0 == "." }
    return part.isEmpty || number.first?.isNumber != true ? title : "\(title), \(part) \(number)"
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

  /// A claim that a document makes.
  public init(_ id: String, _ location: String, _ status: Status, _ statement: String) {
    (self.id, self.location, self.status, self.statement) = (id, location, status, statement)
  }
}
