import Testing

@testable import Arithmetic
@testable import Sampling
@testable import Transport

/// A score that is affine in the point: that of data in a single point under a diffusion.
private struct PointMassScore<SDE: ScoreSDE>: PointField {
  typealias Scalar = Double
  let sde: SDE
  let point: Double
  var dimension: Int { 1 }

  struct Frozen: FrozenField {
    let mean: Double
    let variance: Double
    func evaluate(at points: Points<Double>, into values: inout Points<Double>) {
      for v in 0..<points.vectors { values.lanes[v] = (mean - points.lanes[v]) / variance }
    }
  }

  func at(_ time: Double) -> any FrozenField<Double> {
    let kernel = sde.kernel(to: time)
    return Frozen(mean: kernel.signal * point, variance: kernel.variance)
  }
}

/// Draws, steps and likelihoods, apart from their orders.
@Suite struct SamplerTests {
  @Test("the bytes do not depend on the number of threads")
  func threads() async throws {
    func sample<S: LaneScalar>(_: S.Type, width: Int) async throws -> [[[S]]] {
      let sampler = try Sampler(seed: 5, name: "threads", width: width)
      let sde = try VarianceExploding(from: 0.01, to: 10)
      let start: Points<S> = try await sampler.draw(3000, of: try sde.prior(2))
      let score = MixtureField<S>.score(of: sde, data: try Laws.plane)
      let grid = try TimeGrid(from: 1, to: 0, steps: 4)
      let made = try await sampler.generate(start, sde: sde, score: score, over: grid, corrections: 1)
      let early = try TimeGrid(from: 1, to: 0.25, steps: 3)
      let moved = try await sampler.flow(start, along: sde.flowDrift(score: score), over: early)
      let diffused = try await sampler.diffuse(
        start, drift: sde.reverseDrift(score: score), noise: { sde.squaredNoise(at: $0).squareRoot() },
        over: early, by: .heun, refinement: 2)
      return [start.columns, made.columns, moved.columns, diffused.columns]
    }
    #expect(try await sample(Float.self, width: 1) == sample(Float.self, width: 3))
    #expect(try await sample(Double.self, width: 1) == sample(Double.self, width: 2))
  }

  @Test("a draw has the mean and the covariance of its mixture, within five standard errors")
  func draw() async throws {
    let n = 1 << 18
    let moments = try await Sampler(seed: 1, name: "draw").draw(n, of: Laws.plane, as: Double.self).moments
    let law = try Laws.plane
    let mean = zip(law.weights, law.components).reduce(Vector<Double>.zero(2)) { $0 + $1.0 * $1.1.mean }
    let covariance = zip(law.weights, law.components).reduce(Matrix<Double>.zero(2, 2)) {
      $0 + $1.0 * ($1.1.covariance + ($1.1.mean - mean).outer($1.1.mean - mean))
    }
    for i in 0..<2 {
      let deviation = (covariance[i, i] / Double(n)).squareRoot()
      #expect((moments.mean[i] - mean[i]).magnitude <= 5 * deviation)
      for j in 0..<2 {
        // A product of two coordinates varies by at most about three times their variances here.
        let spread = (3 * covariance[i, i] * covariance[j, j] / Double(n)).squareRoot()
        #expect((moments.covariance[i, j] - covariance[i, j]).magnitude <= 5 * spread)
      }
    }
  }

