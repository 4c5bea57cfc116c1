import Testing

@testable import Arithmetic

/// The degrees that `Symbol` counts: never below the truth, and exact where formulas are simple.
@Suite struct SymbolTests {
  /// A rational formula over three variables.
  indirect enum Formula {
    case variable(Int)
    case integer(Int)
    case sum(Formula, Formula)
    case difference(Formula, Formula)
    case product(Formula, Formula)
    case quotient(Formula, Formula)
    case power(Formula, Int)
    /// The first coordinate of the solution of a system of two equations.
    case solution([Formula])

    func callAsFunction<F: Field>(_ x: [F]) -> F {
      switch self {
      case .variable(let i): x[i]
      case .integer(let n): F(n)
      case .sum(let a, let b): a(x) + b(x)
      case .difference(let a, let b): a(x) - b(x)
      case .product(let a, let b): a(x) * b(x)
      case .quotient(let a, let b): a(x) / b(x)
      case .power(let a, let n): a(x).power(n)
      case .solution(let e):
        Matrix([[e[0](x), e[1](x)], [e[2](x), e[3](x)]]).solve(Vector([e[4](x), e[5](x)]))[0]
      }
    }

    static func random(depth: Int, _ words: inout IntervalOperands) -> Formula {
      func number(_ n: UInt64) -> Int { Int(words.next() % n) }
      func part() -> Formula { random(depth: depth - 1, &words) }
      if depth == 0 { return number(4) == 0 ? .integer(number(9) - 4) : .variable(number(3)) }
      switch number(7) {
      case 0: return .sum(part(), part())
      case 1: return .difference(part(), part())
      case 2: return .product(part(), part())
      case 3, 4: return .quotient(part(), part())
      case 5: return .power(part(), number(5) - 2)
      default: return .solution((0..<6).map { _ in random(depth: 0, &words) })
      }
    }
  }

  /// Whether a function of one variable is a quotient of polynomials of the given degrees at most.
  ///
  /// The coefficients `p`, `q` solve `sum p_i s^i = f(s) sum q_j s^j` at any points. As many random points as
  /// there are coefficients leave a singular system if there are such polynomials, and otherwise a regular one
  /// but for a chance of about degree / p. Nil where a point is a pole.
  private func isQuotient(
    _ numerator: Int, _ denominator: Int, _ words: inout IntervalOperands,
    _ f: (PrimeField) -> (value: PrimeField, isPole: Bool)
  ) -> Bool? {
    let unknowns = numerator + denominator + 2
    var rows: [[PrimeField]] = []
    for _ in 0..<unknowns {
      let s = PrimeField(residue: words.next())
      let (value, isPole) = f(s)
      if isPole { return nil }
      rows.append((0...numerator).map { s.power($0) } + (0...denominator).map { -value * s.power($0) })
    }
    return Matrix(rows).determinant == 0
  }

  private func isQuotient(_ formula: Formula, _ numerator: Int, _ denominator: Int, seed: UInt64) -> Bool? {
    var words = IntervalOperands(seed: seed)
    let line = (0..<3).map { _ in (PrimeField(residue: words.next()), PrimeField(residue: words.next())) }
    return isQuotient(numerator, denominator, &words) { s in
      let value = formula(line.map { Symbol(free: $0.0 + s * $0.1) })
      return (value.residue, value.isPole)
    }
  }

  /// Along a random line a formula has the degree of its formula in all variables, almost surely.
  @Test func degreesAreNeverBelowTheTruth() {
    var words = IntervalOperands(seed: 61)
    var tested = 0
    while tested < 300 {
      let formula = Formula.random(depth: 3, &words)
      let value = formula((0..<3).map { _ in Symbol(free: PrimeField(residue: words.next())) })
      let (n, d) = (Int(value.numeratorDegree), Int(value.denominatorDegree))
      guard !value.isPole, n + d <= 24 else { continue }
      guard let isQuotient = isQuotient(formula, n, d, seed: words.next()) else { continue }
      #expect(isQuotient, "\(formula) is no quotient of degrees \(n) and \(d)")
      tested += 1
    }
  }

