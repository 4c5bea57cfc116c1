import Arithmetic
import Formulas
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
        Let("f(x_T)", products(Variate(Double.exp(process.growth * model.end)) * start))
        for (name, convention) in names {
          Let("\(name)(p)", by: "steps in this convention from the same start, extrapolated") { p in
            model.moments(
              process.with(try DriftWeights(p.value.constant)), from: start, along: noises, convention)
          }
        }
        Step(#"\mathbb{E}[f(x_T)]"#, remark: #"$x_T \sim \rho(T)$, $f = (x, x^2)$"#)
        threeConventions(bias: model.bias) { #"\mathbb{E}[\#($0)]"# }
      }
    }
  }

  /// The names of the conventions: of what particles give whose drift has the share `p` of `A'`.
  private static let names: [(String, NoiseConvention)] = [
    (#"F_{\mathrm{I}}"#, .ito), (#"F_{\mathrm{S}}"#, .stratonovich), (#"F_{\mathrm{HK}}"#, .isothermal),
  ]

  /// The drifts in the three conventions, after a step with the moments of the law.
  @Lines<Scalar>
  private static func threeConventions<Scalar>(
    bias: Double = 0, _ line: (String) -> String
  ) -> [Line<Scalar>] {
    let drift = #"drift $b + pA' + \frac12 A(\log\rho)'$"#
    Step(
      line(#"F_{\mathrm{I}}(\tfrac12)"#), because: "II.4a",
      remark: #"Ito, $F(p) = f(X_T)$ with the \#(drift)"#, bias: bias)
    Rival(line(#"F_{\mathrm{I}}(0)"#), "no correction")
    Rival(line(#"F_{\mathrm{I}}(\tfrac14)"#), "the correction of a Stratonovich equation")
    Step(
      line(#"F_{\mathrm{S}}(\tfrac14)"#), because: #"$\frac12\sigma\sigma' = \frac14 A'$ is in the noise"#,
      remark: "Stratonovich", bias: bias)
    Rival(line(#"F_{\mathrm{S}}(\tfrac12)"#), "the drift of Ito's")
    Rival(line(#"F_{\mathrm{S}}(0)"#), "no correction")
    Step(
      line(#"F_{\mathrm{HK}}(0)"#), because: #"all of $\sigma\sigma' = \frac12 A'$ is in the noise"#,
      remark: "Haenggi-Klimontovich", bias: bias)
    Rival(line(#"F_{\mathrm{HK}}(\tfrac12)"#), "the drift of Ito's")
  }

  /// The moments of the three schemes for vanishing steps.
  static var threeConventionsInTheLimit: Numerical<ReciprocalGammaDiffusion> {
    get throws {
      try Numerical("moments in three conventions for vanishing steps", cases: [halfLine.get()]) { process in
        Let(#"\mathbb{E}[f(x_T)]"#, by: "moments of the reciprocal gamma law") {
          Vector(rawMoments(process.law(0.25)).map { Interval(Estimate($0, error: 64 * Double.ulpOfOne)) })
        }
        for (name, convention) in names {
          Let("\(name)(p)", by: "moments of the steps, extrapolated by an expansion in powers of h") { p in
            let process = process.with(try DriftWeights(p.value.midpoint))
            return Vector(
              try extrapolated { steps in
                rawMoments(
                  try process.moments(of: process.law(0), over: 0...0.25, steps: steps, convention),
                  afterSteps: steps)
              }.map { Interval($0) })
          }
        }
        Step(#"\mathbb{E}[f(x_T)]"#, remark: #"$x_T \sim \rho(T)$, $f = (x, x^2)$"#)
        threeConventions { $0 }
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
      Let("E(h)", by: "second moment after steps of length h") { h in
        let steps = Int((0.5 / h.value.midpoint).rounded())
        return Interval(
          rawMoments(
            try process.with(weights)
              .moments(of: process.law(0), over: 0...0.5, steps: steps, convention), afterSteps: steps)[1])
      }
      Step(
        #"\lim_{h\to0}\frac{E(h) - E(\tfrac12 h)}{E(\tfrac12 h) - E(\tfrac14 h)}"#,
        remark: #"$E(h) = \mathbb{E}[(X^h_T)^2]$"#)
      Step("2", because: "weak order one")
      Rival("4", "order two")
      Rival(#"\sqrt 2"#, "the strong order one half")
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

extension DriftWeights {
  /// The coefficient of the divergence that a formula gives, as a plain number.
  fileprivate init(_ share: Double?) throws {
    guard let share else { throw InvalidArgument("p", is: "random", expected: "a number") }
    self.init(divergence: share)
  }
}
