import Arithmetic
import Probability
import Transport
import Verification

extension DeepGenerativeModels {
  /// Deep Generative Models, Question 4: flow matching and bridges.
  static var question4: Problem {
    get throws {
      try Problem(
        "DGM.4", "Conditional flow matching and Schroedinger bridges",
        setting: #"""
          $x_t = \psi_t(x_0\mid x_1) = \alpha_t x_1 + \sigma_t x_0$ for independent $x_0 \sim p_0$, $x_1 \sim p_1$. The
          conditional velocity $u_t(x\mid x_1)$ carries $\psi_t(\cdot\mid x_1)$; the marginal velocity is
          $u_t(x) = \mathbb{E}[\dot x_t\mid x_t = x]$. Unless said otherwise $\alpha_t = t$ and $\sigma_t = 1 - t$.
          """#,
        figures: [noisePathFigure, noisePathLayerFigure]
      ) {
        likelihoodAsLoss  // DGM.4a
        try flowMatchingObjectives  // DGM.4a.corrected
        conditionalVelocity  // DGM.4b
        affinePathAsWritten  // DGM.eq4
        affinePathFromSource  // DGM.eq4.corrected
        straightPathIsValid  // DGM.4c.i
        try marginalVelocityAsWritten  // DGM.4c.ii
        try marginalVelocity  // DGM.4c.ii.corrected
        try straightFlowAsWritten  // DGM.4c.iii
        try curvedFlow  // DGM.4c.iii.corrected
        variancePreservingAsWritten  // DGM.eq5
        variancePreserving  // DGM.eq5.corrected
        boundaryLayer  // DGM.4d.i
        pathNeverStartsAtZero  // DGM.4d.ii
        try schroedingerBridge  // DGM.4e.i
        try bridgeInferenceAsWritten  // DGM.4e.ii
        try bridgeInference  // DGM.4e.ii.corrected
      }
    }
  }

  /// Mixtures to flow between.
  enum FlowCases {
    /// From a standard normal law on the line to a mixture.
    static var line: RectifiedFlow {
      get throws {
        try RectifiedFlow(
          from: GaussianMixture(weights: [1], components: [.standard(1)]),
          to: GaussianMixture([
            (0.375, Gaussian(mean: [-1.5], covariance: [[0.25]])),
            (0.625, Gaussian(mean: [1], covariance: [[0.5]])),
          ]))
      }
    }

    /// Between mixtures on the line.
    static var mixtures: RectifiedFlow {
      get throws {
        try RectifiedFlow(
          from: GaussianMixture([
            (0.5, Gaussian(mean: [-1], covariance: [[0.5]])),
            (0.5, Gaussian(mean: [0.75], covariance: [[0.25]])),
          ]),
          to: line.end)
      }
    }

    /// From normal law to normal law on the line.
    static func normal(
      mean: Double, variance: Double, startVariance: Double = 1
    ) throws -> RectifiedFlow {
      try RectifiedFlow(
        from: GaussianMixture([(1, Gaussian(mean: [0], covariance: [[startVariance]]))]),
        to: GaussianMixture([(1, Gaussian(mean: [mean], covariance: [[variance]]))]))
    }

    /// From a standard normal law in the plane to a mixture away from the origin.
    static var plane: RectifiedFlow {
      get throws {
        try RectifiedFlow(
          from: GaussianMixture(weights: [1], components: [.standard(2)]),
          to: GaussianMixture([
            (0.25, Gaussian(mean: [-1, 2], covariance: [[0.5, 0.25], [0.25, 0.375]])),
            (0.75, Gaussian(mean: [2, 1], covariance: [[0.25, -0.125], [-0.125, 0.5]])),
          ]))
      }
    }
  }

  /// A flow at a time.
  struct FlowAtTime: Sendable, CustomStringConvertible {
    let flow: RectifiedFlow
    let time: Double
    /// The point looked at, where one is.
    var x = 0.0
    var description: String { "\(flow), t = \(time.brief)" }
  }

  /// Two independent normal laws with free means and covariances, and a free time.
  struct GaussianPair<S: Field> {
    let start: Gaussian<S>
    let end: Gaussian<S>
    let t: S

    /// The law of `x_t`.
    var law: Gaussian<S> {
      Gaussian(
        mean: (1 - t) * start.mean + t * end.mean,
        covariance: (1 - t).squared * start.covariance + t.squared * end.covariance)
    }
    /// The covariance of `x_1 - x_0` with `x_t`.
    var cross: Matrix<S> { t * end.covariance - (1 - t) * start.covariance }
    /// The marginal velocity, by conditioning.
    func velocity(_ x: Vector<S>) -> Vector<S> { end.mean - start.mean - cross * law.score(x) }
    /// The conditional mean of `x_1`, by conditioning.
    func endMean(_ x: Vector<S>) -> Vector<S> { end.mean - t * (end.covariance * law.score(x)) }
    /// The conditional covariance of `x_1 - x_0`.
    var conditionalCovariance: Matrix<S> {
      start.covariance + end.covariance - cross * law.covariance.solve(cross.transpose)
    }
  }

  /// A pair in free symbols.
  static func gaussianPair(_ symbols: Symbols, _ d: Int) -> GaussianPair<Symbol> {
    GaussianPair(
      start: Gaussian(mean: symbols.vector(d, "m"), covariance: symbols.covariance(d, "R")),
      end: Gaussian(mean: symbols.vector(d, "n"), covariance: symbols.covariance(d, "Q")),
      t: symbols.scalar("t"))
  }
}
