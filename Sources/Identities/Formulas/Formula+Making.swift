/// Why formulas do not combine: their kinds do not fit, or the text does not say which of two things it means.
struct Misfit: Error {
  let reason: String
  var readings: [String] = []

  init(_ reason: String, readings: [String] = []) { (self.reason, self.readings) = (reason, readings) }
}

// The one way to build a formula: each of these decides the kind, or refuses.
extension Formula {
  static func integer(_ n: Int) -> Formula { Formula(.number(n, over: 1), kind: n == 0 ? .zero : .scalar) }
  static func name(_ name: String, _ kind: Kind, standingOn names: Set<String> = []) -> Formula {
    Formula(.name(name), kind: kind, names: names)
  }

  /// The kind as part of an expression, where a zero may stand for a number.
  var isScalar: Bool { kind == .scalar || kind == .zero }
  /// Whether the formula is the number `n`.
  func isNumber(_ n: Int) -> Bool { head == .number(n, over: 1) }

  static func sum(_ terms: [Formula]) throws(Misfit) -> Formula {
    if terms.count == 1 { return terms[0] }
    let kinds = terms.map(\.kind).filter { $0 != .zero }
    guard let kind = kinds.first else { return Formula(.sum, terms, kind: .zero) }
    for (term, other) in zip(terms, terms.map(\.kind)) where !other.isComparable(with: kind) {
      throw Misfit("\(kind) plus \(other)", readings: term.isNumber(1) ? ["declare the identity matrix"] : [])
    }
    return Formula(.sum, terms, kind: kind)
  }

  static func negative(_ a: Formula) -> Formula { Formula(.negative, [a], kind: a.kind) }

  static func product(_ factors: [Formula]) throws(Misfit) -> Formula {
    if factors.count == 1 { return factors[0] }
    var kind = factors[0].kind
    for factor in factors.dropFirst() { kind = try times(kind, factor.kind) }
    return Formula(.product, factors, kind: kind)
  }

