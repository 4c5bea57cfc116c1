import Testing
import TruthValues

@testable import Arithmetic
@testable import Catalogue
@testable import HomeworkIII

/// Homework III, Problem 2: the optimal diffusion schedule.
@Suite struct Problem2Tests {
  @Test(
    "every part has the expected verdict",
    arguments: ["III.2.bound", "III.2.bound.corrected", "III.2a", "III.2b", "III.2c", "III.2d"])
  func part(id: String) async throws {
    try await Catalogue.identity(id).verify()
  }

  @Test("schedules and bounds of exponential losses reproduce the true values and reject the wrong ones")
  func exponentialLosses() throws {
    let truth = try TruthCase("T.III.2.exponential")
    let loss = HomeworkIII.LossSchedule.exponential
    let limit = try truth.input("E")[0]
    let best = { (t: Double) in loss.minimiser(at: t) }
    let quarter = Double.sqrt(loss.A(0.25) / loss.C(0.25))
    #expect(try truth.accepts([best(0.25)], for: "eps_star_at_quarter"))
    #expect(try truth.accepts([quarter], for: "eps_star_at_quarter"))
    #expect(try truth.rejects("eps_star_inverted", where: [quarter]))
    #expect(try truth.rejects("eps_star_no_root", where: [quarter]))
    let least = loss.bound(best)
    #expect(try truth.accepts([least.value], for: "B_min"))
    #expect(try truth.accepts([2 * least.value], for: "corrected_B_min"))
    #expect(try truth.rejects("B_min_half", where: [least.value]))
    let cut = loss.crossings(limit)
    #expect(try truth.accepts(cut, for: "crossing_time"))
    let limited = loss.bound(cut: cut) { loss.minimiser(at: $0, limit: limit) }
    #expect(try truth.accepts([limited.value], for: "B_constrained"))
    #expect(try truth.rejects("clip_by_max", where: [limited.value]))
    let constant = Double.sqrt(loss.integral(loss.A).value / loss.integral(loss.C).value)
    #expect(try truth.accepts([constant], for: "best_constant_eps"))
    #expect(try truth.accepts([loss.bound { _ in constant }.value], for: "B_best_constant"))
    #expect(try truth.accepts([loss.bound { _ in 1 }.value], for: "B_at_eps_1"))
  }

  @Test("the sheet's bound is below the true divergence, and the corrected one above it")
  func boundViolated() throws {
    let truth = try TruthCase("T.III.2.bound_violated")
    let example = HomeworkIII.StationaryGaussian(kappa: 1)
    let noise = try truth.input("eps").map { Dual<Interval>($0) }
    let divergence = noise.map { example.divergence($0).value.midpoint }
    let sheet = noise.map { HomeworkIII.noiseBound(example.A, example.C($0), $0).value.midpoint }
    #expect(try truth.accepts(divergence, for: "KL"))
    #expect(try truth.accepts(sheet, for: "B_document"))
    #expect(try truth.accepts(sheet.map { 2 * $0 }, for: "B_corrected"))
    for (kl, bound) in zip(divergence, sheet) { #expect(bound < kl && kl <= 2 * bound) }
  }
}
