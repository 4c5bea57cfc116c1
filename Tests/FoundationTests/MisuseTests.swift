import Testing

@testable import Arithmetic
@testable import Verification

/// What does not fit ends the check with an error that names it, and not the run.
@Suite struct MisuseTests {
  private func reason(
    _ value: @escaping @Sendable (Symbols) -> [Symbol], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    let identity = Synthetic.identity {
      Exact("misfit", dimensions: [2]) { symbols, _ in
        let x = symbols.scalar()
        let values = Vector(value(symbols))
        Step("x") { x }
        Step("x again") { values.dimension == 0 ? x : x + values[0] - values[0] }
        Rival("-x", "sign") { -x }
      }
    }
    let result = try await Synthetic.verifier().verify(identity)
    #expect(result.verdict == .inconclusive, sourceLocation: sourceLocation)
    return result.checks[0].reason
  }

  @Test func shapesThatDoNotFit() async throws {
    #expect(try await reason { $0.vector(0).components }.contains("dimension is 0; expected at least 1"))
    #expect(try await reason { $0.vector(-3).components }.contains("dimension is -3"))
    #expect(try await reason { $0.matrix(0).entries }.contains("rows is 0"))
    #expect(
      try await reason { ($0.vector(2) + $0.vector(3)).components }.contains(
        "vectors is of dimensions 2 and 3"))
    #expect(try await reason { [$0.vector(2).dot($0.vector(3))] }.contains("dot is of dimensions 2 and 3"))
    #expect(
      try await reason { ($0.matrix(2) * $0.vector(3)).components }
        .contains("product is of 2 x 2 and a vector of dimension 3"))
    #expect(
      try await reason { ($0.matrix(2, 3) * $0.matrix(2, 3)).entries }.contains(
        "product is of 2 x 3 and 2 x 3"))
    #expect(
      try await reason { ($0.matrix(2) + $0.matrix(3)).entries }.contains(
        "matrices is of shapes 2 x 2 and 3 x 3"))
    #expect(try await reason { [$0.matrix(2, 3).trace] }.contains("trace is of a 2 x 3 matrix"))
    #expect(try await reason { [$0.matrix(2, 3).determinant] }.contains("determinant is of a 2 x 3 matrix"))
    #expect(try await reason { $0.matrix(2, 3).inverse.entries }.contains("solve is 2 x 3 against 2 rows"))
    #expect(
      try await reason { $0.matrix(2).solve($0.vector(3)).components }.contains(
        "solve is 2 x 2 against 3 rows"))
  }

  /// A multiple of the prime is zero in its field and not over the rationals: as a number, and as what numbers come to.
  @Test func multiplesOfThePrime() async throws {
    func verdict(_ constant: @escaping @Sendable () -> Symbol) async throws -> (Verdict, String) {
      let check = Exact("prime", dimensions: [1]) { symbols, _ in
        let x = symbols.scalar()
        Step("x") { x }
        Step("(1 + c) x") { (1 + constant()) * x }
        Rival("2 x", "factor") { 2 * x }
      }
      let result = try await Synthetic.verifier().verify(Synthetic.identity { check })
      return (result.verdict, result.checks[0].reason)
    }
    let prime = Int(PrimeField.modulus)
    for constant in [
      { Symbol(prime) }, { Symbol(-3 * prime) }, { (2 as Symbol).power(61) - 1 },
      { Symbol(prime - 1) / 7 + Symbol(1) / 7 },
    ] as [@Sendable () -> Symbol] {
      let (verdict, reason) = try await verdict(constant)
      #expect(verdict == .inconclusive && reason.contains("a multiple of 2^61 - 1"), "\(verdict): \(reason)")
    }
    for constant in [{ Symbol(prime - 5) }, { Symbol(1 << 40) }] as [@Sendable () -> Symbol] {
      #expect(try await verdict(constant).0 == .refuted)
    }
    for constant in [{ Symbol(0) }, { Symbol(1) / 3 + Symbol(1) / 6 - Symbol(1) / 2 }]
      as [@Sendable () -> Symbol]
    {
      #expect(try await verdict(constant).0 == .verified)
    }
  }

  /// The degree and the poles are told apart.
  @Test func whyNoPointDecides() async throws {
    func reason(_ line: @escaping @Sendable (Symbol) -> Symbol) async throws -> String {
      let check = Exact("undecided", dimensions: [1]) { symbols, _ in
        let x = symbols.scalar()
        Step("f(x)") { line(x) }
        Step("f(x) again") { line(x) }
        Rival("x", "nothing done") { x + 1 }
      }
      return try await Synthetic.verifier().verify(Synthetic.identity { check }).checks[0].reason
    }
    let pole = try await reason { $0 / ($0 - $0) }
    #expect(pole.contains("every point is a pole") && !pole.contains("degree"))
    let degree = try await reason { $0.power(1 << 60) }
    #expect(degree.contains("the degree is too large, 1.15e+18") && !degree.contains("pole"))
  }

  /// A counterexample that can be one: times and variances between 0 and 1, and the component that differs.
  @Test func counterexamplesAreAdmissible() async throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      let identity = Synthetic.identity {
        Exact("variance", dimensions: [2]) { symbols, d in
          let (t, v, C) = (symbols.scalar("t"), symbols.scalar("v"), symbols.covariance(d, "R"))
          Step("(1-t) C + t v 1") { (1 - t) * C + t * v * Matrix.identity(d) }
          Step("(1-t) C + t v 1, one entry off") {
            var wrong = (1 - t) * C + t * v * Matrix.identity(d)
            wrong[1, 0] = wrong[1, 0] + t
            return wrong
          }
        }
      }
      let label = try #require(
        try await Synthetic.verifier(seed: seed).verify(identity).counterexample?.caseLabel)
      #expect(label.hasSuffix("; component 3 of 4"))
      let values = label.matches(of: /[A-Za-z0-9]+ = (-?[0-9]+)\/([0-9]+)/).map {
        (Double($0.1)!, Double($0.2)!)
      }
      #expect(values.count == 6 && values.allSatisfy { 0 < $0.0 && $0.0 < $0.1 }, "\(label)")
    }
  }
}
