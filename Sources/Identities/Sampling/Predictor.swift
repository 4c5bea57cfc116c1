import Probability
import Transport

/// How one step of a reversed score SDE is taken, from a time to an earlier one.
///
/// Every one of them is affine, `x -> p x + q s + r z` with the score `s` at the step's beginning and standard normal
/// `z`, and of order 1.
public enum Predictor: String, Sendable, CaseIterable {
  /// Euler and Maruyama on the reversed SDE.
  case eulerMaruyama = "Euler-Maruyama"
  /// The exponential integrator of the reversed SDE: `x_s` given `x_t` and the data, which is taken to be its mean.
  ///
  /// Linear drift and noise are exact; so is all of it for data in a single point. It is the step of DDPM's reverse
  /// chain.
  case exponential
  /// Euler's method on the probability flow.
  case flowEuler = "probability flow, Euler"
  /// The exponential integrator of the probability flow, which keeps the latent's mean for a step: DDIM.
  case flowExponential = "probability flow, exponential"

  /// The step of a diffusion from a time to an earlier one.
  func move<Scalar: LaneScalar>(
    _ sde: some ScoreSDE, from time: Double, to next: Double
  ) -> AffineMove<Scalar> {
    let (length, rate, square) = (time - next, sde.driftRate(at: time), sde.squaredNoise(at: time))
    // The kernel from the earlier time to this one, which the step undoes.
    let kernel: NoisingKernel<Double> = sde.kernel(from: next, to: time)
    let (now, then): (NoisingKernel<Double>, NoisingKernel<Double>) = (
      sde.kernel(to: time), sde.kernel(to: next)
    )
    let (position, score, noise): (Double, Double, Double) =
      switch self {
      case .eulerMaruyama: (1 - length * rate, length * square, (length * square).squareRoot())
      case .flowEuler: (1 - length * rate, length * square / 2, 0)
      case .exponential:
        (
          1 / kernel.signal, kernel.variance / kernel.signal,
          (kernel.variance * then.variance / now.variance).squareRoot()
        )
      case .flowExponential:
        // The latent's mean is -deviation * score; the difference is formed without cancellation.
        (
          1 / kernel.signal,
          now.deviation * kernel.variance
            / (kernel.signal * (now.deviation + kernel.signal * then.deviation)), 0
        )
      }
    return AffineMove(position: Scalar(position), score: Scalar(score), noise: Scalar(noise))
  }
}

/// The step `x -> position x + score s + noise z`.
struct AffineMove<Scalar: LaneScalar>: Sendable {
  let position: Scalar
  let score: Scalar
  let noise: Scalar
}

/// One step backwards in time, with the score where it begins and, for a corrector, where it ends.
struct ReverseStep<Scalar: LaneScalar>: Sendable {
  let move: AffineMove<Scalar>
  let score: any FrozenField<Scalar>
  let corrector: (any FrozenField<Scalar>)?
  /// The size of a corrector's step.
  let size: Double
}

extension Points {
  /// Takes an affine step; a share of zero needs no points.
  @inline(__always)
  mutating func apply(_ move: AffineMove<Scalar>, score: Points?, noise: Points?) {
    lanes.withUnsafeMutableBufferPointer { x in for i in x.indices { x[i] *= move.position } }
    if let score { add(move.score, times: score) }
    if let noise { add(move.noise, times: noise) }
  }

  /// Takes steps backwards in time, each followed by corrections.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  mutating func generate(_ steps: [ReverseStep<Scalar>], corrections: Int, _ stream: inout RandomStream) {
    var (score, noise) = (
      Points(zeros: count, dimension: dimension), Points(zeros: count, dimension: dimension)
    )
    for step in steps {
      step.score.evaluate(at: self, into: &score)
      if step.move.noise > 0 { noise.fillNormals(columns: dimension, from: &stream) }
      apply(step.move, score: score, noise: step.move.noise > 0 ? noise : nil)
      guard let corrector = step.corrector else { continue }
      for _ in 0..<corrections {
        corrector.evaluate(at: self, into: &score)
        noise.fillNormals(columns: dimension, from: &stream)
        add(Scalar(step.size), times: score)
        add(Scalar((2 * step.size).squareRoot()), times: noise)
      }
    }
  }
}
