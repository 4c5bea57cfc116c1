import Testing
import TruthValues

@testable import Arithmetic
@testable import Catalogue
@testable import ModelComparison
@testable import Study
@testable import Transport

/// The report, section 4: the forward process, its kernel, the base, the interpolant and the targets.
@Suite("The experiment's setting")
struct ExperimentTests {
  @Test(
    "every part has the expected verdict",
    arguments: [
      "R.2.16", "R.2.16.corrected", "R.OU", "R.OU.corrected", "R.sde", "R.kernel", "R.kernel.corrected",
      "R.mix2d",
      "R.mix10d", "R.interp", "R.interp.corrected", "R.base", "R.base.corrected",
    ])
  func verdicts(id: String) async throws { try await Catalogue.identity(id).verify() }

  @Test func kernelsOfTheExplodingDiffusion() throws {
    let truth = try TruthCase("T.R.kernel")
    let diffusion = try VarianceExploding(from: 0.01, to: 10)
    let variances = try truth.input("t").map { diffusion.kernel(to: $0).variance }
    #expect(try truth.accepts(variances, for: "variance"))
    // The scale of the last variances hides the first: one by one the wrong ones are refused as well.
    for (right, wrong) in zip(variances, try truth.wrong("document_sigma_min2_r2t")) {
      #expect((right - wrong).magnitude > (try truth.tolerance) * wrong)
    }
  }

  /// The targets of the study, which has them from the same method, and the error of a perfect sampler's mean.
  @Test func momentsOfTheTargets() throws {
    let truth = try TruthCase("T.R.moments")
    let plane = try StudySetting.asWritten.target(dimension: 2)
    #expect(try truth.accepts(plane.mean.components, for: "mean2"))
    #expect(try truth.accepts(plane.covariance.entries, for: "cov2"))
    let space = try StudySetting.asWritten.target(dimension: 10)
    let covariance = space.covariance
    #expect(try truth.accepts(space.mean.components, for: "mean10"))
    #expect(try truth.accepts([covariance[0, 0]], for: "cov10_diag_first"))
    #expect(try truth.accepts([covariance[0, 1]], for: "cov10_offdiag_first"))
    #expect(try truth.accepts([covariance.trace], for: "cov10_trace"))
    let frobenius = covariance.entries.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(try truth.accepts([frobenius], for: "cov10_frobenius"))
    for (law, name) in [(plane, "rms_mean_error_floor_2d"), (space, "rms_mean_error_floor_10d")] {
      #expect(try truth.accepts([(law.covariance.trace / 10_000).squareRoot()], for: name))
    }
  }

  @Test func whatBasesGive() throws {
    let truth = try TruthCase("T.R.base_density")
    for (start, name) in [(1.0, "cov_xx_start_identity"), (100, "cov_xx_start_100")] {
      let given = ModelComparison.ReversedStart(start: start)
      #expect(try truth.accepts([given.variance().value], for: name))
      #expect(try truth.accepts([given.varianceInThePlane().value], for: name))
    }
    // A normal law of the same covariance, from the closed form that the exact check proves.
    let v = try ModelComparison.ReversedStart.added
    for (start, name) in [(1.0, "gaussian_surrogate_var_start_1"), (100, "gaussian_surrogate_var_start_100")]
    {
      let gain = 1.5 / (1.5 + v)
      #expect(try truth.accepts([gain * v + gain * gain * start], for: name))
    }
    #expect(try truth.accepts([1.5 / (1.5 + v)], for: "probability_flow_var_start_1"))
  }

  @Test func diffusionsThatMakeNoSense() {
    for (least, greatest) in [(0.0, 1.0), (1, 1), (2, 1), (-1, 1), (1, .infinity), (.nan, 1)] {
      #expect(throws: InvalidArgument.self) { try VarianceExploding(from: least, to: greatest) }
    }
  }
}
