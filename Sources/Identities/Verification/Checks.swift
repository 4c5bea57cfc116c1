/// Collects the checks of an identity, and the derivation that they share.
@resultBuilder
public enum Checks {
  /// A check, or the derivation of those that have no lines of their own.
  public enum Part: Sendable {
    case check(any Check)
    case derivation(Derivation)
  }

  /// Takes one statement of the closure.
  public static func buildExpression(_ check: some Check) -> [Part] { [.check(check)] }
  /// Takes one statement of the closure.
  public static func buildExpression(_ derivation: Derivation) -> [Part] { [.derivation(derivation)] }
  /// Joins the statements in order.
  public static func buildBlock(_ parts: [Part]...) -> [Part] { parts.flatMap { $0 } }
  /// Gives the checks the derivation to read.
  public static func buildFinalResult(_ parts: [Part]) -> Assembled { Assembled(parts) }

  /// The checks of an identity, each with its lines.
  public struct Assembled: Sendable {
    let checks: [any Check]
    let derivation: Derivation?

    init(_ parts: [Part]) {
      let derivations = parts.compactMap {
        if case .derivation(let derivation) = $0 { derivation } else { nil }
      }
      derivation = derivations.first
      checks = parts.compactMap { part in
        guard case .check(let check) = part else { return nil }
        return derivations.first.map { check.reading($0) } ?? check
      }
    }
  }
}
