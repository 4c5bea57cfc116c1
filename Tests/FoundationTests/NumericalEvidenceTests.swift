import Testing

@testable import Arithmetic
@testable import Probability
@testable import Verification

/// Numerical comparisons that a careful person could meet: the true one is never refuted, the false one never verified.
@Suite struct NumericalEvidenceTests {
  private func result(
    _ left: [Estimate], _ right: [Estimate], rival: [Estimate]? = nil, relation: Relation = .equals
  ) async throws -> (verdict: Verdict, reason: String) {
    let check = Numerical("values", cases: ["case"]) { _ in
      Step("left") { left }
      Step("right", relation: relation) { right }
      Rival("wrong", "a half more") { rival ?? right.map { Estimate($0.value + 0.5, error: 0) } }
    }
    let found = try await Synthetic.verifier().verify(Synthetic.identity { check }).checks[0]
    return (found.verdict, found.reason)
  }

  /// Means of samples with their standard errors: a true one is off by more in one case of three.
  @Test func standardErrorsAreRefused() async throws {
    var stream = RandomStream(seed: 3, identity: "means", block: 0)
    for _ in 0..<20 {
      let samples = (0..<4096).map { _ in Double(stream.nextUInt64() >> 11) * 0x1p-53 }
      let mean = samples.reduce(0, +) / 4096
      let error = (1.0 / 12 / 4096).squareRoot()
      let (verdict, reason) = try await result(
        [Estimate(mean, .standardError(error))], [Estimate(0.5, .none)])
      #expect(verdict == .inconclusive)
      #expect(
        reason.contains("standardError") && reason.contains("belongs in a Statistical check"), "\(reason)")
      // Nor can it be laundered into an enclosure.
      #expect(Interval(Estimate(mean, .standardError(error))).isWhole)
    }
  }

  /// An error below zero would let nothing pass, and refute what is equal.
  @Test func negativeErrors() async throws {
    let (verdict, reason) = try await result([Estimate(1, error: -1e-13)], [Estimate(1, error: 0)])
    #expect(verdict == .inconclusive && reason.contains("not negative"), "\(reason)")
    #expect(Interval(Estimate(1, error: -1)).isWhole)
    #expect(try await result([Estimate(1, error: 1e-13)], [Estimate(1, error: 0)]).verdict == .verified)
  }

  /// Beside a component of ten million, one of a thousandth is not let off by a thousandth.
  @Test func smallComponents() async throws {
    let large = Estimate(1e7, error: 5e-4)
    let (verdict, reason) = try await result(
      [large, Estimate(0.0005, error: 5e-4)], [large, Estimate(0, error: 0)])
    #expect(verdict == .inconclusive)
    #expect(reason.contains("of component 2 is more than 1e-10 of the scale 1e+04"), "\(reason)")
    #expect(
      try await result(
        [large, Estimate(0.002, error: 1e-14)], [large, Estimate(0, error: 1e-14)]
      ).verdict == .refuted)
    #expect(
      try await result(
        [large, Estimate(0.002, error: 1e-8)], [large, Estimate(0.002, error: 1e-8)]
      ).verdict == .verified)
  }

  /// A sum whose terms cancel is judged by the nearest rival; what is zero by construction by nothing.
  @Test func linesThatAreZero() async throws {
    let computed = Estimate(2e-16, error: 1e-15)
    let zero = Estimate(0, error: 0)
    #expect(try await result([computed], [zero], rival: [Estimate(0.3, error: 0)]).verdict == .verified)
    #expect(try await result([zero], [computed], rival: [Estimate(0.3, error: 0)]).verdict == .verified)
    #expect(
      try await result([Estimate(3e-15, error: 1e-15)], [zero], rival: [Estimate(0.3, error: 0)]).verdict
        != .verified)
    #expect(
      try await result([Estimate(1e-3, error: 1e-15)], [zero], rival: [Estimate(0.3, error: 0)]).verdict
        == .refuted)
    let coarse = try await result([computed], [zero], rival: [Estimate(1e-7, error: 0)])
    #expect(coarse.verdict == .inconclusive)
    #expect(coarse.reason.contains("of the scale 1e-07, that of the nearest rival"), "\(coarse.reason)")
    #expect(
      try await result([zero], [zero], rival: [Estimate(0.3, error: 0)]).reason.contains(
        "both lines are zero"))
  }

  /// `1 - 0.99` is not `0.01` in doubles, and is in decimals.
  @Test func decimals() async throws {
    func values(_ a: Interval, _ b: Interval) async throws -> (verdict: Verdict, reason: String) {
      try await result([Estimate(1 - a)], [Estimate(b)])
    }
    let plain = try await values(Interval(0.99), Interval(0.01))
    #expect(plain.verdict == .inconclusive && plain.reason.contains("Interval(decimal: 0.99)"), "\(plain)")
    #expect(try await values(Interval(decimal: 0.99), Interval(decimal: 0.01)).verdict == .verified)
    #expect(try await values(Interval(decimal: 0.99), Interval(decimal: 0.0100001)).verdict == .refuted)
    // What is a decimal and a double stays a point.
    for value in [0.5, -3, 0x1p-20, 1e15, 0, 0.375] { #expect(Interval(decimal: value) == Interval(value)) }
    for value in [0.1, 0.99, -1e-7, 1e23, 1.0 / 3] {
      let interval = Interval(decimal: value)
      #expect(interval.lower == value.nextDown && interval.upper == value.nextUp)
    }
  }

  /// What quadrature and extrapolation cannot bound reaches the reader with its reason.
  @Test func doubtsAreTold() async throws {
    for (estimate, text) in [
      (Quadrature.line { $0 > 2 ? .nan : 1 }, "the integrand is nan at 2"),
      (Extrapolation.limit { Interval.tanh($0 / Interval(0x1p-11)) }, "contradicts"),
    ] {
      let (verdict, reason) = try await result([estimate], [Estimate(1, error: 0)])
      #expect(verdict == .inconclusive && reason.contains(text), "\(reason)")
    }
  }

  /// The integrals that were refuted though true, or verified though false, each with its wrong neighbour.
  @Test func integrals() async throws {
    let normal = { (x: Double) in KnownIntegral.normal(x) }
    let student = { (x: Double) in
      0.36180872402956504 * x * x * KnownIntegral.power(1 + x * x / 2.5, -1.75)
    }
    for (name, estimate, right, wrong) in [
      ("Student's second moment", Quadrature.line(student), 5, 4.999999995),
      (
        "mass beside a narrow peak",
        Quadrature.line { (normal($0) + KnownIntegral.normal($0, 10, 0.003)) / 2 }, 1, 0.5
      ),
      ("a call", Quadrature.line { max($0 - 1.7, 0) * normal($0) }, 0.018287790687363765, 0.0182877907),
      ("an exponential from far away", Quadrature.interval(0...1e4) { Double.exp(-$0) }, 1, 1 + 3e-13),
      ("a singular end", Quadrature.interval(0...1) { KnownIntegral.power($0, -0.25) }, 4.0 / 3, 1.3333333),
      ("a wave", Quadrature.line { Double.cos($0) * normal($0) }, 0.6065306597126334, 0.60653066),
    ] as [(String, Estimate, Double, Double)] {
      let rounded = { (x: Double) in Estimate(x, error: x.ulp) }
      #expect(try await result([estimate], [rounded(right)]).verdict == .verified, "\(name)")
      #expect(try await result([estimate], [rounded(wrong)]).verdict == .refuted, "\(name)")
    }
    // The weight of a normal law at 41.3: true statements are not refuted, whatever their form.
    for estimate in [
      Quadrature.line { Double.exp(-$0 * $0 / 2 + 41.3 * $0 - 41.3 * 41.3 / 2) / KnownIntegral.root2Pi },
      Quadrature.line { normal($0) * Double.exp(41.3 * $0 - 41.3 * 41.3 / 2) },
    ] {
      #expect(try await result([estimate], [Estimate(1, error: 0)]).verdict != .refuted)
      #expect(try await result([estimate], [Estimate(1.001, error: 0)]).verdict != .verified)
    }
  }
}
