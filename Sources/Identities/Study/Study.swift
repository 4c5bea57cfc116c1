import Arithmetic

/// The report's experiment, run again: learned and exact fields, for every number of steps and seed of a setting.
public struct Study: Sendable {
  /// What is run.
  public let setting: StudySetting
  /// Where finished work is kept, if anywhere.
  public let cache: StudyCache?
  /// How many pieces of work are under way at once; changes nothing but the time.
  public let width: Int

  /// A study of a setting; throws `InvalidArgument` where a number of the setting or the width makes no sense.
  public init(_ setting: StudySetting, cache: StudyCache? = nil, width: Int = 1) throws {
    try setting.validate()
    guard width > 0 else { throw InvalidArgument("width", is: width, expected: "a positive number") }
    (self.setting, self.cache, self.width) = (setting, cache, width)
  }

  /// The results, sorted by dimension, curve, number of steps and seed.
  ///
  /// `progress` hears of every piece that is finished. Throws `CancellationError` where the task is cancelled; what was
  /// finished by then is in the cache.
  public func run(progress: @escaping @Sendable (StudyProgress) -> Void = { _ in }) async throws
    -> [StudyResult]
  {
    let pieces = pieces
    let meter = StudyMeter(total: pieces.reduce(0) { $0 + $1.effort(in: setting) }, report: progress)
    let results = try await pieces.concurrentMap(width: width) { piece in
      let (results, isFromCache) = try await finished(piece)
      await meter.finish(piece, effort: piece.effort(in: setting), isFromCache: isFromCache)
      return results
    }
    let order = StudySeries.allCases
    return results.flatMap { $0 }.sorted { a, b in
      let (i, j) = (order.firstIndex(of: a.series) ?? 0, order.firstIndex(of: b.series) ?? 0)
      return (a.dimension, i, a.steps, a.seed) < (b.dimension, j, b.steps, b.seed)
    }
  }

  /// The pieces of work, the long ones first, which keeps all threads busy to the end.
  var pieces: [StudyPiece] {
    let all = setting.seeds.flatMap { seed in
      setting.dimensions.flatMap { dimension in
        [StudyPiece(dimension: dimension, kind: .floors, steps: 0, seed: seed)]
          + setting.stepCounts.flatMap { steps in
            [.interpolant, .scoreSDE, .exact].map { kind in
              StudyPiece(dimension: dimension, kind: kind, steps: steps, seed: seed)
            }
          }
      }
    }
    return all.enumerated().sorted { a, b in
      let (x, y) = (a.element.effort(in: setting), b.element.effort(in: setting))
      return (a.element.seed, -x, a.offset) < (b.element.seed, -y, b.offset)
    }.map(\.element)
  }

  /// The results of a piece, from the cache if they are there.
  private func finished(_ piece: StudyPiece) async throws -> (results: [StudyResult], isFromCache: Bool) {
    let key = piece.key(in: setting, for: "results")
    if let bytes = cache?.bytes(for: key) {
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      let results = lines.compactMap { StudyResult(line: $0) }
      if results.count == lines.count { return (results, true) }
    }
    try Task.checkCancellation()
    let results = try await piece.run(in: setting, cache: cache)
    try cache?.keep(Array(results.map(\.line).joined(separator: "\n").utf8), for: key)
    return (results, false)
  }
}

/// How far a study is.
public struct StudyProgress: Sendable {
  /// How many pieces of work are finished.
  public let finished: Int
  /// The piece that was finished last.
  public let last: String
  /// The share of the work that is done, from 0 to 1.
  public let share: Double
  /// The time that the rest should take; nil while nothing is known of the speed.
  public let timeLeft: Duration?
}

/// Adds up what is finished.
private actor StudyMeter {
  private let total: Double
  private let report: @Sendable (StudyProgress) -> Void
  private let start = ContinuousClock.now
  private var (finished, done, computed) = (0, 0.0, 0.0)

  init(total: Double, report: @escaping @Sendable (StudyProgress) -> Void) {
    (self.total, self.report) = (total, report)
  }

  func finish(_ piece: StudyPiece, effort: Double, isFromCache: Bool) {
    finished += 1
    done += effort
    // What came out of the cache says nothing about the speed.
    if !isFromCache { computed += effort }
    let rest = computed > 0 ? (ContinuousClock.now - start) * ((total - done) / computed) : nil
    report(StudyProgress(finished: finished, last: piece.description, share: done / total, timeLeft: rest))
  }
}
