import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkII {
  /// II.4a: the drift for a diffusion that depends on the position.
  static var driftOfAStateDependentDiffusion: Identity {
    get throws {
      try Identity(
        "II.4a", "The drift for a state-dependent diffusion",
        #"""
        b^A = b + \tfrac1{2\rho}\nabla\cdot(A\rho) = b + \tfrac12\nabla\cdot A + \tfrac12 A\nabla\log\rho
        \implies \partial_t\rho + \nabla\cdot(b^A\rho) = \tfrac12\nabla\cdot\nabla\cdot(A\rho),
        \quad (\nabla\cdot A)_i = \sum_j \partial_j A_{ij}
        """#,
        assuming: [
          #"$\rho > 0$ and $A \in C^1$; that $A$ is positive semidefinite is needed only for an SDE to exist"#
        ],
        remarks: [
          #"""
          The drift is not unique: $b^A + w/\rho$ with $\nabla\cdot w = 0$ solves the same equation. Against the
          equation it is a restatement; the flux $\tfrac1{2\rho}\nabla\cdot(A\rho)$ rejects it.
          """#,
          #"""
          On the line $\nabla\cdot A$ and $\nabla\,\mathrm{tr}A$ are both $A'$: there the second is a restatement
          and cannot be rejected.
          """#,
        ]
      ) {
        equationForGaussians
        fluxForGaussians
        traceOnTheLine
        try equationForMixtures
        generatorInWeakForm
        try particlesReachTheDensity
        try orderOfTheScheme
      }
    }
  }

  private static var equationForGaussians: Exact {
    Exact("the equation, quadratic A, moving normal law", dimensions: [1, 2, 3]) { symbols, d in
      let (law, A) = (MovingGaussian(symbols, d), symmetricField(symbols, d))
      let x = law.point
      // Divided by the density at the point, everything is rational.
      let diffusion =
        doubleDivergence(at: x) { y in
          law.relative(y) * A.matrix(y) { Dual(constant: Dual(constant: $0)) }
        } / 2
      let flux = { (b: (Vector<Dual<Symbol>>, DiffusionDrift<Dual<Symbol>>) -> Vector<Dual<Symbol>>) in
        divergence(at: x) { y in
          let lift = { (s: Symbol) in Dual(constant: s) }
          let terms = DiffusionDrift(
            at: y, velocity: law.velocity(y, lift),
            score: -(law.precision.constant * (y - law.mean.map { lift($0.value) })),
            diffusion: { z in A.matrix(z) { Dual(constant: lift($0)) } })
          return law.relative(y) * b(y, terms)
        }
      }
      // An antisymmetric matrix, for a flux without divergence.
      let free = symbols.matrix(d)
      let turn = (free - free.transpose).constant
      Step(#"\partial_t\rho / \rho"#) { law.rate }
      Step(
        #"\bigl(\tfrac12\nabla\cdot\nabla\cdot(A\rho) - \nabla\cdot(b^A\rho)\bigr)/\rho"#,
        because: #"$b$ transports $\rho$, and $b^A\rho = b\rho + \frac12\nabla\cdot(A\rho)$"#
      ) { diffusion - flux { $1.drift } }
      Restatement(
        #"b^A + K\nabla\log\rho, \quad K^\top = -K"#, because: #"$w = K\nabla\rho$ has no divergence"#
      ) {
        diffusion
          - flux { y, b in
            b.drift - turn * (law.precision.constant * (y - law.mean.map { Dual(constant: $0.value) }))
          }
      }
      Rival(#"b + \tfrac12 A\nabla\log\rho"#, "divergence of A dropped") {
        diffusion - flux { $1.velocity + $1.weightedScore / 2 }
      }
      Rival(#"b + \nabla\cdot A + \tfrac12 A\nabla\log\rho"#, "divergence of A without one half") {
        diffusion - flux { $1.drift + $1.divergence / 2 }
      }
      Rival(#"b + \tfrac12\nabla\,\mathrm{tr}A + \tfrac12 A\nabla\log\rho"#, "trace in place of divergence") {
        diffusion - flux { $1.velocity + ($1.traceGradient + $1.weightedScore) / 2 }
      }
      Rival(#"b + \tfrac12\nabla\cdot A + A\nabla\log\rho"#, "score without one half") {
        diffusion - flux { $1.drift + $1.weightedScore / 2 }
      }
      Rival(#"b + \tfrac12\nabla\cdot A - \tfrac12 A\nabla\log\rho"#, "sign of the score") {
        diffusion - flux { $1.drift - $1.weightedScore }
      }
    }
  }

  private static var fluxForGaussians: Exact {
    Exact("the flux, quadratic A, normal law") { symbols, d in
      let (law, A) = (MovingGaussian(symbols, d), symmetricField(symbols, d))
      let field = { (y: Vector<Dual<Symbol>>) in A.matrix(y) { Dual(constant: $0) } }
      let terms = DiffusionDrift(
        at: law.point, velocity: law.velocity(law.point) { $0 }, score: law.score, diffusion: field)
      let free = symbols.matrix(d + 1)
      Step(#"b + \tfrac1{2\rho}\nabla\cdot(A\rho)"#) {
        terms.velocity + rowDivergence(at: law.point) { law.relative($0) * field($0) } / 2
      }
      Step(#"b + \tfrac12\nabla\cdot A + \tfrac12 A\nabla\log\rho"#, because: "product rule") { terms.drift }
      Rival(#"b + \tfrac12 A\nabla\log\rho"#, "divergence of A dropped") {
        terms.velocity + terms.weightedScore / 2
      }
      Rival(#"b + \nabla\cdot A + \tfrac12 A\nabla\log\rho"#, "divergence of A without one half") {
        terms.drift + terms.divergence / 2
      }
      Rival(#"b + \tfrac12\nabla\,\mathrm{tr}A + \tfrac12 A\nabla\log\rho"#, "trace in place of divergence") {
        terms.velocity + (terms.traceGradient + terms.weightedScore) / 2
      }
      Rival(#"b + \tfrac12\nabla\cdot A + A\nabla\log\rho"#, "score without one half") {
        terms.drift + terms.weightedScore / 2
      }
      Rival(#"b + \tfrac12\nabla\cdot A - \tfrac12 A\nabla\log\rho"#, "sign of the score") {
        terms.drift - terms.weightedScore
      }
      Rival(#"b^A + K\nabla\log\rho, \quad K^\top = -K"#, "another solution of the equation") {
        // On the line there is none: the flux that is added must be constant there.
        let turn = Matrix(rows: d, columns: d) { free[$0, $1] - free[$1, $0] }
        return terms.drift + turn * law.score
      }
    }
  }

  private static var traceOnTheLine: Exact {
    Exact("the trace on the line", dimensions: [1]) { symbols, d in
      let (law, A) = (MovingGaussian(symbols, d), symmetricField(symbols, d))
      let field = { (y: Vector<Dual<Symbol>>) in A.matrix(y) { Dual(constant: $0) } }
      let terms = DiffusionDrift(
        at: law.point, velocity: law.velocity(law.point) { $0 }, score: law.score, diffusion: field)
      Step(#"b + \tfrac1{2\rho}(A\rho)'"#) {
        terms.velocity + rowDivergence(at: law.point) { law.relative($0) * field($0) } / 2
      }
      Step(#"b + \tfrac12 A' + \tfrac12 A(\log\rho)'"#, because: "product rule") { terms.drift }
      Restatement(
        #"b + \tfrac12\nabla\,\mathrm{tr}A + \tfrac12 A\nabla\log\rho"#, because: #"$\mathrm{tr}A = A$ here"#
      ) { terms.velocity + (terms.traceGradient + terms.weightedScore) / 2 }
      Rival(#"b + \tfrac14 A' + \tfrac12 A(\log\rho)'"#, "the correction of a Stratonovich equation") {
        terms.drift - terms.divergence / 4
      }
    }
  }

  private static var equationForMixtures: Numerical<DiffusedInterpolant> {
    get throws {
      try Numerical(
        "the equation, mixtures",
        cases: [
          DiffusedInterpolant(Anisotropic.line(time: 0.25), rank: 1),
          DiffusedInterpolant(Anisotropic.plane(time: 0.375), rank: 2),
          DiffusedInterpolant(Anisotropic.plane(time: 0.5), rank: 1),
          DiffusedInterpolant(Anisotropic.space(3, time: 0.625), rank: 3),
          DiffusedInterpolant(Anisotropic.space(3, time: 0.375), rank: 2),
        ]
      ) { model in
        let (interpolant, field, x) = (model.interpolant, model.field, model.point)
        let moving = interpolant.model(Dual<Interval>.self)
        let (law, twice) = (moving.present, interpolant.model(Dual<Dual<Interval>>.self).present)
        let diffusion =
          doubleDivergence(at: x) { y in
            twice.density(y) * field.matrix(Dual(interpolant.time), y)
          } / 2
        // One divergence for each term of the drift: the variants are sums of them.
        let flux = { (term: KeyPath<DiffusionDrift<Dual<Interval>>, Vector<Dual<Interval>>>) in
          divergence(at: x) { y in
            let terms = DiffusionDrift(
              at: y, velocity: moving.velocity(y), score: law.score(y),
              diffusion: { field.matrix(Dual(interpolant.time), $0) })
            return law.density(y) * terms[keyPath: term]
          }
        }
        let (transport, correction) = (flux(\.velocity), flux(\.divergence) / 2)
        let (score, trace) = (flux(\.weightedScore) / 2, flux(\.traceGradient) / 2)
        Step(#"\partial_t\rho"#) {
          interpolant.model(Interval.self).law.density(x.constant).derivative
        }
        Step(
          #"\tfrac12\nabla\cdot\nabla\cdot(A\rho) - \nabla\cdot(b^A\rho)"#,
          because: "score by components, derivatives by automatic differentiation"
        ) { diffusion - transport - correction - score }
        Rival(#"b + \tfrac12 A\nabla\log\rho"#, "divergence of A dropped") { diffusion - transport - score }
        Rival(#"b + \nabla\cdot A + \tfrac12 A\nabla\log\rho"#, "divergence of A without one half") {
          diffusion - transport - 2 * correction - score
        }
        Rival(
          #"b + \tfrac12\nabla\,\mathrm{tr}A + \tfrac12 A\nabla\log\rho"#, "trace in place of divergence"
        ) { diffusion - transport - trace - score }
        Rival(#"b + \tfrac12\nabla\cdot A + A\nabla\log\rho"#, "score without one half") {
          diffusion - transport - correction - 2 * score
        }
        Rival(#"b + \tfrac12\nabla\cdot A - \tfrac12 A\nabla\log\rho"#, "sign of the score") {
          diffusion - transport - correction + score
        }
      }
    }
  }

  private static var generatorInWeakForm: Statistical<DiffusedPath> {
    Statistical(
      "the generator in weak form, no closed form",
      cases: [
        DiffusedPath(
          path: CurvedInterpolant(time: 0.75), field: WavyField(dimension: 2, rank: 2, strength: 1.5)),
        DiffusedPath(
          path: CurvedInterpolant(time: 0.625), field: WavyField(dimension: 2, rank: 1, strength: 2)),
      ]
    ) { model, draw in
      let sample = model.path.sample(draw)
      let (x, t, k) = (sample.x, Variate(model.path.time), [0.25, -0.1875])
      let ((wave, slope), half) = (Wave(k, phase: 0).valueAndGradient(x), Variate(0.5))
      // E[A grad log rho . grad phi] is the expectation of -(A B^-T z) . grad phi, with B(t) the latent's matrix.
      let terms = DiffusionDrift(
        at: x, velocity: sample.velocity, score: -(sample.schedule.map(\.value).transpose.inverse * sample.z),
        diffusion: { model.field.matrix(Dual(constant: t), $0) })
      let vector = Vector(k.map { Variate($0) })
      let curvature = -(wave * vector.dot(model.field.matrix(t, x) * vector))
      let generator = { (drift: Vector<Variate>) in drift.dot(slope) + half * curvature }
      Step(#"\tfrac{d}{dt}\mathbb{E}[\varphi(x_t)] = \mathbb{E}[\nabla\varphi(x_t)\cdot\dot x_t]"#) {
        terms.velocity.dot(slope)
      }
      Step(
        #"\mathbb{E}[b^A\cdot\nabla\varphi + \tfrac12 A:\nabla^2\varphi]"#,
        because:
          #"the equation in weak form; the score by $\mathbb{E}[\nabla\log\rho\,\psi] = -\mathbb{E}[B^{-\top}z\,\psi]$"#
      ) { generator(terms.drift) }
      Rival(#"b + \tfrac12 A\nabla\log\rho"#, "divergence of A dropped") {
        generator(terms.velocity + half * terms.weightedScore)
      }
      Rival(#"b + \nabla\cdot A + \tfrac12 A\nabla\log\rho"#, "divergence of A without one half") {
        generator(terms.drift + half * terms.divergence)
      }
      Rival(#"b + \tfrac12\nabla\,\mathrm{tr}A + \tfrac12 A\nabla\log\rho"#, "trace in place of divergence") {
        generator(terms.velocity + half * (terms.traceGradient + terms.weightedScore))
      }
      Rival(#"b + \tfrac12\nabla\cdot A + A\nabla\log\rho"#, "score without one half") {
        generator(terms.drift + half * terms.weightedScore)
      }
      Rival(#"b + \tfrac12\nabla\cdot A - \tfrac12 A\nabla\log\rho"#, "sign of the score") {
        generator(terms.drift - terms.weightedScore)
      }
    }
  }
}
