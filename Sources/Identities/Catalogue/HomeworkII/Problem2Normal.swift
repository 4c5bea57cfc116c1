import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkII {
  /// II.2b: the Gaussian formula as the special case of a quadratic potential.
  static var scoreOfANormalLatent: Identity {
    get throws {
      try Identity(
        "II.2b", "The Gaussian formula",
        #"\nabla\log\rho(t,x) = -\gamma^{-1}\,\mathbb{E}[z\mid x_t=x]"#,
        assuming: [#"as for II.2a, with $V(z) = \frac12|z|^2$, so that $\nabla V(z) = z$"#],
        remarks: [
          #"""
          Two of the checks carry a variance $\sigma^2$, so that $V = |z|^2/2\sigma^2$ and $\nabla V = \sigma^{-2}z$;
          $\sigma = 1$ is the formula. With $V = |z|^2$, variance one half, $\nabla V = 2z$.
          """#
        ]
      ) {
        Derivation {
          Step(#"\nabla\log\rho(t,x)"#)
          Step(
            #"-\gamma^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#, because: "II.2a",
            remark: #"$V = |z|^2/2\sigma^2$"#)
          Rival(#"-\gamma^{-2}\,\mathbb{E}[\nabla V(z)\mid x_t=x]"#, "schedule squared")
          Step(#"-\gamma^{-1}\sigma^{-2}\,\mathbb{E}[z\mid x_t=x]"#, because: #"$\nabla V = \sigma^{-2}z$"#)
          Restatement(
            #"-\gamma^{-2}\sigma^{-2}\,\mathbb{E}[x_t - I\mid x_t=x]"#,
            because: #"$\gamma z = x_t - I$, not recognised"#)
          Rival(#"-\gamma^{-1}\,\mathbb{E}[z\mid x_t=x]"#, "variance forgotten")
          Rival(#"-2\gamma^{-1}\sigma^{-2}\,\mathbb{E}[z\mid x_t=x]"#, "V without one half")
          Rival(#"-\gamma^{-1}\sigma^{-1}\,\mathbb{E}[z\mid x_t=x]"#, "deviation in place of the variance")
        }
        Exact("normal latents of any variance") { symbols, d in
          let (sigma, x) = (symbols.scalar(), symbols.vector(d))
          let model = isotropicInterpolant(symbols, d, variance: sigma.squared)
          let path = Matrix(rows: d, columns: 3 * d) { $1 < 2 * d ? model.map[$0, $1].value : 0 }
          isotropicNames(model, x)
          Let(#"\sigma"#, sigma)
          Let(#"\mathbb{E}[\nabla V(z)\mid x_t=x]"#, by: "conditioning in closed form") {
            model.mean(of: 1 / sigma.squared * model.latent, given: x)
          }
          Let(#"\mathbb{E}[x_t - I\mid x_t=x]"#, by: "conditioning in closed form") {
            x - model.mean(of: path, given: x)
          }
        }
        try Numerical(
          "mixtures, unit variance",
          cases: [
            Anisotropic.line(time: 0.5), Anisotropic.line(time: 0.25), Anisotropic.line(time: 0.8125),
          ]
        ) { interpolant in
          Let("t", interpolant.time)
          Let("x", 0.25)
          Let(#"\gamma"#, interpolant.A(Interval(interpolant.time))[0, 0])
          Let(#"\rho(t,x)"#, by: "density of the mixture of normal laws") { at in
            try interpolant.model(at: at.number("t")).present.density(Vector([at.number("x")]))
          }
          Let(#"\mathbb{E}[z\mid x_t=x]"#, by: "conditioning within components, weighted by Bayes") {
            interpolant.model(Interval.self).latentMean(given: Vector([Interval(0.25)]))[0]
          }
          Step(#"\nabla\log\rho(t,x)"#)
          Step(#"-\gamma^{-1}\,\mathbb{E}[z\mid x_t=x]"#, because: #"$\nabla V(z) = z$"#)
          Rival(#"-2\gamma^{-1}\,\mathbb{E}[z\mid x_t=x]"#, "V without one half")
          Rival(#"-\gamma^{-2}\,\mathbb{E}[z\mid x_t=x]"#, "schedule squared")
        }
        try Statistical(
          "weak form, discrete endpoints",
          cases: [1, 0.5].map { variance in
            let potential = try NormalPotential(variance: variance)
            return try Latents.product([potential, potential, potential], time: 0.25)
          }
        ) { interpolant, draw in
          let sample = interpolant.sample(draw)
          latentSample(interpolant, sample, field: waves)
          Let("I", sample.path.map(\.value))
          Let(#"\gamma"#, sample.schedule[0, 0].value)
          Let(#"\sigma"#, by: "the latent's law") {
            Variate(1 / Double.sqrt(interpolant.latent.potentials[0].slope(1.0)))
          }
        }
      }
    }
  }

  /// Jointly normal endpoints, any schedules, and an independent latent of a variance in each coordinate.
  private static func isotropicInterpolant(
    _ symbols: Symbols, _ d: Int, variance: Symbol
  ) -> GaussianInterpolant<Symbol> {
    func moving() -> Dual<Symbol> { Dual(symbols.scalar(), derivative: symbols.scalar()) }
    let endpoints = Gaussian(mean: symbols.vector(2 * d), covariance: symbols.symmetric(2 * d))
    let gamma = moving()
    return GaussianInterpolant(
      joint: .independent([endpoints, Gaussian(mean: .zero(d), covariance: variance * .identity(d))]),
      alpha: moving(), beta: moving(), A: Matrix(rows: d, columns: d) { $0 == $1 ? gamma : 0 })
  }

  /// Names for such an interpolant at a position.
  @Lines<Symbol>
  private static func isotropicNames(
    _ model: GaussianInterpolant<Symbol>, _ x: Vector<Symbol>
  ) -> [Line<Symbol>] {
    let law = model.present.map { Jet(constant: $0) }
    Let("t", 0 as Symbol)
    Let("x", x)
    Let(#"\gamma"#, model.schedule[0, 0].value)
    Let(#"\dot\gamma"#, model.schedule[0, 0].derivative)
    Let(#"\log\rho(t,x)"#, by: "exponent of the jointly normal law of x_t") { at in
      law.exponent(try at.vector("x"))
    }
    Let(#"\mathbb{E}[z\mid x_t=x]"#, by: "conditioning in closed form") { model.latentMean(given: x) }
  }

  /// II.2d: what a Gaussian latent is convenient for.
  static var convenienceOfNormalLatents: Identity {
    get throws {
      try Identity(
        "II.2d", "Why Gaussian latents are convenient",
        #"""
        \mathbb{E}[\partial_tI + \dot\gamma z\mid x_t=x] = \mathbb{E}[\partial_tI\mid x_t=x]
        - \gamma\dot\gamma\nabla\log\rho(t,x) + \dot\gamma\,\mathbb{E}[z - \nabla V(z)\mid x_t=x]
        """#,
        assuming: ["as for II.2a, and unit variance for the right side to vanish"],
        remarks: [
          #"""
          With $b = \mathbb{E}[\dot x_t\mid x]$, $v = \mathbb{E}[\partial_t I\mid x]$ and the score $s$ this is
          $b - (v - \gamma\dot\gamma\,s) = \dot\gamma\,\mathbb{E}[z - \nabla V(z)\mid x]$: zero if $V = \frac12|z|^2$.
          """#,
          #"""
          The velocity is $b = v + \dot\gamma\,\mathbb{E}[z\mid x]$, the score $s = -\gamma^{-1}\mathbb{E}[\nabla V(z)\mid x]$:
          two regressions on the latent. They are one exactly if $\nabla V$ is affine, that is, for a normal latent; then
          one denoiser gives both, and $b = v - \sigma^2\gamma\dot\gamma\,s$.
          """#,
          #"""
          Besides, normal mixtures stay normal mixtures, with every conditional expectation in closed form, and
          $\rho$ solves the heat equation in the time $\gamma^2/2$ when $I$ is held still.
          """#,
          #"""
          For the other laws the shortcut is wrong wherever $\dot\gamma\ne0$; for the symmetric schedule it is right at
          $t = \frac12$ by accident, where a check can see no error.
          """#,
        ]
      ) {
        Derivation { gapLines() }
        shortcutForNormalLatents
        heatEquation
        try velocityOfCurvedLatents
        try shortcutAtTheMiddle
        try distanceOfTheRegressions
        try meanSquareOfTheDistance
        try shortcutInWeakForm
      }
    }
  }

  /// The lines of the gap between the velocity and the shortcut.
  @Lines<Scalar>
  private static func gapLines<Scalar: LineScalar>() -> [Line<Scalar>] {
    let shortcut = #"\mathbb{E}[\partial_tI\mid x_t=x] - \gamma\dot\gamma\nabla\log\rho(t,x)"#
    Step(#"\mathbb{E}[\partial_tI + \dot\gamma z\mid x_t=x]"#)
    Step(
      shortcut + #" + \dot\gamma\,\mathbb{E}[z - \nabla V(z)\mid x_t=x]"#,
      because: #"$-\gamma s = \mathbb{E}[\nabla V\mid x]$ added and taken away: two different regressions"#)
    Rival(shortcut, "shortcut of a normal latent of unit variance")
    Rival(shortcut + #" - \dot\gamma\,\mathbb{E}[z - \nabla V(z)\mid x_t=x]"#, "sign of the gap")
  }

  private static var shortcutForNormalLatents: Exact {
    Exact("normal latents of any variance") { symbols, d in
      let (square, x) = (symbols.scalar(), symbols.vector(d))
      let model = isotropicInterpolant(symbols, d, variance: square)
      let means = "conditioning in closed form"
      isotropicNames(model, x)
      Let(#"\sigma^2"#, square)
      Let(#"\mathbb{E}[\partial_tI + \dot\gamma z\mid x_t=x]"#, by: means) { model.velocity(x) }
      Let(#"\mathbb{E}[\partial_tI\mid x_t=x]"#, by: means) {
        model.mean(of: model.rate { _, _ in 0 }, given: x)
      }
      Let(#"\mathbb{E}[z - \nabla V(z)\mid x_t=x]"#, by: means) {
        model.mean(of: (1 - 1 / square) * model.latent, given: x)
      }
      gapLines()
      Step(
        #"\mathbb{E}[\partial_tI\mid x_t=x] - \sigma^2\gamma\dot\gamma\nabla\log\rho(t,x)"#,
        because: #"$\nabla V = \sigma^{-2}z$: one regression is enough"#)
      Rival(
        #"\mathbb{E}[\partial_tI\mid x_t=x] - \frac{1}{\sigma^2}\gamma\dot\gamma\nabla\log\rho(t,x)"#,
        "variance inverted")
      Rival(#"\mathbb{E}[\partial_tI\mid x_t=x] + \sigma^2\gamma\dot\gamma\nabla\log\rho(t,x)"#, "sign")
    }
  }

  private static var heatEquation: Exact {
    Exact("heat equation in half the squared schedule") { symbols, d in
      let path = Gaussian(mean: symbols.vector(d), covariance: symbols.symmetric(d)).map { Jet(constant: $0) }
      Let(#"\tau"#, symbols.scalar())
      Let("x", symbols.vector(d))
      Let(#"\log\rho(\tau,x)"#, by: "logarithm of the normal density, up to a constant") { at in
        let law = Gaussian(
          mean: path.mean, covariance: path.covariance + 2 * (try at.number(#"\tau"#)) * .identity(d))
        // The logarithm of the determinant, whose value does not matter.
        let volume = law.covariance.determinant.mapped({ _ in 0 }) { x, _ in 1 / x }
        return law.exponent(try at.vector("x")) - volume / 2
      }
      Step(#"\partial_\tau\log\rho"#, remark: #"$\tau = \frac12\gamma^2$ and $I\sim N(m, S)$"#)
      Step(
        #"\Delta\log\rho + |\nabla\log\rho|^2"#,
        because: #"$\partial_\tau\rho = \Delta\rho$, divided by $\rho$"#)
      Rival(#"\tfrac12(\Delta\log\rho + |\nabla\log\rho|^2)"#, "time taken as the squared schedule")
      Rival(#"\Delta\log\rho"#, "logarithm not differentiated")
    }
  }

  /// Names for a discrete interpolant on the line, the velocity by the continuity equation alone.
  @Lines<Estimate>
  private static func gapNames(_ place: LatentPoint) -> [Line<Estimate>] {
    let (law, x) = (place.interpolant.law(Interval.self), place.point)
    let means = "Bayes' weights of the endpoints"
    Let("t", place.interpolant.time)
    Let("x", x[0])
    Let(#"\gamma"#, place.schedule.value)
    Let(#"\dot\gamma"#, place.schedule.derivative)
    Let(#"\rho(t,x)"#, by: "finite sum over the endpoints") { at in
      place.interpolant.law(at: try at.number("t")).density(Vector([try at.number("x")]))
    }
    Let(
      #"\mathbb{E}[\partial_tI + \dot\gamma z\mid x_t=x]"#,
      by: "the rate of the distribution function, over the density"
    ) { place.flux }
    Let(#"\mathbb{E}[\partial_tI\mid x_t=x]"#, by: means) { law.displacementMean(given: x)[0] }
    Let(#"\mathbb{E}[z - \nabla V(z)\mid x_t=x]"#, by: means) {
      law.latentMean(given: x)[0] - law.gradientMean(given: x)[0]
    }
  }

  private static var velocityOfCurvedLatents: Numerical<LatentPoint> {
    get throws {
      try Numerical(
        "the gap for other laws, discrete endpoints",
        cases: (Latents.curved() + [NormalPotential(variance: 2)]).flatMap { potential in
          try [(0.1875, -0.5), (0.75, 0.75)].map {
            LatentPoint(interpolant: try Latents.line(potential, time: $0), x: [$1])
          }
        }
      ) { place in gapNames(place) }
    }
  }

  private static var shortcutAtTheMiddle: Numerical<LatentPoint> {
    get throws {
      try Numerical(
        "at the middle of a symmetric schedule the gap hides",
        cases: Latents.curved().map { LatentPoint(interpolant: try Latents.line($0, time: 0.5), x: [0.25]) }
      ) { place in
        gapNames(place)
        Step(#"\mathbb{E}[\partial_tI + \dot\gamma z\mid x_t=x]"#, remark: #"$t = \frac12$"#)
        Step(#"\mathbb{E}[\partial_tI\mid x_t=x]"#, because: #"$\dot\gamma(\tfrac12) = 0$"#)
        Restatement(
          #"\mathbb{E}[\partial_tI\mid x_t=x] - \gamma\dot\gamma\nabla\log\rho(t,x)"#,
          because: "the shortcut is right here, for every law")
        Rival(
          #"\mathbb{E}[\partial_tI\mid x_t=x] - \gamma^2\nabla\log\rho(t,x)"#,
          "schedule in place of its slope")
      }
    }
  }

  private static var distanceOfTheRegressions: Numerical<LatentConvolution> {
    get throws {
      try Numerical(
        "how far apart the two regressions are, normal mixtures",
        cases: Latents.curved().map { try Latents.mixture($0, time: 0.25) }
      ) { model in
        let (x, means) = (0.375, "quadrature over the latent")
        Let("t", model.time)
        Let("x", x)
        Let(#"\gamma"#, Interval(model.schedule.value))
        Let(#"\dot\gamma"#, Interval(model.schedule.derivative))
        Let(#"\rho(t,x)"#, by: "quadrature over the latent, the slope on the normal factor") { at in
          try along(at, value: model.density, slope: model.slope)
        }
        Let("b", by: "the rate of the distribution function, over the density") { model.flux(x) }
        Let("v", by: means) { model.displacementMean(given: x) }
        Let(#"\nabla V(z)"#, by: "slope of the potential") { z in model.potential.slope(z) }
        Let(#"\mathbb{E}[z\mid x_t=x]"#, by: means) { model.mean(given: x) { $0 } }
        Let(#"\mathbb{E}[\nabla V(z)\mid x_t=x]"#, by: means) {
          model.mean(given: x) { model.potential.slope($0) }
        }
        Step(
          #"\mathbb{E}[\nabla V(z)\mid x_t=x] + \dot\gamma^{-1}(b - v + \gamma\dot\gamma\nabla\log\rho(t,x))"#,
          remark:
            #"$b = -\partial_tF/\rho$ with the distribution function $F$, and $v = \mathbb{E}[\partial_tI\mid x_t=x]$"#
        )
        Step(#"\mathbb{E}[z\mid x_t=x]"#, because: #"the gap is $\dot\gamma$ times their difference"#)
        Rival(#"\mathbb{E}[\nabla V(z)\mid x_t=x]"#, "the two regressions taken to be one")
        Rival(#"\nabla V(\mathbb{E}[z\mid x_t=x])"#, "gradient at the mean")
      }
    }
  }

  private static var meanSquareOfTheDistance: Numerical<LatentInterpolant> {
    get throws {
      try Numerical(
        "how far apart the two regressions are in mean square",
        cases: (Latents.curved() + [NormalPotential(variance: 2)]).map { try Latents.line($0, time: 0.25) }
      ) { interpolant in
        let objective = LineObjective(interpolant)
        let slope = { (z: Double) in interpolant.latent.potentials[0].slope(z) }
        let distance = { (x: Double) in objective.latentMean(x) - objective.best(x) }
        let means = "quadrature over the latent, for each value of the path"
        Let(#"\mathbb{E}[z\delta(x_t)]"#, by: means) { objective.mean { x, z in z * distance(x) } }
        Let(#"\mathbb{E}[V'(z)\delta(x_t)]"#, by: means) { objective.mean { x, z in slope(z) * distance(x) } }
        Let(#"\mathbb{E}[\delta(x_t)^2]"#, by: means) { objective.mean { x, _ in distance(x).squared } }
        Let(#"\dot\gamma"#, interpolant.A(Dual(variable: Interval(interpolant.time)))[0, 0].derivative)
        Let(#"\mathbb{E}[(b - v + \gamma\dot\gamma\,s)^2]"#, by: means) {
          objective.mean { x, _ in (objective.shortcutError(x) * objective.gammaSlope).squared }
        }
        Let(#"\mathbb{E}[(z - V'(z))^2]"#, by: means) { objective.mean { _, z in (z - slope(z)).squared } }
        Let(#"\mathbb{E}[(z - V'(z))\,\mathbb{E}[z\mid x_t]]"#, by: means) {
          objective.mean { x, z in (z - slope(z)) * objective.latentMean(x) }
        }
        Step(
          #"\mathbb{E}[z\delta(x_t)] - \mathbb{E}[V'(z)\delta(x_t)]"#,
          remark: #"$\delta(x) = \mathbb{E}[z\mid x_t=x] - \mathbb{E}[V'(z)\mid x_t=x]$"#)
        Step(#"\mathbb{E}[\delta(x_t)^2]"#, because: "conditioning on the position")
        Restatement(
          #"\mathbb{E}[(b - v + \gamma\dot\gamma\,s)^2]/\dot\gamma^2"#,
          because: #"the error of the shortcut is $\dot\gamma\,\delta$"#)
        Rival("0", "the two regressions taken to be one")
        Rival(#"\mathbb{E}[(z - V'(z))^2]"#, "no conditioning")
        Rival(#"\mathbb{E}[(z - V'(z))\,\mathbb{E}[z\mid x_t]]"#, "only one of the regressions")
      }
    }
  }

  private static var shortcutInWeakForm: Statistical<LatentInterpolant> {
    get throws {
      try Statistical(
        "weak form, products of different laws",
        cases: [
          Latents.product(
            [LogCoshPotential(), QuarticPotential(), StudentPotential(degrees: 4)], time: 0.1875),
          Latents.product(
            [NormalPotential(variance: 2), LogCoshPotential(), NormalPotential(variance: 0.25)], time: 0.1875),
        ]
      ) { interpolant, draw in
        let sample = interpolant.sample(draw)
        latentSample(interpolant, sample, field: waves)
        Let(#"\gamma"#, sample.schedule[0, 0].value)
        Let(#"\dot\gamma"#, sample.schedule[0, 0].derivative)
        Let(#"\partial_tI"#, sample.path.map(\.derivative))
      }
    }
  }

  /// By how much the shortcut misses the velocity, along the line.
  static var shortcutFigure: Figure {
    Figure(
      "score-shortcut-gap",
      caption: #"""
        The error $b - (v - \gamma\dot\gamma\,s)$ of the shortcut that is right for a normal latent, for three other
        latents of Problem 2 between normal mixtures at $t = \frac14$.
        """#,
      x: .init("x"), y: .init("error of the velocity")
    ) {
      try ([NormalPotential()] + Latents.curved()).map { potential in
        let model = try Latents.mixture(potential, time: 0.25)
        return Figure.Series(
          potential.description,
          points: (-24...24).map { k in
            let x = Double(k) / 8
            return (
              x,
              (Interval(model.schedule.derivative) * model.mean(given: x) { $0 - potential.slope($0) })
                .midpoint
            )
          })
      }
    }
  }
}
