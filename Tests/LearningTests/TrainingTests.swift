import Identities
import Learning
import Testing

@Suite struct TrainingTests {
  static func normal(_ mean: [Double], variance: Double = 1) throws -> GaussianMixture<Double> {
    let rows = mean.indices.map { i in mean.indices.map { $0 == i ? variance : 0 } }
    return try GaussianMixture([(1, Gaussian(mean: mean, covariance: rows))])
  }

  /// The same bits for any number of threads, also where a batch is no multiple of a chunk.
  @Test(arguments: [128, 70]) func sameBitsForAnyNumberOfThreads(batch: Int) async throws {
    let mixture = try GaussianMixture([
      (0.25, Gaussian(mean: [1, 0], covariance: [[1, 0.5], [0.5, 2]])),
      (0.75, Gaussian(mean: [0, -1], covariance: [[2, 0], [0, 1]])),
    ])
    let path = try RandomPath.linear(from: TrainingTests.normal([0, 0]), to: mixture)
    let network = try Perceptron(inputs: 3, outputs: 2, width: 40, seed: 1)
    var reports: [[TrainingProgress]] = []
    var results: [Perceptron] = []
    for threads in [1, 2, 3, 8] {
      var report: [TrainingProgress] = []
      results.append(
        try await network.trained(
          on: path.velocity(), steps: 250, batch: batch, seed: 7, threads: threads
        ) { report.append($0) })
      reports.append(report)
    }
    #expect(results.allSatisfy { $0 == results[0] } && results[0] != network)
    #expect(reports.allSatisfy { $0 == reports[0] })
    #expect(reports[0].map(\.step) == [100, 200, 250])
    let other = try await network.trained(
      on: path.velocity(), steps: 250, batch: batch, seed: 8, threads: 2)
    #expect(other != results[0], "another seed, other examples")
  }

  /// Several trainings at once share the machine's threads without waiting for each other.
  @Test func trainingsRunSideBySide() async throws {
    let path = try RandomPath.linear(from: TrainingTests.normal([0]), to: TrainingTests.normal([2]))
    let network = try Perceptron(inputs: 2, outputs: 1, width: 16, seed: 1)
    let results = try await withThrowingTaskGroup(of: Perceptron.self) { group in
      for _ in 0..<6 {
        group.addTask {
          try await network.trained(on: path.velocity(), steps: 100, seed: 7, threads: 4)
        }
      }
      return try await group.reduce(into: [Perceptron]()) { $0.append($1) }
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  /// A linear target with noise of variance 1/4 in each of two coordinates: the least possible loss is 1/2.
  @Test func findsALinearMap() async throws {
    let regression = try Regression(inputs: 2, outputs: 2) { stream, block in
      for k in 0..<block.count {
        let (x, y) = (stream.nextNormal(), stream.nextNormal())
        block.input(0)[k] = Float(x)
        block.input(1)[k] = Float(y)
        block.target(0)[k] = Float(x - 2 * y + 0.5 * stream.nextNormal())
        block.target(1)[k] = Float(3 * x + y + 0.5 * stream.nextNormal())
      }
    }
    try await expectMinimum(0.5, of: regression, start: 15.5)
  }

  /// The loss (2.22) between N(0, 1) and N(2, 1): the least possible is minus the mean squared velocity,
  /// `-(4 + 2 - pi / 2)`.
  @Test func findsAVelocity() async throws {
    let path = try RandomPath.linear(from: TrainingTests.normal([0]), to: TrainingTests.normal([2]))
    try await expectMinimum(-(6 - Double.pi / 2), of: try path.velocity(), start: 0)
  }

  /// The losses of the denoiser and of the score (2.18) with weight `gamma^2`, for data of variance `s`: the least
  /// possible of both is the mean of `s / (s + gamma^2)`, the variance of `z` given `x_t`; the zero field has 1.
  @Test func findsAScore() async throws {
    let s = 2.0
    let path = try RandomPath.varianceExploding(from: TrainingTests.normal([0], variance: s), sigma: 0.5...5)
    let minimum = (0..<1000).reduce(0.0) { sum, k in
      let t = (Double(k) + 0.5) / 1000
      let variance = 0.25 * (Double.exp(2 * t * Double.log(10)) - 1)
      return sum + s / (s + variance) / 1000
    }
    try await expectMinimum(minimum, of: try path.denoiser(), start: 1)
    try await expectMinimum(minimum, of: try path.score(), start: 1)
  }

  /// Trains a network and expects 98 % of the way from a field's loss to the least possible one; nobody can be below
  /// it by more than the standard errors that a normal estimate exceeds with a probability of 1e-9.
  private func expectMinimum(_ minimum: Double, of regression: Regression, start: Double) async throws {
    let network = try Perceptron(
      inputs: regression.inputs, outputs: regression.outputs, width: 64, layers: 4, seed: 3)
    let trained = try await network.trained(on: regression, steps: 3000, seed: 4, threads: 2)
    let loss = try trained.loss(on: regression, samples: 200_000, seed: 5)
    #expect(loss.mean > minimum - 6 * loss.standardError)
    #expect(loss.mean < minimum + 0.02 * (start - minimum) + 6 * loss.standardError)
    let before = try network.loss(on: regression, samples: 10_000, seed: 5)
    #expect(before.mean > minimum + 0.5 * (start - minimum), "the untrained network does not know")
  }

  @Test func canBeCancelled() async throws {
    let path = try RandomPath.linear(from: TrainingTests.normal([0]), to: TrainingTests.normal([2]))
    let network = try Perceptron(inputs: 2, outputs: 1, width: 16, seed: 1)
    let task = Task {
      try await network.trained(on: path.velocity(), steps: 1 << 20, seed: 7, threads: 2) { _ in
        withUnsafeCurrentTask { $0?.cancel() }
      }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func sayWhenItDiverges() async throws {
    let path = try RandomPath.linear(from: TrainingTests.normal([0]), to: TrainingTests.normal([2]))
    let network = try Perceptron(inputs: 2, outputs: 1, width: 16, seed: 1)
    await #expect(throws: TrainingDiverged.self) {
      try await network.trained(on: path.velocity(), by: Adam(rate: 1e30), steps: 10, seed: 7, threads: 2)
    }
  }

  @Test func refusesNonsense() async throws {
    let path = try RandomPath.linear(from: TrainingTests.normal([0]), to: TrainingTests.normal([2]))
    let regression = try path.velocity()
    let network = try Perceptron(inputs: 2, outputs: 1, width: 16, seed: 1)
    for (argument, steps, batch, threads) in [
      ("steps", 0, 1, 1), ("batch", 1, 0, 1), ("threads", 1, 1, 0), ("threads", 1, 1, -3),
    ] {
      let error = await #expect(throws: InvalidArgument.self) {
        try await network.trained(on: regression, steps: steps, batch: batch, seed: 1, threads: threads)
      }
      #expect(error?.argument == argument)
    }
    let other = try Perceptron(inputs: 3, outputs: 1, width: 16, seed: 1)
    await #expect(throws: InvalidArgument.self) {
      try await other.trained(on: regression, seed: 1, threads: 1)
    }
    #expect(throws: InvalidArgument.self) { try other.loss(on: regression, samples: 10, seed: 1) }
    #expect(throws: InvalidArgument.self) { try network.loss(on: regression, samples: 1, seed: 1) }
    #expect(throws: InvalidArgument.self) { try network.gradient(on: regression, batch: 0, seed: 1) }
    #expect(throws: InvalidArgument.self) {
      try Regression(inputs: 0, outputs: 1) { _, _ in }
    }
  }
}
