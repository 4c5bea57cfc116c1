import Arithmetic
import Probability

/// Samples of an interpolant `x_t = I(t, x_0, x_1) + A(t) z`, from the definition alone.
public struct InterpolantSample {
  /// A path `I(t, x_0, x_1)` between the endpoints, differentiable in time.
  public typealias Path = (
    Dual<Variate>, _ x0: Vector<Dual<Variate>>, _ x1: Vector<Dual<Variate>>
  ) -> Vector<Dual<Variate>>

  /// The start.
  public let x0: Vector<Variate>
  /// The end.
  public let x1: Vector<Variate>
  /// The latent.
  public let z: Vector<Variate>
  /// The matrix `A(t)`, moving in time.
  public let schedule: Matrix<Dual<Variate>>
  /// The path between the endpoints, `I(t, x_0, x_1)`, moving in time.
  public let path: Vector<Dual<Variate>>
  private let again: (Variate) -> InterpolantSample

  /// The interpolant at a time, which may be random; the path is the straight line unless given.
  public init(
    x0: Vector<Variate>, x1: Vector<Variate>, z: Vector<Variate>, time: Variate,
    A: @escaping (Dual<Variate>) -> Matrix<Dual<Variate>>,
    path: @escaping Path = { t, p, q in (1 - t) * p + t * q }
  ) {
    (self.x0, self.x1, self.z) = (x0, x1, z)
    let t = Dual(variable: time)
    schedule = A(t)
    self.path = path(t, x0.constant, x1.constant)
    again = { InterpolantSample(x0: x0, x1: x1, z: z, time: $0, A: A, path: path) }
  }

  /// The same endpoints and latent at another time.
  public func at(_ time: Double) -> InterpolantSample { again(Variate(time)) }

  /// The position `x_t`.
  public var x: Vector<Variate> { path.map(\.value) + schedule.map(\.value) * z }

  /// The velocity, the time derivative of the position.
  public var velocity: Vector<Variate> { velocity(latentTerm: schedule.map(\.derivative)) }

  /// The path's velocity plus a matrix times the latent.
  public func velocity(latentTerm: Matrix<Variate>) -> Vector<Variate> {
    path.map(\.derivative) + latentTerm * z
  }
}
