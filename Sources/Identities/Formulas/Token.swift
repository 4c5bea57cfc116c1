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
  /// Whether braces stood around it.
  var isBraced = false
  /// Whether it is a bar that says that it opens, or that it closes.
  var side: Side?

  /// Which of two brackets a piece is.
  enum Side {
    case opening, closing
  }

  static func == (a: Token, b: Token) -> Bool { a.text == b.text }
  func hash(into hasher: inout Hasher) { hasher.combine(text) }

  /// Whether the piece is a digit.
  var isDigit: Bool { text.count == 1 && text.first!.isNumber }
  /// Whether the piece is a letter or a command of letters.
  var isWord: Bool { text.first!.isLetter || text.first == "\\" && text.dropFirst().first?.isLetter == true }
  /// Whether the piece is a letter or a digit of some alphabet, which is printed by itself.
  var isSymbol: Bool { isDigit || text.first!.isLetter || Alphabet.letters[text] != nil }

  /// The tokens of a text, without what only changes how it looks: spaces, sizes of brackets, styles.
  ///
  /// Braces around a single piece go too, so that `x_{t}` is `x_t`. Throws `ReadingError` at a character that is not
  /// part of a formula.
  static func all(in text: String) throws -> [Token] {
    var lexer = Lexer(text)
    return try lexer.tokens()
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
