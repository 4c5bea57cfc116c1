/// Integrals over an interval by the double-exponential rule of Takahasi and Mori (1974).
///
/// The substitution turns the ends into a decay so fast that the trapezoidal rule converges exponentially for
/// an integrand that is analytic inside. Halving the step until two results agree gives the error estimate: the
/// last change, which overstates the error of the finer result, plus the rounding: the integrand is trusted to
/// 32 units in the last place. No rule sees what happens between all of its points: see `firstTrusted`.
public enum Quadrature {
  /// The integral over the real line of an integrand that decays faster than `1 / x`.
  public static func line(_ f: (Double) throws -> Double) rethrows -> Estimate {
    try doubleExponential(reach: 4, f) { u in
      let s = Double.pi / 2 * Double.sinh(u)
      return (Double.sinh(s), Double.cosh(s) * Double.pi / 2 * Double.cosh(u))
    }
  }

  /// The integral over the half line below `end`.
  public static func below(_ end: Double, _ f: (Double) throws -> Double) rethrows -> Estimate {
    try doubleExponential(reach: 4, f) { u in
      let distance = Double.exp(Double.pi / 2 * Double.sinh(u))
      return (end - distance, distance * Double.pi / 2 * Double.cosh(u))
    }
  }

  /// The integral over a bounded interval, of an integrand that is smooth inside it.
  ///
  /// At the ends it may be singular as long as it is integrable there and grows no faster than about the square root
  /// of one over the distance; a kink or a jump inside belongs at the end of an interval of its own.
  public static func interval(
    _ range: ClosedRange<Double>, _ f: (Double) throws -> Double
  ) rethrows -> Estimate {
    let middle = (range.upperBound + range.lowerBound) / 2
    let half = (range.upperBound - range.lowerBound) / 2
    return try doubleExponential(reach: 3.2, f) { u in
      let s = Double.pi / 2 * Double.sinh(u)
      let weight = Double.pi / 2 * Double.cosh(u) / (Double.cosh(s) * Double.cosh(s))
      return (middle + half * Double.tanh(s), half * weight)
    }
  }

  /// The integral of a periodic function over one period, by equally spaced points.
  public static func period(
    _ range: Range<Double>, _ f: (Double) throws -> Double
  ) rethrows -> Estimate {
    let length = range.upperBound - range.lowerBound
    return try refine { level in
      let step = length / Double(16 << level)
      // A phase of its own at each level: a frequency that one level takes for a constant differs at the next.
      let phase = (Double(level + 1) * 0.618_033_988_749_894_9).truncatingRemainder(dividingBy: 1)
      return try (0..<(16 << level)).map { step * (try f(range.lowerBound + step * (Double($0) + phase))) }
    }
  }

  private static func doubleExponential(
    reach: Double, _ f: (Double) throws -> Double, _ substitution: (Double) -> (x: Double, weight: Double)
  ) rethrows -> Estimate {
    try refine { level in
      let step = 0.5 / Double(1 << level)
      let count = Int(reach / step)
      return try (-count...count).map { k in
        let (x, weight) = substitution(Double(k) * step)
        return try f(x) * weight * step
      }
    }
  }

  /// The level from which on two results that agree are believed: some 800 points, so that no feature wider than
  /// a two-hundredth of a bounded range lies between them unseen.
  private static let firstTrusted = 6

  /// The sum at the finest level reached, with its error estimate.
  ///
  /// An earlier level that happened to agree with its own predecessor is no better: what came after refutes it.
  private static func refine(_ terms: (Int) throws -> [Double]) rethrows -> Estimate {
    var previous = Double.nan
    var last = Estimate(.nan, error: .infinity)
    for level in 0..<11 {
      let terms = try terms(level)
      let value = terms.reduce(0, +)
      let rounding = 32 * Double.ulpOfOne * terms.reduce(0) { $0 + $1.magnitude }
      let change = (value - previous).magnitude
      last = Estimate(value, error: change + rounding)
      if level >= firstTrusted, change <= rounding { break }
      previous = value
    }
    return last
  }
}
