/// A piece of LaTeX that means something by itself.
struct Token: Hashable, Sendable {
  /// The piece: a command with its backslash, a letter, a digit, or a sign.
  let text: String
  /// Where it begins, in characters.
  let offset: Int
  /// Where it ends.
  let end: Int
  /// Whether a space that is printed stands before it.
  var isSpaced = false

  static func == (a: Token, b: Token) -> Bool { a.text == b.text }
  func hash(into hasher: inout Hasher) { hasher.combine(text) }

  /// Whether the piece is a digit.
  var isDigit: Bool { text.count == 1 && text.first!.isNumber }
  /// Whether the piece is a letter or a command of letters.
  var isWord: Bool { text.first!.isLetter || text.first == "\\" && text.dropFirst().first?.isLetter == true }

  /// The tokens of a text, without what only changes how it looks: spaces, sizes of brackets, styles.
  ///
  /// Braces around a single piece go too, so that `x_{t}` is `x_t`. Throws `ReadingError` at a character that is not
  /// part of a formula.
  static func all(in text: String) throws -> [Token] {
    var tokens: [Token] = []
    let characters = Array(text)
    var (i, isSpaced) = (0, false)
    func add(_ piece: String, from start: Int) {
      tokens.append(Token(text: piece, offset: start, end: i, isSpaced: isSpaced))
      isSpaced = false
    }
    while i < characters.count {
      let start = i
      let c = characters[i]
      i += 1
      if c.isWhitespace { continue }
      switch c {
      case "~": isSpaced = true
      case "\\":
        guard i < characters.count else {
          throw ReadingError(text, at: start, "a backslash with nothing behind it")
        }
        if Self.isLetter(characters[i]) {
          while i < characters.count, Self.isLetter(characters[i]) { i += 1 }
        } else {
          i += 1
        }
        let command = String(characters[start..<i])
        if command == #"\operatorname"#, i < characters.count, characters[i] == "*" { i += 1 }
        if Self.spaces.contains(command) {
          isSpaced = true
        } else if !Self.looks.contains(command) {
          add(Self.synonyms[command] ?? command, from: start)
        }
      case _ where Self.isLetter(c) || "0123456789+-*/=<>()[]{}|^_.,:;!'&".contains(c):
        add(String(c), from: start)
      default:
        throw ReadingError(text, at: start, "the character \(c) is not part of a formula")
      }
    }
    return bare(tokens)
  }

  private static func isLetter(_ c: Character) -> Bool { c.isASCII && c.isLetter }

  /// Spaces that are printed.
  private static let spaces: Set<String> = [
    #"\,"#, #"\:"#, #"\;"#, #"\>"#, #"\ "#, #"\quad"#, #"\qquad"#, #"\thinspace"#, #"\medspace"#,
    #"\thickspace"#,
  ]

  /// What changes the look of a formula and not its meaning.
  private static let looks: Set<String> = [
    #"\!"#, #"\left"#, #"\right"#, #"\bigl"#, #"\bigr"#, #"\Bigl"#, #"\Bigr"#, #"\biggl"#, #"\biggr"#,
    #"\Biggl"#,
    #"\Biggr"#, #"\big"#, #"\Big"#, #"\bigm"#, #"\Bigm"#, #"\textstyle"#, #"\displaystyle"#, #"\limits"#,
    #"\nolimits"#,
  ]

  /// Different commands for one sign.
  private static let synonyms: [String: String] = [
    #"\tfrac"#: #"\frac"#, #"\dfrac"#: #"\frac"#, #"\lvert"#: "|", #"\rvert"#: "|", #"\vert"#: "|",
    #"\lVert"#: #"\Vert"#, #"\rVert"#: #"\Vert"#, #"\|"#: #"\Vert"#, #"\intercal"#: #"\top"#,
    #"\ln"#: #"\log"#, #"\lbrack"#: "[", #"\rbrack"#: "]", #"\{"#: #"\lbrace"#, #"\}"#: #"\rbrace"#,
    #"\tr"#: #"\trace"#, #"\ast"#: "*", #"\prime"#: "'", #"\colon"#: ":",
  ]

  /// Drops braces around single pieces.
  private static func bare(_ tokens: [Token]) -> [Token] {
    var result: [Token] = []
    var i = 0
    while i < tokens.count {
      if tokens[i].text == "{", i + 2 < tokens.count, tokens[i + 2].text == "}",
        !"{}".contains(tokens[i + 1].text)
      {
        result.append(tokens[i + 1])
        i += 3
      } else {
        result.append(tokens[i])
        i += 1
      }
    }
    return result
  }

  /// The tokens as one text, the same for all ways to write them.
  static func canonical(_ tokens: some Sequence<Token>) -> String {
    var text = ""
    var endsInCommand = false
    for token in tokens {
      if endsInCommand, token.text.first!.isLetter { text += " " }
      text += token.text
      endsInCommand = token.text.first == "\\" && token.isWord
    }
    return text
  }
}
