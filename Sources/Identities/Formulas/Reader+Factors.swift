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
    case #"\infty"#: throw error("infinity stands only at the end of an integral, a sum or a limit")
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
    if digits.count - decimals > 1, digits.first == "0" {
      throw error("a number that begins with 0", at: place)
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

  /// What a formula may end in, of what separates factors.
  private static let closes: Set<String> = [")", "]", "}", "'", "*", #"\rbrace"#, #"\rangle"#, #"\top"#]

  /// What stands between bars; those that say that they open or close may be nested.
  private mutating func bars(_ bar: String) throws -> Formula {
    let place = index
    if tokens[place].side == .closing { throw error("the bar closes nothing") }
    let isSided = tokens[place].side == .opening
    var (depth, sided, close) = (0, 0, index + 1)
    while close < end {
      let piece = tokens[close]
      if depth == 0, piece.text == bar {
        if piece.side == .opening { sided += 1 }
        if sided == 0, piece.side == (isSided ? .closing : nil) { break }
        if piece.side == .closing { sided -= 1 }
      }
      if Self.brackets[piece.text] != nil { depth += 1 }
      if Self.brackets.values.contains(piece.text) { depth -= 1 }
      close += 1
    }
    guard close < end else { throw error("the bar is not closed") }
    if close == index + 1 { throw error("nothing stands between the bars") }
    if !isSided, Self.separators.contains(tokens[close - 1].text),
      !Self.closes.contains(tokens[close - 1].text)
    {
      throw error(#"bars inside of bars: \lvert and \rvert say which of them opens"#, at: close)
    }
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
    repeat {
      rows[rows.count - 1].append(try expression())
      if take("&") { continue }
      // Two backslashes may stand behind the last row too.
      if take(#"\\"#), next != #"\end"# {
        rows.append([])
        continue
      }
      if next == #"\end"# { break }
      throw error("an entry, a row or the end of the matrix is expected")
    } while true
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
    guard ["tr", "Tr", "trace", "det", "Var", "Cov"].contains(name) else {
      throw error("\\operatorname{\(name)} is not declared", at: place)
    }
    guard let open = next, Self.opensGroup.contains(open) else {
      let (argument, _) = try factor()
      return (try operation(name, [argument], at: place), .operation)
    }
    let parts = try list()
    let result = try operation(name, parts, at: place)
    // The power of a determinant is the determinant of the power.
    return (name == "det" ? try postfix(result, from: place) : result, .bracketed)
  }

  /// What stands in the brackets that open next, set apart by commas.
  mutating func list() throws -> [Formula] {
    let close = try closing(index)
    let parts = try within((index + 1)..<close) { parser in
      var parts = [try parser.expression()]
      while parser.take(",") { parts.append(try parser.expression()) }
      return parts
    }
    index = close + 1
    return parts
  }

  private func operation(_ name: String, _ parts: [Formula], at place: Int) throws -> Formula {
    if name != "Cov", parts.count > 1 { throw error("\(name) of several quantities", at: place) }
    return try make(at: place) {
      switch name {
      case "det": try .square(.determinant, parts[0])
      case "Var": try .variance(parts[0])
      case "Cov": try .covariance(parts)
      default: try .square(.trace, parts[0])
      }
    }
  }
}
