extension Formula {
  /// The formula as LaTeX, which reads in the same notation as the same formula.
  ///
  /// Brackets stand where they are needed. What no text says is printed as a person would write it: a function whose
  /// unwritten variables are not those of the text around it, and the heads that have no reading.
  public func latex(in notation: Notation) -> String {
    let text = Printer(notation).line(self)
    // A longer declared name may begin or end where a shorter one does, and the text is read as something else or
    // refused; then brackets part them.
    let isReadBack = (try? Reader(notation).read(text)) == self
    return isReadBack ? text : Printer(notation, guarded: notation.partsOfNames).line(self)
  }
}

extension Notation {
  /// The names that stand inside of longer ones.
  fileprivate var partsOfNames: Set<String> {
    let all = entries.values
    return Set(
      all.filter { entry in
        all.contains { $0.tokens.count > entry.tokens.count && $0.holds(entry.tokens) }
      }.map(\.name))
  }
}

extension Notation.Entry {
  fileprivate func holds(_ part: [Token]) -> Bool {
    (0...(tokens.count - part.count)).contains { tokens[$0...].starts(with: part) }
  }
}

/// Writes formulas as LaTeX, in the shapes that `Parser` takes apart again.
struct Printer {
  let notation: Notation
  /// Names that stand in brackets wherever they are factors, since with what is around them they would be others.
  let guarded: Set<String>
  /// Variables that operators around the place bind.
  private(set) var scope: [String] = []
  /// Whether a `d` here might be taken for the end of an integral.
  private(set) var isBeforeDifferential = false
  /// Whether a value's variables are written wherever it is declared with them.
  private(set) var writesArguments = false
  /// Whether bars say which of them opens.
  private var hasSidedBars = false

  init(_ notation: Notation, guarded: Set<String> = []) {
    (self.notation, self.guarded) = (notation, guarded)
  }

  /// What stands behind a factor in its term.
  enum Follower {
    /// Nothing: an argument without brackets may end here.
    case nothing
    /// A factor, or a sign between factors.
    case something
    /// An opening bracket, which a name would take for its own.
    case bracket
  }

  func binding(_ variable: String, isIntegral: Bool = false) -> Printer {
    var inner = self
    inner.scope.append(variable)
    if isIntegral { inner.isBeforeDifferential = true }
    return inner
  }

  /// A formula by itself, where nothing around it matters: in brackets, as an exponent, as an end.
  func enclosed(_ formula: Formula) -> String {
    if case .name(let name) = formula.head { return name }
    var inner = self
    inner.isBeforeDifferential = false
    return inner.line(formula)
  }

  func knows(_ variable: String) -> Bool {
    scope.contains(variable) || notation.entries[variable].map { $0.variables == nil } ?? false
  }

  // MARK: - Lines, sums and terms

  func line(_ formula: Formula) -> String {
    formula.head == .tuple ? list(formula.arguments) : expression(formula)
  }

  func list(_ formulas: [Formula]) -> String { formulas.map(enclosed).joined(separator: ", ") }

  func expression(_ formula: Formula) -> String {
    guard formula.head == .sum else { return signed(formula) }
    return formula.arguments.enumerated().map { k, term in
      if k == 0 { return signed(term) }
      return term.head == .negative ? " - " + self.term(term.arguments[0]) : " + " + self.term(term)
    }.joined()
  }

  private func signed(_ formula: Formula) -> String {
    formula.head == .negative ? "-" + term(formula.arguments[0]) : term(formula)
  }

  func brackets(_ formula: Formula) -> String { "(" + enclosed(formula) + ")" }

