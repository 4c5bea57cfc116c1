import Foundation
import Testing

@testable import Formulas

/// The page that explains the notation: each of its examples is what it says.
@Suite struct NotationPageTests {
  /// The lines of the page's code blocks of a kind.
  static func lines(_ kind: String) throws -> [String] {
    let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/notation.md")
    let text = try String(contentsOf: page.standardized, encoding: .utf8)
    return text.components(separatedBy: "```\(kind)\n").dropFirst().flatMap { block in
      (block.components(separatedBy: "\n```").first ?? "").split(separator: "\n").map(String.init)
    }
  }

  static func notation() throws -> Notation {
    var notation = Notation()
    let words: [(String, Kind)] = [("number", .scalar), ("vector", .vector(2)), ("matri", .matrix(2, 2))]
    for line in try lines("names") {
      let (names, what) = try #require(halves(line, at: [" is ", " are "]), "\(line)")
      let kind = try #require(words.last { what.contains($0.0) }).1
      if what.contains("function") {
        let variables = try Notation.arguments(of: names)
        try notation.declare(function: names, variables.map { $0 == "x" ? .vector(2) : .scalar }, kind)
      } else {
        for name in names.components(separatedBy: ", ") {
          try notation.declare(name, kind, standsOn: what.contains("depends on t") ? ["t"] : [])
        }
      }
    }
    return notation
  }

  /// What stands on either side of a word, without spaces around it.
  static func halves(_ line: String, at words: [String]) -> (String, String)? {
    guard let place = words.lazy.compactMap({ line.range(of: $0) }).first else { return nil }
    let (a, b) = (line[..<place.lowerBound], line[place.upperBound...])
    return (a.trimmingCharacters(in: .whitespaces), b.trimmingCharacters(in: .whitespaces))
  }

  @Test func `every example is what the page says`() throws {
    let reader = Reader(try Self.notation())
    var (means, refused) = (0, 0)
    for line in try Self.lines("examples") {
      if let (text, reason) = Self.halves(line, at: [" refused: "]) {
        refused += 1
        let error = #expect(throws: ReadingError.self, "\(line)") { try reader.read(text) }
        #expect(error?.reason.hasPrefix(reason) == true, "\(line): \(error?.reason ?? "")")
      } else {
        means += 1
        let (text, same) = try #require(Self.halves(line, at: [" means "]), "\(line)")
        #expect(text != same)
        let read = Result { (try reader.read(text), try reader.read(same)) }
        switch read {
        case .success(let (said, expected)): #expect(said == expected, "\(line)")
        case .failure(let error): Issue.record("\(line)\n\(error)")
        }
      }
    }
    #expect(means > 40 && refused > 70)
  }
}
