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
  let bind: (inout Bindings<Scalar.Base>) throws -> Void

  private init(_ name: String, by: String, _ bind: @escaping (inout Bindings<Scalar.Base>) throws -> Void) {
    (self.name, self.by, self.bind) = (name, by, bind)
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
    self.init(name, by: "") { try $0.bind(name, formula: formula, variables: variables) }
  }

  /// A name for the density of a random variable, which is given by a formula; it is simulated by weak readings.
  public init(_ name: String, densityOf position: String) {
    self.init(name, by: "") { try $0.bind(density: name, of: position) }
  }
}

extension Let where Scalar.Base: Elementary {
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
        try function(Self.number(arguments, 0, of: 1)).formulaValue
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
        try function(Self.vector(arguments, 0, of: 1)).formulaValue
      }
    }
  }

  /// A function of a number and a vector that code computes.
  public init<Q: FormulaValue>(
    _ name: String, by: String, of variables: [String]? = nil,
    _ function: @escaping (Jet<Scalar.Base>, Vector<Jet<Scalar.Base>>) throws -> Q
  ) where Q.Base == Scalar.Base {
    self.init(name, by: by) { bindings in
      try bindings.bind(function: name, variables: variables) { arguments in
        try function(Self.number(arguments, 0, of: 2), Self.vector(arguments, 1, of: 2)).formulaValue
      }
    }
  }

  /// A function of two numbers that code computes.
  public init<Q: FormulaValue>(
    _ name: String, by: String, of variables: [String]? = nil,
    _ function: @escaping (Jet<Scalar.Base>, Jet<Scalar.Base>) throws -> Q
  ) where Q.Base == Scalar.Base {
    self.init(name, by: by) { bindings in
      try bindings.bind(function: name, variables: variables) { arguments in
        try function(Self.number(arguments, 0, of: 2), Self.number(arguments, 1, of: 2)).formulaValue
      }
    }
  }

  /// A function of two vectors that code computes.
  public init<Q: FormulaValue>(
    _ name: String, by: String, of variables: [String]? = nil,
    _ function: @escaping (Vector<Jet<Scalar.Base>>, Vector<Jet<Scalar.Base>>) throws -> Q
  ) where Q.Base == Scalar.Base {
    self.init(name, by: by) { bindings in
      try bindings.bind(function: name, variables: variables) { arguments in
        try function(Self.vector(arguments, 0, of: 2), Self.vector(arguments, 1, of: 2)).formulaValue
      }
    }
  }

  private static func number(_ arguments: [Value<Scalar.Base>], _ k: Int, of count: Int) throws -> Jet<Scalar.Base> {
    guard arguments.count == count else { throw Unsupported("\(arguments.count) variables for code that takes \(count)") }
    if case .scalar(let x) = arguments[k] { return x }
    throw Unsupported("code takes a number as variable \(k + 1), not \(arguments[k].kind)")
  }

  private static func vector(
    _ arguments: [Value<Scalar.Base>], _ k: Int, of count: Int
  ) throws -> Vector<Jet<Scalar.Base>> {
    guard arguments.count == count else { throw Unsupported("\(arguments.count) variables for code that takes \(count)") }
    if case .vector(let x) = arguments[k] { return x }
    throw Unsupported("code takes a vector as variable \(k + 1), not \(arguments[k].kind)")
  }
}
