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

  /// The deviation of a mean from zero that true lines exceed with probability at most `probability`.
  ///
  /// The empirical Bernstein bound of Maurer and Pontil (2009, Theorem 4), two-sided, with the farthest sample
  /// seen in place of the range. Its second term is small for light tails; where one sample can move the mean it
  /// dominates, and the check becomes inconclusive instead of trusting a normal approximation. No bound made of
  /// samples knows of values too rare to be among them: a mean that such values carry is out of its reach.
  static func radius(_ moments: Moments, probability: Double) -> Double {
    let level = Foundation.log(4 / probability)
    return (2 * level).squareRoot() * moments.standardError
      + 7 * moments.reach * level / (3 * Double(moments.count - 1))
  }

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
