import Arithmetic

/// Which line a line is compared with, and how.
struct Pairing {
  let line: Int
  let reference: Int
  /// The step that the line is, or stands beneath.
  let step: Int
  let role: Role
  let relation: Relation
  let bias: Double

  /// The comparisons of a check: each step with the step above it, each rival and restatement with the line
  /// that its step is compared with.
  static func all<Scalar>(_ lines: [Line<Scalar>]) throws -> [Pairing] {
    guard let first = lines.first, case .step = first.role else {
      throw InvalidArgument("lines", is: lines.map(\.says), expected: "a derivation that begins with a step")
    }
    if let relation = first.relation, relation != .equals {
      throw InvalidArgument(
        "relation", is: "\(relation.rawValue) of the first line, \(first.says)",
        expected: "none: there is no line above it, and the relation belongs to the line below")
    }
    let directions = lines.filter { $0.role == .step }.compactMap(\.relation)
    if let up = directions.first(where: { $0 != .equals }),
      directions.contains(where: { $0 != .equals && $0 != up })
    {
      throw InvalidArgument(
        "relation", is: "<= and >= in one derivation",
        expected: "one direction: such a chain says nothing of its ends")
    }
    var pairings: [Pairing] = []
    var step = (line: 0, reference: 0, relation: Relation.equals, bias: 0.0)
    for (i, line) in lines.enumerated().dropFirst() {
      if line.role == .step { step = (i, step.line, line.relation ?? .equals, line.bias) }
      if line.role.isRival, line.says == lines[step.line].says,
        (line.relation ?? step.relation) == step.relation
      {
        throw InvalidArgument("rival", is: line.says, expected: "another text than that of its step")
      }
      pairings.append(
        Pairing(
          line: i, reference: step.reference, step: step.line, role: line.role,
          relation: line.relation ?? step.relation,
          bias: step.bias.magnitude + lines[step.reference].bias.magnitude))
    }
    return pairings
  }

  /// Throws `InvalidArgument` where a derivation, written again, has other lines than before.
  static func requireSame<Scalar>(_ lines: [Line<Scalar>], _ texts: [LineText]) throws {
    guard lines.map(\.says) == texts.map(\.says) else {
      throw InvalidArgument(
        "lines", is: lines.map(\.says), expected: "the same at every point and block: \(texts.map(\.says))")
    }
  }

  /// The lines as text, with the relation each stands in.
  static func texts<Scalar>(_ lines: [Line<Scalar>]) throws -> [LineText] {
    let relations = Dictionary(uniqueKeysWithValues: try all(lines).map { ($0.line, $0.relation) })
    return lines.enumerated().map { i, line in
      LineText(
        role: line.role, says: line.says, remark: line.remark, because: line.because,
        relation: relations[i] ?? .equals, isRead: line.formula != nil,
        weakReading: line.weakReading)
    }
  }
}
