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
        Derivation {
          Step(#"\nabla\log\rho(t,x)"#)
          Step(
            #"-\gamma^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#,
            because: "the sheet's formula, with a dependent latent", remark: #"$x_0 = u_0 + \kappa z$"#)
          Restatement(
            #"-(\gamma + \kappa a)^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#,
            because: #"$x_t = a u_0 + b x_1 + (\gamma + \kappa a) z$ has an independent latent"#)
        }
        Exact("normal latent coupled to the start") { symbols, d in coupledNormalNames(symbols, d) }
        try Numerical(
          "latents of other laws, coupled to the start", cases: coupledPlaces()
        ) { place in coupledNames(place) }
        oscillatingPotential
        try Statistical("weak form, latents coupled to the start", cases: coupledProducts()) {
          interpolant, draw in coupledSample(interpolant, interpolant.sample(draw))
        }
      }
    }
  }

  /// Names for a scalar interpolant of jointly normal endpoints whose start contains `kappa z`.
  @Lines<Symbol>
  static func coupledNormalNames(_ symbols: Symbols, _ d: Int) -> [Line<Symbol>] {
    let (a, gamma, kappa) = (symbols.scalar(), symbols.scalar(), symbols.scalar())
    let endpoints = Gaussian(mean: symbols.vector(2 * d), covariance: symbols.symmetric(2 * d))
    let model = GaussianInterpolant(
      joint: .independent([endpoints, .standard(d)]), alpha: Dual(constant: a),
      beta: Dual(constant: symbols.scalar()),
      A: Matrix(rows: d, columns: d) { $0 == $1 ? Dual(constant: gamma) : 0 }
    ).coupled((kappa, 0))
    let (law, x) = (model.present.map { Jet(constant: $0) }, symbols.vector(d))
    Let("t", symbols.scalar())
    Let("x", x)
    Let("a", a)
    Let(#"\gamma"#, gamma)
    Let(#"\kappa"#, kappa)
    Let(#"\log\rho(t,x)"#, by: "exponent of the jointly normal law of x_t") { at in
      law.exponent(try at.vector("x"))
    }
    Let(#"\mathbb{E}[\nabla V(z)\mid x_t=x]"#, by: "conditioning in closed form, for the gradient z") {
      model.latentMean(given: x)
    }
  }

  /// Latents that are not normal, at one point.
  static func coupledPlaces() throws -> [LatentPoint] {
    try Latents.curved().map { LatentPoint(interpolant: try Latents.line($0, time: 0.375), x: [0.25]) }
  }

  /// Names for a latent on the line of which half is added to the start.
  @Lines<Estimate>
  static func coupledNames(_ place: LatentPoint) -> [Line<Estimate>] {
    Let("t", place.interpolant.time)
    Let("x", place.point[0])
    Let("a", "1 - t")
    Let(#"\gamma"#, place.schedule.value)
    Let(#"\kappa"#, 0.5)
    Let(#"\rho(t,x)"#, by: "finite sum over the endpoints, the latent's factor enlarged") { at in
      place.coupledLaw(at: try at.number("t")).density(Vector([try at.number("x")]))
    }
    Let(#"\mathbb{E}[\nabla V(z)\mid x_t=x]"#, by: "Bayes' weights of the endpoints") {
      place.coupledLaw(at: Interval(place.interpolant.time)).gradientMean(given: place.point)[0]
    }
  }

  /// Latents of different laws, of which half will be added to the start.
  static func coupledProducts() throws -> [LatentInterpolant] {
    [
      try Latents.product(
        [LogCoshPotential(), QuarticPotential(), StudentPotential(degrees: 4)], time: 0.25)
    ]
  }

  /// Names for the samples of an interpolant with half of the latent added to the start.
  @Lines<Variate>
  static func coupledSample(_ interpolant: LatentInterpolant, _ sample: InterpolantSample) -> [Line<Variate>]
  {
    Let("t", interpolant.time)
    Let("a", "1 - t")
    Let(#"\gamma"#, sample.schedule[0, 0].value)
    Let(#"\kappa"#, 0.5)
    Let("x", sample.x)
    Let("z", sample.z)
    Let("u_1", sample.x1)
    Let("u_0", sample.x0)
    Let("x_0", #"u_0 + \kappa z"#)
    Let("x_t", #"a x_0 + t u_1 + \gamma z"#)
    Let(#"\nabla V(z)"#, by: "slopes of the potentials") { interpolant.latent.gradient(sample.z) }
    Let(#"\rho(t,x)"#, densityOf: "x_t")
    Let(
      #"\varphi(x)"#, #"\begin{pmatrix}\sin(\tfrac38x_1)\\\sin(\tfrac38x_2)\\\sin(\tfrac38x_3)\end{pmatrix}"#)
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
      let jumps = "the jumps of the density between the extrema of V"
      Let("n", level)
      Let("J_n", by: jumps) { growth(level) }
      Let("J_1", by: jumps) { growth(1) }
      Step(
        "J_n",
        remark: #"""
          $J_n = \int_{z_n}^{z_{n+1}}|V'|e^{-V}dz$ with $e^{z_n^4} = 4^n\pi$ and $V = \frac12z^2 + \sin e^{z^4}$
          """#)
      Step(
        "J_1", because: "the increments of an integral that converges must in the end be small",
        relation: .atMost)
      Restatement(
        "4^{n-1}J_1", because: "as many more oscillations, none of them larger: the increments grow")
    }
  }
}
