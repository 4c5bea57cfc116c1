import Identities
import Testing

/// Any diffusion by its rates alone: its kernel comes from quadrature.
private struct RatesOnly<Known: ScoreSDE>: ScoreSDE {
  let known: Known
  func driftRate<S: Elementary>(at t: S) -> S { known.driftRate(at: t) }
  func squaredNoise<S: Elementary>(at t: S) -> S { known.squaredNoise(at: t) }
}

/// The kernels and the conversions of score SDEs.
@Suite struct ScoreSDETests {
  @Test("the kernel of the exploding diffusion has the true variances, and not those of blurred data")
  func explodingKernel() throws {
    let sde = try VarianceExploding(from: 0.01, to: 10)
    // s^2 (r^2t - 1), to twenty digits; apart from this package.
    let truth = [
      (0.01, 0.000014815362149688275154), (0.1, 0.00029810717055349725077), (0.5, 0.0999), (1, 99.9999),
    ]
    for (t, variance) in truth {
      // The exponent is rounded to a unit of 13.8 at most, and the ratio of deviations has a rounding of its own.
      #expect(sde.kernel(to: t).variance.isNear(variance, units: 32))
      #expect(!sde.kernel(to: t).variance.isNear(variance + 1e-4, units: 32))
    }
    #expect(sde.kernel(to: 0.0).variance == 0)
  }

  @Test("at short times the variance keeps its digits")
  func shortTimes() throws {
    let t = 1e-12
    let exploding = try VarianceExploding(from: 0.01, to: 10)
    let rate = 2 * Double.log(1000)
    #expect(exploding.kernel(to: t).variance.isNear(1e-4 * (rate * t) * (1 + rate * t / 2), units: 8))
    let (first, last) = (0.5, 3.5)
    let passed = first * t + (last - first) * t * t / 2
    let preserving = try VariancePreserving(from: first, to: last)
    #expect(preserving.kernel(to: t).variance.isNear(passed - passed * passed / 2, units: 8))
    let below = try SubVariancePreserving(from: first, to: last)
    #expect(below.kernel(to: t).deviation.isNear(passed - passed * passed / 2, units: 8))
  }

  static var all: [any ScoreSDE] {
    get throws {
      [
        try VarianceExploding(from: 0.01, to: 10), try VariancePreserving(from: 0.5, to: 3.5),
        try SubVariancePreserving(),
      ]
    }
  }

  @Test("the rates alone give the same kernel")
  func quadrature() throws {
    func compare(_ sde: some ScoreSDE) {
      let general = RatesOnly(known: sde)
      for (s, t) in [(0, 1e-12), (0, 0.3), (0.4, 0.7), (0.5, 0.5 + 1e-9), (0, 1)] {
        let (closed, summed) = (sde.kernel(from: s, to: t), general.kernel(from: s, to: t))
        // A few roundings for each of the sixteen stretches.
        #expect(summed.signal.isNear(closed.signal, units: 64))
        #expect(summed.variance.isNear(closed.variance, units: 64))
      }
      #expect(general.priorVariance.isNear(general.kernel(to: 1.0).variance, units: 0))
    }
    for sde in try Self.all { compare(sde) }
  }

  @Test("two kernels in a row are one, and their rates are the diffusion's")
  func evolution() throws {
    for sde in try Self.all {
      let (first, second, whole) = (
        sde.kernel(to: 0.375), sde.kernel(from: 0.375, to: 0.75), sde.kernel(to: 0.75)
      )
      #expect((first.signal * second.signal).isNear(whole.signal, units: 16))
      let variance = second.signal * second.signal * first.variance + second.variance
      #expect(variance.isNear(whole.variance, units: 32))
      let moving = sde.kernel(to: Dual(variable: 0.75))
      #expect(moving.signal.derivative.isNear(sde.driftRate(at: 0.75) * whole.signal, units: 64))
      let growth = 2 * sde.driftRate(at: 0.75) * whole.variance + sde.squaredNoise(at: 0.75)
      #expect(moving.variance.derivative.isNear(growth, units: 64, scale: sde.squaredNoise(at: 0.75)))
    }
  }

