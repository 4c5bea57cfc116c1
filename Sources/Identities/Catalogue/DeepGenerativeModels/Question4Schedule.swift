import Arithmetic
import Probability
import Verification

extension DeepGenerativeModels {
  /// The path of equation (5), `alpha_t = exp(-T(1 - t) / 2)` with `T(t)` the integral of `beta(s) = first + slope s`.
  struct NoiseRate: Sendable, CustomStringConvertible {
    let first: Double
    let slope: Double
    var description: String {
      slope == 0 ? "beta = \(first.brief)" : "beta = \(first.brief) + \(slope.brief) s"
    }

    /// The rate of the sheet.
    static let sheet = NoiseRate(first: 598, slope: 0)
    /// One that varies, for `T(1 - t)` read as a product is the same only for a constant one.
    static let rising = NoiseRate(first: 0.5, slope: 3)

    /// The rate `beta(s)`.
    func beta<S: Elementary>(_ s: S) -> S { S(first) + S(slope) * s }
    /// The integral `T(t)`.
    func integral<S: Elementary>(_ t: S) -> S { S(first) * t + S(slope) / 2 * t.squared }
    /// The coefficient `alpha_t`.
    func alpha<S: Elementary>(_ t: S) -> S { S.exp(-integral(1 - t) / 2) }
    /// The coefficient `alpha_t` with `T(1 - t)` read as the product of `T(1)` and `1 - t`.
    func alphaOfProduct<S: Elementary>(_ t: S) -> S { S.exp(-integral(1 as S) * (1 - t) / 2) }

    /// The coefficient `alpha_t`, with the integral by quadrature.
    func alphaByQuadrature(_ t: Double) -> Interval {
      t == 1 ? 1 : Interval.exp(-Interval(Quadrature.interval(0...(1 - t)) { beta($0) }) / 2)
    }

    /// The time at which `alpha` reaches a level between its ends, by bisection.
    func time(whereAlphaIs level: Double) throws -> Estimate {
      guard level > alpha(0.0), level < 1 else {
        throw InvalidArgument("level", is: level, expected: "a number between alpha_0 = \(alpha(0.0)) and 1")
      }
      var (low, high) = (0.0, 1.0)
      for _ in 0..<60 {
        let middle = (low + high) / 2
        if alpha(middle) < level { low = middle } else { high = middle }
      }
      // The logarithm of alpha, up to T / 2 in magnitude, is off by its rounding; its slope is beta(1 - t) / 2.
      let rounding = 4 * Double.ulpOfOne * (1 + integral(1 - low) / 2) / (beta(1 - high) / 2)
      return Estimate(high, error: rounding + 2 * Double.ulpOfOne)
    }
  }

  /// A rate at a time.
  private struct RateAtTime: Sendable, CustomStringConvertible {
    let rate: NoiseRate
    let t: Double
    var description: String { "\(rate), t = \(t.brief)" }
  }

