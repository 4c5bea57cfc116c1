import Identities
import OptimalTransport

extension Work {
  /// Entropic transport at epsilon 0.001 between two samples of the report's mixture, to a marginal violation in L1.
  static func sinkhorn(points: Int, dimension: Int, tolerance: String, threads: Int) throws -> Work {
    guard let violation = Double(tolerance), violation > 0, violation.isFinite else {
      throw InvalidArgument(
        "tolerance of sinkhorn", is: tolerance, expected: "a positive number, such as 1e-3")
    }
    guard dimension == 2 || dimension >= 4 else {
      throw InvalidArgument("dimension of sinkhorn", is: dimension, expected: "2, or at least 4")
    }
    let problem = try EntropicTransport(
      from: WeightedPoints(
        columns: SharedNumbers.mixture(sample: 0, points: points, dimension: dimension)),
      to: WeightedPoints(
        columns: SharedNumbers.mixture(sample: 1, points: points, dimension: dimension)), epsilon: 1e-3)
    return Work(amount: 1, unit: "runs") {
      let plan = try await problem.solve(tolerance: violation, timeLimit: .seconds(600), threads: threads)
      return {
        let certificate = plan.certificate
        return "violation \(small(certificate.marginalViolation)), gap \(small(certificate.gap)), "
          + "cost \(fixed(plan.sharpCost, 6)), regularised \(fixed(plan.regularisedValue, 6))"
      }
    }
  }
}
