@testable import Arithmetic

/// A seeded source of intervals of all kinds and of exact numbers inside them.
///
/// The generator is SplitMix64: the same seed gives the same operands everywhere.
struct IntervalOperands: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  private mutating func integer(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// A finite number: of ordinary size, a simple fraction, of any magnitude, subnormal, near overflow, with
  /// products that underflow, next to a power of two, or one of the special small integers.
  mutating func number() -> Double {
    let sign = Bool.random(using: &self) ? 1.0 : -1.0
    let significand = Double(sign: .plus, exponent: 0, significand: 1 + Double(next() >> 12) * 0x1p-52)
    func scaled(_ exponent: Int) -> Double {
      Double(sign: .plus, exponent: exponent, significand: significand)
    }
    switch integer(0...9) {
    case 0, 1: return sign * scaled(integer(-4...4))
    case 2: return sign * Double(integer(0...200)) / 8
    case 3: return sign * scaled(integer(-60...60))
    case 4: return sign * scaled(integer(-1022...1023))
    case 5: return sign * Double(bitPattern: next() >> UInt64(integer(12...63)))
    case 6: return sign * scaled(integer(1018...1023))
    case 7: return sign * scaled(integer(-560...(-470)))
    case 8:
      let power = Double(sign: .plus, exponent: integer(-1022...1023), significand: 1)
      return sign * [power.nextDown, power, power.nextUp][integer(0...2)]
    default: return sign * Double(integer(0...3))
    }
  }

  /// An interval: a point, a few `Double`s wide, of the size of its ends, between any two, or unbounded.
  mutating func interval() -> Interval {
    let a = number()
    switch integer(0...19) {
    case 0...5: return Interval(a)
    case 6...9: return Interval(a...min(a + Double(integer(0...5)) * a.ulp, .greatestFiniteMagnitude))
    case 10...13:
      let b = a * Double.random(in: -2...3, using: &self)
      return b.isFinite ? Interval(a).hull(Interval(b)) : Interval(a)
    case 14: return Interval(lower: a, upper: .infinity)
    case 15: return Interval(lower: -.infinity, upper: a)
    case 16: return integer(0...4) == 0 ? .whole : Interval(0).hull(Interval(a))
    default: return Interval(a).hull(Interval(number()))
    }
  }

  /// An interval within another: some of its ends are the same, the others anywhere between.
  mutating func part(of outer: Interval) -> Interval {
    let ends = finiteEnds(outer)
    let between = (0..<2).map { _ in
      let fraction = Double.random(in: 0...1, using: &self)
      let mixture = ends.lowerBound * (1 - fraction) + ends.upperBound * fraction
      return min(max(mixture, ends.lowerBound), ends.upperBound)
    }
    return Interval(
      lower: integer(0...3) == 0 ? outer.lower : between.min() ?? outer.lower,
      upper: integer(0...3) == 0 ? outer.upper : between.max() ?? outer.upper)
  }

  /// Both ends, as far as finite, and an exact number between them that mostly is no `Double`.
  mutating func members(of interval: Interval) -> [Dyadic] {
    let ends = finiteEnds(interval)
    let (lower, upper) = (Dyadic(ends.lowerBound), Dyadic(ends.upperBound))
    if ends.lowerBound == ends.upperBound { return [lower] }
    return [lower, lower + ((upper - lower) * Dyadic(integer(0...4096))).scaled(by: -12), upper]
  }

  private func finiteEnds(_ interval: Interval) -> ClosedRange<Double> {
    max(interval.lower, -.greatestFiniteMagnitude)...min(interval.upper, .greatestFiniteMagnitude)
  }
}

extension Interval {
  /// Whether the exact quotient lies in the interval; the denominator is not zero.
  func contains(_ numerator: Dyadic, over denominator: Dyadic = Dyadic(1)) -> Bool {
    let (n, d) = denominator.signum < 0 ? (-numerator, -denominator) : (numerator, denominator)
    return (lower == -.infinity || Dyadic(lower) * d <= n) && (upper == .infinity || n <= Dyadic(upper) * d)
  }

  /// Whether no narrower interval contains the exact quotient: it is the interval's only number, or strictly
  /// between neighbouring `Double`s that are its ends.
  func isSharp(_ numerator: Dyadic, over denominator: Dyadic = Dyadic(1)) -> Bool {
    if lower == upper { return contains(numerator, over: denominator) }
    return upper == lower.nextUp && contains(numerator, over: denominator)
      && !(lower.isFinite && Interval(lower).contains(numerator, over: denominator))
      && !(upper.isFinite && Interval(upper).contains(numerator, over: denominator))
  }
}
