import Arithmetic

/// Cases that a wrong formula passes as well: all at `t = 1/2`, where `t` and `1 - t` are one, all at `gamma = 1`,
/// where no exponent shows, all with a mean of zero or a symmetric matrix, where a sign or a transpose does not.
///
/// The parameters are read from the cases themselves, by the names of their stored properties. One that has the same
/// special value in every case is named; a second case elsewhere is the remedy.
enum SpecialCases {
  /// A sentence for each parameter that is special in every case, in the order of their names.
  static func warnings<Case>(_ cases: [Case]) -> [String] {
    let found = cases.map { values(of: $0, at: "", depth: 0) }
    guard let first = found.first else { return [] }
    return first.keys.sorted().compactMap { name in
      let reasons = Set(found.map { $0[name].flatMap(reason) })
      guard reasons.count == 1, let reason = reasons.first ?? nil else { return nil }
      return
        "\(name.isEmpty ? "the case" : name) is \(reason) in \(cases.count == 1 ? "the only case" : "every case")"
    }
  }

  /// A parameter of a case: a number, or a matrix by its rows.
  private enum Value {
    case number(Double)
    case matrix([[Double]])
  }

  private static func reason(_ value: Value) -> String? {
    switch value {
    case .number(0.5): "1/2, where t and 1 - t are the same"
    case .number(1): "1, where no exponent shows"
    case .number(0): "0, where no sign shows"
    case .number: nil
    case .matrix(let rows) where rows.count > 1:
      rows.indices.allSatisfy { i in
        rows.indices.allSatisfy { rows[i].count == rows.count && rows[i][$0] == rows[$0][i] }
      }
        ? "symmetric, where no transpose shows" : nil
    case .matrix: nil
    }
  }

  private static func values(of any: Any, at path: String, depth: Int) -> [String: Value] {
    if let number = any as? Double { return [path: .number(number)] }
    if let matrix = any as? Matrix<Double> { return [path: .matrix(matrix.rowsOfEntries)] }
    let mirror = Mirror(reflecting: any)
    guard depth < 3, mirror.displayStyle == .struct || mirror.displayStyle == .tuple else { return [:] }
    return mirror.children.reduce(into: [:]) { found, child in
      guard let label = child.label else { return }
      let name = path.isEmpty ? label : "\(path).\(label)"
      found.merge(values(of: child.value, at: name, depth: depth + 1)) { old, _ in old }
    }
  }
}

extension Numerical {
  /// In what the cases are too special to tell formulas apart.
  public var warnings: [String] { SpecialCases.warnings(cases) }
}

extension Statistical {
  /// In what the cases are too special to tell formulas apart.
  public var warnings: [String] { SpecialCases.warnings(cases) }
}
