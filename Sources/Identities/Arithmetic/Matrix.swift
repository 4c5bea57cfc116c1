/// A small dense matrix over a field, stored by rows.
public struct Matrix<Scalar: Field>: Sendable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The entries, row after row.
  public var entries: [Scalar]

  /// The matrix whose entry in row `i`, column `j` is `entry(i, j)`.
  public init(rows: Int, columns: Int, _ entry: (Int, Int) throws -> Scalar) rethrows {
    self.rows = rows
    self.columns = columns
    var entries: [Scalar] = []
    entries.reserveCapacity(rows * columns)
    for i in 0..<rows { for j in 0..<columns { entries.append(try entry(i, j)) } }
    self.entries = entries
  }

  /// The matrix with the given rows, all of one length.
  public init(_ rows: [[Scalar]]) {
    let columns = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columns }, "rows of different lengths: \(rows.map(\.count))")
    self.rows = rows.count
    self.columns = columns
    entries = rows.flatMap { $0 }
  }

  /// The identity matrix of a dimension.
  public static func identity(_ dimension: Int) -> Matrix {
    Matrix(rows: dimension, columns: dimension) { $0 == $1 ? 1 : 0 }
  }

  /// The zero matrix.
  public static func zero(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns) { _, _ in 0 }
  }

  /// The diagonal matrix with the given diagonal.
  public static func diagonal(_ diagonal: [Scalar]) -> Matrix {
    Matrix(rows: diagonal.count, columns: diagonal.count) { $0 == $1 ? diagonal[$0] : 0 }
  }

  /// The entry in row `i`, column `j`, from zero.
  public subscript(i: Int, j: Int) -> Scalar {
    get { entries[i * columns + j] }
    set { entries[i * columns + j] = newValue }
  }

  /// The matrix with every entry sent to another field.
  public func map<Other: Field>(_ transform: (Scalar) throws -> Other) rethrows -> Matrix<Other> {
    try Matrix<Other>(rows: rows, columns: columns) { try transform(self[$0, $1]) }
  }

  /// The transpose, entries mirrored in the diagonal.
  public var transpose: Matrix { Matrix(rows: columns, columns: rows) { self[$1, $0] } }

  /// The entries, one array a row.
  public var rowsOfEntries: [[Scalar]] { (0..<rows).map { i in (0..<columns).map { self[i, $0] } } }

  /// The sum of the diagonal entries of a square matrix.
  public var trace: Scalar {
    guard rows == columns else {
      Misuse.report("trace", is: "of a \(rows) x \(columns) matrix", expected: "as many rows as columns")
      return .failure
    }
    return (0..<rows).reduce(0) { $0 + self[$1, $1] }
  }

  /// The sum.
  public static func + (a: Matrix, b: Matrix) -> Matrix { a.zip(b, +) }
  /// The difference.
  public static func - (a: Matrix, b: Matrix) -> Matrix { a.zip(b, -) }
  /// The negative.
  public static prefix func - (a: Matrix) -> Matrix { a.map { -$0 } }
  /// The product.
  public static func * (s: Scalar, a: Matrix) -> Matrix { a.map { s * $0 } }
  /// The quotient.
  public static func / (a: Matrix, s: Scalar) -> Matrix { a.map { $0 / s } }

  /// The product.
  public static func * (a: Matrix, b: Matrix) -> Matrix {
    guard a.columns == b.rows else {
      Misuse.report(
        "product", is: "of \(a.rows) x \(a.columns) and \(b.rows) x \(b.columns)",
        expected: "as many rows as the first has columns")
      return Matrix(rows: a.rows, columns: b.columns) { _, _ in .failure }
    }
    return Matrix(rows: a.rows, columns: b.columns) { i, j in
      var sum = a[i, 0] * b[0, j]
      for k in 1..<max(1, a.columns) { sum.add(a[i, k], times: b[k, j]) }
      return sum
    }
  }

  /// The product.
  public static func * (a: Matrix, x: Vector<Scalar>) -> Vector<Scalar> {
    guard a.columns == x.dimension else {
      Misuse.report(
        "product", is: "of \(a.rows) x \(a.columns) and a vector of dimension \(x.dimension)",
        expected: "a vector of dimension \(a.columns)")
      return Vector(Array(repeating: .failure, count: a.rows))
    }
    return Vector(
      (0..<a.rows).map { i in
        var sum = a[i, 0] * x[0]
        for k in 1..<max(1, a.columns) { sum.add(a[i, k], times: x[k]) }
        return sum
      })
  }

  private func zip(_ other: Matrix, _ combine: (Scalar, Scalar) -> Scalar) -> Matrix {
    guard rows == other.rows, columns == other.columns else {
      Misuse.report(
        "matrices", is: "of shapes \(rows) x \(columns) and \(other.rows) x \(other.columns)",
        expected: "equal shapes")
      return Matrix(rows: max(rows, other.rows), columns: max(columns, other.columns)) { _, _ in .failure }
    }
    return Matrix(rows: rows, columns: columns) { combine(self[$0, $1], other[$0, $1]) }
  }
}
