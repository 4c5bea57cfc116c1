import Verification

extension HomeworkII {
  /// Homework II, Problem 2: interpolants whose latent is not normal.
  static var problem2: Problem {
    get throws {
      try Problem(
        "II.2", "A non-Gaussian latent variable",
        setting: #"""
          Let $z$ have the density $r = e^{-V}/Z$ on $\mathbb{R}^d$ and let $x_t = I(t, x_0, x_1) + \gamma(t) z$ with
          $\gamma(t) > 0$ and the density $\rho(t)$. The latents of the checks are log cosh (density
          $1/\pi\cosh z$), quartic ($V = z^4/4$), Student's t (heavy tails), normal ones, and products of these.
          """#,
        figures: [shortcutFigure]
      ) {
        try latentOfAnyLaw  // II.2.setup
        try errorOfADependentLatent  // II.2.setup.corrected
        try scoreOfAnyLatent  // II.2a
        try scoreOfANormalLatent  // II.2b
        try objectiveOfTheGradient  // II.2c
        try convenienceOfNormalLatents  // II.2d
      }
    }
  }
}
