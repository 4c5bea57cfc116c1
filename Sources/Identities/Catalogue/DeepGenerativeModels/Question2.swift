import Arithmetic
import Probability
import Transport
import Verification

extension DeepGenerativeModels {
  /// Deep Generative Models, Question 2: which models know their likelihood.
  static var question2: Problem {
    get throws {
      try Problem(
        "DGM.2", "Likelihoods of generative models",
        setting: #"""
          $\log p_\theta(x)$ for a trained model: a VAE with decoder $p_\theta(x\mid z)$ and encoder $q(z\mid x)$; the
          probability flow $\dot x_t = f x_t - \frac12g^2s_\theta(x_t,t)$ of a diffusion $dx = f x\,dt + g\,dw$ from data at
          $t = 0$ to noise at $t = T$ (VP: $f = -\frac12\beta$, $g^2 = \beta$; VE: $f = 0$); a rectified flow
          $\dot x_t = v_\theta(x_t,t)$ from a source $p_0$ at $t = 0$ to data at $t = 1$. That a GAN (2(a)ii) has no density
          is right in general and prose here: the image of a latent of lower dimension is singular, and only an invertible
          generator has a density, by change of variables.
          """#
      ) {
        linearAutoencoder  // DGM.2a.i
        try diffusionLikelihoodAsWritten  // DGM.2a.iii
        try diffusionLikelihood  // DGM.2a.iii.corrected
        try rectifiedLikelihoodAsWritten  // DGM.2a.iv
        try rectifiedLikelihood  // DGM.2a.iv.corrected
        try densityRatio  // DGM.2a.v
        try diffusionProcedureAsWritten  // DGM.2b.i
        try diffusionProcedure  // DGM.2b.i.corrected
        try rectifiedProcedureAsWritten  // DGM.2b.ii
        try rectifiedProcedure  // DGM.2b.ii.corrected
      }
    }
  }

  /// A point and the data it is asked about.
  struct LikelihoodPoint<Model: Sendable>: Sendable, CustomStringConvertible {
    let name: String
    let model: Model
    let x: [Double]
    var description: String { "\(name), x = \(x.map(\.brief).joined(separator: ", "))" }
  }

  /// Data and diffusions whose likelihoods are asked for.
  enum LikelihoodCases {
    typealias VP = LikelihoodPoint<ProbabilityFlow<VariancePreserving>>
    typealias VE = LikelihoodPoint<ProbabilityFlow<VarianceExploding>>

    /// The mixture of the truth file.
    static var line: GaussianMixture<Double> {
      GaussianMixture(
        weights: [0.25, 0.75], components: [.line(mean: -1.5, variance: 0.25), .line(mean: 1, variance: 0.5)])
    }

    /// A mixture of narrow components, whose score has a divergence that shows among samples.
    static var narrow: GaussianMixture<Double> {
      GaussianMixture(
        weights: [0.25, 0.75],
        components: [.line(mean: -1.5, variance: 0.0625), .line(mean: 1, variance: 0.09375)])
    }

    /// A mixture in the plane with correlated components.
    static var plane: GaussianMixture<Double> {
      get throws {
        try GaussianMixture([
          (0.375, Gaussian(mean: [-1, 0.5], covariance: [[0.5, 0.25], [0.25, 0.375]])),
          (0.625, Gaussian(mean: [1, -0.25], covariance: [[0.75, -0.25], [-0.25, 0.5]])),
        ])
      }
    }

    static func preserving(_ name: String, _ data: GaussianMixture<Double>, _ x: [Double]) throws -> VP {
      VP(name: name, model: ProbabilityFlow(try VariancePreserving(from: 0.5, to: 3.5), data: data), x: x)
    }

    static func exploding(_ name: String, _ data: GaussianMixture<Double>, _ x: [Double]) throws -> VE {
      VE(name: name, model: ProbabilityFlow(try VarianceExploding(from: 0.25, to: 2.5), data: data), x: x)
    }

    static var preservingAll: [VP] {
      get throws {
        try [0.5, -1.25, 2].map { try preserving("VP, mixture on the line", line, [$0]) }
          + [preserving("VP, mixture in the plane", plane, [0.5, -0.75])]
      }
    }

    static var explodingAll: [VE] {
      get throws {
        [
          try exploding("VE, mixture on the line", line, [0.5]),
          try exploding("VE, mixture in the plane", plane, [-0.25, 1]),
        ]
      }
    }
  }
}

extension DeepGenerativeModels.LikelihoodPoint {
  /// Where the probability flow of a diffusion leads, and what it adds to the log-density.
  func solved<SDE>() throws -> DeepGenerativeModels.SolvedFlow where Model == ProbabilityFlow<SDE> {
    let end = try model.flow(of: x, from: 0, to: model.sde.duration, spans: 4)
    let position = Vector(end.position.map { Interval($0) })
    return DeepGenerativeModels.SolvedFlow(
      position: position, expansion: Interval(end.expansion),
      driftExpansion: model.driftExpansion,
      endLogDensity: model.law(at: Interval(model.sde.duration)).logDensity(position))
  }

  /// The logarithm of the data's density at the point.
  func logDensity<SDE>() -> Interval where Model == ProbabilityFlow<SDE> {
    model.data.map { Interval($0) }.logDensity(Vector(x.map { Interval($0) }))
  }
}

extension DeepGenerativeModels {
  /// A flow that has been solved from a point, with the two parts of the integrated divergence.
  struct SolvedFlow {
    /// The end of the trajectory.
    let position: Vector<Interval>
    /// The integral of the velocity's divergence along it.
    let expansion: Interval
    /// The part of the linear drift.
    let driftExpansion: Interval
    /// The log-density of the last law at the end.
    let endLogDensity: Interval

    /// The log-likelihood of the point.
    var logLikelihood: Interval { endLogDensity + expansion }
    /// The solution's formula: the score's part of the divergence alone.
    var withoutDrift: Interval { endLogDensity + expansion - driftExpansion }
  }

  /// A normal law that noise is turning into another: signal, noise and their rates are free.
  struct NoisedGaussian {
    let law: Gaussian<Dual<Symbol>>
    let f: Symbol
    let squaredNoise: Symbol

    init(_ symbols: Symbols, _ d: Int, preserving: Bool) {
      let (m, C) = (symbols.vector(d, "m"), symbols.covariance(d, "R"))
      let (signal, variance, g2) = (symbols.scalar("alpha"), symbols.scalar("v"), symbols.scalar("beta"))
      let f = preserving ? -g2 / 2 : symbols.scalar("f")
      let (moving, added) = (
        Dual(signal, derivative: f * signal), Dual(variance, derivative: 2 * f * variance + g2)
      )
      law = Gaussian(
        mean: moving * m.constant, covariance: moving.squared * C.constant + added * .identity(d))
      (self.f, squaredNoise) = (f, g2)
    }

    /// The law at this instant.
    var present: Gaussian<Symbol> { law.map(\.value) }
    /// The divergence of the score.
    var scoreDivergence: Symbol { -present.covariance.inverse.trace }
    /// The velocity of the probability flow.
    func velocity(_ x: Vector<Symbol>) -> Vector<Symbol> { f * x - squaredNoise / 2 * present.score(x) }

    /// The rate of the log-density along the probability flow: of the exponent, and of the normaliser by Jacobi's
    /// formula.
    func rateAlongFlow(_ x: Vector<Symbol>) -> Symbol {
      let v = velocity(x)
      let moving = Vector(x.indices.map { Dual(x[$0], derivative: v[$0]) })
      let volume = present.covariance.solve(law.covariance.map(\.derivative)).trace
      return law.exponent(moving).derivative - volume / 2
    }
  }

  /// DGM.2a.i: the one VAE whose likelihood is known.
  static var linearAutoencoder: Identity {
    Identity(
      "DGM.2a.i", "A linear VAE knows its likelihood",
      #"""
      \log p_\theta(x) = \mathrm{ELBO} + \mathrm{KL}\bigl(q(z\mid x)\Vert p_\theta(z\mid x)\bigr), \qquad
      p_\theta = N(\mu, WW^\top + \sigma^2 1) \text{ for } x = \mu + Wz + \sigma\epsilon
      """#,
      remarks: [
        #"""
        The answer "no" is right for a non-linear decoder: $\int p_\theta(x\mid z)p(z)\,dz$ has no closed form and the
        ELBO is only a bound. The reason given is not: a latent of high dimension does not hinder, as the linear decoder
        shows; the non-linearity does.
        """#
      ]
    ) {
      Exact("linear decoder, any normal encoder") { symbols, d in
        let (W, sigma) = (symbols.matrix(d, "W"), symbols.scalar("sigma"))
        let (x, mu, a) = (symbols.vector(d, "x"), symbols.vector(d, "mu"), symbols.vector(d, "a"))
        let (S, one) = (symbols.covariance(d, "Q"), Matrix<Symbol>.identity(d))
        let (s2, C) = (sigma.squared, W * W.transpose + sigma.squared * one)
        // The posterior's precision and mean, by completing the square in z.
        let P = one + (1 / s2) * (W.transpose * W)
        let mean = P.solve((1 / s2) * (W.transpose * (x - mu)))
        let residual = ((x - mu - W * a).squaredNorm + (W * S * W.transpose).trace) / (2 * s2)
        // Both without their logarithms: those of det S cancel, the others are compared as determinants.
        let bound = Symbol(d) / 2 - residual - (a.squaredNorm + S.trace) / 2
        let gap = ((P * S).trace - Symbol(d) + (a - mean).dot(P * (a - mean))) / 2
        let quadratic = { (C: Matrix<Symbol>) in -(x - mu).dot(C.solve(x - mu)) / 2 }
        Step(#"\text{quadratic part of } \log N(x; \mu, WW^\top + \sigma^21) \text{ and } \det"#) {
          Vector([quadratic(C), C.determinant])
        }
        Step(
          #"\text{that of } \mathrm{ELBO} + \mathrm{KL}(q\Vert p_\theta(z\mid x)) \text{ and } \sigma^{2d}\det P, \quad P = 1 + \sigma^{-2}W^\top W"#,
          because: "for every encoder N(a, S)"
        ) { Vector([bound + gap, s2.power(d) * P.determinant]) }
        Rival(#"\text{that of the ELBO}"#, "ELBO taken for the likelihood") {
          Vector([bound, s2.power(d) * P.determinant])
        }
        Rival(#"\text{that of } \log N(x; \mu, WW^\top + \sigma1)"#, "deviation for variance") {
          let wrong = W * W.transpose + sigma * one
          return Vector([quadratic(wrong), wrong.determinant])
        }
        Rival(#"\text{that of } \log N(x; \mu, W^\top W + \sigma^21)"#, "transposed") {
          let wrong = W.transpose * W + s2 * one
          return Vector([quadratic(wrong), wrong.determinant])
        }
        Rival(#"\text{with } \mathrm{KL}(p_\theta(z\mid x)\Vert q)"#, "reverse divergence") {
          let reverse = (S.inverse * P.inverse).trace - Symbol(d) + (a - mean).dot(S.solve(a - mean))
          return Vector([bound + reverse / 2, s2.power(d) * P.determinant])
        }
      }
      Numerical(
        "on the line, by quadrature over the latent",
        cases: [
          Decoder(slope: 0.75, bend: 0, x: 0.5), Decoder(slope: 0.75, bend: 1.5, x: 0.5),
          Decoder(slope: 1.5, bend: -1, x: -1.25),
        ]
      ) { decoder in
        let found = decoder.integrals
        Step(#"\log\int p_\theta(x\mid z)\,p(z)\,dz"#) { found.logLikelihood }
        Step(#"\mathrm{ELBO} + \mathrm{KL}(q\Vert p_\theta(z\mid x)), \quad q = N(\tfrac14, \tfrac12)"#) {
          found.bound + found.gap
        }
        Restatement(
          #"\text{the same with another encoder}"#, because: "the bound depends on it, the sum does not"
        ) {
          let other = decoder.with(encoder: (-0.25, 0.75)).integrals
          return other.bound + other.gap
        }
        Rival(#"\mathrm{ELBO}"#, "ELBO taken for the likelihood") { found.bound }
        Rival(#"\log N(x; 0, w^2 + \sigma^2)"#, "the decoder taken to be linear") {
          decoder.linearLogDensity
        }
      }
      Statistical("importance sampling", cases: [Decoder(slope: 0.75, bend: 1.5, x: 0.5)]) {
        decoder, draw in
        let weights = (0..<4).map { _ in decoder.importanceWeight(draw.normal()) }
        let truth = Double.exp(decoder.integrals.logLikelihood.midpoint)
        Step(#"\mathbb{E}_q\Bigl[\frac{p_\theta(x\mid z)p(z)}{q(z)}\Bigr]"#) { weights[0] }
        Step(#"p_\theta(x)"#, because: "unbiased for the density") { Variate(truth) }
        Rival(#"e^{\mathrm{ELBO}}"#, "ELBO taken for the likelihood") {
          Variate(Double.exp(decoder.integrals.bound.midpoint))
        }
      }
      Statistical("importance sampling of the logarithm", cases: [Decoder(slope: 0.75, bend: 1.5, x: 0.5)]) {
        decoder, draw in
        let weights = (0..<4).map { _ in decoder.importanceWeight(draw.normal()) }
        let truth = Variate(decoder.integrals.logLikelihood.midpoint)
        Step(#"\mathbb{E}\log\bigl(\tfrac14\textstyle\sum_{k=1}^4w_k\bigr)"#) {
          Variate.log(Variate(0.25) * weights.reduce(0, +))
        }
        Step(#"\log p_\theta(x)"#, because: "Jensen: biased downwards", relation: .atMost) { truth }
        Rival(
          #"\log p_\theta(x), \text{ equal}"#, "importance sampling taken to be exact", relation: .equals
        ) { truth }
        Rival(#"\mathrm{ELBO}, \text{ from above}"#, "no better than one sample") {
          Variate(decoder.integrals.bound.midpoint)
        }
      }
    }
  }

  /// The decoder `x = w z + b sin z + sigma e` on the line with a normal encoder, looked at in one point.
  struct Decoder: Sendable, CustomStringConvertible {
    let slope: Double
    let bend: Double
    let x: Double
    /// The variance of the decoder's noise.
    let variance = 0.5
    /// The encoder's mean and variance.
    let encoder: (mean: Double, variance: Double)
    /// The log-likelihood, the bound and the encoder's divergence from the posterior: blocks of samples share them.
    private(set) var integrals: (logLikelihood: Interval, bound: Interval, gap: Interval)

    init(slope: Double, bend: Double, x: Double, encoder: (Double, Double) = (0.25, 0.5)) {
      (self.slope, self.bend, self.x, self.encoder) = (slope, bend, x, encoder)
      integrals = (0, 0, 0)
      integrals = integrated
    }

    var description: String { "w = \(slope.brief), b = \(bend.brief), x = \(x.brief)" }

    func with(encoder: (Double, Double)) -> Decoder {
      Decoder(slope: slope, bend: bend, x: x, encoder: encoder)
    }

    private func logNormal<S: Elementary>(_ x: S, _ variance: Double) -> S {
      -x.squared / S(2 * variance) - S(Double.log(2 * .pi * variance) / 2)
    }

    /// The logarithm of `p(x | z) p(z)`.
    private func logJoint<S: Elementary>(_ z: S) -> S {
      logNormal(S(x) - S(slope) * z - S(bend) * S.sin(z), variance) + logNormal(z, 1)
    }

    private func logEncoder<S: Elementary>(_ z: S) -> S { logNormal(z - S(encoder.mean), encoder.variance) }

    /// The weight of a sample of the encoder, from a standard normal number.
    func importanceWeight(_ noise: Variate) -> Variate {
      let z = Variate(encoder.mean) + Variate(Double.sqrt(encoder.variance)) * noise
      return Variate.exp(logJoint(z) - logEncoder(z))
    }

    private var integrated: (logLikelihood: Interval, bound: Interval, gap: Interval) {
      let mean = { (f: (Double) -> Double) in
        Interval(Quadrature.interval(-14...14) { Double.exp(logEncoder($0)) * f($0) })
      }
      let evidence = Interval.log(Interval(Quadrature.interval(-14...14) { Double.exp(logJoint($0)) }))
      let bound = mean { logJoint($0) - logEncoder($0) }
      let level = evidence.midpoint
      // The posterior's logarithm up to the rounding of its normaliser, which is put back.
      let gap = mean { logEncoder($0) - (logJoint($0) - level) } + (evidence - Interval(level))
      return (evidence, bound, gap)
    }

    /// The log-density of the linear decoder.
    var linearLogDensity: Interval {
      let all = Interval(slope).squared + Interval(variance)
      return -Interval(x).squared / (2 * all) - Interval.log(2 * Interval.pi * all) / 2
    }
  }
}
