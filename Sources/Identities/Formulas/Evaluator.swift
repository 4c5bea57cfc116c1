import Arithmetic
import Probability

/// Evaluates formulas over the scalars of an evidence.
///
/// What several formulas share is computed once: values are kept by formula, in the widest frame that they depend on.
/// Derivatives are exact, by jets: an operator such as `\nabla` evaluates its argument where the variable moves.
public final class Evaluator<Base: FormulaScalar> {
  let bindings: Bindings<Base>
  let root: Frame

  /// An evaluator of formulas in the names that are bound, whose values may move in the first `levels` of jets.
  public init(_ bindings: Bindings<Base>, levels: Int = 0) {
    self.bindings = bindings
    root = Frame(levels: levels)
  }

  /// The value of a formula; throws `Unsupported` where the evidence has none.
  ///
  /// It is compiled here, once for the scalars of each evidence, and not again in every module that asks for a value.
  @_semantics("optimize.sil.specialize.generic.never")
  public func value(of formula: Formula) throws -> Value<Base> { try value(formula, root) }

  /// Values of variables that an operator binds or moves, and what was computed with them.
  final class Frame {
    private let above: Frame?
    /// The frame around, where it keeps this one: held here too, the two would keep every block's samples for ever.
    private unowned let owner: Frame?
    /// The frame around.
    var parent: Frame? { above ?? owner }
    let values: [String: Value<Base>]
    let integers: [String: Int]
    /// How many levels of jets move in this frame and those around it.
    let levels: Int
    fileprivate var known: [Formula: Value<Base>] = [:]
    fileprivate var moving: [Motion: Frame] = [:]
    /// The frames at the nodes of an integral over a variable, which all such integrals share.
    var nodes: [String: [(frame: Frame, weight: Base)]] = [:]

    init(
      _ parent: Frame? = nil, _ values: [String: Value<Base>] = [:], integers: [String: Int] = [:],
      levels: Int = 0, isKept: Bool = false
    ) {
      (above, owner) = isKept ? (nil, parent) : (parent, nil)
      (self.values, self.integers) = (values, integers)
      self.levels = (parent?.levels ?? 0) + levels
    }

    /// Whether a formula has the same value here as in the frame around.
    func isAround(_ formula: Formula) -> Bool {
      !values.keys.contains(where: formula.names.contains)
        && !integers.keys.contains(where: formula.names.contains)
    }
  }

  /// A variable that moves along all its coordinates, in so many levels.
  struct Motion: Hashable {
    let variable: String
    let levels: Int
  }

  @_specialize(where Base == Symbol)
  @_specialize(where Base == Interval)
  @_specialize(where Base == Variate)
  func value(_ formula: Formula, _ frame: Frame) throws -> Value<Base> {
    var frame = frame
    while let parent = frame.parent, frame.isAround(formula) { frame = parent }
    if let known = frame.known[formula] { return known }
    let value = try compute(formula, frame)
    frame.known[formula] = value
    return value
  }

  func scalar(_ formula: Formula, _ frame: Frame) throws -> Jet<Base> {
    guard case .scalar(let x) = try value(formula, frame) else { throw Unsupported("a number is expected") }
    return x
  }

  private func matrix(_ formula: Formula, _ frame: Frame) throws -> Matrix<Jet<Base>> {
    switch try value(formula, frame) {
    case .matrix(let x): return x
    case .scalar(let x): return Matrix([[x]])
    default: throw Unsupported("a matrix is expected")
    }
  }

