import Foundation
import Testing

/// The worked examples of the README and of CONTRIBUTING are files that are compiled and run.
@Test(
  "the examples shown are the example package's own files",
  arguments: [("README.md", "SteinTests.swift"), ("CONTRIBUTING.md", "QuadraticFormTests.swift")])
func pageShowsTheExample(page: String, file: String) throws {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let text = try String(contentsOf: root.appending(path: page), encoding: .utf8)
  let example = root.appending(path: "Examples/OwnIdentity/Tests/OwnIdentityTests/" + file)
  #expect(text.contains("```swift\n" + (try String(contentsOf: example, encoding: .utf8)) + "```"))
}
