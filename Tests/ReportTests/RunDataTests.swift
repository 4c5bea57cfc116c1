import Foundation
import Testing

@testable import Catalogue
@testable import Report
@testable import Verification

@Suite("The run as data")
struct RunDataTests {
  private func keys(_ value: Any?) -> Set<String> { Set((value as? [String: Any] ?? [:]).keys) }

  @Test func hasTheKeysOfTheSchema() async throws {
    let json = try await Sample.report().data.json()
    let root = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(keys(root) == ["schema", "seed", "falseAlarmBudget", "resolution", "sampleBudget", "identities"])
    let identities = try #require(root["identities"] as? [[String: Any]])
    #expect(
      identities.map { $0["id"] as? String } == ["T.1a", "T.1b", "T.1b.corrected", "T.1e", "T.1c", "T.1d"])
    for identity in identities {
      #expect(
        keys(identity) == [
          "id", "title", "statement", "source", "expectation", "correctedBy", "verdict", "asExpected",
          "counterexample", "statementTied", "checks",
        ])
      #expect(keys(identity["source"]) == ["document", "problem", "part"])
      for check in identity["checks"] as? [[String: Any]] ?? [] {
        #expect(
          keys(check) == [
            "name", "evidence", "cases", "comparisons", "verdict", "steps", "discrepancy", "tolerance",
            "scale",
            "errorProbability", "resolution", "samples", "rivals", "restatements", "restatementsSurvive",
            "computed",
          ])
        for rival in check["rivals"] as? [Any] ?? [] {
          #expect(keys(rival) == ["says", "mistake", "read", "refuted", "effect"])
        }
        for step in check["steps"] as? [Any] ?? [] {
          #expect(keys(step) == ["says", "because", "read", "weakReading"])
        }
      }
    }
    #expect(keys(identities[1]["counterexample"]) == ["case", "step", "left", "right", "replay"])
  }

  @Test func readsBackAsItWas() async throws {
    let data = try await Sample.report().data
    let again = try JSONDecoder().decode(RunData.self, from: Data(try data.json().utf8))
    #expect(try again.json() == data.json())
    #expect(again.identities[1].correctedBy == "T.1b.corrected" && again.identities[1].verdict == .refuted)
    #expect(again.identities[1].counterexample?.replay == "T.1b#1@seed=20260513")
    #expect(again.identities[4].verdict == .unchecked && again.identities[4].asExpected == nil)
    #expect(again.identities[0].source == .init(document: "sample", problem: "1", part: "a"))
  }

  @Test(arguments: [
    ("II.1.setup", "homework-ii", "1", "setup"), ("DGM.4c.ii", "deep-generative-models", "4", "c.ii"),
    ("III.2.bound", "homework-iii", "2", "bound"), ("R.2.14", "comparison", nil, "2.14"),
  ])
  func namesTheSourceOfAClaim(id: String, document: String, problem: String?, part: String) async throws {
    let report = Report(try await Verifier().verify([]), problems: [], documents: Ledger.documents)
    #expect(report.source(of: id) == .init(document: document, problem: problem, part: part))
  }
}
