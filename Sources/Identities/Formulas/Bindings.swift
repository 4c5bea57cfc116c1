import Arithmetic

/// What an evidence binds to the names of its formulas.
public struct Bindings<Base: FormulaScalar>: Sendable {
  enum Binding {
    /// A value, computed when it is first needed.
    case value(() throws -> Value<Base>)
    /// A name that stands for a formula.
    case definition(Formula)
    /// A function that a formula gives.
    case formula(variables: [String], Formula)
    /// A function that code gives.
    case code(([Value<Base>]) throws -> Value<Base>)
    /// The density, as a function of a variable, of the random variable that a formula gives.
    case density(of: Formula, variable: String)
    /// An integer that may be an index.
    case integer(Int)
  }

  // The closures are made and used by one task, for one point or block.
  nonisolated(unsafe) var entries: [String: Binding] = [:]

  /// How an integral over a variable is taken that has no ends.
  enum Measure {
    /// As a sum over values of the variable, each with its weight.
    case nodes(() throws -> [(at: Value<Base>, weight: Base)])
    /// Between ends, beyond which there is nothing to be seen.
    case interval(Base, Base)
  }

  nonisolated(unsafe) private(set) var measures: [String: Measure] = [:]
  /// The names and their kinds.
  public private(set) var notation = Notation()

  /// Kinds of names that were found out before, at another point or block: they need not be computed to be known.
  private let knownKinds: [String: Kind]

  /// No names; `knownKinds` are those that code has given to them before.
  public init(knownKinds: [String: Kind] = [:]) { self.knownKinds = knownKinds }

  /// Binds a name to a value of a kind, which is computed when a formula first asks for it.
  public mutating func bind(_ latex: String, _ kind: Kind, _ value: @escaping () throws -> Value<Base>) throws
  {
    entries[try notation.declare(latex, kind)] = .value(value)
  }

  /// Binds a name to what code computes when a formula first asks for it.
  public mutating func bind(_ latex: String, computed value: @escaping () throws -> Value<Base>) throws {
    let result = Once(value)
    try bind(latex, try knownKinds[latex] ?? result.get().kind) { try result.get() }
  }

  /// The variables of a function: those that are listed, or else those that stand in brackets behind its name.
  package static func variables(of latex: String, _ listed: [String]?) throws -> [String] {
    try listed.map { try $0.map(Notation.canonical) } ?? Notation.arguments(of: latex)
  }

  /// Binds a function to code; the kinds are those of its declared variables, and of what it gives at them.
  public mutating func bind(
    function latex: String, variables: [String]? = nil, _ code: @escaping ([Value<Base>]) throws -> Value<Base>
  ) throws {
    let names = try Self.variables(of: latex, variables)
    let kinds = names.map { notation.kind(of: $0) ?? .scalar }
    let evaluator = Evaluator(self)
    let kind = try knownKinds[latex] ?? code(
      zip(names, kinds).map { name, kind in
        notation.kind(of: name) == nil
          ? .scalar(Jet(constant: Base(1) / Base(3))) : try evaluator.value(of: .name(name, kind))
      }
    ).kind
    try bind(function: latex, variables: variables, kinds, kind, code)
  }

  /// Takes integrals without ends over a variable as sums over its values at nodes, each with its weight.
  public mutating func integrate(
    over variable: String, _ nodes: @escaping () throws -> [(at: Value<Base>, weight: Base)]
  ) throws {
    measures[try Notation.canonical(variable)] = .nodes(nodes)
  }

  /// Takes integrals without ends over a variable between two ends.
  public mutating func integrate(over variable: String, from lower: Base, to upper: Base) throws {
    measures[try Notation.canonical(variable)] = .interval(lower, upper)
  }

  /// Binds a name to an integer, which may serve as the end of a sum.
  public mutating func bind(_ latex: String, integer: Int) throws {
    entries[try notation.declare(latex, .scalar)] = .integer(integer)
  }

  /// Binds a name, or a function with its variables, to what another formula says.
  public mutating func bind(_ latex: String, formula text: String, variables: [String]? = nil) throws {
    let written = try Notation.arguments(of: latex)
    let names = try variables.map { try $0.map(Notation.canonical) } ?? written
    var reader = notation
    var kinds: [Kind] = []
    for name in names {
      if let kind = notation.kind(of: name) {
        kinds.append(kind)
      } else {
        kinds.append(.scalar)
        try reader.declare(name, .scalar)
      }
    }
    let body = try Reader(reader).read(text)
    let kind = body.kind == .zero ? Kind.scalar : body.kind
    let standsOn = body.names
    if names.isEmpty {
      entries[try notation.declare(latex, kind, standsOn: standsOn)] = .definition(body)
    } else {
      let name = try notation.declare(
        function: latex, variables: names, kinds, kind, standsOn: standsOn.subtracting(names))
      entries[name] = .formula(variables: names, body)
    }
  }

  package mutating func bind(
    function name: String, _ variable: Formula, _ kind: Kind,
    _ code: @escaping ([Value<Base>]) throws -> Value<Base>
  ) throws {
    guard case .name(let written) = variable.head else { return }
    try bind(function: "\(name)(\(written))", variables: nil, [variable.kind], kind, code)
  }

  private mutating func bind(
    function latex: String, variables: [String]? = nil, _ variableKinds: [Kind], _ kind: Kind,
    _ code: @escaping ([Value<Base>]) throws -> Value<Base>
  ) throws {
    entries[try notation.declare(function: latex, variables: variables, variableKinds, kind)] = .code(code)
  }

  /// Declares a function to be the density of the random variable that a formula gives, at the last of its variables.
  ///
  /// It has no values: a line that holds it is simulated by its weak reading.
  public mutating func bind(density latex: String, of text: String) throws {
    let names = try Notation.arguments(of: latex)
    guard let variable = names.last else {
      throw InvalidArgument("density", is: latex, expected: "a function of a position, such as \\rho(t,x)")
    }
    let position = try Reader(notation).read(text)
    let kinds = try names.map { name in
      guard let kind = notation.kind(of: name) else {
        throw InvalidArgument("density", is: latex, expected: "variables that are declared, unlike \(name)")
      }
      return kind
    }
    let name = try notation.declare(function: latex, names.count == kinds.count ? kinds : [], .scalar)
    entries[name] = .density(of: position, variable: variable)
  }
}

/// A value that is computed once, when it is first asked for.
private final class Once<Value> {
  private let compute: () throws -> Value
  private lazy var result = Result { try compute() }

  init(_ compute: @escaping () throws -> Value) { self.compute = compute }

  func get() throws -> Value { try result.get() }
}
