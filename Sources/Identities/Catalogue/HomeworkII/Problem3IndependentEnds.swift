import Arithmetic
import Formulas
import Probability
import Transport
import Verification

extension HomeworkII {
  /// II.3d: the velocity at the ends, for independent ends.
  static var endpointVelocitiesOfIndependentEnds: Identity {
    get throws {
      try Identity(
        "II.3d", "Endpoint velocities of independent ends",
        #"""
        \nu = \rho_0\otimes\rho_1 \implies b(0,x) = \mathbb{E}[x_1] - x - \tfrac a2\nabla\log\rho_0(x), \quad
        b(1,x) = x - \mathbb{E}[x_0] + \tfrac a2\nabla\log\rho_1(x)
        """#,
        assuming: [
          "$x_0$ and $x_1$ are independent and have first moments",
          #"$\rho_0$ and $\rho_1$ are positive and $C^1$"#,
        ]
      ) {
        Derivation {
          Step("b(0,x), b(1,x)")
          Step(
            #"\mathbb{E}[x_1] - x - \tfrac a2\nabla\log\rho_0(x), x - \mathbb{E}[x_0] + \tfrac a2\nabla\log\rho_1(x)"#,
            because: "independence takes the conditions away")
          Restatement(endpointVelocity(), because: "II.3c, the conditions kept")
          Rival(
            #"\mathbb{E}[x_1] - \mathbb{E}[x_0] - \tfrac a2\nabla\log\rho_0(x), \mathbb{E}[x_1] - \mathbb{E}[x_0] + \tfrac a2\nabla\log\rho_1(x)"#,
            "position averaged as well")
          Rival(endpointVelocity(means: (#"\mathbb{E}[x_0]"#, #"\mathbb{E}[x_1]"#)), "means swapped")
          Rival(
            #"-x - \tfrac a2\nabla\log\rho_0(x), x + \tfrac a2\nabla\log\rho_1(x)"#,
            "means taken to be zero")
        }
        Exact("independent Gaussian endpoints") { symbols, d in
          let laws = (0..<2).map { _ in
            Gaussian(mean: symbols.vector(d), covariance: symbols.symmetric(d))
          }
          endsOfGaussians(
            BridgeInterpolant(endpoints: .independent(laws), a: symbols.scalar()), symbols.vector(d))
        }
        Exact("not for coupled endpoints") { symbols, d in
          endsOfGaussians(
            BridgeInterpolant(
              endpoints: Gaussian(mean: symbols.vector(2 * d), covariance: symbols.symmetric(2 * d)),
              a: symbols.scalar()), symbols.vector(d))
          coupledEnds()
        }
        try Numerical(
          "distribution function at the ends, independent mixtures",
          cases: [
            Ends(mixture: Bridge.independentLine(), x: [0.25]),
            Ends(mixture: Bridge.independentLine(), x: [-1.125]),
          ]
        ) { ends in endsOnTheLine(ends) }
        try Numerical(
          "not for coupled mixtures",
          cases: [
            Ends(mixture: Bridge.dependentLine(), x: [0.25]),
            Ends(mixture: Bridge.dependentLine(), x: [-1.125]),
          ]
        ) { ends in
          endsOnTheLine(ends)
          coupledEnds()
        }
        Statistical(
          "weak form at the ends, independent endpoints", cases: [CoupledEnds(a: 1.5, time: 0)]
        ) { ends, draw in
          // The ends of two pairs are independent of each other; a third and a fourth pair have their means.
          let ((x0, _), (_, x1)) = (ends.smooth(draw), ends.smooth(draw))
          let ((mean0, _), (_, mean1)) = (ends.smooth(draw), ends.smooth(draw))
          let quotient = EndpointQuotient(a: ends.a)
          let weak = { EndpointQuotient.weak(displacements: ($0, $1)) }
          quotient.names((x0, x1), means: (mean0, mean1), z: draw.normal(2))
          EndpointQuotient.quotients(bias: quotient.bias)
          Step(
            weak(#"\mathbb{E}[x_1] - x_0"#, #"x_1 - \mathbb{E}[x_0]"#),
            because: "the endpoint velocities, the scores by parts", bias: quotient.bias)
          Rival(
            weak(#"\mathbb{E}[x_1] - \mathbb{E}[x_0]"#, #"\mathbb{E}[x_1] - \mathbb{E}[x_0]"#),
            "position averaged as well")
          Rival(weak(#"\mathbb{E}[x_0] - x_0"#, #"x_1 - \mathbb{E}[x_1]"#), "means swapped")
          Rival(weak("-x_0", "x_1"), "means taken to be zero")
        }
      }
    }
  }

  @Lines<Scalar>
  private static func coupledEnds<Scalar>() -> [Line<Scalar>] {
    Step("b(0,x), b(1,x)", remark: "$x_0$ and $x_1$ coupled")
    Step(endpointVelocity(), because: "II.3c")
    Rival(
      endpointVelocity(means: (#"\mathbb{E}[x_1]"#, #"\mathbb{E}[x_0]"#)), "the formula of independent ends")
  }

  /// How the velocity comes to its ends, and how it does not at a point mass.
  static var endpointFigure: Figure {
    Figure(
      "endpoint-velocity",
      caption: #"""
        The distance of $b(t,x)$ from the endpoint formula of II.3c falls like $t$, down to rounding; with point
        masses at the start $b(t,x)$ itself grows like $1/t$.
        """#,
      x: .init("t", isLogarithmic: true), y: .init("velocity", isLogarithmic: true)
    ) {
      let times = (1...12).map { Double.exp(-Double($0) * Double.log(4)) }
      let converging = try [Bridge.independentLine(), Bridge.dependentLine()].map { model in
        let limit = model.velocity(at: 0.0, Vector([0.25]))[0]
        return Figure.Series(
          "|b(t, x) − b(0, x)|, \(model.name)",
          points: times.map { ($0, (model.velocity(at: $0, Vector([0.25]))[0] - limit).magnitude) })
      }
      let masses = try Bridge.pointMasses()
      return converging + [
        Figure.Series(
          "|b(t, x)|, \(masses.name)",
          points: times.map { ($0, masses.velocity(at: $0, Vector([0.25]))[0].magnitude) })
      ]
    }
  }
}

/// The derivative of `E phi(x_t)` at both ends, by quotients of samples at the end and next to it.
struct EndpointQuotient {
  private let frequency = [0.5, -0.375]
  let a: Double
  /// The distance in time of the neighbours from the ends: small for the bias, yet far above the rounding.
  private let step = 0x1p-20

  init(a: Double) { self.a = a }

  /// Names for a bridge near its ends; `means` are independent copies of the ends, which have no more than the means.
  @Lines<Variate>
  func names(
    _ ends: (Vector<Variate>, Vector<Variate>), means: (Vector<Variate>, Vector<Variate>), z: Vector<Variate>
  ) -> [Line<Variate>] {
    let copy = "an independent copy, which has no more than the mean"
    Let("h", step)
    Let("a", a)
    Let("k", Vector(frequency.map { Variate($0) }))
    Let("x_0", ends.0)
    Let("x_1", ends.1)
    Let("z", z)
    Let(#"\mathbb{E}[x_0]"#, by: copy) { means.0 }
    Let(#"\mathbb{E}[x_1]"#, by: copy) { means.1 }
    Let("x", ends.0)
    Let(#"\varphi(x)"#, #"\sin(k\cdot x + \tfrac12)"#)
    Let(#"\nabla\varphi(x)"#, #"\nabla\varphi(x)"#)
    Let(#"\Delta\varphi(x)"#, #"\Delta\varphi(x)"#)
    Let("X(t)", #"(1-t) x_0 + t x_1 + \sqrt{at(1-t)} z"#)
    Let(#"\bar X(t)"#, #"(1-t) x_0 + t x_1 - \sqrt{at(1-t)} z"#)
  }

  /// The quotients at the start and at the end, the latent used with both signs, so that they stay bounded.
  @Lines<Variate>
  static func quotients(bias: Double) -> [Line<Variate>] {
    Step(
      #"\tfrac{1}{2h}\mathbb{E}[\varphi(X(h)) + \varphi(\bar X(h)) - 2\varphi(x_0)], \tfrac{1}{2h}\mathbb{E}[2\varphi(x_1) - \varphi(X(1-h)) - \varphi(\bar X(1-h))]"#,
      remark: #"$X(t) = x_t$, and $\bar X$ is $X$ with $-z$; $h = 2^{-20}$"#, bias: bias)
  }

  /// The integral of the endpoint velocities against the gradient of the test function, the scores by parts.
  static func weak(
    _ start: String = #"+ \tfrac a2"#, _ end: String = #"- \tfrac a2"#,
    displacements: (String, String) = ("x_1 - x_0", "x_1 - x_0")
  ) -> String {
    #"\mathbb{E}[\nabla\varphi(x_0)\cdot(\#(displacements.0)) \#(start)\Delta\varphi(x_0)], \mathbb{E}[\nabla\varphi(x_1)\cdot(\#(displacements.1)) \#(end)\Delta\varphi(x_1)]"#
  }

  /// A bound on the quotients' error, `h / 2` times the second derivative of `E phi(x_t)` in time.
  ///
  /// With `|k| = K` and `D` the root mean square of `x_1 - x_0` that derivative is at most
  /// `(K D + a K^2 / 2)^2 + a K^2`, since `phi` and its derivatives are waves and `|gamma gamma'| <= a / 2`.
  var bias: Double {
    let K = frequency.reduce(0) { $0 + $1 * $1 }.squareRoot()
    // By Minkowski: the start has the root mean square 1.07, the end's bounded part 3.37 and its noise 0.71 at most.
    let D = 5.2
    let drift = K * D + a * K * K / 2
    return step / 2 * (drift * drift + a * K * K)
  }
}
