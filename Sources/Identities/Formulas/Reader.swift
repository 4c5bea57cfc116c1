/// Reads LaTeX as a formula, in the one way that it can be read, or refuses.
///
/// The grammar is in docs/notation.md. What a formula means is decided by the declared kinds: `a(b+c)` applies `a`
/// where that is a function, and is a product otherwise.
public struct Reader: Sendable {
  /// The names that a formula may use.
  public let notation: Notation

  /// A reader of formulas in a notation.
  public init(_ notation: Notation) { self.notation = notation }

  /// The formula that a text says, or several of them side by side, set apart by commas.
  ///
  /// Throws `ReadingError` where the text has no reading or more than one.
  public func read(_ text: String) throws -> Formula {
    var parser = Parser(text, try Token.all(in: text), notation)
    return try parser.line()
  }
}

/// The state of one reading: the tokens, how far they are read, and the variables that operators bind.
struct Parser {
  let text: String
  let tokens: [Token]
  let notation: Notation
  var index = 0
  /// Where the part ends that is being read.
  var end: Int
  /// Variables that an integral, a sum or a limit binds, with their pieces.
  var scope: [(tokens: [Token], kind: Kind)] = []

  init(_ text: String, _ tokens: [Token], _ notation: Notation) {
    (self.text, self.tokens, self.notation) = (text, tokens, notation)
    end = tokens.count
  }

  // MARK: - The tokens

  var next: String? { index < end ? tokens[index].text : nil }
  func peek(_ k: Int) -> String? { index + k < end ? tokens[index + k].text : nil }

  /// Where the reading stands, in characters.
  var offset: Int { index < tokens.count ? tokens[index].offset : text.count }

  func error(_ reason: String, at place: Int? = nil, readings: [String] = []) -> ReadingError {
    let offset = place.map { $0 < tokens.count ? tokens[$0].offset : text.count } ?? offset
    return ReadingError(text, at: offset, reason, readings: readings)
  }

  mutating func take(_ piece: String) -> Bool {
    guard next == piece else { return false }
    index += 1
    return true
  }

  mutating func expect(_ piece: String) throws {
    guard take(piece) else {
      throw error("\(piece) is expected" + (next.map { ", not \($0)" } ?? " before the end"))
    }
  }

  /// Builds a formula; what does not fit is said with the place where it stands.
  func make(at place: Int, _ build: () throws -> Formula) throws -> Formula {
    do { return try build() } catch let misfit as Misfit {
      throw error(misfit.reason, at: place, readings: misfit.readings)
    }
  }

  /// What the tokens from a place up to here say, for a message.
  func source(_ range: Range<Int>) -> String {
    guard !range.isEmpty else { return "" }
    return String(Array(text)[tokens[range.lowerBound].offset..<tokens[range.upperBound - 1].end])
  }

  /// Reads a part of the tokens, all of it, by itself.
  mutating func within<Result>(_ range: Range<Int>, _ read: (inout Parser) throws -> Result) throws -> Result
  {
    let (outer, rest) = (end, index)
    (index, end) = (range.lowerBound, range.upperBound)
    let result = try read(&self)
    if index < end { throw error("\(tokens[index].text) is not expected here") }
    (index, end) = (rest, outer)
    return result
  }

  /// Where the bracket that opens at `start` is closed.
  func closing(_ start: Int) throws -> Int {
    let open = tokens[start].text
    guard let close = Self.brackets[open] else { throw error("a bracket is expected", at: start) }
    var waiting: [String] = [close]
    for i in (start + 1)..<max(start + 1, end) {
      let piece = tokens[i].text
      if piece == waiting.last {
        waiting.removeLast()
        if waiting.isEmpty { return i }
      } else if let close = Self.brackets[piece] {
        waiting.append(close)
      } else if Self.brackets.values.contains(piece) {
        throw error("\(piece) closes no bracket; \(waiting.last!) is expected", at: i)
      }
    }
    throw error("the bracket \(open) is not closed", at: start)
  }

