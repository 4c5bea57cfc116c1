import Verification

/// The report that compares score-based models with stochastic interpolants.
public enum ModelComparison {
  /// The problems, in the document's order; a new one is added to this list and nowhere else.
  public static var problems: [Problem] {
    get throws {
      [
        introductionProblem,
        try chainProblem,
        try boundProblem,
        try posteriorProblem,
        try scoresProblem,
        try forwardProcessProblem,
        try experimentProblem,
        try reversalProblem,
        try interpolantsProblem,
        try metricsProblem,
      ]
    }
  }
}
