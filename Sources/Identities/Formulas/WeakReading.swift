import Arithmetic

/// What a line about densities or conditional expectations says of samples: its weak form.
///
/// | line | what is simulated, for a test function phi |
/// |---|---|
/// | `g(x) = E[f | x_t = x]`, and sums and linear maps of such | `E[(f - g(x_t)) phi(x_t)] = 0` |
/// | `grad log rho`, rho the density of x_t, in such a line | `E[grad log rho(x_t) . phi(x_t)] = -E[div phi(x_t)]` |
/// | `d_t rho`, `div(b rho)`, `div div(A rho)` and their sums | `d/dt E phi(x_t)`, `-E[b . grad phi]`, `E[A : Hess phi]` |
///
/// Two lines agree as functions of the position, almost everywhere under its law, where their weak forms agree for
/// every test function; a check tries a few.
package struct WeakReading {
  /// The density's name, its variables and the random variable that it is the density of.
  package let density: String?
  /// The variable that stands for the position.
  package let variable: String
  /// The position, a random variable.
  package let position: Formula
  /// Whether lines are densities, to be integrated against a test function, and not functions of the position.
  package let isOfDensities: Bool
  /// What names stand for whose formulas hold a conditional expectation or the density, with their variables.
  private let definitions: Definitions

  /// The reading of lines about the density that is declared, or about conditional expectations; nil where none is.
  package init?<Base>(of lines: [Formula], in bindings: Bindings<Base>) throws {
    let densities = bindings.entries.sorted { $0.key < $1.key }.compactMap { name, binding in
      if case .density(let position, let variable) = binding { (name, position, variable) } else { nil }
    }
    let used = densities.filter { density in lines.contains { $0.names.contains(density.0) } }
    definitions = bindings.definitions { formula in
      formula.condition != nil || densities.contains { formula.names.contains($0.0) }
    }
    let lines = lines.map { [definitions] in $0.expanded(definitions) }
    if used.count > 1 {
      throw Unsupported("lines about the densities \(used.map(\.0)): one has a weak reading")
    }
    if let (name, position, variable) = used.first {
      (density, self.position, self.variable) = (name, position, variable)
      isOfDensities = lines.contains { $0.holds(name, outsideOfScores: variable) }
      return
    }
    guard let condition = lines.lazy.compactMap(\.condition).first else { return nil }
    guard case .name(let variable) = condition.arguments[2].head else {
      throw Unsupported("a condition has a position as its value, as in x_t = x")
    }
    (density, position, self.variable, isOfDensities) = (nil, condition.arguments[1], variable, false)
  }

  /// The weak form of a line against a test function, which has the line's kind at the position's variable.
  package func read(_ line: Formula, against test: Formula) throws -> Formula {
    let line = line.expanded(definitions)
    return isOfDensities ? try integrated(line, test) : try averaged(line, test)
  }

  private func here(_ formula: Formula) -> Formula {
    Formula(.at(variable), [formula, position], kind: formula.kind == .zero ? .scalar : formula.kind)
  }

  /// Whether the line is linear in something that has no values of its own.
  private func isSpecial(_ formula: Formula) -> Bool {
    if formula.head == .conditionalExpectation { return true }
    if case .application(let name, _) = formula.head, name == density { return true }
    return formula.arguments.contains(where: isSpecial)
  }

  /// `E[line(x_t) . test(x_t)]`.
  private func averaged(_ line: Formula, _ test: Formula) throws -> Formula {
    guard isSpecial(line) else { return try .expectation(here(inner(line, test))) }
    let arguments = line.arguments
    switch line.head {
    case .sum: return try .sum(arguments.map { try averaged($0, test) })
    case .negative: return .negative(try averaged(arguments[0], test))
    case .quotient where !isSpecial(arguments[1]):
      return try averaged(arguments[0], .quotient(test, arguments[1], isSlash: false))
    case .dot where arguments.count { isSpecial($0) } == 1,
      .product where arguments.count { isSpecial($0) } == 1:
      return try linear(line, test, averaged)
    case .conditionalExpectation:
      guard arguments[1] == position, arguments[2].head == .name(variable) else {
        throw Unsupported("a condition other than the position is not read weakly")
      }
      return try .expectation(inner(arguments[0], here(test)))
    case .gradient(variable):
      if line.arguments[0].head == .function(.log),
        case .application(let name, _) = arguments[0].arguments[0].head, name == density
      {
        return .negative(try .expectation(here(divergence(of: test))))
      }
    default: break
    }
    throw Unsupported("a line that is not linear in conditional expectations and scores has no weak reading")
  }

  /// The integral of `line . test`.
  private func integrated(_ line: Formula, _ test: Formula) throws -> Formula {
    let arguments = line.arguments
    switch line.head {
    case .number(0, over: 1): return .integer(0)
    case .sum: return try .sum(arguments.map { try integrated($0, test) })
    case .negative: return .negative(try integrated(arguments[0], test))
    case .quotient where !isSpecial(arguments[1]):
      return try integrated(arguments[0], .quotient(test, arguments[1], isSlash: false))
    case .application(let name, _) where name == density: return try .expectation(here(test))
    case .partial(let time) where time != variable:
      guard !test.names.contains(time) else {
        throw Unsupported("a coefficient outside of a time derivative")
      }
      return try .partial(integrated(arguments[0], test), by: time, .scalar)
    case .gradient(variable): return .negative(try integrated(arguments[0], divergence(of: test)))
    case .divergence(variable):
      if case .matrix = arguments[0].kind {
        guard case .gradient(variable) = test.head else {
          throw Unsupported("the divergence of a matrix alone")
        }
        return .negative(try integrated(arguments[0], hessian(of: test.arguments[0])))
      }
      return .negative(try integrated(arguments[0], gradient(of: test)))
    case .laplacian(variable):
      return try integrated(arguments[0], Formula(.laplacian(variable), [test], kind: test.kind))
    case .product, .dot:
      // The density once among the factors; what else stands there may hold conditional expectations and scores.
      if let k = arguments.firstIndex(where: { $0.isApplication(of: density) }), line.head == .product {
        let rest = arguments.enumerated().filter { $0.offset != k }.map(\.element)
        return try averaged(.product(rest), test)
      }
      if arguments.count(where: isSpecial) == 1 { return try linear(line, test, integrated) }
    default: break
    }
    throw Unsupported("a line that is not linear in the density has no weak reading")
  }

  /// A product with one factor that has no values: what stands beside it goes over to the test function.
  private func linear(
    _ line: Formula, _ test: Formula, _ read: (Formula, Formula) throws -> Formula
  ) throws -> Formula {
    let k = line.arguments.firstIndex(where: isSpecial)!
    let special = line.arguments[k]
    var test = test
    if line.head == .dot, case .vector = special.kind {
      return try read(special, .product([test, line.arguments[1 - k]]))
    }
    let left = line.arguments[..<k]
    let right = line.arguments[(k + 1)...]
    guard right.allSatisfy(\.isScalar) || special.isScalar else {
      throw Unsupported("a factor behind a conditional expectation")
    }
    if special.isScalar {
      // Number times the rest of the product, which is tested as it stands.
      let rest = Array(left + right)
      return try read(special, inner(.product(rest), test))
    }
    for factor in left {
      test = factor.isScalar ? try .product([factor, test]) : try .product([.transpose(factor), test])
    }
    for factor in right { test = try .product([factor, test]) }
    return try read(special, test)
  }

  // MARK: - Of test functions

  private func inner(_ a: Formula, _ b: Formula) throws -> Formula {
    switch (a.kind, b.kind) {
    case (.vector, .vector): try .dot(a, b)
    case (.matrix, .matrix): try .contraction(a, b)
    default: try .product([a, b])
    }
  }

  private func divergence(of test: Formula) throws -> Formula {
    guard test.names.contains(variable) else { return .integer(0) }
    return Formula(.divergence(variable), [test], kind: .scalar)
  }

  private func gradient(of test: Formula) throws -> Formula {
    guard test.names.contains(variable), test.isScalar else {
      throw Unsupported("the gradient of a test field")
    }
    return Formula(.gradient(variable), [test], kind: position.kind)
  }

  private func hessian(of test: Formula) throws -> Formula {
    guard case .vector(let n) = position.kind else {
      return Formula(.hessian(variable), [test], kind: .scalar)
    }
    return Formula(.hessian(variable), [test], kind: .matrix(n, n))
  }
}

