import Arithmetic
import Probability

// Transport between normal laws in closed form, with squared distances for the cost. Only the eigenvalues of
// A^(1/2) B A^(1/2) enter, and they are those of L^T B L for any root A = L L^T.

extension Gaussian where Scalar == Double {
  /// The square of the Wasserstein distance of order two to another normal law.
  ///
  /// `|m - n|^2 + tr(A + B - 2 (A^(1/2) B A^(1/2))^(1/2))`. Throws `InvalidArgument` where the dimensions differ.
  public func squaredWasserstein(to other: Gaussian) throws -> Double {
    let roots = try productEigenvalues(other).map { $0.squareRoot() }
    return displacement(to: other) - 2 * roots.reduce(0, +)
  }

  /// The least of `E|x - y|^2 + epsilon KL(plan | product of the laws)` over the plans to another normal law.
  ///
  /// H. Janati, B. Muzellec, G. Peyre, M. Cuturi: Entropic optimal transport between unbalanced Gaussian measures has
  /// a closed form (2020), Theorem 1, with `epsilon` twice their squared sigma. Throws `InvalidArgument` where the
  /// dimensions differ or `epsilon` is not positive.
  public func entropicTransport(to other: Gaussian, epsilon: Double) throws -> Double {
    guard epsilon > 0, epsilon.isFinite else {
      throw InvalidArgument("epsilon", is: epsilon, expected: "a positive number")
    }
    let variance = epsilon / 2
    return try productEigenvalues(other).reduce(displacement(to: other)) { sum, eigenvalue in
      let root = (4 * eigenvalue + variance * variance).squareRoot()
      return sum - root + variance * (1 + Double.log((root + variance) / (2 * variance)))
    }
  }

  /// The debiased divergence to another normal law, of which the entropic cost is `entropicTransport`.
  public func sinkhornDivergence(to other: Gaussian, epsilon: Double) throws -> Double {
    try entropicTransport(to: other, epsilon: epsilon)
      - (entropicTransport(to: self, epsilon: epsilon) + other.entropicTransport(to: other, epsilon: epsilon))
      / 2
  }

  /// What independent samples of the two would differ by on average, squared.
  private func displacement(to other: Gaussian) -> Double {
    let shift = mean - other.mean
    return shift.dot(shift) + covariance.trace + other.covariance.trace
  }

  private func productEigenvalues(_ other: Gaussian) throws -> [Double] {
    guard dimension == other.dimension else {
      throw InvalidArgument("other", is: "\(other.dimension)-dimensional", expected: "dimension \(dimension)")
    }
    let root = try root
    return (root.transpose * other.covariance * root).symmetricEigenvalues.map { max(0, $0) }
  }
}

extension Matrix where Scalar == Double {
  /// The eigenvalues of a symmetric matrix, in no particular order, by Jacobi's rotations.
  var symmetricEigenvalues: [Double] {
    precondition(rows == columns, "eigenvalues of a \(rows) x \(columns) matrix")
    var m = self
    // Convergence is quadratic: a handful of sweeps do, and the bound is never met.
    for _ in 0..<50 {
      var (off, all) = (0.0, 0.0)
      for i in 0..<rows { for j in 0..<rows { all += m[i, j] * m[i, j] } }
      for i in 0..<rows { for j in 0..<i { off += m[i, j] * m[i, j] } }
      if off <= all * 1e-34 { break }
      for p in 0..<rows {
        for q in (p + 1)..<max(p + 1, rows) where m[p, q] != 0 { m.rotate(p, q) }
      }
    }
    return (0..<rows).map { m[$0, $0] }
  }

  /// Makes the entries in rows and columns `p`, `q` zero by a rotation of the two axes.
  private mutating func rotate(_ p: Int, _ q: Int) {
    let theta = (self[q, q] - self[p, p]) / (2 * self[p, q])
    let t = (theta < 0 ? -1 : 1) / (theta.magnitude + (theta * theta + 1).squareRoot())
    let c = 1 / (t * t + 1).squareRoot()
    let s = t * c
    for k in 0..<rows {
      (self[k, p], self[k, q]) = (c * self[k, p] - s * self[k, q], s * self[k, p] + c * self[k, q])
    }
    for k in 0..<rows {
      (self[p, k], self[q, k]) = (c * self[p, k] - s * self[q, k], s * self[p, k] + c * self[q, k])
    }
  }
}
