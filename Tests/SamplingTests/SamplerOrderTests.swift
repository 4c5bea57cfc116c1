import Foundation
import Identities
import Testing

/// The orders of the samplers, observed, each with an interval; and, apart from them, what they converge to.
@Suite struct SamplerOrderTests {
  /// A number with how far it may be off.
  struct Observed {
    var value: Double
    var error: Double
    func isConsistent(with number: Double) -> Bool { (value - number).magnitude <= error }
  }

  /// The order that differences of results at steps `h, h/2, h/4, h/8` show, extrapolated to `h = 0`.
  ///
  /// The order seen at a step differs from the limit by a term of first order, so twice the finer less the coarser is
  /// the better value, and the last change bounds its error.
  private func order(of differences: [Observed]) -> Observed {
    let seen = zip(differences, differences.dropFirst()).map { coarse, fine in
      Observed(
        value: log2(coarse.value / fine.value),
        error: (coarse.error / coarse.value.magnitude + fine.error / fine.value.magnitude) / log(2))
    }
    let (coarse, fine) = (seen[seen.count - 2], seen[seen.count - 1])
    return Observed(
      value: 2 * fine.value - coarse.value,
      error: (fine.value - coarse.value).magnitude + 2 * fine.error + coarse.error)
  }

  @Test("flows are of order 1, 2 and 4", arguments: zip(FlowMethod.allCases, [1.0, 2, 4]))
  func flow(method: FlowMethod, order: Double) async throws {
    let sampler = try Sampler(seed: 1, name: "flow")
    let points: Points<Double> = try await sampler.draw(64, of: Laws.standard(2))
    let sde = try VariancePreserving(from: 0.5, to: 3.5)
    let field = MixtureField<Double>.velocity(of: sde, data: try Laws.plane)
    let steps = method == .rungeKutta4 ? [16, 32, 64, 128] : [128, 256, 512, 1024]
    var ends: [[Double]] = []
    for n in steps {
      let grid = try TimeGrid(from: 1, to: 0, steps: n)
      ends.append(try await sampler.flow(points, along: field, over: grid, by: method).columns.flatMap { $0 })
    }
    let differences = zip(ends, ends.dropFirst()).map { coarse, fine in
      let square = zip(coarse, fine).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return Observed(value: square.squareRoot(), error: 0x1p-46)
    }
    let seen = self.order(of: differences)
    #expect(seen.isConsistent(with: order), "order \(seen.value) ± \(seen.error)")
    #expect(seen.error < 0.25, "the interval says nothing: \(seen.value) ± \(seen.error)")
  }

  @Test("flows converge to one map, whatever the method")
  func limit() async throws {
    let sampler = try Sampler(seed: 1, name: "limit")
    let points: Points<Double> = try await sampler.draw(64, of: Laws.standard(2))
    let sde = try VariancePreserving(from: 0.5, to: 3.5)
    let field = MixtureField<Double>.velocity(of: sde, data: try Laws.plane)
    func end(_ method: FlowMethod, _ steps: Int) async throws -> [Double] {
      let grid = try TimeGrid(from: 1, to: 0, steps: steps)
      return try await sampler.flow(points, along: field, over: grid, by: method).columns.flatMap { $0 }
    }
    let exact = try await end(.rungeKutta4, 512)
    for (method, order) in [(FlowMethod.euler, 1), (.heun, 2)] {
      let (coarse, fine) = (try await end(method, 512), try await end(method, 1024))
      for i in exact.indices {
        // Extrapolated, with the whole of the change as the bound: the rest is an order smaller.
        let change = (fine[i] - coarse[i]) / Double(1 << order - 1)
        #expect((fine[i] + change - exact[i]).magnitude <= change.magnitude + 1e-9)
      }
    }
  }

  @Test(
    "Euler and Maruyama's method is of weak order 1, Heun's of 2",
    arguments: zip(DiffusionMethod.allCases, [1.0, 2]))
  func diffusion(method: DiffusionMethod, order: Double) async throws {
    // The reversed process of a mixture, from its exact law of noise: the limit is the data's law.
    let (n, data) = (1 << 17, try Laws.line)
    let sampler = try Sampler(seed: 1, name: "diffusion", width: 2)
    let sde = try VariancePreserving(from: 0.5, to: 3.5)
    let start: Points<Double> = try await sampler.draw(n, of: sde.law(of: data, at: 1).present())
    let drift = try sde.reverseDrift(score: MixtureField<Double>.score(of: sde, data: data))
    let finest = 64
    var squares: [[Double]] = []
    for steps in [8, 16, 32, finest] {
      let end = try await sampler.diffuse(
        start, drift: drift, noise: { sde.squaredNoise(at: $0).squareRoot() },
        over: TimeGrid(from: 1, to: 0, steps: steps), by: method, refinement: finest / steps)
      squares.append(end.columns[0].map { $0 * $0 })
    }
    // All see the same Brownian paths, so the differences have small errors of their own.
    let differences = zip(squares, squares.dropFirst()).map { mean(zip($0, $1).map { $0 - $1 }) }
    let seen = self.order(of: differences)
    #expect(seen.isConsistent(with: order), "order \(seen.value) ± \(seen.error)")
    #expect(seen.error < 1, "the interval says nothing: \(seen.value) ± \(seen.error)")

    // The limit, apart: the second moment of the data, 0.25 (2.25 + 0.25) + 0.75 (1 + 0.5) = 1.75.
    let (finer, change) = (mean(squares[3]), differences[2].value / Double(1 << Int(order) - 1))
    #expect((finer.value - change - 1.75).magnitude <= finer.error + differences[2].error + change.magnitude)
    #expect(
      (mean(squares[0]).value - 1.75).magnitude > mean(squares[0]).error, "a coarse step is seen to be off")
  }

  /// The mean with five standard errors.
  private func mean(_ numbers: [Double]) -> Observed {
    let n = Double(numbers.count)
    let mean = numbers.reduce(0, +) / n
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    return Observed(value: mean, error: 5 * (variance / n).squareRoot())
  }
}
