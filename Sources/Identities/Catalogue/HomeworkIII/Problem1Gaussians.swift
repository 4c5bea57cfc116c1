import Arithmetic
import Formulas
import Probability
import Transport
import Verification

extension HomeworkIII {
  /// Two normal laws under affine drifts, at one instant; every number is free.
  struct MovingGaussians {
    let law: GaussianFokkerPlanck<Symbol>
    let model: GaussianFokkerPlanck<Symbol>
    /// The law is that of its mean and this matrix times a standard normal vector.
    private let root: Matrix<Symbol>
    private let time: Symbol
    /// The values of the densities at a place: free, for no line depends on more than their derivatives.
    private let values: (law: Symbol, model: Symbol)

    init(_ symbols: Symbols, _ d: Int, equalNoise: Bool = false, equalDrift: Bool = false) {
      let center = symbols.vector(d, "m")
      let field = { name in
        AffineField(slope: symbols.matrix(d, name + "'"), value: symbols.vector(d, name))
      }
      let (drift, epsilon) = (field("b"), symbols.scalar("epsilon"))
      root = symbols.matrix(d, "R")
      law = GaussianFokkerPlanck(
        law: Gaussian(mean: center, covariance: root * root.transpose), drift: drift, diffusion: epsilon,
        about: center)
      model = GaussianFokkerPlanck(
        law: Gaussian(mean: symbols.vector(d, "m^"), covariance: symbols.covariance(d, "R^")),
        drift: equalDrift ? drift : field("b^"), diffusion: equalNoise ? epsilon : symbols.scalar("epsilon^"),
        about: center)
      (time, values) = (symbols.scalar("t"), (symbols.scalar("rho"), symbols.scalar("rho^")))
    }

    /// Names for the laws, with integrals by a rule that is exact for what the lines integrate.
    @Lines<Symbol> var names: [Line<Symbol>] {
      Let("t", time)
      Let("x", law.center)
      Let(#"\varepsilon"#, law.diffusion)
      Let(#"\hat\varepsilon"#, model.diffusion)
      names("", law, values.law)
      names(#"\hat"#, model, values.model)
      Let(#"\log\frac\rho{\hat\rho}"#, #"\log\rho - \log\hat\rho"#, of: ["t", "x"])
      Let(
        #"\frac{d}{dt}\mathrm{KL}(\rho\Vert\hat\rho)"#,
        #"\frac12\frac{d}{dt}\bigl(\operatorname{tr}(\hat\Sigma^{-1}\Sigma) + (\hat m-m)^\top\hat\Sigma^{-1}(\hat m-m) + \log\det\hat\Sigma - \log\det\Sigma\bigr)"#,
        of: [])
      Let(integralOver: "x", by: "a rule that is exact for a normal density times a polynomial of degree 5") {
        Self.rule(law.law.dimension).map { node in
          (at: law.center + root * node.at, weight: node.weight / values.law)
        }
      }
    }

    @Lines<Symbol>
    private func names(
      _ hat: String, _ side: GaussianFokkerPlanck<Symbol>, _ value: Symbol
    ) -> [Line<Symbol>] {
      let (moving, start) = (side.moving, time)
      let elapsed = { (t: Jet<Symbol>) in t - Jet(constant: start) }
      let place = { (x: Vector<Jet<Symbol>>) in x - side.center.map { Jet(constant: $0) } }
      let exponent = { (at: Arguments<Symbol>) in
        let (y, t) = (place(try at.vector("x")), elapsed(try at.number("t")))
        return side.logDensity(y) + t * side.logDensityRate(y)
      }
      Let("\(hat) m", by: "the mean, as the equation moves it", of: ["t"]) { (t: Jet<Symbol>) in
        moving.mean.map { Jet(constant: $0.value) + elapsed(t) * Jet(constant: $0.derivative) }
      }
      Let(#"\#(hat)\Sigma"#, by: "the covariance, as the equation moves it", of: ["t"]) {
        (t: Jet<Symbol>) in
        moving.covariance.map { Jet(constant: $0.value) + elapsed(t) * Jet(constant: $0.derivative) }
      }
      Let(#"\log\det\#(hat)\Sigma"#, by: "Jacobi's formula", of: ["t"]) { (t: Jet<Symbol>) in
        elapsed(t) * Jet(constant: side.volumeRate)
      }
      Let("\(hat) b", by: "an affine field", of: ["x"]) { (x: Vector<Jet<Symbol>>) in
        side.drift.slope.map { Jet(constant: $0) } * place(x) + side.drift.value.map { Jet(constant: $0) }
      }
      Let(#"\log\#(hat)\rho"#, by: "exponent of the normal law", of: ["t", "x"]) {
        (at: Arguments<Symbol>) in try exponent(at)
      }
      Let(#"\#(hat)\rho"#, by: "exponential of that", of: ["t", "x"]) { (at: Arguments<Symbol>) in
        try exponent(at).mapped({ _ in value }) { $1 }
      }
      Let("\(hat) s", #"\nabla\log\#(hat)\rho"#, of: ["t", "x"])
    }

    /// Nodes and weights that integrate polynomials of degree 5 under the standard normal law.
    private static func rule(_ d: Int) -> [(at: Vector<Symbol>, weight: Symbol)] {
      let axis = { (i: Int, length: Int) in Vector((0..<d).map { $0 == i ? Symbol(length) : 0 }) }
      let (near, far, diagonal) = (Symbol(4 - 3 * d) / 6, 1 / 12 as Symbol, 1 / 4 as Symbol)
      var nodes: [(at: Vector<Symbol>, weight: Symbol)] = []
      for i in 0..<d {
        for sign in [1, -1] {
          nodes += [(axis(i, sign), near), (axis(i, 2 * sign), far)]
          for j in 0..<i {
            for other in [1, -1] { nodes.append((axis(i, sign) + axis(j, other), diagonal)) }
          }
        }
      }
      return nodes + [(Vector<Symbol>.zero(d), 1 - nodes.reduce(0) { $0 + $1.weight })]
    }
  }
}

extension Quadratic {
  /// The polynomial at a place that moves.
  func callAsFunction(_ y: Vector<Jet<Scalar>>) -> Jet<Scalar> {
    let lift = { (k: Scalar) in Jet(constant: k) }
    return y.dot(square.map(lift) * y) + linear.map(lift).dot(y) + lift(constant)
  }
}
