import Identities
import Learning
import Testing

/// Adam against its definition, written out in `Double`.
@Suite struct AdamTests {
  /// Settings, and wrong ones that must be told from each: a rate off by a thousandth, the rest by a hundredth.
  ///
  /// The usual memories do not show: in ten steps the gradient hardly changes, and a mean of equal numbers has none.
  private static let settings: [(Adam, [Adam])] = [
    (Adam(), [Adam(rate: 1.001e-3)]),
    (
      Adam(rate: 0.1, decay: 0.5, every: 3, betas: (0.5, 0.75), epsilon: 0.125),
      [
        Adam(rate: 0.1001, decay: 0.5, every: 3, betas: (0.5, 0.75), epsilon: 0.125),
        Adam(rate: 0.1, decay: 0.505, every: 3, betas: (0.5, 0.75), epsilon: 0.125),
        Adam(rate: 0.1, decay: 0.5, every: 4, betas: (0.5, 0.75), epsilon: 0.125),
        Adam(rate: 0.1, decay: 0.5, every: 3, betas: (0.495, 0.75), epsilon: 0.125),
        Adam(rate: 0.1, decay: 0.5, every: 3, betas: (0.5, 0.7425), epsilon: 0.125),
        Adam(rate: 0.1, decay: 0.5, every: 3, betas: (0.5, 0.75), epsilon: 0.12625),
      ]
    ),
  ]

  /// One parameter: the network `y = b` at the input 0, with the loss `(b - target)^2`.
  @Test(arguments: settings)
  func followsItsDefinition(_ adam: Adam, _ wrong: [Adam]) async throws {
    let target = 0.7109375
    let regression = try repeating([Example(input: [0], target: [target], weight: 1)], loss: .squaredDistance)
    let start = try Perceptron(inputs: 1, outputs: 1, width: 1, layers: 1, parameters: [0.25, -0.375])
    let path = definition(adam, from: -0.375, to: target, steps: 10)
    for (k, (b, error)) in path.enumerated() {
      let trained = try await start.trained(
        on: regression, by: adam, steps: k + 1, batch: 32, seed: 1, threads: 1)
      #expect((Double(trained.parameters[1]) - b).magnitude <= error, "step \(k + 1)")
      #expect(trained.parameters[0] == 0.25, "a weight of the input 0 has no gradient")
    }
    for other in wrong {
      let rival = definition(other, from: -0.375, to: target, steps: 10)
      #expect(zip(path, rival).contains { ($0.b - $1.b).magnitude > $0.error }, "\(other)")
    }
  }

  /// The parameter after each step, and by how much single precision may be off.
  private func definition(
    _ adam: Adam, from start: Double, to target: Double, steps: Int
  ) -> [(b: Double, error: Double)] {
    var (b, m, v) = (start, 0.0, 0.0)
    var error = 0.0
    return (1...steps).map { step in
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
      return (b, error)
    }
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
