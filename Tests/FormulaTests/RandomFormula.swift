@testable import Formulas

/// The same sequence of numbers on every machine.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

extension Notation {
  /// Numbers, vectors, matrices and functions, with names that are parts of others on purpose.
  static func rich() throws -> Notation {
    var notation = Notation()
    for name in [
      "a", "c", "t", "s", "d", "T", "\\sigma", "\\sigma^2", "\\lambda", "ac", "x^*_0", "\\Delta t",
    ] {
      try notation.declare(name, .scalar)
    }
    try notation.declare("\\beta(t)", .scalar, standsOn: ["t"])
    for name in ["x", "y", "v", "z", "\\mu^*", "\\hat d"] { try notation.declare(name, .vector(2)) }
    try notation.declare("x_t", .vector(2), standsOn: ["t"])
    try notation.declare("\\mathbb{E}[z\\mid x_t=x]", .vector(2), standsOn: ["x", "t"])
    for name in ["A", "B", "\\Sigma"] { try notation.declare(name, .matrix(2, 2)) }
    try notation.declare("G(t)", .matrix(2, 2), standsOn: ["t"])
    try notation.declare("H", .matrix(2, 3))
    try notation.declare("r", .row(2))
    try notation.declare(function: "\\gamma(t)", [.scalar], .scalar)
    try notation.declare(function: "h(s)", [.scalar], .scalar)
    try notation.declare(function: "f(x)", [.vector(2)], .scalar)
    try notation.declare(function: "\\nabla V(x)", [.vector(2)], .vector(2))
    try notation.declare(function: "V(x)", [.vector(2)], .scalar)
    try notation.declare(function: "\\rho(t,x)", [.scalar, .vector(2)], .scalar)
    try notation.declare(function: "\\rho_t(x)", variables: ["t", "x"], [.scalar, .vector(2)], .scalar)
    try notation.declare(function: "q", variables: ["x"], [.vector(2)], .scalar)
    try notation.declare(function: "b(t,x)", [.scalar, .vector(2)], .vector(2))
    try notation.declare(function: "\\hat b(t,x)", [.scalar, .vector(2)], .vector(2))
    try notation.declare(function: "D(t,x)", [.scalar, .vector(2)], .matrix(2, 2))
    return notation
  }
}

/// Draws formulas of a kind over a notation, with every head that has a reading.
struct RandomFormula {
  let notation: Notation
  var random: SplitMix
  private var scope: [(name: String, kind: Kind)] = []
  private let entries: [Notation.Entry]

  init(_ notation: Notation, seed: UInt64) {
    (self.notation, random) = (notation, SplitMix(state: seed))
    entries = notation.entries.values.sorted { $0.name < $1.name }
  }

  /// The kinds that are drawn.
  static let kinds: [Kind] = [
    .scalar, .scalar, .vector(2), .vector(2), .matrix(2, 2), .row(2), .vector(3), .matrix(2, 3),
  ]

  /// A formula, or several side by side.
  mutating func line(depth: Int) -> Formula {
    if chance(20) { return .tuple((0..<2).map { _ in formula(pick(Self.kinds), depth) }) }
    return formula(pick(Self.kinds), depth)
  }

  mutating func formula(_ kind: Kind, _ depth: Int) -> Formula {
    guard depth > 0 else { return leaf(kind) }
    while true {
      // What does not fit is drawn again.
      if let found = try? composite(kind, depth - 1), found.kind == kind { return found }
    }
  }

