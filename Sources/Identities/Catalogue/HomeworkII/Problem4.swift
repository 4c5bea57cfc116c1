import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkII {
  /// Homework II, Problem 4: diffusion that depends on time and position.
  static var problem4: Problem {
    get throws {
      try Problem(
        "II.4", "State-dependent diffusion coefficients",
        setting: #"""
          Let $\partial_t\rho + \nabla\cdot(b\rho) = 0$ with $\rho > 0$, and let $A(t,x)$ be a smooth field of symmetric
          positive semidefinite matrices. The drift $b^A$ is to satisfy
          $\partial_t\rho + \nabla\cdot(b^A\rho) = \frac12\nabla\cdot\nabla\cdot(A\rho)$, the Fokker-Planck equation of
          the Ito equation $dX = b^A dt + A^{1/2} dW$.
          """#,
        figures: [correctionFigure]
      ) {
        try driftOfAStateDependentDiffusion  // II.4a
        try constantDiffusion  // II.4b
        try divergenceCorrection  // II.4c
      }
    }
  }

  /// II.4b: a constant multiple of the identity.
  private static var constantDiffusion: Identity {
    get throws {
      try Identity(
        "II.4b", "Constant isotropic diffusion",
        #"A = 2\varepsilon 1 \implies b^A = b + \varepsilon\nabla\log\rho"#,
        assuming: [#"$\varepsilon$ does not depend on $x$"#]
      ) {
        substitution
        positionDependentEpsilon
        try constantDiffusionOfMixtures
        constantDiffusionInWeakForm
      }
    }
  }

  private static var substitution: Exact {
    Exact("substitution, normal law") { symbols, d in
      let (law, epsilon) = (MovingGaussian(symbols, d), symbols.scalar())
      let b = law.velocity(law.point) { $0 }
      let A = { (_: Vector<Dual<Symbol>>) in Dual(constant: 2 * epsilon) * Matrix<Dual<Symbol>>.identity(d) }
      Step(#"b + \tfrac1{2\rho}\nabla\cdot(A\rho), \quad A = 2\varepsilon 1"#) {
        b + rowDivergence(at: law.point) { law.relative($0) * A($0) } / 2
      }
      Step(#"b + \tfrac12\nabla\cdot A + \tfrac12 A\nabla\log\rho"#, because: "II.4a") {
        DiffusionDrift(at: law.point, velocity: b, score: law.score, diffusion: A).drift
      }
      Rival(#"b + \nabla\cdot A + A\nabla\log\rho"#, "both halves forgotten") {
        let terms = DiffusionDrift(at: law.point, velocity: b, score: law.score, diffusion: A)
        return terms.velocity + terms.divergence + terms.weightedScore
      }
      Step(#"b + \varepsilon\nabla\log\rho"#, because: #"$\nabla\cdot A = 0$"#) { b + epsilon * law.score }
      Restatement(#"b + \varepsilon\tfrac{\nabla\rho}\rho"#, because: "the density itself differentiated") {
        b + epsilon * gradient(at: law.point) { law.relative($0) }
      }
      Rival(#"b + 2\varepsilon\nabla\log\rho"#, "one half forgotten") { b + 2 * epsilon * law.score }
      Rival(#"b - \varepsilon\nabla\log\rho"#, "drift of the reversed diffusion") { b - epsilon * law.score }
    }
  }

  private static var positionDependentEpsilon: Exact {
    Exact("epsilon that depends on the position") { symbols, d in
      let law = MovingGaussian(symbols, d)
      let (constant, slope, bend) = (symbols.scalar(), symbols.vector(d), symbols.symmetric(d))
      let epsilon = { (x: Vector<Dual<Symbol>>) in
        Dual(constant: constant) + slope.constant.dot(x) + x.dot(bend.constant * x)
      }
      let here = epsilon(law.point.constant).value
      Step(#"\tfrac1{2\rho}\nabla\cdot(2\varepsilon(x)\rho)"#) {
        rowDivergence(at: law.point) { 2 * epsilon($0) * law.relative($0) * .identity(d) } / 2
      }
      Step(
        #"\nabla\varepsilon + \varepsilon\nabla\log\rho"#,
        because: #"$\nabla\cdot(\varepsilon 1) = \nabla\varepsilon$"#
      ) {
        gradient(at: law.point, of: epsilon) + here * law.score
      }
      Rival(#"\varepsilon\nabla\log\rho"#, "gradient of epsilon forgotten") { here * law.score }
      Rival(#"2\nabla\varepsilon + \varepsilon\nabla\log\rho"#, "divergence without one half") {
        2 * gradient(at: law.point, of: epsilon) + here * law.score
      }
    }
  }

  private static var constantDiffusionOfMixtures: Numerical<AnisotropicInterpolant> {
    get throws {
      try Numerical(
        "Fokker-Planck equation, mixtures, epsilon = 3/8",
        cases: [Anisotropic.plane(time: 0.375), Anisotropic.space(3, time: 0.625)]
      ) { interpolant in
        let x = Vector((0..<interpolant.dimension).map { Interval($0 % 2 == 0 ? 0.25 : 0.75) })
        let epsilon = Interval(0.375)
        let (model, moving) = (interpolant.model(Interval.self), interpolant.model(Dual<Interval>.self))
        let transport = divergence(at: x) { y in moving.present.density(y) * moving.velocity(y) }
        // By the score of the components on one side, and by the density itself on the other.
        let score = divergence(at: x) { y in moving.present.density(y) * moving.present.score(y) }
        let twice = interpolant.model(Dual<Dual<Interval>>.self).present
        let laplacian = doubleDivergence(at: x) { y in twice.density(y) * .identity(y.dimension) }
        Step(#"\partial_t\rho"#) { model.law.density(x.constant).derivative }
        Step(
          #"\varepsilon\Delta\rho - \nabla\cdot((b + \varepsilon\nabla\log\rho)\rho)"#,
          because: #"$\rho\nabla\log\rho = \nabla\rho$"#
        ) { epsilon * laplacian - transport - epsilon * score }
        Rival(#"b + 2\varepsilon\nabla\log\rho"#, "one half forgotten") {
          epsilon * laplacian - transport - 2 * epsilon * score
        }
        Rival(#"b - \varepsilon\nabla\log\rho"#, "drift of the reversed diffusion") {
          epsilon * laplacian - transport + epsilon * score
        }
      }
    }
  }

  private static var constantDiffusionInWeakForm: Statistical<CurvedInterpolant> {
    Statistical(
      "the generator in weak form, no closed form", cases: [CurvedInterpolant(time: 0.625)]
    ) { path, draw in
      let sample = path.sample(draw)
      let (x, k, epsilon) = (sample.x, [0.25, -0.1875], Variate(1.5))
      let (wave, slope) = Wave(k, phase: 0).valueAndGradient(x)
      let transport = slope.dot(sample.velocity)
      // E[grad log rho . grad phi] is the expectation of -(B^-T z) . grad phi, with B(t) the latent's matrix.
      let score = -(sample.schedule.map(\.value).transpose.inverse * sample.z).dot(slope)
      let laplacian = -Variate(k.reduce(0) { $0 + $1 * $1 }) * wave
      Step(#"\tfrac{d}{dt}\mathbb{E}[\varphi(x_t)] = \mathbb{E}[\nabla\varphi(x_t)\cdot\dot x_t]"#) {
        transport
      }
      Step(
        #"\mathbb{E}[(b + \varepsilon\nabla\log\rho)\cdot\nabla\varphi + \varepsilon\Delta\varphi]"#,
        because: #"the score by $\mathbb{E}[\nabla\log\rho\,\psi] = -\mathbb{E}[B^{-\top}z\,\psi]$"#
      ) { transport + epsilon * (score + laplacian) }
      Rival(#"b + 2\varepsilon\nabla\log\rho"#, "one half forgotten") {
        transport + epsilon * (2 * score + laplacian)
      }
      Rival(#"b - \varepsilon\nabla\log\rho"#, "drift of the reversed diffusion") {
        transport + epsilon * (laplacian - score)
      }
    }
  }
}
