import Arithmetic

extension Gaussian {
  /// The law of `what * w` given `given * w = x`, for `w` of this law.
  ///
  /// `what` and `given` have as many columns as the law has coordinates; `given * w` has a density.
  public func law(of what: Matrix<Scalar>, given: Matrix<Scalar>, equals x: Vector<Scalar>) -> Gaussian {
    let crossed = what * covariance * given.transpose
    let explained = crossed * (given * covariance * given.transpose).solve(crossed.transpose)
    return Gaussian(
      mean: mean(of: what, given: given, equals: x),
      covariance: what * covariance * what.transpose - explained)
  }
}
