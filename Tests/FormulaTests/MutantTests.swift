import Testing

@testable import Formulas

/// Wrong versions that are made by machine.
@Suite struct MutantTests {
  @Test func `every piece of a line can be wrong`() throws {
    let notation = try Notation.rich()
    let reader = Reader(notation)
    let mutants = Set(try reader.read(#"-A^{-\top}x"#).mutants(in: notation).map(\.formula))
    for wrong in [#"A^{-\top}x"#, #"-A^{-1}x"#, #"-A^\top x"#] {
      #expect(mutants.contains(try reader.read(wrong)), "\(wrong)")
    }
  }

  /// That none is the formula itself, or another kind of thing, is what makes a mutant that survives tell something.
  @Test(arguments: 0..<4)
  func `mutants of random formulas are other formulas of the same kind, each once`(part: Int) throws {
    let notation = try Notation.rich()
    var random = RandomFormula(notation, seed: UInt64(part))
    var count = 0
    for k in 0..<250 {
      let formula = random.line(depth: 1 + k % 4)
      let mutants = formula.mutants(in: notation)
      count += mutants.count
      #expect(Set(mutants.map(\.formula)).count == mutants.count)
      for mutant in mutants {
        #expect(mutant.formula != formula && mutant.formula.kind.isComparable(with: formula.kind))
      }
    }
    #expect(count > 250)
  }
}
