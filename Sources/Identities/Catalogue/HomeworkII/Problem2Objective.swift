import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkII {
  /// II.2c: regressing the potential's gradient on the position.
  static var objectiveOfTheGradient: Identity {
    get throws {
      try Identity(
        "II.2c", "Objective for the conditional gradient",
        #"""
        \tfrac12\mathbb{E}|\eta|^2 - \mathbb{E}[\nabla V(z)\cdot\eta]
        = \tfrac12\mathbb{E}|\eta-\eta_V|^2 - \tfrac12\mathbb{E}|\eta_V|^2
        """#,
        assuming: [#"$J(r) = \mathbb{E}|\nabla V(z)|^2 < \infty$: the latent has finite Fisher information"#],
        remarks: [
          #"""
          Here $\eta = \eta(t, x_t)$ and $\eta_V = \mathbb{E}[\nabla V(z)\mid x_t]$. The left side is the objective at one
          time, $L[\eta] = \int_0^1\mathbb{E}[\frac12|\eta|^2 - \nabla V(z)\cdot\eta]\,dt$ the whole of it.
          """#,
          #"""
          The minimiser is $\eta_V = -\gamma s$, the minimum $-\frac12\int\gamma^2\,\mathbb{E}|s|^2dt$. In the form
          $\frac12\mathbb{E}|\eta - \nabla V(z)|^2$ the objective is larger by $\frac12J(r)$, and its minimum is half of
          the Fisher information of the latent minus its explained part, $J(r) - \gamma^2 J(\rho)$.
          """#,
          #"$J(r) = \mathbb{E}\Delta V$, and equals $d$ for the standard normal law only among those here."#,
        ]
      ) {
        Derivation { objectiveLines(isNormal: false) }
        objectiveForNormalLatents
        try fisherInformation
        try objectiveOnTheLine
        try objectiveBySimulation
      }
    }
  }

  /// The lines of the objective; for a normal latent no potential is to be confused with its gradient.
  @Lines<Scalar>
  private static func objectiveLines<Scalar: LineScalar>(isNormal: Bool) -> [Line<Scalar>] {
    Step(#"\tfrac12\mathbb{E}|\eta|^2 - \mathbb{E}[\nabla V(z)\cdot\eta]"#)
    Step(
      #"\tfrac12\mathbb{E}|\eta-\nabla V(z)|^2 - \tfrac12\mathbb{E}|\nabla V(z)|^2"#,
      because: "the square is expanded", remark: #"$J(r) = \mathbb{E}|\nabla V(z)|^2$"#)
    Rival(
      #"\tfrac12\mathbb{E}|\eta-\nabla V(z)|^2 - \tfrac d2"#, "Fisher information of the standard normal law")
    Rival(#"\tfrac12\mathbb{E}|\eta|^2 - \mathbb{E}[z\cdot\eta]"#, "latent in place of the gradient")
    Rival(
      #"\tfrac12\mathbb{E}|\eta|^2 - \gamma^{-1}\,\mathbb{E}[\nabla V(z)\cdot\eta]"#,
      "regression on the scaled gradient")
    if !isNormal {
      Rival(
        #"\tfrac12\mathbb{E}|\eta|^2 - \mathbb{E}[\textstyle\sum_iV_i(z_i)\,\eta_i]"#,
        "potential in place of its gradient")
    }
    Step(
      #"\tfrac12\mathbb{E}|\eta|^2 - \gamma\,\mathbb{E}[\nabla\cdot\eta]"#,
      because:
        #"$\mathbb{E}[\nabla V\cdot\eta] = -\gamma\int\eta\cdot\nabla\rho$, by parts: no latent is left"#)
    Step(
      #"\tfrac12\mathbb{E}|\eta-\eta_V|^2 - \tfrac12\mathbb{E}|\eta_V|^2"#,
      because:
        #"$\mathbb{E}[\nabla V\cdot\eta(x_t)] = \mathbb{E}[\eta_V(x_t)\cdot\eta(x_t)]$, and the square is completed"#
    )
    Restatement(
      #"\tfrac12\mathbb{E}|\eta|^2 - \mathbb{E}[\eta_V\cdot\eta]"#,
      because: "the latent is averaged out before it is used")
    Rival(#"\tfrac12\mathbb{E}|\eta-\eta_V|^2"#, "minimum taken to be zero")
    Rival(#"\mathbb{E}|\eta-\eta_V|^2 - \tfrac12\mathbb{E}|\eta_V|^2"#, "excess without one half")
    Step(
      #"\tfrac12\mathbb{E}|\eta-\eta_V|^2 - \tfrac12\gamma^2\,\mathbb{E}|s|^2"#,
      because: #"the minimum: the explained part of the Fisher information, $\eta_V = -\gamma s$"#)
    Rival(
      #"\tfrac12\mathbb{E}|\eta-\eta_V|^2 - \tfrac12\mathbb{E}|s|^2"#, "schedule forgotten in the minimum")
    Rival(
      #"\tfrac12\mathbb{E}|\eta-\eta_V|^2 - \tfrac12\mathbb{E}|\nabla V(z)|^2"#,
      "all of the Fisher information explained")
  }

  private static var objectiveForNormalLatents: Exact {
    Exact("affine fields, normal latents of any covariance") { symbols, d in
      let (P, gamma) = (symbols.symmetric(d), symbols.scalar())
      let endpoints = Gaussian(mean: symbols.vector(2 * d), covariance: symbols.symmetric(2 * d))
      let model = GaussianInterpolant(
        joint: .independent([endpoints, Gaussian(mean: .zero(d), covariance: P)]),
        alpha: Dual(constant: symbols.scalar()), beta: Dual(constant: symbols.scalar()),
        A: Matrix(rows: d, columns: d) { $0 == $1 ? Dual(constant: gamma) : 0 })
      let (K, covariance) = (symbols.matrix(d), model.present.covariance)
      let x = NormalVector(model.joint, model.map.map(\.value))
      let z = NormalVector(model.joint, model.latent)
      let (eta, slope) = (K * x + symbols.vector(d), P.inverse * z)
      let gain = slope.matrix * model.joint.covariance * x.matrix.transpose * covariance.inverse
      let best = gain * x + model.mean(of: slope.matrix, given: .zero(d))
      let score = -covariance.inverse * (x + -model.present.mean)
      let means = "moments of the jointly normal law, for an affine field"
      Let("d", d)
      Let(#"\gamma"#, gamma)
      Let(#"\mathbb{E}|\eta|^2"#, by: means) { eta.meanProduct(eta) }
      Let(#"\mathbb{E}[\nabla V(z)\cdot\eta]"#, by: means) { slope.meanProduct(eta) }
      Let(#"\mathbb{E}[z\cdot\eta]"#, by: means) { z.meanProduct(eta) }
      Let(#"\mathbb{E}|\eta-\nabla V(z)|^2"#, by: means) { (eta - slope).meanProduct(eta - slope) }
      Let(#"\mathbb{E}|\nabla V(z)|^2"#, by: "the trace of the potential's second derivatives") {
        P.inverse.trace
      }
      Let(#"\mathbb{E}[\nabla\cdot\eta]"#, by: "the trace of the field's matrix") { K.trace }
      Let(#"\mathbb{E}|\eta-\eta_V|^2"#, by: means) { (eta - best).meanProduct(eta - best) }
      Let(#"\mathbb{E}|\eta_V|^2"#, by: means) { best.meanProduct(best) }
      Let(#"\mathbb{E}[\eta_V\cdot\eta]"#, by: means) { best.meanProduct(eta) }
      Let(#"\mathbb{E}|s|^2"#, by: means) { score.meanProduct(score) }
      objectiveLines(isNormal: true)
    }
  }

  private static var fisherInformation: Numerical<LatentInformation> {
    get throws {
      Numerical(
        "Fisher information of the latents",
        cases: [
          LatentInformation(potential: LogCoshPotential(), information: { Interval(0.5) }),
          // E z^2 is 2 Gamma(3/4) / Gamma(1/4), and Gamma(1/4) Gamma(3/4) = pi sqrt 2.
          LatentInformation(potential: QuarticPotential()) {
            6 * Interval.pi * Interval.sqrt(2) / LatentInformation.gammaOfOneQuarter.squared
          },
          LatentInformation(potential: try StudentPotential(degrees: 3), information: { 4 / Interval(6) }),
          LatentInformation(potential: try NormalPotential(variance: 2), information: { Interval(0.5) }),
        ]
      ) { latent in
        let (potential, means) = (latent.potential, "quadrature over the latent")
        Let(#"\mathbb{E}[V'(z)^2]"#, by: means) { latent.mean { potential.slope($0).squared } }
        Let(#"\mathbb{E}[V''(z)]"#, by: means) {
          latent.mean { derivative(at: $0) { potential.slope($0) } }
        }
        Let(#"\mathbb{E}[V(z)]"#, by: means) { latent.mean { potential.value($0) } }
        Let(#"\mathbb{E}[z^2]"#, by: means) { latent.mean { $0.squared } }
        Let("J(r)", by: "closed form for each of the laws") { latent.information() }
        Step(#"\mathbb{E}[V'(z)^2]"#)
        Step(#"\mathbb{E}[V''(z)]"#, because: #"by parts, $r' = -V'r$"#)
        Rival(#"\mathbb{E}[V(z)]"#, "potential in place of its gradient")
        Rival("1", "that of the standard normal law")
        Rival(#"-\mathbb{E}[V''(z)]"#, "sign of the integration by parts")
        Step(
          "J(r)", because: "in closed form",
          remark:
            #"$\frac12$, $6\pi\sqrt2/\Gamma(\frac14)^2$, $\frac{n+1}{n+3}$ and $\sigma^{-2}$ for the laws in turn"#
        )
        Rival(#"\mathbb{E}[z^2]"#, "variance in place of the information")
      }
    }
  }

  private static var objectiveOnTheLine: Numerical<LatentInterpolant> {
    get throws {
      try Numerical(
        "objective and minimum, discrete endpoints on the line",
        cases: Latents.curved().map { try Latents.line($0, time: 0.25) }
      ) { interpolant in
        let objective = LineObjective(interpolant)
        let potential = interpolant.latent.potentials[0]
        let (best, slope) = (objective.best, { (z: Double) in potential.slope(z) })
        // The field of which the objective is taken.
        let eta = { (x: Double) in Double.tanh(x) / 2 + 0.25 }
        let means = #"quadrature over the latent, for each value of the path and the field tanh(x)/2 + 1/4"#
        Let("d", 1)
        Let(#"\gamma"#, Interval(objective.gamma))
        Let(#"\mathbb{E}|\eta|^2"#, by: means) { objective.mean { x, _ in eta(x).squared } }
        Let(#"\mathbb{E}[\nabla V(z)\cdot\eta]"#, by: means) { objective.mean { slope($1) * eta($0) } }
        Let(#"\mathbb{E}[z\cdot\eta]"#, by: means) { objective.mean { $1 * eta($0) } }
        Let(#"\mathbb{E}[\textstyle\sum_iV_i(z_i)\,\eta_i]"#, by: means) {
          objective.mean { potential.value($1) * eta($0) }
        }
        Let(#"\mathbb{E}|\eta-\nabla V(z)|^2"#, by: means) {
          objective.mean { (eta($0) - slope($1)).squared }
        }
        Let(#"\mathbb{E}|\nabla V(z)|^2"#, by: means) { objective.mean { slope($1).squared } }
        Let(#"\mathbb{E}[\nabla\cdot\eta]"#, by: means) {
          objective.mean { x, _ in (1 - Double.tanh(x).squared) / 2 }
        }
        Let(#"\mathbb{E}|\eta-\eta_V|^2"#, by: means) {
          objective.mean { x, _ in (eta(x) - best(x)).squared }
        }
        Let(#"\mathbb{E}|\eta_V|^2"#, by: means) { objective.mean { x, _ in best(x).squared } }
        Let(#"\mathbb{E}[\eta_V\cdot\eta]"#, by: means) { objective.mean { x, _ in best(x) * eta(x) } }
        Let(#"\mathbb{E}|s|^2"#, by: means) { objective.mean { x, _ in objective.score(x).squared } }
      }
    }
  }

  private static var objectiveBySimulation: Statistical<LatentInterpolant> {
    get throws {
      try Statistical(
        "a wrong field, products of different laws",
        cases: [
          Latents.product([LogCoshPotential(), QuarticPotential(), StudentPotential(degrees: 4)], time: 0.25)
        ]
      ) { interpolant, draw in
        let sample = interpolant.sample(draw)
        let (field, divergence) = WaveField([[0.4375, 0, 0], [0, 0.4375, 0], [0, 0, 0.4375]])
          .valueAndDivergence(sample.x)
        let potentials = zip(interpolant.latent.potentials, sample.z.components)
        let law = interpolant.law(Variate.self)
        Let("d", 3)
        Let(#"\gamma"#, sample.schedule[0, 0].value)
        Let("z", sample.z)
        // Minus the waves: a field that points the wrong way, so that both terms of the objective add up.
        Let(#"\eta"#, -field)
        Let(#"\nabla\cdot\eta"#, -divergence)
        Let(#"\nabla V(z)"#, by: "slopes of the potentials") { interpolant.latent.gradient(sample.z) }
        Let(#"\textstyle\sum_iV_i(z_i)\,\eta_i"#, by: "the potentials' inner product with the field") {
          Vector(potentials.map { $0.value($1) }).dot(-field)
        }
        Let(#"\eta_V"#, by: "Bayes' weights of the endpoints") { law.gradientMean(given: sample.x) }
        Let("s", by: "gradient of the finite sum over the endpoints") { law.score(sample.x) }
      }
    }
  }

  /// A density times what it weighs, which is not evaluated where the density is below 1e-100: there it may overflow,
  /// and all of it together is far below the rounding of the integral.
  private static func product(_ density: Double, _ value: () -> Double) -> Double {
    density < 1e-100 ? 0 : density * value()
  }

  /// A potential with the Fisher information of its law in closed form.
  struct LatentInformation: Sendable, CustomStringConvertible {
    let potential: any Potential
    let information: @Sendable () -> Interval
    var description: String { "\(potential)" }

    /// The gamma function at one quarter, between neighbouring `Double`s (OEIS A068466).
    static let gammaOfOneQuarter = Interval(3.6256099082219083.nextDown...3.6256099082219083.nextUp)

    /// The expectation of a function of the latent.
    func mean(_ f: (Double) -> Double) -> Interval {
      let density = { (z: Double) in Double.exp(-potential.value(z)) }
      let mass = Interval(Quadrature.line(density))
      return Interval(Quadrature.line { z in HomeworkII.product(density(z)) { f(z) } }) / mass
    }
  }

  /// Expectations over the position and the latent of an interpolant on the line.
  struct LineObjective {
    private let interpolant: LatentInterpolant
    private let law: LatentLaw<Double>
    let gamma: Double

    init(_ interpolant: LatentInterpolant) {
      self.interpolant = interpolant
      law = interpolant.law(Double.self)
      gamma = law.A[0, 0]
    }

    /// The conditional expectation of the potential's derivative.
    func best(_ x: Double) -> Double { law.gradientMean(given: Vector([x]))[0] }

    /// The conditional expectation of the latent.
    func latentMean(_ x: Double) -> Double { law.latentMean(given: Vector([x]))[0] }

    /// The rate of the schedule.
    var gammaSlope: Double { interpolant.A(Dual(variable: interpolant.time))[0, 0].derivative }

    /// What the shortcut `v - gamma gamma' s` misses the velocity by, over the schedule's slope.
    func shortcutError(_ x: Double) -> Double {
      let point = Vector([x])
      let slope = interpolant.A(Dual(variable: interpolant.time))[0, 0].derivative
      let shortcut = law.displacementMean(given: point)[0] - gamma * slope * score(x)
      return (interpolant.velocity(point)[0] - shortcut) / slope
    }

    /// The score, by automatic differentiation of the density.
    func score(_ x: Double) -> Double { law.score(Vector([x]))[0] }

    /// The expectation of a function of the position and the latent, by an integral for each value of the path.
    func mean(_ f: (_ x: Double, _ z: Double) -> Double) -> Interval {
      let potential = interpolant.latent.potentials[0]
      let density = { (z: Double) in Double.exp(-potential.value(z)) }
      let total = law.path.indices.reduce(0 as Interval) { sum, k in
        let part = Quadrature.line { z in
          HomeworkII.product(density(z)) { f(law.path[k][0] + gamma * z, z) }
        }
        return sum + Interval(law.weights[k]) * Interval(part)
      }
      return total / Interval(Quadrature.line(density))
    }
  }
}
