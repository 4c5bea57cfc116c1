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
  /// What was read of names and of the formulas that define them, once for all points and blocks of a case.
  package struct Readings: Sendable {
    package var notation = Notation()
    /// The names as they are declared, each with the one spelling that stands for all.
    fileprivate var names: [String: String] = [:]
    /// What names stand for by a formula, with the variables of a function.
    fileprivate var formulas: [String: (variables: [String], body: Formula)] = [:]
    fileprivate var variables: [String: [String]] = [:]
    fileprivate var densities: [String: (position: Formula, variable: String)] = [:]

    package init() {}
  }

  /// What was read: of the names so far, or of all that were bound at another point.
  package private(set) var readings: Readings
  /// Whether the names were read before, at another point or block.
  private let areRead: Bool

  /// The names and their kinds.
  public var notation: Notation { readings.notation }

  /// No names.
  public init() { (readings, areRead) = (Readings(), false) }

  /// No names; those that follow were read before.
  package init(_ readings: Readings) { (self.readings, areRead) = (readings, true) }

  /// Declares a name, unless it was read before.
  private mutating func declared(_ latex: String, _ declare: (inout Notation) throws -> String) throws
    -> String
  {
    if areRead, let name = readings.names[latex] { return name }
    let name = try declare(&readings.notation)
    readings.names[latex] = name
    return name
  }

  /// Binds a name to a value of a kind, which is computed when a formula first asks for it.
  public mutating func bind(_ latex: String, _ kind: Kind, _ value: @escaping () throws -> Value<Base>) throws
  {
    entries[try declared(latex) { try $0.declare(latex, kind) }] = .value(value)
  }

  /// Binds a name to what code computes when a formula first asks for it.
  public mutating func bind(_ latex: String, computed value: @escaping () throws -> Value<Base>) throws {
    let result = Once(value)
    entries[try declared(latex) { try $0.declare(latex, try result.get().kind) }] = .value {
      try result.get()
    }
  }

  /// The variables of a function: those that are listed, or else those that stand in brackets behind its name.
  package mutating func variables(of latex: String, _ listed: [String]?) throws -> [String] {
    if let known = readings.variables[latex] { return known }
    let names = try listed.map { try $0.map(Notation.canonical) } ?? Notation.arguments(of: latex)
    readings.variables[latex] = names
    return names
  }

  /// Binds a function to code; the kinds are those of its declared variables, and of what it gives at them.
  public mutating func bind(
    function latex: String, variables: [String]? = nil,
    _ code: @escaping ([Value<Base>]) throws -> Value<Base>
  ) throws {
    let evaluator = Evaluator(self)
    let names = try self.variables(of: latex, variables)
    entries[
      try declared(latex) { notation in
        let kinds = names.map { notation.kind(of: $0) ?? .scalar }
        let kind = try code(
          zip(names, kinds).map { name, kind in
            notation.kind(of: name) == nil
              ? .scalar(Jet(constant: Base(1) / Base(3))) : try evaluator.value(of: .name(name, kind))
          }
        ).kind
        return try notation.declare(function: latex, variables: variables, kinds, kind)
      }] = .code(code)
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
    entries[try declared(latex) { try $0.declare(latex, .scalar) }] = .integer(integer)
  }

  /// Binds a name, or a function with its variables, to what another formula says.
  public mutating func bind(_ latex: String, formula text: String, variables: [String]? = nil) throws {
    if areRead, let name = readings.names[latex], let formula = readings.formulas[latex] {
      entries[name] =
        formula.variables.isEmpty
        ? .definition(formula.body) : .formula(variables: formula.variables, formula.body)
      return
    }
    let names = try self.variables(of: latex, variables)
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
    let name = try declared(latex) { notation in
      names.isEmpty
        ? try notation.declare(latex, kind, standsOn: body.names)
        : try notation.declare(
          function: latex, variables: names, kinds, kind, standsOn: body.names.subtracting(names))
    }
    entries[name] = names.isEmpty ? .definition(body) : .formula(variables: names, body)
    readings.formulas[latex] = (names, body)
  }

  package mutating func bind(
    function name: String, _ variable: Formula, _ kind: Kind,
    _ code: @escaping ([Value<Base>]) throws -> Value<Base>
  ) throws {
    guard case .name(let written) = variable.head else { return }
    let latex = "\(name)(\(written))"
    entries[try declared(latex) { try $0.declare(function: latex, [variable.kind], kind) }] = .code(code)
  }

  /// Declares a function to be the density of the random variable that a formula gives, at the last of its variables.
  ///
  /// It has no values: a line that holds it is simulated by its weak reading.
  public mutating func bind(density latex: String, of text: String) throws {
    if areRead, let name = readings.names[latex], let known = readings.densities[latex] {
      entries[name] = .density(of: known.position, variable: known.variable)
      return
    }
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
    let name = try declared(latex) { try $0.declare(function: latex, kinds, .scalar) }
    entries[name] = .density(of: position, variable: variable)
    readings.densities[latex] = (position, variable)
  }
}

/// A value that is computed once, when it is first asked for.
private final class Once<Value> {
  private let compute: () throws -> Value
  private lazy var result = Result { try compute() }

  init(_ compute: @escaping () throws -> Value) { self.compute = compute }

  func get() throws -> Value { try result.get() }
}
