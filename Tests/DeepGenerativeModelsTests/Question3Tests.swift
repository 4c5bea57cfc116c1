import Testing
import TruthValues

@testable import Arithmetic
@testable import DeepGenerativeModels
@testable import Probability

/// Deep Generative Models, Question 3: from dogs to huskies.
@Suite struct Question3Tests {
  @Test("outputs and divergences are the true ones, in closed form and by the moments of the reversed SDE")
  func table() throws {
    let truth = try TruthCase("T.DGM.3.dog_to_husky")
    let rows = try truth.input("integrated_beta_t0").flatMap { B -> [Double] in
      let model: DeepGenerativeModels.NormalDogs<Double> = DeepGenerativeModels.truthDogs(B)
      let (dog, noise) = (model.output, model.broughtBack((0, 1), by: model.husky))
      return [
        dog.mean, dog.variance, noise.mean, noise.variance,
        DeepGenerativeModels.normalDivergence(dog, from: model.husky),
        DeepGenerativeModels.normalDivergence(noise, from: model.husky),
        DeepGenerativeModels.normalDivergence(model.noised(model.dog), from: model.noised(model.husky)),
      ]
    }
    try truth.accept(rows, for: "rows")
    for (row, B) in try truth.input("integrated_beta_t0").enumerated() {
      let item = DeepGenerativeModels.DogCase(B: B)
      let solved = try item.solved(item.model.noised(item.model.dog), score: (1.5, 0.25))
      for (value, expected) in zip(solved, rows[(7 * row)...]) {
        #expect((value.midpoint - expected).magnitude <= value.radius + 1e-12)
      }
    }
  }

  @Test("a density as the drift of a vector is refused by name, and not evaluated")
  func densityDrift() throws {
    let refusal = #expect(throws: InvalidArgument.self) {
      try DeepGenerativeModels.DensityDrift(DeepGenerativeModels.LikelihoodCases.plane)
    }
    #expect(refusal?.argument == "f")
    #expect(refusal?.expected == "a vector of 2 coordinates")
    let line = try DeepGenerativeModels.DensityDrift(
      GaussianMixture(weights: [1], components: [.standard(1)]))
    let rate = Quadrature.interval(-12...12) { line($0) * line($0) }
    #expect((rate.value - 1 / (2 * Double.sqrt(.pi))).magnitude <= rate.error)
  }
}
