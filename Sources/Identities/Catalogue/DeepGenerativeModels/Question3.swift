import Arithmetic
import Probability
import Transport
import Verification

extension DeepGenerativeModels {
  /// Deep Generative Models, Question 3: a dog made into a husky.
  static var question3: Problem {
    get throws {
      try Problem(
        "DGM.3", "From dogs to huskies",
        setting: #"""
          Two diffusion models share the noising $dx = f x\,dt + g\,dw$; $p_1$ is the law of dogs, $p_2$ that of huskies, and
          $p_{k,t}$ is $p_k$ noised to time $t$, with score $s_k$. A dog is noised to time $t_0$ and brought back to time 0. The
          procedure of the solution has the drift $f(x,t) = p_{\theta_1}(x)$, a number where a vector is needed: for
          $d \ge 2$ it is refused and not evaluated.
          """#,
        figures: [dogFigure]
      ) {
        try dogProcedureAsWritten  // DGM.3a
        try dogProcedure  // DGM.3a.corrected
        try dogShortcut  // DGM.3b
      }
    }
  }

  /// The drift of the solution's forward SDE: the density of the dogs, which is a vector on the line only.
  struct DensityDrift: Sendable, CustomStringConvertible {
    let law: GaussianMixture<Double>

    /// Throws `InvalidArgument` in more than one dimension: a density is a number, a drift a vector.
    init(_ law: GaussianMixture<Double>) throws {
      guard law.dimension == 1 else {
        throw InvalidArgument(
          "f", is: "the density p(x), one number", expected: "a vector of \(law.dimension) coordinates")
      }
      self.law = law
    }

    var description: String { "\(law.components.count) components on the line" }

    /// The drift at a point.
    func callAsFunction<S: Elementary>(_ x: S) -> S { law.map { S($0) }.density(Vector([x])) }

    /// A particle from the law after four steps of Euler and Maruyama to time one, with noise of variance 1/16: by how much
    /// it has moved, and by how much the drift has moved it.
    func particle(_ draw: Draw) throws -> (moved: Variate, drifted: Variate) {
      let (h, noise) = (0.25, 0.25)
      let start = try law.sample(draw)[0]
      var (x, drifted) = (start, 0 as Variate)
      for _ in 0..<4 {
        let move = Variate(h) * self(x)
        drifted += move
        x += move + Variate(noise * Double.sqrt(h)) * draw.normal()
      }
      return (x - start, drifted)
    }

    static var normal: DensityDrift {
      get throws { try DensityDrift(GaussianMixture(weights: [1], components: [.standard(1)])) }
    }

    /// A mixture of mean zero.
    static var mixture: DensityDrift {
      get throws {
        try DensityDrift(
          GaussianMixture(
            weights: [0.25, 0.75],
            components: [.line(mean: -1.5, variance: 0.25), .line(mean: 0.5, variance: 0.5)]))
      }
    }
  }

  /// DGM.3a as the solution writes it, with a density for a drift.
  static var dogProcedureAsWritten: Identity {
    get throws {
      try Identity(
        "DGM.3a", "A dog's density as drift, as the solution has it",
        #"dx = p_{\theta_1}(x)\,dt + g\,dw \text{ noises a dog: it forgets its start, and a centred law stays centred}"#,
        assuming: [#"$d = 1$, where the SDE is defined at all"#],
        expectation: .fails(
          correctedBy: "DGM.3a.corrected",
          why: #"""
            $p_{\theta_1}(x)$ is a density, one number: for $d \ge 2$ it is no drift. For $d = 1$ it is positive everywhere,
            so that particles move to the right for ever and the start is never forgotten. The drift must be the fixed one of
            the noising; and the solution does not say whose score is used, nor its sign.
            """#,
          counterexample: #"""
            $p = N(0,1)$ and a start from it: $\frac{d}{dt}\mathbb{E}x_t|_{t=0} = \mathbb{E}\,p(X) = \frac1{2\sqrt\pi} =
            0.2821 > 0$, while under VP $\mathbb{E}x_t = 0$.
            """#),
        remarks: [#"In more dimensions the package refuses the drift with a typed error that names it."#]
      ) {
        Numerical(
          "rate of the mean at the start", cases: [try DensityDrift.normal, try DensityDrift.mixture]
        ) { drift in
          let density = drift.law.lineDensity
          Step(#"\tfrac{d}{dt}\mathbb{E}x_t|_{t=0} = \int p(x)\,p(x)\,dx"#) {
            Quadrature.interval(-12...12) { density($0) * density($0) }
          }
          Step(#"0"#, because: "a noising process keeps a centred law centred") { 0 as Interval }
          Restatement(
            #"\sum_{ij}w_iw_j\,N(m_i - m_j; 0, v_i + v_j)"#,
            because: #"for $N(0,1)$ this is $1/2\sqrt\pi$"#
          ) {
            let law = drift.law.map { Interval($0) }
            return law.components.indices.reduce(0 as Interval) { sum, i in
              law.components.indices.reduce(sum) {
                let (a, b) = (law.components[i], law.components[$1])
                let pair = Gaussian.line(mean: b.mean[0], variance: a.covariance[0, 0] + b.covariance[0, 0])
                return $0 + law.weights[i] * law.weights[$1] * pair.density(a.mean)
              }
            }
          }
        }
        try Statistical("particles", cases: [DensityDrift.normal, DensityDrift.mixture]) { drift, draw in
          let particle = try drift.particle(draw)
          Step(#"\mathbb{E}[x_1 - x_0], \text{ four steps of Euler and Maruyama}"#) { particle.moved }
          Step(#"0"#, because: "a noising process keeps a centred law centred") { 0 }
          Restatement(
            #"\mathbb{E}\textstyle\sum_k h\,p(x_{t_k})"#,
            because: "the noise has mean zero, and the drift is positive"
          ) { particle.drifted }
        }
      }
    }
  }

  /// Normal dogs, huskies and noise on the line, in closed form, for a noising with given signal and variance.
  struct NormalDogs<S: Field> {
    /// Mean and variance of dogs and of huskies.
    let (dog, husky): ((mean: S, variance: S), (mean: S, variance: S))
    /// The kernel of the noising to time `t_0`.
    let kernel: NoisingKernel<S>

    /// A law noised to time `t_0`.
    func noised(_ law: (mean: S, variance: S)) -> (mean: S, variance: S) {
      (kernel.signal * law.mean, kernel.signal.squared * law.variance + kernel.variance)
    }

    /// The law at time 0 of what leaves time `t_0` with a law, under the reversed process of another.
    ///
    /// The transition is the posterior of that other law: the exact reversed SDE has no other.
    func broughtBack(
      _ start: (mean: S, variance: S), by law: (mean: S, variance: S)
    ) -> (mean: S, variance: S) {
      let there = noised(law)
      let gain = kernel.signal * law.variance / there.variance
      return (
        law.mean + gain * (start.mean - there.mean),
        law.variance - gain * kernel.signal * law.variance + gain.squared * start.variance
      )
    }

    /// The output of the procedure: noised dogs, brought back as huskies.
    var output: (mean: S, variance: S) { broughtBack(noised(dog), by: husky) }
  }

  /// `KL(N(m, v) || N(m', v'))` on the line.
  static func normalDivergence<S: Elementary>(
    _ p: (mean: S, variance: S), from q: (mean: S, variance: S)
  ) -> S {
    let ratio = p.variance / q.variance
    return (ratio - 1 - S.log(ratio) + (p.mean - q.mean).squared / q.variance) / 2
  }

  /// The dogs and huskies of the truth file under VP with `beta = 1`, whose integral up to `t_0` is `B`.
  static func truthDogs<S: Elementary>(_ B: S, dogMean: Double = 1) -> NormalDogs<S> {
    NormalDogs(
      dog: (S(dogMean), S(0.5)), husky: (S(1.5), S(0.25)),
      kernel: NoisingKernel(signal: S.exp(-B / 2), variance: 1 - S.exp(-B)))
  }

  /// Divergence of the output from the huskies against `t_0`.
  private static var dogFigure: Figure {
    Figure(
      "dog-to-husky",
      caption: #"""
        How far the output is from huskies when the reversed SDE starts at $t_0$, under VP with $\beta = 1$: from a noised dog,
        from $N(0,1)$, and from a dog far away; dogs $N(1, \frac12)$ and $N(10,\frac12)$, huskies $N(1.5, \frac14)$. A dog
        saves the time between two curves at the same height; a dog far away costs time.
        """#,
      x: .init("time t₀ at which the reversed SDE starts"),
      y: .init("KL(output ‖ huskies), nats", isLogarithmic: true)
    ) {
      let times = (1...48).map { Double($0) / 8 }
      let divergence = { (t: Double, start: (NormalDogs<Double>) -> (Double, Double), mean: Double) in
        let model = truthDogs(t, dogMean: mean)
        return normalDivergence(model.broughtBack(start(model), by: model.husky), from: model.husky)
      }
      return [
        .init("from a noised dog", points: times.map { ($0, divergence($0, { $0.noised($0.dog) }, 1)) }),
        .init("from N(0, 1)", points: times.map { ($0, divergence($0, { _ in (0, 1) }, 1)) }),
        .init("from a dog far away", points: times.map { ($0, divergence($0, { $0.noised($0.dog) }, 10)) }),
      ]
    }
  }
}
