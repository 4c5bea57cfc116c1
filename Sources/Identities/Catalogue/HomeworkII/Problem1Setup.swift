import Arithmetic
import Probability
import Verification

extension HomeworkII {
  /// II.1.setup: as the sheet writes it, the latent may depend on the endpoints.
  static var latentMayDependOnTheEndpoints: Identity {
    Identity(
      "II.1.setup", "The set-up, without independence",
      #"z\sim N(0,1_d) \text{ and nothing more} \implies \nabla\log\rho = -A^{-\top}\,\mathbb{E}[z\mid x_t=x]"#,
      expectation: .fails(
        correctedBy: "II.1.setup.corrected",
        why: #"""
          Independence of $z$ from $(x_0, x_1)$ is missing, and "all regularity and integrability conditions" does
          not include it. Without it (a) and (c) are false; (b) survives.
          """#,
        counterexample: #"""
          $d = 1$, $I = (1-t)x_0 + t x_1$, $x_1 = 0$, $A(\frac12) = \frac12$, $x_0 = z$: then $x_{1/2} = z$ has the score $-1$ at $x = 1$,
          and the formula gives $-2$. With $x_0 = -z$ it is a point mass: $x_{1/2} = 0$ has no density at all.
          """#)
    ) {
      coupledLatent("latent coupled to the start", shift: #"\kappa\alpha"#) { kappa in (kappa, 0) }
      coupledLatent("latent coupled to the end", shift: #"\kappa\beta"#) { kappa in (0, kappa) }
      uncorrelatedLatent
      vanishingPosition
    }
  }

  /// The score formula where `x_0 = u_0 + k_0 z` and `x_1 = u_1 + k_1 z`, with `u` independent of `z`.
  private static func coupledLatent(
    _ name: String, shift label: String, _ coupling: @escaping @Sendable (Symbol) -> (Symbol, Symbol)
  ) -> Exact {
    Exact(name) { symbols, d in
      let free = gaussianInterpolant(symbols, d)
      let kappa = coupling(symbols.scalar("k"))
      let x = symbols.vector(d, "x")
      let model = free.coupled(kappa)
      let mean = model.latentMean(given: x)
      Step(#"\nabla\log\rho(t,x)"#) { gradient(at: x, of: model.constant.present.exponent) }
      Step(#"-A^{-\top}\,\mathbb{E}[z\mid x_t=x]"#, because: "the sheet's formula, with a dependent latent") {
        -model.schedule.map(\.value).transpose.solve(mean)
      }
      Restatement(
        #"-(A + "# + label + #"\,1)^{-\top}\,\mathbb{E}[z\mid x_t=x]"#,
        because:
          #"what of the endpoint is $\kappa z$ belongs to the latent's matrix; the rest is independent of $z$"#
      ) {
        let shift = model.map[0, 0].value * kappa.0 + model.map[0, d].value * kappa.1
        return -(model.schedule.map(\.value) + shift * .identity(d)).transpose.solve(mean)
      }
    }
  }

  /// `x_0 = z^2 - 1` is uncorrelated with `z`, yet not independent of it.
  private static var uncorrelatedLatent: Numerical<UncorrelatedLatent> {
    Numerical(
      "uncorrelated is not independent",
      cases: [UncorrelatedLatent(time: 0.375), UncorrelatedLatent(time: 0.625)]
    ) { model in
      let x = 0.5
      let density = model.average(at: x) { _ in 1 }
      let conditional = { (f: (Double) -> Double) in
        let mean = model.average(at: x, of: f)
        return Estimate(
          mean.value / density.value,
          error: (mean.error + (mean.value / density.value).magnitude * density.error) / density.value)
      }
      Step(#"\nabla\log\rho(t,x)"#) {
        let slope = model.slope(at: x)
        return Estimate(
          slope.value / density.value,
          error: (slope.error + (slope.value / density.value).magnitude * density.error) / density.value)
      }
      Step(#"-A^{-1}\,\mathbb{E}[z\mid x_t=x]"#, because: "the sheet's formula, with a dependent latent") {
        conditional { -$0 / model.A }
      }
      Restatement(
        #"-\mathbb{E}[x - (1-t)x_0 - Az \mid x_t = x]/t^2"#,
        because: #"$x_1\sim N(0,1)$ is independent of $z$ and carries the noise"#
      ) { conditional { -(x - model.rest($0)) / (model.time * model.time) } }
    }
  }

  /// `x_0 = -(A / alpha) z`, `x_1 = 0`: the position is a point mass, where (a) promises a density.
  private static var vanishingPosition: Exact {
    Exact("no density", dimensions: [1, 2]) { symbols, d in
      let (a, A) = (symbols.scalar("alpha"), symbols.matrix(d, "A"))
      // The covariance of (x_0, z) for x_0 = -A z / alpha.
      let K = -A / a
      Step(#"\operatorname{Cov}(x_t)"#) {
        let cross = a * K * A.transpose
        return a * a * K * K.transpose + cross + cross.transpose + A * A.transpose
      }
      Step(
        #"\alpha^2\operatorname{Cov}(x_0) + AA^\top"#,
        because: "what it would be for an independent latent, and then (a) would hold"
      ) {
        a * a * K * K.transpose + A * A.transpose
      }
      Restatement(#"0"#, because: #"$x_t = \alpha x_0 + A z = 0$ for every sample: no density"#) {
        Matrix<Symbol>.zero(d, d)
      }
    }
  }

  /// II.1.setup.corrected: how wrong the formula is for a dependent latent, and that independence mends it.
  static var scoreErrorOfADependentLatent: Identity {
    get throws {
      try Identity(
        "II.1.setup.corrected", "The set-up, with an independent latent",
        #"""
        z\sim N(0,1_d), \; z \perp (x_0, x_1) \implies \nabla\log\rho = -A^{-\top}\,\mathbb{E}[z\mid x_t=x]
        """#,
        assuming: [#"$z$ is independent of $(x_0, x_1)$"#, #"$A$ is invertible"#],
        remarks: [
          #"""
          The checks take $x_0 = u_0 + \kappa z$ with $z$ independent of $(u_0, x_1)$ and show by how much the formula is
          off: the error is a multiple of $\kappa$, so independence, $\kappa = 0$, mends it. II.1a and II.1c check the
          formulas themselves.
          """#,
          "The endpoint values $A(0) = A(1) = 0$ are used nowhere in (a) to (d).",
        ]
      ) {
        Exact("the formula's error") { symbols, d in
          let free = gaussianInterpolant(symbols, d)
          let (kappa, x) = (symbols.scalar("k"), symbols.vector(d, "x"))
          let model = free.coupled((kappa, 0))
          let (A, shift) = (model.schedule.map(\.value), model.map[0, 0].value * kappa)
          let mean = model.latentMean(given: x)
          let shifted = A + shift * .identity(d)
          Step(#"\nabla\log\rho + A^{-\top}\,\mathbb{E}[z\mid x]"#) {
            gradient(at: x, of: model.constant.present.exponent) + A.transpose.solve(mean)
          }
          Step(
            #"(A^{-\top} - (A+\kappa\alpha 1)^{-\top})\,\mathbb{E}[z\mid x]"#,
            because: #"$x_t = \alpha u_0 + \beta x_1 + (A + \kappa\alpha 1) z$ has an independent latent"#
          ) { A.transpose.solve(mean) - shifted.transpose.solve(mean) }
          Rival(#"(A^{-1} - (A+\kappa\alpha 1)^{-1})\,\mathbb{E}[z\mid x]"#, "transpose dropped") {
            A.solve(mean) - shifted.solve(mean)
          }
          Step(
            #"\kappa\alpha\,A^{-\top}(A+\kappa\alpha 1)^{-\top}\,\mathbb{E}[z\mid x]"#,
            because: #"$P^{-1} - Q^{-1} = P^{-1}(Q - P)Q^{-1}$"#
          ) { shift * A.transpose.solve(shifted.transpose.solve(mean)) }
          Rival(#"0"#, "independence assumed silently") { Vector<Symbol>.zero(d) }
        }
        try Statistical(
          "weak form, mixtures, coupled latent", cases: [Anisotropic.plane(time: 0.625, factor: 6)]
        ) { interpolant, draw in
          let sample = try interpolant.sample(draw)
          let (kappa, a) = (Variate(0.5), Variate(1 - interpolant.time))
          let A = sample.schedule.map(\.value)
          let shifted = A + a * kappa * .identity(2)
          // A field of waves, because its divergence scatters less than a wave's gradient.
          let (field, divergence) = WaveField([[0.25, 0], [0, 0.25]]).valueAndDivergence(
            sample.x + a * kappa * sample.z)
          Step(#"\mathbb{E}[\nabla\cdot\varphi(x_t)], \quad x_0 = u_0 + \tfrac12 z"#) { divergence }
          Step(
            #"\mathbb{E}[(A + \tfrac12\alpha 1)^{-\top}z\cdot\varphi(x_t)]"#,
            because: #"by parts, $z$ being independent of $u_0$ and $x_1$"#
          ) { (shifted.transpose.inverse * sample.z).dot(field) }
          Rival(#"\mathbb{E}[A^{-\top}z\cdot\varphi(x_t)]"#, "independence assumed silently") {
            (A.transpose.inverse * sample.z).dot(field)
          }
        }
      }
    }
  }

  /// The scalar interpolant with `x_0 = z^2 - 1`, `x_1 ~ N(0, 1)` and `A = 2 t (1 - t)`.
  struct UncorrelatedLatent: Sendable, CustomStringConvertible {
    let time: Double
    var A: Double { 2 * time * (1 - time) }
    var description: String { "x_0 = z^2 - 1, d = 1, t = \(time.brief)" }

    /// The position without its noise `t x_1`.
    func rest<S: Elementary>(_ z: S) -> S { S(1 - time) * (z * z - 1) + S(A) * z }

    /// The integral over `z` of `f(z)` times the joint density of `(z, x_t)`.
    func average(at x: Double, of f: (Double) -> Double) -> Estimate {
      Quadrature.line { z in
        z.magnitude > 40
          ? 0 : f(z) * Double.exp(-z * z / 2 - ((x - rest(z)) / time).squared / 2) / (2 * .pi * time)
      }
    }

    /// The derivative of the density, under the integral by automatic differentiation.
    func slope(at x: Double) -> Estimate {
      Quadrature.line { z in
        z.magnitude > 40
          ? 0
          : derivative(at: x) { y in
            Dual.exp(Dual(constant: -z * z / 2) - ((y - Dual(constant: rest(z))) / Dual(time)).squared / 2)
              / Dual(2 * .pi * time)
          }
      }
    }
  }
}
