import HomeworkIII
import Identities
import Testing

/// The tools of Homework III, Problem 3: the equation on the circle, weighted paths, particles that die and split.
///
/// The order of a method is measured from its own changes, and its limit against a solution known apart from it.
@Suite struct KilledDiffusionTests {
  private static let medium = ManufacturedKilling()

  private static func equation() throws -> CircleEquation {
    try CircleEquation(
      diffusion: medium.diffusion, drift: { medium.drift($0, $1) }, killing: { medium.rate($0, $1) })
  }

  /// The solution at time one from the known start.
  private static func solved(points: Int, steps: Int) throws -> [Double] {
    let equation = try equation()
    return try equation.solution(
      from: equation.grid(points: points).map { Double.exp(medium.logarithm(0, $0)) }, steps: steps)
  }

  private static func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
  }

  @Test("the equation on the circle converges with order four in the step, by its own changes")
  func orderInTime() throws {
    let solutions = try [64, 128, 256, 512].map { try Self.solved(points: 32, steps: $0) }
    let changes = zip(solutions, solutions.dropFirst()).map { Self.largestDifference($0, $1) }
    for (coarse, fine) in zip(changes, changes.dropFirst()) {
      let order = Double.log(coarse / fine) / Double.log(2)
      #expect(order > 3.8 && order < 4.2, "order \(order)")
    }
  }

  @Test("its limit is the solution that the rate was made for, at once in the points")
  func limit() throws {
    let equation = try Self.equation()
    let error = { (points: Int) in
      let exact = equation.grid(points: points).map { Double.exp(Self.medium.logarithm(1, $0)) }
      return Self.largestDifference(try Self.solved(points: points, steps: 512), exact)
    }
    // More than any power: doubling the points squares the error, up to what the steps leave.
    let errors = try [8, 16, 32].map { try error($0) }
    #expect(errors[1] < errors[0] * errors[0])
    #expect(errors[2] < errors[0] * errors[1])
    let estimate = try equation.value(at: 0.625, points: (48, 32), steps: 512) {
      Double.exp(Self.medium.logarithm(0, $0))
    }
    let exact = Double.exp(Self.medium.logarithm(1, 2 * Double.pi * 0.125))
    #expect((estimate.value - exact).magnitude <= estimate.error)
    // The ten digits that numerical checks ask of the values they are given.
    #expect(estimate.error < 1e-10 * exact)
  }

  @Test("equations and grids that make no sense are refused")
  func equationArguments() throws {
    let equation = try Self.equation()
    #expect(throws: InvalidArgument.self) { try CircleEquation(diffusion: -1) { _ in 0 } }
    #expect(throws: InvalidArgument.self) {
      try CircleEquation(diffusion: 1, circumference: 0, drift: { _, _ in 0 }, killing: { _, _ in 0 })
    }
    #expect(throws: InvalidArgument.self) { try equation.solution(points: 7, steps: 8) }
    #expect(throws: InvalidArgument.self) { try equation.solution(points: -2, steps: 8) }
    #expect(throws: InvalidArgument.self) { try equation.solution(points: 8, steps: 0) }
    #expect(throws: InvalidArgument.self) { try equation.solution(from: [1, .nan], steps: 8) }
    #expect(throws: InvalidArgument.self) { try equation.mean(points: 8, steps: 7) { $0 } }
    #expect(throws: InvalidArgument.self) {
      try equation.value(at: 0.3, points: (16, 8), steps: 8) { _ in 1 }
    }
    #expect(throws: InvalidArgument.self) {
      try equation.value(at: 0.5, points: (8, 16), steps: 8) { _ in 1 }
    }
  }

  /// The weighted mean of the start along backward paths from 2, for steps of some number.
  private static func weighted(_ noise: [Variate]) throws -> Vector<Variate> {
    let path = try WeightedPath(
      from: 2, over: (1, 0), noise: noise, diffusion: medium.diffusion, drift: { medium.drift($0, $1) },
      potentials: { [medium.potential($0, $1)] })
    return Vector([path.weight * Variate.exp(medium.logarithm(0, path.end))])
  }

  @Test("weighted paths converge with order two, and with a higher one extrapolated")
  func orderOfPaths() throws {
    for (isExtrapolated, least, most) in [(false, 1.5, 2.5), (true, 2.5, 4.5)] {
      let values = { (noise: [Variate]) in
        isExtrapolated ? try PathMean.extrapolated(noise, of: Self.weighted) : try Self.weighted(noise)
      }
      let (coarse, fine) = (try meanChange(steps: 2, values), try meanChange(steps: 4, values))
      let order = Double.log(coarse.value.magnitude / fine.value.magnitude) / Double.log(2)
      let doubt = (coarse.error / coarse.value.magnitude + fine.error / fine.value.magnitude) * 1.5
      #expect(order > least - doubt && order < most + doubt, "order \(order), doubt \(doubt)")
    }
  }

  @Test("their limit is the solution, within the bias that is stated for them")
  func limitOfPaths() throws {
    let values = { (noise: [Variate]) in
      try PathMean.mirrored(noise) { try PathMean.extrapolated($0, of: Self.weighted) }
    }
    let bias = try PathMean.bias(steps: 4) { _, noise in try values(noise) }[0]
    var moments = Moments()
    var stream = RandomStream(seed: 7, identity: "weighted paths", block: 0)
    for _ in 0..<1024 { moments.merge(Moments(try values(normals(4, &stream))[0])) }
    let exact = Double.exp(Self.medium.logarithm(1, 2.0))
    #expect((moments.mean - exact).magnitude < bias + 5 * moments.standardError)
    #expect(bias < exact / 400)
  }

  /// The mean change of a path's value when its steps are halved, with five standard errors.
  private func meanChange(
    steps: Int, _ values: ([Variate]) throws -> Vector<Variate>
  ) throws -> Estimate {
    var moments = Moments()
    var stream = RandomStream(seed: 1, identity: "step halving", block: 0)
    for _ in 0..<1024 {
      let fine = normals(2 * steps, &stream)
      moments.merge(Moments(try (values(PathMean.coarser(fine)) - values(fine))[0]))
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

  @Test("paths that make no sense are refused")
  func pathArguments() throws {
    let path = { (noise: [Variate], diffusion: Double, end: Double) in
      try WeightedPath(
        from: 0, over: (0, end), noise: noise, diffusion: diffusion, drift: { _, x in x },
        potentials: { _, _ in [] })
    }
    #expect(throws: InvalidArgument.self) { try path([], 1, 1) }
    #expect(throws: InvalidArgument.self) { try path([0], -1, 1) }
    #expect(throws: InvalidArgument.self) { try path([0], 1, .nan) }
    #expect(throws: InvalidArgument.self) { try PathMean.coarser([0, 0, 0]) }
    #expect(throws: InvalidArgument.self) { try PathMean.extrapolated([0, 0], order: 0) { Vector($0) } }
    #expect(throws: InvalidArgument.self) { try PathMean.bias(steps: 0) { Vector($1) } }
  }

  @Test("with a constant rate as many particles are alive as the rate gives", arguments: [0.75, -0.75])
  func constantRate(rate: Double) async throws {
    let particles = try BranchingParticles(reversion: 0.5, diffusion: 0.25, bound: 1) { _, _ in rate }
    let identity = Identity("number", "Particles at a constant rate", #"\mathbb{E}N_1 = e^{-r}"#) {
      Statistical("counted", cases: [rate]) { rate, draw in
        Step(#"\mathbb{E}N_1"#) { try particles.sums(from: draw.normal(), draw, of: [{ _ in 1 }])[0] }
        Step(#"e^{-r}"#) { Variate(Double.exp(-rate)) }
        Rival(#"e^r"#, "sign of the rate") { Variate(Double.exp(rate)) }
        Rival(#"1"#, "mass still one") { 1 }
      }
    }
    // A coarse run: what is tested here is the simulation and not the resolution of the report.
    #expect(try await Verifier(resolution: 0.02).verify(identity).verdict == .verified)
  }

  @Test("particles that make no sense are refused")
  func particleArguments() {
    #expect(throws: InvalidArgument.self) {
      try BranchingParticles(reversion: 0, diffusion: 1, bound: 1) { _, _ in 0 }
    }
    #expect(throws: InvalidArgument.self) {
      try BranchingParticles(reversion: 1, diffusion: 1, bound: .infinity) { _, _ in 0 }
    }
  }

  @Test("a rate beyond its bound makes a check inconclusive")
  func rateBeyondItsBound() async throws {
    let particles = try BranchingParticles(reversion: 0.5, diffusion: 0.25, bound: 0.5) { _, x in x }
    let identity = Identity("beyond", "A rate without a bound", #"\mathbb{E}N_1 = 1"#) {
      Statistical("counted", cases: [1.0]) { _, draw in
        Step(#"\mathbb{E}N_1"#) { try particles.sums(from: draw.normal(), draw, of: [{ _ in 1 }])[0] }
        Step("1") { 1 }
        Rival("2", "twice") { 2 }
      }
    }
    #expect(try await Verifier().verify(identity).verdict == .inconclusive)
  }

  @Test("rates and starts that make no sense are refused")
  func mediumArguments() {
    #expect(throws: InvalidArgument.self) {
      try HarmonicKilling(diffusion: 0, strength: 1, variance: 1)
    }
    #expect(throws: InvalidArgument.self) {
      try HarmonicKilling(diffusion: 1, strength: .nan, variance: 1)
    }
  }
}
