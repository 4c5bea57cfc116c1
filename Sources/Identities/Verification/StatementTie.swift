import Formulas

/// How an identity's statement stands to the lines that its checks run.
public enum StatementTie: Sendable, Equatable {
  /// Both sides are lines of one check, and their values are what these lines say.
  case tied
  /// They are not; why.
  case untied(String)
}

extension IdentityResult {
  /// Whether both sides of the statement are lines of a check that are read, up to arguments such as `(t)` that may be
  /// left out; or else what the identity says about it, or what is missing.
  public var statementTie: StatementTie {
    if !identity.untied.isEmpty { return .untied(identity.untied) }
    let sides = Self.sides(of: identity.statement)
    guard sides.count > 1 else { return .untied("the statement is no chain of relations") }
    var isWritten = false
    for check in checks {
      let lines = check.lines.filter { $0.role == .step }
      let known = lines.map { Self.normal($0.says) }
      let found = sides.map { side in known.firstIndex(of: side) }
      guard found.allSatisfy({ $0 != nil }) else { continue }
      isWritten = true
      if found.compactMap({ $0 }).allSatisfy({ lines[$0].isRead }) { return .tied }
    }
    return .untied(
      isWritten ? "its sides are lines, but transcribed ones" : "its sides are not lines of one check")
  }

  /// The sides of a statement, each written in one way; what stands before an implication is an assumption.
  private static func sides(of statement: String) -> [String] {
    guard var text = try? Notation.canonical(statement) else { return [] }
    if let implication = text.range(of: #"\implies"#) { text = String(text[implication.upperBound...]) }
    var (sides, depth) = ([""], 0)
    var rest = text[...]
    while let character = rest.first {
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth -= 1 }
      if depth == 0, let sign = [#"\leq"#, #"\geq"#, #"\le"#, #"\ge"#, "="].first(where: rest.hasPrefix) {
        sides.append("")
        rest = rest.dropFirst(sign.count)
        continue
      }
      sides[sides.count - 1].append(character)
      rest = rest.dropFirst()
    }
    return sides.map(normal)
  }

  /// A formula's text in one spelling, without arguments that may be left out.
  private static func normal(_ text: String) -> String {
    var text = (try? Notation.canonical(text)) ?? text
    for arguments in ["(t,x)", "(t)", "(x)"] { text = text.replacing(arguments, with: "") }
    return text.filter { !$0.isWhitespace && $0 != "." }
  }
}
