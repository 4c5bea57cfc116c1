import Arithmetic

/// The divergence of a matrix field by rows, `(div A)_i = sum_j d_j A_ij`, exact in the field.
public func rowDivergence<F: Field>(
  at x: Vector<F>, of A: (Vector<Dual<F>>) throws -> Matrix<Dual<F>>
) rethrows -> Vector<F> {
  try x.indices.reduce(.zero(x.dimension)) { sum, j in
    let moving = try A(Vector(x.indices.map { Dual(x[$0], derivative: $0 == j ? 1 : 0) }))
    return sum + Vector(x.indices.map { moving[$0, j].derivative })
  }
}

/// The double divergence of a matrix field, `sum_ij d_ij M_ij`, exact in the field.
///
/// For `M = A rho` this is the right side of a Fokker-Planck equation, without its factor one half.
public func doubleDivergence<F: Field>(
  at x: Vector<F>, of M: (Vector<Dual<Dual<F>>>) throws -> Matrix<Dual<Dual<F>>>
) rethrows -> F {
  try x.indices.reduce(0 as F) { sum, i in
    try x.indices.reduce(sum) { sum, j in
      let moving = try M(
        Vector(
          x.indices.map {
            Dual(Dual(x[$0], derivative: $0 == i ? 1 : 0), derivative: Dual($0 == j ? 1 : 0))
          }))
      return sum + moving[i, j].derivative.derivative
    }
  }
}

/// The drift whose Ito diffusion with matrix field `A` has the density that a velocity `b` transports.
///
/// `b^A = b + div A / 2 + A grad log rho / 2`, as terms, so that each can be looked at alone. A solution of
/// Homework II, Problem 4; any field `w / rho` with `div w = 0` may be added.
public struct DiffusionDrift<Scalar: Field>: Sendable {
  /// The velocity `b`.
  public let velocity: Vector<Scalar>
  /// The divergence of the matrix field by rows.
  public let divergence: Vector<Scalar>
  /// The matrix field times the score, `A grad log rho`.
  public let weightedScore: Vector<Scalar>
  /// The gradient of the trace of the matrix field, which is its divergence on the line and nowhere else.
  public let traceGradient: Vector<Scalar>

  /// The terms at a point, from the velocity and the score there and the matrix field around it.
  public init(
    at x: Vector<Scalar>, velocity: Vector<Scalar>, score: Vector<Scalar>,
    diffusion A: (Vector<Dual<Scalar>>) -> Matrix<Dual<Scalar>>
  ) {
    self.velocity = velocity
    divergence = rowDivergence(at: x, of: A)
    weightedScore = A(x.constant).map(\.value) * score
    traceGradient = gradient(at: x) { A($0).trace }
  }

  /// The drift `b^A`.
  public var drift: Vector<Scalar> { velocity + (divergence + weightedScore) / 2 }
}

/// A field of symmetric positive semidefinite matrices `A(t, x)`, written once for every scalar.
public protocol DiffusionField: Sendable, CustomStringConvertible {
  /// The number of coordinates.
  var dimension: Int { get }
  /// The matrix at a time and a point.
  func matrix<S: Elementary>(_ t: S, _ x: Vector<S>) -> Matrix<S>
}

extension DiffusionField {
  /// The matrix at a time and a point.
  ///
  /// Throws `InvalidArgument` where the time is not strictly between 0 and 1, the point has another dimension, or
  /// the matrix is not symmetric and positive semidefinite.
  public func validated(_ t: Double, _ x: Vector<Double>) throws -> Matrix<Double> {
    guard t > 0, t < 1 else {
      throw InvalidArgument("time", is: t, expected: "a time strictly between 0 and 1")
    }
    guard x.dimension == dimension else {
      throw InvalidArgument("point", is: x.components, expected: "\(dimension) coordinates")
    }
    let A = matrix(t, x)
    _ = try A.semidefiniteRoot
    return A
  }
}

extension Matrix where Scalar == Double {
  /// A lower triangular `L` with `L L^T` this matrix, which may be singular.
  ///
  /// Throws `InvalidArgument` where the matrix is not symmetric and positive semidefinite, up to its rounding.
  public var semidefiniteRoot: Matrix<Double> {
    get throws {
      let refusal = InvalidArgument(
        "A", is: entries, expected: "a symmetric positive semidefinite matrix, row by row")
      guard rows == columns, entries.allSatisfy(\.isFinite), entries == transpose.entries else {
        throw refusal
      }
      // What elimination can leave of a pivot that is zero.
      let rounding =
        Double(rows * rows) * Double.ulpOfOne * entries.reduce(0) { Swift.max($0, $1.magnitude) }
      var root = Matrix<Double>.zero(rows, rows)
      for j in 0..<rows {
        let pivot = (0..<j).reduce(self[j, j]) { $0 - root[j, $1] * root[j, $1] }
        guard pivot >= -rounding else { throw refusal }
        if pivot > rounding { root[j, j] = pivot.squareRoot() }
        for i in (j + 1)..<Swift.max(j + 1, rows) {
          let rest = (0..<j).reduce(self[i, j]) { $0 - root[i, $1] * root[j, $1] }
          if pivot > rounding {
            root[i, j] = rest / root[j, j]
          } else if rest.magnitude > rounding {
            // A vanishing diagonal entry with a row that does not vanish: some direction is negative.
            throw refusal
          }
        }
      }
      return root
    }
  }
}
