import Arithmetic
import Formulas
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
        #"b + \tfrac12\nabla\cdot A + \tfrac12 A\nabla\log\rho = b + \varepsilon\nabla\log\rho"#,
        assuming: [#"$A = 2\varepsilon 1$, and $\varepsilon$ does not depend on $x$"#]
      ) {
        Derivation {
          Step(#"\varepsilon\Delta\rho"#)
          Step(
            #"\partial_t\rho + \nabla\cdot\bigl((b + \varepsilon\nabla\log\rho)\rho\bigr)"#,
            because: #"$b$ transports $\rho$, and $\rho\nabla\log\rho = \nabla\rho$"#)
          Rival(
            #"\partial_t\rho + \nabla\cdot\bigl((b + 2\varepsilon\nabla\log\rho)\rho\bigr)"#,
            "one half forgotten")
          Rival(
            #"\partial_t\rho + \nabla\cdot\bigl((b - \varepsilon\nabla\log\rho)\rho\bigr)"#,
            "drift of the reversed diffusion")
        }
        substitution
        positionDependentEpsilon
        try constantDiffusionOfMixtures
        constantDiffusionInWeakForm
      }
    }
  }

  private static var substitution: Exact {
    Exact("substitution, normal law") { symbols, d in
      transported(MovingGaussian(symbols, d))
      Let("I", Matrix<Symbol>.identity(d))
      Let(#"\varepsilon"#, symbols.scalar())
      Let("A(x)", #"2\varepsilon I"#)
      Step(#"b + \tfrac1{2\rho}\nabla\cdot(A\rho)"#, remark: #"$A = 2\varepsilon I$"#)
      Step(#"b + \tfrac12\nabla\cdot A + \tfrac12 A\nabla\log\rho"#, because: "II.4a")
      Rival(#"b + \nabla\cdot A + A\nabla\log\rho"#, "both halves forgotten")
      Step(#"b + \varepsilon\nabla\log\rho"#, because: #"$\nabla\cdot A = 0$"#)
      Restatement(#"b + \varepsilon\tfrac{\nabla\rho}{\rho}"#, because: "the density itself differentiated")
      Rival(#"b + 2\varepsilon\nabla\log\rho"#, "one half forgotten")
      Rival(#"b - \varepsilon\nabla\log\rho"#, "drift of the reversed diffusion")
    }
  }

  private static var positionDependentEpsilon: Exact {
    Exact("epsilon that depends on the position") { symbols, d in
      transported(MovingGaussian(symbols, d))
      Let("I", Matrix<Symbol>.identity(d))
      Let("e", symbols.scalar())
      Let("s", symbols.vector(d))
      Let("H", symbols.symmetric(d))
      Let(#"\varepsilon(x)"#, #"e + s\cdot x + x\cdot H x"#)
      Step(#"\tfrac1{2\rho}\nabla\cdot(2\varepsilon\rho I)"#)
      Step(
        #"\nabla\varepsilon + \varepsilon\nabla\log\rho"#,
        because: #"$\nabla\cdot(\varepsilon I) = \nabla\varepsilon$"#)
      Rival(#"\varepsilon\nabla\log\rho"#, "gradient of epsilon forgotten")
      Rival(#"2\nabla\varepsilon + \varepsilon\nabla\log\rho"#, "divergence without one half")
    }
  }

  private static var constantDiffusionOfMixtures: Numerical<AnisotropicInterpolant> {
    get throws {
      try Numerical(
        "Fokker-Planck equation, mixtures, epsilon = 3/8",
        cases: [Anisotropic.plane(time: 0.375), Anisotropic.space(3, time: 0.625)]
      ) { interpolant in
        transported(
          interpolant, Vector((0..<interpolant.dimension).map { Interval($0 % 2 == 0 ? 0.25 : 0.75) }))
        Let(#"\varepsilon"#, 0.375)
      }
    }
  }

  private static var constantDiffusionInWeakForm: Statistical<CurvedInterpolant> {
    Statistical(
      "the generator in weak form, no closed form", cases: [CurvedInterpolant(time: 0.625)]
    ) { path, draw in
      transported(path, draw)
      Let(#"\varepsilon"#, 1.5)
    }
  }
}
