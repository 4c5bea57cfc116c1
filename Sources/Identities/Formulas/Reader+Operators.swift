// Operators that bind or name a variable.
extension Parser {
  /// The kind of a variable that a derivative is taken by.
  private func kind(ofVariable name: String, at place: Int) throws -> Kind {
    if let bound = scope.last(where: { Token.canonical($0.tokens) == name }) { return bound.kind }
    if let kind = notation.entries[name]?.kind { return kind }
    throw error("\(name), by which is differentiated, is not declared", at: place)
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
      return (inside, .none)
    }
    if next == "-" || next == "+" { throw error("a sign behind a derivative", readings: ["(\(next!)...)"]) }
    let isClosed = next == #"\mathbb"# && notation.match(tokens[index..<end]) == nil || next == #"\int"#
    let (inside, opening) = try factor()
    return (inside, isClosed && opening == .none ? .none : .derivative)
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
      return (try make(at: place) { try .divergence(inside, by: variable, kind) }, opening)
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
      below.count > 1
    else { return nil }
    if sign == "d", notation.match(below) != nil || notation.match(above) != nil { return nil }
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

  // MARK: - Integrals, sums, limits

  mutating func integral() throws -> Formula {
    let place = index
    index += 1
    var ends: [Formula] = []
    if next == "_" || next == "^" {
      var (below, above): (Range<Int>?, Range<Int>?)
      while let sign = next, sign == "_" || sign == "^" {
        index += 1
        let range = try argumentRange()
        if sign == "_" { below = range } else { above = range }
      }
      switch (below, above) {
      case (let below?, let above?):
        ends = [try within(below) { try $0.expression() }, try within(above) { try $0.expression() }]
      case (let domain?, nil):
        guard [#"\mathbb R"#, #"\mathbb R^d"#].contains(Token.canonical(tokens[domain])) else {
          throw error("an integral has two ends, or none for the whole line", at: place)
        }
      default: throw error("an integral has two ends, or none for the whole line", at: place)
      }
    }
    let (start, stop) = try differentialOfIntegral(from: place)
    var variableEnd = start + 2
    if variableEnd < end, tokens[variableEnd].text == "_" {
      variableEnd += 1
      let close = tokens[variableEnd].text == "{" ? try closing(variableEnd) + 1 : variableEnd + 1
      variableEnd = close
    }
    let pieces = Array(tokens[(start + 1)..<variableEnd])
    let name = Token.canonical(pieces)
    let kind = notation.entries[name]?.kind ?? .scalar
    let body: Formula
    if start == index {
      body = .integer(1)
    } else {
      scope.append((pieces, kind))
      body = try within(index..<stop) { try $0.expression() }
      scope.removeLast()
    }
    index = variableEnd
    return try make(at: place) { try .bound(.integral(name), body, ends) }
  }

  /// Where the differential stands that ends the integral begun before.
  private func differentialOfIntegral(from place: Int) throws -> (start: Int, bodyEnd: Int) {
    var (depth, open, i) = (0, 1, index)
    while i < end {
      let piece = tokens[i].text
      if Self.brackets[piece] != nil { depth += 1 }
      if Self.brackets.values.contains(piece) { depth -= 1 }
      if depth < 0 { break }
      if depth == 0, piece == #"\int"# { open += 1 }
      if depth == 0, piece == "d", i + 1 < end, tokens[i + 1].isWord, tokens[i + 1].text != #"\cdot"# {
        open -= 1
        if open == 0 { return (i, i) }
      }
      i += 1
    }
    throw error("the integral has no differential such as dx", at: place)
  }

  mutating func summation() throws -> Formula {
    let place = index
    let isSum = take(#"\sum"#)
    if !isSum { index += 1 }
    guard take("_") else { throw error("the index of the sum is expected, as in \\sum_{i=1}^n") }
    let below = try argumentRange()
    guard let equals = tokens[below].firstIndex(where: { $0.text == "=" }), equals > below.lowerBound else {
      throw error("the first index is expected, as in \\sum_{i=1}^n", at: below.lowerBound)
    }
    let pieces = Array(tokens[below.lowerBound..<equals])
    guard take("^") else { throw error("the last index is expected, as in \\sum_{i=1}^n") }
    let above = try argumentRange()
    let ends = [
      try within((equals + 1)..<below.upperBound) { try $0.expression() },
      try within(above) { try $0.expression() },
    ]
    scope.append((pieces, .scalar))
    let body = try term()
    scope.removeLast()
    let name = Token.canonical(pieces)
    return try make(at: place) { try .bound(isSum ? .summation(name) : .productOver(name), body, ends) }
  }

  mutating func limit() throws -> Formula {
    let place = index
    index += 1
    guard take("_") else { throw error("the variable of the limit is expected, as in \\lim_{h\\to 0}") }
    let below = try argumentRange()
    guard let arrow = tokens[below].firstIndex(where: { $0.text == #"\to"# }), arrow > below.lowerBound else {
      throw error("an arrow is expected, as in \\lim_{h\\to 0}", at: below.lowerBound)
    }
    let pieces = Array(tokens[below.lowerBound..<arrow])
    var target = (arrow + 1)..<below.upperBound
    var side = 0
    if target.count > 2, tokens[target.upperBound - 2].text == "^", let sign = tokens[target].last?.text,
      "+-".contains(sign)
    {
      side = sign == "+" ? 1 : -1
      target = target.lowerBound..<(target.upperBound - 2)
    }
    let end = try within(target) { try $0.expression() }
    scope.append((pieces, .scalar))
    let body = try term()
    scope.removeLast()
    return try make(at: place) { try .bound(.limit(Token.canonical(pieces), side: side), body, [end]) }
  }

  // MARK: - Expectations

  mutating func expectation() throws -> (Formula, Opening) {
    let place = index
    index += 2
    var law: String?
    if take("_") { law = Token.canonical(tokens[try argumentRange()]) }
    guard let open = next, ["[", "(", #"\lbrace"#].contains(open) else {
      let (inside, _) = try factor()
      return (try make(at: place) { try .expectation(inside, law: law) }, .function)
    }
    let close = try closing(index)
    let result: Formula
    if let bar = bar(in: (index + 1)..<close) {
      let inside = try within((index + 1)..<bar) { try $0.expression() }
      let condition = tokens[(bar + 1)..<close]
      guard let equals = condition.firstIndex(where: { $0.text == "=" }) else {
        throw error("a condition such as x_t = x is expected", at: bar + 1)
      }
      let given = try within((bar + 1)..<equals) { try $0.expression() }
      let value = try within((equals + 1)..<close) { try $0.expression() }
      result = try make(at: place) { try .conditionalExpectation(inside, given: given, is: value) }
    } else {
      let inside = try within((index + 1)..<close) { try $0.expression() }
      result = try make(at: place) { try .expectation(inside, law: law) }
    }
    index = close + 1
    if open == "(", next == "^" {
      throw error(
        "a power behind an expectation", readings: [#"\mathbb{E}[(...)^2]"#, #"(\mathbb{E}[...])^2"#])
    }
    return (result, .none)
  }

  /// The bar of a condition, outside of all brackets.
  private func bar(in range: Range<Int>) -> Int? {
    var depth = 0
    for i in range {
      if Self.brackets[tokens[i].text] != nil { depth += 1 }
      if Self.brackets.values.contains(tokens[i].text) { depth -= 1 }
      if depth == 0, tokens[i].text == #"\mid"# { return i }
    }
    return nil
  }
}
