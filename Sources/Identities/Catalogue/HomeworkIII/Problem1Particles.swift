import Arithmetic
import Probability

/// Problem 1 seen by particles that are carried from time zero without a time step.
extension HomeworkIII.MixturePair {
  /// Drifts apart and unequal diffusion, of either order; the ratio of the densities stays below ten.
  static var apart: [Self] {
    get throws {
      [
        try bimodal("a model with less noise", noise: (1, 0.75), model: -0.5, time: 0.375),
        try bimodal("a noisier model", noise: (1, 1.25), model: -3, time: 0.25),
      ]
    }
  }
  /// Drifts apart and equal diffusion.
  static var equallyNoisy: [Self] {
    get throws { [try bimodal("equal diffusion", noise: (0.75, 0.75), model: -0.5, time: 0.375)] }
  }
  /// A model that has moved far away: its score, and with it the extra term, is large.
  static var far: [Self] {
    get throws {
      let start = try GaussianMixture.line((0.25, -0.5, 0.5), (0.75, 0.75, 0.75))
      return [
        Self(
          name: "mixture, a noisier model far away", start: start,
          flow: .init(theta: 0.75, mu: 0.25, epsilon: 0.5), model: .init(theta: 1.25, mu: -3, epsilon: 0.75),
          time: 0.5),
        Self(
          name: "mixture, a model with less noise far away", start: start,
          flow: .init(theta: 1.5, mu: 3, epsilon: 1), model: .init(theta: 0.5, mu: -2, epsilon: 0.75),
          time: 0.5),
      ]
    }
  }
  private static func bimodal(
    _ name: String, noise: (Double, Double), model: Double, time: Double
  ) throws -> Self {
    Self(
      name: "mixture, \(name)", start: try bimodal, flow: .init(theta: 1.5, mu: 2, epsilon: noise.0),
      model: .init(theta: 0.5, mu: model, epsilon: noise.1), time: time)
  }

  /// Particles of the first law and what the formula says of them.
  struct Particles {
    /// The particles and their velocities: pathwise, with the noise held fixed.
    let x: Dual<Variate>
    /// The true score at the particles.
    let score: Variate
    /// The model's score there, and its derivative.
    let modelScore: Dual<Variate>
    /// The terms of the formula.
    let rate: DivergenceRate<Variate>
    /// The squared drift error.
    let squaredError: Variate
    /// Particles of the model that started with the others and met the same noise.
    let model: Dual<Variate>
  }

  /// Particles of both laws at the pair's time.
  func particles(_ draw: Draw) throws -> Particles {
    let (x0, z) = (Dual(constant: try start.sample(draw)[0]), Dual(constant: draw.normal()))
    let t = Dual(variable: Variate(time))
    let x = flow.particle(from: x0, noise: z, at: t)
    let other = self.model.law(from: start, at: Dual(constant: Variate(time)))
    let hat = other.score(Vector([Dual(variable: x.value)]))[0]
    let s = flow.law(from: start, at: Variate(time)).score(Vector([x.value]))[0]
    let (gap, error) = (s - hat.value, flow.drift(x.value) - model.drift(x.value))
    return Particles(
      x: x, score: s, modelScore: hat,
      rate: DivergenceRate(
        drift: error * gap, fisher: gap.squared, modelScore: hat.value * gap,
        epsilon: Variate(flow.epsilon), modelEpsilon: Variate(model.epsilon)),
      squaredError: error.squared, model: model.particle(from: x0, noise: z, at: t))
  }

  /// How the means of `log r` over particles of the first law, and of `r` over the model's, change as they move.
  struct Motion {
    /// With every particle's own velocity.
    let pathwise: Variate
    /// With the mean velocity of the particles that are at the same place, `b - e s`.
    let flux: Variate
    /// The same with the sign of the diffusive part turned.
    let wrongFlux: Variate
  }

  /// The rate of change of the mean of `log r` less that of `r`, for the ratio `r` of the densities at the time.
  func motion(of particles: Particles) -> Motion {
    let (x, y, s) = (particles.x, particles.model, particles.score)
    let laws = [flow, model].map { $0.law(from: start, at: Variate(time)) }
    let point = Vector([y.value])
    let scores = laws.map { $0.score(point)[0] }
    let slope = Variate.exp(laws[0].logDensity(point) - laws[1].logDensity(point)) * (scores[0] - scores[1])
    let gap = s - particles.modelScore.value
    let velocity = { (e: Variate, other: Variate) in
      gap * (flow.drift(x.value) - e * s) - slope * (model.drift(y.value) - other * scores[1])
    }
    let (e, other) = (Variate(flow.epsilon), Variate(model.epsilon))
    return Motion(
      pathwise: gap * x.derivative - slope * y.derivative, flux: velocity(e, other),
      wrongFlux: velocity(-e, -other))
  }
}
