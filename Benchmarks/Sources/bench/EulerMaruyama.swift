import Identities

extension Work {
  /// `dX = -X dt + sqrt(2) dW` from zero over unit time in 128 steps, at 2^18 numbers, by the library's sampler.
  static func eulerMaruyama<Scalar: LaneScalar>(
    _: Scalar.Type, dimension: Int, threads: Int
  ) throws -> Work {
    let (steps, paths) = (128, max(1, (1 << 18) / dimension))
    let start = try Points(
      columns: [[Scalar]](repeating: [Scalar](repeating: 0, count: paths), count: dimension))
    let drift = try CombinedField<Scalar>(dimension: dimension, position: { _ in -1 }, [])
    let grid = try TimeGrid(from: 0, to: 1, steps: steps)
    let sampler = try Sampler(seed: 1, name: "bench", width: threads)
    return Work(amount: steps * paths * dimension, unit: "scalar steps") {
      let end = try await sampler.diffuse(
        start, drift: drift, noise: { _ in (2.0).squareRoot() }, over: grid)
      return {
        let numbers = end.columns.joined().map { Double($0) }
        let n = Double(numbers.count)
        let mean = numbers.reduce(0, +) / n
        let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
        // Of the scheme itself, not of the diffusion: (1 - (1 - h)^256) / (1 - h / 2).
        let h = 1 / Double(steps)
        let truth = (1 - (0..<2 * steps).reduce(1.0) { power, _ in power * (1 - h) }) / (1 - h / 2)
        return "variance off by \(signed((variance / truth - 1) / (2 / n).squareRoot())) standard errors"
      }
    }
  }
}