  @Test("score, velocity and denoiser turn into one another with the stated signs, as rational functions")
  func conversions() {
    // Over fractions the conversions are exact; a normal law y ~ N(m, v) gives all fields in closed form.
    var source = SplitSource()
    for _ in 0..<8 {
      let (a, b, da, db) = (source.next(), source.next(), source.next(), source.next())
      let (m, v, x) = (source.next(), source.next(), Vector([source.next()]))
      let path = NoisePath(signal: Dual(a, derivative: da), noise: Dual(b, derivative: db))
      let variance = a * a * v + b * b
      let score = Vector([(a * m - x[0]) / variance])
      let denoiser = Vector([b * (x[0] - a * m) / variance])
      let data = Vector([m + a * v * (x[0] - a * m) / variance])
      let velocity = da * data + db * denoiser
      #expect(path.denoiser(score: score)[0] == denoiser[0])
      #expect(path.score(denoiser: denoiser)[0] == score[0])
      #expect(path.dataMean(at: x, score: score)[0] == data[0])
      #expect(path.score(at: x, dataMean: data)[0] == score[0])
      #expect(path.velocity(at: x, denoiser: denoiser)[0] == velocity[0])
      #expect(path.velocity(at: x, score: score)[0] == velocity[0])
      #expect(path.denoiser(at: x, velocity: velocity)[0] == denoiser[0])
      #expect(path.score(at: x, velocity: velocity)[0] == score[0])
      // The sign that is most easily lost.
      #expect(path.denoiser(score: -score)[0] != denoiser[0])
    }
  }

  @Test("the probability flow is the velocity of the moving mixture, and the reverse drift its double share")
  func drifts() throws {
    let (data, x) = (try Laws.plane, Vector([0.4, -0.7]))
    func compare(_ sde: some ScoreSDE) {
      for t in [0.25, 0.75] {
        let law = sde.law(of: data, at: t)
        let score = law.present().score(x)
        let flow = sde.flowDrift(at: t, x, score: score)
        let velocity: Vector<Double> = law.velocity(x)
        let byPath = sde.path(at: t).velocity(at: x, score: score)
        let reverse = sde.reverseDrift(at: t, x, score: score)
        for i in 0..<2 {
          let scale = sde.squaredNoise(at: t) * score[i].magnitude + flow[i].magnitude + 1
          #expect(velocity[i].isNear(flow[i], units: 64, scale: scale))
          #expect(byPath[i].isNear(flow[i], units: 64, scale: scale))
          #expect(
            (flow[i] - reverse[i]).isNear(sde.squaredNoise(at: t) / 2 * score[i], units: 16, scale: scale))
        }
      }
    }
    for sde in try Self.all { compare(sde) }
  }

  @Test("numbers that make no sense are refused")
  func refusals() throws {
    #expect(throws: InvalidArgument.self) { try VarianceExploding(from: 1, to: 1) }
    #expect(throws: InvalidArgument.self) { try VarianceExploding(from: 0, to: 1) }
    #expect(throws: InvalidArgument.self) { try VarianceExploding(from: 0.1, to: .infinity) }
    #expect(throws: InvalidArgument.self) { try VariancePreserving(from: -1, to: 1) }
    #expect(throws: InvalidArgument.self) { try SubVariancePreserving(from: 0, to: 0) }
    #expect(throws: InvalidArgument.self) { try SubVariancePreserving(from: .nan, to: 1) }
    #expect(throws: InvalidArgument.self) { try VariancePreserving().prior(0) }
  }
}

/// Small numbers of the prime field, none of them zero: equality there is equality as rational functions, but for a
/// chance of about 2^-50 a comparison.
private struct SplitSource {
  private var state: UInt64 = 17

  mutating func next() -> PrimeField {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return PrimeField(Int(state >> 8))
  }
}
