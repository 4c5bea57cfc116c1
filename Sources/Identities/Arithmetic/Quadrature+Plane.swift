extension Quadrature {
  /// The integrals over the plane of eight functions at once that are analytic near it and decay like a normal density.
  ///
  /// The trapezoidal rule on the square of half-width `reach` about the origin, beyond which the integrands must be
  /// negligible; it converges exponentially (Trefethen and Weideman 2014). The error estimate is the last change when
  /// the step is halved, which overstates the error of the finer result, plus the rounding: that of the finest grid,
  /// of 513 by 513 points, whatever a coarser one had agreed on. A peak narrower than `reach / 512` may lie between
  /// the points unseen. Where an integrand is not a number, the work stops and its estimate says where.
  public static func plane(reach: Double, _ f: (Double, Double) -> SIMD8<Double>) -> [Estimate] {
    var previous = SIMD8<Double>(repeating: .nan)
    var last = (0..<8).map { _ in Estimate(.nan, error: .infinity) }
    for level in 5..<9 {
      let (count, step) = (1 << level, reach / Double(1 << level))
      var (sum, size) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
      // A phase of its own at each level and axis: two grids that share it share the waves they take for constants.
      let phase = { (k: Int) in (Double(k) * 0.618_033_988_749_894_9).truncatingRemainder(dividingBy: 1) }
      let (right, up) = (phase(2 * level), phase(2 * level + 1))
      for i in -count...count {
        let x = (Double(i) + right) * step
        // Row by row, so that rounding stays that of one row and of the rows' sum.
        var row = SIMD8<Double>.zero
        for j in -count...count {
          let y = (Double(j) + up) * step
          let term = f(x, y)
          guard term - term == .zero else {
            return (0..<8).map { k in
              let reason = term[k].isFinite ? "another integrand is no number" : "the integrand is \(term[k])"
              return Estimate(.nan, error: .infinity, doubt: "\(reason) at (\(x), \(y))")
            }
          }
          row += term
          size += term.replacing(with: 0 - term, where: term .< 0)
        }
        sum += row
      }
      let value = sum * step * step
      for k in 0..<8 {
        let rounding = 32 * Double.ulpOfOne * size[k] * step * step
        let change = (value[k] - previous[k]).magnitude
        last[k] = Estimate(value[k], error: change + rounding)
      }
      previous = value
    }
    return last
  }
}