  private func compute(_ formula: Formula, _ frame: Frame) throws -> Value<Base> {
    let arguments = formula.arguments
    switch formula.head {
    case .number(let n, over: let m): return .scalar(Jet(constant: m == 1 ? Base(n) : Base(n) / Base(m)))
    case .pi: return .scalar(Jet(constant: try Base.circleConstant()))
    case .infinity: throw Unsupported("infinity is the end of an integral or of a limit, and no number")
    case .name(let name): return try named(name, frame)
    case .application(let name, let order):
      return try applied(name, order, try arguments.map { try value($0, frame) }, frame)
    case .function(let function): return .scalar(try Jet.value(of: function, at: scalar(arguments[0], frame)))
    case .sum:
      let terms = try arguments.filter { !$0.isNumber(0) }.map { try value($0, frame) }
      guard let first = terms.first else { return .scalar(0) }
      return try terms.dropFirst().reduce(first) { try $0.zip($1, +) }
    case .negative: return try value(arguments[0], frame).map { -$0 }
    case .product: return try product(arguments, frame)
    case .dot:
      if case .vector(let a) = try value(arguments[0], frame),
        case .vector(let b) = try value(arguments[1], frame)
      {
        return .scalar(a.dot(b))
      }
      return try product(arguments, frame)
    case .outer:
      guard case .vector(let a) = try value(arguments[0], frame),
        case .vector(let b) = try value(arguments[1], frame)
      else { throw Unsupported("vectors are expected") }
      return .matrix(a.outer(b))
    case .contraction:
      let (a, b) = (try value(arguments[0], frame).components, try value(arguments[1], frame).components)
      return .scalar(zip(a, b).reduce(0) { $0 + $1.0 * $1.1 })
    case .quotient:
      let divisor = try scalar(arguments[1], frame)
      return try value(arguments[0], frame).map { $0 / divisor }
    case .power: return try power(arguments[0], arguments[1], frame)
    case .transpose: return try transposed(value(arguments[0], frame))
    case .inverse: return .matrix(try matrix(arguments[0], frame).inverse)
    case .trace: return .scalar(try matrix(arguments[0], frame).trace)
    case .determinant: return .scalar(try matrix(arguments[0], frame).determinant)
    case .norm:
      switch try value(arguments[0], frame) {
      case .scalar(let x): return .scalar(try Jet.magnitude(x))
      case .vector(let x): return .scalar(try Jet.value(of: .sqrt, at: x.squaredNorm))
      default: throw Unsupported("bars stand around a number or a vector")
      }
    case .component: return try component(arguments, frame)
    case .at(let variable):
      return try value(arguments[0], Frame(frame, [variable: try value(arguments[1], frame)]))
    case .partial, .gradient, .divergence, .laplacian, .hessian: return try derivative(formula, frame)
    case .integral, .summation, .productOver, .limit: return try bound(formula, frame)
    case .expectation(let law):
      guard Base.isSampled, law == nil else {
        throw Unsupported("an expectation is not evaluated in \(Base.evidence): bind it by a Let")
      }
      return try value(arguments[0], frame)
    case .conditionalExpectation:
      throw Unsupported("a conditional expectation is not evaluated in \(Base.evidence): bind it by a Let")
    case .variance, .covariance, .divergenceOfLaws:
      throw Unsupported(
        "a variance or a divergence of laws is not evaluated in \(Base.evidence): bind it by a Let")
    case .tuple: return .tuple(try arguments.map { try value($0, frame) })
    case .entries(let rows, let columns):
      let entries = try arguments.map { try scalar($0, frame) }
      return columns == 1
        ? .vector(Vector(entries))
        : .matrix(Matrix(rows: rows, columns: columns) { entries[$0 * columns + $1] })
    case .identity(let n): return .matrix(.identity(n))
    }
  }

  private func transposed(_ value: Value<Base>) throws -> Value<Base> {
    switch value {
    case .scalar: value
    case .vector(let x): .row(x)
    case .row(let x): .vector(x)
    case .matrix(let x): .matrix(x.transpose)
    case .tuple: throw Unsupported("several quantities have no transpose")
    }
  }

  private func power(_ base: Formula, _ exponent: Formula, _ frame: Frame) throws -> Value<Base> {
    if let n = integer(exponent, frame), n.magnitude <= 64 {
      // The square of a length needs no root.
      if base.head == .norm, n > 0, n.isMultiple(of: 2) {
        let square =
          switch try value(base.arguments[0], frame) {
          case .vector(let x): x.squaredNorm
          case .scalar(let x): x.squared
          default: throw Unsupported("bars stand around a number or a vector")
          }
        return .scalar(n == 2 ? square : square.power(n / 2))
      }
      switch try value(base, frame) {
      case .scalar(let x): return .scalar(n == 2 ? x.squared : x.power(n))
      case .matrix(let A) where n > 0: return .matrix((1..<n).reduce(A) { product, _ in product * A })
      default: throw Unsupported("a power of what is no number")
      }
    }
    return .scalar(try Jet.power(try scalar(base, frame), try scalar(exponent, frame)))
  }

  /// The integer that a formula is: a number, an index, or a sum and product of such.
  func integer(_ formula: Formula, _ frame: Frame) -> Int? {
    switch formula.head {
    case .number(let n, over: 1): return n
    case .name(let name):
      var around: Frame? = frame
      while let here = around {
        if let index = here.integers[name] { return index }
        around = here.parent
      }
      if case .integer(let n) = bindings.entries[name] { return n }
      return nil
    case .negative: return integer(formula.arguments[0], frame).map { -$0 }
    case .sum, .product:
      let parts = formula.arguments.compactMap { integer($0, frame) }
      guard parts.count == formula.arguments.count else { return nil }
      return formula.head == .sum ? parts.reduce(0, +) : parts.reduce(1, *)
    default: return nil
    }
  }

