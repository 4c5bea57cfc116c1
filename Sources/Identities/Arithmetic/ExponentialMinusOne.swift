extension SIMD8<Double> {
  /// The number `e^x - 1` of every lane; error at most 2 ulp.
  ///
  /// Within a half of zero a Taylor polynomial, which keeps the digits that the difference would lose; beyond it the
  /// exponential is so far from one that subtracting costs at most a bit.
  public static func expMinusOne(_ x: Self) -> Self {
    // The terms up to x^15 / 15!: the next is below 2^-57 of the first.
    var p = Self(repeating: 1 / 1_307_674_368_000)
    for factorial in reciprocalFactorials { p = p * x + factorial }
    let isNear = (x .< 0.5) .& (x .> -0.5)
    return (exp(x) - 1).replacing(with: x + x * x * p, where: isNear)
  }

  /// The numbers `1 / k!` from `k = 14` to `k = 2`.
  private static let reciprocalFactorials: [Double] = [
    1 / 87_178_291_200, 1 / 6_227_020_800, 1 / 479_001_600, 1 / 39_916_800, 1 / 3_628_800, 1 / 362_880,
    1 / 40_320,
    1 / 5_040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2,
  ]
}
