// Powers and components: what stands above and below a factor.
extension Parser {
  /// One factor: what stands there with its powers and components.
  mutating func factor() throws -> (Formula, Opening) {
    try nested { parser in
      let place = parser.index
      let (base, opening) = try parser.base()
      guard opening == .none else {
        if let sign = parser.next, sign == "^" || sign == "_" {
          let written = parser.source(place..<parser.index)
          throw parser.error(
            "\(sign) may belong to the argument or to the whole",
            readings: ["(\(written))\(sign)...", "brackets around the argument with its \(sign)..."])
        }
        return (base, opening)
      }
      return (try parser.postfix(base, from: place), .none)
    }
  }

  mutating func postfix(_ base: Formula, from place: Int) throws -> Formula {
    var result = base
    var raised: String?
    let name = notation.match(tokens[place..<end])
    let stop = index
    // Whether the base is a declared name and nothing else.
    let isName = name.map { place + $0.tokens.count == stop } ?? false
    while let sign = next, ["^", "_", "!", "*", "'"].contains(sign) {
      guard sign == "^" || sign == "_" else { throw error("\(sign) is not part of the notation here") }
      try checkBase(result, place..<stop, before: sign)
      if isName, let name, name.has(sign) || sign == "_" && name.has("^") {
        throw error(
          sign == "^"
            ? "a second power: put brackets around the first"
            : "a second index: put brackets around the first")
      }
      if raised == sign {
        throw error("a second \(sign == "^" ? "power" : "index"): put brackets around the first")
      }
      if raised != nil {
        throw error(
          "an index and an exponent on one piece", at: place, readings: ["(A_{12})^2", "(A^2)_{12}"])
      }
      index += 1
      if sign == "^" {
        result = try power(of: result, from: place)
      } else {
        result = try component(of: result, from: place)
        // `x_1^2` can only be the power of a component, since vectors have none.
        if base.kind.extents.count == 1, next == "^", !isTranspose(peek(1)) { continue }
      }
      raised = sign
    }
    if index > stop, bare.contains(where: { $0.range == place..<stop }), next == "(" {
      let (name, raised) = (source(place..<stop), source(stop..<index))
      throw error(
        "a bracket behind a power or an index, which is the argument of \(name) or a factor",
        readings: ["\(name)(...)\(raised)", "\(name)\(raised)\\cdot(...)"])
    }
    return result
  }

  private func isTranspose(_ piece: String?) -> Bool { piece == #"\top"# || piece == "T" && !isKnown("T") }

  private func isKnown(_ name: String) -> Bool {
    notation.entries[name] != nil || scope.contains { Token.canonical($0.tokens) == name }
  }

  /// Refuses a power or an index where it is not seen what it belongs to.
  private func checkBase(_ base: Formula, _ range: Range<Int>, before sign: String) throws {
    let first = tokens[range.lowerBound].text
    guard notation.match(tokens[range]) == nil else { return }
    let written = source(range)
    switch first {
    case #"\frac"#, #"\int"#:
      throw error("\(sign) behind \(first): put brackets around it", readings: ["(\(written))\(sign)..."])
    case "e" where range.count > 1:
      throw error("a second power: put brackets around the first", readings: ["(\(written))\(sign)..."])
    default: return
    }
  }

  private mutating func power(of base: Formula, from place: Int) throws -> Formula {
    let range = try argumentRange()
    let pieces = tokens[range].map(\.text)
    if pieces.count == 1, isTranspose(pieces[0]) { return try make(at: place) { try .transpose(base) } }
    if pieces.count == 2, pieces[0] == "-", isTranspose(pieces[1]) {
      return try make(at: place) { try .transpose(.inverse(base)) }
    }
    if pieces.first == "(", try closing(range.lowerBound) == range.upperBound - 1 {
      throw error(
        "an exponent in brackets, which may be an index or the order of a derivative", at: range.lowerBound,
        readings: ["a power, without the brackets", "a name, declared with them"])
    }
    let exponent = try within(range) { try $0.expression() }
    return try make(at: place) { try .power(base, exponent) }
  }

  // MARK: - Components

  /// Whether what stands behind `_` are indices: digits, and indices that are bound, with signs between them.
  func isComponent(of formula: Formula) -> Bool {
    guard index + 1 < end else { return false }
    switch formula.kind {
    case .vector, .row, .matrix: break
    default: return false
    }
    let range =
      tokens[index + 1].text == "{"
      ? (index + 2)..<((try? closing(index + 1)) ?? index + 2) : (index + 1)..<(index + 2)
    return tokens[range].allSatisfy { token in
      token.isDigit || ",+-".contains(token.text)
        || scope.contains { $0.tokens.count == 1 && $0.tokens[0] == token }
    }
  }

  /// The component whose indices stand next.
  private mutating func component(of base: Formula, from place: Int) throws -> Formula {
    index -= 1
    if tokens[place].text == "[", let value = try value(of: base, from: place) { return value }
    guard isComponent(of: base) else {
      throw error("an index of \(base.kind): digits, or indices that a sum binds, of a vector or a matrix")
    }
    index += 1
    let range = try argumentRange()
    var parts = tokens[range].split(
      separator: Token(text: ",", offset: 0, end: 0), omittingEmptySubsequences: false
    )
    .map { $0.startIndex..<$0.endIndex }
    if case .matrix(let rows, let columns) = base.kind, parts.count == 1, rows <= 9, columns <= 9 {
      parts = range.map { $0..<($0 + 1) }
    }
    let indices = try parts.map { part in try within(part) { try $0.expression() } }
    return try make(at: place) { try .component(base, indices) }
  }

  /// `[f(t)]_{t=0}`, the value at a place; nil where no equation stands below.
  private mutating func value(of base: Formula, from place: Int) throws -> Formula? {
    guard peek(1) == "{" else { return nil }
    let range = (index + 2)..<(try closing(index + 1))
    guard let equals = first("=", in: range) else { return nil }
    let variable = Token.canonical(tokens[range.lowerBound..<equals])
    let kind = try kind(ofVariable: variable, at: range.lowerBound)
    let value = try within((equals + 1)..<range.upperBound) { try $0.expression() }
    index = range.upperBound + 1
    return try make(at: place) { try .at(base, variable, kind, is: value) }
  }

  // MARK: - Arguments

  /// The piece or the group in braces that stands next, as a range of tokens; goes on behind it.
  mutating func argumentRange() throws -> Range<Int> {
    guard index < end else { throw error("an argument is expected before the end") }
    if next == "{" {
      let close = try closing(index)
      let range = (index + 1)..<close
      if range.isEmpty { throw error("nothing stands between the braces") }
      index = close + 1
      return range
    }
    if Self.separators.contains(next!), next != #"\top"#, next != "*" {
      throw error("an argument is expected, not \(next!)")
    }
    index += 1
    return (index - 1)..<index
  }

  /// The argument of a command: a single piece, or a group in braces.
  mutating func argument() throws -> Formula {
    let range = try argumentRange()
    return try within(range) { try $0.expression() }
  }
}
