import Verification

/// Mathematics made safe for Markdown.
///
/// GitHub reads a page as Markdown before it looks for formulas: it eats the backslash of `\,` and `\{`, takes
/// `}_{` for the beginning of emphasis, `[z](t)` for a link and `<` for a tag, and allows only some macros.
/// Pandoc, which turns the page into HTML or a book, knows fewer macros still. What is written here is what
/// all of them render.
enum LaTeX {
  /// Where a formula stands.
  enum Place {
    case paragraph
    /// A bar would end the cell.
    case table
    /// A row of a formula may end in a line break, and must: elsewhere GitHub eats half of `\\`.
    case display
  }

  /// A formula without dollar signs, on one line but for the rows of a display.
  static func formula(_ source: String, in place: Place = .paragraph) -> String {
    var writer = Writer(place)
    let line = source.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let characters = Array(place == .display ? line : inOneRow(line))
    var i = 0
    while i < characters.count {
      guard characters[i] == "\\", i + 1 < characters.count else {
        writer.write(characters[i], next: i + 1 < characters.count ? characters[i + 1] : " ")
        i += 1
        continue
      }
      var end = i + 2
      if characters[i + 1].isLetter {
        while end < characters.count, characters[end].isLetter { end += 1 }
        // A starred operator is one name.
        if end < characters.count, characters[end] == "*", String(characters[i..<end]) == #"\operatorname"# {
          end += 1
        }
      }
      let command = String(characters[i..<end])
      if command == #"\operatorname"# || command == #"\operatorname*"# {
        let name = characters[end...].prefix { $0 != "}" }.filter { $0 != "{" && $0 != " " }
        writer.write(#"\mathop{\mathrm{"# + String(name) + "}}")
        while end < characters.count, characters[end] != "}" { end += 1 }
        end += 1
      } else {
        writer.write(Self.substitutes[command] ?? command)
        if command == #"\\"#, place == .display { writer.endRow() }
      }
      i = end
    }
    return writer.text
  }

  /// A formula whose matrices are written in a row, `(a, b; c, d)`: GitHub keeps `\\` at the end of a line only.
  private static func inOneRow(_ source: String) -> String {
    guard source.contains(#"\\"#) else { return source }
    var text = source.replacing(#"\\"#, with: #";\ "#).replacing("&", with: #",\ "#)
    for (name, left, right) in [
      ("pmatrix", "(", ")"), ("bmatrix", "[", "]"), ("vmatrix", #"\vert "#, #"\vert "#), ("matrix", "(", ")"),
      ("cases", #"\lbrace "#, "."), ("aligned", ".", "."),
    ] {
      text = text.replacing(#"\begin{\#(name)}"#, with: #"\left"# + left)
        .replacing(#"\end{\#(name)}"#, with: #"\right"# + right)
    }
    return text
  }

  /// What a command is written as where Markdown, GitHub or pandoc would not understand it.
  ///
  /// The thin and thick spaces all become a control space, the one space that every reader knows.
  private static let substitutes: [String: String] = [
    #"\,"#: #"\ "#, #"\:"#: #"\ "#, #"\;"#: #"\ "#, #"\>"#: #"\ "#, #"\!"#: "",
    #"\thinspace"#: #"\ "#, #"\medspace"#: #"\ "#, #"\thickspace"#: #"\ "#, #"\negthinspace"#: "",
    #"\{"#: #"\lbrace "#, #"\}"#: #"\rbrace "#, #"\|"#: #"\Vert "#, #"\%"#: #"\text{ percent}"#,
    #"\&"#: #"\text{ and }"#, "\\#": #"\sharp "#, #"\_"#: #"\text{-}"#, #"\lVert"#: #"\Vert "#,
    #"\rVert"#: #"\Vert "#, #"\lvert"#: #"\vert "#, #"\rvert"#: #"\vert "#,
    // Pandoc knows the smallest of the fixed sizes alone.
    #"\Bigl"#: #"\bigl"#, #"\Bigr"#: #"\bigr"#, #"\Big"#: #"\big"#, #"\biggl"#: #"\bigl"#,
    #"\biggr"#: #"\bigr"#,
    #"\bigm"#: "", #"\Bigm"#: "",
  ]

  /// Prose with formulas between dollar signs, made safe on one line.
  ///
  /// GitHub overlooks a formula that touches a letter or a digit, so a space comes between them.
  static func prose(_ source: String, in place: Place = .paragraph) -> String {
    var text = ""
    var endsInFormula = false
    for piece in pieces(of: source) {
      switch piece {
      case .formula(let formula):
        if let last = text.last, last.isLetter || last.isNumber { text += " " }
        text += "$" + Self.formula(formula, in: place) + "$"
        endsInFormula = true
      case .words(let words):
        if endsInFormula, let first = words.first, first.isLetter || first.isNumber { text += " " }
        text += (place == .table ? words.replacing("|", with: #"\|"#) : words).replacing("<", with: #"\<"#)
        endsInFormula = false
      }
    }
    return text
  }

  /// A formula on lines of its own.
  static func display(_ source: String) -> [String] {
    ["$$"] + formula(source, in: .display).split(separator: "\n").map(String.init) + ["$$"]
  }

  /// Prose as part of a formula: its words as text, its formulas as they are.
  static func words(_ source: String) -> String {
    pieces(of: source).map { piece in
      switch piece {
      case .formula(let formula): formula
      case .words(let words): words.isEmpty ? "" : #"\text{"# + plain(words) + "}"
      }
    }.joined()
  }

  /// How wide a formula or prose is, roughly, in characters.
  static func width(_ source: String) -> Int {
    source.replacing(/\\[a-zA-Z]+/, with: "m").count { !"{}$^_\\ ".contains($0) }
  }

  private enum Piece {
    case words(String)
    case formula(String)
  }

  /// The words and formulas of prose in turn; a dollar sign without a partner is a word.
  private static func pieces(of source: String) -> [Piece] {
    let line = source.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let parts = line.replacing("$$", with: "$").split(separator: "$", omittingEmptySubsequences: false)
    let last = parts.count - 1
    return parts.enumerated().map { i, part in
      if i.isMultiple(of: 2) { return .words(String(part)) }
      return i == last ? .words(#"\$"# + part) : .formula(String(part))
    }
  }

  /// Words that may stand in `\text`, where a special character would end it or start a comment.
  private static func plain(_ words: String) -> String {
    words.replacing("%", with: " percent").replacing("&", with: "and").replacing("#", with: "no. ")
      .replacing("<", with: "less than").replacing(">", with: "greater than")
      .replacing("_", with: "-").filter { !#"\{}^~`*"#.contains($0) }
  }

  /// Collects a formula, separating what Markdown would take for its own.
  private struct Writer {
    private let place: Place
    private var output = ""

    init(_ place: Place) { self.place = place }

    mutating func write(_ command: String) {
      output += command
    }

    mutating func endRow() { output += "\n" }

    mutating func write(_ character: Character, next: Character) {
      switch character {
      case "<": output += #"\lt "#
      case ">": output += #"\gt "#
      case "*": output += #"\ast "#
      case "~": output += #"\ "#
      case "|" where place == .table: output += #"\vert "#
      // An underscore after anything but a letter or digit could open emphasis unless a space follows.
      case "_" where output.last.map { !$0.isLetter && !$0.isNumber } ?? true: output += "_ "
      // A bracket next to a parenthesis is a link.
      case "]" where next == "(": output += "] "
      default: output.append(character)
      }
    }

    /// The formula with single spaces, and none at the ends of its lines.
    var text: String {
      output.split(separator: "\n").map { line in
        let words = line.split(separator: " ").joined(separator: " ")
        return words.hasSuffix(#"\"#) && !words.hasSuffix(#"\\"#) ? String(words.dropLast()) : words
      }.joined(separator: "\n")
    }
  }
}
