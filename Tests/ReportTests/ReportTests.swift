import Foundation
import Testing

@testable import Arithmetic
@testable import Report

@Suite("Report")
struct ReportTests {
  @Test func checkFindsAChangeOfOneCharacter() async throws {
    let (report, directory) = (try await Sample.report(), try Sample.directory())
    defer { Sample.remove(directory) }
    try report.write(to: directory)
    #expect(try report.check(against: directory).isEmpty)
    let page = directory + "/" + Report.page
    let text = try #require(Report.text(at: page))
    let line = try #require(
      text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains("T.1a") })
    try text.replacing("T.1a", with: "T.1A", maxReplacements: 1).write(
      toFile: page, atomically: true, encoding: .utf8)
    let differences = try report.check(against: directory)
    #expect(differences.map(\.path) == [Report.page])
    #expect(differences.first?.line == line + 1)
    try report.write(to: directory)
    #expect(try report.check(against: directory).isEmpty)
  }

  @Test func checkFindsMissingAndLeftoverFiles() async throws {
    let (report, directory) = (try await Sample.report(), try Sample.directory())
    defer { Sample.remove(directory) }
    try report.write(to: directory)
    let figures = directory + "/" + Report.figureFolder
    try FileManager.default.moveItem(atPath: figures + "/sample-curves.svg", toPath: figures + "/old.svg")
    try "by hand".write(toFile: figures + "/own.svg", atomically: true, encoding: .utf8)
    let found = try report.check(against: directory).map(\.path)
    #expect(found == [Report.figureFolder + "/sample-curves.svg", Report.figureFolder + "/old.svg"])
    try report.write(to: directory)
    #expect(try report.check(against: directory).isEmpty)
    #expect(FileManager.default.fileExists(atPath: figures + "/own.svg"))
  }

  @Test func anInterruptedWriteLeavesTheOldFiles() async throws {
    let directory = try Sample.directory()
    defer { Sample.remove(directory) }
    let old = [ReportFile(path: "A.md", text: "old"), ReportFile(path: "docs/b.svg", text: "old")]
    try Report.write(old, to: directory)
    let new = old.map { ReportFile(path: $0.path, text: "new") }
    #expect(throws: CancellationError.self) {
      try Report.write(new, to: directory) { throw CancellationError() }
    }
    let names = FileManager.default.enumerator(atPath: directory)?.allObjects as? [String]
    #expect(names?.sorted() == ["A.md", "docs", "docs/b.svg"])
    #expect(
      Report.text(at: directory + "/A.md") == "old" && Report.text(at: directory + "/docs/b.svg") == "old")
  }

  @Test func aPathThatCannotBeWrittenIsNamed() async throws {
    let directory = try Sample.directory()
    defer { Sample.remove(directory) }
    try "a file".write(toFile: directory + "/file", atomically: true, encoding: .utf8)
    let report = try await Sample.report()
    let error = #expect(throws: InvalidArgument.self) { try report.write(to: directory + "/file") }
    #expect(error?.argument == "output")
    #expect(error?.value == directory + "/file/" + Report.page)
    #expect(throws: InvalidArgument.self) { try Report.requireWritable(directory + "/file/x.json") }
  }

  @Test func theSameRunGivesTheSameBytes() async throws {
    let (first, second) = (try await Sample.report(), try await Sample.report())
    #expect(try first.files(in: "") == second.files(in: ""))
    #expect(try first.data.json() == second.data.json())
  }

  @Test func aLongReportHasAPageForEachDocument() async throws {
    let report = try await Sample.report()
    #expect(report.pages(appendices: []).map(\.path) == [Report.page])
    let pages = report.pages(appendices: Report.appendices, longest: 10)
    #expect(pages.map(\.path) == [Report.page, "docs/verification/sample.md"])
    #expect(pages[0].text.contains("](docs/verification/sample.md)"))
    #expect(pages[0].text.contains("](docs/verification/reseeding.md)"))
    #expect(pages[1].text.contains("](../figures/sample-curves.svg)"))
  }

  @Test func thePageSaysWhatWasFound() async throws {
    let text = try #require(try await Sample.report().pages(appendices: []).first).text
    for passage in [
      "**Every verdict is the expected one.**", "| Sample | 5 | 2 | 1 | 0 | 1 | 1 | 1 of 1 |", "## Errata",
      "## Sample, Problem 1: Squares", "### T.1a Square of a sum", "refuted at random points in 5 of 5 cases",
      "swift run verify replay 'T.1b#1@seed=20260513'", "| `T.1c` |", "off by up to", "✗",
    ] {
      #expect(text.contains(passage), "\(passage)")
    }
  }

  @Test func theLinesOfATableHaveTheSameNumberOfCells() async throws {
    for page in try await Sample.report().pages(appendices: []) {
      var width: Int?
      for line in page.text.split(separator: "\n", omittingEmptySubsequences: false) {
        guard line.hasPrefix("|") else {
          width = nil
          continue
        }
        let cells = line.replacing(#"\|"#, with: "").count { $0 == "|" }
        #expect(width ?? cells == cells, "\(line)")
        width = cells
      }
    }
  }
}
