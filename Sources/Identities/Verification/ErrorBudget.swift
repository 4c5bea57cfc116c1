import Foundation
import Probability

/// How the false-alarm probability of a run is shared out, and what a sample size can see under its share.
///
/// Every statistical check has the same share whatever else is run with it, so a part of the catalogue run
/// alone gives the same verdicts, and a run of at most `mostChecks` of them keeps the run's budget.
public enum ErrorBudget {
  /// The probability that a whole run refutes anything true.
  public static let ofRun = 1e-6
  /// The most statistical checks a run may have.
  public static let mostChecks = 1000
  /// The share of one check, to be divided among its cases, lines, components and looks.
  public static let ofCheck = ofRun / Double(mostChecks)
  /// The probability that a discrepancy as large as the stated resolution goes unseen.
  public static let ofOversight = 1e-6

  /// The smallest shift of a mean that is refuted with probability at least 1 - `ofOversight`.
  ///
  /// The radius, and as many standard errors as a normal mean falls short with that probability.
  static func visible(_ moments: Moments, radius: Double) -> Double {
    radius + normalQuantile(upperTail: ofOversight) * moments.standardError
  }

  /// The two-sided p-value of a mean of zero.
  static func pValue(_ moments: Moments) -> Double {
    erfc((moments.mean / moments.standardError).magnitude / 2.0.squareRoot())
  }

  /// The two-sided p-value of a mean of zero where what has that mean is few means of blocks, by Student's law.
  ///
  /// The finite sums for whole degrees of freedom are those of Abramowitz and Stegun, 26.7.3 and 26.7.4; beyond 200 the
  /// normal law is as good.
  static func studentPValue(_ moments: Moments) -> Double {
    let degrees = moments.count - 1
    guard degrees > 0, degrees <= 200, moments.standardError > 0 else { return pValue(moments) }
    let angle = atan((moments.mean / moments.standardError).magnitude / Double(degrees).squareRoot())
    let (sine, cosine) = (sin(angle), cos(angle))
    let isOdd = degrees % 2 == 1
    var (term, sum) = (isOdd ? cosine : 1, 0.0)
    for k in stride(from: isOdd ? 1 : 0, to: degrees - 1, by: 2) {
      sum += term
      term *= cosine * cosine * Double(k + 1) / Double(k + 2)
    }
    let inside: Double = isOdd ? (angle + sine * sum) * 2 / Double.pi : sine * sum
    return max(0, 1 - inside)
  }

  /// The number that a standard normal variable exceeds with probability `p`, by bisection of erfc.
  static func normalQuantile(upperTail p: Double) -> Double {
    var (low, high) = (0.0, 40.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if erfc(middle / 2.0.squareRoot()) / 2 > p { low = middle } else { high = middle }
    }
    return high
  }
}
