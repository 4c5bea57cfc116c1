import Arithmetic
import Probability

/// What a formula comes to over the scalars of an evidence: a number, a vector or a matrix, with its derivatives.
public enum Value<Base: Field>: Sendable {
  /// A number.
  case scalar(Jet<Base>)
  /// A column.
  case vector(Vector<Jet<Base>>)
  /// A row.
  case row(Vector<Jet<Base>>)
  /// A matrix.
  case matrix(Matrix<Jet<Base>>)
  /// Several quantities side by side.
  case tuple([Value])

  /// The components, row after row.
  public var components: [Jet<Base>] {
    switch self {
    case .scalar(let x): [x]
    case .vector(let x), .row(let x): x.components
    case .matrix(let x): x.entries
    case .tuple(let parts): parts.flatMap(\.components)
    }
  }

  /// The kind of quantity that the value is.
  public var kind: Kind {
    switch self {
    case .scalar: .scalar
    case .vector(let x): .vector(x.dimension)
    case .row(let x): .row(x.dimension)
    case .matrix(let x): .matrix(x.rows, x.columns)
    case .tuple(let parts): .tuple(parts.map(\.kind))
    }
  }

  /// The value with every component changed.
  public func map(_ transform: (Jet<Base>) throws -> Jet<Base>) rethrows -> Value {
    switch self {
    case .scalar(let x): .scalar(try transform(x))
    case .vector(let x): .vector(try x.map(transform))
    case .row(let x): .row(try x.map(transform))
    case .matrix(let x): .matrix(try x.map(transform))
    case .tuple(let parts): .tuple(try parts.map { try $0.map(transform) })
    }
  }

  /// The value whose components are combined with another's, which must be of the same kind, or zero.
  func zip(_ other: Value, _ combine: (Jet<Base>, Jet<Base>) -> Jet<Base>) throws -> Value {
    switch (self, other) {
    case (.scalar(let a), .scalar(let b)): return .scalar(combine(a, b))
    case (.vector(let a), .vector(let b)) where a.dimension == b.dimension:
      return .vector(Vector(a.indices.map { combine(a[$0], b[$0]) }))
    case (.row(let a), .row(let b)) where a.dimension == b.dimension:
      return .row(Vector(a.indices.map { combine(a[$0], b[$0]) }))
    case (.matrix(let a), .matrix(let b)) where a.rows == b.rows && a.columns == b.columns:
      return .matrix(Matrix(rows: a.rows, columns: a.columns) { combine(a[$0, $1], b[$0, $1]) })
    case (.scalar(let a), _): return other.map { combine(a, $0) }
    case (_, .scalar(let b)): return map { combine($0, b) }
    case (.tuple(let a), .tuple(let b)) where a.count == b.count:
      return .tuple(try Swift.zip(a, b).map { try $0.zip($1, combine) })
    default: throw Unsupported("\(kind) beside \(other.kind)")
    }
  }
}

/// Why a formula has no value in an evidence.
public struct Unsupported: Error, Equatable, CustomStringConvertible {
  /// What is not evaluated, and what to do about it.
  public let description: String

  /// A reason in words.
  public init(_ reason: String) { description = reason }
}

/// The numbers of an evidence, with what of the notation they can evaluate.
public protocol FormulaScalar: Field {
  /// The evidence in words, for a message.
  static var evidence: String { get }
  /// An elementary function of a number; throws `Unsupported` where the evidence has none.
  static func value(of function: ElementaryFunction, at x: Self) throws -> Self
  /// The sine and the cosine of one angle.
  static func sineAndCosine(of x: Self) throws -> (Self, Self)
  /// The circle constant; throws `Unsupported` where the evidence has none.
  static func circleConstant() throws -> Self
  /// The magnitude of a number.
  static func magnitude(_ x: Self) throws -> Self
  /// A power that is no integer.
  static func power(_ x: Self, _ exponent: Self) throws -> Self
  /// The integral of a function between two ends, nil for those of the line; `f` gives several at once.
  static func integral(from lower: Self?, to upper: Self?, of f: (Self) throws -> [Self]) throws -> [Self]
  /// The limit of a function at zero from above.
  static func limit(of f: (Self) throws -> Self) throws -> Self
  /// Whether expectations are taken by averaging samples.
  static var isSampled: Bool { get }
  /// Whether the number is the same in every sample.
  var isDeterministic: Bool { get }
}

extension FormulaScalar {
  /// No averages are taken.
  public static var isSampled: Bool { false }
  /// Every number is.
  public var isDeterministic: Bool { true }

