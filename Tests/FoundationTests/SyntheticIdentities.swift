@testable import Arithmetic
@testable import Probability
@testable import Verification

/// Small identities whose truth is known, for the tests of the verifier.
enum Synthetic {
  /// The relative error of the wrong lines, far above every resolution and precision used here.
  static let error = 0.5

  /// A verifier that is quick and coarse, and still sees an error of `error`.
  static func verifier(
    seed: UInt64 = 1, resolution: Double = 0.2, sampleBudget: Int = 1 << 20, width: Int = 2
  ) throws -> Verifier {
    try Verifier(seed: seed, resolution: resolution, sampleBudget: sampleBudget, width: width)
  }

  static func identity(
    _ id: String = "T.1", expectation: Verification.Expectation = .holds,
    @Checks _ checks: () throws -> Checks.Assembled
  ) rethrows -> Identity {
    try Identity(id, "a test", "a = b", expectation: expectation, checks: checks)
  }

  static let fails = Verification.Expectation.fails(
    correctedBy: "T.2", why: "it is false", counterexample: "any")

  /// Three lines `1, 1 + wrongSecond, 1 + wrongThird` in each kind of evidence, with a rival that is refuted.
  ///
  /// The lines are of one quantity, so a wrong line in the middle breaks the step to it and the step from it.
  static func lines(of evidence: Evidence, second: Int = 0, third: Int = 0) -> any Check {
    switch evidence {
    case .exact:
      return Exact("three lines", dimensions: [2]) { symbols, d in
        let (x, y) = (symbols.vector(d), symbols.vector(d))
        let sum = (x + y).squaredNorm
        Step("first") { sum }
        Step("second", because: "the square of a sum") {
          x.squaredNorm + Symbol(2) * x.dot(y) + y.squaredNorm + Symbol(second)
        }
        Rival("rival", "no cross term") { x.squaredNorm + y.squaredNorm }
        Step("third", because: "commutes") { (y + x).dot(x + y) + Symbol(third) }
      }
    case .enclosure:
      return Enclosure("three lines", over: ["x": 0...1]) { p in
        let x = p["x"]
        Step("first") { (1 + x).squared }
        Step("second", because: "the square of a sum") { 1 + 2 * x + x.squared + Dual(second) }
        Rival("rival", "no cross term") { 1 + x.squared }
        Step("third", because: "Horner") { 1 + x * (2 + x) + Dual(third) }
      }
    case .numerical:
      return Numerical("three lines", cases: ["x = 3"]) { _ in
        Step("first") { Interval(16) }
        Step("second", because: "the square of a sum") { Interval(1) + 6 + 9 + Interval(second) }
        Rival("rival", "no cross term") { Interval(10) }
        Step("third", because: "Horner") { 1 + 3 * Interval(5) + Interval(third) }
      }
    case .statistical:
      return Statistical("three lines", cases: ["normal"]) { _, draw in
        let z = draw.normal()
        Step("first") { (1 + z) * (1 + z) }
        Step("second", because: "the square of a sum, odd terms zero") { 1 + z * z + Variate(second) }
        Rival("rival", "no variance") { Variate(1) + z }
        Step("third", because: "E z^2 = 1") { Variate(2) + draw.normal() + Variate(third) }
      }
    }
  }

  /// The expectation `mean` claimed of samples with mean one and standard deviation one.
  static func mean(_ mean: Double, atScale scale: Double = 1) -> Statistical<String> {
    Statistical("a mean", cases: ["normal"]) { _, draw in
      let z = draw.normal()
      Step("sampled") { Variate(scale) * (1 + z) }
      Step("claimed") { Variate(scale * mean) }
      Rival("twice", "factor two") { Variate(2 * scale) }
    }
  }
}
