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
        latentMayDependOnTheEndpoints  // II.1.setup
        try scoreErrorOfADependentLatent  // II.1.setup.corrected
        try interpolantHasADensity  // II.1a
        try velocityTransportsTheDensity  // II.1b
        try anisotropicScore  // II.1c
        try denoiserObjective  // II.1d
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
        \tfrac12\mathbb{E}|\eta|^2 - \mathbb{E}[z\cdot\eta]
        = \tfrac12\mathbb{E}|\eta-\eta_z|^2 - \tfrac12\mathbb{E}|\eta_z|^2
        """#,
        assuming: [#"$\mathbb{E}|\eta(t, x_t)|^2 < \infty$; a weight $w(t) > 0$ may be inserted"#],
        remarks: [
          #"""
          Here $\eta = \eta(t, x_t)$ and $\eta_z = \mathbb{E}[z\mid x_t]$. The left side is the objective at one time $t$,
          $L[\eta] = \int_0^1\mathbb{E}[\frac12|\eta|^2 - z\cdot\eta]\,dt$ the whole of it, and the integral adds up
          what the checks show.
          """#,
          #"""
          The right side is least, and its first term zero, exactly where $\eta = \eta_z$ almost everywhere under
          $\rho\,dt$: this is the minimiser, the excess loss and the minimum at once.
          """#,
        ]
      ) {
        Derivation {
          Step(#"\tfrac12\mathbb{E}|\eta|^2 - \mathbb{E}[z\cdot\eta]"#)
          Step(
            #"\tfrac12\mathbb{E}|\eta-\eta_z|^2 - \tfrac12\mathbb{E}|\eta_z|^2"#,
            because:
              #"$\mathbb{E}[z\cdot\eta(x_t)] = \mathbb{E}[\eta_z(x_t)\cdot\eta(x_t)]$, and the square is completed"#
          )
          Restatement(#"\tfrac12\mathbb{E}|\eta - z|^2 - \tfrac d2"#, because: #"$\mathbb{E}|z|^2 = d$"#)
          Rival(#"\tfrac12\mathbb{E}|\eta-\eta_z|^2"#, "minimum taken to be zero")
          Rival(#"\mathbb{E}|\eta-\eta_z|^2 - \tfrac12\mathbb{E}|\eta_z|^2"#, "excess without one half")
          Rival(
            #"\tfrac12\mathbb{E}|\eta|^2 + \mathbb{E}[z\cdot\eta]"#,
            "sign: the minimiser would be minus the denoiser")
          Rival(
            #"\tfrac12\mathbb{E}|\eta - x_t|^2 - \tfrac12\mathbb{E}|x_t|^2"#, "position in place of latent")
          Rival(
            #"\tfrac12\mathbb{E}|\eta|^2 + \mathbb{E}[(A^{-\top}z)\cdot\eta]"#,
            "the minimiser would be the score")
          Rival(#"\tfrac12\mathbb{E}|\eta|^2 - \mathbb{E}[z\cdot A\eta]"#, "A(t) left inside")
        }
        Exact("affine denoisers, Gaussian endpoints") { symbols, d in
          let model = gaussianInterpolant(symbols, d)
          let (law, A) = (model.present, model.schedule.map(\.value))
          let x = NormalVector(model.joint, model.map.map(\.value))
          let z = NormalVector(model.joint, model.latent)
          let eta = symbols.matrix(d, "K") * x + symbols.vector(d, "c")
          let gain = model.latent * model.joint.covariance * x.matrix.transpose * law.covariance.inverse
          let best = gain * x + model.latentMean(given: .zero(d))
          let means = "moments of the jointly normal law, for an affine denoiser"
          Let("d", d)
          Let(#"\mathbb{E}|\eta|^2"#, by: means) { eta.meanProduct(eta) }
          Let(#"\mathbb{E}[z\cdot\eta]"#, by: means) { z.meanProduct(eta) }
          Let(#"\mathbb{E}|\eta-\eta_z|^2"#, by: means) { (eta - best).meanProduct(eta - best) }
          Let(#"\mathbb{E}|\eta_z|^2"#, by: means) { best.meanProduct(best) }
          Let(#"\mathbb{E}|\eta - z|^2"#, by: means) { (eta - z).meanProduct(eta - z) }
          Let(#"\mathbb{E}|\eta - x_t|^2"#, by: means) { (eta - x).meanProduct(eta - x) }
          Let(#"\mathbb{E}|x_t|^2"#, by: means) { x.meanProduct(x) }
          Let(#"\mathbb{E}[(A^{-\top}z)\cdot\eta]"#, by: means) { (A.transpose.inverse * z).meanProduct(eta) }
          Let(#"\mathbb{E}[z\cdot A\eta]"#, by: means) { z.meanProduct(A * eta) }
        }
        try Numerical(
          "explained part, mixtures on the line",
          cases: [Anisotropic.line(time: 0.5), Anisotropic.line(time: 0.25)]
        ) { interpolant in
          let model = interpolant.model(Jet<Interval>.self)
          Let("t", interpolant.time)
          Let("r", 12)
          Let("A(t)", by: "the schedule") { t in interpolant.A(t)[0, 0] }
          Let(#"\rho(x)"#, by: "density of the mixture of normal laws") { x in
            model.present.density(Vector([x]))
          }
          Let(#"\eta_z(x)"#, by: "conditioning within components, weighted by Bayes") { x in
            model.latentMean(given: Vector([x]))[0]
          }
          Step(
            #"\int_{-r}^r|\eta_z(x)|^2\rho(x)\,dx"#,
            remark:
              "$r = 12$: beyond it both densities are below $10^{-40}$, nothing that the bound could show")
          Step(#"\int_{-r}^r|A^\top\nabla\log\rho(x)|^2\rho(x)\,dx"#, because: "the score identity")
          Rival(#"\int_{-r}^r|A^{-1}\nabla\log\rho(x)|^2\rho(x)\,dx"#, "inverse in place of A")
          Rival(#"\int_{-r}^r|\nabla\log\rho(x)|^2\rho(x)\,dx"#, "A forgotten: the Fisher information")
        }
        try Statistical(
          "a wrong denoiser, mixtures", cases: [Anisotropic.plane(time: 0.375, factor: 6)]
        ) { interpolant, draw in
          let sample = try interpolant.sample(draw)
          Let("d", 2)
          Let("z", sample.z)
          Let("A(t)", sample.schedule.map(\.value))
          Let("x_t", sample.x)
          // Minus waves: a guess that points the wrong way, so that both terms of the objective add up.
          Let(
            #"\eta"#,
            #"-\begin{pmatrix}\sin(\tfrac12(x_t)_1 + \tfrac14(x_t)_2 + \tfrac12) \\ \sin(\tfrac34(x_t)_2 - \tfrac14(x_t)_1)\end{pmatrix}"#
          )
          Let(#"\eta_z"#, by: "conditioning within components, weighted by Bayes") {
            interpolant.model(Variate.self).latentMean(given: sample.x)
          }
        }
      }
    }
  }

  /// An affine function `P w + p` of a jointly normal vector `w`.
  struct NormalVector {
    let law: Gaussian<Symbol>
    let matrix: Matrix<Symbol>
    let offset: Vector<Symbol>

    init(_ law: Gaussian<Symbol>, _ matrix: Matrix<Symbol>, offset: Vector<Symbol>? = nil) {
      (self.law, self.matrix, self.offset) = (law, matrix, offset ?? .zero(matrix.rows))
    }

    /// The expectation of the inner product with another function of the same vector.
    func meanProduct(_ other: NormalVector) -> Symbol {
      (matrix * law.covariance * other.matrix.transpose).trace
        + (matrix * law.mean + offset).dot(other.matrix * law.mean + other.offset)
    }

    static func * (map: Matrix<Symbol>, a: NormalVector) -> NormalVector {
      NormalVector(a.law, map * a.matrix, offset: map * a.offset)
    }
    static func + (a: NormalVector, shift: Vector<Symbol>) -> NormalVector {
      NormalVector(a.law, a.matrix, offset: a.offset + shift)
    }
    static func - (a: NormalVector, b: NormalVector) -> NormalVector {
      NormalVector(a.law, a.matrix - b.matrix, offset: a.offset - b.offset)
    }
  }
}
