import Arithmetic

/// A law on the line with a characteristic function in closed form.
public struct ScalarLaw: Sendable, CustomStringConvertible {
  package enum Shape: Sendable {
    case mixture([(weight: Double, mean: Double, variance: Double)])
    case uniform(center: Double, half: Double)
    case laplace(mean: Double, scale: Double)
    case exponential(mean: Double)
  }
  package let shape: Shape
  /// A few words that tell it from others.
  public let description: String

  /// A mixture of normal laws and, where a variance is zero, of point masses.
  ///
  /// Throws `InvalidArgument` where the weights are not positive with sum one, up to their rounding, or a variance is
  /// negative.
  public static func mixture(
    _ name: String, _ parts: [(weight: Double, mean: Double, variance: Double)]
  ) throws -> ScalarLaw {
    let weights = parts.map(\.weight)
    guard weights.allSatisfy({ $0 > 0 }),
      (weights.reduce(0, +) - 1).magnitude <= Double(parts.count) * Double.ulpOfOne
    else { throw InvalidArgument("weights", is: weights, expected: "positive numbers with sum 1") }
    guard parts.allSatisfy({ $0.mean.isFinite && $0.variance >= 0 && $0.variance.isFinite }) else {
      throw InvalidArgument("parts", is: parts, expected: "finite means and variances that are not negative")
    }
    return ScalarLaw(shape: .mixture(parts), description: name)
  }

  /// A normal law; the variance zero is a point mass.
  public static func normal(mean: Double, variance: Double) throws -> ScalarLaw {
    try mixture("N(\(mean.brief), \(variance.brief))", [(1, mean, variance)])
  }

  /// The uniform law of an interval, which must not be a point.
  public static func uniform(_ range: ClosedRange<Double>) throws -> ScalarLaw {
    let half = (range.upperBound - range.lowerBound) / 2
    guard half > 0, half.isFinite else {
      throw InvalidArgument("range", is: range, expected: "an interval with an inside")
    }
    return ScalarLaw(
      shape: .uniform(center: range.lowerBound + half, half: half), description: "uniform on \(range)")
  }

  /// The law with density `exp(-|x - mean| / scale) / (2 scale)`; throws `InvalidArgument` unless `scale > 0`.
  public static func laplace(mean: Double, scale: Double) throws -> ScalarLaw {
    guard scale > 0, scale.isFinite, mean.isFinite else {
      throw InvalidArgument("scale", is: scale, expected: "a positive number")
    }
    return ScalarLaw(shape: .laplace(mean: mean, scale: scale), description: "Laplace")
  }

  /// The exponential law of a mean, which must be positive.
  public static func exponential(mean: Double) throws -> ScalarLaw {
    guard mean > 0, mean.isFinite else {
      throw InvalidArgument("mean", is: mean, expected: "a positive number")
    }
    return ScalarLaw(shape: .exponential(mean: mean), description: "exponential")
  }

  /// Whether it is a normal law; a point mass is one, of variance zero.
  public var isNormal: Bool {
    if case .mixture(let parts) = shape { parts.count == 1 } else { false }
  }

  /// The cumulants up to an order, that of order zero being zero.
  ///
  /// Throws `InvalidArgument` for a negative order or one above twelve.
  public func cumulants<S: Elementary>(upTo order: Int, _: S.Type = S.self) throws -> [S] {
    guard (0...12).contains(order) else {
      throw InvalidArgument("order", is: order, expected: "an order from 0 to 12")
    }
    return knownCumulants(upTo: order)
  }

  /// The cumulants up to an order that is known to be at most twelve.
  package func knownCumulants<S: Elementary>(upTo order: Int) -> [S] {
    switch shape {
    case .mixture(let parts):
      let moments = parts.map { part in
        Cumulants.momentsOfSum(
          Cumulants.momentsOfConstant(S(part.mean), upTo: order),
          Cumulants.momentsOfNormal(variance: S(part.variance), upTo: order)
        ).map { S(part.weight) * $0 }
      }
      return Cumulants.ofMoments((0...order).map { n in moments.reduce(0 as S) { $0 + $1[n] } })
    case .uniform(let center, let half):
      // The numbers of Bernoulli, as fractions.
      let bernoulli = [(1, 6), (-1, 30), (1, 42), (-1, 30), (5, 66), (-691, 2730)]
      return (0...order).map { n in
        if n == 1 { return S(center) }
        if n == 0 || n % 2 == 1 { return 0 }
        let (p, q) = bernoulli[n / 2 - 1]
        return S(p) / S(q) * (2 * S(half)).power(n) / S(n)
      }
    case .laplace(let mean, let scale):
      return (0...order).map { n in
        n == 1 ? S(mean) : n == 0 || n % 2 == 1 ? 0 : 2 * Self.factorial(n - 1) * S(scale).power(n)
      }
    case .exponential(let mean):
      return (0...order).map { $0 == 0 ? 0 : Self.factorial($0 - 1) * S(mean).power($0) }
    }
  }

