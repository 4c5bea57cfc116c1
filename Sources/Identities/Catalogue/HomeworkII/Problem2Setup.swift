import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkII {
  /// II.2.setup: as the sheet writes it, without independence and without an integrable gradient.
  static var latentOfAnyLaw: Identity {
    get throws {
      try Identity(
        "II.2.setup", "The set-up, without independence and integrability",
        #"""
        x_t = I(t,x_0,x_1) + \gamma(t) z, \; z\sim e^{-V}/Z, \; V\in C^1 \implies
        \nabla\log\rho = -\gamma^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]
        """#,
        expectation: .fails(
          correctedBy: "II.2.setup.corrected",
          why: #"""
            Problem 2 assumes neither independence of $z$ from $(x_0, x_1)$ nor regularity. Without the first the
            formula is false; without $\mathbb{E}|\nabla V(z)| < \infty$, which $V\in C^1$ does not give, its right
            side need not exist.
            """#,
          counterexample: #"""
            $V = z^2/2$, $x_0 = z$, $x_1 = 0$, $\gamma(\frac12) = \frac12$: then $x_{1/2} = z$ has the score $-1$ at
            $x = 1$, and the formula gives $-2$. And $V = z^2/2 + \sin(e^{z^4})$ is smooth, but
            $\int|V'|e^{-V} = \infty$, for $|V'|$ is about $4|z|^3 e^{z^4}|\cos e^{z^4}|$.
            """#)
      ) {
        coupledNormalLatent
        try coupledCurvedLatent
        oscillatingPotential
        try coupledLatentInWeakForm
      }
    }
  }

  /// A scalar interpolant of jointly normal endpoints whose start contains `kappa z`.
  static func coupledScalarModel(_ symbols: Symbols, _ d: Int) -> (
    model: GaussianInterpolant<Symbol>, gamma: Symbol, shift: Symbol
  ) {
    let (a, gamma, kappa) = (symbols.scalar(), symbols.scalar(), symbols.scalar())
    let endpoints = Gaussian(mean: symbols.vector(2 * d), covariance: symbols.symmetric(2 * d))
    let model = GaussianInterpolant(
      joint: .independent([endpoints, .standard(d)]), alpha: Dual(constant: a),
      beta: Dual(constant: symbols.scalar()),
      A: Matrix(rows: d, columns: d) { $0 == $1 ? Dual(constant: gamma) : 0 })
    return (model.coupled((kappa, 0)), gamma, kappa * a)
  }

  private static var coupledNormalLatent: Exact {
    Exact("normal latent coupled to the start") { symbols, d in
      let (model, gamma, shift) = coupledScalarModel(symbols, d)
      let x = symbols.vector(d)
      let mean = model.latentMean(given: x)
      Step(#"\nabla\log\rho(t,x), \quad x_0 = u_0 + \kappa z"#) {
        gradient(at: x, of: model.constant.present.exponent)
      }
      Step(
        #"-\gamma^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#,
        because: "the sheet's formula, with a dependent latent"
      ) {
        -(mean / gamma)
      }
      Restatement(
        #"-(\gamma + \kappa a)^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#,
        because: #"$x_t = a u_0 + b x_1 + (\gamma + \kappa a) z$ has an independent latent"#
      ) { -(mean / (gamma + shift)) }
    }
  }

  /// Latents that are not normal, at one point.
  static func coupledPlaces() throws -> [LatentPoint] {
    try Latents.curved().map { LatentPoint(interpolant: try Latents.line($0, time: 0.375), x: [0.25]) }
  }

  private static var coupledCurvedLatent: Numerical<LatentPoint> {
    get throws {
      try Numerical(
        "latents of other laws, coupled to the start", cases: coupledPlaces()
      ) { place in
        let (coupled, gamma, shift) = (place.coupledLaw, place.schedule.value, place.shift)
        let mean = coupled.gradientMean(given: place.point)[0]
        Step(#"\partial_x\log\rho(t,x), \quad x_0 = u_0 + \tfrac12 z"#) { coupled.score(place.point)[0] }
        Step(
          #"-\gamma^{-1}\,\mathbb{E}[V'(z)\mid x_t=x]"#,
          because: "the sheet's formula, with a dependent latent"
        ) {
          -mean / gamma
        }
        Restatement(
          #"-(\gamma + \tfrac12(1-t))^{-1}\,\mathbb{E}[V'(z)\mid x_t=x]"#,
          because: #"what of the start is $z/2$ belongs to the latent's factor"#
        ) { -mean / (gamma + shift) }
      }
    }
  }

  /// The variation of the density of `V = z^2 / 2 + sin(exp(z^4))`, which is the integral of `|V'| e^-V`.
  private static var oscillatingPotential: Numerical<Int> {
    Numerical("a smooth potential without an integrable gradient", cases: [4, 6]) { level in
      // Between the extrema u = pi / 2 + k pi of sin u, u = exp(z^4), the density e^-V changes at least by the
      // difference of its values there.
      let density = { (k: Int) in
        let u = Interval.pi * (Interval(k) + Interval(0.5))
        return Interval.exp(-Interval.sqrt(Interval.log(u)) / 2 + (k % 2 == 0 ? -1 : 1))
      }
      let variation = { (k: Range<Int>) in
        k.reduce(0 as Interval) { sum, k in
          let change = density(k + 1) - density(k)
          return sum + (k % 2 == 0 ? change : -change)
        }
      }
      let growth = { (level: Int) in
        let from = Int(Double(sign: .plus, exponent: 2 * level, significand: 1))
        return variation(from..<(4 * from))
      }
      Step(#"\int_{z_n}^{z_{n+1}}|V'|e^{-V}dz, \quad e^{z_n^4} = 4^n\pi, \; V = \tfrac12z^2 + \sin e^{z^4}"#)
      {
        growth(level)
      }
      Step(
        #"\int_{z_1}^{z_2}|V'|e^{-V}dz"#,
        because: "the increments of an integral that converges must in the end be small", relation: .atMost
      ) { growth(1) }
      Restatement(
        #"4^{n-1}\int_{z_1}^{z_2}|V'|e^{-V}dz"#,
        because: "as many more oscillations, none of them larger: the increments grow"
      ) { Interval(4).power(level - 1) * growth(1) }
    }
  }

  private static var coupledLatentInWeakForm: Statistical<LatentInterpolant> {
    get throws {
      try coupledInWeakForm { coupled in
        Step(
          #"\mathbb{E}[\gamma^{-1}\,\nabla V(z)\cdot\varphi(x_t)]"#,
          because: "the sheet's formula, with a dependent latent"
        ) { coupled.work / coupled.gamma }
        Restatement(
          #"\mathbb{E}[(\gamma + \tfrac12(1-t))^{-1}\,\nabla V(z)\cdot\varphi(x_t)]"#,
          because: #"by parts, $z$ being independent of $u_0$ and $x_1$"#
        ) { coupled.work / (coupled.gamma + coupled.shift) }
      }
    }
  }
}
