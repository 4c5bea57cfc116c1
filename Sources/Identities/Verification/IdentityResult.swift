/// What an identity has come to, over all its checks.
public struct IdentityResult: Sendable {
  /// The identity.
  public let identity: Identity
  /// What its checks have come to, in their order.
  public let checks: [CheckResult]

  /// Refuted if any check refutes it, verified if every check verifies it, inconclusive otherwise.
  public var verdict: Verdict {
    if checks.contains(where: { $0.verdict == .refuted }) { return .refuted }
    return !checks.isEmpty && checks.allSatisfy { $0.verdict == .verified } ? .verified : .inconclusive
  }

  /// Whether the verdict is the expected one.
  ///
  /// A statement that is expected to fail must be refuted by each of its checks, and in each of them a
  /// restatement, its correction, must survive below every step that fails, while the other steps hold: otherwise
  /// the check might refute anything.
  public var asExpected: Bool {
    switch identity.expectation {
    case .holds: verdict == .verified
    case .fails: !checks.isEmpty && checks.allSatisfy { $0.verdict == .refuted && $0.uncorrected == nil }
    }
  }

  /// The first counterexample found.
  public var counterexample: Counterexample? { checks.lazy.compactMap(\.counterexample).first }

  /// What went wrong, in lines a person can act on; empty where the verdict is the expected one.
  public var complaints: [String] {
    if asExpected { return [] }
    var complaints: [String] = checks.isEmpty ? ["\(identity.id): the identity has no checks"] : []
    for check in checks {
      let place = "\(identity.id), \(check.name) (\(check.evidence))"
      if let found = check.counterexample, identity.expectation == .holds {
        complaints.append(
          """
          \(place): refuted at line \(found.step), \(found.line)
            case   \(found.caseLabel)
            above  \(found.left)
            here   \(found.right)\(found.relation == .equals ? "" : "\n  claim  above \(found.relation.rawValue) here")
            replay \(found.replay)
          """)
      } else if check.verdict == .inconclusive {
        complaints.append("\(place): inconclusive: \(check.reason)")
      } else if identity.expectation != .holds, check.verdict == .verified {
        complaints.append("\(place): verified, but the statement is expected to fail")
      } else if identity.expectation != .holds, let reason = check.uncorrected {
        complaints.append("\(place): refuted, but \(reason)")
      }
    }
    return complaints
  }
}

/// What a whole run has come to.
public struct RunResult: Sendable {
  /// The seed of every random number of the run.
  public let seed: UInt64
  /// The largest relative discrepancy that a statistical comparison was allowed to leave unseen.
  public let resolution: Double
  /// The most samples that a statistical check could draw for one case.
  public let sampleBudget: Int
  /// The results in the order of the identities.
  public let identities: [IdentityResult]

  /// Whether every verdict is the expected one.
  public var asExpected: Bool { identities.allSatisfy(\.asExpected) }

  /// The false-alarm probability of the whole run: the sum over its statistical checks.
  public var falseAlarmProbability: Double {
    identities.flatMap(\.checks).filter { $0.evidence == .statistical }.reduce(0) { $0 + $1.errorProbability }
  }
}