  static let brackets = ["(": ")", "[": "]", "{": "}", #"\lbrace"#: #"\rbrace"#, #"\langle"#: #"\rangle"#]

  // MARK: - Lines, sums and terms

  mutating func line() throws -> Formula {
    guard index < end else { throw error("there is no formula") }
    var parts = [try expression()]
    while take(",") { parts.append(try expression()) }
    if let rest = next {
      let isRelation = ["=", "<", ">", #"\leq"#, #"\geq"#, #"\le"#, #"\ge"#, #"\approx"#].contains(rest)
      throw error(
        isRelation
          ? "a line is one side of a relation; \(rest) begins another" : "\(rest) is not expected here")
    }
    return .tuple(parts)
  }

  mutating func expression() throws -> Formula {
    let place = index
    var terms: [Formula] = []
    var isNegative = take("-")
    if !isNegative { _ = take("+") }
    while true {
      let term = try term()
      terms.append(isNegative ? .negative(term) : term)
      if take("+") { isNegative = false } else if take("-") { isNegative = true } else { break }
    }
    if let sign = next, [#"\pm"#, #"\mp"#].contains(sign) { throw error("\(sign) says two things at once") }
    return try make(at: place) { try .sum(terms) }
  }

  mutating func term() throws -> Formula {
    let place = index
    var (left, opening) = try juxtaposition()
    while let sign = next {
      switch sign {
      case #"\cdot"#, #"\times"#:
        if opening == .function {
          throw error(
            "the argument may end before the dot or go on", readings: ["(\(source(place..<index)))..."])
        }
        index += 1
        let (right, rightOpening) = try juxtaposition()
        if left.head == .dot, case .vector = right.kind, case .vector? = left.arguments.first?.kind {
          throw error(
            "three vectors with dots between them", at: place,
            readings: [#"(a\cdot b)\,c"#, #"a\,(b\cdot c)"#])
        }
        left = try make(at: place) { [left] in try .dot(left, right) }
        opening = rightOpening
      case ":":
        index += 1
        let (right, rightOpening) = try juxtaposition()
        left = try make(at: place) { [left] in try .contraction(left, right) }
        opening = rightOpening
      case #"\otimes"#:
        index += 1
        let (right, rightOpening) = try juxtaposition()
        left = try make(at: place) { [left] in try .outer(left, right) }
        opening = rightOpening
      case "/":
        if opening != .none {
          throw error(
            "what stands before the slash may end in it or not",
            readings: ["(\(source(place..<index)))/...", "\\frac{}{} under it"])
        }
        index += 1
        let start = index
        let (right, rightOpening) = try factor()
        if rightOpening != .none || startsFactor {
          let (a, b) = (source(place..<(start - 1)), source(start..<index))
          throw error(
            "a product after a slash", readings: ["(\(a)/\(b)) \(next ?? "")", "\(a)/(\(b) \(next ?? ""))"])
        }
        if next == "/" { throw error("two slashes", readings: ["(a/b)/c", "a/(b/c)"]) }
        left = try make(at: place) { [left] in try .quotient(left, right, isSlash: true) }
        opening = .none
      default:
        return left
      }
    }
    return left
  }

  /// How a factor ends: at a bracket or a name, or in an argument that might go on.
  enum Opening {
    case none
    case function
    case derivative
  }

  /// Factors side by side.
  mutating func juxtaposition() throws -> (Formula, Opening) {
    let place = index
    var (first, opening) = try factor()
    var factors = [first]
    while startsFactor {
      let piece = next ?? ""
      if tokens[index].isDigit {
        throw error("a number behind a factor: write it first, or a dot between them")
      }
      if case .number = factors[factors.count - 1].head, piece == #"\frac"#, factors.count == 1 {
        throw error("a number before a fraction", readings: ["2 + 1/2", "2 \\cdot 1/2"])
      }
      if opening == .derivative || opening == .function && !Self.functions.keys.contains(piece) && !isOperator
      {
        let written = source(place..<index)
        let operand = opening == .derivative ? "the derivative" : "the function"
        throw error(
          "\(operand) may take in what follows or not",
          readings: ["(\(written))\\,\(piece)...", "brackets around it"])
      }
      (first, opening) = try factor()
      factors.append(first)
    }
    return (try make(at: place) { try .product(factors) }, opening)
  }

  /// Whether the next piece begins a factor.
  var startsFactor: Bool {
    guard index < end, let piece = next else { return false }
    return !Self.separators.contains(piece)
  }

  private static let separators: Set<String> = [
    "+", "-", "=", "<", ">", ",", ".", ";", ":", "/", ")", "]", "}", "^", "_", "'", "!", "&", "*",
    #"\cdot"#,
    #"\times"#, #"\otimes"#, #"\rbrace"#, #"\rangle"#, #"\mid"#, #"\leq"#, #"\geq"#, #"\le"#,
    #"\ge"#,
    #"\pm"#, #"\mp"#, #"\to"#, #"\\"#, #"\top"#, #"\approx"#, #"\implies"#, #"\iff"#,
  ]

  static let functions: [String: ElementaryFunction] = Dictionary(
    uniqueKeysWithValues: ElementaryFunction.allCases.map { ("\\" + $0.rawValue, $0) })

  /// Whether an operator with brackets or a scope of its own stands next, behind which nothing can be swallowed.
  private var isOperator: Bool {
    [#"\int"#, #"\sum"#, #"\prod"#].contains(next) || next == #"\mathbb"# && peek(1) == "E"
  }

  // MARK: - Powers and components

  /// One factor: what stands there with its powers and components.
  mutating func factor() throws -> (Formula, Opening) {
    let place = index
    let (base, opening) = try base()
    guard opening == .none else { return (base, opening) }
    return (try postfix(base, from: place), .none)
  }

  mutating func postfix(_ base: Formula, from place: Int) throws -> Formula {
    var result = base
    var powers = 0
    while let sign = next {
      if sign == "^" {
        powers += 1
        if powers > 1 { throw error("a second power: put brackets around the first") }
        index += 1
        result = try power(of: result, from: place)
      } else if sign == "_" {
        index += 1
        let indices = try indices()
        result = try make(at: place) { [result] in try .component(result, indices) }
      } else if sign == "!" || sign == "*" || sign == "'" {
        throw error("\(sign) is not part of the notation here")
      } else {
        break
      }
    }
    return result
  }

  private mutating func power(of base: Formula, from place: Int) throws -> Formula {
    let range = try argumentRange()
    let pieces = tokens[range].map(\.text)
    let isTranspose = pieces == [#"\top"#] || pieces == ["T"] && notation.match(tokens[range]) == nil
    if isTranspose { return try make(at: place) { try .transpose(base) } }
    if pieces == ["-", #"\top"#] || pieces == ["-", "T"] {
      return try make(at: place) { try .transpose(.inverse(base)) }
    }
    let exponent = try within(range) { try $0.expression() }
    return try make(at: place) { try .power(base, exponent) }
  }

  /// The indices of a component: digits, or indices that a sum binds.
  private mutating func indices() throws -> [Formula] {
    let range = try argumentRange()
    return try within(range) { parser in
      var indices: [Formula] = []
      while parser.index < parser.end {
        _ = parser.take(",")
        let (index, _) = try parser.base()
        indices.append(index)
      }
      return indices
    }
  }

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
