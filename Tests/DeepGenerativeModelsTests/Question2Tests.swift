import Testing
import TruthValues

@testable import Arithmetic
@testable import DeepGenerativeModels
@testable import Probability
@testable import Transport

/// Deep Generative Models, Question 2: likelihoods.
@Suite struct Question2Tests {
  @Test(
    "the probability flow's ends, divergences and likelihoods are the true ones, and the solution's are not")
  func variancePreserving() throws {
    let truth = try TruthCase("T.DGM.2a.iii.vp")
    let points = try truth.input("x").map {
      try DeepGenerativeModels.LikelihoodCases.preserving("", DeepGenerativeModels.LikelihoodCases.line, [$0])
    }
    let solved = try points.map { try $0.solved() }
    let ends = solved.map { $0.position[0].midpoint }
    let score = solved.map { ($0.driftExpansion - $0.expansion).midpoint }
    let prior = ends.map { -$0 * $0 / 2 - Double.log(2 * .pi) / 2 }
    let expansions = solved.map { $0.expansion.midpoint }
    try truth.accept(ends, for: "xT")
    try truth.accept(solved.map(\.logLikelihood.midpoint), for: "log_p_exact_prior")
    try truth.accept(points.map { $0.logDensity().midpoint }, for: "log_p_exact_prior")
    try truth.accept(zip(prior, expansions).map { $0 + $1 }, for: "log_p_gaussian_prior")
    try truth.accept(score, for: "int_half_beta_div_score")
    try truth.accept([-solved[0].driftExpansion.midpoint], for: "half_beta_d_integral")
    try truth.reject("xT_noised_mean", where: ends)
    for wrong in ["document_formula", "sign_flipped"] {
      try truth.reject(wrong, where: zip(prior, expansions).map { $0 + $1 })
    }
    // What the solution writes is the wrong variant, digit by digit.
    let document = zip(prior, zip(expansions, solved)).map { $0 + $1.0 - $1.1.driftExpansion.midpoint }
    try truth.reproduce("document_formula", where: document)
  }

  @Test("where nothing moves the solution is off by the drift's divergence")
  func stationary() throws {
    let truth = try TruthCase("T.DGM.2a.iii.stationary")
    let point = DeepGenerativeModels.LikelihoodCases.VP(
      name: "",
      model: ProbabilityFlow(
        try VariancePreserving(from: 1, to: 1),
        data: GaussianMixture(weights: [1], components: [.standard(1)])),
      x: try truth.input("x"))
    let solved = try point.solved()
    try truth.accept([solved.logLikelihood.midpoint], for: "log_p")
    try truth.accept([solved.withoutDrift.midpoint], for: "document")
  }

  @Test("a stretching flow thins the density, where the solution has it grow")
  func stretch() throws {
    let truth = try TruthCase("T.DGM.2a.iv.linear")
    let end = try LinearVelocity([[1]]).flow(of: truth.input("x"), from: 1, to: 0)
    let source = -end.position[0].value.squared / 2 - Double.log(2 * .pi) / 2
    try truth.accept([source + end.expansion.value], for: "log_p")
    // What the solution has is a small difference of numbers near one: it is right to their errors.
    let error = end.expansion.error + end.position[0].error
    #expect((source - end.expansion.value - (try truth.expected("document"))[0]).magnitude <= error)
  }

  @Test("fields and points that are none are refused by name")
  func refusals() throws {
    let field = try LinearVelocity([[0, 1], [-1, 0]])
    for (x, times) in [([1.0], (0.0, 1.0)), ([1, .nan], (0, 1)), ([1, 2], (0, .infinity))] {
      #expect(throws: InvalidArgument.self) { try field.flow(of: x, from: times.0, to: times.1) }
    }
    #expect(throws: InvalidArgument.self) { try LinearVelocity([[1, 2]]) }
    #expect(throws: InvalidArgument.self) { try LinearVelocity([]) }
    #expect(throws: InvalidArgument.self) { try LinearVelocity([[.nan]]) }
  }

  @Test("a rotation comes back, without expansion, in either way of stepping")
  func rotation() throws {
    let field = try LinearVelocity([[0, 2 * .pi], [-2 * .pi, 0]])
    let end = try field.flow(of: [1, -0.5], from: 0, to: 1)
    for (position, start) in zip(end.position, [1, -0.5]) {
      #expect((position.value - start).magnitude <= position.error)
      // The ten digits that numerical checks ask of the values they are given.
      #expect(position.error <= 1e-10 * start.magnitude)
    }
    #expect(end.expansion.value.magnitude <= end.expansion.error)
    // The classical rule is of fourth order: half the step, a sixteenth of the error.
    let errors = [32, 64].map {
      (field.flow(of: Vector([1, -0.5]), from: 0, to: 1, steps: $0).position[0] - 1).magnitude
    }
    #expect(errors[0] / errors[1] > 12 && errors[0] / errors[1] < 40)
  }
}
