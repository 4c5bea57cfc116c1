extension StudyReport {
  /// The paragraphs on the observations, for a person at a terminal.
  public var summary: String {
    settings.flatMap { ["Setting \($0):"] + observations(in: $0) }.joined(separator: "\n\n")
  }

  /// How an observation of the report stands.
  enum Finding: String {
    case reproduced
    case explained
    case contradicted
  }

  /// One paragraph an observation, with the numbers that say how it stands.
  func observations(in setting: String) -> [String] {
    [first(setting), second(setting), third(setting), conclusion(setting)].map { id, finding, text in
      "**\(id), \(finding.rawValue).** " + text
    }
  }

  /// How often one curve is below another, over all numbers of steps, dimensions and the given metrics.
  func wins(
    of one: StudySeries, over other: StudySeries, _ metrics: [Metric], in setting: String
  ) -> (count: Int, total: Int) {
    let pairs = dimensions(of: setting).flatMap { d in
      metrics.flatMap { metric in
        steps(of: setting).compactMap { n -> Bool? in
          guard let a = value(metric, one, n, dimension: d, in: setting),
            let b = value(metric, other, n, dimension: d, in: setting)
          else { return nil }
          // A curve that is not a number has lost.
          return a.mean < b.mean || (a.mean.isFinite && !b.mean.isFinite)
        }
      }
    }
    return (pairs.filter { $0 }.count, pairs.count)
  }

  /// A number of one curve, as text.
  private func number(_ metric: Metric, _ series: StudySeries, _ n: Int, _ d: Int, _ setting: String)
    -> String
  {
    text(value(metric, series, n, dimension: d, in: setting))
  }

  private typealias Paragraph = (id: String, finding: Finding, text: String)

  private func ends(_ setting: String) -> (few: Int, many: Int, d: Int) {
    let steps = steps(of: setting)
    return (steps.first ?? 0, steps.last ?? 0, dimensions(of: setting).first ?? 0)
  }

  private func first(_ setting: String) -> Paragraph {
    let learned = wins(of: .interpolant, over: .scoreSDE, Metric.allCases, in: setting)
    let exact = wins(of: .exactScoreSDEFromNoise, over: .exactInterpolant, [.covariance], in: setting)
    let (few, _, d) = ends(setting)
    let isReproduced = learned.count * 10 >= learned.total * 9
    let isReversed = exact.count * 2 > exact.total
    let reading =
      isReversed
      ? "Both fields are in closed form for mixtures, so that cannot be the reason: the ranking is one of what was learned, "
        + "not of the methods."
      : "With exact fields the interpolant is ahead as well."
    return (
      "R.obs1", isReproduced ? (isReversed ? .explained : .reproduced) : .contradicted,
      """
      "Interpolants are uniformly better, because they admit a closed form." With learned fields the interpolant has the \
      smaller error in \(learned.count) of \(learned.total) comparisons (three metrics, all $N_t$ and dimensions). With exact \
      fields, and each method started from its own law, the score SDE has the smaller covariance error in \(exact.count) of \
      \(exact.total); at $N_t = \(few)$ in dimension \(d) it is \
      \(number(.covariance, .exactScoreSDEFromNoise, few, d, setting)) against \
      \(number(.covariance, .exactInterpolant, few, d, setting)), where learning gives \
      \(number(.covariance, .scoreSDE, few, d, setting)) against \(number(.covariance, .interpolant, few, d, setting)). \
      \(reading)
      """
    )
  }

  private func second(_ setting: String) -> Paragraph {
    let (few, many, d) = ends(setting)
    let learned = steps(of: setting).compactMap {
      value(.covariance, .scoreSDE, $0, dimension: d, in: setting)?.mean
    }
    // Half as large an error is help, whatever single doublings do.
    let helps = learned.count > 1 && learned[learned.count - 1] < learned[0] / 2
    let rises = zip(learned, learned.dropFirst()).filter { !($0 >= $1) }.count
    return (
      "R.obs2", helps ? .contradicted : .explained,
      """
      "A longer propagation does not help the score SDE." $N_t$ is a number of steps, not a time: $T = 1$ throughout. The \
      learned score SDE goes from a covariance error of \(number(.covariance, .scoreSDE, few, d, setting)) at \
      $N_t = \(few)$ to \(number(.covariance, .scoreSDE, many, d, setting)) at \(many) in dimension \(d), rising in \(rises) \
      of \(max(0, learned.count - 1)) doublings. With the exact score it goes from \
      \(number(.covariance, .exactScoreSDE, few, d, setting)) to \(number(.covariance, .exactScoreSDE, many, d, setting)) when \
      started from $N(0, I)$, and from \(number(.covariance, .exactScoreSDEFromNoise, few, d, setting)) to \
      \(number(.covariance, .exactScoreSDEFromNoise, many, d, setting)) when started from the law the diffusion ends in; a \
      perfect sampler has \(number(.covariance, .perfect, 0, d, setting)). What steps cannot mend \
      is a wrong start and the error of a learned score.
      """
    )
  }

  private func third(_ setting: String) -> Paragraph {
    let (_, many, _) = ends(setting)
    let costs = dimensions(of: setting).map { d in
      """
      in dimension \(d) the learned interpolant has \(number(.transport, .interpolant, many, d, setting)) at \
      $N_t = \(many)$, a perfect sampler \(number(.transport, .perfect, 0, d, setting)) and the untrained base \
      \(number(.transport, .untrained, 0, d, setting))
      """
    }
    return (
      "R.obs3", .contradicted,
      """
      "The small transport cost verifies the lower bound of the objective." No lower bound is verified by a small number, and \
      the bound is an upper one, for the squared distance by the excess of the objective (R.w2remark). The cost itself says \
      little: \(costs.joined(separator: "; ")). What is left of it for a perfect sampler is the distance between two samples.
      """
    )
  }

  private func conclusion(_ setting: String) -> Paragraph {
    let (_, many, d) = ends(setting)
    let start = wins(of: .interpolant, over: .scoreSDEFromNoise, [.covariance, .transport], in: setting)
    let exact = wins(
      of: .exactInterpolant, over: .exactScoreSDEFromNoise, [.covariance, .transport], in: setting)
    let isSupported = exact.count * 2 > exact.total && start.count * 2 > start.total
    return (
      "R.conclusion",
      isSupported ? .reproduced : (start.count * 2 > start.total ? .explained : .contradicted),
      """
      "Interpolants are likely to work better in low dimensions." As trained here they do in \(start.count) of \(start.total) \
      comparisons of covariance and cost, the score SDE started from its own law; with exact fields in \(exact.count) of \
      \(exact.total). At $N_t = \(many)$ in dimension \(d) exact fields give covariance errors of \
      \(number(.covariance, .exactInterpolant, many, d, setting)) and \
      \(number(.covariance, .exactScoreSDEFromNoise, many, d, setting)), a perfect sampler \
      \(number(.covariance, .perfect, 0, d, setting)). \
      \(isSupported ? "The numbers support it here." : "The inference from the method is not supported: what differs is how "
        + "hard the field is to learn with this network, weight and number of iterations.")
      """
    )
  }
}
