import Arithmetic
import Probability
import Transport

/// The laws that the checks of the report's interpolants and reversals run on: mixtures without a symmetry.
extension ModelComparison {
  enum Mixtures {
    /// A mixture on the line.
    static func line(_ parts: [(weight: Double, mean: Double, variance: Double)]) throws
      -> GaussianMixture<Double>
    {
      try GaussianMixture(
        parts.map { ($0.weight, try Gaussian(mean: [$0.mean], covariance: [[$0.variance]])) })
    }

    /// Two components in the plane, one of them slanted.
    static var plane: GaussianMixture<Double> {
      get throws {
        try GaussianMixture([
          (0.375, Gaussian(mean: [1, -0.5], covariance: [[0.5, 0.25], [0.25, 0.75]])),
          (0.625, Gaussian(mean: [-1, 1], covariance: [[0.25, 0], [0, 0.5]])),
        ])
      }
    }

    /// A normal start in the plane that is neither centred nor round.
    static var start: GaussianMixture<Double> {
      get throws {
        try GaussianMixture([(1, Gaussian(mean: [0.5, 0], covariance: [[1, 0.25], [0.25, 0.5]]))])
      }
    }
  }

  /// A linear interpolant between two independent mixtures at one time.
  struct MixturePath: Sendable, CustomStringConvertible {
    let start: GaussianMixture<Double>
    let end: GaussianMixture<Double>
    let time: Double
    var description: String {
      "\(start.components.count) to \(end.components.count) components in dimension \(start.dimension), t = \(time.brief)"
    }

    /// The law of `I_t`, moving.
    func law<S: Elementary>(as: S.Type = S.self) throws -> GaussianMixture<Dual<S>> {
      try Interpolant.oneSided.law(from: start, to: end, at: time, as: S.self)
    }

    /// The same path between normal laws with the ends' means and covariances.
    var normal: MixturePath { MixturePath(start: start.matchingNormal, end: end.matchingNormal, time: time) }

    /// Independent ends, the position and its rate.
    func sample(_ draw: Draw) throws -> (
      x0: Vector<Variate>, x1: Vector<Variate>, x: Vector<Variate>, rate: Vector<Variate>
    ) {
      let (x0, x1) = (try start.sample(draw), try end.sample(draw))
      return (x0, x1, (1 - time) * x0 + time * x1, x1 - x0)
    }

    static func line(_ time: Double) throws -> MixturePath {
      MixturePath(
        start: try Mixtures.line([(0.375, -1, 0.5), (0.625, 0.75, 0.25)]),
        end: try Mixtures.line([(0.25, -2, 0.5), (0.75, 1.5, 0.375)]), time: time)
    }

    /// A path whose end is far from its start: displacements are large beside their spread.
    static func far(_ time: Double) throws -> MixturePath {
      let start = try GaussianMixture([
        (1, Gaussian(mean: [2.5, -2], covariance: [[1, 0.25], [0.25, 0.5]]))
      ])
      return MixturePath(start: start, end: try Mixtures.plane, time: time)
    }

    static func plane(_ time: Double) throws -> MixturePath {
      MixturePath(start: try Mixtures.start, end: try Mixtures.plane, time: time)
    }
  }

  /// Mixture data noised by a diffusion up to one time.
  struct BlurredMixture: Sendable, CustomStringConvertible {
    let name: String
    let sde: any ScoreSDE
    let time: Double
    let data: GaussianMixture<Double>
    var description: String { "\(name), t = \(time.brief)" }

    /// The score of the law of `x_t`.
    func score(_ x: Vector<Variate>) -> Vector<Variate> {
      sde.law(of: data, at: Variate(time)).present().score(x)
    }

    /// The score of the normal law with the mean and the covariance of `x_t`.
    func normalScore(_ x: Vector<Variate>) -> Vector<Variate> {
      sde.law(of: data.matchingNormal, at: Variate(time)).present().score(x)
    }

    /// The noise, and the position that it makes of data.
    func sample(_ draw: Draw) throws -> (x0: Vector<Variate>, z: Vector<Variate>, x: Vector<Variate>) {
      let (x0, z) = (try data.sample(draw), draw.normal(data.dimension))
      return (x0, z, position(x0, z))
    }

    /// The position made of a point and noise.
    func position(_ x0: Vector<Variate>, _ z: Vector<Variate>) -> Vector<Variate> {
      let kernel = sde.kernel(to: time)
      return kernel.signal * x0 + kernel.deviation * z
    }

    /// Diffusions that are trained with.
    static var all: [BlurredMixture] {
      get throws {
        [
          BlurredMixture(
            name: "variance preserving", sde: try VariancePreserving(), time: 0.25,
            data: try Mixtures.plane
          ),
          BlurredMixture(
            name: "variance exploding", sde: try VarianceExploding(from: 0.01, to: 10), time: 0.7,
            data: try Mixtures.plane),
        ]
      }
    }

    /// The report's diffusion, and one whose drift drives apart: its paths do not forget where they began.
    static var reversed: [BlurredMixture] {
      get throws {
        [
          BlurredMixture(
            name: "growing, dx = x dt / 2 + dw", sde: GrowingDiffusion(), time: 0.75,
            data: try Mixtures.plane),
          BlurredMixture(
            name: "variance exploding", sde: try VarianceExploding(from: 0.01, to: 10), time: 0.65,
            data: try Mixtures.plane),
        ]
      }
    }
  }

  /// The diffusion `dx = x / 2 dt + dw`.
  private struct GrowingDiffusion: ScoreSDE {
    func driftRate<S: Elementary>(at t: S) -> S { 1 / 2 }
    func squaredNoise<S: Elementary>(at t: S) -> S { 1 }
    func kernel<S: Elementary>(from s: S, to t: S) -> NoisingKernel<S> {
      NoisingKernel(signal: S.exp((t - s) / 2), variance: S.expMinusOne(t - s))
    }
  }
}

extension GaussianMixture where Scalar == Double {
  /// The mean.
  var mean: Vector<Double> {
    zip(weights, components).reduce(.zero(dimension)) { $0 + $1.0 * $1.1.mean }
  }
  /// The covariance: within the components, and of their means.
  var covariance: Matrix<Double> {
    let mean = mean
    return zip(weights, components).reduce(.zero(dimension, dimension)) {
      let shift = $1.1.mean - mean
      return $0 + $1.0 * ($1.1.covariance + shift.outer(shift))
    }
  }
  /// The normal law with the same mean and covariance.
  fileprivate var matchingNormal: GaussianMixture<Double> {
    GaussianMixture(weights: [1], components: [Gaussian(mean: mean, covariance: covariance)])
  }
}
