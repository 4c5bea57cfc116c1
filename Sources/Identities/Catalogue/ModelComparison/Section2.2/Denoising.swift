import Arithmetic
import Probability
import Verification

extension ModelComparison {
  /// R.2.18: as the report writes it, `x_0` is drawn from the base density.
  static var denoisingFromTheBase: Identity {
    Identity(
      "R.2.18", "The denoising objective, from the base density",
      #"""
      x_0 \sim p_0: \quad \mathbb{E}_{x_0}\mathbb{E}_{x_t\mid x_0}|s_\theta - \nabla\log p(x_t\mid x_0)|^2
      = \mathbb{E}_{p_t}|s_\theta - \nabla\log p_t|^2 + \text{constant}
      """#,
      expectation: .fails(
        correctedBy: "R.2.18.corrected",
        why: #"""
          $p_0$ is the base density $N(0, I)$ of this report: the objective then trains the score of noised noise. The
          data are $p_*$. "Equivalent" holds up to a constant, for matching weights, and without the reconstruction term.
          """#,
        counterexample: #"""
          Data $N(0, 1.5)$, model $-x/(c + V)$, $\lambda = V$ of the report's diffusion: with $x_0 \sim p_*$ the least value
          is at $c = 1.5$ ($0.694984$; $0.701816$ at $c = 1$); with $x_0 \sim N(0,1)$ the order is reversed ($0.671227$ and
          $0.666013$).
          """#)
    ) {
      Exact("linear models, normal data") { symbols, d in
        let model = LinearScores(symbols, d)
        Step(
          #"\mathbb{E}_{p_t}|s_\theta - \nabla\log p_t|^2 + \text{constant}, \quad s_\theta = -(C + V)^{-1}x"#
        ) {
          model.explicit + model.constant
        }
        Step(#"x_0 \sim p_0 = N(0, I)"#, because: "(2.18) as written") { model.denoising(.identity(d)) }
        Restatement(#"x_0 \sim p_*"#, because: "the data") { model.denoising(model.data) }
      }
      Numerical("which of two models is better", cases: [WeightedDenoising()]) { model in
        Step(#"L(1) - L(\tfrac32) \text{ by explicit score matching}"#) {
          difference(model.explicit(1), model.explicit(1.5))
        }
        Step(#"L(1) - L(\tfrac32), \quad x_0 \sim p_0"#, because: "(2.18) as written") {
          difference(model.value(1, data: 1), model.value(1.5, data: 1))
        }
        Restatement(#"L(1) - L(\tfrac32), \quad x_0 \sim p_*"#, because: "the data") {
          difference(model.value(1, data: 1.5), model.value(1.5, data: 1.5))
        }
      }
    }
  }

  /// R.2.18.corrected: with the data, and a weight that vanishes like the kernel's variance.
  static var denoisingFromTheData: Identity {
    get throws {
      try Identity(
        "R.2.18.corrected", "The denoising objective, from the data",
        #"""
        x_0 \sim p_*: \quad \mathbb{E}_{x_0}\mathbb{E}_{x_t\mid x_0}|s_\theta - \nabla\log p(x_t\mid x_0)|^2
        = \mathbb{E}_{p_t}|s_\theta - \nabla\log p_t|^2
        + \mathbb{E}|\nabla\log p(x_t\mid x_0)|^2 - \mathbb{E}|\nabla\log p_t|^2
        """#,
        assuming: [
          #"$\int\lambda(t)\,\mathbb{E}|\nabla\log p(x_t\mid x_0)|^2dt < \infty$: near $t = 0$ the weight must vanish like the kernel's variance, up to what is integrable"#
        ],
        remarks: [
          #"""
          The constant does not depend on $\theta$, so both have the same minimisers at every time; (2.11) is another
          objective, of other weights and without the reconstruction term.
          """#
        ]
      ) {
        Exact("linear models, normal data") { symbols, d in
          let model = LinearScores(symbols, d)
          Step(#"\mathbb{E}|s_\theta - \nabla\log p(x_t\mid x_0)|^2, \quad s_\theta = -(C + V)^{-1}x"#) {
            model.denoising(model.data)
          }
          Step(
            #"\mathbb{E}|s_\theta - \nabla\log p_t|^2 + \tfrac dV - \operatorname{tr}(S+V)^{-1}"#,
            because: #"$\nabla\log p_t = \mathbb{E}[\nabla\log p(x_t\mid x_0)\mid x_t]$"#
          ) { model.explicit + model.constant }
          Restatement(
            #"\mathbb{E}|s_\theta|^2 + 2\,\mathbb{E}\nabla\cdot s_\theta + \tfrac dV"#, because: "by parts"
          ) {
            model.square(model.data) + 2 * model.divergence + Symbol(d) / model.variance
          }
          Rival(#"x_0 \sim N(0, I)"#, "drawn from the base density") { model.denoising(.identity(d)) }
          Rival(
            #"\mathbb{E}|s_\theta - \nabla\log p_t|^2"#, "marginal score inside: same minimiser, other value"
          ) {
            model.explicit
          }
          Rival(#"\mathbb{E}|s_\theta - \nabla\log p_t|^2 + \tfrac dV"#, "second half of the constant lost") {
            model.explicit + Symbol(d) / model.variance
          }
        }
        Numerical(
          "the report's diffusion, data N(0, 3/2)", cases: [1, 1.25, 2].map { WeightedDenoising(model: $0) }
        ) {
          model in
          Step(#"L(c), \quad \lambda = V"#) { model.value(model.model, data: 1.5) }
          Step(
            #"\int V\,\mathbb{E}|s_c - \nabla\log p_t|^2dt + \text{constant}"#,
            because: "explicit score matching"
          ) { model.explicit(model.model) }
          Rival(#"L(c), \quad x_0 \sim N(0,1)"#, "drawn from the base density") {
            model.value(model.model, data: 1)
          }
          Rival(#"\int V\,\mathbb{E}|s_c - \nabla\log p_t|^2dt"#, "marginal score inside") {
            difference(model.explicit(model.model), model.constant)
          }
          Step(
            #"L(\tfrac32)"#, because: "the score of the data's law is the best of the models",
            relation: .atLeast
          ) { model.value(1.5, data: 1.5) }
          Restatement(#"\text{constant}"#, because: "its first term vanishes") { model.constant }
        }
        Numerical("weights near time zero", cases: [-10, -20, -40].map { WeightedDenoising(exponent: $0) }) {
          model in
          Step("1") { 1 as Interval }
          Step(
            #"\int_\delta^1\lambda\,\mathbb{E}|\nabla\log p(x_t\mid x_0)|^2dt, \quad \lambda = V"#,
            because: "the kernel's score has second moment $1/V$: bounded for every $\\delta$",
            relation: .atLeast
          ) { 1 - Interval(model.first) }
          Restatement(#"\lambda = \tfrac12V"#, because: "a constant factor changes nothing") {
            (1 - Interval(model.first)) / 2
          }
          Rival(#"\lambda = 1"#, #"grows like $\log(1/\delta)$"#) { model.unweighted }
          // By Cauchy and Schwarz the integral of V^-2 is at least this.
          Rival(#"\lambda = 1/V"#, #"grows like $1/\delta$"#) {
            model.unweighted.squared / (1 - Interval(model.first))
          }
        }
        Statistical("cross term, mixtures", cases: try BlurredMixture.all) { model, draw in
          let (x0, z, x) = try model.sample(draw)
          let deviation = model.sde.kernel(to: model.time).deviation
          let base = model.position(draw.normal(2), z)
          // A nonlinear model of the score.
          let field = { (y: Vector<Variate>) in
            Vector([
              1.5 * Variate.sin(y[0] - y[1]) - 2.5 * y[0],
              0.25 * y[0] - 2.5 * y[1] + 0.75 * y[0] * y[1],
            ])
          }
          Step(
            #"\mathbb{E}[s_\theta(x_t)\cdot\nabla\log p(x_t\mid x_0)] = -\mathbb{E}[s_\theta(x_t)\cdot z]/\sqrt V"#
          ) {
            -(field(x).dot(z) / deviation)
          }
          Step(#"\mathbb{E}[s_\theta(x_t)\cdot\nabla\log p_t(x_t)]"#, because: "given $x_t$") {
            field(x).dot(model.score(x))
          }
          Restatement(
            #"\tfrac12\mathbb{E}[s_\theta(x_t)\cdot(\nabla\log p(x_t\mid x_0) + \nabla\log p_t(x_t))]"#,
            because: "the mean of two equals"
          ) { 0.5 * field(x).dot(model.score(x) - z / deviation) }
          Rival(
            #"-\mathbb{E}[s_\theta(x_t)\cdot z]/\sqrt V, \quad x_0 \sim N(0, I)"#,
            "drawn from the base density"
          ) {
            -(field(base).dot(z) / deviation)
          }
          Rival(#"p_t \to N(m, S)"#, "score of the normal law with the same mean and covariance") {
            field(x).dot(model.normalScore(x))
          }
          Rival(#"\mathbb{E}[s_\theta\cdot z]/\sqrt V"#, "sign of the kernel's score") {
            field(x).dot(z) / deviation
          }
          Rival(#"-\mathbb{E}[s_\theta\cdot z]"#, "deviation forgotten") { -field(x).dot(z) }
          Rival(#"-\mathbb{E}[s_\theta(x_0)\cdot z]/\sqrt V"#, "model looked at before the noise") {
            -(field(x0).dot(z) / deviation)
          }
        }
      }
    }
  }

  private static func difference(_ a: Estimate, _ b: Estimate) -> Estimate {
    Estimate(
      a.value - b.value, error: a.error + b.error + Double.ulpOfOne * (a.value.magnitude + b.value.magnitude))
  }

  /// Linear models of the score of normal data, noised by a kernel of mean one and any variance.
  private struct LinearScores {
    let data: Matrix<Symbol>
    let variance: Symbol
    private let slope: Matrix<Symbol>
    private let precision: Matrix<Symbol>

    init(_ symbols: Symbols, _ d: Int) {
      (data, variance) = (symbols.covariance(d), symbols.scalar())
      slope = (symbols.covariance(d) + variance * .identity(d)).inverse
      precision = (data + variance * .identity(d)).inverse
    }

    /// The expected square of the model where the data have a covariance.
    func square(_ data: Matrix<Symbol>) -> Symbol {
      (slope * (data + variance * .identity(data.rows)) * slope.transpose).trace
    }
    /// The divergence of the model.
    var divergence: Symbol { -slope.trace }
    /// The objective (2.18) at this time: `x_t = x_0 + sqrt(V) z`, with `-z / sqrt(V)` for the kernel's score.
    func denoising(_ data: Matrix<Symbol>) -> Symbol {
      // The matrix that (x_0, z / sqrt(V)) is sent through: -slope x_0 + (1 - V slope) z / sqrt(V).
      let rest = .identity(data.rows) - variance * slope
      return (slope * data * slope.transpose).trace + (rest * rest.transpose).trace / variance
    }
    /// The mean square distance to the score of the noised data.
    var explicit: Symbol {
      let error = slope - precision
      return (error * (data + variance * .identity(data.rows)) * error.transpose).trace
    }
    /// What does not depend on the model.
    var constant: Symbol { Symbol(data.rows) / variance - precision.trace }
  }

  /// The objective (2.18) for the report's diffusion, on the line.
  private struct WeightedDenoising: Sendable, CustomStringConvertible {
    var model = 1.0
    var exponent = 0
    var description: String { exponent == 0 ? "c = \(model.brief)" : "delta = 2^\(exponent)" }

    /// The first time.
    var first: Double { Double(sign: .plus, exponent: exponent, significand: 1) }

    private func variance(_ t: Double) -> Double {
      1e-4 * Double.expMinusOne(2 * Double.log(1000) * t)
    }

    /// The objective with weight `V` at the model `-x / (c + V)`, for data of a variance.
    func value(_ c: Double, data: Double) -> Estimate {
      Quadrature.interval(0...1) { t in
        let v = variance(t)
        return v * (data + v) / ((c + v) * (c + v)) - 2 * v / (c + v) + 1
      }
    }
    /// The same for data of variance 3/2, by explicit score matching and the constant.
    func explicit(_ c: Double) -> Estimate {
      Quadrature.interval(0...1) { t in
        let v = variance(t)
        let error = 1 / (c + v) - 1 / (1.5 + v)
        return v * error * error * (1.5 + v) + 1 - v / (1.5 + v)
      }
    }
    /// The constant.
    var constant: Estimate { Quadrature.interval(0...1) { 1 - variance($0) / (1.5 + variance($0)) } }

    /// The integral of `1 / V` from the first time: with `k = 2 log r`, `1e4 / k log(1 - e^-kt)` between its ends.
    var unweighted: Interval {
      let k = 2 * Interval.log(1000)
      let end = { (t: Interval) in Interval.log(-Interval.expMinusOne(-k * t)) }
      return 10_000 / k * (end(1) - end(Interval(first)))
    }
  }
}
