import Arithmetic
import Probability
import Verification

extension DeepGenerativeModels {
  /// Deep Generative Models, Question 1: smoothing a law, and matching its score.
  static var question1: Problem {
    get throws {
      try Problem(
        "DGM.1", "Denoising score matching and smoothing",
        setting: #"""
          $x \sim q_0$ is smoothed to $\tilde x \sim q_\sigma(\cdot\mid x)$; where the kernel is normal,
          $\tilde x = x + \sigma z$ with $z \sim N(0, 1_d)$. A model $s_\theta$ of the score of $q_\sigma$ is fitted by
          $J_1(\theta) = \frac12\mathbb{E}|s_\theta(\tilde x) - \nabla\log q_\sigma(\tilde x)|^2$ or by
          $J_2(\theta) = \frac12\mathbb{E}|s_\theta(\tilde x) - \nabla_{\tilde x}\log q_\sigma(\tilde x\mid x)|^2$.
          """#
      ) {
        try smoothedLaw  // DGM.0
        try denoisingScoreMatching  // DGM.1a
        smoothingMovesAway  // DGM.1b
      }
    }
  }

  /// DGM.0: the law of a smoothed sample.
  private static var smoothedLaw: Identity {
    get throws {
      try Identity(
        "DGM.0", "The smoothed law",
        #"q_\sigma(\tilde x) = \int q_\sigma(\tilde x\mid x)\,q_0(x)\,dx"#,
        assuming: [#"the kernel is a density in $\tilde x$, for every $x$"#]
      ) {
        Exact("a kernel on finitely many points", dimensions: [2, 3, 5]) { symbols, d in
          // A column for every x; dividing by its sum makes it a law of the smoothed point.
          let (raw, f) = (symbols.matrix(d, "K"), symbols.vector(d, "f"))
          let (weights, total) = (symbols.vector(d, "q"), Vector(Array(repeating: 1 as Symbol, count: d)))
          let q = weights / weights.dot(total)
          let (columns, rows) = (raw.transpose * total, raw * total)
          let kernel = Matrix(rows: d, columns: d) { raw[$0, $1] / columns[$1] }
          let wrong = Matrix(rows: d, columns: d) { raw[$0, $1] / rows[$0] }
          Step(#"\mathbb{E}[f(\tilde x)] \text{ and the total probability}"#) {
            // Over the pairs (x~, x), the second coordinate drawn first.
            let pairs = (0..<d).reduce(0 as Symbol) { sum, j in
              sum + q[j] * (0..<d).reduce(0 as Symbol) { $0 + kernel[$1, j] * f[$1] }
            }
            return Vector([pairs, 1])
          }
          Step(
            #"\sum_{\tilde x} f(\tilde x)\,q_\sigma(\tilde x) \text{ and } \sum_{\tilde x} q_\sigma(\tilde x)"#
          ) {
            Vector([f.dot(kernel * q), total.dot(kernel * q)])
          }
          Restatement(
            #"\mathbb{E}\bigl[\mathbb{E}[f(\tilde x)\mid x]\bigr]"#,
            because: "conditioning on the clean point"
          ) { Vector([(kernel.transpose * f).dot(q), 1]) }
          Rival(#"\text{the same with } \textstyle\sum_x q_\sigma(\tilde x\mid x) = 1"#, "normalised in x") {
            Vector([f.dot(wrong * q), total.dot(wrong * q)])
          }
          Rival(#"\sum_{\tilde x} f(\tilde x)\sum_x q_\sigma(x\mid\tilde x)\,q_0(x)"#, "kernel transposed") {
            Vector([f.dot(kernel.transpose * q), total.dot(kernel.transpose * q)])
          }
        }
        Exact("normal law and kernel") { symbols, d in
          let law = Gaussian(mean: symbols.vector(d, "m"), covariance: symbols.covariance(d, "R"))
          let (s, x, y) = (symbols.scalar("sigma"), symbols.vector(d, "x"), symbols.vector(d, "y"))
          let one = Matrix<Symbol>.identity(d)
          let kernel = Gaussian(mean: x, covariance: s.squared * one)
          let (S0, S) = (law.covariance, law.covariance + s.squared * one)
          let posterior = Gaussian(
            mean: law.mean + S0 * S.solve(y - law.mean), covariance: S0 - S0 * S.solve(S0))
          // The integrand as a law of x~ times a law of x: exponents add, determinants multiply.
          let split = { (covariance: Matrix<Symbol>) in
            Vector([
              Gaussian(mean: law.mean, covariance: covariance).exponent(y) + posterior.exponent(x),
              covariance.determinant * posterior.covariance.determinant,
            ])
          }
          Step(#"\log q_\sigma(\tilde x\mid x) + \log q_0(x) \text{ and } \sigma^{2d}\det\Sigma_0"#) {
            Vector([kernel.exponent(y) + law.exponent(x), s.power(2 * d) * law.covariance.determinant])
          }
          Step(
            #"\log N(\tilde x; m, \Sigma_0 + \sigma^2 1) + \log p(x\mid\tilde x) \text{ and the determinants}"#,
            because: "the square is completed; the second law integrates to one over x"
          ) { split(S) }
          Rival(#"\log N(\tilde x; m, \Sigma_0 + \sigma 1) + \ldots"#, "deviation for variance") {
            split(S0 + s * one)
          }
          Rival(#"\log N(\tilde x; m, \Sigma_0 - \sigma^2 1) + \ldots"#, "noise taken off") {
            split(S0 - s.squared * one)
          }
          Rival(#"\log N(\tilde x; m, \Sigma_0) + \ldots"#, "noise forgotten") { split(S0) }
        }
        Statistical("simulation, a mixture in the plane", cases: [try SmoothedMixture.plane]) { model, draw in
          let wave = Wave([0.75, -0.5], phase: 1)
          // The same component and noise in the place of z on both sides, so that most of the scatter cancels.
          let component = draw.selection(model.law.weights)
          let (first, noise) = (draw.normal(2), draw.normal(2))
          let sample = { (added: Double) throws -> Vector<Variate> in
            let roots = try model.smoothed(Double.self, by: added).components.map { try $0.root }
            return Vector(
              (0..<2).map { i in
                (0...i).reduce(component.pick { model.law.components[$0].mean[i] }) { sum, j in
                  sum + component.pick { roots[$0][i, j] } * first[j]
                }
              })
          }
          Step(#"\mathbb{E}[\varphi(x + \sigma z)]"#) {
            wave(try sample(0) + Variate(Double.sqrt(model.variance)) * noise)
          }
          Step(
            #"\int\varphi\,q_\sigma"#,
            because: #"$q_\sigma$ is the mixture with covariances $\Sigma_k + \sigma^2 1$"#
          ) { wave(try sample(model.variance)) }
          Rival(#"\int\varphi\,q_0"#, "noise forgotten") { wave(try sample(0)) }
          Rival(#"\int\varphi\,q_{\sqrt\sigma}"#, "deviation for variance") {
            wave(try sample(Double.sqrt(model.variance)))
          }
          Rival(#"\int\varphi \text{ with covariances } \Sigma_k - \tfrac{\sigma^2}4 1"#, "noise taken off") {
            wave(try sample(-model.variance / 4))
          }
        }
      }
    }
  }
}
