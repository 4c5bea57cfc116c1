import Arithmetic
import Formulas
import Probability
import Transport
import Verification

extension HomeworkII {
  /// II.5b: the ends are normal.
  static var endsAreNormal: Identity {
    get throws {
      try Identity(
        "II.5b", "The ends are Gaussian",
        #"""
        \kappa_n(X_t) = (1-t)^n\kappa_n(X_0) + t^n\kappa_n(X_1), \; n \ge 3, \text{ so }
        \kappa_n(X_t) = 0 \text{ for every } t \implies \kappa_n(X_0) = \kappa_n(X_1) = 0
        """#,
        assuming: [
          #"$X_0$, $X_1$, $Z$ are independent; then by Cramer's theorem one $t$ is enough"#,
          #"or $X_t$ is normal for all $t$ near 0 and 1: then $X_t \to X_0$ and $X_t \to X_1$ in law suffices"#,
        ],
        remarks: [
          #"""
          The cumulants show the statement for laws with all moments. In general it is Cramer's theorem at one $t$, or
          the limit in law: $|\varphi_{X_t} - \varphi_{X_0}| \to 0$ as $t \to 0$, and limits of normal laws are normal.
          """#,
          #"""
          With $X_0 = \pm1$ and $X_1$ zero or a fourth root of 24 the kurtosis of $X_{1/2}$ is that of a normal law. The
          sixth cumulant, another time, or the characteristic function shows that it is none.
          """#,
        ]
      ) {
        additivity
        twoTimes
        oneNormalEnd
        try cancellingKurtosis
        try transformsOfTheEnds("characteristic functions", LineEnds.bridges(times: [0.25]))
        try transformsOfTheEnds(
          "Laplace ends, infinitely divisible and not normal",
          [
            LineBridge(
              from: .laplace(mean: 0.25, scale: 1), to: .normal(mean: 0, variance: 1), time: 0.625)
          ])
        try limitInLaw
        try endsInSimulation
      }
    }
  }

  private static var additivity: Exact {
    Exact("cumulants of orders 3 to 12, polynomials in t", dimensions: [1]) { symbols, _ in
      let ends = (JointAtoms(symbols, count: 3), JointAtoms(symbols, count: 3))
      let t = symbols.scalar("t")
      cumulants(ends, at: t, upTo: 12)
      Let("t", t)
      Let("s", symbols.scalar("s"))
      let scaled = { (law: JointAtoms, factor: Symbol) in
        vector(Cumulants.ofMoments(Cumulants.scaled(law.moments(1, 0, upTo: 12), by: factor)), from: 1)
      }
      Let(#"\tilde a"#, by: "cumulants of $(1-t)X_0$ from its moments") { scaled(ends.0, 1 - t) }
      Let(#"\tilde b"#, by: "cumulants of $tX_1$ from its moments") { scaled(ends.1, t) }
      Step(
        #"\sum_{n=3}^{12} x_n s^n"#,
        remark: #"$x_n = \kappa_n(X_t)$, $a_n = \kappa_n(X_0)$, $b_n = \kappa_n(X_1)$, any $s$"#)
      Step(
        #"\sum_{n=3}^{12}((1-t)^n a_n + t^n b_n) s^n"#,
        because: "cumulants of independent summands add up and are homogeneous")
      Restatement(
        #"\sum_{n=3}^{12}(\tilde a_n + \tilde b_n) s^n"#,
        because: "the multiples themselves, by their moments",
        remark: #"$\tilde a_n = \kappa_n((1-t)X_0)$, $\tilde b_n = \kappa_n(tX_1)$"#)
      Rival("0", "normal because mean and variance can be matched")
      Rival(
        #"\sum_{n=3}^{12}((1-t) a_n + t b_n) s^n"#, "cumulants taken to be linear in the variable")
      Rival(
        #"\sum_{n=3}^{12}((1-t)^2 a_n + t^2 b_n) s^n"#, "the rule of variances for every order")
    }
  }

  private static var twoTimes: Exact {
    Exact("the ends from two times", dimensions: [1]) { symbols, _ in
      let ends = (JointAtoms(symbols, count: 3), JointAtoms(symbols, count: 3))
      let (s, t) = (symbols.scalar("s"), symbols.scalar("t"))
      cumulants(ends, at: s, upTo: 8)
      cumulants(ends, at: t, upTo: 8, of: "y")
      Let("s", s)
      Let("t", t)
      Let("r", symbols.scalar("r"))
      Step(
        #"\sum_{n=3}^{8} a_n r^n"#,
        remark: #"$a_n = \kappa_n(X_0)$, $x_n = \kappa_n(X_s)$, $y_n = \kappa_n(X_t)$, any $r$"#)
      Step(
        #"\sum_{n=3}^{8}\frac{t^n x_n - s^n y_n}{t^n(1-s)^n - s^n(1-t)^n} r^n"#,
        because: #"two linear equations, solvable because $t \mapsto (1-t)/t$ takes no value twice"#)
      Rival(
        #"\sum_{n=3}^{8}\frac{y_n}{(1-t)^n} r^n"#, "one time taken to determine one end")
    }
  }

  private static var oneNormalEnd: Exact {
    Exact("one normal end is not enough", dimensions: [1]) { symbols, _ in
      let (p, t, v) = (JointAtoms(symbols, count: 3), symbols.scalar("t"), symbols.scalar("v"))
      Let("t", t)
      Let("s", symbols.scalar("s"))
      Let("a", by: "cumulants of $X_0$ from its moments") {
        vector(Cumulants.ofMoments(p.moments(1, 0, upTo: 8)), from: 1)
      }
      Let("x", by: #"cumulants of $X_t$ from the moments of a sum, $X_1 \sim N(0,v)$"#) {
        let normal = Cumulants.momentsOfNormal(variance: t.squared * v + t * (1 - t), upTo: 8)
        return vector(
          Cumulants.ofMoments(Cumulants.momentsOfSum(p.moments(1 - t, 0, upTo: 8), normal)), from: 1)
      }
      Step(
        #"\sum_{n=3}^{8} x_n s^n"#, remark: #"$x_n = \kappa_n(X_t)$, $a_n = \kappa_n(X_0)$, any $s$"#)
      Step(#"\sum_{n=3}^{8}(1-t)^n a_n s^n"#, because: #"$\kappa_n(X_1) = 0$"#)
      Rival("0", "a sum taken to be normal as soon as one of its summands is")
    }
  }

  private static var cancellingKurtosis: Numerical<LineBridge> {
    get throws {
      try Numerical(
        "fourth cumulants that cancel at one half",
        cases: [0.5, 0.25].map { try LineBridge(from: LineEnds.signs, to: LineEnds.cancelling, time: $0) }
      ) { bridge in
        let t = Interval(bridge.time)
        Step(#"(\kappa_4(X_t), \kappa_6(X_t)), \quad \text{from moments}"#) {
          let root = Interval.sqrt(Interval.sqrt(24))
          let (half, twelfth): (Interval, Interval) = (1 / 2, 1 / 12)
          let signs = [(weight: half, value: t - 1), (weight: half, value: 1 - t)]
          let roots = [(weight: twelfth, value: t * root), (weight: twelfth, value: -(t * root))]
          let y = Cumulants.momentsOfSum(
            Cumulants.momentsOfAtoms(signs, upTo: 6),
            Cumulants.momentsOfAtoms(roots + [(weight: 10 * twelfth, value: 0)], upTo: 6))
          let x = Cumulants.momentsOfSum(y, Cumulants.momentsOfNormal(variance: t * (1 - t), upTo: 6))
          let cumulants = Cumulants.ofMoments(x)
          return [cumulants[4], cumulants[6]]
        }
        Step(
          #"\bigl((1-t)^n\kappa_n(X_0) + t^n\kappa_n(X_1)\bigr)_{n = 4, 6}"#,
          because: "additivity"
        ) {
          let (p, q) = (
            try bridge.start.cumulants(upTo: 6, Interval.self),
            try bridge.end.cumulants(upTo: 6, Interval.self)
          )
          return [4, 6].map { (1 - t).power($0) * p[$0] + t.power($0) * q[$0] }
        }
        Rival(#"(0, 0)"#, "only the kurtosis at one half looked at") { [Interval(0), Interval(0)] }
      }
    }
  }

  private static func transformsOfTheEnds(_ name: String, _ bridges: [LineBridge]) -> Numerical<LineBridge> {
    Numerical(name, cases: bridges) { bridge in
      let u = 1.25
      Let("t", bridge.time)
      Let("u", u)
      Let("R(v)", rotation)
      Let(#"\mu"#, bridge.meanAndVariance.0)
      Let(#"\sigma^2"#, bridge.meanAndVariance.1)
      Let(#"\varphi_{X_t}(u)"#, by: "the density, transformed by quadrature") {
        complex(try transform(bridge, at: u))
      }
      Let(#"\varphi_{X_0}(v)"#, by: "closed form") { v in complex(bridge.start.characteristic(v)) }
      Let(#"\varphi_{X_1}(v)"#, by: "closed form") { v in complex(bridge.end.characteristic(v)) }
      Step(#"\varphi_{X_t}(u)"#, remark: complexNumbers)
      Step(#"\varphi_{X_0}((1-t)u)\,\varphi_{X_1}(tu)\,e^{-t(1-t)u^2/2}"#, because: "independence")
      Rival(#"R(\mu u)\,e^{-\sigma^2 u^2/2}"#, "only mean and variance looked at")
    }
  }

  private static var limitInLaw: Numerical<LineBridge> {
    get throws {
      try Numerical(
        "the limit in law at the start",
        cases: [0x1p-2, 0x1p-5, 0x1p-8].flatMap { t in
          try [
            LineBridge(from: LineEnds.skewed, to: LineEnds.twoModes, time: t),
            LineBridge(
              from: .normal(mean: 0.5, variance: 0x1p-16), to: .uniform(0.4375...0.5625), time: t),
            LineBridge(from: .normal(mean: 0.5, variance: 0x1p-16), to: .exponential(mean: 3), time: t),
          ]
        }
      ) { bridge in
        let (u, t) = (Interval(1.25), Interval(bridge.time))
        let (p, q) = (
          try bridge.start.cumulants(upTo: 2, Interval.self), try bridge.end.cumulants(upTo: 2, Interval.self)
        )
        let apart = t * u * Interval.sqrt((q[1] - p[1]).squared + p[2] + q[2])
        let noise = t * (1 - t) * u.squared / 2
        Step(#"|\varphi_{X_t}(u) - \varphi_{X_0}(u)|"#) {
          let (x, y) = (bridge.characteristic(u, at: t), bridge.start.characteristic(u))
          return Interval.sqrt((x.0 - y.0).squared + (x.1 - y.1).squared)
        }
        Step(
          #"t\,|u|\,\|X_1 - X_0\|_2 + \tfrac12 t(1-t)u^2 \to 0"#,
          because: #"$|e^{ia} - e^{ib}| \le |a - b|$, and $1 - e^{-c} \le c$"#, relation: .atMost
        ) { apart + noise }
        Rival(#"t\,|u|\,\|X_1 - X_0\|_2"#, "noise forgotten") { apart }
        Rival(#"\tfrac12 t(1-t)u^2"#, "distance of the ends forgotten") { noise }
      }
    }
  }

  private static var endsInSimulation: Statistical<LineBridge> {
    get throws {
      try simulatedTransform(
        "simulation", at: 0.75, mistake: "only mean and variance looked at",
        of: [
          LineBridge(from: .laplace(mean: 0.25, scale: 1), to: .laplace(mean: 0.5, scale: 0.5), time: 0.25),
          LineBridge(from: .uniform(-1...2), to: .exponential(mean: 1), time: 0.75),
        ])
    }
  }
}
