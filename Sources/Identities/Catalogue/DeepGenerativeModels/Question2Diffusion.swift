import Arithmetic
import Probability
import Transport
import Verification

extension DeepGenerativeModels {
  /// DGM.2a.iii as the solution writes it, without the divergence of the drift.
  static var diffusionLikelihoodAsWritten: Identity {
    get throws {
      try Identity(
        "DGM.2a.iii", "Likelihood of a diffusion, as the solution has it",
        #"\log p_\theta(x) = \log p_T(x_T) - \int_0^T\tfrac12\beta(t)\,\nabla\cdot s_\theta(x,t)\,dt"#,
        assuming: [
          #"$x_t$ is read as the probability flow from $x$, the reading most in favour of the formula"#
        ],
        expectation: .fails(
          correctedBy: "DGM.2a.iii.corrected",
          why: #"""
            The divergence of the drift is missing: $-\frac12\int\beta\,d\,dt$ for VP. Moreover $x_T$ must be the end of the
            probability flow, not "the noised $x$", and the score's argument must be $x_t$, not $x$. The sign of the score's
            term is right.
            """#,
          counterexample: #"""
            $p = N(0,1)$, VP with $\beta = 1$, $T = 1$, $x = 0$: nothing moves, $\nabla\cdot s = -1$; the truth is
            $\log p(0) = -0.9189385$, the formula gives $-0.4189385$. For $\frac14N(-1.5,\frac14) + \frac34N(1,\frac12)$,
            $\beta = 0.5 + 3t$, $x = 0.5$ and $N(0,1)$ for $p_T$: $-1.047559$ against $-0.047559$.
            """#),
        remarks: [
          #"""
          For VE the drift is zero and the formula, with $\beta$ read as $g^2$, is right: an example with VE cannot show the
          defect. The correction has a check that says so.
          """#
        ]
      ) {
        Exact("rate along the probability flow, normal data") { symbols, d in
          let (noised, x) = (NoisedGaussian(symbols, d, preserving: true), symbols.vector(d, "x"))
          Step(#"\tfrac{d}{dt}\log p_t(x_t)"#) { noised.rateAlongFlow(x) }
          Step(#"\tfrac12\beta\,\nabla\cdot s(x_t,t)"#, because: "the formula, differentiated in time") {
            noised.squaredNoise / 2 * noised.scoreDivergence
          }
          Restatement(#"\tfrac12\beta\bigl(d + \nabla\cdot s(x_t,t)\bigr)"#) {
            noised.squaredNoise / 2 * (Symbol(d) + noised.scoreDivergence)
          }
        }
        try Numerical(
          "probability flow against the true density",
          cases: [try stationaryPoint] + LikelihoodCases.preservingAll, precision: 1e-9
        ) { point in
          let solved = try point.solved()
          Step(#"\log p(x)"#) { point.logDensity() }
          Step(#"\log p_T(x_T) - \int_0^T\tfrac12\beta\,\nabla\cdot s(x_t,t)\,dt"#, because: "the solution") {
            solved.withoutDrift
          }
          Restatement(#"\log p_T(x_T) - \tfrac12\int_0^T\beta\,(d + \nabla\cdot s(x_t,t))\,dt"#) {
            solved.logLikelihood
          }
        }
        try Statistical(
          "weak form, noised mixtures",
          cases: [LikelihoodCases.preserving("VP, narrow mixture", LikelihoodCases.narrow, [0.5])]
        ) { point, draw in
          let weak = try WeakLikelihood(point.model, time: 0.09375, draw)
          Step(weakLikelihoodText) { weak.rate }
          Step(#"\mathbb{E}[\varphi\,\tfrac12\beta\,\nabla\cdot s(x_t,t)]"#, because: "the solution") {
            weak.weighted(score: 0.5, drift: 0)
          }
          Restatement(#"\mathbb{E}[\varphi\,\tfrac12\beta(d + \nabla\cdot s(x_t,t))]"#) {
            weak.weighted(score: 0.5, drift: -1)
          }
        }
      }
    }
  }

  /// The standard normal law under VP with rate one: nothing moves.
  private static var stationaryPoint: LikelihoodCases.VP {
    get throws {
      LikelihoodCases.VP(
        name: "VP, normal, beta = 1",
        model: ProbabilityFlow(
          try VariancePreserving(from: 1, to: 1),
          data: GaussianMixture(weights: [1], components: [.standard(1)])),
        x: [0])
    }
  }

  private static let weakLikelihoodText =
    #"\tfrac{d}{ds}\mathbb{E}[\varphi(x_s)]\big|_{s=t} + \mathbb{E}[\varphi\,v\cdot\nabla\log p_t] = \mathbb{E}\bigl[\varphi\,\tfrac{d}{dt}\log p_t(x_t)\bigr]"#

  /// DGM.2a.iii with the whole divergence.
  static var diffusionLikelihood: Identity {
    get throws {
      try Identity(
        "DGM.2a.iii.corrected", "Likelihood of a diffusion",
        #"""
        \dot x_t = f x_t - \tfrac12g^2s_\theta(x_t,t): \qquad \log p_\theta(x_0) = \log p_T(x_T)
        + \int_0^T\nabla\cdot\bigl(f x - \tfrac12g^2s_\theta\bigr)(x_t,t)\,dt
        """#,
        assuming: [
          #"it is the density of the ODE's model; the reversed SDE's model has another one unless $s_\theta$ is the true score"#,
          "the integrand is evaluated along the trajectory of the ODE",
        ],
        remarks: [
          #"""
          For VP this is $\log p_T(x_T) - \frac12\int_0^T\beta\,(d + \nabla\cdot s_\theta)\,dt$, for VE
          $\log p_T(x_T) - \frac12\int_0^Tg^2\,\nabla\cdot s_\theta\,dt$. The checks use the exact law $p_T$; a model that
          starts from $N(0,1)$ instead has its own density, which differs by that of the two laws at $x_T$.
          """#
        ]
      ) {
        Exact("rate along the probability flow, normal data") { symbols, d in
          let (noised, x) = (NoisedGaussian(symbols, d, preserving: false), symbols.vector(d, "x"))
          let (g2, s) = (noised.squaredNoise, noised.scoreDivergence)
          let drift = noised.f * Symbol(d)
          Step(#"\tfrac{d}{dt}\log p_t(x_t)"#) { noised.rateAlongFlow(x) }
          Step(#"-\nabla\cdot(f x - \tfrac12g^2s)"#, because: "mass is carried along") { g2 / 2 * s - drift }
          Rival(#"\tfrac12g^2\nabla\cdot s"#, "divergence of the drift forgotten: the solution") {
            g2 / 2 * s
          }
          Rival(#"\nabla\cdot(f x - \tfrac12g^2s)"#, "sign") { drift - g2 / 2 * s }
          Rival(#"-\nabla\cdot(f x - g^2s)"#, "drift of the reversed SDE") { g2 * s - drift }
        }
        try Numerical("VP against the true density", cases: LikelihoodCases.preservingAll, precision: 1e-9) {
          point in
          let solved = try point.solved()
          let (rest, score) = (solved.endLogDensity, solved.expansion - solved.driftExpansion)
          Step(#"\log p(x)"#) { point.logDensity() }
          Step(#"\log p_T(x_T) - \tfrac12\int_0^T\beta\,(d + \nabla\cdot s(x_t,t))\,dt"#) {
            solved.logLikelihood
          }
          Rival(
            #"\log p_T(x_T) - \tfrac12\int_0^T\beta\,\nabla\cdot s\,dt"#, "divergence of the drift forgotten"
          ) {
            solved.withoutDrift
          }
          Rival(#"\log p_T(x_T) + \tfrac12\int_0^T\beta\,(d + \nabla\cdot s)\,dt"#, "sign") {
            rest - solved.expansion
          }
          Rival(
            #"\log p_T(x_T) - \int_0^T\beta\,(\tfrac d2 + \nabla\cdot s)\,dt"#,
            "one half of the score forgotten"
          ) {
            solved.logLikelihood + score
          }
          Rival(
            #"\log p_T(x_T) - \tfrac12\int_0^T\beta\,(d + \nabla\cdot s(x,t))\,dt"#,
            "integrand frozen at the data"
          ) {
            rest + frozenExpansion(point)
          }
          Rival(
            #"\log p_T(\alpha_Tx) - \tfrac12\int_0^T\beta\,(d + \nabla\cdot s)\,dt"#,
            #"$x_T$ the mean of the noised $x$"#
          ) {
            noisedMeanLogDensity(point) + solved.expansion
          }
        }
        try Numerical("VE against the true density", cases: LikelihoodCases.explodingAll, precision: 1e-9) {
          point in
          let solved = try point.solved()
          Step(#"\log p(x)"#) { point.logDensity() }
          Step(#"\log p_T(x_T) - \tfrac12\int_0^Tg^2\,\nabla\cdot s(x_t,t)\,dt"#) { solved.logLikelihood }
          Restatement(
            #"\text{the solution's formula with } \beta = g^2"#,
            because: "VE has no drift: it cannot show the defect"
          ) { solved.withoutDrift }
          Rival(#"\log p_T(x_T) + \tfrac12\int_0^Tg^2\,\nabla\cdot s\,dt"#, "sign") {
            solved.endLogDensity - solved.expansion
          }
          Rival(#"\log p_T(x_T) - \int_0^Tg^2\,\nabla\cdot s\,dt"#, "one half forgotten") {
            solved.logLikelihood + solved.expansion
          }
          Rival(
            #"\log p_T(x) - \tfrac12\int_0^Tg^2\,\nabla\cdot s(x,t)\,dt"#, "nothing moved: frozen at the data"
          ) {
            noisedMeanLogDensity(point) + frozenExpansion(point)
          }
        }
        Numerical(
          "end of the flow on the line",
          cases: try [0.5, -1.25, 2].map {
            try LikelihoodCases.preserving("VP, mixture", LikelihoodCases.line, [$0])
          },
          precision: 1e-9
        ) { point in
          let end = try point.model.flow(of: point.x, from: 0, to: 1, spans: 4).position[0]
          Step(#"F_0(x)"#) { point.model.data.probability(below: Estimate(point.x[0], .none)) }
          Step(#"F_T(x_T)"#, because: "a flow on the line keeps the order of particles") {
            point.model.law(at: 1.0).probability(below: end)
          }
          Rival(#"F_T(\alpha_Tx)"#, #"$x_T$ the mean of the noised $x$"#) {
            let mean = point.model.sde.kernel(to: 1.0).signal * point.x[0]
            return point.model.law(at: 1.0).probability(below: Estimate(mean, .none))
          }
        }
        try Statistical(
          "weak form, noised mixtures",
          cases: [LikelihoodCases.preserving("VP, narrow mixture", LikelihoodCases.narrow, [0.5])]
        ) { point, draw in
          let weak = try WeakLikelihood(point.model, time: 0.09375, draw)
          Step(weakLikelihoodText) { weak.rate }
          Step(
            #"\mathbb{E}[\varphi\,\tfrac12\beta(d + \nabla\cdot s(x_t,t))]"#, because: "the identity's rate"
          ) {
            weak.weighted(score: 0.5, drift: -1)
          }
          Rival(#"\mathbb{E}[\varphi\,\tfrac12\beta\,\nabla\cdot s]"#, "divergence of the drift forgotten") {
            weak.weighted(score: 0.5, drift: 0)
          }
          Rival(#"-\mathbb{E}[\varphi\,\tfrac12\beta(d + \nabla\cdot s)]"#, "sign") {
            weak.weighted(score: -0.5, drift: 1)
          }
          Rival(#"\mathbb{E}[\varphi\,\beta(\tfrac d2 + \nabla\cdot s)]"#, "one half of the score forgotten")
          {
            weak.weighted(score: 1, drift: -1)
          }
        }
      }
    }
  }

  /// The integral of the divergence of the probability flow over time, at a point that does not move.
  static func frozenExpansion<SDE>(_ point: LikelihoodPoint<ProbabilityFlow<SDE>>) -> Interval {
    let x = Vector(point.x)
    return Interval(
      Quadrature.interval(0...point.model.sde.duration) { t in
        divergence(at: x) { point.model.velocity(at: Dual(constant: t), $0) }
      })
  }

  /// The log-density of the last law at the mean that noise gives a point.
  static func noisedMeanLogDensity<SDE>(_ point: LikelihoodPoint<ProbabilityFlow<SDE>>) -> Interval {
    let T = Interval(point.model.sde.duration)
    let signal = point.model.sde.kernel(to: T).signal
    return point.model.law(at: T).logDensity(signal * Vector(point.x.map { Interval($0) }))
  }

  /// The rate of the log-density along a flow, tested against a wave on the samples that noising makes.
  private struct WeakLikelihood {
    /// `d/dt E[phi(x_t)]` by the samples' own velocities, plus `phi v . score`.
    let rate: Variate
    private let wave: Variate
    private let scoreDivergence: Variate
    private let linear: Variate
    private let squaredNoise: Variate

    /// On the line, where one pass gives the score with its derivative.
    init<SDE>(_ flow: ProbabilityFlow<SDE>, time: Double, _ draw: Draw) throws {
      let path = flow.sde.path(at: time)
      let (x0, z) = (try flow.data.sample(draw)[0], draw.normal())
      let x = Variate(path.signal.value) * x0 + Variate(path.noise.value) * z
      let velocity = Variate(path.signal.derivative) * x0 + Variate(path.noise.derivative) * z
      let s = flow.law(at: time).map { Dual<Variate>($0) }.score(Vector([Dual(variable: x)]))[0]
      let test = Wave([0.25], phase: 1.25)
      let (f, g2) = (flow.sde.driftRate(at: time), flow.sde.squaredNoise(at: time))
      let v = Variate(f) * x - Variate(g2 / 2) * s.value
      let (value, gradient) = test.valueAndGradient(Vector([x]))
      wave = value
      rate = gradient[0] * velocity + wave * v * s.value
      scoreDivergence = s.derivative
      linear = Variate(f)
      squaredNoise = Variate(g2)
    }

    /// `E[phi (score g^2 div s + drift d f)]`.
    func weighted(score: Double, drift: Double) -> Variate {
      wave * (Variate(score) * squaredNoise * scoreDivergence + Variate(drift) * linear)
    }
  }
}
