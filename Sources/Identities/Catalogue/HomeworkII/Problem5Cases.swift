import Arithmetic
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
      let x =
        Variate(1 - t) * bridge.start.sample(draw) + Variate(t) * bridge.end.sample(draw)
        + Variate(bridge.noise.squareRoot()) * draw.normal()
      let constants = { (pair: (Double, Double)) in Vector([Variate(pair.0), Variate(pair.1)]) }
      Step(#"\mathbb{E}e^{iuX_t}"#) {
        let (sine, cosine) = Variate.sineAndCosine(Variate(u) * x)
        return Vector([cosine, sine])
      }
      Step(#"\varphi_{X_0}((1-t)u)\,\varphi_{X_1}(tu)\,e^{-t(1-t)u^2/2}"#, because: "independence") {
        constants(bridge.characteristic(u, at: t))
      }
      Rival(#"e^{i\mu_t u - \sigma_t^2u^2/2}"#, mistake) {
        constants(bridge.normalCharacteristic(u, at: t))
      }
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
