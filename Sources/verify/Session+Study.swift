import Foundation
import Identities
import Study

extension Session {
  /// The report's experiment; what the table beside the chapter says of other settings stays.
  func study() async throws -> Int32 {
    let directory = options.output ?? "."
    let defaults = [StudySetting.asWritten, .asPublished]
    var settings = options.words.isEmpty ? defaults : try options.words.map { try StudySetting.named($0) }
    if let seeds = options.seeds {
      for i in settings.indices { settings[i].seeds = (1...UInt64(seeds)).map { $0 } }
    }
    // A smaller experiment never replaces the committed one.
    let isWritten = options.output != nil || settings.allSatisfy(defaults.contains)
    if isWritten { try Report.requireWritable(directory + "/" + StudyReport.chapter) }
    let names = Set(settings.map(\.name))
    let others = try writtenStudy(in: directory)?.results.filter { !names.contains($0.setting) } ?? []

    let clock = ContinuousClock()
    let start = clock.now
    var results: [StudyResult] = []
    for setting in settings {
      let study = try Study(setting, cache: StudyCache(folder: ".study"), width: verifier.width)
      results += try await study.run { progress in
        let left = progress.timeLeft.map { ", about \($0.minutes) left" } ?? ""
        // Minutes pass between two of these, so that a file wants them as well.
        Self.showProgress(
          "\(setting.name): \(Int(100 * progress.share)) %\(left), last \(progress.last)", asLine: true)
      }
    }
    Self.showProgress("")
    let report = try StudyReport(isWritten ? results + others : results)
    if isWritten { try report.write(to: directory) }
    print(report.summary)
    print("\(results.count) measurements in \(start.duration(to: clock.now).minutes)")
    return 0
  }

  /// What the committed study differs in from what its own table says, and that the table was not computed again; nil
  /// where there is none.
  func studyDifferences(in directory: String) throws -> (lines: [String], areNone: Bool)? {
    guard let report = try writtenStudy(in: directory) else { return nil }
    let differences = report.differences(from: directory)
    return (
      differences.map { "\($0)\n  is not what \(StudyReport.table) says; `swift run verify study` writes it" }
        + ["\(StudyReport.table) was not computed again: `swift run verify study` does that, in minutes."],
      differences.isEmpty
    )
  }

  /// The study that is written in a folder; nil where there is none.
  private func writtenStudy(in directory: String) throws -> StudyReport? {
    guard let data = FileManager.default.contents(atPath: directory + "/" + StudyReport.table) else {
      return nil
    }
    return try StudyReport(table: String(decoding: data, as: UTF8.self))
  }
}

extension Duration {
  /// The duration in minutes and seconds, for a person.
  var minutes: String {
    let seconds = max(0, components.seconds)
    return seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
  }
}
