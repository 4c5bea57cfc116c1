// What a factor begins with.
extension Parser {
  /// One factor without the powers behind it; `Opening` says whether it ends in an argument without brackets.
  mutating func base() throws -> (Formula, Opening) {
    guard let piece = next else { throw error("a factor is expected before the end") }
    if let found = try named() { return (found, .none) }
    if tokens[index].isDigit { return (try number(), .none) }
    switch piece {
    case "(", "[", #"\lbrace"#: return (try group(), .none)
    case "|", #"\Vert"#: return (try bars(piece), .none)
    case #"\frac"#: return try fraction()
    case #"\sqrt"#:
      let place = index
      index += 1
      if next == "[" { throw error("a root of another order: write a power") }
      let argument = try argument()
      return (try make(at: place) { try .function(.sqrt, argument) }, .none)
    case #"\nabla"#, #"\Delta"#, #"\partial"#: return try derivative()
    case #"\dot"#, #"\ddot"#: return (try dotted(), .none)
    case #"\int"#: return (try integral(), .none)
    case #"\sum"#, #"\prod"#: return (try summation(), .none)
    case #"\lim"#: return (try limit(), .none)
    case #"\mathbb"# where peek(1) == "E": return try expectation()
    case #"\operatorname"#, #"\mathrm"#, #"\det"#, #"\trace"#: return try operatorName()
    case #"\pi"#:
      index += 1
      return (Formula(.pi, kind: .scalar), .none)
    case #"\infty"#:
      index += 1
      return (Formula(.infinity, kind: .scalar), .none)
    case #"\begin"#: return (try matrix(), .none)
    case "e" where peek(1) == "^":
      let place = index
      index += 2
      let exponent = try argument()
      return (try make(at: place) { try .function(.exp, exponent) }, .none)
    case "-", "+": throw error("a sign where a factor is expected", readings: ["(\(piece)...)"])
    case #"\text"#: throw error("words are not part of a formula: they go into a remark or a reason")
    default:
      if let function = Self.functions[piece] { return try call(function) }
      if tokens[index].isWord { throw error("\(undeclared) is not declared") }
      throw error("\(piece) is not expected here")
    }
  }

  /// How the name that stands here would be written, for a message: with its accent and its index.
  private var undeclared: String {
    var stop = index + 1
    if ["\\hat", "\\bar", "\\tilde", "\\mathbb", "\\mathrm", "\\mathcal", "\\mathbf"].contains(
      tokens[index].text), stop < end
    {
      stop = tokens[stop].text == "{" ? ((try? closing(stop)) ?? stop) + 1 : stop + 1
    }
    if stop + 1 < end, tokens[stop].text == "_" {
      stop = tokens[stop + 1].text == "{" ? ((try? closing(stop + 1)) ?? stop + 1) + 1 : stop + 2
    }
    return source(index..<min(stop, end))
  }

  mutating func number() throws -> Formula {
    let place = index
    var (digits, decimals) = ("", 0)
    while index < end, tokens[index].isDigit, digits.isEmpty || !tokens[index].isSpaced {
      digits += tokens[index].text
      index += 1
    }
    if index + 1 < end, next == ".", tokens[index + 1].isDigit, !tokens[index + 1].isSpaced,
      !tokens[index].isSpaced
    {
      index += 1
      while index < end, tokens[index].isDigit, !tokens[index].isSpaced {
        digits += tokens[index].text
        decimals += 1
        index += 1
      }
    }
    if index < end, tokens[index].isDigit { throw error("two numbers side by side") }
    guard let numerator = Int(digits), digits.count <= 18, decimals <= 15 else {
      throw error("the number is too long", at: place)
    }
    var denominator = 1
    for _ in 0..<decimals { denominator *= 10 }
    return Formula(.number(numerator, over: denominator), kind: numerator == 0 ? .zero : .scalar)
  }

  /// A formula in brackets.
  mutating func group() throws -> Formula {
    let close = try closing(index)
    let range = (index + 1)..<close
    if range.isEmpty { throw error("nothing stands between the brackets") }
    let result = try within(range) { parser in
      let inside = try parser.expression()
      if parser.next == "," {
        throw parser.error("several quantities in brackets: no function stands before them")
      }
      return inside
    }
    index = close + 1
    return result
  }

