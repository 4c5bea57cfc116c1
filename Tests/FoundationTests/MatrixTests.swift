import Testing

@testable import Arithmetic

/// Inverses, solutions and determinants: exactly over residues, within derived bounds over `Double`.
@Suite struct MatrixTests {
  private typealias Residues = Matrix<PrimeField>

  private func random(_ rows: Int, _ columns: Int, _ words: inout IntervalOperands) -> Matrix<PrimeField> {
    Matrix(rows: rows, columns: columns) { _, _ in PrimeField(residue: words.next()) }
  }

  @Test(arguments: 1...8) func identitiesOverResidues(n: Int) {
    var words = IntervalOperands(seed: UInt64(n))
    for _ in 0..<10 {
      let (A, B) = (random(n, n, &words), random(n, n, &words))
      let one = Residues.identity(n)
      #expect((A * A.inverse).entries == one.entries && (A.inverse * A).entries == one.entries)
      #expect(A.inverse.inverse.entries == A.entries)
      #expect((A * B).inverse.entries == (B.inverse * A.inverse).entries)
      #expect(A.transpose.inverse.entries == A.inverse.transpose.entries)
      let X = random(n, 3, &words)
      #expect((A * A.solve(X)).entries == X.entries)
      let x = Vector(X.entries.prefix(n).map { $0 })
      #expect((A * A.solve(x)).components == x.components)
      #expect((A * B).determinant == A.determinant * B.determinant)
      #expect(A.transpose.determinant == A.determinant && A.inverse.determinant == A.determinant.inverse)
      #expect((A * B).trace == (B * A).trace)
      // A repeated row, and a row that is the sum of the others.
      if n > 1 {
        var C = A
        for j in 0..<n { C[n - 1, j] = (0..<n - 1).reduce(0) { $0 + A[$1, j] } }
        #expect(C.determinant == 0)
      }
    }
  }

  /// The determinant by its definition, a signed sum over permutations.
  @Test(arguments: 1...5) func determinantsByLeibniz(n: Int) {
    var words = IntervalOperands(seed: 20 + UInt64(n))
    let A = random(n, n, &words)
    let sum = permutations(n).reduce(0 as PrimeField) { sum, permutation in
      let product = (0..<n).reduce(1 as PrimeField) { $0 * A[$1, permutation[$1]] }
      return sum + (sign(permutation) == 1 ? product : -product)
    }
    #expect(A.determinant == sum)
  }

  /// Every permutation matrix of dimension four, each with zero pivots, over every field.
  @Test func permutationMatrices() {
    for permutation in permutations(4) {
      check(permutation, PrimeField.self) { $0.residue == $1.residue }
      check(permutation, Symbol.self) { $0.residue == $1.residue && !$0.isPole }
      check(permutation, Double.self) { $0 == $1 }
      check(permutation, Interval.self) { $0 == $1 }
      check(permutation, Dual<Double>.self) { $0.value == $1.value && $0.derivative == 0 }
    }
  }

  private func check<F: Field>(_ permutation: [Int], _: F.Type, _ equal: @escaping (F, F) -> Bool) {
    let n = permutation.count
    let P = Matrix<F>(rows: n, columns: n) { permutation[$0] == $1 ? 1 : 0 }
    #expect(equal(P.determinant, F(sign(permutation))), "\(F.self), \(permutation)")
    #expect(zip(P.inverse.entries, P.transpose.entries).allSatisfy(equal), "\(F.self), \(permutation)")
    let x = Vector((0..<n).map { F($0 + 1) })
    #expect(zip((P * P.solve(x)).components, x.components).allSatisfy(equal), "\(F.self), \(permutation)")
  }

  /// Elimination over symbols has the residues of elimination over residues, and poles where that has none.
  @Test(arguments: 1...6) func symbolsAgreeWithResidues(n: Int) {
    var words = IntervalOperands(seed: 40 + UInt64(n))
    let A = random(n, n, &words)
    let S = A.map { Symbol(free: $0) }
    #expect(S.inverse.entries.map(\.residue) == A.inverse.entries)
    #expect(S.determinant.residue == A.determinant && S.inverse.entries.allSatisfy { !$0.isPole })
    #expect(Matrix<Symbol>.zero(n, n).inverse.entries.contains { $0.isPole })
  }

