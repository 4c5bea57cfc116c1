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
  private let names = Mutex<[(name: String, by: String)]>([])

  /// The names that code gives values to, and how, in the order they were bound.
  var computed: [(name: String, by: String)] { names.withLock { $0 } }

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
    /// The formula that is evaluated: the weak reading, where there is one.
    let evaluated: Formula
    /// The role of a mutant; nil for the line itself.
    let role: Role?
    let says: String
    let name: String
  }

  /// What one case's lines were read as.
  private struct Case {
    /// What was read of the names, the same for the scalars of every block.
    var readings: any Sendable
    let names: [String]
    let says: [String]
    var lines: [Entry]
    let shape: Kind
    var tests: TestFunctions
    /// The weak readings of lines, as LaTeX, by the lines' texts.
    let weak: [String: String]
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
    if let before = known, before.names != names.map(\.source) || before.says != says { known = nil }
    var bindings = Bindings<Scalar.Base>()
    if let readings = known?.readings as? Bindings<Scalar.Base>.Readings { bindings = Bindings(readings) }
    for name in names { try name.bind(&bindings) }
    var read = try known ?? read(lines, names.map(\.source), bindings, isBroken: isBroken)
    if known == nil {
      let first = read.lines.first { $0.role == nil && $0.formula.kind != .zero }
      try read.tests.settle(in: bindings, on: first?.formula, over: Scalar.self)
      try read.tests.bind(in: &bindings)
      read.lines = try read.lines.filter {
        try hasMeaning($0, in: Evaluator(bindings, levels: Scalar.levels), Scalar.self)
      }
      read.readings = bindings.readings
      cases.withLock { [read] in $0[key] = read }
      for name in names where !name.by.isEmpty {
        self.names.withLock { known in
          if !known.contains(where: { $0 == (name.name, name.by) }) { known.append((name.name, name.by)) }
        }
      }
    } else {
      try read.tests.bind(in: &bindings)
    }

    let evaluator = Evaluator(bindings, levels: Scalar.levels)
    return lines.enumerated().flatMap { [read] i, line in
      let formulas = read.lines.filter { entry in
        entry.line == i && (entry.role == nil || !settings.decided.contains(entry.name))
      }
      guard !formulas.isEmpty else { return [line] }
      return formulas.map { entry in
        let formula = entry.formula
        let value = { () throws -> [Scalar] in
          // A zero has as many components as what it is compared with.
          if formula.kind == .zero {
            return try read.tests.zero(read.shape).map { try Scalar.component($0) }
          }
          do {
            return try evaluator.value(of: entry.evaluated).components.map {
              try Scalar.component($0)
            }
          } catch  where entry.role != nil {
            // A mutant may have no value where its line has one.
            return []
          }
        }
        guard let role = entry.role else {
          return line.with(.code(value)).reads(formula, weakly: read.weak[line.says])
        }
        return Line(role: role, says: entry.says, content: .code(value)).reads(formula)
      }
    }
  }

  /// Whether what stands at a line has a meaning; throws where the line itself has none, and not a mutant of it.
  private func hasMeaning<Scalar: LineScalar>(
    _ entry: Entry, in evaluator: Evaluator<Scalar.Base>, _ scalars: Scalar.Type
  ) throws -> Bool {
    do {
      try Scalar.requireMeaning(of: entry.evaluated, in: evaluator)
      return true
    } catch  where entry.role != nil {
      return false
    }
  }

  private func read<Scalar>(
    _ lines: [Line<Scalar>], _ names: [String], _ bindings: Bindings<Scalar.Base>, isBroken: Bool
  ) throws -> Case {
    let reader = Reader(bindings.notation)
    var formulas: [(line: Int, formula: Formula, mutant: Mutant?)] = []
    var shape = Kind.zero
    for (i, line) in lines.enumerated() where line.isText {
      let formula = try reader.read(line.says)
      guard formula.kind.isComparable(with: shape) else {
        throw InvalidArgument(
          "line", is: line.says, expected: "\(shape), as the lines above, and not \(formula.kind)")
      }
      if shape == .zero { shape = formula.kind }
      formulas.append((i, formula, nil))
      guard isBroken, line.role == .step else { continue }
      formulas += formula.mutants(in: bindings.notation).map { (i, $0.formula, $0) }
    }
    let tests = try TestFunctions(for: formulas.filter { $0.mutant == nil }.map(\.formula), in: bindings)
    var pool = FormulaPool()
    var entries: [Entry] = []
    var weak: [String: String] = [:]
    for (i, formula, mutant) in formulas {
      guard let mutant else {
        let evaluated = try tests.weak(formula)
        if tests.isReading { weak[lines[i].says] = evaluated.latex(in: bindings.notation) }
        entries.append(
          Entry(
            line: i, formula: formula, evaluated: pool.unique(evaluated), role: nil, says: lines[i].says,
            name: ""))
        continue
      }
      // A mutant without a weak reading cannot be simulated; other checks may judge it.
      guard let evaluated = try? tests.weak(formula) else { continue }
      let says = formula.latex(in: bindings.notation)
      entries.append(
        Entry(
          line: i, formula: formula, evaluated: pool.unique(evaluated), role: .rival(mistake: mutant.mistake),
          says: says, name: CaseSettings.name(ofMutant: says, line: lines[i].says)))
    }
    return Case(
      readings: bindings.readings, names: names, says: lines.map(\.says), lines: entries, shape: shape,
      tests: tests,
      weak: weak)
  }
}