  /// Formulas whose degrees are known: the bound is theirs, and one less would be wrong.
  @Test func knownDegrees() {
    let (x, y, z) = (Formula.variable(0), Formula.variable(1), Formula.variable(2))
    let known: [(Formula, Int, Int)] = [
      (x, 1, 0), (.integer(5), 0, 0), (.product(x, y), 2, 0), (.power(x, 7), 7, 0), (.power(x, -3), 0, 3),
      (.sum(.product(x, y), z), 2, 0), (.quotient(x, .sum(y, .product(z, z))), 1, 2),
      (.sum(.quotient(.integer(1), x), .quotient(.integer(1), y)), 1, 2),
      (.solution([x, y, z, .integer(2), .integer(1), .integer(3)]), 2, 2),
    ]
    for (formula, n, d) in known {
      let value = formula([2, 3, 5].map { Symbol(free: $0) })
      #expect(value.numeratorDegree == Double(n) && value.denominatorDegree == Double(d), "\(formula)")
      #expect(isQuotient(formula, n, d, seed: 7) == true)
      if case .solution = formula { continue }
      if n > 0 { #expect(isQuotient(formula, n - 1, d, seed: 8) == false, "\(formula)") }
      if d > 0 { #expect(isQuotient(formula, n, d - 1, seed: 9) == false, "\(formula)") }
    }
  }

  /// The polynomial that vanishes where two values agree has at most the degree that is charged for it.
  @Test func degreeOfADifference() {
    let (a, b) = (Symbol(free: 3).power(2) / Symbol(free: 5), Symbol(free: 7) / Symbol(free: 11).power(4))
    // a = x^2 / y and b = u / v^4 agree where x^2 v^4 = u y, degree six, and have poles of degree five.
    #expect(a.degreeOfDifference(from: b) == 11)
    #expect(Symbol(3).degreeOfDifference(from: Symbol(4)) == 0)
  }

  /// Poles spread to everything computed from them.
  @Test func polesSpread() {
    let (x, pole) = (Symbol(free: 3), Symbol(free: 1) / Symbol(0))
    #expect(pole.isPole && pole.description == "pole")
    for value in [x + pole, pole - x, x * pole, x / pole, pole / x, -pole, pole.squared, pole.power(3)] {
      #expect(value.isPole)
    }
    #expect(Matrix([[x, pole], [x, x]]).solve(Vector([x, x])).components.contains { $0.isPole })
    #expect(!(x / x).isPole)
  }

  /// The rules of calculus, exactly: powers, products, quotients, chains, inverses and determinants.
  @Test func derivatives() {
    var words = IntervalOperands(seed: 62)
    func free() -> Symbol { Symbol(free: PrimeField(residue: words.next())) }
    func moving() -> Dual<Symbol> { Dual(free(), derivative: free()) }
    for _ in 0..<50 {
      let (x, n) = (free(), Int(words.next() % 9) - 4)
      let power = derivative(at: x) { $0.power(n) }
      #expect(power.residue == (Symbol(n) * x.power(n - 1)).residue)
      let (f, g) = (moving(), moving())
      #expect((f * g).derivative.residue == (f.derivative * g.value + f.value * g.derivative).residue)
      let quotient = (f.derivative * g.value - f.value * g.derivative) / g.value.squared
      #expect((f / g).derivative.residue == quotient.residue)
      #expect(f.squared.derivative.residue == (2 * f.value * f.derivative).residue)
      let chained = derivative(at: x) { ($0 * $0 + 1).power(3) / $0 }
      let (outer, inner) = (x * x + 1, 2 * x)
      #expect(chained.residue == ((3 * outer.squared * inner * x - outer.power(3)) / x.squared).residue)
      // Second derivatives by nesting.
      let second = derivative(at: x) { y in derivative(at: y) { $0.power(4) } }
      #expect(second.residue == (12 * x.squared).residue)
    }
  }

  @Test(arguments: 1...5) func derivativesOfMatrices(d: Int) {
    var words = IntervalOperands(seed: 63)
    func free() -> Symbol { Symbol(free: PrimeField(residue: words.next())) }
    let A = Matrix(rows: d, columns: d) { _, _ in Dual(free(), derivative: free()) }
    let (value, rate) = (A.map(\.value), A.map(\.derivative))
    let motion = -(value.inverse * rate * value.inverse)
    #expect(A.inverse.map(\.derivative).entries.map(\.residue) == motion.entries.map(\.residue))
    // Jacobi's formula.
    let jacobi = value.determinant * (value.inverse * rate).trace
    #expect(A.determinant.derivative.residue == jacobi.residue)
    let x = Vector((0..<d).map { _ in free() })
    let form = { (y: Vector<Dual<Symbol>>) in y.dot(value.constant * y) }
    #expect(
      gradient(at: x, of: form).components.map(\.residue)
        == ((value + value.transpose) * x).components.map(\.residue))
    #expect(divergence(at: x) { value.constant * $0 }.residue == value.trace.residue)
  }
}
