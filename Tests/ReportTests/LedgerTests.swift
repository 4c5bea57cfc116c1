import Testing

@testable import Catalogue
@testable import Report

@Suite("Ledger")
struct LedgerTests {
  @Test func listsEveryClaimOnce() {
    let ids = Ledger.claims.map(\.id)
    #expect(ids.count == 116)
    #expect(Set(ids).count == ids.count)
    for document in Ledger.documents {
      #expect(
        document.claims.allSatisfy { IdentityPrefix(document.prefix).selects($0.id) }, "\(document.key)")
    }
  }

  @Test func everyIdentityIsAClaimOrACorrection() throws {
    let identities = try Catalogue.identities
    let known = Set(Ledger.claims.map(\.id)).union(identities.compactMap(\.correction))
    for identity in identities { #expect(known.contains(identity.id), "\(identity.id) is in no document") }
    #expect(Set(identities.map(\.id)).count == identities.count)
  }

  @Test func everyFigureHasANameOfItsOwn() throws {
    let names = try Catalogue.problems.flatMap(\.figures).map(\.name)
    #expect(Set(names).count == names.count)
  }

  @Test func everyCorrectionIsChecked() throws {
    let ids = Set(try Catalogue.identities.map(\.id))
    for identity in try Catalogue.identities {
      guard let correction = identity.correction else { continue }
      #expect(ids.contains(correction), "\(identity.id) is corrected by \(correction), which nothing checks")
    }
  }

  @Test(arguments: [
    ("II.1", "II.1c", true), ("II.1", "II.1.setup", true), ("II.1", "II.10a", false), ("II", "III.1a", false),
    ("II", "II.5", true), ("DGM.4c.i", "DGM.4c.ii", false), ("DGM.4c", "DGM.4c.ii", true),
    ("R.2.1", "R.2.14", false), ("R.2.12", "R.2.12b", true), ("II.1c", "II.1", false), ("", "II.1", false),
  ])
  func prefixesEndWhereAComponentEnds(prefix: String, id: String, isSelected: Bool) {
    #expect(IdentityPrefix(prefix).selects(id) == isSelected)
  }
}