  @Test("fields at many points are the fields at each, with their divergences")
  func fields() async throws {
    let sde = try VariancePreserving(from: 0.5, to: 3.5)
    for (data, dimension) in [(try Laws.plane, 2), (try Laws.normal([1, -1, 0.5], variance: 0.75), 3)] {
      let points = try await Sampler(seed: 2, name: "fields").draw(
        37, of: Laws.standard(dimension), as: Double.self)
      let law = sde.law(of: data, at: 0.375)
      let (score, velocity) = (
        MixtureField<Double>.score(of: sde, data: data), MixtureField<Double>.velocity(of: sde, data: data)
      )
      for (field, value) in [
        (score, { (x: Vector<Dual<Double>>) in law.present().map { Dual(constant: $0) }.score(x) }),
        (velocity, { x in sde.law(of: data, at: Dual(constant: 0.375)).velocity(x) }),
      ] {
        var values = Points<Double>(zeros: 37, dimension: dimension + 1)
        try field.withDivergence(at: 0.375).evaluateWithDivergence(at: points, into: &values)
        for p in 0..<37 {
          let x = Vector(points.columns.map { $0[p] })
          let (expected, spread) = (value(x.constant).map(\.value), divergence(at: x, of: value))
          let scale = 8 + 8 * x.squaredNorm
          for i in 0..<dimension {
            #expect(values.columns[i][p].isNear(expected[i], units: 64, scale: scale))
          }
          #expect(values.columns[dimension][p].isNear(spread, units: 256, scale: scale))
        }
      }
    }
  }

  @Test("the flow carries points to the true places, and their likelihood is the true one")
  func likelihood() async throws {
    // Data as in `Laws.line` under dx = -b x / 2 dt + sqrt(b) dw with b = 0.5 + 3 t, to twenty digits: places by the
    // distribution function, which a flow on the line preserves, and log-densities of the data.
    let places = [-0.036824442252673306760, -0.84344345121546263536, 1.7502333539609937998]
    let truth = [-1.1098439820082259298, -1.7219851182998944724, -1.8600470153471401154]
    // What one gets who adds the divergence of the linear drift twice.
    let wrong = [-0.10984398200822593, -0.72198511829989447, -0.86004701534714012]
    let (sde, sampler) = (
      try VariancePreserving(from: 0.5, to: 3.5), try Sampler(seed: 0, name: "likelihood")
    )
    let points = try Points<Double>(columns: [[0.5, -1.25, 2]])
    let score = MixtureField<Double>.score(of: sde, data: try Laws.line)
    let base = sde.law(of: try Laws.line, at: 1.0).present()
    var previous: (x: [Double], l: [Double])?
    for steps in [128, 256] {
      let grid = try TimeGrid(from: 0, to: 1, steps: steps)
      let x = try await sampler.flow(points, along: sde.flowDrift(score: score), over: grid).columns[0]
      let l = try await sampler.logLikelihoods(
        of: points, along: sde.flowDrift(score: score), over: grid, base: base)
      if let previous {
        // The last change is some fifteen times the error that is left, at order four.
        for i in 0..<3 {
          #expect((x[i] - places[i]).magnitude <= (x[i] - previous.x[i]).magnitude + 0x1p-44)
          #expect((l[i] - truth[i]).magnitude <= (l[i] - previous.l[i]).magnitude + 0x1p-44)
          #expect((l[i] - wrong[i]).magnitude > 0.5)
        }
      }
      previous = (x, l)
    }
    // And the other way round: densities at the end of the flow from those of the data.
    let velocity = MixtureField<Double>.velocity(of: sde, data: try Laws.line)
    var back: [[Double]] = []
    for steps in [128, 256] {
      let grid = try TimeGrid(from: 1, to: 0, steps: steps)
      back.append(try await sampler.logLikelihoods(of: points, along: velocity, over: grid, base: Laws.line))
    }
    for (i, x) in points.columns[0].enumerated() {
      let error = (back[1][i] - back[0][i]).magnitude + 0x1p-44
      #expect((back[1][i] - base.logDensity(Vector([x]))).magnitude <= error)
    }
  }

  @Test("the exponential integrator is exact for linear drifts, in one step as in many")
  func exponential() async throws {
    for (k, sde) in try ScoreSDETests.all.enumerated() { try await exponential(sde, "\(k)") }
  }

