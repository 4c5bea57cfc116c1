import Arithmetic
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
      let (p, q, t) = (JointAtoms(symbols, count: 3), JointAtoms(symbols, count: 3), symbols.scalar())
      let a = vector(Cumulants.ofMoments(p.moments(1, 0, upTo: 12)), from: 3)
      let b = vector(Cumulants.ofMoments(q.moments(1, 0, upTo: 12)), from: 3)
      let combined = { (f: (Int, Symbol, Symbol) -> Symbol) in
        Vector(a.indices.map { f($0 + 3, a[$0], b[$0]) })
      }
      Step(#"\kappa_n(X_t), \quad n = 3, \dots, 12"#) {
        let y = Cumulants.momentsOfSum(p.moments(1 - t, 0, upTo: 12), q.moments(t, 0, upTo: 12))
        let normal = Cumulants.momentsOfNormal(variance: t * (1 - t), upTo: 12)
        return vector(Cumulants.ofMoments(Cumulants.momentsOfSum(y, normal)), from: 3)
      }
      Step(
        #"(1-t)^n\kappa_n(X_0) + t^n\kappa_n(X_1)"#,
        because: "cumulants of independent summands add up and are homogeneous"
      ) { combined { (1 - t).power($0) * $1 + t.power($0) * $2 } }
      Restatement(
        #"\kappa_n((1-t)X_0) + \kappa_n(tX_1)"#, because: "the multiples themselves, by their moments"
      ) {
        let scaled = { (law: JointAtoms, factor: Symbol) in
          vector(Cumulants.ofMoments(Cumulants.scaled(law.moments(1, 0, upTo: 12), by: factor)), from: 3)
        }
        return scaled(p, 1 - t) + scaled(q, t)
      }
      Rival(#"0"#, "normal because mean and variance can be matched") { Vector<Symbol>.zero(10) }
      Rival(#"(1-t)\kappa_n(X_0) + t\kappa_n(X_1)"#, "cumulants taken to be linear in the variable") {
        combined { (1 - t) * $1 + t * $2 }
      }
      Rival(#"(1-t)^2\kappa_n(X_0) + t^2\kappa_n(X_1)"#, "the rule of variances for every order") {
        combined { (1 - t).squared * $1 + t.squared * $2 }
      }
    }
  }

  private static var twoTimes: Exact {
    Exact("the ends from two times", dimensions: [1]) { symbols, _ in
      let (p, q) = (JointAtoms(symbols, count: 3), JointAtoms(symbols, count: 3))
      let (s, t) = (symbols.scalar(), symbols.scalar())
      let at = { (t: Symbol) in
        let y = Cumulants.momentsOfSum(p.moments(1 - t, 0, upTo: 8), q.moments(t, 0, upTo: 8))
        let normal = Cumulants.momentsOfNormal(variance: t * (1 - t), upTo: 8)
        return vector(Cumulants.ofMoments(Cumulants.momentsOfSum(y, normal)), from: 3)
      }
      let (first, second) = (at(s), at(t))
      Step(#"\kappa_n(X_0), \quad n = 3, \dots, 8"#) {
        vector(Cumulants.ofMoments(p.moments(1, 0, upTo: 8)), from: 3)
      }
      Step(
        #"\frac{t^n\kappa_n(X_s) - s^n\kappa_n(X_t)}{t^n(1-s)^n - s^n(1-t)^n}"#,
        because: #"two linear equations, solvable because $t \mapsto (1-t)/t$ takes no value twice"#
      ) {
        Vector(
          first.indices.map { k in
            let (p, q) = (t.power(k + 3), s.power(k + 3))
            let determinant = p * (1 - s).power(k + 3) - q * (1 - t).power(k + 3)
            return (p * first[k] - q * second[k]) / determinant
          })
      }
      Rival(#"\kappa_n(X_t)/(1-t)^n"#, "one time taken to determine one end") {
        Vector(second.indices.map { second[$0] / (1 - t).power($0 + 3) })
      }
    }
  }

  private static var oneNormalEnd: Exact {
    Exact("one normal end is not enough", dimensions: [1]) { symbols, _ in
      let (p, t, v) = (JointAtoms(symbols, count: 3), symbols.scalar(), symbols.scalar())
      let a = vector(Cumulants.ofMoments(p.moments(1, 0, upTo: 8)), from: 3)
      Step(#"\kappa_n(X_t), \quad X_1 \sim N(0, v),\ n = 3, \dots, 8"#) {
        let normal = Cumulants.momentsOfNormal(variance: t.squared * v + t * (1 - t), upTo: 8)
        return vector(
          Cumulants.ofMoments(Cumulants.momentsOfSum(p.moments(1 - t, 0, upTo: 8), normal)), from: 3)
      }
      Step(#"(1-t)^n\kappa_n(X_0)"#, because: #"$\kappa_n(X_1) = 0$"#) {
        Vector(a.indices.map { (1 - t).power($0 + 3) * a[$0] })
      }
      Rival(#"0"#, "a sum taken to be normal as soon as one of its summands is") { Vector<Symbol>.zero(6) }
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
      let (u, t) = (1.25, Interval(bridge.time))
      Step(#"\varphi_{X_t}(u), \quad \text{from the density}"#) { try transform(bridge, at: u) }
      Step(
        #"\varphi_{X_0}((1-t)u)\,\varphi_{X_1}(tu)\,e^{-t(1-t)u^2/2}"#, because: "independence"
      ) {
        let (re, im) = bridge.characteristic(Interval(u), at: t)
        return [re, im]
      }
      Rival(#"e^{i\mu_t u - \sigma_t^2u^2/2}"#, "only mean and variance looked at") {
        let (re, im) = bridge.normalCharacteristic(Interval(u), at: t)
        return [re, im]
      }
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
