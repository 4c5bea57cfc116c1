import Arithmetic
import Probability
import Transport
import Verification

extension DeepGenerativeModels {
  /// DGM.4a as the solution writes it: the likelihood as a loss.
  static var likelihoodAsLoss: Identity {
    Identity(
      "DGM.4a", "The likelihood as a loss, as the solution has it",
      #"L(\theta) = \mathbb{E}_{x\sim q}[\log p_1^\theta(x)] \text{ is a loss: } L(\theta) - L(\theta^*) = \mathrm{KL}(q\Vert p_1^\theta) \ge 0"#,
      assuming: [#"$q = p_1^{\theta^*}$, a law that the model can reach"#],
      expectation: .fails(
        correctedBy: "DGM.4a.corrected",
        why: #"""
          The sign: $\mathbb{E}\log p$ is the log-likelihood, to be maximised; "the negative MLE" is
          $-\mathbb{E}\log p$. The formula of the conditional flow matching loss beside it is right.
          """#,
        counterexample: #"""
          $p_1^\theta = N(\theta, 1)$ and data $N(0,1)$: $L(\theta) = -\frac12\log2\pi - \frac12(1+\theta^2)$ is
          $-1.418939$ at the truth $\theta = 0$ and $-51.418939$ at $\theta = 10$; it has no minimum.
          """#)
    ) {
      Exact("normal laws, another mean") { symbols, d in
        let law = Gaussian(mean: symbols.vector(d, "m"), covariance: symbols.covariance(d, "R"))
        let shift = symbols.vector(d, "theta")
        let quadratic = shift.dot(law.covariance.solve(shift)) / 2
        Step(#"L(\theta) - L(\theta^*)"#) {
          // E (x - m - theta)^T C^-1 (x - m - theta) from mean and covariance of x.
          let square = { (theta: Vector<Symbol>) in
            law.covariance.solve(law.covariance).trace + theta.dot(law.covariance.solve(theta))
          }
          return (square(.zero(d)) - square(shift)) / 2
        }
        Step(#"\mathrm{KL}(q\Vert p_1^\theta)"#, because: "a loss is least at the truth") { quadratic }
        Restatement(#"-\mathrm{KL}(q\Vert p_1^\theta)"#, because: "the likelihood is greatest there") {
          -quadratic
        }
      }
      Numerical("likelihoods by quadrature", cases: [LikelihoodCase(theta: 10), LikelihoodCase(theta: 1.5)]) {
        item in
        let (theta, least) = (Interval(item.theta), -Interval.log(2 * Interval.pi) / 2 - Interval(0.5))
        Step(#"L(0), \; L(\theta), \quad p_1^\theta = N(\theta,1),\; q = N(0,1)"#) {
          [0, item.theta].map { shift in
            Quadrature.interval(-12...12) { x in
              let density = Double.exp(-x * x / 2) / Double.sqrt(2 * .pi)
              return density * (-(x - shift).squared / 2 - Double.log(2 * .pi) / 2)
            }
          }
        }
        Step(
          #"-\tfrac12\log2\pi e, \; -\tfrac12\log2\pi e + \tfrac{\theta^2}2"#,
          because: "a loss is least at the truth"
        ) { [least, least + theta.squared / 2] }
        Restatement(
          #"-\tfrac12\log2\pi e, \; -\tfrac12\log2\pi e - \tfrac{\theta^2}2"#,
          because: "the likelihood is greatest there"
        ) { [least, least - theta.squared / 2] }
      }
      Statistical("simulated data", cases: [LikelihoodCase(theta: 1.5)]) { item, draw in
        let (x, theta) = (draw.normal(), Variate(item.theta))
        let divergence = Variate(item.theta * item.theta / 2)
        Step(#"\mathbb{E}[\log p_1^\theta(x) - \log p_1^{\theta^*}(x)]"#) {
          Variate(0.5) * (x.squared - (x - theta).squared)
        }
        Step(#"\mathrm{KL}(q\Vert p_1^\theta)"#, because: "a loss is least at the truth") { divergence }
        Restatement(#"-\mathrm{KL}(q\Vert p_1^\theta)"#, because: "the likelihood is greatest there") {
          -divergence
        }
      }
    }
  }

  /// DGM.4a: maximum likelihood and the two regressions.
  static var flowMatchingObjectives: Identity {
    get throws {
      try Identity(
        "DGM.4a.corrected", "Maximum likelihood and flow matching",
        #"""
        L_{\mathrm{MLE}} = -\mathbb{E}_q[\log p_1^\theta] = h(q) + \mathrm{KL}(q\Vert p_1^\theta), \quad
        L_{\mathrm{CFM}} = L_{\mathrm{FM}} + \mathbb{E}\operatorname{tr}\operatorname{Cov}(\dot x_t\mid x_t), \quad
        \nabla_\theta L_{\mathrm{CFM}} = \nabla_\theta L_{\mathrm{FM}}
        """#,
        assuming: ["finite second moments"],
        remarks: [
          #"""
          The likelihood of a flow is $\log p_1^\theta(x) = \log p_0(x_0) - \int_0^1\nabla\cdot u_\theta(x_t,t)\,dt$
          (2(a)iv, corrected): training by it needs the flow to be solved and its divergence. Conditional flow matching is a
          regression on samples and needs neither.
          """#,
          #"Neither regression bounds the divergence of the end: Homework III, Problem 5, of which a check is repeated here."#,
        ]
      ) {
        Enclosure(
          "negative log-likelihood of a normal model", over: ["theta": -2...2, "s": 0.5...2],
          precision: 0x1p-8
        ) { v in
          let (theta, s) = (v["theta"], v["s"])
          let entropy = (Dual<Interval>.log(2 * Dual.pi) + 1) / 2
          let volume: Dual<Interval> = .log(2 * Dual.pi * s.squared)
          // E_q |x - theta|^2.
          let square = 1 + theta.squared
          let loss = volume / 2 + square / (2 * s.squared)
          // KL(N(0, 1) || N(theta, s^2)).
          let divergence = (square / s.squared - 1 + Dual.log(s.squared)) / 2
          Step(#"-\mathbb{E}_q[\log p^{\theta,s}], \quad q = N(0,1),\; p = N(\theta, s^2)"#) { loss }
          Step(#"h(q) + \mathrm{KL}(q\Vert p)"#, because: #"$\log p = \log q - \log\frac qp$"#) {
            entropy + divergence
          }
          Rival(#"-h(q) - \mathrm{KL}(q\Vert p)"#, "sign: the likelihood minimised") {
            -entropy - divergence
          }
          Rival(#"\mathrm{KL}(q\Vert p)"#, "entropy forgotten") { divergence }
          Rival(#"h(q) + \mathrm{KL}(p\Vert q)"#, "reverse divergence") {
            let reverse = s.squared + theta.squared - 1 - Dual.log(s.squared)
            return entropy + reverse / 2
          }
          Step(
            #"h(q)"#, because: "the divergence is not negative: the loss is least at the truth",
            relation: .atLeast
          ) { entropy }
          Rival(#"h(q), \text{ from below}"#, "the truth taken for a maximum", relation: .atMost) { entropy }
        }
        Exact("normal laws, affine fields") { symbols, d in
          let fit = flowFit(symbols, d)
          let spread = fit.pair.conditionalCovariance.trace
          Step(#"L_{\mathrm{CFM}}(\theta) \text{ at one time}, \quad u_\theta(x) = Kx + k"#) {
            fit.conditionalLoss
          }
          Step(
            #"L_{\mathrm{FM}}(\theta) + \mathbb{E}\operatorname{tr}\operatorname{Cov}(x_1 - x_0\mid x_t)"#,
            because: "conditional bias and variance"
          ) { fit.marginalLoss + spread }
          Restatement(
            #"L_{\mathrm{FM}}(\theta) + \mathbb{E}|\dot x_t - \mathbb{E}\dot x_t|^2 - \mathbb{E}|u_t - \mathbb{E}u_t|^2"#,
            because: "total variance"
          ) {
            let (pair, B) = (fit.pair, fit.pair.cross)
            let explained = (B * pair.law.covariance.solve(B.transpose)).trace
            return fit.marginalLoss + (pair.start.covariance + pair.end.covariance).trace - explained
          }
          Rival(#"L_{\mathrm{FM}}(\theta)"#, "losses equal") { fit.marginalLoss }
          Rival(#"L_{\mathrm{FM}}(\theta) - \mathbb{E}\operatorname{tr}\operatorname{Cov}"#, "sign") {
            fit.marginalLoss - spread
          }
          Rival(
            #"L_{\mathrm{FM}}(\theta) + \tfrac12\mathbb{E}\operatorname{tr}\operatorname{Cov}"#, "one half"
          ) {
            fit.marginalLoss + spread / 2
          }
          Rival(#"\mathbb{E}|u_\theta(x_t) - (x_1 - x_t)|^2"#, "conditional field taken at the wrong point") {
            fit.loss(of: { _, x1, x in x1 - x })
          }
        }
        Exact("gradients, affine fields") { symbols, d in
          let fit = flowFit(symbols, d)
          let (K, k) = (symbols.matrix(d, "K'"), symbols.vector(d, "k'"))
          let moving = fit.moving(K, k)
          Step(#"\nabla_\theta L_{\mathrm{CFM}}\cdot h"#) { moving.conditionalLoss.derivative }
          Step(#"\nabla_\theta L_{\mathrm{FM}}\cdot h"#, because: "the losses differ by a constant") {
            moving.marginalLoss.derivative
          }
          Rival(
            #"\nabla_\theta\,\mathbb{E}|u_\theta(x_t) - (x_1 - x_t)|^2\cdot h"#,
            "conditional field at the wrong point"
          ) { moving.loss(of: { _, x1, x in x1 - x }).derivative }
          Rival(
            #"\nabla_\theta\,\mathbb{E}|u_\theta(x_0) - (x_1 - x_0)|^2\cdot h"#,
            "field asked at the starting point"
          ) {
            moving.lossAtStart.derivative
          }
        }
        try Statistical("a network and mixtures in the plane", cases: [FlowCases.plane]) { flow, draw in
          let (x0, x1) = (try flow.start.sample(draw), try flow.end.sample(draw))
          let t = draw.uniform()
          let x = (1 - t) * x0 + t * x1
          // Four of the network's numbers move, one at a time.
          let response = (0..<4).map { SmallNetwork.gradient(of: $0, at: t, x) }
          let output = SmallNetwork.output(at: t, x)
          let against = { (target: Vector<Variate>) in
            Vector(response.map { 2 * (output - target).dot($0) })
          }
          Step(#"\nabla_\theta L_{\mathrm{CFM}}"#) { against(x1 - x0) }
          Step(#"\nabla_\theta L_{\mathrm{FM}}"#, because: "the losses differ by a constant") {
            against(flow.velocity(at: t, x))
          }
          Rival(
            #"\nabla_\theta\,\mathbb{E}|u_\theta(x_t) - (x_1 - x_t)|^2"#,
            "conditional field at the wrong point"
          ) {
            against(x1 - x)
          }
          Rival(#"\tfrac12\nabla_\theta L_{\mathrm{FM}}"#, "factor two") {
            Variate(0.5) * against(flow.velocity(at: t, x))
          }
          Rival(
            #"\nabla_\theta\,\mathbb{E}|u_\theta(x_t) - (\mathbb{E}[x_1] - x_t)|^2"#,
            "target of 4(c)ii as written"
          ) {
            against(flow.targetMean.map { Variate($0) } - x)
          }
        }
        try Statistical("the constant, a network and mixtures in the plane", cases: [FlowCases.plane]) {
          flow, draw in
          let (x0, x1) = (try flow.start.sample(draw), try flow.end.sample(draw))
          let t = draw.uniform()
          let x = (1 - t) * x0 + t * x1
          let error = (SmallNetwork.output(at: t, x) - flow.velocity(at: t, x)).squaredNorm
          let spread = flow.conditionalSpread(at: t, x)
          Step(#"L_{\mathrm{CFM}}"#) { (SmallNetwork.output(at: t, x) - (x1 - x0)).squaredNorm }
          Step(#"L_{\mathrm{FM}} + \mathbb{E}\operatorname{tr}\operatorname{Cov}(x_1 - x_0\mid x_t)"#) {
            error + spread
          }
          Rival(#"L_{\mathrm{FM}}"#, "losses equal") { error }
          Rival(#"L_{\mathrm{FM}} + \tfrac12\mathbb{E}\operatorname{tr}\operatorname{Cov}"#, "one half") {
            error + Variate(0.5) * spread
          }
        }
        Numerical(
          "no bound on the divergence", cases: [SineFlow(a: 0.5, n: 4), SineFlow(a: 0.875, n: 2)]
        ) { flow in
          let (a, n) = (Interval(flow.a), Interval(flow.n))
          Step(
            #"\mathrm{KL}(q\Vert p_1^\theta), \quad u_\theta = \tfrac an\sin nx,\; q \text{ uniform on the circle}"#
          ) {
            Quadrature.period(0..<2 * .pi) {
              Double.log(Double.cosh(flow.a) + Double.sinh(flow.a) * Double.cos($0)) / (2 * .pi)
            }
          }
          Step(#"2\log\cosh\tfrac a2"#, because: "Homework III, Problem 5") {
            2 * Interval.log(Interval.cosh(a / 2))
          }
          Rival(#"L_{\mathrm{FM}} = \frac{a^2}{2n^2}"#, "the regression taken for a bound", relation: .atMost)
          {
            a.squared / (2 * n.squared)
          }
        }
      }
    }
  }

  /// A pair of normal laws and the affine field `K x + k`, with the losses of regressing on velocities at one time.
  fileprivate struct FlowFit<S: Field> {
    let pair: GaussianPair<S>
    let K: Matrix<S>
    let k: Vector<S>

    /// `E|P x + p - (Q x_0 + R x_1)|^2`-like expectations, for an affine residual given by its values.
    private func meanSquare(_ residual: (_ x0: Vector<S>, _ x1: Vector<S>) -> Vector<S>) -> S {
      let d = k.dimension
      let (zero, center) = (Vector<S>.zero(d), residual(pair.start.mean, pair.end.mean))
      let offset = residual(zero, zero)
      let unit = { (i: Int) in Vector((0..<d).map { $0 == i ? 1 as S : 0 }) }
      let columns = { (value: (Vector<S>) -> Vector<S>) in
        let images = (0..<d).map { value(unit($0)) - offset }
        return Matrix(rows: d, columns: d) { images[$1][$0] }
      }
      let (P, Q) = (columns { residual($0, zero) }, columns { residual(zero, $0) })
      return (P * pair.start.covariance * P.transpose).trace + (Q * pair.end.covariance * Q.transpose).trace
        + center.squaredNorm
    }

    private func position(_ x0: Vector<S>, _ x1: Vector<S>) -> Vector<S> { (1 - pair.t) * x0 + pair.t * x1 }

    /// The loss of regressing on a target that is affine in `x_0`, `x_1` and `x_t`.
    func loss(of target: (_ x0: Vector<S>, _ x1: Vector<S>, _ x: Vector<S>) -> Vector<S>) -> S {
      meanSquare { x0, x1 in
        let x = position(x0, x1)
        return K * x + k - target(x0, x1, x)
      }
    }

    var conditionalLoss: S { loss(of: { x0, x1, _ in x1 - x0 }) }
    var marginalLoss: S { loss(of: { _, _, x in pair.velocity(x) }) }
    /// The field asked at the starting point.
    var lossAtStart: S { meanSquare { x0, x1 in K * x0 + k - (x1 - x0) } }
  }

  fileprivate static func flowFit(_ symbols: Symbols, _ d: Int) -> FlowFit<Symbol> {
    FlowFit(pair: gaussianPair(symbols, d), K: symbols.matrix(d, "K"), k: symbols.vector(d, "k"))
  }

  /// A field on the plane, `W sin(V (x, t) + b)`: neither affine nor a gradient.
  enum SmallNetwork {
    /// The weights of the first layer, its offsets, and the weights of the second.
    private static let weights = [0.5, -0.25, 0.75, 0.25, 0.75, -0.5, 0.25, -0.5, 1.5, 0.5, -0.75, 1.0]

    private static func output<S: Elementary>(_ w: [S], _ t: S, _ x: Vector<S>) -> Vector<S> {
      let first = S.sin(w[0] * x[0] + w[1] * x[1] + w[2] * t + w[6])
      let second = S.sin(w[3] * x[0] + w[4] * x[1] + w[5] * t + w[7])
      return Vector([w[8] * first + w[9] * second, w[10] * first + w[11] * second])
    }

    /// The field.
    static func output(at t: Variate, _ x: Vector<Variate>) -> Vector<Variate> {
      output(weights.map { Variate($0) }, t, x)
    }

    /// The derivative by one of four numbers: two of the first layer, an offset and one of the second.
    static func gradient(of choice: Int, at t: Variate, _ x: Vector<Variate>) -> Vector<Variate> {
      let moving = [0, 4, 7, 10][choice]
      let w = weights.indices.map { Dual(Variate(weights[$0]), derivative: $0 == moving ? 1 : 0) }
      return output(w, Dual(constant: t), x.constant).map(\.derivative)
    }
  }

  /// A wrong mean of the model.
  private struct LikelihoodCase: Sendable, CustomStringConvertible {
    let theta: Double
    var description: String { "theta = \(theta.brief)" }
  }
}

extension DeepGenerativeModels.FlowFit where S == Symbol {
  /// The same fit with a field whose numbers move.
  fileprivate func moving(_ rateOfK: Matrix<Symbol>, _ rateOfk: Vector<Symbol>)
    -> DeepGenerativeModels.FlowFit<
      Dual<Symbol>
    >
  {
    let d = k.dimension
    return DeepGenerativeModels.FlowFit<Dual<Symbol>>(
      pair: DeepGenerativeModels.GaussianPair(
        start: pair.start.constant, end: pair.end.constant, t: Dual(constant: pair.t)),
      K: Matrix(rows: d, columns: d) { Dual(K[$0, $1], derivative: rateOfK[$0, $1]) },
      k: Vector((0..<d).map { Dual(k[$0], derivative: rateOfk[$0]) }))
  }
}
