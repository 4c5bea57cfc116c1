import Verification

extension Report {
  /// The run as data, with the claims that no identity of the run checks.
  public var data: RunData {
    let unchecked = documents.flatMap(\.claims).filter { results[$0.id] == nil }
    return RunData(
      seed: run.seed, falseAlarmBudget: ErrorBudget.ofRun, resolution: run.resolution,
      sampleBudget: run.sampleBudget,
      identities: run.identities.map(data) + unchecked.map(data))
  }

  private func data(_ result: IdentityResult) -> RunData.IdentityData {
    let identity = result.identity
    return RunData.IdentityData(
      id: identity.id, title: identity.title, statement: identity.statement, source: source(of: identity.id),
      expectation: identity.expectation == .holds ? "holds" : "fails", correctedBy: identity.correction,
      verdict: result.verdict, asExpected: result.asExpected,
      counterexample: result.counterexample.map {
        RunData.CounterexampleData(
          case: $0.caseLabel, step: $0.step, left: $0.left, right: $0.right, replay: $0.replay)
      },
      statementTied: result.statementTie == .tied ? .tied : .untied(result.statementTie.reason),
      checks: result.checks.map(data))
  }

  private func data(_ claim: Claim) -> RunData.IdentityData {
    RunData.IdentityData(
      id: claim.id, title: claim.location, statement: claim.statement, source: source(of: claim.id),
      expectation: claim.status == .falseAsWritten ? "fails" : "holds", correctedBy: nil, verdict: .unchecked,
      asExpected: nil, counterexample: nil, statementTied: .untied("nothing checks it"), checks: [])
  }

  private func data(_ check: CheckResult) -> RunData.CheckData {
    let closest = check.closest
    let isExact = check.evidence == .exact
    return RunData.CheckData(
      name: check.name, evidence: check.evidence, cases: check.examinations.count,
      comparisons: check.comparisonCount, verdict: check.verdict,
      steps: check.lines.filter { $0.role == .step }.map {
        RunData.StepData(says: $0.says, because: $0.because, read: $0.isRead, weakReading: $0.weakReading)
      },
      computed: check.computed.map { RunData.ComputedData(name: $0.name, by: $0.by) },
      discrepancy: closest?.discrepancy.ifFinite, tolerance: closest?.tolerance.ifFinite,
      // An exact check says only whether lines differ: its discrepancy is 0 or 1, on a scale of 1.
      scale: isExact ? closest.map { _ in 1 } : closest?.scale.ifFinite,
      errorProbability: check.errorProbability,
      resolution: check.evidence == .statistical ? check.resolution?.ifFinite : nil, samples: check.samples,
      rivals: check.rivals.map {
        RunData.RivalData(
          says: $0.says, mistake: $0.mistake, read: $0.isRead, refuted: $0.refuted,
          effect: $0.effect?.ifFinite)
      },
      restatements: check.lines.filter { $0.role == .restatement }.map {
        RunData.RestatementData(says: $0.says, because: $0.because, read: $0.isRead)
      },
      restatementsSurvive: check.restatementsSurvive)
  }

  /// Where the statement of an id comes from: the document by the id's beginning, the problem by the catalogue
  /// or else by the number that follows, the part by what remains.
  func source(of id: String) -> RunData.SourceData {
    guard let document = document(of: id) else {
      return RunData.SourceData(document: nil, problem: nil, part: nil)
    }
    let local = id.dropFirst(document.prefix.count).drop { $0 == "." }
    let listed = problem(of: id)?.id.dropFirst(document.prefix.count).drop { $0 == "." }
    let problem = listed ?? (document.part.isEmpty ? "" : local.prefix { $0.isNumber })
    let part = local.hasPrefix(problem) ? local.dropFirst(problem.count).drop { $0 == "." } : local
    return RunData.SourceData(
      document: document.key, problem: problem.isEmpty ? nil : String(problem),
      part: part.isEmpty ? nil : String(part))
  }
}

extension StatementTie {
  /// Why a statement is not tied; empty where it is.
  var reason: String {
    switch self {
    case .tied: ""
    case .untied(let reason): reason
    }
  }
}

extension CheckResult {
  /// The comparison of a step that disagrees or, where none does, that came closest to it.
  var closest: Comparison? {
    func strain(_ comparison: Comparison) -> Double {
      let ratio = comparison.discrepancy / comparison.tolerance
      return comparison.outcome == .disagrees ? .infinity : ratio.isNaN ? 0 : ratio
    }
    return stepComparisons.max { strain($0) < strain($1) }
  }

  /// How many times a line was compared with another, over all cases.
  var comparisonCount: Int { examinations.reduce(0) { $0 + $1.comparisons.count } }
}

extension Double {
  /// The number, unless it is infinite or not a number.
  var ifFinite: Double? { isFinite ? self : nil }
}
