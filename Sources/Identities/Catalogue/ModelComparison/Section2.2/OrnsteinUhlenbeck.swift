import Arithmetic
import Probability
import Transport
import Verification

extension ModelComparison {
  /// Two times of the experiments' diffusion, its noise between them by quadrature alone.
  struct TwoTimes: Sendable, CustomStringConvertible {
    let first = 0.9
    let last = 0.95
    /// The rate of mean reversion that would keep the variance `sigma_min^2 r^2t`: `g(t)^2` over twice it, `log r`.
    let rate: Double
    /// The variances that the noise adds before the first time and between the two.
    let before: Double
    let between: Double

    init() throws {
      let diffusion = try explodingDiffusion
      rate = Double.log(diffusion.greatest / diffusion.least)
      before = Quadrature.interval(0...first) { diffusion.squaredNoise(at: $0) }.value
      between = Quadrature.interval(first...last) { diffusion.squaredNoise(at: $0) }.value
    }

    var description: String { "s = \(first.brief), t = \(last.brief)" }

    /// The path in the plane from zero, at both times.
    func path(_ draw: Draw) -> (s: Vector<Variate>, t: Vector<Variate>) {
      let s = Variate(before.squareRoot()) * draw.normal(2)
      return (s, s + Variate(between.squareRoot()) * draw.normal(2))
    }
  }

