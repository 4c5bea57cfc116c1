import Testing

@testable import Identities

/// What is printed reads as the same formula, and so does what only looks different.
@Suite struct RoundTripTests {
  @Test(arguments: 0..<10)
  func `a random formula reads as it is printed`(part: Int) throws {
    let notation = try Notation.rich()
    let reader = Reader(notation)
    var random = RandomFormula(notation, seed: UInt64(part))
    var failures = 0
    for k in 0..<1000 {
      let formula = random.line(depth: 1 + k % 4)
      let text = formula.latex(in: notation)
      do {
        let again = try reader.read(text)
        if again != formula {
          failures += 1
          if failures < 4 {
            Issue.record("\(text)\n reads as \(again.latex(in: notation))\n \(formula.dump)\n\(again.dump)")
          }
        }
      } catch {
        failures += 1
        if failures < 4 { Issue.record("\(error)\n\(formula.dump)") }
      }
    }
    #expect(failures == 0)
  }
}

extension Formula {
  var dump: String {
    "\(head)" + (arguments.isEmpty ? "" : "(" + arguments.map(\.dump).joined(separator: ", ") + ")")
  }
}
