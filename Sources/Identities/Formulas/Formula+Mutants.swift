/// A formula with one mistake made by machine.
public struct Mutant: Hashable, Sendable {
  /// The formula with the mistake.
  public let formula: Formula
  /// What was done to it, in a few words.
  public let mistake: String
}

extension Formula {
  /// Every wrong version that one of the usual mistakes makes of the formula, each once.
  ///
  /// At every node: a sign turned, a term or a factor dropped, a half made one, a transpose or an inverse dropped or
  /// added, arguments exchanged, `t` for `1 - t`, a bar, hat or dot lost, `E[f]` for `f(E)`, an index shifted. What does
  /// not fit its place by kind is left out: it would be refused and not be read.
  public func mutants(in notation: Notation) -> [Mutant] {
    var seen: Set<Formula> = [self]
    return broken(notation, isTerm: true).filter {
      $0.formula.kind.isComparable(with: kind) && seen.insert($0.formula).inserted
    }
  }

  /// The mistakes at this node and at those below, each in its place.
  private func broken(_ notation: Notation, isTerm: Bool) -> [Mutant] {
    var result = here(notation)
    // The sign of a factor is the sign of its term.
    if isTerm, kind != .zero {
      result.append(
        Mutant(formula: head == .negative ? arguments[0] : .negative(self), mistake: "a sign turned"))
    }
    for (k, argument) in arguments.enumerated() {
      for mutant in argument.broken(notation, isTerm: hasSign(k)) {
        do throws(Misfit) {
          result.append(
            Mutant(formula: try replacing(k, with: mutant.formula), mistake: mutant.mistake))
        } catch {
          // What does not fit its place would be refused, and not be read.
        }
      }
    }
    return result
  }

  /// Whether the sign of an argument is seen nowhere else.
  private func hasSign(_ k: Int) -> Bool {
    switch head {
    case .sum: true
    case .power: k == 1
    case .function(let function): function != .log && function != .sqrt
    case .application, .tuple, .entries: true
    default: false
    }
  }

  /// The mistakes at this node.
  private func here(_ notation: Notation) -> [Mutant] {
    var result: [Mutant] = []
    func add(_ mistake: String, _ make: () throws -> Formula) {
      do {
        let formula = try make()
        if formula.kind.isComparable(with: kind) {
          result.append(Mutant(formula: formula, mistake: mistake))
        }
      } catch {
        // Formulas are made or are a misfit, which would be refused and not be read.
        precondition(error is Misfit, "\(mistake): \(error)")
      }
    }
    func without(_ k: Int) -> [Formula] { arguments.enumerated().filter { $0.offset != k }.map(\.element) }
    switch head {
    case .number(let n, over: 1) where n >= 2: add("a number lowered") { .integer(n - 1) }
    case .number(1, over: 1): add("a number raised") { .integer(2) }
    case .sum: for k in arguments.indices { add("a term dropped") { try .sum(without(k)) } }
    case .product: for k in arguments.indices { add("a factor dropped") { try .product(without(k)) } }
    case .dot where arguments.allSatisfy(\.isScalar):
      for k in 0...1 { add("a factor dropped") { arguments[k] } }
    case .quotient(let isSlash):
      add("a denominator dropped") { arguments[0] }
      if isScalar, !arguments[0].isNumber(1) {
        add("a fraction turned") { try .quotient(arguments[1], arguments[0], isSlash: isSlash) }
      }
    case .power:
      add("a power dropped") { arguments[0] }
      if arguments[0].head == .expectation(law: nil) {
        add("the expectation of a power for the power of an expectation") {
          try .expectation(.power(arguments[0].arguments[0], arguments[1]))
        }
      }
    case .transpose: add("a transpose dropped") { arguments[0] }
    case .inverse: add("an inverse dropped") { arguments[0] }
    case .function(let function):
      if function == .sqrt { add("a root dropped") { arguments[0] } }
      if let other = Self.relatives[function] {
        add("\(other.rawValue) for \(function.rawValue)") { try .function(other, arguments[0]) }
      }
      if case .expectation(let law) = arguments[0].head {
        add("E[f] for f(E)") { try .expectation(.function(function, arguments[0].arguments[0]), law: law) }
      }
    case .expectation(let law):
      if case .function(let function) = arguments[0].head {
        add("f(E) for E[f]") { try .function(function, .expectation(arguments[0].arguments[0], law: law)) }
      }
    case .partial: add("a derivative dropped") { arguments[0] }
    case .application(let name, let order):
      for (k, times) in order.enumerated() where times > 0 {
        add("a derivative dropped") {
          var order = order
          order[k] = times - 1
          return Formula(.application(name, order: order), arguments, kind: kind, names: names)
        }
      }
      for i in arguments.indices {
        for j in arguments.indices
        where i < j && arguments[i].kind == arguments[j].kind && arguments[i] != arguments[j] {
          add("arguments exchanged") {
            var exchanged = arguments
            exchanged.swapAt(i, j)
            return Formula(head, exchanged, kind: kind, names: names)
          }
        }
      }
      for other in notation.relatives(of: name) {
        add("\(other.name) for \(name)") {
          guard other.variables?.count == arguments.count else { throw Misfit("other arguments") }
          return Formula(
            .application(other.name, order: order), arguments, kind: other.kind, names: other.standsOn)
        }
      }
    case .name(let name):
      if name == "t", kind == .scalar { add("1 - t for t") { try .sum([.integer(1), .negative(self)]) } }
      if case .matrix(let m, let n) = kind, m == n {
        add("a transpose added") { try .transpose(self) }
        add("an inverse added") { try .inverse(self) }
      }
      for other in notation.relatives(of: name) where other.variables == nil {
        add("\(other.name) for \(name)") { .name(other.name, other.kind, standingOn: other.standsOn) }
      }
    case .component:
      for k in arguments.indices.dropFirst() {
        if case .number(let n, over: 1) = arguments[k].head {
          add("an index shifted") { try replacing(k, with: .integer(n > 1 ? n - 1 : n + 1)) }
        }
      }
    case .summation, .productOver:
      for k in 1...2 {
        add("an index shifted") { try replacing(k, with: .sum([arguments[k], .integer(1)])) }
      }
    default: break
    }
    return result
  }

