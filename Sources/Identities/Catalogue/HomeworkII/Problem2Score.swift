import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkII {
  /// II.2a: the score from the conditional mean of the potential's gradient.
  static var scoreOfAnyLatent: Identity {
    get throws {
      try Identity(
        "II.2a", "Generalised score identity",
        #"\nabla\log\rho(t,x) = -\gamma(t)^{-1}\,\mathbb{E}[\nabla V(z) \mid x_t = x]"#,
        assuming: [
          #"$z$ is independent of $(x_0, x_1)$ and $\mathbb{E}|\nabla V(z)| < \infty$, neither of which the sheet says"#,
          #"$\gamma(t) > 0$"#,
        ],
        remarks: [
          #"""
          With a matrix $A(t)$ in the place of $\gamma(t)$ the identity is
          $\nabla\log\rho = -A^{-\top}\,\mathbb{E}[\nabla V(z)\mid x_t = x]$.
          """#,
          #"""
          $\nabla V(\mathbb{E}[z\mid x])$ in place of $\mathbb{E}[\nabla V(z)\mid x]$ is wrong unless $\nabla V$ is
          affine: for a normal latent it is a restatement, for the others a rival.
          """#,
        ]
      ) {
        scoreWithScalarSchedule
        scoreWithMatrixSchedule
        try scoreEnclosed
        try scoreOfFiniteSums
        try scoreByQuadrature
        scoreByQuadratureInThePlane
        try scoreInWeakFormOnTheLine
        try scoreInWeakFormInThePlane
      }
    }
  }

  /// Jointly normal endpoints and an independent normal latent with the covariance `P`, so that `grad V = P^-1 z`.
  private static func normalLatent(_ symbols: Symbols, _ d: Int, A: Matrix<Symbol>)
    -> (model: GaussianInterpolant<Symbol>, P: Matrix<Symbol>)
  {
    let endpoints = Gaussian(mean: symbols.vector(2 * d), covariance: symbols.symmetric(2 * d))
    let P = symbols.symmetric(d)
    let model = GaussianInterpolant(
      joint: .independent([endpoints, Gaussian(mean: .zero(d), covariance: P)]),
      alpha: Dual(constant: symbols.scalar()), beta: Dual(constant: symbols.scalar()), A: A.constant)
    return (model, P)
  }

  private static var scoreWithScalarSchedule: Exact {
    Exact("normal latents of any covariance") { symbols, d in
      let gamma = symbols.scalar()
      let (model, P) = normalLatent(symbols, d, A: gamma * .identity(d))
      let x = symbols.vector(d)
      let mean = model.latentMean(given: x)
      let gradientMean = model.mean(of: P.inverse * model.latent, given: x)
      Step(#"\nabla\log\rho(t,x)"#) { gradient(at: x, of: model.constant.present.exponent) }
      Step(
        #"-\gamma^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x], \quad V = \tfrac12 z^\top P^{-1} z"#,
        because: #"differentiate $\int r(z)\,p_I(x - \gamma z)\,dz$ and integrate by parts in $z$"#
      ) { -(gradientMean / gamma) }
      Restatement(#"-\gamma^{-1}\,\nabla V(\mathbb{E}[z\mid x])"#, because: #"$\nabla V$ is linear here"#) {
        -(P.solve(mean) / gamma)
      }
      Rival(#"-\gamma^{-1}\,\mathbb{E}[z\mid x]"#, "latent in place of the gradient") { -(mean / gamma) }
      Rival(#"-\gamma^{-2}\,\mathbb{E}[\nabla V\mid x]"#, "schedule squared") {
        -(gradientMean / gamma.squared)
      }
      Rival(#"\gamma^{-1}\,\mathbb{E}[\nabla V\mid x]"#, "sign") { gradientMean / gamma }
      Rival(#"-\gamma\,\mathbb{E}[\nabla V\mid x]"#, "schedule not inverted") { -(gamma * gradientMean) }
    }
  }

  private static var scoreWithMatrixSchedule: Exact {
    Exact("normal latents and a matrix schedule") { symbols, d in
      let A = symbols.matrix(d)
      let (model, P) = normalLatent(symbols, d, A: A)
      let x = symbols.vector(d)
      let gradientMean = model.mean(of: P.inverse * model.latent, given: x)
      Step(#"\nabla\log\rho(t,x)"#) { gradient(at: x, of: model.constant.present.exponent) }
      Step(#"-A^{-\top}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#, because: #"the same with $x - Az$"#) {
        -A.transpose.solve(gradientMean)
      }
      Rival(#"-A^{-1}\,\mathbb{E}[\nabla V\mid x]"#, "transpose dropped") { -A.solve(gradientMean) }
      Rival(#"-A^{-\top}\,\mathbb{E}[z\mid x]"#, "latent in place of the gradient") {
        -A.transpose.solve(model.latentMean(given: x))
      }
      Rival(#"-(AA^\top)^{-1}\,\mathbb{E}[\nabla V\mid x]"#, "covariance for matrix") {
        -(A * A.transpose).solve(gradientMean)
      }
      Rival(#"-A^\top\,\mathbb{E}[\nabla V\mid x]"#, "inverse dropped") { -(A.transpose * gradientMean) }
    }
  }

  /// The lines of the checks with a scalar schedule, from the score, the schedule and three conditional means.
  @Lines<Estimate>
  private static func scoreLines(
    because: String, gamma: Interval, score: @escaping () throws -> [Interval], gradientMean: [Interval],
    latentMean: [Interval], gradientOfMean: [Interval]
  ) -> [Line<Estimate>] {
    Step(#"\nabla\log\rho(t,x)"#) { try score() }
    Step(#"-\gamma^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#, because: because) {
      gradientMean.map { -$0 / gamma }
    }
    Rival(#"-\gamma^{-1}\,\mathbb{E}[z\mid x]"#, "latent in place of the gradient") {
      latentMean.map { -$0 / gamma }
    }
    Rival(#"-\gamma^{-1}\,\nabla V(\mathbb{E}[z\mid x])"#, "gradient at the mean") {
      gradientOfMean.map { -$0 / gamma }
    }
    Rival(#"-\gamma^{-2}\,\mathbb{E}[\nabla V\mid x]"#, "schedule squared") {
      gradientMean.map { -$0 / gamma.squared }
    }
    Rival(#"\gamma^{-1}\,\mathbb{E}[\nabla V\mid x]"#, "sign") { gradientMean.map { $0 / gamma } }
    Rival(#"-\gamma\,\mathbb{E}[\nabla V\mid x]"#, "schedule not inverted") {
      gradientMean.map { -gamma * $0 }
    }
  }

  private static var scoreEnclosed: Enclosure<LatentInterpolant> {
    get throws {
      try Enclosure(
        "every time and place in a box, discrete endpoints",
        cases: Latents.curved().map { try Latents.near($0) },
        over: ["t": 0.3125...0.375, "x": 0.5...0.625], precision: 0x1p-8
      ) { interpolant, p in
        let (law, x) = (interpolant.law(at: p["t"]), Vector([p["x"]]))
        let gamma = law.A[0, 0]
        Step(#"\partial_x\log\rho(t,x)"#) { law.score(x)[0] }
        Step(#"-\gamma^{-1}\,\mathbb{E}[V'(z)\mid x_t=x]"#, because: "finite sums over the endpoints") {
          -law.gradientMean(given: x)[0] / gamma
        }
        Rival(#"-\gamma^{-1}\,\mathbb{E}[z\mid x]"#, "latent in place of the gradient") {
          -law.latentMean(given: x)[0] / gamma
        }
        Rival(#"-\gamma^{-1}\,V'(\mathbb{E}[z\mid x])"#, "gradient at the mean") {
          -law.latent.gradient(law.latentMean(given: x))[0] / gamma
        }
        Rival(#"-\gamma^{-2}\,\mathbb{E}[V'\mid x]"#, "schedule squared") {
          -law.gradientMean(given: x)[0] / gamma.squared
        }
        Rival(#"\gamma^{-1}\,\mathbb{E}[V'\mid x]"#, "sign") { law.gradientMean(given: x)[0] / gamma }
        Rival(#"-\gamma\,\mathbb{E}[V'\mid x]"#, "schedule not inverted") {
          -law.gradientMean(given: x)[0] * gamma
        }
      }
    }
  }

  private static var scoreOfFiniteSums: Numerical<LatentPoint> {
    get throws {
      try Numerical(
        "discrete endpoints, products and matrices",
        cases: Latents.curved().flatMap { potential in
          try [(0.5, 0.75), (0.1875, -0.5)].map {
            LatentPoint(interpolant: try Latents.line(potential, time: $0), x: [$1])
          }
        } + [
          LatentPoint(interpolant: Latents.plane(time: 0.4375, isAnisotropic: false), x: [0.25, 0.5]),
          LatentPoint(interpolant: Latents.plane(time: 0.375), x: [0.25, 0.5]),
          LatentPoint(interpolant: Latents.space(time: 0.625), x: [0.25, -0.5, 0.75]),
        ]
      ) { place in
        let (law, x) = (place.interpolant.law(Interval.self), place.point)
        let (A, mean) = (law.A, law.gradientMean(given: x))
        Step(#"\nabla\log\rho(t,x)"#) { law.score(x) }
        Step(#"-A^{-\top}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#, because: #"$A = \gamma 1$ on the line"#) {
          -A.transpose.solve(mean)
        }
        Rival(#"-A^{-1}\,\mathbb{E}[\nabla V\mid x]"#, "transpose dropped") { -A.solve(mean) }
        Rival(#"-A^{-\top}\,\mathbb{E}[z\mid x]"#, "latent in place of the gradient") {
          -A.transpose.solve(law.latentMean(given: x))
        }
        Rival(#"-A^{-\top}\,\nabla V(\mathbb{E}[z\mid x])"#, "gradient at the mean") {
          -A.transpose.solve(law.latent.gradient(law.latentMean(given: x)))
        }
        Rival(#"-(AA^\top)^{-1}\,\mathbb{E}[\nabla V\mid x]"#, "schedule squared") {
          -(A * A.transpose).solve(mean)
        }
        Rival(#"A^{-\top}\,\mathbb{E}[\nabla V\mid x]"#, "sign") { A.transpose.solve(mean) }
        Rival(#"-A^\top\,\mathbb{E}[\nabla V\mid x]"#, "schedule not inverted") { -(A.transpose * mean) }
      }
    }
  }

  private static var scoreByQuadrature: Numerical<LatentConvolution> {
    get throws {
      try Numerical(
        "quadrature, normal mixtures on the line",
        cases: (Latents.curved() + [StudentPotential(degrees: 1)]).map { try Latents.mixture($0, time: 0.25) }
      ) { model in
        let x = 0.375
        let mean = model.mean(given: x, of: { $0 })
        scoreLines(
          because: "integration by parts over the latent", gamma: Interval(model.schedule.value),
          score: { [model.slope(x) / model.density(x)] },
          gradientMean: [model.mean(given: x) { model.potential.slope($0) }], latentMean: [mean],
          gradientOfMean: [model.potential.slope(mean)])
      }
    }
  }

  private static var scoreByQuadratureInThePlane: Numerical<PlaneConvolution> {
    Numerical(
      "quadrature in the plane, log cosh x quartic, matrix schedule",
      cases: [PlaneConvolution(x: [0.5, -0.25]), PlaneConvolution(x: [-0.75, 1])]
    ) { model in
      let A = model.A.map { Interval($0) }
      // The density; its gradient; the means of grad V and of z, each times the density.
      let moments = model.moments.map { Interval($0) }
      let pair = { (k: Int) in Vector([moments[k] / moments[0], moments[k + 1] / moments[0]]) }
      Step(#"\nabla\log\rho(x), \quad x = I + Az, \; I \sim N(m, S)"#) { pair(1) }
      Step(#"-A^{-\top}\,\mathbb{E}[\nabla V(z)\mid x]"#, because: "integration by parts over the latent") {
        -A.transpose.solve(pair(3))
      }
      Rival(#"-A^{-1}\,\mathbb{E}[\nabla V\mid x]"#, "transpose dropped") { -A.solve(pair(3)) }
      Rival(#"-A^{-\top}\,\mathbb{E}[z\mid x]"#, "latent in place of the gradient") {
        -A.transpose.solve(pair(5))
      }
      Rival(#"-A^{-\top}\,\nabla V(\mathbb{E}[z\mid x])"#, "gradient at the mean") {
        -A.transpose.solve(
          Vector([LogCoshPotential().slope(pair(5)[0]), QuarticPotential().slope(pair(5)[1])]))
      }
      Rival(#"A^{-\top}\,\mathbb{E}[\nabla V\mid x]"#, "sign") { A.transpose.solve(pair(3)) }
    }
  }

  /// The score identity against a field of waves, from samples of the endpoints and the latent alone.
  @Lines<Variate>
  static func scoreInWeakForm(
    _ interpolant: LatentInterpolant, _ sample: InterpolantSample, _ waves: WaveField
  )
    -> [Line<Variate>]
  {
    let (field, divergence) = waves.valueAndDivergence(sample.x)
    let A = sample.schedule.map(\.value)
    let slope = interpolant.latent.gradient(sample.z)
    Step(#"\mathbb{E}[\nabla\cdot\varphi(x_t)]"#) { divergence }
    Step(
      #"\mathbb{E}[A^{-\top}\,\nabla V(z)\cdot\varphi(x_t)]"#,
      because: #"$-\int\varphi\cdot\nabla\rho$ by parts, and the identity at $x_t$"#
    ) { (A.transpose.inverse * slope).dot(field) }
    Rival(#"\mathbb{E}[A^{-\top} z\cdot\varphi]"#, "latent in place of the gradient") {
      (A.transpose.inverse * sample.z).dot(field)
    }
    Rival(#"\mathbb{E}[(AA^\top)^{-1}\,\nabla V\cdot\varphi]"#, "schedule squared") {
      ((A * A.transpose).inverse * slope).dot(field)
    }
    Rival(#"-\mathbb{E}[A^{-\top}\,\nabla V\cdot\varphi]"#, "sign") {
      -(A.transpose.inverse * slope).dot(field)
    }
    Rival(#"\mathbb{E}[A^\top\,\nabla V\cdot\varphi]"#, "schedule not inverted") {
      (A.transpose * slope).dot(field)
    }
  }

  private static var scoreInWeakFormOnTheLine: Statistical<LatentInterpolant> {
    get throws {
      try Statistical(
        "weak form, products of different laws",
        cases: [
          Latents.product(
            [LogCoshPotential(), QuarticPotential(), StudentPotential(degrees: 4)], time: 0.25),
          Latents.product(
            [StudentPotential(degrees: 2), StudentPotential(degrees: 3), LogCoshPotential()], time: 0.25),
        ]
      ) { interpolant, draw in
        scoreInWeakForm(
          interpolant, interpolant.sample(draw),
          WaveField([[0.4375, 0, 0], [0, 0.4375, 0], [0, 0, 0.4375]]))
      }
    }
  }

  private static var scoreInWeakFormInThePlane: Statistical<LatentInterpolant> {
    get throws {
      try Statistical(
        "weak form in the plane, matrix schedule", cases: [Latents.plane(time: 0.375, factor: 3)]
      ) { interpolant, draw in
        let (sample, waves) = (interpolant.sample(draw), WaveField([[0.25, 0], [0, 0.25]]))
        scoreInWeakForm(interpolant, sample, waves)
        Rival(#"\mathbb{E}[A^{-1}\,\nabla V\cdot\varphi]"#, "transpose dropped") {
          let (A, (field, _)) = (sample.schedule.map(\.value), waves.valueAndDivergence(sample.x))
          return (A.inverse * interpolant.latent.gradient(sample.z)).dot(field)
        }
      }
    }
  }

  /// The position `I + A z` in the plane with normal `I` and a latent of two different laws.
  struct PlaneConvolution: Sendable, CustomStringConvertible {
    let x: [Double]
    let A = Matrix<Double>([[0.75, 0.5], [-0.25, 1]])
    var description: String { "x = \(x.map(\.brief).joined(separator: ", "))" }

    /// The density at `x` with its gradient, and the integrals of `grad V` and of `z` with it, up to one factor.
    ///
    /// Where a coordinate of the latent is beyond 12 the normal factor is below 1e-60.
    var moments: [Estimate] {
      let (first, second) = (LogCoshPotential(), QuarticPotential())
      // I ~ N((0.25, -0.5), S) with S^-1 = ((2, 0.5), (0.5, 1.5)).
      let path = { (x: Dual<Double>, y: Dual<Double>) in
        let (p, q) = (x - Dual(0.25), y + Dual(0.5))
        return Dual.exp(-(p * p + p * q / 2 + Dual(0.75) * q * q))
      }
      return Quadrature.plane(reach: 12) { z, w in
        let (p, q) = (x[0] - A[0, 0] * z - A[0, 1] * w, x[1] - A[1, 0] * z - A[1, 1] * w)
        let latent = Double.exp(-first.value(z) - second.value(w))
        let across = path(Dual(variable: p), Dual(q))
        let along = path(Dual(p), Dual(variable: q))
        let mass = latent * across.value
        return SIMD8(
          mass, latent * across.derivative, latent * along.derivative, mass * first.slope(z),
          mass * second.slope(w), mass * z, mass * w, 0)
      }
    }
  }
}
