import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkII {
  /// II.2.setup.corrected: how wrong the formula is for a dependent latent, and what independence leaves.
  static var errorOfADependentLatent: Identity {
    get throws {
      try Identity(
        "II.2.setup.corrected", "The set-up, with an independent latent and an integrable gradient",
        #"""
        z\perp(x_0,x_1), \; \mathbb{E}|\nabla V(z)| < \infty \implies
        \nabla\log\rho = -\gamma^{-1}\,\mathbb{E}[\nabla V(z)\mid x_t=x]; \quad
        x_0 = u_0 + \kappa z \implies \nabla\log\rho + \gamma^{-1}\,\mathbb{E}[\nabla V\mid x]
        = \tfrac{\kappa a}{\gamma(\gamma+\kappa a)}\,\mathbb{E}[\nabla V\mid x]
        """#,
        assuming: [
          #"$z$ is independent of $(x_0, x_1)$: the case $\kappa = 0$"#,
          #"$\mathbb{E}|\nabla V(z)| < \infty$, that is $r \in W^{1,1}$; for (c) $\mathbb{E}|\nabla V(z)|^2 < \infty$"#,
        ],
        remarks: [
          #"""
          That $V$ be $C^1$ is not the point: for $V = |z|$ the identity holds with $V' = \pm1$. That $r$ be in
          $W^{1,1}$ is: for a uniform latent $\nabla V = 0$ inside, and the score is made of boundary terms.
          """#
        ]
      ) {
        errorForNormalLatents
        try errorForCurvedLatents
        kinkedPotential
        boundaryTerms
        try errorInWeakForm
      }
    }
  }

  private static var errorForNormalLatents: Exact {
    Exact("the formula's error") { symbols, d in
      let (model, gamma, shift) = coupledScalarModel(symbols, d)
      let x = symbols.vector(d)
      let mean = model.latentMean(given: x)
      Step(#"\nabla\log\rho + \gamma^{-1}\,\mathbb{E}[\nabla V\mid x], \quad x_0 = u_0 + \kappa z"#) {
        gradient(at: x, of: model.constant.present.exponent) + mean / gamma
      }
      Step(
        #"\frac{\kappa a}{\gamma(\gamma + \kappa a)}\,\mathbb{E}[\nabla V\mid x]"#,
        because: #"$x_t = a u_0 + b x_1 + (\gamma + \kappa a) z$ has an independent latent"#
      ) { shift / (gamma * (gamma + shift)) * mean }
      Restatement(
        #"\bigl(\gamma^{-1} - (\gamma + \kappa a)^{-1}\bigr)\,\mathbb{E}[\nabla V\mid x]"#,
        because: "the two factors of the latent, side by side"
      ) { mean / gamma - mean / (gamma + shift) }
      Rival("0", "independence assumed silently") { Vector<Symbol>.zero(d) }
      Rival(#"\frac{\kappa a}{\gamma^2}\,\mathbb{E}[\nabla V\mid x]"#, "first order in the coupling") {
        shift / gamma.squared * mean
      }
    }
  }

  private static var errorForCurvedLatents: Numerical<LatentPoint> {
    get throws {
      try Numerical(
        "the formula's error, latents of other laws", cases: coupledPlaces()
      ) { place in
        let (coupled, gamma, shift) = (place.coupledLaw, place.schedule.value, place.shift)
        let mean = coupled.gradientMean(given: place.point)[0]
        Step(#"\partial_x\log\rho + \gamma^{-1}\,\mathbb{E}[V'\mid x], \quad x_0 = u_0 + \tfrac12 z"#) {
          coupled.score(place.point)[0] + mean / gamma
        }
        Step(
          #"\frac{(1-t)/2}{\gamma(\gamma + (1-t)/2)}\,\mathbb{E}[V'\mid x]"#,
          because: #"$x_t = (1-t)u_0 + t x_1 + (\gamma + \frac12(1-t))z$ has an independent latent"#
        ) { shift / (gamma * (gamma + shift)) * mean }
        Rival("0", "independence assumed silently") { 0 as Interval }
        Rival(#"\frac{(1-t)/2}{\gamma^2}\,\mathbb{E}[V'\mid x]"#, "first order in the coupling") {
          shift / gamma.squared * mean
        }
      }
    }
  }

  private static var kinkedPotential: Numerical<SmoothedPosition> {
    Numerical(
      "a potential with a kink, the absolute value",
      cases: [SmoothedPosition(gamma: 0.75, x: 0.5), SmoothedPosition(gamma: 2, x: -1.25)]
    ) { position in
      let mean = { (f: @escaping (Double) -> Double) in
        position.overTheLine { f($0) * Double.exp(-$0.magnitude) * position.normal($0).value }
          / position.overTheLine { Double.exp(-$0.magnitude) * position.normal($0).value }
      }
      let (slope, gamma) = (mean { $0 < 0 ? -1 : 1 }, Interval(position.gamma))
      Step(#"\partial_x\log\rho(x), \quad x = I + \gamma z, \; I\sim N(0,1)"#) {
        position.overTheLine { Double.exp(-$0.magnitude) * position.normal($0).derivative }
          / position.overTheLine { Double.exp(-$0.magnitude) * position.normal($0).value }
      }
      Step(
        #"-\gamma^{-1}\,\mathbb{E}[V'(z)\mid x], \quad V' = \pm 1"#, because: #"$r \in W^{1,1}$ is enough"#
      ) {
        -slope / gamma
      }
      Rival(#"\gamma^{-1}\,\mathbb{E}[V'\mid x]"#, "sign") { slope / gamma }
      Rival(#"-\gamma^{-1}\,\mathbb{E}[z\mid x]"#, "latent in place of the gradient") { -mean { $0 } / gamma }
    }
  }

  private static var boundaryTerms: Numerical<SmoothedPosition> {
    Numerical(
      "a uniform latent on (-1, 1): boundary terms",
      cases: [SmoothedPosition(gamma: 0.75, x: 0.5), SmoothedPosition(gamma: 2, x: -1.25)]
    ) { position in
      let gamma = Interval(position.gamma)
      let mass = Interval(Quadrature.interval(-1...1) { position.normal($0).value })
      let (left, right) = (
        Interval(position.normal(-1).value).widened, Interval(position.normal(1).value).widened
      )
      Step(#"\partial_x\log\rho(x), \quad x = I + \gamma z, \; I\sim N(0,1)"#) {
        Interval(Quadrature.interval(-1...1) { position.normal($0).derivative }) / mass
      }
      Step(
        #"-\gamma^{-1}\,\mathbb{E}[V'\mid x] - \gamma^{-1}\bigl[p_I(x-\gamma z)\bigr]_{-1}^{1}\big/\int_{-1}^1 p_I(x-\gamma z)dz"#,
        because: #"by parts with $V' = 0$ inside; $r$ jumps at $\pm1$ and is not in $W^{1,1}$"#
      ) { (left - right) / gamma / mass }
      Rival(#"-\gamma^{-1}\,\mathbb{E}[V'\mid x] = 0"#, "boundary terms forgotten") { 0 as Interval }
      Rival(#"+\gamma^{-1}\bigl[p_I(x-\gamma z)\bigr]_{-1}^{1}\big/\int p_I"#, "sign of the boundary terms") {
        (right - left) / gamma / mass
      }
    }
  }

  private static var errorInWeakForm: Statistical<LatentInterpolant> {
    get throws {
      try coupledInWeakForm { coupled in
        Step(
          #"\mathbb{E}[(\gamma + \tfrac12(1-t))^{-1}\,\nabla V(z)\cdot\varphi(x_t)]"#,
          because: #"by parts, $z$ being independent of $u_0$ and $x_1$"#
        ) { coupled.work / (coupled.gamma + coupled.shift) }
        Rival(#"\mathbb{E}[\gamma^{-1}\,\nabla V(z)\cdot\varphi(x_t)]"#, "independence assumed silently") {
          coupled.work / coupled.gamma
        }
      }
    }
  }

  /// The weak form of the score of a latent coupled to the start, with what is claimed to follow from it.
  static func coupledInWeakForm(
    @Lines<Variate> _ claim: @escaping @Sendable (CoupledSample) -> [Line<Variate>]
  ) throws -> Statistical<LatentInterpolant> {
    try Statistical(
      "weak form, latents coupled to the start",
      cases: [
        Latents.product([LogCoshPotential(), QuarticPotential(), StudentPotential(degrees: 4)], time: 0.25)
      ]
    ) { interpolant, draw in
      let coupled = CoupledSample(interpolant, draw)
      Step(#"\mathbb{E}[\nabla\cdot\varphi(x_t)], \quad x_0 = u_0 + \tfrac12 z"#) { coupled.divergence }
      claim(coupled)
    }
  }

  /// The position `I + gamma z` on the line with standard normal `I`.
  struct SmoothedPosition: Sendable, CustomStringConvertible {
    let gamma: Double
    let x: Double
    var description: String { "gamma = \(gamma.brief), x = \(x.brief)" }

    /// The density of `I` at `x - gamma z` up to a factor, with its derivative in `x`.
    func normal(_ z: Double) -> Dual<Double> { Dual.exp(-(Dual(variable: x) - Dual(gamma * z)).squared / 2) }

    /// The integral over the line, cut at zero, where the integrand may have a kink or a jump.
    func overTheLine(_ f: (Double) -> Double) -> Interval {
      Interval(Quadrature.below(0) { f($0) }) + Interval(Quadrature.below(0) { f(-$0) })
    }
  }

  /// Samples of an interpolant whose start is `u_0 + z / 2`, against a field of waves.
  struct CoupledSample {
    /// The schedule and what the coupling adds to it, `(1 - t) / 2`.
    let (gamma, shift): (Variate, Variate)
    /// The field's divergence at the position, and its inner product with the gradient of the potential.
    let (divergence, work): (Variate, Variate)

    init(_ interpolant: LatentInterpolant, _ draw: Draw) {
      let sample = interpolant.sample(draw)
      let waves = WaveField([[0.375, 0, 0], [0, 0.375, 0], [0, 0, 0.375]])
      gamma = sample.schedule[0, 0].value
      shift = Variate((1 - interpolant.time) / 2)
      let x = sample.x + shift * sample.z
      let (field, divergence) = waves.valueAndDivergence(x)
      self.divergence = divergence
      work = field.dot(interpolant.latent.gradient(sample.z))
    }
  }
}

extension HomeworkII.LatentPoint {
  /// What the coupling `x_0 = u_0 + z / 2` adds to the schedule on the line.
  var shift: Interval { (1 - Interval(interpolant.time)) / 2 }

  /// The law on the line of the position whose start is coupled to the latent.
  var coupledLaw: LatentLaw<Interval> {
    let law = interpolant.law(Interval.self)
    return LatentLaw(
      latent: law.latent, A: Matrix([[law.A[0, 0] + shift]]), weights: law.weights, path: law.path,
      displacement: law.displacement)
  }
}

extension Interval {
  /// The interval of a number that is trusted to 2^-48 of itself, as an integrand is.
  fileprivate var widened: Interval { self * Interval(1 - 0x1p-48...1 + 0x1p-48) }
}
