import Arithmetic

/// The flow of `a / n sin(n x)` on the circle, from Homework III, Problem 5.
public struct SineFlow: Sendable, CustomStringConvertible {
  /// The strength `a`.
  public let a: Double
  /// The number of waves.
  public let n: Int

  /// The flow of a strength and a number of waves.
  public init(a: Double, n: Int) { (self.a, self.n) = (a, n) }

  /// A short text for a person.
  public var description: String { "a = \(a.brief), n = \(n)" }

  /// The velocity `a / n sin(n x)`.
  public func velocity<S: Elementary>(_ x: S) -> S { S(a) / S(n) * S.sin(S(n) * x) }

  /// The position after time one and the integral of the divergence of the velocity along the way.
  ///
  /// Classical Runge-Kutta; a negative `time` runs the flow backwards.
  public func flow<S: Elementary>(_ start: S, steps: Int, time: Double = 1) -> (position: S, expansion: S) {
    let h = S(time / Double(steps))
    let rate = { (x: S) in (velocity(x), S(a) * S.cos(S(n) * x)) }
    var (x, log) = (start, 0 as S)
    for _ in 0..<steps {
      let k1 = rate(x)
      let k2 = rate(x + h / 2 * k1.0)
      let k3 = rate(x + h / 2 * k2.0)
      let k4 = rate(x + h * k3.0)
      x += h / 6 * (k1.0 + 2 * k2.0 + 2 * k3.0 + k4.0)
      log += h / 6 * (k1.1 + 2 * k2.1 + 2 * k3.1 + k4.1)
    }
    return (x, log)
  }
}