  private func exponential(_ sde: some ScoreSDE, _ name: String) async throws {
    let (n, point) = (1 << 16, 0.75)
    let sampler = try Sampler(seed: 3, name: name)
    let score = PointMassScore(sde: sde, point: point)
    let (first, last) = (sde.kernel(to: 1.0), sde.kernel(to: 0.25))
    let noise = try await sampler.draw(
      n, of: Laws.normal([first.signal * point], variance: first.variance), as: Double.self)
    for steps in [1, 3] {
      let grid = try TimeGrid(from: 1, to: 0.25, steps: steps)
      // The flow is a map: the latent stays where it is.
      let flowed = try await sampler.generate(noise, sde: sde, score: score, over: grid, by: .flowExponential)
      for (before, after) in zip(noise.columns[0], flowed.columns[0]).prefix(100) {
        let latent = (before - first.signal * point) / first.deviation
        let scale = (latent.magnitude + 1) * (1 + first.deviation / first.signal)
        #expect(after.isNear(last.signal * point + last.deviation * latent, units: 64, scale: scale))
      }
      // The diffusion has the right law: mean and variance within five standard errors.
      let made = try await sampler.generate(noise, sde: sde, score: score, over: grid, by: .exponential)
        .moments
      let error = (last.variance / Double(n)).squareRoot()
      #expect((made.mean[0] - last.signal * point).magnitude <= 5 * error)
      #expect((made.covariance[0, 0] / last.variance - 1).magnitude <= 5 * (2 / Double(n)).squareRoot())
    }
    // Forwards: noising in one go or in two.
    let data = try await sampler.draw(n, of: Laws.normal([1], variance: 0.25), as: Double.self)
    let half = try await sampler.noised(data, by: sde, from: 0, to: 0.5)
    let whole = try await sampler.noised(half, by: sde, from: 0.5, to: 1).moments
    let variance = first.signal * first.signal * 0.25 + first.variance
    #expect((whole.mean[0] - first.signal).magnitude <= 5 * (variance / Double(n)).squareRoot())
    // Both halves share their normal numbers here, by the sampler's contract, so their covariance counts.
    let (early, late) = (sde.kernel(to: 0.5), sde.kernel(from: 0.5, to: 1))
    let shared = variance + 2 * late.signal * early.deviation * late.deviation
    #expect((whole.covariance[0, 0] / shared - 1).magnitude <= 5 * (2 / Double(n)).squareRoot())
  }

  @Test(
    "with any noise an interpolant's diffusion carries one end to the other, both ways, and not with a lost sign"
  )
  func interpolantDiffusion() async throws {
    let (start, end, n) = (try Laws.normal([0], variance: 1), try Laws.normal([2], variance: 0.25), 1 << 14)
    let interpolant = try Interpolant(.linear, latent: .product)
    let velocity = try MixtureField<Double>.velocity(of: interpolant, from: start, to: end)
    let score = try MixtureField<Double>.score(of: interpolant, from: start, to: end)
    let sampler = try Sampler(seed: 6, name: "interpolant", width: 2)
    for isBackwards in [false, true] {
      let (from, to) = isBackwards ? (end, start) : (start, end)
      let grid =
        isBackwards ? try TimeGrid(from: 1, to: 0, steps: 128) : try TimeGrid(from: 0, to: 1, steps: 128)
      let points = try await sampler.draw(n, of: from, as: Double.self)
      for isWrong in [false, true] {
        let drift = try CombinedField.interpolantDrift(
          velocity: velocity, score: score, diffusion: { _ in 0.5 }, isBackwards: isBackwards != isWrong)
        let made = try await sampler.diffuse(points, drift: drift, noise: { _ in 1 }, over: grid, by: .heun)
          .moments
        let law = to.components[0]
        let error = (made.covariance[0, 0] / law.covariance[0, 0] - 1).magnitude
        // Five standard errors; Heun's own error at this step is a tenth of that.
        let radius = 5 * (2 / Double(n)).squareRoot()
        #expect(isWrong ? error > 4 * radius : error <= radius)
        if !isWrong {
          let deviation = (law.covariance[0, 0] / Double(n)).squareRoot()
          #expect((made.mean[0] - law.mean[0]).magnitude <= 5 * deviation)
        }
      }
    }
  }

