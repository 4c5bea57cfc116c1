import Verification

extension ModelComparison {
  /// The report's Section 2.2 from (2.17) on: a diffusion run backwards, and what its score is trained with.
  static var reportReversal: Problem {
    get throws {
      try Problem(
        "R.2", "Reversing a diffusion",
        setting: #"""
          Data $x_0 \sim p_*$ are noised by $dx = f\,dt + g\,dw$; $p_t$ is the law of $x_t$ and $s = \nabla\log p_t$ its
          score. The drifts of the checks are $f = Fx + c$, the diffusions those of the report (variance exploding, from
          0.01 to 10), the variance preserving one, and one that grows.
          """#
      ) {
        try reportReversedDiffusion
        denoisingFromTheBase
        try denoisingFromTheData
      }
    }
  }

  /// The report's Section 2.3: stochastic interpolants.
  static var reportInterpolants: Problem {
    get throws {
      try Problem(
        "R", "Stochastic interpolants",
        setting: #"""
          $I_t = (1-t)x_0 + t x_1$ with independent $x_0 \sim p_0$ and $x_1 \sim p_*$; $p_t$ is the law of $I_t$ and
          $v_t(x) = \mathbb{E}[\partial_t I_t \mid I_t = x]$ its velocity.
          """#
      ) {
        try flowOfTheVelocity
        try reportContinuityEquation
        try lawOfTheInterpolant
        try currentAndVelocity
        objectiveWithoutExpectation
        try objectiveOfTheVelocity
        oneNameForTwoProcesses
        twoProcesses
        minimumWithoutExpectation
        minimumOfTheObjective
        objectiveAsBound
        stabilityBound
      }
    }
  }

  /// The report's Section 3: its metrics.
  static var reportMetrics: Problem {
    get throws {
      try Problem(
        "R", "Metrics for comparison",
        setting: #"""
          $\hat\mu$ and $\hat\Sigma$ are the mean and the covariance of $N_s$ independent samples; $W_{2,\varepsilon}$ is
          the least of $\mathbb{E}|x-y|^2 + \varepsilon\,\mathrm{KL}(\pi\Vert\alpha\otimes\beta)$ over the plans $\pi$.
          """#
      ) {
        try sampleMoments
        entropicCostAsDistance
        entropicCost
      }
    }
  }
}
