/// Takes a text apart into tokens.
struct Lexer {
  private let text: String
  private let characters: [Character]
  private var index = 0
  private var isSpaced = false
  /// The size of a bracket that is to follow, and where it stands.
  private var size: (command: String, offset: Int)?
  /// Where the brackets stand that `\left` opened.
  private var open: [Int] = []
  private var result: [Token] = []

  /// The most characters that a text may have, so that what is nested in it stays bounded.
  static let longest = 20_000

  init(_ text: String) { (self.text, characters) = (text, Array(text)) }

  mutating func tokens() throws -> [Token] {
    guard characters.count <= Self.longest else {
      throw ReadingError(text, at: Self.longest, "a formula of more than \(Self.longest) characters")
    }
    while index < characters.count { try next() }
    if let size { throw ReadingError(text, at: size.offset, "\(size.command) without a bracket behind it") }
    if let open = open.last { throw ReadingError(text, at: open, #"\left without its \right"#) }
    return Self.primed(Self.bare(result))
  }

  private mutating func next() throws {
    let start = index
    let c = characters[index]
    index += 1
    switch c {
    case _ where c.isWhitespace: break
    case "~": isSpaced = true
    case "\\":
      try command(from: start)
    case _ where Self.isLetter(c) || "0123456789+-*/=<>()[]{}|^_.,:;!'&".contains(c):
      try add(String(c), from: start)
    case "%":
      throw ReadingError(text, at: start, "what stands behind % is not printed: leave it out")
    default:
      throw ReadingError(text, at: start, "the character \(c) is not part of a formula")
    }
  }

  private mutating func command(from start: Int) throws {
    guard index < characters.count else {
      throw ReadingError(text, at: start, "a backslash with nothing behind it")
    }
    if Self.isLetter(characters[index]) {
      while index < characters.count, Self.isLetter(characters[index]) { index += 1 }
    } else {
      index += 1
    }
    let command = String(characters[start..<index])
    if command == #"\operatorname"#, index < characters.count, characters[index] == "*" { index += 1 }
    if Self.spaces.contains(command) {
      isSpaced = true
    } else if Self.sizes[command] != nil {
      if let size { throw ReadingError(text, at: size.offset, "\(size.command) without a bracket behind it") }
      size = (command, start)
      if command == #"\left"# { open.append(start) }
      if command == #"\right"#, open.popLast() == nil {
        throw ReadingError(text, at: start, #"\right without its \left"#)
      }
    } else if !Self.looks.contains(command) {
      try add(Self.synonyms[command] ?? command, from: start, written: command)
    }
  }

  private mutating func add(_ piece: String, from start: Int, written: String = "") throws {
    var token = Token(text: piece, offset: start, end: index, isSpaced: isSpaced)
    isSpaced = false
    if let size {
      guard Self.brackets.contains(piece) else {
        throw ReadingError(text, at: size.offset, "\(size.command) without a bracket behind it")
      }
      token.side = Self.sizes[size.command] ?? nil
      self.size = nil
    }
    if written.hasPrefix(#"\l"#), written.lowercased().hasSuffix("vert") { token.side = .opening }
    if written.hasPrefix(#"\r"#), written.lowercased().hasSuffix("vert") { token.side = .closing }
    result.append(token)
  }

  private static func isLetter(_ c: Character) -> Bool { c.isASCII && c.isLetter }

  // MARK: - Braces and primes

  /// Drops braces around single pieces that mean the same without them.
  ///
  /// A sign keeps its braces, which make `1{,}000` of one number, unless it is an index or an exponent.
  private static func bare(_ tokens: [Token]) -> [Token] {
    var result: [Token] = []
    for token in tokens {
      result.append(token)
      // Where braces close around one piece, they go; those around them may then do so too.
      guard token.text == "}", result.count >= 3, result[result.count - 3].text == "{" else { continue }
      var inside = result[result.count - 2]
      let isRaised = result.count > 3 && ["^", "_"].contains(result[result.count - 4].text)
      guard inside.isWord || inside.isDigit || isRaised && !"{}".contains(inside.text),
        !takesArgument.contains(inside.text)
      else { continue }
      inside.isBraced = true
      if result[result.count - 3].isSpaced { inside.isSpaced = true }
      result.removeLast(3)
      result.append(inside)
    }
    return result
  }

  /// Writes `f^\prime` and `f^{\prime\prime}` as `f'` and `f''`.
  private static func primed(_ tokens: [Token]) -> [Token] {
    var result: [Token] = []
    var i = 0
    while i < tokens.count {
      if tokens[i].text == "^", i + 1 < tokens.count {
        if tokens[i + 1].text == "'" {
          i += 1
          continue
        }
        if tokens[i + 1].text == "{", let close = tokens[(i + 2)...].firstIndex(where: { $0.text != "'" }),
          close > i + 2, tokens[close].text == "}"
        {
          result += tokens[(i + 2)..<close]
          i = close + 1
          continue
        }
      }
      result.append(tokens[i])
      i += 1
    }
    return result
  }

  // MARK: - Commands

  private static let takesArgument: Set<String> = [
    #"\frac"#, #"\sqrt"#, #"\hat"#, #"\bar"#, #"\tilde"#, #"\dot"#, #"\ddot"#, #"\mathbb"#, #"\mathrm"#,
    #"\mathcal"#, #"\mathbf"#, #"\operatorname"#, #"\begin"#, #"\end"#, #"\text"#,
  ]

  /// Spaces that are printed.
  private static let spaces: Set<String> = [
    #"\,"#, #"\:"#, #"\;"#, #"\>"#, #"\ "#, #"\quad"#, #"\qquad"#, #"\thinspace"#, #"\medspace"#,
    #"\thickspace"#,
  ]

  /// Sizes of brackets, with the side that they say.
  private static let sizes: [String: Token.Side?] = {
    var all: [String: Token.Side?] = [#"\left"#: .opening, #"\right"#: .closing]
    for size in [#"\big"#, #"\Big"#, #"\bigg"#, #"\Bigg"#] {
      all[size] = .some(nil)
      all[size + "m"] = .some(nil)
      all[size + "l"] = .opening
      all[size + "r"] = .closing
    }
    return all
  }()

  /// What a size may stand before.
  private static let brackets: Set<String> = [
    "(", ")", "[", "]", "|", "/", #"\Vert"#, #"\mid"#, #"\lbrace"#, #"\rbrace"#, #"\langle"#, #"\rangle"#,
  ]

  /// What changes the look of a formula and not its meaning.
  private static let looks: Set<String> = [
    #"\!"#, #"\textstyle"#, #"\displaystyle"#, #"\limits"#, #"\nolimits"#,
  ]

  /// Different commands for one sign.
  private static let synonyms: [String: String] = [
    #"\tfrac"#: #"\frac"#, #"\dfrac"#: #"\frac"#, #"\lvert"#: "|", #"\rvert"#: "|", #"\vert"#: "|",
    #"\lVert"#: #"\Vert"#, #"\rVert"#: #"\Vert"#, #"\|"#: #"\Vert"#, #"\intercal"#: #"\top"#,
    #"\ln"#: #"\log"#, #"\lbrack"#: "[", #"\rbrack"#: "]", #"\{"#: #"\lbrace"#, #"\}"#: #"\rbrace"#,
    #"\tr"#: #"\trace"#, #"\ast"#: "*", #"\prime"#: "'", #"\colon"#: ":",
  ]
}