  @Test("a corrector makes up for a predictor that is too coarse")
  func corrector() async throws {
    let (sde, data, n) = (try VariancePreserving(), try Laws.normal([0], variance: 0.25), 1 << 14)
    let sampler = try Sampler(seed: 4, name: "corrector", width: 2)
    let noise: Points<Double> = try await sampler.draw(n, of: try sde.prior(1))
    let score = MixtureField<Double>.score(of: sde, data: data)
    let grid = try TimeGrid(from: 1, to: 0, steps: 16)
    let plain = try await sampler.generate(noise, sde: sde, score: score, over: grid).moments
    // The last step leads to data without noise, where no corrector acts: compare one step before it.
    let early = try TimeGrid(Array(grid.times.dropLast()))
    let truth = sde.law(of: data, at: early.times[15]).present().components[0].covariance[0, 0]
    let errors = try await [0, 8].asyncMap { corrections in
      let made = try await sampler.generate(
        noise, sde: sde, score: score, over: early, corrections: corrections, ratio: 0.25)
      return (made.moments.covariance[0, 0] / truth - 1).magnitude
    }
    #expect(errors[1] + 5 * (2 / Double(n)).squareRoot() < errors[0])
    #expect(plain.covariance[0, 0].isFinite)
  }

  @Test("what makes no sense is refused")
  func refusals() async throws {
    let (sde, sampler) = (try VarianceExploding(from: 0.01, to: 10), try Sampler(seed: 0, name: "refusals"))
    let score = MixtureField<Double>.score(of: sde, data: try Laws.plane)
    let points = try Points<Double>(columns: [[0, 1], [1, 0]])
    let (down, up) = (try TimeGrid(from: 1, to: 0, steps: 2), try TimeGrid(from: 0, to: 1, steps: 2))
    #expect(throws: InvalidArgument.self) { try Sampler(seed: 0, name: "", width: 0) }
    #expect(throws: InvalidArgument.self) { try TimeGrid(from: 0, to: 1, steps: 0) }
    #expect(throws: InvalidArgument.self) { try TimeGrid(from: 1, to: 1, steps: 2) }
    #expect(throws: InvalidArgument.self) { try TimeGrid(from: 0, to: .nan, steps: 2) }
    #expect(throws: InvalidArgument.self) { try TimeGrid([0, 1, 0.5]) }
    #expect(throws: InvalidArgument.self) { try Points<Float>(columns: []) }
    #expect(throws: InvalidArgument.self) { try Points<Float>(columns: [[1], [1, 2]]) }
    #expect(throws: InvalidArgument.self) { try Points<Float>(columns: [[.nan]]) }
    #expect(throws: InvalidArgument.self) {
      try CombinedField<Double>(dimension: 3, [({ @Sendable _ in 1 }, score)])
    }
    #expect(throws: InvalidArgument.self) { try score.at(1.5) }
    #expect(throws: InvalidArgument.self) {
      try MixtureField<Double>.score(of: .oneSided, from: Laws.line, to: Laws.plane)
    }
    await #expect(throws: InvalidArgument.self) { try await sampler.draw(0, of: Laws.plane, as: Float.self) }
    await #expect(throws: InvalidArgument.self) {
      try await sampler.generate(points, sde: sde, score: score, over: up)
    }
    await #expect(throws: InvalidArgument.self) {
      try await sampler.generate(points, sde: sde, score: score, over: down, corrections: -1)
    }
    await #expect(throws: InvalidArgument.self) {
      try await sampler.generate(points, sde: sde, score: score, over: TimeGrid(from: 2, to: 0, steps: 2))
    }
    await #expect(throws: InvalidArgument.self) { try await sampler.noised(points, by: sde, from: 1, to: 0) }
    await #expect(throws: InvalidArgument.self) {
      try await sampler.diffuse(points, drift: score, noise: { _ in 1 }, over: up, refinement: 0)
    }
    let line = try Points<Double>(columns: [[0, 1]])
    await #expect(throws: InvalidArgument.self) { try await sampler.flow(line, along: score, over: up) }
    await #expect(throws: InvalidArgument.self) {
      try await sampler.logLikelihoods(of: points, along: score, over: up, base: Laws.line)
    }
  }
}

extension Array {
  /// The results of an asynchronous transform, one after the other.
  fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
    var results: [T] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
