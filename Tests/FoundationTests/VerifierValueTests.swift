import Testing

@testable import Arithmetic
@testable import Probability
@testable import Verification

/// Values that no comparison should trust: undefined, infinite, without scale, too coarse.
@Suite struct VerifierValueTests {
  private func reason(_ check: any Check, budget: Int = 1 << 16) async throws -> String {
    let result = try await Synthetic.verifier(sampleBudget: budget).verify(Synthetic.identity { check })
    #expect(result.verdict == .inconclusive, "\(result.checks.map(\.counterexample))")
    return result.checks[0].reason
  }

  private func numerical(_ left: Estimate, _ right: Estimate, precision: Double = 1e-10) -> Numerical<String>
  {
    Numerical("values", cases: ["case"], precision: precision) { _ in
      Step("left") { left }
      Step("right") { right }
      Rival("wrong", "seven more") { Estimate(right.value + 7, .none) }
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func undefinedNumbers(value: Double) async throws {
    for check in [
      numerical(Estimate(value, .none), Estimate(1, .none)),
      numerical(Estimate(1, .none), Estimate(value, .none)),
      numerical(Estimate(value, .none), Estimate(value, .none)),
      numerical(Estimate(1, error: value.magnitude), Estimate(1, .none)),
    ] { #expect(try await reason(check).contains("not finite")) }
  }

  /// An error bound coarser than the precision cannot buy a pass; just below it can.
  @Test func tolerance() async throws {
    let coarse = numerical(
      Estimate(4, error: 0.51e-7), Estimate(4 + 0.25e-7, error: 0.5e-7), precision: 2.3e-8)
    #expect(try await reason(coarse).contains("the tolerance 1.01e-07 is more than 2.3e-08 of the scale 4"))
    let fine = numerical(Estimate(4, error: 0.5e-7), Estimate(4 + 0.25e-7, error: 0.5e-7), precision: 2.5e-8)
    #expect(try await Synthetic.verifier().verify(Synthetic.identity { fine }).verdict == .verified)
    let wrong = numerical(Estimate(4, error: 0.5e-7), Estimate(4 + 1.25e-7, error: 0.5e-7), precision: 2.5e-8)
    #expect(try await Synthetic.verifier().verify(Synthetic.identity { wrong }).verdict == .refuted)
  }

  @Test(arguments: [0, -1, 1, Double.infinity, .nan])
  func precisionIsAFraction(precision: Double) async throws {
    let coarse = numerical(Estimate(1, error: 100), Estimate(7, error: 100), precision: precision)
    #expect(try await reason(coarse).contains("precision is \(precision); expected"))
    let box = Enclosure("box", over: ["x": 0...1], precision: precision) { p in
      Step("x") { p["x"] }
      Step("again") { p["x"] }
      Rival("-x - 1", "sign") { -p["x"] - 1 }
    }
    #expect(try await reason(box).contains("precision is \(precision); expected"))
  }

  @Test func nothingToCompareWith() async throws {
    #expect(try await reason(numerical(Estimate(0, .none), Estimate(0, .none))).contains("there is no scale"))
    let box = Enclosure("zero", over: ["x": -1...1]) { p in
      Step("zero") { 0 * p["x"] }
      Step("again") { p["x"] * 0 }
      Rival("one", "one") { p["x"] * 0 + 1 }
    }
    #expect(try await reason(box).contains("both lines are zero"))
    let constants = Statistical("zero", cases: ["case"]) { _, _ in
      Step("zero") { Variate(0) }
      Step("again") { Variate(0) }
      Rival("one", "one") { Variate(1) }
    }
    #expect(try await reason(constants).contains("there is no scale"))
  }

  /// Two samples of mean zero have no scale either: no error is small beside them.
  @Test func meansOfZero() async throws {
    let check = Statistical("zero", cases: ["case"]) { _, draw in
      Step("zero") { draw.normal() }
      Step("again") { draw.normal() }
      Rival("one", "one") { 1 + draw.normal() }
    }
    #expect(try await reason(check).contains("samples resolve"))
  }

  /// Differences without noise: one formula written twice, and constants.
  @Test func noVariance() async throws {
    let same = Statistical("same", cases: ["case"]) { _, draw in
      let z = 1 + draw.normal()
      Step("square") { z * z }
      Step("again") { (2 * z - z) * z }
      Rival("twice", "factor two") { 2 * z * z }
    }
    #expect(try await reason(same).contains("the same sample by sample"))
    let constants = Statistical("constants", cases: ["case"]) { _, draw in
      Step("one") { Variate(1) }
      Step("again") { Variate(1) }
      Rival("normal", "zero") { draw.normal() }
    }
    #expect(try await reason(constants).contains("the same sample by sample"))
    // One component that says nothing is enough.
    let half = Statistical("half", cases: ["case"]) { _, draw in
      let z = 1 + draw.normal()
      Step("pair") { Vector([z, z]) }
      Step("again") { Vector([1 + draw.normal(), z]) }
      Rival("twice", "factor two") { Vector([2 * z, z]) }
    }
    #expect(try await reason(half).contains("component 2"))
  }

  /// Different constants are refuted without noise.
  @Test func differentConstants() async throws {
    let check = Statistical("constants", cases: ["case"]) { _, _ in
      Step("one") { Variate(1) }
      Step("two") { Variate(2) }
    }
    #expect(try await Synthetic.verifier().verify(Synthetic.identity { check }).verdict == .refuted)
  }

  /// A NaN or an infinity in one sample of many is not averaged away, and does not cost the whole budget.
  @Test(arguments: ["log of a negative number", "division by zero", "overflow of a square"])
  func undefinedSamples(kind: String) async throws {
    let check = Statistical("undefined", cases: ["case"]) { _, draw in
      let z = draw.normal()
      let broken: Variate =
        switch kind {
        case "log of a negative number": Variate.log(3 + z)
        case "division by zero": 1 / (z - z)
        default: Variate(1e200) * z
        }
      Step("broken") { broken }
      Step("again") { broken + draw.normal() }
      Rival("more", "much more") { z + 1000 }
    }
    // Were the budget spent, this would take minutes.
    let reason = try await reason(check, budget: 1 << 40)
    #expect(reason.contains("not finite"), "\(reason)")
  }

  /// Laws without a mean, or without a variance, never verify a line: one sample can move the mean.
  @Test(arguments: ["Cauchy", "Pareto 1.5", "Pareto 1.1", "log-normal"], [1 as UInt64, 2, 3, 4, 5])
  func heavyTails(law: String, seed: UInt64) async throws {
    let check = Statistical(law, cases: [law]) { law, draw in
      let sample = { () -> Variate in
        switch law {
        case "Cauchy": return 1 + draw.normal() / draw.normal()
        case "Pareto 1.5": return Variate.exp(draw.exponential() / Variate(1.5))
        case "Pareto 1.1": return Variate.exp(draw.exponential() / Variate(1.1))
        default: return Variate.exp(Variate(4) * draw.normal() - 8)
        }
      }
      Step("sampled") { sample() }
      Step("again") { sample() }
      Rival("far away", "constant") { Variate(1e9) }
    }
    let verifier = try Synthetic.verifier(seed: seed, resolution: 0.05, sampleBudget: 1 << 18)
    let result = try await verifier.verify(Synthetic.identity { check })
    #expect(result.verdict == .inconclusive)
    #expect(result.checks[0].reason.contains("samples carry the sum"))
  }

  /// Lines whose number of components changes from block to block.
  @Test func changingLengths() async throws {
    let check = Statistical("lengths", cases: ["case"]) { _, draw in
      let z = 1 + draw.normal()
      let isLong = z.samples[0] > 1
      Step("a") { Vector(isLong ? [z, z] : [z]) }
      Step("b") { Vector(isLong ? [1 + draw.normal(), z + draw.normal()] : [1 + draw.normal()]) }
      Rival("twice", "factor two") { Vector(isLong ? [2 * z, z] : [2 * z]) }
    }
    #expect(try await reason(check).contains("components in one block and"))
  }

  /// Lines that change from block to block are refused.
  @Test func changingLines() async throws {
    let check = Statistical("lines", cases: ["case"]) { _, draw in
      let z = 1 + draw.normal()
      Step("a") { z }
      if z.samples[0] > 1 { Step("b") { z + draw.normal() } }
      Step("c") { 1 + draw.normal() }
    }
    #expect(try await reason(check, budget: 1 << 20).contains("expected the same at every point and block"))
  }
}
