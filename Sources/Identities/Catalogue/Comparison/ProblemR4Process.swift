extension Catalogue {
  /// The report, (2.16) and section 4: the forward process of the experiments.
  static var reportProcess: Problem {
    get throws {
      try Problem(
        "R", "The experiment: the forward process",
        setting: #"""
          The forward process is $dx = \sigma_{\min} r^t\sqrt{2\log r}\,dw$ on $[0,1]$ with $r = \sigma_{\max}/\sigma_{\min}$, in
          the experiments $\sigma_{\min} = 0.01$ and $\sigma_{\max} = 10$. The report calls it an Ornstein-Uhlenbeck process.
          """#
      ) {
        generalProcessIsOrnsteinUhlenbeck
        generalProcessIsADiffusion
        try experimentIsOrnsteinUhlenbeck
        try experimentIsTimeChangedBrownianMotion
        try noiseAddsUp
        try kernelAsWritten
        try kernelFromAPoint
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
        Step(#"0"#, because: "an Ornstein-Uhlenbeck process has normal transitions") { 0 as Symbol }
        Restatement(#"f''(x) = -6x"#, because: #"$\kappa_3 = f''\int_0^t 3s^2\,ds$ to leading order"#) {
          -6 * x
        }
      }
      Statistical("a drift with exact samples", cases: [HyperbolicCase(start: 0.5, time: 1)]) { given, draw in
        // Four independent copies: a normal law has E (x-y)^4 = 3 E (x-y)^2 (u-v)^2.
        let copies = (0..<4).map { _ in given.sample(draw) }
        let (d, e) = (copies[0] - copies[1], copies[2] - copies[3])
        Step(#"\mathbb{E}[(x-y)^4], \quad f = \tanh x,\ g = 1"#) { d.squared.squared }
        Step(#"3\,\mathbb{E}[(x-y)^2 (u-v)^2]"#, because: "normal transitions") { 3 * d.squared * e.squared }
        Restatement(
          #"3\,\mathbb{E}[(x-y)^2(u-v)^2] + 2\kappa_4"#,
          because: #"$\kappa_4 = t^4\kappa_4(\text{sign})$, of the sign that the path settles on"#
        ) { 3 * d.squared * e.squared + Variate(2 * given.fourthCumulant) }
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
      Statistical("a drift with exact samples", cases: [HyperbolicCase(start: 0.5, time: 1)]) { given, draw in
        // The time of the right side is uniform: the integral over time becomes an expectation.
        let x = given.sample(draw)
        let (s, start) = (given.time * draw.uniform(), Variate(given.start))
        let y = given.sample(draw, at: s)
        Step(#"\mathbb{E}[\sin(2x_t)] - \sin(2x_0), \quad f = \tanh x,\ g = 1"#) {
          Variate.sin(2 * x) - Variate.sin(2 * start)
        }
        Step(
          #"\int_0^t \mathbb{E}[2 f(x_s)\cos(2x_s) - 2\sin(2x_s)]\,ds"#, because: "Dynkin's formula"
        ) { given.time * (2 * Variate.tanh(y) * Variate.cos(2 * y) - 2 * Variate.sin(2 * y)) }
        Rival(#"\int_0^t \mathbb{E}[2 f\cos(2x_s) - 4\sin(2x_s)]\,ds"#, "one half forgotten") {
          given.time * (2 * Variate.tanh(y) * Variate.cos(2 * y) - 4 * Variate.sin(2 * y))
        }
        Rival(
          #"\int_0^t \mathbb{E}[-2 x_s\cos(2x_s) - 2\sin(2x_s)]\,ds"#,
          "the drift of an Ornstein-Uhlenbeck process"
        ) {
          given.time * (-2 * y * Variate.cos(2 * y) - 2 * Variate.sin(2 * y))
        }
      }
    }
  }

  /// The diffusion `dx = tanh(x) dt + dw`, which has exact samples: from `x` it is `x + s t + sqrt(t) z`, with the sign
  /// `s` positive with probability `(1 + tanh x) / 2`.
  struct HyperbolicCase: Sendable, CustomStringConvertible {
    let start: Double
    let time: Double
    var description: String { "x_0 = \(start.brief), t = \(time.brief)" }

    /// A sample at a time of its own.
    func sample(_ draw: Draw, at time: Variate) -> Variate {
      let sign = 2 * draw.uniform().isBelow((1 + Double.tanh(start)) / 2) - 1
      return start + sign * time + Variate.sqrt(time) * draw.normal()
    }

    /// A sample at the last time.
    func sample(_ draw: Draw) -> Variate { sample(draw, at: Variate(time)) }

    /// The fourth cumulant of the sample: that of the sign, by its mean, times the fourth power of time.
    var fourthCumulant: Double {
      let m = Double.tanh(start)
      return time.power(4) * (1 - m * m) * (6 * m * m - 2)
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
