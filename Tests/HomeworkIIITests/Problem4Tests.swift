import Identities
import Testing
import TruthValues

/// Homework III, Problem 4: the Jensen gap.
@Suite struct Problem4Tests {
  @Test("the sheet's condition leaves the gap that two-point laws have, and the right one none")
  func twoPointLaws() throws {
    let truth = try TruthCase("T.III.4.twopoint")
    let logR = [0, Double.log(2)]
    for (name, sign) in [("case1", -1.0), ("case2", 1.0)] {
      let left = -Double.log(logR.reduce(0) { $0 + Double.exp($1 - sign * $1) / 2 })
      let right = logR.reduce(0) { $0 + (sign * $1 - $1) / 2 }
      try truth.accept([left], for: "lhs_" + name)
      try truth.accept([right], for: "rhs_" + name)
      try truth.accept([right - left], for: "gap_" + name)
    }
  }

  @Test("the optimal control closes the gap, and no other strength does", arguments: [0, 0.5, 1, 1.5])
  func optimalControl(control: Double) throws {
    let estimator = try ControlledGaussian(
      diffusion: 0.5, slope: -0.75, variance: 0.75, point: 1, control: control)
    let (bound, energy) = (estimator.bound(), estimator.energy())
    let cost = estimator.diffusion * control * control
    let gap = bound.value + cost * energy.value - estimator.surprise
    let error = bound.error + cost * energy.error + 0x1p-48
    #expect(control == 1 ? gap.magnitude <= error : gap > error, "gap \(gap) at control \(control)")
  }

  @Test("a stationary linear estimator has the gap (e - 2) / 2 at the origin")
  func stationaryGap() throws {
    let estimator = try ControlledGaussian(diffusion: 0.5, slope: -0.5, variance: 1, point: 0, control: 0)
    let bound = estimator.bound()
    let gap = bound.value - estimator.surprise
    #expect((gap - (Double.exp(1) - 2) / 2).magnitude <= bound.error + 0x1p-48)
  }

  @Test("an estimator that makes no sense is refused")
  func arguments() {
    let wrong: [(Double, Double, Double, Double, Double)] = [
      (0, 1, 1, 0, 0), (1, 0, 1, 0, 0), (1, 1, -1, 0, 0), (1, 1, 1, .nan, 0), (1, 1, 1, 0, .infinity),
    ]
    for (diffusion, slope, variance, point, control) in wrong {
      #expect(throws: InvalidArgument.self) {
        try ControlledGaussian(
          diffusion: diffusion, slope: slope, variance: variance, point: point, control: control)
      }
    }
  }
}
