import Arithmetic
import Probability
import Verification

extension DeepGenerativeModels {
  /// DGM.2a.v: what can be known without the source's density, and that it is not enough.
  static var densityRatio: Identity {
    get throws {
      try Identity(
        "DGM.2a.v", "Without the source's density only a ratio is known",
        #"\log p_1(x_1) - \log p_0(x_0) = -\int_0^1\nabla\cdot v(x_t,t)\,dt, \text{ whatever } p_0 \text{ is}"#,
        remarks: [
          #"""
          So "no" is right: samples of $p_0$ give the flow and this ratio, and nothing else. A kernel density estimate of
          $p_0$ is biased at every $n$, as its mean, the smoothed density, shows; and the samples' own law has no density.
          """#
        ]
      ) {
        Exact("one linear flow, two normal sources") { symbols, d in
          let (F, x0) = (symbols.matrix(d, "F"), symbols.vector(d, "x"))
          let sources = (0..<2).map { k in
            Gaussian(mean: symbols.vector(d, "m\(k)"), covariance: symbols.covariance(d, "R\(k)"))
          }
          // The ratio of densities, as the difference of exponents and the ratio of squared normalisers.
          let ratio = { (k: Int) in
            let end = sources[k].image(under: F)
            return Vector([
              end.exponent(F * x0) - sources[k].exponent(x0),
              end.covariance.determinant / sources[k].covariance.determinant,
            ])
          }
          Step(#"\log p_1(Fx_0) - \log p_0(x_0), \text{ by exponents and determinants}"#) { ratio(0) }
          Step(#"0 \text{ and } (\det F)^2"#, because: "change of variables") {
            Vector([0, F.determinant.squared])
          }
          Restatement(#"\text{the same with another source}"#, because: "the ratio is the flow's alone") {
            ratio(1)
          }
          Rival(#"0 \text{ and } (\det F)^{-2}"#, "sign of the integral") {
            Vector([0, 1 / F.determinant.squared])
          }
          Rival(
            #"\log p_1(Fx_0) - \log p_0'(x_0), \text{ another source}"#, "the ratio taken to give the density"
          ) {
            let end = sources[0].image(under: F)
            return Vector([
              end.exponent(F * x0) - sources[1].exponent(x0),
              end.covariance.determinant / sources[1].covariance.determinant,
            ])
          }
        }
        Numerical(
          "rectified flow from a mixture",
          cases: [
            RectifiedCases.Point(name: "mixture to mixture", model: try FlowCases.mixtures, x: [1.5]),
            RectifiedCases.Point(name: "mixture to mixture", model: try FlowCases.mixtures, x: [-1.5]),
          ], precision: 1e-9
        ) { point in
          let found = try rectifiedSource(point)
          Step(#"\log p_1(x_1) - \log p_0(x_0)"#) { rectifiedTarget(point) - found.source }
          Step(#"-\int_0^1\nabla\cdot v(x_t,t)\,dt"#) { -found.expansion }
          Rival(#"\int_0^1\nabla\cdot v(x_t,t)\,dt"#, "sign") { found.expansion }
          Rival(#"\log p_1(x_1)"#, "the ratio taken for the density") { rectifiedTarget(point) }
          Rival(
            #"\log p_1(x_1) - \log(p_0 * N(0, h^2))(x_0), \; h = \tfrac14"#,
            "kernel density estimate, in the mean"
          ) {
            let end = try point.model.flow(of: point.x, from: 1, to: 0, spans: 12).position[0]
            let smoothed = GaussianMixture(
              weights: point.model.start.weights.map { Interval($0) },
              components: point.model.start.components.map {
                .line(mean: Interval($0.mean[0]), variance: Interval($0.covariance[0, 0]) + 1 / 16)
              })
            return rectifiedTarget(point) - smoothed.logDensity(Vector([Interval(end)]))
          }
        }
      }
    }
  }
}
