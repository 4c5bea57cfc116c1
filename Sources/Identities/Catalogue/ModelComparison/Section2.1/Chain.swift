import Arithmetic
import Probability
import Transport
import Verification

extension ModelComparison {
  /// The report, (2.1) and (2.2): the noising chain and its laws.
  static var chainProblem: Problem {
    get throws {
      try Problem(
        "R.2", "Denoising diffusion: the chain",
        setting: #"""
          From $x_0 \sim p_*$ the chain takes $T$ steps $x_t = \sqrt{\alpha_t}\,x_{t-1} + \sqrt{1-\alpha_t}\,\epsilon_t$
          with independent standard normal $\epsilon_t$, and $\bar\alpha_t = \alpha_1\cdots\alpha_t$. With
          $\alpha_t = a_t^2$ all laws for normal data are rational in $a_1, \dots, a_T$, which the exact checks leave
          free. Section 1 of the report is notation; its slips ($A \in R^d$ for a set, "target density $p_0$" for the
          base density) leave nothing to compute.
          """#
      ) {
        try lastVariableIsStandardNormal  // R.2.1
        try lastVariableIsNearlyStandardNormal  // R.2.1.corrected
        try lawGivenTheStart  // R.2.2
      }
    }
  }

  /// R.2.1 as the report writes it, with `x_T` standard normal.
  private static var lastVariableIsStandardNormal: Identity {
    get throws {
      try Identity(
        "R.2.1", "The chain, as the report has it",
        #"""
        q(x_t\mid x_{t-1}) = N(\sqrt{\alpha_t}\,x_{t-1}, (1-\alpha_t)I), \; 1 \le t \le T-1, \; \alpha_t \in \mathbb{R},
        \quad x_T \sim N(0, I)
        """#,
        expectation: .fails(
          correctedBy: "R.2.1.corrected",
          why: #"""
            The range stops at $T - 1$ although (2.2) and (2.4) use $t = T$; $\alpha_t \in \mathbb{R}$ allows a negative
            variance; and $x_T \sim N(0, I)$ contradicts (2.2), by which it is an approximation.
            """#,
          counterexample: #"""
            $T = 2$, $\alpha = (0.8125, 0.5)$, $x_0 = 0.75$: then $x_2$ given $x_0$ is $N(0.478033, 0.59375)$, at a
            divergence of $0.1717813$ from $N(0, 1)$. With $\alpha_t = 2$ the variance would be $-1$.
            """#)
      ) {
        Exact("law of the last of three variables") { symbols, d in
          let (chain, start) = (try freeChain(symbols, length: 3), symbols.vector(d, "x"))
          let last = chain.steps[2].marginal(from: start)
          Step(#"\text{mean and covariance of } x_T \text{ given } x_0"#) {
            chain.law(from: start).law(of: 3).momentTable
          }
          Step(#"0, \; I"#, because: "as the report has it") { Gaussian.standard(d).momentTable }
          Restatement(#"\sqrt{\bar\alpha_T}\,x_0, \; (1-\bar\alpha_T)I"#, because: "(2.2)") {
            last.full.momentTable
          }
        }
        Numerical("divergence from the base law", cases: [KnownStart(alphas: [0.8125, 0.5], start: 0.75)]) {
          known in
          let (law, base) = (
            try known.last(Double.self),
            IsotropicGaussian(mean: Vector([0.0]), variance: 1)
          )
          Step(#"\mathrm{KL}(q(x_T\mid x_0)\,\Vert\,N(0,1))"#) {
            Quadrature.interval(-12...12) { x in
              let x = Vector([x])
              return Double.exp(law.logDensity(x)) * (law.logDensity(x) - base.logDensity(x))
            }
          }
          Step("0", because: #"$x_T \sim N(0, I)$, as the report has it"#) { Interval(0) }
          Restatement(#"\tfrac12\bigl(\bar\alpha_T x_0^2 - \bar\alpha_T - \log(1-\bar\alpha_T)\bigr)"#) {
            let kept = Interval(known.alphas[0]) * Interval(known.alphas[1])
            return (kept * Interval(known.start).squared - kept - Interval.log(1 - kept)) / 2
          }
        }
        try Statistical("second moment of the simulated chain", cases: [noisedLine(), noisedPlane(time: 3)]) {
          noised, draw in
          let paths = try noised.paths(draw)
          let last = try noised.step(Variate.self)
          Step(#"\mathbb{E}|x_T|^2"#) { paths[noised.time].squaredNorm }
          Step(#"\mathbb{E}|\epsilon|^2 = d"#, because: #"$x_T \sim N(0, I)$, as the report has it"#) {
            draw.normal(noised.dimension).squaredNorm
          }
          Restatement(#"\mathbb{E}[\bar\alpha_T|x_0|^2 + (1-\bar\alpha_T)\,d]"#, because: "(2.2)") {
            last.alphaBar * paths[0].squaredNorm + Variate(noised.dimension) * (1 - last.alphaBar)
          }
        }
      }
    }
  }

  /// R.2.1 with its hypotheses, and how far `x_T` is from standard normal.
  private static var lastVariableIsNearlyStandardNormal: Identity {
    get throws {
      try Identity(
        "R.2.1.corrected", "The chain",
        #"""
        q(x_t\mid x_{t-1}) = N(\sqrt{\alpha_t}\,x_{t-1}, (1-\alpha_t)I), \; 1 \le t \le T
        \implies \mathrm{KL}(q(x_T\mid x_0)\,\Vert\,N(0,I))
        = \tfrac12\bigl(\bar\alpha_T|x_0|^2 - d\bar\alpha_T - d\log(1-\bar\alpha_T)\bigr) > 0
        """#,
        assuming: [#"$0 < \alpha_t < 1$"#],
        remarks: [
          #"""
          For unit-variance normal data $x_T \sim N(0, I)$ is exact at every $t$: such data cannot tell the chain from
          its limit.
          """#
        ]
      ) {
        Exact("three steps, each turned by an angle") { symbols, d in
          let data = freeGaussian(symbols, d)
          let turns = turns(symbols, count: 3)
          let closed = { (steps: [(factor: Symbol, variance: Symbol)]) in
            let (factor, variance) = accumulated(steps)
            return Gaussian(
              mean: factor * data.mean,
              covariance: factor.squared * data.covariance + variance * .identity(d)
            ).momentTable
          }
          Step(
            #"\text{mean and covariance of } x_3 = \textstyle\prod a_t\, x_0 + \sum_s \prod_{t>s} a_t\,\sqrt{1-a_s^2}\,\epsilon_s"#
          ) { turned(data, turns).momentTable }
          Step(
            #"\sqrt{\bar\alpha_3}\,m, \; \bar\alpha_3 R + (1-\bar\alpha_3) I"#,
            because: #"each step keeps a covariance $I$: $\alpha_t + (1-\alpha_t) = 1$"#
          ) { closed(turns.map { ($0.cosine, 1 - $0.cosine.squared) }) }
          Rival(#"\text{mean } \alpha_t x_{t-1}"#, "root forgotten") {
            closed(turns.map { ($0.cosine.squared, 1 - $0.cosine.squared) })
          }
          Rival(#"\text{variance } 1 - \alpha_t^2"#, "variance squared once more") {
            closed(turns.map { ($0.cosine, 1 - $0.cosine.squared.squared) })
          }
          Rival(#"0, \; I"#, "the limit taken for the law") { Gaussian.standard(d).momentTable }
        }
        Exact("unit-variance normal data") { symbols, d in
          let turns = turns(symbols, count: 3)
          let spread = { (steps: [(factor: Symbol, variance: Symbol)]) in
            let (factor, variance) = accumulated(steps)
            return (factor.squared + variance) * Matrix<Symbol>.identity(d)
          }
          Step(#"\operatorname{Cov}(x_3), \quad x_0 \sim N(0, I)"#) { turned(.standard(d), turns).covariance }
          Step(#"\bar\alpha_3 I + (1-\bar\alpha_3) I"#, because: "(2.2)") {
            spread(turns.map { ($0.cosine, 1 - $0.cosine.squared) })
          }
          Restatement("I", because: "such data cannot tell the chain from its limit") {
            Matrix<Symbol>.identity(d)
          }
          Rival(#"\text{with means } \alpha_t x_{t-1}"#, "root forgotten") {
            spread(turns.map { ($0.cosine.squared, 1 - $0.cosine.squared) })
          }
          Rival(#"\text{with variances } 1 - \alpha_t^2"#, "variance squared once more") {
            spread(turns.map { ($0.cosine, 1 - $0.cosine.squared.squared) })
          }
        }
        Enclosure(
          "distance from the base law, d = 2, |x_0| = 0.25 and 0.75", cases: [0.25, 0.75],
          over: ["abar": 0x1p-8...0.9375]
        ) { length, v in
          let (kept, square) = (v["abar"], Dual<Interval>(length * length))
          let polynomial = kept * square - 2 * kept
          let terms = { (logarithm: Dual<Interval>) in (polynomial - 2 * logarithm) / 2 }
          Step(#"\mathrm{KL}(q(x_T\mid x_0)\,\Vert\,N(0,I)), \quad \text{by the law of the divergence}"#) {
            IsotropicGaussian(mean: Vector([Dual(length) * Dual.sqrt(kept), 0]), variance: 1 - kept)
              .divergence(from: IsotropicGaussian(mean: .zero(2), variance: 1))
          }
          Step(#"\tfrac12\bigl(\bar\alpha_T|x_0|^2 - d\bar\alpha_T - d\log(1-\bar\alpha_T)\bigr)"#) {
            terms(Dual.log(1 - kept))
          }
          Rival(
            #"\tfrac12\bigl(\bar\alpha_T|x_0|^2 - d\bar\alpha_T + d\log(1-\bar\alpha_T)\bigr)"#,
            "sign of the logarithm"
          ) { terms(-Dual.log(1 - kept)) }
          Step(
            #"\tfrac12\bar\alpha_T|x_0|^2 + \tfrac d4\bar\alpha_T^2 > 0"#,
            because: #"$-\log(1-u) \ge u + u^2/2$: zero at $\bar\alpha_T = 0$ only"#, relation: .atLeast
          ) {
            let shift = kept * square / 2
            return shift + kept * kept / 2
          }
          Rival(#"\tfrac12\bar\alpha_T|x_0|^2 + \tfrac d2\bar\alpha_T^2"#, "one half of the series lost") {
            kept * square / 2 + kept * kept
          }
        }
        try Statistical(
          "waves of the simulated chain", cases: [noisedLine(), noisedPlane(time: 3), noisedSpace(time: 4)]
        ) { noised, draw in
          let paths = try noised.paths(draw)
          let wave = longWave(noised.dimension)
          let alphas = noised.alphas.prefix(noised.time)
          let damped = { (steps: [(factor: Double, variance: Double)]) in
            let (factor, variance) = accumulated(steps)
            return wave.mean(of: Variate(factor) * paths[0], variance: variance)
          }
          Step(#"\mathbb{E}\sin(k\cdot x_T + c)"#) { wave(paths[noised.time]) }
          Step(
            #"\mathbb{E}\,e^{-|k|^2(1-\bar\alpha_T)/2}\sin(k\cdot\sqrt{\bar\alpha_T}\,x_0 + c)"#,
            because: #"$x_T$ given $x_0$ is normal"#
          ) { damped(alphas.map { ($0.squareRoot(), 1 - $0) }) }
          Rival(#"\text{with means } \alpha_t x_{t-1}"#, "root forgotten") {
            damped(alphas.map { ($0, 1 - $0) })
          }
          Rival(#"\text{with variances } 1 - \alpha_t^2"#, "variance squared once more") {
            damped(alphas.map { ($0.squareRoot(), 1 - $0 * $0) })
          }
          Rival(#"e^{-|k|^2/2}\sin c"#, #"$x_T \sim N(0, I)$ taken to be exact"#) { damped([(0, 1)]) }
        }
      }
    }
  }

  /// A wave whose mean over the noised mixtures is as large as its scatter.
  private static func longWave(_ dimension: Int) -> Wave {
    Wave([0.5, -0.375, 0.5].prefix(dimension).map { $0 }, phase: 1)
  }

  /// The cosine and sine of half-angle tangents, so that `sqrt(1 - alpha)` is rational too.
  private static func turns(_ symbols: Symbols, count: Int) -> [(cosine: Symbol, sine: Symbol)] {
    (1...count).map { k in
      let u = symbols.scalar("u\(k)")
      return ((1 - u.squared) / (1 + u.squared), 2 * u / (1 + u.squared))
    }
  }

  /// The law of the last variable of a chain as the image of `x_0` and standard normal noises.
  private static func turned(
    _ data: Gaussian<Symbol>, _ turns: [(cosine: Symbol, sine: Symbol)]
  ) -> Gaussian<Symbol> {
    let d = data.dimension
    let weights = turns.reduce([1 as Symbol]) { weights, turn in
      weights.map { turn.cosine * $0 } + [turn.sine]
    }
    return Gaussian.independent([data] + turns.map { _ in .standard(d) }).image(
      under: Matrix(rows: d, columns: d * weights.count) { $0 == $1 % d ? weights[$1 / d] : 0 })
  }

  /// A chain on the line from a known point.
  struct KnownStart: Sendable, CustomStringConvertible {
    let alphas: [Double]
    let start: Double
    var description: String {
      "alpha = (\(alphas.map(\.brief).joined(separator: ", "))), x0 = \(start.brief)"
    }

    /// The law of the last variable.
    func last<S: Elementary>(_: S.Type) throws -> IsotropicGaussian<S> {
      try DenoisingChain<S>(alphas: alphas).step(alphas.count).marginal(from: Vector([S(start)]))
    }
  }

  /// R.2.2: the law of `x_t` given `x_0`.
  private static var lawGivenTheStart: Identity {
    get throws {
      try Identity(
        "R.2.2", "The law of a variable given the first",
        #"x_t \mid x_0 \sim N(\sqrt{\bar\alpha_t}\,x_0, (1-\bar\alpha_t) I)"#,
        assuming: [#"conditionally on $x_0$: the marginal law of $x_t$ is this averaged over the data"#]
      ) {
        lawsGivenTheStart(length: 2)
        lawsGivenTheStart(length: 3)
        lawsGivenTheStart(length: 5)
        Numerical(
          "two steps by quadrature",
          cases: [
            KnownStart(alphas: [0.8125, 0.5], start: 0.75), KnownStart(alphas: [0.5, 0.9], start: -1.25),
          ]
        ) { known in
          let chain = try DenoisingChain<Double>(alphas: known.alphas)
          let (x, start) = (Vector([0.25]), Vector([known.start]))
          let (first, second) = (Interval(known.alphas[0]), Interval(known.alphas[1]))
          let normal = { (mean: Interval, variance: Interval) in
            Interval.exp(
              IsotropicGaussian(mean: Vector([mean]), variance: variance).logDensity(Vector([Interval(0.25)]))
            )
          }
          let mean = Interval.sqrt(first * second) * Interval(known.start)
          Step(#"\int q(x_2\mid x_1)\,q(x_1\mid x_0)\,dx_1"#) {
            Quadrature.interval(-12...12) { y in
              let y = Vector([y])
              return Double.exp(
                chain.steps[1].transition(from: y).logDensity(x)
                  + chain.steps[0].transition(from: start).logDensity(y))
            }
          }
          Step(#"N(x_2; \sqrt{\bar\alpha_2}\,x_0, 1-\bar\alpha_2)"#, because: "Chapman and Kolmogorov") {
            normal(mean, 1 - first * second)
          }
          Rival(#"\text{variance } 1-\bar\alpha_2^2"#, "variance squared once more") {
            normal(mean, 1 - (first * second).squared)
          }
          Rival(#"\text{variance } 1-\alpha_2"#, "noise of the last step only") { normal(mean, 1 - second) }
          Rival(#"\text{mean } \sqrt{\alpha_1+\alpha_2}\,x_0"#, "sum for product") {
            normal(Interval.sqrt(first + second) * Interval(known.start), 1 - first * second)
          }
        }
        try Statistical(
          "waves of the simulated chain",
          cases: [noisedLine([0.9375, 0.8125, 0.75, 0.5], time: 3), noisedPlane(), noisedSpace()]
        ) { noised, draw in
          let paths = try noised.paths(draw)
          let step = try noised.step(Double.self)
          let wave = longWave(noised.dimension)
          let damped = { (factor: Double, variance: Double) in
            wave.mean(of: Variate(factor) * paths[0], variance: variance)
          }
          Step(#"\mathbb{E}\sin(k\cdot x_t + c)"#) { wave(paths[noised.time]) }
          Step(
            #"\mathbb{E}\,e^{-|k|^2(1-\bar\alpha_t)/2}\sin(k\cdot\sqrt{\bar\alpha_t}\,x_0 + c)"#,
            because: #"$x_t$ given $x_0$ is normal"#
          ) { damped(step.signal, 1 - step.alphaBar) }
          Rival(#"\text{variance } 1-\bar\alpha_t^2"#, "variance squared once more") {
            damped(step.signal, 1 - step.alphaBar.squared)
          }
          Rival(#"\text{variance } 1-\alpha_t"#, "noise of the last step only") {
            damped(step.signal, 1 - step.alpha)
          }
          Rival(#"\text{mean } \sqrt{\textstyle\sum\alpha_i}\,x_0"#, "sum for product") {
            damped(noised.alphas.prefix(noised.time).reduce(0, +).squareRoot(), 1 - step.alphaBar)
          }
        }
      }
    }
  }

  /// The law after `length` free steps, given the first variable and on average over normal data.
  private static func lawsGivenTheStart(length: Int) -> Exact {
    Exact("chain of \(length) steps") { symbols, d in
      let (chain, start) = (try freeChain(symbols, length: length), symbols.vector(d, "x"))
      let data = freeGaussian(symbols, d)
      let last = chain.steps[length - 1]
      let table = { (factor: Symbol, variance: Symbol, data: Gaussian<Symbol>) in
        Gaussian(
          mean: factor * data.mean, covariance: factor.squared * data.covariance + variance * .identity(d)
        ).momentTable.entries
      }
      let known = Gaussian(mean: start, covariance: .zero(d, d))
      let both = { (factor: Symbol, variance: Symbol) in
        Vector(table(factor, variance, known) + table(factor, variance, data))
      }
      Step(#"\text{moments of } x_t \text{ given } x_0, \text{ and for } x_0 \sim N(m, R)"#) {
        Vector(
          chain.law(from: start).law(of: length).momentTable.entries
            + chain.law(from: data).law(of: length).momentTable.entries)
      }
      Step(
        #"\sqrt{\bar\alpha_t}\,x_0, \; (1-\bar\alpha_t)I; \quad \sqrt{\bar\alpha_t}\,m, \; \bar\alpha_t R + (1-\bar\alpha_t)I"#,
        because: #"induction: $1-\bar\alpha_t = 1-\alpha_t + \alpha_t(1-\bar\alpha_{t-1})$"#
      ) { both(last.signal, 1 - last.alphaBar) }
      Restatement(#"\text{the variance as } 1-\alpha_t + \alpha_t(1-\bar\alpha_{t-1})"#) {
        both(last.signal, 1 - last.alpha + last.alpha * (1 - last.alphaBarBefore))
      }
      Rival(#"\text{variance } 1-\bar\alpha_t^2"#, "variance squared once more") {
        both(last.signal, 1 - last.alphaBar.squared)
      }
      Rival(#"\text{variance } 1-\textstyle\sum\alpha_i"#, "sum for product") {
        both(last.signal, 1 - chain.factors.reduce(0) { $0 + $1.squared })
      }
      Rival(#"\text{variance } 1-\alpha_t"#, "noise of the last step only") {
        both(last.signal, 1 - last.alpha)
      }
      Rival(#"x_t \sim N(\sqrt{\bar\alpha_t}\,m, (1-\bar\alpha_t) I)"#, "read as the marginal law") {
        Vector(
          table(last.signal, 1 - last.alphaBar, known)
            + table(last.signal, 1 - last.alphaBar, Gaussian(mean: data.mean, covariance: .zero(d, d))))
      }
    }
  }
}

extension Wave {
  /// The mean of the wave at a point plus normal noise of the given variance in each coordinate.
  func mean(of x: Vector<Variate>, variance: Double) -> Variate {
    Variate(Double.exp(-variance * frequency.reduce(0) { $0 + $1 * $1 } / 2)) * self(x)
  }
}
