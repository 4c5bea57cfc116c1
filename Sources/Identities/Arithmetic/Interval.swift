/// A closed interval of real numbers between two `Double`s, with arithmetic rounded outwards.
///
/// The result of every operation contains each exact result for numbers in the operands; a computation over
/// intervals is therefore a proof about all numbers in them. Bounds that are `Double`s already are kept:
/// `[1, 1] + [2, 2]` is `[3, 3]`.
///
/// An end may be infinite and then stands for no number: `[-inf, inf]`, the whole line, says nothing about a
/// result. It is the mark of failure, for example of a division by an interval that contains zero. There is
/// no empty interval.
public struct Interval: Equatable, Sendable {
  /// The greatest number known to lie below; never positive infinity.
  public let lower: Double
  /// The least number known to lie above; never negative infinity.
  public let upper: Double

  /// The interval between two ends that the caller knows to be in order.
  package init(lower: Double, upper: Double) {
    precondition(
      lower <= upper && lower < .infinity && upper > -.infinity, "no interval [\(lower), \(upper)]")
    self.lower = lower
    self.upper = upper
  }

  /// The interval between two ends, which must be numbers in order and leave room for a real number.
  public init(validating lower: Double, _ upper: Double) throws(InvalidArgument) {
    if lower.isNaN || lower == .infinity {
      throw InvalidArgument("lower", is: lower, expected: "a number below infinity")
    }
    if upper.isNaN || upper == -.infinity {
      throw InvalidArgument("upper", is: upper, expected: "a number above -infinity")
    }
    if lower > upper {
      throw InvalidArgument("lower", is: lower, expected: "at most upper = \(upper)")
    }
    self.init(lower: lower, upper: upper)
  }

  /// The interval of exactly one number; NaN gives the whole line and an infinity what lies beyond the
  /// greatest finite magnitude.
  public init(_ value: Double) {
    if value.isNaN {
      self = .whole
    } else {
      self.init(
        lower: min(value, .greatestFiniteMagnitude), upper: max(value, -.greatestFiniteMagnitude))
    }
  }

  /// The interval of the numbers in a range.
  public init(_ range: ClosedRange<Double>) {
    self.init(
      lower: min(range.lowerBound, .greatestFiniteMagnitude),
      upper: max(range.upperBound, -.greatestFiniteMagnitude))
  }

  /// The whole line, `[-inf, inf]`: nothing is known.
  public static let whole = Interval(lower: -.infinity, upper: .infinity)
}

extension Interval: Field {
  /// The interval of an integer: a single number if it is a `Double`, else its two neighbours.
  @_disfavoredOverload public init(_ integer: Int) {
    if integer.magnitude <= 1 << 53 {
      self.init(Double(integer))
    } else {
      // Both halves are exact, so only their sum rounds, and it rounds outwards.
      self = Interval(Double(integer >> 32) * 0x1p32) + Interval(Double(integer & 0xffff_ffff))
    }
  }

  /// The sums of the numbers in two intervals.
  public static func + (a: Interval, b: Interval) -> Interval {
    Interval(lower: Outward.sumBelow(a.lower, b.lower), upper: Outward.sumAbove(a.upper, b.upper))
  }

  /// The differences of the numbers in two intervals, taken independently even of an interval with itself.
  public static func - (a: Interval, b: Interval) -> Interval {
    Interval(lower: Outward.sumBelow(a.lower, -b.upper), upper: Outward.sumAbove(a.upper, -b.lower))
  }

  /// The negatives of the numbers in the interval, exactly.
  public static prefix func - (a: Interval) -> Interval { Interval(lower: -a.upper, upper: -a.lower) }

  /// The products of the numbers in two intervals, taken independently even of an interval with itself.
  public static func * (a: Interval, b: Interval) -> Interval {
    if a.lower >= 0 {
      return Interval(
        lower: Outward.productBelow(b.lower >= 0 ? a.lower : a.upper, b.lower),
        upper: Outward.productAbove(b.upper >= 0 ? a.upper : a.lower, b.upper))
    }
    if a.upper <= 0 { return -(-a * b) }
    if b.upper <= 0 || b.lower >= 0 { return b * a }
    return Interval(
      lower: min(Outward.productBelow(a.lower, b.upper), Outward.productBelow(a.upper, b.lower)),
      upper: max(Outward.productAbove(a.lower, b.lower), Outward.productAbove(a.upper, b.upper)))
  }

