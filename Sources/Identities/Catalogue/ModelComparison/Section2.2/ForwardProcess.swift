import Arithmetic
import Probability
import Transport
import Verification

extension ModelComparison {
  /// The report, (2.16) and section 4: the forward process of the experiments.
  static var forwardProcessProblem: Problem {
    get throws {
      try Problem(
        "R", "The experiment: the forward process",
        setting: #"""
          The forward process is $dx = \sigma_{\min} r^t\sqrt{2\log r}\,dw$ on $[0,1]$ with $r = \sigma_{\max}/\sigma_{\min}$, in
          the experiments $\sigma_{\min} = 0.01$ and $\sigma_{\max} = 10$. The report calls it an Ornstein-Uhlenbeck process.
          """#
      ) {
        generalProcessIsOrnsteinUhlenbeck  // R.2.16
        generalProcessIsADiffusion  // R.2.16.corrected
        try experimentIsOrnsteinUhlenbeck  // R.OU
        try experimentIsTimeChangedBrownianMotion  // R.OU.corrected
        try noiseAddsUp  // R.sde
        try kernelAsWritten  // R.kernel
        try kernelFromAPoint  // R.kernel.corrected
      }
    }
  }

  /// The diffusion of the experiments.
  static var explodingDiffusion: VarianceExploding {
    get throws { try VarianceExploding(from: 0.01, to: 10) }
  }

  /// R.2.16 as the report writes it: every diffusion with additive noise is an Ornstein-Uhlenbeck process.
  static var generalProcessIsOrnsteinUhlenbeck: Identity {
    Identity(
      "R.2.16", "The forward process, called an Ornstein-Uhlenbeck process",
      #"dx = f(x,t)\,dt + g(t)\,dw \text{ is an Ornstein-Uhlenbeck process}"#,
      expectation: .fails(
        correctedBy: "R.2.16.corrected",
        why: #"""
          A misnomer: an Ornstein-Uhlenbeck process needs $f = -\theta(x-\mu)$ with $\theta > 0$, up to a change of clock.
          Then its transition law is normal and its mean reverts.
          """#,
        counterexample: #"""
          $f = 0$, the diffusion of section 4: $\mathbb{E}[x_t\mid x_0] = x_0$ does not revert, and the variance grows to
          $99.9999$. $f = -x^3$: the transition law is not normal, its third cumulant is $-6x_0t^3 + O(t^4)$.
          """#)
    ) {
      Exact("the third cumulant for a cubic drift", dimensions: [1]) { symbols, _ in
        let x = symbols.scalar("x")
        Step(#"[t^3]\,\kappa_3(x_t\mid x_0 = x), \quad f = -x^3,\ g = 1"#) {
          PowerSeries.thirdCumulant(drift: [0, 0, 0, -1], at: x, order: 3)
        }
        Step(#"0"#, because: "an Ornstein-Uhlenbeck process has normal transitions") { 0 }
        Restatement(#"f''(x) = -6x"#, because: #"$\kappa_3 = f''\int_0^t 3s^2\,ds$ to leading order"#) {
          -6 * x
        }
      }
      Exact("no drift, as in the experiments", dimensions: [1]) { symbols, _ in
        let (x, theta, mu) = (symbols.scalar("x"), symbols.scalar("theta"), symbols.scalar("mu"))
        let rates = { (drift: [Symbol]) in
          Vector([1, 2].map { PowerSeries.moment($0, drift: drift, at: x, order: 1) })
        }
        Step(
          #"[t]\,\bigl(\mathbb{E}[x_t\mid x_0 = x], \; \mathbb{E}[x_t^2\mid x_0 = x]\bigr), \quad f = 0,\ g = 1"#
        ) {
          rates([0])
        }
        Step(
          #"\bigl(-\theta(x-\mu), \; 1 - 2\theta x(x-\mu)\bigr)"#,
          because: "an Ornstein-Uhlenbeck process reverts to its mean"
        ) {
          let distance = x - mu
          return Vector([-theta * distance, 1 - 2 * theta * x * distance])
        }
        Restatement(#"(0, 1)"#, because: "the mean stays, and the variance grows for ever") {
          Vector<Symbol>([0, 1])
        }
      }
      Statistical("a drift with exact samples", cases: [HyperbolicCase(start: 0.5, time: 32)]) {
        given, draw in
        // Four independent copies: a normal law has E (x-y)^4 = 3 E (x-y)^2 (u-v)^2. At a late time the two signs that a
        // path may settle on are far apart, beside its spread.
        let copies = (0..<4).map { _ in given.sample(draw) }
        let (d, e) = (copies[0].x - copies[1].x, copies[2].x - copies[3].x)
        let (apart, v) = (given.time * (copies[0].sign - copies[1].sign), 2 * given.time)
        Step(#"\mathbb{E}[(x-y)^4], \quad f = \tanh x,\ g = 1"#) { d.squared.squared }
        Step(#"3\,\mathbb{E}[(x-y)^2 (u-v)^2]"#, because: "normal transitions") { 3 * d.squared * e.squared }
        Restatement(
          #"\mathbb{E}[D^4 + 6\cdot 2t\,D^2 + 3(2t)^2], \quad D = \mathbb{E}[x - y\mid\text{the signs they settle on}]"#,
          because: "normal with variance $2t$ given those signs"
        ) {
          let square = apart.squared
          return square.squared + 6 * v * square + 3 * v * v
        }
      }
    }
  }

  /// R.2.16 with the right name.
  static var generalProcessIsADiffusion: Identity {
    Identity(
      "R.2.16.corrected", "The forward process is an Ito diffusion with additive noise",
      #"""
      dx = f\,dt + g\,dw \implies \tfrac{d}{dt}\mathbb{E}[\phi(x_t)]
      = \mathbb{E}[f\cdot\nabla\phi + \tfrac12 g^2\Delta\phi]
      """#,
      assuming: [#"$f$ is Lipschitz, or at least keeps the process from exploding"#],
      remarks: [
        #"""
        The variance preserving diffusion is an Ornstein-Uhlenbeck process with another clock, and rightly called one:
        `R.OU.corrected` checks it.
        """#
      ]
    ) {
      Exact("moments of a cubic drift", dimensions: [1]) { symbols, _ in
        let (x, c) = (symbols.scalar("x"), symbols.scalar("c"))
        Step(#"[t]\,\mathbb{E}[x_t^3\mid x_0 = x], \quad f = -c x^3,\ g = 1"#) {
          PowerSeries.moment(3, drift: [0, 0, 0, -c], at: x, order: 1)
        }
        Step(
          #"f\phi' + \tfrac12\phi'' = -3cx^5 + 3x, \quad \phi = x^3"#, because: "the generator at the start"
        ) {
          -3 * c * x.power(5) + 3 * x
        }
        Rival(#"f\phi' + \phi''"#, "one half forgotten") { -3 * c * x.power(5) + 6 * x }
        Rival(#"f\phi'"#, "Ito's term forgotten") { -3 * c * x.power(5) }
        Restatement(#"3x(1 - cx^4)"#) { 3 * x * (1 - c * x.power(4)) }
      }
      Statistical("a drift with exact samples", cases: [HyperbolicCase(start: 0.5, time: 2)]) { given, draw in
        // The time of the right side is uniform: the integral over time becomes an expectation. Both sides know the laws
        // at single times alone, so they may share their draws.
        let (at, s) = (given.sample(draw), given.time * draw.uniform())
        let (x, y, start) = (at.x, given.start + at.sign * s + Variate.sqrt(s) * at.noise, given.start)
        // A smooth function that grows like the distance, and its derivatives.
        let root = Variate.sqrt(1 + y.squared)
        let (slope, bend) = (y / root, 1 / (root * root.squared))
        Step(#"\mathbb{E}[\phi(x_t)] - \phi(x_0), \quad \phi = \sqrt{1+x^2}, \; f = \tanh x,\ g = 1"#) {
          Variate.sqrt(1 + x.squared) - (1 + start * start).squareRoot()
        }
        Step(
          #"\int_0^t \mathbb{E}\bigl[f\phi' + \tfrac12\phi''\bigr](x_s)\,ds"#, because: "Dynkin's formula"
        ) { given.time * (Variate.tanh(y) * slope + 0.5 * bend) }
        Rival(#"\int_0^t \mathbb{E}[f\phi' + \phi''](x_s)\,ds"#, "one half forgotten") {
          given.time * (Variate.tanh(y) * slope + bend)
        }
        Rival(
          #"\int_0^t \mathbb{E}\bigl[-x_s\phi' + \tfrac12\phi''\bigr]\,ds"#,
          "the drift of an Ornstein-Uhlenbeck process"
        ) { given.time * (0.5 * bend - y * slope) }
      }
    }
  }

  /// The diffusion `dx = tanh(x) dt + dw`, which has exact samples: from `x` it is `x + s t + sqrt(t) z`, with the sign
  /// `s` positive with probability `(1 + tanh x) / 2`.
  struct HyperbolicCase: Sendable, CustomStringConvertible {
    let start: Double
    let time: Double
    var description: String { "x_0 = \(start.brief), t = \(time.brief)" }

    /// A sample at the last time, with the sign that its path settles on and its noise.
    func sample(_ draw: Draw) -> (sign: Variate, noise: Variate, x: Variate) {
      let sign = 2 * draw.uniform().isBelow((1 + Double.tanh(start)) / 2) - 1
      let noise = draw.normal()
      return (sign, noise, start + time * sign + time.squareRoot() * noise)
    }
  }

  /// Moments of a diffusion with a polynomial drift and unit noise as power series in time, by its generator.
  private enum PowerSeries {
    /// `L p = f p' + p'' / 2` of a polynomial by its coefficients.
    private static func generator(_ p: [Symbol], drift f: [Symbol]) -> [Symbol] {
      var result = [Symbol](repeating: 0, count: max(1, p.count + f.count))
      for n in p.indices.dropFirst() {
        for k in f.indices { result[n - 1 + k] += Symbol(n) * p[n] * f[k] }
        if n > 1 { result[n - 2] += Symbol(n * (n - 1)) * p[n] / 2 }
      }
      return result
    }

    /// The coefficients of the powers of time up to `order` of the `n`-th moment from `x`: `L^k x^n / k!`.
    static func moments(_ n: Int, drift: [Symbol], at x: Symbol, order: Int) -> [Symbol] {
      var p = [Symbol](repeating: 0, count: n) + [1]
      var factor: Symbol = 1
      return (0...order).map { k in
        if k > 0 {
          p = generator(p, drift: drift)
          factor = factor / Symbol(k)
        }
        return factor * p.reversed().reduce(0) { $0 * x + $1 }
      }
    }

    static func moment(_ n: Int, drift: [Symbol], at x: Symbol, order: Int) -> Symbol {
      moments(n, drift: drift, at: x, order: order)[order]
    }

    /// The coefficient of `t^order` of `E x^3 - 3 E x^2 E x + 2 (E x)^3`.
    static func thirdCumulant(drift: [Symbol], at x: Symbol, order: Int) -> Symbol {
      let m = (0...3).map { moments($0, drift: drift, at: x, order: order) }
      func product(_ a: [Symbol], _ b: [Symbol]) -> [Symbol] {
        (0...order).map { k in (0...k).reduce(0) { $0 + a[$1] * b[k - $1] } }
      }
      let square = product(m[1], m[1])
      return m[3][order] - 3 * product(m[2], m[1])[order] + 2 * product(square, m[1])[order]
    }
  }
}
