import Arithmetic
import Probability
import Verification

extension DeepGenerativeModels {
  /// DGM.1a: the two losses differ by a constant.
  static var denoisingScoreMatching: Identity {
    get throws {
      try Identity(
        "DGM.1a", "Explicit and denoising score matching",
        #"""
        J_1(\theta) = J_2(\theta) + c, \qquad
        c = -\tfrac12\mathbb{E}\operatorname{tr}\operatorname{Cov}\bigl(\nabla_{\tilde x}\log q_\sigma(\tilde x\mid x)
        \bigm|\tilde x\bigr)
        """#,
        assuming: [
          #"$q_\sigma(\cdot\mid x)$ is absolutely continuous with $\int|\nabla_{\tilde x}q_\sigma(\tilde x\mid x)|\,d\tilde x < \infty$, so that $\nabla q_\sigma = \int\nabla q_\sigma(\cdot\mid x)\,q_0\,dx$"#,
          #"$\mathbb{E}|\nabla\log q_\sigma(\tilde x\mid x)|^2 < \infty$ and $\mathbb{E}|s_\theta(\tilde x)|^2 < \infty$"#,
        ],
        remarks: [
          #"""
          The solution writes "standard regularity conditions" without naming them, and leaves out the cross term. It
          vanishes: $s_\theta(\tilde x) - \mathbb{E}[g\mid\tilde x]$ is a function of $\tilde x$, and
          $g = \nabla\log q_\sigma(\tilde x\mid x)$ minus its conditional mean has conditional mean zero. So the step
          from the first line to the next is the conditional form of $\mathbb{E}|Y|^2 = |\mathbb{E}Y|^2 + \mathrm{Var}\,Y$.
          """#,
          #"""
          The conditions matter. A uniform kernel has jumps: its conditional score is zero where it is defined, and for
          $q_0 = N(0,1)$, half-width 1 and $s_\theta = -\theta x$ the difference $J_1 - J_2$ is $-0.1246$ at
          $\theta = \frac12$ and $-0.6246$ at $\theta = 1$. A test with one model only could not see this.
          """#,
        ]
      ) {
        Exact("normal law, affine models") { symbols, d in
          let model = affineDenoising(symbols, d)
          let (J2, variance) = (model.denoisingLoss, model.conditionalVariance)
          Step(#"J_1(\theta), \quad s_\theta(x) = Kx + k"#) { model.explicitLoss }
          Step(
            #"J_2(\theta) - \tfrac12\mathbb{E}\operatorname{tr}\operatorname{Cov}(\nabla\log q_\sigma(\tilde x\mid x)\mid\tilde x)"#,
            because: "conditional bias and variance"
          ) { J2 - variance / 2 }
          Restatement(
            #"J_2(\theta) + \tfrac12\bigl(\mathbb{E}|\nabla\log q_\sigma|^2 - \tfrac d{\sigma^2}\bigr)"#,
            because: "the total variance of the conditional score is d over the noise's variance"
          ) { J2 + (model.smoothed.inverse.trace - Symbol(d) / model.s.squared) / 2 }
          Rival(
            #"J_2(\theta) + \tfrac12\mathbb{E}\operatorname{tr}\operatorname{Cov}"#, "sign of the constant"
          ) {
            J2 + variance / 2
          }
          Rival(#"J_2(\theta) - \mathbb{E}\operatorname{tr}\operatorname{Cov}"#, "one half forgotten") {
            J2 - variance
          }
          Rival(
            #"J_2(\theta) - \tfrac d{2\sigma^2}"#, "variance of the conditional score without conditioning"
          ) {
            J2 - Symbol(d) / (2 * model.s.squared)
          }
          Rival(#"J_2(\theta)"#, "losses equal") { J2 }
        }
        Exact("gradients agree") { symbols, d in
          // Every coefficient of the model moves at a free rate.
          let model = affineDenoising(symbols, d)
          let (K, k) = (symbols.matrix(d, "K'"), symbols.vector(d, "k'"))
          let moving = AffineDenoising(
            law: model.law.constant, s: Dual(constant: model.s),
            K: Matrix(rows: d, columns: d) { Dual(model.K[$0, $1], derivative: K[$0, $1]) },
            k: Vector((0..<d).map { Dual(model.k[$0], derivative: k[$0]) }))
          Step(#"\nabla_\theta J_1 \cdot h"#) { moving.explicitLoss.derivative }
          Step(#"\nabla_\theta J_2 \cdot h"#, because: "the constant does not depend on the model") {
            moving.denoisingLoss.derivative
          }
          Rival(#"2\nabla_\theta J_2 \cdot h"#, "factor two") { 2 * moving.denoisingLoss.derivative }
          Rival(#"\nabla_\theta J_2\cdot h + \operatorname{tr}K'"#, "divergence term counted twice") {
            moving.denoisingLoss.derivative + K.trace
          }
        }
        Exact("the cross term") { symbols, d in
          let model = affineDenoising(symbols, d)
          let one = Matrix<Symbol>.identity(d)
          let (P, s, zero) = (model.smoothed.inverse, model.s, Matrix<Symbol>.zero(d, d))
          // Two linear functions of (x - m, z), each by its two matrices; z is standard and independent of x.
          let mean = { (u: (Matrix<Symbol>, Matrix<Symbol>), v: (Matrix<Symbol>, Matrix<Symbol>)) in
            (u.0 * model.law.covariance * v.0.transpose).trace + (u.1 * v.1.transpose).trace
          }
          let conditioned = (-P, (1 / s) * one - s * P)
          Step(
            #"\mathbb{E}\bigl[(s_\theta - \mathbb{E}[g\mid\tilde x])\cdot(\mathbb{E}[g\mid\tilde x] - g)\bigr], \quad g = \nabla\log q_\sigma(\tilde x\mid x)"#
          ) { mean((model.K + P, s * (model.K + P)), conditioned) }
          Step(
            #"0"#,
            because: #"the first factor is a function of $\tilde x$, the second has conditional mean zero"#
          ) { 0 }
          Rival(
            #"\mathbb{E}\bigl[(s_\theta - \mathbb{E}g)\cdot(\mathbb{E}g - g)\bigr]"#, "unconditional mean"
          ) {
            mean((model.K, s * model.K), (zero, (1 / s) * one))
          }
          Rival(
            #"\mathbb{E}\bigl[(s_\theta(x) - \mathbb{E}[g\mid\tilde x])\cdot(\mathbb{E}[g\mid\tilde x] - g)\bigr]"#,
            "the model looks at the clean point"
          ) { mean((model.K + P, s * P), conditioned) }
        }
        try Numerical("a mixture, two models", cases: [SmoothedMixture.line]) { model in
          let joint = model.denoisingLosses(ScoreModel.two).map { Interval($0) }
          let variance = Interval(model.conditionalVariance())
          Step(#"J_1 \text{ of two models}"#) {
            [model.explicitLoss(ScoreModel.two.0), model.explicitLoss(ScoreModel.two.1)]
          }
          Step(#"J_2 + c"#, because: "plane integrals, and the conditional variance by Bayes") {
            [joint[0] - variance / 2, joint[1] - variance / 2]
          }
          Restatement(
            #"J_2 + \tfrac12\bigl(\mathbb{E}|\nabla\log q_\sigma|^2 - \mathbb{E}|\nabla\log q_\sigma(\tilde x\mid x)|^2\bigr)"#,
            because: "law of total variance"
          ) {
            let fisher = Interval(model.mean { model.score($0).squared })
            return [joint[0] + fisher / 2 - joint[2], joint[1] + fisher / 2 - joint[2]]
          }
          Rival(#"J_2 - c"#, "sign of the constant") { [joint[0] + variance / 2, joint[1] + variance / 2] }
          Rival(#"J_2 + 2c"#, "one half forgotten") { [joint[0] - variance, joint[1] - variance] }
          Rival(#"J_2 - \tfrac1{2\sigma^2}"#, "variance without conditioning") {
            let all = 1 / (2 * Interval(model.variance))
            return [joint[0] - all, joint[1] - all]
          }
        }
        Numerical("a kernel with jumps", cases: [UniformSmoothing(a: 1), UniformSmoothing(a: 0.5)]) {
          kernel in
          let (differences, half) = uniformLosses(kernel)
          Step(#"J_1 - J_2, \quad s_\theta(x) = -\theta x, \; \theta = \tfrac12, 1, \text{ uniform kernel}"#)
          {
            differences
          }
          Step(
            #"\tfrac12\mathbb{E}|\nabla\log q_\sigma|^2 - \theta"#,
            because: "by parts, over the whole line: the kernel's jumps carry what its score does not see"
          ) { [half - Interval(0.5), half - 1] }
          Rival(#"-\tfrac12\mathbb{E}\operatorname{Var}(0\mid\tilde x) = 0"#, "the identity for this kernel")
          {
            [Interval(0), Interval(0)]
          }
          Rival(
            #"\tfrac12\mathbb{E}|\nabla\log q_\sigma|^2 - \tfrac12"#, "a constant, seen at one model only"
          ) {
            [half - Interval(0.5), half - Interval(0.5)]
          }
        }
        try Statistical("by parts, a mixture in the plane", cases: [SmoothedMixture.plane]) { model, draw in
          let sigma = Variate(Double.sqrt(model.variance))
          let z = draw.normal(2)
          let x = try model.law.sample(draw)
          let y = x + sigma * z
          let (s, target) = (planeModel(y), -(1 / sigma) * z)
          let (half, divergence) = (Variate(0.5), divergence(at: y) { planeModel($0) })
          Step(
            #"J_1 - \tfrac12\mathbb{E}|\nabla\log q_\sigma|^2 = \mathbb{E}[\tfrac12|s_\theta|^2 + \nabla\cdot s_\theta]"#
          ) { half * s.squaredNorm + divergence }
          Step(
            #"J_2 - \tfrac12\mathbb{E}|\nabla\log q_\sigma(\tilde x\mid x)|^2"#,
            because: #"the identity; $\nabla\log q_\sigma(\tilde x\mid x) = -z/\sigma$"#
          ) { half * ((s - target).squaredNorm - target.squaredNorm) }
          Rival(
            #"\tfrac12\mathbb{E}\bigl[|s_\theta - z/\sigma|^2 - |z/\sigma|^2\bigr]"#, "sign of the target"
          ) {
            half * ((s + target).squaredNorm - target.squaredNorm)
          }
          Rival(#"\tfrac12\mathbb{E}\bigl[|s_\theta + z|^2 - |z|^2\bigr]"#, "noise for the score") {
            half * ((s + z).squaredNorm - z.squaredNorm)
          }
          Rival(
            #"\tfrac12\mathbb{E}\bigl[|s_\theta(x) + z/\sigma|^2 - |z/\sigma|^2\bigr]"#,
            "model evaluated at the clean point"
          ) { half * ((planeModel(x) - target).squaredNorm - target.squaredNorm) }
        }
      }
    }
  }

  /// A law, a noise level and an affine model, all free.
  private static func affineDenoising(_ symbols: Symbols, _ d: Int) -> AffineDenoising<Symbol> {
    AffineDenoising(
      law: Gaussian(mean: symbols.vector(d, "m"), covariance: symbols.covariance(d, "R")),
      s: symbols.scalar("sigma"), K: symbols.matrix(d, "K"), k: symbols.vector(d, "k"))
  }

  /// A vector field on the plane that is neither affine nor a gradient.
  private static func planeModel<S: Elementary>(_ x: Vector<S>) -> Vector<S> {
    let half = S(0.5)
    return Vector([half * x[0] + S.sin(x[0] - half * x[1]), half * (x[1] + x[0]) + S.sin(x[1] + half * x[0])])
  }
}
