import Identities
import Testing
import TruthValues

/// Homework II, Problem 2: a non-Gaussian latent variable.
@Suite struct Problem2Tests {
  @Test("discrete endpoints reproduce the true values and reject the wrong ones")
  func discreteEndpoints() throws {
    for (id, potential) in [
      ("T.II.2.logcosh.discrete.a", LogCoshPotential() as any Potential),
      ("T.II.2.quartic.discrete.b", QuarticPotential()),
    ] {
      let truth = try TruthCase(id)
      let latent = try Latent([potential])
      let interpolant = try LatentInterpolant(
        latent, from: atoms(truth.input("x0")), to: atoms(truth.input("x1")), a: 2,
        time: truth.input("t")[0])
      let x = Vector(try truth.input("x"))
      let law = interpolant.law(Double.self)
      let (gamma, score) = (interpolant.A(Dual(variable: interpolant.time))[0, 0], law.score(x).components)
      let velocity = interpolant.velocity(x).components
      let shortcut = law.displacementMean(given: x)[0] - gamma.value * gamma.derivative * score[0]
      try truth.accept([gamma.value], for: "gamma")
      try truth.accept([law.density(x) / latent.normalisers[0].value], for: "rho")
      try truth.accept(law.latentMean(given: x).components, for: "Ez")
      try truth.accept(law.gradientMean(given: x).components, for: "E_gradV")
      try truth.accept(law.displacementMean(given: x).components, for: "Edot_I")
      try truth.accept(score, for: "score")
      try truth.accept([-law.gradientMean(given: x)[0] / gamma.value], for: "score")
      try truth.accept(velocity, for: "b")
      // A difference of velocities has their error, not its own.
      let gap = try truth.expected("gaussian_shortcut_error")[0]
      #expect((velocity[0] - shortcut - gap).magnitude <= (try truth.tolerance) * velocity[0].magnitude)
      for wrong in ["score_from_Ez", "score_gamma_squared", "score_plus"] {
        try truth.reject(wrong, where: score)
      }
    }
  }

