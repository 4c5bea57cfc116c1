/// The cases of Problem 1: mixtures under Ornstein-Uhlenbeck flows and heat flow, and particles of mixtures.
extension Catalogue {
  /// The drift `-theta (x - mu)` with a diffusion coefficient; `theta = 0` is heat flow.
  struct Relaxation: Sendable {
    let theta: Double
    let mu: Double
    let epsilon: Double

    /// The law at a time, from a mixture on the line.
    func law<S: Elementary>(from start: GaussianMixture<Double>, at t: S) -> GaussianMixture<S> {
      let decay = S.exp(-S(theta) * t)
      let added = theta == 0 ? 2 * S(epsilon) * t : S(epsilon) / S(theta) * (1 - decay.squared)
      return GaussianMixture(
        weights: start.weights.map { S($0) },
        components: start.components.map {
          Gaussian(
            mean: Vector([S(mu) + (S($0.mean[0]) - S(mu)) * decay]),
            covariance: Matrix([[S($0.covariance[0, 0]) * decay.squared + added]]))
        })
    }

    func drift(_ x: Double) -> Double { -theta * (x - mu) }
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

    private static var bimodal: GaussianMixture<Double> {
      get throws { try line((0.25, -1.5, 0.25), (0.75, 1, 0.5)) }
    }
    private static func line(
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

    /// The time derivative of the divergence by central differences, with its error from two steps.
    var differences: Interval { eighthOrderDerivative(step: 0x1p-6) { divergence(at: time + $0) } }

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

  /// The derivative at zero by central differences of eighth order, with its error from two steps.
  static func eighthOrderDerivative(step: Double, _ f: @escaping (Double) -> Estimate) -> Interval {
    let weights = [4.0 / 5, -1.0 / 5, 4.0 / 105, -1.0 / 280]
    let difference = { (h: Double) in
      weights.enumerated().reduce(Estimate(0, error: 0)) { sum, term in
        let (ahead, behind) = (f(Double(term.offset + 1) * h), f(-Double(term.offset + 1) * h))
        let weight = term.element / h
        return Estimate(
          sum.value + weight * (ahead.value - behind.value),
          error: sum.error + weight.magnitude * (ahead.error + behind.error))
      }
    }
    let (coarse, fine) = (difference(step), difference(step / 2))
    return Interval(Estimate(fine.value, error: fine.error + (fine.value - coarse.value).magnitude))
  }

  /// Two laws on the line in one instant, with nonlinear drifts.
  struct ParticlePair: Sendable, CustomStringConvertible {
    let law: GaussianMixture<Double>
    let model: GaussianMixture<Double>
    let strength: Double
    let epsilon: Double
    let modelEpsilon: Double

    static var unequal: [ParticlePair] { get throws { [try pair(2, 0.75, 1.25), try pair(-1.5, 1, 0.5)] } }
    static var equal: [ParticlePair] { get throws { [try pair(2, 1, 1), try pair(-1.5, 0.75, 0.75)] } }

    private static func pair(_ strength: Double, _ epsilon: Double, _ modelEpsilon: Double) throws -> Self {
      // The model is wider, so that the ratio of the densities is bounded.
      ParticlePair(
        law: try GaussianMixture([
          (0.375, Gaussian(mean: [-0.5], covariance: [[0.5]])),
          (0.625, Gaussian(mean: [1.25], covariance: [[0.75]])),
        ]),
        model: try GaussianMixture([
          (0.5, Gaussian(mean: [-1.5], covariance: [[1.25]])),
          (0.5, Gaussian(mean: [0.25], covariance: [[1.5]])),
        ]), strength: strength, epsilon: epsilon, modelEpsilon: modelEpsilon)
    }

    var description: String {
      "mixtures, drifts \(strength.brief) cos x and \((-strength).brief) cos(x + 1), "
        + "epsilon = \(epsilon.brief) and \(modelEpsilon.brief)"
    }

    /// What particles of both laws say of the two sides.
    struct Particles {
      let generators: Variate
      let rate: DivergenceRate<Variate>
      /// The square of the drift error, and of the error that unequal diffusion makes of it.
      let squares: (drift: Variate, effective: Variate)
      /// The residual of Young's inequality for either.
      let residuals: (drift: Variate, effective: Variate)
      /// The model's score and its derivative, at the particles of the true law.
      let modelScore: Dual<Variate>
      let score: Variate
    }

    /// Particles of both laws.
    func sample(_ draw: Draw) throws -> Particles {
      let (x, y) = (try law.sample(draw)[0], try model.sample(draw)[0])
      let (e, other) = (Variate(epsilon), Variate(modelEpsilon))
      let drift = { (x: Variate) in Variate(strength) * Variate.cos(x) }
      let modelDrift = { (x: Variate) in Variate(-strength) * Variate.cos(x + 1) }
      let (s, hat) = (Self.score(law, x), Self.score(model, x))
      let gap = s - hat
      let generator = drift(x) * gap.value + e * gap.derivative
      let atModel = Self.score(law, y) - Self.score(model, y)
      let log = { (law: GaussianMixture<Double>) in law.map { Variate($0) }.logDensity(Vector([y])) }
      let ratio = Variate.exp(log(law) - log(model))
      let reaction =
        ratio * (modelDrift(y) * atModel.value + other * (atModel.derivative + atModel.value.squared))
      let error = drift(x) - modelDrift(x)
      let effective = error + (other - e) * hat.value
      return Particles(
        generators: generator - reaction,
        rate: DivergenceRate(
          drift: error * gap.value, fisher: gap.value.squared, modelScore: hat.value * gap.value, epsilon: e,
          modelEpsilon: other),
        squares: (error.squared, effective.squared),
        residuals: (
          (gap.value - error / (2 * e)).squared, (gap.value - effective / (2 * e)).squared
        ), modelScore: hat, score: s.value)
    }

    /// The score and its derivative, from the shares of the components.
    private static func score(_ law: GaussianMixture<Double>, _ x: Variate) -> Dual<Variate> {
      let law = law.map { Variate($0) }
      let shares = law.responsibilities(Vector([x]))
      let scores = law.components.map { ($0.mean[0] - x) / $0.covariance[0, 0] }
      let mean = zip(shares, scores).reduce(0 as Variate) { $0 + $1.0 * $1.1 }
      let second = law.components.indices.reduce(0 as Variate) {
        $0 + shares[$1] * (scores[$1].squared - 1 / law.components[$1].covariance[0, 0])
      }
      return Dual(mean, derivative: second - mean.squared)
    }
  }
}

extension Interval {
  /// The interval that an estimate with an error bound stands for.
  init(_ estimate: Estimate) {
    self =
      estimate.error.isFinite && estimate.value.isFinite
      ? Interval(estimate.value) + Interval(-estimate.error...estimate.error) : .whole
  }
}
