import Arithmetic
import Formulas
import Probability

/// What a check binds to a name of its formulas.
///
/// A name is bound to a value, to another formula, to code that computes it, or, where its variables stand behind it,
/// to a function. Whatever code computes says how in a few words, `by`, which the report prints under the check.
public struct Let<Scalar: LineScalar> {
  /// The name, as it is written in formulas.
  let name: String
  /// How code computes it; empty for what is given by a formula or is given as a value.
  let by: String
  /// The name, and the formula that it stands for, if it does.
  let source: String
  let bind: (inout Bindings<Scalar.Base>) throws -> Void

  private init(
    _ name: String, by: String, formula: String = "",
    _ bind: @escaping (inout Bindings<Scalar.Base>) throws -> Void
  ) {
    (self.name, self.by, self.bind) = (name, by, bind)
    source = name + "=" + formula
  }
}

// Values and formulas.
extension Let {
  /// A name for a value: a number, a vector, a matrix, a random variable.
  public init<Q: FormulaValue>(_ name: String, _ value: Q) where Q.Base == Scalar.Base {
    self.init(name, by: "") { bindings in
      let value = value.formulaValue
      try bindings.bind(name, value.kind) { value }
    }
  }

  /// A name for an integer, which may be an index or the end of a sum.
  public init(_ name: String, _ integer: Int) {
    self.init(name, by: "") { try $0.bind(name, integer: integer) }
  }

  /// A name for what another formula says; with variables behind the name, `\gamma(t)`, a function.
  ///
  /// `of` lists the variables of a function where not all are written, as for `\rho_t(x)`.
  public init(_ name: String, _ formula: String, of variables: [String]? = nil) {
    self.init(name, by: "", formula: formula) { try $0.bind(name, formula: formula, variables: variables) }
  }

  /// A name for the density of a random variable, which is given by a formula; it is simulated by weak readings.
  public init(_ name: String, densityOf position: String) {
    self.init(name, by: "", formula: position) { try $0.bind(density: name, of: position) }
  }
}

extension Let where Scalar.Base: Elementary {
  /// Integrals over a variable that have no ends, by quadrature between two, beyond which there is nothing to be seen.
  public init(integralOver variable: String, from lower: Double, to upper: Double, by: String) {
    self.init("\\int d\(variable)", by: by) { bindings in
      try bindings.integrate(over: variable, from: Scalar.Base(lower), to: Scalar.Base(upper))
    }
  }

  /// A name for a number.
  public init(_ name: String, _ number: Double) {
    self.init(name, by: "") { bindings in
      try bindings.bind(name, .scalar) { .scalar(Jet(constant: Scalar.Base(number))) }
    }
  }
}

// Code.
extension Let {
  /// A name for what code computes, when a line first asks for it.
  public init<Q: FormulaValue>(_ name: String, by: String, _ value: @escaping () throws -> Q)
  where Q.Base == Scalar.Base {
    self.init(name, by: by) { bindings in
      try bindings.bind(name, computed: { try value().formulaValue })
    }
  }

  /// A function of a number that code computes.
  public init<Q: FormulaValue>(
    _ name: String, by: String, of variables: [String]? = nil,
    _ function: @escaping (Jet<Scalar.Base>) throws -> Q
  ) where Q.Base == Scalar.Base {
    self.init(name, by: by) { bindings in
      try bindings.bind(function: name, variables: variables) { arguments in
        try function(Self.number(arguments)).formulaValue
      }
    }
  }

  /// A function of a vector that code computes.
  public init<Q: FormulaValue>(
    _ name: String, by: String, of variables: [String]? = nil,
    _ function: @escaping (Vector<Jet<Scalar.Base>>) throws -> Q
  ) where Q.Base == Scalar.Base {
    self.init(name, by: by) { bindings in
      try bindings.bind(function: name, variables: variables) { arguments in
        try function(Self.vector(arguments)).formulaValue
      }
    }
  }

  /// A function of several variables that code computes.
  public init<Q: FormulaValue>(
    _ name: String, by: String, of variables: [String]? = nil,
    _ function: @escaping (Arguments<Scalar.Base>) throws -> Q
  ) where Q.Base == Scalar.Base {
    self.init(name, by: by) { bindings in
      let names = try bindings.variables(of: name, variables)
      try bindings.bind(function: name, variables: variables) { arguments in
        try function(Arguments(names: names, values: arguments)).formulaValue
      }
    }
  }

  /// Integrals over a variable that have no ends, as sums over nodes: values of the variable, each with its weight.
  ///
  /// In exact evidence the nodes and weights are those of a rule that is exact for what the lines integrate; in a
  /// simulation there is one, a random variable, whose weight is one over its density.
  public init<Q: FormulaValue>(
    integralOver variable: String, by: String,
    _ nodes: @escaping () throws -> [(at: Q, weight: Scalar.Base)]
  ) where Q.Base == Scalar.Base {
    self.init("\\int d\(variable)", by: by) { bindings in
      try bindings.integrate(over: variable) { try nodes().map { ($0.at.formulaValue, $0.weight) } }
    }
  }

  private static func number(_ arguments: [Value<Scalar.Base>]) throws -> Jet<Scalar.Base> {
    guard arguments.count == 1, case .scalar(let x) = arguments[0] else {
      throw Unsupported("code takes one number, not \(arguments.map(\.kind))")
    }
    return x
  }

  private static func vector(_ arguments: [Value<Scalar.Base>]) throws -> Vector<Jet<Scalar.Base>> {
    guard arguments.count == 1, case .vector(let x) = arguments[0] else {
      throw Unsupported("code takes one vector, not \(arguments.map(\.kind))")
    }
    return x
  }
}

/// The arguments of a function that code computes, by the names of its variables.
public struct Arguments<Base: FormulaScalar> {
  let names: [String]
  let values: [Value<Base>]

  /// A variable that is a number; throws where there is none of the name.
  public func number(_ name: String) throws -> Jet<Base> {
    if case .scalar(let x)? = try value(name) { return x }
    throw Unsupported("\(name) is no number among the variables \(names)")
  }

  /// A variable that is a vector; throws where there is none of the name.
  public func vector(_ name: String) throws -> Vector<Jet<Base>> {
    if case .vector(let x)? = try value(name) { return x }
    throw Unsupported("\(name) is no vector among the variables \(names)")
  }

  /// A variable that is a matrix; throws where there is none of the name.
  public func matrix(_ name: String) throws -> Matrix<Jet<Base>> {
    if case .matrix(let x)? = try value(name) { return x }
    throw Unsupported("\(name) is no matrix among the variables \(names)")
  }

  private func value(_ name: String) throws -> Value<Base>? {
    // Most names are written as they are kept.
    let index = try names.firstIndex(of: name) ?? names.firstIndex(of: Notation.canonical(name))
    return index.map { values[$0] }
  }
}