  func term(_ formula: Formula, before follower: Follower = .nothing) -> String {
    let a = formula.arguments
    switch formula.head {
    case .dot: return dot(a[0], a[1], before: follower)
    case .contraction: return juxtaposition(a[0]) + " : " + juxtaposition(a[1], before: follower)
    case .outer:
      return juxtaposition(a[0]) + joined(#"\otimes"#, juxtaposition(a[1], before: follower))
    case .quotient(isSlash: true): return juxtaposition(a[0]) + "/" + denominator(a[1])
    default: return juxtaposition(formula, before: follower)
    }
  }

  private func dot(_ a: Formula, _ b: Formula, before follower: Follower) -> String {
    let left =
      switch a.head {
      case .dot where !(a.arguments[0].kind.isVector && b.kind.isVector):
        dot(a.arguments[0], a.arguments[1], before: .something)
      // The gradient's argument ends at the dot, the divergence's would not.
      case .gradient: juxtaposition(a, before: .nothing)
      default: juxtaposition(a)
      }
    return left + joined(#"\cdot"#, juxtaposition(b, before: follower))
  }

  private func denominator(_ formula: Formula) -> String {
    if case .integral = formula.head { brackets(formula) } else { factor(formula, before: .something) }
  }

  /// Factors side by side, or a single one.
  private func juxtaposition(_ formula: Formula, before follower: Follower = .something) -> String {
    guard formula.head == .product else { return factor(formula, before: follower) }
    let text = product(formula.arguments, before: follower)
    // With more than two bars, one has to say which of them open.
    guard !hasSidedBars, text.count(where: { $0 == "|" }) > 2 else { return text }
    var inner = self
    inner.hasSidedBars = true
    return inner.product(formula.arguments, before: follower)
  }

  private func product(_ factors: [Formula], before follower: Follower) -> String {
    var text = ""
    for (k, formula) in factors.enumerated().reversed() {
      let isBracket = text.first == "(" || text.first == "["
      let behind = k == factors.count - 1 ? follower : isBracket ? .bracket : .something
      var piece = factor(formula, before: behind)
      let isMixed = k > 0 && factors[k - 1].isDigits && piece.hasPrefix(#"\tfrac"#)
      if k > 0 && piece.first!.isNumber || isMixed { piece = "(" + piece + ")" }
      if case .integral = formula.head, !text.isEmpty, piece.last != ")" { piece += #"\,"# }
      text = text.isEmpty ? piece : joined(piece, text)
    }
    return text
  }

  /// Two pieces with a space between them where one is needed, or where it helps the eye.
  func joined(_ a: String, _ b: String) -> String {
    guard let last = a.last, let first = b.first else { return a + b }
    if first.isLetter, endsInCommand(a) { return a + " " + b }
    let isSpaced = ")]|".contains(last) && (first.isLetter || first == "\\") && !b.hasPrefix(#"\cdot"#)
    return isSpaced && !b.hasPrefix(#"\otimes"#) ? a + #"\,"# + b : a + b
  }

  private func endsInCommand(_ text: String) -> Bool {
    guard let slash = text.lastIndex(of: "\\") else { return false }
    let command = text[text.index(after: slash)...]
    return !command.isEmpty && command.allSatisfy(\.isLetter)
  }

  /// One factor, in brackets where it is none by itself.
  func factor(_ formula: Formula, before follower: Follower) -> String {
    switch formula.head {
    case .sum, .negative, .product, .dot, .contraction, .outer, .quotient(isSlash: true), .tuple:
      // `(f + g)(x)` would leave open whether the second bracket is an argument.
      var inner = self
      if follower == .bracket { inner.writesArguments = true }
      return inner.brackets(formula)
    case .number(let n, let denominator) where n < 0 || !Self.isDecimal(denominator):
      return brackets(formula)
    default: break
    }
    let (text, ending) = closed(formula, before: follower)
    switch (ending, follower) {
    case (.open, .something), (.open, .bracket), (.bracketed, .bracket): return "(" + text + ")"
    default: return text
    }
  }

  /// How a printed factor ends.
  enum Ending {
    /// So that whatever follows is a factor of its own.
    case closed
    /// In a bracket that a second bracket behind it would leave in doubt.
    case bracketed
    /// So that what follows would be taken in.
    case open
  }

  static func isDecimal(_ denominator: Int) -> Bool {
    var n = denominator
    while n > 1, n % 10 == 0 { n /= 10 }
    return n == 1
  }

  func bars(_ formula: Formula) -> String {
    var inner = self
    inner.hasSidedBars = false
    let text = inner.expression(formula)
    return hasSidedBars || text.contains("|") ? joined(#"\lvert"#, text) + #"\rvert"# : "|" + text + "|"
  }
}

extension Formula {
  /// Whether the formula is printed as digits.
  var isDigits: Bool {
    if case .number(let n, let denominator) = head { n >= 0 && Printer.isDecimal(denominator) } else { false }
  }
}
