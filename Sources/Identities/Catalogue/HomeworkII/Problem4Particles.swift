import Arithmetic
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
        let moments = { (weights: DriftWeights) in
          model.moments(process.with(weights), from: start, along: noises)
        }
        Step(#"\mathbb{E}[f(x_T)], \quad x_T \sim \rho(T), \; f = (x_i, x_i x_j)"#) {
          products(process.flow(model.end).map { Variate($0) } * start)
        }
        Step(
          #"\mathbb{E}[f(X_T)], \quad dX = b^A dt + A^{1/2} dW, \; X_0 \sim \rho(0)"#,
          because:
            "the equations are the same and so is the start; steps by Euler and Maruyama, extrapolated",
          bias: model.bias
        ) { moments(DriftWeights()) }
        Rival(#"b + \tfrac12 A\nabla\log\rho"#, "divergence of A dropped") {
          moments(DriftWeights(divergence: 0))
        }
        Rival(#"b + \nabla\cdot A + \tfrac12 A\nabla\log\rho"#, "divergence of A without one half") {
          moments(DriftWeights(divergence: 1))
        }
        Rival(
          #"b + \tfrac12\nabla\,\mathrm{tr}A + \tfrac12 A\nabla\log\rho"#, "trace in place of divergence"
        ) { moments(DriftWeights(divergence: 0, trace: 0.5)) }
        Rival(#"b + \tfrac12\nabla\cdot A + A\nabla\log\rho"#, "score without one half") {
          moments(DriftWeights(score: 1))
        }
        Rival(#"b + \tfrac12\nabla\cdot A - \tfrac12 A\nabla\log\rho"#, "sign of the score") {
          moments(DriftWeights(score: -0.5))
        }
      }
    }
  }

  /// The moments of the scheme tend to those of the density, at the first order in the step.
  static var orderOfTheScheme: Numerical<StudentDiffusion> {
    get throws {
      try Numerical("moments of the particles for vanishing steps", cases: [plane.get(), line.get()]) {
        process in
        let limit = { (weights: DriftWeights) in
          try extrapolated { steps in
            rawMoments(
              try process.with(weights).moments(of: process.law(0), over: 0...0.125, steps: steps),
              afterSteps: steps)
          }
        }
        Step(#"\mathbb{E}[f(x_T)], \quad x_T \sim \rho(T), \; f = (x_i, x_i x_j)"#) {
          rawMoments(process.law(0.125)).map { Estimate($0, error: 64 * Double.ulpOfOne) }
        }
        Step(
          #"\lim_{h\to0}\mathbb{E}[f(X^h_T)], \quad X^h \text{ by Euler and Maruyama with } b^A"#,
          because: #"an expansion in powers of $h$, extrapolated"#
        ) { try limit(DriftWeights()) }
        Rival(#"b + \tfrac12 A\nabla\log\rho"#, "divergence of A dropped") {
          try limit(DriftWeights(divergence: 0))
        }
        Rival(#"b + \nabla\cdot A + \tfrac12 A\nabla\log\rho"#, "divergence of A without one half") {
          try limit(DriftWeights(divergence: 1))
        }
        Rival(
          #"b + \tfrac12\nabla\,\mathrm{tr}A + \tfrac12 A\nabla\log\rho"#, "trace in place of divergence"
        ) { try limit(DriftWeights(divergence: 0, trace: 0.5)) }
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
