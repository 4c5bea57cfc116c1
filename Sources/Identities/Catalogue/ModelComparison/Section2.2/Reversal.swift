import Arithmetic
import Probability
import Verification

extension ModelComparison {
  /// The report's Section 2.2 from (2.17) on: a diffusion run backwards, and what its score is trained with.
  static var reversalProblem: Problem {
    get throws {
      try Problem(
        "R.2", "Reversing a diffusion",
        setting: #"""
          Data $x_0 \sim p_*$ are noised by $dx = f\,dt + g\,dw$; $p_t$ is the law of $x_t$ and $s = \nabla\log p_t$ its
          score. The drifts of the checks are $f = Fx + c$, the diffusions those of the report (variance exploding, from
          0.01 to 10), the variance preserving one, and one that grows.
          """#
      ) {
        try reversedDiffusion  // R.2.17
        denoisingFromTheBase  // R.2.18
        try denoisingFromTheData  // R.2.18.corrected
      }
    }
  }

  /// R.2.17: the diffusion run backwards.
  static var reversedDiffusion: Identity {
    get throws {
      try Identity(
        "R.2.17", "The reversed diffusion",
        #"dx = [f - g^2\nabla\log p_t]\,dt + g\,d\bar w, \quad dt < 0, \; x_T \sim p_T"#,
        assuming: [
          #"time runs from $T$ down to 0, which the report does not say; $\bar w$ is a Wiener process in that direction"#,
          #"the start is $p_T$; the report's $N(0, I)$ is another law (see R.base)"#,
        ],
        remarks: [
          #"""
          In $\tau = T - t$ the equation reads $dx = [-f + g^2\nabla\log p]\,d\tau + g\,dw_\tau$. Read as a diffusion
          forward in time it is false: data $N(0,1)$ under the variance preserving diffusion with unit rate would reach the
          variance $2e - 1 = 4.4366$ at $t = 1$.
          """#
        ]
      ) {
        reversedFokkerPlanck
        reversedStart
        reversedVariance
        try reversedGenerator
      }
    }
  }

  private static var reversedFokkerPlanck: Exact {
    Exact("Fokker-Planck equation of the reversed process, normal laws", dimensions: [1, 2, 3]) {
      symbols, d in
      let (F, c, x) = (symbols.matrix(d), symbols.vector(d), symbols.vector(d))
      let (mean, S) = (symbols.vector(d), symbols.covariance(d))
      let g2 = symbols.scalar()
      let present = Gaussian(mean: mean, covariance: S)
      let (drift, strain) = (F * mean + c, F * S + S * F.transpose + g2 * .identity(d))
      let law = Gaussian(
        mean: Vector(x.indices.map { Dual(mean[$0], derivative: drift[$0]) }),
        covariance: Matrix(rows: d, columns: d) { Dual(S[$0, $1], derivative: strain[$0, $1]) })
      let score = present.score(x)
      let bend = divergence(at: x) { present.constant.score($0) }
      // The rate of change of log p under a drift in the direction of tau, and noise.
      let rate = { (direction: Symbol, pull: Symbol, noise: Symbol) -> Symbol in
        let b = { (y: Vector<Dual<Symbol>>) in
          Dual(constant: direction) * (F.constant * y + c.constant)
            + Dual(constant: pull * g2) * present.constant.score(y)
        }
        let here = b(x.constant).map(\.value)
        return -divergence(at: x, of: b) - here.dot(score) + noise * g2 / 2 * (bend + score.squaredNorm)
      }
      Step(#"\partial_\tau\log p = -\partial_t\log p_t, \quad p_t = N(m, S), \; f = Fx + c"#) {
        -(law.exponent(x.constant).derivative - S.solve(strain).trace / 2)
      }
      Step(
        #"\bigl(-\nabla\cdot(bp) + \tfrac12g^2\Delta p\bigr)/p, \quad b = -f + g^2\nabla\log p"#,
        because: #"the Fokker-Planck equation of the reversed process, whose law is $p_{T-\tau}$"#
      ) { rate(-1, 1, 1) }
      Restatement(
        #"b = -f + \tfrac12g^2\nabla\log p \text{ without noise}"#,
        because: "the probability flow has the same laws"
      ) { rate(-1, 1 / 2, 0) }
      Rival(#"b = f - g^2\nabla\log p"#, "run forward in time") { rate(1, -1, 1) }
      Rival(#"b = -f + \tfrac12g^2\nabla\log p"#, "half of the score, and noise") { rate(-1, 1 / 2, 1) }
      Rival(#"b = -f + g^2\nabla\log p \text{ without noise}"#, "noise left out") { rate(-1, 1, 0) }
      Rival(#"b = -f - g^2\nabla\log p"#, "sign of the score") { rate(-1, -1, 1) }
    }
  }

  private static var reversedStart: Exact {
    Exact("where the reversed process starts") { symbols, d in
      let (S, a, v) = (symbols.covariance(d), symbols.scalar(), symbols.scalar())
      let last = a.squared * S + v * .identity(d)
      // x_0 given x_T is normal with this gain and covariance.
      let gain = a * S * last.inverse
      let rest = S - a * gain * S
      let reached = { (start: Matrix<Symbol>) in gain * start * gain.transpose + rest }
      Step(#"\operatorname{Cov}x_0, \quad x_T = a x_0 + \sqrt v\,z"#) { S }
      Step(
        #"GPG^\top + C, \quad P = a^2S + v"#,
        because: #"$x_0 \mid x_T \sim N(Gx_T + \cdot, C)$ and $x_T \sim p_T$"#
      ) {
        reached(last)
      }
      Restatement(#"\bigl(S^{-1} + \tfrac{a^2}v\bigr)^{-1} + GPG^\top"#, because: "precisions add") {
        (S.inverse + a.squared / v * .identity(d)).inverse + gain * last * gain.transpose
      }
      Rival(#"P = 1"#, "started from the standard normal law") { reached(.identity(d)) }
      Rival(#"P = v"#, "the data's own spread forgotten at the start") { reached(v * .identity(d)) }
    }
  }

  private static var reversedVariance: Numerical<String> {
    Numerical("variance reached, unit rate", cases: ["data N(0, 1), variance preserving, one unit of time"]) {
      _ in
      // dV = 2 k V + 1 over one unit of time from V = 1, for the drift k x.
      let variance = { (k: Interval) in Interval.exp(2 * k) + (Interval.exp(2 * k) - 1) / (2 * k) }
      Step(#"\operatorname{Var}x_0"#) { 1 as Interval }
      Step(
        #"\operatorname{Var}x_{\tau=1}, \quad dx = -\tfrac12x\,d\tau + dw_\tau"#,
        because: #"$-f + g^2s = \tfrac12x - x$"#
      ) { variance(Interval(-0.5)) }
      Restatement(#"e^{-1} + (1 - e^{-1})"#, because: "what is left of the start, and what noise adds") {
        Interval.exp(-1) + (1 - Interval.exp(-1))
      }
      Rival(#"2e - 1"#, "run forward in time") { variance(Interval(0.5)) }
      Rival(#"1 + 1"#, "half of the score, and noise") { 2 as Interval }
      Rival(#"e^{-1}"#, "noise left out") { Interval.exp(-1) }
      Rival(#"e^3 + \tfrac13(e^3 - 1)"#, "sign of the score") { variance(Interval(1.5)) }
    }
  }

  /// The generator of the reversed process is what the forward one makes of pairs `x_(t-h), x_t`.
  private static var reversedGenerator: Statistical<BlurredMixture> {
    get throws {
      Statistical("generator of the reversed process, mixtures", cases: try BlurredMixture.reversed) {
        model, draw in
        let x = try model.sample(draw).x
        let score = model.score(x)
        let (g2, rate) = (model.sde.squaredNoise(at: model.time), model.sde.driftRate(at: model.time))
        let drift = rate * x
        // A slanted direction with a bounded weight; then the squared distance from a point, halved: each coordinate with
        // itself for a weight, and all with the weight one.
        let u = Vector<Variate>([0.8, -0.6])
        let weight = Variate.tanh(0.3 * u.dot(x) + 0.125)
        let slope = 0.3 * (1 - weight.squared) * u.squaredNorm
        let shifted = x - Vector<Variate>([-0.25, 0.5])
        let generator = { (direction: Double, pull: Double, noise: Double, score: Vector<Variate>) in
          let push = direction * drift + (pull * g2) * score
          let pushed = push.dot(shifted)
          return Vector([weight * u.dot(push), pushed, pushed + noise * g2])
        }
        Step(
          #"\lim_{h\to0}h^{-1}\mathbb{E}[\phi(x_t)(\psi(x_{t-h}) - \psi(x_t))] = -\mathbb{E}[\phi L\psi + g^2\nabla\phi\cdot\nabla\psi]"#
        ) {
          let carried = drift.dot(shifted)
          return -Vector([weight * u.dot(drift) + g2 * slope, carried + 2 * g2, carried + g2])
        }
        Step(
          #"\mathbb{E}[\phi\,(-f + g^2\nabla\log p)\cdot\nabla\psi + \tfrac12g^2\phi\Delta\psi]"#,
          because: "the reversed process takes the step backwards"
        ) { generator(-1, 1, 1, score) }
        Restatement(
          #"-\mathbb{E}[\phi f\cdot\nabla\psi] + \mathbb{E}[g^2\phi(\nabla\log p\cdot\nabla\psi + \tfrac12\Delta\psi)]"#
        ) { generator(-1, 0, 0, score) + generator(0, 1, 1, score) }
        Rival(#"f - g^2\nabla\log p"#, "run forward in time") { generator(1, -1, 1, score) }
        Rival(#"-f + \tfrac12g^2\nabla\log p"#, "half of the score, and noise") {
          generator(-1, 0.5, 1, score)
        }
        Rival(#"\tfrac12g^2\phi\Delta\psi \to 0"#, "noise left out") { generator(-1, 1, 0, score) }
        Rival(#"-f - g^2\nabla\log p"#, "sign of the score") { generator(-1, -1, 1, score) }
        Rival(#"f + g^2\nabla\log p"#, "sign of the drift") { generator(1, 1, 1, score) }
        Rival(#"p \to N(m, S)"#, "score of the normal law with the same mean and covariance") {
          generator(-1, 1, 1, model.normalScore(x))
        }
      }
    }
  }
}
