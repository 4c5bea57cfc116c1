extension Catalogue {
  static let homeworkIIProblem1 = Problem(
    "II.1", "Anisotropic stochastic interpolants",
    setting: #"""
      $x_t = I(t, x_0, x_1) + A(t) z$ with $z \sim N(0, 1_d)$ independent of $(x_0, x_1)$ and $A(t)$ invertible
      for $0 < t < 1$; $\rho(t)$ is the density of $x_t$.
      """#
  ) {
    Identity(
      "II.1c", "Anisotropic score identity", #"\nabla\log\rho(t,x) = -A(t)^{-\top}\,\mathbb{E}[z \mid x_t = x]"#
    ) {
      Exact("Gaussian endpoints") { symbols, d in
        let (A, x) = (symbols.matrix(d), symbols.vector(d))
        let S = symbols.symmetric(d) + A * A.transpose
        Step(#"\nabla\log\rho(t,x)"#) {
          gradient(at: x) { y in -(y.dot(S.map { Dual(constant: $0) }.solve(y))) / 2 }
        }
        Step(#"-A^{-\top}\mathbb{E}[z\mid x_t=x]"#, because: "Gaussian conditioning") {
          -(A.transpose.inverse * (A.transpose * S.solve(x)))
        }
        Rival(#"-A^{-1}\mathbb{E}[z\mid x_t=x]"#, "transpose dropped") {
          -(A.inverse * (A.transpose * S.solve(x)))
        }
      }
    }
  }
}
