import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkII {
  /// II.1b: the conditional expectation of the velocity satisfies the continuity equation.
  static var velocityTransportsTheDensity: Identity {
    get throws {
      try Identity(
        "II.1b", "The velocity transports the density",
        #"\partial_t\rho + \nabla\cdot(b\rho) = 0, \quad b(t,x) = \mathbb{E}[\partial_t I + \dot A z \mid x_t = x]"#,
        assuming: [
          #"$\mathbb{E}|\dot x_t| < \infty$, locally uniformly in $t$"#,
          #"independence of $z$ is not needed: without it the equation holds in the weak sense, and pointwise where $\rho$ is a smooth density"#,
        ],
        remarks: [
          #"""
          The exact check holds for every covariance of the endpoints. Where that is zero it is the continuity equation
          of the kernel, with any $I$, $\partial_t I$, $A$ and $\dot A$; averaging it over the law of $(x_0, x_1)$ is
          the general theorem, up to differentiating under the expectation.
          """#,
          #"""
          The velocity is not the only solution of the continuity equation: adding $w/\rho$ with
          $\nabla\cdot w = 0$ gives another, and for a normal law half the rate of the covariance,
          $\dot m + \frac12 \dot\Sigma\Sigma^{-1}(x - m)$, is one. The equation alone cannot reject it, so there it
          is a restatement; the conditional expectation rejects it, and there it is a rival.
          """#,
        ]
      ) {
        continuityOfGaussians
        try continuityOfMixtures
        try continuityByTheDistributionFunction
        try velocityIsTheConditionalExpectation
        continuityInWeakForm
      }
    }
  }

  private static var continuityOfGaussians: Exact {
    Exact("continuity equation, Gaussian endpoints, latent coupled to both") { symbols, d in
      let model = gaussianInterpolant(symbols, d).coupled((symbols.scalar("k0"), symbols.scalar("k1")))
      let (x, law, moving) = (symbols.vector(d, "x"), model.law, model.constant)
      let flux = { (b: (Vector<Dual<Symbol>>) -> Vector<Dual<Symbol>>) in
        divergence(at: x, of: b)
          + b(x.constant).map(\.value).dot(gradient(at: x, of: moving.present.exponent))
      }
      let fluxWithRate = { (latentRate: (Int, Int) -> Symbol) in
        let rate = model.rate(replacingLatentBy: latentRate).constant
        return flux { moving.mean(of: rate, given: $0) }
      }
      let A = model.schedule

      Step(#"-\partial_t\log\rho"#) {
        let volume = law.covariance.determinant
        return volume.derivative / volume.value / 2 - law.exponent(x.constant).derivative
      }
      Step(
        #"\nabla\cdot b + b\cdot\nabla\log\rho"#,
        because: #"the equation divided by $\rho$, with $b = \mathbb{E}[\dot N w \mid N w = x]$"#
      ) { flux(moving.velocity) }
      Restatement(
        #"\nabla\cdot b' + b'\cdot\nabla\log\rho, \quad b' = \dot m + \tfrac12\dot\Sigma\Sigma^{-1}(x-m)"#,
        because: "another solution of the same equation"
      ) { flux(moving.halfRateVelocity) }
      Rival(
        #"\text{the same with } b = \mathbb{E}[\partial_t I + A z \mid x_t = x]"#,
        "A in place of its derivative"
      ) {
        fluxWithRate { A[$0, $1].value }
      }
      Rival(
        #"\text{the same with } b = \mathbb{E}[\partial_t I + \dot A^\top z \mid x_t = x]"#,
        "derivative transposed"
      ) {
        fluxWithRate { A[$1, $0].derivative }
      }
      Rival(#"\text{the same with } b = \mathbb{E}[\partial_t I \mid x_t = x]"#, "latent term dropped") {
        fluxWithRate { _, _ in 0 }
      }
      Rival(#"-\nabla\cdot b - b\cdot\nabla\log\rho"#, "sign of the flux") { -flux(moving.velocity) }
    }
  }

  private static var continuityOfMixtures: Numerical<AnisotropicInterpolant> {
    get throws {
      try Numerical(
        "continuity equation, mixtures",
        cases: [
          Anisotropic.plane(time: 0.5), Anisotropic.plane(time: 0.375), Anisotropic.space(3, time: 0.625),
        ]
      ) { interpolant in
        let (model, moving) = (interpolant.model(Interval.self), interpolant.model(Dual<Interval>.self))
        let x = Vector((0..<interpolant.dimension).map { Interval($0 % 2 == 0 ? 0.25 : 0.75) })
        Step(#"-\partial_t\rho"#) { -model.law.density(x.constant).derivative }
        Step(
          #"\nabla\cdot(b\rho)"#, because: #"$b$ by conditioning, derivatives by automatic differentiation"#
        ) {
          divergence(at: x) { y in moving.present.density(y) * moving.velocity(y) }
        }
        Rival(#"b\cdot\nabla\rho"#, "divergence of b forgotten") {
          model.velocity(x).dot(gradient(at: x) { moving.present.density($0) })
        }
        Rival(#"-\nabla\cdot(b\rho)"#, "sign of the flux") {
          -divergence(at: x) { y in moving.present.density(y) * moving.velocity(y) }
        }
      }
    }
  }

  private static var continuityByTheDistributionFunction: Numerical<AnisotropicInterpolant> {
    get throws {
      try Numerical(
        "distribution function, mixtures on the line",
        cases: [Anisotropic.line(time: 0.5), Anisotropic.line(time: 0.25), Anisotropic.line(time: 0.8125)]
      ) { interpolant in
        let (model, x) = (interpolant.model(Interval.self), Interval(0.25))
        let A = model.components[0].schedule[0, 0]
        let conditional = { (latentRate: Interval) in
          model.mean(of: Matrix([[-1, 1, latentRate]]), given: Vector([x]))[0]
        }
        Step(#"-\partial_t F(t,x) / \rho(t,x), \quad F(t,x) = \int_{-\infty}^x \rho(t,y)\,dy"#) {
          let law = interpolant.model(Double.self).law
          let density = law.density(Vector([Dual(constant: x.midpoint)])).value
          let flux = Quadrature.below(x.midpoint) { law.density(Vector([Dual(constant: $0)])).derivative }
          // The density is good to some units in the last place, many times what the quotient adds.
          let rounding = (flux.value / density).magnitude * 0x1p-44
          return Estimate(-flux.value / density, error: flux.error / density + rounding)
        }
        Step(#"b(t,x)"#, because: #"the continuity equation integrated from $-\infty$ to $x$"#) {
          conditional(A.derivative)
        }
        Rival(#"\mathbb{E}[\partial_t I + A z \mid x_t = x]"#, "A in place of its derivative") {
          conditional(A.value)
        }
        Rival(#"\mathbb{E}[\partial_t I \mid x_t = x]"#, "latent term dropped") { conditional(0) }
      }
    }
  }

  private static var velocityIsTheConditionalExpectation: Statistical<AnisotropicInterpolant> {
    get throws {
      try Statistical(
        "conditional expectation, mixtures", cases: [Anisotropic.plane(time: 0.375, factor: 6)]
      ) { interpolant, draw in
        let sample = try interpolant.sample(draw)
        let (x, model, wave) = (sample.x, interpolant.model(Variate.self), Wave([0.5, -0.375]))
        let A = model.components[0].schedule
        let test = { (latentRate: (Int, Int) -> Variate) in
          wave(x) * model.mean(of: model.components[0].rate(replacingLatentBy: latentRate), given: x)
        }
        Step(#"\mathbb{E}[\varphi(x_t)\,\dot x_t]"#) { wave(x) * sample.velocity }
        Step(#"\mathbb{E}[\varphi(x_t)\,b(t,x_t)]"#, because: #"$b$ is the conditional expectation"#) {
          wave(x) * model.velocity(x)
        }
        Rival(#"b = \mathbb{E}[\partial_t I + \dot A^\top z \mid x_t]"#, "derivative transposed") {
          test { A[$1, $0].derivative }
        }
        Rival(#"b = \mathbb{E}[\partial_t I + A z \mid x_t]"#, "A in place of its derivative") {
          test { A[$0, $1].value }
        }
        Rival(#"b = \mathbb{E}[\partial_t I \mid x_t]"#, "latent term dropped") { test { _, _ in 0 } }
        Rival(
          #"b' = \textstyle\sum_k p_k(x)\bigl(\dot m_k + \tfrac12\dot\Sigma_k\Sigma_k^{-1}(x-m_k)\bigr)"#,
          "another solution of the equation, by components"
        ) {
          wave(x) * model.average(given: x) { $0.halfRateVelocity(x) }
        }
      }
    }
  }

  private static var continuityInWeakForm: Statistical<TimeSpan> {
    Statistical("weak form over time, curved path", cases: [TimeSpan(from: 0.125, length: 0.75)]) {
      span, draw in
      let (path, from, length) = (CurvedInterpolant(time: span.from), span.from, span.length)
      let wave = Wave([0.25, -0.375], phase: 0)
      let instant = path.sample(draw, at: Variate(from) + Variate(length) * draw.uniform())
      let change = { (velocity: Vector<Variate>) in
        Variate(length) * wave.gradient(instant.x).dot(velocity)
      }
      Step(#"\mathbb{E}[\varphi(x_{t_1}) - \varphi(x_{t_0})]"#) {
        wave(instant.at(from + length).x) - wave(instant.at(from).x)
      }
      Step(
        #"\int_{t_0}^{t_1} \mathbb{E}[\nabla\varphi(x_t)\cdot\dot x_t]\,dt"#,
        because:
          #"the chain rule along each path; the conditional expectation of $\dot x_t$ is the check above"#
      ) { change(instant.velocity) }
      Rival(#"-\int \mathbb{E}[\nabla\varphi\cdot\dot x_t]\,dt"#, "sign of the flux") {
        -change(instant.velocity)
      }
      Rival(#"\int \mathbb{E}[\nabla\varphi\cdot(\partial_t I + A z)]\,dt"#, "A in place of its derivative") {
        change(instant.velocity(latentTerm: instant.schedule.map(\.value)))
      }
      Rival(
        #"\int \mathbb{E}[\nabla\varphi\cdot(\partial_t I + \dot A^\top z)]\,dt"#, "derivative transposed"
      ) {
        change(instant.velocity(latentTerm: instant.schedule.map(\.derivative).transpose))
      }
      Rival(#"\int \mathbb{E}[\nabla\varphi\cdot\partial_t I]\,dt"#, "latent term dropped") {
        change(instant.path.map(\.derivative))
      }
    }
  }

  /// A span of time within (0, 1).
  struct TimeSpan: Sendable, CustomStringConvertible {
    let from: Double
    let length: Double
    var description: String { "discrete endpoints, d = 2, t from \(from.brief) to \((from + length).brief)" }
  }
}
