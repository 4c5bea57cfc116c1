import Synchronization
import Testing

@testable import Arithmetic
@testable import Verification

/// What exact evidence claims: its miss probability, the dimensions, poles, symmetry, and how it prints.
@Suite struct ExactEvidenceTests {
  private func check(_ check: Exact) async throws -> CheckResult {
    try await Synthetic.verifier().verify(Synthetic.identity { check }).checks[0]
  }

  /// The miss probability of a check is at most 2^-100, and for a known degree exactly what the bound says.
  @Test(arguments: [1, 2, 7, 100]) func missProbability(degree: Int) async throws {
    let result = try await check(
      Exact("power", dimensions: [1]) { symbols, _ in
        let x = symbols.scalar()
        Step("x^n") { x.power(degree) }
        Step("x^n") { (0..<degree).reduce(1 as Symbol) { product, _ in product * x } }
        Rival("x", "power dropped") { x + x }
      })
    #expect(result.verdict == .verified)
    #expect(result.errorProbability <= 0x1p-100 && result.errorProbability > 0)
    // One point leaves degree / p: the least number of points that brings it below 2^-103.
    let point = Double(degree) / Double(PrimeField.modulus)
    let points = [1, 2, 3, 4].first { point.power($0) <= Exact.missProbability }!
    #expect(result.examinations[0].errorProbability == point.power(points))
  }

  /// In one dimension a transpose changes nothing; in two it does, and the counterexample says where.
  @Test func transpose() async throws {
    func derivation(_ dimensions: [Int]) -> Exact {
      Exact("transpose", dimensions: dimensions) { symbols, d in
        let (A, x) = (symbols.matrix(d), symbols.vector(d))
        Step("A x") { A * x }
        Step("A^T x") { A.transpose * x }
        Rival("-A x", "sign") { -(A * x) }
      }
    }
    #expect(try await check(derivation([1])).verdict == .verified)
    let refuted = try await check(derivation([1, 2, 3, 5, 8]))
    #expect(refuted.counterexample?.caseLabel.hasPrefix("d = 2; s1 = ") == true)
    // What one dimension has refuted is not refuted again.
    #expect(refuted.stepComparisons.map(\.outcome) == [.agrees, .disagrees])
  }

  /// A symmetric matrix of free symbols is symmetric, and otherwise free.
  @Test func symmetricMatrices() async throws {
    let result = try await check(
      Exact("symmetric", dimensions: [2, 3, 5]) { symbols, d in
        let S = symbols.symmetric(d)
        Step("S") { S }
        Step("S^T") { S.transpose }
        Rival("diag S", "diagonal") { Matrix.diagonal((0..<d).map { S[$0, $0] }) }
        Rival("S_11 1", "isotropic") { S[0, 0] * Matrix.identity(d) }
      })
    #expect(result.verdict == .verified)
  }

  /// A point where something is divided by zero says nothing; where every point is one, nothing is shown.
  @Test func poles() async throws {
    let calls = Mutex(0)
    let first = try await check(
      Exact("one pole", dimensions: [1]) { symbols, _ in
        let isFirst = calls.withLock { count in
          count += 1
          return count == 1
        }
        let x = symbols.scalar()
        // At the first point alone the two lines differ, by what a division by zero has left.
        Step("x") { x }
        Step("x") { isFirst ? x / (x - x) + 1 : x }
        Rival("2 x", "factor two") { x + x }
      })
    #expect(first.verdict == .verified, "\(first.reason)")
    let always = try await check(
      Exact("all poles", dimensions: [1]) { symbols, _ in
        let x = symbols.scalar()
        Step("x / 0") { x / (x - x) }
        Step("x / 0") { x / (x - x) }
        Rival("x", "no quotient") { x }
      })
    #expect(always.verdict == .inconclusive && always.reason.contains("every point is a pole"))
    let singular = try await check(
      Exact("singular", dimensions: [2]) { symbols, d in
        let a = symbols.vector(d)
        Step("(a a^T)^-1") { a.outer(a).inverse }
        Step("(a a^T)^-1") { a.outer(a).inverse }
        Rival("a a^T", "no inverse") { a.outer(a) }
      })
    #expect(singular.verdict == .inconclusive && singular.reason.contains("every point is a pole"))
  }

  /// A degree that no reasonable number of points can answer for is undecided.
  @Test func hugeDegree() async throws {
    let result = try await check(
      Exact("huge", dimensions: [1]) { symbols, _ in
        let x = symbols.scalar()
        Step("x^(2^60)") { x.power(1 << 60) }
        Step("x^(2^60)") { x.power(1 << 59).squared }
        Rival("x", "power dropped") { x }
      })
    #expect(result.verdict == .inconclusive && result.reason.contains("the degree is too large"))
  }

  /// By Fermat `x^(p-1)` is one at every point but zero, and repeated often enough its degree is no `Double`.
  @Test func infiniteDegree() async throws {
    let result = try await check(
      Exact("endless", dimensions: [1]) { symbols, _ in
        let power = (0..<20).reduce(symbols.scalar()) { power, _ in power.power((1 << 61) - 2) }
        Step("1 / x^N as the solution of a system") {
          Symbol.solve(
            Matrix(rows: 1, columns: 1) { _, _ in 1 / power }, Matrix(rows: 1, columns: 1) { _, _ in 1 })[
              0, 0]
        }
        Step("1") { 1 }
        Rival("2", "doubled") { 2 }
      })
    #expect(result.verdict == .inconclusive && result.reason.contains("the degree is too large"))
  }

  /// The counterexample is at fractions between 0 and 1, prints fractions, and is right.
  @Test func counterexamplesPrintFractions() async throws {
    let result = try await check(
      Exact("sevenths", dimensions: [1]) { symbols, _ in
        let (x, y) = (symbols.scalar(), symbols.scalar())
        Step("x / 7 + y") { x / 7 + y }
        Step("x / 7 - y / 3") { x / 7 - y / 3 }
      })
    let found = try #require(result.counterexample)
    let match = try #require(
      found.caseLabel.wholeMatch(of: /scalars; s1 = ([0-9]+)\/([0-9]+), s2 = ([0-9]+)\/([0-9]+)/))
    let (a, b) = (try #require(Int(match.1)), try #require(Int(match.2)))
    let (c, d) = (try #require(Int(match.3)), try #require(Int(match.4)))
    #expect(0 < a && a < b && 0 < c && c < d)
    #expect(fraction(Substring(found.left), equals: (a * d + 7 * c * b, 7 * b * d)))
    #expect(fraction(Substring(found.right), equals: (3 * a * d - 7 * c * b, 21 * b * d)))
  }

  private func fraction(_ text: Substring, equals value: (Int, Int)) -> Bool {
    let parts = text.split(separator: "/").compactMap { Int($0) }
    return parts[0] * value.1 == value.0 * (parts.count == 2 ? parts[1] : 1)
  }

  /// One wrong entry of a matrix is enough.
  @Test func everyComponentCounts() async throws {
    for i in 0..<9 {
      let result = try await check(
        Exact("entries", dimensions: [3]) { symbols, d in
          let A = symbols.matrix(d)
          Step("A") { A }
          Step("A, one entry off") {
            var B = A
            B.entries[i] = B.entries[i] + 1
            return B
          }
        })
      #expect(result.verdict == .refuted)
    }
  }
}
