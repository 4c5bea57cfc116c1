import Arithmetic
import Probability
import Verification

extension DeepGenerativeModels {
  /// Discrete ends of a Brownian reference on the line, with their entropic plan.
  struct DiscreteBridge: Sendable, CustomStringConvertible {
    let start: [(weight: Double, point: Double)]
    let end: [(weight: Double, point: Double)]
    let epsilon: Double
    /// Where and when the drift is looked at.
    let (t, x): (Double, Double)
    /// The scaling of each end: the plan is the product of one of each and the reference's kernel.
    let scaling: (start: [Double], end: [Double])

    /// A bridge between finitely many points, by Sinkhorn's iteration.
    ///
    /// Throws `InvalidArgument` unless `epsilon` is positive, `0 <= t < 1` and the weights are positive with sum one.
    init(
      from start: [(weight: Double, point: Double)], to end: [(weight: Double, point: Double)],
      epsilon: Double,
      t: Double, x: Double
    ) throws {
      guard epsilon > 0, epsilon.isFinite else {
        throw InvalidArgument("epsilon", is: epsilon, expected: "a positive number")
      }
      guard t >= 0, t < 1 else { throw InvalidArgument("t", is: t, expected: "a time from 0 to below 1") }
      for law in [start, end] {
        let weights = law.map(\.weight)
        guard weights.allSatisfy({ $0 > 0 }),
          (weights.reduce(0, +) - 1).magnitude <= Double(weights.count) * Double.ulpOfOne
        else { throw InvalidArgument("weights", is: weights, expected: "positive numbers with sum 1") }
      }
      (self.start, self.end, self.epsilon, self.t, self.x) = (start, end, epsilon, t, x)
      let kernel = start.map { a in
        end.map { b in Double.exp(-(a.point - b.point).squared / (4 * epsilon)) }
      }
      var (f, g) = (start.map { _ in 1.0 }, end.map { _ in 1.0 })
      for _ in 0..<2000 {
        f = start.indices.map { i in start[i].weight / end.indices.reduce(0) { $0 + kernel[i][$1] * g[$1] } }
        g = end.indices.map { j in end[j].weight / start.indices.reduce(0) { $0 + kernel[$1][j] * f[$1] } }
      }
      scaling = (f, g)
    }

    var description: String {
      "\(start.count) to \(end.count) points, eps = \(epsilon.brief), t = \(t.brief), x = \(x.brief)"
    }

    /// The case of the counterexample.
    static var truth: DiscreteBridge {
      get throws {
        try DiscreteBridge(
          from: [(0.25, 0), (0.75, 1)], to: [(0.5, -1), (0.5, 2)], epsilon: 0.5, t: 0.5, x: 0.25)
      }
    }
    static var second: DiscreteBridge {
      get throws {
        try DiscreteBridge(
          from: [(0.5, -1), (0.25, 0), (0.25, 1.5)], to: [(0.25, -0.5), (0.5, 1), (0.25, 2)], epsilon: 0.75,
          t: 0.375, x: -0.25)
      }
    }

    /// The plan's probability of a pair.
    func plan(_ i: Int, _ j: Int) -> Double {
      scaling.start[i] * scaling.end[j]
        * Double.exp(-(start[i].point - end[j].point).squared / (4 * epsilon))
    }

    /// The logarithm of the function that Doob's transform conditions with, at the time and a point.
    func logConditioner<S: Elementary>(_ x: S) -> S {
      let spread = S(4 * epsilon * (1 - t))
      return S.log(
        end.indices.reduce(0 as S) {
          $0 + S(scaling.end[$1]) * S.exp(-(S(end[$1].point) - x).squared / spread)
        })
    }

    /// `E[X_1 | X_t = x]` over the bridges of a plan, by Bayes over the pairs.
    func endMean<S: Elementary>(_ x: S, plan: (Int, Int) -> Double) -> S {
      let spread = S(4 * epsilon * t * (1 - t))
      var (mass, sum) = (0 as S, 0 as S)
      for i in start.indices {
        for j in end.indices {
          let middle = S((1 - t) * start[i].point + t * end[j].point)
          let weight = S(plan(i, j)) * S.exp(-(x - middle).squared / spread)
          mass += weight
          sum += weight * S(end[j].point)
        }
      }
      return sum / mass
    }

