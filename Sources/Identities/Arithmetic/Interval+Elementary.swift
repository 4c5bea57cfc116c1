extension Interval {
  /// How many `Double`s the value of an elementary function at an end is moved outwards.
  ///
  /// The functions of `Double` are off by at most 2 units in the last place. Just below a power of two the
  /// `Double`s lie twice as dense as above it, so that 2 units may be 4 steps.
  static let functionSteps = 4

  /// The absolute error allowed to a sine or cosine near one of its zeros other than `sin(0)`.
  ///
  /// There the argument is small only after multiples of pi were taken off it, and a pi of a few words leaves
  /// an absolute error where a relative one is claimed.
  static let reductionError = 0x1p-64

  /// The magnitude of a sine or cosine from which on one step is more than `reductionError`, so that the 2
  /// units claimed for it are believed to cover the reduction as well.
  private static let leastSafeWave = 0x1p-8

  /// The magnitude of the arguments up to which sine and cosine are evaluated; beyond it they are only known
  /// to lie in `[-1, 1]`.
  static let waveReach = 1e6

  private static func below(_ x: Double) -> Double {
    var x = x
    for _ in 0..<functionSteps { x = x.nextDown }
    return x
  }

  private static func above(_ x: Double) -> Double { -below(-x) }
}

extension Interval: Elementary {
  /// The circle constant, between its two neighbouring `Double`s.
  public static let pi = Interval(lower: 0x1.921fb54442d18p1, upper: 0x1.921fb54442d19p1)

  /// The exponentials of the numbers in the interval, never negative.
  public static func exp(_ x: Interval) -> Interval {
    Interval(lower: exponential(x.lower).lower, upper: exponential(x.upper).upper)
  }

  /// The numbers `e^x - 1` of the interval, as narrow near zero as elsewhere.
  public static func expMinusOne(_ x: Interval) -> Interval {
    Interval(lower: below(Double.expMinusOne(x.lower)), upper: above(Double.expMinusOne(x.upper)))
  }

  /// The natural logarithms of the numbers in the interval: unbounded below if it begins at zero.
  ///
  /// The whole line if one of the numbers has none: a claim over a box must not pass where it says nothing.
  public static func log(_ x: Interval) -> Interval {
    if x.lower < 0 || x.upper <= 0 { return .whole }
    return Interval(
      lower: x.lower <= 0 ? -.infinity : logarithm(x.lower).lower, upper: logarithm(x.upper).upper)
  }

  /// The square roots of the numbers in the interval; the whole line if one of them is negative.
  public static func sqrt(_ x: Interval) -> Interval {
    if x.lower < 0 { return .whole }
    return Interval(lower: Outward.root(x.lower).below, upper: Outward.root(x.upper).above)
  }

  /// The sines of the numbers in the interval; `[-1, 1]` if one is beyond 10^6 in magnitude.
  public static func sin(_ x: Interval) -> Interval {
    // sin has its extrema where x / pi - 1/2 is an integer: even for 1, odd for -1.
    wave(x, atEnd: sine) { $0 / pi - Interval(0.5) }
  }

  /// The cosines of the numbers in the interval; `[-1, 1]` if one is beyond 10^6 in magnitude.
  public static func cos(_ x: Interval) -> Interval {
    wave(x, atEnd: cosine) { $0 / pi }
  }

  private static func exponential(_ x: Double) -> Interval {
    if x == 0 { return 1 }
    if x == -.infinity { return 0 }
    let value = Double.exp(x)
    // The exponential is positive, and on the same side of 1 as its argument of 0.
    return x < 0
      ? Interval(lower: max(below(value), 0), upper: min(above(value), 1))
      : Interval(lower: max(below(value), 1), upper: above(value))
  }

  private static func logarithm(_ x: Double) -> Interval {
    if x == 1 { return 0 }
    let value = Double.log(x)
    // The logarithm is on the same side of 0 as its argument of 1.
    return x < 1
      ? Interval(lower: below(value), upper: min(above(value), 0))
      : Interval(lower: max(below(value), 0), upper: above(value))
  }

  private static func sine(_ x: Double) -> Interval {
    if x == 0 { return 0 }
    let bounds = waveBounds(at: x, Double.sin(x))
    // The sine lies between 0 and its argument as long as that is at most pi.
    if x.magnitude > 3 { return bounds }
    return x < 0
      ? Interval(lower: max(bounds.lower, x), upper: min(bounds.upper, 0))
      : Interval(lower: max(bounds.lower, 0), upper: min(bounds.upper, x))
  }

  private static func cosine(_ x: Double) -> Interval { x == 0 ? 1 : waveBounds(at: x, Double.cos(x)) }

  /// The enclosure of a sine or cosine whose computed value is given.
  private static func waveBounds(at x: Double, _ value: Double) -> Interval {
    var (lower, upper) = (below(value), above(value))
    if value.magnitude < leastSafeWave && x.magnitude > 0.5 {
      lower = Outward.sumBelow(lower, -reductionError)
      upper = Outward.sumAbove(upper, reductionError)
    }
    return Interval(lower: max(lower, -1), upper: min(upper, 1))
  }

  /// The range of a sine or cosine, from its values at the ends and the extrema between them.
  ///
  /// - Parameter phase: counts half periods so that the maxima are at the even integers, the minima at the
  ///   odd ones. As its result is an enclosure, an extremum at or near an end is counted rather than missed.
  private static func wave(
    _ x: Interval, atEnd value: (Double) -> Interval, phase: (Interval) -> Interval
  ) -> Interval {
    if x.magnitude > waveReach { return Interval(lower: -1, upper: 1) }
    let ends = x.lower == x.upper ? value(x.lower) : value(x.lower).hull(value(x.upper))
    let phases = phase(x)
    let first = phases.lower.rounded(.up)
    let last = phases.upper.rounded(.down)
    if first > last { return ends }
    if first < last { return Interval(lower: -1, upper: 1) }
    return Int(first).isMultiple(of: 2)
      ? Interval(lower: ends.lower, upper: 1) : Interval(lower: -1, upper: ends.upper)
  }
}
