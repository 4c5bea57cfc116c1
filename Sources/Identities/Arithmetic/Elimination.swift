/// Gaussian elimination: everything about a square matrix that needs a division.
extension Matrix {
  /// The inverse; where the matrix is singular its entries carry the field's own mark of failure.
  public var inverse: Matrix { solve(.identity(rows)) }

  /// The solution of `self * x = right`.
  public func solve(_ right: Vector<Scalar>) -> Vector<Scalar> {
    Vector(solve(Matrix(rows: right.dimension, columns: 1) { i, _ in right[i] }).entries)
  }

  /// The solution of `self * X = right`, column by column.
  public func solve(_ right: Matrix) -> Matrix {
    guard rows == right.rows, rows == columns else {
      Misuse.report(
        "solve", is: "\(rows) x \(columns) against \(right.rows) rows",
        expected: "a square matrix and a right side of as many rows")
      return Matrix(rows: columns, columns: right.columns) { _, _ in .failure }
    }
    return Scalar.solve(self, right)
  }

  /// The solution of `self * X = right` by elimination with row pivots.
  func eliminate(_ right: Matrix) -> Matrix {
    var (left, x) = (self, right)
    _ = left.reduce(carrying: &x)
    for i in stride(from: rows - 1, through: 0, by: -1) {
      for j in 0..<x.columns {
        var sum = x[i, j]
        for k in (i + 1)..<max(i + 1, columns) { sum -= left[i, k] * x[k, j] }
        x[i, j] = sum / left[i, i]
      }
    }
    return x
  }

  /// The determinant.
  public var determinant: Scalar {
    guard rows == columns else {
      Misuse.report(
        "determinant", is: "of a \(rows) x \(columns) matrix", expected: "as many rows as columns")
      return .failure
    }
    var (left, nothing) = (self, Matrix(rows: rows, columns: 0) { _, _ in 0 })
    let swapped = left.reduce(carrying: &nothing)
    let product = (0..<rows).reduce(1 as Scalar) { $0 * left[$1, $1] }
    return swapped ? -product : product
  }

  /// Brings the matrix to upper triangular form and does the same to `right`; says whether the sign of the
  /// determinant changed.
  private mutating func reduce(carrying right: inout Matrix) -> Bool {
    precondition(rows == columns, "elimination of a \(rows) x \(columns) matrix")
    var swapped = false
    for p in 0..<rows {
      let best = (p..<rows).max { self[$0, p].pivotWeight < self[$1, p].pivotWeight } ?? p
      if self[best, p].pivotWeight > self[p, p].pivotWeight {
        swapRows(p, best)
        right.swapRows(p, best)
        swapped.toggle()
      }
      for i in (p + 1)..<max(p + 1, rows) {
        let factor = self[i, p] / self[p, p]
        for j in (p + 1)..<max(p + 1, columns) { self[i, j] -= factor * self[p, j] }
        for j in 0..<right.columns { right[i, j] -= factor * right[p, j] }
      }
    }
    return swapped
  }

  private mutating func swapRows(_ a: Int, _ b: Int) {
    for j in 0..<columns { (self[a, j], self[b, j]) = (self[b, j], self[a, j]) }
  }
}