    /// The drift `(X_1 - x) / (1 - t)` of the bridge to an end.
    func bridgeDrift<S: Elementary>(to end: S, _ x: S) -> S { (end - x) / S(1 - t) }

    /// Ends and position of the mixture of bridges over the entropic plan.
    func sample(_ draw: Draw) -> (start: Variate, end: Variate, x: Variate) {
      let pairs = start.indices.flatMap { i in end.indices.map { (i, $0) } }
      let weights = pairs.map { plan($0, $1) }
      // Normalised again: the plan's sum is one up to rounding that a draw would refuse.
      let total = weights.reduce(0, +)
      let pick = draw.selection(weights.map { $0 / total })
      let (x0, x1) = (pick.pick { start[pairs[$0].0].point }, pick.pick { end[pairs[$0].1].point })
      let noise = Variate(Double.sqrt(2 * epsilon * t * (1 - t))) * draw.normal()
      return (x0, x1, Variate(1 - t) * x0 + Variate(t) * x1 + noise)
    }

    /// The mean of `X_1`.
    var targetMean: Double { end.reduce(0) { $0 + $1.weight * $1.point } }
  }

  /// DGM.4e.ii as the solution writes it: a bridge that nobody has to learn.
  static var bridgeInferenceAsWritten: Identity {
    get throws {
      try Identity(
        "DGM.4e.ii", "Inference with a Brownian bridge, as the solution has it",
        #"""
        dX = b(t, X)\,dt + \sqrt{2\varepsilon}\,dW \text{ with the known drift of the bridge}: \quad
        \frac{X_1 - x}{1-t} \text{ is a function of } (t,x)
        """#,
        expectation: .fails(
          correctedBy: "DGM.4e.ii.corrected",
          why: #"""
            The conditioned process looks at $X_1$, the sample that is to be generated. What can be run without it is its
            Markovian version, with the drift $\frac{\mathbb{E}[X_1\mid X_t=x]-x}{1-t}$, and that has to be learned as the
            Schroedinger bridge's has.
            """#,
          counterexample: #"""
            $p_0 = \{0, 1\}$ with probabilities $\frac14, \frac34$, $p_1 = \{-1, 2\}$ with $\frac12, \frac12$,
            $\varepsilon = \frac12$: at $t = 0.5$, $x = 0.25$ the bridges drift with $-2.5$ and $3.5$; the Markovian drift of
            the Schroedinger bridge is $-2.012888$.
            """#)
      ) {
        Exact("dependence on the end") { symbols, d in
          let (t, x) = (symbols.scalar("t"), symbols.vector(d, "x"))
          let (x1, h) = (symbols.vector(d, "x1"), symbols.vector(d, "h"))
          let drift = { (end: Vector<Symbol>) in (end - x) / (1 - t) }
          Step(#"\frac{x_1 + h - x}{1-t}"#) { drift(x1 + h) }
          Step(#"\frac{x_1 - x}{1-t}"#, because: "a drift that does not know the end") { drift(x1) }
          Restatement(#"\frac{x_1 - x}{1-t} + \frac h{1-t}"#) { drift(x1) + h / (1 - t) }
        }
        try Numerical("two ends, one drift", cases: [DiscreteBridge.truth]) { item in
          let (x, ends) = (Interval(item.x), item.end.map { Interval($0.point) })
          let markov = item.bridgeDrift(to: item.endMean(x) { item.plan($0, $1) }, x)
          Step(#"\text{drifts of the bridges to } x_1 = -1 \text{ and } 2"#) {
            ends.map { item.bridgeDrift(to: $0, x) }
          }
          Step(#"b(t,x),\; b(t,x)"#, because: "a known function of time and place") { [markov, markov] }
          Restatement(#"-\tfrac52,\; \tfrac72"#) { [Interval(-5) / 2, Interval(7) / 2] }
        }
        try Statistical("running to the mean of the ends", cases: [DiscreteBridge.truth]) { item, draw in
          let sample = item.sample(draw)
          let again = draw.choice(item.end.map(\.point), weights: item.end.map(\.weight))
          // Without X_1 the bridge can only be run to something known.
          let last = 0.875
          let noise = Variate(Double.sqrt(2 * item.epsilon * last * (1 - last))) * draw.normal()
          let at = { (end: Variate) in Variate(1 - last) * sample.start + Variate(last) * end + noise }
          let centre = Variate(item.targetMean)
          Step(#"\mathbb{E}|X_t - \mathbb{E}X_1|^2, \quad t = \tfrac78"#) {
            (at(sample.end) - centre).squared
          }
          Step(
            #"\text{the same for the bridge to } \mathbb{E}[X_1]"#,
            because: "nothing else is known of the end"
          ) {
            (at(centre) - centre).squared
          }
          Restatement(
            #"\mathbb{E}|X_t - \mathbb{E}X_1|^2, \text{ the bridge to a sample of } X_1 \text{ given } X_0"#
          ) {
            // Only an end that is drawn, with its coupling, gives the law back.
            let shares = item.start.indices.map { i in
              item.end.indices.map { item.plan(i, $0) / item.start[i].weight }
            }
            let isFirst = (sample.start - Variate(0.5)).isBelow(0)
            let toFirst = Variate(shares[0][0]) * isFirst + Variate(shares[1][0]) * (1 - isFirst)
            let pick = (draw.uniform() - toFirst).isBelow(0)
            _ = again
            let end = Variate(item.end[1].point) + Variate(item.end[0].point - item.end[1].point) * pick
            return (at(end) - centre).squared
          }
        }
      }
    }
  }

  /// DGM.4e.ii: both need a drift that is learned.
  static var bridgeInference: Identity {
    get throws {
      try Identity(
        "DGM.4e.ii.corrected", "Inference with bridges",
        #"""
        b(t,x) = 2\varepsilon\,\partial_x\log h_t(x) = \frac{\mathbb{E}[X_1\mid X_t=x]-x}{1-t}, \qquad
        \mathrm{KL}(P\Vert Q) = \mathrm{KL}(\pi\Vert\pi_Q) = \frac1{4\varepsilon}\int_0^1\mathbb{E}|b|^2dt
        """#,
        assuming: [#"Q starts from $p_0$, and $\pi_Q$ is the law of its ends"#],
        remarks: [
          #"""
          Neither process is free at inference: both need a learned drift. The Schroedinger bridge is costlier to train; of all
          processes with these ends and this noise its drift has the least energy, so it does not need more steps.
          """#,
          #"To run the bridge with $X_1$ drawn from $p_1$ asks for the samples that one wants to make."#,
        ]
      ) {
        try Numerical("the drift, discrete ends", cases: [DiscreteBridge.truth, DiscreteBridge.second]) {
          item in
          let x = Interval(item.x)
          Step(
            #"2\varepsilon\,\partial_x\log h_t(x), \quad h_t(x) = \sum_jg_je^{-|x_j-x|^2/4\varepsilon(1-t)}"#
          ) {
            2 * Interval(item.epsilon) * derivative(at: x) { item.logConditioner($0) }
          }
          Step(
            #"\frac{\mathbb{E}[X_1\mid X_t=x]-x}{1-t}"#,
            because: "Bayes over all pairs of ends, start included"
          ) {
            item.bridgeDrift(to: item.endMean(x) { item.plan($0, $1) }, x)
          }
          Restatement(
            #"\frac{\sum_jg_jx_jw_j/\sum_jg_jw_j - x}{1-t}, \quad w_j = e^{-|x_j-x|^2/4\varepsilon(1-t)}"#
          ) {
            let spread = Interval(4 * item.epsilon * (1 - item.t))
            let weights = item.end.indices.map {
              Interval(item.scaling.end[$0])
                * Interval.exp(-(Interval(item.end[$0].point) - x).squared / spread)
            }
            let sum = zip(weights, item.end).reduce(0 as Interval) { $0 + $1.0 * Interval($1.1.point) }
            return item.bridgeDrift(to: sum / weights.reduce(0, +), x)
          }
          Rival(#"\frac{\mathbb{E}[X_1]-x}{1-t}"#, "run to the mean of the ends: the law ends in a point") {
            item.bridgeDrift(to: Interval(item.targetMean), x)
          }
          Rival(#"\frac{x_1-x}{1-t}, \; x_1 \text{ the first end}"#, "the end of one bridge") {
            item.bridgeDrift(to: Interval(item.end[0].point), x)
          }
          Rival(#"\text{over the independent coupling}"#, "ends drawn apart") {
            item.bridgeDrift(to: item.endMean(x) { item.start[$0].weight * item.end[$1].weight }, x)
          }
          Rival(#"\varepsilon\,\partial_x\log h_t(x)"#, "factor two") {
            Interval(item.epsilon) * derivative(at: x) { item.logConditioner($0) }
          }
        }
        Numerical("path energy, normal ends", cases: [BridgeCase.truth, .second], precision: 1e-9) { item in
          let energy = { (covariance: Double) in
            let bridge: NormalBridge<Double> = item.bridge(covariance: covariance)
            let shift = item.end.mean - item.start.mean
            return Interval(
              Quadrature.interval(0...1) { t in
                bridge.driftSlope(t).squared * bridge.variance(t) + shift * shift
              }) / (4 * Interval(item.epsilon))
          }
          let c = item.entropicCovariance(Interval(item.epsilon))
          Step(#"\frac1{4\varepsilon}\int_0^1\mathbb{E}|b(t,X_t)|^2dt"#) {
            energy(item.entropicCovariance(item.epsilon))
          }
          Step(
            #"\mathrm{KL}(\pi\Vert p_0\otimes N(x, 2\varepsilon))"#,
            because: "Girsanov: the bridges cost nothing"
          ) {
            item.staticDivergence(c)
          }
          Rival(#"\frac1{2\varepsilon}\int_0^1\mathbb{E}|b|^2dt"#, "factor two in Girsanov's formula") {
            2 * energy(item.entropicCovariance(item.epsilon))
          }
          Rival(#"\mathrm{KL}(p_0\otimes p_1\Vert p_0\otimes N(x,2\varepsilon))"#, "independent coupling") {
            item.staticDivergence(0)
          }
          Step(
            #"\frac1{4\varepsilon}\int_0^1\mathbb{E}|b|^2dt \text{ of the independent coupling's Markovian version}"#,
            because: "the same ends with more energy", relation: .atMost
          ) { energy(0) }
          Rival(#"\text{the same, equal}"#, "the coupling taken not to matter", relation: .equals) {
            energy(0)
          }
        }
        try Statistical("weak form, discrete ends", cases: [DiscreteBridge.truth, DiscreteBridge.second]) {
          item, draw in
          let sample = item.sample(draw)
          let x = sample.x
          let wave = Variate.sin(Variate(0.5) * x - Variate(0.5))
          let against = { (end: Variate) in wave * item.bridgeDrift(to: end, x) }
          Step(#"\mathbb{E}\Bigl[\varphi(X_t)\frac{X_1 - X_t}{1-t}\Bigr]"#) { against(sample.end) }
          Step(
            #"\mathbb{E}[\varphi(X_t)\,2\varepsilon\,\partial_x\log h_t(X_t)]"#,
            because: "conditioning on the position"
          ) {
            wave * Variate(2 * item.epsilon) * derivative(at: x) { item.logConditioner($0) }
          }
          Rival(
            #"\mathbb{E}\Bigl[\varphi(X_t)\frac{\mathbb{E}[X_1] - X_t}{1-t}\Bigr]"#,
            "run to the mean of the ends"
          ) {
            against(Variate(item.targetMean))
          }
          Rival(#"\mathbb{E}[\varphi(X_t)\,\varepsilon\,\partial_x\log h_t(X_t)]"#, "factor two") {
            wave * Variate(item.epsilon) * derivative(at: x) { item.logConditioner($0) }
          }
        }
      }
    }
  }
}

extension DeepGenerativeModels.BridgeCase {
  /// `KL(pi || p_0 (x) N(x, 2 eps))` for the normal plan of a covariance of the ends.
  func staticDivergence(_ covariance: Interval) -> Interval {
    let (a, b) = (Interval(start.variance), Interval(end.variance))
    let (shift, noise) = (Interval(end.mean) - Interval(start.mean), 2 * Interval(epsilon))
    let conditional = b - covariance.squared / a
    // The second moment of X_1 - X_0, and the conditional variance of X_1, against those of the reference.
    let square = a + b - 2 * covariance + shift.squared
    return (square / noise - 1 - Interval.log(conditional / noise)) / 2
  }
}
