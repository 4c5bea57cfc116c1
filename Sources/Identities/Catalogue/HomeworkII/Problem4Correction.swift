import Arithmetic
import Formulas
import Transport
import Verification

extension HomeworkII {
  /// II.4c: why the diffusion's divergence must be added, and what the other conventions need.
  static var divergenceCorrection: Identity {
    get throws {
      try Identity(
        "II.4c", "The divergence correction",
        #"""
        \tfrac12\nabla\cdot\nabla\cdot(A\rho) = \nabla\cdot\bigl(\tfrac12 A\nabla\rho + \tfrac12(\nabla\cdot A)\rho\bigr)
        """#,
        assuming: [#"$A \in C^2$; on the line for the rule of one half and one quarter"#],
        remarks: [
          #"""
          Explanation. Ito noise is read off where the particle starts its step. Where $A$ is large particles leave fast,
          where it is small they stay: they gather where $A$ is small, as if a drift $-\tfrac12\nabla\cdot A$ were
          pushing them there. The flux shows it: beside Fick's $\tfrac12 A\nabla\rho$, which a score can cancel, it
          holds $\tfrac12(\nabla\cdot A)\rho$, which only a drift can. For constant $A$ that term is zero.
          """#,
          #"""
          The other conventions read $A$ later in the step and gather less. On the line a Stratonovich equation needs
          half of the correction and a Haenggi-Klimontovich equation none. In several dimensions half of the
          correction is wrong in general: a Stratonovich drift needs
          $\tfrac12\nabla\cdot A - \tfrac12\sum_k(\sigma_k\cdot\nabla)\sigma_k$ for $A = \sum_k\sigma_k\sigma_k^\top$.
          """#,
        ]
      ) {
        fluxAndDrift
        stationaryResidual
        threeFormsOfTheGenerator
        halfOnTheLine
        try threeConventionsReachTheDensity
        try threeConventionsInTheLimit
        firstOrder
      }
    }
  }

  private static var fluxAndDrift: Exact {
    Exact("the flux of an Ito diffusion", dimensions: [1, 2, 3]) { symbols, d in
      transported(MovingGaussian(symbols, d))
      freeField(symbols, d)
      Step(#"\tfrac12\nabla\cdot\nabla\cdot(A\rho)"#)
      Step(
        #"\nabla\cdot\bigl(\tfrac12 A\nabla\rho + \tfrac12(\nabla\cdot A)\rho\bigr)"#,
        because: #"$\nabla\cdot(A\rho) = A\nabla\rho + (\nabla\cdot A)\rho$"#)
      Rival(#"\tfrac12\nabla\cdot(A\nabla\rho)"#, "Fick's form with the drift of Ito's")
      Rival(
        #"\nabla\cdot\bigl(\tfrac12 A\nabla\rho + \tfrac14(\nabla\cdot A)\rho\bigr)"#,
        "half of the correction, as a Stratonovich equation needs")
      Rival(#"\nabla\cdot\bigl(\tfrac12 A\nabla\rho + (\nabla\cdot A)\rho\bigr)"#, "one half lost")
    }
  }

  private static var stationaryResidual: Exact {
    Exact("a law at rest without the correction", dimensions: [1, 2, 3]) { symbols, d in
      transported(MovingGaussian(symbols, d))
      freeField(symbols, d)
      Step(#"\tfrac12\nabla\cdot\nabla\cdot(A\rho) - \nabla\cdot(\tfrac12\rho A\nabla\log\rho)"#)
      Step(
        #"\tfrac12\nabla\cdot(\rho\,\nabla\cdot A)"#,
        because: "this rate of change of the density is left over: the law does not stay")
      Rival("0", "no correction needed")
      Rival(#"\tfrac14\nabla\cdot(\rho\,\nabla\cdot A)"#, "as if read in Stratonovich's sense")
    }
  }

  /// The drifts of the three conventions, with factors of the diffusion that vary in direction and size.
  private static var threeFormsOfTheGenerator: Exact {
    Exact("three conventions, one generator", dimensions: [2, 3]) { symbols, d in
      let root = QuadraticField(
        constant: symbols.matrix(d), linear: (0..<d).map { _ in symbols.matrix(d) },
        quadratic: (0..<d * d).map { _ in symbols.matrix(d) })
      Let("d", d)
      Let("x", symbols.vector(d))
      Let("b^A", symbols.vector(d))
      Let("s", symbols.vector(d))
      Let("H", symbols.symmetric(d))
      Let("f(x)", #"s\cdot x + \tfrac12 x\cdot H x"#)
      Let(#"\sigma(x)"#, by: "a quadratic field with free coefficients") { x in
        root.matrix(x) { Jet(constant: $0) }
      }
      Let(#"\sigma_k(x)"#, by: "the column k of this field", of: ["k", "x"]) { at in
        let (k, sigma) = (try at.number("k").value, root.matrix(try at.vector("x")) { Jet(constant: $0) })
        let column = (0..<d).first { Symbol($0 + 1).residue == k.residue } ?? 0
        return Vector((0..<d).map { sigma[$0, column] })
      }
      Let("A(x)", #"\sigma\sigma^\top"#)
      Step(#"b^A\cdot\nabla f + \tfrac12 A:\nabla^2 f"#, remark: "Ito")
      Step(
        #"(b^A - \tfrac12\nabla\cdot A + \tfrac12\sigma\,\nabla\cdot\sigma^\top)\cdot\nabla f + \tfrac12\sum_{k=1}^d\sigma_k\cdot\nabla(\sigma_k\cdot\nabla f)"#,
        because:
          #"$b^S = b^A - \frac12\sum_k(\sigma_k\cdot\nabla)\sigma_k$, $A = \sum_k\sigma_k\sigma_k^\top$"#,
        remark: "Stratonovich")
      Rival(
        #"b^A\cdot\nabla f + \tfrac12\sum_{k=1}^d\sigma_k\cdot\nabla(\sigma_k\cdot\nabla f)"#,
        "Ito's drift in a Stratonovich equation")
      Rival(
        #"(b^A - \tfrac12\nabla\cdot A)\cdot\nabla f + \tfrac12\sum_{k=1}^d\sigma_k\cdot\nabla(\sigma_k\cdot\nabla f)"#,
        "no correction", remark: #"$b^S = b + \frac12 A\nabla\log\rho$"#)
      Rival(
        #"(b^A - \tfrac14\nabla\cdot A)\cdot\nabla f + \tfrac12\sum_{k=1}^d\sigma_k\cdot\nabla(\sigma_k\cdot\nabla f)"#,
        "the line's rule of one half of the correction")
      Step(
        #"(b^A - \tfrac12\nabla\cdot A)\cdot\nabla f + \tfrac12\nabla\cdot(A\nabla f)"#,
        because: "Fick's form holds the divergence already",
        remark: #"Haenggi-Klimontovich, with the drift $b + \frac12 A\nabla\log\rho$"#)
      Rival(#"b^A\cdot\nabla f + \tfrac12\nabla\cdot(A\nabla f)"#, "Fick's form with the drift of Ito's")
    }
  }

  private static var halfOnTheLine: Exact {
    Exact("the Stratonovich drift on the line", dimensions: [1]) { symbols, _ in
      for name in ["x", "b^A", "s_0", "s_1", "s_2", "f_1", "f_2"] { Let(name, symbols.scalar()) }
      Let(#"\sigma(x)"#, "s_0 + s_1 x + s_2 x^2")
      Let("f(x)", #"f_1 x + \tfrac12 f_2 x^2"#)
      Let("A(x)", #"\sigma^2"#)
      Step(#"b^A f' + \tfrac12 A f''"#)
      Step(
        #"(b^A - \tfrac14 A') f' + \tfrac12\sigma\tfrac{d}{dx}(\sigma f')"#,
        because: #"$\sigma\sigma' = \frac12 A'$"#)
      Restatement(
        #"(b^A - \tfrac12\sigma\sigma') f' + \tfrac12\sigma\tfrac{d}{dx}(\sigma f')"#,
        because: "the rule of several dimensions")
      Rival(
        #"b^A f' + \tfrac12\sigma\tfrac{d}{dx}(\sigma f')"#, "Ito's drift in a Stratonovich equation")
      Rival(#"(b^A - \tfrac12 A') f' + \tfrac12\sigma\tfrac{d}{dx}(\sigma f')"#, "no correction")
    }
  }
}
