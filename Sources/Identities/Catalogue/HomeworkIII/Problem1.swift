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

  /// III.1a: the rate of the divergence.
  private static var divergenceEvolution: Identity {
    get throws {
      try Identity(
        "III.1a", "Evolution of the divergence",
        #"""
        \frac{d}{dt}\mathrm{KL}(\rho\Vert\hat\rho) = \int\rho\,(b-\hat b)\cdot\nabla\log\frac\rho{\hat\rho}\,dx
        - \varepsilon\int\rho\,\nabla\log\rho\cdot\nabla\log\frac\rho{\hat\rho}\,dx
        + \hat\varepsilon\int\rho\,\nabla\log\hat\rho\cdot\nabla\log\frac\rho{\hat\rho}\,dx
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
        Derivation {
          Step(#"\frac{d}{dt}\mathrm{KL}(\rho\Vert\hat\rho)"#)
          Step(
            #"\int(\partial_t\rho)\log\frac\rho{\hat\rho}\,dx - \int\frac\rho{\hat\rho}\,\partial_t\hat\rho\,dx"#,
            because: #"differentiating under the integral, with $\int\partial_t\rho\,dx = 0$"#)
          Rival(#"\int(\partial_t\rho)\log\frac\rho{\hat\rho}\,dx"#, "motion of the model forgotten")
          Step(
            #"\int(\varepsilon\Delta\rho - \nabla\cdot(b\rho))\log\frac\rho{\hat\rho}\,dx - \int\frac\rho{\hat\rho}\,(\hat\varepsilon\Delta\hat\rho - \nabla\cdot(\hat b\hat\rho))\,dx"#,
            because: "both equations inserted")
          Rival(
            #"\int(\varepsilon\Delta\rho - b\cdot\nabla\rho)\log\frac\rho{\hat\rho}\,dx - \int\frac\rho{\hat\rho}\,(\hat\varepsilon\Delta\hat\rho - \hat b\cdot\nabla\hat\rho)\,dx"#,
            "transport without the divergence of the drift")
          Step(
            #"\int\rho\,(b - \varepsilon s)\cdot\nabla\log\frac\rho{\hat\rho}\,dx - \int\rho\,(\hat b - \hat\varepsilon\hat s)\cdot\nabla\log\frac\rho{\hat\rho}\,dx"#,
            because: #"by parts; $\hat\rho\,\nabla\frac\rho{\hat\rho} = \rho\,\nabla\log\frac\rho{\hat\rho}$"#
          )
          Rival(
            #"\int\rho\,(b + \varepsilon s)\cdot\nabla\log\frac\rho{\hat\rho}\,dx - \int\rho\,(\hat b + \hat\varepsilon\hat s)\cdot\nabla\log\frac\rho{\hat\rho}\,dx"#,
            "sign of the diffusive flux")
          Step(
            #"\int\rho\,(b-\hat b)\cdot\nabla\log\frac\rho{\hat\rho}\,dx - \varepsilon\int\rho\,\nabla\log\rho\cdot\nabla\log\frac\rho{\hat\rho}\,dx + \hat\varepsilon\int\rho\,\nabla\log\hat\rho\cdot\nabla\log\frac\rho{\hat\rho}\,dx"#,
            because: "collected by coefficients")
          collectedRate(because: #"$s = \hat s + (s - \hat s)$"#)
        }
        Exact("Gaussians, affine drifts", dimensions: [1, 2, 3, 5]) { symbols, d in
          MovingGaussians(symbols, d).names
        }
        try Numerical("mixtures, Ornstein-Uhlenbeck and heat flow", cases: MixturePair.all) { pair in
          pair.names
        }
        Numerical("nonlinear drifts on the circle, both equations solved", cases: CirclePair.all) { pair in
          try pair.names()
          Step(#"\mathrm{KL}(\rho(1)\Vert\hat\rho(1))"#)
          Step(
            #"\int_0^1\int(\varepsilon\rho'' - (b\rho)')\log\frac\rho{\hat\rho}\,dx\,dt - \int_0^1\int\frac\rho{\hat\rho}\,(\hat\varepsilon\hat\rho'' - (\hat b\hat\rho)')\,dx\,dt"#,
            because: "both equations inserted; the densities are equal at time zero")
          Rival(
            #"\int_0^1\int(\varepsilon\rho'' - b\rho')\log\frac\rho{\hat\rho}\,dx\,dt - \int_0^1\int\frac\rho{\hat\rho}\,(\hat\varepsilon\hat\rho'' - \hat b\hat\rho')\,dx\,dt"#,
            "transport without the divergence of the drift")
          Step(
            #"\int_0^1\int\rho\,(b-\varepsilon s)\cdot(s-\hat s)\,dx\,dt - \int_0^1\int\rho\,(\hat b-\hat\varepsilon\hat s)\cdot(s-\hat s)\,dx\,dt"#,
            because: "by parts")
          collectedRate(#"\int_0^1\int"#, #"\,dx\,dt"#, because: "collected")
        }
        try Statistical("particles of both laws, carried exactly", cases: MixturePair.apart) { pair, draw in
          try pair.particles(draw)
          Step(
            #"\mathbb{E}[\dot X_t\,\ell'(X_t)] - \mathbb{E}[\dot{\hat X}_t\,r'(\hat X_t)]"#,
            remark:
              #"the rate of $\mathbb{E}\,\ell(X_u) - \mathbb{E}\,r(\hat X_u)$ at $u = t$, with $r = \rho_t/\hat\rho_t$ and $\ell = \log r$ held fixed"#
          )
          Step(
            #"\mathbb{E}[u(X_t)\,\ell'(X_t)] - \mathbb{E}[\hat u(\hat X_t)\,r'(\hat X_t)]"#,
            because: #"$\mathbb{E}[\dot X_t \mid X_t] = u(X_t)$, the velocity that carries the density"#,
            remark: #"$u = b - \varepsilon s$ and $\hat u = \hat b - \hat\varepsilon\hat s$"#)
          Rival(
            #"\mathbb{E}[v(X_t)\,\ell'(X_t)] - \mathbb{E}[\hat v(\hat X_t)\,r'(\hat X_t)]"#,
            "sign of the diffusive flux",
            remark: #"$v = b + \varepsilon s$ and $\hat v = \hat b + \hat\varepsilon\hat s$"#)
          collectedRate(
            because: #"$\hat\rho\,r' = \rho\,\ell'$: particles of the first law are enough; collected"#)
        }
      }
    }
  }
}
