import Testing
import TruthValues

@testable import Arithmetic
@testable import DeepGenerativeModels

/// Deep Generative Models, Question 1: denoising score matching and smoothing.
@Suite struct Question1Tests {
  @Test("both losses, their difference and the Fisher information are the true ones")
  func mixture() throws {
    let truth = try TruthCase("T.DGM.1a.mixture")
    let q0 = try truth.input("q0")
    let model = try DeepGenerativeModels.SmoothedMixture(
      stride(from: 0, to: q0.count, by: 3).map { (q0[$0], [q0[$0 + 1]], [[q0[$0 + 2]]]) },
      variance: truth.input("sigma_squared")[0])
    let models = DeepGenerativeModels.ScoreModel.two
    let joint = model.denoisingLosses(models).map(\.value)
    let explicit = [model.explicitLoss(models.0).value, model.explicitLoss(models.1).value]
    let constant = -model.conditionalVariance().value / 2
    let fisher = model.mean { model.score($0).squared }.value
    for k in 0..<2 {
      try truth.accept([explicit[k]], for: "J1_model\(k)")
      try truth.accept([joint[k]], for: "J2_model\(k)")
      try truth.accept([explicit[k] - joint[k]], for: "c")
    }
    try truth.accept([constant], for: "c")
    try truth.accept([fisher / 2 - joint[2]], for: "c")
    try truth.accept([fisher], for: "fisher_of_smoothed")
    for wrong in ["plus_half_variance", "without_half", "c_conditional_only"] {
      try truth.reject(wrong, where: [constant])
    }
  }

  @Test("divergences of joint and marginal laws are the true ones, also where the further hypothesis fails")
  func divergences() throws {
    let truth = try TruthCase("T.DGM.1b")
    let rows = try truth.input("d_sigma0_sigma1_sigma2")
    let pairs = stride(from: 0, to: rows.count, by: 4).flatMap { row in
      [2, 3].map { column in
        DeepGenerativeModels.isotropicDivergence(
          (rows[row + column] / rows[row + 1]).squared, dimension: Int(rows[row]))
      }
    }
    try truth.accept(pairs, for: "KL_pairs")
    let integrals = DeepGenerativeModels.SmoothingPair.all.prefix(2).map(\.integrals)
    try truth.accept(integrals.map(\.marginal.value), for: "marginal_KL_for_q0_standard_normal_row1")
    try truth.accept(integrals.map(\.joint.value) + pairs.dropFirst(2), for: "KL_pairs")
    try truth.reject("reverse_KL", where: Array(pairs.prefix(2)))
    try truth.reject("r_minus_log_r_without_minus_one", where: Array(pairs.prefix(2)))
  }

  @Test("under a uniform kernel the difference of the losses depends on the model")
  func uniformKernel() {
    let (differences, half) = DeepGenerativeModels.uniformLosses(DeepGenerativeModels.UniformSmoothing(a: 1))
    for (difference, theta) in zip(differences, [0.5, 1]) {
      #expect(difference.intersects(half - Interval(theta)))
    }
    #expect(differences.map { ($0.midpoint * 1e4).rounded() } == [-1246, -6246])
  }

  @Test("a noise level or a law that is none is refused by name")
  func refusals() throws {
    let refusal = #expect(throws: InvalidArgument.self) {
      try DeepGenerativeModels.SmoothedMixture([(1, [0], [[1]])], variance: 0)
    }
    #expect(refusal?.argument == "variance")
    #expect(throws: InvalidArgument.self) {
      try DeepGenerativeModels.SmoothedMixture([(0.5, [0], [[1]])], variance: 1)
    }
  }
}
