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
        #"V(z) = \tfrac12|z|^2 \implies \nabla V(z) = z, \quad \nabla\log\rho(t,x) = -\gamma^{-1}\,\mathbb{E}[z\mid x_t=x]"#,
        assuming: ["as for II.2a"],
        remarks: [
          #"""
          The checks carry a variance $\sigma^2$, so that $V = |z|^2/2\sigma^2$ and $\nabla V = \sigma^{-2}z$;
          $\sigma = 1$ is the formula. With $V = |z|^2$, variance one half, $\nabla V = 2z$.
          """#
        ]
      ) {
        Exact("normal latents of any variance") { symbols, d in
          let (sigma, gamma) = (symbols.scalar(), symbols.scalar())
          let endpoints = Gaussian(mean: symbols.vector(2 * d), covariance: symbols.symmetric(2 * d))
          let latent = Gaussian(mean: .zero(d), covariance: sigma.squared * .identity(d))
          let model = GaussianInterpolant(
            joint: .independent([endpoints, latent]), alpha: Dual(constant: symbols.scalar()),
            beta: Dual(constant: symbols.scalar()),
            A: Matrix(rows: d, columns: d) { $0 == $1 ? Dual(constant: gamma) : 0 })
          let x = symbols.vector(d)
          let mean = model.latentMean(given: x)
          let path = Matrix(rows: d, columns: 3 * d) { $1 < 2 * d ? model.map[$0, $1].value : 0 }
          Step(#"\nabla\log\rho(t,x)"#) { gradient(at: x, of: model.constant.present.exponent) }
          Step(
            #"-\gamma^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x], \quad V = \tfrac{|z|^2}{2\sigma^2}"#,
            because: "II.2a, the gradient by automatic differentiation and linear in the latent"
          ) {
            -(gradient(at: mean) { $0.squaredNorm / (2 * Dual(constant: sigma.squared)) } / gamma)
          }
          Rival(#"-\gamma^{-2}\,\mathbb{E}[\nabla V(z)\mid x]"#, "schedule squared") {
            -(gradient(at: mean) { $0.squaredNorm / (2 * Dual(constant: sigma.squared)) } / gamma.squared)
          }
          Step(#"-\gamma^{-1}\sigma^{-2}\,\mathbb{E}[z\mid x_t=x]"#, because: #"$\nabla V = \sigma^{-2}z$"#) {
            -(mean / (gamma * sigma.squared))
          }
          Restatement(
            #"-\gamma^{-2}\sigma^{-2}\,\mathbb{E}[x - I\mid x_t=x]"#,
            because: #"$\gamma z = x - I$, not recognised"#
          ) { -((x - model.mean(of: path, given: x)) / (gamma * sigma).squared) }
          Rival(#"-\gamma^{-1}\,\mathbb{E}[z\mid x]"#, "variance forgotten") { -(mean / gamma) }
          Rival(#"-2\gamma^{-1}\sigma^{-2}\,\mathbb{E}[z\mid x]"#, "V without one half") {
            let scale = gamma * sigma.squared
            return -(2 * mean / scale)
          }
          Rival(#"-\gamma^{-1}\sigma^{-1}\,\mathbb{E}[z\mid x]"#, "deviation in place of the variance") {
            -(mean / (gamma * sigma))
          }
        }
        try Numerical(
          "mixtures, unit variance",
          cases: [
            Anisotropic.line(time: 0.5), Anisotropic.line(time: 0.25), Anisotropic.line(time: 0.8125),
          ]
        ) { interpolant in
          let (x, gamma) = (Vector([Interval(0.25)]), interpolant.A(Interval(interpolant.time))[0, 0])
          let mean = interpolant.model(Interval.self).latentMean(given: x)[0]
          Step(#"\partial_x\log\rho(t,x)"#) {
            gradient(at: x, of: interpolant.model(Dual<Interval>.self).present.logDensity)
          }
          Step(#"-\gamma^{-1}\,\mathbb{E}[z\mid x_t=x]"#, because: #"$V'(z) = z$"#) { -mean / gamma }
          Rival(#"-2\gamma^{-1}\,\mathbb{E}[z\mid x]"#, "V without one half") { -2 * mean / gamma }
          Rival(#"-\gamma^{-2}\,\mathbb{E}[z\mid x]"#, "schedule squared") { -mean / gamma.squared }
        }
        try Statistical(
          "weak form, discrete endpoints",
          cases: [1, 0.5].map { variance in
            let potential = try NormalPotential(variance: variance)
            return try Latents.product([potential, potential, potential], time: 0.25)
          }
        ) { interpolant, draw in
          let (sample, waves) = (
            interpolant.sample(draw), WaveField([[0.4375, 0, 0], [0, 0.4375, 0], [0, 0, 0.4375]])
          )
          let gamma = sample.schedule[0, 0].value
          let (field, divergence) = waves.valueAndDivergence(sample.x)
          let work = field.dot(interpolant.latent.gradient(sample.z)) / gamma
          Step(#"\mathbb{E}[\nabla\cdot\varphi(x_t)]"#) { divergence }
          Step(
            #"\mathbb{E}[\gamma^{-1}\sigma^{-2}z\cdot\varphi(x_t)]"#,
            because: #"by parts, with $\nabla V = \sigma^{-2}z$"#
          ) { work }
          Rival(#"\mathbb{E}[\gamma^{-1}z\cdot\varphi(x_t)]"#, "variance forgotten") {
            field.dot(sample.z) / gamma
          }
          Rival(#"2\,\mathbb{E}[\gamma^{-1}\sigma^{-2}z\cdot\varphi(x_t)]"#, "V without one half") {
            2 * work
          }
          Rival(#"\mathbb{E}[\gamma^{-2}\sigma^{-2}z\cdot\varphi(x_t)]"#, "schedule squared") { work / gamma }
        }
      }
    }
  }

  /// II.2d: what a Gaussian latent is convenient for.
  static var convenienceOfNormalLatents: Identity {
    get throws {
      try Identity(
        "II.2d", "Why Gaussian latents are convenient",
        #"""
        b - (v - \gamma\dot\gamma\,s) = \dot\gamma\,\mathbb{E}[z - \nabla V(z)\mid x_t=x], \quad
        \text{zero if } V = \tfrac12|z|^2
        """#,
        assuming: ["as for II.2a, and unit variance for the right side to vanish"],
        remarks: [
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

  private static var shortcutForNormalLatents: Exact {
    Exact("normal latents of any variance") { symbols, d in
      let (square, gamma, slope) = (symbols.scalar(), symbols.scalar(), symbols.scalar())
      let endpoints = Gaussian(mean: symbols.vector(2 * d), covariance: symbols.symmetric(2 * d))
      let model = GaussianInterpolant(
        joint: .independent([endpoints, Gaussian(mean: .zero(d), covariance: square * .identity(d))]),
        alpha: Dual(symbols.scalar(), derivative: symbols.scalar()),
        beta: Dual(symbols.scalar(), derivative: symbols.scalar()),
        A: Matrix(rows: d, columns: d) { $0 == $1 ? Dual(gamma, derivative: slope) : 0 })
      let x = symbols.vector(d)
      let (v, s) = (model.mean(of: model.rate { _, _ in 0 }, given: x), model.score(x))
      let mean = model.latentMean(given: x)
      Step(#"b = \mathbb{E}[\partial_t I + \dot\gamma z\mid x_t=x]"#) { model.velocity(x) }
      Step(
        #"v - \gamma\dot\gamma\,s + \dot\gamma\,\mathbb{E}[z - \nabla V(z)\mid x]"#,
        because: #"$-\gamma s = \mathbb{E}[\nabla V\mid x]$ added and taken away"#
      ) { v - gamma * slope * s + slope * (mean - mean / square) }
      Rival(#"v - \gamma\dot\gamma\,s"#, "unit variance assumed") { v - gamma * slope * s }
      Rival(#"v - \gamma\dot\gamma\,s - \dot\gamma\,\mathbb{E}[z - \nabla V(z)\mid x]"#, "sign of the gap") {
        v - gamma * slope * s - slope * (mean - mean / square)
      }
      Step(
        #"v - \sigma^2\gamma\dot\gamma\,s"#, because: #"$\nabla V = \sigma^{-2}z$: one regression is enough"#
      ) {
        v - square * gamma * slope * s
      }
      Rival(#"v - \sigma^{-2}\gamma\dot\gamma\,s"#, "variance inverted") { v - gamma * slope / square * s }
      Rival(#"v + \sigma^2\gamma\dot\gamma\,s"#, "sign") { v + square * gamma * slope * s }
    }
  }

  private static var heatEquation: Exact {
    Exact("heat equation in half the squared schedule") { symbols, d in
      let (path, x) = (Gaussian(mean: symbols.vector(d), covariance: symbols.symmetric(d)), symbols.vector(d))
      let tau = symbols.scalar()
      let law = Gaussian(
        mean: path.mean.constant,
        covariance: path.covariance.constant + 2 * Dual(variable: tau) * .identity(d))
      let present = law.map(\.value)
      Step(#"\partial_\tau\log\rho, \quad \tau = \tfrac12\gamma^2, \; I\sim N(m, S)"#) {
        let volume = law.covariance.determinant
        return law.exponent(x.constant).derivative - volume.derivative / volume.value / 2
      }
      Step(
        #"\Delta\log\rho + |\nabla\log\rho|^2"#,
        because: #"$\partial_\tau\rho = \Delta\rho$, divided by $\rho$"#
      ) {
        divergence(at: x, of: present.constant.score) + present.score(x).squaredNorm
      }
      Rival(#"\tfrac12(\Delta\log\rho + |\nabla\log\rho|^2)"#, "time taken as the squared schedule") {
        (divergence(at: x, of: present.constant.score) + present.score(x).squaredNorm) / 2
      }
      Rival(#"\Delta\log\rho"#, "logarithm not differentiated") {
        divergence(at: x, of: present.constant.score)
      }
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
      ) { place in
        let (law, x, gamma) = (place.interpolant.law(Interval.self), place.point, place.schedule)
        let (v, s) = (law.displacementMean(given: x)[0], law.score(x)[0])
        let gap = gamma.derivative * (law.latentMean(given: x) - law.gradientMean(given: x))[0]
        Step(#"b = -\partial_t F(t,x)/\rho(t,x)"#) { place.flux }
        Step(
          #"v - \gamma\dot\gamma\,s + \dot\gamma\,\mathbb{E}[z - V'(z)\mid x]"#,
          because: "two different regressions"
        ) { v - gamma.value * gamma.derivative * s + gap }
        Rival(#"v - \gamma\dot\gamma\,s"#, "shortcut of a normal latent") {
          v - gamma.value * gamma.derivative * s
        }
        Rival(#"v - \gamma\dot\gamma\,s - \dot\gamma\,\mathbb{E}[z - V'(z)\mid x]"#, "sign of the gap") {
          v - gamma.value * gamma.derivative * s - gap
        }
      }
    }
  }

  private static var shortcutAtTheMiddle: Numerical<LatentPoint> {
    get throws {
      try Numerical(
        "at the middle of a symmetric schedule the gap hides",
        cases: Latents.curved().map { LatentPoint(interpolant: try Latents.line($0, time: 0.5), x: [0.25]) }
      ) { place in
        let (law, x, gamma) = (place.interpolant.law(Interval.self), place.point, place.schedule)
        let v = law.displacementMean(given: x)[0]
        Step(#"b = -\partial_t F(\tfrac12,x)/\rho(\tfrac12,x)"#) { place.flux }
        Step(#"v"#, because: #"$\dot\gamma(\tfrac12) = 0$"#) { v }
        Restatement(#"v - \gamma\dot\gamma\,s"#, because: "the shortcut is right here, for every law") {
          v - gamma.value * gamma.derivative * law.score(x)[0]
        }
        Rival(#"v - \gamma^2 s"#, "schedule in place of its slope") {
          v - gamma.value.squared * law.score(x)[0]
        }
      }
    }
  }

  private static var distanceOfTheRegressions: Numerical<LatentConvolution> {
    get throws {
      try Numerical(
        "how far apart the two regressions are, normal mixtures",
        cases: Latents.curved().map { try Latents.mixture($0, time: 0.25) }
      ) { model in
        let x = 0.375
        let gamma = model.schedule
        let (score, v) = (model.slope(x) / model.density(x), model.displacementMean(given: x))
        let shortcut = v - Interval(gamma.value) * Interval(gamma.derivative) * score
        let (z, slope) = (model.mean(given: x) { $0 }, model.mean(given: x) { model.potential.slope($0) })
        Step(
          #"\mathbb{E}[V'(z)\mid x] + \dot\gamma^{-1}(b - v + \gamma\dot\gamma\,s), \quad b = -\partial_t F/\rho"#
        ) {
          slope + (model.flux(x) - shortcut) / Interval(gamma.derivative)
        }
        Step(#"\mathbb{E}[z\mid x]"#, because: #"the gap is $\dot\gamma$ times their difference"#) { z }
        Rival(#"\mathbb{E}[V'(z)\mid x]"#, "the two regressions taken to be one") { slope }
        Rival(#"V'(\mathbb{E}[z\mid x])"#, "gradient at the mean") { model.potential.slope(z) }
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
        Step(
          #"\mathbb{E}\bigl[(z - V'(z))\,\delta(x_t)\bigr], \quad \delta(x) = \mathbb{E}[z\mid x] - \mathbb{E}[V'(z)\mid x]"#
        ) {
          objective.mean { x, z in (z - slope(z)) * distance(x) }
        }
        Step(#"\mathbb{E}[\delta(x_t)^2] > 0"#, because: "conditioning on the position") {
          objective.mean { x, _ in distance(x).squared }
        }
        Restatement(
          #"\mathbb{E}[(b - v + \gamma\dot\gamma\,s)^2]/\dot\gamma^2"#,
          because: #"the error of the shortcut is $\dot\gamma\,\delta$"#
        ) { objective.mean { x, _ in objective.shortcutError(x).squared } }
        Rival(#"0"#, "the two regressions taken to be one") { 0 as Interval }
        Rival(#"\mathbb{E}[(z - V'(z))^2]"#, "no conditioning") {
          objective.mean { _, z in (z - slope(z)).squared }
        }
        Rival(#"\mathbb{E}[(z - V'(z))\,\mathbb{E}[z\mid x]]"#, "only one of the regressions") {
          objective.mean { x, z in (z - slope(z)) * objective.latentMean(x) }
        }
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
        let (sample, waves) = (
          interpolant.sample(draw), WaveField([[0.4375, 0, 0], [0, 0.4375, 0], [0, 0, 0.4375]])
        )
        let (field, divergence) = waves.valueAndDivergence(sample.x)
        let gamma = sample.schedule[0, 0]
        let path = field.dot(sample.path.map(\.derivative))
        let score = gamma.value * gamma.derivative * divergence
        let gap = gamma.derivative * field.dot(sample.z - interpolant.latent.gradient(sample.z))
        Step(#"\mathbb{E}[\varphi(x_t)\cdot\dot x_t]"#) { field.dot(sample.velocity) }
        Step(
          #"\mathbb{E}[\varphi\cdot\partial_t I] + \gamma\dot\gamma\,\mathbb{E}[\nabla\cdot\varphi] + \dot\gamma\,\mathbb{E}[\varphi\cdot(z - \nabla V(z))]"#,
          because: "the score by parts, and the gap"
        ) { path + score + gap }
        Rival(
          #"\mathbb{E}[\varphi\cdot\partial_t I] + \gamma\dot\gamma\,\mathbb{E}[\nabla\cdot\varphi]"#,
          "shortcut of a normal latent"
        ) {
          path + score
        }
        Rival(#"\ldots - \dot\gamma\,\mathbb{E}[\varphi\cdot(z - \nabla V(z))]"#, "sign of the gap") {
          path + score - gap
        }
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
