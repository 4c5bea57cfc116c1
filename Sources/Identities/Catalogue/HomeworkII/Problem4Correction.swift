import Arithmetic
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
      let (law, A) = (MovingGaussian(symbols, d), symmetricField(symbols, d))
      let x = law.point
      let lift = { (s: Symbol) in Dual(constant: s) }
      let flux = { (p: Symbol, q: Symbol) in
        divergence(at: x) { y in
          let slope = -(law.precision.constant * (y - law.mean.map { lift($0.value) }))
          let correction = rowDivergence(at: y) { z in A.matrix(z) { Dual(constant: lift($0)) } }
          return law.relative(y) * (lift(p) * (A.matrix(y, lift) * slope) + lift(q) * correction)
        }
      }
      Step(#"\tfrac12\nabla\cdot\nabla\cdot(A\rho)/\rho"#) {
        doubleDivergence(at: x) { y in law.relative(y) * A.matrix(y) { Dual(constant: lift($0)) } } / 2
      }
      Step(
        #"\nabla\cdot\bigl(\tfrac12 A\nabla\rho + \tfrac12(\nabla\cdot A)\rho\bigr)/\rho"#,
        because: #"$\nabla\cdot(A\rho) = A\nabla\rho + (\nabla\cdot A)\rho$"#
      ) { flux(1 / 2, 1 / 2) }
      Rival(#"\tfrac12\nabla\cdot(A\nabla\rho)/\rho"#, "Fick's form with the drift of Ito's") {
        flux(1 / 2, 0)
      }
      Rival(
        #"\nabla\cdot\bigl(\tfrac12 A\nabla\rho + \tfrac14(\nabla\cdot A)\rho\bigr)/\rho"#,
        "half of the correction, as a Stratonovich equation needs"
      ) { flux(1 / 2, 1 / 4) }
      Rival(#"\nabla\cdot\bigl(\tfrac12 A\nabla\rho + (\nabla\cdot A)\rho\bigr)/\rho"#, "one half lost") {
        flux(1 / 2, 1)
      }
    }
  }

  private static var stationaryResidual: Exact {
    Exact("a law at rest without the correction", dimensions: [1, 2, 3]) { symbols, d in
      let (law, A) = (MovingGaussian(symbols, d), symmetricField(symbols, d))
      let x = law.point
      let lift = { (s: Symbol) in Dual(constant: s) }
      Step(
        #"\bigl(\tfrac12\nabla\cdot\nabla\cdot(A\rho) - \nabla\cdot(\tfrac12 A\nabla\log\rho\,\rho)\bigr)/\rho"#
      ) {
        let slope = divergence(at: x) { y in
          law.relative(y)
            * (A.matrix(y, lift) * -(law.precision.constant * (y - law.mean.map { lift($0.value) })))
        }
        let diffusion = doubleDivergence(at: x) { y in
          law.relative(y) * A.matrix(y) { Dual(constant: lift($0)) }
        }
        return (diffusion - slope) / 2
      }
      Step(
        #"\tfrac12\nabla\cdot(\rho\,\nabla\cdot A)/\rho"#,
        because: "this rate of change of the density is left over: the law does not stay"
      ) {
        divergence(at: x) { y in
          law.relative(y) * rowDivergence(at: y) { z in A.matrix(z) { Dual(constant: lift($0)) } }
        } / 2
      }
      Rival(#"0"#, "no correction needed") { 0 }
      Rival(#"\tfrac14\nabla\cdot(\rho\,\nabla\cdot A)/\rho"#, "as if read in Stratonovich's sense") {
        divergence(at: x) { y in
          law.relative(y) * rowDivergence(at: y) { z in A.matrix(z) { Dual(constant: lift($0)) } }
        } / 4
      }
    }
  }

  /// The drifts of the three conventions, with factors of the diffusion that vary in direction and size.
  private static var threeFormsOfTheGenerator: Exact {
    Exact("three conventions, one generator", dimensions: [2, 3]) { symbols, d in
      let forms = Conventions(symbols, d)
      Step(#"L f = b^A\cdot\nabla f + \tfrac12 A:\nabla^2 f \quad\text{(Ito)}"#) { forms.ito(forms.drift) }
      Step(
        #"b^S\cdot\nabla f + \tfrac12\sum_k\sigma_k\cdot\nabla(\sigma_k\cdot\nabla f) \quad\text{(Stratonovich)}"#,
        because: #"$b^S = b^A - \frac12\sum_k(\sigma_k\cdot\nabla)\sigma_k$"#
      ) { forms.stratonovich(forms.drift - forms.own / 2) }
      Rival(#"b^S = b^A"#, "Ito's drift in a Stratonovich equation") { forms.stratonovich(forms.drift) }
      Rival(#"b^S = b + \tfrac12 A\nabla\log\rho"#, "no correction") {
        forms.stratonovich(forms.drift - forms.correction / 2)
      }
      Rival(#"b^S = b^A - \tfrac14\nabla\cdot A"#, "the line's rule of one half of the correction") {
        forms.stratonovich(forms.drift - forms.correction / 4)
      }
      Step(
        #"(b + \tfrac12 A\nabla\log\rho)\cdot\nabla f + \tfrac12\nabla\cdot(A\nabla f) \quad\text{(Haenggi-Klimontovich)}"#,
        because: "Fick's form holds the divergence already"
      ) { forms.fick(forms.drift - forms.correction / 2) }
      Rival(#"b^A\cdot\nabla f + \tfrac12\nabla\cdot(A\nabla f)"#, "Fick's form with the drift of Ito's") {
        forms.fick(forms.drift)
      }
    }
  }

  private static var halfOnTheLine: Exact {
    Exact("the Stratonovich drift on the line", dimensions: [1]) { symbols, d in
      let forms = Conventions(symbols, d)
      Step(#"b^A f' + \tfrac12 A f''"#) { forms.ito(forms.drift) }
      Step(
        #"(b^A - \tfrac14 A') f' + \tfrac12\sigma(\sigma f')'"#, because: #"$\sigma\sigma' = \frac12 A'$"#
      ) { forms.stratonovich(forms.drift - forms.correction / 4) }
      Restatement(#"b^A - \tfrac12\sigma\sigma'"#, because: "the rule of several dimensions") {
        forms.stratonovich(forms.drift - forms.own / 2)
      }
      Rival(#"b^A f' + \tfrac12\sigma(\sigma f')'"#, "Ito's drift in a Stratonovich equation") {
        forms.stratonovich(forms.drift)
      }
      Rival(#"(b^A - \tfrac12 A') f' + \tfrac12\sigma(\sigma f')'"#, "no correction") {
        forms.stratonovich(forms.drift - forms.correction / 2)
      }
    }
  }

  /// Generators with a diffusion `A = s s^T` whose factor `s` has free quadratic entries, on a free quadratic function.
  private struct Conventions {
    private let point: Vector<Symbol>
    private let factor: QuadraticField<Symbol>
    private let slope: Vector<Symbol>
    private let bend: Matrix<Symbol>
    /// The drift of the Ito equation.
    let drift: Vector<Symbol>

    init(_ symbols: Symbols, _ d: Int) {
      (point, slope, bend) = (symbols.vector(d), symbols.vector(d), symbols.symmetric(d))
      drift = symbols.vector(d)
      factor = QuadraticField(
        constant: symbols.matrix(d), linear: (0..<d).map { _ in symbols.matrix(d) },
        quadratic: (0..<d * d).map { _ in symbols.matrix(d) })
    }

    private func root(_ x: Vector<Dual<Symbol>>) -> Matrix<Dual<Symbol>> {
      factor.matrix(x) { Dual(constant: $0) }
    }
    private func gradientOfTest(_ x: Vector<Dual<Symbol>>) -> Vector<Dual<Symbol>> {
      slope.constant + bend.constant * x
    }
    private var here: (root: Matrix<Symbol>, slope: Vector<Symbol>) {
      (root(point.constant).map(\.value), gradientOfTest(point.constant).map(\.value))
    }

    /// The divergence of `A`.
    var correction: Vector<Symbol> { rowDivergence(at: point) { root($0) * root($0).transpose } }
    /// The sum of `(s_k . grad) s_k` over the columns of the factor.
    var own: Vector<Symbol> {
      point.indices.reduce(.zero(point.dimension)) { sum, k in
        let along = Vector(point.indices.map { Dual(point[$0], derivative: here.root[$0, k]) })
        let moved = root(along)
        return sum + Vector(point.indices.map { moved[$0, k].derivative })
      }
    }

    func ito(_ drift: Vector<Symbol>) -> Symbol {
      drift.dot(here.slope) + (here.root * here.root.transpose * bend).trace / 2
    }
    func stratonovich(_ drift: Vector<Symbol>) -> Symbol {
      point.indices.reduce(drift.dot(here.slope)) { sum, k in
        let along = Vector(point.indices.map { Dual(point[$0], derivative: here.root[$0, k]) })
        let column = Vector(point.indices.map { root(along)[$0, k] })
        return sum + column.dot(gradientOfTest(along)).derivative / 2
      }
    }
    func fick(_ drift: Vector<Symbol>) -> Symbol {
      drift.dot(here.slope)
        + divergence(at: point) { x in root(x) * root(x).transpose * gradientOfTest(x) } / 2
    }
  }
}