  /// The quotient; the whole line if the divisor contains zero, even only as an end.
  public static func / (a: Interval, b: Interval) -> Interval {
    if b.upper < 0 { return -(a / -b) }
    if b.lower <= 0 { return .whole }
    return Interval(
      lower: Outward.quotientBelow(a.lower, a.lower >= 0 ? b.upper : b.lower),
      upper: Outward.quotientAbove(a.upper, a.upper >= 0 ? b.lower : b.upper))
  }

  /// The distance from zero: an interval that contains zero cannot be divided by.
  public var pivotWeight: Double { mignitude }

  /// The squares of the numbers in the interval: unlike those of `self * self`, never negative.
  public var squared: Interval {
    Interval(
      lower: Outward.productBelow(mignitude, mignitude), upper: Outward.productAbove(magnitude, magnitude))
  }

  /// The powers of the numbers in the interval: even powers are never negative, odd powers monotone.
  ///
  /// A negative exponent divides, and so gives the whole line if the interval contains zero.
  public func power(_ exponent: Int) -> Interval {
    let positive = power(exponent.magnitude)
    return exponent < 0 ? 1 / positive : positive
  }

  private func power(_ exponent: UInt) -> Interval {
    if exponent.isMultiple(of: 2) {
      return Interval(
        lower: Outward.powerBelow(mignitude, exponent), upper: Outward.powerAbove(magnitude, exponent))
    }
    return Interval(
      lower: lower >= 0 ? Outward.powerBelow(lower, exponent) : -Outward.powerAbove(-lower, exponent),
      upper: upper >= 0 ? Outward.powerAbove(upper, exponent) : -Outward.powerBelow(-upper, exponent))
  }
}

extension Interval {
  /// A number in the middle: zero for the whole line, an end of the finite numbers for a half line.
  public var midpoint: Double {
    if !isBounded {
      if isWhole { return 0 }
      return upper == .infinity ? .greatestFiniteMagnitude : -.greatestFiniteMagnitude
    }
    let sum = lower + upper
    return sum.isFinite ? sum / 2 : lower / 2 + upper / 2
  }

  /// The greatest distance of a number in the interval from `midpoint`, rounded up.
  public var radius: Double {
    let middle = midpoint
    return max(Outward.sumAbove(upper, -middle), Outward.sumAbove(middle, -lower))
  }

  /// The distance between the ends, rounded up.
  public var width: Double { Outward.sumAbove(upper, -lower) }

  /// The greatest absolute value of a number in the interval.
  public var magnitude: Double { max(-lower, upper) }

  /// The least absolute value of a number in the interval: zero if it contains zero.
  public var mignitude: Double { max(max(lower, -upper), 0) }

  /// Whether nothing is known: both ends are infinite.
  public var isWhole: Bool { lower == -.infinity && upper == .infinity }

  /// Whether both ends are finite.
  public var isBounded: Bool { lower > -.infinity && upper < .infinity }

  /// Whether the number, which must be finite to be one, lies in the interval.
  public func contains(_ number: Double) -> Bool { number.isFinite && lower <= number && number <= upper }

  /// Whether every number of the other interval lies in this one.
  public func contains(_ other: Interval) -> Bool { lower <= other.lower && other.upper <= upper }

  /// Whether some number lies in both intervals.
  public func intersects(_ other: Interval) -> Bool { lower <= other.upper && other.lower <= upper }

  /// The numbers in both intervals, or nothing if there are none.
  public func intersection(_ other: Interval) -> Interval? {
    intersects(other) ? Interval(lower: max(lower, other.lower), upper: min(upper, other.upper)) : nil
  }

  /// The smallest interval that contains both.
  public func hull(_ other: Interval) -> Interval {
    Interval(lower: min(lower, other.lower), upper: max(upper, other.upper))
  }

  /// The two halves, which share `midpoint`.
  public var bisected: (Interval, Interval) {
    let middle = midpoint
    return (Interval(lower: lower, upper: middle), Interval(lower: middle, upper: upper))
  }
}

extension Interval: CustomStringConvertible {
  /// The two ends as decimals that read back as the same `Double`s.
  public var description: String {
    // Adding zero turns -0 into 0.
    "[\(lower + 0), \(upper + 0)]"
  }
}
