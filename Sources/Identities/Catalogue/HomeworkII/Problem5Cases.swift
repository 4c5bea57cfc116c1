import Arithmetic
import Formulas
import Probability
import Transport
import Verification

/// The laws of Problem 5: ends that are not normal, each in its own way.
extension HomeworkII {
  /// Mixtures with two modes, and the ends whose fourth cumulants cancel at one half.
  enum LineEnds {
    static var twoModes: ScalarLaw {
      get throws { try .mixture("two modes", [(0.375, -1.5, 0.25), (0.625, 1, 0.125)]) }
    }
    static var skewed: ScalarLaw {
      get throws { try .mixture("skewed mixture", [(0.25, -1, 0.5), (0.75, 0.75, 0.25)]) }
    }
    static var signs: ScalarLaw { get throws { try .mixture("-1 or 1", [(0.5, -1, 0), (0.5, 1, 0)]) } }
    /// Zero, or plus and minus the fourth root of 24 with probability 1/12 each.
    static var cancelling: ScalarLaw {
      get throws {
        let root = 24.0.squareRoot().squareRoot()
        return try .mixture(
          "0 or a fourth root of 24", [(1.0 / 12, -root, 0), (5.0 / 6, 0, 0), (1.0 / 12, root, 0)])
      }
    }

    /// A bridge of every kind at given times.
    static func bridges(times: [Double]) throws -> [LineBridge] {
      try times.flatMap { t in
        try [
          LineBridge(from: skewed, to: twoModes, time: t),
          LineBridge(from: .uniform(-1.5...1), to: signs, time: t),
          LineBridge(from: .laplace(mean: 0.25, scale: 1), to: .normal(mean: 0.5, variance: 0.5), time: t),
          LineBridge(from: twoModes, to: .exponential(mean: 1.5), time: t),
          LineBridge(from: signs, to: cancelling, time: t),
        ]
      }
    }
  }

  /// The real and imaginary part of a characteristic function, by quadrature over the density.
  static func transform(_ bridge: LineBridge, at u: Double) throws -> [Estimate] {
    try [bridge.mean { x, _ in Double.cos(u * x) }, bridge.mean { x, _ in Double.sin(u * x) }]
  }

  /// The characteristic function of simulated bridges against the product of those of its parts; `mistake` is that
  /// of taking the bridge for normal.
  static func simulatedTransform(
    _ name: String, at u: Double, mistake: String, of bridges: [LineBridge]
  ) -> Statistical<LineBridge> {
    Statistical(name, cases: bridges) { bridge, draw in
      let t = bridge.time
      Let("t", t)
      Let("u", u)
      Let("R(v)", rotation)
      Let("X_0", bridge.start.sample(draw))
      Let("X_1", bridge.end.sample(draw))
      Let("Z", draw.normal())
      Let("X_t", #"(1-t) X_0 + t X_1 + \sqrt{t(1-t)} Z"#)
      Let(#"\mu"#, bridge.meanAndVariance.0)
      Let(#"\sigma^2"#, bridge.meanAndVariance.1)
      Let(#"\varphi_{X_0}(v)"#, by: "closed form") { v in complex(bridge.start.characteristic(v)) }
      Let(#"\varphi_{X_1}(v)"#, by: "closed form") { v in complex(bridge.end.characteristic(v)) }
      Step(#"\mathbb{E}[R(uX_t)]"#, remark: #"$R(v)$ stands for $e^{iv}$. \#(complexNumbers)"#)
      Step(#"\varphi_{X_0}((1-t)u)\,\varphi_{X_1}(tu)\,e^{-t(1-t)u^2/2}"#, because: "independence")
      Rival(#"R(\mu u)\,e^{-\sigma^2 u^2/2}"#, mistake)
    }
  }

  /// A complex number as a matrix that rotates and stretches the plane.
  static func complex<S: Field>(_ number: (S, S)) -> Matrix<S> {
    Matrix([[number.0, -number.1], [number.1, number.0]])
  }

  /// A complex number from estimates of its parts.
  static func complex(_ number: [Estimate]) -> Matrix<Interval> {
    complex((Interval(number[0]), Interval(number[1])))
  }

  static let complexNumbers = "Complex numbers are written as matrices that rotate and stretch the plane."
  /// The rotation by an angle, which stands for `e^{iv}`.
  static let rotation = #"\begin{pmatrix}\cos v & -\sin v \\ \sin v & \cos v\end{pmatrix}"#

  /// Names for the cumulants of independent ends and, by the moments of the sum, of the bridge between them.
  @Lines<Symbol>
  static func cumulants(
    _ ends: (JointAtoms, JointAtoms), at t: Symbol, upTo order: Int, of bridge: String = "x"
  ) -> [Line<Symbol>] {
    if bridge == "x" {
      Let("a", by: "cumulants of $X_0$ from its moments") {
        vector(Cumulants.ofMoments(ends.0.moments(1, 0, upTo: order)), from: 1)
      }
      Let("b", by: "cumulants of $X_1$ from its moments") {
        vector(Cumulants.ofMoments(ends.1.moments(1, 0, upTo: order)), from: 1)
      }
    }
    Let(bridge, by: "cumulants of the bridge from the moments of a sum") {
      let y = Cumulants.momentsOfSum(
        ends.0.moments(1 - t, 0, upTo: order), ends.1.moments(t, 0, upTo: order))
      let normal = Cumulants.momentsOfNormal(variance: t * (1 - t), upTo: order)
      return vector(Cumulants.ofMoments(Cumulants.momentsOfSum(y, normal)), from: 1)
    }
  }

  /// Joint atoms of two variables with free probabilities that sum to one.
  struct JointAtoms {
    let atoms: [(weight: Symbol, x: Symbol, y: Symbol)]

    init(_ symbols: Symbols, count: Int) {
      var weights = (1..<count).map { _ in symbols.scalar() }
      weights.append(weights.reduce(1) { $0 - $1 })
      atoms = weights.map { ($0, symbols.scalar(), symbols.scalar()) }
    }

    /// The raw moments of `p x + q y`.
    func moments(_ p: Symbol, _ q: Symbol, upTo order: Int) -> [Symbol] {
      Cumulants.momentsOfAtoms(atoms.map { ($0.weight, p * $0.x + q * $0.y) }, upTo: order)
    }
  }

  /// Cumulants of orders from `first` on, as a vector.
  static func vector(_ cumulants: [Symbol], from first: Int) -> Vector<Symbol> {
    Vector(Array(cumulants[first...]))
  }
}
