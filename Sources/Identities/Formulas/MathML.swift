extension Formula {
  /// The formula as presentation MathML, one `math` element.
  public func mathML(in notation: Notation) throws -> String { try Self.mathML(of: latex(in: notation)) }

  /// A text's LaTeX as presentation MathML, one `math` element, with names that need not be declared.
  ///
  /// Throws `ReadingError` where the text holds what is not part of the notation.
  public static func mathML(of latex: String) throws -> String {
    var typesetter = Typesetter(latex, try Token.all(in: latex))
    return "<math>" + (try typesetter.row()) + "</math>"
  }
}

/// Sets tokens of LaTeX as MathML, piece by piece.
struct Typesetter {
  private let text: String
  private let characters: [Character]
  private let tokens: [Token]
  private var index = 0

  init(_ text: String, _ tokens: [Token]) {
    (self.text, characters, self.tokens) = (text, Array(text), tokens)
  }

  private var next: String? { index < tokens.count ? tokens[index].text : nil }

  private func error(_ reason: String) -> ReadingError {
    ReadingError(text, at: index < tokens.count ? tokens[index].offset : characters.count, reason)
  }

  // MARK: - Rows

  /// Pieces side by side, up to the end or to a piece that ends them.
  mutating func row(until stops: Set<String> = []) throws -> String {
    var pieces: [String] = []
    while let piece = next, !stops.contains(piece) {
      if tokens[index].isSpaced, !pieces.isEmpty { pieces.append(Self.space) }
      if let last = pieces.last, Self.functions.contains(piece),
        !Self.isOperator(last) || "∇∂".contains(where: last.contains)
      {
        pieces.append(Self.space)
      }
      let isFunction = Self.functions.contains(piece) || piece == #"\operatorname"#
      pieces.append(try scripted(isPrefix: pieces.isEmpty || Self.isOperator(pieces.last!)))
      let isBeforeBracket = next.map { Parser.brackets[$0] != nil || stops.contains($0) } ?? true
      if isFunction, !isBeforeBracket, index < tokens.count, !tokens[index].isSpaced {
        pieces.append(Self.space)
      }
    }
    if let last = stops.first, next == nil { throw error("\(last) is expected before the end") }
    return pieces.count == 1 ? pieces[0] : "<mrow>" + pieces.joined() + "</mrow>"
  }

  private static let space = #"<mspace width="0.167em"/>"#

  private static func isOperator(_ piece: String) -> Bool {
    (piece.hasPrefix("<mo>") || piece.hasPrefix("<mo "))
      && !["′", ")", "]", "}", "⟩", "|", "‖"].contains { piece.hasSuffix(">\($0)</mo>") }
  }