  private mutating func chance(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &random) == 0 }
  private mutating func pick<T>(_ all: [T]) -> T { all.randomElement(using: &random)! }

  // MARK: - Leaves

  private mutating func leaf(_ kind: Kind) -> Formula {
    let bound = scope.filter { $0.kind == kind }.map(\.name)
    if !bound.isEmpty, chance(2) { return .name(pick(bound), kind) }
    if kind == .scalar {
      switch Int.random(in: 0..<8, using: &random) {
      case 0: return .integer(Int.random(in: 1...12, using: &random))
      case 1: return Formula(.number(pick([5, 25, 105, 1]), over: pick([10, 100])), kind: .scalar)
      case 2: return Formula(.pi, kind: .scalar)
      default: break
      }
    }
    let values = entries.filter { $0.variables == nil && $0.kind == kind }
    if !values.isEmpty { return value(pick(values)) }
    let made: Formula? =
      switch kind {
      case .vector(let n): try? .entries((0..<n).map { _ in [leaf(.scalar)] })
      case .row(let n): try? .transpose(leaf(.vector(n)))
      case .matrix(let m, let n): try? .entries((0..<m).map { _ in (0..<n).map { _ in leaf(.scalar) } })
      default: nil
      }
    return made ?? .integer(1)
  }

  private func name(_ name: String) -> Formula { value(notation.entries[name]!) }

  private func value(_ entry: Notation.Entry) -> Formula {
    if let bound = scope.last(where: { $0.name == entry.name }) { return .name(bound.name, bound.kind) }
    return .name(entry.name, entry.kind, standingOn: entry.standsOn)
  }

  private mutating func application(_ kind: Kind, _ depth: Int) throws -> Formula {
    guard let entry = entries.filter({ $0.variables != nil && $0.kind == kind }).randomElement(using: &random)
    else { throw Misfit("no function") }
    var order = entry.variables!.map { _ in 0 }
    if chance(3) {
      if entry.variables == ["t"] || entry.variables == ["s"] {
        order[0] = Int.random(in: 1...3, using: &random)
      } else if entry.variables!.first == "t" {
        order[0] = Int.random(in: 1...2, using: &random)
      }
    }
    let isOwn = chance(2)
    let arguments = zip(entry.variables!, entry.variableKinds).map { variable, kind in
      isOwn || !entry.written.contains(variable) ? name(variable) : formula(kind, depth)
    }
    guard zip(arguments, entry.variableKinds).allSatisfy({ $0.kind == $1 }) else { throw Misfit("shadowed") }
    return Formula(.application(entry.name, order: order), arguments, kind: entry.kind, names: entry.standsOn)
  }

  // MARK: - Composites

  private mutating func composite(_ kind: Kind, _ depth: Int) throws -> Formula {
    if chance(8) { return leaf(kind) }
    if chance(6) { return try application(kind, depth) }
    if chance(2) { return try general(kind, depth) }
    switch kind {
    case .scalar: return try scalar(depth)
    case .vector(let n): return try vector(n, depth)
    case .matrix(let m, let n): return try matrix(m, n, depth)
    case .row(let n): return try .transpose(formula(.vector(n), depth))
    default: throw Misfit("not drawn")
    }
  }

  /// What quantities of every kind are made of.
  private mutating func general(_ kind: Kind, _ depth: Int) throws -> Formula {
    switch Int.random(in: 0..<14, using: &random) {
    case 0, 1: return try .sum((0..<Int.random(in: 2...3, using: &random)).map { _ in formula(kind, depth) })
    case 2: return .negative(formula(kind, depth))
    case 3: return try .product([formula(.scalar, depth), formula(kind, depth)])
    case 4: return try .product([formula(kind, depth), formula(.scalar, depth), formula(.scalar, depth)])
    case 5: return try .quotient(formula(kind, depth), formula(.scalar, depth), isSlash: chance(2))
    case 6: return try .dot(formula(.scalar, depth), formula(kind, depth))
    case 7: return try .partial(formula(kind, depth), by: pick(["t", "s", "a"]), .scalar)
    case 8: return try integral(kind, depth)
    case 9:
      let index = pick(["i", "j", "k", "\\ell"])
      let head = chance(2) ? Head.summation(index) : .productOver(index)
      let ends = [end(depth), end(depth)]
      return try .bound(head, bound(index, .scalar, kind, depth), ends)
    case 10:
      let variable = pick(["\\eta", "s", "\\delta"])
      let side = pick([0, 0, 1, -1])
      let target = side == 0 ? end(depth) : formula(.scalar, depth)
      return try .bound(.limit(variable, side: side), bound(variable, .scalar, kind, depth), [target])
    case 11:
      let variable = pick(["t", "x", "s"])
      let own = scope.last { $0.name == variable }?.kind ?? notation.entries[variable]?.kind ?? .scalar
      return try .at(formula(kind, depth), variable, own, is: formula(own, depth))
    case 12: return try .expectation(formula(kind, depth), law: pick([nil, nil, "q", "x\\sim q"]))
    default:
      let given = pick([Kind.scalar, .vector(2)])
      return try .conditionalExpectation(
        formula(kind, depth), given: formula(given, depth), is: formula(given, depth))
    }
  }

  private mutating func integral(_ kind: Kind, _ depth: Int) throws -> Formula {
    let variable = pick(["s", "u", "\\theta", "y", "\\hat x", "w_1"])
    let ends = chance(2) ? [] : [end(depth), end(depth)]
    let own = notation.entries[variable]?.kind ?? .scalar
    return try .bound(.integral(variable), bound(variable, own, kind, depth), ends)
  }

  private mutating func bound(_ variable: String, _ own: Kind, _ kind: Kind, _ depth: Int) -> Formula {
    scope.append((variable, own))
    defer { scope.removeLast() }
    return formula(kind, depth)
  }

  /// An end of an integral, a sum or a limit.
  private mutating func end(_ depth: Int) -> Formula {
    let infinity = Formula(.infinity, kind: .scalar)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return infinity
    case 1: return .negative(infinity)
    case 2: return .integer(0)
    case 3: return .integer(1)
    default: return formula(.scalar, depth)
    }
  }

  private mutating func scalar(_ depth: Int) throws -> Formula {
    let vector = Kind.vector(2)
    switch Int.random(in: 0..<22, using: &random) {
    case 0, 1: return try .function(pick(ElementaryFunction.allCases), formula(.scalar, depth))
    case 2, 3: return try .power(formula(.scalar, depth), formula(.scalar, depth))
    case 4: return try .power(formula(.scalar, depth), .integer(pick([2, 3, 10])))
    case 5: return try .power(formula(.scalar, depth), .negative(.integer(1)))
    case 6, 7: return try .dot(formula(vector, depth), formula(vector, depth))
    case 8: return try .product([formula(.row(2), depth), formula(vector, depth)])
    case 9: return try .contraction(formula(.matrix(2, 2), depth), formula(.matrix(2, 2), depth))
    case 10: return try .square(.trace, formula(.matrix(2, 2), depth))
    case 11: return try .square(.determinant, formula(.matrix(2, 2), depth))
    case 12: return try .norm(formula(pick([.scalar, vector]), depth))
    case 13: return try .component(formula(pick([vector, .row(2)]), depth), [index()])
    case 14: return try .component(formula(.matrix(2, 2), depth), [index(), index()])
    case 15: return try .divergence(formula(vector, depth), by: pick(["x", "y"]), vector)
    case 16: return try .laplacian(formula(.scalar, depth), by: pick(["x", "y"]), vector)
    case 17: return try .gradient(formula(.scalar, depth), by: "t", .scalar)
    case 18: return try .variance(formula(.scalar, depth))
    case 19: return try .covariance([formula(.scalar, depth), formula(.scalar, depth)])
    case 20: return try .hessian(formula(.scalar, depth), by: "s", .scalar)
    default: return try .transpose(formula(.scalar, depth))
    }
  }

  /// An index: a digit, or one that a sum binds, perhaps shifted.
  private mutating func index() -> Formula {
    let bound = scope.filter { $0.kind == .scalar && ($0.name.count == 1 || $0.name == "\\ell") }
    guard let name = bound.randomElement(using: &random)?.name, chance(2) else {
      return .integer(pick([1, 2]))
    }
    let index = Formula.name(name, .scalar)
    return chance(3)
      ? Formula(.sum, [index, chance(2) ? .integer(1) : .negative(.integer(1))], kind: .scalar) : index
  }

  private mutating func vector(_ n: Int, _ depth: Int) throws -> Formula {
    let own = Kind.vector(2)
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1: return try .product([formula(.matrix(n, 2), depth), formula(own, depth)])
    case 2: return try .gradient(formula(.scalar, depth), by: pick(["x", "y"]), own)
    case 3: return try .divergence(formula(.matrix(n, 2), depth), by: "x", own)
    case 4: return try .laplacian(formula(.vector(n), depth), by: "x", own)
    case 5: return try .transpose(formula(.row(n), depth))
    case 6: return try .entries((0..<n).map { _ in [formula(.scalar, depth)] })
    default:
      return try .product([formula(.matrix(n, 2), depth), formula(.matrix(2, 2), depth), formula(own, depth)])
    }
  }

  private mutating func matrix(_ m: Int, _ n: Int, _ depth: Int) throws -> Formula {
    let square = Kind.matrix(2, 2)
    switch Int.random(in: 0..<10, using: &random) {
    case 0: return try .inverse(formula(square, depth))
    case 1: return try .transpose(.inverse(formula(square, depth)))
    case 2: return try .power(formula(square, depth), .integer(pick([2, 3])))
    case 3: return try .transpose(formula(.matrix(n, m), depth))
    case 4: return try .outer(formula(.vector(m), depth), formula(.vector(n), depth))
    case 5: return try .product([formula(.vector(m), depth), formula(.row(n), depth)])
    case 6: return try .product([formula(.matrix(m, 2), depth), formula(.matrix(2, n), depth)])
    case 7: return try .hessian(formula(.scalar, depth), by: pick(["x", "y"]), .vector(2))
    case 8:
      return try .entries((0..<m).map { _ in (0..<n).map { _ in formula(.scalar, depth) } })
    default: return try .covariance([formula(.vector(m), depth), formula(.vector(n), depth)])
    }
  }
}
