import Identities
import Testing
import TruthValues

/// Homework III, Problem 3: killing and resurrection.
@Suite struct Problem3Tests {
  @Test("every part has the expected verdict", arguments: ["III.3a", "III.3b", "III.3c"])
  func part(id: String) async throws {
    try await Catalogue.identity(id).verify()
  }

  @Test("the killed density and its mass are the true ones, and the wrong ones are rejected")
  func killedDensity() throws {
    let truth = try TruthCase("T.III.3.kill")
    let (e, k) = (try truth.input("eps")[0], try truth.input("kappa")[0])
    let points = try truth.input("x")
    let medium = try HarmonicKilling(diffusion: e, strength: k, variance: 0.75)
    let (Q, P) = try medium.solution()
    let density = try points.map { try medium.density($0).midpoint }
    #expect(try truth.accepts([(P / Q).midpoint], for: "alpha1"))
    #expect(try truth.accepts([density[0]], for: "prefactor"))
    #expect(try truth.accepts(density, for: "rhohat"))
    #expect(try truth.accepts(points.map { try medium.kernelIntegral($0).value }, for: "rhohat"))
    #expect(try truth.accepts([medium.mass().midpoint], for: "mass"))
    // Each wrong variant is the value that a wrong formula has: the library's own routes give that too.
    let wrong: [(String, Double, Double)] = [
      ("no_killing", 0, e), ("rate_sign_flipped", -k, e), ("noise_sqrt_eps", k, e / 2),
    ]
    for (name, strength, diffusion) in wrong {
      let other = try HarmonicKilling(diffusion: diffusion, strength: strength, variance: 0.75)
      #expect(try !truth.rejects(name, where: points.map { try other.density($0).midpoint }))
    }
    for name in wrong.map(\.0) + ["killing_at_terminal_point_only"] {
      #expect(try truth.rejects(name, where: density))
    }
  }

  @Test("the thresholds and the created densities are the true ones")
  func thresholds() throws {
    let truth = try TruthCase("T.III.3c.threshold")
    let e = try truth.input("eps")[0]
    let points = try truth.input("x")
    let small = try HarmonicKilling(
      diffusion: e, strength: -truth.input("k_small")[0], variance: 0.75)
    let between = try HarmonicKilling(
      diffusion: e, strength: -truth.input("k_between")[0], variance: 0.75)
    let mass = HarmonicKilling.massThreshold(diffusion: e, variance: 0.75)
    let pointwise = HarmonicKilling.pointwiseThreshold(diffusion: e, variance: 0.75)
    #expect(try truth.accepts([mass.midpoint], for: "k_mass_infinite"))
    #expect(try truth.accepts([pointwise.midpoint], for: "k_pointwise_blowup"))
    // The threshold of a flat start is not that of this one.
    #expect(try !truth.accepts([pointwise.midpoint], for: "cameron_martin_k_flat_initial"))
    let flat = HarmonicKilling.pointwiseThreshold(diffusion: e, variance: 0x1p60)
    #expect(try truth.accepts([flat.midpoint], for: "cameron_martin_k_flat_initial"))
    #expect(try truth.accepts(points.map { try small.density($0).midpoint }, for: "rhohat_k_small"))
    #expect(try truth.accepts(points.map { try small.kernelIntegral($0).value }, for: "rhohat_k_small"))
    #expect(try truth.accepts(points.map { try between.density($0).midpoint }, for: "rhohat_k_between"))
    let precision = { (medium: HarmonicKilling) in
      let (Q, P) = try medium.solution()
      return (P / Q).midpoint
    }
    #expect(try truth.accepts([precision(small)], for: "alpha_k_small"))
    #expect(try truth.accepts([precision(between)], for: "alpha_k_between"))
    #expect(try truth.accepts([small.mass().midpoint], for: "mass_k_small"))
  }

  @Test("beyond a threshold there is an error and no number", arguments: [4.6, 6, 20, 50])
  func beyond(strength: Double) throws {
    let medium = try HarmonicKilling(diffusion: 0.5, strength: -strength, variance: 0.75)
    #expect(throws: InvalidArgument.self) { try medium.density(0) }
    #expect(throws: InvalidArgument.self) { try medium.kernelIntegral(0) }
    #expect(throws: InvalidArgument.self) { try medium.mass() }
  }

  @Test("between the thresholds the density is a number and the mass is not")
  func between() throws {
    let medium = try HarmonicKilling(diffusion: 0.5, strength: -2, variance: 0.75)
    #expect(try medium.density(3).isBounded)
    #expect(throws: InvalidArgument.self) { try medium.mass() }
  }

