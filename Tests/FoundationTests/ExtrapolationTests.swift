import Testing

@testable import Arithmetic

/// Limits at zero from samples beside it: the error covers the truth, or there is none.
@Suite struct ExtrapolationTests {
  @Test func analyticLimits() {
    for (estimate, limit) in [
      (Extrapolation.limit { Interval.expMinusOne($0) / $0 }, 1),
      (Extrapolation.limit { Interval.sin(3 * $0) / $0 }, 3),
      (Extrapolation.limit { 1 / (1 + $0) }, 1),
      (Extrapolation.limit { (1 - Interval.cos($0)) / $0.squared }, 0.5),
    ] {
      #expect((estimate.value - limit).magnitude <= estimate.error, "\(estimate)")
      #expect(estimate.error < 1e-7 && estimate.doubt == nil, "\(estimate)")
    }
  }

  /// The hyperbolic tangent of `h / epsilon` is one at every sample above epsilon and tends to zero.
  @Test(arguments: 7...17) func theLeastErrorSeenIsNotKept(exponent: Int) {
    let epsilon = Interval(Double(sign: .plus, exponent: -exponent, significand: 1))
    let estimate = Extrapolation.limit { Interval.tanh($0 / epsilon) }
    #expect(estimate.error == .infinity || estimate.value.magnitude <= estimate.error, "\(estimate)")
  }

  /// Slow convergence is not taken for the last change: roots, powers that are no integers, a logarithm, a wave.
  @Test func slowLimits() {
    for (name, estimate) in [
      ("root", Extrapolation.limit { Interval.sqrt($0) }),
      ("fourth root", Extrapolation.limit { Interval.sqrt(Interval.sqrt($0)) }),
      ("power 3/2", Extrapolation.limit { $0 * Interval.sqrt($0) }),
      ("h log h", Extrapolation.limit { $0 * Interval.log($0) }),
      ("1 / log", Extrapolation.limit { 1 / Interval.log($0) }),
      ("h sin(1/h)", Extrapolation.limit { $0 * Interval.sin(1 / $0) }),
      ("exp(-1/h)", Extrapolation.limit { Interval.exp(-1 / $0) }),
    ] {
      #expect(
        estimate.error == .infinity || estimate.value.magnitude <= estimate.error, "\(name): \(estimate)")
    }
    #expect(!(Extrapolation.limit { 1 / $0 }.error < 1))
  }

  /// An order is known to more digits than the least that a numerical check may ask for.
  @Test func orders() {
    for (estimate, order) in [
      (Extrapolation.order(of: { (Interval.exp($0) - 1) / $0 }, to: 1), 1),
      (Extrapolation.order(of: { Interval.sin($0) / $0 }, to: 1), 2),
      (Extrapolation.order(of: { 2 / $0 + 1 }, to: 0), -1),
      (Extrapolation.order(of: { Interval.sqrt($0) * (1 + $0) }, to: 0), 0.5),
    ] {
      #expect((estimate.value - order).magnitude <= estimate.error && estimate.error < 1e-7, "\(estimate)")
    }
  }
}
