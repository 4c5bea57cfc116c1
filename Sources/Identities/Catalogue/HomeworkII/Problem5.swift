import Arithmetic
import Formulas
import Probability
import Transport
import Verification

extension HomeworkII {
  /// Homework II, Problem 5: what Gaussian marginals force.
  static var problem5: Problem {
    get throws {
      try Problem(
        "II.5", "Gaussianity forced by Gaussian bridges",
        setting: #"""
          Let $X_0$, $X_1$, $Z$ be independent, $Z \sim N(0,1)$, and $X_t = Y_t + \sqrt{t(1-t)}\,Z$ with
          $Y_t = (1-t)X_0 + tX_1$. Characteristic functions are $\varphi$, cumulants $\kappa_n$; a law is normal exactly
          if $\kappa_n = 0$ for $n \ge 3$, where all cumulants exist.
          """#,
        figures: [rigidityFigure, stabilityFigure]
      ) {
        try normalMeansADensity  // II.5.setup
        pointMassesAreNormal  // II.5.setup.corrected
        try noiseIsDividedOut  // II.5a
        try endsAreNormal  // II.5b
        try marginalsAreRigid  // II.5c
      }
    }
  }

  /// II.5a: the noise divided out of the characteristic function.
  private static var noiseIsDividedOut: Identity {
    get throws {
      try Identity(
        "II.5a", "The interpolant without its noise",
        #"\varphi_{Y_t}(u) = e^{t(1-t)u^2/2}\,\varphi_{X_t}(u)"#,
        assuming: [
          #"$Z$ is independent of $(X_0, X_1)$, which may depend on each other"#,
          "a normal law may have variance zero",
        ],
        remarks: [
          #"So $X_t \sim N(\mu, \sigma_t^2)$ only if $Y_t \sim N(\mu, \sigma_t^2 - t(1-t))$."#,
          #"""
          The factor divided by is known and has no zero, so the theorem of Cramer is not needed here, though invoking
          it is right. That $\sigma_t^2 \ge t(1-t)$ follows from $|\varphi_{Y_t}| \le 1$.
          """#,
        ]
      ) {
        Derivation {
          Step(#"\varphi_{Y_t}(u)"#, remark: complexNumbers)
          Step(
            #"e^{t(1-t)u^2/2}\,\varphi_{X_t}(u)"#,
            because: "the transform of a sum of independent variables, over that of the noise")
          Rival(#"e^{t(1-t)u/2}\,\varphi_{X_t}(u)"#, "u in place of its square")
          Rival(#"e^{-t(1-t)u^2/2}\,\varphi_{X_t}(u)"#, "variance of the noise added")
        }
        cumulantsOfDependentEnds
        cumulantsByCramer
        try transformsOfTheNoise
        noiseInSimulation
      }
    }
  }

  private static var cumulantsOfDependentEnds: Exact {
    Exact("cumulants to order 12, any joint law of the ends", dimensions: [1]) { symbols, _ in
      let (law, t) = (JointAtoms(symbols, count: 4), symbols.scalar("t"))
      let y = law.moments(1 - t, t, upTo: 12)
      Let("t", t)
      Let("s", symbols.scalar("s"))
      Let("y", by: "cumulants of $Y_t$ from its moments") { vector(Cumulants.ofMoments(y), from: 1) }
      Let("x", by: "cumulants of $X_t$ from the moments of a sum") {
        let normal = Cumulants.momentsOfNormal(variance: t * (1 - t), upTo: 12)
        return vector(Cumulants.ofMoments(Cumulants.momentsOfSum(y, normal)), from: 1)
      }
      Step(#"\sum_{n=1}^{12} y_n s^n"#, remark: #"$y_n = \kappa_n(Y_t)$ and $x_n = \kappa_n(X_t)$, any $s$"#)
      Step(
        #"\sum_{n=1}^{12} x_n s^n - t(1-t) s^2"#,
        because: "cumulants of independent summands add up, and those of the noise are zero beyond the second"
      )
      Rival(#"\sum_{n=1}^{12} x_n s^n + t(1-t) s^2"#, "variance of the noise added")
      Rival(#"\sum_{n=1}^{12} x_n s^n"#, "noise forgotten")
      Rival(#"\sum_{n=1}^{12} x_n s^n - t^2(1-t)^2 s^2"#, "square root of the schedule lost")
    }
  }

  private static var cumulantsByCramer: Exact {
    Exact("independent ends, Cramer's route", dimensions: [1]) { symbols, _ in
      let ends = (JointAtoms(symbols, count: 3), JointAtoms(symbols, count: 3))
      let t = symbols.scalar("t")
      cumulants(ends, at: t, upTo: 12)
      Let("t", t)
      Let("s", symbols.scalar("s"))
      Let("y", by: "cumulants of $Y_t$ from the moments of a sum") {
        vector(
          Cumulants.ofMoments(
            Cumulants.momentsOfSum(ends.0.moments(1 - t, 0, upTo: 12), ends.1.moments(t, 0, upTo: 12))),
          from: 1)
      }
      Step(#"\sum_{n=3}^{12} y_n s^n"#, remark: #"$y_n = \kappa_n(Y_t)$ and $x_n = \kappa_n(X_t)$, any $s$"#)
      Step(#"\sum_{n=3}^{12} x_n s^n"#, because: "the noise has none")
      Restatement(
        #"\sum_{n=3}^{12}((1-t)^n a_n + t^n b_n) s^n"#,
        because: "by way of the ends: Cramer's theorem is right here, only not needed",
        remark: #"$a_n = \kappa_n(X_0)$ and $b_n = \kappa_n(X_1)$"#)
      Rival(
        #"\sum_{n=3}^{12} x_n s^n + \sum_{k=2}^{6}((1-t(1-t))^k - 1) x_{k+k} s^{2k}"#,
        "noise taken for a factor", remark: "in the even orders")
    }
  }

  private static var transformsOfTheNoise: Numerical<LineBridge> {
    get throws {
      try Numerical("characteristic functions", cases: LineEnds.bridges(times: [0.375])) { bridge in
        let (u, t) = (0.75, Interval(bridge.time))
        Let("t", bridge.time)
        Let("u", u)
        Let(#"\varphi_{Y_t}(u)"#, by: "the product of the transforms of both ends") {
          complex(bridge.start.characteristic((1 - t) * Interval(u)))
            * complex(bridge.end.characteristic(t * Interval(u)))
        }
        Let(#"\varphi_{X_t}(u)"#, by: "the density of the sum, transformed by quadrature") {
          complex(try transform(bridge, at: u))
        }
      }
    }
  }

  private static var noiseInSimulation: Statistical<LatentTime> {
    Statistical(
      "simulation, dependent ends", cases: [LatentTime(time: 0.375), LatentTime(time: 0.75)]
    ) { model, draw in
      let first = draw.exponential()
      Let("t", model.time)
      Let("u", 0.5)
      Let("X_0", first)
      Let("X_1", Variate.cos(first) + draw.choice([-1, 2], weights: [0.75, 0.25]))
      Let("Z", draw.normal())
      Let("Y_t", "(1-t) X_0 + t X_1")
      Let("X_t", #"Y_t + \sqrt{t(1-t)} Z"#)
      Let("R(v)", rotation)
      Step(#"\mathbb{E}[R(uY_t)]"#, remark: #"$R(v)$ stands for $e^{iv}$, and $X_1 = \cos X_0 + B$"#)
      Step(
        #"e^{t(1-t)u^2/2}\,\mathbb{E}[R(uX_t)]"#, because: "the noise is independent of both ends")
      Rival(#"e^{t(1-t)u/2}\,\mathbb{E}[R(uX_t)]"#, "u in place of its square")
      Rival(#"e^{-t(1-t)u^2/2}\,\mathbb{E}[R(uX_t)]"#, "variance of the noise added")
    }
  }

  /// A time at which ends without a name are looked at.
  struct LatentTime: Sendable, CustomStringConvertible {
    let time: Double
    var description: String { "t = \(time.brief)" }
  }
}
