import Arithmetic
import Probability
import Transport
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
      Derivation {
        Step(#"\nabla\log\rho"#)
        Step(
          #"-A^{-\top}\,\mathbb{E}[z\mid x_t=x]"#, because: "the sheet's formula, with a dependent latent")
        Restatement(
          #"-(A + (\kappa_0\alpha + \kappa_1\beta)\,\mathbf{1})^{-\top}\,\mathbb{E}[z\mid x_t=x]"#,
          because:
            #"what of the endpoints is $\kappa_0z$ and $\kappa_1z$ belongs to the latent's matrix; the rest is independent of $z$"#
        )
      }
      coupledLatent("latent coupled to the start") { kappa in (kappa, 0) }
      coupledLatent("latent coupled to the end") { kappa in (0, kappa) }
      uncorrelatedLatent
      vanishingPosition
    }
  }

  /// The score formula where `x_0 = u_0 + k_0 z` and `x_1 = u_1 + k_1 z`, with `u` independent of `z`.
  private static func coupledLatent(
    _ name: String, _ coupling: @escaping @Sendable (Symbol) -> (Symbol, Symbol)
  ) -> Exact {
    Exact(name) { symbols, d in
      coupledNames(gaussianInterpolant(symbols, d), coupling(symbols.scalar("k")), symbols.vector(d, "x"))
    }
  }

  /// Names for a jointly normal interpolant at a position, its latent coupled to its endpoints.
  @Lines<Symbol>
  private static func coupledNames(
    _ free: GaussianInterpolant<Symbol>, _ kappa: (Symbol, Symbol), _ x: Vector<Symbol>
  ) -> [Line<Symbol>] {
    let (d, model) = (free.dimension, free.coupled(kappa))
    let law = model.present.map { Jet(constant: $0) }
    Let("x", x)
    Let("A", free.schedule.map(\.value))
    Let(#"\alpha"#, free.map[0, 0].value)
    Let(#"\beta"#, free.map[0, d].value)
    Let(#"\kappa_0"#, kappa.0)
    Let(#"\kappa_1"#, kappa.1)
    Let(#"\mathbf{1}"#, Matrix<Symbol>.identity(d))
    Let(#"\log\rho"#, by: "exponent of the jointly normal law of x_t", of: ["x"]) {
      (x: Vector<Jet<Symbol>>) in law.exponent(x)
    }
    Let(#"\mathbb{E}[z\mid x_t=x]"#, by: "conditioning in closed form") { model.latentMean(given: x) }
  }

  /// `x_0 = z^2 - 1` is uncorrelated with `z`, yet not independent of it.
  private static var uncorrelatedLatent: Numerical<UncorrelatedLatent> {
    Numerical(
      "uncorrelated is not independent",
      cases: [UncorrelatedLatent(time: 0.375), UncorrelatedLatent(time: 0.625)]
    ) { model in
      let (x, means) = (0.5, "quadrature over the latent")
      let density = Interval(model.average(at: x) { _ in 1 })
      Let("t", model.time)
      Let("A", model.A)
      Let("x", x)
      Let(#"\rho(t,x)"#, by: "quadrature over the latent, the slope under the integral") { at in
        try model.density(at: at.number("x"))
      }
      Let(#"\mathbb{E}[z\mid x_t=x]"#, by: means) { Interval(model.average(at: x) { $0 }) / density }
      Let(#"\mathbb{E}[z^2\mid x_t=x]"#, by: means) { Interval(model.average(at: x) { $0 * $0 }) / density }
      Step(#"\nabla\log\rho(t,x)"#)
      Step(#"-A^{-1}\,\mathbb{E}[z\mid x_t=x]"#, because: "the sheet's formula, with a dependent latent")
      Restatement(
        #"-\bigl(x - (1-t)(\mathbb{E}[z^2\mid x_t=x] - 1) - A\,\mathbb{E}[z\mid x_t=x]\bigr)/t^2"#,
        because: #"$x_1\sim N(0,1)$ is independent of $z$ and carries the noise"#)
    }
  }

  /// `x_0 = -(A / alpha) z`, `x_1 = 0`: the position is a point mass, where (a) promises a density.
  private static var vanishingPosition: Exact {
    Exact("no density", dimensions: [1, 2]) { symbols, d in
      let (a, A) = (symbols.scalar("alpha"), symbols.matrix(d, "A"))
      // The position as a map of z.
      let map = a * (-A / a) + A
      Let(#"\alpha"#, a)
      Let("A", A)
      Let("K", #"-\alpha^{-1}A"#)
      Let(#"\operatorname{Cov}(x_t)"#, by: #"the map that takes z to x_t, times its transpose"#) {
        map * map.transpose
      }
      Step(#"\operatorname{Cov}(x_t)"#, remark: #"$x_0 = Kz$ with $K = -\alpha^{-1}A$, and $x_1 = 0$"#)
      Step(
        #"\alpha^2KK^\top + AA^\top"#,
        because: "what it would be for an independent latent, and then (a) would hold")
      Restatement(#"0"#, because: #"$x_t = \alpha x_0 + A z = 0$ for every sample: no density"#)
      Restatement(
        #"\alpha^2KK^\top + \alpha KA^\top + \alpha AK^\top + AA^\top"#, because: "with the cross terms")
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
        Derivation {
          Step(#"\nabla\log\rho + A^{-\top}\,\mathbb{E}[z\mid x_t=x]"#)
          Step(
            #"(A^{-\top} - (A + \kappa_0\alpha\,\mathbf{1})^{-\top})\,\mathbb{E}[z\mid x_t=x]"#,
            because: #"$x_t = \alpha u_0 + \beta x_1 + (A + \kappa_0\alpha 1) z$ has an independent latent"#)
          Rival(
            #"(A^{-1} - (A + \kappa_0\alpha\,\mathbf{1})^{-1})\,\mathbb{E}[z\mid x_t=x]"#, "transpose dropped"
          )
          Step(
            #"\kappa_0\alpha\,A^{-\top}(A + \kappa_0\alpha\,\mathbf{1})^{-\top}\,\mathbb{E}[z\mid x_t=x]"#,
            because: #"$P^{-1} - Q^{-1} = P^{-1}(Q - P)Q^{-1}$"#)
          Rival(#"0"#, "independence assumed silently")
        }
        Exact("the formula's error") { symbols, d in
          coupledNames(gaussianInterpolant(symbols, d), (symbols.scalar("k"), 0), symbols.vector(d, "x"))
        }
        try Statistical(
          "weak form, mixtures, coupled latent", cases: [Anisotropic.plane(time: 0.625, factor: 6)]
        ) { interpolant, draw in
          let sample = try interpolant.sample(draw)
          Let("t", interpolant.time)
          Let("x", sample.x)
          Let("z", sample.z)
          Let("A", sample.schedule.map(\.value))
          Let(#"\mathbf{1}"#, Matrix<Variate>.identity(2))
          Let(#"\kappa_0"#, 0.5)
          Let(#"\alpha"#, "1 - t")
          Let("x_1", sample.x1)
          Let("u_0", sample.x0)
          Let("x_0", #"u_0 + \kappa_0 z"#)
          Let("x_t", #"\alpha x_0 + t x_1 + A z"#)
          Let(#"\rho(x)"#, densityOf: "x_t")
          Step(#"\nabla\log\rho"#)
          Step(
            #"-(A + \kappa_0\alpha\,\mathbf{1})^{-\top}\,\mathbb{E}[z\mid x_t=x]"#,
            because: #"by parts, $z$ being independent of $u_0$ and $x_1$"#,
            remark: #"$x_0 = u_0 + \frac12z$"#)
          Rival(#"-A^{-\top}\,\mathbb{E}[z\mid x_t=x]"#, "independence assumed silently")
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

    /// The density, with its derivative under the integral.
    func density(at x: Jet<Interval>) throws -> Jet<Interval> {
      x.mapped({ Interval(average(at: $0.midpoint) { _ in 1 }) }) { y, _ in
        let place = y.value.midpoint
        return Jet(
          constant: Interval(average(at: place) { -(place - rest($0)) / (time * time) }))
      }
    }
  }
}
