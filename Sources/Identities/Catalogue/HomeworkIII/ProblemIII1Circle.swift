extension Catalogue {
  /// Two nonlinear drifts on the circle, with the Fokker-Planck equations of both solved from the uniform density.
  struct CirclePair: Sendable, CustomStringConvertible {
    let epsilon: Double
    let modelEpsilon: Double

    static let all = [
      CirclePair(epsilon: 0.25, modelEpsilon: 0.5), CirclePair(epsilon: 0.5, modelEpsilon: 0.25),
    ]
    static let equal = [CirclePair(epsilon: 0.375, modelEpsilon: 0.375)]

    var description: String {
      "sin x + cos(2x)/2 and cos x, epsilon = \(epsilon.brief) and \(modelEpsilon.brief), t = 1/2"
    }

    @Sendable static func drift(_ x: Double) -> Double { Double.sin(x) + Double.cos(2 * x) / 2 }
    @Sendable static func modelDrift(_ x: Double) -> Double { Double.cos(x) }

    /// The differences of the divergence in time and the formula's terms, each with its error from two resolutions.
    struct Solved {
      let differences: Interval
      let rate: DivergenceRate<Interval>
      let squaredError: Interval
    }

    /// Solves both equations at three resolutions.
    func solve() throws -> Solved {
      let fine = try values(points: 64, steps: 64)
      let others = try [values(points: 48, steps: 64), values(points: 64, steps: 32)]
      func bounded(_ k: Int, error: Double = 0) -> Interval {
        // The sums over the points and the steps round: far below a unit of 2^-44 at values of order one.
        let change = others.reduce(0x1p-44 + error) { $0 + ($1[k] - fine[k]).magnitude }
        return Interval(Estimate(fine[k], error: change))
      }
      return Solved(
        differences: bounded(0, error: (fine[0] - fine[1]).magnitude),
        rate: DivergenceRate(
          drift: bounded(2), fisher: bounded(3), modelScore: bounded(4), epsilon: Interval(epsilon),
          modelEpsilon: Interval(modelEpsilon)), squaredError: bounded(5))
    }

    /// The derivative of the divergence by differences with two steps, the three terms, and the squared drift error.
    ///
    /// `steps` is the number of time steps in a sixty-fourth of time.
    func values(points: Int, steps: Int) throws -> [Double] {
      let (time, h) = (0.5, 0x1p-6)
      let equations = [
        try CircleEquation(diffusion: epsilon, drift: Self.drift),
        try CircleEquation(diffusion: modelEpsilon, drift: Self.modelDrift),
      ]
      // From 1/2 - 8 h on, all the times at which either difference looks.
      let paths = equations.map { equation in
        let begin = equation.solution(points: points, steps: 24 * steps, time: time - 8 * h)
        return (0..<16).reduce(into: [begin]) { path, _ in
          path.append(equation.solution(points: points, steps: steps, time: h, from: path[path.count - 1]))
        }
      }
      let mean = { (terms: [Double]) in terms.reduce(0, +) / Double(points) }
      let divergence = { (k: Int) in
        mean(zip(paths[0][k], paths[1][k]).map { $0 * Double.log($0 / $1) })
      }
      let weights = [4.0 / 5, -1.0 / 5, 4.0 / 105, -1.0 / 280]
      let difference = { (stride: Int) -> Double in
        var sum = 0.0
        for (i, weight) in weights.enumerated() {
          let k = stride * (i + 1)
          sum += weight * (divergence(8 + k) - divergence(8 - k))
        }
        return sum / (h * Double(stride))
      }
      let (u, v) = (paths[0][8], paths[1][8])
      let score = { (u: [Double]) in CircleEquation.derivative(of: u.map { Double.log($0) }) }
      let (s, hat) = (score(u), score(v))
      let x = u.indices.map { 2 * Double.pi * Double($0) / Double(points) }
      let error = x.map { Self.drift($0) - Self.modelDrift($0) }
      return [
        difference(1), difference(2), mean(u.indices.map { u[$0] * error[$0] * (s[$0] - hat[$0]) }),
        mean(u.indices.map { u[$0] * (s[$0] - hat[$0]).squared }),
        mean(u.indices.map { u[$0] * hat[$0] * (s[$0] - hat[$0]) }),
        mean(u.indices.map { u[$0] * error[$0].squared }),
      ]
    }
  }
}
