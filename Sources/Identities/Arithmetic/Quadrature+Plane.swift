extension Quadrature {
  /// The integrals over the plane of eight functions at once that are analytic near it and decay like a normal density.
  ///
  /// The trapezoidal rule on the square of half-width `reach` about the origin, beyond which the integrands must be
  /// negligible; it converges exponentially (Trefethen and Weideman 2014). The error estimate is the last change when
  /// the step is halved, which overstates the error of the finer result, plus the rounding.
  public static func plane(reach: Double, _ f: (Double, Double) -> SIMD8<Double>) -> [Estimate] {
    var previous = SIMD8<Double>(repeating: .nan)
    var best = (0..<8).map { _ in Estimate(.nan, error: .infinity) }
    for level in 5..<9 {
      let (count, step) = (1 << level, reach / Double(1 << level))
      var (sum, size) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
      for i in -count...count {
        // Row by row, so that rounding stays that of one row and of the rows' sum.
        var row = SIMD8<Double>.zero
        for j in -count...count {
          let term = f(Double(i) * step, Double(j) * step)
          row += term
          size += term.replacing(with: 0 - term, where: term .< 0)
        }
        sum += row
      }
      let value = sum * step * step
      for k in 0..<8 {
        let rounding = 32 * Double.ulpOfOne * size[k] * step * step
        let change = (value[k] - previous[k]).magnitude
        if change + rounding < best[k].error { best[k] = Estimate(value[k], error: change + rounding) }
      }
      previous = value
    }
    return best
  }
}
