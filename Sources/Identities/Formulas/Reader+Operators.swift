// Operators that bind or name a variable.
extension Parser {
  /// The kind of a variable that a derivative is taken by.
  func kind(ofVariable name: String, at place: Int) throws -> Kind {
    if let bound = scope.last(where: { Token.canonical($0.tokens) == name }) { return bound.kind }
    guard let entry = notation.entries[name] else {
      throw error("\(name), by which is differentiated, is not declared", at: place)
    }
    if entry.variables != nil { throw error("a derivative by the function \(name)", at: place) }
    return entry.kind
  }

  /// The variable of `\nabla` and `\Delta`: the one below it, or `x`.
  private mutating func spatialVariable() throws -> String {
    guard take("_") else { return "x" }
    return Token.canonical(tokens[try argumentRange()])
  }

  /// What a derivative is of: one factor, or what stands in the brackets behind it.
  private mutating func operand() throws -> (Formula, Opening) {
    if let piece = next, piece == "(" || piece == "[" {
      let place = index
      let inside = try group()
      if next == "^" {
        throw error(
          "a power behind a derivative's bracket", at: place,
          readings: ["\\nabla((...)^n)", "(\\nabla(...))^n"])
      }
      return (inside, .bracketed)
    }
    if next == "-" || next == "+" { throw error("a sign behind a derivative", readings: ["(\(next!)...)"]) }
    let (inside, opening) = try factor()
    return (inside, opening == .divergence ? .divergence : .derivative)
  }

