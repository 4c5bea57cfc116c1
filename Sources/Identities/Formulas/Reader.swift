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
  /// Where functions stand whose arguments are not written.
  var bare: [(range: Range<Int>, name: Notation.Entry)] = []
  /// Where functions stand whose arguments are never written.
  var implicit: [Range<Int>] = []
  /// How many formulas the place is inside of.
  private var depth = 0
  /// The most formulas that one may be inside of, which bounds the stack that a reading takes.
  static let deepest = 64

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

  /// Reads what is inside of another formula, to a depth that is bounded.
  mutating func nested<Result>(_ read: (inout Parser) throws -> Result) throws -> Result {
    depth += 1
    if depth > Self.deepest { throw error("more than \(Self.deepest) formulas inside of each other") }
    let result = try read(&self)
    depth -= 1
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
    var (signs, isInner) = (0, false)
    while let sign = next, Self.signs.contains(sign) {
      try checkEnd(opening, of: place, before: sign)
      signs += 1
      if signs > Self.deepest { throw error("more than \(Self.deepest) signs in one term") }
      if sign == "/" { return try quotient(left, from: place) }
      index += 1
      let (right, rightOpening) = try juxtaposition()
      let isPair = left.kind.isVector && right.kind.isVector
      if isPair, sign == #"\times"# {
        throw error("the cross product is not part of the notation", at: place)
      }
      if isInner, right.kind.isVector {
        throw error(
          "three vectors with dots between them", at: place,
          readings: [#"(a\cdot b)\,c"#, #"a\,(b\cdot c)"#])
      }
      left = try make(at: place) { [left] in
        switch sign {
        case ":": try .contraction(left, right)
        case #"\otimes"#: try .outer(left, right)
        default: try .dot(left, right)
        }
      }
      isInner = isInner || isPair
      opening = rightOpening
    }
    return left
  }

  private static let signs: Set<String> = [#"\cdot"#, #"\times"#, ":", #"\otimes"#, "/"]

  /// Refuses a sign behind an argument that might go on behind it.
  private func checkEnd(_ opening: Opening, of place: Int, before sign: String) throws {
    switch opening {
    case .none, .bracketed: return
    case .derivative where sign != "/": return
    default:
      throw error(
        "the argument may end before the \(sign) or go on",
        readings: ["(\(source(place..<index))) \(sign) ...", "brackets around the argument"])
    }
  }

  /// What stands before a slash, over the one factor behind it.
  private mutating func quotient(_ numerator: Formula, from place: Int) throws -> Formula {
    let slash = index
    index += 1
    if let piece = next, [#"\sum"#, #"\prod"#, #"\lim"#, #"\int"#].contains(piece) {
      throw error("\(piece) behind a slash: put brackets around it")
    }
    let start = index
    let (denominator, _) = try factor()
    let (a, b) = (source(place..<slash), source(start..<index))
    if next == "/" { throw error("two slashes", readings: ["(\(a)/\(b))/...", "\(a)/(\(b)/...)"]) }
    if startsFactor || next.map(Self.signs.contains) == true {
      let more = next ?? ""
      throw error("a product after a slash", readings: ["(\(a)/\(b)) \(more)", "\(a)/(\(b) \(more))"])
    }
    return try make(at: place) { try .quotient(numerator, denominator, isSlash: true) }
  }

  /// How a factor ends.
  enum Opening {
    /// So that what follows is a factor of its own.
    case none
    /// In brackets that belong to an operator, behind which a second bracket would be in doubt.
    case bracketed
    /// In the argument of an elementary function, without brackets.
    case function
    /// In the argument of another operator, without brackets.
    case operation
    /// In what a derivative is taken of, without brackets.
    case derivative
    /// In what a divergence is taken of, behind which a dot is in doubt too.
    case divergence
  }

  /// Factors side by side.
  mutating func juxtaposition() throws -> (Formula, Opening) {
    let place = index
    var start = index
    var (first, opening) = try factor()
    var factors = [first]
    var bars = isBars(start..<index) ? 0 : nil
    while startsFactor {
      let piece = next ?? ""
      if tokens[index].isDigit {
        throw error("a number behind a factor: write it first, or a dot between them")
      }
      if tokens[start..<index].allSatisfy({ $0.isDigit || $0.text == "." }), isNumericFraction {
        throw error("a number before a fraction", readings: ["2 + 1/2", "2 \\cdot 1/2"])
      }
      try checkEnd(opening, of: start, beforeFactor: piece)
      if piece == "(", takesBracket(start..<index) {
        throw error(
          "functions held together before a bracket, which is their argument or a factor",
          readings: ["f(...) + g(...)", "(f(t) + g(t))\\,(...)"])
      }
      start = index
      (first, opening) = try factor()
      if isBars(start..<index) {
        if let bars, bars < factors.count - 1 {
          throw error(
            "bars that may open or close", at: place,
            readings: ["\\lvert a\\rvert b\\lvert c\\rvert", "\\lvert a\\lvert b\\rvert c\\rvert"])
        }
        bars = factors.count
      }
      factors.append(first)
    }
    return (try make(at: place) { try .product(factors) }, opening)
  }

  /// Refuses a factor behind an argument that might take it in.
  private func checkEnd(_ opening: Opening, of start: Int, beforeFactor piece: String) throws {
    let isTaken: Bool
    switch opening {
    case .none: return
    case .bracketed: isTaken = Self.opensGroup.contains(piece)
    case .function: isTaken = !Self.followers.contains(piece)
    case .operation: isTaken = tokens[start].text != piece
    case .derivative, .divergence: isTaken = true
    }
    guard isTaken else { return }
    let operand =
      switch opening {
      case .function: "the function"
      case .derivative, .divergence: "the derivative"
      default: "the operator"
      }
    throw error(
      "\(operand) may take in what follows or not",
      readings: ["(\(source(start..<index)))\\,\(piece)...", "brackets around all it takes in"])
  }

  static let opensGroup: Set<String> = ["(", "[", #"\lbrace"#]

  /// Functions that end the argument of a function before them, as in `\sin x\cos y`.
  private static let followers: Set<String> = [
    #"\sin"#, #"\cos"#, #"\tan"#, #"\sinh"#, #"\cosh"#, #"\tanh"#, #"\log"#,
  ]

  /// Whether a factor is nothing but bars around something, which do not say which of them opens.
  private func isBars(_ range: Range<Int>) -> Bool {
    let (first, last) = (tokens[range.lowerBound], tokens[range.upperBound - 1])
    return [first, last].allSatisfy { $0.side == nil && ["|", #"\Vert"#].contains($0.text) }
  }

  /// Whether a factor is nothing but functions without their arguments, held together, as `(f + g)` and `\frac1f` are,
  /// and the bracket behind it may hold an argument of theirs.
  private func takesBracket(_ range: Range<Int>) -> Bool {
    let functions = bare.filter { range.contains($0.range.lowerBound) }
    guard ["(", "[", #"\frac"#].contains(tokens[range.lowerBound].text), !functions.isEmpty else {
      return false
    }
    let isHeld = range.allSatisfy { k in
      tokens[k].isDigit
        || ["(", ")", "[", "]", "{", "}", "+", "-", ".", "/", #"\frac"#].contains(tokens[k].text)
        || functions.contains { $0.range.contains(k) } || implicit.contains { $0.contains(k) }
    }
    guard isHeld, let close = try? closing(index) else { return false }
    let inside = Token.canonical(tokens[(index + 1)..<close])
    var look = self
    let kind = (try? look.group())?.kind
    return functions.contains { _, name in
      if inside == name.written.joined(separator: ",") { return true }
      guard tokens[range.lowerBound].text != #"\frac"#, let kind, name.written.count == 1 else {
        return false
      }
      return zip(name.variables ?? [], name.variableKinds).contains {
        $0 == name.written[0] && kind.isComparable(with: $1)
      }
    }
  }

  /// Whether a fraction of two numbers stands next.
  private var isNumericFraction: Bool {
    guard next == #"\frac"# else { return false }
    var look = self
    look.index += 1
    guard let a = try? look.argumentRange(), let b = try? look.argumentRange() else { return false }
    return tokens[a].allSatisfy(\.isDigit) && tokens[b].allSatisfy(\.isDigit)
  }

  /// Whether the next piece begins a factor.
  var startsFactor: Bool {
    guard index < end, let piece = next else { return false }
    return !Self.separators.contains(piece)
  }

  static let separators: Set<String> = [
    "+", "-", "=", "<", ">", ",", ".", ";", ":", "/", ")", "]", "}", "^", "_", "'", "!", "&", "*",
    #"\cdot"#,
    #"\times"#, #"\otimes"#, #"\rbrace"#, #"\rangle"#, #"\mid"#, #"\leq"#, #"\geq"#, #"\le"#,
    #"\ge"#,
    #"\pm"#, #"\mp"#, #"\to"#, #"\\"#, #"\end"#, #"\top"#, #"\approx"#, #"\implies"#, #"\iff"#,
  ]

  static let functions: [String: ElementaryFunction] = Dictionary(
    uniqueKeysWithValues: ElementaryFunction.allCases.map { ("\\" + $0.rawValue, $0) })
}
