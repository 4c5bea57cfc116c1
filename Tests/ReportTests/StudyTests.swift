import Foundation
import Testing

@testable import Arithmetic
@testable import Learning
@testable import Study

/// The report's experiment, small.
@Suite struct StudyTests {
  /// A study of seconds: one seed, two numbers of steps.
  private static var small: StudySetting {
    var setting = StudySetting.reduced
    (setting.seeds, setting.samples, setting.iterations) = ([1], 500, 100)
    return setting
  }

  @Test("a study measures every curve, and is the same from its cache, on other threads, and after damage")
  func run() async throws {
    let folder = try Sample.directory()
    defer { Sample.remove(folder) }
    let cache = StudyCache(folder: folder)
    let results = try await Study(Self.small, cache: cache, width: 2).run()
    #expect(results.count == 14)
    #expect(results.allSatisfy { $0.violation <= Self.small.tolerance && $0.gap >= 0 })
    // Exact fields from the right law come close to a perfect sampler; the untrained base does not.
    func error(_ series: StudySeries) -> Double {
      results.last { $0.series == series && ($0.steps == 40 || series.isFloor) }?.covarianceError ?? .nan
    }
    #expect(error(.exactScoreSDEFromNoise) < error(.untrained))
    #expect(error(.perfect) < error(.untrained))

    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    // For each number of steps two networks and three pieces of results, and the floors.
    #expect(names.count == 11)
    let again = try await Study(Self.small, cache: cache).run()
    #expect(again == results)

    // A byte of every file is changed: nothing of it may be believed.
    for name in names {
      var data = try #require(FileManager.default.contents(atPath: folder + "/" + name))
      data[data.count / 2] ^= 1
      try data.write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    #expect(try await Study(Self.small, cache: cache, width: 3).run() == results)
  }

  @Test("what an interrupted study has finished is not computed again")
  func interruption() async throws {
    let folder = try Sample.directory()
    defer { Sample.remove(folder) }
    let study = try Study(Self.small, cache: StudyCache(folder: folder))
    let (pieces, piece) = AsyncStream<String>.makeStream()
    let work = Task {
      // A study that fails ends the waiting too.
      defer { piece.finish() }
      return try await study.run { piece.yield($0.last) }
    }
    for await _ in pieces { break }
    work.cancel()
    await #expect(throws: CancellationError.self) { try await work.value }
    let finished = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(!finished.isEmpty)
    let dates = try finished.map { try FileManager.default.attributesOfItem(atPath: folder + "/" + $0) }
    _ = try await study.run()
    for (name, before) in zip(finished, dates) {
      let after = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
      #expect(before[.modificationDate] as? Date == after[.modificationDate] as? Date)
    }
  }

  @Test("the chapter, its figures and its table follow from the results, which read back as they were")
  func report() throws {
    var results: [StudyResult] = []
    for setting in [StudySetting.asWritten, .asPublished] {
      for dimension in setting.dimensions {
        for series in StudySeries.allCases {
          for steps in series.isFloor ? [0] : [10, 20] {
            for seed in [1, 2] as [UInt64] {
              let numbers: [Double] = [0.1, 1 / Double(steps + 3), Double(seed), 0.25, 1e-5, 1e-4]
              results.append(
                StudyResult(
                  setting: setting.name, dimension: dimension, series: series, steps: steps, seed: seed,
                  numbers: numbers))
            }
          }
        }
      }
    }
    let report = try StudyReport(results)
    let table = try #require(report.files.first { $0.path == StudyReport.table })
    #expect(try StudyReport(table: table.text).results == results)
    // Two settings, two dimensions, three metrics, learned and exact.
    let pictures = report.files.filter { $0.path.hasSuffix(".svg") }
    #expect(pictures.count == 24)
    for id in ["R.obs1", "R.obs2", "R.obs3", "R.conclusion"] {
      #expect(report.markdown.contains("**\(id), "))
    }
    let value = report.value(
      StudyReport.Metric.transport, StudySeries.interpolant, 10, dimension: 2, in: "as-written")
    // Two seeds with 1 and 2: their mean, and the standard error of it.
    #expect(value?.mean == 1.5)
    #expect(value?.error == 0.5)
    #expect(!report.markdown.contains("nan"))
  }

  @Test("the published numbers are those of the figures")
  func published() {
    #expect(
      PublishedFigures.curve(.interpolant, dimension: 2).map(\.steps) == StudySetting.asWritten.stepCounts)
    #expect(PublishedFigures.curve(.scoreSDE, dimension: 10).map(\.steps) == [10, 20, 40, 80, 160])
    #expect(PublishedFigures.curve(.exactInterpolant, dimension: 2).isEmpty)
  }

  @Test("the committed chapter is what its table says")
  func committed() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let data = try #require(FileManager.default.contents(atPath: folder + "/" + StudyReport.table))
    #expect(try StudyReport(table: String(decoding: data, as: UTF8.self)).differences(from: folder) == [])
  }

  @Test("what makes no sense is refused")
  func refusals() async throws {
    #expect(throws: InvalidArgument.self) { try StudySetting.named("as-imagined") }
    #expect(throws: InvalidArgument.self) { try Study(.reduced, width: 0) }
    var setting = StudySetting.reduced
    setting.dimensions = [3]
    #expect(throws: InvalidArgument.self) { try Study(setting) }
    setting = .reduced
    setting.seeds = []
    #expect(throws: InvalidArgument.self) { try Study(setting) }
    setting = .reduced
    setting.samples = 1
    #expect(throws: InvalidArgument.self) { try Study(setting) }
    setting = .reduced
    setting.epsilon = 0
    #expect(throws: InvalidArgument.self) { try Study(setting) }
    #expect(throws: InvalidArgument.self) { try StudyReport([]) }
    #expect(throws: InvalidArgument.self) { try StudyReport(table: "a,b\n1,2\n") }
    #expect(throws: InvalidArgument.self) { try StudyReport(table: StudyResult.header + "\nnonsense\n") }
    let network = try Perceptron(inputs: 3, outputs: 3, seed: 1)
    #expect(throws: InvalidArgument.self) { try PerceptronField(network) }
    // A folder below a file cannot be made.
    let cache = StudyCache(folder: "/dev/null/study")
    await #expect(throws: InvalidArgument.self) { try await Study(Self.small, cache: cache).run() }
  }
}