  mutating func derivative() throws -> (Formula, Opening) {
    let place = index
    let sign = tokens[index].text
    index += 1
    if sign == #"\partial"# { return try partial(from: place) }
    let variable = try spatialVariable()
    let kind = try kind(ofVariable: variable, at: place)
    if sign == #"\Delta"# {
      let (inside, opening) = try operand()
      return (try make(at: place) { try .laplacian(inside, by: variable, kind) }, opening)
    }
    if take(#"\cdot"#) {
      let (inside, opening) = try operand()
      let formula = try make(at: place) { try .divergence(inside, by: variable, kind) }
      return (formula, opening == .derivative ? .divergence : opening)
    }
    var isHessian = false
    if next == "^" {
      index += 1
      guard tokens[try argumentRange()].map(\.text) == ["2"] else {
        throw error("a power of \\nabla", at: place)
      }
      isHessian = true
    } else if next == #"\nabla"#, peek(1) != #"\cdot"# {
      index += 1
      if take("^") {
        guard tokens[try argumentRange()].map(\.text) == [#"\top"#] else {
          throw error("a power of \\nabla", at: place)
        }
      }
      isHessian = true
    }
    let (inside, opening) = try operand()
    return (
      try make(at: place) {
        isHessian ? try .hessian(inside, by: variable, kind) : try .gradient(inside, by: variable, kind)
      }, opening
    )
  }

  /// `\partial_t`, `\partial_x^2`, `\partial_{xx}`.
  private mutating func partial(from place: Int) throws -> (Formula, Opening) {
    guard take("_") else { throw error("the variable of the derivative is expected below \\partial") }
    let range = try argumentRange()
    var variables = try variables(in: range)
    if take("^") {
      let power = tokens[try argumentRange()].map(\.text)
      guard variables.count == 1, power.count == 1, let order = Int(power[0]), (1...4).contains(order) else {
        throw error("a derivative of order 1 to 4 is expected", at: place)
      }
      variables = Array(repeating: variables[0], count: order)
    }
    let (inside, opening) = try operand()
    return (try differentiated(inside, by: variables, at: place), opening)
  }

  private func variables(in range: Range<Int>) throws -> [String] {
    let whole = Token.canonical(tokens[range])
    if notation.entries[whole] != nil || scope.contains(where: { Token.canonical($0.tokens) == whole }) {
      return [whole]
    }
    if range.count > 4 { throw error("a derivative of order 1 to 4 is expected", at: range.lowerBound) }
    return tokens[range].map(\.text)
  }

  private func differentiated(_ formula: Formula, by variables: [String], at place: Int) throws -> Formula {
    try variables.reversed().reduce(formula) { formula, variable in
      let kind = try kind(ofVariable: variable, at: place)
      return try make(at: place) { try .partial(formula, by: variable, kind) }
    }
  }

  /// `\frac{d}{dt}` and its relatives; nil where the fraction is a quotient.
  mutating func derivativeFraction() throws -> (Formula, Opening)? {
    let place = index
    var look = self
    look.index += 1
    guard let top = try? look.argumentRange(), let bottom = try? look.argumentRange() else { return nil }
    let (above, below) = (tokens[top], tokens[bottom])
    guard let sign = above.first?.text, sign == "d" || sign == #"\partial"#, below.first?.text == sign,
      below.count > 1, below.dropFirst().first?.text != "_"
    else { return nil }
    if sign == "d", notation.entries["d"] != nil || scope.contains(where: { $0.tokens.map(\.text) == ["d"] })
    {
      let variable = below.dropFirst()
      guard let first = variable.first, first.isWord,
        variable.allSatisfy({ $0.isWord || "^_".contains($0.text) || $0.isDigit })
      else { return nil }
      throw error(
        "d is a name, so that this may be a derivative or a fraction", at: place,
        readings: ["\\partial_\(Token.canonical(variable))", "\\frac{\(source(top))}{(\(source(bottom)))}"])
    }
    var order = 1
    var rest = above.dropFirst()
    if rest.first?.text == "^", let digit = rest.dropFirst().first, let k = Int(digit.text) {
      order = k
      rest = rest.dropFirst(2)
    }
    var variable = below.dropFirst()
    if order > 1 {
      guard variable.suffix(2).map(\.text) == ["^", "\(order)"] else {
        throw error("a derivative of order \(order) below as above", at: place)
      }
      variable = variable.dropLast(2)
    }
    let variables = Array(repeating: Token.canonical(variable), count: order)
    index = look.index
    if !rest.isEmpty {
      let inside = try within(rest.startIndex..<rest.endIndex) { try $0.expression() }
      return (try differentiated(inside, by: variables, at: place), .none)
    }
    let (inside, opening) = try operand()
    return (try differentiated(inside, by: variables, at: place), opening)
  }

  // MARK: - Sums and limits

  mutating func summation() throws -> Formula {
    let place = index
    let isSum = take(#"\sum"#)
    if !isSum { index += 1 }
    guard take("_") else { throw error("the index of the sum is expected, as in \\sum_{i=1}^n") }
    let below = try argumentRange()
    guard let equals = tokens[below].firstIndex(where: { $0.text == "=" }), equals > below.lowerBound else {
      throw error("the first index is expected, as in \\sum_{i=1}^n", at: below.lowerBound)
    }
    let pieces = try variable(below.lowerBound..<equals)
    guard take("^") else { throw error("the last index is expected, as in \\sum_{i=1}^n") }
    let above = try argumentRange()
    let ends = [try limitOfRange((equals + 1)..<below.upperBound), try limitOfRange(above)]
    let start = index
    let body = try bound(pieces, .scalar) { try $0.term() }
    if !isSum { try checkProduct(body, start, Token.canonical(pieces)) }
    let name = Token.canonical(pieces)
    return try make(at: place) { try .bound(isSum ? .summation(name) : .productOver(name), body, ends) }
  }

  /// Refuses a product over an index whose last factor may stand behind it.
  private func checkProduct(_ body: Formula, _ start: Int, _ name: String) throws {
    switch body.head {
    case .product, .dot, .contraction, .outer, .quotient(isSlash: true):
      if tokens[start].text == "(", (try? closing(start)) == index - 1 { return }
      guard let last = body.arguments.last, !last.names.contains(name) else { return }
      throw error(
        "a factor without \(name), which is inside of the product or behind it", at: start,
        readings: ["\\prod (... )", "(\\prod ...)\\,..."])
    default: return
    }
  }

  mutating func limit() throws -> Formula {
    let place = index
    index += 1
    guard take("_") else { throw error("the variable of the limit is expected, as in \\lim_{h\\to 0}") }
    let below = try argumentRange()
    guard let arrow = tokens[below].firstIndex(where: { $0.text == #"\to"# }), arrow > below.lowerBound else {
      throw error("an arrow is expected, as in \\lim_{h\\to 0}", at: below.lowerBound)
    }
    let pieces = try variable(below.lowerBound..<arrow)
    var target = (arrow + 1)..<below.upperBound
    var side = 0
    if target.count > 2, tokens[target.upperBound - 2].text == "^", let sign = tokens[target].last?.text,
      "+-".contains(sign)
    {
      side = sign == "+" ? 1 : -1
      target = target.lowerBound..<(target.upperBound - 2)
    }
    let end = try limitOfRange(target)
    let body = try bound(pieces, .scalar) { try $0.term() }
    return try make(at: place) { try .bound(.limit(Token.canonical(pieces), side: side), body, [end]) }
  }
}
