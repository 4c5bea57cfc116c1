import Arithmetic

/// The times of a sampler's steps, going up or down.
public struct TimeGrid: Sendable, Hashable {
  /// The times, strictly monotone: one more than there are steps.
  public let times: [Double]

  /// The number of steps.
  public var steps: Int { times.count - 1 }

  /// The steps: where each begins and how long it is, negative where time runs backwards.
  var intervals: [(start: Double, length: Double)] {
    zip(times, times.dropFirst()).map { ($0, $1 - $0) }
  }

  /// A grid of given times; throws `InvalidArgument` unless they are finite, at least two and strictly monotone.
  public init(_ times: [Double]) throws {
    let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
    guard !gaps.isEmpty, times.allSatisfy(\.isFinite),
      gaps.allSatisfy({ $0 > 0 }) || gaps.allSatisfy({ $0 < 0 })
    else {
      throw InvalidArgument(
        "times", is: times, expected: "at least two finite numbers, all rising or all falling")
    }
    self.times = times
  }

  /// Equal steps from one time to another; throws `InvalidArgument` unless there is a step and the times differ.
  public init(from start: Double, to end: Double, steps: Int) throws {
    guard steps > 0 else { throw InvalidArgument("steps", is: steps, expected: "a positive number") }
    guard start.isFinite, end.isFinite, start != end else {
      throw InvalidArgument("start, end", is: [start, end], expected: "two different finite times")
    }
    let length = (end - start) / Double(steps)
    try self.init((0...steps).map { $0 == steps ? end : start + length * Double($0) })
  }
}
