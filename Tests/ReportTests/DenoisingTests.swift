import Testing
import TruthValues

@testable import Arithmetic
@testable import Catalogue
@testable import ModelComparison
@testable import Probability
@testable import Transport

/// The report's section 2.1: denoising diffusion and its scores.
@Suite struct DenoisingTests {
  @Test(
    "every part has the expected verdict",
    arguments: [
      "R.2.1", "R.2.1.corrected", "R.2.2", "R.2.3", "R.2.4", "R.elbo_comment", "R.elbo_comment.corrected",
      "R.2.5",
      "R.2.6", "R.2.7", "R.2.8", "R.2.9", "R.2.10", "R.2.11", "R.2.11.corrected", "R.2.12", "R.2.12b",
      "R.2.12b.corrected", "R.2.13", "R.2.13.corrected", "R.2.14", "R.2.14.corrected", "R.2.14b", "R.2.15",
      "R.2.15.corrected",
    ])
  func part(id: String) async throws {
    try await Catalogue.identity(id).verify()
  }

  @Test("the posterior reproduces the true values and rejects the wrong ones")
  func posterior() throws {
    let truth = try TruthCase("T.R.2.6.posterior")
    let rows = rows(try truth.input("alpha_t_abar_tm1_x0_xt"), of: 4)
    var (closed, conditioned, integrated) = ([Double](), [Double](), [Double]())
    for row in rows {
      let chosen = ModelComparison.PosteriorCase(alpha: row[0], before: row[1], start: row[2], point: row[3])
      let (x0, x) = (Vector([row[2]]), Vector([row[3]]))
      let law = try chosen.step(Double.self).posterior(x, start: x0)
      closed += [law.mean[0], law.variance]
      let chain = try DenoisingChain<Double>(alphas: [row[1], row[0]])
      let given = chain.law(from: .standard(1)).law(of: [1], given: [0: x0, 2: x])
      conditioned += [given.mean[0], given.covariance[0, 0]]
      let mean = try chosen.mean { $0 }.midpoint
      integrated += [mean, try chosen.mean { ($0 - mean).squared }.midpoint]
    }
    for values in [closed, conditioned, integrated] {
      #expect(try truth.accepts(values, for: "mean_and_variance"))
    }
    for wrong in ["row1_variance_forward", "row1_variance_without_denominator"] {
      #expect(try truth.rejects(wrong, where: [closed[1]]))
    }
    for wrong in ["row1_mean_swapped", "row1_mean_alpha_without_sqrt"] {
      #expect(try truth.rejects(wrong, where: [closed[0]]))
    }
    // The wrong variants are those that the rivals mean.
    let row = rows[0]
    let step = try DenoisingChain<Double>(alphas: [row[1], row[0]]).step(2)
    let swapped = step.posteriorMean(Vector([row[2]]), start: Vector([row[3]]))[0]
    #expect(try !truth.rejects("row1_mean_swapped", where: [swapped]))
    #expect(try !truth.rejects("row1_variance_forward", where: [1 - step.alpha]))
  }

  @Test("the evidence lower bound and its terms are the true ones")
  func evidenceLowerBound() throws {
    let truth = try TruthCase("T.R.2.3.elbo")
    let model = ModelComparison.reverseModels[0]
    #expect(model.alphas == [try truth.input("alpha1")[0], try truth.input("alpha2")[0]])
    #expect(model.start == (try truth.input("x0")[0]))
    let (sides, terms) = (try model.sides(), try model.terms())
    let bound = (terms.reconstruction - terms.prior - terms.denoising).midpoint
    #expect(try truth.accepts([sides.evidence.value], for: "log_p"))
    #expect(try truth.accepts([sides.gap.value], for: "gap"))
    #expect(try truth.accepts([sides.denoising.value], for: "denoising"))
    #expect(try truth.accepts([terms.reconstruction.midpoint], for: "reconstruction"))
    #expect(try truth.accepts([terms.prior.midpoint], for: "prior_matching"))
    #expect(try truth.accepts([terms.denoising.midpoint], for: "denoising"))
    #expect(try truth.accepts([bound], for: "elbo"))
    #expect(try truth.accepts([sides.evidence.value - sides.gap.value], for: "elbo"))
    for wrong in ["elbo_plus_prior", "elbo_without_reconstruction"] {
      #expect(try truth.rejects(wrong, where: [bound]))
    }
  }

  @Test("the optima of the objective and of the bound are the true ones")
  func objectives() throws {
    let truth = try TruthCase("T.R.2.11")
    let line = ModelComparison.ScaleOnTheLine.standard
    #expect(line.alphas == [try truth.input("alpha1")[0], try truth.input("alpha2")[0]])
    let optima = try line.optima()
    #expect(try truth.accepts([optima.denoising.midpoint], for: "argmin_2_11"))
    #expect(try truth.accepts([optima.sum.midpoint], for: "argmax_ELBO"))
    #expect(try truth.accepts([line.weightedMean.midpoint], for: "argmax_ELBO"))
    #expect(try !truth.accepts([optima.denoising.midpoint], for: "argmax_ELBO"))
    let root = 0.8125.squareRoot()
    #expect((optima.reconstruction.midpoint - root).magnitude <= optima.reconstruction.radius + root.ulp)
  }

