/// How far a run is.
public struct RunProgress: Sendable {
  /// How many identities are finished.
  public let finished: Int
  /// How many there are.
  public let total: Int
  /// The ids of those that are being checked, in the order in which they were begun.
  public let underWay: [String]
  /// About how long the rest takes, if its cases take as long as those that are finished; nil near the beginning.
  public let timeLeft: Duration?
}

/// Follows a run: identities weigh as much as they have cases.
actor RunWatch {
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let total: Int
  private let weight: Int
  private var (finished, finishedWeight) = (0, 0)
  private var underWay: [String] = []

  init(_ identities: [Identity]) {
    start = clock.now
    total = identities.count
    weight = identities.reduce(0) { $0 + Self.weight($1) }
  }

  private static func weight(_ identity: Identity) -> Int {
    identity.checks.reduce(0) { $0 + $1.caseLabels.count }
  }

  func begin(_ identity: Identity) -> RunProgress {
    underWay.append(identity.id)
    return progress
  }

  func finish(_ identity: Identity) -> RunProgress {
    underWay.removeAll { $0 == identity.id }
    finished += 1
    finishedWeight += Self.weight(identity)
    return progress
  }

  private var progress: RunProgress {
    let share = Double(finishedWeight) / Double(max(1, weight))
    let left = share < 0.05 ? nil : start.duration(to: clock.now) * ((1 - share) / share)
    return RunProgress(finished: finished, total: total, underWay: underWay, timeLeft: left)
  }
}
