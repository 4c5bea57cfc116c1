import Arithmetic
import Formulas
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
        \tfrac12\nabla\cdot\nabla\cdot(A\rho)
        = \partial_t\rho + \nabla\cdot\bigl((b + \tfrac12\nabla\cdot A + \tfrac12 A\nabla\log\rho)\rho\bigr)
        """#,
        assuming: [
          #"$\rho > 0$ and $A \in C^1$; that $A$ is positive semidefinite is needed only for an SDE to exist"#
        ],
        remarks: [
          #"""
          So $b^A = b + \frac1{2\rho}\nabla\cdot(A\rho) = b + \frac12\nabla\cdot A + \frac12 A\nabla\log\rho$, with
          $(\nabla\cdot A)_i = \sum_j \partial_j A_{ij}$.
          """#,
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
        fokkerPlanckEquation
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

  private static var fokkerPlanckEquation: Derivation {
    Derivation {
      Step(#"\tfrac12\nabla\cdot\nabla\cdot(A\rho)"#)
      Step(
        #"\partial_t\rho + \nabla\cdot\bigl((b + \tfrac12\nabla\cdot A + \tfrac12 A\nabla\log\rho)\rho\bigr)"#,
        because: #"$b$ transports $\rho$, and $b^A\rho = b\rho + \frac12\nabla\cdot(A\rho)$"#)
      Restatement(
        #"\partial_t\rho + \nabla\cdot\bigl((b + \tfrac12\nabla\cdot A + \tfrac12 A\nabla\log\rho + K\nabla\log\rho)\rho\bigr)"#,
        because: #"$w = K\nabla\rho$ has no divergence"#, remark: #"$K^\top = -K$"#)
      Rival(
        #"\partial_t\rho + \nabla\cdot\bigl((b + \tfrac12 A\nabla\log\rho)\rho\bigr)"#,
        "divergence of A dropped")
      Rival(
        #"\partial_t\rho + \nabla\cdot\bigl((b + \nabla\cdot A + \tfrac12 A\nabla\log\rho)\rho\bigr)"#,
        "divergence of A without one half")
      Rival(
        #"\partial_t\rho + \nabla\cdot\bigl((b + \tfrac12\nabla\,\mathrm{tr}A + \tfrac12 A\nabla\log\rho)\rho\bigr)"#,
        "trace in place of divergence")
      Rival(
        #"\partial_t\rho + \nabla\cdot\bigl((b + \tfrac12\nabla\cdot A + A\nabla\log\rho)\rho\bigr)"#,
        "score without one half")
      Rival(
        #"\partial_t\rho + \nabla\cdot\bigl((b + \tfrac12\nabla\cdot A - \tfrac12 A\nabla\log\rho)\rho\bigr)"#,
        "sign of the score")
    }
  }

  /// Names for a free symmetric field with quadratic entries.
  @Lines<Symbol>
  static func freeField(_ symbols: Symbols, _ d: Int) -> [Line<Symbol>] {
    let (field, free) = (symmetricField(symbols, d), symbols.matrix(d + 1))
    Let("A(x)", by: "a quadratic field with free coefficients") { x in field.matrix(x) { Jet(constant: $0) } }
    // On the line there is no other solution: the flux that is added must be constant there.
    Let("K", Matrix(rows: d, columns: d) { free[$0, $1] - free[$1, $0] })
  }

  private static var equationForGaussians: Exact {
    Exact("the equation, quadratic A, moving normal law", dimensions: [1, 2, 3]) { symbols, d in
      transported(MovingGaussian(symbols, d))
      freeField(symbols, d)
    }
  }

  private static var fluxForGaussians: Exact {
    Exact("the flux, quadratic A, normal law") { symbols, d in
      transported(MovingGaussian(symbols, d))
      freeField(symbols, d)
      Step(#"b + \tfrac1{2\rho}\nabla\cdot(A\rho)"#)
      Step(#"b + \tfrac12\nabla\cdot A + \tfrac12 A\nabla\log\rho"#, because: "product rule")
      Rival(#"b + \tfrac12 A\nabla\log\rho"#, "divergence of A dropped")
      Rival(#"b + \nabla\cdot A + \tfrac12 A\nabla\log\rho"#, "divergence of A without one half")
      Rival(#"b + \tfrac12\nabla\,\mathrm{tr}A + \tfrac12 A\nabla\log\rho"#, "trace in place of divergence")
      Rival(#"b + \tfrac12\nabla\cdot A + A\nabla\log\rho"#, "score without one half")
      Rival(#"b + \tfrac12\nabla\cdot A - \tfrac12 A\nabla\log\rho"#, "sign of the score")
      Rival(
        #"b + \tfrac12\nabla\cdot A + \tfrac12 A\nabla\log\rho + K\nabla\log\rho"#,
        "another solution of the equation", remark: #"$K^\top = -K$"#)
    }
  }

  private static var traceOnTheLine: Exact {
    Exact("the trace on the line", dimensions: [1]) { symbols, d in
      transported(MovingGaussian(symbols, d))
      freeField(symbols, d)
      Step(#"b + \tfrac1{2\rho}\nabla\cdot(A\rho)"#)
      Step(#"b + \tfrac12\nabla\cdot A + \tfrac12 A\nabla\log\rho"#, because: "product rule")
      Restatement(
        #"b + \tfrac12\nabla\,\mathrm{tr}A + \tfrac12 A\nabla\log\rho"#, because: #"$\mathrm{tr}A = A$ here"#)
      Rival(
        #"b + \tfrac14\nabla\cdot A + \tfrac12 A\nabla\log\rho"#, "the correction of a Stratonovich equation")
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
        let d = model.interpolant.dimension
        transported(model.interpolant, model.point)
        Let("A(t,x)", by: "the field") { at in
          try model.field.matrix(at.number("t"), at.vector("x"))
        }
        Let("K", Matrix(rows: d, columns: d) { Interval($1 - $0) })
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
      transported(model.path, draw)
      Let("A(t,x)", by: "the field") { at in try model.field.matrix(at.number("t"), at.vector("x")) }
      Let("K", Matrix(rows: 2, columns: 2) { Variate(Double($1 - $0)) })
    }
  }
}
