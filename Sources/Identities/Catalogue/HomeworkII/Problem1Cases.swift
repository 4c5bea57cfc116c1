import Arithmetic
import Probability
import Transport

/// The cases of Problem 1: mixtures and discrete endpoints, with schedules that are neither symmetric nor
/// commuting and, but for the cases of the tables of true values, times off one half.
extension HomeworkII {
  enum Anisotropic {
    /// Mixtures in one dimension; `A(t) = 1.5 t (1 - t) (1 + t / 2)`.
    static func line(time: Double) throws -> AnisotropicInterpolant {
      try AnisotropicInterpolant(
        "mixtures", from: mixture1D((0.375, -1, 0.5), (0.625, 0.75, 0.25)),
        to: mixture1D((0.25, 2, 0.75), (0.75, -0.5, 0.375)), B0: Matrix([[1.5]]), B1: Matrix([[0.75]]),
        time: time)
    }

    /// Mixtures in the plane; the schedule's matrices do not commute, and `factor` makes the latent stronger.
    static func plane(time: Double, factor: Double = 1) throws -> AnisotropicInterpolant {
      try AnisotropicInterpolant(
        name(factor),
        from: GaussianMixture([
          (0.4, Gaussian(mean: [-1, 0.5], covariance: [[0.5, 0.125], [0.125, 0.75]])),
          (0.6, Gaussian(mean: [0.75, -0.25], covariance: [[0.375, -0.125], [-0.125, 0.5]])),
        ]),
        to: GaussianMixture([
          (0.3, Gaussian(mean: [1.5, 1], covariance: [[0.625, 0.25], [0.25, 0.5]])),
          (0.7, Gaussian(mean: [-0.5, 0.25], covariance: [[0.5, 0], [0, 0.25]])),
        ]),
        B0: factor * Matrix([[1.5, 0.75], [-0.5, 1.25]]), B1: factor * Matrix([[0.25, -1], [0.5, 0.5]]),
        time: time)
    }

    /// Mixtures in `d` dimensions with dense matrices, by a rule without symmetry.
    static func space(_ d: Int, time: Double, factor: Double = 1) throws -> AnisotropicInterpolant {
      func matrix(_ seed: Int, diagonal: Double) -> Matrix<Double> {
        Matrix(rows: d, columns: d) { i, j in
          Double((7 * i + 3 * j + seed) % 8 - 3) / 8 + (i == j ? diagonal : 0)
        }
      }
      func law(_ seed: Int) throws -> Gaussian<Double> {
        let root = matrix(seed, diagonal: 1)
        return try Gaussian(
          mean: (0..<d).map { Double(($0 * seed) % 5 - 2) / 2 },
          covariance: (root * root.transpose).rowsOfEntries)
      }
      return try AnisotropicInterpolant(
        name(factor), from: GaussianMixture([(0.25, law(1)), (0.75, law(2))]),
        to: GaussianMixture([(0.625, law(3)), (0.375, law(4))]), B0: factor * matrix(2, diagonal: 2),
        B1: factor * matrix(5, diagonal: -1), time: time)
    }

    private static func name(_ factor: Double) -> String {
      factor == 1 ? "mixtures" : "mixtures, latent times \(factor.brief)"
    }

    private static func mixture1D(
      _ parts: (weight: Double, mean: Double, variance: Double)...
    ) throws -> GaussianMixture<Double> {
      try GaussianMixture(
        parts.map { ($0.weight, try Gaussian(mean: [$0.mean], covariance: [[$0.variance]])) })
    }
  }

  /// A plane interpolant with discrete endpoints on the curved path
  /// `I = (1 - t) x_0 + t x_1 + t (1 - t) (x_0 * x_0 - x_1)`, squares by coordinates: no closed form is used.
  struct CurvedInterpolant: Sendable, CustomStringConvertible {
    let time: Double
    /// The schedule `A(t) = t (1 - t) B`, strong enough to be seen.
    let B = Matrix<Double>([[8, 5], [-3, 6]])

    var description: String { "curved path, discrete endpoints, d = 2, t = \(time.brief)" }

    func A<S: Elementary>(_ t: S) -> Matrix<S> { (t * (1 - t)) * B.map { S($0) } }

    func sample(_ draw: Draw, at time: Variate? = nil) -> InterpolantSample {
      let x0 = Vector([
        draw.choice([-1, 0.5, 1.25], weights: [0.25, 0.5, 0.25]),
        draw.choice([-0.5, 1], weights: [0.625, 0.375]),
      ])
      let x1 = Vector([
        draw.choice([0.75, 3], weights: [0.5, 0.5]),
        draw.choice([-3, -1.75, -0.75], weights: [0.25, 0.25, 0.5]),
      ])
      return InterpolantSample(x0: x0, x1: x1, z: draw.normal(2), time: time ?? Variate(self.time), A: A) {
        t, p, q in
        (1 - t) * p + t * q + (t * (1 - t)) * Vector(p.indices.map { p[$0] * p[$0] - q[$0] })
      }
    }
  }
}
