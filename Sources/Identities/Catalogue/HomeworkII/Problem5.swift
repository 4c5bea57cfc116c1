import Arithmetic
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
        #"""
        \varphi_{Y_t}(u) = \varphi_{X_t}(u)\,e^{t(1-t)u^2/2}, \text{ so } X_t \sim N(\mu, \sigma_t^2) \implies
        Y_t \sim N(\mu, \sigma_t^2 - t(1-t))
        """#,
        assuming: [
          #"$Z$ is independent of $(X_0, X_1)$, which may depend on each other"#,
          "a normal law may have variance zero",
        ],
        remarks: [
          #"""
          The factor divided by is known and has no zero, so the theorem of Cramer is not needed here, though invoking
          it is right. That $\sigma_t^2 \ge t(1-t)$ follows from $|\varphi_{Y_t}| \le 1$.
          """#
        ]
      ) {
        cumulantsOfDependentEnds
        cumulantsByCramer
        try transformsOfTheNoise
        noiseInSimulation
      }
    }
  }

  private static var cumulantsOfDependentEnds: Exact {
    Exact("cumulants to order 12, any joint law of the ends", dimensions: [1]) { symbols, _ in
      let (law, t) = (JointAtoms(symbols, count: 4), symbols.scalar())
      let noise = t * (1 - t)
      let y = law.moments(1 - t, t, upTo: 12)
      let x = Cumulants.ofMoments(
        Cumulants.momentsOfSum(y, Cumulants.momentsOfNormal(variance: noise, upTo: 12)))
      let corrected = { (variance: Symbol) in
        var result = vector(x, from: 1)
        result[1] -= variance
        return result
      }
      Step(#"\kappa_n(Y_t), \quad n = 1, \dots, 12"#) { vector(Cumulants.ofMoments(y), from: 1) }
      Step(
        #"\kappa_n(X_t) - t(1-t)\,[n = 2]"#,
        because: "cumulants of independent summands add up, and those of the noise are zero beyond the second"
      ) { corrected(noise) }
      Rival(#"\kappa_n(X_t) + t(1-t)\,[n = 2]"#, "variance of the noise added") { corrected(-noise) }
      Rival(#"\kappa_n(X_t)"#, "noise forgotten") { corrected(0) }
      Rival(#"\kappa_n(X_t) - t^2(1-t)^2\,[n = 2]"#, "square root of the schedule lost") {
        corrected(noise.squared)
      }
    }
  }

  private static var cumulantsByCramer: Exact {
    Exact("independent ends, Cramer's route", dimensions: [1]) { symbols, _ in
      let (p, q, t) = (JointAtoms(symbols, count: 3), JointAtoms(symbols, count: 3), symbols.scalar())
      let y = Cumulants.momentsOfSum(p.moments(1 - t, 0, upTo: 12), q.moments(t, 0, upTo: 12))
      let normal = Cumulants.momentsOfNormal(variance: t * (1 - t), upTo: 12)
      let x = vector(Cumulants.ofMoments(Cumulants.momentsOfSum(y, normal)), from: 3)
      Step(#"\kappa_n(Y_t), \quad n = 3, \dots, 12"#) { vector(Cumulants.ofMoments(y), from: 3) }
      Step(#"\kappa_n(X_t)"#, because: "the noise has none") { x }
      Restatement(
        #"(1-t)^n\kappa_n(X_0) + t^n\kappa_n(X_1)"#,
        because: "by way of the ends: Cramer's theorem is right here, only not needed"
      ) {
        let a = vector(Cumulants.ofMoments(p.moments(1, 0, upTo: 12)), from: 3)
        let b = vector(Cumulants.ofMoments(q.moments(1, 0, upTo: 12)), from: 3)
        return Vector(a.indices.map { (1 - t).power($0 + 3) * a[$0] + t.power($0 + 3) * b[$0] })
      }
      Rival(#"(1 - t(1-t))^{n/2}\,\kappa_n(X_t), \; n \text{ even}"#, "noise taken for a factor") {
        let factor = 1 - t * (1 - t)
        return Vector(x.indices.map { $0 % 2 == 1 ? factor.power(($0 + 3) / 2) * x[$0] : x[$0] })
      }
    }
  }

  private static var transformsOfTheNoise: Numerical<LineBridge> {
    get throws {
      try Numerical("characteristic functions", cases: LineEnds.bridges(times: [0.375])) { bridge in
        let (u, t) = (0.75, Interval(bridge.time))
        let (p, q) = (
          bridge.start.characteristic((1 - t) * Interval(u)), bridge.end.characteristic(t * Interval(u))
        )
        let (x, noise) = (try transform(bridge, at: u), bridge.noise)
        let times = { (factor: Double) in
          x.map { Estimate(factor * $0.value, error: factor * $0.error + 4 * Double.ulpOfOne * factor) }
        }
        Step(#"\varphi_{Y_t}(u) = \varphi_{X_0}((1-t)u)\,\varphi_{X_1}(tu)"#) {
          let (re, im) = (p.0 * q.0 - p.1 * q.1, p.0 * q.1 + p.1 * q.0)
          return [re, im]
        }
        Step(
          #"\varphi_{X_t}(u)\,e^{t(1-t)u^2/2}"#,
          because: "the density of the sum, transformed by quadrature, over the transform of the noise"
        ) { times(Double.exp(noise * u * u / 2)) }
        Rival(#"\varphi_{X_t}(u)\,e^{t(1-t)u/2}"#, "u in place of its square") {
          times(Double.exp(noise * u / 2))
        }
        Rival(#"\varphi_{X_t}(u)\,e^{-t(1-t)u^2/2}"#, "variance of the noise added") {
          times(Double.exp(-noise * u * u / 2))
        }
      }
    }
  }

  private static var noiseInSimulation: Statistical<LatentTime> {
    Statistical(
      "simulation, dependent ends", cases: [LatentTime(time: 0.375), LatentTime(time: 0.75)]
    ) { model, draw in
      let (t, u) = (Variate(model.time), Variate(0.5))
      let noise = t * (1 - t)
      let first = draw.exponential()
      let second = Variate.cos(first) + draw.choice([-1, 2], weights: [0.75, 0.25])
      let y = (1 - t) * first + t * second
      let x = y + Variate.sqrt(noise) * draw.normal()
      let exponential = { (angle: Variate) in
        let (sine, cosine) = Variate.sineAndCosine(angle)
        return Vector([cosine, sine])
      }
      let wave = exponential(u * x)
      Step(#"\mathbb{E}e^{iuY_t}, \quad X_1 = \cos X_0 + B"#) { exponential(u * y) }
      Step(
        #"\mathbb{E}[e^{iuX_t}]\,e^{t(1-t)u^2/2}"#, because: "the noise is independent of both ends"
      ) { Variate.exp(noise * u * u / 2) * wave }
      Rival(#"\mathbb{E}[e^{iuX_t}]\,e^{t(1-t)u/2}"#, "u in place of its square") {
        Variate.exp(noise * u / 2) * wave
      }
      Rival(#"\mathbb{E}[e^{iuX_t}]\,e^{-t(1-t)u^2/2}"#, "variance of the noise added") {
        Variate.exp(-noise * u * u / 2) * wave
      }
    }
  }

  /// A time at which ends without a name are looked at.
  struct LatentTime: Sendable, CustomStringConvertible {
    let time: Double
    var description: String { "t = \(time.brief)" }
  }
}
