import Arithmetic
import Formulas
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

  /// Names for a jointly normal interpolant at a time, around a point.
  @Lines<Symbol>
  private static func velocities(_ model: GaussianInterpolant<Symbol>, _ x: Vector<Symbol>) -> [Line<Symbol>]
  {
    let (law, displacement) = (model.present.map { Jet(constant: $0) }, model.rate { _, _ in 0 })
    Let("x", x)
    Let("b(t,x)", by: "conditioning the whole velocity, in closed form") { model.velocity(x) }
    Let("v(t,x)", by: "conditioning in closed form") { model.mean(of: displacement, given: x) }
    Let(#"\mathbb{E}[z\mid x_t=x]"#, by: "conditioning in closed form") { model.latentMean(given: x) }
    Let(#"\mathbb{E}[x_1 - x_0]"#, displacement * model.joint.mean)
    Let(#"\log\rho(x)"#, by: "exponent of the jointly normal law of x_t") { x in law.exponent(x) }
    Let("s(t,x)", #"\nabla\log\rho"#)
  }

  /// II.3a: the velocity from the mean displacement and the score.
  private static var velocityFromTheScore: Identity {
    get throws {
      try Identity(
        "II.3a", "Velocity from displacement and score",
        #"b(t,x) = v(t,x) - \gamma(t)\dot\gamma(t)\,s(t,x)"#,
        assuming: [
          #"$z$ is independent of $(x_0, x_1)$, which the sheet does not say"#, "$0 < t < 1$",
        ],
        remarks: [#"$v = \mathbb{E}[x_1 - x_0\mid x_t = x]$ and $s = \nabla\log\rho$."#]
      ) {
        Derivation {
          Step("b(t,x)")
          Step(
            #"v(t,x) - \gamma(t)\dot\gamma(t)\,s(t,x)"#,
            because: #"linearity, and the score identity $\mathbb{E}[z\mid x_t=x] = -\gamma s$"#)
          Restatement(#"v + \dot\gamma\,\mathbb{E}[z\mid x_t=x]"#, because: "linearity alone")
          Rival(#"v + \gamma\,\mathbb{E}[z\mid x_t=x]"#, "schedule not differentiated")
          Rival(#"v + \gamma\dot\gamma\,s"#, "sign")
          Rival(#"v - \dot\gamma\,s"#, "factor of the score identity lost")
          Rival(#"v - \gamma^2 s"#, "schedule in place of its slope")
          Rival(#"\mathbb{E}[x_1 - x_0] - \gamma\dot\gamma\,s"#, "condition dropped")
        }
        Exact("Gaussian endpoints, any coupling, any schedule") { symbols, d in
          let schedule = Dual(symbols.scalar("gamma"), derivative: symbols.scalar("gamma'"))
          let t = symbols.scalar("t")
          Let("t", t)
          Let(#"\gamma(t)"#, schedule.value)
          Let(#"\dot\gamma(t)"#, schedule.derivative)
          velocities(bridge(symbols, d, time: t, schedule: schedule), symbols.vector(d))
        }
        Exact("Gaussian endpoints, the schedule of the problem") { symbols, d in
          // With t = w^2 / (1 + w^2) and a = r^2 the schedule is rational: r w / (1 + w^2).
          let (r, w) = (symbols.scalar("r"), Dual(variable: symbols.scalar("w")))
          let (time, schedule) = (w.squared / (1 + w.squared), Dual(constant: r) * w / (1 + w.squared))
          let model = bridge(
            symbols, d, time: time.value,
            schedule: Dual(schedule.value, derivative: schedule.derivative / time.derivative))
          Let("t", time.value)
          Let("a", r.squared)
          velocities(model, symbols.vector(d))
          Let(#"\operatorname{Cov}(x_1 - x_0, x_t)"#, by: "covariance of linear images of the joint law") {
            model.rate { _, _ in 0 } * model.joint.covariance * model.map.map(\.value).transpose
          }
          Step("b(t,x)")
          Step(#"v - \tfrac a2(1-2t)\,s"#, because: #"$\gamma\dot\gamma = \frac a2(1-2t)$"#)
          Restatement(
            #"\mathbb{E}[x_1 - x_0] - \operatorname{Cov}(x_1 - x_0, x_t)\,s - \tfrac a2(1-2t)\,s"#,
            because: #"$v$ by conditioning; this form has no pole at an end"#)
          Rival(#"v + \tfrac a2(1-2t)\,s"#, "sign")
          Rival(#"v - a(1-2t)\,s"#, "one half lost")
          Rival(#"v - at(1-t)\,s"#, "schedule in place of its slope")
        }
        try Numerical(
          "distribution function, mixtures on the line",
          cases: [
            (Bridge.independentLine, 0.25), (Bridge.dependentLine, 0.25), (Bridge.dependentLine, 0.8125),
            (Bridge.pointMasses, 0.125),
          ].map { Instant(mixture: try $0(), time: $1, x: 0.25) }
        ) { instant in
          let mixture = instant.mixture
          Let("t", instant.time)
          Let("x", instant.x)
          Let("a", mixture.a)
          Let(#"\gamma(t)"#, #"\sqrt{at(1-t)}"#)
          lawOnTheLine(mixture)
          Let("v(t,x)", by: "conditioning within components, weighted by Bayes") { at in
            mixture.displacement(at: try at.number("t"), Vector([try at.number("x")]))[0]
          }
          Let("s(t,x)", #"\nabla\log\rho(t,x)"#)
          Let(#"\mathbb{E}[z\mid x_t=x]"#, by: "conditioning within components, weighted by Bayes") {
            mixture.latentMean(at: Interval(instant.time), Vector([Interval(instant.x)]))[0]
          }
          Let(#"\mathbb{E}[x_1 - x_0]"#, (mixture.meanAtTheEnd - mixture.meanAtTheStart)[0])
        }
        Statistical(
          "weak form, coupled discrete endpoints",
          cases: [CoupledEnds(a: 2, time: 0.1875), CoupledEnds(a: 0.75, time: 0.75)]
        ) { ends, draw in
          let (pair, other) = (ends.discrete(draw), ends.discrete(draw))
          Let("t", ends.time)
          Let("a", ends.a)
          Let("x_0", pair.0)
          Let("x_1", pair.1)
          Let("z", draw.normal(2))
          Let(#"\gamma(t)"#, #"\sqrt{at(1-t)}"#)
          Let("x_t", #"(1-t) x_0 + t x_1 + \gamma z"#)
          Let("x", pair.0)
          Let(#"\rho(t,x)"#, densityOf: "x_t")
          Let("b(t,x)", #"\mathbb{E}[\dot x_t\mid x_t=x]"#)
          Let("v(t,x)", #"\mathbb{E}[x_1 - x_0\mid x_t=x]"#)
          Let("s(t,x)", #"\nabla\log\rho"#)
          Let(#"\mathbb{E}[x_1 - x_0]"#, by: "an independent copy, which has no more than the mean") {
            other.1 - other.0
          }
        }
      }
    }
  }

  /// Names for the law of a mixture on the line, and for the velocity by the continuity equation alone, ends included.
  @Lines<Estimate>
  static func lawOnTheLine(_ mixture: BridgeMixture) -> [Line<Estimate>] {
    Let(#"\rho(t,x)"#, by: "density of the mixture") { at in
      mixture.law(at: try at.number("t")).density(Vector([try at.number("x")]))
    }
    Let("F(t,x)", #"\int_{-\infty}^x\rho(t,y)\,dy"#)
    Let("b(t,x)", #"-\tfrac{1}{\rho(t,x)}\partial_t F(t,x)"#)
  }

  /// II.3b: the schedule times its slope.
  private static var scheduleTimesItsSlope: Identity {
    Identity(
      "II.3b", "The schedule times its slope",
      #"\gamma\dot\gamma = \tfrac12\tfrac{d}{dt}\gamma^2 = \tfrac a2(1-2t)"#,
      assuming: [
        #"$\gamma = \sqrt{at(1-t)}$"#, "$0 < t < 1$; the product, unlike the slope, extends to both ends",
      ],
      remarks: [
        #"At the ends the product is $\frac a2$ and $-\frac a2$, although $\dot\gamma \to \pm\infty$ there."#
      ]
    ) {
      Derivation {
        Step(#"\gamma\dot\gamma"#)
        Step(#"\tfrac12\tfrac{d}{dt}\gamma^2"#, because: "product rule")
        Rival(#"\tfrac{d}{dt}\gamma^2"#, "product rule without one half")
        Step(#"\tfrac a2(1-2t)"#, because: #"$\gamma^2 = a(t - t^2)$"#)
        Restatement(
          #"\tfrac{\gamma^2}{2}\bigl(\tfrac1t - \tfrac1{1-t}\bigr)"#, because: "by the logarithmic derivative"
        )
        Rival(#"a(1-2t)"#, "one half lost")
        Rival(#"\tfrac a2(1-t)"#, "derivative of the square of t")
        Rival(#"\tfrac{\sqrt a}{2}(1-2t)"#, "root of the strength kept")
        Rival(#"\tfrac{a(1-2t)}{2\gamma}"#, "the slope alone")
      }
      Exact("rational parametrisation", dimensions: [1]) { symbols, _ in
        // With t = w^2 / (1 + w^2) and a = r^2 the schedule is r w / (1 + w^2).
        let (r, w) = (symbols.scalar("r"), Dual(variable: symbols.scalar("w")))
        let (time, schedule) = (w.squared / (1 + w.squared), Dual(constant: r) * w / (1 + w.squared))
        Let("t", time.value)
        Let("a", r.squared)
        Let(#"\sqrt a"#, r)
        Let(#"\gamma(t)"#, schedule.value)
        Let(#"\dot\gamma(t)"#, by: "the chain rule in w, where $t = w^2/(1+w^2)$") {
          schedule.derivative / time.derivative
        }
        Let(#"\gamma^2(t)"#, "at(1-t)")
      }
      Enclosure(
        "every time and strength", over: ["t": 0.125...0.375, "a": 0.5...1.5], precision: 0x1p-10
      ) { p in
        Let("t", p["t"])
        Let("a", p["a"])
        Let(#"\gamma(t)"#, #"\sqrt{at(1-t)}"#)
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
        Let("d", 2)
        Let("z", z)
        Let("a", ends.a)
        Let("t_0", from)
        Let("t_1", from + length)
        Let(#"\tau"#, Variate(from) + Variate(length) * (from == 0 ? uniform : 1 - uniform))
        Let(#"\gamma(t)"#, #"\sqrt{at(1-t)}"#)
        Step(#"\tfrac{1}{2d}\mathbb{E}[|\gamma(t_1)z|^2] - \tfrac{1}{2d}\mathbb{E}[|\gamma(t_0)z|^2]"#)
        Step(
          #"(t_1-t_0)\,\mathbb{E}[\tfrac a2(1-2\tau)]"#,
          because: #"the integral of $\gamma\dot\gamma$ from $t_0$ to $t_1$; it may begin at an end"#,
          remark: #"$\tau$ is uniform between $t_0$ and $t_1$"#)
        Rival(#"(t_1-t_0)\,\mathbb{E}[a(1-2\tau)]"#, "one half lost")
        Rival(#"(t_1-t_0)\,\mathbb{E}[\tfrac a2(1-\tau)]"#, "derivative of the square of t")
        Rival(#"(t_1-t_0)\,\mathbb{E}[\tfrac{\sqrt a}{2}(1-2\tau)]"#, "root of the strength kept")
        Rival(#"(t_1-t_0)\,\mathbb{E}[\tfrac{a(1-2\tau)}{2\gamma(\tau)}]"#, "the slope alone")
      }
    }
  }
}
