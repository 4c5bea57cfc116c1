import Testing
import TruthValues

@testable import Arithmetic
@testable import HomeworkIII
@testable import Transport

/// Homework III, Problem 1: KL evolution with unequal diffusion coefficients.
@Suite struct Problem1Tests {
  @Test("the rate and its terms reproduce the true values and reject the wrong ones")
  func rates() throws {
    for (id, pair) in [
      ("T.III.1.gauss1d", try HomeworkIII.MixturePair.gaussian()),
      ("T.III.1.mixture1d.equal", try HomeworkIII.MixturePair.equal()),
    ] {
      let truth = try TruthCase(id)
      #expect(try truth.input("theta_mu_eps") == [pair.flow.theta, pair.flow.mu, pair.flow.epsilon])
      #expect(try truth.input("theta_mu_eps_hat") == [pair.model.theta, pair.model.mu, pair.model.epsilon])
      #expect(try truth.input("t") == [pair.time])
      let rate = pair.rate
      try truth.accept([pair.divergence(at: pair.time).value], for: "KL")
      try truth.accept([rate.total.midpoint], for: "dKL_dt")
      try truth.accept([rate.drift.midpoint], for: "drift_term")
      try truth.accept([rate.fisher.midpoint], for: "fisher_term")
      try truth.accept([rate.modelScore.midpoint], for: "extra_integral_shat")
      let squaredError = pair.mean { ($0.drift - $1.drift).squared }.midpoint
      try truth.accept([squaredError], for: "drift_error_sq")
      let (differences, expected) = (pair.differences, try truth.expected("dKL_dt")[0])
      #expect((differences.value - expected).magnitude <= differences.error)
    }
  }

  @Test("every wrong version of the rate is one that the true values list, and is rejected")
  func wrongVersions() throws {
    let truth = try TruthCase("T.III.1.gauss1d")
    let rate = try HomeworkIII.MixturePair.gaussian().rate
    try truth.accept([rate.extra.midpoint], for: "extra_term")
    let names = ["no_extra", "extra_wrong_sign", "extra_with_s", "epshat_with_shat", "drift_sign"]
    #expect(rate.mistakes.count == names.count)
    for (name, wrong) in zip(names, rate.mistakes) {
      try truth.reject(name, where: [rate.total.midpoint])
      try truth.reproduce(name, where: [wrong.value.midpoint])
    }
    let equal = try TruthCase("T.III.1.mixture1d.equal")
    let equalRate = try HomeworkIII.MixturePair.equal().rate.total.midpoint
    for name in ["drift_sign", "half_fisher"] { try equal.reject(name, where: [equalRate]) }
  }

  @Test("the extra term has either sign, and heat flow without drift error leaves the stated divergence")
  func extraTerm() throws {
    #expect(try HomeworkIII.MixturePair.gaussian().rate.extra.lower > 0)
    #expect(try HomeworkIII.MixturePair.displaced().rate.extra.upper < 0)
    let heat = HomeworkIII.HeatPair(epsilon: 0.125, modelEpsilon: 0.25).divergence
    #expect((heat.value - (0.5 * (5.0 / 6 - 1) - 0.5 * Double.log(5.0 / 6))).magnitude <= heat.error)
  }

  @Test("the divergence on the circle converges with the fourth power of the time step")
  func order() throws {
    let pair = HomeworkIII.CirclePair.all[0]
    let values = try [128, 256, 512].map { try pair.values(points: 32, steps: $0)[0].value }
    // Whatever the limit is, the changes shrink by 2 to the power of the order: the observed order rounds to four.
    let ratio = (values[0] - values[1]) / (values[1] - values[2])
    #expect(Double.log(ratio) / Double.log(2) > 3.5 && Double.log(ratio) / Double.log(2) < 4.5)
  }

  @Test("a grid of an odd number of points is refused")
  func oddGrid() throws {
    let equation = try CircleEquation(diffusion: 0.25) { $0 }
    #expect(throws: InvalidArgument.self) { try equation.derivative(of: [1, 2, 3]) }
    #expect(throws: InvalidArgument.self) { try equation.derivative(of: []) }
  }
}
