import Arithmetic
import Probability
import Verification

extension ModelComparison {
  /// What the reversed diffusion with the exact score makes of a normal start: `x_0` given `x_1` is drawn from the
  /// posterior, the kernel that the reversed process has.
  ///
  /// Turned by 45 degrees the target in the plane is a product of two laws `(N(h, 1) + N(-h, 1)) / 2` with
  /// `h^2 = 1/2`, so one coordinate is enough.
  struct ReversedStart: Sendable, CustomStringConvertible {
    /// The variance of the start; nil for the law that the diffusion has at its end.
    let start: Double?

    var description: String { start.map { "start N(0, \($0.brief) I)" } ?? "start p_1" }

    /// The variance that the diffusion adds.
    static var added: Double { get throws { try explodingDiffusion.kernel(to: 1.0).variance } }

    /// Mean and second moment of the turned coordinate given that it was `y` at the end, by its two modes.
    static func secondMoment(given y: Double, added v: Double) -> Double {
      let h = 0.5.squareRoot()
      let means = [h, -h].map { $0 + (y - $0) / (1 + v) }
      // The odds of the modes are exp(2 h y / (1 + v)).
      let share = 1 / (1 + Double.exp(-2 * h * y / (1 + v)))
      return v / (1 + v) + share * means[0] * means[0] + (1 - share) * means[1] * means[1]
    }

    /// The variance of a coordinate of what comes out, by quadrature over the start.
    func variance() throws -> Estimate {
      let v = try Self.added
      let density = { (y: Double, m: Double, c: Double) in
        Double.exp(-(y - m) * (y - m) / (2 * c)) / (2 * Double.pi * c).squareRoot()
      }
      let h = 0.5.squareRoot()
      return Quadrature.line { y in
        let weight =
          start.map { density(y, 0, $0) } ?? (density(y, h, 1 + v) + density(y, -h, 1 + v)) / 2
        return weight * Self.secondMoment(given: y, added: v)
      }
    }

    /// The same in the plane as the report has it, without turning: over both coordinates of the start.
    func varianceInThePlane() throws -> Estimate {
      let (v, c) = (try Self.added, start ?? 1)
      let target: GaussianMixture<Double> = plusMixture()
      let end = GaussianMixture(
        weights: target.weights,
        components: target.components.map {
          Gaussian(mean: $0.mean, covariance: (1 + v) * Matrix.identity(2))
        })
      let law = start.map { c in
        GaussianMixture<Double>(
          weights: [1], components: [Gaussian(mean: .zero(2), covariance: c * Matrix.identity(2))])
      }
      return Quadrature.plane(reach: 9 * (start == nil ? 1 + v : c).squareRoot()) { a, b in
        let y = Vector([a, b])
        let shares = end.responsibilities(y)
        let moment = zip(shares, target.components).reduce(v / (1 + v)) { sum, part in
          let mean = part.1.mean[0] + (a - part.1.mean[0]) / (1 + v)
          return sum + part.0 * mean * mean
        }
        var terms = SIMD8<Double>.zero
        terms[0] = (law ?? end).density(y) * moment
        return terms
      }[0]
    }

    /// A sample of a turned coordinate of what comes out.
    func sample(_ draw: Draw) throws -> Variate {
      let (v, h) = (try Self.added, 0.5.squareRoot())
      let noise = draw.normal()
      let y: Variate
      if let start {
        y = start.squareRoot() * noise
      } else {
        y = draw.choice([h, -h], weights: [0.5, 0.5]) + (1 + v).squareRoot() * noise
      }
      // The mode is drawn by its odds: a logistic variable is below them.
      let u = draw.uniform()
      let isFirst = (Variate.log(u / (1 - u)) - 2 * h / (1 + v) * y).isBelow(0)
      let mode = h * (2 * isFirst - 1)
      return mode + (y - mode) / (1 + v) + (v / (1 + v)).squareRoot() * draw.normal()
    }
  }

