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
        L[\eta] = \int_0^1\mathbb{E}\bigl[\tfrac12|\eta(t,x_t)|^2 - \nabla V(z)\cdot\eta(t,x_t)\bigr]dt
        = \tfrac12\int_0^1\mathbb{E}|\eta - \eta_V|^2dt - \tfrac12\int_0^1\mathbb{E}|\eta_V|^2dt, \quad
        \eta_V = \mathbb{E}[\nabla V(z)\mid x_t=x]
        """#,
        assuming: [#"$J(r) = \mathbb{E}|\nabla V(z)|^2 < \infty$: the latent has finite Fisher information"#],
        remarks: [
          #"""
          The minimiser is $\eta_V = -\gamma s$, the minimum $-\frac12\int\gamma^2\,\mathbb{E}|s|^2dt$. In the form
          $\frac12\mathbb{E}|\eta - \nabla V(z)|^2$ the objective is larger by $\frac12J(r)$, and its minimum is half of
          the Fisher information of the latent minus its explained part, $J(r) - \gamma^2 J(\rho)$.
          """#,
          #"The checks look at one time; $J(r) = \mathbb{E}\Delta V$, and equals $d$ for the standard normal law only among those here."#,
        ]
      ) {
        objectiveForNormalLatents
        try fisherInformation
        try objectiveOnTheLine
        try objectiveBySimulation
      }
    }
  }

  private static var objectiveForNormalLatents: Exact {
    Exact("affine fields, normal latents of any covariance") { symbols, d in
      let (P, gamma) = (symbols.symmetric(d), symbols.scalar())
      let endpoints = Gaussian(mean: symbols.vector(2 * d), covariance: symbols.symmetric(2 * d))
      let model = GaussianInterpolant(
        joint: .independent([endpoints, Gaussian(mean: .zero(d), covariance: P)]),
        alpha: Dual(constant: symbols.scalar()), beta: Dual(constant: symbols.scalar()),
        A: Matrix(rows: d, columns: d) { $0 == $1 ? Dual(constant: gamma) : 0 })
      let (K, c) = (symbols.matrix(d), symbols.vector(d))
      let (law, N, slope) = (model.present, model.map.map(\.value), P.inverse * model.latent)
      // The expectations of |Q x + q|^2 and of the product of M w with K x + c.
      let square = { (Q: Matrix<Symbol>, q: Vector<Symbol>) in
        (Q * law.covariance * Q.transpose).trace + (Q * law.mean + q).squaredNorm
      }
      let crossed = { (M: Matrix<Symbol>) in (K * N * model.joint.covariance * M.transpose).trace }
      let gain = slope * model.joint.covariance * N.transpose * law.covariance.inverse
      let offset = model.mean(of: slope, given: .zero(d))
      let (excess, explained) = (square(K - gain, c - offset), square(gain, offset))
      let information = P.inverse.trace
      Step(
        #"\mathbb{E}[\tfrac12|\eta|^2 - \nabla V(z)\cdot\eta], \quad \eta(x) = Kx + c, \; V = \tfrac12z^\top P^{-1}z"#
      ) {
        square(K, c) / 2 - crossed(slope)
      }
      Step(
        #"\tfrac12\mathbb{E}|\eta - \nabla V(z)|^2 - \tfrac12J(r), \quad J(r) = \operatorname{tr}P^{-1}"#,
        because: #"the square is expanded, and $J(r) = \mathbb{E}|\nabla V|^2 = \mathbb{E}\Delta V$"#
      ) {
        // The covariance of (eta - grad V) as one linear map of w.
        let map = K * N - slope
        let mean = K * law.mean + c
        return ((map * model.joint.covariance * map.transpose).trace + mean.squaredNorm - information) / 2
      }
      Rival(
        #"\tfrac12\mathbb{E}|\eta - \nabla V(z)|^2 - \tfrac d2"#,
        "Fisher information of the standard normal law"
      ) {
        let surplus = (information - Symbol(d)) / 2
        return square(K, c) / 2 - crossed(slope) + surplus
      }
      Rival(#"\tfrac12\mathbb{E}|\eta - z|^2 - \tfrac12\mathbb{E}|z|^2"#, "latent in place of the gradient") {
        square(K, c) / 2 - crossed(model.latent)
      }
      Rival(
        #"\mathbb{E}[\tfrac12|\eta|^2 - \gamma^{-1}\nabla V\cdot\eta]"#, "regression on the scaled gradient"
      ) {
        square(K, c) / 2 - crossed(slope) / gamma
      }
      Step(
        #"\tfrac12\mathbb{E}|\eta-\eta_V|^2 - \tfrac12\mathbb{E}|\eta_V|^2"#,
        because:
          #"$\mathbb{E}[\nabla V\cdot\eta(x_t)] = \mathbb{E}[\eta_V(x_t)\cdot\eta(x_t)]$, and the square is completed"#
      ) { (excess - explained) / 2 }
      Rival(#"\tfrac12\mathbb{E}|\eta-\eta_V|^2"#, "minimum taken to be zero") { excess / 2 }
      Rival(#"\mathbb{E}|\eta-\eta_V|^2 - \tfrac12\mathbb{E}|\eta_V|^2"#, "excess without one half") {
        excess - explained / 2
      }
      Step(
        #"\tfrac12\mathbb{E}|\eta-\eta_V|^2 - \tfrac12\gamma^2\,\mathbb{E}|s|^2"#,
        because: #"$\eta_V = -\gamma s$"#
      ) { (excess - gamma.squared * law.covariance.inverse.trace) / 2 }
      Rival(
        #"\tfrac12\mathbb{E}|\eta-\eta_V|^2 - \tfrac12\mathbb{E}|s|^2"#, "schedule forgotten in the minimum"
      ) {
        (excess - law.covariance.inverse.trace) / 2
      }
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
        let potential = latent.potential
        Step(#"J(r) = \mathbb{E}|V'(z)|^2"#) { latent.mean { potential.slope($0).squared } }
        Step(#"\mathbb{E}V''(z)"#, because: #"by parts, $r' = -V'r$"#) {
          latent.mean { derivative(at: $0) { potential.slope($0) } }
        }
        Rival(#"\mathbb{E}V(z)"#, "potential in place of its gradient") {
          latent.mean { potential.value($0) }
        }
        Rival(#"1"#, "that of the standard normal law") { 1 as Interval }
        Rival(#"-\mathbb{E}V''(z)"#, "sign of the integration by parts") {
          latent.mean { -derivative(at: $0) { potential.slope($0) } }
        }
        Step(
          #"\tfrac12, \; 6\pi\sqrt2\,/\,\Gamma(\tfrac14)^2, \; \tfrac{n+1}{n+3}, \; \sigma^{-2}"#,
          because: "in closed form"
        ) {
          latent.information()
        }
        Rival(#"\mathbb{E}z^2"#, "variance in place of the information") { latent.mean { $0.squared } }
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
        let (potential, gamma) = (interpolant.latent.potentials[0], Interval(objective.gamma))
        let guess = { (x: Double) in Double.tanh(x) / 2 + 0.25 }
        let information = objective.mean { potential.slope($1).squared }
        let excess = objective.mean { x, _ in (guess(x) - objective.best(x)).squared }
        let explained = objective.mean { x, _ in objective.best(x).squared }
        Step(#"\mathbb{E}[\tfrac12\eta^2 - V'(z)\,\eta], \quad \eta(x) = \tfrac12\tanh x + \tfrac14"#) {
          objective.mean { guess($0).squared / 2 - potential.slope($1) * guess($0) }
        }
        Step(#"\tfrac12\mathbb{E}(\eta - V'(z))^2 - \tfrac12J(r)"#, because: "the square is expanded") {
          (objective.mean { (guess($0) - potential.slope($1)).squared } - information) / 2
        }
        Restatement(
          #"\mathbb{E}[\tfrac12\eta^2 - \eta_V\,\eta]"#,
          because: "the latent is averaged out before it is used"
        ) { objective.mean { x, _ in guess(x).squared / 2 - objective.best(x) * guess(x) } }
        Rival(
          #"\tfrac12\mathbb{E}(\eta - V'(z))^2 - \tfrac12"#, "Fisher information of the standard normal law"
        ) {
          (objective.mean { (guess($0) - potential.slope($1)).squared } - 1) / 2
        }
        Rival(#"\mathbb{E}[\tfrac12\eta^2 - \gamma^{-1}V'(z)\,\eta]"#, "regression on the scaled gradient") {
          objective.mean { guess($0).squared / 2 - potential.slope($1) * guess($0) / objective.gamma }
        }
        Rival(#"\mathbb{E}[\tfrac12\eta^2 - V(z)\,\eta]"#, "potential in place of its gradient") {
          objective.mean { guess($0).squared / 2 - potential.value($1) * guess($0) }
        }
        Rival(#"\mathbb{E}[\tfrac12\eta^2 - z\,\eta]"#, "latent in place of the gradient") {
          objective.mean { guess($0).squared / 2 - $1 * guess($0) }
        }
        Step(
          #"\tfrac12\mathbb{E}(\eta-\eta_V)^2 - \tfrac12\mathbb{E}\eta_V^2"#,
          because: "conditioning, and the square is completed"
        ) { (excess - explained) / 2 }
        Rival(#"\tfrac12\mathbb{E}(\eta-\eta_V)^2"#, "minimum taken to be zero") { excess / 2 }
        Rival(#"\mathbb{E}(\eta-\eta_V)^2 - \tfrac12\mathbb{E}\eta_V^2"#, "excess without one half") {
          excess - explained / 2
        }
        Step(
          #"\tfrac12\mathbb{E}(\eta-\eta_V)^2 - \tfrac12\gamma^2\,\mathbb{E}s^2"#,
          because: #"the minimum: the explained part of the Fisher information, $\eta_V = -\gamma s$"#
        ) { (excess - gamma.squared * objective.mean { x, _ in objective.score(x).squared }) / 2 }
        Rival(#"\tfrac12\mathbb{E}(\eta-\eta_V)^2 - \tfrac12J(r)"#, "all of the Fisher information explained")
        {
          (excess - information) / 2
        }
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
        let waves = WaveField([[0.4375, 0, 0], [0, 0.4375, 0], [0, 0, 0.4375]])
        let (half, x, z) = (Variate(0.5), sample.x, sample.z)
        // Minus the waves: a field that points the wrong way, so that both terms of the objective add up.
        let (field, divergence) = waves.valueAndDivergence(x)
        let (guess, gamma) = (-field, sample.schedule[0, 0].value)
        let slope = interpolant.latent.gradient(z)
        let best = interpolant.law(Variate.self).gradientMean(given: x)
        Step(#"\mathbb{E}[\tfrac12|\eta|^2 - \nabla V(z)\cdot\eta]"#) {
          half * guess.squaredNorm - slope.dot(guess)
        }
        Step(
          #"\mathbb{E}[\tfrac12|\eta|^2 - \gamma\,\nabla\cdot\eta]"#,
          because:
            #"$\mathbb{E}[\nabla V\cdot\eta] = -\gamma\int\eta\cdot\nabla\rho$, by parts: no latent is left"#
        ) { half * guess.squaredNorm + gamma * divergence }
        Rival(#"\mathbb{E}[\tfrac12|\eta|^2 - z\cdot\eta]"#, "latent in place of the gradient") {
          half * guess.squaredNorm - z.dot(guess)
        }
        Rival(
          #"\mathbb{E}[\tfrac12|\eta|^2 - \gamma^{-1}\nabla V\cdot\eta]"#, "regression on the scaled gradient"
        ) {
          half * guess.squaredNorm - slope.dot(guess) / gamma
        }
        Rival(
          #"\mathbb{E}[\tfrac12|\eta|^2 - \sum_i V_i(z_i)\,\eta_i]"#, "potential in place of its gradient"
        ) {
          let values = Vector(zip(interpolant.latent.potentials, z.components).map { $0.value($1) })
          return half * guess.squaredNorm - values.dot(guess)
        }
        Step(
          #"\tfrac12\mathbb{E}|\eta-\eta_V|^2 - \tfrac12\mathbb{E}|\eta_V|^2"#,
          because: "conditioning, and the square is completed"
        ) { half * ((guess - best).squaredNorm - best.squaredNorm) }
        Rival(#"\tfrac12\mathbb{E}|\eta-\eta_V|^2"#, "minimum taken to be zero") {
          half * (guess - best).squaredNorm
        }
        Rival(#"\mathbb{E}|\eta-\eta_V|^2 - \tfrac12\mathbb{E}|\eta_V|^2"#, "excess without one half") {
          (guess - best).squaredNorm - half * best.squaredNorm
        }
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
