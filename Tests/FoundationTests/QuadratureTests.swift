import Foundation
import Testing

@testable import Arithmetic
@testable import Verification

/// Integrals whose values are known: the true error is inside the stated one, which is small where it can be.
@Suite struct QuadratureTests {
  private func isCovered(_ integral: KnownIntegral, _ estimate: Estimate) -> Bool {
    // What the literal was rounded by belongs to neither.
    estimate.error == .infinity
      || (estimate.value - integral.value).magnitude <= estimate.error + integral.value.ulp
  }

  @Test(arguments: KnownIntegral.bounded)
  func statedErrorCoversTheTrueOne(integral: KnownIntegral) {
    let estimate = integral.estimate()
    #expect(isCovered(integral, estimate), "\(estimate)")
    // Sharp enough for a numerical check of its default precision.
    #expect(estimate.error <= 1e-10 * max(integral.value.magnitude, 1e-3), "\(estimate)")
    #expect(estimate.doubt == nil)
  }

  @Test(arguments: KnownIntegral.hard) func noFalseBound(integral: KnownIntegral) {
    let estimate = integral.estimate()
    #expect(isCovered(integral, estimate), "\(estimate)")
  }

  /// Analytic integrands lose no digits to the rule: the error is the rounding, 32 units of what is summed and its
  /// arguments' own, and as much again.
  @Test func errorsAreThoseOfRounding() {
    for integral in KnownIntegral.smooth.prefix(9) {
      let estimate = integral.estimate()
      #expect(
        estimate.error <= 4 * 64 * Double.ulpOfOne * integral.value.magnitude, "\(integral.testDescription)")
    }
  }

  /// Wherever the strike of a call lies, the error covers what the kink costs.
  @Test func strikes() throws {
    for k in 0..<500 {
      let c = -4 + 8 * (Double(k) * 0.618_033_988_749_894_9).truncatingRemainder(dividingBy: 1)
      let estimate = Quadrature.line { max($0 - c, 0) * KnownIntegral.normal($0) }
      // By hand: the density at the strike less the strike times the tail, by the C library's own error function.
      let truth = KnownIntegral.normal(c) - c * erfc(c / 2.0.squareRoot()) / 2
      #expect((estimate.value - truth).magnitude <= estimate.error + 4 * Double.ulpOfOne, "strike \(c)")
      #expect(estimate.error < 1e-13)
    }
  }

  /// A peak as wide as the comment promises is seen wherever it lies, and a narrower one where it is named.
  @Test func peaksAreFound() {
    for k in 0..<100 {
      let share = (Double(k) * 0.618_033_988_749_894_9).truncatingRemainder(dividingBy: 1)
      let place = 20 * share - 10
      for (deviation, estimate) in [
        (max(1e-4, place.magnitude / 3000), { Quadrature.line($0) }),
        (max(1e-4, (place - 10.5).magnitude / 3000), { Quadrature.below(10.5, $0) }),
        (1e-9, { Quadrature.line(splitAt: [0, place], $0) }),
        (20.5 / 5000, { Quadrature.interval(-10.25...10.25, $0) }),
        (20.5 / 5000, { Quadrature.period(-10.25..<10.25, $0) }),
      ] as [(Double, ((Double) -> Double) -> Estimate)] {
        let found = estimate { (KnownIntegral.normal($0) + KnownIntegral.normal($0, place, deviation)) / 2 }
        #expect(
          (found.value - 1).magnitude <= found.error + 2 * Double.ulpOfOne,
          "\(deviation) at \(place): \(found)")
      }
    }
  }

  /// A wave that every level's points meet at one phase is not taken for its value there.
  @Test(arguments: [1024, 16384, 1 << 17]) func wavesAreNotAliased(frequency: Int) {
    let estimate = Quadrature.period(0..<2 * .pi) { 1 + Double.cos(Double(frequency) * $0) }
    #expect((estimate.value - 2 * .pi).magnitude <= estimate.error, "\(estimate)")
  }

  /// What has no bound says so, and why.
  @Test func noBound() {
    var words = IntervalOperands(seed: 5)
    for (estimate, reason) in [
      (Quadrature.interval(0...1) { _ in Double.random(in: 0...1, using: &words) }, "not resolved"),
      (Quadrature.line { 1 / (1 + $0.magnitude) }, "decays too slowly"),
      (Quadrature.interval(0...1) { 1 / $0 }, "decays too slowly"),
      (Quadrature.line { _ in 1 }, "decays too slowly"),
      (Quadrature.interval(-1...1) { $0 > 0.5 && $0 < 0.6 ? .nan : 1 }, "the integrand is nan at 0.5"),
      (Quadrature.interval(-1...1) { $0 > 0.5 ? .infinity : 1 }, "the integrand is inf at 0.5"),
      (Quadrature.line { $0 > 2 ? .nan : 1 }, "the integrand is nan at 2"),
      (Quadrature.period(0..<1) { $0 > 0.5 ? .nan : 1 }, "the integrand is nan at 0.5"),
      (Quadrature.line { _ in .nan }, "the integrand is nan"),
      (Quadrature.line(splitAt: [.nan]) { _ in 1 }, "split at nan"),
    ] {
      #expect(estimate.error == .infinity, "\(reason)")
      #expect(estimate.doubt?.contains(reason) == true, "\(estimate), not \(reason)")
    }
  }

  /// What stops being a number in a tail costs that tail: the normal law up to five deviations has not all of its mass.
  @Test func tailsThatAreCutOff() {
    let estimate = Quadrature.line { $0 > 5 ? .nan : KnownIntegral.normal($0) }
    #expect((1 - estimate.value).magnitude <= estimate.error && estimate.error < 1e-4, "\(estimate)")
    #expect(estimate.doubt?.contains("nan at 5") == true)
  }

  /// What stops being a number stops the work: a NaN in the middle costs no more than the first pass.
  @Test func nothingIsSpentOnWhatIsNoNumber() {
    var points = 0
    _ = Quadrature.line {
      points += 1
      return $0 > 0.4 && $0 < 0.5 ? .nan : Double.exp(-$0 * $0)
    }
    #expect(points < 11_000)
  }

  @Test func errorsAreThrown() {
    let refusal = InvalidArgument("x", is: 0, expected: "another")
    #expect(throws: refusal) { try Quadrature.line { _ in throw refusal } }
  }

  /// In the plane too it is the finest grid that speaks: a peak that the coarse ones agree is not there.
  @Test func planes() {
    let spread = 0.02
    let estimates = Quadrature.plane(reach: 8) { x, y in
      let wide = KnownIntegral.normal(x) * KnownIntegral.normal(y)
      // Off the points of the coarsest grids, on one of the finest.
      let narrow =
        KnownIntegral.normal(x, 8 * 301 / 512, spread) * KnownIntegral.normal(y, 8 * 77 / 512, spread)
      return SIMD8(wide, wide + narrow, 0, 0, 0, 0, 0, 0)
    }
    #expect((estimates[0].value - 1).magnitude <= estimates[0].error && estimates[0].error < 1e-13)
    #expect((estimates[1].value - 2).magnitude <= estimates[1].error)
    let undefined = Quadrature.plane(reach: 1) { x, _ in SIMD8(repeating: x > 0.5 ? .nan : 1) }
    #expect(undefined[0].error == .infinity && undefined[0].doubt?.contains("nan at (0.5") == true)
  }
}