  /// The solution over `Double` is as good as elimination with row pivots is known to be.
  ///
  /// Higham, Accuracy and Stability (2002), Theorem 9.5: the computed solution solves a system that is off by
  /// `n^2 gamma(3n) rho` relative to the matrix, with a growth factor `rho` of at most `2^(n-1)`; so it is off by
  /// `k e / (1 - k e)` for the condition number `k` and that `e`, in the maximum norm.
  private func forwardError(_ n: Int, condition: Double) -> Double {
    let roundings = 3 * Double(n) * MomentsTests.unit
    let backward = Double(n * n) * roundings / (1 - roundings) * Double(1 << (n - 1))
    return condition * backward / (1 - condition * backward)
  }

  /// The matrices of Hilbert, times what makes them integers, with their inverses by Choi (1983).
  @Test(arguments: 1...6) func hilbertMatrices(n: Int) {
    // A multiple of 1, ..., 11: the entries are exact.
    let multiple = 27_720.0
    let H = Matrix<Double>(rows: n, columns: n) { multiple / Double($0 + $1 + 1) }
    let inverse = Matrix<Double>(rows: n, columns: n) { i, j in
      let (a, b, c) = (binomial(n + i, n - j - 1), binomial(n + j, n - i - 1), binomial(i + j, i))
      return Double((i + j).isMultiple(of: 2) ? 1 : -1) * Double(i + j + 1) * a * b * c * c / multiple
    }
    let condition = norm(H) * norm(inverse)
    // What is inverted is the matrix of a system for every column, and its norm bounds the columns'.
    let bound = forwardError(n, condition: condition)
    let columns = (0..<n).map { j in (0..<n).map { inverse[$0, j].magnitude }.max()! }
    for i in 0..<n {
      // Fine enough to see the smallest entry of every column, sign and all.
      #expect((0..<n).allSatisfy { bound * columns[$0] < inverse[i, $0].magnitude })
      for j in 0..<n {
        #expect((H.inverse[i, j] - inverse[i, j]).magnitude <= (bound + 4 * MomentsTests.unit) * columns[j])
      }
    }
  }

  /// The symmetric matrices of Pascal, of determinant one, times a vector of integers.
  @Test(arguments: 1...8) func pascalMatrices(n: Int) {
    let P = Matrix<Double>(rows: n, columns: n) { binomial($0 + $1, $0) }
    // P = L L^T with L_ij = binomial(i, j), and L^-1 has the same entries with alternating signs.
    let root = Matrix<Double>(rows: n, columns: n) { i, j in
      j > i ? 0 : binomial(i, j) * ((i + j).isMultiple(of: 2) ? 1 : -1)
    }
    let inverse = root.transpose * root
    let condition = norm(P) * norm(inverse)
    let bound = forwardError(n, condition: condition)
    let x = Vector((0..<n).map { Double($0 * $0 - 3) })
    let solution = P.solve(P * x)
    let scale = x.components.map(\.magnitude).max()!
    for i in 0..<n { #expect((solution[i] - x[i]).magnitude <= bound * scale) }
    // The determinant is that of a matrix off by the backward error, entry by entry: first order n k e.
    #expect((P.determinant - 1).magnitude <= 2 * Double(n) * bound)
  }

  /// A singular matrix gives each field's mark of failure, and no trap.
  @Test func singularMatrices() {
    #expect(Matrix<Double>([[1, 2], [2, 4]]).inverse.entries.contains { !$0.isFinite })
    #expect(Matrix<Double>([[1, 2], [2, 4]]).determinant == 0)
    #expect(Matrix<Interval>([[1, 2], [2, 4]]).inverse.entries.contains { $0.isWhole })
    #expect(Matrix<Double>([[.nan, 2], [2, 4]]).inverse.entries.contains { !$0.isFinite })
  }

  private func norm(_ A: Matrix<Double>) -> Double {
    A.rowsOfEntries.map { $0.reduce(0) { $0 + $1.magnitude } }.max()!
  }

  private func binomial(_ n: Int, _ k: Int) -> Double {
    (0..<max(0, k)).reduce(1) { $0 * Double(n - $1) / Double($1 + 1) }.rounded()
  }

  private func permutations(_ n: Int) -> [[Int]] {
    n == 0 ? [[]] : permutations(n - 1).flatMap { p in (0..<n).map { i in p[..<i] + [n - 1] + p[i...] } }
  }

  private func sign(_ permutation: [Int]) -> Int {
    permutation.indices.reduce(1) { s, i in
      permutation[i...].count { $0 < permutation[i] }.isMultiple(of: 2) ? s : -s
    }
  }
}
