import Arithmetic
import Formulas
import Probability
import Verification

extension HomeworkII {
  private static let plane = Result {
    try StudentDiffusion(
      location: [1, 0.75], shape: [[3, 1], [1, 2]], freedom: 8, factor: [[1, 0.5], [0.5, 0.75]],
      rotation: 0.5, growth: 0.25)
  }
  /// The diffusion matrix has the rank one in the plane.
  private static let line = Result {
    try StudentDiffusion(
      location: [1, 0.75], shape: [[3, 1], [1, 2]], freedom: 8, factor: [[1, 0.5], [0.5, 0.25]],
      rotation: 0.5, growth: 0.25)
  }
  /// The diffusion matrix has the rank two in three dimensions.
  private static let space = Result {
    try StudentDiffusion(
      location: [1, 0.75, -0.5], shape: [[3, 1, 0], [1, 2, -0.5], [0, -0.5, 2.5]], freedom: 8,
      factor: [[1, 0.5, 0.5], [0.5, 0.5, 0.25], [0.5, 0.25, 0.25]], rotation: 0.5, growth: 0.25)
  }
  private static let particles = Result {
    try [(plane, 2), (space, 2)].map { process, steps in
      let process = try process.get()
      return try Particles(
        process, from: process.law(0), end: 0.125, steps: steps, conventions: [(.ito, process)])
    }
  }

  /// Particles of the Ito equation with the drift `b^A` have the density that `b` transports.
  static var particlesReachTheDensity: Statistical<Particles<StudentDiffusion>> {
    get throws {
      try Statistical("particles, Student laws", cases: particles.get()) { model, draw in
        let process = model.process
        let start = try process.sample(draw)
        let noises = (0..<2 * model.steps).map { _ in draw.normal(process.dimension) }
        Let("f(x_T)", products(process.flow(model.end).map { Variate($0) } * start))
        Let("F(p,q,r)", by: "steps by Euler and Maruyama from the same start, extrapolated") { at in
          model.moments(process.with(try DriftWeights(at) { $0.constant }), from: start, along: noises)
        }
        Step(#"\mathbb{E}[f(x_T)]"#, remark: #"$x_T \sim \rho(T)$, $f = (x_i, x_i x_j)$"#)
        Step(
          #"\mathbb{E}[F(\tfrac12,\tfrac12,0)]"#,
          because: "the Fokker-Planck equations are the same and so is the start",
          remark: "$F(p,q,r) = f(X_T)$ for \(equationOfParticles), $X_0 \\sim \\rho(0)$", bias: model.bias)
        wrongDrifts { #"\mathbb{E}[F(\#($0))]"# }
      }
    }
  }

  private static let equationOfParticles =
    #"$dX = (b + p\nabla\cdot A + qA\nabla\log\rho + r\nabla\,\mathrm{tr}A)\,dt + A^{1/2}dW$"#

  @Lines<Scalar>
  private static func wrongDrifts<Scalar>(_ line: (String) -> String) -> [Line<Scalar>] {
    Rival(line(#"0,\tfrac12,0"#), "divergence of A dropped")
    Rival(line(#"1,\tfrac12,0"#), "divergence of A without one half")
    Rival(line(#"0,\tfrac12,\tfrac12"#), "trace in place of divergence")
    Rival(line(#"\tfrac12,1,0"#), "score without one half")
    Rival(line(#"\tfrac12,-\tfrac12,0"#), "sign of the score")
  }

  /// The moments of the scheme tend to those of the density, at the first order in the step.
  static var orderOfTheScheme: Numerical<StudentDiffusion> {
    get throws {
      try Numerical("moments of the particles for vanishing steps", cases: [plane.get(), line.get()]) {
        process in
        Let(#"\mathbb{E}[f(x_T)]"#, by: "moments of the Student law") {
          Vector(rawMoments(process.law(0.125)).map { Interval(Estimate($0, error: 64 * Double.ulpOfOne)) })
        }
        Let("F(p,q,r)", by: "moments of the steps, extrapolated by an expansion in powers of h") { at in
          let process = process.with(try DriftWeights(at) { $0.midpoint })
          return Vector(
            try extrapolated { steps in
              rawMoments(
                try process.moments(of: process.law(0), over: 0...0.125, steps: steps), afterSteps: steps)
            }.map { Interval($0) })
        }
        Step(#"\mathbb{E}[f(x_T)]"#, remark: #"$x_T \sim \rho(T)$, $f = (x_i, x_i x_j)$"#)
        Step(
          #"F(\tfrac12,\tfrac12,0)"#, because: "II.4a",
          remark: #"""
            $F(p,q,r) = \lim_{h\to0}\mathbb{E}[f(X^h_T)]$, where $X^h$ follows \#(equationOfParticles) by Euler and Maruyama
            """#)
        wrongDrifts { "F(\($0))" }
      }
    }
  }

  /// The limits of sequences with an expansion in powers of `1 / steps`, by Romberg's extrapolation.
  ///
  /// The error is the last change along the diagonal, and that of the values: extrapolation multiplies it by at most
  /// the product of `(2^k + 1) / (2^k - 1)`, which is below nine.
  static func extrapolated(
    levels: Int = 5, _ values: (_ steps: Int) throws -> [Estimate]
  ) throws -> [Estimate] {
    let rows = try (0..<levels).map { try values(4 << $0) }
    return rows[0].indices.map { k in
      var row = rows.map { $0[k].value }
      var previous = row[levels - 1]
      for order in 1..<levels {
        previous = row[levels - 1]
        for i in stride(from: levels - 1, through: order, by: -1) {
          row[i] += (row[i] - row[i - 1]) / Double((1 << order) - 1)
        }
      }
      let rounding = 9 * rows.reduce(0) { max($0, $1[k].error) }
      return Estimate(row[levels - 1], error: (row[levels - 1] - previous).magnitude + rounding)
    }
  }

  /// The raw moments of a simulated law, with a rounding of one unit in the last place a step.
  static func rawMoments(_ law: Gaussian<Double>, afterSteps steps: Int) -> [Estimate] {
    rawMoments(law).map { Estimate($0, error: Double(steps) * Double.ulpOfOne * (1 + $0.magnitude)) }
  }
}

extension DriftWeights {
  /// The coefficients `p`, `q` and `r` that a formula gives, as plain numbers.
  fileprivate init<Base>(_ arguments: Arguments<Base>, _ number: (Base) -> Double?) throws {
    func weight(_ name: String) throws -> Double {
      guard let weight = number(try arguments.number(name).value) else {
        throw InvalidArgument(name, is: "random", expected: "a number")
      }
      return weight
    }
    self.init(divergence: try weight("p"), score: try weight("q"), trace: try weight("r"))
  }
}
