import Foundation
import Testing

@testable import Learning
@testable import Probability

/// Work shared by threads of the operating system, which run at once where there are processors, whatever else the
/// tests' own tasks are doing.
@Suite struct PhasedWorkTests {
  /// Runs an action on so many threads and waits for all of them.
  private func onThreads(_ count: Int, _ action: @escaping @Sendable (Int) -> Void) {
    let finished = DispatchGroup()
    for worker in 0..<count {
      finished.enter()
      Thread {
        action(worker)
        finished.leave()
      }.start()
    }
    finished.wait()
  }

  /// Every item is done once, and a phase sees all that the one before it wrote.
  @Test(arguments: [1, 2, 3, 5]) func phasesFollowEachOther(workers: Int) {
    let (phases, items) = (3000, 7)
    let work = PhasedWork(workers: workers)
    // Each item adds up its neighbours' numbers of the phase before, as one worker alone would.
    nonisolated(unsafe) let numbers = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * items)
    defer { numbers.deallocate() }
    for i in 0..<2 * items { numbers[i] = UInt64(i) }
    onThreads(workers) { worker in
      for phase in 0..<phases {
        let (from, to) = (phase % 2 * items, (phase + 1) % 2 * items)
        let goesOn = work.perform(phase: phase, items: items, end: (phase + 1) * items, worker: worker) { i in
          numbers[to + i] = numbers[from + i] &* 3 &+ numbers[from + (i + 1) % items]
        }
        guard goesOn else { return }
      }
    }
    var expected = (0..<items).map { UInt64($0) }
    for _ in 0..<phases {
      expected = (0..<items).map { expected[$0] &* 3 &+ expected[($0 + 1) % items] }
    }
    #expect((0..<items).map { numbers[phases % 2 * items + $0] } == expected)
  }

  /// A worker that never comes keeps nobody waiting, and who is stopped returns.
  @Test func nobodyWaitsForAnAbsentWorker() {
    let work = PhasedWork(workers: 3)
    var done = 0
    #expect(work.perform(phase: 0, items: 10, end: 10, worker: 1) { _ in done += 1 })
    #expect(done == 10)
    work.stop()
    #expect(!work.perform(phase: 1, items: 10, end: 20, worker: 1) { _ in done += 1 })
  }

  /// Training on such threads gives the bits of one thread.
  @Test(arguments: [2, 4]) func trainingHasOneResult(workers: Int) throws {
    let normal = try GaussianMixture([(1, Gaussian(mean: [0.0, 1], covariance: [[1, 0], [0, 2]]))])
    let regression = try RandomPath.linear(from: normal, to: normal).velocity()
    let network = try Perceptron(inputs: 3, outputs: 2, width: 64, seed: 1)
    let results = [1, workers].map { workers in
      let training = Training(network, regression, Adam(), steps: 1000, batch: 128, seed: 2, workers: workers)
      onThreads(workers) { training.run(worker: $0) { _ in } }
      return training.parameters(network.shapes)
    }
    #expect(results[0] == results[1] && results[0] != network.parameters)
  }
}