  @Test("the divergence of the model reproduces the true values and rejects the wrong ones")
  func divergence() throws {
    let truth = try TruthCase("T.R.2.10")
    let guess = Vector(try truth.input("xhat"))
    var (closed, general) = ([Double](), [Double]())
    for row in rows(try truth.input("alpha_t_abar_tm1_x0_xt"), of: 4) {
      let step = try DenoisingChain<Double>(alphas: [row[1], row[0]]).step(2)
      let (x0, x) = (Vector([row[2]]), Vector([row[3]]))
      closed.append(step.predictionWeight * (guess - x0).squaredNorm / 2)
      general.append(step.posterior(x, start: x0).divergence(from: step.posterior(x, start: guess)))
    }
    #expect(try truth.accepts(closed, for: "KL"))
    #expect(try truth.accepts(general, for: "KL"))
    for wrong in ["row1_bar", "row1_unsquared", "row1_without_half", "row1_deviation"] {
      #expect(try truth.rejects(wrong, where: [closed[0]]))
    }
  }

  @Test("scores, means and divergences of a mixture reproduce the true values and reject the wrong ones")
  func scores() throws {
    let truth = try TruthCase("T.R.2.12-2.15")
    let at = try ModelComparison.ScorePoint.standard
    let numbers = zip(at.noised.data.weights, at.noised.data.components).flatMap {
      [$0, $1.mean[0], $1.covariance[0, 0]]
    }
    #expect(numbers == (try truth.input("data")))
    let (step, marginal, conditional) = (try at.step(), try at.marginal(), try at.conditional())
    let before = step.reverseMean(at: at.x, score: marginal)[0].midpoint
    let tweedie = (step.signal * step.start(at: at.x, score: marginal)[0]).midpoint
    let half = step.scoreWeight / 2
    let spread =
      step.startVariance(given: at.x, of: at.noised.law()) * step.alphaBar / (1 - step.alphaBar).squared
    let divergence = try at.divergence().value
    let average = half * ((at.s - marginal).squaredNorm + spread)
    #expect(try truth.accepts([marginal[0].midpoint], for: "score_marginal"))
    #expect(try truth.accepts([step.law(of: at.noised.law()).score(at.x)[0].midpoint], for: "score_marginal"))
    #expect(try truth.accepts([conditional[0].midpoint], for: "score_conditional"))
    #expect(try truth.accepts([step.startMean(given: at.x, of: at.noised.law())[0].midpoint], for: "mean_x0"))
    #expect(try truth.accepts([at.startMean { $0 }.midpoint], for: "mean_x0"))
    #expect(try truth.accepts([tweedie], for: "tweedie"))
    #expect(try truth.accepts([before], for: "mean_x_before"))
    #expect(try truth.accepts([at.previousMean().midpoint], for: "mean_x_before"))
    #expect(try truth.accepts([step.posteriorMean(at.x, start: at.x0)[0].midpoint], for: "mu_q"))
    #expect(try truth.accepts([step.reverseMean(at: at.x, score: conditional)[0].midpoint], for: "mu_q"))
    #expect(try truth.accepts([divergence], for: "KL"))
    #expect(try truth.accepts([(half * (at.s - conditional).squaredNorm).midpoint], for: "KL"))
    #expect(try truth.accepts([(half * (at.s - marginal).squaredNorm).midpoint], for: "KL_by_marginal_score"))
    #expect(try truth.accepts([(half * spread).midpoint], for: "constant"))
    #expect(try truth.accepts([average.midpoint], for: "KL_average"))
    for wrong in ["tweedie_last_factor", "tweedie_last_noise", "tweedie_minus"] {
      #expect(try truth.rejects(wrong, where: [tweedie]))
    }
    for wrong in ["mean_x_before_half", "mean_x_before_minus", "mean_x_before_all_noise"] {
      #expect(try truth.rejects(wrong, where: [before]))
    }
    // For standard normal data the right side of (2.13) is sqrt(alphaBar) x_t, whatever x_0 was.
    let plain = try at.noised.step(Double.self)
    let standard = plain.start(at: Vector([0.25]), score: Gaussian<Double>.standard(1).score(Vector([0.25])))
    #expect((standard[0] - 0.25 * plain.signal).magnitude <= 4 * Double.ulpOfOne)
    #expect(try truth.rejects("KL_unsquared", where: [divergence]))
    #expect(try truth.rejects("KL_average_minus", where: [average.midpoint]))
  }

  @Test("a chain refuses factors outside (0, 1), and steps and noises that it does not have")
  func badInput() throws {
    for alphas in [[], [2], [0], [1], [-0.5], [.nan], [0.5, .infinity]] as [[Double]] {
      #expect(throws: InvalidArgument.self) { try DenoisingChain<Double>(alphas: alphas) }
    }
    let chain = try DenoisingChain<Double>(alphas: [0.75, 0.5])
    #expect(chain.length == 2)
    for t in [0, 3, -1] { #expect(throws: InvalidArgument.self) { try chain.step(t) } }
    let start = Vector([0.5, 1])
    for noises in [[], [start], [start, start, start], [start, Vector([1])]] as [[Vector<Double>]] {
      #expect(throws: InvalidArgument.self) { try chain.path(from: start, along: noises) }
    }
    let path = try chain.path(from: start, along: [Vector([0, 0]), Vector([0, 0])])
    #expect(path.map(\.dimension) == [2, 2, 2])
    let rest = path[2] - chain.steps[1].signal * start
    #expect(rest.squaredNorm.squareRoot() <= 4 * Double.ulpOfOne)
  }

  private func rows(_ numbers: [Double], of length: Int) -> [[Double]] {
    stride(from: 0, to: numbers.count, by: length).map { Array(numbers[$0..<($0 + length)]) }
  }
}
