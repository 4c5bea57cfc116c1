/// What is known for certain about a plan, from all pairs of points in double precision.
///
/// Nothing of how the potentials were found enters. What is not covered is the rounding of sums in double
/// precision, about `1e-14` of the numbers themselves.
public struct TransportCertificate: Sendable {
  /// The sum of the magnitudes of row sums less weights, and of column sums less weights.
  public let marginalViolation: Double
  /// A regularised value no plan is below: the dual value.
  public let lowerBound: Double
  /// The regularised value of a plan whose marginals are right: this one, rounded to be so.
  public let upperBound: Double
  /// The violation that was asked for.
  public let tolerance: Double

  /// How far the regularised value can be from the least one: upper less lower bound.
  public var gap: Double { upperBound - lowerBound }
  /// Whether the violation is at most the one asked for.
  public var isConverged: Bool { marginalViolation <= tolerance }
}

extension TransportCertificate: CustomStringConvertible {
  /// A sentence for a person.
  public var description: String {
    (isConverged ? "converged" : "not converged")
      + ": marginal violation \(marginalViolation) (L1) of \(tolerance) asked for, primal-dual gap \(gap)"
  }
}

/// An entropic plan `P_ij = a_i b_j exp((f_i + g_j - C_ij) / epsilon)` between two weighted point sets.
public struct EntropicPlan: Sendable {
  /// The potentials of the points that mass leaves, in units of cost.
  public let f: [Double]
  /// The potentials of the points that mass goes to, in units of cost.
  public let g: [Double]
  /// The cost alone, the sum of `P_ij C_ij`, with neither entropy nor root.
  public let sharpCost: Double
  /// The sharp cost plus `epsilon` times the sum of `P_ij log(P_ij / (a_i b_j))`.
  public let regularisedValue: Double
  /// The dual value, the sum of `a_i f_i` and `b_j g_j` less `epsilon` times the excess of the plan's mass over one.
  public let dualValue: Double
  /// What is certain about the numbers above.
  public let certificate: TransportCertificate
}
