import Arithmetic

/// The debiased divergence of two weighted point sets: the entropic cost between them less half of what each costs
/// to carry to itself.
///
/// Zero for equal sets and positive for others, where the entropic cost alone is neither. With squared distances its
/// root is the number to compare with a Wasserstein distance of order two.
public struct DebiasedDivergence: Sendable {
  /// The plan between the two sets.
  public let between: EntropicPlan
  /// The plan of the first set to itself.
  public let first: EntropicPlan
  /// The plan of the second set to itself.
  public let second: EntropicPlan

  /// The divergence by the three dual values, in units of cost.
  public var value: Double { between.dualValue - (first.dualValue + second.dualValue) / 2 }
  /// A number that the divergence is not below, by the three certificates.
  public var lowerBound: Double {
    between.certificate.lowerBound - (first.certificate.upperBound + second.certificate.upperBound) / 2
  }
  /// A number that the divergence is not above, by the three certificates.
  public var upperBound: Double {
    between.certificate.upperBound - (first.certificate.lowerBound + second.certificate.lowerBound) / 2
  }
  /// Whether all three plans have the marginals that were asked for.
  public var isConverged: Bool { [between, first, second].allSatisfy(\.certificate.isConverged) }
}

extension EntropicTransport {
  /// The debiased divergence at this cost and epsilon, each of its three plans in a third of the time.
  ///
  /// Throws as `solve` does.
  public func divergence(
    tolerance: Double = 1e-6, timeLimit: Duration = .seconds(180), threads: Int = 2
  ) async throws -> DebiasedDivergence {
    func solve(_ x: WeightedPoints, _ y: WeightedPoints) async throws -> EntropicPlan {
      try await EntropicTransport(from: x, to: y, cost: cost, epsilon: epsilon)
        .solve(tolerance: tolerance, timeLimit: timeLimit / 3, threads: threads)
    }
    return DebiasedDivergence(
      between: try await solve(from, to), first: try await solve(from, from), second: try await solve(to, to))
  }
}
