/// The value of a rational function at a random point modulo 2^61 - 1, with a bound on its degree.
///
/// The degree is computed by running the formula, so the Schwartz-Zippel bound of an exact check is a
/// consequence of the very operations that were carried out, not of a claim about them.
public struct Symbol: Field, CustomStringConvertible {
  /// The value at the point.
  public let residue: PrimeField
  /// A bound on the total degree of the numerator, as a polynomial in the free symbols.
  public let numeratorDegree: Double
  /// A bound on the total degree of the denominator.
  public let denominatorDegree: Double
  /// Whether a division by zero happened on the way: the point is a pole and says nothing.
  public let isPole: Bool
  /// About which number a constant is; NaN for what depends on a symbol.
  private let constant: Double

  package init(
    _ residue: PrimeField, over degrees: (Double, Double), isPole: Bool = false, constant: Double = .nan
  ) {
    self.residue = residue
    (numeratorDegree, denominatorDegree) = degrees
    self.constant = constant
    // A number that is not zero but whose residue is, 2^61 - 1 or a multiple, stands for another formula.
    let vanishes = residue.residue == 0 && constant.magnitude > 0.5
    self.isPole = isPole || vanishes
    if vanishes, !isPole {
      Misuse.report(
        "constant", is: "about \(constant), a multiple of 2^61 - 1",
        expected: "a number that is not zero in the field of an exact check")
    }
  }

  /// Whether no symbol entered.
  package var isConstant: Bool { numeratorDegree == 0 && denominatorDegree == 0 }

  /// A free symbol: a point chosen for it and degree one.
  package init(free residue: PrimeField) { self.init(residue, over: (1, 0)) }

  /// The image of a number in the field.
  @_disfavoredOverload public init(_ integer: Int) {
    self.init(PrimeField(integer), over: (0, 0), constant: Double(integer))
  }

  // Degrees are kept as Double: they only grow, are exact below 2^53 and are rounded far below the
  // bound's slack above it. A denominator of degree zero is a constant and costs nothing to put over.
  private static func sum(_ a: Self, _ b: Self, _ residue: PrimeField, _ constant: Double) -> Self {
    let numerator = max(a.numeratorDegree + b.denominatorDegree, b.numeratorDegree + a.denominatorDegree)
    return Self(
      residue, over: (numerator, a.denominatorDegree + b.denominatorDegree), isPole: a.isPole || b.isPole,
      constant: constant)
  }

  /// The sum.
  public static func + (a: Self, b: Self) -> Self {
    sum(a, b, a.residue + b.residue, a.constant + b.constant)
  }
  /// The difference.
  public static func - (a: Self, b: Self) -> Self {
    sum(a, b, a.residue - b.residue, a.constant - b.constant)
  }
  /// The negative.
  public static prefix func - (a: Self) -> Self {
    Self(
      -a.residue, over: (a.numeratorDegree, a.denominatorDegree), isPole: a.isPole, constant: -a.constant)
  }
  /// The product.
  public static func * (a: Self, b: Self) -> Self {
    Self(
      a.residue * b.residue,
      over: (a.numeratorDegree + b.numeratorDegree, a.denominatorDegree + b.denominatorDegree),
      isPole: a.isPole || b.isPole, constant: a.constant * b.constant)
  }
  /// The quotient.
  public static func / (a: Self, b: Self) -> Self {
    Self(
      a.residue * b.residue.inverse,
      over: (a.numeratorDegree + b.denominatorDegree, a.denominatorDegree + b.numeratorDegree),
      isPole: a.isPole || b.isPole || b.residue.residue == 0, constant: a.constant / b.constant)
  }

  /// The solution of a linear system, with the degrees that Cramer's rule gives it.
  ///
  /// Elimination would count the same factors over and over. Multiplying row `i` by all its denominators,
  /// of total degree `d_i`, leaves polynomials of degree at most `m_i`; the solution is then a determinant of
  /// degree at most `sum m_i` over another.
  public static func solve(_ matrix: Matrix<Self>, _ right: Matrix<Self>) -> Matrix<Self> {
    var degree = 0.0
    for i in 0..<matrix.rows {
      let row = (0..<matrix.columns).map { matrix[i, $0] } + (0..<right.columns).map { right[i, $0] }
      let cleared = row.reduce(0) { $0 + $1.denominatorDegree }
      degree += row.reduce(0) { max($0, $1.numeratorDegree + cleared - $1.denominatorDegree) }
      // Infinite degrees have no difference, and a maximum would forget that.
      if !cleared.isFinite { degree = .infinity }
    }
    return matrix.eliminate(right).map { Self($0.residue, over: (degree, degree), isPole: $0.isPole) }
  }

  /// How well the number serves as a pivot.
  public var pivotWeight: Double { residue.pivotWeight }

  /// The degree of the polynomial that vanishes exactly where this and `other` agree, poles included.
  public func degreeOfDifference(from other: Symbol) -> Double {
    let poles = denominatorDegree + other.denominatorDegree
    return max(numeratorDegree + other.denominatorDegree, other.numeratorDegree + denominatorDegree) + poles
  }

  /// The value as a fraction, `-3/7`, or `pole`.
  public var description: String { isPole ? "pole" : residue.description }
}

/// The source of the free symbols of an exact check: each call is a new, independent symbol.
///
/// A matrix or a schedule value enters as free symbols, so what is verified holds for every matrix and every
/// schedule at once.
public final class Symbols {
  private let next: () -> PrimeField
  /// The values handed out so far, in order.
  package private(set) var drawn: [(name: String, value: PrimeField)] = []

  /// A source that chooses the points of its symbols by `next`.
  package init(_ next: @escaping () -> PrimeField) { self.next = next }

  /// A new free symbol; its name is what a counterexample calls it.
  public func scalar(_ name: String = "") -> Symbol {
    let residue = next()
    drawn.append((name.isEmpty ? "s\(drawn.count + 1)" : name, residue))
    return Symbol(free: residue)
  }

  /// A vector of new free symbols.
  public func vector(_ dimension: Int, _ name: String = "") -> Vector<Symbol> {
    require("dimension", dimension)
    return Vector((0..<max(dimension, 0)).map { scalar(name.isEmpty ? "" : "\(name)\($0 + 1)") })
  }

  private func require(_ argument: String, _ size: Int) {
    if size < 1 { Misuse.report(argument, is: "\(size)", expected: "at least 1") }
  }

  /// A matrix of new free symbols: not symmetric, not normal, invertible off a set of measure zero.
  public func matrix(_ rows: Int, _ columns: Int, _ name: String = "") -> Matrix<Symbol> {
    require("rows", rows)
    require("columns", columns)
    return Matrix(rows: max(rows, 0), columns: max(columns, 0)) {
      scalar(name.isEmpty ? "" : "\(name)\($0 + 1)\($1 + 1)")
    }
  }

  /// A square matrix of new free symbols.
  public func matrix(_ dimension: Int, _ name: String = "") -> Matrix<Symbol> {
    matrix(dimension, dimension, name)
  }

  /// Any covariance, `R R^T` for a matrix `R` of new free symbols: over the reals never indefinite, so a
  /// counterexample with integers is one with a law.
  public func covariance(_ dimension: Int, _ name: String = "") -> Matrix<Symbol> {
    let root = matrix(dimension, name)
    return root * root.transpose
  }

  /// A symmetric matrix of new free symbols.
  public func symmetric(_ dimension: Int, _ name: String = "") -> Matrix<Symbol> {
    let upper = matrix(dimension, name)
    return Matrix(rows: dimension, columns: dimension) { upper[min($0, $1), max($0, $1)] }
  }
}
