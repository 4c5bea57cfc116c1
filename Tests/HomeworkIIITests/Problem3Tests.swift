import Identities
import Testing
import TruthValues

/// Homework III, Problem 3: killing and resurrection.
@Suite struct Problem3Tests {
  @Test("the killed density and its mass are the true ones, and the wrong ones are rejected")
  func killedDensity() throws {
    let truth = try TruthCase("T.III.3.kill")
    let (e, k) = (try truth.input("eps")[0], try truth.input("kappa")[0])
    let points = try truth.input("x")
    let medium = try HarmonicKilling(diffusion: e, strength: k, variance: 0.75)
    let (Q, P) = try medium.solution()
    let density = try points.map { try medium.density($0).midpoint }
    try truth.accept([(P / Q).midpoint], for: "alpha1")
    try truth.accept([density[0]], for: "prefactor")
    try truth.accept(density, for: "rhohat")
    try truth.accept(points.map { try medium.kernelIntegral($0).value }, for: "rhohat")
    try truth.accept([medium.mass().midpoint], for: "mass")
    // Each wrong variant is the value that a wrong formula has: the library's own routes give that too.
    let wrong: [(String, Double, Double)] = [
      ("no_killing", 0, e), ("rate_sign_flipped", -k, e), ("noise_sqrt_eps", k, e / 2),
    ]
    for (name, strength, diffusion) in wrong {
      let other = try HarmonicKilling(diffusion: diffusion, strength: strength, variance: 0.75)
      try truth.reproduce(name, where: points.map { try other.density($0).midpoint })
    }
    for name in wrong.map(\.0) + ["killing_at_terminal_point_only"] {
      try truth.reject(name, where: density)
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
    let pointwise = small.pointwiseThreshold.midpoint
    try truth.accept([small.massThreshold.midpoint], for: "k_mass_infinite")
    try truth.accept([pointwise], for: "k_pointwise_blowup")
    // The threshold of a flat start is not that of this one.
    try truth.refuse([pointwise], for: "cameron_martin_k_flat_initial")
    let flat = try HarmonicKilling(diffusion: e, strength: 0, variance: 0x1p60).pointwiseThreshold
    try truth.accept([flat.midpoint], for: "cameron_martin_k_flat_initial")
    try truth.accept(points.map { try small.density($0).midpoint }, for: "rhohat_k_small")
    try truth.accept(points.map { try small.kernelIntegral($0).value }, for: "rhohat_k_small")
    try truth.accept(points.map { try between.density($0).midpoint }, for: "rhohat_k_between")
    let precision = { (medium: HarmonicKilling) in
      let (Q, P) = try medium.solution()
      return (P / Q).midpoint
    }
    try truth.accept([precision(small)], for: "alpha_k_small")
    try truth.accept([precision(between)], for: "alpha_k_between")
    try truth.accept([small.mass().midpoint], for: "mass_k_small")
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
        Rival("1", "mass still one") { 1 }
      }
    }
    #expect(try await Verifier(sampleBudget: 1 << 21).verify(mass).verdict == .inconclusive)
  }
}