  /// The two one after the other.
  public static func sineAndCosine(of x: Self) throws -> (Self, Self) {
    (try value(of: .sin, at: x), try value(of: .cos, at: x))
  }

  /// Refuses.
  public static func integral(from lower: Self?, to upper: Self?, of f: (Self) throws -> [Self]) throws
    -> [Self]
  {
    throw Unsupported("an integral is not evaluated in \(evidence): bind it by a Let")
  }
  /// Refuses.
  public static func limit(of f: (Self) throws -> Self) throws -> Self {
    throw Unsupported("a limit is not evaluated in \(evidence): bind it by a Let")
  }
}

extension Symbol: FormulaScalar {
  /// The evidence in words, for a message.
  public static var evidence: String { "exact evidence" }

  /// Refuses: a transcendental function has no residue.
  public static func value(of function: ElementaryFunction, at x: Symbol) throws -> Symbol {
    throw Unsupported("\\\(function.rawValue) is not rational: in exact evidence bind it by a Let")
  }
  /// Refuses: the circle constant has no residue.
  public static func circleConstant() throws -> Symbol {
    throw Unsupported("\\pi is not rational: in exact evidence bind it by a Let")
  }
  /// Refuses: residues have no order.
  public static func magnitude(_ x: Symbol) throws -> Symbol {
    throw Unsupported("a magnitude is not rational: in exact evidence bind it by a Let")
  }
  /// Refuses: only integer powers are rational.
  public static func power(_ x: Symbol, _ exponent: Symbol) throws -> Symbol {
    throw Unsupported("a power that is no integer is not rational: in exact evidence bind it by a Let")
  }
}

extension FormulaScalar where Self: Elementary {
  /// An elementary function of a number.
  public static func value(of function: ElementaryFunction, at x: Self) throws -> Self {
    switch function {
    case .exp: exp(x)
    case .log: log(x)
    case .sin: sin(x)
    case .cos: cos(x)
    case .tan: sin(x) / cos(x)
    case .sinh: sinh(x)
    case .cosh: cosh(x)
    case .tanh: tanh(x)
    case .sqrt: sqrt(x)
    }
  }
  /// The sine and the cosine of one angle, for little more than one of them.
  public static func sineAndCosine(of x: Self) throws -> (Self, Self) {
    let (sine, cosine) = sineAndCosine(x)
    return (sine, cosine)
  }
  /// The circle constant.
  public static func circleConstant() throws -> Self { pi }
  /// The magnitude, the root of the square.
  public static func magnitude(_ x: Self) throws -> Self { sqrt(x.squared) }
  /// The power, by the exponential and the logarithm.
  public static func power(_ x: Self, _ exponent: Self) throws -> Self { exp(exponent * log(x)) }
}

extension Interval: FormulaScalar {
  /// The evidence in words, for a message.
  public static var evidence: String { "numerical evidence" }
}

extension Variate: FormulaScalar {
  /// The evidence in words, for a message.
  public static var evidence: String { "simulation" }
  /// Expectations are averages of samples.
  public static var isSampled: Bool { true }
  /// Whether the variable is the same in every sample.
  public var isDeterministic: Bool { constant != nil }
}

extension Jet where Base: FormulaScalar {
  /// An elementary function of a number, with its derivatives.
  static func value(of function: ElementaryFunction, at x: Jet) throws -> Jet {
    if !x.isStill, function == .sin || function == .cos {
      let (sine, cosine) = try x.mappedPair(Base.sineAndCosine(of:), isOpposite: true)
      return function == .sin ? sine : cosine
    }
    return try x.mapped({ try Base.value(of: function, at: $0) }) { x, y in
      switch function {
      case .exp: y
      case .log: 1 / x
      case .sin, .cos: 0
      case .tan: 1 + y * y
      case .sinh: try value(of: .cosh, at: x)
      case .cosh: try value(of: .sinh, at: x)
      case .tanh: 1 - y * y
      case .sqrt: 1 / (2 * y)
      }
    }
  }

  /// The magnitude, with its derivatives away from zero.
  static func magnitude(_ x: Jet) throws -> Jet { try x.mapped(Base.magnitude) { $0 / $1 } }

  /// A power that is no integer, with its derivatives.
  static func power(_ x: Jet, _ exponent: Jet) throws -> Jet {
    if exponent.isStill {
      return try x.mapped({ try Base.power($0, exponent.value) }) { exponent * $1 / $0 }
    }
    return try value(of: .exp, at: exponent * value(of: .log, at: x))
  }
}
