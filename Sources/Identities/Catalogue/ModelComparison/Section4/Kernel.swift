import Arithmetic
import Probability
import Transport
import Verification

extension ModelComparison {
  /// A time of the experiments' diffusion.
  struct ExplodingCase: Sendable, CustomStringConvertible {
    let time: Double
    var description: String { "t = \(time.brief)" }

    /// The diffusion of the experiments.
    var diffusion: VarianceExploding { get throws { try explodingDiffusion } }

    /// `r^2t`, enclosed.
    func ratio(at t: Double) throws -> Interval {
      let diffusion = try diffusion
      return Interval.exp(
        Interval(t) * 2 * Interval.log(Interval(diffusion.greatest) / Interval(diffusion.least)))
    }

    /// `sigma_min^2`, enclosed.
    var leastVariance: Interval { get throws { Interval(try diffusion.least).squared } }

    /// The variance that the noise adds, by quadrature of its rate.
    var added: Estimate {
      get throws {
        let diffusion = try diffusion
        return Quadrature.interval(0...time) { diffusion.squaredNoise(at: $0) }
      }
    }

    private static let steps = 32

    /// A path of the diffusion at its last time from zero, step by step; the noise of a step has the variance that
    /// Gauss's rule of two points gives its rate.
    func path(_ draw: Draw) throws -> Variate {
      try (0..<Self.steps).reduce(0 as Variate) { x, k in
        x + Variate(try stepVariance(k, of: Self.steps).squareRoot()) * draw.normal()
      }
    }

    private func stepVariance(_ k: Int, of steps: Int) throws -> Double {
      let (diffusion, h) = (try diffusion, time / Double(steps))
      let (middle, offset) = (h * (Double(k) + 0.5), h / 12.0.squareRoot())
      return h / 2
        * (diffusion.squaredNoise(at: middle - offset) + diffusion.squaredNoise(at: middle + offset))
    }

    /// What the steps' size may do to the variance: the change when they are doubled, which is sixteen times it.
    var bias: Double {
      get throws {
        let fine = try (0..<Self.steps).reduce(0) { $0 + (try stepVariance($1, of: Self.steps)) }
        let coarse = try (0..<(Self.steps / 2)).reduce(0) { $0 + (try stepVariance($1, of: Self.steps / 2)) }
        return (fine - coarse).magnitude
      }
    }
  }

  private static let shortTimes = [0.01, 0.1, 0.5].map(ExplodingCase.init)

