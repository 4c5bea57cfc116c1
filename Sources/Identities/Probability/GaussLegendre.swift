/// The rule of Gauss and Legendre with 64 points, for the smooth integrands of a smoothed density.
enum GaussLegendre {
  private static let rule: [(node: SIMD8<Double>, weight: SIMD8<Double>)] = (0..<8).map { block in
    let points = (0..<8).map { point(8 * block + $0) }
    return (SIMD8(points.map(\.node)), SIMD8(points.map(\.weight)))
  }

  private static func point(_ k: Int) -> (node: Double, weight: Double) {
    let n = 64
    var x = Double.cos(Double.pi * (Double(k) + 0.75) / (Double(n) + 0.5))
    var slope = 0.0
    // Newton's method doubles the digits of a start that has three.
    for _ in 0..<6 {
      var (before, value) = (1.0, x)
      for j in 2...n {
        (before, value) = (value, (Double(2 * j - 1) * x * value - Double(j - 1) * before) / Double(j))
      }
      slope = Double(n) * (x * value - before) / (x * x - 1)
      x -= value / slope
    }
    return (x, 2 / ((1 - x * x) * slope * slope))
  }

  /// The integral of a function that is evaluated at eight points at a time.
  static func integral(_ low: Double, _ high: Double, _ f: (SIMD8<Double>) -> SIMD8<Double>) -> Double {
    let (middle, half) = ((low + high) / 2, (high - low) / 2)
    let sum = rule.reduce(SIMD8<Double>.zero) { $0 + $1.weight * f(middle + half * $1.node) }
    return half * sum.sum()
  }
}
