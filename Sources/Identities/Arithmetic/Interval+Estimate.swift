extension Interval {
  /// The interval that an estimate's error bound leaves for the true value: the whole line where there is no bound.
  ///
  /// A standard error is none: one mean in three is farther off.
  public init(_ estimate: Estimate) {
    let error = estimate.error
    guard estimate.isBounded, estimate.value.isFinite, error.isFinite else {
      self = .whole
      return
    }
    self = Interval(estimate.value) + Interval(lower: -error, upper: error)
  }
}

extension Interval {
  /// The interval of the decimal that a number was written as, and of the number.
  ///
  /// A `Double` such as `0.99` is not the decimal, and `1 - 0.99 = 0.01` fails by its rounding. Where the shortest
  /// decimal that reads back as the number is the number itself, as `0.375` is, the interval is the point; elsewhere it
  /// reaches to the two neighbours.
  public init(decimal value: Double) {
    self =
      value.isFinite && !value.isItsDecimal
      ? Interval(lower: value.nextDown, upper: value.nextUp) : Interval(value)
  }
}

extension Double {
  /// Whether the shortest decimal that reads back as this number is the number exactly.
  ///
  /// A number `m 2^-k` with odd `m` has `k` decimals; the shortest text has as many only if it is exact, since of all
  /// numbers with that many decimals it is the nearest.
  fileprivate var isItsDecimal: Bool {
    if self == 0 { return true }
    let lowest = Int(exponent) - Int(significandWidth)
    let text = "\(magnitude)"
    let parts = text.split(separator: "e")
    let mantissa = parts[0].split(separator: ".")
    let decimals =
      (mantissa.count == 2 && mantissa[1] != "0" ? mantissa[1].count : 0)
      - (parts.count == 2 ? Int(parts[1]) ?? 0 : 0)
    // A whole number: exact where the text has all of its digits.
    if lowest >= 0 { return magnitude < 0x1p53 }
    return -lowest <= decimals
  }
}
