import Report
import Verification

extension StudyReport {
  /// One figure of the study.
  struct Picture {
    let setting: String
    let dimension: Int
    let path: String
    let title: String
    let chart: Chart
  }

  /// The figures: for every setting, dimension and metric one of learned and one of exact fields.
  var figures: [Picture] {
    settings.flatMap { setting in
      dimensions(of: setting).flatMap { dimension in
        Metric.allCases.flatMap { metric in
          [true, false].map { figure(metric, isLearned: $0, dimension: dimension, in: setting) }
        }
      }
    }
  }

  private func figure(_ metric: Metric, isLearned: Bool, dimension: Int, in setting: String) -> Picture {
    let shown: [StudySeries] =
      isLearned
      ? [.interpolant, .scoreSDE, .scoreSDEFromNoise]
      : [.exactInterpolant, .exactScoreSDE, .exactScoreSDEFromNoise]
    let steps = steps(of: setting)
    let curves = (shown + [.perfect, .untrained]).map { series in
      let points = steps.compactMap { n in
        value(metric, series, n, dimension: dimension, in: setting).map { (n, $0) }
      }
      return Figure.Series(
        series.rawValue, points: points.map { (Double($0.0), $0.1.mean) },
        errors: series.isFloor ? [] : points.map { $0.1.error })
    }
    // The published transport cost is another quantity: it has no place on this axis.
    let published = isLearned && setting == StudySetting.asPublished.name && metric != .transport
    let marks = (published ? [StudySeries.interpolant, .scoreSDE] : []).map { series in
      Figure.Series(
        series == .interpolant ? "published, interpolant" : "published, score SDE", isJoined: false,
        points: PublishedFigures.curve(series, dimension: dimension).map {
          (Double($0.steps), metric == .mean ? $0.mean : $0.covariance)
        })
    }
    let kind = isLearned ? "learned" : "exact"
    let name = "study-\(setting)-\(dimension)d-\(metric.rawValue)-\(kind)"
    let figure = Figure(
      name, caption: "", x: .init("number of steps", isLogarithmic: true),
      y: .init(metric.label, isLogarithmic: true)
    ) { [] }
    return Picture(
      setting: setting, dimension: dimension, path: "docs/figures/\(name).svg",
      title: "\(metric.label), \(kind) fields", chart: Chart(figure, curves + marks))
  }
}
