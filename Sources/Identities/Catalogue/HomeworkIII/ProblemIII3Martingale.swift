extension Catalogue {
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
      backwardItoFormula
      expectationAtIntermediateTimes
      martingaleIncrements
    }
  }

  private static var driftOfTheMartingale: Exact {
    Exact("the drift vanishes, quadratic rate") { symbols, d in
      let equation = QuadraticKilling(
        drift: (symbols.matrix(d), symbols.vector(d)), diffusion: symbols.scalar(),
        rate: (symbols.symmetric(d), symbols.vector(d), symbols.scalar()))
      let u = GaussianExponent(
        precision: symbols.symmetric(d), linear: symbols.vector(d), constant: symbols.scalar())
      let x = symbols.vector(d)
      let (score, b) = (u.gradient(x), equation.velocity(x))
      let laplacian = score.squaredNorm + divergence(at: x) { u.still.gradient($0) }
      let potential = divergence(at: x) { equation.still.velocity($0) } + equation.killing(x)
      let transport = equation.moving(u)(x.constant).derivative + b.dot(score)
      Step(#"(\partial_t\hat\rho + \hat b\cdot\nabla\hat\rho - \varepsilon\Delta\hat\rho) / \hat\rho"#) {
        transport - equation.diffusion * laplacian
      }
      Rival(
        #"(\partial_t\hat\rho + \hat b\cdot\nabla\hat\rho + \varepsilon\Delta\hat\rho) / \hat\rho"#,
        "forward Ito formula"
      ) { transport + equation.diffusion * laplacian }
      Step(
        #"-(\nabla\cdot\hat b + r)"#,
        because:
          #"the equation; with the factor $e^{-\int_t^1(\nabla\cdot\hat b + r)}$ the drift of $M_t$ is zero"#
      ) { -potential }
      Rival(#"+(\nabla\cdot\hat b + r)"#, "sign of the integrating factor") { potential }
      Rival(#"-r"#, "divergence of the drift forgotten") { -equation.killing(x) }
    }
  }

  private static let itoMedium = WavyKilling(a: 0.75, k: 0.5, diffusion: 0.25)
  private static let itoSteps = 8

  /// A function of time and place, to which the backward Ito formula is applied.
  private static func probe<S: Elementary>(_ t: S, _ x: S) -> S {
    2 * t + (1 + t) * S.sin(x + S(0.5))
  }

  /// The change of the probe along a backward path from `x` to a quarter, and the integral of
  /// `g_t + b g_x + sign e g_xx` over it.
  private static func ito(_ x: Double, _ noise: [Variate], sign: Double) -> (change: Variate, drift: Variate)
  {
    let path = WeightedPath(
      from: Variate(x), over: (1, 0.25), noise: noise, diffusion: itoMedium.diffusion,
      drift: { itoMedium.drift($0, $1) },
      potential: { t, y in
        let twice = probe(
          Dual(constant: Dual(constant: t)), Dual(Dual(variable: y), derivative: Dual(constant: 1)))
        let inTime = derivative(at: t) { probe($0, Dual(constant: y)) }
        return inTime + itoMedium.drift(t, y) * twice.derivative.value
          + Variate(sign * itoMedium.diffusion) * twice.derivative.derivative
      })
    return (Variate(probe(1, x)) - probe(Variate(0.25), path.end), path.exponent)
  }

  private static let itoBias = [1.0, 2].map { x in
    WeightedPath.bias(steps: itoSteps) { _, noise in
      let path = ito(x, noise, sign: -1)
      return path.change - path.drift
    }
  }.reduce(0, max)

  private static var backwardItoFormula: Statistical<Endpoint> {
    Statistical(
      "the backward Ito formula for any function, no closed form",
      cases: [Endpoint(x: 1), Endpoint(x: 2)]
    ) { end, draw in
      let noise = (0..<itoSteps).map { _ in draw.normal() }
      let path = ito(end.x, noise, sign: -1)
      Step(#"\mathbb{E}[g(1,x) - g(\tfrac14,Y_{1/4})]"#) { path.change }
      Step(
        #"\mathbb{E}\int_{1/4}^1(\partial_tg + \hat b\cdot\nabla g - \varepsilon\Delta g)(t,Y_t)\,dt"#,
        because: "the noise points into the past, so the second-order term changes its sign", bias: itoBias
      ) { path.drift }
      Rival(
        #"\mathbb{E}\int_{1/4}^1(\partial_tg + \hat b\cdot\nabla g + \varepsilon\Delta g)(t,Y_t)\,dt"#,
        "forward Ito formula"
      ) { ito(end.x, noise, sign: 1).drift }
      Rival(#"\mathbb{E}\int_{1/4}^1(\partial_tg + \hat b\cdot\nabla g)(t,Y_t)\,dt"#, "chain rule") {
        ito(end.x, noise, sign: 0).drift
      }
    }
  }

  private static let martingaleSteps = 4

  /// The values of `M` at three quarters, one half and zero along one path; `sign` is that of the exponent in the
  /// integrating factor, and 0 leaves the factor out.
  private static func martingale(_ x: Double, _ noise: [Variate], sign: Double = 1) -> MartingalePath {
    let medium = ManufacturedKilling()
    let n = noise.count / 4
    func path(_ start: Variate, _ from: Double, _ to: Double, _ part: Range<Int>) -> WeightedPath {
      WeightedPath(
        from: start, over: (from, to), noise: Array(noise[part]), diffusion: medium.diffusion,
        drift: { medium.drift($0, $1) }, potential: { medium.potential($0, $1) })
    }
    let first = path(Variate(x), 1, 0.75, 0..<n)
    let second = path(first.end, 0.75, 0.5, n..<2 * n)
    let third = path(second.end, 0.5, 0, 2 * n..<4 * n)
    let half = first.exponent + second.exponent
    let all = half + third.exponent
    let value = { (t: Double, y: Variate, exponent: Variate) in
      Variate.exp(medium.logarithm(Variate(t), y) - Variate(sign) * exponent)
    }
    return MartingalePath(
      middle: first.end, threeQuarters: value(0.75, first.end, first.exponent),
      half: value(0.5, second.end, half), zero: value(0, third.end, all),
      halfFromZero: value(0.5, second.end, third.exponent))
  }

  private struct MartingalePath {
    /// The position at three quarters.
    let middle: Variate
    let threeQuarters: Variate
    let half: Variate
    let zero: Variate
    /// `u(1/2, Y)` with the factor over `[0, 1/2]`.
    let halfFromZero: Variate

    /// A function of the position at three quarters, which the path comes through before the times below.
    var test: Variate { 1 + Variate(0.75) * Variate.sin(middle - 1) }
  }

  private static let martingaleBias = [2.0].map { x in
    let bias = { (value: @escaping (MartingalePath) -> Variate) in
      WeightedPath.bias(steps: 4 * martingaleSteps) { _, noise in value(martingale(x, noise)) }
    }
    return max(
      max(bias { $0.threeQuarters }, bias { $0.half }, bias { $0.zero }),
      bias { $0.test * ($0.half - $0.threeQuarters) }, bias { $0.test * ($0.zero - $0.half) })
  }.reduce(0, max)

  private static var expectationAtIntermediateTimes: Statistical<Endpoint> {
    Statistical(
      "the expectation at intermediate times, simulated", cases: [Endpoint(x: 2)]
    ) { end, draw in
      let noise = (0..<4 * martingaleSteps).map { _ in draw.normal() }
      let path = martingale(end.x, noise)
      Step(#"\hat\rho(1,x)"#) {
        Variate(Double.exp(ManufacturedKilling().logarithm(1, end.x)))
      }
      Step(#"\mathbb{E}[M_{3/4}]"#, because: "the drift vanishes", bias: martingaleBias) {
        path.threeQuarters
      }
      Step(#"\mathbb{E}[M_{1/2}]"#, because: "the drift vanishes", bias: 2 * martingaleBias) {
        path.half
      }
      Rival(
        #"\mathbb{E}[\hat\rho(\tfrac12,Y_{1/2})e^{+\int_{1/2}^1(\nabla\cdot\hat b + r)}]"#,
        "sign of the integrating factor"
      ) { martingale(end.x, noise, sign: -1).half }
      Rival(
        #"\mathbb{E}[\hat\rho(\tfrac12,Y_{1/2})e^{-\int_0^{1/2}(\nabla\cdot\hat b + r)}]"#,
        "factor over the wrong part of the time"
      ) { path.halfFromZero }
      Step(
        #"\mathbb{E}[M_0] = \mathbb{E}[e^{-\int_0^1(\nabla\cdot\hat b + r)}\rho_0(Y_0)]"#,
        because: "the representation", bias: 2 * martingaleBias
      ) { path.zero }
      Rival(#"\mathbb{E}[\rho_0(Y_0)]"#, "no integrating factor") {
        martingale(end.x, noise, sign: 0).zero
      }
    }
  }

  private static var martingaleIncrements: Statistical<Endpoint> {
    Statistical(
      "increments are orthogonal to what came before", cases: [Endpoint(x: 2)]
    ) { end, draw in
      let noise = (0..<4 * martingaleSteps).map { _ in draw.normal() }
      let path = martingale(end.x, noise)
      Step(#"\mathbb{E}[M_{3/4}\,\varphi(Y_{3/4})]"#) { path.threeQuarters * path.test }
      Step(
        #"\mathbb{E}[M_{1/2}\,\varphi(Y_{3/4})]"#,
        because: #"$\mathbb{E}[M_{1/2} - M_{3/4} \mid Y_{3/4}] = 0$"#,
        bias: martingaleBias
      ) { path.half * path.test }
      Rival(
        #"\mathbb{E}[\hat\rho(\tfrac12,Y_{1/2})e^{-\int_0^{1/2}(\nabla\cdot\hat b + r)}\varphi(Y_{3/4})]"#,
        "factor over the wrong part of the time"
      ) { path.halfFromZero * path.test }
      Rival(#"\mathbb{E}[M_{1/2}]\,\mathbb{E}[\varphi(Y_{3/4})]"#, "increments taken to be independent") {
        Variate(Double.exp(ManufacturedKilling().logarithm(1, end.x))) * path.test
      }
      Step(
        #"\mathbb{E}[M_0\,\varphi(Y_{3/4})]"#,
        because: #"$\mathbb{E}[M_0 - M_{1/2} \mid Y_{1/2}, Y_{3/4}] = 0$"#,
        bias: martingaleBias
      ) { path.zero * path.test }
      Rival(
        #"\mathbb{E}[\rho_0(Y_0)e^{+\int_0^1(\nabla\cdot\hat b + r)}\varphi(Y_{3/4})]"#,
        "sign of the integrating factor"
      ) { martingale(end.x, noise, sign: -1).zero * path.test }
    }
  }

  /// The point that a backward process starts from.
  struct Endpoint: Sendable, CustomStringConvertible {
    let x: Double
    var description: String { "x = \(x.brief)" }
  }
}
