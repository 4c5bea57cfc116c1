import Arithmetic
import Probability
import Transport
import Verification

extension DeepGenerativeModels {
  /// A Schroedinger bridge between normal laws on the line for the reference `dX = sqrt(2 eps) dW`.
  ///
  /// Everything is a rational function of the covariance of the ends, so that over `Symbol` it may be chosen and the
  /// variance of the end follows.
  struct NormalBridge<S: Field> {
    /// Means and variances of the ends.
    let (start, end): ((mean: S, variance: S), (mean: S, variance: S))
    /// The covariance of the ends.
    let covariance: S
    let epsilon: S

    /// The mean of `X_t`.
    func mean(_ t: S) -> S { (1 - t) * start.mean + t * end.mean }
    /// The variance of `X_t` for a mixture of bridges with variance `noise t (1 - t)` over the coupling.
    func variance(_ t: S, noise: S) -> S {
      let ends = (1 - t).squared * start.variance + t.squared * end.variance
      return ends + 2 * t * (1 - t) * covariance + noise * t * (1 - t)
    }
    /// The variance of `X_t`.
    func variance(_ t: S) -> S { variance(t, noise: 2 * epsilon) }
    /// The slope in `x` of `(E[X_1 | X_t = x] - x) / (1 - t)`.
    ///
    /// The factor `1 - t` cancels: nothing has a pole at the end.
    func driftSlope(_ t: S) -> S {
      let numerator = (1 - 2 * t) * covariance + t * end.variance - (1 - t) * start.variance - 2 * epsilon * t
      return numerator / variance(t)
    }
    /// The Markovian drift `(E[X_1 | X_t = x] - x) / (1 - t)`.
    func drift(_ t: S, _ x: S) -> S { end.mean - start.mean + driftSlope(t) * (x - mean(t)) }
  }

  /// A case of the line: the truth file's and another.
  struct BridgeCase: Sendable, CustomStringConvertible {
    let (start, end): ((mean: Double, variance: Double), (mean: Double, variance: Double))
    let epsilon: Double
    let t: Double
    var description: String {
      "N(\(start.mean.brief), \(start.variance.brief)) to N(\(end.mean.brief), \(end.variance.brief)), "
        + "eps = \(epsilon.brief), t = \(t.brief)"
    }

    static let truth = BridgeCase(start: (-1, 0.5), end: (1.5, 2), epsilon: 0.375, t: 0.25)
    static let second = BridgeCase(start: (0.5, 1.5), end: (-0.25, 0.75), epsilon: 0.75, t: 0.625)

    /// The covariance of the entropic plan, `-e + sqrt(e^2 + a b)`, for a parameter `e`.
    func entropicCovariance<S: Elementary>(_ e: S) -> S {
      -e + S.sqrt(e.squared + S(start.variance) * S(end.variance))
    }

    /// The mixture of bridges over a coupling; the entropic one unless given.
    func bridge<S: Elementary>(covariance: S? = nil) -> NormalBridge<S> {
      NormalBridge(
        start: (S(start.mean), S(start.variance)), end: (S(end.mean), S(end.variance)),
        covariance: covariance ?? entropicCovariance(S(epsilon)), epsilon: S(epsilon))
    }

    /// The covariance of the plan that iterative proportional fitting finds: the ends' precisions are fitted in turn with
    /// the reference's cross term `1 / (2 eps)`.
    var fittedCovariance: Estimate {
      let k = 1 / (2 * epsilon)
      var (p, q, last) = (1 / start.variance, 1 / end.variance, Double.infinity)
      var covariance = 0.0
      for _ in 0..<10_000 where (covariance - last).magnitude > 2 * Double.ulpOfOne * covariance {
        last = covariance
        p = 1 / start.variance + k * k / q
        q = 1 / end.variance + k * k / p
        covariance = k / (p * q - k * k)
      }
      // The fitting converges by a constant factor, so that what is left is of the order of the last change.
      let rate = (start.variance * end.variance * k * k) / (1 + start.variance * end.variance * k * k)
      return Estimate(
        covariance, error: ((covariance - last).magnitude + 64 * Double.ulpOfOne * covariance) / (1 - rate))
    }
  }

  /// The moments of the Markovian drift's diffusion, `(mean, variance)`.
  private struct BridgeMoments: VelocityField {
    let item: BridgeCase
    var dimension: Int { 2 }

    func velocity<S: Elementary>(at t: S, _ x: Vector<S>) -> Vector<S> {
      let bridge: NormalBridge<S> = item.bridge()
      return Vector([bridge.drift(t, x[0]), 2 * bridge.driftSlope(t) * x[1] + 2 * bridge.epsilon])
    }
  }

