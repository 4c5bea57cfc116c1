import Testing
import TruthValues

@testable import Arithmetic
@testable import ModelComparison
@testable import Probability
@testable import Transport

/// The report's section 2.1: denoising diffusion and its scores.
@Suite struct DenoisingTests {
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
      try truth.accept(values, for: "mean_and_variance")
    }
    for wrong in ["row1_variance_forward", "row1_variance_without_denominator"] {
      try truth.reject(wrong, where: [closed[1]])
    }
    for wrong in ["row1_mean_swapped", "row1_mean_alpha_without_sqrt"] {
      try truth.reject(wrong, where: [closed[0]])
    }
    // The wrong variants are those that the rivals mean.
    let row = rows[0]
    let step = try DenoisingChain<Double>(alphas: [row[1], row[0]]).step(2)
    let swapped = step.posteriorMean(Vector([row[2]]), start: Vector([row[3]]))[0]
    try truth.reproduce("row1_mean_swapped", where: [swapped])
    try truth.reproduce("row1_variance_forward", where: [1 - step.alpha])
  }

  @Test("the evidence lower bound and its terms are the true ones")
  func evidenceLowerBound() throws {
    let truth = try TruthCase("T.R.2.3.elbo")
    let model = ModelComparison.reverseModels[0]
    #expect(model.alphas == [try truth.input("alpha1")[0], try truth.input("alpha2")[0]])
    #expect(model.start == (try truth.input("x0")[0]))
    let (sides, terms) = (try model.sides(), try model.terms())
    let bound = (terms.reconstruction - terms.prior - terms.denoising).midpoint
    try truth.accept([sides.evidence.value], for: "log_p")
    try truth.accept([sides.gap.value], for: "gap")
    try truth.accept([sides.denoising.value], for: "denoising")
    try truth.accept([terms.reconstruction.midpoint], for: "reconstruction")
    try truth.accept([terms.prior.midpoint], for: "prior_matching")
    try truth.accept([terms.denoising.midpoint], for: "denoising")
    try truth.accept([bound], for: "elbo")
    try truth.accept([sides.evidence.value - sides.gap.value], for: "elbo")
    for wrong in ["elbo_plus_prior", "elbo_without_reconstruction"] {
      try truth.reject(wrong, where: [bound])
    }
  }

  @Test("the optima of the objective and of the bound are the true ones")
  func objectives() throws {
    let truth = try TruthCase("T.R.2.11")
    let line = ModelComparison.ScaleOnTheLine.standard
    #expect(line.alphas == [try truth.input("alpha1")[0], try truth.input("alpha2")[0]])
    let optima = try line.optima()
    try truth.accept([optima.denoising.midpoint], for: "argmin_2_11")
    try truth.accept([optima.sum.midpoint], for: "argmax_ELBO")
    try truth.accept([line.weightedMean.midpoint], for: "argmax_ELBO")
    try truth.refuse([optima.denoising.midpoint], for: "argmax_ELBO")
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
    try truth.accept(closed, for: "KL")
    try truth.accept(general, for: "KL")
    for wrong in ["row1_bar", "row1_unsquared", "row1_without_half", "row1_deviation"] {
      try truth.reject(wrong, where: [closed[0]])
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
    try truth.accept([marginal[0].midpoint], for: "score_marginal")
    try truth.accept([step.law(of: at.noised.law()).score(at.x)[0].midpoint], for: "score_marginal")
    try truth.accept([conditional[0].midpoint], for: "score_conditional")
    try truth.accept([step.startMean(given: at.x, of: at.noised.law())[0].midpoint], for: "mean_x0")
    try truth.accept([at.startMean { $0 }.midpoint], for: "mean_x0")
    try truth.accept([tweedie], for: "tweedie")
    try truth.accept([before], for: "mean_x_before")
    try truth.accept([at.previousMean().midpoint], for: "mean_x_before")
    try truth.accept([step.posteriorMean(at.x, start: at.x0)[0].midpoint], for: "mu_q")
    try truth.accept([step.reverseMean(at: at.x, score: conditional)[0].midpoint], for: "mu_q")
    try truth.accept([divergence], for: "KL")
    try truth.accept([(half * (at.s - conditional).squaredNorm).midpoint], for: "KL")
    try truth.accept([(half * (at.s - marginal).squaredNorm).midpoint], for: "KL_by_marginal_score")
    try truth.accept([(half * spread).midpoint], for: "constant")
    try truth.accept([average.midpoint], for: "KL_average")
    for wrong in ["tweedie_last_factor", "tweedie_last_noise", "tweedie_minus"] {
      try truth.reject(wrong, where: [tweedie])
    }
    for wrong in ["mean_x_before_half", "mean_x_before_minus", "mean_x_before_all_noise"] {
      try truth.reject(wrong, where: [before])
    }
    // For standard normal data the right side of (2.13) is sqrt(alphaBar) x_t, whatever x_0 was.
    let plain = try at.noised.step(Double.self)
    let standard = plain.start(at: Vector([0.25]), score: Gaussian<Double>.standard(1).score(Vector([0.25])))
    #expect((standard[0] - 0.25 * plain.signal).magnitude <= 4 * Double.ulpOfOne)
    try truth.reject("KL_unsquared", where: [divergence])
    try truth.reject("KL_average_minus", where: [average.midpoint])
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
