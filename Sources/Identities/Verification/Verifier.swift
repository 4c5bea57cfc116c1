import Arithmetic

/// Runs the checks of identities and judges them.
public struct Verifier: Sendable {
  /// The seed that a run without one uses, and the committed report was made with.
  public static let defaultSeed: UInt64 = 20_260_513

  /// The seed of every random number of the run.
  public var seed: UInt64
  /// The largest relative discrepancy that a statistical comparison may leave unseen.
  public let resolution: Double
  /// The most samples that a statistical check may draw for one case.
  public let sampleBudget: Int
  /// How many tasks may be under way at once; changes nothing but the time a run takes.
  public let width: Int
  /// What hears how far a run of several identities is, whenever one is begun or finished.
  public var progress: @Sendable (RunProgress) -> Void

  /// A verifier; the defaults are those of the committed report.
  ///
  /// Throws `InvalidArgument` unless 0 < resolution < 1, sampleBudget > 0 and width > 0.
  public init(
    seed: UInt64 = defaultSeed, resolution: Double = 0.005, sampleBudget: Int = 1 << 28, width: Int = 2,
    progress: @escaping @Sendable (RunProgress) -> Void = { _ in }
  ) throws {
    guard resolution > 0, resolution < 1 else {
      throw InvalidArgument("resolution", is: resolution, expected: "a fraction between 0 and 1")
    }
    guard sampleBudget > 0 else {
      throw InvalidArgument("sampleBudget", is: sampleBudget, expected: "a positive number of samples")
    }
    guard width > 0 else { throw InvalidArgument("width", is: width, expected: "at least one task") }
    self.seed = seed
    self.resolution = resolution
    self.sampleBudget = sampleBudget
    self.width = width
    self.progress = progress
  }

  /// Runs every check of the identities, which must have different ids.
  ///
  /// Throws `InvalidArgument` for a repeated id or for more statistical checks than the error budget covers, and
  /// `CancellationError` where the task is cancelled; what goes wrong inside a check makes it inconclusive.
  public func verify(_ identities: [Identity]) async throws -> RunResult {
    try validate(identities)
    let watch = RunWatch(identities)
    let results = try await identities.concurrentMap(width: width) { identity in
      progress(await watch.begin(identity))
      let result = try await verify(identity)
      progress(await watch.finish(identity))
      return result
    }
    return RunResult(seed: seed, resolution: resolution, sampleBudget: sampleBudget, identities: results)
  }

  /// Runs every check of one identity; throws as a run of several does.
  public func verify(_ identity: Identity) async throws -> IdentityResult {
    try validate([identity])
    return try await verify(identity, only: nil)
  }

  /// Runs one case of an identity again, the one that a replay token names.
  ///
  /// With the resolution and the budget of the run that printed it, the token gives that run's numbers. Throws
  /// `InvalidArgument` where the token is of another identity or of a case that this one does not have.
  public func replay(_ token: ReplayToken, of identity: Identity) async throws -> IdentityResult {
    let cases = identity.checks.reduce(0) { $0 + $1.caseLabels.count }
    guard token.identity == identity.id, token.caseNumber >= 1, token.caseNumber <= cases else {
      throw InvalidArgument("token", is: token, expected: "one of the cases 1 to \(cases) of \(identity.id)")
    }
    var again = self
    again.seed = token.seed
    return try await again.verify(identity, only: token.caseNumber)
  }

  /// Runs all cases of an identity, or the wanted one alone, with the check it belongs to.
  private func verify(_ identity: Identity, only wanted: Int?) async throws -> IdentityResult {
    var results: [CheckResult] = []
    var number = 0
    for check in identity.checks {
      var examinations: [Examination] = []
      var failure: (any Error)?
      let numbers = (number + 1)..<(number + 1 + check.caseLabels.count)
      if let wanted, !numbers.contains(wanted) {
        number += check.caseLabels.count
        continue
      }
      for index in check.caseLabels.indices {
        number += 1
        guard wanted == nil || wanted == number, failure == nil, !isRefuted(examinations, identity) else {
          continue
        }
        try Task.checkCancellation()
        let settings = CaseSettings(
          seed: seed, identity: identity.id, number: number, resolution: resolution,
          sampleBudget: sampleBudget, width: width)
        let log = Misuse.Log()
        do {
          examinations.append(try await check.examine(case: index, settings, reporting: log))
        } catch let error as CancellationError {
          throw error
        } catch {
          // What does not fit comes before whatever it has led to.
          failure = CaseFailure(label: check.caseLabels[index], error: log.report ?? error)
        }
      }
      if let failure {
        results.append(CheckResult(failed: check, because: failure))
      } else {
        results.append(
          CheckResult(judging: check, examinations) {
            "\(ReplayToken(identity: identity.id, caseNumber: $0.number, seed: seed))"
          })
      }
    }
    return IdentityResult(identity: identity, checks: results)
  }

  /// Whether nothing that follows could change the verdict: a step is refuted of what should hold.
  private func isRefuted(_ examinations: [Examination], _ identity: Identity) -> Bool {
    guard identity.expectation == .holds, let last = examinations.last else { return false }
    return last.comparisons.contains { $0.outcome == .disagrees && last.lines[$0.line].role == .step }
  }

  private func validate(_ identities: [Identity]) throws {
    for identity in identities where identity.id.isEmpty || identity.id.contains(where: \.isWhitespace) {
      throw InvalidArgument("id", is: "\"\(identity.id)\"", expected: "a name without spaces")
    }
    var seen: Set<String> = []
    for identity in identities where !seen.insert(identity.id).inserted {
      throw InvalidArgument("id", is: identity.id, expected: "an id that no other identity of the run has")
    }
    let statistical = identities.flatMap(\.checks).count { $0.evidence == .statistical }
    guard statistical <= ErrorBudget.mostChecks else {
      throw InvalidArgument(
        "identities", is: "\(statistical) statistical checks",
        expected: "at most \(ErrorBudget.mostChecks), which the run's error budget covers")
    }
  }

  private struct CaseFailure: Error, CustomStringConvertible {
    let label: String
    let error: any Error
    var description: String { "case \(label): \(error)" }
  }
}

/// The name of one case of one identity under one seed: `III.4b#3@seed=17`.
public struct ReplayToken: Sendable, Equatable, CustomStringConvertible {
  /// The identity's name.
  public let identity: String
  /// The number of the case, from one, counted through all checks of the identity.
  public let caseNumber: Int
  /// The seed of the run.
  public let seed: UInt64

  init(identity: String, caseNumber: Int, seed: UInt64) {
    (self.identity, self.caseNumber, self.seed) = (identity, caseNumber, seed)
  }

  /// Reads a token; throws `InvalidArgument` where it is not of the form `id#case@seed=N`.
  public init(_ text: String) throws {
    guard let match = text.wholeMatch(of: /(.+)#([0-9]+)@seed=([0-9]+)/),
      let caseNumber = Int(match.2), let seed = UInt64(match.3)
    else {
      throw InvalidArgument("token", is: text, expected: "an id, a case and a seed, such as III.4b#3@seed=17")
    }
    self.init(identity: String(match.1), caseNumber: caseNumber, seed: seed)
  }

  /// A short text for a person.
  public var description: String { "\(identity)#\(caseNumber)@seed=\(seed)" }
}