  private mutating func bars(_ bar: String) throws -> Formula {
    let place = index
    var (depth, close) = (0, index + 1)
    while close < end, depth > 0 || tokens[close].text != bar {
      if Self.brackets[tokens[close].text] != nil { depth += 1 }
      if Self.brackets.values.contains(tokens[close].text) { depth -= 1 }
      close += 1
    }
    guard close < end else { throw error("the bar is not closed") }
    if close == index + 1 { throw error("nothing stands between the bars") }
    let inside = try within((index + 1)..<close) { try $0.expression() }
    index = close + 1
    return try make(at: place) { try .norm(inside) }
  }

  private mutating func fraction() throws -> (Formula, Opening) {
    let place = index
    if let found = try derivativeFraction() { return found }
    index += 1
    let numerator = try argument()
    let denominator = try argument()
    return (try make(at: place) { try .quotient(numerator, denominator, isSlash: false) }, .none)
  }

  /// An elementary function and its argument.
  private mutating func call(_ function: ElementaryFunction) throws -> (Formula, Opening) {
    let place = index
    index += 1
    var exponent: Formula?
    if take("^") {
      let range = try argumentRange()
      if tokens[range].map(\.text) == ["-", "1"] {
        throw error(
          "a function to the power -1", at: place,
          readings: ["1/\\\(function.rawValue)", "the inverse function"])
      }
      exponent = try within(range) { try $0.expression() }
    }
    guard let piece = next else { throw error("an argument is expected before the end") }
    if piece == "-" || piece == "+" {
      throw error(
        "a sign behind a function",
        readings: ["\\\(function.rawValue)(\(piece)...)", "(\\\(function.rawValue) ...) \(piece) ..."])
    }
    let argument: Formula
    var opening = Opening.function
    if ["(", "[", #"\lbrace"#].contains(piece) {
      argument = try group()
      if next == "^" {
        throw error(
          "a power behind a function's bracket",
          readings: ["\\\(function.rawValue)((...)^n)", "(\\\(function.rawValue)(...))^n"])
      }
      opening = .none
    } else {
      argument = try factor().0
    }
    let value = try make(at: place) { try .function(function, argument) }
    guard let exponent else { return (value, opening) }
    return (try make(at: place) { try .power(value, exponent) }, opening)
  }

  /// A matrix by its entries.
  private mutating func matrix() throws -> Formula {
    let place = index
    index += 1
    let name = tokens[try argumentRange()].map(\.text).joined()
    guard ["pmatrix", "bmatrix", "matrix", "smallmatrix"].contains(name) else {
      throw error("the environment \(name) is not part of the notation", at: place)
    }
    var rows: [[Formula]] = [[]]
    while next != #"\end"# {
      rows[rows.count - 1].append(try expression())
      if take("&") { continue }
      if take(#"\\"#) {
        if next != #"\end"# { rows.append([]) }
        continue
      }
      if next != #"\end"# { throw error("an entry, a row or the end of the matrix is expected") }
    }
    index += 1
    guard tokens[try argumentRange()].map(\.text).joined() == name else {
      throw error("\\end{\(name)} is expected")
    }
    return try make(at: place) { try .entries(rows) }
  }

  /// The trace, the determinant, the variance or the covariance.
  private mutating func operatorName() throws -> (Formula, Opening) {
    let place = index
    var name = String(tokens[index].text.dropFirst())
    index += 1
    if name == "operatorname" || name == "mathrm" {
      name = tokens[try argumentRange()].map(\.text).joined()
    }
    switch name {
    case "tr", "Tr", "trace", "det":
      let isBracketed = next.map { ["(", "[", #"\lbrace"#].contains($0) } ?? false
      let (argument, _) = isBracketed ? (try group(), Opening.none) : try factor()
      let head = name == "det" ? Head.determinant : .trace
      return (try make(at: place) { try .square(head, argument) }, isBracketed ? .none : .function)
    case "Var", "Cov":
      guard let open = next, ["(", "[", #"\lbrace"#].contains(open) else {
        let (argument, _) = try factor()
        return (
          try make(at: place) { name == "Var" ? try .variance(argument) : try .covariance([argument]) },
          .function
        )
      }
      let close = try closing(index)
      let parts = try within((index + 1)..<close) { parser in
        var parts = [try parser.expression()]
        while parser.take(",") { parts.append(try parser.expression()) }
        return parts
      }
      index = close + 1
      if name == "Var", parts.count > 1 { throw error("the variance of several quantities", at: place) }
      return (try make(at: place) { name == "Var" ? try .variance(parts[0]) : try .covariance(parts) }, .none)
    default: throw error("\\operatorname{\(name)} is not declared", at: place)
    }
  }
}
