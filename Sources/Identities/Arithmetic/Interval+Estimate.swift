extension Interval {
  /// The interval that an estimate's error bound leaves for the true value: the whole line where there is no bound.
  public init(_ estimate: Estimate) {
    let error = estimate.error
    guard estimate.value.isFinite, error.isFinite else {
      self = .whole
      return
    }
    self = Interval(estimate.value) + Interval(lower: -error, upper: error)
  }
}