  private func component(_ arguments: [Formula], _ frame: Frame) throws -> Value<Base> {
    let indices = try arguments.dropFirst().map { formula in
      guard let index = integer(formula, frame) else { throw Unsupported("an index is an integer") }
      return index - 1
    }
    switch (try value(arguments[0], frame), indices.count) {
    case (.vector(let x), 1), (.row(let x), 1):
      guard x.indices.contains(indices[0]) else { throw Unsupported("no component \(indices[0] + 1)") }
      return .scalar(x[indices[0]])
    case (.matrix(let x), 2):
      guard (0..<x.rows).contains(indices[0]), (0..<x.columns).contains(indices[1]) else {
        throw Unsupported("no entry \(indices.map { $0 + 1 })")
      }
      return .scalar(x[indices[0], indices[1]])
    default: throw Unsupported("indices of what has none")
    }
  }
}

// Names and functions.
extension Evaluator {
  private func named(_ name: String, _ frame: Frame) throws -> Value<Base> {
    var around: Frame? = frame
    while let here = around {
      if let value = here.values[name] { return value }
      around = here.parent
    }
    switch bindings.entries[name] {
    case .value(let value):
      try requireFixed(name, frame)
      return try value()
    case .definition(let formula): return try value(formula, frame)
    case .integer(let n): return .scalar(Jet(n))
    case .formula, .code, .density:
      throw Unsupported("\(name) is a function, and has no value without arguments")
    case nil: throw Unsupported("\(name) is not bound")
    }
  }

  /// Throws where a name that is written with a variable has one value alone, and the variable moves.
  private func requireFixed(_ name: String, _ frame: Frame) throws {
    guard let written = bindings.notation.entries[name]?.written, !written.isEmpty else { return }
    var around: Frame? = frame
    while let here = around {
      if let variable = written.first(where: here.values.keys.contains) {
        throw Unsupported("\(name) is bound at one \(variable) alone: bind it as a function of \(variable)")
      }
      around = here.parent
    }
  }

  /// A function at its arguments, differentiated by them so many times.
  private func applied(
    _ name: String, _ order: [Int], _ arguments: [Value<Base>], _ frame: Frame
  ) throws -> Value<Base> {
    let count = order.reduce(0, +)
    guard count > 0 else { return try call(name, arguments, frame) }
    var level = frame.levels
    guard level + count <= Jet<Base>.mostLevels else {
      throw Unsupported("derivatives are nested too deeply")
    }
    var moved = arguments
    for (k, times) in order.enumerated() {
      for _ in 0..<times {
        moved[k] = moved[k].map { $0.moved(level: level, direction: 0) }
        level += 1
      }
    }
    return try call(name, moved, Frame(frame, levels: count)).map { jet in
      (frame.levels..<level).reversed().reduce(jet) { $0.coefficient(level: $1, direction: 0) }
    }
  }

  private func call(_ name: String, _ arguments: [Value<Base>], _ frame: Frame) throws -> Value<Base> {
    switch bindings.entries[name] {
    case .code(let code): return try code(arguments)
    case .formula(let variables, let body):
      let values = Dictionary(uniqueKeysWithValues: zip(variables, arguments))
      return try value(body, Frame(frame, values))
    default: throw Unsupported("\(name) is no function")
    }
  }

  /// The frame in which a variable moves along all its coordinates, in so many levels.
  func moving(_ variable: String, levels: Int, _ frame: Frame) throws -> Frame {
    let motion = Motion(variable: variable, levels: levels)
    if let known = frame.moving[motion] { return known }
    guard frame.levels + levels <= Jet<Base>.mostLevels else {
      throw Unsupported("derivatives are nested too deeply")
    }
    var value = try named(variable, frame)
    for level in frame.levels..<(frame.levels + levels) {
      switch value {
      case .scalar(let x): value = .scalar(x.moved(level: level, direction: 0))
      case .vector(let x) where x.dimension <= Jet<Base>.mostDirections:
        value = .vector(Vector(x.indices.map { x[$0].moved(level: level, direction: $0) }))
      default: throw Unsupported("a derivative by what is neither a number nor a vector")
      }
    }
    let result = Frame(frame, [variable: value], levels: levels, isKept: true)
    frame.moving[motion] = result
    return result
  }
}
