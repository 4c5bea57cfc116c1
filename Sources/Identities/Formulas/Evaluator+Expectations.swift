import Arithmetic

// Lines that are simulated: random variables whose expectation the line speaks of.
extension Evaluator {
  /// Throws `Unsupported` unless a line's value, its expectations left out, is a random variable with its expectation.
  ///
  /// That is so only where the line is linear in them: a random variable that stands outside of every expectation is
  /// refused, and so is an expectation that is squared, divided by or multiplied with another.
  public func requireMean(of line: Formula) throws {
    let line = line.expanded(bindings.definitions(where: \.hasExpectation))
    guard line.isLinearInExpectations else {
      throw Unsupported(
        "a line that is not linear in its expectations: samples of one draw are not independent, so their products, "
          + "powers and quotients are not simulated")
    }
    for name in line.namesOutsideExpectations.sorted() {
      guard case .value = bindings.entries[name] else { continue }
      let parts = try value(of: .name(name, .scalar)).components.flatMap(\.parts)
      guard parts.allSatisfy(\.isDeterministic) else {
        throw Unsupported("the random variable \(name) outside of every expectation")
      }
    }
  }
}

extension Formula {
  /// Whether the formula is the average of what stands in it: an expectation, or an integral without ends.
  private var isExpectation: Bool {
    switch head {
    case .expectation: true
    case .integral: arguments.count == 1
    default: false
    }
  }

  /// Whether an expectation stands somewhere in the formula.
  var hasExpectation: Bool {
    isExpectation || arguments.contains(where: \.hasExpectation)
  }

  /// Whether the formula is a linear function of the expectations in it, by its form.
  var isLinearInExpectations: Bool {
    guard hasExpectation else { return true }
    if isExpectation { return !arguments[0].hasExpectation }
    switch head {
    case .sum, .tuple, .entries: return arguments.allSatisfy(\.isLinearInExpectations)
    case .negative, .transpose, .trace, .component, .partial, .gradient, .divergence, .laplacian, .hessian,
      .summation,
      .at, .integral:
      return arguments[0].isLinearInExpectations && !arguments.dropFirst().contains(where: \.hasExpectation)
    case .product, .dot, .contraction, .outer:
      return arguments.count(where: \.hasExpectation) == 1 && arguments.allSatisfy(\.isLinearInExpectations)
    case .quotient: return !arguments[1].hasExpectation && arguments[0].isLinearInExpectations
    default: return false
    }
  }

  /// The names that stand, or that names stand on, outside of every expectation.
  var namesOutsideExpectations: Set<String> {
    if isExpectation { return [] }
    let below = arguments.reduce(into: Set<String>()) { $0.formUnion($1.names) }
    return arguments.reduce(names.subtracting(below)) { $0.union($1.namesOutsideExpectations) }
  }
}