  /// DGM.4e.i: which mixture of Brownian bridges is the Schroedinger bridge.
  static var schroedingerBridge: Identity {
    get throws {
      try Identity(
        "DGM.4e.i", "Brownian bridges and the Schroedinger bridge",
        #"""
        X_t = (1-t)X_0 + tX_1 + \sqrt{2\varepsilon}B^{\mathrm{br}}_t \text{ solves } \min\mathrm{KL}(P\Vert Q) \text{ with given
        ends} \iff (X_0, X_1) \sim \pi \propto f(x)g(y)e^{-|x-y|^2/4\varepsilon}
        """#,
        assuming: [#"$Q$ is Brownian motion with diffusion $2\varepsilon$, $dX = \sqrt{2\varepsilon}\,dW$"#],
        remarks: [
          #"""
          The solution does not say how $X_0$ and $X_1$ are coupled, which is all that separates the two: the Schroedinger
          bridge mixes these bridges over the entropic plan, $\min\mathbb{E}|x-y|^2 + 4\varepsilon\,\mathrm{KL}$. For normal
          ends of variances $a$, $b$ the covariance is $-\varepsilon + \sqrt{\varepsilon^2 + ab}$. Over the independent
          coupling the mixture is not Markov.
          """#
        ]
      ) {
        Exact("the mixture is Markov for the entropic coupling", dimensions: [1]) { symbols, _ in
          let (a, c, e, t) = (
            symbols.scalar("a"), symbols.scalar("c"), symbols.scalar("eps"), symbols.scalar("t")
          )
          // Choosing c and eps, the end's variance follows from c^2 + 2 eps c = a b.
          let b = (c.squared + 2 * e * c) / a
          let bridge = { (b: Symbol, c: Symbol) in
            NormalBridge(start: (0, a), end: (0, b), covariance: c, epsilon: e)
          }
          let split = { (b: Symbol, c: Symbol, noise: Symbol) in
            // Cov(X_0, X_t) Cov(X_t, X_1) - c Var(X_t), zero for a normal Markov process.
            ((1 - t) * a + t * c) * ((1 - t) * c + t * b) - c * bridge(b, c).variance(t, noise: noise)
          }
          Step(
            #"\operatorname{Cov}(X_0,X_t)\operatorname{Cov}(X_t,X_1) - \operatorname{Cov}(X_0,X_1)\operatorname{Var}X_t"#
          ) {
            split(b, c, 2 * e)
          }
          Step(
            #"0, \quad c = -\varepsilon + \sqrt{\varepsilon^2 + ab}"#,
            because: #"$c^2 + 2\varepsilon c = ab$"#
          ) { 0 }
          Rival(#"\text{the same with } c = 0"#, "independent coupling") { split(b, 0, 2 * e) }
          Rival(#"\text{the same with } c^2 + \varepsilon c = ab"#, "regularisation by two epsilon") {
            split((c.squared + e * c) / a, c, 2 * e)
          }
          Rival(
            #"\text{the same with bridges of variance } \varepsilon t(1-t)"#, "half the bridges' variance"
          ) {
            split(b, c, e)
          }
        }
        Exact("the plan's density", dimensions: [1]) { symbols, _ in
          let (a, c, e) = (symbols.scalar("a"), symbols.scalar("c"), symbols.scalar("eps"))
          let b = (c.squared + 2 * e * c) / a
          let precision = { (b: Symbol) in
            Matrix([[a, c], [c, b]]).inverse[0, 1]
          }
          Step(#"\partial_x\partial_y\log\pi(x,y), \quad c^2 + 2\varepsilon c = ab"#) {
            -precision(b)
          }
          Step(#"\partial_x\partial_y\Bigl(-\frac{|x-y|^2}{4\varepsilon}\Bigr) = \frac1{2\varepsilon}"#) {
            1 / (2 * e)
          }
          Rival(
            #"\partial_x\partial_y\Bigl(-\frac{|x-y|^2}{2\varepsilon}\Bigr) = \frac1\varepsilon"#,
            "regularisation by two epsilon"
          ) { 1 / e }
          Restatement(#"\frac c{ab - c^2}"#, because: "the inverse of a covariance") {
            c / (a * b - c.squared)
          }
          Rival(#"0"#, "independent coupling") { 0 }
        }
        Numerical("normal ends, by proportional fitting", cases: [BridgeCase.truth, .second]) { item in
          let e = Interval(item.epsilon)
          Step(#"\operatorname{Cov}(X_0,X_1) \text{ by proportional fitting}"#) { item.fittedCovariance }
          Step(#"-\varepsilon + \sqrt{\varepsilon^2 + ab}"#) { item.entropicCovariance(e) }
          Rival(#"-\tfrac\varepsilon2 + \sqrt{\tfrac{\varepsilon^2}4 + ab}"#, "regularisation by two epsilon")
          {
            item.entropicCovariance(e / 2)
          }
          Rival(#"\sqrt{ab}"#, "optimal transport") { item.entropicCovariance(0 as Interval) }
          Rival(#"0"#, "independent coupling") { 0 as Interval }
        }
        Numerical(
          "law at a time, by the Markovian drift", cases: [BridgeCase.truth, .second], precision: 1e-9
        ) { item in
          let (t, bridge) = (Interval(item.t), item.bridge() as NormalBridge<Interval>)
          let mean = bridge.mean(t)
          Step(
            #"\text{mean and variance of } dX = b\,dt + \sqrt{2\varepsilon}\,dW, \; b = \frac{\mathbb{E}[X_1\mid X_t] - X_t}{1-t}"#
          ) {
            try BridgeMoments(item: item).flow(
              of: [item.start.mean, item.start.variance], from: 0, to: item.t
            ).position
          }
          Step(#"\text{those of the mixture of bridges over } \pi"#) { [mean, bridge.variance(t)] }
          Rival(#"\text{over the independent coupling}"#, "independent coupling") {
            [mean, item.bridge(covariance: 0 as Interval).variance(t)]
          }
          Rival(#"\text{with bridges of variance } \varepsilon t(1-t)"#, "half the bridges' variance") {
            [mean, bridge.variance(t, noise: Interval(item.epsilon))]
          }
          Rival(#"\text{over the plan regularised by } 2\varepsilon"#, "regularisation by two epsilon") {
            let c = item.entropicCovariance(Interval(item.epsilon) / 2)
            return [mean, item.bridge(covariance: c).variance(t)]
          }
        }
        Numerical(
          "paths of a chain, by fitting on path space", cases: [try ChainBridge.all], precision: 1e-9
        ) { chain in
          let path = try chain.paths.bridge(from: chain.start, to: chain.end)
          Step(
            #"\text{joint law of } X_1 \text{ and } X_3 \text{ under } \operatorname*{arg\,min}\mathrm{KL}(P\Vert Q)"#
          ) {
            path.joint(1, 3)
          }
          Step(#"\sum_{ij}\pi_{ij}\,Q(X_1, X_3\mid X_0 = i, X_4 = j), \quad \pi_{ij} = f_ig_jQ_{ij}"#) {
            chain.mixture(chain.entropicPlan)
          }
          Rival(#"\text{over the independent coupling}"#, "independent coupling") {
            chain.mixture(chain.independentPlan)
          }
          Rival(
            #"\text{over } \operatorname*{arg\,min}_\pi\mathrm{KL}(Q\Vert\pi)"#,
            "divergence the other way round"
          ) {
            chain.mixture(chain.reversePlan)
          }
        }
        Statistical("weak form, mixtures of bridges", cases: [BridgeCase.truth]) { item, draw in
          let (t, e) = (item.t, item.epsilon)
          let bridge: NormalBridge<Double> = item.bridge()
          let root = try Gaussian(
            mean: [item.start.mean, item.end.mean],
            covariance: [
              [item.start.variance, bridge.covariance], [bridge.covariance, item.end.variance],
            ]
          ).root
          let (p, q, z) = (draw.normal(), draw.normal(), draw.normal())
          let x0 = Variate(item.start.mean) + Variate(root[0, 0]) * p
          let x1 = Variate(item.end.mean) + Variate(root[1, 0]) * p + Variate(root[1, 1]) * q
          let deviation = Double.sqrt(2 * e * t * (1 - t))
          let x = Variate(1 - t) * x0 + Variate(t) * x1 + Variate(deviation) * z
          let velocity = x1 - x0 + Variate(e * (1 - 2 * t) / deviation) * z
          let (wave, slope) = Variate.sineAndCosine(x + Variate(2))
          let generator = { (bridge: NormalBridge<Double>, diffusion: Double) in
            let drift = Variate(bridge.drift(t, 0)) + Variate(bridge.driftSlope(t)) * x
            return slope * drift - Variate(diffusion) * wave
          }
          Step(#"\tfrac{d}{dt}\mathbb{E}[\varphi(X_t)], \quad (X_0,X_1)\sim\pi"#) { slope * velocity }
          Step(
            #"\mathbb{E}[b\,\varphi' + \varepsilon\varphi''], \quad b = \frac{\mathbb{E}[X_1\mid X_t=x]-x}{1-t}"#
          ) {
            generator(bridge, e)
          }
          Rival(#"\mathbb{E}[b\,\varphi' + \tfrac12\varepsilon\varphi'']"#, "half the diffusion") {
            generator(bridge, e / 2)
          }
          Rival(#"\text{with } b \text{ of the independent coupling}"#, "independent coupling") {
            generator(item.bridge(covariance: 0), e)
          }
          Rival(
            #"\text{with } b \text{ of the plan regularised by } 2\varepsilon"#,
            "regularisation by two epsilon"
          ) {
            generator(item.bridge(covariance: item.entropicCovariance(e / 2)), e)
          }
        }
      }
    }
  }

  /// A chain on five states with four steps, and plans of its ends.
  private struct ChainBridge: Sendable, CustomStringConvertible {
    let paths: PathBridge
    let start = [0.25, 0.125, 0.125, 0.25, 0.25]
    let end = [0.0625, 0.5, 0.25, 0.125, 0.0625]
    var description: String { "five states, four steps" }

    static var all: ChainBridge {
      get throws {
        // A walk that is not symmetric, so that transposing it would show.
        ChainBridge(
          paths: try PathBridge(
            transition: [
              [0.5, 0.25, 0.125, 0.0625, 0.0625], [0.25, 0.375, 0.25, 0.0625, 0.0625],
              [0.0625, 0.25, 0.375, 0.25, 0.0625], [0.0625, 0.0625, 0.3125, 0.4375, 0.125],
              [0.0625, 0.0625, 0.125, 0.25, 0.5],
            ], steps: 4))
      }
    }

    private var K: Matrix<Double> { Matrix(paths.transition) }
    private var reference: Matrix<Double> {
      let whole = K * K * K * K
      return Matrix(rows: 5, columns: 5) { start[$0] * whole[$0, $1] }
    }

    /// Sinkhorn's plan of the ends alone.
    var entropicPlan: Matrix<Double> {
      var plan = reference
      for _ in 0..<2000 {
        let columns = (0..<5).map { j in (0..<5).reduce(0) { $0 + plan[$1, j] } }
        plan = Matrix(rows: 5, columns: 5) { plan[$0, $1] * end[$1] / columns[$1] }
        let rows = (0..<5).map { i in (0..<5).reduce(0) { $0 + plan[i, $1] } }
        plan = Matrix(rows: 5, columns: 5) { plan[$0, $1] * start[$0] / rows[$0] }
      }
      return plan
    }

    var independentPlan: Matrix<Double> { Matrix(rows: 5, columns: 5) { start[$0] * end[$1] } }

    /// The plan that is nearest the other way round, `Q / (u + v)`: one factor after the other by bisection.
    var reversePlan: Matrix<Double> {
      let Q = reference
      var (u, v) = (Array(repeating: 1.0, count: 5), Array(repeating: 0.0, count: 5))
      func solve(_ target: Double, _ terms: [(Double, Double)]) -> Double {
        // The sum of q / (x + y) falls from infinity to zero to the right of the greatest pole.
        var low = -(terms.map(\.1).min() ?? 0)
        var high = low + terms.reduce(0) { $0 + $1.0 } / target + 1
        for _ in 0..<100 {
          let middle = (low + high) / 2
          let sum = terms.reduce(0) { $0 + $1.0 / (middle + $1.1) }
          if sum > target { low = middle } else { high = middle }
        }
        return high
      }
      for _ in 0..<400 {
        u = (0..<5).map { i in solve(start[i], (0..<5).map { (Q[i, $0], v[$0]) }) }
        v = (0..<5).map { j in solve(end[j], (0..<5).map { (Q[$0, j], u[$0]) }) }
      }
      return Matrix(rows: 5, columns: 5) { Q[$0, $1] / (u[$0] + v[$1]) }
    }

    /// The joint law of the states after one and three steps, for bridges of the chain over a plan.
    func mixture(_ plan: Matrix<Double>) -> [Estimate] {
      let (two, whole) = (K * K, K * K * K * K)
      return (0..<25).map { code in
        let (k, l) = (code / 5, code % 5)
        let value = (0..<25).reduce(0.0) { sum, ends in
          let (i, j) = (ends / 5, ends % 5)
          return sum + plan[i, j] * K[i, k] * two[k, l] * K[l, j] / whole[i, j]
        }
        return Estimate(value, error: 1024 * Double.ulpOfOne * value)
      }
    }
  }
}
