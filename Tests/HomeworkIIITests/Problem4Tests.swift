import Identities
import Testing
import TruthValues

/// Homework III, Problem 4: the Jensen gap.
@Suite struct Problem4Tests {
  @Test("every part has the expected verdict", arguments: ["III.4b", "III.4b.corrected"])
  func part(id: String) async throws {
    try await Catalogue.identity(id).verify()
  }

  @Test("the sheet's condition leaves the gap that two-point laws have, and the right one none")
  func twoPointLaws() throws {
    let truth = try TruthCase("T.III.4.twopoint")
    let logR = [0, Double.log(2)]
    for (name, sign) in [("case1", -1.0), ("case2", 1.0)] {
      let left = -Double.log(logR.reduce(0) { $0 + Double.exp($1 - sign * $1) / 2 })
      let right = logR.reduce(0) { $0 + (sign * $1 - $1) / 2 }
      #expect(try truth.accepts([left], for: "lhs_" + name))
      #expect(try truth.accepts([right], for: "rhs_" + name))
      #expect(try truth.accepts([right - left], for: "gap_" + name))
    }
  }
}
