import Arithmetic
import Foundation

// Ways to average what few samples carry: draw where it is large, and weigh.

extension Draw {
  /// A normal variable of mean `shift` and the weight with which it stands for one of mean zero.
  ///
  /// For every `f`, the expectation of `f(value) * weight` is that of `f(z)` for a standard normal `z` (the change of
  /// measure of Cameron and Martin). The best shift for `exp(c z)` is `c`: the product is then a constant.
  public func normal(shiftedBy shift: Double) -> (value: Variate, weight: Variate) {
    let z = normal()
    return (z + shift, Variate.exp(Variate(-shift) * z - shift * shift / 2))
  }

  /// A normal vector of mean `shift` and covariance one, and the weight with which it stands for one of mean zero.
  ///
  /// Along a path it is Girsanov's density: the increments shifted by the drift, and the weight the product of theirs.
  public func normal(shiftedBy shift: [Double]) -> (value: Vector<Variate>, weight: Variate) {
    let z = normal(shift.count)
    let exponent = zip(shift, z.components).reduce(Variate(-shift.reduce(0) { $0 + $1 * $1 } / 2)) {
      sum, pair in
      sum - Variate(pair.0) * pair.1
    }
    return (z + Vector(shift.map { Variate($0) }), Variate.exp(exponent))
  }

  /// A standard normal variable given that it is above `threshold`, and the probability that it is.
  ///
  /// The expectation of `f(z)` where `z` is above the threshold is that of `f(value)` times the probability. Throws
  /// `InvalidArgument` unless the threshold is a number up to 37, where the probability is about 1e-299.
  public func normal(above threshold: Double) throws -> (value: Variate, probability: Double) {
    guard threshold <= 37, threshold > -.infinity else {
      throw InvalidArgument("threshold", is: threshold, expected: "a number up to 37")
    }
    let probability = erfc(threshold / 2.0.squareRoot()) / 2
    return (Variate.normalQuantile(upperTail: probability * uniform()), probability)
  }
}

extension Gaussian where Scalar: Elementary {
  /// The expectation of `exp(c . x)` for `x` of this law, `exp(c . m + c^T S c / 2)`, where no sample is needed.
  public func meanOfExponential(_ c: Vector<Scalar>) -> Scalar {
    Scalar.exp(c.dot(mean) + c.dot(covariance * c) / 2)
  }
}