  /// R.OU as the report has it.
  static var experimentIsOrnsteinUhlenbeck: Identity {
    get throws {
      let times = try TwoTimes()
      return Identity(
        "R.OU", "The experiments' forward process, called an Ornstein-Uhlenbeck process",
        #"dx = \sigma_{\min}r^t\sqrt{2\log r}\,dw \text{ is an Ornstein-Uhlenbeck process}"#,
        expectation: .fails(
          correctedBy: "R.OU.corrected",
          why: #"It has no drift, hence no mean reversion: it is Brownian motion with another clock."#,
          counterexample: #"""
            $\operatorname{Cov}(x_s,x_t\mid x_0) = \sigma_{\min}^2(r^{2\min(s,t)}-1)$ does not depend on the later time, and
            $\mathbb{E}[x_1\mid x_0=1] = 1$; an Ornstein-Uhlenbeck process would forget both. The variance grows to
            $99.9999$ without a stationary law.
            """#)
      ) {
        Exact("two times", dimensions: [1]) { symbols, _ in
          let (x, p, q, decay) = (
            symbols.scalar("x"), symbols.scalar("p"), symbols.scalar("q"), symbols.scalar("decay")
          )
          // Given x_0 = x the noises before s and between s and t have the variances p and q.
          let noises = Gaussian(mean: .zero(2), covariance: Matrix.diagonal([p, q]))
          let path = noises.image(under: Matrix([[1, 0], [1, 1]]))
          Step(#"\mathbb{E}[x_sx_t\mid x_0 = x], \quad s < t"#) { x.squared + path.covariance[0, 1] }
          Step(
            #"e^{-\theta(t-s)}\,\mathbb{E}[x_s^2\mid x_0 = x]"#, because: "mean reversion, whatever its clock"
          ) { decay * (x.squared + p) }
          Restatement(#"\mathbb{E}[x_s^2\mid x_0 = x]"#, because: "increments are independent") {
            x.squared + p
          }
        }
        Statistical("simulated", cases: [times]) { times, draw in
          let x = times.path(draw)
          Step(#"\mathbb{E}[x_s\cdot x_t\mid x_0 = 0] \text{ in the plane}"#) { x.s.dot(x.t) }
          Step(
            #"e^{-\theta(t-s)}\,\mathbb{E}|x_s|^2, \quad \theta = g(t)^2/2\sigma_{\min}^2r^{2t} = \log r"#,
            because: "mean reversion, at the rate that would keep the variance"
          ) { Double.exp(-times.rate * (times.last - times.first)) * x.s.squaredNorm }
          Restatement(#"\mathbb{E}|x_s|^2"#, because: "increments are independent") { x.s.squaredNorm }
        }
      }
    }
  }

  /// R.OU with the right name.
  static var experimentIsTimeChangedBrownianMotion: Identity {
    get throws {
      let (times, preserving) = (try TwoTimes(), try VariancePreserving())
      return Identity(
        "R.OU.corrected", "The experiments' forward process is Brownian motion with another clock",
        #"""
        x_t = x_0 + B_{V(t)}, \quad V(t) = \sigma_{\min}^2(r^{2t}-1), \quad
        \operatorname{Cov}(x_s,x_t\mid x_0) = V(\min(s,t))
        """#
      ) {
        Exact("two times", dimensions: [1]) { symbols, _ in
          let (sigma, a, b) = (symbols.scalar("sigma"), symbols.scalar("r^s"), symbols.scalar("r^t"))
          let (p, q) = (sigma.squared * (a.squared - 1), sigma.squared * (b.squared - a.squared))
          let path = Gaussian(mean: .zero(2), covariance: Matrix.diagonal([p, q]))
            .image(under: Matrix([[1, 0], [1, 1]]))
          Step(#"\operatorname{Cov}(x_s,x_t\mid x_0), \quad s < t"#) { path.covariance[0, 1] }
          Step(#"V(s)"#, because: "the noise after $s$ is independent of $x_s$") {
            sigma.squared * (a.squared - 1)
          }
          Rival(#"V(t)"#, "the later time") { sigma.squared * (b.squared - 1) }
          Rival(#"V(s)\,r^{-(t-s)}"#, "decorrelation, as of an Ornstein-Uhlenbeck process") {
            sigma.squared * (a.squared - 1) * a / b
          }
          Rival(#"\sigma_{\min}^2 r^{2s}"#, "blurred beforehand") { (sigma * a).squared }
        }
        Statistical("simulated", cases: [times]) { times, draw in
          let x = times.path(draw)
          let clock = try explodingDiffusion.kernel(to: times.first).variance
          Step(#"\mathbb{E}[x_s\cdot x_t\mid x_0 = 0] \text{ in the plane}"#) { x.s.dot(x.t) }
          Step(#"\mathbb{E}|x_s|^2"#, because: "the noise after $s$ is independent of $x_s$") {
            x.s.squaredNorm
          }
          Rival(#"\mathbb{E}|x_t|^2"#, "a stationary variance at both times") { x.t.squaredNorm }
          Rival(#"e^{-\theta(t-s)}\,\mathbb{E}|x_s|^2"#, "mean decay") {
            Double.exp(-times.rate * (times.last - times.first)) * x.s.squaredNorm
          }
          Step(#"2V(s)"#, because: "the clock of each coordinate") { Variate(2 * clock) }
          Rival(#"2V(t)"#, "the later time") {
            Variate(2 * (try explodingDiffusion.kernel(to: times.last).variance))
          }
        }
        Enclosure("the variance preserving diffusion is one", over: ["t": 0.125...1]) { v in
          let kernel = preserving.kernel(to: v["t"])
          Step(#"\operatorname{Var}(x_t\mid x_0) \text{ of the variance preserving diffusion}"#) {
            kernel.variance
          }
          Step(
            #"1 - \mathbb{E}[x_t\mid x_0 = 1]^2"#,
            because:
              #"an Ornstein-Uhlenbeck process with the clock $\tau = \tfrac12\int b$: $1-e^{-2\tau}$ and $e^{-\tau}$"#
          ) { 1 - kernel.signal.squared }
          Rival(#"1 - \mathbb{E}[x_t\mid x_0=1]"#, "the clocks of mean and variance confused") {
            1 - kernel.signal
          }
          Restatement(
            #"(1-\mathbb{E}[x_t\mid x_0=1])(1+\mathbb{E}[x_t\mid x_0=1])"#
          ) {
            (1 - kernel.signal) * (1 + kernel.signal)
          }
        }
      }
    }
  }
}
