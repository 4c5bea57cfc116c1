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
        #"\partial_t\rho = -\nabla\cdot(\rho\,\mathbb{E}[\partial_t I + \dot A z\mid x_t=x])"#,
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
          $\dot m + \frac12 \dot\Sigma\Sigma^{-1}(x - m)$, is one. The equation alone cannot reject it; the
          conditional expectation rejects it, and there it is a rival.
          """#,
        ]
      ) {
        Derivation {
          Step(#"\partial_t\rho"#)
          Step(
            #"-\nabla\cdot(\rho\,\mathbb{E}[\partial_t I + \dot A z\mid x_t=x])"#,
            because:
              #"the average of the chain rule along the paths, with $b = \mathbb{E}[\dot x_t\mid x_t=x]$"#)
          Rival(
            #"-\nabla\cdot(\rho\,\mathbb{E}[\partial_t I + A z\mid x_t=x])"#, "A in place of its derivative")
          Rival(
            #"-\nabla\cdot(\rho\,\mathbb{E}[\partial_t I + \dot A^\top z\mid x_t=x])"#,
            "derivative transposed")
          Rival(#"-\nabla\cdot(\rho\,\mathbb{E}[\partial_t I\mid x_t=x])"#, "latent term dropped")
          Rival(#"\nabla\cdot(\rho\,\mathbb{E}[\partial_t I + \dot A z\mid x_t=x])"#, "sign of the flux")
          Rival(
            #"-\nabla\rho\cdot\mathbb{E}[\partial_t I + \dot A z\mid x_t=x]"#, "divergence of b forgotten")
        }
        Exact("continuity equation, Gaussian endpoints, latent coupled to both") { symbols, d in
          let flow = GaussianFlow(symbols, d)
          let density = symbols.scalar("rho")
          Let("t", flow.time)
          Let("x", symbols.vector(d, "x"))
          Let(#"\rho(t,x)"#, by: "density of the jointly normal law, its value free and its slopes exact") {
            at in
            try flow.density(at: at, value: density)
          }
          velocities(by: "conditioning in closed form") { at, latentRate in
            let model = flow.model(at: try at.number("t"))
            let rate = latentRate(model.schedule)
            return model.mean(of: model.rate { rate[$0, $1] }, given: try at.vector("x"))
          }
        }
        otherSolution
        try Numerical(
          "continuity equation, mixtures",
          cases: [
            Anisotropic.plane(time: 0.5), Anisotropic.plane(time: 0.375), Anisotropic.space(3, time: 0.625),
          ]
        ) { interpolant in
          Let("t", interpolant.time)
          Let("x", Vector((0..<interpolant.dimension).map { Interval($0 % 2 == 0 ? 0.25 : 0.75) }))
          Let(#"\rho(t,x)"#, by: "density of the mixture of normal laws") { at in
            try interpolant.model(at: at.number("t")).present.density(at.vector("x"))
          }
          mixtureVelocities(interpolant)
        }
        try continuityByTheDistributionFunction
        try velocityIsTheConditionalExpectation
        continuityInWeakForm
      }
    }
  }

  /// Names for the conditional expectation of the velocity, right and wrong, from what the latent is multiplied by.
  @Lines<Scalar>
  private static func velocities<Scalar: LineScalar>(
    by: String,
    _ mean:
      @escaping (
        Arguments<Scalar.Base>, (Matrix<Dual<Jet<Scalar.Base>>>) -> Matrix<Jet<Scalar.Base>>
      ) throws -> Vector<Jet<Scalar.Base>>
  ) -> [Line<Scalar>] {
    let variables = ["t", "x"]
    Let(#"\mathbb{E}[\partial_t I + \dot A z\mid x_t=x]"#, by: by, of: variables) {
      (at: Arguments<Scalar.Base>) in try mean(at) { $0.map(\.derivative) }
    }
    Let(#"\mathbb{E}[\partial_t I + A z\mid x_t=x]"#, by: by, of: variables) {
      (at: Arguments<Scalar.Base>) in try mean(at) { $0.map(\.value) }
    }
    Let(#"\mathbb{E}[\partial_t I + \dot A^\top z\mid x_t=x]"#, by: by, of: variables) {
      (at: Arguments<Scalar.Base>) in try mean(at) { $0.map(\.derivative).transpose }
    }
    Let(#"\mathbb{E}[\partial_t I\mid x_t=x]"#, by: by, of: variables) {
      (at: Arguments<Scalar.Base>) in try mean(at) { .zero($0.rows, $0.columns) }
    }
  }

  /// The same for an interpolant between mixtures.
  @Lines<Estimate>
  private static func mixtureVelocities(_ interpolant: AnisotropicInterpolant) -> [Line<Estimate>] {
    velocities(by: "conditioning within components, weighted by Bayes") { at, latentRate in
      let model = interpolant.model(at: try at.number("t"))
      let rate = latentRate(model.components[0].schedule)
      return model.mean(of: model.components[0].rate { rate[$0, $1] }, given: try at.vector("x"))
    }
  }

  /// Half the rate of the covariance carries a normal law along as well.
  private static var otherSolution: Exact {
    Exact("another solution of the same equation") { symbols, d in
      let flow = GaussianFlow(symbols, d)
      let density = symbols.scalar("rho")
      Let("t", flow.time)
      Let("x", symbols.vector(d, "x"))
      Let(#"\rho(t,x)"#, by: "density of the jointly normal law, its value free and its slopes exact") { at in
        try flow.density(at: at, value: density)
      }
      Let("m(t)", by: "mean of the jointly normal law") { t in flow.model(at: t).present.mean }
      Let(#"\Sigma(t)"#, by: "covariance of the jointly normal law") { t in
        flow.model(at: t).present.covariance
      }
      Step(#"\partial_t\rho"#)
      Step(
        #"-\nabla\cdot\bigl(\bigl(\dot m(t) + \tfrac12\dot\Sigma(t)\Sigma(t)^{-1}(x-m(t))\bigr)\rho\bigr)"#,
        because: "half the rate of the covariance: not the conditional expectation")
      Rival(
        #"-\nabla\cdot\bigl(\bigl(\dot m(t) + \dot\Sigma(t)\Sigma(t)^{-1}(x-m(t))\bigr)\rho\bigr)"#,
        "all of the covariance's rate")
    }
  }

  private static var continuityByTheDistributionFunction: Numerical<AnisotropicInterpolant> {
    get throws {
      try Numerical(
        "distribution function, mixtures on the line",
        cases: [Anisotropic.line(time: 0.5), Anisotropic.line(time: 0.25), Anisotropic.line(time: 0.8125)]
      ) { interpolant in
        let model = interpolant.model(Interval.self)
        let (rates, A) = (model.components[0], model.components[0].schedule[0, 0])
        let conditional = { (latentRate: Interval) in
          model.mean(of: rates.rate { _, _ in latentRate }, given: Vector([Interval(0.25)]))[0]
        }
        let means = "conditioning within components, weighted by Bayes"
        Let("t", interpolant.time)
        Let("x", 0.25)
        Let("r", 12)
        Let(#"\rho(t,x)"#, by: "density of the mixture of normal laws") { at in
          try interpolant.model(at: at.number("t")).present.density(Vector([at.number("x")]))
        }
        Let(#"\mathbb{E}[\partial_t I + \dot A z\mid x_t=x]"#, by: means) { conditional(A.derivative) }
        Let(#"\mathbb{E}[\partial_t I + A z\mid x_t=x]"#, by: means) { conditional(A.value) }
        Let(#"\mathbb{E}[\partial_t I\mid x_t=x]"#, by: means) { conditional(0) }
        Step(
          #"-\frac{1}{\rho(t,x)}\int_{-r}^x\partial_t\rho(t,y)\,dy"#,
          remark: "$r = 12$: below $-r$ the density is under $10^{-40}$")
        Step(
          #"\mathbb{E}[\partial_t I + \dot A z\mid x_t=x]"#,
          because: #"the continuity equation integrated from $-\infty$ to $x$"#)
        Rival(#"\mathbb{E}[\partial_t I + A z\mid x_t=x]"#, "A in place of its derivative")
        Rival(#"\mathbb{E}[\partial_t I\mid x_t=x]"#, "latent term dropped")
      }
    }
  }

  private static var velocityIsTheConditionalExpectation: Statistical<AnisotropicInterpolant> {
    get throws {
      try Statistical(
        "conditional expectation, mixtures", cases: [Anisotropic.plane(time: 0.375, factor: 6)]
      ) { interpolant, draw in
        let sample = try interpolant.sample(draw)
        let model = interpolant.model(Variate.self)
        Let("x", sample.x)
        Let("x_t", sample.x)
        Let("z", sample.z)
        Let("A(t)", sample.schedule.map(\.value))
        Let(#"\dot A(t)"#, sample.schedule.map(\.derivative))
        Let(#"\partial_t I"#, sample.path.map(\.derivative))
        Let("b(x)", by: "conditioning within components, weighted by Bayes") {
          (x: Vector<Jet<Variate>>) in model.velocity(x.map(\.value)).map { Jet(constant: $0) }
        }
        Let(#"\tilde b(x)"#, by: "each component's mean rate and half its covariance's, weighted by Bayes") {
          (x: Vector<Jet<Variate>>) in
          model.average(given: x.map(\.value)) { $0.halfRateVelocity(x.map(\.value)) }.map {
            Jet(constant: $0)
          }
        }
        Step(#"\mathbb{E}[\partial_t I + \dot A z\mid x_t=x]"#)
        Rival(#"\mathbb{E}[\partial_t I + \dot A^\top z\mid x_t=x]"#, "derivative transposed")
        Rival(#"\mathbb{E}[\partial_t I + A z\mid x_t=x]"#, "A in place of its derivative")
        Rival(#"\mathbb{E}[\partial_t I\mid x_t=x]"#, "latent term dropped")
        Step("b(x)", because: #"$b$ is the conditional expectation"#)
        Rival(#"\tilde b(x)"#, "another solution of the equation, by components")
      }
    }
  }

  private static var continuityInWeakForm: Statistical<TimeSpan> {
    Statistical("weak form over time, curved path", cases: [TimeSpan(from: 0.125, length: 0.75)]) {
      span, draw in
      let (path, from, length) = (CurvedInterpolant(time: span.from), span.from, span.length)
      let instant = path.sample(draw, at: Variate(from) + Variate(length) * draw.uniform())
      Let("t_0", from)
      Let("t_1", from + length)
      Let("x", instant.x)
      Let(#"\varphi(x)"#, #"\sin(\tfrac14x_1 - \tfrac38x_2)"#)
      Let(#"\psi(x)"#, #"\nabla\varphi(x)"#)
      Let("x_{t_0}", instant.at(from).x)
      Let("x_{t_1}", instant.at(from + length).x)
      Let(#"x_\tau"#, instant.x)
      Let("z", instant.z)
      Let("A", instant.schedule.map(\.value))
      Let(#"\dot A"#, instant.schedule.map(\.derivative))
      Let(#"\dot I"#, instant.path.map(\.derivative))
      Step(#"\mathbb{E}[\varphi(x_{t_1}) - \varphi(x_{t_0})]"#)
      Step(
        #"(t_1 - t_0)\,\mathbb{E}[\psi(x_\tau)\cdot(\dot I + \dot A z)]"#,
        because:
          #"the chain rule along each path; the conditional expectation of $\dot x_t$ is the check above"#,
        remark:
          #"$\psi = \nabla\varphi$, and $\tau$ is uniform between $t_0$ and $t_1$: an integral over the time"#
      )
      Rival(#"-(t_1 - t_0)\,\mathbb{E}[\psi(x_\tau)\cdot(\dot I + \dot A z)]"#, "sign of the flux")
      Rival(#"(t_1 - t_0)\,\mathbb{E}[\psi(x_\tau)\cdot(\dot I + A z)]"#, "A in place of its derivative")
      Rival(#"(t_1 - t_0)\,\mathbb{E}[\psi(x_\tau)\cdot(\dot I + \dot A^\top z)]"#, "derivative transposed")
      Rival(#"(t_1 - t_0)\,\mathbb{E}[\psi(x_\tau)\cdot\dot I]"#, "latent term dropped")
    }
  }

  /// A span of time within (0, 1).
  struct TimeSpan: Sendable, CustomStringConvertible {
    let from: Double
    let length: Double
    var description: String { "discrete endpoints, d = 2, t from \(from.brief) to \((from + length).brief)" }
  }

  /// A jointly normal interpolant whose latent is coupled to both endpoints, moving in time through a free instant.
  struct GaussianFlow {
    /// The instant.
    let time: Symbol
    private let instant: GaussianInterpolant<Symbol>

    init(_ symbols: Symbols, _ d: Int) {
      time = symbols.scalar("t")
      instant = gaussianInterpolant(symbols, d).coupled((symbols.scalar("k0"), symbols.scalar("k1")))
    }

    /// The interpolant at a time near the instant, to first order, which is all that one derivative sees.
    func model(at t: Jet<Symbol>) -> GaussianInterpolant<Jet<Symbol>> {
      let map = instant.map.map { entry in
        let rate = Jet(constant: entry.derivative)
        return Dual(Jet(constant: entry.value) + rate * (t - Jet(constant: time)), derivative: rate)
      }
      let d = instant.dimension
      return GaussianInterpolant(
        joint: instant.joint.map { Jet(constant: $0) }, alpha: map[0, 0], beta: map[0, d],
        A: Matrix(rows: d, columns: d) { map[$0, $1 + 2 * d] })
    }

    /// The density, with a value that is free: its slopes are that value times rational numbers.
    func density(at place: Arguments<Symbol>, value: Symbol) throws -> Jet<Symbol> {
      let law = model(at: try place.number("t")).present
      // The determinant to the power -1/2, and the exponential, up to factors that do not move.
      let volume = law.covariance.determinant.mapped({ _ in 1 }) { -$1 / (2 * $0) }
      let kernel = law.exponent(try place.vector("x")).mapped({ _ in value }) { $1 }
      return volume * kernel
    }
  }
}
