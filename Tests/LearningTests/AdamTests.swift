import Identities
import Testing

/// Adam against its definition, written out in `Double`.
@Suite struct AdamTests {
  /// One parameter: the network `y = b` at the input 0, with the loss `(b - target)^2`.
  @Test(arguments: [Adam(), Adam(rate: 0.1, decay: 0.5, every: 3, betas: (0.5, 0.75), epsilon: 0.125)])
  func followsItsDefinition(_ adam: Adam) async throws {
    let target = 0.7109375
    let regression = try repeating([Example(input: [0], target: [target], weight: 1)], loss: .squaredDistance)
    let start = try Perceptron(inputs: 1, outputs: 1, width: 1, layers: 1, parameters: [0.25, -0.375])
    var (b, m, v) = (-0.375, 0.0, 0.0)
    var error = 0.0
    for step in 1...10 {
      let gradient = 2 * (b - target)
      m = adam.betas.0 * m + (1 - adam.betas.0) * gradient
      v = adam.betas.1 * v + (1 - adam.betas.1) * gradient * gradient
      let n = Double(step)
      let mHat = m / (1 - power(adam.betas.0, n))
      let vHat = v / (1 - power(adam.betas.1, n))
      let rate = adam.rate * power(adam.decay, Double((step - 1) / adam.period))
      let change = rate * mHat / (vHat.squareRoot() + adam.epsilon)
      b -= change
      // An error of the parameter enters the gradients, and through them m^ and the root of v^, at most doubled.
      let scale = vHat.squareRoot() + adam.epsilon
      error *= 1 + 2 * rate / scale * (1 + mHat.magnitude / scale)
      // The step rounds the parameter once, and about twenty operations enter its change.
      error += 0x1p-24 * (b.magnitude + 20 * Double(step) * change.magnitude)
      let trained = try await start.trained(
        on: regression, by: adam, steps: step, batch: 32, seed: 1, threads: 1)
      #expect((Double(trained.parameters[1]) - b).magnitude <= error, "step \(step)")
      #expect(trained.parameters[0] == 0.25, "a weight of the input 0 has no gradient")
    }
    #expect(error < 1e-3 * (b + 0.375).magnitude)
  }

  private func power(_ base: Double, _ exponent: Double) -> Double {
    (0..<Int(exponent)).reduce(1) { product, _ in product * base }
  }

  @Test func rateFallsInSteps() {
    let adam = Adam(rate: 1, decay: 0.5, every: 500)
    #expect(
      [1, 500, 501, 1000, 1001, 8000].map { adam.rate(ofStep: $0) } == [1, 1, 0.5, 0.5, 0.25, 0x1p-15])
  }

  @Test(arguments: [
    ("rate", Adam(rate: 0)), ("rate", Adam(rate: .nan)), ("rate", Adam(rate: .infinity)),
    ("decay", Adam(decay: 0)), ("decay", Adam(decay: 1.5)), ("period", Adam(every: 0)),
    ("betas", Adam(betas: (1, 0.9))), ("betas", Adam(betas: (0.9, -0.1))), ("epsilon", Adam(epsilon: 0)),
  ]) func refusesNonsense(_ argument: String, _ adam: Adam) async throws {
    let network = try Perceptron(inputs: 1, outputs: 1, width: 4, layers: 2, seed: 1)
    let regression = try repeating([Example(input: [0], target: [1], weight: 1)], loss: .squaredDistance)
    let error = await #expect(throws: InvalidArgument.self) {
      try await network.trained(on: regression, by: adam, steps: 1, seed: 1, threads: 1)
    }
    #expect(error?.argument == argument)
  }
}
