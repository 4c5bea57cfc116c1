import Arithmetic
import Formulas
import Probability
import Synchronization

/// Gives the lines of a check their values from their texts.
///
/// The texts are read once a case, in the names that the check binds there; at every point and block after that the
/// same formulas are evaluated with new values. What does not fit, an undeclared name or a matrix compared with a
/// vector, is refused before a number is drawn.
final class Reading: Sendable {
  private let derivation: Derivation?
  private let cases = Mutex<[Key: Case]>([:])

  /// A reading of the lines that a check has itself, or else of a derivation's.
  init(_ derivation: Derivation? = nil) { self.derivation = derivation }

  private struct Key: Hashable {
    let index: Int
    let isBroken: Bool
  }

  /// A formula that stands at a line: what the line says, or a mutant of it.
  private struct Entry {
    let line: Int
    let formula: Formula
    /// The role of a mutant; nil for the line itself.
    let role: Role?
    let says: String
    let name: String
  }

  /// What one case's lines were read as.
  private struct Case {
    let names: [String]
    let says: [String]
    let lines: [Entry]
    let kinds: [String: Kind]
    let shape: Kind
  }

  /// The lines with their values, for the case of a number; with their mutants as rivals where they are to be broken.
  func lines<Scalar>(
    _ written: [Line<Scalar>], case index: Int, _ settings: CaseSettings
  ) throws -> [Line<Scalar>] {
    let isBroken = settings.isBroken
    let names = written.compactMap { line in
      if case .binding(let name) = line.content { name } else { nil }
    }
    var lines = written.filter { !$0.isBinding }
    if lines.isEmpty { lines = derivation?.lines(over: Scalar.self) ?? [] }
    if isBroken { lines = lines.filter { $0.role == .step } }
    guard lines.contains(where: \.isText) else { return lines }

    let key = Key(index: index, isBroken: isBroken)
    let says = lines.map(\.says)
    var known = cases.withLock { $0[key] }
    if let before = known, before.names != names.map(\.name) || before.says != says { known = nil }
    var bindings = Bindings<Scalar.Base>(knownKinds: known?.kinds ?? [:])
    for name in names { try name.bind(&bindings) }
    let read = try known ?? read(lines, names.map(\.name), bindings, isBroken: isBroken)
    if known == nil { cases.withLock { $0[key] = read } }

    let tests = try TestFunctions.bound(in: &bindings, for: read.lines.map(\.formula))
    let evaluator = Evaluator(bindings, levels: Scalar.levels)
    return lines.enumerated().flatMap { i, line in
      let formulas = read.lines.filter { entry in
        entry.line == i && (entry.role == nil || !settings.decided.contains(entry.name))
      }
      guard !formulas.isEmpty else { return [line] }
      return formulas.map { entry in
        let formula = entry.formula
        let value = { () throws -> [Scalar] in
          // A mutant may have no value where its line has one.
          if entry.role != nil, let value = try? Scalar.value(of: tests.weak(formula), by: evaluator) {
            return try value.components.map { try Scalar.component($0) }
          }
          guard entry.role == nil else { return [] }
          let value = try Scalar.value(of: tests.weak(formula), by: evaluator)
          // A zero has as many components as what it is compared with.
          if formula.kind == .zero { return try tests.zero(read.shape).map { try Scalar.component($0) } }
          return try value.components.map { try Scalar.component($0) }
        }
        guard let role = entry.role else { return line.with(.code(value)).reads(formula) }
        return Line(role: role, says: entry.says, content: .code(value)).reads(formula)
      }
    }
  }

  private func read<Scalar>(
    _ lines: [Line<Scalar>], _ names: [String], _ bindings: Bindings<Scalar.Base>, isBroken: Bool
  ) throws -> Case {
    let reader = Reader(bindings.notation)
    var read: [Entry] = []
    var shape = Kind.zero
    for (i, line) in lines.enumerated() {
      guard line.isText else { continue }
      let formula = try reader.read(line.says)
      guard formula.kind.isComparable(with: shape) else {
        throw InvalidArgument(
          "line", is: line.says, expected: "\(shape), as the lines above, and not \(formula.kind)")
      }
      if shape == .zero { shape = formula.kind }
      read.append(Entry(line: i, formula: formula, role: nil, says: line.says, name: ""))
      guard isBroken, line.role == .step else { continue }
      for mutant in formula.mutants(in: bindings.notation) {
        let says = mutant.formula.latex(in: bindings.notation)
        read.append(
          Entry(
            line: i, formula: mutant.formula, role: .rival(mistake: mutant.mistake), says: says,
            name: CaseSettings.name(ofMutant: says, line: line.says)))
      }
    }
    let kinds = Dictionary(
      uniqueKeysWithValues: try names.compactMap { name -> (String, Kind)? in
        try bindings.notation.kind(ofDeclared: name).map { (name, $0) }
      })
    return Case(names: names, says: lines.map(\.says), lines: read, kinds: kinds, shape: shape)
  }
}