  @Test("normal endpoints reproduce the true values and reject the wrong ones")
  func normalEndpoints() throws {
    for (id, potential) in [
      ("T.II.2.logcosh.gauss", LogCoshPotential() as any Potential),
      ("T.II.2.quartic.gauss", QuarticPotential()),
    ] {
      let truth = try TruthCase(id)
      let model = try LatentConvolution(
        potential, from: normal(mean: -0.5, variance: 0.25), to: normal(mean: 1, variance: 0.5), a: 2,
        time: truth.input("t")[0])
      let (x, gamma) = (try truth.input("x")[0], model.schedule)
      let score = (model.slope(x) / model.density(x)).midpoint
      let (z, slope) = (
        model.mean(given: x) { $0 }.midpoint, model.mean(given: x) { potential.slope($0) }.midpoint
      )
      let displacement = model.displacementMean(given: x).midpoint
      try truth.accept([gamma.value], for: "gamma")
      try truth.accept([model.density(x).midpoint], for: "rho")
      try truth.accept([z], for: "Ez")
      try truth.accept([slope], for: "E_gradV")
      try truth.accept([displacement], for: "Edot_I")
      try truth.accept([score], for: "score")
      try truth.accept([model.flux(x).midpoint], for: "b")
      try truth.accept([displacement + gamma.derivative * z], for: "b")
      let gap = try truth.expected("gaussian_shortcut_error")[0]
      let velocity = try truth.expected("b")[0]
      #expect(
        (gamma.derivative * (z - slope) - gap).magnitude <= (try truth.tolerance) * velocity.magnitude)
      try truth.reject("score_from_Ez", where: [score])
    }
  }

  @Test("a normal latent gives the true score of Problem 1")
  func normalLatent() throws {
    let truth = try TruthCase("T.II.1.mix1d.a")
    let gamma = try truth.expected("A")[0]
    let score = try truth.expected("Ez").map { -(try NormalPotential().slope($0)) / gamma }
    try truth.accept(score, for: "score")
    try truth.reject("score_plus_sign", where: score)
    try truth.reject("score_times_A", where: score)
  }

  @Test("normalisers, variances and Fisher informations are the true ones")
  func informations() throws {
    let truth = try TruthCase("T.II.2c.fisher")
    for (name, potential) in [
      ("logcosh", LogCoshPotential() as any Potential), ("quartic", QuarticPotential()),
    ] {
      let mass = try Latent([potential]).normalisers[0].value
      let mean = { (f: (Double) -> Double) in
        Quadrature.line { z in
          let density = Double.exp(-potential.value(z)) / mass
          return density < 1e-100 ? 0 : density * f(z)
        }.value
      }
      try truth.accept([mass], for: "normaliser_\(name)")
      try truth.accept([mean { potential.slope($0).squared }], for: "EgradV2_\(name)")
      try truth.accept([mean { $0.squared }], for: "var_z_\(name)")
    }
  }

  @Test("a given slope is the derivative of its potential")
  func slopes() throws {
    let potentials: [any Potential] = [
      try NormalPotential(variance: 2), LogCoshPotential(), QuarticPotential(),
      try StudentPotential(degrees: 3),
    ]
    for potential in potentials {
      for z in [-2.5, -0.75, 0.5, 3] {
        let z = Interval(z)
        #expect(derivative(at: z) { potential.value($0) }.intersects(potential.slope(z)))
      }
    }
  }

  @Test("a law is sampled as its density says", arguments: [0, 1, 2, 3, 4, 5])
  func samples(number: Int) async throws {
    let potentials: [any Potential] = [
      LogCoshPotential(), QuarticPotential(), try StudentPotential(degrees: 1),
      try StudentPotential(degrees: 2), try StudentPotential(degrees: 5), try NormalPotential(variance: 2),
    ]
    let potential = potentials[number]
    let mass = try Latent([potential]).normalisers[0].value
    // The shares of samples below some points against the distribution function by quadrature.
    let shares = Identity("sample", "\(potential)", "P(z < c)") {
      Statistical("distribution function", cases: [-1, -0.25, 0.5, 1.5]) { point, draw in
        let z = potential.sample(draw)
        Step("P(z < c), sampled") { z.isBelow(point) }
        Step("P(z < c), by quadrature") {
          Variate(Quadrature.below(point) { Double.exp(-potential.value($0)) }.value / mass)
        }
        Rival("P(z > c)", "wrong side") { Variate(1) - z.isBelow(point) }
      }
    }
    // Two percent of each share is fine enough for a wrong law, and takes a sixteenth of the samples.
    try await shares.verify(with: Verifier(resolution: 0.02))
  }

  @Test("a potential whose gradient, or exponential, is not integrable is refused")
  func potentials() throws {
    for wrong in [Flat(), Oscillating(), Steep()] as [any Potential] {
      let refusal = #expect(throws: InvalidArgument.self) { try Latent([wrong]) }
      #expect(refusal?.argument == "potential")
    }
    #expect(throws: InvalidArgument.self) { try Latent([]) }
    for variance in [0, -1, Double.nan, .infinity] {
      #expect(throws: InvalidArgument.self) { try NormalPotential(variance: variance) }
    }
    #expect(throws: InvalidArgument.self) { try StudentPotential(degrees: 0) }
  }

  @Test("wrong times, schedules, weights and dimensions are named")
  func refusals() throws {
    let latent = try Latent([LogCoshPotential()])
    let make = { (start: [LatentInterpolant.Atom], a: Double, time: Double) in
      try LatentInterpolant(latent, from: start, to: [(1, [0])], a: a, time: time)
    }
    for time in [0, 1, -0.5, .nan] {
      let refusal = #expect(throws: InvalidArgument.self) { try make([(1, [0])], 2, time) }
      #expect(refusal?.argument == "time")
      #expect(throws: InvalidArgument.self) {
        try LatentConvolution(
          LogCoshPotential(), from: normal(mean: 0, variance: 1), to: normal(mean: 0, variance: 1), a: 2,
          time: time)
      }
    }
    for a in [0, -1, Double.nan] {
      let refusal = #expect(throws: InvalidArgument.self) { try make([(1, [0])], a, 0.25) }
      #expect(refusal?.argument == "A(0.25)")
      let other = #expect(throws: InvalidArgument.self) {
        try LatentConvolution(
          LogCoshPotential(), from: normal(mean: 0, variance: 1), to: normal(mean: 0, variance: 1), a: a,
          time: 0.25)
      }
      #expect(other?.argument == "a")
    }
    #expect(throws: InvalidArgument.self) { try make([(0.5, [0])], 2, 0.25) }
    #expect(throws: InvalidArgument.self) { try make([(1, [0, 1])], 2, 0.25) }
    #expect(throws: InvalidArgument.self) {
      try LatentConvolution(
        Oscillating(), from: normal(mean: 0, variance: 1), to: normal(mean: 0, variance: 1), a: 2, time: 0.5)
    }
  }

  /// `V = 0`, whose exponential is not integrable.
  private struct Flat: Potential {
    func value<S: Elementary>(_ z: S) -> S { 0 * z }
    func sample(_ draw: Draw) -> Variate { draw.normal() }
    var description: String { "flat" }
  }

  /// The smooth potential of II.2.setup, with a density of infinite variation.
  private struct Oscillating: Potential {
    func value<S: Elementary>(_ z: S) -> S { z.squared / 2 + S.sin(S.exp(z.power(4))) }
    func sample(_ draw: Draw) -> Variate { draw.normal() }
    var description: String { "oscillating" }
  }

  /// A density that is integrable, and a slope that is not.
  private struct Steep: Potential {
    func value<S: Elementary>(_ z: S) -> S { z.squared / 2 }
    func slope<S: Elementary>(_ z: S) -> S { S.exp(z.squared) * z }
    func sample(_ draw: Draw) -> Variate { draw.normal() }
    var description: String { "steep" }
  }

  private func normal(mean: Double, variance: Double) throws -> GaussianMixture<Double> {
    try GaussianMixture([(1, Gaussian(mean: [mean], covariance: [[variance]]))])
  }

  private func atoms(_ numbers: [Double]) -> [LatentInterpolant.Atom] {
    stride(from: 0, to: numbers.count, by: 2).map { (numbers[$0], [numbers[$0 + 1]]) }
  }
}