  /// DGM.eq5 as the sheet writes it, with the square root lost.
  static var variancePreservingAsWritten: Identity {
    Identity(
      "DGM.eq5", "The variance preserving path, as the sheet has it",
      #"""
      \alpha_t = e^{-\frac12T(1-t)}, \quad \sigma_t = 1 - \alpha_t^2, \quad T(t) = \int_0^t\beta(s)\,ds:
      \qquad \alpha_t^2 + \sigma_t^2 = 1
      """#,
      expectation: .fails(
        correctedBy: "DGM.eq5.corrected",
        why: #"""
          A square root is missing: $1 - \alpha_t^2$ is the variance. As a definition (5) is consistent, but it is not the
          variance preserving path that it is taken from.
          """#,
        counterexample: #"""
          Where $\alpha_t = \frac12$, for $\beta = 598$ at $t = 0.9976818$: $\alpha^2 + \sigma^2 = \frac14 + \frac9{16} =
          0.8125$.
          """#),
      remarks: [
        #"""
        For $\beta = 598$ both versions of $\sigma_t$ are one in double precision for $t < 0.93$: the defect shows in the
        boundary layer at $t = 1$ only.
        """#
      ]
    ) {
      Exact("for every alpha", dimensions: [1]) { symbols, _ in
        let square = symbols.scalar("alpha").squared
        Step(#"\alpha_t^2 + \sigma_t^2"#) { square + (1 - square).squared }
        Step(#"1"#, because: "variance preserving") { 1 }
        Restatement(#"1 - \alpha_t^2(1 - \alpha_t^2)"#) { 1 - square * (1 - square) }
      }
      Numerical("where alpha is one half", cases: [NoiseRate.sheet, .rising]) { rate in
        Step(#"\alpha_t^2 + \sigma_t^2, \quad \alpha_t = \tfrac12"#) {
          let t = Interval(try rate.time(whereAlphaIs: 0.5))
          let square = rate.alpha(t).squared
          return square + (1 - square).squared
        }
        Step(#"1"#, because: "variance preserving") { 1 as Interval }
        Restatement(#"\tfrac{13}{16}"#, because: #"$\frac14 + \frac9{16}$"#) { Interval(13) / 16 }
      }
      Statistical("a law of variance one, noised", cases: [RateAtTime(rate: .rising, t: 0.625)]) {
        item, draw in
        let (x1, x0) = (unitVariance(draw), draw.normal())
        let alpha = item.rate.alpha(item.t)
        let x = Variate(alpha) * x1 + Variate(1 - alpha * alpha) * x0
        Step(#"\mathbb{E}|\alpha_tx_1 + \sigma_tx_0|^2"#) { x.squared }
        Step(#"\mathbb{E}|x_1|^2"#, because: "variance preserving") { x1.squared }
        Restatement(#"\bigl(1 - \alpha_t^2(1 - \alpha_t^2)\bigr)\mathbb{E}|x_1|^2"#) {
          Variate(1 - alpha * alpha * (1 - alpha * alpha)) * x1.squared
        }
      }
    }
  }

  /// DGM.eq5 with the square root.
  static var variancePreserving: Identity {
    Identity(
      "DGM.eq5.corrected", "The variance preserving path",
      #"""
      \alpha_t = e^{-\frac12T(1-t)}, \quad \sigma_t = \sqrt{1 - \alpha_t^2}, \quad T(t) = \int_0^t\beta(s)\,ds:
      \qquad \alpha_t^2 + \sigma_t^2 = 1, \quad \dot\alpha_t = \tfrac12\beta(1-t)\,\alpha_t
      """#,
      assuming: [#"$T(1-t)$ is $T$ evaluated at $1-t$, not a product"#]
    ) {
      Enclosure("variance", cases: [NoiseRate.rising], over: ["t": 0...0.96875], precision: 0x1p-16) {
        rate, v in
        let alpha = rate.alpha(v["t"])
        let square = { (sigma: Dual<Interval>) in alpha.squared + sigma.squared }
        Step(#"\alpha_t^2 + \sigma_t^2"#) { square(Dual.sqrt(1 - alpha.squared)) }
        Step(#"1"#, because: #"$\sigma_t^2 = 1 - \alpha_t^2$"#) { 1 as Dual<Interval> }
        Restatement(#"\alpha_t^2 + (1 - \alpha_t)(1 + \alpha_t)"#) {
          let noise = (1 - alpha) * (1 + alpha)
          return alpha.squared + noise
        }
        Rival(#"\alpha_t^2 + (1 - \alpha_t^2)^2"#, "square root forgotten: the sheet") {
          square(1 - alpha.squared)
        }
        Rival(#"\alpha_t^2 + (1 - \alpha_t)^2"#, "straight path's noise") { square(1 - alpha) }
      }
      Enclosure(
        "rate of the signal", cases: [NoiseRate.rising], over: ["t": 0...1], precision: 0x1p-12
      ) { rate, v in
        let t = v["t"]
        let beta = rate.beta(1 - t)
        Step(#"\frac{\dot\alpha_t}{\alpha_t}"#) { derivative(at: t) { Dual.log(rate.alpha($0)) } }
        Step(#"\tfrac12\beta(1-t)"#, because: #"$T' = \beta$, at $1-t$"#) { beta / 2 }
        Rival(#"\tfrac12T(1)"#, "T(1-t) read as a product") {
          derivative(at: t) { Dual.log(rate.alphaOfProduct($0)) }
        }
        Rival(#"\tfrac12\beta(t)"#, "time not reversed") { rate.beta(t) / 2 }
        Rival(#"-\tfrac12\beta(1-t)"#, "sign: noising for denoising") { -beta / 2 }
      }
      Numerical(
        "the integral by quadrature",
        cases: [
          RateAtTime(rate: .rising, t: 0.25), RateAtTime(rate: .rising, t: 0.75),
          RateAtTime(rate: .sheet, t: 0.99),
        ]
      ) { item in
        let (rate, t) = (item.rate, Interval(item.t))
        Step(#"\exp\Bigl(-\tfrac12\int_0^{1-t}\beta(s)\,ds\Bigr)"#) { rate.alphaByQuadrature(item.t) }
        Step(#"\alpha_t"#, because: "the integral of a linear rate") { rate.alpha(t) }
        Rival(#"e^{-\frac12T(1)(1-t)}"#, "T(1-t) read as a product") { rate.alphaOfProduct(t) }
        Rival(#"e^{-T(1-t)}"#, "one half forgotten") { rate.alpha(t).squared }
        Rival(#"e^{-\frac12T(t)}"#, "time not reversed") { rate.alpha(1 - t) }
      }
      Statistical(
        "a law of variance one, noised",
        cases: [RateAtTime(rate: .rising, t: 0.625), RateAtTime(rate: .rising, t: 0.25)]
      ) { item, draw in
        let (x1, x0) = (unitVariance(draw), draw.normal())
        let alpha = item.rate.alpha(item.t)
        let square = { (sigma: Double) in (Variate(alpha) * x1 + Variate(sigma) * x0).squared }
        Step(#"\mathbb{E}|x_1|^2"#) { x1.squared }
        Step(#"\mathbb{E}|\alpha_tx_1 + \sigma_tx_0|^2"#, because: "variance preserving") {
          square(Double.sqrt(1 - alpha * alpha))
        }
        Rival(#"\mathbb{E}|\alpha_tx_1 + (1-\alpha_t^2)x_0|^2"#, "square root forgotten: the sheet") {
          square(1 - alpha * alpha)
        }
        Rival(#"\mathbb{E}|\alpha_tx_1 + (1-\alpha_t)x_0|^2"#, "straight path's noise") { square(1 - alpha) }
      }
    }
  }

  /// DGM.4d.i: the path for the rate of the sheet.
  static var boundaryLayer: Identity {
    Identity(
      "DGM.4d.i", "The path for a rate of 598",
      #"\beta = 598: \qquad \alpha_t = e^{-299(1-t)}, \quad \sigma_t = 1 - e^{-598(1-t)}"#,
      remarks: [
        #"""
        All happens in a boundary layer of width about $1/299$ at $t = 1$: $\alpha_{0.99} = 0.0502874$,
        $\sigma_{0.99} = 0.9974712$, and $\alpha$ reaches $\frac12$ at $t = 0.9976818$. The solution's figure is not in its
        text; it is drawn here, with the layer apart, for a coarse grid misses it. The variance preserving path has
        $\sqrt{1 - e^{-598(1-t)}}$ for $\sigma_t$.
        """#
      ]
    ) {
      Numerical("values", cases: [0.5, 0.99, 0.999].map { RateAtTime(rate: .sheet, t: $0) }) { item in
        let rest = 1 - Interval(item.t)
        Step(#"\alpha_t = e^{-\frac12\int_0^{1-t}598\,ds}"#) { item.rate.alphaByQuadrature(item.t) }
        Step(#"e^{-299(1-t)}"#) { Interval.exp(-299 * rest) }
        Rival(#"e^{-299t}"#, "reversed") { Interval.exp(-299 * Interval(item.t)) }
        Rival(#"e^{-598(1-t)}"#, "one half forgotten") { Interval.exp(-598 * rest) }
        Rival(#"t"#, "a line through the ends, as a coarse grid shows it") { Interval(item.t) }
      }
      Numerical("values of the noise", cases: [0.5, 0.99, 0.999].map { RateAtTime(rate: .sheet, t: $0) }) {
        item in
        let rest = 1 - Interval(item.t)
        Step(#"\sigma_t = 1 - \alpha_t^2"#) { 1 - item.rate.alphaByQuadrature(item.t).squared }
        Step(#"1 - e^{-598(1-t)}"#) { 1 - Interval.exp(-598 * rest) }
        Restatement(#"(1 - \alpha_t)(1 + \alpha_t)"#) {
          let alpha = Interval.exp(-299 * rest)
          return (1 - alpha) * (1 + alpha)
        }
        Rival(#"1 - e^{-299(1-t)}"#, "square forgotten") { 1 - Interval.exp(-299 * rest) }
        Rival(#"1 - e^{-598t}"#, "reversed") { 1 - Interval.exp(-598 * Interval(item.t)) }
        Rival(#"\sqrt{1 - e^{-598(1-t)}}"#, "the deviation, where (5) has the variance") {
          Interval.sqrt(1 - Interval.exp(-598 * rest))
        }
      }
      Numerical("width of the layer", cases: [0.5, 0.25].map { Level(alpha: $0) }) { level in
        let depth = Interval.log(Interval(level.alpha))
        Step(#"1 - t \text{ where } \alpha_t = a"#) {
          1 - Interval(try NoiseRate.sheet.time(whereAlphaIs: level.alpha))
        }
        Step(#"-\tfrac1{299}\log a"#, because: "the logarithm of alpha is linear") { -depth / 299 }
        Rival(#"1 - a"#, "a line through the ends, as a coarse grid shows it") { 1 - Interval(level.alpha) }
        Rival(#"-\tfrac1{598}\log a"#, "one half forgotten") { -depth / 598 }
      }
      Enclosure("throughout the layer", over: ["t": 0.96875...1], precision: 0x1p-10) { v in
        let t = v["t"]
        Step(#"\bigl(\log\alpha_t,\; \tfrac{d}{dt}\log\alpha_t\bigr)"#) {
          Vector([
            Dual.log(NoiseRate.sheet.alpha(t)), derivative(at: t) { Dual.log(NoiseRate.sheet.alpha($0)) },
          ])
        }
        Step(#"\bigl(-299(1-t),\; 299\bigr)"#) { Vector([-299 * (1 - t), 299]) }
        Rival(#"\bigl(-299t,\; -299\bigr)"#, "reversed") { Vector([-299 * t, -299]) }
        Rival(#"\bigl(-598(1-t),\; 598\bigr)"#, "one half forgotten") { Vector([-598 * (1 - t), 598]) }
      }
    }
  }

  /// DGM.4d.ii: the path never starts at zero.
  static var pathNeverStartsAtZero: Identity {
    Identity(
      "DGM.4d.ii", "Conditions (4) fail at time zero",
      #"\alpha_0 = e^{-\frac12\int_0^1\beta} = e^{-299} = 1.3994\cdot10^{-130} \ne 0"#,
      assuming: [#"$\int_0^1\beta < \infty$"#],
      remarks: [
        #"""
        All other conditions hold, with or without the square root: $\alpha_1 = 1$, $\sigma_1 = 0$,
        $\dot\alpha_t = \frac12\beta\alpha_t > 0$ and $-\dot\sigma_t = 2\alpha_t\dot\alpha_t > 0$. But
        $\sigma_0 = 1 - e^{-598}$ is not one either, by less than double precision can tell. In single precision $\alpha_0$
        underflows to zero and the condition seems to hold.
        """#
      ]
    ) {
      Numerical("the value at time zero", cases: [NoiseRate.sheet, NoiseRate(first: 20, slope: 0)]) { rate in
        Step(#"\alpha_0 = e^{-\frac12\int_0^1\beta}"#) { rate.alphaByQuadrature(0) }
        Step(#"e^{-\beta/2}"#, because: "a constant rate") { Interval.exp(-Interval(rate.first) / 2) }
        Rival(#"0"#, "numerically zero") { 0 as Interval }
        Rival(#"\alpha_0 \text{ in single precision}"#, "underflow: the test would pass") {
          Interval(Double(Float(Double.exp(-rate.first / 2))))
        }
        Step(#"\tfrac12e^{-\beta/2} > 0"#, because: "positive", relation: .atLeast) {
          Interval.exp(-Interval(rate.first) / 2) / 2
        }
        Rival(#"0, \text{ from above}"#, "zero or less", relation: .atMost) { 0 as Interval }
      }
      Enclosure("for every integral of the rate", over: ["T": 1...598], precision: 0x1p-12) { v in
        Step(#"\log\alpha_0"#) { Dual.log(NoiseRate.sheet.alpha(1 - v["T"] / 598)) }
        Step(#"-\tfrac12T"#, because: #"finite, so $\alpha_0$ is not zero"#) { -v["T"] / 2 }
        Rival(#"-T"#, "one half forgotten") { -v["T"] }
        Step(#"-299.5"#, because: "a bound for every integral up to 598", relation: .atLeast) { -599 / 2 }
        Rival(#"-299.5, \text{ from above}"#, "smaller than any bound", relation: .atMost) { -599 / 2 }
      }
      Exact("the other conditions hold", dimensions: [1]) { symbols, _ in
        // The signal and its logarithmic rate are free where they are not fixed by t = 1.
        let (alpha, beta) = (symbols.scalar("alpha"), symbols.scalar("beta"))
        let moving = Dual(alpha, derivative: beta / 2 * alpha)
        let rates = { (sigma: (Dual<Symbol>) -> Dual<Symbol>) in
          Vector([sigma(1).value, moving.derivative, -sigma(moving).derivative])
        }
        Step(#"\sigma_1,\; \dot\alpha_t,\; -\dot\sigma_t"#) { rates { 1 - $0.squared } }
        Step(
          #"0,\; \tfrac12\beta\alpha_t,\; \beta\alpha_t^2"#,
          because: #"$\alpha_1 = 1$, $\dot\alpha_t = \frac12\beta\alpha_t$"#
        ) { Vector([0, beta * alpha / 2, beta * alpha.squared]) }
        Restatement(#"0,\; \dot\alpha_t,\; 2\alpha_t\dot\alpha_t"#) {
          Vector([0, moving.derivative, 2 * alpha * moving.derivative])
        }
        Rival(#"1,\; \tfrac12\beta\alpha_t,\; \beta\alpha_t^2"#, "the failure seen in the noise at the end") {
          Vector([1, beta * alpha / 2, beta * alpha.squared])
        }
        Rival(#"0,\; \tfrac12\beta\alpha_t,\; -\beta\alpha_t^2"#, "the failure seen in the monotonicity") {
          Vector([0, beta * alpha / 2, -beta * alpha.squared])
        }
      }
    }
  }

  /// A variable of mean zero and variance one with light tails: uniform.
  private static func unitVariance(_ draw: Draw) -> Variate {
    Variate(Double.sqrt(12)) * (draw.uniform() - Variate(0.5))
  }

  /// A level of the signal.
  private struct Level: Sendable, CustomStringConvertible {
    let alpha: Double
    var description: String { "a = \(alpha.brief)" }
  }

  /// The path of equation (5) for the rate of the sheet.
  static var noisePathFigure: Figure {
    Figure(
      "noise-path",
      caption: #"""
        The figure that the solution to 4(d) lacks: $\alpha_t$ and $\sigma_t$ of equation (5) for $\beta = 598$. Nearly all
        of the interval is noise.
        """#,
      x: .init("time t"), y: .init("coefficient")
    ) {
      // Points crowd at the end, where everything happens.
      let times = (0...128).map { k in
        let rest = 1 - Double(k) / 128
        return 1 - rest.power(3)
      }
      let alpha = { (t: Double) in NoiseRate.sheet.alpha(t) }
      return [
        .init("αₜ", points: times.map { ($0, alpha($0)) }),
        .init("σₜ = 1 − αₜ²", points: times.map { ($0, 1 - alpha($0).squared) }),
      ]
    }
  }

  /// The boundary layer of that path.
  static var noisePathLayerFigure: Figure {
    Figure(
      "noise-path-layer",
      caption: #"""
        The boundary layer at $t = 1$ of the same path, with the deviation $\sqrt{1 - \alpha_t^2}$ that keeps the variance.
        """#,
      x: .init("time t"), y: .init("coefficient")
    ) {
      let times = (0...128).map { k in
        let rest = 1 - Double(k) / 128
        return 1 - rest.squared * 0.02
      }
      let alpha = { (t: Double) in NoiseRate.sheet.alpha(t) }
      return [
        .init("αₜ", points: times.map { ($0, alpha($0)) }),
        .init("σₜ = 1 − αₜ²", points: times.map { ($0, 1 - alpha($0).squared) }),
        .init("√(1 − αₜ²)", points: times.map { ($0, Double.sqrt(1 - alpha($0).squared)) }),
      ]
    }
  }
}
