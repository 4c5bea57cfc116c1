import Foundation
import Verification

/// One file of a report.
public struct ReportFile: Sendable, Equatable {
  /// The path from the directory of the report.
  public let path: String
  /// The text, in UTF-8.
  public let text: String

  /// A file with its text.
  package init(path: String, text: String) { (self.path, self.text) = (path, text) }
}

extension Report {
  /// The page that opens the report.
  public static let page = "VERIFICATION.md"
  static let pageFolder = "docs/verification"
  static let figureFolder = "docs/figures"
  /// A page for readers, written by hand, that the report links to where it is there.
  static let appendix = "docs/verification/reseeding.md"
  /// The study of tails.
  static let tails = "docs/verification/tails.md"
  /// The chapter on the experiment of the comparison, which the study writes.
  package static let experiment = "docs/verification/study.md"
  /// The pages that the report links to where they are there, with what it says of them.
  static let appendices = [
    (path: appendix, title: "The same claims under other seeds"),
    (path: tails, title: "What a few samples carry"),
    (path: experiment, title: "The report's experiment, run again"),
  ]
  /// The most lines that the report may have on a single page.
  static let longestPage = 1500

  /// What marks a file as one that the report may overwrite or remove.
  static let mark = "<!-- Written by `swift run verify`. -->"

  /// Every file of the report.
  ///
  /// - Parameter directory: where the report is to stand; only asked which appendices it has.
  public func files(in directory: String) throws -> [ReportFile] {
    let appendices = Self.appendices.filter {
      FileManager.default.fileExists(atPath: directory + "/" + $0.path)
    }
    return pages(appendices: appendices) + (try figures())
  }

  /// The Markdown pages: a single one, or one a document where that would be too long.
  func pages(appendices: [(path: String, title: String)], longest: Int = longestPage) -> [ReportFile] {
    let links = appendices.map { "- [\($0.title)](\($0.path))" }
    let appendix = links.isEmpty ? [] : ["## Appendix", ""] + links + [""]
    let sections = documents.map { (document: $0, lines: self.sections(of: $0, figures: Self.figureFolder)) }
    let single =
      summary + [""] + errata + guide + sections.flatMap(\.lines) + straySections + unchecked + appendix
    if single.count <= longest { return [Self.file(Self.page, single)] }
    let written = documents.compactMap { document -> (document: Document, path: String, file: ReportFile)? in
      let lines = self.sections(of: document, figures: "../figures")
      guard !lines.isEmpty else { return nil }
      let path = "\(Self.pageFolder)/\(document.key).md"
      let title = ["# \(document.title)", "", "Back to [the summary](../../\(Self.page)).", ""]
      return (document, path, Self.file(path, title + lines))
    }
    let contents =
      ["## The derivations", ""] + written.map { "- [\($0.document.title)](\($0.path))" } + [""]
    let main = summary + [""] + contents + errata + guide + straySections + unchecked + appendix
    return [Self.file(Self.page, main)] + written.map(\.file)
  }

  /// The figures of the problems that ran.
  func figures() throws -> [ReportFile] {
    try problems.filter { $0.identities.contains { results[$0.id] != nil } }.flatMap(\.figures).map {
      figure in
      do {
        return ReportFile(
          path: "\(Self.figureFolder)/\(figure.name).svg",
          text: Chart(figure, try figure.series()).svg(marked: Self.mark))
      } catch let error as CancellationError {
        throw error
      } catch {
        throw FigureFailure(name: figure.name, error: error)
      }
    }
  }

  private struct FigureFailure: Error, CustomStringConvertible {
    let name: String
    let error: any Error
    var description: String { "the figure \(name) could not be computed: \(error)" }
  }

  /// A page with no blank line doubled and none at its end.
  private static func file(_ path: String, _ lines: [String]) -> ReportFile {
    var kept: [String] = [mark, ""]
    for line in lines where !(line.isEmpty && kept.last == "") { kept.append(line) }
    while kept.last == "" { kept.removeLast() }
    return ReportFile(path: path, text: kept.joined(separator: "\n") + "\n")
  }
}