  /// A piece with what stands above and below it.
  private mutating func scripted(isPrefix: Bool) throws -> String {
    let piece = next!
    let base = try self.base(isPrefix: isPrefix)
    var (below, above): (String?, String?)
    var primes = ""
    while let sign = next {
      if sign == "'" {
        index += 1
        primes += "′"
      } else if sign == "_", below == nil {
        index += 1
        below = try argument()
      } else if sign == "^", above == nil {
        index += 1
        above = try argument()
      } else {
        break
      }
    }
    if !primes.isEmpty {
      let mark = "<mo>\(primes)</mo>"
      above = above.map { "<mrow>\(mark)\($0)</mrow>" } ?? mark
    }
    // Limits stand below the sign.
    let name =
      [#"\sum"#, #"\prod"#, #"\lim"#].contains(piece)
      ? ("munder", "mover", "munderover") : ("msub", "msup", "msubsup")
    switch (below, above) {
    case (nil, nil): return base
    case (let below?, nil): return "<\(name.0)>\(base)\(below)</\(name.0)>"
    case (nil, let above?): return "<\(name.1)>\(base)\(above)</\(name.1)>"
    case (let below?, let above?): return "<\(name.2)>\(base)\(below)\(above)</\(name.2)>"
    }
  }

  /// What a command or `^` takes: a single piece, or what stands in braces.
  private mutating func argument() throws -> String {
    guard let piece = next else { throw error("an argument is expected before the end") }
    if tokens[index].isDigit {
      index += 1
      return "<mn>\(piece)</mn>"
    }
    guard piece == "{" else { return try base(isPrefix: true) }
    index += 1
    let inside = try row(until: ["}"])
    index += 1
    return inside
  }

  /// The letters of a name in braces, as of `\operatorname{tr}`.
  private mutating func word() throws -> String {
    guard next == "{" else {
      guard let piece = next else { throw error("a name is expected before the end") }
      index += 1
      return Self.escaped(piece)
    }
    index += 1
    var letters = ""
    while let piece = next, piece != "}" {
      if tokens[index].isSpaced, !letters.isEmpty { letters += " " }
      letters += Self.escaped(piece)
      index += 1
    }
    guard next != nil else { throw error("} is expected before the end") }
    index += 1
    return letters
  }

  // MARK: - Pieces

  private mutating func base(isPrefix: Bool) throws -> String {
    let token = tokens[index]
    let piece = token.text
    if token.isDigit { return number() }
    index += 1
    if let letter = Alphabet.letters[piece] {
      // Capital Greek letters stand upright.
      let isUpright = letter.first!.isUppercase
      return isUpright ? #"<mi mathvariant="normal">\#(letter)</mi>"# : "<mi>\(letter)</mi>"
    }
    if let accent = Alphabet.accents[piece] {
      let isWide = piece == #"\overline"# || piece.hasPrefix(#"\wide"#)
      // Said to be accents, they are set upon the letter by some browsers.
      return "<mover>" + (try argument()) + "<mo\(isWide ? "" : #" stretchy="false""#)>\(accent)</mo></mover>"
    }
    if let mark = Self.marks[piece] { return #"<mi mathvariant="normal">\#(mark)</mi>"# }
    if Self.functions.contains(piece) { return "<mi>\(piece.dropFirst())</mi>" }
    if let sign = Self.signs[piece] { return "<mo>\(sign)</mo>" }
    if piece.count == 1, piece.first!.isLetter { return "<mi>\(piece)</mi>" }
    switch piece {
    case #"\frac"#: return try fraction(isSmall: String(characters[token.offset..<token.end]) == #"\tfrac"#)
    case #"\sqrt"#: return "<msqrt>" + (try argument()) + "</msqrt>"
    case #"\operatorname"#, #"\mathrm"#, #"\text"#: return try upright(piece)
    case #"\mathbb"#, #"\mathcal"#, #"\mathbf"#: return try styled(piece)
    case #"\begin"#: return try matrix()
    case "|", #"\Vert"#: return try bars(token)
    case "{":
      index -= 1
      return try argument()
    case "-" where isPrefix: return #"<mo form="prefix">−</mo>"#
    case "-": return "<mo>−</mo>"
    case "+" where isPrefix: return #"<mo form="prefix">+</mo>"#
    default: break
    }
    if let close = Parser.brackets[piece] {
      let inside = try row(until: [close])
      index += 1
      return Self.fenced(inside, between: Self.signs[piece] ?? piece, Self.signs[close] ?? close)
    }
    guard "+*/=<>.,:;!&".contains(piece) else {
      index -= 1
      throw error("\(piece) is not expected here")
    }
    if piece == "/" { return #"<mo lspace="0" rspace="0">/</mo>"# }
    return piece == "," ? #"<mo separator="true">,</mo>"# : "<mo>\(Self.escaped(piece))</mo>"
  }

  private mutating func number() -> String {
    var digits = ""
    repeat {
      digits += tokens[index].text
      index += 1
      guard index < tokens.count, !tokens[index].isSpaced, !tokens[index - 1].isBraced,
        !tokens[index].isBraced
      else { break }
      let isPoint =
        next == "." && index + 1 < tokens.count && tokens[index + 1].isDigit && !digits.contains(".")
      guard tokens[index].isDigit || isPoint else { break }
    } while true
    return "<mn>\(digits)</mn>"
  }

  private mutating func fraction(isSmall: Bool) throws -> String {
    let fraction = "<mfrac>" + (try argument()) + (try argument()) + "</mfrac>"
    return isSmall ? #"<mstyle displaystyle="false">\#(fraction)</mstyle>"# : fraction
  }

  private mutating func upright(_ command: String) throws -> String {
    let word = try word()
    return command == #"\text"# ? "<mtext>\(word)</mtext>" : #"<mi mathvariant="normal">\#(word)</mi>"#
  }

  /// Letters of another alphabet.
  private mutating func styled(_ command: String) throws -> String {
    let word = try word()
    let letters = word.unicodeScalars.map { scalar -> String in
      Self.styled(scalar, command).map { String(Character($0)) } ?? String(Character(scalar))
    }
    return "<mi>\(letters.joined())</mi>"
  }

  private static func styled(_ scalar: Unicode.Scalar, _ command: String) -> Unicode.Scalar? {
    let exceptions: [String: String] =
      command == #"\mathbb"#
      ? ["C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ"]
      : command == #"\mathcal"#
        ? [
          "B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ", "e": "ℯ", "g": "ℊ",
          "o": "ℴ",
        ]
        : [:]
    if let own = exceptions[String(Character(scalar))] { return own.unicodeScalars.first }
    // Where the capitals of the alphabet begin; the small letters follow them.
    let start: UInt32 = command == #"\mathbb"# ? 0x1d538 : command == #"\mathcal"# ? 0x1d49c : 0x1d400
    switch scalar {
    case "A"..."Z": return Unicode.Scalar(start + scalar.value - 65)
    case "a"..."z": return Unicode.Scalar(start + 26 + scalar.value - 97)
    default: return nil
    }
  }

  private mutating func matrix() throws -> String {
    let name = try word()
    var rows: [[String]] = [[]]
    while next != #"\end"# {
      guard next != nil else { throw error("\\end{\(name)} is expected before the end") }
      rows[rows.count - 1].append(try row(until: ["&", #"\\"#, #"\end"#]))
      if next == "&" { index += 1 }
      if next == #"\\"# {
        index += 1
        if next != #"\end"# { rows.append([]) }
      }
    }
    index += 1
    guard try word() == name else { throw error("\\end{\(name)} is expected") }
    let cells = rows.map { "<mtr>" + $0.map { "<mtd>\($0)</mtd>" }.joined() + "</mtr>" }
    let table = "<mtable>" + cells.joined() + "</mtable>"
    switch name {
    case "pmatrix": return Self.fenced(table, between: "(", ")")
    case "bmatrix": return Self.fenced(table, between: "[", "]")
    default: return table
    }
  }

  /// What stands between bars; a bar that closes none of them stands alone.
  private mutating func bars(_ token: Token) throws -> String {
    let sign = token.text == "|" ? "|" : "‖"
    let start = index
    var (depth, sided, close) = (0, 0, index)
    while close < tokens.count {
      let piece = tokens[close]
      if depth == 0, piece.text == token.text {
        if piece.side == .opening { sided += 1 }
        if sided == 0, piece.side == (token.side == .opening ? .closing : nil) { break }
        if piece.side == .closing { sided -= 1 }
      }
      if Parser.brackets[piece.text] != nil { depth += 1 }
      if Parser.brackets.values.contains(piece.text) { depth -= 1 }
      if depth < 0 { break }
      close += 1
    }
    guard close < tokens.count, depth == 0, close > start else { return "<mo>\(sign)</mo>" }
    var inner = Typesetter(text, Array(tokens[..<close]))
    inner.index = start
    let inside = try inner.row()
    index = close + 1
    return Self.fenced(inside, between: sign, sign)
  }

  /// Brackets around what they are as tall as.
  private static func fenced(_ inside: String, between open: String, _ close: String) -> String {
    let isTall = ["<mfrac", "<mtable", "<munder", "∫", "∑", "∏"].contains { inside.contains($0) }
    let size = isTall ? "" : #" stretchy="false""#
    return
      "<mrow><mo form=\"prefix\"\(size)>\(open)</mo>\(inside)<mo form=\"postfix\"\(size)>\(close)</mo></mrow>"
  }

  private static func escaped(_ piece: String) -> String {
    switch piece {
    case "<": "&lt;"
    case ">": "&gt;"
    case "&": "&amp;"
    default: piece
    }
  }

  private static let functions: Set<String> = [
    #"\exp"#, #"\log"#, #"\sin"#, #"\cos"#, #"\tan"#, #"\sinh"#, #"\cosh"#, #"\tanh"#, #"\det"#, #"\lim"#,
    #"\min"#,
    #"\max"#, #"\sup"#, #"\inf"#, #"\arg"#,
  ]

  private static let marks: [String: String] = [#"\infty"#: "∞", #"\top"#: "⊤", #"\dagger"#: "†"]

  private static let signs: [String: String] = [
    #"\cdot"#: "⋅", #"\times"#: "×", #"\otimes"#: "⊗", #"\nabla"#: "∇", #"\partial"#: "∂", #"\int"#: "∫",
    #"\sum"#: "∑", #"\prod"#: "∏", #"\to"#: "→", #"\mid"#: "∣", #"\leq"#: "≤",
    #"\le"#: "≤", #"\geq"#: "≥", #"\ge"#: "≥", #"\approx"#: "≈", #"\sim"#: "∼", #"\neq"#: "≠", #"\ne"#: "≠",
    #"\in"#: "∈", #"\pm"#: "±", #"\mp"#: "∓", #"\lbrace"#: "{", #"\rbrace"#: "}", #"\langle"#: "⟨",
    #"\rangle"#: "⟩", #"\dots"#: "…", #"\ldots"#: "…", #"\cdots"#: "⋯", #"\implies"#: "⟹", #"\iff"#: "⟺",
    #"\propto"#: "∝", #"\circ"#: "∘", #"\ll"#: "≪", #"\gg"#: "≫", #"\equiv"#: "≡",
  ]
}
