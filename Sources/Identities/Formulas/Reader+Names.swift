// Names: the longest that fits, with its arguments.
extension Parser {
  /// The declared name, or the bound variable, that stands next; nil where there is none.
  mutating func named() throws -> Formula? {
    let rest = tokens[index..<end]
    let bound = scope.reversed().filter { rest.starts(with: $0.tokens) }.max {
      $0.tokens.count < $1.tokens.count
    }
    let entry = notation.match(rest)
    if let bound, bound.tokens.count >= entry?.tokens.count ?? 0 {
      index += bound.tokens.count
      return .name(Token.canonical(bound.tokens), bound.kind)
    }
    guard let entry else { return nil }
    let place = index
    index += entry.tokens.count
    let found = entry.variables == nil ? try value(entry, at: place) : try application(entry, at: place)
    if next == "_", !isComponent(of: found) {
      let stop = peek(1) == "{" ? (try closing(index + 1)) + 1 : min(end, index + 2)
      throw error("\(source(place..<stop)) is not declared", at: place)
    }
    return found
  }

  private mutating func value(_ entry: Notation.Entry, at place: Int) throws -> Formula {
    if next == "'" {
      throw error("\(entry.name) is a value: declare its derivative, or declare it as a function")
    }
    if !entry.written.isEmpty, next == "(" {
      let close = try closing(index)
      let arguments = tokens[(index + 1)..<close].split(separator: Token(text: ",", offset: 0, end: 0))
        .map { Token.canonical($0) }
      guard arguments == entry.written else {
        throw error("\(entry.name) is declared at (\(entry.written.joined(separator: ","))) alone")
      }
      index = close + 1
    } else if !entry.written.isEmpty {
      bare.append((place..<index, entry))
    }
    return .name(entry.name, entry.kind, standingOn: entry.standsOn)
  }

  /// A function at its arguments, or at the variables it is declared with where none are written.
  private mutating func application(_ entry: Notation.Entry, at place: Int) throws -> Formula {
    let variables = entry.variables ?? []
    var order = variables.map { _ in 0 }
    while next == "'" {
      guard variables.count == 1 else {
        throw error("a prime on a function of \(variables.joined(separator: ", "))")
      }
      index += 1
      order[0] += 1
    }
    return try applied(entry, order, at: place)
  }

  mutating func applied(_ entry: Notation.Entry, _ order: [Int], at place: Int) throws -> Formula {
    let variables = entry.variables ?? []
    var arguments: [String: Formula] = [:]
    if next == "(", !entry.written.isEmpty {
      let parts = try list()
      guard parts.count == entry.written.count else {
        throw error(
          "\(entry.name) is a function of (\(entry.written.joined(separator: ", "))): \(parts.count) arguments are too \(parts.count < entry.written.count ? "few" : "many")"
        )
      }
      for (name, part) in zip(entry.written, parts) { arguments[name] = part }
    } else if !entry.written.isEmpty {
      if let bracket = next, Self.opensGroup.contains(bracket) {
        throw error("the arguments of \(entry.name) stand in round brackets")
      }
      bare.append((place..<index, entry))
    } else {
      implicit.append(place..<index)
    }
    let all = try zip(variables, entry.variableKinds).map { variable, kind in
      let argument = try arguments[variable] ?? bare(variable, of: entry, at: place)
      guard argument.kind == kind || argument.kind == .zero && kind == .scalar else {
        throw error("\(entry.name) takes as \(variable) \(kind), not \(argument.kind)", at: place)
      }
      return argument
    }
    let kind = try make(at: place) {
      guard order.contains(where: { $0 > 0 }),
        zip(order, entry.variableKinds).contains(where: { $0 > 0 && $1 != .scalar })
      else {
        return Formula(.application(entry.name, order: order), all, kind: entry.kind, names: entry.standsOn)
      }
      throw Misfit("a prime by a variable that is no number", readings: [#"\nabla"#])
    }
    return kind
  }

  /// A variable that a function takes from the text around it.
  private func bare(_ variable: String, of entry: Notation.Entry, at place: Int) throws -> Formula {
    if let bound = scope.last(where: { Token.canonical($0.tokens) == variable }) {
      return .name(variable, bound.kind)
    }
    if let known = notation.entries[variable], known.variables == nil {
      return .name(variable, known.kind, standingOn: known.standsOn)
    }
    throw error(
      "\(entry.name) is a function of \(variable), which is neither written nor declared", at: place)
  }

  /// A dot over a name: its derivative by the time `t`.
  mutating func dotted() throws -> Formula {
    let place = index
    let order = next == #"\ddot"# ? 2 : 1
    index += 1
    let inside: Formula
    var (range, stop) = (index..<end, index)
    if next == "{" {
      let close = try closing(index)
      (range, stop) = ((index + 1)..<close, close + 1)
    }
    // A dot over a name, which braces may hold together.
    if let entry = notation.match(tokens[range]), next != "{" || entry.tokens.count == range.count {
      index = next == "{" ? stop : index + entry.tokens.count
      if let variables = entry.variables {
        guard let k = variables.firstIndex(of: "t") ?? (variables.count == 1 ? 0 : nil) else {
          throw error("a dot over \(entry.name), which does not depend on t", at: place)
        }
        return try applied(entry, variables.indices.map { $0 == k ? order : 0 }, at: place)
      }
      inside = try value(entry, at: place)
    } else {
      inside = try argument()
    }
    return try (0..<order).reduce(inside) { formula, _ in
      try make(at: place) { try .partial(formula, by: "t", .scalar) }
    }
  }
}
