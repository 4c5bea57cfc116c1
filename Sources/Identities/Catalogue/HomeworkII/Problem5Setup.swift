import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkII {
  /// II.5.setup as the sheet can be read: a normal law has a density.
  static var normalMeansADensity: Identity {
    get throws {
      try Identity(
        "II.5.setup", "Gaussianity, if point masses do not count",
        #"""
        X_t \sim N(\mu_t, \sigma_t^2),\ \sigma_t^2 > 0 \text{ for every } t \in (0,1)
        \implies (1-t)X_0 + tX_1,\ X_0,\ X_1 \text{ normal with positive variance}
        """#,
        assuming: [#"$X_0$, $X_1$, $Z$ are independent and $Z \sim N(0,1)$"#],
        expectation: .fails(
          correctedBy: "II.5.setup.corrected",
          why: #"""
            The sheet does not say that a point mass is a normal law of variance zero. If it is not, (a) and (b) are
            false.
            """#,
          counterexample: #"""
            $X_0 = X_1 = 0$: $X_t = \sqrt{t(1-t)}\,Z \sim N(0, t(1-t))$ has a density for every $t$, and
            $(1-t)X_0 + tX_1$, $X_0$ and $X_1$ have variance zero.
            """#)
      ) {
        Exact("constant ends", dimensions: [1]) { symbols, _ in
          let (c0, c1, t, v) = (symbols.scalar(), symbols.scalar(), symbols.scalar(), symbols.scalar())
          let noise = t * (1 - t)
          Step(#"\operatorname{Var}(X_t), \quad X_0 = c_0,\ X_1 = c_1"#) {
            let moments = Cumulants.momentsOfSum(
              Cumulants.momentsOfConstant((1 - t) * c0 + t * c1, upTo: 2),
              Cumulants.momentsOfNormal(variance: noise, upTo: 2))
            return Cumulants.ofMoments(moments)[2]
          }
          Step(
            #"v^2 + t(1-t), \quad v^2 = \operatorname{Var}((1-t)X_0 + tX_1) > 0"#,
            because: "(a) with a positive variance"
          ) { v.squared + noise }
          Restatement(#"t(1-t)"#, because: "a point mass has variance zero") { noise }
        }
        Numerical(
          "characteristic function, constant ends",
          cases: [
            PositiveVariance(time: 0.25, variance: 0.25), PositiveVariance(time: 0.5, variance: 0x1p-10),
          ]
        ) { model in
          let (u, t) = (Interval(1.5), Interval(model.time))
          let bridge = try model.bridge
          Step(#"|\varphi_{X_t}(u)|^2\,e^{t(1-t)u^2}, \quad X_0 = X_1 = \tfrac12"#) {
            let (re, im) = bridge.characteristic(u, at: t)
            return (re.squared + im.squared) * Interval.exp(t * (1 - t) * u.squared)
          }
          Step(#"e^{-vu^2}"#, because: "(a) with a positive variance v") {
            Interval.exp(-Interval(model.variance) * u.squared)
          }
          Restatement(#"1"#, because: "a point mass") { Interval(1) }
        }
        Statistical(
          "simulation, constant ends", cases: [PositiveVariance(time: 0.25, variance: 0.25)]
        ) { model, draw in
          let bridge = try model.bridge
          let (u, t) = (1.5, model.time)
          let noise = Variate(bridge.noise.squareRoot()) * draw.normal()
          let x = Variate(1 - t) * bridge.start.sample(draw) + Variate(t) * bridge.end.sample(draw) + noise
          Step(#"\mathbb{E}\cos(u(X_t - \tfrac12)), \quad X_0 = X_1 = \tfrac12"#) {
            Variate.cos(Variate(u) * (x - Variate(0.5)))
          }
          Step(#"e^{-(v + t(1-t))u^2/2}"#, because: "(a) with a positive variance v") {
            Variate(Double.exp(-(model.variance + bridge.noise) * u * u / 2))
          }
          Restatement(#"e^{-t(1-t)u^2/2}"#, because: "a point mass") {
            Variate(Double.exp(-bridge.noise * u * u / 2))
          }
        }
      }
    }
  }

  /// II.5.setup with point masses among the normal laws, and its hypotheses one at a time.
  static var pointMassesAreNormal: Identity {
    Identity(
      "II.5.setup.corrected", "Gaussianity, point masses included",
      #"""
      X_t \text{ normal, of variance} \ge 0, \text{ for one } t \in (0,1)
      \implies (1-t)X_0 + tX_1,\ X_0,\ X_1 \text{ normal, of variance} \ge 0
      """#,
      assuming: [
        #"$X_0$, $X_1$, $Z$ are independent; a normal law may have variance zero"#,
        #"""
        for one $t$ both independences are needed; if all $t$ are given, (b) needs no independence of $X_0$ and $X_1$
        """#,
      ],
      remarks: [
        #"""
        If all $t$ are given, (b) holds with any dependence: $X_t \to X_0$ in law as $t \to 0$, and limits in law of
        normal laws are normal. The independence of $Z$ is what (a) rests on.
        """#
      ]
    ) {
      Exact("constant ends", dimensions: [1]) { symbols, _ in
        let (c0, c1, t, v) = (symbols.scalar(), symbols.scalar(), symbols.scalar(), symbols.scalar())
        let (mean, noise) = ((1 - t) * c0 + t * c1, t * (1 - t))
        let zeros = [Symbol](repeating: 0, count: 4)
        Step(#"\kappa_n(X_t), \quad X_0 = c_0,\ X_1 = c_1,\ n = 1, \dots, 6"#) {
          let moments = Cumulants.momentsOfSum(
            Cumulants.momentsOfConstant(mean, upTo: 6),
            Cumulants.momentsOfNormal(variance: noise, upTo: 6))
          return vector(Cumulants.ofMoments(moments), from: 1)
        }
        Step(
          #"((1-t)c_0 + tc_1,\ 0 + t(1-t),\ 0, 0, 0, 0)"#,
          because: "a normal law plus a normal law of variance zero"
        ) { Vector([mean, noise] + zeros) }
        Restatement(
          #"\kappa_n(\delta_{(1-t)c_0 + tc_1}) + t(1-t)\,[n = 2]"#, because: "the cumulants of a point mass"
        ) {
          var sum = vector(Cumulants.ofMoments(Cumulants.momentsOfAtoms([(1, mean)], upTo: 6)), from: 1)
          sum[1] += noise
          return sum
        }
        Rival(#"((1-t)c_0 + tc_1,\ v^2 + t(1-t),\ 0, 0, 0, 0)"#, "positive variance demanded") {
          Vector([mean, v.squared + noise] + zeros)
        }
      }
      Exact("dependent ends, normal at one time", dimensions: [1]) { symbols, _ in
        // X_1 = (G - (1 - s) X_0) / s with an independent normal G, so that X_s is normal.
        let law = JointAtoms(symbols, count: 3)
        let (s, t, g) = (symbols.scalar(), symbols.scalar(), symbols.scalar())
        let combined = { (p: Symbol, q: Symbol) in
          // The cumulants of p X_0 + q X_1.
          Cumulants.ofMoments(
            Cumulants.momentsOfSum(
              law.moments(p - q * (1 - s) / s, 0, upTo: 6),
              Cumulants.momentsOfNormal(variance: (q / s).squared * g, upTo: 6)))
        }
        let start = vector(combined(1, 0), from: 3)
        Step(#"\kappa_n((1-t)X_0 + tX_1), \quad X_1 = (G - (1-s)X_0)/s,\ n = 3, \dots, 6"#) {
          vector(combined(1 - t, t), from: 3)
        }
        Step(#"(1 - t/s)^n\,\kappa_n(X_0)"#, because: #"zero at $t = s$ and at no other time"#) {
          let kept = 1 - t / s
          return Vector(start.indices.map { kept.power($0 + 3) * start[$0] })
        }
        Rival(#"0"#, "one time without independence of the ends") { Vector<Symbol>.zero(4) }
        Rival(#"(1-t)^n\kappa_n(X_0) + t^n\kappa_n(X_1)"#, "independence of the ends assumed") {
          let end = vector(combined(0, 1), from: 3)
          return Vector(
            start.indices.map { (1 - t).power($0 + 3) * start[$0] + t.power($0 + 3) * end[$0] })
        }
      }
      Statistical(
        "a latent that cancels what is not normal", cases: [PositiveVariance(time: 0.25, variance: 0)]
      ) { model, draw in
        // X_0 = X_1 = sqrt(t (1 - t)) (S - 1) Z with S = 1 where |Z| < 1 and S = -1 elsewhere: S Z is normal.
        let (z, u) = (draw.normal(), Variate(2))
        let gamma = Variate((model.time * (1 - model.time)).squareRoot())
        let sign = 2 * Variate.sqrt(z.squared).isBelow(1) - 1
        let end = gamma * (sign - 1) * z
        let decay = Variate.exp(-gamma.squared * u.squared / 2)
        Step(#"\mathbb{E}\cos(uX_t), \quad X_0 = X_1 = \sqrt{t(1-t)}\,(S - 1)Z"#) {
          Variate.cos(u * (end + gamma * z))
        }
        Step(#"e^{-t(1-t)u^2/2}"#, because: #"$X_t = \sqrt{t(1-t)}\,SZ$ is normal, and its ends are not"#) {
          decay
        }
        Rival(#"\mathbb{E}[\cos(uX_0)]\,e^{-t(1-t)u^2/2}"#, "independence of Z assumed") {
          Variate.cos(u * end) * decay
        }
      }
    }
  }

  /// Constant ends at a time, and a variance that they do not have.
  struct PositiveVariance: Sendable, CustomStringConvertible {
    let time: Double
    let variance: Double
    var description: String { "t = \(time.brief), v = \(variance.brief)" }
    var bridge: LineBridge {
      get throws {
        let constant = try ScalarLaw.normal(mean: 0.5, variance: 0)
        return try LineBridge(from: constant, to: constant, time: time)
      }
    }
  }
}
