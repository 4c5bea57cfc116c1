import Arithmetic

// Lines that are simulated: random variables whose expectation the line speaks of.
extension Evaluator {
  /// The random variable whose expectation a line is: the line with its expectations left out.
  ///
  /// That is right only where the line is linear in them. Throws `Unsupported` where a random variable stands outside
  /// of every expectation, or where an expectation is squared, divided by or multiplied with another.
  public func mean(of line: Formula) throws -> Value<Base> { try mean(line, root) }

  private func mean(_ line: Formula, _ frame: Frame) throws -> Value<Base> {
    guard line.hasExpectation else {
      let value = try value(line, frame)
      guard value.components.allSatisfy({ $0.parts.allSatisfy(\.isConstant) }) else {
        throw Unsupported("a random variable outside of every expectation: a line is a number, as E[...] is")
      }
      return value
    }
    let arguments = line.arguments
    let random = arguments.filter(\.hasExpectation)
    switch line.head {
    case .expectation(law: nil):
      guard !arguments[0].hasExpectation else { throw Unsupported("an expectation within an expectation") }
      return try value(arguments[0], frame)
    case .sum:
      let terms = try arguments.filter { !$0.isNumber(0) }.map { try mean($0, frame) }
      return try terms.dropFirst().reduce(terms[0]) { try $0.zip($1, +) }
    case .tuple: return .tuple(try arguments.map { try mean($0, frame) })
    case .product, .dot, .contraction, .outer, .quotient:
      if case .quotient = line.head, arguments[1].hasExpectation {
        throw Unsupported("a division by an expectation")
      }
      guard random.count == 1 else {
        throw Unsupported("a product of expectations: samples of one draw are not independent")
      }
      for factor in arguments where !factor.hasExpectation { _ = try mean(factor, frame) }
      return try value(line, frame)
    case .negative, .transpose, .trace, .component, .partial, .gradient, .divergence, .laplacian, .hessian,
      .entries,
      .summation, .at, .integral:
      // Linear operations: they may be exchanged with the expectation, so what is below is asked for the same.
      guard arguments[0].isLinearInExpectations else {
        throw Unsupported("a line that is not linear in its expectations")
      }
      return try value(line, frame)
    default: throw Unsupported("a line that is not linear in its expectations")
    }
  }
}

extension Formula {
  /// Whether an expectation stands somewhere in the formula.
  var hasExpectation: Bool {
    if case .expectation = head { return true }
    return arguments.contains(where: \.hasExpectation)
  }

  /// Whether the formula is a linear function of the expectations in it, by its form.
  var isLinearInExpectations: Bool {
    guard hasExpectation else { return true }
    switch head {
    case .expectation: return !arguments[0].hasExpectation
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
}
