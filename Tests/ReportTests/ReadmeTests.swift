import Foundation
import Testing

/// The README's worked example is a file that is compiled and run.
@Test("the README shows the example package's own file")
func readmeShowsTheExample() throws {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
  let example = root.appending(path: "Examples/OwnIdentity/Tests/OwnIdentityTests/SteinTests.swift")
  #expect(readme.contains("```swift\n" + (try String(contentsOf: example, encoding: .utf8)) + "```"))
}
