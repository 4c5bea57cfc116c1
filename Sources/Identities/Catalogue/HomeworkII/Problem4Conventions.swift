import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkII {
  private static let halfLine = Result { try ReciprocalGammaDiffusion(shape: 10, strength: 0.5, growth: 0.5) }
  /// The share of `A'` that the drift needs in each convention.
  private static let corrections: [(convention: NoiseConvention, weights: DriftWeights)] = [
    (.ito, DriftWeights()), (.stratonovich, DriftWeights(divergence: 0.25)),
    (.isothermal, DriftWeights(divergence: 0)),
  ]
  private static let particles = Result {
    let process = try halfLine.get()
    return try Particles(
      process, from: process.law(0), end: 0.25, steps: 2,
      conventions: corrections.map { ($0.convention, process.with($0.weights)) })
  }

  /// The same particles, with the noise read at the beginning, in the middle and at the end of the steps.
  static var threeConventionsReachTheDensity: Statistical<Particles<ReciprocalGammaDiffusion>> {
    get throws {
      try Statistical("particles in three conventions", cases: [particles.get()]) { model, draw in
        let process = model.process
        let start = process.sample(draw)
        let noises = (0..<2 * model.steps).map { _ in draw.normal(1) }
        let moments = { (convention: NoiseConvention, share: Double) in
          model.moments(
            process.with(DriftWeights(divergence: share)), from: start, along: noises, convention)
        }
        let drift = #"b + pA' + \tfrac12 A(\log\rho)'"#
        Step(#"\mathbb{E}[f(x_T)], \quad x_T \sim \rho(T), \; f = (x, x^2)"#) {
          products(Variate(Double.exp(process.growth * model.end)) * start)
        }
        Step(
          #"\mathbb{E}[f(X_T)], \quad\text{Ito}, \; p = \tfrac12"#, because: "drift $\(drift)$ with II.4a",
          bias: model.bias
        ) { moments(.ito, 0.5) }
        Rival(#"\text{Ito}, \; p = 0"#, "no correction") { moments(.ito, 0) }
        Rival(#"\text{Ito}, \; p = \tfrac14"#, "the correction of a Stratonovich equation") {
          moments(.ito, 0.25)
        }
        Step(
          #"\mathbb{E}[f(X_T)], \quad\text{Stratonovich}, \; p = \tfrac14"#,
          because: #"$\frac12\sigma\sigma' = \frac14 A'$ is in the noise"#, bias: model.bias
        ) { moments(.stratonovich, 0.25) }
        Rival(#"\text{Stratonovich}, \; p = \tfrac12"#, "the drift of Ito's") { moments(.stratonovich, 0.5) }
        Rival(#"\text{Stratonovich}, \; p = 0"#, "no correction") { moments(.stratonovich, 0) }
        Step(
          #"\mathbb{E}[f(X_T)], \quad\text{Haenggi-Klimontovich}, \; p = 0"#,
          because: #"all of $\sigma\sigma' = \frac12 A'$ is in the noise"#, bias: model.bias
        ) { moments(.isothermal, 0) }
        Rival(#"\text{Haenggi-Klimontovich}, \; p = \tfrac12"#, "the drift of Ito's") {
          moments(.isothermal, 0.5)
        }
      }
    }
  }

  /// The moments of the three schemes for vanishing steps.
  static var threeConventionsInTheLimit: Numerical<ReciprocalGammaDiffusion> {
    get throws {
      try Numerical("moments in three conventions for vanishing steps", cases: [halfLine.get()]) { process in
        let limit = { (convention: NoiseConvention, share: Double) in
          try extrapolated { steps in
            rawMoments(
              try process.with(DriftWeights(divergence: share))
                .moments(of: process.law(0), over: 0...0.25, steps: steps, convention), afterSteps: steps)
          }
        }
        Step(#"\mathbb{E}[f(x_T)], \quad x_T \sim \rho(T), \; f = (x, x^2)"#) {
          rawMoments(process.law(0.25)).map { Estimate($0, error: 64 * Double.ulpOfOne) }
        }
        Step(#"\text{Ito}, \; p = \tfrac12"#, because: "II.4a") { try limit(.ito, 0.5) }
        Rival(#"\text{Ito}, \; p = 0"#, "no correction") { try limit(.ito, 0) }
        Rival(#"\text{Ito}, \; p = \tfrac14"#, "the correction of a Stratonovich equation") {
          try limit(.ito, 0.25)
        }
        Step(#"\text{Stratonovich}, \; p = \tfrac14"#, because: #"$\frac14 A'$ is in the noise"#) {
          try limit(.stratonovich, 0.25)
        }
        Rival(#"\text{Stratonovich}, \; p = \tfrac12"#, "the drift of Ito's") {
          try limit(.stratonovich, 0.5)
        }
        Step(#"\text{Haenggi-Klimontovich}, \; p = 0"#, because: #"$\frac12 A'$ is in the noise"#) {
          try limit(.isothermal, 0)
        }
        Rival(#"\text{Haenggi-Klimontovich}, \; p = \tfrac12"#, "the drift of Ito's") {
          try limit(.isothermal, 0.5)
        }
      }
    }
  }

  /// The order of the schemes in the step, which the bias of the simulations relies on.
  ///
  /// A quotient of small differences: of sixteen digits half remain.
  static var firstOrder: Numerical<NoiseConvention> {
    Numerical("order of the schemes", cases: NoiseConvention.allCases, precision: 1e-6) { convention in
      let process = try ReciprocalGammaDiffusion(shape: 6, strength: 0.5, growth: 0.5)
      let weights = corrections.first { $0.convention == convention }?.weights ?? DriftWeights()
      Step(
        #"\lim_{h\to0}\frac{E(h) - E(h/2)}{E(h/2) - E(h/4)}, \quad E(h) = \mathbb{E}[(X^h_T)^2]"#
      ) {
        try extrapolated(levels: 6) { steps in
          let values = try [1, 2, 4].map {
            rawMoments(
              try process.with(weights)
                .moments(of: process.law(0), over: 0...0.5, steps: steps * $0, convention),
              afterSteps: steps * $0)[1]
          }
          let change = values[1].value - values[2].value
          let ratio = (values[0].value - values[1].value) / change
          let rounding = values.reduce(0) { $0 + $1.error } * (1 + ratio.magnitude) / change.magnitude
          return [Estimate(ratio, error: rounding)]
        }
      }
      Step(#"2"#, because: "weak order one") { Interval(2) }
      Rival(#"4"#, "order two") { Interval(4) }
      Rival(#"\sqrt2"#, "the strong order one half") { Interval.sqrt(2) }
    }
  }

  /// Where particles end with and without the correction.
  static var correctionFigure: Figure {
    Figure(
      "divergence-correction",
      caption: #"""
        Densities that $dX = (pA' + \frac12 A(\log\rho)')dt + A^{1/2}dW$, read in Ito's sense, leaves at rest, for
        $A = x^2$ and a reciprocal gamma law $\rho$: with the correction $p = \frac12$ it is $\rho$, with half of it
        $\rho A^{-1/2}$, without it $\rho A^{-1}$. The marks are histograms of particles that started from $\rho$.
        """#,
      x: .init("x"), y: .init("density")
    ) {
      let process = try ReciprocalGammaDiffusion(shape: 5, strength: 1, growth: 0)
      let points = (1...80).map { Double($0) * 0.03125 }
      let curve = { (power: Double) in
        // The law of exponent -shape - 1 - 2 p' is a reciprocal gamma law again, normalised by quadrature.
        let value = { (x: Double) in Double.exp(process.exponent(0, x) - power * Double.log(x)) }
        let mass = Quadrature.interval(0...60) { $0 > 0 ? value($0) : 0 }.value
        return points.map { (x: $0, y: value($0) / mass) }
      }
      let histogram = { (share: Double) in
        let (width, blocks, steps) = (0.125, 32, 256)
        var counts = [Int](repeating: 0, count: 20)
        for block in 0..<blocks {
          let draw = Draw(
            RandomStream(seed: Verifier.defaultSeed, identity: "II.4 figure", block: UInt64(block)))
          let end = process.with(DriftWeights(divergence: share)).end(
            of: process.sample(draw), over: 0...4, along: (0..<steps).map { _ in draw.normal(1) })
          for x in end[0].samples where x >= 0 && x < 2.5 { counts[Int(x / width)] += 1 }
        }
        let total = Double(blocks * Variate.blockSize) * width
        return counts.enumerated().map { (x: (Double($0) + 0.5) * width, y: Double($1) / total) }
      }
      return [
        .init("p = 1/2: ρ", points: curve(0)), .init("p = 1/4: ρ/√A", points: curve(1)),
        .init("p = 0: ρ/A", points: curve(2)),
        .init("particles, p = 1/2", isJoined: false, points: histogram(0.5)),
        .init("particles, p = 0", isJoined: false, points: histogram(0)),
      ]
    }
  }
}
