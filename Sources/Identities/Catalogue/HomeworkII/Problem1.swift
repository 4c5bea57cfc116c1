import Arithmetic
import Formulas
import Probability
import Transport
import Verification

extension HomeworkII {
  /// Homework II, Problem 1: interpolants whose latent is multiplied by a matrix.
  static var problem1: Problem {
    get throws {
      try Problem(
        "II.1", "Anisotropic stochastic interpolants",
        setting: #"""
          Let $x_t = I(t, x_0, x_1) + A(t) z$ with $z \sim N(0, 1_d)$ and $A(t)$ invertible for $0 < t < 1$, and
          let $\rho(t)$ be the density of $x_t$. In the Gaussian case $w = (x_0, x_1, z)$ is jointly normal,
          $x_t = N w$ with $N = (\alpha 1, \beta 1, A)$, and $m$, $\Sigma$ are the mean and covariance of $x_t$.
          """#
      ) {
        latentMayDependOnTheEndpoints
        try scoreErrorOfADependentLatent
        try interpolantHasADensity
        try velocityTransportsTheDensity
        try anisotropicScore
        try denoiserObjective
      }
    }
  }

  /// A jointly normal `(x_0, x_1)` with any coupling, and an independent latent; every number is free.
  static func gaussianInterpolant(_ symbols: Symbols, _ d: Int) -> GaussianInterpolant<Symbol> {
    let endpoints = Gaussian(mean: symbols.vector(2 * d, "m"), covariance: symbols.covariance(2 * d, "R"))
    func moving(_ name: String) -> Dual<Symbol> {
      Dual(symbols.scalar(name), derivative: symbols.scalar(name + "'"))
    }
    return GaussianInterpolant(
      joint: .independent([endpoints, .standard(d)]), alpha: moving("alpha"), beta: moving("beta"),
      A: Matrix(rows: d, columns: d) { moving("A\($0 + 1)\($1 + 1)") })
  }

  /// II.1c: the score from the conditional mean of the latent.
  private static var anisotropicScore: Identity {
    get throws {
      try Identity(
        "II.1c", "Anisotropic score identity",
        #"\nabla\log\rho(t,x) = -A(t)^{-\top}\,\mathbb{E}[z \mid x_t = x]"#,
        assuming: [
          #"$z$ is independent of $(x_0, x_1)$, which the sheet does not say"#, #"$A(t)$ is invertible"#,
        ]
      ) {
        Derivation {
          Step(#"\nabla\log\rho(t,x)"#)
          Step(#"-A^{-\top}\,\mathbb{E}[z\mid x_t=x]"#, because: "Gaussian conditioning")
          Rival(#"-A^{-1}\,\mathbb{E}[z\mid x_t=x]"#, "transpose dropped")
          Rival(#"-(AA^\top)^{-1}\,\mathbb{E}[z\mid x_t=x]"#, "covariance for matrix")
          Rival(#"-A^\top\,\mathbb{E}[z\mid x_t=x]"#, "inverse dropped")
          Rival(#"A^{-\top}\,\mathbb{E}[z\mid x_t=x]"#, "sign")
          Rival(#"-\dot A^{-\top}\,\mathbb{E}[z\mid x_t=x]"#, "derivative in place of A")
        }
        Exact("Gaussian endpoints, any coupling") { symbols, d in
          let model = gaussianInterpolant(symbols, d)
          let x = symbols.vector(d, "x")
          let law = model.present.map { Jet(constant: $0) }
          Let("t", symbols.scalar("t"))
          Let("x", x)
          Let("A(t)", model.schedule.map(\.value))
          Let(#"\dot A(t)"#, model.schedule.map(\.derivative))
          Let(#"\log\rho(t,x)"#, by: "exponent of the jointly normal law of x_t") { at in
            law.exponent(try at.vector("x"))
          }
          Let(#"\mathbb{E}[z\mid x_t=x]"#, by: "conditioning in closed form") { model.latentMean(given: x) }
        }
        try Numerical(
          "mixtures",
          cases: [
            Anisotropic.line(time: 0.5), Anisotropic.plane(time: 0.5), Anisotropic.plane(time: 0.375),
            Anisotropic.space(3, time: 0.625), Anisotropic.space(5, time: 0.25),
          ]
        ) { interpolant in
          let x = Vector((0..<interpolant.dimension).map { Interval($0 % 2 == 0 ? 0.25 : 0.75) })
          Let("t", interpolant.time)
          Let("x", x)
          Let("A(t)", by: "the schedule") { t in interpolant.A(t) }
          Let(#"\rho(t,x)"#, by: "density of the mixture of normal laws") { at in
            try interpolant.model(at: at.number("t")).present.density(at.vector("x"))
          }
          Let(#"\mathbb{E}[z\mid x_t=x]"#, by: "conditioning within components, weighted by Bayes") {
            interpolant.model(Interval.self).latentMean(given: x)
          }
        }
        try Statistical(
          "weak form, mixtures",
          cases: [Anisotropic.plane(time: 0.375, factor: 6), Anisotropic.space(3, time: 0.625, factor: 6)]
        ) { interpolant, draw in
          scoreInWeakForm(try interpolant.sample(draw))
        }
        Statistical(
          "weak form, curved path and discrete endpoints",
          cases: [CurvedInterpolant(time: 0.25), CurvedInterpolant(time: 0.625)]
        ) { path, draw in
          scoreInWeakForm(path.sample(draw))
        }
      }
    }
  }

  /// Names for the samples of an interpolant; its lines are read weakly, so that no density is needed.
  @Lines<Variate>
  private static func scoreInWeakForm(_ sample: InterpolantSample) -> [Line<Variate>] {
    Let("t", Variate(0.5))
    Let("x", sample.x)
    Let("z", sample.z)
    Let("A(t)", sample.schedule.map(\.value))
    Let(#"\dot A(t)"#, sample.schedule.map(\.derivative))
    Let("x_t", sample.x)
    Let(#"\rho(t,x)"#, densityOf: "x_t")
  }

  /// II.1d: regressing the latent on the position finds its conditional mean.
  private static var denoiserObjective: Identity {
    get throws {
      try Identity(
        "II.1d", "Denoiser objective",
        #"""
        L[\eta] = \int_0^1 \mathbb{E}\bigl[\tfrac12|\eta(t,x_t)|^2 - z\cdot\eta(t,x_t)\bigr]dt
        = \tfrac12\int_0^1\mathbb{E}|\eta - \eta_z|^2 dt - \tfrac12\int_0^1\mathbb{E}|\eta_z|^2 dt
        """#,
        assuming: [#"$\mathbb{E}|\eta(t, x_t)|^2 < \infty$; a weight $w(t) > 0$ may be inserted"#],
        remarks: [
          #"""
          The right side is least, and its first term zero, exactly where $\eta = \eta_z$ almost everywhere under
          $\rho\,dt$: this is the minimiser, the excess loss and the minimum at once. The checks look at one time $t$; the integral adds them up.
          """#
        ]
      ) {
        Exact("affine denoisers, Gaussian endpoints") { symbols, d in
          let model = gaussianInterpolant(symbols, d)
          let (K, c) = (symbols.matrix(d, "K"), symbols.vector(d, "c"))
          let (law, N) = (model.present, model.map.map(\.value))
          // The expectation of |P x + p|^2 from the mean and covariance of x_t.
          let square = { (P: Matrix<Symbol>, p: Vector<Symbol>) in
            (P * law.covariance * P.transpose).trace + (P * law.mean + p).squaredNorm
          }
          let crossed = (K * N * model.joint.covariance * model.latent.transpose).trace
          let (slope, offset) = (
            model.latent * model.joint.covariance * N.transpose * law.covariance.inverse,
            model.latentMean(given: .zero(d))
          )
          let (excess, explained) = (square(K - slope, c - offset), square(slope, offset))
          Step(#"\mathbb{E}[\tfrac12|\eta|^2 - z\cdot\eta], \quad \eta(x) = Kx + c"#) {
            square(K, c) / 2 - crossed
          }
          Step(
            #"\tfrac12\mathbb{E}|\eta-\eta_z|^2 - \tfrac12\mathbb{E}|\eta_z|^2"#,
            because:
              #"$\mathbb{E}[z\cdot\eta(x_t)] = \mathbb{E}[\eta_z(x_t)\cdot\eta(x_t)]$, and the square is completed"#
          ) { (excess - explained) / 2 }
          Restatement(#"\tfrac12\mathbb{E}|\eta - z|^2 - \tfrac d2"#, because: #"$\mathbb{E}|z|^2 = d$"#) {
            let error = K * N - model.latent
            let spread = (error * model.joint.covariance * error.transpose).trace
            return (spread + (error * model.joint.mean + c).squaredNorm - Symbol(d)) / 2
          }
          Rival(#"\tfrac12\mathbb{E}|\eta-\eta_z|^2"#, "minimum taken to be zero") { excess / 2 }
          Rival(#"\mathbb{E}|\eta-\eta_z|^2 - \tfrac12\mathbb{E}|\eta_z|^2"#, "excess without one half") {
            excess - explained / 2
          }
          Rival(
            #"\mathbb{E}[\tfrac12|\eta|^2 + z\cdot\eta]"#, "sign: the minimiser would be minus the denoiser"
          ) {
            square(K, c) / 2 + crossed
          }
          Rival(
            #"\tfrac12\mathbb{E}|\eta - x_t|^2 - \tfrac12\mathbb{E}|x_t|^2"#, "position in place of latent"
          ) {
            let one = Matrix<Symbol>.identity(d)
            return (square(K - one, c) - square(one, .zero(d))) / 2
          }
          Rival(#"\mathbb{E}[\tfrac12|\eta|^2 + (A^{-\top}z)\cdot\eta]"#, "the minimiser would be the score")
          {
            let weight = model.schedule.map(\.value).inverse.transpose
            return square(K, c) / 2
              + (weight * model.latent * model.joint.covariance * N.transpose * K.transpose).trace
          }
          Rival(#"\mathbb{E}[\tfrac12|\eta|^2 - z\cdot A\eta]"#, "A(t) left inside") {
            square(K, c) / 2
              - (model.schedule.map(\.value) * K * N * model.joint.covariance * model.latent.transpose).trace
          }
        }
        try Numerical(
          "explained part, mixtures on the line",
          cases: [Anisotropic.line(time: 0.5), Anisotropic.line(time: 0.25)]
        ) { interpolant in
          let (model, moving) = (interpolant.model(Double.self), interpolant.model(Dual<Double>.self))
          let A = interpolant.A(interpolant.time)[0, 0]
          let mean = { (f: (Double) -> Double) in
            // Beyond 12 both densities are below 1e-40: nothing that the bound could show.
            Quadrature.interval(-12...12) { f($0) * model.present.density(Vector([$0])) }
          }
          Step(#"\mathbb{E}|\eta_z(x_t)|^2"#) { mean { model.latentMean(given: Vector([$0]))[0].squared } }
          Step(#"\mathbb{E}|A^\top\nabla\log\rho(x_t)|^2"#, because: "the score identity") {
            mean { x in (A * derivative(at: x) { moving.present.logDensity(Vector([$0])) }).squared }
          }
          Rival(#"\mathbb{E}|A^{-1}\nabla\log\rho(x_t)|^2"#, "inverse in place of A") {
            mean { x in (derivative(at: x) { moving.present.logDensity(Vector([$0])) } / A).squared }
          }
          Rival(#"\mathbb{E}|\nabla\log\rho(x_t)|^2"#, "A forgotten: the Fisher information") {
            mean { x in derivative(at: x) { moving.present.logDensity(Vector([$0])) }.squared }
          }
        }
        try Statistical(
          "a wrong denoiser, mixtures", cases: [Anisotropic.plane(time: 0.375, factor: 6)]
        ) { interpolant, draw in
          let sample = try interpolant.sample(draw)
          let (x, z) = (sample.x, sample.z)
          let best = interpolant.model(Variate.self).latentMean(given: x)
          // Minus the waves: a guess that points the wrong way, so that both terms of the objective add up.
          let guess = -Vector([Wave([0.5, 0.25])(x), Wave([-0.25, 0.75], phase: 0)(x)])
          let half = Variate(0.5)
          Step(#"\mathbb{E}[\tfrac12|\eta|^2 - z\cdot\eta]"#) { half * guess.squaredNorm - z.dot(guess) }
          Step(
            #"\tfrac12\mathbb{E}|\eta-\eta_z|^2 - \tfrac12\mathbb{E}|\eta_z|^2"#,
            because: "conditioning, and the square is completed"
          ) { half * ((guess - best).squaredNorm - best.squaredNorm) }
          Rival(#"\tfrac12\mathbb{E}|\eta-\eta_z|^2"#, "minimum taken to be zero") {
            half * (guess - best).squaredNorm
          }
          Rival(#"\mathbb{E}|\eta-\eta_z|^2 - \tfrac12\mathbb{E}|\eta_z|^2"#, "excess without one half") {
            (guess - best).squaredNorm - half * best.squaredNorm
          }
          Rival(
            #"\mathbb{E}[\tfrac12|\eta|^2 + z\cdot\eta]"#, "sign: the minimiser would be minus the denoiser"
          ) {
            half * guess.squaredNorm + z.dot(guess)
          }
          Rival(#"\tfrac12\mathbb{E}|\eta-x_t|^2 - \tfrac12\mathbb{E}|x_t|^2"#, "position in place of latent")
          {
            half * guess.squaredNorm - x.dot(guess)
          }
        }
      }
    }
  }
}
