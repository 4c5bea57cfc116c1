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
        #"\nabla\log\rho(t,x) = -\gamma(t)^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#,
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
        Derivation { scoreLines(gradientAtTheMean: false) }
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

  /// The lines with a scalar schedule; whether the gradient at the mean is right, or not to be asked.
  @Lines<Scalar>
  private static func scoreLines<Scalar: LineScalar>(gradientAtTheMean isRight: Bool?) -> [Line<Scalar>] {
    Step(#"\nabla\log\rho(t,x)"#)
    Step(
      #"-\gamma(t)^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#,
      because: #"differentiate $\int r(z)\,p_I(x - \gamma z)\,dz$ and integrate by parts in $z$"#)
    if isRight == true {
      Restatement(#"-\gamma^{-1}\,\nabla V(\mathbb{E}[z\mid x_t=x])"#, because: #"$\nabla V$ is linear here"#)
    } else if isRight == false {
      Rival(#"-\gamma^{-1}\,\nabla V(\mathbb{E}[z\mid x_t=x])"#, "gradient at the mean")
    }
    Rival(#"-\gamma^{-1}\,\mathbb{E}[z\mid x_t=x]"#, "latent in place of the gradient")
    Rival(#"-\gamma^{-2}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#, "schedule squared")
    Rival(#"\gamma^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#, "sign")
    Rival(#"-\gamma\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#, "schedule not inverted")
  }

  /// The lines with a matrix for a schedule; whether the gradient at the mean is wrong, or not to be asked.
  @Lines<Scalar>
  private static func matrixScoreLines<Scalar: LineScalar>(gradientAtTheMean isAsked: Bool) -> [Line<Scalar>]
  {
    Step(#"\nabla\log\rho(t,x)"#)
    Step(
      #"-A^{-\top}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#,
      because: #"the same with $x - Az$ in the place of $x - \gamma z$"#)
    if isAsked {
      Rival(#"-A^{-\top}\,\nabla V(\mathbb{E}[z\mid x_t=x])"#, "gradient at the mean")
    }
    Rival(#"-A^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#, "transpose dropped")
    Rival(#"-A^{-\top}\,\mathbb{E}[z\mid x_t=x]"#, "latent in place of the gradient")
    Rival(#"-(AA^\top)^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#, "covariance for matrix: schedule squared")
    Rival(#"A^{-\top}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#, "sign")
    Rival(#"-A^\top\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#, "inverse dropped: schedule not inverted")
  }

  /// Jointly normal endpoints and an independent normal latent with the covariance `P`, so that `grad V = P^-1 z`.
  @Lines<Symbol>
  private static func normalLatent(_ symbols: Symbols, _ d: Int, A: Matrix<Symbol>) -> [Line<Symbol>] {
    let endpoints = Gaussian(mean: symbols.vector(2 * d), covariance: symbols.symmetric(2 * d))
    let (P, x) = (symbols.symmetric(d), symbols.vector(d))
    let model = GaussianInterpolant(
      joint: .independent([endpoints, Gaussian(mean: .zero(d), covariance: P)]),
      alpha: Dual(constant: symbols.scalar()), beta: Dual(constant: symbols.scalar()), A: A.constant)
    let law = model.present.map { Jet(constant: $0) }
    Let("t", symbols.scalar())
    Let("x", x)
    Let("z", Vector<Symbol>.zero(d))
    Let("P", P)
    Let(#"\nabla V(z)"#, "P^{-1}z")
    Let(#"\log\rho(t,x)"#, by: "exponent of the jointly normal law of x_t") { at in
      law.exponent(try at.vector("x"))
    }
    Let(#"\mathbb{E}[z\mid x_t=x]"#, by: "conditioning in closed form") { model.latentMean(given: x) }
    Let(#"\mathbb{E}[\nabla V(z)\mid x_t=x]"#, by: "conditioning in closed form") {
      model.mean(of: P.inverse * model.latent, given: x)
    }
  }

  private static var scoreWithScalarSchedule: Exact {
    Exact("normal latents of any covariance") { symbols, d in
      let gamma = symbols.scalar()
      Let(#"\gamma(t)"#, gamma)
      normalLatent(symbols, d, A: gamma * .identity(d))
      scoreLines(gradientAtTheMean: true)
    }
  }

  private static var scoreWithMatrixSchedule: Exact {
    Exact("normal latents and a matrix schedule") { symbols, d in
      let A = symbols.matrix(d)
      Let("A", A)
      normalLatent(symbols, d, A: A)
      matrixScoreLines(gradientAtTheMean: false)
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
        Let("t", p["t"])
        Let("x", p["x"])
        Let(#"\gamma(t)"#, by: "the schedule") { t in interpolant.A(t)[0, 0] }
        Let(#"\nabla V(z)"#, by: "slope of the potential") { z in
          interpolant.latent.potentials[0].slope(z)
        }
        Let(#"\rho(t,x)"#, by: "finite sum over the endpoints") { at in
          interpolant.law(at: try at.number("t")).density(Vector([try at.number("x")]))
        }
        Let(#"\mathbb{E}[z\mid x_t=x]"#, by: "Bayes' weights of the endpoints") {
          law.latentMean(given: x)[0]
        }
        Let(#"\mathbb{E}[\nabla V(z)\mid x_t=x]"#, by: "Bayes' weights of the endpoints") {
          law.gradientMean(given: x)[0]
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
        let (interpolant, x) = (place.interpolant, place.point)
        let law = interpolant.law(Interval.self)
        Let("t", interpolant.time)
        Let("x", x)
        Let("z", Vector<Interval>.zero(x.dimension))
        Let("A", law.A)
        Let(#"\nabla V(z)"#, by: "slopes of the potentials") { (z: Vector<Jet<Interval>>) in
          interpolant.latent.gradient(z)
        }
        Let(#"\rho(t,x)"#, by: "finite sum over the endpoints") { at in
          interpolant.law(at: try at.number("t")).density(try at.vector("x"))
        }
        Let(#"\mathbb{E}[z\mid x_t=x]"#, by: "Bayes' weights of the endpoints") { law.latentMean(given: x) }
        Let(#"\mathbb{E}[\nabla V(z)\mid x_t=x]"#, by: "Bayes' weights of the endpoints") {
          law.gradientMean(given: x)
        }
        matrixScoreLines(gradientAtTheMean: true)
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
        Let("t", model.time)
        Let("x", x)
        Let(#"\gamma(t)"#, Interval(model.schedule.value))
        Let(#"\nabla V(z)"#, by: "slope of the potential") { z in model.potential.slope(z) }
        Let(#"\rho(t,x)"#, by: "quadrature over the latent, the slope on the normal factor") { at in
          try along(at, value: model.density, slope: model.slope)
        }
        Let(#"\mathbb{E}[z\mid x_t=x]"#, by: "quadrature over the latent") { model.mean(given: x) { $0 } }
        Let(#"\mathbb{E}[\nabla V(z)\mid x_t=x]"#, by: "quadrature over the latent") {
          model.mean(given: x) { model.potential.slope($0) }
        }
      }
    }
  }

  private static var scoreByQuadratureInThePlane: Numerical<PlaneConvolution> {
    Numerical(
      "quadrature in the plane, log cosh x quartic, matrix schedule",
      cases: [PlaneConvolution(x: [0.5, -0.25]), PlaneConvolution(x: [-0.75, 1])]
    ) { model in
      // The density; its gradient; the means of grad V and of z, each times the density.
      let moments = model.moments.map { Interval($0) }
      let pair = { (k: Int) in Vector([moments[k] / moments[0], moments[k + 1] / moments[0]]) }
      let x = Vector(model.x.map { Interval($0) })
      Let("t", 0.5)
      Let("x", x)
      Let("z", Vector<Interval>.zero(2))
      Let("A", model.A.map { Interval($0) })
      Let(#"\nabla V(z)"#, by: "slopes of the potentials") { (z: Vector<Jet<Interval>>) in
        Vector([LogCoshPotential().slope(z[0]), QuarticPotential().slope(z[1])])
      }
      Let(#"\rho(t,x)"#, by: "quadrature in the plane, to first order around the position") { at in
        let step = try at.vector("x") - x.map { Jet(constant: $0) }
        return step.indices.reduce(Jet(constant: moments[0])) {
          $0 + Jet(constant: moments[1 + $1]) * step[$1]
        }
      }
      Let(#"\mathbb{E}[z\mid x_t=x]"#, by: "quadrature in the plane") { pair(5) }
      Let(#"\mathbb{E}[\nabla V(z)\mid x_t=x]"#, by: "quadrature in the plane") { pair(3) }
      matrixScoreLines(gradientAtTheMean: true)
    }
  }

  /// Names for the samples of an interpolant whose lines are read weakly, against a field of waves.
  @Lines<Variate>
  static func latentSample(
    _ interpolant: LatentInterpolant, _ sample: InterpolantSample, field: String
  ) -> [Line<Variate>] {
    Let("t", interpolant.time)
    Let("x", sample.x)
    Let("z", sample.z)
    Let("x_t", sample.x)
    Let(#"\nabla V(z)"#, by: "slopes of the potentials") { interpolant.latent.gradient(sample.z) }
    Let(#"\rho(t,x)"#, densityOf: "x_t")
    Let(#"\varphi(x)"#, field)
  }

  /// A field of waves along the axes of space.
  static var waves: String {
    #"\begin{pmatrix}\sin(\tfrac7{16}x_1)\\\sin(\tfrac7{16}x_2)\\\sin(\tfrac7{16}x_3)\end{pmatrix}"#
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
        let sample = interpolant.sample(draw)
        latentSample(interpolant, sample, field: waves)
        Let(#"\gamma(t)"#, sample.schedule[0, 0].value)
        scoreLines(gradientAtTheMean: nil)
      }
    }
  }

  private static var scoreInWeakFormInThePlane: Statistical<LatentInterpolant> {
    get throws {
      try Statistical(
        "weak form in the plane, matrix schedule", cases: [Latents.plane(time: 0.375, factor: 3)]
      ) { interpolant, draw in
        let sample = interpolant.sample(draw)
        latentSample(
          interpolant, sample,
          field: #"\begin{pmatrix}\sin(\tfrac14x_1)\\\sin(\tfrac14x_2)\end{pmatrix}"#)
        Let("A", sample.schedule.map(\.value))
        matrixScoreLines(gradientAtTheMean: false)
      }
    }
  }

  /// A function of a position on the line at a fixed time, by its value and its slope.
  static func along(
    _ place: Arguments<Interval>, value: (Double) -> Interval, slope: (Double) -> Interval
  ) throws -> Jet<Interval> {
    guard try place.number("t").isStill else { throw StandingStill() }
    return try place.number("x").mapped({ value($0.midpoint) }) { x, _ in
      Jet(constant: slope(x.value.midpoint))
    }
  }

  /// A derivative by the time of what is known at one time alone.
  private struct StandingStill: Error, CustomStringConvertible {
    var description: String { "the density is known at one time alone" }
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