extension Formula {
  fileprivate func isApplication(of name: String?) -> Bool {
    if case .application(name, _) = head { return true }
    return false
  }
}

extension Formula {
  /// The first conditional expectation in the formula.
  fileprivate var condition: Formula? {
    head == .conditionalExpectation ? self : arguments.lazy.compactMap(\.condition).first
  }

  /// Whether a density stands in the formula other than under the logarithm of a score.
  fileprivate func holds(_ density: String, outsideOfScores variable: String) -> Bool {
    if head == .gradient(variable), arguments[0].head == .function(.log),
      arguments[0].arguments[0].isApplication(of: density)
    {
      return false
    }
    return isApplication(of: density) || arguments.contains { $0.holds(density, outsideOfScores: variable) }
  }

  /// A variable of an operator.
  package static func variable(_ name: String, _ kind: Kind) -> Formula { .name(name, kind) }

  /// A function at a variable.
  package static func function(_ name: String, at variable: Formula, _ kind: Kind) -> Formula {
    Formula(.application(name, order: [0]), [variable], kind: kind)
  }

  /// Formulas side by side.
  package static func sideBySide(_ parts: [Formula]) -> Formula { .tuple(parts) }
}

extension Kind {
  /// How many numbers a quantity of this kind is.
  package var count: Int {
    switch self {
    case .scalar, .zero: 1
    case .vector(let n), .row(let n): n
    case .matrix(let m, let n): m * n
    case .tuple(let kinds): kinds.reduce(0) { $0 + $1.count }
    }
  }
}

extension Jet where Base: FormulaScalar {
  /// The sine of a number, of an angle in radians.
  package static func sine(_ x: Jet) throws -> Jet { try value(of: .sin, at: x) }
}
