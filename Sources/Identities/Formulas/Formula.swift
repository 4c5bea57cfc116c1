/// What a line of a derivation says, as data: a node with what it does to the formulas below it.
///
/// A formula is read from LaTeX by `Reader`, evaluated by `Evaluator` over the scalars of an evidence, printed by
/// `latex` and `mathML`, and broken on purpose by `mutants`. Equal formulas are equal values, so that what lines share
/// is computed once.
public final class Formula: Sendable {
  /// What the node does.
  public let head: Head
  /// What it does it to, in order.
  public let arguments: [Formula]
  /// What kind of quantity the formula is.
  public let kind: Kind
  /// The declared names below, those of functions and those that definitions stand on included.
  public let names: Set<String>
  /// How many nodes the formula has, shared ones counted each time.
  public let size: Int
  let hash: Int

  init(_ head: Head, _ arguments: [Formula] = [], kind: Kind, names own: Set<String> = []) {
    (self.head, self.arguments, self.kind) = (head, arguments, kind)
    var names = arguments.reduce(into: own) { $0.formUnion($1.names) }
    switch head {
    case .name(let name), .application(let name, _): names.insert(name)
    case .integral(let variable), .summation(let variable), .productOver(let variable),
      .limit(let variable, _), .at(let variable):
      // What is bound here is nothing that the formula stands on.
      if !arguments.dropFirst().contains(where: { $0.names.contains(variable) }) { names.remove(variable) }
    default: break
    }
    self.names = names
    size = arguments.reduce(1) { $0 + $1.size }
    var hasher = Hasher()
    hasher.combine(head)
    for argument in arguments { hasher.combine(argument.hash) }
    hasher.combine(kind)
    hash = hasher.finalize()
  }
}

/// Formulas in which equal parts are one and the same node: what is shared is then found without a comparison.
package struct FormulaPool {
  private var nodes: Set<Formula> = []

  /// A pool without formulas.
  package init() {}

  /// The formula, built of the pool's nodes.
  package mutating func unique(_ formula: Formula) -> Formula {
    if let known = nodes.firstIndex(of: formula) { return nodes[known] }
    let arguments = formula.arguments.map { unique($0) }
    let node = Formula(formula.head, arguments, kind: formula.kind, names: formula.names)
    nodes.insert(node)
    return node
  }
}

extension Formula: Hashable {
  /// Whether two formulas are the same tree.
  public static func == (a: Formula, b: Formula) -> Bool {
    a === b || a.hash == b.hash && a.head == b.head && a.kind == b.kind && a.arguments == b.arguments
  }

  /// Feeds the formula to a hasher.
  public func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

/// What a node of a formula does to the formulas below it.
public enum Head: Hashable, Sendable {
  /// An integer, or a decimal as the fraction that it is.
  case number(Int, over: Int)
  /// The circle constant.
  case pi
  /// Infinity, which only a limit or the end of an integral may be.
  case infinity
  /// A declared name, or a variable that an operator above binds.
  case name(String)
  /// A declared function at its arguments; `order[k]` times differentiated by its `k`-th variable.
  case application(String, order: [Int])
  /// An elementary function of a number.
  case function(ElementaryFunction)
  /// A sum of two terms or more.
  case sum
  /// The negative.
  case negative
  /// A product in the order it is written.
  case product
  /// The inner product of two vectors, or the product of two numbers written with a dot.
  case dot
  /// The outer product `a b^T` of two vectors.
  case outer
  /// The sum of the products of two matrices' entries, written `A : B`.
  case contraction
  /// A fraction; `isSlash` keeps how it is written.
  case quotient(isSlash: Bool)
  /// A power of a number.
  case power
  /// The transpose.
  case transpose
  /// The inverse of a square matrix.
  case inverse
  /// The trace.
  case trace
  /// The determinant.
  case determinant
  /// The magnitude of a number or the Euclidean length of a vector.
  case norm
  /// The `i`-th component, from one, of a vector; or the entry of a matrix.
  case component
  /// The first argument with a variable at the value of the second.
  case at(String)
  /// The derivative by a variable.
  case partial(String)
  /// The gradient of a number.
  case gradient(String)
  /// The divergence of a vector, or of each row of a matrix.
  case divergence(String)
  /// The sum of the second derivatives.
  case laplacian(String)
  /// The matrix of second derivatives of a number.
  case hessian(String)
  /// The integral of the first argument over a variable, between the other two; over the line where there are none.
  case integral(String)
  /// The sum of the first argument over an index, from the second to the third.
  case summation(String)
  /// The product of the first argument over an index, from the second to the third.
  case productOver(String)
  /// The limit of the first argument where a variable goes to the second.
  case limit(String, side: Int)
  /// The expectation; a law may be named.
  case expectation(law: String?)
  /// The expectation of the first argument given that the second has the value of the third.
  case conditionalExpectation
  /// The variance of a number.
  case variance
  /// The covariance of two numbers, or the covariance matrix of a vector.
  case covariance
  /// The Kullback-Leibler divergence of two densities.
  case divergenceOfLaws
  /// Several quantities side by side.
  case tuple
  /// A vector or matrix by its entries, row after row.
  case entries(rows: Int, columns: Int)
  /// The identity matrix of a dimension.
  case identity(Int)
}

/// The elementary functions of the notation.
public enum ElementaryFunction: String, Hashable, Sendable, CaseIterable {
  case exp, log, sin, cos, tan, sinh, cosh, tanh, sqrt
}

/// What kind of quantity a formula is.
public indirect enum Kind: Hashable, Sendable {
  /// A number.
  case scalar
  /// A column of so many numbers.
  case vector(Int)
  /// A row of so many numbers, the transpose of a vector.
  case row(Int)
  /// So many rows and columns of numbers.
  case matrix(Int, Int)
  /// Quantities side by side.
  case tuple([Kind])
  /// The number zero, which is of every kind.
  case zero
}

extension Kind {
  /// Whether a quantity of the kind is a column.
  var isVector: Bool { if case .vector = self { true } else { false } }

  /// How far each index of a component runs.
  var extents: [Int] {
    switch self {
    case .vector(let n), .row(let n): [n]
    case .matrix(let m, let n): [m, n]
    default: []
    }
  }
}

extension Kind: CustomStringConvertible {
  /// A short text for a person.
  public var description: String {
    switch self {
    case .scalar: "a number"
    case .vector(let dimension): "a vector of dimension \(dimension)"
    case .row(let dimension): "a row of \(dimension) numbers"
    case .matrix(let rows, let columns): "a \(rows) x \(columns) matrix"
    case .tuple(let kinds): kinds.map(\.description).joined(separator: " and ")
    case .zero: "zero"
    }
  }

  /// Whether two quantities can be compared: of one kind, or one of them zero.
  public func isComparable(with other: Kind) -> Bool {
    switch (self, other) {
    case (.zero, _), (_, .zero): true
    case (.tuple(let a), .tuple(let b)):
      a.count == b.count && zip(a, b).allSatisfy { $0.isComparable(with: $1) }
    default: self == other
    }
  }
}
