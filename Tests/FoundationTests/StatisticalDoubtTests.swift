import Arithmetic
import Testing

@testable import Probability
@testable import Verification

/// What a simulation must not decide, or must decide on the right scale.
@Suite struct StatisticalDoubtTests {
  private func result(_ check: any Check, resolution: Double = 0.05) async throws -> CheckResult {
    try await Verifier(resolution: resolution, sampleBudget: 1 << 22).verify(Synthetic.identity { check })
      .checks[0]
  }

  /// Zero times infinity is not a number, whichever of the two is the constant.
  @Test func zeroTimesInfinity() {
    let infinite = 1 / (Variate(samples: (0..<Variate.blockSize).map { Double($0) }))
    for product in [infinite * Variate(0), Variate(0) * infinite] {
      #expect(product.samples[0].isNaN && product.samples[1] == 0)
    }
    var sum = Variate(1)
    sum.add(infinite, times: Variate(0))
    #expect(sum.samples[0].isNaN && sum.samples[1] == 1)
    #expect((Variate(samples: Array(repeating: 2, count: Variate.blockSize)) * Variate(0)).constant == 0)
  }

  /// A quotient by a time that is zero is not finite, and that is what is said.
  @Test func removableSingularity() async throws {
    let check = Statistical("t = 0", cases: [0.0]) { t, draw in
      let z = draw.normal()
      Step("t (z / t) z") { t * (z / Variate(t)) * z }
      Step("one") { Variate(1) + draw.normal() }
      Rival("two", "twice") { 2 + draw.normal() }
    }
    let result = try await result(check)
    #expect(result.verdict == .inconclusive && result.reason.contains("not finite"), "\(result.reason)")
  }

  /// Samples that depend on their block's mean are seen to, where the lines disagree as where they agree.
  @Test func dependentSamples() async throws {
    let check = Statistical("log of a block's mean", cases: ["case"]) { _, draw in
      let w = Variate.exp(2 * draw.normal())
      let mean = w.samples.reduce(0, +) / Double(Variate.blockSize)
      Step("log of the mean") { Variate.log(Variate(mean)) + 0.01 * draw.normal() }
      Step("two") { Variate(2) }
      Rival("five", "more") { Variate(5) }
    }
    let result = try await result(check)
    #expect(result.verdict == .inconclusive, "\(result.counterexample as Any)")
    #expect(result.reason.contains("depend on each other"))
  }

  /// A small component is judged by itself, however large another is.
  @Test(arguments: [0.0, 0.002]) func smallComponent(claim: Double) async throws {
    let check = Statistical("gradient", cases: ["case"]) { _, draw in
      let (x, y) = (draw.normal(), draw.normal())
      Step("sampled") { Vector([1 + x, 0.002 * (1 + y)]) }
      Step("claimed") { Vector([Variate(1), Variate(claim)]) }
      Rival("zero", "nothing") { Vector([Variate(0), Variate(claim)]) }
    }
    #expect(try await result(check).verdict == (claim == 0 ? .refuted : .verified))
  }

  /// A line that is zero is judged by the terms that cancel in the other.
  @Test(arguments: [0.0, 0.2]) func zeroLine(error: Double) async throws {
    let check = Statistical("Stein", cases: ["case"]) { _, draw in
      let z = draw.normal()
      Step("sampled") { z * Variate.sin(z) - (1 + error) * Variate.cos(z) }
      Step("zero") { Variate(0) }
      Rival("sine alone", "derivative forgotten") { z * Variate.sin(z) }
    }
    let result = try await result(check)
    #expect(result.verdict == (error == 0 ? .verified : .refuted), "\(result.reason)")
    if error == 0 { #expect(result.examinations[0].comparisons[0].basis.contains("terms, which cancel")) }
  }

  /// A rival that cannot be judged has not survived; it is undecided, and the reason is said.
  @Test(arguments: ["NaN", "shape"]) func undecidedRival(kind: String) async throws {
    let check = Statistical(kind, cases: ["case"]) { _, draw in
      Step("one") { 1 + draw.normal() }
      Step("again") { 1 + draw.normal() }
      Rival("strange", kind) { kind == "NaN" ? Vector([Variate.log(draw.normal())]) : Vector([1, 1]) }
    }
    let reason = try await result(check).reason
    #expect(reason.contains("the rival strange is undecided"), "\(reason)")
    #expect(reason.contains(kind == "NaN" ? "not finite" : "components"))
  }

  /// A refuted case ends its check, and a resolution out of reach is said so after a million samples.
  @Test func timeIsNotBurnt() async throws {
    let wrong = Statistical("wrong", cases: [1, 2, 3]) { _, draw in
      Step("one") { 1 + draw.normal() }
      Step("two") { Variate(2) }
      Rival("five", "more") { Variate(5) }
    }
    let refuted = try await result(wrong)
    #expect(refuted.examinations.count == 1 && refuted.samples! < Statistical<Int>.leastSamples)
    let noisy = Statistical("noisy", cases: [1]) { _, draw in
      Step("one") { 1 + 1e4 * draw.samples { $0.nextNormal() } }
      Step("one") { Variate(1) }
      Rival("a million", "more") { Variate(1e6) }
    }
    let late = try await Verifier(resolution: 0.01, sampleBudget: 1 << 24).verify(
      Synthetic.identity { noisy }
    ).checks[0]
    #expect(late.verdict == .inconclusive && late.samples! <= 2 * Statistical<Int>.leastSamples)
    #expect(late.reason.contains("it would take about"), "\(late.reason)")
  }
}