  private static func times(_ a: Kind, _ b: Kind) throws(Misfit) -> Kind {
    switch (a, b) {
    case (.zero, .scalar), (.scalar, .zero), (.zero, .zero), (.scalar, .scalar): return .scalar
    case (.zero, _), (.scalar, _): return b
    case (_, .zero), (_, .scalar): return a
    case (.matrix(let m, let n), .vector(let k)) where n == k: return .vector(m)
    case (.matrix(let m, let n), .matrix(let k, let l)) where n == k: return .matrix(m, l)
    case (.row(let m), .vector(let n)) where m == n: return .scalar
    case (.row(let m), .matrix(let k, let l)) where m == k: return .row(l)
    case (.vector(let m), .row(let n)): return .matrix(m, n)
    case (.vector, .vector):
      throw Misfit("two vectors side by side", readings: [#"a\cdot b"#, #"a b^\top"#])
    case (.tuple, _), (_, .tuple): throw Misfit("several quantities side by side are not multiplied")
    default: throw Misfit("\(a) times \(b)")
    }
  }

  static func dot(_ a: Formula, _ b: Formula) throws(Misfit) -> Formula {
    switch (a.kind, b.kind) {
    case (.vector(let m), .vector(let n)) where m == n: return Formula(.dot, [a, b], kind: .scalar)
    case _ where a.isScalar || b.isScalar:
      // A dot between a number and anything is a product.
      return Formula(.dot, [a, b], kind: try times(a.kind, b.kind))
    default: throw Misfit("the inner product of \(a.kind) and \(b.kind)")
    }
  }

  static func outer(_ a: Formula, _ b: Formula) throws(Misfit) -> Formula {
    guard case (.vector(let m), .vector(let n)) = (a.kind, b.kind) else {
      throw Misfit("the outer product of \(a.kind) and \(b.kind)")
    }
    return Formula(.outer, [a, b], kind: .matrix(m, n))
  }

  static func contraction(_ a: Formula, _ b: Formula) throws(Misfit) -> Formula {
    switch (a.kind, b.kind) {
    case (.matrix, .matrix) where a.kind == b.kind: return Formula(.contraction, [a, b], kind: .scalar)
    case _ where a.isScalar && b.isScalar: return Formula(.contraction, [a, b], kind: .scalar)
    default: throw Misfit("the contraction of \(a.kind) and \(b.kind)")
    }
  }

  static func quotient(_ a: Formula, _ b: Formula, isSlash: Bool) throws(Misfit) -> Formula {
    guard b.isScalar else { throw Misfit("a division by \(b.kind)") }
    if case .tuple = a.kind { throw Misfit("several quantities side by side are not divided") }
    return Formula(.quotient(isSlash: isSlash), [a, b], kind: a.kind == .zero ? .scalar : a.kind)
  }

  static func power(_ base: Formula, _ exponent: Formula) throws(Misfit) -> Formula {
    switch base.kind {
    case .scalar, .zero:
      guard exponent.isScalar else { throw Misfit("a power with \(exponent.kind) as exponent") }
      return Formula(.power, [base, exponent], kind: .scalar)
    case .matrix(let m, let n) where m == n:
      if exponent == .negative(.integer(1)) { return try inverse(base) }
      guard case .number(let k, over: 1) = exponent.head, k >= 2, k <= 16 else {
        throw Misfit("a matrix has the powers -1, 2, 3, ..., and its transpose")
      }
      return Formula(.power, [base, exponent], kind: base.kind)
    case .vector: throw Misfit("a power of a vector", readings: [#"|x|^2"#, #"x x^\top"#])
    default: throw Misfit("a power of \(base.kind)")
    }
  }

  static func transpose(_ a: Formula) throws(Misfit) -> Formula {
    switch a.kind {
    case .scalar, .zero: return Formula(.transpose, [a], kind: .scalar)
    case .vector(let n): return Formula(.transpose, [a], kind: .row(n))
    case .row(let n): return Formula(.transpose, [a], kind: .vector(n))
    case .matrix(let m, let n): return Formula(.transpose, [a], kind: .matrix(n, m))
    case .tuple: throw Misfit("the transpose of several quantities")
    }
  }

  static func inverse(_ a: Formula) throws(Misfit) -> Formula {
    guard case .matrix(let m, let n) = a.kind, m == n else { throw Misfit("the inverse of \(a.kind)") }
    return Formula(.inverse, [a], kind: a.kind)
  }

  /// The trace or the determinant.
  static func square(_ head: Head, _ a: Formula) throws(Misfit) -> Formula {
    if case .matrix(let m, let n) = a.kind, m == n { return Formula(head, [a], kind: .scalar) }
    throw Misfit("\(head == .trace ? "the trace" : "the determinant") of \(a.kind)")
  }

  static func norm(_ a: Formula) throws(Misfit) -> Formula {
    switch a.kind {
    case .scalar, .zero, .vector: return Formula(.norm, [a], kind: .scalar)
    case .matrix: throw Misfit("bars around a matrix", readings: [#"\det A"#, #"\sqrt{A:A}"#])
    default: throw Misfit("bars around \(a.kind)")
    }
  }

  static func function(_ function: ElementaryFunction, _ a: Formula) throws(Misfit) -> Formula {
    guard a.isScalar else { throw Misfit("\(function.rawValue) of \(a.kind)") }
    return Formula(.function(function), [a], kind: .scalar)
  }

  static func component(_ a: Formula, _ indices: [Formula]) throws(Misfit) -> Formula {
    switch a.kind {
    case .vector where indices.count == 1, .row where indices.count == 1, .matrix where indices.count == 2:
      if let odd = indices.first(where: { !$0.isScalar }) { throw Misfit("\(odd.kind) as an index") }
      for (index, count) in zip(indices, a.kind.extents) {
        guard case .number(let k, let denominator) = index.head else { continue }
        if denominator != 1 || !(1...count).contains(k) {
          throw Misfit(
            "the component \(k) of \(a.kind)\(denominator == 1 ? "" : ", with a decimal as index")")
        }
      }
      return Formula(.component, [a] + indices, kind: .scalar)
    default: throw Misfit("\(indices.count) indices of \(a.kind)")
    }
  }

  static func tuple(_ parts: [Formula]) -> Formula {
    parts.count == 1 ? parts[0] : Formula(.tuple, parts, kind: .tuple(parts.map(\.kind)))
  }

  static func entries(_ rows: [[Formula]]) throws(Misfit) -> Formula {
    let columns = rows[0].count
    guard rows.allSatisfy({ $0.count == columns }) else {
      throw Misfit("rows of different lengths, \(rows.map(\.count))")
    }
    if let odd = rows.joined().first(where: { !$0.isScalar }) { throw Misfit("\(odd.kind) as an entry") }
    return Formula(
      .entries(rows: rows.count, columns: columns), Array(rows.joined()),
      kind: columns == 1 ? .vector(rows.count) : .matrix(rows.count, columns))
  }
}

// Operators with a variable.
extension Formula {
  static func partial(_ a: Formula, by variable: String, _ kind: Kind) throws(Misfit) -> Formula {
    guard kind == .scalar else { throw Misfit("a partial derivative by \(kind)", readings: [#"\nabla"#]) }
    try require(a, dependsOn: variable)
    return Formula(.partial(variable), [a], kind: a.kind)
  }

  static func at(_ a: Formula, _ variable: String, _ kind: Kind, is value: Formula) throws(Misfit) -> Formula
  {
    guard kind.isComparable(with: value.kind) else {
      throw Misfit("\(kind) that has as its value \(value.kind)")
    }
    guard a.names.contains(variable) else {
      throw Misfit("the value at \(variable) of what does not depend on it")
    }
    return Formula(.at(variable), [a, value], kind: a.kind == .zero ? .scalar : a.kind)
  }

  static func gradient(_ a: Formula, by variable: String, _ kind: Kind) throws(Misfit) -> Formula {
    try require(a, dependsOn: variable)
    switch (a.kind, kind) {
    case (.scalar, .scalar): return Formula(.gradient(variable), [a], kind: .scalar)
    case (.scalar, .vector(let n)): return Formula(.gradient(variable), [a], kind: .vector(n))
    case (.vector, .vector):
      throw Misfit(
        "the gradient of a vector has two conventions", readings: [#"\partial_j b_i"#, #"\partial_i b_j"#])
    default: throw Misfit("the gradient of \(a.kind) by \(kind)")
    }
  }

  static func divergence(_ a: Formula, by variable: String, _ kind: Kind) throws(Misfit) -> Formula {
    try require(a, dependsOn: variable)
    switch (a.kind, kind) {
    case (.scalar, .scalar): return Formula(.divergence(variable), [a], kind: .scalar)
    case (.vector(let m), .vector(let n)) where m == n:
      return Formula(.divergence(variable), [a], kind: .scalar)
    case (.matrix(let m, let k), .vector(let n)) where k == n:
      return Formula(.divergence(variable), [a], kind: .vector(m))
    default: throw Misfit("the divergence of \(a.kind) by \(kind)")
    }
  }

  static func laplacian(_ a: Formula, by variable: String, _ kind: Kind) throws(Misfit) -> Formula {
    try require(a, dependsOn: variable)
    switch kind {
    case .scalar, .vector: return Formula(.laplacian(variable), [a], kind: a.kind)
    default: throw Misfit("the Laplacian by \(kind)")
    }
  }

  static func hessian(_ a: Formula, by variable: String, _ kind: Kind) throws(Misfit) -> Formula {
    try require(a, dependsOn: variable)
    switch (a.kind, kind) {
    case (.scalar, .scalar): return Formula(.hessian(variable), [a], kind: .scalar)
    case (.scalar, .vector(let n)): return Formula(.hessian(variable), [a], kind: .matrix(n, n))
    default: throw Misfit("the second derivatives of \(a.kind) by \(kind)")
    }
  }

  /// A derivative by something that the formula does not know is zero, and surely not meant.
  private static func require(_ a: Formula, dependsOn variable: String) throws(Misfit) {
    guard a.names.contains(variable) else {
      throw Misfit(
        "a derivative by \(variable) of what does not depend on it: declare it as a function of \(variable), or "
          + "declare its derivative as a name of its own")
    }
  }

  /// An operator that binds an index or a variable of its own, between two ends where it has them.
  static func bound(_ head: Head, _ a: Formula, _ ends: [Formula]) throws(Misfit) -> Formula {
    guard ends.allSatisfy(\.isScalar) else { throw Misfit("an end that is no number") }
    if case .tuple = a.kind { throw Misfit("several quantities side by side under one operator") }
    return Formula(head, [a] + ends, kind: a.kind == .zero ? .scalar : a.kind)
  }

  static func expectation(_ a: Formula, law: String? = nil) throws(Misfit) -> Formula {
    if case .tuple = a.kind { throw Misfit("the expectation of several quantities: write one for each") }
    return Formula(.expectation(law: law), [a], kind: a.kind == .zero ? .scalar : a.kind)
  }

  static func conditionalExpectation(_ a: Formula, given b: Formula, is value: Formula) throws(Misfit)
    -> Formula
  {
    guard b.kind.isComparable(with: value.kind) else {
      throw Misfit("\(b.kind) that has as its value \(value.kind)")
    }
    return Formula(.conditionalExpectation, [a, b, value], kind: a.kind == .zero ? .scalar : a.kind)
  }

  static func variance(_ a: Formula) throws(Misfit) -> Formula {
    guard a.isScalar else { throw Misfit("the variance of \(a.kind)", readings: [#"\operatorname{Cov}(x)"#]) }
    return Formula(.variance, [a], kind: .scalar)
  }

  static func covariance(_ parts: [Formula]) throws(Misfit) -> Formula {
    switch (parts.first?.kind, parts.last?.kind, parts.count) {
    case (.vector(let n), _, 1): return Formula(.covariance, parts, kind: .matrix(n, n))
    case (.vector(let m), .vector(let n), 2): return Formula(.covariance, parts, kind: .matrix(m, n))
    case (.scalar, .scalar, 2): return Formula(.covariance, parts, kind: .scalar)
    default: throw Misfit("the covariance of \(parts.map(\.kind))")
    }
  }
}
