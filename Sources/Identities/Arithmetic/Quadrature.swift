/// Integrals over the line, a half line, an interval or a period, each with a bound on its error or none.
///
/// A double-exponential substitution (Takahasi and Mori 1974) turns the ends, singular or infinite, into a fast
/// decay; the range is cut into panels, and those panels are halved on which two rules disagree (Kronrod's of 21
/// points and Gauss's of 10), until what is left is rounding. So kinks, jumps and narrow peaks cost points, not
/// digits. The stated error is the sum of
/// - four times the disagreement that is left on each panel, widened where a panel's halves contradict it;
/// - the rounding: the integrand is trusted to 32 units in the last place at the argument it is given, and the
///   argument to its own rounding, which counts by the integrand's variation;
/// - what lies beyond the outermost points, by the decay seen there.
///
/// Where no such sum is a bound the error is infinite, and `Estimate.doubt` says why: the integrand is not a number
/// somewhere, it does not decay fast enough to be integrable, or it is not resolved when the points are spent. Where
/// it has decayed before it stops being a number, as `exp(-x * x) * exp(x)` at 710, the rest is a tail like any other.
///
/// No rule that only samples sees what lies between all of its points. A peak in the shape of a normal density is
/// seen wherever it lies if its deviation is at least a 5,000th of an interval or of a period, and on the line
/// `1e-4` near zero and a 3,000th of its distance from zero elsewhere (up to some thousands; a tenth beyond). A
/// narrower one must be named: `splitAt` takes the places near which the mass lies, or where there is a kink, a jump
/// or a singularity, and the points gather around each in all scales at once. The same holds for what the arithmetic
/// of the integrand hides: `exp(-x * x / 2)` is zero from 39 on, whatever it is multiplied by.
public enum Quadrature {
  /// The integral over the real line of an integrand that decays faster than `1 / x`.
  ///
  /// `splitAt` are places where mass is concentrated, or where the integrand is not smooth; see `Quadrature`.
  public static func line(
    splitAt places: [Double] = [], _ f: (Double) throws -> Double
  ) rethrows -> Estimate {
    try integrate(from: -.infinity, to: .infinity, places) { Sample(value: try f($0)) }
  }

  /// The integral over the half line below `end`, split as `line` is.
  public static func below(
    _ end: Double, splitAt places: [Double] = [], _ f: (Double) throws -> Double
  ) rethrows -> Estimate {
    try integrate(from: -.infinity, to: end, places) { Sample(value: try f($0)) }
  }

  /// The integral over the half line above `start`, split as `line` is.
  public static func above(
    _ start: Double, splitAt places: [Double] = [], _ f: (Double) throws -> Double
  ) rethrows -> Estimate {
    try integrate(from: start, to: .infinity, places) { Sample(value: try f($0)) }
  }

  /// The integral over an interval, which may be infinite, split as `line` is.
  ///
  /// At the ends the integrand may be singular as long as it is integrable. An end other than zero hides what is
  /// closer to it than its own rounding: `1 / sqrt(1 - x)` up to 1 is known to `1e-7`, `1 / sqrt(x)` from 0 on to all
  /// digits.
  public static func interval(
    _ range: ClosedRange<Double>, splitAt places: [Double] = [], _ f: (Double) throws -> Double
  ) rethrows -> Estimate {
    try integrate(from: range.lowerBound, to: range.upperBound, places) { Sample(value: try f($0)) }
  }

  /// The integral of an integrand whose values are enclosed, over a range that may be infinite.
  ///
  /// What the values may be off counts as their rounding does: no panel is halved to see what it hides.
  package static func enclosure(_ range: ClosedRange<Double>, of f: (Double) throws -> Interval) rethrows
    -> Estimate
  {
    try integrate(from: range.lowerBound, to: range.upperBound, []) { x in
      let value = try f(x)
      // What has underflowed is zero here as it is for numbers, however large the weight is that it meets.
      if value.lower <= 0, value.upper >= 0, value.magnitude < 1e-300 { return Sample(value: 0) }
      return Sample(value: value.midpoint, radius: value.radius)
    }
  }

  /// The integral of a periodic function over one period.
  public static func period(
    _ range: Range<Double>, _ f: (Double) throws -> Double
  ) rethrows -> Estimate {
    var sum = AdaptiveSum()
    try sum.add(.period(from: range.lowerBound, to: range.upperBound)) { Sample(value: try f($0)) }
    try sum.refine { Sample(value: try f($0)) }
    return sum.estimate
  }