  /// R.sde: what the noise adds up to.
  static var noiseAddsUp: Identity {
    get throws {
      Identity(
        "R.sde", "The noise of the variance exploding diffusion",
        #"\int_0^t g(s)^2\,ds = \sigma_{\min}^2(r^{2t}-1), \quad g(t) = \sigma_{\min}r^t\sqrt{2\log r}"#
      ) {
        Exact("the rate", dimensions: [1]) { symbols, _ in
          // r^t moves at the rate log r, and 2 log r is the square of a free symbol.
          let (sigma, w, root) = (symbols.scalar("sigma"), symbols.scalar("r^t"), symbols.scalar("root"))
          let moving = Dual(w, derivative: root.squared / 2 * w)
          Step(#"\tfrac{d}{dt}\sigma_{\min}^2(r^{2t}-1)"#) {
            (Dual(constant: sigma).squared * (moving.squared - 1)).derivative
          }
          Step(
            #"g(t)^2 = (\sigma_{\min}r^t\sqrt{2\log r})^2"#,
            because: #"$\tfrac{d}{dt}r^{2t} = 2\log r\, r^{2t}$"#
          ) {
            (sigma * w * root).squared
          }
          Rival(#"(\sigma_{\min}r^t)^2\log r"#, "the 2 dropped") { (sigma * w * root).squared / 2 }
          Rival(#"(\sigma_{\min}r^t)^2"#, "the root dropped") { (sigma * w).squared }
          Rival(#"(\sigma_{\min}r^{2t}\sqrt{2\log r})^2"#, "exponent doubled") {
            (sigma * w.squared * root).squared
          }
          Restatement(#"2\log r\,\sigma_{\min}^2 r^{2t}"#) { root.squared * sigma.squared * w.squared }
        }
        Numerical("the integral", cases: shortTimes + [ExplodingCase(time: 1)]) { given in
          Step(#"\int_0^t g(s)^2\,ds"#) { try given.added }
          Step(#"\sigma_{\min}^2(r^{2t}-1)"#, because: "the rate, and zero at the start") {
            try given.leastVariance * (given.ratio(at: given.time) - 1)
          }
          Rival(#"\sigma_{\min}^2 r^{2t}"#, "not zero at the start") {
            try given.leastVariance * given.ratio(at: given.time)
          }
          Rival(#"\tfrac12\sigma_{\min}^2(r^{2t}-1)"#, "the 2 dropped") {
            try given.leastVariance * (given.ratio(at: given.time) - 1) / 2
          }
        }
        Statistical("simulated paths", cases: [ExplodingCase(time: 0.75)]) { given, draw in
          Step(#"\mathbb{E}\,|x_t - x_0|^2"#, bias: try given.bias) { try given.path(draw).squared }
          Step(#"\sigma_{\min}^2(r^{2t}-1)"#, because: "Ito's isometry") {
            Variate(try given.diffusion.kernel(to: given.time).variance)
          }
          Rival(#"\tfrac12\sigma_{\min}^2(r^{2t}-1)"#, "the 2 dropped") {
            Variate(try given.diffusion.kernel(to: given.time).variance / 2)
          }
        }
      }
    }
  }

  /// R.kernel as the report writes it, with the variance of data that has been blurred beforehand.
  static var kernelAsWritten: Identity {
    get throws {
      Identity(
        "R.kernel", "The perturbation kernel, as the report has it",
        #"p(x_t\mid x_0) = N(x_0, \sigma_{\min}^2 r^{2t} I)"#,
        expectation: .fails(
          correctedBy: "R.kernel.corrected",
          why: #"""
            It has variance $\sigma_{\min}^2$ at $t = 0$, where $x_0$ is known. This is the law for data that has been
            blurred by $\sigma_{\min}$ beforehand; the kernel from a point has the variance
            $\sigma^2(t) - \sigma^2(0)$.
            """#,
          counterexample: #"""
            $t = 0.01$: the variance is $1.481536\cdot10^{-5}$, and the report's formula gives $1.148154\cdot10^{-4}$, 7.75
            times as much. At $t = 0.1$ it is a third too large, at $t = 1$ by a millionth, which a test there would not
            see.
            """#)
      ) {
        Numerical("by quadrature", cases: shortTimes) { given in
          Step(#"\operatorname{Var}(x_t\mid x_0) = \int_0^t g(s)^2\,ds"#) { try given.added }
          Step(#"\sigma_{\min}^2 r^{2t}"#, because: "the kernel, as the report has it") {
            try given.leastVariance * given.ratio(at: given.time)
          }
          Restatement(#"\sigma_{\min}^2(r^{2t}-1)"#, because: "zero at the start") {
            try given.leastVariance * (given.ratio(at: given.time) - 1)
          }
        }
        Statistical("simulated paths", cases: [ExplodingCase(time: 0.1)]) { given, draw in
          Step(#"\mathbb{E}\,|x_t - x_0|^2"#, bias: try given.bias) { try given.path(draw).squared }
          Step(#"\sigma_{\min}^2 r^{2t}"#, because: "the kernel, as the report has it") {
            Variate(try given.diffusion.kernel(to: given.time).variance + given.diffusion.least.squared)
          }
          Restatement(#"\sigma_{\min}^2(r^{2t}-1)"#, because: "zero at the start") {
            Variate(try given.diffusion.kernel(to: given.time).variance)
          }
        }
      }
    }
  }

  /// R.kernel with the variance zero at the start.
  static var kernelFromAPoint: Identity {
    get throws {
      Identity(
        "R.kernel.corrected", "The perturbation kernel",
        #"p(x_t\mid x_0) = N(x_0, \sigma_{\min}^2(r^{2t}-1) I)"#,
        assuming: [#"the process starts at $x_0$"#]
      ) {
        Exact("kernels compose", dimensions: [1]) { symbols, _ in
          let (sigma, a, b) = (symbols.scalar("sigma"), symbols.scalar("r^s"), symbols.scalar("r^t"))
          // The kernel's variance over a time in which the deviation grows from `least` by the factor `ratio`.
          let variance = { (least: Symbol, ratio: Symbol) in least.squared * (ratio.squared - 1) }
          Step(#"\sigma_{\min}^2(r^{2t}-1)"#) { variance(sigma, b) }
          Step(
            #"\sigma_{\min}^2(r^{2s}-1) + \sigma_{\min}^2r^{2s}(r^{2(t-s)}-1)"#,
            because:
              #"Chapman and Kolmogorov: from $s$ on it is the same process with $\sigma_{\min}r^s$ for $\sigma_{\min}$"#
          ) { variance(sigma, a) + variance(sigma * a, b / a) }
          Rival(
            #"\sigma_{\min}^2r^{2s} + \sigma_{\min}^2r^{2s}r^{2(t-s)}"#,
            "the report's kernels composed: blurred twice"
          ) { (sigma * a).squared + (sigma * b).squared }
          Rival(
            #"\sigma_{\min}^2(r^{2s}-1) + \sigma_{\min}^2(r^{2(t-s)}-1)"#,
            "as if the process were homogeneous"
          ) {
            variance(sigma, a) + variance(sigma, b / a)
          }
        }
        Numerical("by quadrature", cases: shortTimes + [ExplodingCase(time: 1e-12)]) { given in
          Step(#"\operatorname{Var}(x_t\mid x_0) = \int_0^t g(s)^2\,ds"#) { try given.added }
          Step(#"\sigma_{\min}^2(r^{2t}-1)"#, because: "zero at the start") {
            let variance = try given.diffusion.kernel(to: Interval(given.time)).variance
            return variance
          }
          Rival(#"\sigma_{\min}^2 r^{2t}"#, "blurred beforehand") {
            try given.leastVariance * given.ratio(at: given.time)
          }
          Rival(#"\tfrac12\sigma_{\min}^2(r^{2t}-1)"#, "half") {
            try given.leastVariance * (given.ratio(at: given.time) - 1) / 2
          }
          Rival(#"\sigma_{\min}^2r^{2t}-1"#, "a bracket lost") {
            try given.leastVariance * given.ratio(at: given.time) - 1
          }
        }
        Statistical("simulated paths", cases: [ExplodingCase(time: 0.1)]) { given, draw in
          let x = try given.path(draw)
          let variance = try given.diffusion.kernel(to: given.time).variance
          // A test function of the size of the kernel, so that more than its variance is seen.
          let k = 1 / variance.squareRoot()
          Step(#"\mathbb{E}\cos(k(x_t - x_0)), \quad k^2 V = 1"#, bias: try given.bias * k * k / 2) {
            Variate.cos(k * x)
          }
          Step(#"e^{-k^2V/2}, \quad V = \sigma_{\min}^2(r^{2t}-1)"#, because: "the kernel is normal") {
            Variate(Double.exp(-0.5))
          }
          Rival(#"e^{-k^2V/2}, \quad V = \sigma_{\min}^2r^{2t}"#, "blurred beforehand") {
            Variate(Double.exp(-k * k * (variance + (try given.diffusion.least.squared)) / 2))
          }
        }
      }
    }
  }
}
