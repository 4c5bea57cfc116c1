import Arithmetic
import Formulas
import Transport
import Verification

extension HomeworkIII {
  /// Two nonlinear drifts on the circle, with the Fokker-Planck equations of both solved from the uniform density.
  struct CirclePair: Sendable, CustomStringConvertible {
    let epsilon: Double
    let modelEpsilon: Double

    static let all = [
      CirclePair(epsilon: 0.25, modelEpsilon: 0.5), CirclePair(epsilon: 0.5, modelEpsilon: 0.25),
    ]
    static let equal = [CirclePair(epsilon: 0.375, modelEpsilon: 0.375)]

    var description: String {
      "sin x + cos(2x)/2 and cos x, epsilon = \(epsilon.brief) and \(modelEpsilon.brief)"
    }

    @Sendable static func drift(_ x: Double) -> Double { Double.sin(x) + Double.cos(2 * x) / 2 }
    @Sendable static func modelDrift(_ x: Double) -> Double { Double.cos(x) }

    /// Names for the divergence at time one and the integrals over space and time, once both equations are solved.
    ///
    /// Every number has its error from a coarser grid, longer steps and fewer times.
    @Lines<Estimate>
    func names() throws -> [Line<Estimate>] {
      let fine = try values(points: 64, steps: 512)
      let others = [try values(points: 48, steps: 512), try values(points: 64, steps: 256)]
      Let(#"\varepsilon"#, epsilon)
      Let(#"\hat\varepsilon"#, modelEpsilon)
      for (k, name) in Self.solved.enumerated() {
        // The steps and the sums round: each by an ulp or so of numbers of order one.
        let error = others.reduce(fine[k].error + 1024 * Double.ulpOfOne) {
          $0 + ($1[k].value - fine[k].value).magnitude
        }
        Let(name, by: k == 0 ? "both equations solved" : "the solutions on a grid, Romberg's rule in time") {
          Estimate(fine[k].value, error: error)
        }
      }
    }

    /// The names of what `values` computes, in its order.
    private static let solved =
      [#"\mathrm{KL}(\rho(1)\Vert\hat\rho(1))"#]
      + [
        #"(\varepsilon\rho'' - (b\rho)')\log\frac\rho{\hat\rho}"#,
        #"\frac\rho{\hat\rho}\,(\hat\varepsilon\hat\rho'' - (\hat b\hat\rho)')"#,
        #"(\varepsilon\rho'' - b\rho')\log\frac\rho{\hat\rho}"#,
        #"\frac\rho{\hat\rho}\,(\hat\varepsilon\hat\rho'' - \hat b\hat\rho')"#,
        #"\rho\,(b-\varepsilon s)\cdot(s-\hat s)"#, #"\rho\,(\hat b-\hat\varepsilon\hat s)\cdot(s-\hat s)"#,
        #"\rho\,(b-\hat b)\cdot(s-\hat s)"#, #"\rho\,|s-\hat s|^2"#, #"\rho\,\hat s\cdot(s-\hat s)"#,
        #"\rho\,s\cdot(s-\hat s)"#, #"\rho\,(|s|^2-|\hat s|^2)"#, #"\rho\,|b-\hat b|^2"#,
      ].map { #"\int_0^1\int\#($0)\,dx\,dt"# }

    /// The divergence at time one and the time integrals of the lines' spatial means, at one resolution.
    ///
    /// `steps`, a multiple of 128, is the number of time steps.
    func values(points: Int, steps: Int) throws -> [Estimate] {
      let equations = [
        try CircleEquation(diffusion: epsilon, drift: Self.drift),
        try CircleEquation(diffusion: modelEpsilon, drift: Self.modelDrift),
      ]
      let times = 128
      var states = [Array(repeating: 1.0, count: points), Array(repeating: 1.0, count: points)]
      var path = [try terms(equations, states)]
      for _ in 0..<times {
        for k in 0..<2 {
          states[k] = try equations[k].solution(
            from: states[k], over: 0...(1 / Double(times)), steps: steps / times)
        }
        path.append(try terms(equations, states))
      }
      let divergence = zip(states[0], states[1]).reduce(0) { $0 + $1.0 * Double.log($1.0 / $1.1) }
      return [Estimate(divergence / Double(points), error: 0)]
        + path[0].indices.map { k in Self.integral(path.map { $0[k] }) }
    }

    /// The spatial means that the lines integrate over time, from both solutions at one time.
    private func terms(_ equations: [CircleEquation], _ u: [[Double]]) throws -> [Double] {
      let x = equations[0].grid(points: u[0].count)
      let (b, hatB) = (x.map(Self.drift), x.map(Self.modelDrift))
      let s = try equations[0].derivative(of: u[0].map { Double.log($0) })
      let hat = try equations[1].derivative(of: u[1].map { Double.log($0) })
      let right = try zip(zip([b, hatB], [epsilon, modelEpsilon]), u).map { coefficients, u in
        let slope = try equations[0].derivative(of: u)
        let flux = zip(coefficients.0, u).map { $0 * $1 }
        let (second, transport) = (
          try equations[0].derivative(of: slope), try equations[0].derivative(of: flux)
        )
        return (
          full: zip(second, transport).map { coefficients.1 * $0 - $1 },
          bare: zip(second, zip(coefficients.0, slope)).map { coefficients.1 * $0 - $1.0 * $1.1 }
        )
      }
      let mean = { (f: (Int) -> Double) in x.indices.reduce(0) { $0 + f($1) } / Double(x.count) }
      let gap = { (i: Int) in s[i] - hat[i] }
      let log = { (i: Int) in Double.log(u[0][i] / u[1][i]) }
      return [
        mean { right[0].full[$0] * log($0) }, mean { u[0][$0] / u[1][$0] * right[1].full[$0] },
        mean { right[0].bare[$0] * log($0) }, mean { u[0][$0] / u[1][$0] * right[1].bare[$0] },
        mean { u[0][$0] * (b[$0] - epsilon * s[$0]) * gap($0) },
        mean { u[0][$0] * (hatB[$0] - modelEpsilon * hat[$0]) * gap($0) },
        mean { u[0][$0] * (b[$0] - hatB[$0]) * gap($0) }, mean { u[0][$0] * gap($0).squared },
        mean { u[0][$0] * hat[$0] * gap($0) }, mean { u[0][$0] * s[$0] * gap($0) },
        mean { u[0][$0] * (s[$0].squared - hat[$0].squared) },
        mean { u[0][$0] * (b[$0] - hatB[$0]).squared },
      ]
    }

    /// The integral over the unit interval from 129 equally spaced values, by Romberg's rule, with its last change.
    private static func integral(_ values: [Double]) -> Estimate {
      let pieces = values.count - 1
      var (row, before) = ([Double](), 0.0)
      for stride in [64, 32, 16, 8, 4, 2, 1] {
        let inner = Swift.stride(from: stride, to: pieces, by: stride).reduce(0) { $0 + values[$1] }
        var next = [(inner + (values[0] + values[pieces]) / 2) * Double(stride) / Double(pieces)]
        for (j, previous) in row.enumerated() {
          next.append(next[j] + (next[j] - previous) / Double((1 << (2 * j + 2)) - 1))
        }
        (row, before) = (next, row.last ?? 0)
      }
      return Estimate(row[6], error: (row[6] - before).magnitude)
    }
  }
}
