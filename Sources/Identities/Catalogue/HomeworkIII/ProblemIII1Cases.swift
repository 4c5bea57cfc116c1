/// The cases of Problem 1: mixtures under Ornstein-Uhlenbeck flows and heat flow, and particles of mixtures.
extension Catalogue {
  /// The drift `-theta (x - mu)` with a diffusion coefficient; `theta = 0` is heat flow.
  struct Relaxation: Sendable {
    let theta: Double
    let mu: Double
    let epsilon: Double

    /// The law at a time, from a mixture on the line.
    func law<S: Elementary>(from start: GaussianMixture<Double>, at t: S) -> GaussianMixture<S> {
      let (decay, added) = (S.exp(-S(theta) * t), spread(at: t))
      return GaussianMixture(
        weights: start.weights.map { S($0) },
        components: start.components.map {
          Gaussian(
            mean: Vector([S(mu) + (S($0.mean[0]) - S(mu)) * decay]),
            covariance: Matrix([[S($0.covariance[0, 0]) * decay.squared + added]]))
        })
    }

    func drift<S: Elementary>(_ x: S) -> S { -S(theta) * (x - S(mu)) }

    /// The particle at a time, from where it starts and a standard normal number: no time step, no bias.
    func particle<S: Elementary>(from start: S, noise: S, at t: S) -> S {
      S(mu) + (start - S(mu)) * S.exp(-S(theta) * t) + S.sqrt(spread(at: t)) * noise
    }

    /// The variance that noise has added by a time.
    private func spread<S: Elementary>(at t: S) -> S {
      theta == 0 ? 2 * S(epsilon) * t : S(epsilon) / S(theta) * (1 - S.exp(-2 * S(theta) * t))
    }
  }

  /// Two relaxations of the same mixture, looked at in one instant.
  struct MixturePair: Sendable, CustomStringConvertible {
    let name: String
    let start: GaussianMixture<Double>
    let flow: Relaxation
    let model: Relaxation
    let time: Double

    static func gaussian() throws -> MixturePair {
      MixturePair(
        name: "Gaussian, Ornstein-Uhlenbeck", start: try line((1, 0.5, 0.75)),
        flow: Relaxation(theta: 0.75, mu: 0.25, epsilon: 0.5),
        model: Relaxation(theta: 1.25, mu: -0.5, epsilon: 1.25), time: 0.5)
    }
    /// A model that lags behind: there the extra term is negative.
    static func displaced() throws -> MixturePair {
      MixturePair(
        name: "Gaussian, displaced model", start: try line((1, 0.5, 0.75)),
        flow: Relaxation(theta: 0.75, mu: 0.25, epsilon: 0.5),
        model: Relaxation(theta: 1.25, mu: -3, epsilon: 0.75), time: 0.5)
    }
    static func equal() throws -> MixturePair {
      MixturePair(
        name: "mixture, Ornstein-Uhlenbeck, equal diffusion", start: try bimodal,
        flow: Relaxation(theta: 0.75, mu: 0.25, epsilon: 0.5),
        model: Relaxation(theta: 1.25, mu: -0.5, epsilon: 0.5), time: 0.375)
    }
    static func unequal() throws -> MixturePair {
      MixturePair(
        name: "mixture, Ornstein-Uhlenbeck", start: try bimodal,
        flow: Relaxation(theta: 0.75, mu: 0.25, epsilon: 0.5),
        model: Relaxation(theta: 1.25, mu: -0.5, epsilon: 0.25), time: 0.375)
    }
    static func heat(_ epsilon: Double, _ modelEpsilon: Double) throws -> MixturePair {
      MixturePair(
        name: "mixture, heat flow", start: try bimodal, flow: Relaxation(theta: 0, mu: 0, epsilon: epsilon),
        model: Relaxation(theta: 0, mu: 0, epsilon: modelEpsilon), time: 0.375)
    }
    static var all: [MixturePair] { get throws { [try gaussian(), try unequal(), try heat(0.25, 0.5)] } }

    static var bimodal: GaussianMixture<Double> {
      get throws { try line((0.25, -1.5, 0.25), (0.75, 1, 0.5)) }
    }
    static func line(
      _ parts: (weight: Double, mean: Double, variance: Double)...
    ) throws -> GaussianMixture<Double> {
      try GaussianMixture(
        parts.map { ($0.weight, try Gaussian(mean: [$0.mean], covariance: [[$0.variance]])) })
    }

    var description: String {
      "\(name), epsilon = \(flow.epsilon.brief) and \(model.epsilon.brief), t = \(time.brief)"
    }

    /// What the formula needs to know of one of the laws at a point.
    struct State {
      let density: Double
      let score: Double
      /// The time derivative of the log-density.
      let rate: Double
      /// The right side of the equation over the density.
      let equation: Double
      /// The drift less the diffusion coefficient times the score.
      let flux: Double
      let drift: Double
      /// The logarithm of the ratio of the densities, of the first law only.
      var log = 0.0
    }

    /// The divergence at a time, by quadrature.
    func divergence(at t: Double) -> Estimate {
      let (law, other) = (flow.law(from: start, at: t), model.law(from: start, at: t))
      return Quadrature.period(Self.range) { x in
        let point = Vector([x])
        let log = law.logDensity(point)
        return Double.exp(log) * (log - other.logDensity(point))
      }
    }

    /// Beyond 10 the density is below 1e-20 times anything it multiplies: nothing that the bound could show.
    private static let range = -10.0..<10.0

    /// The time derivative of the divergence: the limit of its central differences, which are even in the step.
    var differences: Estimate {
      Extrapolation.limit { square in
        let h = square.midpoint.squareRoot()
        return (Interval(divergence(at: time + h)) - Interval(divergence(at: time - h))) / (2 * Interval(h))
      }
    }

    /// The mean under `rho` of a function of both laws' states.
    func mean(_ f: (State, State) -> Double) -> Interval {
      let t = Dual(variable: time)
      let states = [flow, model].map { relaxation in
        (relaxation, relaxation.law(from: start, at: time), relaxation.law(from: start, at: t))
      }
      return Interval(
        Quadrature.period(Self.range) { x in
          var pair = states.map { relaxation, law, moving in
            let score = Dual(
              law.score(Vector([x]))[0],
              derivative: derivative(at: x) { law.map { Dual(constant: $0) }.score(Vector([$0]))[0] })
            let drift = relaxation.drift(x)
            return State(
              density: law.density(Vector([x])), score: score.value,
              rate: moving.logDensity(Vector([Dual(constant: x)])).derivative,
              equation: relaxation.theta - drift * score.value
                + relaxation.epsilon * (score.derivative + score.value.squared),
              flux: drift - relaxation.epsilon * score.value, drift: drift)
          }
          pair[0].log = Double.log(pair[0].density / pair[1].density)
          return pair[0].density * f(pair[0], pair[1])
        })
    }

    /// The terms of the formula.
    var rate: DivergenceRate<Interval> {
      DivergenceRate(
        drift: mean { ($0.drift - $1.drift) * ($0.score - $1.score) },
        fisher: mean { ($0.score - $1.score).squared }, modelScore: mean { $1.score * ($0.score - $1.score) },
        epsilon: Interval(flow.epsilon), modelEpsilon: Interval(model.epsilon))
    }
  }
}
