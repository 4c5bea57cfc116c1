import Arithmetic

// Products, derivatives, and operators that bind a variable.
extension Evaluator {
  /// A product in the order it is written: numbers apart, and the rest from the right, so that a matrix meets a vector
  /// and never another matrix where that can be helped.
  func product(_ factors: [Formula], _ frame: Frame) throws -> Value<Base> {
    var number: Jet<Base>?
    var segment: [Formula] = []
    var rest: Value<Base>?
    func scale(by x: Jet<Base>) { number = number.map { $0 * x } ?? x }
    for factor in factors {
      switch factor.kind {
      case .scalar, .zero: scale(by: try scalar(factor, frame))
      default:
        segment.append(factor)
        // A row times what follows up to a vector is a number, which ends the chain.
        if case .row = segment[0].kind, case .vector = factor.kind {
          guard case .scalar(let x) = try chain(segment, frame) else {
            throw Unsupported("a number is expected")
          }
          scale(by: x)
          segment = []
        }
      }
    }
    if !segment.isEmpty { rest = try chain(segment, frame) }
    switch (number, rest) {
    case (let number?, let rest?): return rest.map { number * $0 }
    case (let number?, nil): return .scalar(number)
    case (nil, let rest?): return rest
    case (nil, nil): throw Unsupported("an empty product")
    }
  }

  /// A product of rows, matrices and columns, from the right.
  private func chain(_ factors: [Formula], _ frame: Frame) throws -> Value<Base> {
    var result = try value(factors[factors.count - 1], frame)
    for factor in factors.dropLast().reversed() { result = try times(factor, result, frame) }
    return result
  }

  private func times(_ factor: Formula, _ right: Value<Base>, _ frame: Frame) throws -> Value<Base> {
    if case .scalar(let x) = right { return try value(factor, frame).map { $0 * x } }
    // An inverse that meets something solves; it is not formed.
    if let (matrix, isTransposed) = factor.inverted, case .matrix(let A) = try value(matrix, frame) {
      let system = isTransposed ? A.transpose : A
      switch right {
      case .vector(let x): return .vector(system.solve(x))
      case .matrix(let x): return .matrix(system.solve(x))
      default: break
      }
    }
    switch (try value(factor, frame), right) {
    case (.matrix(let A), .vector(let x)): return .vector(A * x)
    case (.matrix(let A), .matrix(let B)): return .matrix(A * B)
    case (.row(let x), .vector(let y)): return .scalar(x.dot(y))
    case (.row(let x), .matrix(let A)): return .row(A.transpose * x)
    case (.vector(let x), .row(let y)): return .matrix(x.outer(y))
    case (let a, let b): throw Unsupported("\(a.kind) times \(b.kind)")
    }
  }

  // MARK: - Derivatives

  func derivative(_ formula: Formula, _ frame: Frame) throws -> Value<Base> {
    let inside = formula.arguments[0]
    /// The value inside with the variable moving, in one level or two.
    func moved(_ variable: String, levels: Int) throws -> Value<Base> {
      try value(inside, try moving(variable, levels: levels, frame))
    }
    /// What of it moves with these coordinates, one for each level.
    func slope(_ x: Jet<Base>, _ coordinates: Int...) -> Jet<Base> {
      coordinates.enumerated().reversed().reduce(x) {
        $0.coefficient(level: frame.levels + $1.offset, direction: $1.element)
      }
    }
    func dimension(_ variable: String) throws -> Int? {
      switch try value(.name(variable, .scalar), frame) {
      case .scalar: nil
      case .vector(let x): x.dimension
      default: throw Unsupported("a derivative by what is neither a number nor a vector")
      }
    }
    func number(_ value: Value<Base>) throws -> Jet<Base> {
      guard case .scalar(let x) = value else { throw Unsupported("a number is expected") }
      return x
    }
    switch formula.head {
    case .partial(let variable): return try moved(variable, levels: 1).map { slope($0, 0) }
    case .gradient(let variable):
      let moved = try moved(variable, levels: 1)
      guard let d = try dimension(variable) else { return moved.map { slope($0, 0) } }
      let x = try number(moved)
      return .vector(Vector((0..<d).map { slope(x, $0) }))
    case .divergence(let variable):
      let moved = try moved(variable, levels: 1)
      guard let d = try dimension(variable) else { return moved.map { slope($0, 0) } }
      switch moved {
      case .vector(let v): return .scalar((0..<d).reduce(0) { $0 + slope(v[$1], $1) })
      case .matrix(let A):
        return .vector(Vector((0..<A.rows).map { i in (0..<d).reduce(0) { $0 + slope(A[i, $1], $1) } }))
      default: throw Unsupported("the divergence of a number")
      }
    case .laplacian(let variable):
      let d = try dimension(variable) ?? 1
      return try moved(variable, levels: 2).map { x in (0..<d).reduce(0) { $0 + slope(x, $1, $1) } }
    case .hessian(let variable):
      let moved = try moved(variable, levels: 2)
      guard let d = try dimension(variable) else { return moved.map { slope($0, 0, 0) } }
      let x = try number(moved)
      return .matrix(Matrix(rows: d, columns: d) { slope(x, min($0, $1), max($0, $1)) })
    default: throw Unsupported("no derivative")
    }
  }

