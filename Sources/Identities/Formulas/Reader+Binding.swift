// Operators that bind a variable, and expectations.
extension Parser {
  /// The pieces of a variable that an operator binds.
  func variable(_ range: Range<Int>) throws -> [Token] {
    guard !range.isEmpty, try variableRange(range.lowerBound) == range else {
      throw error("a variable is expected: a letter, with its accent and its index", at: range.lowerBound)
    }
    let pieces = Array(tokens[range])
    if notation.entries[Token.canonical(pieces)]?.variables != nil {
      throw error("the function \(Token.canonical(pieces)) as a variable", at: range.lowerBound)
    }
    return pieces
  }

  /// Reads where a variable is bound.
  mutating func bound(
    _ pieces: [Token], _ kind: Kind, _ read: (inout Parser) throws -> Formula
  ) throws -> Formula {
    scope.append((pieces, kind))
    let body = try read(&self)
    scope.removeLast()
    return body
  }

  /// An end of an integral, a sum or a limit: a formula, or infinity.
  mutating func limitOfRange(_ range: Range<Int>) throws -> Formula {
    let infinity = Formula(.infinity, kind: .scalar)
    switch tokens[range].map(\.text) {
    case [#"\infty"#], ["+", #"\infty"#]: return infinity
    case ["-", #"\infty"#]: return .negative(infinity)
    default: return try within(range) { try $0.expression() }
    }
  }

  // MARK: - Integrals

  mutating func integral() throws -> Formula {
    let place = index
    index += 1
    let ends = try endsOfIntegral(at: place)
    let stop = try differential(from: place)
    let range = try variableRange(stop + 1)
    if tokens[stop + 1].text == "d" { throw error("an integral over d", at: stop + 1) }
    let pieces = try variable(range)
    let name = Token.canonical(pieces)
    let entry = notation.entries[name]
    let isEmpty = stop == index
    let body =
      isEmpty
      ? .integer(1)
      : try bound(pieces, entry?.kind ?? .scalar) { parser in
        try parser.within(parser.index..<stop) { try $0.expression() }
      }
    index = range.upperBound
    if let piece = next, ["(", "^", "'", "_"].contains(piece) {
      throw error("\(piece) behind the differential d\(name)")
    }
    if isEmpty, startsFactor {
      throw error(
        "a factor behind an empty integral", readings: ["\\int ... d\(name)", "(\\int d\(name))\\,..."])
    }
    return try make(at: place) { try .bound(.integral(name), body, ends) }
  }

  private mutating func endsOfIntegral(at place: Int) throws -> [Formula] {
    var ends: [String: Range<Int>] = [:]
    while let sign = next, sign == "_" || sign == "^" {
      index += 1
      guard ends.updateValue(try argumentRange(), forKey: sign) == nil else {
        throw error("a second end of the integral", at: place)
      }
    }
    switch (ends["_"], ends["^"]) {
    case (nil, nil): return []
    case (let below?, let above?): return [try limitOfRange(below), try limitOfRange(above)]
    case (let domain?, nil)
    where [#"\mathbb R"#, #"\mathbb R^d"#].contains(Token.canonical(tokens[domain])):
      return []
    default: throw error("an integral has two ends, or none for the whole line", at: place)
    }
  }

  /// Where the `d` stands that ends the integral begun before.
  private func differential(from place: Int) throws -> Int {
    var (depth, open) = (0, 1)
    var (first, count, integrals): (Int?, Int, Int) = (nil, 0, 1)
    for i in index..<max(index, end) {
      let piece = tokens[i].text
      if Self.brackets[piece] != nil { depth += 1 }
      if Self.brackets.values.contains(piece) { depth -= 1 }
      if depth != 0 { continue }
      if piece == #"\int"# { (open, integrals) = (open + 1, integrals + 1) }
      guard isDifferential(i) else { continue }
      (open, count) = (open - 1, count + 1)
      if open == 0, first == nil { first = i }
    }
    guard let first else { throw error("the integral has no differential such as dx", at: place) }
    if count > integrals, notation.entries["d"] != nil || scope.contains(where: { $0.tokens[0].text == "d" })
    {
      throw error("d is a name, so that the integral may end at more than one place", at: place)
    }
    return first
  }

  /// Whether a `d` with a variable behind it stands at a place.
  private func isDifferential(_ i: Int) -> Bool {
    guard tokens[i].text == "d", !tokens[i].isBraced, i + 1 < end else { return false }
    if i > index, Self.holders.contains(tokens[i - 1].text) { return false }
    return tokens[i + 1].text.first!.isLetter || Alphabet.letters[tokens[i + 1].text] != nil
      || Alphabet.accents[tokens[i + 1].text] != nil
  }

  /// What takes in the piece behind it.
  private static let holders: Set<String> = [
    "^", "_", #"\hat"#, #"\bar"#, #"\tilde"#, #"\dot"#, #"\ddot"#, #"\mathbb"#, #"\mathrm"#, #"\mathcal"#,
    #"\mathbf"#, #"\frac"#, #"\sqrt"#,
  ]

  /// The variable that begins at a place: a letter, with its accent and its index.
  private func variableRange(_ start: Int) throws -> Range<Int> {
    var look = self
    look.index = start
    if Alphabet.accents[tokens[start].text] != nil { look.index += 1 }
    let letter = try look.argumentRange()
    guard letter.count > 1 || !tokens[letter.lowerBound].isDigit && tokens[letter.lowerBound].isSymbol else {
      throw error("a variable is expected: a letter, with its accent and its index", at: start)
    }
    if look.take("_") { _ = try look.argumentRange() }
    return start..<look.index
  }

  // MARK: - Expectations

  mutating func expectation() throws -> (Formula, Opening) {
    let place = index
    index += 2
    var law: String?
    if take("_") { law = Token.canonical(tokens[try argumentRange()]) }
    guard let open = next, Self.opensGroup.contains(open) else {
      let (inside, _) = try factor()
      return (try make(at: place) { try .expectation(inside, law: law) }, .operation)
    }
    let close = try closing(index)
    let result: Formula
    if let bar = first(#"\mid"#, in: (index + 1)..<close) {
      if law != nil { throw error("a law below an expectation with a condition", at: place) }
      let inside = try within((index + 1)..<bar) { try $0.expression() }
      guard let equals = first("=", in: (bar + 1)..<close) else {
        throw error("a condition such as x_t = x is expected", at: bar + 1)
      }
      let given = try within((bar + 1)..<equals) { try $0.expression() }
      let value = try within((equals + 1)..<close) { try $0.expression() }
      result = try make(at: place) { try .conditionalExpectation(inside, given: given, is: value) }
    } else {
      if let bar = first("|", in: (index + 1)..<close), first("|", in: (bar + 1)..<close) == nil {
        throw error(#"a condition is written with \mid"#, at: bar)
      }
      let inside = try within((index + 1)..<close) { try $0.expression() }
      result = try make(at: place) { try .expectation(inside, law: law) }
    }
    index = close + 1
    // `\mathbb{E}(x - m)(y - n)` takes in both brackets, as a rule.
    return (result, open == "(" ? .operation : .none)
  }

  /// Where a piece stands first, outside of all brackets.
  func first(_ piece: String, in range: Range<Int>) -> Int? {
    var depth = 0
    for i in range {
      if Self.brackets[tokens[i].text] != nil { depth += 1 }
      if Self.brackets.values.contains(tokens[i].text) { depth -= 1 }
      if depth == 0, tokens[i].text == piece { return i }
    }
    return nil
  }
}
