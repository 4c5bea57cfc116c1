import Arithmetic

/// The bounded test function `sin(k . x + c)`.
///
/// Two laws with the same expectations of all waves are the same law. A bounded test function keeps the tails of
/// what is averaged as light as those of the factors it multiplies.
public struct Wave: Sendable {
  /// The wave vector `k`.
  public let frequency: [Double]
  /// The phase `c`, in radians.
  public let phase: Double

  /// The wave of a wave vector and a phase.
  public init(_ frequency: [Double], phase: Double = 0.5) {
    (self.frequency, self.phase) = (frequency, phase)
  }

  /// The value at a point.
  public func callAsFunction<S: Elementary>(_ x: Vector<S>) -> S { S.sin(angle(x)) }

  /// The gradient at a point, `k cos(k . x + c)`.
  public func gradient<S: Elementary>(_ x: Vector<S>) -> Vector<S> {
    S.cos(angle(x)) * Vector(frequency.map { S($0) })
  }

  /// The value and the gradient at a point, by a single sine and cosine.
  public func valueAndGradient<S: Elementary>(_ x: Vector<S>) -> (value: S, gradient: Vector<S>) {
    let (sine, cosine) = S.sineAndCosine(angle(x))
    return (sine, cosine * Vector(frequency.map { S($0) }))
  }

  private func angle<S: Elementary>(_ x: Vector<S>) -> S { Vector(frequency.map { S($0) }).dot(x) + S(phase) }
}
