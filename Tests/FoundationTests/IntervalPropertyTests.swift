import Testing

@testable import Arithmetic

/// What an `Interval` says about itself, and how it is made.
@Suite("Interval properties")
struct IntervalPropertyTests {
  @Test func exactResultsStayExact() {
    #expect(Interval(1) + Interval(2) == Interval(3))
    #expect(Interval(3) / Interval(-4) == Interval(-0.75))
    #expect(Interval(-1...2).squared == Interval(0...4))
    #expect(Interval(-1...2) * Interval(-1...2) == Interval(-2...4))
    #expect(Interval(-1...2).power(3) == Interval(-1...8) && Interval(-3...2).power(2) == Interval(0...9))
    #expect(Interval(-1...2).power(0) == 1 && Interval(-4...(-2)).power(-2) == Interval(0.0625...0.25))
    #expect(Interval(0) * .whole == 0 && Interval.whole * Interval(0) == 0)
    let tenth: Interval = 1 / 10
    #expect(tenth.lower == 0.1.nextDown && tenth.upper == 0.1)
  }

  @Test func overflowLeavesLowerBoundsFinite() {
    let huge = Interval(.greatestFiniteMagnitude)
    let beyond = Interval(lower: .greatestFiniteMagnitude, upper: .infinity)
    #expect(huge + huge == beyond && huge * huge == beyond && huge / Interval(0.5) == beyond)
    #expect(huge.squared == beyond && huge.power(5) == beyond)
    #expect(-huge - huge == -beyond && -huge * huge == -beyond)
    #expect(Interval(.infinity) == beyond && Interval(-.infinity) == -beyond)
    #expect(beyond - beyond == .whole && (1 / beyond).lower == 0)
  }

  @Test func divisionByZeroSaysNothing() {
    for divisor in [Interval(0), Interval(-1...1), Interval(0...1), Interval(-1...0), .whole] {
      #expect((Interval(1) / divisor).isWhole && divisor.pivotWeight == 0)
      #expect(divisor.power(-1).isWhole && divisor.power(-2).isWhole)
    }
    #expect(Interval(2...3).pivotWeight == 2 && Interval(-3...(-2)).pivotWeight == 2)
  }

