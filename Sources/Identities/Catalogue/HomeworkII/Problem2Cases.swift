import Arithmetic
import Probability
import Transport

/// The cases of Problem 2: latents with light, exponential and heavy tails, on the line, in products of different
/// laws, and with a matrix that is not symmetric.
extension HomeworkII {
  enum Latents {
    /// Discrete endpoints on the line, with the schedule `sqrt(2 t (1 - t))`.
    static func line(_ potential: any Potential, time: Double, a: Double = 2) throws -> LatentInterpolant {
      try LatentInterpolant(
        Latent([potential]), from: [(0.25, [-1]), (0.75, [1.5])], to: [(0.5, [0.5]), (0.5, [2])], a: a,
        time: time)
    }

    /// Discrete endpoints close to each other, whose sums stay narrow over a box.
    static func near(_ potential: any Potential) throws -> LatentInterpolant {
      try LatentInterpolant(
        Latent([potential]), from: [(0.375, [-0.25]), (0.625, [0.5])], to: [(1, [0.25])], a: 2, time: 0.25)
    }

    /// A latent whose coordinates have different laws, strong beside the endpoints, with a scalar schedule.
    static func product(_ potentials: [any Potential], time: Double) throws -> LatentInterpolant {
      let point = { (x: Double) in potentials.indices.map { $0 % 2 == 0 ? x : -x / 2 } }
      return try LatentInterpolant(
        Latent(potentials), from: [(0.25, point(-1)), (0.75, point(1.5))],
        to: [(0.5, point(0.5)), (0.5, point(2))], a: 9, time: time)
    }

    /// A latent in the plane whose coordinates have different laws, with a scalar schedule or with matrices.
    static func plane(time: Double, isAnisotropic: Bool = true, factor: Double = 1) throws
      -> LatentInterpolant
    {
      try LatentInterpolant(
        Latent([LogCoshPotential(), QuarticPotential()]),
        from: [(0.25, [-1, 0.5]), (0.5, [0.5, -0.75]), (0.25, [1.25, 0.25])],
        to: [(0.375, [0.75, 1]), (0.625, [-0.5, -1.5])], a: 2,
        M: isAnisotropic ? factor * Matrix([[1, 0.5], [-0.75, 1.25]]) : nil,
        N: isAnisotropic ? factor * Matrix([[0.25, -1], [0.5, 0.5]]) : nil, time: time)
    }

    /// A latent in space whose three coordinates have different laws.
    static func space(time: Double) throws -> LatentInterpolant {
      try LatentInterpolant(
        Latent([StudentPotential(degrees: 3), LogCoshPotential(), NormalPotential(variance: 0.5)]),
        from: [(0.5, [-1, 0.5, 0]), (0.5, [0.5, -0.75, 1])],
        to: [(0.25, [0.75, 1, -1]), (0.75, [-0.5, -1.5, 0.5])], a: 1.5,
        M: Matrix([[1, 0.5, 0], [-0.75, 1.25, 0.25], [0.5, 0, 0.75]]), time: time)
    }

    /// Normal mixtures at the ends, on the line.
    static func mixture(_ potential: any Potential, time: Double) throws -> LatentConvolution {
      let laws = { (parts: [(Double, Double, Double)]) in
        try GaussianMixture(parts.map { ($0, try Gaussian(mean: [$1], covariance: [[$2]])) })
      }
      return try LatentConvolution(
        potential, from: laws([(0.375, -1, 0.5), (0.625, 0.75, 0.25)]),
        to: laws([(0.25, 2, 0.75), (0.75, -0.5, 0.375)]), a: 2, time: time)
    }

    /// The potentials that are not quadratic: exponential, light and heavy tails.
    static func curved() throws -> [any Potential] {
      [LogCoshPotential(), QuarticPotential(), try StudentPotential(degrees: 3)]
    }
  }

  /// A discrete interpolant at one point.
  struct LatentPoint: Sendable, CustomStringConvertible {
    let interpolant: LatentInterpolant
    let x: [Double]
    var point: Vector<Interval> { Vector(x.map { Interval($0) }) }
    /// The schedule on the line, moving.
    var schedule: Dual<Interval> { interpolant.A(Dual(variable: Interval(interpolant.time)))[0, 0] }
    var description: String { "\(interpolant), x = \(x.map(\.brief).joined(separator: ", "))" }

    /// The velocity on the line by the continuity equation alone, `-d/dt F(t, x) / rho(t, x)`.
    ///
    /// The distribution function of the latent has the derivative `e^-V / Z`, and that is all that enters.
    var flux: Interval {
      let law = interpolant.law(at: Dual(variable: Interval(interpolant.time)))
      let latents = law.path.map { (Dual(constant: point[0]) - $0[0]) / law.A[0, 0] }
      let masses = latents.indices.map {
        law.weights[$0].value * Interval.exp(-law.latent.potential(Vector([latents[$0].value])))
      }
      let rate = latents.indices.reduce(0 as Interval) { $0 + masses[$1] * latents[$1].derivative }
      return -rate * law.A[0, 0].value / masses.reduce(0, +)
    }
  }
}

/// A vector field whose coordinates are waves, with phase zero.
struct WaveField: Sendable {
  private let waves: [Wave]

  /// The field with the given wave vectors, one for each coordinate.
  init(_ frequencies: [[Double]]) { waves = frequencies.map { Wave($0, phase: 0) } }

  /// The field and its divergence at a point.
  func valueAndDivergence<S: Elementary>(_ x: Vector<S>) -> (value: Vector<S>, divergence: S) {
    let parts = waves.map { $0.valueAndGradient(x) }
    return (
      Vector(parts.map(\.value)), parts.indices.reduce(0 as S) { $0 + parts[$1].gradient[$1] }
    )
  }
}