  @Test("a check beyond the blow-up, and a simulation of an infinite mass, are inconclusive")
  func inconclusive() async throws {
    let beyond = Identity("beyond", "Beyond the blow-up", #"\hat\rho(1,0) < \infty"#) {
      Numerical("closed form", cases: [4.6]) { strength in
        let medium = try HarmonicKilling(diffusion: 0.5, strength: -strength, variance: 0.75)
        Step(#"\hat\rho(1,0)"#) { try medium.density(0) }
        Step(#"\mathbb{E}[e^{-\int r}\rho_0(Y_0)]"#) { try medium.kernelIntegral(0) }
        Rival("0", "nothing") { Interval(0) }
      }
    }
    #expect(try await Verifier().verify(beyond).verdict == .inconclusive)
    let mass = Identity("mass", "An infinite mass", #"\int\hat\rho(1) < \infty"#) {
      Statistical("simulation", cases: [2.0]) { strength, draw in
        // The weight of a Brownian path of 8 steps from N(0, 3/4), e = 1/2, by the trapezoidal rule.
        let weight = { (draw: Draw) in
          var x = Variate(0.75.squareRoot()) * draw.normal()
          var integral: Variate = 0
          for _ in 0..<8 {
            let next = x + Variate(0.125.squareRoot()) * draw.normal()
            integral += (x.squared + next.squared) / 16
            x = next
          }
          return Variate.exp(Variate(strength / 2) * integral)
        }
        Step(#"\mathbb{E}[e^{-\int r}]"#) { weight(draw) }
        Step(#"\mathbb{E}[e^{-\int r}]"#, because: "an independent copy") { weight(draw) }
        Rival("1", "mass still one") { 1 as Variate }
      }
    }
    #expect(try await Verifier(sampleBudget: 1 << 21).verify(mass).verdict == .inconclusive)
  }

  @Test("the equation on the circle converges with order four in the step and at once in the points")
  func circleEquation() throws {
    let medium = ManufacturedKilling()
    let equation = try CircleEquation(
      diffusion: medium.diffusion, drift: { medium.drift($0, $1) }, killing: { medium.rate($0, $1) })
    let exact = { (x: Double) in Double.exp(medium.logarithm(1, x)) }
    let error = { (points: Int, steps: Int) in
      let x = equation.grid(points: points)
      let u = equation.solution(from: x.map { Double.exp(medium.logarithm(0, $0)) }, steps: steps)
      return zip(x, u).reduce(0) { max($0, ($1.1 - exact($1.0)).magnitude) }
    }
    let errors = [64, 128, 256].map { error(32, $0) }
    for (coarse, fine) in zip(errors, errors.dropFirst()) {
      let order = Double.log(coarse / fine) / Double.log(2)
      #expect(order > 3.8 && order < 4.2, "order \(order)")
    }
    // The limit, apart from the order: the solution that the rate was made for.
    #expect(error(32, 512) < errors[0] / 2048)
    #expect(error(16, 512) > 16 * error(24, 512))
  }

  @Test("weighted paths converge with order two, to the solution")
  func weightedPaths() throws {
    let medium = ManufacturedKilling()
    let value = { (noise: [Variate]) in
      let path = WeightedPath(
        from: 2, over: (1, 0), noise: noise, diffusion: medium.diffusion, drift: { medium.drift($0, $1) },
        potential: { medium.potential($0, $1) })
      return path.weight * Variate.exp(medium.logarithm(0, path.end))
    }
    let (coarse, fine) = (meanChange(steps: 4, value), meanChange(steps: 8, value))
    let order = Double.log(coarse.value.magnitude / fine.value.magnitude) / Double.log(2)
    let doubt = coarse.error / coarse.value.magnitude + fine.error / fine.value.magnitude
    #expect(order > 2 - 0.5 - doubt && order < 2 + 0.5 + doubt, "order \(order), doubt \(doubt)")
    var moments = Moments()
    var stream = RandomStream(seed: 7, identity: "weighted paths", block: 0)
    for _ in 0..<512 { moments.merge(Moments(value(normals(8, &stream)))) }
    let bias = WeightedPath.bias(steps: 8) { _, noise in value(noise) }
    let exact = Double.exp(medium.logarithm(1, 2.0))
    #expect((moments.mean - exact).magnitude < bias + 5 * moments.standardError)
    #expect(bias < exact / 500)
  }

  /// The mean change of a path's value when its steps are halved, with five standard errors.
  private func meanChange(steps: Int, _ value: ([Variate]) -> Variate) -> Estimate {
    var moments = Moments()
    var stream = RandomStream(seed: 1, identity: "step halving", block: 0)
    for _ in 0..<1024 {
      let fine = normals(2 * steps, &stream)
      let coarse = (0..<steps).map { Variate(0.5.squareRoot()) * (fine[2 * $0] + fine[2 * $0 + 1]) }
      moments.merge(Moments(value(coarse) - value(fine)))
    }
    return Estimate(moments.mean, error: 5 * moments.standardError)
  }

  private func normals(_ count: Int, _ stream: inout RandomStream) -> [Variate] {
    (0..<count).map { _ in
      var samples = [Double](repeating: 0, count: Variate.blockSize)
      samples.withUnsafeMutableBufferPointer { stream.fillNormals($0) }
      return Variate(samples: samples)
    }
  }

  @Test("particles that can only die survive with the probability that the rate gives")
  func killingOnly() throws {
    #expect(throws: InvalidArgument.self) {
      try BranchingParticles(reversion: 0, diffusion: 1, bound: 1) { _, _ in 0 }
    }
    #expect(throws: InvalidArgument.self) {
      try HarmonicKilling(diffusion: 0, strength: 1, variance: 1)
    }
    #expect(throws: InvalidArgument.self) {
      try CircleEquation(diffusion: -1, drift: { _, _ in 0 }, killing: { _, _ in 0 })
    }
  }
}
