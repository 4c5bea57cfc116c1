import Arithmetic
import Formulas
import Probability
import Verification

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

  /// Names for particles of both laws at the pair's time, which start together and meet the same noise.
  ///
  /// Integrals are means over the particles of the first law.
  @Lines<Variate>
  func particles(_ draw: Draw) throws -> [Line<Variate>] {
    let (x0, z) = (Dual(constant: try start.sample(draw)[0]), Dual(constant: draw.normal()))
    let t = Dual(variable: Variate(time))
    let (x, y) = (flow.particle(from: x0, noise: z, at: t), model.particle(from: x0, noise: z, at: t))
    let density = flow.law(from: start, at: Variate(time)).density(Vector([x.value]))
    Let("t", Variate(time))
    Let("x", x.value)
    sides()
    Let("X_t", x.value)
    Let(#"\dot X_t"#, x.derivative)
    Let(#"\hat X_t"#, y.value)
    Let(#"\dot{\hat X}_t"#, y.derivative)
    Let(#"\ell(x)"#, #"\log\frac\rho{\hat\rho}"#)
    Let("r(x)", #"e^{\ell(x)}"#)
    Let("u(x)", #"b - \varepsilon s"#)
    Let(#"\hat u(x)"#, #"\hat b - \hat\varepsilon\hat s"#)
    Let("v(x)", #"b + \varepsilon s"#)
    Let(#"\hat v(x)"#, #"\hat b + \hat\varepsilon\hat s"#)
    Let(integralOver: "x", by: "particles of the first law") { [(at: x.value, weight: 1 / density)] }
  }
}
