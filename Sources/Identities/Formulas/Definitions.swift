/// What names stand for, each with its variables.
typealias Definitions = [String: (variables: [String], formula: Formula)]

extension Bindings {
  /// What names stand for, where it is wanted or stands on what is.
  func definitions(where isWanted: (Formula) -> Bool) -> Definitions {
    var result: Definitions = [:]
    var open = entries.compactMapValues { binding -> (variables: [String], formula: Formula)? in
      switch binding {
      case .definition(let formula): ([], formula)
      case .formula(let variables, let formula): (variables, formula)
      default: nil
      }
    }
    // A definition may stand on another.
    while true {
      let found = open.filter { _, definition in
        isWanted(definition.formula) || !definition.formula.names.isDisjoint(with: result.keys)
      }
      if found.isEmpty { return result }
      result.merge(found) { $1 }
      open = open.filter { result[$0.key] == nil }
    }
  }
}

extension Formula {
  /// The formula with what names stand for in their place, where they are written at their own variables.
  func expanded(_ definitions: Definitions) -> Formula {
    if names.isDisjoint(with: definitions.keys) { return self }
    switch head {
    case .name(let name):
      if let definition = definitions[name] { return definition.formula.expanded(definitions) }
    case .application(let name, let order) where !order.contains { $0 > 0 }:
      if let definition = definitions[name],
        zip(definition.variables, arguments).allSatisfy({ $1.head == .name($0) })
      {
        return definition.formula.expanded(definitions)
      }
    default: break
    }
    return Formula(head, arguments.map { $0.expanded(definitions) }, kind: kind, names: names)
  }
}