  /// R.base as the report has it.
  static var standardNormalBase: Identity {
    get throws {
      Identity(
        "R.base", "The base of the experiments, standard normal for both methods",
        #"x_1 \sim N(0, I) \implies \text{the reversed diffusion with the exact score gives } x_0 \sim p_*"#,
        expectation: .fails(
          correctedBy: "R.base.corrected",
          why: #"""
            $N(0, I)$ is not the law that this diffusion has at its end: that has the variance $101.5$ in every
            coordinate.
            """#,
          counterexample: #"""
            The covariance of $x_0$ is $1.480442I$ in place of $1.5I$, with the exact score and infinitely many steps. The
            probability flow would leave $1.5/101.5 = 0.0148$ of a normal law of the same covariance.
            """#)
      ) {
        Numerical("by quadrature", cases: [ReversedStart(start: 1)]) { given in
          Step(#"\operatorname{Var}(x_0)_1, \quad x_1 \sim N(0, I)"#) { try given.varianceInThePlane() }
          Step(#"\tfrac32"#, because: #"$x_0 \sim p_*$, so the report's set-up supposes"#) {
            3 / (2 as Interval)
          }
          Restatement(#"\text{the same, turned by 45 degrees: } 1.480442"#) { try given.variance() }
        }
        Statistical("sampled", cases: [ReversedStart(start: 1)]) { given, draw in
          Step(#"\mathbb{E}\,(x_0)_1^2, \quad x_1 \sim N(0, I)"#) { try given.sample(draw).squared }
          Step(#"\tfrac32"#, because: #"$x_0 \sim p_*$, so the report's set-up supposes"#) { 1.5 }
          Restatement(#"1.480442"#, because: "by quadrature") { Variate(try given.variance().value) }
        }
      }
    }
  }

  /// R.base with the law that the diffusion has at its end.
  static var terminalLawAsBase: Identity {
    get throws {
      try Identity(
        "R.base.corrected", "The base that belongs to the diffusion",
        #"x_1 \sim p_1 = p_* * N(0, VI), \ V = 99.9999 \implies x_0 \sim p_*; \quad N(0, \sigma_{\max}^2I) \text{ is near } p_1"#,
        remarks: [
          #"""
          For the variance preserving diffusion $N(0, I)$ is right, up to the square of what is left of the data's variance.
          """#
        ]
      ) {
        Exact("normal data") { symbols, d in
          // The reversed process from x_1 gives S (S + V)^-1 x_1 and the covariance S V (S + V)^-1.
          let (S, v, c) = (symbols.covariance(d, "S"), symbols.scalar("V"), symbols.scalar("c"))
          let V = v * Matrix.identity(d)
          let gain = S * (S + V).inverse
          let left = S - gain * S
          let output = { (start: Matrix<Symbol>) in left + gain * start * gain.transpose }
          Step(#"\operatorname{Cov}x_0, \quad x_1 \sim N(0, S + VI)"#) { output(S + V) }
          Step(#"S"#, because: #"the reversed process has the forward one's laws"#) { S }
          Rival(#"\operatorname{Cov}x_0, \quad x_1 \sim N(0, c I)"#, "another start") {
            output(c * Matrix.identity(d))
          }
          Rival(#"\operatorname{Cov}x_0, \quad x_1 \sim N(0, VI)"#, "the data's own covariance forgotten") {
            output(V)
          }
          Restatement(#"S - S(S+V)^{-1}S + S(S+V)^{-1}S"#) { left + gain * S }
        }
        Numerical("by quadrature", cases: [ReversedStart(start: nil)]) { given in
          Step(#"\operatorname{Var}(x_0)_1, \quad x_1 \sim p_1"#) { try given.variance() }
          Step(#"\tfrac32"#, because: #"$x_0 \sim p_*$"#) { 3 / (2 as Interval) }
          Rival(#"\operatorname{Var}(x_0)_1, \quad x_1 \sim N(0, I)"#, "the report's base") {
            try ReversedStart(start: 1).variance()
          }
          Rival(
            #"\operatorname{Var}(x_0)_1, \quad x_1 \sim N(0, \sigma_{\max}^2I)"#, "near, and not the same"
          ) {
            try ReversedStart(start: 100).variance()
          }
          Restatement(#"\text{in the plane, not turned}"#) { try given.varianceInThePlane() }
        }
        Numerical("the nearest normal start", cases: [ReversedStart(start: 100)]) { given in
          Step(#"\tfrac32 - \operatorname{Var}(x_0)_1, \quad x_1 \sim N(0, \sigma_{\max}^2I)"#) {
            let variance = try given.variance()
            return Estimate(1.5 - variance.value, error: variance.error + 0x1p-52)
          }
          Step(
            #"3\cdot10^{-4}"#, because: "it leaves out the variance of the data, a hundredth",
            relation: .atMost
          ) {
            Interval(3) / 10000
          }
          Rival(#"2\cdot10^{-4}"#, "too little") { Interval(2) / 10000 }
        }
        probabilityFlowOfNormalData
        try whatTheFlowLeaves
        preservingDiffusionOfNormalData
        try preservingDiffusionOfTheReport
        Statistical("sampled", cases: [ReversedStart(start: nil)]) { given, draw in
          Step(#"\mathbb{E}\,(x_0)_1^2, \quad x_1 \sim p_1"#) { try given.sample(draw).squared }
          Step(#"\tfrac32"#, because: #"$x_0 \sim p_*$"#) { 1.5 }
          Rival(#"\mathbb{E}\,(x_0)_1^2, \quad x_1 \sim N(0, I)"#, "the report's base") {
            try ReversedStart(start: 1).sample(draw).squared
          }
        }
      }
    }
  }
}
