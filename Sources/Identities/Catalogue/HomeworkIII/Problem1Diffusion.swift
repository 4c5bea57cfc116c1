import Arithmetic
import Formulas
import Probability
import Verification

extension HomeworkIII {
  /// III.1b: equal diffusion, and the bound by the drift error alone.
  static var equalDiffusion: Identity {
    get throws {
      try Identity(
        "III.1b", "Equal diffusion",
        #"""
        \varepsilon = \hat\varepsilon \implies
        \frac{d}{dt}\mathrm{KL}(\rho\Vert\hat\rho)
        = \int\rho\,(b-\hat b)\cdot(s-\hat s)\,dx - \varepsilon\int\rho\,|s-\hat s|^2dx
        \le \frac1{4\varepsilon}\int\rho\,|b-\hat b|^2dx
        """#,
        assuming: ["as in (a)"],
        remarks: [
          #"""
          The constants $\frac1{2\varepsilon}$ and $\frac1\varepsilon$ give bounds that hold as well; only sharpness tells
          them apart. A start that is nearly a point, carried off at a constant speed, attains $\frac1{4\varepsilon}$ in
          the limit.
          """#
        ]
      ) {
        Derivation {
          equalDiffusionLines()
          Step(
            #"\frac1{4\varepsilon}\int\rho\,|b-\hat b|^2dx"#, because: "what is subtracted is not negative",
            relation: .atMost)
        }
        Exact("Gaussians, affine drifts", dimensions: [1, 2, 3, 5]) { symbols, d in
          MovingGaussians(symbols, d, equalNoise: true).names
          equalDiffusionLines()
        }
        Enclosure(
          "a law carried off", cases: [Noise(epsilon: 0.25), Noise(epsilon: 1)],
          over: ["v": 0.0625...1, "c": 0.5...2],
          precision: 0x1p-12
        ) { noise, p in
          Let("v", p["v"])
          Let("c", p["c"])
          Let(#"\varepsilon"#, noise.epsilon)
          Step(
            #"\frac{c^2}{2(v + 2\varepsilon)}"#,
            remark:
              #"$\mathrm{KL}(N(0, v + 2\varepsilon)\Vert N(c, v + 2\varepsilon))$: heat flow, and $\hat b = b + c$"#
          )
          Step(#"\frac{c^2}{4\varepsilon}"#, because: "the bound, over time one", relation: .atMost)
          Restatement(#"\frac{c^2}{2\varepsilon}"#, because: "holds, but is not sharp")
          Restatement(#"\frac{c^2}\varepsilon"#, because: "holds, but is not sharp")
          Rival(#"\frac{c^2}{8\varepsilon}"#, "half the constant")
        }
        Enclosure(
          "a narrow start: the constant is sharp", over: ["v": 0x1p-12...0x1p-8, "e": 0.25...1],
          precision: 0x1p-12
        ) { p in
          Let("v", p["v"])
          Let(#"\varepsilon"#, p["e"])
          Step(
            #"\frac1{2(v + 2\varepsilon)}"#,
            remark: #"$\mathrm{KL}(N(0, v + 2\varepsilon)\Vert N(1, v + 2\varepsilon))$"#)
          Step(#"0.99 \cdot \frac1{4\varepsilon}"#, because: #"$v \to 0$"#, relation: .atLeast)
          Rival(#"0.99 \cdot \frac1{2\varepsilon}"#, "twice the constant")
          Rival(#"0.99 \cdot \frac1\varepsilon"#, "four times the constant")
        }
        Numerical("mixture, Ornstein-Uhlenbeck", cases: [try MixturePair.equal()]) { $0.names }
        Numerical("nonlinear drifts on the circle, both equations solved", cases: CirclePair.equal) { pair in
          try pair.names()
          Step(#"\mathrm{KL}(\rho(1)\Vert\hat\rho(1))"#, remark: "the densities are equal at time zero")
          Step(
            #"\int_0^1\int\rho\,(b-\hat b)\cdot(s-\hat s)\,dx\,dt - \varepsilon\int_0^1\int\rho\,|s-\hat s|^2\,dx\,dt"#,
            because: "the extra term is zero")
          Rival(
            #"\int_0^1\int\rho\,(b-\hat b)\cdot(s-\hat s)\,dx\,dt - \frac\varepsilon2\int_0^1\int\rho\,|s-\hat s|^2\,dx\,dt"#,
            "half the dissipation")
          Step(
            #"\frac1{4\varepsilon}\int_0^1\int\rho\,|b-\hat b|^2\,dx\,dt"#, because: "Young's inequality",
            relation: .atMost)
        }
        try Statistical("particles of both laws, carried exactly", cases: MixturePair.equallyNoisy) {
          pair, draw in
          try pair.particles(draw)
          Let(
            #"\frac{d}{dt}\mathrm{KL}(\rho\Vert\hat\rho)"#,
            #"\mathbb{E}[\dot X_t\,\ell'(X_t)] - \mathbb{E}[\dot{\hat X}_t\,r'(\hat X_t)]"#, of: [])
        }
      }
    }
  }

  /// The rate for equal diffusion, with the square completed.
  @Lines<Scalar>
  private static func equalDiffusionLines<Scalar: LineScalar>() -> [Line<Scalar>] {
    Step(#"\frac{d}{dt}\mathrm{KL}(\rho\Vert\hat\rho)"#)
    Step(
      #"\int\rho\,(b-\hat b)\cdot(s-\hat s)\,dx - \varepsilon\int\rho\,|s-\hat s|^2dx"#,
      because: "the extra term is zero")
    Rival(
      #"\int\rho\,(b-\hat b)\cdot(s-\hat s)\,dx - \frac\varepsilon2\int\rho\,|s-\hat s|^2dx"#,
      "half the dissipation")
    Rival(
      #"\int\rho\,(\hat b-b)\cdot(s-\hat s)\,dx - \varepsilon\int\rho\,|s-\hat s|^2dx"#,
      "sign of the drift error")
    Rival(#"\int\rho\,(b-\hat b)\cdot(s-\hat s)\,dx"#, "dissipation forgotten")
    Step(
      #"\frac1{4\varepsilon}\int\rho\,|b-\hat b|^2dx - \varepsilon\int\rho\,\Bigl|s-\hat s-\frac{b-\hat b}{2\varepsilon}\Bigr|^2dx"#,
      because: "completing the square: Young's inequality with its residual")
    for (constant, mistake) in [
      (#"\frac1{2\varepsilon}"#, "twice the constant"), (#"\frac1\varepsilon"#, "four times the constant"),
      (#"\frac1{8\varepsilon}"#, "half the constant"),
    ] {
      Rival(
        #"\#(constant)\int\rho\,|b-\hat b|^2dx - \varepsilon\int\rho\,\Bigl|s-\hat s-\frac{b-\hat b}{2\varepsilon}\Bigr|^2dx"#,
        mistake)
    }
  }

  /// A diffusion coefficient.
  struct Noise: Sendable, CustomStringConvertible {
    let epsilon: Double
    var description: String { "epsilon = \(epsilon.brief)" }
  }

  /// III.1c: the term that unequal diffusion adds.
  static var unequalDiffusion: Identity {
    get throws {
      try Identity(
        "III.1c", "The extra term",
        #"""
        (\hat\varepsilon-\varepsilon)\int\rho\,\hat s\cdot(s-\hat s)\,dx
        = -(\hat\varepsilon-\varepsilon)\int\rho\,\frac{\Delta\hat\rho}{\hat\rho}\,dx, \qquad
        \frac{d}{dt}\mathrm{KL}(\rho\Vert\hat\rho)
        \le \frac1{4\varepsilon}\int\rho\,|b-\hat b+(\hat\varepsilon-\varepsilon)\hat s|^2dx
        """#,
        assuming: ["as in (a)"],
        remarks: [
          #"""
          The term has no sign and is not controlled by $b - \hat b$: with equal drifts it alone makes two equal laws
          different. The model behaves as if its drift were off by $b - \hat b + (\hat\varepsilon-\varepsilon)\hat s$,
          and a bound needs the model's score. Girsanov's theorem does not apply: paths with different
          $\varepsilon$ have different quadratic variation, so their laws are mutually singular, and their divergence
          is infinite. Integrated over time from equal densities the inequality bounds the divergence itself.
          """#
        ]
      ) {
        Derivation {
          unequalDiffusionLines()
          Step(
            #"\frac1{4\varepsilon}\int\rho\,|b-\hat b+(\hat\varepsilon-\varepsilon)\hat s|^2dx"#,
            because: "what is subtracted is not negative", relation: .atMost)
        }
        Exact("Gaussians, affine drifts", dimensions: [1, 2, 3, 5]) { symbols, d in
          MovingGaussians(symbols, d).names
          unequalDiffusionLines()
        }
        Exact("the term", dimensions: [1, 2, 3, 5]) { symbols, d in
          MovingGaussians(symbols, d).names
          extraTerm()
        }
        Exact("equal drifts", dimensions: [1, 2, 3, 5]) { symbols, d in
          MovingGaussians(symbols, d, equalDrift: true).names
          Step(#"\frac{d}{dt}\mathrm{KL}(\rho\Vert\hat\rho)"#, remark: #"$b = \hat b$"#)
          Step(
            #"(\hat\varepsilon-\varepsilon)\int\rho\,\hat s\cdot(s-\hat s)\,dx - \varepsilon\int\rho\,|s-\hat s|^2dx"#,
            because: "no drift error, and yet")
          Rival("0", "equal drifts, equal laws")
          Rival(#"-\varepsilon\int\rho\,|s-\hat s|^2dx"#, "the divergence could only fall")
        }
        try Numerical(
          "no sign", cases: [MixturePair.gaussian(), MixturePair.displaced(), MixturePair.unequal()]
        ) { pair in
          pair.names
          Step(#"(\hat\varepsilon-\varepsilon)\int\rho\,\hat s\cdot(s-\hat s)\,dx"#)
          Rival("0", "never negative", relation: .atLeast)
          Rival("0", "never positive", relation: .atMost)
          Step(
            #"-(\hat\varepsilon-\varepsilon)\int\rho\,\frac{\Delta\hat\rho}{\hat\rho}\,dx"#,
            because: "by parts")
          Rival(
            #"(\hat\varepsilon-\varepsilon)\int\rho\,s\cdot(s-\hat s)\,dx"#, "true score in the extra term")
        }
        try Numerical("mixtures", cases: [MixturePair.unequal()]) { $0.names }
        Enclosure(
          "heat flow, no drift error", cases: [Noise(epsilon: 0.25), Noise(epsilon: 1)],
          over: ["e": 0.0625...0.1875],
          precision: 0x1p-10
        ) { noise, p in
          let (e, other) = (p["e"], Dual<Interval>(noise.epsilon))
          Let(#"\varepsilon"#, e)
          Let(#"\hat\varepsilon"#, other)
          Let("r", #"\frac{1+2\varepsilon}{1+2\hat\varepsilon}"#)
          Let(
            #"\int_0^1\frac{1+2\varepsilon t}{(1+2\hat\varepsilon t)^2}\,dt"#,
            by: "midpoint rule with its remainder enclosed"
          ) {
            enclosedIntegral(pieces: 16) { t in
              let (e, other) = (Dual(constant: Dual(constant: e)), Dual(constant: Dual(constant: other)))
              return (1 + 2 * e * t) / (1 + 2 * other * t).squared
            }
          }
          Step(
            #"\frac12\,(r - 1 - \log r)"#,
            remark:
              #"$\mathrm{KL}(N(0, 1 + 2\varepsilon)\Vert N(0, 1 + 2\hat\varepsilon))$, with $b = \hat b = 0$ and $r$ the ratio of the variances"#
          )
          Rival("0", "Girsanov's bound used for different diffusion", relation: .atMost)
          Step(
            #"\frac{(\hat\varepsilon-\varepsilon)^2}{4\varepsilon}\int_0^1\frac{1+2\varepsilon t}{(1+2\hat\varepsilon t)^2}\,dt"#,
            because: "the bound with the effective drift error", relation: .atMost,
            remark: #"$\hat s = -x/(1+2\hat\varepsilon t)$ and $\int\rho\,x^2dx = 1 + 2\varepsilon t$"#)
          Rival(
            #"\frac{(\hat\varepsilon-\varepsilon)^2}{64\varepsilon}\int_0^1\frac{1+2\varepsilon t}{(1+2\hat\varepsilon t)^2}\,dt"#,
            "a smaller constant")
        }
        Numerical(
          "zero drift error, positive divergence", cases: [HeatPair(epsilon: 0.125, modelEpsilon: 0.25)]
        ) { pair in
          Let(#"\mathrm{KL}(N(0,\frac54)\Vert N(0,\frac32))"#, by: "quadrature") { pair.divergence }
          Step(#"\mathrm{KL}(N(0,\frac54)\Vert N(0,\frac32))"#, remark: #"$b = \hat b = 0$"#)
          Rival("0", "equal drifts, equal laws")
          Step(#"\frac12\bigl(\frac56 - 1 - \log\frac56\bigr)"#, because: "the closed form")
          Rival(#"\frac12\bigl(\frac65 - 1 - \log\frac65\bigr)"#, "direction of the divergence")
        }
        try Statistical("particles of the first law", cases: MixturePair.far) { pair, draw in
          try pair.particles(draw)
          extraTerm()
        }
      }
    }
  }

  /// The rate for unequal diffusion, with the square completed.
  @Lines<Scalar>
  private static func unequalDiffusionLines<Scalar: LineScalar>() -> [Line<Scalar>] {
    let (drift, fisher) = (
      #"\int\rho\,(b-\hat b)\cdot(s-\hat s)\,dx"#, #"\varepsilon\int\rho\,|s-\hat s|^2dx"#
    )
    let rest =
      #"\varepsilon\int\rho\,\Bigl|s-\hat s-\frac{b-\hat b+(\hat\varepsilon-\varepsilon)\hat s}{2\varepsilon}\Bigr|^2dx"#
    Step(#"\frac{d}{dt}\mathrm{KL}(\rho\Vert\hat\rho)"#)
    Step(
      #"\#(drift) - \#(fisher) - (\hat\varepsilon-\varepsilon)\int\rho\,\frac{\Delta\hat\rho}{\hat\rho}\,dx"#,
      because:
        #"by parts, $\int\rho\,\hat s\cdot(s-\hat s)\,dx = \int\nabla\hat\rho\cdot\nabla\frac\rho{\hat\rho}\,dx$"#
    )
    Restatement(
      #"\#(drift) - \#(fisher) + (\hat\varepsilon-\varepsilon)\int\rho\,\hat s\cdot(s-\hat s)\,dx"#,
      because: "the extra term before it is integrated by parts")
    Rival(
      #"\#(drift) - \#(fisher) + (\hat\varepsilon-\varepsilon)\int\rho\,\frac{\Delta\hat\rho}{\hat\rho}\,dx"#,
      "sign of the extra term")
    Rival(
      #"\#(drift) - \#(fisher) - (\hat\varepsilon-\varepsilon)\int\rho\,\Delta\log\hat\rho\,dx"#,
      "Laplacian of the logarithm")
    Rival(#"\#(drift) - \#(fisher)"#, "extra term dropped")
    Step(
      #"\int\rho\,(b-\hat b+(\hat\varepsilon-\varepsilon)\hat s)\cdot(s-\hat s)\,dx - \#(fisher)"#,
      because: "the extra term is part of the drift error")
    Step(
      #"\frac1{4\varepsilon}\int\rho\,|b-\hat b+(\hat\varepsilon-\varepsilon)\hat s|^2dx - \#(rest)"#,
      because: "completing the square")
    Rival(#"\frac1{4\varepsilon}\int\rho\,|b-\hat b|^2dx - \#(rest)"#, "drift error alone")
  }

  /// The term itself, by parts.
  @Lines<Scalar>
  private static func extraTerm<Scalar: LineScalar>() -> [Line<Scalar>] {
    Step(#"(\hat\varepsilon-\varepsilon)\int\rho\,\hat s\cdot(s-\hat s)\,dx"#)
    Step(
      #"-(\hat\varepsilon-\varepsilon)\int\rho\,\frac{\Delta\hat\rho}{\hat\rho}\,dx"#,
      because: "by parts; no score of the true law is left")
    Rival(#"(\hat\varepsilon-\varepsilon)\int\rho\,\frac{\Delta\hat\rho}{\hat\rho}\,dx"#, "sign")
    Rival(#"-(\hat\varepsilon-\varepsilon)\int\rho\,\Delta\log\hat\rho\,dx"#, "Laplacian of the logarithm")
    Rival(#"(\hat\varepsilon-\varepsilon)\int\rho\,s\cdot(s-\hat s)\,dx"#, "true score in the extra term")
    Rival("0", "no extra term")
  }

  /// Heat flow of `N(0, 1)` with two diffusion coefficients, over time one.
  struct HeatPair: Sendable, CustomStringConvertible {
    let epsilon: Double
    let modelEpsilon: Double
    var description: String { "epsilon = \(epsilon.brief) and \(modelEpsilon.brief)" }

    /// The divergence of the laws at time one, by quadrature.
    var divergence: Estimate {
      let log = { (e: Double, x: Double) in
        Gaussian<Double>(mean: Vector([0]), covariance: Matrix([[1 + 2 * e]])).logDensity(Vector([x]))
      }
      // Beyond 12 the density is below 1e-24: nothing that the bound could show.
      return Quadrature.interval(-12...12) {
        Double.exp(log(epsilon, $0)) * (log(epsilon, $0) - log(modelEpsilon, $0))
      }
    }
  }
}
