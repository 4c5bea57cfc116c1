import Verification

extension ModelComparison {
  /// The report's Section 2.3: stochastic interpolants.
  static var interpolantsProblem: Problem {
    get throws {
      try Problem(
        "R", "Stochastic interpolants",
        setting: #"""
          $I_t = (1-t)x_0 + t x_1$ with independent $x_0 \sim p_0$ and $x_1 \sim p_*$; $p_t$ is the law of $I_t$ and
          $v_t(x) = \mathbb{E}[\partial_t I_t \mid I_t = x]$ its velocity.
          """#
      ) {
        try flowOfTheVelocity  // R.2.19
        try continuityOfTheInterpolant  // R.2.20
        try lawOfTheInterpolant  // R.pt
        try currentAndVelocity  // R.2.21
        objectiveWithoutExpectation  // R.vobj
        try objectiveOfTheVelocity  // R.vobj.corrected
        oneNameForTwoProcesses  // R.process
        twoProcesses  // R.process.corrected
        minimumWithoutExpectation  // R.2.22
        minimumOfTheObjective  // R.2.22.corrected
        objectiveAsBound  // R.w2remark
        stabilityBound  // R.w2remark.corrected
      }
    }
  }
}
