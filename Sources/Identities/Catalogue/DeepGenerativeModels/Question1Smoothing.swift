import Arithmetic
import Probability
import Verification

extension DeepGenerativeModels {
  /// DGM.1b: more noise, farther away.
  static var smoothingMovesAway: Identity {
    Identity(
      "DGM.1b", "Smoothing moves the joint law away",
      #"""
      \mathrm{KL}(q_{\sigma_1}\Vert q_{\sigma_0}) \le \mathrm{KL}(q_{\sigma_2}\Vert q_{\sigma_0}), \qquad
      \mathrm{KL}(q_{\sigma_j}\Vert q_{\sigma_0}) = \tfrac d2(r - 1 - \log r), \quad r = \sigma_j^2/\sigma_0^2
      """#,
      assuming: [#"$0 < \sigma_0 < \sigma_1 < \sigma_2$; the laws are the joint ones of $(\tilde x, x)$"#],
      remarks: [
        #"""
        The further hypothesis $\sigma_0^2 \le \sigma_j^2/d$ is redundant: $d = 5$ with $\sigma = (1, 1.0625, 1.125)$
        violates it, and the claim holds there too. "Univariate" in the problem contradicts $\tilde x\in\mathbb{R}^d$
        and is harmless.
        """#,
        #"The reverse divergence is monotone as well, with other values; so the claim alone cannot tell the two apart."#,
      ]
    ) {
      Exact("its derivative") { symbols, d in
        let (s, alpha) = (symbols.scalar("sigma0"), symbols.scalar("alpha"))
        let one = Matrix<Symbol>.identity(d)
        let (C0, C) = (s.squared * one, alpha * one)
        let slope = Symbol(d) / 2 * (1 / s.squared - 1 / alpha)
        Step(#"\partial_\alpha\,\mathrm{KL}(N(x, \alpha 1)\Vert N(x, \sigma_0^2 1))"#) {
          // The derivative of (tr(C0^-1 C) - log det C) / 2 along C' = 1.
          (C0.inverse.trace - C.inverse.trace) / 2
        }
        Step(
          #"\tfrac d2\Bigl(\frac1{\sigma_0^2} - \frac1\alpha\Bigr)"#,
          because: #"positive exactly for $\alpha > \sigma_0^2$, whatever $d$ is"#
        ) { slope }
        Restatement(#"\frac{d(\alpha - \sigma_0^2)}{2\alpha\sigma_0^2}"#) {
          Symbol(d) * (alpha - s.squared) / (2 * alpha * s.squared)
        }
        Rival(#"\tfrac12\Bigl(\frac1{\sigma_0^2} - \frac1\alpha\Bigr)"#, "dimension forgotten") {
          slope / Symbol(d)
        }
        Rival(#"\tfrac d2\Bigl(\frac1\alpha - \frac{\sigma_0^2}{\alpha^2}\Bigr)"#, "reverse divergence") {
          let reverse = 1 / alpha - s.squared / alpha.squared
          return Symbol(d) / 2 * reverse
        }
        Rival(#"\frac d{2\sigma_0^2}"#, "logarithm forgotten") { Symbol(d) / (2 * s.squared) }
      }
      Enclosure(
        "more noise, farther away", cases: [1, 3, 8].map { SmoothedDimension(d: $0) },
        over: ["sigma0": 0.25...4, "q": 1.0625...2, "p": 1.0625...2], precision: 0x1p-10
      ) { dimension, v in
        // sigma_1 = q sigma_0 and sigma_2 = p q sigma_0.
        let s0 = v["sigma0"].squared
        let (s1, s2) = ((v["q"] * v["sigma0"]).squared, (v["p"] * v["q"] * v["sigma0"]).squared)
        let divergence = { (a: Dual<Interval>) in isotropicDivergence(a / s0, dimension: dimension.d) }
        Step(#"\mathrm{KL}(q_{\sigma_1}\Vert q_{\sigma_0})"#) { divergence(s1) }
        Step(
          #"\mathrm{KL}(q_{\sigma_2}\Vert q_{\sigma_0})"#, because: "the derivative is positive",
          relation: .atMost
        ) { divergence(s2) }
        Rival(
          #"\mathrm{KL}(q_{\sigma_2}\Vert q_{\sigma_0}), \text{ from above}"#, "smoothing brings it nearer",
          relation: .atLeast
        ) { divergence(s2) }
        Rival(#"\mathrm{KL}(q_{\sigma_2}\Vert q_{\sigma_1})"#, "distance to the nearer law") {
          isotropicDivergence(s2 / s1, dimension: dimension.d)
        }
      }
      Enclosure(
        "without the further hypothesis", cases: [SmoothedDimension(d: 5), SmoothedDimension(d: 3)],
        over: ["sigma0": 0.5...2, "q": 1.0625...1.125, "p": 1.0546875...1.125], precision: 0x1p-10
      ) { dimension, v in
        let s0 = v["sigma0"].squared
        let (s1, s2) = ((v["q"] * v["sigma0"]).squared, (v["p"] * v["q"] * v["sigma0"]).squared)
        Step(#"\mathrm{KL}(q_{\sigma_1}\Vert q_{\sigma_0}) \text{ and } \sigma_2^2/d"#) {
          Vector([isotropicDivergence(s1 / s0, dimension: dimension.d), s2 / Dual(dimension.d)])
        }
        Step(
          #"\mathrm{KL}(q_{\sigma_2}\Vert q_{\sigma_0}) \text{ and } \sigma_0^2"#,
          because: #"the claim holds although $\sigma_0^2 > \sigma_2^2/d$"#, relation: .atMost
        ) { Vector([isotropicDivergence(s2 / s0, dimension: dimension.d), s0]) }
        Rival(
          #"0 \text{ and } \sigma_0^2"#, "the claim taken to need the hypothesis"
        ) { Vector([0, s0]) }
        Rival(
          #"\mathrm{KL}(q_{\sigma_2}\Vert q_{\sigma_0}) \text{ and } \sigma_0^2/d"#,
          "the hypothesis taken to hold"
        ) {
          Vector([isotropicDivergence(s2 / s0, dimension: dimension.d), s0 / Dual(dimension.d)])
        }
      }
      Numerical("joint laws by plane integrals", cases: SmoothingPair.all) { pair in
        let integrals = pair.integrals
        Step(#"\iint q_{\sigma_j}\log\frac{q_{\sigma_j}}{q_{\sigma_0}}\,dx\,d\tilde x"#) { integrals.joint }
        Step(#"\tfrac12(r - 1 - \log r)"#, because: #"$q_0$ cancels, and the kernel is normal"#) {
          isotropicDivergence(pair.ratio, dimension: 1)
        }
        Rival(
          #"\int q_{\sigma_j}\log\frac{q_{\sigma_j}}{q_{\sigma_0}}\,d\tilde x"#,
          "marginal laws, which are nearer"
        ) {
          integrals.marginal
        }
        Rival(#"\tfrac12(r - \log r)"#, "minus one forgotten") {
          isotropicDivergence(pair.ratio, dimension: 1) + Interval(0.5)
        }
        Rival(#"\tfrac12(\tfrac1r - 1 + \log r)"#, "reverse divergence") {
          isotropicDivergence(1 / pair.ratio, dimension: 1)
        }
        Step(
          #"\int q_{\sigma_j}\log\frac{q_{\sigma_j}}{q_{\sigma_0}}\,d\tilde x \text{ of the marginal laws}"#,
          because: "forgetting x can only bring the laws nearer", relation: .atLeast
        ) { integrals.marginal }
        Rival(#"\tfrac12(r - \log r)"#, "minus one forgotten") {
          isotropicDivergence(pair.ratio, dimension: 1) + Interval(0.5)
        }
      }
      Statistical("mean of the log-ratio, d = 5", cases: [SmoothedRatio(r: 6), SmoothedRatio(r: 12)]) {
        ratio, draw in
        let (d, s0) = (5, 0.75)
        // The clean point is a mixture of two laws; the ratio must not see it.
        let x =
          draw.normal(d) + draw.choice([-2, 1], weights: [0.25, 0.75]) * Vector((0..<d).map { Variate($0) })
        let y = x + Variate(s0 * Double.sqrt(ratio.r)) * draw.normal(d)
        let kernel = { (variance: Double) in
          Gaussian(mean: x, covariance: Variate(variance) * .identity(d)).logDensity(y)
        }
        let closed = { (r: Double) in Variate(isotropicDivergence(r, dimension: d)) }
        Step(
          #"\mathbb{E}_{q_{\sigma_j}}\Bigl[\log\frac{q_{\sigma_j}(\tilde x\mid x)}{q_{\sigma_0}(\tilde x\mid x)}\Bigr]"#
        ) { kernel(ratio.r * s0 * s0) - kernel(s0 * s0) }
        Step(#"\tfrac d2(r - 1 - \log r)"#, because: #"$q_0$ cancels, and the kernel is normal"#) {
          closed(ratio.r)
        }
        Rival(#"\tfrac12(r - 1 - \log r)"#, "dimension forgotten") {
          Variate(isotropicDivergence(ratio.r, dimension: 1))
        }
        Rival(#"\tfrac d2(\tfrac1r - 1 + \log r)"#, "reverse divergence") { closed(1 / ratio.r) }
        Rival(#"\tfrac d2(r - \log r)"#, "minus one forgotten") { closed(ratio.r) + Variate(Double(d) / 2) }
      }
    }
  }

  /// A number of coordinates.
  private struct SmoothedDimension: Sendable, CustomStringConvertible {
    let d: Int
    var description: String { "d = \(d)" }
  }

  /// A ratio of variances.
  private struct SmoothedRatio: Sendable, CustomStringConvertible {
    let r: Double
    var description: String { "r = \(r.brief)" }
  }

  /// Two noise levels on the line, for a clean law that is a mixture or standard normal.
  struct SmoothingPair: Sendable, CustomStringConvertible {
    /// The standard deviations of the noise.
    let (sigma0, sigma): (Double, Double)
    /// The clean law.
    let law: GaussianMixture<Double>

    /// The ratio of variances.
    var ratio: Interval { (Interval(sigma) / Interval(sigma0)).squared }
    var description: String { "sigma = \(sigma0.brief), \(sigma.brief), \(law.components.count) components" }

    /// The divergences of the joint and of the marginal laws.
    var integrals: (joint: Estimate, marginal: Estimate) {
      // The logarithm of the normal density of variance s^2 as p + q z^2.
      let kernel = { (s: Double) in (-Double.log(s * Double.sqrt(2 * .pi)), -1 / (2 * s * s)) }
      let ((p1, q1), (p0, q0), density) = (kernel(sigma), kernel(sigma0), law.lineDensity)
      let joint = Quadrature.plane(reach: 26) { x, y in
        let square = (y - x) * (y - x)
        let weight = density(x) * Double.exp(p1 + q1 * square)
        return SIMD8(weight * (p1 - p0 + (q1 - q0) * square), 0, 0, 0, 0, 0, 0, 0)
      }
      let smoothed = [sigma0, sigma].map { s in
        GaussianMixture(
          weights: law.weights,
          components: law.components.map { .line(mean: $0.mean[0], variance: $0.covariance[0, 0] + s * s) }
        ).lineDensity
      }
      let marginal = Quadrature.interval(-26...26) { y in
        let (p, q) = (smoothed[1](y), smoothed[0](y))
        // Far out the nearer law's density underflows first, where the other's is far below any bound.
        return q > 0 ? p * Double.log(p / q) : 0
      }
      return (joint[0], marginal)
    }

    static var all: [SmoothingPair] {
      let normal = GaussianMixture(weights: [1], components: [Gaussian<Double>.standard(1)])
      let mixture = GaussianMixture(
        weights: [0.25, 0.75],
        components: [
          .line(mean: -1.5, variance: 0.25), .line(mean: 1, variance: 0.5),
        ])
      return [
        SmoothingPair(sigma0: 0.5, sigma: 1, law: normal), SmoothingPair(sigma0: 0.5, sigma: 2, law: normal),
        SmoothingPair(sigma0: 0.75, sigma: 1.25, law: mixture),
      ]
    }
  }
}
