import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkII {
  /// Homework II, Problem 3: the velocity where the latent's schedule is that of a Brownian bridge.
  static var problem3: Problem {
    get throws {
      try Problem(
        "II.3", "Endpoint velocity with a singular latent schedule",
        setting: #"""
          Let $x_t = (1-t)x_0 + t x_1 + \gamma(t) z$ with $\gamma(t) = \sqrt{a t(1-t)}$, $a > 0$,
          $z \sim N(0, 1_d)$ independent of $(x_0, x_1) \sim \nu$, and $b(t,x) = \mathbb{E}[\dot x_t \mid x_t = x]$,
          $v(t,x) = \mathbb{E}[x_1 - x_0 \mid x_t = x]$, $s = \nabla\log\rho(t,\cdot)$. The slope $\dot\gamma$ is
          infinite at both ends; $\gamma^2$ and $\gamma\dot\gamma$ are polynomials, and only they enter $b$.
          """#,
        figures: [endpointFigure]
      ) {
        try velocityFromTheScore  // II.3a
        scheduleTimesItsSlope  // II.3b
        try endpointVelocities  // II.3c
        try endpointVelocitiesOfIndependentEnds  // II.3d
      }
    }
  }

  /// The interpolant of Problem 3 with a free value and a free slope of the schedule, at a free time.
  private static func bridge(_ symbols: Symbols, _ d: Int, time: Symbol, schedule: Dual<Symbol>)
    -> GaussianInterpolant<Symbol>
  {
    let endpoints = Gaussian(mean: symbols.vector(2 * d), covariance: symbols.symmetric(2 * d))
    return GaussianInterpolant(
      joint: .independent([endpoints, .standard(d)]), alpha: Dual(1 - time, derivative: -1),
      beta: Dual(time, derivative: 1), A: Matrix(rows: d, columns: d) { $0 == $1 ? schedule : 0 })
  }

  /// II.3a: the velocity from the mean displacement and the score.
  private static var velocityFromTheScore: Identity {
    get throws {
      try Identity(
        "II.3a", "Velocity from displacement and score",
        #"b(t,x) = v(t,x) - \gamma(t)\dot\gamma(t)\,s(t,x), \quad v = \mathbb{E}[x_1 - x_0\mid x_t = x]"#,
        assuming: [
          #"$z$ is independent of $(x_0, x_1)$, which the sheet does not say"#, "$0 < t < 1$",
        ]
      ) {
        Exact("Gaussian endpoints, any coupling, any schedule") { symbols, d in
          let (gamma, slope) = (symbols.scalar(), symbols.scalar())
          let model = bridge(
            symbols, d, time: symbols.scalar(), schedule: Dual(gamma, derivative: slope))
          let x = symbols.vector(d)
          let v = model.mean(of: model.rate { _, _ in 0 }, given: x)
          let s = gradient(at: x, of: model.constant.present.exponent)
          Step(#"b = \mathbb{E}[x_1 - x_0 + \dot\gamma z\mid x_t=x]"#) { model.velocity(x) }
          Step(#"v + \dot\gamma\,\mathbb{E}[z\mid x_t=x]"#, because: "linearity") {
            v + slope * model.latentMean(given: x)
          }
          Rival(#"v + \gamma\,\mathbb{E}[z\mid x_t=x]"#, "schedule not differentiated") {
            v + gamma * model.latentMean(given: x)
          }
          Step(
            #"v - \gamma\dot\gamma\,s"#, because: #"the score identity, $\mathbb{E}[z\mid x] = -\gamma s$"#
          ) {
            v - gamma * slope * s
          }
          Rival(#"v + \gamma\dot\gamma\,s"#, "sign") { v + gamma * slope * s }
          Rival(#"v - \dot\gamma\,s"#, "factor of the score identity lost") { v - slope * s }
          Rival(#"v - \gamma^2 s"#, "schedule in place of its slope") { v - gamma * gamma * s }
          Rival(#"\mathbb{E}[x_1 - x_0] - \gamma\dot\gamma\,s"#, "condition dropped") {
            model.rate { _, _ in 0 } * model.joint.mean - gamma * slope * s
          }
        }
        Exact("Gaussian endpoints, the schedule of the problem") { symbols, d in
          // With t = w^2 / (1 + w^2) and a = r^2 the schedule is rational: r w / (1 + w^2).
          let (r, w) = (symbols.scalar(), symbols.scalar())
          let time = { (w: Dual<Symbol>) in w.squared / (1 + w.squared) }
          let schedule = Dual(constant: r) * Dual(variable: w) / (1 + Dual(variable: w).squared)
          let (t, speed) = (time(Dual(variable: w)).value, time(Dual(variable: w)).derivative)
          let model = bridge(
            symbols, d, time: t, schedule: Dual(schedule.value, derivative: schedule.derivative / speed))
          let x = symbols.vector(d)
          let polynomial = BridgeInterpolant(
            endpoints: model.joint.image(
              under: Matrix(rows: 2 * d, columns: 3 * d) { $0 == $1 ? 1 : 0 }), a: r.squared)
          let (v, s) = (polynomial.displacement(at: t, x), polynomial.score(at: t, x))
          // The derivative of t (1 - t).
          let (half, tilt) = (r.squared / 2, 1 - 2 * t)
          Step(#"b = \mathbb{E}[x_1 - x_0 + \dot\gamma z\mid x_t=x]"#) { model.velocity(x) }
          Step(
            #"v - \tfrac a2(1-2t)\,s"#,
            because: #"$\gamma\dot\gamma = \frac a2(1-2t)$, and $\gamma^2 = at(1-t)$ in $s$"#
          ) { v - half * tilt * s }
          Restatement(
            #"\mathbb{E}[x_1 - x_0] - (\operatorname{Cov}(x_1 - x_0, x_t) + \tfrac a2(1-2t))\,s"#,
            because: #"$v$ by conditioning; this form has no pole at an end"#
          ) { polynomial.velocity(at: t, x) }
          Rival(#"v + \tfrac a2(1-2t)\,s"#, "sign") { v + half * tilt * s }
          Rival(#"v - a(1-2t)\,s"#, "one half lost") { v - 2 * half * tilt * s }
          Rival(#"v - at(1-t)\,s"#, "schedule in place of its slope") {
            v - polynomial.squaredSchedule(at: t) * s
          }
        }
        try Numerical(
          "distribution function, mixtures on the line",
          cases: [
            (Bridge.independentLine, 0.25), (Bridge.dependentLine, 0.25), (Bridge.dependentLine, 0.8125),
            (Bridge.pointMasses, 0.125),
          ].map { Instant(mixture: try $0(), time: $1, x: [0.25]) }
        ) { instant in
          let (mixture, t, x) = (instant.mixture, instant.interval, instant.point)
          let v = mixture.displacement(at: t, x)
          let s = gradient(at: x) { mixture.law(at: Dual(constant: t)).logDensity($0) }
          let slope = Interval(mixture.a) * (1 - 2 * t) / 2
          let squaredSchedule = Interval(mixture.a) * t * (1 - t)
          Step(#"-\partial_t F(t,x) / \rho(t,x), \quad F(t,x) = \int_{-\infty}^x\rho(t,y)\,dy"#) {
            mixture.flux(at: instant.time, instant.x[0])
          }
          Step(#"v - \gamma\dot\gamma\,s"#, because: "the continuity equation integrated from the left") {
            v - slope * s
          }
          Rival(#"v + \gamma\dot\gamma\,s"#, "sign") { v + slope * s }
          Rival(#"v - \dot\gamma\,s"#, "factor of the score identity lost") {
            v - slope / Interval.sqrt(squaredSchedule) * s
          }
          Rival(#"v - \gamma^2 s"#, "schedule in place of its slope") {
            v - squaredSchedule * s
          }
          Rival(#"\mathbb{E}[x_1 - x_0] - \gamma\dot\gamma\,s"#, "condition dropped") {
            mixture.meanAtTheEnd - mixture.meanAtTheStart - slope * s
          }
        }
        Statistical(
          "weak form, coupled discrete endpoints",
          cases: [CoupledEnds(a: 2, time: 0.1875), CoupledEnds(a: 0.75, time: 0.75)]
        ) { ends, draw in
          let ((x0, x1), (_, other)) = (ends.discrete(draw), ends.discrete(draw))
          let (gamma, slope) = (Variate(ends.schedule.value), Variate(ends.schedule.derivative))
          let (t, z) = (Variate(ends.time), draw.normal(2))
          let x = (1 - t) * x0 + t * x1 + gamma * z
          let (value, gradient) = Wave([0.5, -0.375], phase: 0).valueAndGradient(x)
          Step(#"\mathbb{E}[\varphi(x_t)(x_1 - x_0 + \dot\gamma z)]"#) { value * (x1 - x0 + slope * z) }
          Step(
            #"\mathbb{E}[\varphi(x_t)(x_1 - x_0)] + \gamma\dot\gamma\,\mathbb{E}[\nabla\varphi(x_t)]"#,
            because: #"$-\int\varphi\,s\rho = \int\rho\nabla\varphi$ by parts"#
          ) { value * (x1 - x0) + gamma * slope * gradient }
          Rival(
            #"\mathbb{E}[\varphi(x_1 - x_0)] - \gamma\dot\gamma\,\mathbb{E}[\nabla\varphi]"#, "sign"
          ) { value * (x1 - x0) - gamma * slope * gradient }
          Rival(
            #"\mathbb{E}[\varphi(x_1 - x_0)] + \dot\gamma\,\mathbb{E}[\nabla\varphi]"#,
            "factor of the score identity lost"
          ) { value * (x1 - x0) + slope * gradient }
          Rival(
            #"\mathbb{E}[\varphi(x_1 - x_0)] + \gamma^2\,\mathbb{E}[\nabla\varphi]"#,
            "schedule in place of its slope"
          ) { value * (x1 - x0) + gamma * gamma * gradient }
          Rival(
            #"\mathbb{E}[\varphi]\,\mathbb{E}[x_1 - x_0] + \gamma\dot\gamma\,\mathbb{E}[\nabla\varphi]"#,
            "condition dropped"
          ) { value * (other - x0) + gamma * slope * gradient }
        }
      }
    }
  }

  /// II.3b: the schedule times its slope.
  private static var scheduleTimesItsSlope: Identity {
    Identity(
      "II.3b", "The schedule times its slope",
      #"\gamma\dot\gamma = \tfrac12\tfrac{d}{dt}\gamma^2 = \tfrac a2(1-2t), \quad \gamma = \sqrt{at(1-t)}"#,
      assuming: ["$0 < t < 1$; the product, unlike the slope, extends to both ends"],
      remarks: [
        #"At the ends the product is $\frac a2$ and $-\frac a2$, although $\dot\gamma \to \pm\infty$ there."#
      ]
    ) {
      Exact("rational parametrisation", dimensions: [1]) { symbols, _ in
        let (r, w) = (symbols.scalar(), symbols.scalar())
        let v = Dual(variable: w)
        let (schedule, time) = (Dual(constant: r) * v / (1 + v.squared), v.squared / (1 + v.squared))
        let (gamma, t) = (schedule.value, time.value)
        let slope = schedule.derivative / time.derivative
        // The derivative of t (1 - t).
        let tilt = 1 - 2 * t
        Step(#"\gamma\dot\gamma, \quad t = \tfrac{w^2}{1+w^2}, \; a = r^2, \; \gamma = \tfrac{rw}{1+w^2}"#) {
          gamma * slope
        }
        Step(#"\tfrac12\tfrac{d}{dt}\gamma^2"#, because: "product rule") {
          derivative(at: t) { Dual(constant: r.squared) * $0 * (1 - $0) } / 2
        }
        Rival(#"\tfrac{d}{dt}\gamma^2"#, "product rule without one half") {
          derivative(at: t) { Dual(constant: r.squared) * $0 * (1 - $0) }
        }
        Step(#"\tfrac a2(1-2t)"#, because: #"$\gamma^2 = a(t - t^2)$"#) { r.squared / 2 * tilt }
        Restatement(
          #"\tfrac{\gamma^2}2\bigl(\tfrac1t - \tfrac1{1-t}\bigr)"#, because: "by the logarithmic derivative"
        ) {
          let logarithmic = 1 / t - 1 / (1 - t)
          return gamma.squared / 2 * logarithmic
        }
        Rival(#"a(1-2t)"#, "one half lost") { r.squared * tilt }
        Rival(#"\tfrac a2(1-t)"#, "derivative of the square of t") { r.squared / 2 * (1 - t) }
        Rival(#"\tfrac{\sqrt a}2(1-2t)"#, "root of the strength kept") { r / 2 * tilt }
        Rival(#"\tfrac{a(1-2t)}{2\gamma}"#, "the slope alone") { r.squared * tilt / (2 * gamma) }
      }
      Enclosure(
        "every time and strength", over: ["t": 0.125...0.375, "a": 0.5...1.5], precision: 0x1p-10
      ) { p in
        let (t, a) = (p["t"], p["a"])
        let tilt = 1 - 2 * t
        Step(#"\gamma\dot\gamma"#) {
          let time = Dual(variable: t)
          let schedule = Dual.sqrt(Dual(constant: a) * time * (1 - time))
          return schedule.value * schedule.derivative
        }
        Step(#"\tfrac a2(1-2t)"#, because: "chain rule for the root") { a / 2 * tilt }
        Rival(#"a(1-2t)"#, "one half lost") { a * tilt }
        Rival(#"\tfrac a2(1-t)"#, "derivative of the square of t") { a / 2 * (1 - t) }
        Rival(#"\tfrac{\sqrt a}2(1-2t)"#, "root of the strength kept") { Dual.sqrt(a) / 2 * tilt }
        Rival(#"\tfrac{a(1-2t)}{2\gamma}"#, "the slope alone") {
          let schedule = Dual.sqrt(a * t * (1 - t))
          return a * tilt / (2 * schedule)
        }
      }
      Statistical(
        "growth of the latent term", cases: [CoupledEnds(a: 2, time: 0), CoupledEnds(a: 0.75, time: 0.5)]
      ) { ends, draw in
        // From the case's time, which may be an end, half of what is left.
        let (from, length) = (ends.time, (1 - ends.time) / 2)
        let z = draw.normal(2)
        // The square of a plane normal vector makes a uniform number; so turned that the rate is large at the random time
        // where the latent is long, most of the scatter is common to both sides.
        let uniform = Variate.exp(-z.squaredNorm / 2)
        let t = Variate(from) + Variate(length) * (from == 0 ? uniform : 1 - uniform)
        let (a, span) = (Variate(ends.a), Variate(length))
        let tilt = 1 - 2 * t
        let latent = { (time: Double) in Variate.sqrt(Variate(ends.a * time * (1 - time))) * z }
        Step(#"\tfrac1{2d}\mathbb{E}|\gamma(t_1)z|^2 - \tfrac1{2d}\mathbb{E}|\gamma(t_0)z|^2, \quad d = 2"#) {
          (latent(from + length).squaredNorm - latent(from).squaredNorm) / 4
        }
        Step(
          #"\int_{t_0}^{t_1}\tfrac a2(1-2t)\,dt"#,
          because: #"the integral of $\gamma\dot\gamma$, by uniform times; it may begin at an end"#
        ) { span * a / 2 * tilt }
        Rival(#"\int a(1-2t)\,dt"#, "one half lost") { span * a * tilt }
        Rival(#"\int\tfrac a2(1-t)\,dt"#, "derivative of the square of t") { span * a / 2 * (1 - t) }
        Rival(#"\int\tfrac{\sqrt a}2(1-2t)\,dt"#, "root of the strength kept") {
          span * Variate.sqrt(a) / 2 * tilt
        }
        Rival(#"\int\tfrac{a(1-2t)}{2\gamma}\,dt"#, "the slope alone") {
          let schedule = Variate.sqrt(a * t * (1 - t))
          return span * a * tilt / (2 * schedule)
        }
      }
    }
  }
}