  /// Functions that are taken for each other.
  private static let relatives: [ElementaryFunction: ElementaryFunction] = [
    .sin: .cos, .cos: .sin, .sinh: .cosh, .cosh: .sinh, .tan: .tanh, .tanh: .tan,
  ]

  /// The formula with another argument in one place, if it fits there.
  func replacing(_ k: Int, with argument: Formula) throws(Misfit) -> Formula {
    var changed = arguments
    changed[k] = argument
    let (a, rest) = (changed[0], Array(changed.dropFirst()))
    // An operator keeps what kind its variable has: it shows in what it made of its argument.
    switch head {
    case .sum: return try .sum(changed)
    case .negative: return .negative(a)
    case .product: return try .product(changed)
    case .dot: return try .dot(a, rest[0])
    case .outer: return try .outer(a, rest[0])
    case .contraction: return try .contraction(a, rest[0])
    case .quotient(let isSlash): return try .quotient(a, rest[0], isSlash: isSlash)
    case .power: return try .power(a, rest[0])
    case .transpose: return try .transpose(a)
    case .inverse: return try .inverse(a)
    case .trace, .determinant: return try .square(head, a)
    case .norm: return try .norm(a)
    case .function(let function): return try .function(function, a)
    case .component: return try .component(a, rest)
    case .tuple: return .tuple(changed)
    case .variance: return try .variance(a)
    case .covariance: return try .covariance(changed)
    case .expectation(let law): return try .expectation(a, law: law)
    case .conditionalExpectation: return try .conditionalExpectation(a, given: rest[0], is: rest[1])
    case .integral, .summation, .productOver, .limit: return try .bound(head, a, rest)
    default:
      // Derivatives, applications and entries need their arguments in the kinds that they have.
      guard argument.kind == arguments[k].kind else { throw Misfit("another kind") }
      let own = names.subtracting(arguments.reduce(into: Set<String>()) { $0.formUnion($1.names) })
      if case .partial(let v) = head, !a.names.contains(v) { throw Misfit("a derivative of a constant") }
      if case .gradient(let v) = head, !a.names.contains(v) { throw Misfit("a derivative of a constant") }
      if case .divergence(let v) = head, !a.names.contains(v) { throw Misfit("a derivative of a constant") }
      return Formula(head, changed, kind: kind, names: own)
    }
  }
}

extension Notation {
  /// Declared names of the same kind that differ in an accent or in an index alone.
  func relatives(of name: String) -> [Entry] {
    guard let entry = entries[name] else { return [] }
    let stem = Self.stem(name)
    return entries.values
      .filter {
        $0.name != name && $0.kind == entry.kind && Self.stem($0.name) == stem
          && ($0.variables == nil) == (entry.variables == nil)
      }
      .sorted { $0.name < $1.name }
  }

  /// A name without its accents and its last index.
  private static func stem(_ name: String) -> String {
    var stem = name
    for accent in [
      #"\hat "#, #"\hat"#, #"\bar "#, #"\bar"#, #"\dot "#, #"\dot"#, #"\ddot"#, #"\tilde "#, #"\tilde"#,
    ] {
      stem = stem.hasPrefix(accent) ? String(stem.dropFirst(accent.count)) : stem
    }
    if let index = stem.lastIndex(of: "_") { stem = String(stem[..<index]) }
    return stem
  }
}
