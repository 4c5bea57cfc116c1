import Foundation

// Writes a test of each identity of a document, named as the identity: part-tests DOCUMENT OUTPUT SOURCE...
// It reads the ids where they stand in the sources; one of the tests is that they are those of the document.

let (document, output, sources) = (
  CommandLine.arguments[1], CommandLine.arguments[2], CommandLine.arguments.dropFirst(3)
)
let ids = try sources.sorted().flatMap { source in
  try String(contentsOfFile: source, encoding: .utf8).matches(of: /\bIdentity\(\s*"([^"\\]+)"/).map {
    String($0.output.1)
  }
}

let tests = ids.map { id in
  """
    @Test(.enabled(if: isChosen("\(id)"))) func `\(id)`() async throws { try await verify("\(id)") }
  """
}
let text = """
  import \(document)
  import Identities
  import Testing

  /// A test of each part: its checks have the expected verdict.
  @Suite struct \(document)Parts {
  \(tests.joined(separator: "\n"))

    @Test func everyPartHasATest() throws {
      #expect(try \(document).problems.flatMap(\\.identities).map(\\.id).sorted() == allIDs.sorted())
    }
  }

  private let allIDs = \(ids)

  private func verify(_ id: String) async throws {
    let identities = try \(document).problems.flatMap(\\.identities)
    try await #require(identities.first { $0.id == id }).verify()
  }

  /// Whether `--filter` means this part where it is among the tests because of its name: `II.1c` is in the names of
  /// III.1c and of II.1c.corrected, and means neither.
  private func isChosen(_ id: String) -> Bool {
    let arguments = CommandLine.arguments
    let filters = zip(arguments, arguments.dropFirst()).filter { $0.0 == "--filter" }
      .map { $0.1.filter { $0 != "\\\\" && $0 != "^" && $0 != "$" } }
    return filters.isEmpty
      || filters.contains { filter in
        if !id.contains(filter) { return true }
        return allIDs.contains(filter) ? id == filter : IdentityPrefix(filter).selects(id)
      }
  }

  """
try text.write(toFile: output, atomically: true, encoding: .utf8)
