import Arithmetic
import Probability
import Transport

/// The cases of Problem 1: mixtures under Ornstein-Uhlenbeck flows and heat flow, and particles of mixtures.
extension HomeworkIII {
  /// Two relaxations of the same mixture, looked at in one instant.
  struct MixturePair: Sendable, CustomStringConvertible {
    let name: String
    let start: GaussianMixture<Double>
    let flow: Relaxation
    let model: Relaxation
    let time: Double

    static func gaussian() throws -> MixturePair {
      MixturePair(
        name: "Gaussian, Ornstein-Uhlenbeck", start: try .line((1, 0.5, 0.75)),
        flow: Relaxation(theta: 0.75, mu: 0.25, epsilon: 0.5),
        model: Relaxation(theta: 1.25, mu: -0.5, epsilon: 1.25), time: 0.5)
    }
    /// A model that lags behind: there the extra term is negative.
    static func displaced() throws -> MixturePair {
      MixturePair(
        name: "Gaussian, displaced model", start: try .line((1, 0.5, 0.75)),
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
      get throws { try .line((0.25, -1.5, 0.25), (0.75, 1, 0.5)) }
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
