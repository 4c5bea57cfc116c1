import Arithmetic
import Foundation
import Report

/// What studies have found, as a chapter, figures and a table.
///
/// All of it follows from the results alone, so that what is committed can be checked against the table beside it.
public struct StudyReport: Sendable {
  /// The results of one or more settings.
  public let results: [StudyResult]

  /// Where the chapter is, from the repository's folder.
  public static let chapter = Report.experiment
  /// Where the table of results is, from the repository's folder.
  public static let table = "docs/verification/study.csv"

  /// A report of results; throws `InvalidArgument` where there are none.
  public init(_ results: [StudyResult]) throws {
    guard !results.isEmpty else {
      throw InvalidArgument("results", is: "none", expected: "those of at least one setting")
    }
    self.results = results
  }

  /// The report of a table of results; throws `InvalidArgument` where a line of it is not a result.
  public init(table: String) throws {
    let lines = table.split(separator: "\n")
    guard lines.first == StudyResult.header[...] else {
      throw InvalidArgument("table", is: lines.first ?? "", expected: StudyResult.header)
    }
    try self.init(
      lines.dropFirst().map { line in
        guard let result = StudyResult(line: line) else {
          throw InvalidArgument("table", is: line, expected: "a line of as many columns as the header has")
        }
        return result
      })
  }

  /// The settings, in the order of their names' appearance.
  var settings: [String] { results.map(\.setting).unique }

  /// Its files, by their paths from the repository's folder.
  var files: [ReportFile] {
    [
      ReportFile(path: Self.chapter, text: markdown),
      ReportFile(
        path: Self.table, text: ([StudyResult.header] + results.map(\.line)).joined(separator: "\n") + "\n"),
    ] + figures.map { ReportFile(path: $0.path, text: $0.chart.svg(marked: Self.mark)) }
  }

  /// Writes the files below a folder, each whole or not at all; throws `InvalidArgument` where that cannot be done.
  public func write(to directory: String) throws { try Report.write(files, to: directory) }

  /// The files that differ from those below a folder.
  public func differences(from directory: String) -> [String] {
    files.filter { Report.text(at: directory + "/" + $0.path) != $0.text }.map(\.path)
  }

  /// What stands first in the chapter and the figures; not the mark of the report, which removes what it does not know.
  static let mark = "<!-- Written by `swift run verify study`. -->"

  // MARK: Numbers over seeds

  /// What is measured.
  enum Metric: String, CaseIterable {
    case mean
    case covariance
    case transport

    /// What it is, for the axis of a figure.
    var label: String {
      switch self {
      case .mean: "distance of the mean from the true one"
      case .covariance: "Frobenius distance of the covariance"
      case .transport: "entropic transport cost to the target"
      }
    }

    func of(_ result: StudyResult) -> Double {
      switch self {
      case .mean: result.meanError
      case .covariance: result.covarianceError
      case .transport: result.transport
      }
    }
  }

  /// The mean over the seeds, with its standard error where there are two or more; nil where nothing was measured.
  func value(
    _ metric: Metric, _ series: StudySeries, _ steps: Int, dimension: Int, in setting: String
  ) -> (mean: Double, error: Double)? {
    let numbers = results.filter {
      $0.setting == setting && $0.dimension == dimension && $0.series == series
        && $0.steps == (series.isFloor ? 0 : steps)
    }.map(metric.of)
    guard !numbers.isEmpty else { return nil }
    let n = Double(numbers.count)
    let mean = numbers.reduce(0, +) / n
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, numbers.count > 1 ? (squares / (n - 1) / n).squareRoot() : 0)
  }

  func dimensions(of setting: String) -> [Int] {
    results.filter { $0.setting == setting }.map(\.dimension).unique
  }

  func steps(of setting: String) -> [Int] {
    results.filter { $0.setting == setting && !$0.series.isFloor }.map(\.steps).unique.sorted()
  }
}

extension Array where Element: Hashable {
  /// The elements without repetitions, in the order of their first appearance.
  fileprivate var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
