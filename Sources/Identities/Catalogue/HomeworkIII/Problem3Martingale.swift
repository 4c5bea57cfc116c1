import Arithmetic
import Formulas
import Probability
import Transport
import Verification

extension HomeworkIII {
  /// III.3b: the steps of the proof by backward Ito calculus.
  static var backwardMartingale: Identity {
    Identity(
      "III.3b", "The backward martingale",
      #"""
      M_t = \hat\rho(t,Y_t)\exp\Bigl(-\int_t^1(\nabla\cdot\hat b + r)(s,Y_s)\,ds\Bigr) \text{ is a backward martingale, so }
      \hat\rho(1,x) = \mathbb{E}[M_t \mid Y_1 = x]
      """#,
      assuming: [
        "the local martingale is a martingale, for example because the weight is bounded and the gradient of the solution square integrable"
      ],
      remarks: [
        #"""
        The steps of the proof: the backward Ito formula for $\hat\rho(t,Y_t)$, whose second-order term has the sign
        opposite to the forward one; the equation, which leaves the drift $-(\nabla\cdot\hat b + r)\hat\rho$; the
        integrating factor over $[t,1]$, which removes it; and the expectation of what is left, at $t = 0$.
        """#
      ]
    ) {
      driftOfTheMartingale
      solvedExpectations
      backwardItoFormula
      expectationAtIntermediateTimes
      martingaleIncrements
    }
  }

  private static var driftOfTheMartingale: Exact {
    Exact("the drift vanishes, quadratic rate") { symbols, d in
      FreeKilling(symbols, d).names(symbols, d)
      Step(#"\partial_t\hat\rho + \hat b\cdot\nabla\hat\rho - \varepsilon\Delta\hat\rho"#)
      Rival(
        #"\partial_t\hat\rho + \hat b\cdot\nabla\hat\rho + \varepsilon\Delta\hat\rho"#, "forward Ito formula")
      Step(
        #"-(\nabla\cdot\hat b + r)\hat\rho"#,
        because:
          #"the equation; with the factor $e^{-\int_t^1(\nabla\cdot\hat b + r)}$ the drift of $M_t$ is zero"#)
      Restatement(
        #"\partial_t\hat\rho + \nabla\cdot(\hat b\hat\rho) - \varepsilon\Delta\hat\rho - \hat\rho\,\nabla\cdot\hat b"#,
        because: "the product rule: a flux in place of transport")
      Rival(#"(\nabla\cdot\hat b + r)\hat\rho"#, "sign of the integrating factor")
      Rival(#"-r\hat\rho"#, "divergence of the drift forgotten")
    }
  }

  private static var solvedExpectations: Numerical<ManufacturedKilling> {
    Numerical("the expectation at intermediate times, by solving", cases: [ManufacturedKilling()]) { medium in
      let share = 0.625
      let x = 2 * Double.pi * (share - 0.5)
      // Weighted paths from x down to time 1 - s: their law moves by the equation with the drift turned round and
      // the potential, times a factor, for a rate.
      let expectation = { (factor: Double, s: Double) in
        let paths = try CircleEquation(
          diffusion: medium.diffusion, drift: { s, y in -medium.drift(1 - s, y) },
          killing: { s, y in factor * medium.potential(1 - s, y) })
        return try paths.integral(
          fromPointMassAt: share, over: 0...s, points: (48, 32), steps: Int(512 * s),
          against: { Double.exp(medium.logarithm(1 - s, $0)) })
      }
      let law = "the weighted law of the backward paths from $x$, integrated against the density at the time"
      Let("x", Interval(x))
      Let(#"\hat\rho(1,x)"#, by: "the solution that the rate was made for") {
        Interval.exp(medium.logarithm(1, Interval(x)))
      }
      for (t, s) in [("{3/4}", 0.25), ("{1/2}", 0.5), ("0", 1)] {
        Let(#"\mathbb{E}[M_\#(t)]"#, by: law) { try expectation(1, s) }
        Let(#"\mathbb{E}[\hat\rho(t,Y_t)e^{+\int_t^1(\nabla\cdot\hat b + r)}]_\#(t)"#, by: law) {
          try expectation(-1, s)
        }
        Let(#"\mathbb{E}[\hat\rho(t,Y_t)]_\#(t)"#, by: law) { try expectation(0, s) }
      }
      Step(#"\hat\rho(1,x), \hat\rho(1,x), \hat\rho(1,x)"#)
      Step(
        #"\mathbb{E}[M_{3/4}], \mathbb{E}[M_{1/2}], \mathbb{E}[M_0]"#, because: "the drift vanishes",
        remark: #"$M_t = \hat\rho(t,Y_t)e^{-\int_t^1(\nabla\cdot\hat b + r)}$"#)
      Rival(
        #"\mathbb{E}[\hat\rho(t,Y_t)e^{+\int_t^1(\nabla\cdot\hat b + r)}]_{3/4}, \mathbb{E}[\hat\rho(t,Y_t)e^{+\int_t^1(\nabla\cdot\hat b + r)}]_{1/2}, \mathbb{E}[\hat\rho(t,Y_t)e^{+\int_t^1(\nabla\cdot\hat b + r)}]_0"#,
        "sign of the integrating factor", remark: "each at the time $t$ below it")
      Rival(
        #"\mathbb{E}[\hat\rho(t,Y_t)]_{3/4}, \mathbb{E}[\hat\rho(t,Y_t)]_{1/2}, \mathbb{E}[\hat\rho(t,Y_t)]_0"#,
        "no integrating factor", remark: "each at the time $t$ below it")
    }
  }

  private static let itoMedium = WavyKilling(a: 0.75, k: 0.5, diffusion: 0.25)
  private static let itoSteps = 4

  /// A function `g` of time and place, to which the backward Ito formula is applied.
  private static func probe(_ t: Variate, _ x: Variate) -> Variate { 2 * t + (1 + t) * Variate.sin(x) }

  /// Along a backward path from `x` to a quarter: the change of `g`, and the integrals of `g_t + b g_x` and `e g_xx`.
  private static func ito(_ x: Variate, _ noise: [Variate]) throws -> Vector<Variate> {
    try PathMean.mirrored(noise) { noise in
      try PathMean.extrapolated(noise) { noise in
        let path = try WeightedPath(
          from: x, over: (1, 0.25), noise: noise, diffusion: itoMedium.diffusion,
          drift: { itoMedium.drift($0, $1) },
          potentials: { t, y in
            let (sine, cosine) = (Variate.sin(y), Variate.cos(y))
            return [
              2 + sine + itoMedium.drift(t, y) * (1 + t) * cosine,
              -Variate(itoMedium.diffusion) * (1 + t) * sine,
            ]
          })
        return Vector([probe(1, x) - probe(Variate(0.25), path.end)] + path.integrals)
      }
    }
  }

  /// The bias of the difference of the two sides.
  private static let itoBias = Result {
    try PathMean.bias(steps: itoSteps) { draw, noise in
      let path = try ito(2 * Variate.pi * draw.uniform(), noise)
      return Vector([path[0] - (path[1] - path[2])])
    }[0]
  }

  private static var backwardItoFormula: Statistical<WavyKilling> {
    Statistical("the backward Ito formula for any function, no closed form", cases: [itoMedium]) {
      _, draw in
      let x = 2 * Variate.pi * draw.uniform()
      let path = try ito(x, draw.normal(itoSteps).components)
      Let(
        #"g(1,Y_1) - g(\tfrac14,Y_{1/4})"#, by: "backward paths from uniform points, extrapolated in the step"
      ) {
        path[0]
      }
      Let(#"\int_{1/4}^1(\partial_tg + \hat b\cdot\nabla g)(t,Y_t)\,dt"#, by: "the same paths") { path[1] }
      Let(#"\int_{1/4}^1\varepsilon\Delta g(t,Y_t)\,dt"#, by: "the same paths") { path[2] }
      Step(#"\mathbb{E}[g(1,Y_1) - g(\tfrac14,Y_{1/4})]"#, remark: "$Y_1$ is uniform")
      Step(
        #"\mathbb{E}[\int_{1/4}^1(\partial_tg + \hat b\cdot\nabla g)(t,Y_t)\,dt - \int_{1/4}^1\varepsilon\Delta g(t,Y_t)\,dt]"#,
        because: "the noise points into the past, so the second-order term changes its sign",
        bias: try itoBias.get())
      Rival(
        #"\mathbb{E}[\int_{1/4}^1(\partial_tg + \hat b\cdot\nabla g)(t,Y_t)\,dt + \int_{1/4}^1\varepsilon\Delta g(t,Y_t)\,dt]"#,
        "forward Ito formula")
      Rival(#"\mathbb{E}[\int_{1/4}^1(\partial_tg + \hat b\cdot\nabla g)(t,Y_t)\,dt]"#, "chain rule")
    }
  }

  private static let medium = ManufacturedKilling()
  private static let martingaleSteps = 8

  /// What the martingale, and wrong versions of it, are along backward paths from `x`.
  private struct MartingaleValues {
    /// `M` at three quarters, one half and zero.
    let threeQuarters, half, zero: Variate
    /// The same three times a function `f` of the position at three quarters.
    let testedThreeQuarters, testedHalf, testedZero: Variate
    /// `u e^(+int)` at one half over `[1/2, 1]`, and at zero over `[0, 1]` times `f`.
    let growingHalf, testedGrowingZero: Variate
    /// `u` at one half with the factor over `[0, 1/2]`, and that times `f`.
    let earlyHalf, testedEarlyHalf: Variate
    /// `u` at zero without a factor.
    let bareZero: Variate
    /// `f` alone.
    let test: Variate

    init(from x: Variate, _ noise: [Variate]) throws {
      let v = try PathMean.mirrored(noise) { noise in
        try PathMean.extrapolated(noise) { try Self.path(from: x, $0) }
      }
      (threeQuarters, half, zero) = (v[0], v[1], v[2])
      (testedThreeQuarters, testedHalf, testedZero) = (v[3], v[4], v[5])
      (growingHalf, testedGrowingZero, earlyHalf, testedEarlyHalf) = (v[6], v[7], v[8], v[9])
      (bareZero, test) = (v[10], v[11])
    }

    /// The values along one path, in the order of the properties.
    private static func path(from x: Variate, _ noise: [Variate]) throws -> Vector<Variate> {
      let quarter = noise.count / 4
      func path(_ start: Variate, _ from: Double, _ to: Double, _ part: Range<Int>) throws -> WeightedPath {
        try WeightedPath(
          from: start, over: (from, to), noise: Array(noise[part]), diffusion: medium.diffusion,
          drift: { medium.drift($0, $1) }, potentials: { [medium.potential($0, $1)] })
      }
      let first = try path(x, 1, 0.75, 0..<quarter)
      let second = try path(first.end, 0.75, 0.5, quarter..<2 * quarter)
      let third = try path(second.end, 0.5, 0, 2 * quarter..<noise.count)
      let half = first.integrals[0] + second.integrals[0]
      let all = half + third.integrals[0]
      func value(_ t: Double, _ y: Variate, _ exponent: Variate) -> Variate {
        Variate.exp(medium.logarithm(Variate(t), y) - exponent)
      }
      let test = 1 + Variate(0.75) * Variate.sin(first.end)
      let plain = [
        value(0.75, first.end, first.integrals[0]), value(0.5, second.end, half), value(0, third.end, all),
      ]
      let early = value(0.5, second.end, third.integrals[0])
      return Vector(
        plain + plain.map { test * $0 } + [
          value(0.5, second.end, -half), test * value(0, third.end, -all), early, test * early,
          value(0, third.end, 0), test,
        ])
    }
  }

  /// The biases of `M` at three quarters, one half and zero, and of the differences of the tested values.
  private static let martingaleBias = Result {
    try PathMean.bias(steps: martingaleSteps) { draw, noise in
      let path = try MartingaleValues(from: 2 * Variate.pi * draw.uniform(), noise)
      return Vector([
        path.threeQuarters, path.half, path.zero, path.testedHalf - path.testedThreeQuarters,
        path.testedZero - path.testedHalf,
      ])
    }
  }

  private static var expectationAtIntermediateTimes: Statistical<ManufacturedKilling> {
    Statistical("the expectation at intermediate times, simulated", cases: [medium]) { medium, draw in
      let x = 2 * Variate.pi * draw.uniform()
      let path = try MartingaleValues(from: x, draw.normal(martingaleSteps).components)
      let bias = try martingaleBias.get()
      let paths = "backward paths from uniform points, extrapolated in the step"
      Let("M_1", by: "the solution that the rate was made for") { Variate.exp(medium.logarithm(1, x)) }
      Let("M_{3/4}", by: paths) { path.threeQuarters }
      Let("M_{1/2}", by: paths) { path.half }
      Let("M_0", by: paths) { path.zero }
      Let(#"\hat\rho(\tfrac12,Y_{1/2})e^{+\int_{1/2}^1(\nabla\cdot\hat b + r)(t,Y_t)\,dt}"#, by: paths) {
        path.growingHalf
      }
      Let(#"\hat\rho(\tfrac12,Y_{1/2})e^{-\int_0^{1/2}(\nabla\cdot\hat b + r)(t,Y_t)\,dt}"#, by: paths) {
        path.earlyHalf
      }
      Let(#"\rho_0(Y_0)"#, by: paths) { path.bareZero }
      Step(#"\mathbb{E}[M_1]"#, remark: #"$M_1 = \hat\rho(1,Y_1)$, and $Y_1$ is uniform"#)
      Step(#"\mathbb{E}[M_{3/4}]"#, because: "the drift vanishes", bias: bias[0])
      Step(#"\mathbb{E}[M_{1/2}]"#, because: "the drift vanishes", bias: bias[1])
      Rival(
        #"\mathbb{E}[\hat\rho(\tfrac12,Y_{1/2})e^{+\int_{1/2}^1(\nabla\cdot\hat b + r)(t,Y_t)\,dt}]"#,
        "sign of the integrating factor")
      Rival(
        #"\mathbb{E}[\hat\rho(\tfrac12,Y_{1/2})e^{-\int_0^{1/2}(\nabla\cdot\hat b + r)(t,Y_t)\,dt}]"#,
        "factor over the wrong part of the time")
      Step(
        #"\mathbb{E}[M_0]"#, because: "the representation",
        remark: #"$M_0 = e^{-\int_0^1(\nabla\cdot\hat b + r)}\rho_0(Y_0)$"#, bias: bias[2])
      Rival(#"\mathbb{E}[\rho_0(Y_0)]"#, "no integrating factor")
    }
  }

  private static var martingaleIncrements: Statistical<ManufacturedKilling> {
    Statistical("increments are orthogonal to what came before", cases: [medium]) { medium, draw in
      let x = 2 * Variate.pi * draw.uniform()
      let path = try MartingaleValues(from: x, draw.normal(martingaleSteps).components)
      let bias = try martingaleBias.get()
      let paths = "backward paths from uniform points, extrapolated in the step"
      Let("M_1", by: "the solution that the rate was made for") { Variate.exp(medium.logarithm(1, x)) }
      Let(#"M_{3/4}\varphi(Y_{3/4})"#, by: paths) { path.testedThreeQuarters }
      Let(#"M_{1/2}\varphi(Y_{3/4})"#, by: paths) { path.testedHalf }
      Let(#"M_0\varphi(Y_{3/4})"#, by: paths) { path.testedZero }
      Let(#"\varphi(Y_{3/4})"#, by: paths) { path.test }
      Let(
        #"\hat\rho(\tfrac12,Y_{1/2})e^{-\int_0^{1/2}(\nabla\cdot\hat b + r)(t,Y_t)\,dt}\varphi(Y_{3/4})"#,
        by: paths
      ) {
        path.testedEarlyHalf
      }
      Let(#"e^{+\int_0^1(\nabla\cdot\hat b + r)(t,Y_t)\,dt}\rho_0(Y_0)\varphi(Y_{3/4})"#, by: paths) {
        path.testedGrowingZero
      }
      Step(#"\mathbb{E}[M_{3/4}\varphi(Y_{3/4})]"#)
      Step(
        #"\mathbb{E}[M_{1/2}\varphi(Y_{3/4})]"#,
        because: #"$\mathbb{E}[M_{1/2} - M_{3/4} \mid Y_{3/4}] = 0$"#, bias: bias[3])
      Rival(
        #"\mathbb{E}[\hat\rho(\tfrac12,Y_{1/2})e^{-\int_0^{1/2}(\nabla\cdot\hat b + r)(t,Y_t)\,dt}\varphi(Y_{3/4})]"#,
        "factor over the wrong part of the time")
      Rival(
        #"\mathbb{E}[M_1\,\varphi(Y_{3/4})]"#, "increments taken to be orthogonal to what comes after")
      Step(
        #"\mathbb{E}[M_0\varphi(Y_{3/4})]"#,
        because: #"$\mathbb{E}[M_0 - M_{1/2} \mid Y_{1/2}, Y_{3/4}] = 0$"#, bias: bias[4])
      Rival(
        #"\mathbb{E}[e^{+\int_0^1(\nabla\cdot\hat b + r)(t,Y_t)\,dt}\rho_0(Y_0)\varphi(Y_{3/4})]"#,
        "sign of the integrating factor")
    }
  }
}
