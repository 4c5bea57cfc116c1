import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkIII {
  /// Homework III, Problem 1: how the divergence of two Fokker-Planck equations evolves.
  static var problem1: Problem {
    get throws {
      try Problem(
        "III.1", "KL evolution with unequal diffusion coefficients",
        setting: #"""
          $\partial_t\rho + \nabla\cdot(b\rho) = \varepsilon\Delta\rho$ and
          $\partial_t\hat\rho + \nabla\cdot(\hat b\hat\rho) = \hat\varepsilon\Delta\hat\rho$, with the scores
          $s = \nabla\log\rho$ and $\hat s = \nabla\log\hat\rho$.
          """#
      ) {
        try divergenceEvolution  // III.1a
        try equalDiffusion  // III.1b
        try unequalDiffusion  // III.1c
      }
    }
  }

  /// Two normal laws under affine drifts, about the mean of the first; every number is free.
  static func movingGaussians(
    _ symbols: Symbols, _ d: Int, equalNoise: Bool = false, equalDrift: Bool = false
  ) -> (true: GaussianFokkerPlanck<Symbol>, model: GaussianFokkerPlanck<Symbol>) {
    let center = symbols.vector(d)
    let field = { AffineField(slope: symbols.matrix(d), value: symbols.vector(d)) }
    let (drift, epsilon) = (field(), symbols.scalar())
    return (
      GaussianFokkerPlanck(
        law: Gaussian(mean: center, covariance: symbols.symmetric(d)), drift: drift, diffusion: epsilon,
        about: center),
      GaussianFokkerPlanck(
        law: Gaussian(mean: symbols.vector(d), covariance: symbols.symmetric(d)),
        drift: equalDrift ? drift : field(), diffusion: equalNoise ? epsilon : symbols.scalar(), about: center
      )
    )
  }

  /// The terms of the rate for two normal laws.
  static func divergenceRate(
    _ pair: (true: GaussianFokkerPlanck<Symbol>, model: GaussianFokkerPlanck<Symbol>)
  ) -> DivergenceRate<Symbol> {
    let (S, gap) = (pair.true.law.covariance, pair.true.score - pair.model.score)
    return DivergenceRate(
      drift: (pair.true.drift - pair.model.drift).dot(gap).mean(S), fisher: gap.dot(gap).mean(S),
      modelScore: pair.model.score.dot(gap).mean(S), epsilon: pair.true.diffusion,
      modelEpsilon: pair.model.diffusion)
  }

  /// The time derivative of the divergence of two normal laws, from its closed form.
  static func closedFormRate(
    _ pair: (true: GaussianFokkerPlanck<Symbol>, model: GaussianFokkerPlanck<Symbol>)
  ) -> Symbol {
    let (law, model) = (pair.true.moving, pair.model.moving)
    let shift = model.mean - law.mean
    let rest = model.covariance.solve(law.covariance).trace + shift.dot(model.covariance.solve(shift))
    return (rest.derivative + pair.model.volumeRate - pair.true.volumeRate) / 2
  }

  /// III.1a: the rate of the divergence.
  private static var divergenceEvolution: Identity {
    get throws {
      try Identity(
        "III.1a", "Evolution of the divergence",
        #"""
        \frac{d}{dt}\mathrm{KL}(\rho\Vert\hat\rho) = \int\rho\,(b-\hat b)\cdot\nabla\log\frac\rho{\hat\rho}
        - \varepsilon\int\rho\,\nabla\log\rho\cdot\nabla\log\frac\rho{\hat\rho}
        + \hat\varepsilon\int\rho\,\nabla\log\hat\rho\cdot\nabla\log\frac\rho{\hat\rho}
        """#,
        assuming: [
          "the divergence is finite",
          #"$\rho(b-\hat b)\log\frac\rho{\hat\rho}$, $\rho\nabla\log\frac\rho{\hat\rho}$ and $\frac\rho{\hat\rho}\nabla\hat\rho$ vanish at infinity"#,
        ],
        remarks: [
          #"""
          That $\rho$ and $\hat\rho$ are smooth and decaying is not enough: for a Cauchy $\rho_0$, $b = 0$ and
          $\hat b = -x^3$ both are positive, smooth and decaying, yet $\hat\rho$ falls like $e^{-x^4/4\hat\varepsilon}$ and
          the divergence is infinite for $t > 0$. That both start from the same density is not used.
          """#
        ]
      ) {
        Exact("Gaussians, affine drifts", dimensions: [1, 2, 3, 5]) { symbols, d in
          let pair = movingGaussians(symbols, d)
          let (rho, model) = (pair.true, pair.model)
          let S = rho.law.covariance
          let log = rho.logDensity - model.logDensity
          let (gap, rate) = (rho.score - model.score, divergenceRate(pair))
          Step(
            #"\tfrac{d}{dt}\tfrac12\bigl(\operatorname{tr}\hat\Sigma^{-1}\Sigma + |\hat m - m|^2_{\hat\Sigma^{-1}} - d + \log\det\hat\Sigma - \log\det\Sigma\bigr)"#
          ) { closedFormRate(pair) }
          Step(
            #"\int\partial_t\rho\,\log\frac\rho{\hat\rho} - \int\frac\rho{\hat\rho}\,\partial_t\hat\rho"#,
            because: #"differentiating under the integral, with $\int\partial_t\rho = 0$"#
          ) { rho.logDensityRate.mean(times: log, S) - model.logDensityRate.mean(S) }
          Rival(#"\int\partial_t\rho\,\log\frac\rho{\hat\rho}"#, "motion of the model forgotten") {
            rho.logDensityRate.mean(times: log, S)
          }
          Step(
            #"\int(\varepsilon\Delta\rho - \nabla\cdot(b\rho))\log\frac\rho{\hat\rho} - \int\frac\rho{\hat\rho}(\hat\varepsilon\Delta\hat\rho - \nabla\cdot(\hat b\hat\rho))"#,
            because: "both equations inserted"
          ) { rho.equation.mean(times: log, S) - model.equation.mean(S) }
          Rival(
            #"\int(\varepsilon\Delta\rho - b\cdot\nabla\rho)\log\frac\rho{\hat\rho} - \dots"#,
            "transport without the divergence of the drift"
          ) {
            (rho.equation + rho.drift.divergence).mean(times: log, S)
              - (model.equation + model.drift.divergence).mean(S)
          }
          Step(
            #"\int\rho\,(b - \varepsilon s)\cdot\nabla\log\frac\rho{\hat\rho} - \int\rho\,(\hat b - \hat\varepsilon\hat s)\cdot\nabla\log\frac\rho{\hat\rho}"#,
            because: #"by parts; $\hat\rho\,\nabla\frac\rho{\hat\rho} = \rho\,\nabla\log\frac\rho{\hat\rho}$"#
          ) {
            (rho.drift - rho.diffusion * rho.score).dot(gap).mean(S)
              - (model.drift - model.diffusion * model.score).dot(gap).mean(S)
          }
          Rival(
            #"\int\rho\,(b + \varepsilon s)\cdot\nabla\log\frac\rho{\hat\rho} - \int\rho\,(\hat b + \hat\varepsilon\hat s)\cdot\nabla\log\frac\rho{\hat\rho}"#,
            "sign of the diffusive flux"
          ) {
            (rho.drift + rho.diffusion * rho.score).dot(gap).mean(S)
              - (model.drift + model.diffusion * model.score).dot(gap).mean(S)
          }
          Step(RateText.says, because: #"collected, with $s = \hat s + (s - \hat s)$"#) {
            rate.total
          }
          for form in rate.restatements { Restatement(form.says) { form.value } }
          for wrong in rate.mistakes { Rival(wrong.says, wrong.mistake) { wrong.value } }
        }
        try Numerical("mixtures, Ornstein-Uhlenbeck and heat flow", cases: MixturePair.all) { pair in
          let rate = pair.rate
          Step(#"\tfrac{d}{dt}\mathrm{KL}, \text{ by the limit of central differences}"#) { pair.differences }
          Step(
            #"\int\partial_t\rho\,\log\frac\rho{\hat\rho} - \int\frac\rho{\hat\rho}\,\partial_t\hat\rho"#,
            because: "differentiating under the integral"
          ) { pair.mean { $0.rate * $0.log - $1.rate } }
          Rival(#"\int\partial_t\rho\,\log\frac\rho{\hat\rho}"#, "motion of the model forgotten") {
            pair.mean { state, _ in state.rate * state.log }
          }
          Step(
            #"\int(\varepsilon\rho'' - (b\rho)')\log\frac\rho{\hat\rho} - \int\frac\rho{\hat\rho}(\hat\varepsilon\hat\rho'' - (\hat b\hat\rho)')"#,
            because: "both equations inserted"
          ) { pair.mean { $0.equation * $0.log - $1.equation } }
          Step(
            #"\int\rho\,(b - \varepsilon s)(s - \hat s) - \int\rho\,(\hat b - \hat\varepsilon\hat s)(s - \hat s)"#,
            because: "by parts"
          ) { pair.mean { ($0.flux - $1.flux) * ($0.score - $1.score) } }
          Step(RateText.says, because: "collected") { rate.total }
          for form in rate.restatements { Restatement(form.says) { form.value } }
          for wrong in rate.mistakes { Rival(wrong.says, wrong.mistake) { wrong.value } }
        }
        Numerical("nonlinear drifts on the circle, both equations solved", cases: CirclePair.all) { pair in
          let solved = try pair.solve()
          Step(#"\mathrm{KL} \text{ at time one, from equal densities at time zero}"#) { solved.divergence }
          Step(
            #"\int_0^1\!\Bigl(\int(\varepsilon\rho'' - (b\rho)')\log\frac\rho{\hat\rho} - \int\frac\rho{\hat\rho}(\hat\varepsilon\hat\rho'' - (\hat b\hat\rho)')\Bigr)dt"#,
            because: "both equations inserted"
          ) { solved.equations }
          Rival(
            #"\int_0^1\!\Bigl(\int(\varepsilon\rho'' - b\rho')\log\frac\rho{\hat\rho} - \dots\Bigr)dt"#,
            "transport without the divergence of the drift"
          ) { solved.withoutDivergence }
          Step(
            #"\int_0^1\!\int\rho\,(b - \varepsilon s - \hat b + \hat\varepsilon\hat s)(s - \hat s)\,dt"#,
            because: "by parts"
          ) { solved.fluxes }
          Step(#"\int_0^1\!\Bigl("# + RateText.says + #"\Bigr)dt"#, because: "collected") {
            solved.rate.total
          }
          for form in solved.rate.restatements { Restatement(form.says) { form.value } }
          for wrong in solved.rate.mistakes { Rival(wrong.says, wrong.mistake) { wrong.value } }
        }
        try Statistical("particles of both laws, carried exactly", cases: MixturePair.apart) { pair, draw in
          let particles = try pair.particles(draw)
          let motion = pair.motion(of: particles)
          Step(
            #"\tfrac{d}{du}\bigl(\mathbb{E}\log r(X_u) - \mathbb{E}\,r(\hat X_u)\bigr)_{u=t} = \mathbb{E}[\dot X_t\,(\log r)'(X_t)] - \mathbb{E}[\dot{\hat X}_t\,r'(\hat X_t)], \quad r = \rho_t/\hat\rho_t"#
          ) { motion.pathwise }
          Step(
            #"\mathbb{E}[(b-\varepsilon s)(\log r)'](X_t) - \mathbb{E}[(\hat b-\hat\varepsilon\hat s)\,r'](\hat X_t)"#,
            because:
              #"$\mathbb{E}[\dot X_t \mid X_t] = (b - \varepsilon s)(X_t)$, the velocity that carries the density"#
          ) { motion.flux }
          Rival(
            #"\mathbb{E}[(b+\varepsilon s)(\log r)'](X_t) - \mathbb{E}[(\hat b+\hat\varepsilon\hat s)\,r'](\hat X_t)"#,
            "sign of the diffusive flux"
          ) { motion.wrongFlux }
          Step(
            RateText.says,
            because: #"$\hat\rho\,r' = \rho\,(\log r)'$: particles of the first law are enough; collected"#
          ) { particles.rate.total }
          for form in particles.rate.restatements { Restatement(form.says) { form.value } }
          for wrong in particles.rate.mistakes { Rival(wrong.says, wrong.mistake) { wrong.value } }
        }
      }
    }
  }
}
