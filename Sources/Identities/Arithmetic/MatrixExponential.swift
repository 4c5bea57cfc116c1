extension Matrix where Scalar == Interval {
  /// The exponential of a square matrix, enclosed: Taylor's series with its remainder, scaled and squared.
  ///
  /// Throws `InvalidArgument` where the matrix is not square or an entry is not bounded.
  public var exponential: Matrix {
    get throws {
      guard rows == columns, rows > 0, entries.allSatisfy(\.isBounded) else {
        throw InvalidArgument("matrix", is: entries, expected: "a square matrix of bounded entries")
      }
      let norm = rowsOfEntries.map { $0.reduce(0) { $0 + $1.magnitude } }.reduce(0, Swift.max)
      let halvings = norm > 1 ? norm.exponent + 1 : 0
      let small = self / Interval(2).power(halvings)
      let terms = 20
      // With a row sum norm of at most one, what is left out is below twice its first term in every entry.
      let rest = (1...terms + 1).reduce(2 as Interval) { $0 / Interval($1) }
      let remainder = Interval(lower: -rest.upper, upper: rest.upper)
      // Horner's scheme: 1 + A (1 + A / 2 (1 + A / 3 (...))).
      let series = stride(from: terms, through: 1, by: -1).reduce(Matrix.identity(rows)) {
        .identity(rows) + small * $0 / Interval($1)
      }
      let sum = Matrix(rows: rows, columns: rows) { series[$0, $1] + remainder }
      return (0..<halvings).reduce(sum) { square, _ in square * square }
    }
  }
}
