import Testing
import TruthValues

@testable import Arithmetic
@testable import HomeworkIII
@testable import Transport
@testable import Verification

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
      try truth.accept([pair.divergence(at: pair.time).value], for: "KL")
      for (text, name) in [
        (Self.rate, "dKL_dt"), (Self.drift, "drift_term"), (Self.fisher, "fisher_term"),
        (Self.modelScore, "extra_integral_shat"), (#"\int\rho\,|b-\hat b|^2dx"#, "drift_error_sq"),
      ] {
        try truth.accept([value(of: text, in: pair.names).midpoint], for: name)
      }
      let (differences, expected) = (pair.differences, try truth.expected("dKL_dt")[0])
      #expect((differences.value - expected).magnitude <= differences.error)
    }
  }

  @Test("every wrong version of the rate is one that the true values list, and is rejected")
  func wrongVersions() throws {
    let truth = try TruthCase("T.III.1.gauss1d")
    let names = try HomeworkIII.MixturePair.gaussian().names
    let rate = try value(of: Self.rate, in: names).midpoint
    try truth.accept([value(of: Self.extra, in: names).midpoint], for: "extra_term")
    let wrong = HomeworkIII.collectedRate(because: "") as [Line<Estimate>]
    let mistakes = wrong.filter { if case .rival = $0.role { true } else { false } }
    let keys = ["no_extra", "extra_wrong_sign", "extra_with_s", "epshat_with_shat", "drift_sign"]
    #expect(mistakes.count == keys.count)
    for (key, line) in zip(keys, mistakes) {
      try truth.reject(key, where: [rate])
      try truth.reproduce(key, where: [value(of: line.says, in: names).midpoint])
    }
    let equal = try TruthCase("T.III.1.mixture1d.equal")
    let equalRate = try value(of: Self.rate, in: HomeworkIII.MixturePair.equal().names).midpoint
    for key in ["drift_sign", "half_fisher"] { try equal.reject(key, where: [equalRate]) }
  }

  private static let drift = #"\int\rho\,(b-\hat b)\cdot(s-\hat s)\,dx"#
  private static let fisher = #"\int\rho\,|s-\hat s|^2dx"#
  private static let modelScore = #"\int\rho\,\hat s\cdot(s-\hat s)\,dx"#
  private static let extra = #"(\hat\varepsilon-\varepsilon)\#(modelScore)"#
  private static let rate = #"\#(drift) - \varepsilon\#(fisher) + \#(extra)"#

  @Test("the extra term has either sign, and heat flow without drift error leaves the stated divergence")
  func extraTerm() throws {
    #expect(try value(of: Self.extra, in: HomeworkIII.MixturePair.gaussian().names).lower > 0)
    #expect(try value(of: Self.extra, in: HomeworkIII.MixturePair.displaced().names).upper < 0)
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
