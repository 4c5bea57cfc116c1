import Verification

/// The report that compares score-based models with stochastic interpolants.
public enum ModelComparison {
  /// The problems, in the document's order; a new one is added to this list and nowhere else.
  public static var problems: [Problem] {
    get throws {
      [
        reportIntroduction,
        try reportChain,
        try reportBound,
        try reportPosterior,
        try reportScores,
        try reportProcess,
        try reportSetting,
        try reportReversal,
        try reportInterpolants,
        try reportMetrics,
      ]
    }
  }
}
