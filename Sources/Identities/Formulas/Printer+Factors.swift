// What a factor is printed as.
extension Printer {
  /// A factor and how it ends.
  func closed(_ formula: Formula, before follower: Follower) -> (String, Ending) {
    let a = formula.arguments
    switch formula.head {
    case .number(let n, let denominator): return (number(n, over: denominator), .closed)
    case .pi: return (#"\pi"#, .closed)
    case .infinity: return (#"\infty"#, .closed)
    case .name(let name): return (self.name(name, before: follower), .closed)
    case .application(let name, let order): return (application(name, order, a), .closed)
    case .function(.sqrt): return (#"\sqrt{"# + enclosed(a[0]) + "}", .closed)
    case .function(.exp) where isShort(a[0]): return ("e^{" + enclosed(a[0]) + "}", .closed)
    case .function(let function): return applied("\\" + function.rawValue, a[0], before: follower)
    case .quotient: return (fraction(a[0], a[1]), .closed)
    case .power: return power(a[0], a[1], before: follower)
    case .transpose:
      if a[0].head == .inverse {
        return (raised(a[0].arguments[0], to: #"{-\top}"#, before: follower), .closed)
      }
      return (raised(a[0], to: #"\top"#, before: follower), .closed)
    case .inverse: return (raised(a[0], to: "{-1}", before: follower), .closed)
    case .trace: return operation(#"\operatorname{tr}"#, a[0], before: follower)
    case .determinant: return operation(#"\det"#, a[0], before: follower)
    case .norm: return (bars(a[0]), .closed)
    case .component: return (component(a, before: follower), .closed)
    case .at(let variable):
      return ("[" + enclosed(a[0]) + "]_{" + variable + "=" + enclosed(a[1]) + "}", .closed)
    case .partial, .gradient, .divergence, .laplacian, .hessian: return derivative(formula)
    case .integral(let variable): return (integral(variable, a), .bracketed)
    case .summation(let index): return (ranged(#"\sum"#, index, a), .open)
    case .productOver(let index): return (ranged(#"\prod"#, index, a), .open)
    case .limit(let variable, let side): return (limit(variable, side, a), .open)
    case .expectation(let law):
      return (#"\mathbb{E}"# + (law.map { "_" + lowered($0) } ?? "") + "[" + guarded(a[0]) + "]", .closed)
    case .conditionalExpectation:
      let given = guarded(a[1]) + " = " + guarded(a[2])
      return (#"\mathbb{E}["# + guarded(a[0]) + joined(#"\mid"#, given) + "]", .closed)
    case .variance: return (#"\operatorname{Var}"# + brackets(a[0]), .bracketed)
    case .covariance: return (#"\operatorname{Cov}("# + list(a) + ")", .bracketed)
    case .divergenceOfLaws:
      return (#"\mathrm{KL}("# + enclosed(a[0]) + joined(#"\Vert"#, enclosed(a[1])) + ")", .bracketed)
    case .entries(_, let columns): return (matrix(a, columns: columns), .closed)
    case .identity: return ("I", .closed)
    case .sum, .negative, .product, .dot, .contraction, .outer, .tuple: return (brackets(formula), .closed)
    }
  }

  private func number(_ n: Int, over denominator: Int) -> String {
    guard Self.isDecimal(denominator) else { return "\\tfrac{\(n)}{\(denominator)}" }
    let places = String(denominator).count - 1
    guard places > 0 else { return String(n) }
    let digits = String(n.magnitude)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return (n < 0 ? "-" : "") + padded.dropLast(places) + "." + padded.suffix(places)
  }

  // MARK: - Names

  /// A value; the variables it is declared with only where a bracket follows that would be taken for them.
  private func name(_ name: String, before follower: Follower) -> String {
    if isGuarded(name) { return "(" + name + ")" }
    guard follower == .bracket || writesArguments, !scope.contains(name), let entry = notation.entries[name]
    else { return name }
    return entry.written.isEmpty ? name : name + "(" + entry.written.joined(separator: ", ") + ")"
  }

  /// A formula between the brackets of an expectation, which may be the beginning of a longer name.
  private func guarded(_ formula: Formula) -> String {
    if case .name(let name) = formula.head, guarded.contains(name) { return "(" + name + ")" }
    return enclosed(formula)
  }

  /// Whether a name would be read as part of another, or as the end of an integral.
  private func isGuarded(_ name: String) -> Bool {
    if guarded.contains(name) { return true }
    return isBeforeDifferential && name.first == "d"
  }

  private func application(_ name: String, _ order: [Int], _ arguments: [Formula]) -> String {
    // A function of another notation is written as its name alone, since nothing says which variables it shows.
    let (variables, written) = notation.entries[name].map { ($0.variables ?? [], $0.written) } ?? ([], [])
    let parts = written.compactMap { variables.firstIndex(of: $0) }.filter { $0 < arguments.count }
    let isBare = written.isEmpty || parts.count != written.count
    let brackets = isBare ? "" : "(" + list(parts.map { arguments[$0] }) + ")"
    let total = order.reduce(0, +)
    guard total > 0 else {
      return isBare && guarded.contains(name) || isGuarded(name)
        ? "(" + name + brackets + ")" : name + brackets
    }
    if total <= 2, let t = variables.firstIndex(of: "t") ?? (order.count == 1 ? 0 : nil), order[t] == total,
      variables[t] == "t" || order.count > 1
    {
      return dotted(name, times: total) + brackets
    }
    if order.count == 1 { return name + String(repeating: "'", count: total) + brackets }
    let operators = zip(variables, order).filter { $0.1 > 0 }.map { variable, k in
      "\\partial_" + lowered(variable) + (k > 1 ? "^\(k)" : "")
    }
    return "(" + operators.joined() + name + brackets + ")"
  }

  /// A dot over the first piece of a name, or over all of it where that is more than a letter with an index.
  private func dotted(_ name: String, times count: Int) -> String {
    let accent = count == 2 ? #"\ddot"# : #"\dot"#
    let first = (try? Token.all(in: name))?.first?.text ?? ""
    let isLetter = first.count == 1 || Alphabet.letters[first] != nil
    let isTaken = notation.match((try? Token.all(in: joined(accent, name)))?[...] ?? []) != nil
    return isLetter && !isTaken ? joined(accent, name) : accent + "{" + name + "}"
  }

  // MARK: - Fractions and powers

  private func fraction(_ a: Formula, _ b: Formula) -> String {
    let (above, below) = (enclosed(a), enclosed(b))
    if a.isDigits, b.isDigits {
      return above.count + below.count == 2 ? "\\tfrac\(above)\(below)" : "\\tfrac{\(above)}{\(below)}"
    }
    // `\frac{d}{dt}` would be the derivative.
    return above.first == "d" && below.first == "d"
      ? "\\frac{\(above)}{(\(below))}" : "\\frac{\(above)}{\(below)}"
  }

  private func power(_ base: Formula, _ exponent: Formula, before follower: Follower) -> (String, Ending) {
    let above = group(enclosed(exponent))
    if case .function(let function) = base.head, function != .sqrt, function != .exp,
      exponent != .negative(.integer(1))
    {
      return applied("\\\(function.rawValue)^\(above)", base.arguments[0], before: follower)
    }
    return (raised(base, to: above, before: follower), .closed)
  }

  /// A text as the argument of `^` or `_`: in braces, unless it is a single letter or digit.
  private func group(_ text: String) -> String {
    text.count == 1 && (text.first!.isLetter || text.first!.isNumber) ? text : "{" + text + "}"
  }

  private func raised(_ base: Formula, to exponent: String, before follower: Follower) -> String {
    let text = factor(base, before: follower)
    let isBase =
      switch base.head {
      case .name(let name): !has("^", in: name) || text.last == ")"
      case .application(let name, _): text.last == ")" || !has("^", in: name)
      case .number, .pi, .norm, .entries, .expectation, .conditionalExpectation: true
      case .function(.sqrt), .determinant: text.last == "}" || text.last == ")"
      case .component: base.arguments.count == 2 && exponent != #"\top"#
      case .sum, .negative, .product, .dot, .contraction, .outer, .quotient(isSlash: true), .tuple: true
      default: false
      }
    return (isBase ? text : brackets(base)) + "^" + exponent
  }

  /// Whether an exponent or an index belongs to a name.
  private func has(_ sign: String, in name: String) -> Bool {
    Notation.has(sign, in: (try? Token.all(in: name)) ?? [])
  }

  /// Whether an exponent can be read at its size.
  private func isShort(_ exponent: Formula) -> Bool {
    guard !scope.contains("e"), notation.entries["e"] == nil, exponent.size <= 16 else { return false }
    return !exponent.holdsTall
  }

  private func component(_ a: [Formula], before follower: Follower) -> String {
    let indices = a.dropFirst().map(enclosed)
    let isJoined = a.count == 3 && indices.allSatisfy { $0.count == 1 }
    let below = indices.joined(separator: isJoined ? "" : ",")
    let text = factor(a[0], before: follower == .nothing ? .something : follower)
    let isBase =
      switch a[0].head {
      case .name(let name), .application(let name, _):
        text.last == ")" || !has("_", in: name) && !has("^", in: name)
      case .entries, .expectation, .conditionalExpectation: true
      default: !a[0].head.isFactor
      }
    return (isBase ? text : brackets(a[0])) + "_" + group(below)
  }

  // MARK: - Operators

  /// A function before its argument: without brackets where that is one piece and nothing follows.
  private func applied(_ function: String, _ a: Formula, before follower: Follower) -> (String, Ending) {
    if follower == .nothing, a.isPiece {
      let argument = factor(a, before: .nothing)
      return (joined(function, argument), argument.first == "(" ? .closed : .open)
    }
    return (function + brackets(a), .closed)
  }

  /// The trace or the determinant.
  private func operation(_ sign: String, _ a: Formula, before follower: Follower) -> (String, Ending) {
    let (text, ending) = applied(sign, a, before: follower)
    return (text, ending == .closed ? .bracketed : ending)
  }

  private func derivative(_ formula: Formula) -> (String, Ending) {
    var inside = formula.arguments[0]
    var sign: String
    switch formula.head {
    case .partial(let variable):
      guard knows(variable) else {
        if case .application = inside.head { return ("\\dot{" + brackets(inside) + "}", .closed) }
        return ("\\dot{" + enclosed(inside) + "}", .closed)
      }
      var order = 1
      while order < 4, inside.head == formula.head { (order, inside) = (order + 1, inside.arguments[0]) }
      sign = #"\partial_"# + lowered(variable) + (order > 1 ? "^\(order)" : "")
    case .gradient(let variable): sign = #"\nabla"# + below(variable)
    case .hessian(let variable): sign = #"\nabla"# + below(variable) + "^2"
    case .divergence(let variable): sign = #"\nabla"# + below(variable) + #"\cdot"#
    case .laplacian(let variable): sign = #"\Delta"# + below(variable)
    default: return ("", .closed)
    }
    if inside.isOperand {
      let text = factor(inside, before: .nothing)
      // `\nabla\nabla` would be the second derivatives, and a bracket the end of the operand.
      let isSecond = formula.head.isGradient && text.hasPrefix(#"\nabla"#) && !text.hasPrefix(#"\nabla\cdot"#)
      if !isSecond, text.first != "(" { return (joined(sign, text), .open) }
    }
    return (sign + brackets(inside), .bracketed)
  }

  /// The variable below `\nabla`, which is `x` where none stands there.
  private func below(_ variable: String) -> String { variable == "x" ? "" : "_" + lowered(variable) }

  func lowered(_ name: String) -> String {
    ((try? Token.all(in: name))?.count ?? 1) == 1 ? name : "{" + name + "}"
  }

  private func ends(_ a: [Formula]) -> String {
    a.count == 3 ? "_" + group(enclosed(a[1])) + "^" + group(enclosed(a[2])) : ""
  }

  private func integral(_ variable: String, _ a: [Formula]) -> String {
    let inner = binding(variable, isIntegral: true)
    let body = a[0].head == .sum ? inner.brackets(a[0]) : inner.expression(a[0])
    return joined(#"\int"# + ends(a), body) + joined(#"\,d"#, variable)
  }

  private func ranged(_ sign: String, _ index: String, _ a: [Formula]) -> String {
    let range = "_{" + index + "=" + enclosed(a[1]) + "}^" + group(enclosed(a[2]))
    let inner = binding(index)
    // What a product takes in is said by brackets.
    let isBracketed = sign == #"\prod"# && a[0].isInProduct
    return joined(sign + range, isBracketed ? inner.brackets(a[0]) : inner.term(a[0]))
  }

  private func limit(_ variable: String, _ side: Int, _ a: [Formula]) -> String {
    let end = side == 0 ? enclosed(a[1]) : raised(a[1], to: side > 0 ? "+" : "-", before: .something)
    return #"\lim_{"# + joined(variable + #"\to"#, end) + "}" + binding(variable).term(a[0])
  }

  private func matrix(_ a: [Formula], columns: Int) -> String {
    let rows = stride(from: 0, to: a.count, by: columns).map { start in
      a[start..<min(start + columns, a.count)].map(enclosed).joined(separator: " & ")
    }
    return #"\begin{pmatrix}"# + rows.joined(separator: #" \\ "#) + #"\end{pmatrix}"#
  }
}

extension Formula {
  /// Whether the formula is one piece to the eye, so that a function needs no brackets around it.
  fileprivate var isPiece: Bool {
    switch head {
    case .name, .application, .pi, .norm, .determinant: true
    case .number: isDigits
    default: false
    }
  }

  /// Whether what stands under a product over an index might be thought to end before its end.
  fileprivate var isInProduct: Bool {
    switch head {
    case .product, .dot, .contraction, .outer, .quotient(isSlash: true): true
    default: false
    }
  }

  /// Whether a derivative needs no brackets around the formula.
  fileprivate var isOperand: Bool {
    switch head {
    case .name, .application, .norm, .function(.log), .partial, .gradient, .divergence, .laplacian, .hessian,
      .expectation, .conditionalExpectation, .component:
      true
    default: false
    }
  }

  /// Whether the formula holds what is printed in several storeys.
  fileprivate var holdsTall: Bool {
    switch head {
    case .integral, .summation, .productOver, .limit, .entries, .function(.exp): true
    case .quotient(isSlash: false) where !(arguments[0].isDigits && arguments[1].isDigits): true
    default: arguments.contains(where: \.holdsTall)
    }
  }
}

extension Head {
  fileprivate var isGradient: Bool { if case .gradient = self { true } else { false } }

  /// Whether the formula is a factor without brackets around it.
  fileprivate var isFactor: Bool {
    switch self {
    case .sum, .negative, .product, .dot, .contraction, .outer, .quotient(isSlash: true), .tuple: false
    default: true
    }
  }
}
