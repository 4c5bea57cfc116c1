import Foundation
import Testing

@testable import Arithmetic
@testable import Verification

/// Integrals whose values are known: the stated error covers the true one, and is small where it can be.
@Suite struct QuadratureTests {
  /// An integral with its value, correctly rounded.
  struct Integral: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let value: Double
    let estimate: @Sendable () -> Estimate

    static let analytic = [
      Integral(testDescription: "exp(-x^2) on the line", value: 1.7724538509055161) {
        Quadrature.line { Double.exp(-$0 * $0) }
      },
      Integral(testDescription: "1 / (1 + x^2) on the line", value: .pi) {
        Quadrature.line { 1 / (1 + $0 * $0) }
      },
      Integral(testDescription: "x^2 exp(-x^2/2) on the line", value: 2.5066282746310002) {
        Quadrature.line { $0 * $0 * Double.exp(-$0 * $0 / 2) }
      },
      Integral(testDescription: "exp(x) below 1", value: 2.718281828459045) {
        Quadrature.below(1) { Double.exp($0) }
      },
      Integral(testDescription: "exp(-x^2) below 0", value: 0.8862269254527580) {
        Quadrature.below(0) { Double.exp(-$0 * $0) }
      },
      Integral(testDescription: "cos(x) from 0 to 1", value: 0.8414709848078965) {
        Quadrature.interval(0...1) { Double.cos($0) }
      },
      Integral(testDescription: "x^5 from -1 to 3", value: 121.33333333333333) {
        Quadrature.interval(-1...3) { $0.power(5) }
      },
      Integral(testDescription: "sqrt(x) from 0 to 1", value: 2.0 / 3) {
        Quadrature.interval(0...1) { Double.sqrt($0) }
      },
      Integral(testDescription: "sqrt(1 - x^2) from -1 to 1", value: .pi / 2) {
        Quadrature.interval(-1...1) { Double.sqrt(max(0, (1 - $0) * (1 + $0))) }
      },
      Integral(testDescription: "exp(cos x) over a period", value: 7.954926521012846) {
        Quadrature.period(0..<2 * .pi) { Double.exp(Double.cos($0)) }
      },
      Integral(testDescription: "cos(x)^2 over a period", value: .pi) {
        Quadrature.period(-.pi..<(.pi)) { Double.cos($0) * Double.cos($0) }
      },
      Integral(testDescription: "nothing", value: 0) { Quadrature.interval(0...1) { _ in 0 } },
    ]

    /// The inverse root and the logarithm, infinite at an end.
    static let infiniteEnds = [
      Integral(testDescription: "1 / sqrt(x) from 0 to 1", value: 2) {
        Quadrature.interval(0...1) { 1 / Double.sqrt($0) }
      },
      Integral(testDescription: "log(x) from 0 to 1", value: -1) {
        Quadrature.interval(0...1) { Double.log($0) }
      },
    ]
  }

  @Test(arguments: Integral.analytic) func statedErrorCoversTheTrueOne(integral: Integral) {
    let estimate = integral.estimate()
    #expect((estimate.value - integral.value).magnitude <= estimate.error + integral.value.ulp)
    // The error of a converged integral is the rounding it claims: 32 units of the terms, none of which cancel
    // beyond a factor four here, and as much again for the last change.
    #expect(estimate.error <= 2 * 4 * 32 * Double.ulpOfOne * integral.value.magnitude)
  }

  @Test(arguments: Integral.infiniteEnds) func infiniteEnds(integral: Integral) {
    let estimate = integral.estimate()
    #expect(
      !(estimate.error < .infinity) || (estimate.value - integral.value).magnitude <= estimate.error,
      "\(estimate)")
  }

  /// An integrand that one level of points misses is not taken for zero: wherever a peak as wide as a
  /// two-hundredth of the range lies, the error covers what is missed.
  @Test(arguments: [0.06, 0.2, 1.0]) func peaksAreFound(width: Double) {
    let mass = width * Double.pi.squareRoot()
    for center in stride(from: -0.9, through: 0.9, by: 0.0173) {
      for background in [0.0, 1.0] {
        let estimate = Quadrature.interval(-6...6) { x in
          background + Double.exp(-((x - center) / width) * ((x - center) / width))
        }
        let truth = 12 * background + mass
        // Beyond the ends of the range the peak has less than exp(-25) of its mass.
        let slack = mass * Double.exp(-25) + 8 * truth.ulp
        #expect((estimate.value - truth).magnitude <= estimate.error + slack, "peak at \(center)")
      }
    }
  }

  /// A wave that every level's points meet at one phase is not taken for its value there.
  @Test(arguments: [1024, 16384, 1 << 17]) func wavesAreNotAliased(frequency: Int) {
    let estimate = Quadrature.period(0..<2 * .pi) { 1 + Double.cos(Double(frequency) * $0) }
    #expect((estimate.value - 2 * .pi).magnitude <= estimate.error, "\(estimate)")
  }

  /// What is not resolved has an error too large for a numerical check: jumps, fast waves, noise, an integrand that is
  /// not integrable.
  @Test func unresolvedIntegrands() async throws {
    let jump = 0.7390851332151607
    let step = Quadrature.interval(0...1) { $0 < jump ? 1 : 0 }
    // The widest gap between points of the finest level: its step, 2^-11, by the slope pi / 4 of the substitution.
    #expect((step.value - jump).magnitude <= 0x1p-11 * Double.pi / 4)
    let wave = Quadrature.interval(0...1) { Double.sin(3e5 * $0).magnitude }
    var words = IntervalOperands(seed: 5)
    let noise = Quadrature.interval(0...1) { _ in Double.random(in: 0...1, using: &words) }
    let heavy = Quadrature.line { 1 / (1 + $0.magnitude) }
    for (name, estimate) in [("jump", step), ("wave", wave), ("noise", noise), ("heavy tail", heavy)] {
      let claim = Synthetic.identity {
        Numerical("by quadrature", cases: [name]) { _ in
          Step("the integral") { estimate }
          Step("its value") { Estimate(estimate.value, error: 0) }
          Rival("twice", "factor two") { Estimate(2 * estimate.value, error: 0) }
        }
      }
      #expect(try await Verifier().verify(claim).verdict == .inconclusive, "\(name): \(estimate)")
    }
    for undefined in [Double.nan, .infinity] {
      let estimate = Quadrature.interval(-1...1) { $0 > 0.5 ? undefined : 1 }
      #expect(!(estimate.error < .infinity))
    }
  }

  /// Each level halves the step and about doubles the digits: few points suffice for what is analytic.
  @Test func fewPointsSuffice() {
    var points = 0
    let gaussian = Quadrature.line {
      points += 1
      return Double.exp(-$0 * $0)
    }
    // The levels up to the first trusted one, of 16, 32, ..., 1024 points and one, and no more.
    #expect(points == (4...10).map { (1 << $0) + 1 }.reduce(0, +))
    #expect(gaussian.error < 1e-13)
  }

  @Test func errorsAreThrown() {
    let refusal = InvalidArgument("x", is: 0, expected: "another")
    #expect(throws: refusal) { try Quadrature.line { _ in throw refusal } }
  }
}
