import Foundation
import Testing

private func page(_ name: String) throws -> String {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  return try String(contentsOf: root.appending(path: name), encoding: .utf8)
}

/// The worked examples of the README and of CONTRIBUTING are files that are compiled and run.
@Test(
  "the examples shown are the example package's own files",
  arguments: [("README.md", "SteinTests.swift"), ("CONTRIBUTING.md", "QuadraticFormTests.swift")])
func pageShowsTheExample(text: String, file: String) throws {
  let example = try page("Examples/OwnIdentity/Tests/OwnIdentityTests/" + file)
  #expect(try page(text).contains("```swift\n" + example + "```"))
}

/// The README's example is compiled here too, by a link to its file: what it says of the wrong variant is what it prints.
@Test func pageShowsWhatTheExampleSays() async throws {
  let wrong = stein(#"\sigma\,\mathbb{E}[f'(X)]"#)
  let error = await #expect(throws: (any Error).self) { try await wrong.verify() }
  let said = try #require(error)
  #expect(try page("README.md").contains("```text\n\(said)\n```"))
}
