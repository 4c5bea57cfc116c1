import Testing
import TruthValues

@testable import Arithmetic
@testable import HomeworkIII
@testable import Verification

/// Homework III, Problem 2: the optimal diffusion schedule.
@Suite struct Problem2Tests {
  @Test("schedules and bounds of exponential losses reproduce the true values and reject the wrong ones")
  func exponentialLosses() throws {
    let truth = try TruthCase("T.III.2.exponential")
    let loss = HomeworkIII.LossSchedule.exponential
    let limit = try truth.input("E")[0]
    let best = { (t: Double) in loss.minimiser(at: t) }
    let quarter = Double.sqrt(loss.A(0.25) / loss.C(0.25))
    try truth.accept([best(0.25)], for: "eps_star_at_quarter")
    try truth.accept([quarter], for: "eps_star_at_quarter")
    try truth.reject("eps_star_inverted", where: [quarter])
    try truth.reject("eps_star_no_root", where: [quarter])
    let least = loss.bound(best)
    try truth.accept([least.value], for: "B_min")
    try truth.accept([2 * least.value], for: "corrected_B_min")
    try truth.reject("B_min_half", where: [least.value])
    let cut = loss.crossings(limit)
    try truth.accept(cut, for: "crossing_time")
    let limited = loss.bound(cut: cut) { loss.minimiser(at: $0, limit: limit) }
    try truth.accept([limited.value], for: "B_constrained")
    try truth.reject("clip_by_max", where: [limited.value])
    let constant = Double.sqrt(loss.integral(loss.A).value / loss.integral(loss.C).value)
    try truth.accept([constant], for: "best_constant_eps")
    try truth.accept([loss.bound { _ in constant }.value], for: "B_best_constant")
    try truth.accept([loss.bound { _ in 1 }.value], for: "B_at_eps_1")
  }

  @Test("the sheet's bound is below the true divergence, and the corrected one above it")
  func boundViolated() throws {
    let truth = try TruthCase("T.III.2.bound_violated")
    let example = HomeworkIII.StationaryGaussian(kappa: 1)
    let noise = try truth.input("eps").map { example.names(Dual<Interval>($0)) }
    let divergence = try noise.map {
      try value(of: #"\mathrm{KL}(\rho(1)\Vert\hat\rho(1))"#, in: $0).midpoint
    }
    let sheet = try noise.map { try value(of: HomeworkIII.writtenBound, in: $0).midpoint }
    try truth.accept(divergence, for: "KL")
    try truth.accept(sheet, for: "B_document")
    try truth.accept(sheet.map { 2 * $0 }, for: "B_corrected")
    for (kl, bound) in zip(divergence, sheet) { #expect(bound < kl && kl <= 2 * bound) }
  }
}