  // MARK: - Integrals, sums, limits

  func bound(_ formula: Formula, _ frame: Frame) throws -> Value<Base> {
    let (inside, ends) = (formula.arguments[0], formula.arguments.dropFirst())
    switch formula.head {
    case .summation(let index), .productOver(let index):
      guard let first = integer(ends[1], frame), let last = integer(ends[2], frame), last - first < 100_000
      else {
        throw Unsupported("the ends of a sum are integers")
      }
      let isSum = formula.head == .summation(index)
      guard first <= last else { return .scalar(isSum ? 0 : 1) }
      let terms = try (first...last).map { k in
        try value(inside, Frame(frame, [index: .scalar(Jet(k))], integers: [index: k]))
      }
      return try terms.dropFirst().reduce(terms[0]) { a, b in try isSum ? a.zip(b, +) : a.zip(b, *) }
    case .integral(let variable):
      var (lower, upper) = ends.isEmpty ? (nil, nil) : (try end(ends[1], frame), try end(ends[2], frame))
      if ends.isEmpty {
        switch bindings.measures[variable] {
        case .nodes(let nodes): return try integral(of: inside, over: variable, nodes, frame)
        case .interval(let a, let b): (lower, upper) = (a, b)
        case nil: break
        }
      }
      // Each component and each of its derivatives is an integral of its own.
      let shape = try value(inside, Frame(frame, [variable: .scalar(Jet(constant: Base(1) / Base(3)))]))
      let integrals = try Base.integral(from: lower, to: upper) { x in
        try value(inside, Frame(frame, [variable: .scalar(Jet(constant: x))])).components.flatMap(\.parts)
      }
      var next = integrals[...]
      return shape.map { jet in
        let count = jet.parts.count
        defer { next = next.dropFirst(count) }
        return jet.with(parts: Array(next.prefix(count)))
      }
    case .limit(let variable, _):
      guard ends[1].isNumber(0) else { throw Unsupported("a limit is taken at zero") }
      return .scalar(
        Jet(
          constant: try Base.limit { x in
            let inside = try scalar(inside, Frame(frame, [variable: .scalar(Jet(constant: x))]))
            guard inside.isStill else { throw Unsupported("a derivative of a limit") }
            return inside.value
          }))
    default: throw Unsupported("no operator that binds a variable")
    }
  }

  /// The integral of a formula as a sum over nodes.
  private func integral(
    of inside: Formula, over variable: String, _ nodes: () throws -> [(at: Value<Base>, weight: Base)],
    _ frame: Frame
  ) throws -> Value<Base> {
    if frame.nodes[variable] == nil {
      frame.nodes[variable] = try nodes().map { (Frame(frame, [variable: $0.at], isKept: true), $0.weight) }
    }
    var sum: Value<Base>?
    for (there, weight) in frame.nodes[variable] ?? [] {
      // Computed at the node even where it does not depend on the variable, once for all nodes.
      let part = try value(inside, there).map { Jet(constant: weight) * $0 }
      sum = try sum?.zip(part, +) ?? part
    }
    return sum ?? .scalar(0)
  }

  /// An end of an integral, nil where it is infinite.
  private func end(_ formula: Formula, _ frame: Frame) throws -> Base? {
    if formula.head == .infinity { return nil }
    if formula.head == .negative, formula.arguments[0].head == .infinity { return nil }
    let end = try scalar(formula, frame)
    guard end.isStill else { throw Unsupported("a derivative of an integral by its end") }
    return end.value
  }
}

extension Formula {
  /// The matrix that the formula inverts, and whether it is transposed as well; nil where it is no inverse.
  var inverted: (matrix: Formula, isTransposed: Bool)? {
    switch head {
    case .inverse: (arguments[0], false)
    case .transpose where arguments[0].head == .inverse: (arguments[0].arguments[0], true)
    default: nil
    }
  }
}
