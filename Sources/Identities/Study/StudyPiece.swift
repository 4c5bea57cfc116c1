import Arithmetic
import Learning
import OptimalTransport
import Probability
import Sampling

/// A piece of the study's work: one network, or the exact fields, at one number of steps.
struct StudyPiece: Sendable, Hashable, CustomStringConvertible {
  /// What is done.
  enum Kind: String, Sendable {
    case interpolant
    case scoreSDE = "score SDE"
    case exact = "exact fields"
    case floors
  }

  let dimension: Int
  let kind: Kind
  let steps: Int
  let seed: UInt64

  /// What tells the results from those of any other piece: everything they depend on, and the program's own number.
  ///
  /// The number is raised when the program computes something else for the same setting.
  func key(in setting: StudySetting, for what: String) -> String {
    let s = setting
    let network = "width \(s.width), layers \(s.layers), iterations \(s.iterations), batch \(s.batch)"
    let measure = what == "results" ? ", epsilon \(s.epsilon), tolerance \(s.tolerance)" : ""
    return
      "study 1, \(what): \(s.name), distance \(s.distance), samples \(s.samples), \(network)\(measure), \(self)"
  }

  /// About how long it takes, in seconds on one thread.
  func effort(in setting: StudySetting) -> Double {
    let points = Double(setting.samples * steps) * 1e-9
    let units = Double(setting.width * setting.width * max(0, setting.layers - 2))
    let training = 6e-11 * 6 * units * Double(setting.batch * setting.iterations) / 6
    let transport = Double(setting.samples * setting.samples) * 1e-7
    switch kind {
    case .interpolant: return training + points * units * 0.05 + transport
    case .scoreSDE: return training + 2 * (points * units * 0.05 + transport)
    case .exact: return 3 * (points * 30 + transport)
    case .floors: return 2 * transport
    }
  }

  var description: String {
    kind == .floors
      ? "floors, d = \(dimension), seed \(seed)"
      : "\(kind.rawValue), d = \(dimension), \(steps) steps, seed \(seed)"
  }

  /// Does the work.
  func run(in setting: StudySetting, cache: StudyCache?) async throws -> [StudyResult] {
    let target = try setting.target(dimension: dimension)
    let base = try StudySetting.base(dimension: dimension)
    let sde = try StudySetting.diffusion
    // Samples of the base and of the target are the same for all pieces of a seed, as in the report.
    let start = try await draw("base", base, setting)
    let measure = StudyMeasure(
      setting: setting, piece: self, target: target, reference: try await draw("reference", target, setting))
    if kind == .floors {
      return [
        try await measure(.perfect, try await draw("perfect", target, setting)),
        try await measure(.untrained, start),
      ]
    }
    let noise = try await draw("noise", sde.law(of: target, at: sde.duration).present(), setting)
    let sampler = try Sampler(seed: seed, name: "study, \(self)")
    let (up, down) = (try TimeGrid(from: 0, to: 1, steps: steps), try TimeGrid(from: 1, to: 0, steps: steps))
    func flow(_ velocity: any PointField<Float>) async throws -> Points<Float> {
      try await sampler.flow(start, along: velocity, over: up, by: .euler)
    }
    func reverse(_ noise: Points<Float>, _ score: any PointField<Float>) async throws -> Points<Float> {
      try await sampler.generate(noise, sde: sde, score: score, over: down)
    }
    switch kind {
    case .interpolant:
      return [try await measure(.interpolant, try await flow(try await network(setting, target, cache)))]
    case .scoreSDE:
      let score = try await network(setting, target, cache)
      return [
        try await measure(.scoreSDE, try await reverse(start, score)),
        try await measure(.scoreSDEFromNoise, try await reverse(noise, score)),
      ]
    case .exact, .floors:
      let velocity = try MixtureField<Float>.velocity(of: .oneSided, from: base, to: target)
      let score = MixtureField<Float>.score(of: sde, data: target)
      return [
        try await measure(.exactInterpolant, try await flow(velocity)),
        try await measure(.exactScoreSDE, try await reverse(start, score)),
        try await measure(.exactScoreSDEFromNoise, try await reverse(noise, score)),
      ]
    }
  }

  private func draw(
    _ what: String, _ law: GaussianMixture<Double>, _ setting: StudySetting
  ) async throws -> Points<Float> {
    try await Sampler(seed: seed, name: "study \(setting.name), \(what), d = \(dimension)")
      .draw(setting.samples, of: law)
  }

  /// The trained network, from the cache if it is there.
  private func network(
    _ setting: StudySetting, _ target: GaussianMixture<Double>, _ cache: StudyCache?
  ) async throws -> PerceptronField {
    let key = key(in: setting, for: "network")
    if let bytes = cache?.bytes(for: key) {
      do { return try PerceptronField(Perceptron(bytes: bytes)) } catch is InvalidArgument {
        // Undamaged, but not written as networks are now: it counts as missing.
      }
    }
    let data = try await draw("training set", target, setting).columns
    let examples = StudyRegression(data: data, steps: steps)
    let regression =
      kind == .interpolant ? try examples.velocity() : try examples.score(try StudySetting.diffusion)
    let untrained = try Perceptron(
      inputs: dimension + 1, outputs: dimension, width: setting.width, layers: setting.layers, seed: seed)
    let network = try await untrained.trained(
      on: regression, steps: setting.iterations, batch: setting.batch, seed: seed, threads: 1)
    try cache?.keep(network.bytes, for: key)
    return try PerceptronField(network)
  }
}

/// What the study measures of samples: their moments against the true ones, and the cost of transport to others.
struct StudyMeasure: Sendable {
  let setting: StudySetting
  let piece: StudyPiece
  let target: GaussianMixture<Double>
  let reference: Points<Float>

  func callAsFunction(_ series: StudySeries, _ points: Points<Float>) async throws -> StudyResult {
    let d = piece.dimension
    var numbers = [Double](repeating: .nan, count: 6)
    if points.areFinite {
      let moments = points.moments
      let difference = moments.covariance - target.covariance
      numbers[0] = (moments.mean - target.mean).squaredNorm.squareRoot()
      numbers[1] = difference.entries.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let problem = try EntropicTransport(
        from: WeightedPoints(columns: points.columns.map { $0.map { Double($0) } }),
        to: WeightedPoints(columns: reference.columns.map { $0.map { Double($0) } }), epsilon: setting.epsilon
      )
      // An hour is no limit: what is cut off by time would depend on the machine.
      let plan = try await problem.solve(tolerance: setting.tolerance, timeLimit: .seconds(3600), threads: 1)
      numbers[2] = plan.dualValue
      numbers[3] = plan.sharpCost
      numbers[4] = plan.certificate.marginalViolation
      numbers[5] = plan.certificate.gap
    }
    return StudyResult(
      setting: setting.name, dimension: d, series: series, steps: piece.steps, seed: piece.seed,
      numbers: numbers)
  }
}
