import Testing

@testable import Arithmetic
@testable import Learning
@testable import Probability

@Suite struct RandomPathTests {
  private func examples(_ regression: Regression, _ count: Int) -> [Example] {
    let block = ExampleBlock.allocate(inputs: regression.inputs, outputs: regression.outputs, count: count)
    defer { block.deallocate() }
    var stream = RandomStream(seed: 1, identity: "path", block: 0)
    regression.fill(block, from: &stream)
    return (0..<count).map { k in
      Example(
        input: (0..<regression.inputs).map { Double(block.input($0)[k]) },
        target: (0..<regression.outputs).map { Double(block.target($0)[k]) },
        weight: Double(block.weights[k]))
    }
  }

  /// The mean and covariance of what is drawn are those of the mixture.
  @Test func mixturesHaveTheirMoments() throws {
    let law = try GaussianMixture([
      (0.25, Gaussian(mean: [1, 0], covariance: [[1, 0.5], [0.5, 2]])),
      (0.5, Gaussian(mean: [0, -1], covariance: [[2, 0], [0, 1]])),
      (0.25, Gaussian(mean: [-3, 1], covariance: [[0.25, 0.125], [0.125, 0.5]])),
    ])
    let count = 1 << 16
    // A path that stands still: the velocity's target is zero and the position is the sample.
    let path = try RandomPath(from: law) { _ in PathCoefficients(alpha: SIMD16(repeating: 1)) }
    let points = examples(try path.velocity(), count).map(\.input)
    let mean = zip(law.weights, law.components).reduce(Vector<Double>.zero(2)) { $0 + $1.0 * $1.1.mean }
    func expectMean(_ wanted: Double, _ value: ([Double]) -> Double) {
      let values = points.map(value)
      let average = values.reduce(0, +) / Double(count)
      let variance = values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(count - 1)
      #expect((average - wanted).magnitude < 6 * (variance / Double(count)).squareRoot())
    }
    for i in 0..<2 {
      expectMean(mean[i]) { $0[i] }
      for j in 0...i {
        let second = zip(law.weights, law.components).reduce(0.0) {
          $0 + $1.0 * ($1.1.covariance[i, j] + $1.1.mean[i] * $1.1.mean[j])
        }
        expectMean(second) { $0[i] * $0[j] }
      }
    }
    expectMean(0.5) { $0[2] }
    expectMean(1.0 / 3) { $0[2] * $0[2] }
  }

  /// Position, velocity, score and denoiser of one draw fit together, at the coefficients of the definition.
  @Test func targetsFitTogether() throws {
    let law = try GaussianMixture([(1, Gaussian(mean: [1, -1], covariance: [[1, 0], [0, 1]]))])
    let path = try RandomPath.varianceExploding(from: law, sigma: 0.01...10, times: 1e-5...1)
    let denoiser = examples(try path.denoiser(), 1024)
    let score = examples(try path.score(), 1024)
    let velocity = examples(try path.velocity(), 1024)
    let flat = examples(try path.score(weight: { _ in SIMD16(repeating: 3) }), 1024)
    let rate = Double.log(1000)
    for k in 0..<1024 {
      let t = denoiser[k].input[2]
      #expect(t >= 1e-5 && t <= 1)
      // With t = 1e-5 the exponential is 1 + 1.4e-4: by its difference from 1 in Double, good to 1e-12.
      let variance = 1e-4 * (Double.exp(2 * t * rate) - 1)
      let gamma = variance.squareRoot()
      for i in 0..<2 {
        let z = denoiser[k].target[i]
        #expect(score[k].target[i].isNear(-z / gamma))
        #expect(velocity[k].target[i].isNear(z * 1e-4 * rate * Double.exp(2 * t * rate) / gamma))
        #expect(flat[k].target[i] == score[k].target[i])
        #expect(score[k].input[i] == denoiser[k].input[i])
      }
      #expect(score[k].weight.isNear(variance) && flat[k].weight == 3 && denoiser[k].weight == 1)
    }
  }

  /// On the straight path the position moves at the target: two times with one draw are on one line.
  @Test func straightPaths() throws {
    let start = try GaussianMixture([(1, Gaussian(mean: [0.0], covariance: [[1]]))])
    let end = try GaussianMixture([(1, Gaussian(mean: [5.0], covariance: [[2]]))])
    let path = try RandomPath.linear(from: start, to: end)
    let count = 1 << 14
    let points = examples(try path.velocity(), count)
    // x_t - t v = x_0, a standard normal number independent of t.
    let starts = points.map { $0.input[0] - $0.input[1] * $0.target[0] }
    let mean = starts.reduce(0, +) / Double(count)
    let square = starts.reduce(0) { $0 + $1 * $1 } / Double(count)
    #expect(mean.magnitude < 6 / Double(count).squareRoot())
    #expect((square - 1).magnitude < 6 * (2 / Double(count)).squareRoot())
    let velocity = points.reduce(0) { $0 + $1.target[0] } / Double(count)
    #expect((velocity - 5).magnitude < 6 * (3 / Double(count)).squareRoot())
  }

  @Test func refusesNonsense() throws {
    let one = try GaussianMixture([(1, Gaussian(mean: [0.0], covariance: [[1]]))])
    let two = try GaussianMixture([(1, Gaussian(mean: [0.0, 0], covariance: [[1, 0], [0, 1]]))])
    #expect(throws: InvalidArgument.self) { try RandomPath.linear(from: one, to: two) }
    #expect(throws: InvalidArgument.self) { try RandomPath.varianceExploding(from: one, sigma: 0...1) }
    #expect(throws: InvalidArgument.self) { try RandomPath.varianceExploding(from: one, sigma: 1...1) }
    #expect(throws: InvalidArgument.self) { try RandomPath.varianceExploding(from: one, times: 0...1) }
    #expect(throws: InvalidArgument.self) {
      try RandomPath(from: one, times: 1...1) { _ in PathCoefficients() }
    }
  }
}

extension Double {
  /// Whether the number is that of a computation in `Float` of about thirty roundings.
  fileprivate func isNear(_ exact: Double) -> Bool {
    (self - exact).magnitude <= 32 * 0x1p-24 * exact.magnitude
  }
}