  @Test func endsAreValidated() throws {
    #expect(try Interval(validating: 1, 2) == Interval(1...2))
    #expect(try Interval(validating: -.infinity, .infinity) == .whole)
    #expect(throws: InvalidArgument("lower", is: 2.0, expected: "at most upper = 1.0")) {
      try Interval(validating: 2, 1)
    }
    let rejected: [(lower: Double, upper: Double, argument: String)] = [
      (.nan, 1, "lower"), (.infinity, .infinity, "lower"), (1, .nan, "upper"),
      (-.infinity, -.infinity, "upper"),
    ]
    for (lower, upper, argument) in rejected {
      let error = #expect(throws: InvalidArgument.self) { try Interval(validating: lower, upper) }
      #expect(error?.argument == argument)
    }
    #expect(
      InvalidArgument("lower", is: 2.0, expected: "at most upper = 1.0").description
        == "lower is 2.0; expected at most upper = 1.0")
    #expect(Interval(Double.nan).isWhole)
  }

  @Test func middleAndRadiusCoverTheInterval() {
    var source = IntervalOperands(seed: 10)
    for _ in 0..<10_000 {
      let a = source.interval()
      let (left, right) = a.bisected
      #expect(a.contains(a.midpoint) && left.hull(right) == a && left.intersects(right), "\(a)")
      #expect(left.intersection(right) == Interval(a.midpoint), "\(a)")
      if a.isBounded && a.radius.isFinite {
        let (middle, radius) = (Dyadic(a.midpoint), Dyadic(a.radius))
        #expect(middle - radius <= Dyadic(a.lower) && Dyadic(a.upper) <= middle + radius, "\(a)")
        // Half the width, but for the rounding of the middle and of the radius.
        let excess = radius.scaled(by: 1) - (Dyadic(a.upper) - Dyadic(a.lower))
        #expect(excess <= Dyadic(a.magnitude.ulp) + Dyadic(a.radius.ulp).scaled(by: 1), "\(a)")
      }
      if a.width.isFinite { #expect(Dyadic(a.upper) - Dyadic(a.lower) <= Dyadic(a.width), "\(a)") }
    }
    #expect(Interval.whole.midpoint == 0 && Interval.whole.radius == .infinity)
  }

  @Test func setsAreCompared() {
    let (a, b, c) = (Interval(0...2), Interval(1...3), Interval(2.5...4))
    #expect(a.contains(2.0) && a.contains(0.0) && !a.contains(2.0.nextUp) && !a.contains(.nan))
    #expect(!Interval.whole.contains(.infinity) && Interval.whole.contains(Double.greatestFiniteMagnitude))
    #expect(a.intersects(b) && b.intersects(a) && !a.intersects(c) && a.intersects(Interval(2)))
    #expect(a.intersection(b) == Interval(1...2) && a.intersection(c) == nil)
    #expect(a.hull(c) == Interval(0...4) && a.contains(Interval(1...2)) && !a.contains(b))
    #expect(Interval(-3...2).magnitude == 3 && Interval(-3...2).mignitude == 0)
    #expect(Interval(2...3).mignitude == 2 && Interval(-3...(-2)).mignitude == 2)
    #expect(Interval.whole.isWhole && !Interval(lower: 0, upper: .infinity).isWhole)
    #expect(!Interval(lower: 0, upper: .infinity).isBounded && a.isBounded)
  }

  @Test func descriptionsAreReadable() {
    #expect("\(Interval(0.1...0.2))" == "[0.1, 0.2]")
    #expect("\(-Interval(0...1))" == "[-1.0, 0.0]")
    #expect("\(Interval.whole)" == "[-inf, inf]")
  }

  /// A function of a field: `(x (x + 2) + 1) / (x - 5)`.
  private func quotient<F: Field>(_ x: F) -> F { (x * (x + 2) + 1) / (x - 5) }

  @Test func derivativesOfQuotientsAreEnclosed() {
    var source = IntervalOperands(seed: 11)
    for _ in 0..<10_000 {
      let start = Double(Int.random(in: -64...63, using: &source)) / 16
      let operand = Interval(start...min(start + Double.random(in: 0...0.5, using: &source), 4.5))
      let slopes = derivative(at: operand, of: quotient)
      let middle = Interval(operand.midpoint)
      let meanValue = quotient(middle) + slopes * (operand - middle)
      for x in source.members(of: operand) {
        // The derivative is (x^2 - 10 x - 11) / (x - 5)^2.
        let pole = x - Dyadic(5)
        let slope = x * x - Dyadic(10) * x - Dyadic(11)
        #expect(slopes.contains(slope, over: pole * pole), "\(slopes) over \(operand)")
        let value = x * (x + Dyadic(2)) + Dyadic(1)
        #expect(meanValue.contains(value, over: pole), "\(meanValue) over \(operand)")
      }
    }
  }

  @Test func derivativesOfFunctionsAreEnclosed() {
    for value in ElementaryTruth.exponential.values {
      #expect(value.lies(in: derivative(at: Interval(value.argument), of: Dual.exp)), "\(value.argument)")
    }
    for value in ElementaryTruth.cosine.values {
      #expect(value.lies(in: derivative(at: Interval(value.argument), of: Dual.sin)), "\(value.argument)")
    }
    for value in ElementaryTruth.sine.values {
      #expect(value.lies(in: -derivative(at: Interval(value.argument), of: Dual.cos)), "\(value.argument)")
    }
    for n in 1...1_000 {
      let slope = derivative(at: Interval(n) * Interval(n), of: Dual.sqrt)
      #expect(slope.isSharp(Dyadic(1), over: Dyadic(2 * n)))
      #expect(derivative(at: Interval(n), of: Dual.log).isSharp(Dyadic(1), over: Dyadic(n)))
    }
  }
}
