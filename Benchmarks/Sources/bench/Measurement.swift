import Foundation

/// What was measured, as the peers' scripts print it too (`peers/timing.py`).
struct Measurement: Encodable {
  let work: String
  let peer = "Identities"
  let threads: Int
  let seconds: [Double]
  let amount: Int
  let unit: String
  let flops: Double?
  let quality: String

  /// Nothing is repeated after so many seconds.
  private static let patience = 20.0

  /// Times a work: once to warm up, then as often as asked for.
  ///
  /// A run that takes longer than there is patience for counts at once.
  init(of work: Work, for request: Request) async throws {
    (self.work, threads) = (request.work, request.threads)
    (amount, unit, flops) = (work.amount, work.unit, work.flops)
    var seconds: [Double] = []
    var quality: Work.Quality
    repeat {
      let start = ContinuousClock.now
      quality = try await work.run()
      seconds.append((ContinuousClock.now - start) / .seconds(1))
    } while seconds.reduce(0, +) <= Self.patience && seconds.count <= request.repetitions
    self.seconds = seconds.count > 1 ? Array(seconds.dropFirst()) : seconds
    self.quality = try quality()
  }

  private enum Keys: String, CodingKey {
    case work, peer, threads, seconds, amount, unit, flops, quality, compileSeconds
  }

  func encode(to encoder: any Encoder) throws {
    var line = encoder.container(keyedBy: Keys.self)
    try line.encode(work, forKey: .work)
    try line.encode(peer, forKey: .peer)
    try line.encode(threads, forKey: .threads)
    try line.encode(seconds, forKey: .seconds)
    try line.encode(amount, forKey: .amount)
    try line.encode(unit, forKey: .unit)
    try line.encode(flops, forKey: .flops)
    try line.encode(quality, forKey: .quality)
    // Only peers compile while they run.
    try line.encodeNil(forKey: .compileSeconds)
  }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}
