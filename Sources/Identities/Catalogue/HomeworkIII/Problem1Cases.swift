import Arithmetic
import Formulas
import Probability
import Transport
import Verification

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

    /// Names for the laws at the pair's time, with integrals by quadrature.
    @Lines<Estimate> var names: [Line<Estimate>] {
      Let("t", time)
      Let("x", 0.25)
      sides()
      Let(#"\frac{d}{dt}\mathrm{KL}(\rho\Vert\hat\rho)"#, by: "limit of central differences of quadratures") {
        differences
      }
      Let(integralOver: "x", from: -10, to: 10, by: "quadrature from -10 to 10")
    }

    /// Names for the laws, the drifts and the scores of both sides, over any numbers.
    @Lines<Scalar>
    func sides<Scalar: LineScalar>() -> [Line<Scalar>] where Scalar.Base: Elementary {
      Let(#"\varepsilon"#, flow.epsilon)
      Let(#"\hat\varepsilon"#, model.epsilon)
      side("", flow)
      side(#"\hat"#, model)
      Let(#"\log\frac\rho{\hat\rho}"#, #"\log\rho - \log\hat\rho"#, of: ["t", "x"])
    }

    @Lines<Scalar>
    private func side<Scalar: LineScalar>(_ hat: String, _ relaxation: Relaxation) -> [Line<Scalar>]
    where Scalar.Base: Elementary {
      Let("\(hat) b", by: "the linear drift", of: ["x"]) { (x: Jet<Scalar.Base>) in relaxation.drift(x) }
      Let(#"\#(hat)\rho"#, by: "density of the mixture of normal laws", of: ["t", "x"]) {
        (at: Arguments<Scalar.Base>) in
        relaxation.law(from: start, at: try at.number("t")).density(Vector([try at.number("x")]))
      }
      Let(#"\log\#(hat)\rho"#, by: "its logarithm", of: ["t", "x"]) { (at: Arguments<Scalar.Base>) in
        relaxation.law(from: start, at: try at.number("t")).logDensity(Vector([try at.number("x")]))
      }
      Let("\(hat) s", #"\nabla\log\#(hat)\rho"#, of: ["t", "x"])
    }
  }
}