  private static func factorial<S: Field>(_ n: Int) -> S { (0..<n).reduce(1 as S) { $0 * S($1 + 1) } }

  /// The real and imaginary part of the characteristic function `E exp(i u X)`, for `u` other than zero.
  public func characteristic<S: Elementary>(_ u: S) -> (S, S) {
    switch shape {
    case .mixture(let parts):
      return parts.reduce((0, 0)) { sum, part in
        let size = S(part.weight) * S.exp(-S(part.variance) * u.squared / 2)
        return (
          sum.0 + size * S.cos(S(part.mean) * u), sum.1 + size * S.sin(S(part.mean) * u)
        )
      }
    case .uniform(let center, let half):
      let size = S.sin(S(half) * u) / (S(half) * u)
      return (size * S.cos(S(center) * u), size * S.sin(S(center) * u))
    case .laplace(let mean, let scale):
      let size = 1 / (1 + (S(scale) * u).squared)
      return (size * S.cos(S(mean) * u), size * S.sin(S(mean) * u))
    case .exponential(let mean):
      let size = 1 / (1 + (S(mean) * u).squared)
      return (size, size * S(mean) * u)
    }
  }

  /// A sample.
  public func sample(_ draw: Draw) -> Variate {
    switch shape {
    case .mixture(let parts):
      let component = draw.selection(parts.map(\.weight))
      let mean = component.pick { parts[$0].mean }
      if parts.allSatisfy({ $0.variance == 0 }) { return mean }
      return mean + component.pick { parts[$0].variance.squareRoot() } * draw.normal()
    case .uniform(let center, let half):
      return Variate(center - half) + Variate(2 * half) * draw.uniform()
    case .laplace(let mean, let scale):
      return Variate(mean) + Variate(scale) * (draw.exponential() - draw.exponential())
    case .exponential(let mean): return Variate(mean) * draw.exponential()
    }
  }

  /// The integral over `s` of this law's density times a normal density in `x`, of mean `a s + shift`.
  ///
  /// For laws with a density; a mixture is not one of them here.
  package func smoothed(at x: Double, factor a: Double, shift: Double, variance: Double) -> Double {
    let (center, deviation) = ((x - shift) / a, variance.squareRoot() / a)
    // The pieces on which the density is `height exp(-rate (s - origin))`.
    let pieces: [(range: ClosedRange<Double>, height: Double, rate: Double, origin: Double)]
    switch shape {
    case .mixture: preconditionFailure("a mixture is smoothed in closed form")
    case .uniform(let c, let h): pieces = [(c - h...c + h, 0.5 / h, 0, c)]
    case .laplace(let m, let b):
      pieces = [(m...Double.infinity, 0.5 / b, 1 / b, m), (-Double.infinity...m, 0.5 / b, -1 / b, m)]
    case .exponential(let b): pieces = [(0...Double.infinity, 1 / b, 1 / b, 0)]
    }
    return pieces.reduce(0) { sum, piece in
      // Beyond nine deviations from its peak the integrand is below 10^-17 of it.
      let peak = min(
        max(center - piece.rate * deviation * deviation, piece.range.lowerBound), piece.range.upperBound)
      let (low, high) = (
        max(peak - 9 * deviation, piece.range.lowerBound), min(peak + 9 * deviation, piece.range.upperBound)
      )
      let integral = GaussLegendre.integral(low, high) { s in
        let distance = (s - center) / deviation
        return .exp(-piece.rate * (s - piece.origin) - distance * distance / 2)
      }
      return sum + piece.height * integral / (2 * Double.pi * variance).squareRoot()
    }
  }
}
