import Testing
import TruthValues

@testable import Arithmetic
@testable import ModelComparison
@testable import Study
@testable import Transport

/// The report, section 4: the forward process, its kernel, the base, the interpolant and the targets.
@Suite("The experiment's setting")
struct ExperimentTests {
  @Test func kernelsOfTheExplodingDiffusion() throws {
    let truth = try TruthCase("T.R.kernel")
    let diffusion = try VarianceExploding(from: 0.01, to: 10)
    let variances = try truth.input("t").map { diffusion.kernel(to: $0).variance }
    try truth.accept(variances, for: "variance")
    // The scale of the last variances hides the first: one by one the wrong ones are refused as well.
    for (right, wrong) in zip(variances, try truth.wrong("document_sigma_min2_r2t")) {
      #expect((right - wrong).magnitude > (try truth.tolerance) * wrong)
    }
  }

  /// The targets of the study, which has them from the same method, and the error of a perfect sampler's mean.
  @Test func momentsOfTheTargets() throws {
    let truth = try TruthCase("T.R.moments")
    let plane = try StudySetting.asWritten.target(dimension: 2)
    try truth.accept(plane.mean.components, for: "mean2")
    try truth.accept(plane.covariance.entries, for: "cov2")
    let space = try StudySetting.asWritten.target(dimension: 10)
    let covariance = space.covariance
    try truth.accept(space.mean.components, for: "mean10")
    try truth.accept([covariance[0, 0]], for: "cov10_diag_first")
    try truth.accept([covariance[0, 1]], for: "cov10_offdiag_first")
    try truth.accept([covariance.trace], for: "cov10_trace")
    let frobenius = covariance.entries.reduce(0) { $0 + $1 * $1 }.squareRoot()
    try truth.accept([frobenius], for: "cov10_frobenius")
    for (law, name) in [(plane, "rms_mean_error_floor_2d"), (space, "rms_mean_error_floor_10d")] {
      try truth.accept([(law.covariance.trace / 10_000).squareRoot()], for: name)
    }
  }

  @Test func whatBasesGive() throws {
    let truth = try TruthCase("T.R.base_density")
    for (start, name) in [(1.0, "cov_xx_start_identity"), (100, "cov_xx_start_100")] {
      let given = ModelComparison.ReversedStart(start: start)
      try truth.accept([given.variance().value], for: name)
      try truth.accept([given.varianceInThePlane().value], for: name)
    }
    // A normal law of the same covariance, from the closed form that the exact check proves.
    let v = try ModelComparison.ReversedStart.added
    for (start, name) in [(1.0, "gaussian_surrogate_var_start_1"), (100, "gaussian_surrogate_var_start_100")]
    {
      let gain = 1.5 / (1.5 + v)
      try truth.accept([gain * v + gain * gain * start], for: name)
    }
    try truth.accept([1.5 / (1.5 + v)], for: "probability_flow_var_start_1")
  }

  @Test func diffusionsThatMakeNoSense() {
    for (least, greatest) in [(0.0, 1.0), (1, 1), (2, 1), (-1, 1), (1, .infinity), (.nan, 1)] {
      #expect(throws: InvalidArgument.self) { try VarianceExploding(from: least, to: greatest) }
    }
  }
}
