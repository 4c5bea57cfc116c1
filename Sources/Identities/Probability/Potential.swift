import Arithmetic

/// The potential `V` of a law on the line with the density `e^-V(z) / Z`, which can be sampled.
public protocol Potential: Sendable, CustomStringConvertible {
  /// The potential, up to a constant.
  func value<S: Elementary>(_ z: S) -> S
  /// The derivative of the potential; by automatic differentiation unless given.
  func slope<S: Elementary>(_ z: S) -> S
  /// A sample of the law, exact up to rounding.
  func sample(_ draw: Draw) -> Variate
}

extension Potential {
  /// The derivative of the potential, by automatic differentiation.
  public func slope<S: Elementary>(_ z: S) -> S { derivative(at: z) { value($0) } }
}

/// The potential `z^2 / 2 sigma^2` of a normal law with mean zero.
public struct NormalPotential: Potential {
  /// The variance `sigma^2`.
  public let variance: Double

  /// The potential of a normal law; throws `InvalidArgument` unless the variance is positive.
  public init(variance: Double = 1) throws {
    guard variance > 0, variance.isFinite else {
      throw InvalidArgument("variance", is: variance, expected: "a positive number")
    }
    self.variance = variance
  }

  /// The potential, up to a constant.
  public func value<S: Elementary>(_ z: S) -> S { z.squared / S(2 * variance) }
  /// The derivative of the potential.
  public func slope<S: Elementary>(_ z: S) -> S { z / S(variance) }
  /// A sample of the law.
  public func sample(_ draw: Draw) -> Variate { Variate(variance.squareRoot()) * draw.normal() }
  /// A short text for a person.
  public var description: String { variance == 1 ? "normal" : "normal of variance \(variance.brief)" }
}

/// The potential `log cosh z`, of the hyperbolic secant law with the density `1 / (pi cosh z)`.
public struct LogCoshPotential: Potential {
  /// The potential.
  public init() {}
  /// The potential, up to a constant.
  public func value<S: Elementary>(_ z: S) -> S { S.log(S.cosh(z)) }
  /// The derivative of the potential, `tanh z`.
  public func slope<S: Elementary>(_ z: S) -> S { S.tanh(z) }
  /// A sample of the law, `log tan(pi u / 2)`: the inverse of the distribution function.
  public func sample(_ draw: Draw) -> Variate {
    let angle = Variate.pi / 2 * draw.uniform()
    return Variate.log(Variate.sin(angle) / Variate.cos(angle))
  }
  /// A short text for a person.
  public var description: String { "log cosh" }
}

/// The potential `z^4 / 4`, whose law has lighter tails than a normal one.
public struct QuarticPotential: Potential {
  /// The potential.
  public init() {}
  /// The potential, up to a constant.
  public func value<S: Elementary>(_ z: S) -> S { z.power(4) / 4 }
  /// The derivative of the potential.
  public func slope<S: Elementary>(_ z: S) -> S { z.power(3) }
  /// A sample of the law, by rejection from a normal one.
  ///
  /// `z^4 / 4 - z^2 / 2 + 1 / 4 = (z^2 - 1)^2 / 4` is not negative, so its exponential is a probability; four of
  /// five candidates are accepted.
  public func sample(_ draw: Draw) -> Variate {
    draw.accepted { candidates in
      let excess = candidates.squared - 1
      return Variate.exp(-excess.squared / 4)
    }
  }
  /// A short text for a person.
  public var description: String { "quartic" }
}

/// The potential `(n + 1) / 2 log(1 + z^2 / n)` of Student's t law, whose tails are heavy and whose slope is bounded.
public struct StudentPotential: Potential {
  /// The degrees of freedom `n`.
  public let degrees: Int

  /// The potential of Student's t; throws `InvalidArgument` unless there is a degree of freedom.
  public init(degrees: Int) throws {
    guard degrees > 0 else {
      throw InvalidArgument("degrees", is: degrees, expected: "a positive number of degrees of freedom")
    }
    self.degrees = degrees
  }

  /// The potential, up to a constant.
  public func value<S: Elementary>(_ z: S) -> S {
    S(degrees + 1) / 2 * S.log(1 + z.squared / S(degrees))
  }
  /// The derivative of the potential.
  public func slope<S: Elementary>(_ z: S) -> S { S(degrees + 1) * z / (S(degrees) + z.squared) }
  /// A sample of the law: a normal variable over the root of an independent mean of squares of `n` others.
  public func sample(_ draw: Draw) -> Variate {
    // Two squares of normal variables make twice an exponential one.
    let pairs = (0..<(degrees / 2)).reduce(0 as Variate) { sum, _ in sum + 2 * draw.exponential() }
    let chiSquare = degrees % 2 == 0 ? pairs : pairs + draw.normal().squared
    return draw.normal() / Variate.sqrt(chiSquare / Variate(Double(degrees)))
  }
  /// A short text for a person.
  public var description: String { "Student's t, n = \(degrees)" }
}