  private static func integrate(
    from start: Double, to end: Double, _ places: [Double], _ f: (Double) throws -> Sample
  ) rethrows -> Estimate {
    if let place = (places + [start, end]).first(where: \.isNaN) {
      return Estimate(.nan, error: .infinity, doubt: "the range is split at \(place)")
    }
    if start == end { return Estimate(0, error: 0) }
    // Zero is where a double is exact to any scale, and no place to split at unasked: the line begins there anyway.
    let inside = Set(places.filter { start < $0 && $0 < end }).sorted()
    var sum = AdaptiveSum()
    let ends = [start] + inside + [end]
    for (a, b) in zip(ends, ends.dropFirst()) { try sum.add(Substitution(from: a, to: b), f) }
    try sum.refine(f)
    return sum.estimate
  }
}

/// How a range is reached from the line: `u` goes to `x`, and near an end the distance to it is `exp(-depth)`.
enum Substitution {
  case line
  /// From an end, upwards or downwards according to the sign.
  case halfLine(end: Double, sign: Double)
  case interval(from: Double, to: Double)
  /// The identity, for an integrand that has no ends.
  case period(from: Double, to: Double)

  init(from start: Double, to end: Double) {
    switch (start.isFinite, end.isFinite) {
    case (true, true): self = .interval(from: start, to: end)
    case (true, false): self = .halfLine(end: start, sign: 1)
    case (false, true): self = .halfLine(end: end, sign: -1)
    case (false, false): self = .line
    }
  }

  /// The ends of the panels to begin with, densest where the scales of every day lie.
  var panels: [Double] {
    let (core, reach, inner, outer): (Double, Double, Int, Int)
    switch self {
    case .line: (core, reach, inner, outer) = (2.5, 6.78, 384, 32)
    case .halfLine: (core, reach, inner, outer) = (2.5, 6.78, 256, 24)
    case .interval: (core, reach, inner, outer) = (3.2, 6.08, 128, 16)
    case .period(let start, let end): return (0...128).map { start + (end - start) * Double($0) / 128 }
    }
    let side = (1...outer).map { core + (reach - core) * Double($0) / Double(outer) }
    let middle = (0...inner).map { core * Double(2 * $0 - inner) / Double(inner) }
    return side.reversed().map { -$0 } + middle + side
  }

  /// The argument, its weight, by how much it may be off, and the logarithm of its scale with its own derivative.
  func callAsFunction(_ u: Double) -> Node {
    if case .period = self { return Node(x: u, weight: 1, slack: u.ulp, depth: 0, speed: 1) }
    // The package's own exponentials, so that two machines print the same digits.
    let (sinh, cosh) = Self.hyperbolic(u)
    let (s, rate) = (Double.pi / 2 * sinh, Double.pi / 2 * cosh)
    let doubt = (4 + 2 * s.magnitude) * Double.ulpOfOne
    switch self {
    case .line:
      let (x, growth) = Self.hyperbolic(s)
      return Node(
        x: x, weight: growth * rate, slack: x.magnitude * doubt, depth: s.magnitude, speed: rate)
    case .halfLine(let end, let sign):
      let distance = Double.exp(s)
      let x = end + sign * distance
      return Node(
        x: x, weight: distance * rate, slack: distance * doubt + (end == 0 ? 0 : x.ulp), depth: s.magnitude,
        speed: rate)
    case .interval(let start, let end):
      // The share of the range on the nearer side, without cancellation.
      let q = Double.exp(-2 * s.magnitude)
      let share = q / (1 + q)
      let distance = (end - start) * share
      let x = u < 0 ? start + distance : end - distance
      return Node(
        x: x, weight: distance / (1 + q) * 2 * rate,
        slack: distance * doubt + ((u < 0 ? start : end) == 0 ? 0 : x.ulp), depth: 2 * s.magnitude,
        speed: 2 * rate)
    case .period: return Node(x: u, weight: 1, slack: u.ulp, depth: 0, speed: 1)
    }
  }

  /// The hyperbolic sine and cosine, the first accurate near zero.
  private static func hyperbolic(_ x: Double) -> (sine: Double, cosine: Double) {
    if x.magnitude > 1 {
      let (e, f) = (Double.exp(x), Double.exp(-x))
      return ((e - f) / 2, (e + f) / 2)
    }
    let small = Double.expMinusOne(x)
    let e = small + 1
    return ((small + small / e) / 2, (e + 1 / e) / 2)
  }

  /// An argument of the integrand.
  struct Node {
    let x: Double
    let weight: Double
    let slack: Double
    let depth: Double
    let speed: Double
  }
}
