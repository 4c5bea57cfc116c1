import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkIII {
  /// Homework III, Problem 5: a velocity error that vanishes and a divergence that does not.
  static var problem5: Problem {
    Problem(
      "III.5", "Why ODE drift error alone cannot control KL",
      setting: #"""
        On the circle $\mathbb{T} = \mathbb{R}/2\pi\mathbb{Z}$ let $\rho_0 = 1/2\pi$, $b = 0$ and
        $\hat b_n(x) = \frac an \sin(nx)$; $\hat\rho_n(t)$ is the density under $\dot X_t = \hat b_n(X_t)$, and
        $\hat\rho_n = \hat\rho_n(1)$. The substitution $w = \tan(nx/2)$ turns the flow into $\dot w = a w$, and
        $q = e^a$ makes everything rational.
        """#,
      figures: [ratioFigure]
    ) {
      driftErrorVanishes  // III.5a
      divergenceDoesNotVanish  // III.5b
      noUniversalConstant  // III.5c
    }
  }

  private static let sineFlows = [SineFlow(a: 0.5, n: 1), SineFlow(a: 0.9, n: 3), SineFlow(a: 0.25, n: 8)]

  /// III.5a: the mean square of the velocity error.
  private static var driftErrorVanishes: Identity {
    Identity(
      "III.5a", "The drift error vanishes",
      #"\int_0^1\!\int_{\mathbb{T}} |\hat b_n - b|^2\rho_0\,dx\,dt = \frac{a^2}{2n^2} \to 0"#,
      remarks: ["The bound $a < 1$ is not needed."]
    ) {
      Exact("integrand", dimensions: [1]) { symbols, _ in
        let (a, n, w) = (symbols.scalar(), symbols.scalar(), symbols.scalar())
        let (sine, cosine) = (2 * w / (1 + w.squared), (1 - w.squared) / (1 + w.squared))
        // cos 2nx.
        let double = cosine.squared - sine.squared
        Step(#"|\hat b_n|^2, \quad \tan(nx/2) = w"#) { (a / n * sine).squared }
        Step(
          #"\frac{a^2}{2n^2}(1 - \cos 2nx)"#,
          because: #"$2\sin^2 = 1 - \cos 2nx$, and $\cos 2nx$ has mean zero over the circle"#
        ) { a.squared / (2 * n.squared) * (1 - double) }
        Rival(#"\frac{a^2}{n^2}(1 - \cos 2nx)"#, "mean of the square taken to be one") {
          a.squared / n.squared * (1 - double)
        }
        Rival(#"\frac{a^2}{2n}(1 - \cos 2nx)"#, "one power of n lost") {
          a.squared / (2 * n) * (1 - double)
        }
      }
      Numerical("integral over the circle", cases: sineFlows) { flow in
        let (a, n) = (Interval(flow.a), Interval(flow.n))
        Step(#"\frac1{2\pi}\int_{\mathbb{T}}|\hat b_n|^2dx"#) {
          let integral = Quadrature.period(0..<2 * .pi) { flow.velocity($0).squared / (2 * .pi) }
          return integral
        }
        Step(#"\frac{a^2}{2n^2}"#, because: "the mean of a squared sine is one half") { a * a / (2 * n * n) }
        Rival(#"\frac{a^2}{n^2}"#, "mean of the square taken to be one") { a * a / (n * n) }
        Rival(#"\frac{\pi a^2}{n^2}"#, "density forgotten") { Interval.pi * a * a / (n * n) }
        Rival(#"\frac{a^2}{2n}"#, "one power of n lost") { a * a / (2 * n) }
      }
      Statistical("uniform samples", cases: sineFlows) { flow, draw in
        let x = 2 * Variate.pi * draw.uniform()
        let (a, n) = (Variate(flow.a), Variate(flow.n))
        Step(#"\mathbb{E}|\hat b_n(X)|^2, \quad X \sim \rho_0"#) { flow.velocity(x).squared }
        Step(#"\frac{a^2}{2n^2}"#, because: "the mean of a squared sine is one half") { a * a / (2 * n * n) }
        Rival(#"\frac{a^2}{n^2}"#, "mean of the square taken to be one") { a * a / (n * n) }
        Rival(#"\frac{a^2}{2n}"#, "one power of n lost") { a * a / (2 * n) }
      }
    }
  }

  /// III.5b: the density at time one, and its divergence from the uniform one.
  private static var divergenceDoesNotVanish: Identity {
    Identity(
      "III.5b", "The divergence does not vanish",
      #"""
      \hat\rho_n(1,x) = \frac{1}{2\pi(\cosh a + \sinh a\cos nx)}, \quad
      \mathrm{KL}(\rho_0\Vert\hat\rho_n) = \mathrm{KL}(\hat\rho_n\Vert\rho_0) = 2\log\cosh\tfrac a2
      """#,
      assuming: [#"$a \ne 0$; the bound $a < 1$ is not needed"#],
      remarks: [
        """
        The two directions of the divergence are equal here, so swapping them is a restatement and not a rival: this
        example cannot tell them apart.
        """
      ]
    ) {
      Exact("density along the flow", dimensions: [1]) { symbols, _ in
        let (q, n, w) = (symbols.scalar(), symbols.scalar(), symbols.scalar())
        let (cosh, sinh) = ((q + 1 / q) / 2, (q - 1 / q) / 2)
        let cosine = (1 - w.squared) / (1 + w.squared)
        Step(
          #"2\pi\hat\rho_n = \frac{\partial X_0}{\partial x}, \quad \tan\tfrac{nX_0}2 = e^{-a}\tan\tfrac{nx}2"#
        ) {
          let start = Dual(w, derivative: n / 2 * (1 + w.squared)) / Dual(constant: q)
          return 2 / n * start.derivative / (1 + start.value.squared)
        }
        Step(#"\frac1{\cosh a + \sinh a\cos nx}"#, because: #"$\cos nx = (1-w^2)/(1+w^2)$, $e^a = q$"#) {
          1 / (cosh + sinh * cosine)
        }
        Rival(#"\frac1{\cosh a - \sinh a\cos nx}"#, "Jacobian of the forward map") {
          1 / (cosh - sinh * cosine)
        }
        Rival(#"\cosh a + \sinh a\cos nx"#, "Jacobian inverted") { cosh + sinh * cosine }
      }
      Exact("continuity equation", dimensions: [1]) { symbols, _ in
        let (a, q, n, w) = (symbols.scalar(), symbols.scalar(), symbols.scalar(), symbols.scalar())
        let density = { (q: Dual<Symbol>, w: Dual<Symbol>) in (1 + w.squared) / (q + w.squared / q) }
        let (still, moving) = (Dual(constant: q), Dual(w, derivative: n / 2 * (1 + w.squared)))
        let velocity = Dual(constant: a / n) * 2 * moving / (1 + moving.squared)
        Step(#"\partial_t\hat\rho_n, \quad q = e^{at}"#) {
          density(Dual(q, derivative: a * q), Dual(constant: w)).derivative
        }
        Step(#"-\partial_x(\hat b_n\hat\rho_n)"#, because: "mass is carried along") {
          -(velocity * density(still, moving)).derivative
        }
        Rival(#"-\hat b_n\,\partial_x\hat\rho_n"#, "divergence of the velocity forgotten") {
          -(velocity.value * density(still, moving).derivative)
        }
      }
      Enclosure("divergence for every strength", over: ["a": 0...1], precision: 0x1p-8) { p in
        let a = p["a"]
        Step(
          #"\mathrm{KL}(\rho_0\Vert\hat\rho_n) = \frac1{2\pi}\int_0^{2\pi}\log(\cosh a + \sinh a\cos y)\,dy"#
        ) {
          circleMean(a) { Dual.log($0) }
        }
        Step(#"2\log\cosh\tfrac a2"#, because: #"$y = nx$: every $n$ gives the same integral"#) {
          2 * Dual.log(Dual.cosh(a / 2))
        }
        Restatement(#"\mathrm{KL}(\hat\rho_n\Vert\rho_0)"#, because: "both directions agree on the circle") {
          circleMean(a) { -Dual.log($0) / $0 }
        }
        Rival(#"\log\cosh a"#, "doubling taken inside") { Dual.log(Dual.cosh(a)) }
        Rival(#"\log\cosh\tfrac a2"#, "factor two lost") { Dual.log(Dual.cosh(a / 2)) }
        Rival(#"\tfrac{a^2}4"#, "leading order only") { a * a / 4 }
      }
      Numerical("integrating the flow", cases: sineFlows) { flow in
        let start = 0.4
        let (end, coarse) = (flow.flow(start, steps: 512), flow.flow(start, steps: 256))
        let a = Interval(flow.a)
        Step(#"2\pi\hat\rho_n(1, X_1) = \exp\bigl(-\int_0^1 \hat b_n'(X_t)\,dt\bigr)"#) {
          let value = Double.exp(-end.expansion)
          return Estimate(value, error: value * ((end.expansion - coarse.expansion).magnitude + 0x1p-46))
        }
        Step(#"\frac1{\cosh a + \sinh a\cos nX_1}"#, because: "the closed form at the point reached") {
          let reach = (end.position - coarse.position).magnitude + 0x1p-48
          let x = Interval(end.position - reach...end.position + reach)
          return 1 / (Interval.cosh(a) + Interval.sinh(a) * Interval.cos(Interval(flow.n) * x))
        }
        Rival(#"\frac1{\cosh a - \sinh a\cos nX_1}"#, "Jacobian of the forward map") {
          1 / (Interval.cosh(a) - Interval.sinh(a) * Interval.cos(Interval(flow.n) * Interval(end.position)))
        }
      }
      Statistical("simulated flow, both directions", cases: [SineFlow(a: 0.9, n: 3), SineFlow(a: 0.5, n: 1)])
      {
        flow, draw in
        // Half a wave apart the expansions nearly cancel: both points are uniform, and so is their pair's mean.
        let x = 2 * Variate.pi * draw.uniform()
        let opposite = x + Variate(.pi / Double(flow.n))
        let mean = { (time: Double) in
          Variate(0.5)
            * (flow.flow(x, steps: 8, time: time).expansion
              + flow.flow(opposite, steps: 8, time: time).expansion)
        }
        let bias = (0..<64).reduce(0.0) { worst, k in
          let start = 2 * Double.pi * Double(k) / 64
          return max(
            worst, (flow.flow(start, steps: 8).expansion - flow.flow(start, steps: 16).expansion).magnitude)
        }
        let exact = Variate(2 * Double.log(Double.cosh(flow.a / 2)))
        Step(
          #"\mathrm{KL}(\hat\rho_n\Vert\rho_0) = -\mathbb{E}\int_0^1\hat b_n'(X_t)\,dt, \quad X_0\sim\rho_0"#,
          bias: 2 * bias
        ) {
          -mean(1)
        }
        Step(#"2\log\cosh\tfrac a2"#, because: "the closed form") { exact }
        Rival(#"\log\cosh a"#, "doubling taken inside") { Variate(Double.log(Double.cosh(flow.a))) }
        Rival(#"\log\cosh\tfrac a2"#, "factor two lost") { Variate(0.5) * exact }
        Rival(#"\tfrac{a^2}4"#, "leading order only") { Variate(flow.a * flow.a / 4) }
        Step(
          #"\mathrm{KL}(\rho_0\Vert\hat\rho_n) = \mathbb{E}\int_0^1\hat b_n'(X_t)\,dt, \quad X_1\sim\rho_0"#,
          because: #"the other direction: the flow run backwards from $X_1$, whose integral changes sign"#,
          bias: 2 * bias
        ) { -mean(-1) }
      }
    }
  }

  /// The mean over the circle of a function of `cosh a + sinh a cos y`, for `0 <= a <= 1`.
  ///
  /// A sum over 64 equally spaced points. For an integrand that is analytic and bounded by `M` in the strip
  /// `|Im y| <= 0.7` the sum is off by at most `2 M / (e^(0.7 * 64) - 1)` (Trefethen and Weideman 2014, Theorem
  /// 3.2). There `|cosh a + sinh a cos y| >= cosh 1 - sinh 1 cosh 0.7 > 1/16` and it is below 4, so both `log u` and
  /// `log u / u` stay below `M = 16 (log 16 + pi)`.
  private static func circleMean(
    _ a: Dual<Interval>, _ f: (Dual<Interval>) -> Dual<Interval>
  ) -> Dual<Interval> {
    let points = 64
    let bound = 2 * 16 * (Interval.log(16) + Interval.pi) / (Interval.exp(Interval(7 * points) / 10) - 1)
    let (cosh, sinh) = (Dual.cosh(a), Dual.sinh(a))
    // The cosine takes each value twice but those at 0 and pi.
    let sum = (0...points / 2).reduce(0 as Dual<Interval>) { sum, k in
      let cosine = Interval.cos(2 * Interval.pi * Interval(k) / Interval(points))
      let value = f(cosh + sinh * Dual(constant: cosine))
      return sum + (k % (points / 2) == 0 ? value : 2 * value)
    }
    return sum / Dual(points) + Dual(constant: Interval(-bound.upper...bound.upper))
  }

  /// III.5c: the ratio of divergence and drift error grows like the square of n.
  private static var noUniversalConstant: Identity {
    Identity(
      "III.5c", "No universal constant",
      #"""
      \mathrm{KL}(\rho_0\Vert\hat\rho_n) \ge \tfrac{12}{25}\, n^2 \int_0^1\!\int_{\mathbb{T}}|\hat b_n - b|^2\rho_0
      \quad\text{for all } n
      """#,
      assuming: [
        #"$0 < a \le 1$; for $a \to 0$ the ratio is $n^2/2$ by the expansion of $\log\cosh$"#,
        #"the constant may not depend on $n$; one that depends on a Lipschitz bound of $\nabla\cdot\hat b$ is not excluded"#,
      ],
      remarks: [
        #"""
        For $a \to 0$ the ratio tends to $n^2/2$. The same example does satisfy such a bound for the squared
        Wasserstein distance, and with noise the bound with $1/4\varepsilon$ returns: the checks show both.
        """#
      ]
    ) {
      Enclosure("ratio for strengths from 1/64 to 1", over: ["a": 0x1p-6...1]) { p in
        let a = p["a"]
        Step(#"\frac{2\log\cosh(a/2)}{a^2/2}"#) {
          let divergence = 2 * Dual.log(Dual.cosh(a / 2))
          return divergence / (a * a / 2)
        }
        Step(
          #"\tfrac{12}{25}"#, because: #"its least value, at $a = 1$, is $4\log\cosh\frac12 = 0.4805$"#,
          relation: .atLeast
        ) {
          12 / 25
        }
        Rival(#"\tfrac12"#, "its limit for weak flows taken for a bound") { 1 / 2 }
      }
      Numerical("ratio by quadrature", cases: sineFlows) { flow in
        let (a, n) = (Interval(flow.a), Interval(flow.n))
        let logarithm = Interval.log(Interval.cosh(a / 2))
        Step(#"\mathrm{KL}(\rho_0\Vert\hat\rho_n) \Big/ \iint|\hat b_n|^2\rho_0"#) {
          let (c, s) = (Double.cosh(flow.a), Double.sinh(flow.a))
          let divergence = Quadrature.period(0..<2 * .pi) {
            Double.log(c + s * Double.cos(Double(flow.n) * $0)) / (2 * .pi)
          }
          let error = Quadrature.period(0..<2 * .pi) { flow.velocity($0).squared / (2 * .pi) }
          let ratio = divergence.value / error.value
          return Estimate(ratio, error: 2 * (divergence.error + ratio * error.error) / error.value)
        }
        Step(#"\frac{4n^2\log\cosh(a/2)}{a^2}"#, because: "(a) and (b)") {
          4 * n * n * logarithm / (a * a)
        }
        Rival(#"\frac{4\log\cosh(a/2)}{a^2}"#, "only n = 1 looked at") {
          4 * logarithm / (a * a)
        }
        Rival(#"\frac{n^2}2"#, "leading order only") { n * n / 2 }
      }
      Statistical("displacement, which the error does control", cases: sineFlows) { flow, draw in
        let x = 2 * Variate.pi * draw.uniform()
        let middle = flow.flow(x, steps: 8, time: 0.5).position
        let moved = flow.flow(x, steps: 8).position - x
        Step(#"\mathbb{E}|X_1 - X_0|^2 \ge W_2^2(\rho_0,\hat\rho_n)"#) { moved.squared }
        Step(
          #"e^{2a}\,\mathbb{E}\int|\hat b_n(X_0)|^2\,dt"#,
          because: #"Gronwall's inequality with Lipschitz constant $a$"#,
          relation: .atMost
        ) { Variate(Double.exp(2 * flow.a)) * flow.velocity(x).squared }
        Rival(#"\tfrac12\mathbb{E}|\hat b_n(X_{1/2})|^2"#, "a factor two too small") {
          Variate(0.5) * flow.velocity(middle).squared
        }
      }
      Numerical(
        "with noise the error controls the divergence",
        cases: [NoisyFlow(flow: SineFlow(a: 0.5, n: 4), epsilon: 0.125)]
      ) { noisy in
        let bound =
          Interval(noisy.flow.a).squared / (8 * Interval(noisy.flow.n).squared * Interval(noisy.epsilon))
        let equation = try CircleEquation(diffusion: noisy.epsilon) { noisy.flow.velocity($0) }
        Step(#"\mathrm{KL}(\rho_0\Vert\hat\rho_n^\varepsilon)"#) {
          try equation.mean(points: 64, steps: 1024) { -Double.log($0) }
        }
        Step(
          #"\frac1{4\varepsilon}\int_0^1\!\int|\hat b_n|^2\rho_0"#,
          because: "Girsanov's bound, for a process with the same noise", relation: .atMost
        ) { bound }
        Rival(#"\frac1{8\varepsilon}\int_0^1\!\int|\hat b_n|^2\rho_0"#, "factor two in the bound") {
          bound / 2
        }
      }
    }
  }

  /// A sine flow with diffusion.
  struct NoisyFlow: Sendable, CustomStringConvertible {
    let flow: SineFlow
    let epsilon: Double
    var description: String { "\(flow), epsilon = \(epsilon.brief)" }
  }

  /// Divergence and drift error against n: one stays, the other falls.
  private static var ratioFigure: Figure {
    Figure(
      "drift-error-and-divergence",
      caption: #"""
        The drift error of $\hat b_n$ falls like $1/n^2$ while the divergence of the density it makes stays where it
        is ($a = 0.9$): no constant $C$ makes the first bound the second.
        """#,
      x: .init("n, number of waves", isLogarithmic: true),
      y: .init("nats; squared velocity", isLogarithmic: true)
    ) {
      let (a, waves) = (0.9, (0...7).map { Double(1 << $0) })
      let divergence = 2 * Double.log(Double.cosh(a / 2))
      return [
        .init("KL(ρ₀ ‖ ρ̂ₙ)", points: waves.map { ($0, divergence) }),
        .init("drift error a²/2n²", points: waves.map { ($0, a * a / (2 * $0 * $0)) }),
      ]
    }
  }
}
