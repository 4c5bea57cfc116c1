import Arithmetic

/// The names that a formula may use, each with its kind.
///
/// A name is any LaTeX: `A`, `\hat b`, `x_t`, `\mathbb{E}[z\mid x_t=x]`. The longest name that fits is read. Spaces,
/// sizes of brackets and braces around a single piece do not matter.
public struct Notation: Sendable {
  /// What is known of a name.
  struct Entry: Sendable {
    /// The name, written in one way.
    let name: String
    /// The pieces that it is written with, arguments left out.
    let tokens: [Token]
    /// The variables that are written behind the name, in brackets.
    let written: [String]
    /// All variables of a function, the written ones and those that it takes from the text around it; nil for a value.
    let variables: [String]?
    /// The kinds of the variables.
    let variableKinds: [Kind]
    let kind: Kind
    /// The names that a definition stands on.
    let standsOn: Set<String>

    /// Whether an exponent, or an index, belongs to the name.
    func has(_ sign: String) -> Bool { Notation.has(sign, in: tokens) }
  }

  private(set) var entries: [String: Entry] = [:]
  /// The names by their first piece, the longest first.
  private var byFirst: [String: [Entry]] = [:]

  /// No names at all.
  public init() {}

  /// Declares a value, which `standsOn` other names where it is defined by a formula.
  ///
  /// `latex` may end in arguments, as `A(t)` does: the name may then be written with or without them. Throws
  /// `ReadingError` where it is no LaTeX, and `InvalidArgument` where it is declared twice.
  @discardableResult
  public mutating func declare(_ latex: String, _ kind: Kind, standsOn: Set<String> = []) throws -> String {
    var (tokens, written) = try Self.split(latex)
    // `A(0)` is a value of its own; `A(t)` is one that may also be written `A`.
    if !written.allSatisfy({ $0.first!.isLetter || $0.first == "\\" }) {
      (tokens, written) = (try Token.all(in: latex), [])
    }
    return try insert(
      Entry(
        name: Token.canonical(tokens), tokens: tokens, written: written, variables: nil, variableKinds: [],
        kind: kind, standsOn: standsOn.union(written)))
  }

  /// Declares a function, such as `\rho(t,x)`, whose value is of a kind.
  ///
  /// The variables are those in the brackets, or `variables` where some are not written there, as for `\rho_t(x)`.
  @discardableResult
  public mutating func declare(
    function latex: String, variables: [String]? = nil, _ variableKinds: [Kind], _ kind: Kind,
    standsOn: Set<String> = []
  ) throws -> String {
    let (tokens, written) = try Self.split(latex)
    let all = try variables.map { try $0.map(Self.canonical) } ?? written
    guard !all.isEmpty, written.allSatisfy(all.contains), all.count == variableKinds.count else {
      throw InvalidArgument(
        "variables", is: "\(all) of \(latex)", expected: "those in brackets, with a kind for each")
    }
    return try insert(
      Entry(
        name: Token.canonical(tokens), tokens: tokens, written: written, variables: all,
        variableKinds: variableKinds, kind: kind, standsOn: standsOn))
  }

  private mutating func insert(_ entry: Entry) throws -> String {
    guard entries.updateValue(entry, forKey: entry.name) == nil else {
      throw InvalidArgument("name", is: entry.name, expected: "declared once")
    }
    byFirst[entry.tokens[0].text, default: []].append(entry)
    byFirst[entry.tokens[0].text]?.sort { $0.tokens.count > $1.tokens.count }
    return entry.name
  }

  /// The kind of a declared value, or of a function's values.
  public func kind(of name: String) -> Kind? { entries[name]?.kind }

  /// The longest name that stands at a place among tokens.
  func match(_ tokens: ArraySlice<Token>) -> Entry? {
    guard let first = tokens.first else { return nil }
    return byFirst[first.text]?.first { tokens.starts(with: $0.tokens) }
  }

  /// Whether a sign stands in a name outside of all brackets.
  static func has(_ sign: String, in tokens: [Token]) -> Bool {
    var depth = 0
    for token in tokens {
      if Parser.brackets[token.text] != nil { depth += 1 }
      if Parser.brackets.values.contains(token.text) { depth -= 1 }
      if depth == 0, token.text == sign { return true }
    }
    return false
  }

  /// A name written in the one way that stands for all.
  public static func canonical(_ latex: String) throws -> String { Token.canonical(try Token.all(in: latex)) }

  /// The arguments that a declared name ends in, such as `t` and `x` of `\rho(t,x)`.
  static func arguments(of latex: String) throws -> [String] { try split(latex).arguments }

  /// A declared name without its arguments, and the arguments, where they are plain names in brackets at the end.
  private static func split(_ latex: String) throws -> (tokens: [Token], arguments: [String]) {
    let tokens = try Token.all(in: latex)
    guard let first = tokens.first else { throw ReadingError(latex, at: 0, "a name is empty") }
    guard first.isWord else {
      throw ReadingError(latex, at: first.offset, "a name begins with a letter or a command")
    }
    guard tokens.last?.text == ")", let open = tokens.lastIndex(where: { $0.text == "(" }), open > 0 else {
      return (tokens, [])
    }
    let inside = tokens[(open + 1)..<(tokens.count - 1)]
    let arguments = inside.split(separator: Token(text: ",", offset: 0, end: 0)).map { Token.canonical($0) }
    return (Array(tokens[..<open]), arguments)
  }
}

extension Notation {
  /// Names and kinds as one text: what two notations with the same readings share.
  var signature: String {
    entries.values.map { "\($0.name)|\($0.written)|\($0.variables ?? [])|\($0.variableKinds)|\($0.kind)" }
      .sorted()
      .joined(separator: ";")
  }
}
