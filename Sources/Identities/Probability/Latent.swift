import Arithmetic

/// A random vector with independent coordinates, each with a potential of its own.
///
/// A potential is accepted only if `e^-V` and `V' e^-V` are integrable, as the score identity of Homework II,
/// Problem 2 needs them to be.
public struct Latent: Sendable, CustomStringConvertible {
  /// The potentials of the coordinates.
  public let potentials: [any Potential]
  /// The integral of `e^-V` over the line, for each coordinate.
  public let normalisers: [Estimate]

  /// The product of the laws of some potentials.
  ///
  /// Throws `InvalidArgument` where there is no coordinate, and where one of the two integrals does not
  /// settle: the latent has no density, or its gradient of `V` is not integrable.
  public init(_ potentials: [any Potential]) throws {
    guard !potentials.isEmpty else {
      throw InvalidArgument("potentials", is: "[]", expected: "a potential for each coordinate")
    }
    self.potentials = potentials
    normalisers = try potentials.map { potential in
      let density = { (z: Double) in Double.exp(-potential.value(z)) }
      let mass = Quadrature.line(density)
      // The integral of |V'| e^-V is the total variation of e^-V: infinite only for one that oscillates.
      let variation = [1.0, -1].map { side in
        Quadrature.below(0) { z in (potential.slope(side * z) * density(side * z)).magnitude }
      }
      // Written so that a NaN is not seen as settled.
      guard mass.value > 0, mass.error <= mass.value * Self.settled,
        variation.allSatisfy({ $0.error <= max($0.value, mass.value) * Self.settled })
      else {
        throw InvalidArgument(
          "potential", is: "\(potential)",
          expected:
            "integrable e^-V and V' e^-V, not \(mass.value) and \(variation[0].value + variation[1].value)")
      }
      return mass
    }
  }

  /// The largest relative error at which an integral counts as settled: one that diverges keeps changing by its own
  /// size, or is not a number.
  private static let settled = 0x1p-10

  /// The number of coordinates.
  public var dimension: Int { potentials.count }

  /// The potential of the vector, up to a constant: the sum over its coordinates.
  public func potential<S: Elementary>(_ z: Vector<S>) -> S {
    zip(potentials, z.components).reduce(0) { $0 + $1.0.value($1.1) }
  }

  /// The gradient of the potential.
  public func gradient<S: Elementary>(_ z: Vector<S>) -> Vector<S> {
    Vector(zip(potentials, z.components).map { $0.slope($1) })
  }

  /// A sample, one variable for each coordinate.
  public func sample(_ draw: Draw) -> Vector<Variate> { Vector(potentials.map { $0.sample(draw) }) }

  /// A short text for a person.
  public var description: String { potentials.map { "\($0)" }.joined(separator: " x ") }
}
