import Foundation
import Testing

@testable import Formulas

/// Broken texts: each is refused, or read as what is printed.
@Suite struct FuzzTests {
  /// How many broken texts are tried, in each of ten parts.
  static let count = (ProcessInfo.processInfo.environment["FUZZ"].flatMap(Int.init) ?? 100_000) / 10

  @Test(.timeLimit(.minutes(15)), arguments: 0..<10)
  func `a broken text is refused or read as it is printed`(part: Int) throws {
    let notation = try Notation.rich()
    let reader = Reader(notation)
    var random = RandomFormula(notation, seed: UInt64(1000 + part))
    var slips = RandomSlips(seed: UInt64(part))
    var (text, other, read, compared) = ("a", "a", 0, 0)
    var failures: [String] = []
    for k in 0..<Self.count {
      // Several breaks of each formula, since to draw one takes longer than to read it.
      if k % 8 == 0 { (text, other) = (random.line(depth: 1 + k / 8 % 3).latex(in: notation), text) }
      let broken = slips.broken(text, other)
      do {
        let formula = try reader.read(broken)
        read += 1
        let printed = formula.latex(in: notation)
        if try reader.read(printed) != formula { failures.append("\(broken) -> \(printed)") }
        if let seen = Self.visible(broken) {
          compared += 1
          if !Self.isPart(seen, of: Self.visible(printed, isPrinted: true) ?? []) {
            failures.append("\(broken) loses something in \(printed)")
          }
        }
      } catch let error as ReadingError where error.text == broken {
        if !(0...broken.count).contains(error.offset) || error.reason.isEmpty { failures.append("\(error)") }
      } catch {
        failures.append("\(broken) -> \(error)")
      }
    }
    // Enough of them are read for the other half of the claim to be worth something.
    #expect(read > Self.count / 50 && compared > read / 3)
    #expect(failures.isEmpty, "\(failures.count): \(failures.prefix(4).joined(separator: "\n"))")
    if Self.count > 10_000 { print("\(Self.count) broken texts, of which \(read) are read") }
  }

  /// The pieces of a text that a reader sees, brackets aside; nil where some are printed in another way or order.
  static func visible(_ text: String, isPrinted: Bool = false) -> [String]? {
    guard let tokens = try? Token.all(in: text).map(\.text) else { return nil }
    var pieces: [String] = []
    for (k, piece) in tokens.enumerated() {
      let next = k + 1 < tokens.count ? tokens[k + 1] : ""
      switch piece {
      case "(", ")", "[", "]", "{", "}", #"\lbrace"#, #"\rbrace"#, "+", ",", "^", "_", #"\mathrm"#,
        #"\operatorname"#:
        break
      // What has several spellings, of which one is printed.
      case "'", #"\dot"#, #"\ddot"#, "e", #"\exp"#, #"\partial"#, "G", #"\beta"#, #"\begin"#, #"\end"#,
        #"\trace"#, "R":
        if !isPrinted { return nil }
        pieces.append(piece)
      case #"\nabla"# where [#"\nabla"#, "_"].contains(next) && !isPrinted,
        #"\Delta"# where next == "_" && !isPrinted,
        #"\int"# where next == "^" && !isPrinted:
        return nil
      case #"\times"#: pieces.append(#"\cdot"#)
      case #"\Vert"#: pieces.append("|")
      default: pieces.append(piece)
      }
    }
    return pieces
  }

  /// Whether pieces stand in this order among others.
  static func isPart(_ pieces: [String], of others: [String]) -> Bool {
    var rest = others[...]
    return pieces.allSatisfy { piece in
      guard let place = rest.firstIndex(of: piece) else { return false }
      rest = rest[(place + 1)...]
      return true
    }
  }

  @Test(arguments: 0..<4)
  func `a piece that is lost or changes places is missed`(part: Int) throws {
    let notation = try Notation.rich()
    let reader = Reader(notation)
    var random = RandomFormula(notation, seed: UInt64(2000 + part))
    var failures: Set<String> = []
    var tried = 0
    for k in 0..<150 {
      let formula = random.line(depth: 1 + k % 3)
      let pieces = Respelling.pieces(formula.latex(in: notation)).filter { ![#"\,"#, "\n"].contains($0) }
      for i in pieces.indices {
        var lost = pieces
        lost.remove(at: i)
        var swapped = pieces
        // A bracket that changes places may still hold the same.
        if i > 0, !pieces[(i - 1)...i].contains(where: "()[]{}".contains) { swapped.swapAt(i - 1, i) }
        for changed in [lost, swapped] where changed != pieces {
          tried += 1
          let text = changed.joined(separator: " ")
          if let again = try? reader.read(text), again == formula {
            failures.insert("\(pieces.joined(separator: " ")) => \(text)")
          }
        }
      }
    }
    #expect(tried > 4_000)
    #expect(failures.isEmpty, "\(failures.count): \(failures.sorted().prefix(8).joined(separator: "\n"))")
  }
}
