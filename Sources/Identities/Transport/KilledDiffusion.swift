import Arithmetic

/// The equation `u_t + (b u)_x = e u_xx - r u` in one dimension, by its coefficients.
public protocol KilledDiffusion: Sendable {
  /// The diffusion coefficient `e`, not negative.
  var diffusion: Double { get }
  /// The drift `b(t, x)`.
  func drift<S: Elementary>(_ t: S, _ x: S) -> S
  /// The killing rate `r(t, x)`, of either sign.
  func rate<S: Elementary>(_ t: S, _ x: S) -> S
  /// What the representation integrates along a path, the divergence of the drift plus the rate.
  func potential<S: Elementary>(_ t: S, _ x: S) -> S
}

extension KilledDiffusion {
  /// The divergence of the drift, by differentiation.
  public func divergence<S: Elementary>(_ t: S, _ x: S) -> S {
    derivative(at: x) { drift(Dual(constant: t), $0) }
  }

  /// The divergence plus the rate.
  public func potential<S: Elementary>(_ t: S, _ x: S) -> S { divergence(t, x) + rate(t, x) }
}
