import Identities

/// A piece of work that can be timed.
struct Work: Sendable {
  /// Says how good a result is; called when the clock has stopped.
  typealias Quality = @Sendable () throws -> String

  /// How much of its unit is done in one run.
  let amount: Int
  /// What is counted; `runs` where only the time of the whole is of interest.
  let unit: String
  /// The floating-point operations of one run, where the multiply-add rate is the limit to hold them against.
  var flops: Double?
  /// Does the work once.
  let run: @Sendable () async throws -> Quality

  /// The names of all works; capitals stand for numbers.
  static let names = [
    "normals-float", "normals-double", "euler-float-DIMENSION", "euler-double-DIMENSION", "conditional-mean",
    "train", "sample", "sinkhorn-POINTS-DIMENSION-TOLERANCE", "catalogue", "catalogue-IDENTITIES",
    "simulation-SAMPLES-DIMENSION", "fma-float", "fma-double", "exp-float", "bandwidth",
  ]

  /// The work of a name; throws `InvalidArgument` where there is none.
  static func named(_ name: String, threads: Int) throws -> Work {
    let words = name.split(separator: "-")
    func number(_ k: Int, _ meaning: String, upTo most: Int) throws -> Int {
      try Request.number("\(meaning) of \(name)", words[k], upTo: most)
    }
    return switch (words.first ?? "", words.count) {
    case _ where name == "normals-float": normals(Float.self, threads: threads)
    case _ where name == "normals-double": normals(Double.self, threads: threads)
    case _ where name.hasPrefix("euler-float-") && words.count == 3:
      try eulerMaruyama(Float.self, dimension: number(2, "dimension", upTo: 1 << 16), threads: threads)
    case _ where name.hasPrefix("euler-double-") && words.count == 3:
      try eulerMaruyama(Double.self, dimension: number(2, "dimension", upTo: 1 << 16), threads: threads)
    case _ where name == "conditional-mean": conditionalMean(threads: threads)
    case _ where name == "train": try training(threads: threads)
    case _ where name == "sample": try sampling(threads: threads)
    case ("sinkhorn", 4...5):
      // A tolerance such as 1e-3 has a hyphen of its own.
      try sinkhorn(
        points: number(1, "points", upTo: 1 << 20), dimension: number(2, "dimension", upTo: 1 << 10),
        tolerance: words[3...].joined(separator: "-"), threads: threads)
    case _ where name == "catalogue": try catalogue(threads: threads)
    case ("catalogue", 2): try catalogue(first: number(1, "identities", upTo: .max), threads: threads)
    case ("simulation", 3):
      try simulation(
        samples: number(1, "samples", upTo: 1 << 40), dimension: number(2, "dimension", upTo: 1 << 10),
        threads: threads)
    case _ where name == "fma-float": multiplyAdds(Float.self, threads: threads)
    case _ where name == "fma-double": multiplyAdds(Double.self, threads: threads)
    case _ where name == "exp-float": exponentials(threads: threads)
    case _ where name == "bandwidth": bandwidth(threads: threads)
    default: throw InvalidArgument("WORK", is: name, expected: "a name from the list below")
    }
  }

  /// Runs a task for each worker at once, and waits for all.
  static func inParallel<Result: Sendable>(
    _ workers: Int, _ task: @escaping @Sendable (_ worker: Int) -> Result
  ) async -> [Result] {
    await withTaskGroup(of: (Int, Result).self) { group in
      for worker in 0..<workers { group.addTask { (worker, task(worker)) } }
      return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}
