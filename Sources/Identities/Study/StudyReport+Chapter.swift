import Report

extension StudyReport {
  /// The chapter.
  var markdown: String {
    let opening = """
      \(Self.mark)

      # The report's experiment, run again

      The report compares a stochastic interpolant with a score SDE on mixtures of four normal laws, for several numbers of
      steps $N_t$. Here both run to the same $N_t$, with learned fields as in the report and with the exact ones, so that
      errors of discretisation and of learning are told apart; and the score SDE also starts from the law its diffusion
      really ends in, which is not $N(0, I)$. Two lines say what the numbers are worth: a perfect sampler, whose error is
      that of as many samples of the target itself, and the untrained base.

      What the report leaves open was chosen so: 128 units in each hidden layer, no rectifier after the last linear layer,
      the learning rate times 0.8 every 500 steps, the weight $\\lambda(t)$ of (2.18) the kernel's variance, and times of
      training drawn from the sampler's own grid. The interpolant has its factor $t$ restored. The transport cost is
      $\\min_\\pi \\int |x-y|^2\\,d\\pi + \\varepsilon\\,\\mathrm{KL}(\\pi \\mid \\alpha\\otimes\\beta)$ between the samples and as many
      others of the target, by its dual value. Errors are standard errors over the seeds. All numbers are in
      [study.csv](study.csv).
      """
    let chapters = settings.map { setting in
      (["## " + heading(of: setting), certificate(of: setting)] + observations(in: setting)
        + dimensions(of: setting).flatMap { section(setting, dimension: $0) }).joined(separator: "\n\n")
    }
    return ([opening] + chapters).joined(separator: "\n\n") + "\n"
  }

  private func heading(of setting: String) -> String {
    switch setting {
    case StudySetting.asWritten.name: "As written: components at distance 1"
    case StudySetting.asPublished.name: "As published: components at distance 5"
    default: "Setting " + setting
    }
  }

  /// How well the transport problems are solved.
  private func certificate(of setting: String) -> String {
    let all = results.filter { $0.setting == setting }
    let seeds = Numerals.count(Set(all.map(\.seed)).count, "seed")
    let problems = all.filter { $0.transport.isFinite }
    let asked = StudySetting.all.first { $0.name == setting }?.tolerance ?? .infinity
    let unsolved = problems.filter { !($0.violation <= asked) }
    let worst = (problems.map(\.violation).max() ?? .nan, problems.map(\.gap).max() ?? .nan)
    let names = unsolved.map {
      "\($0.series.rawValue), d = \($0.dimension), $N_t = \($0.steps)$, seed \($0.seed)"
    }
    return
      "Over \(seeds) there were \(Numerals.count(problems.count, "transport problem")). "
      + (unsolved.isEmpty
        ? "All converged" : "\(problems.count - unsolved.count) of them converged")
      + " to the violation of the marginals that was asked for, \(Numerals.short(asked)) in L1"
      + (unsolved.isEmpty ? "" : "; not so \(names.joined(separator: "; "))")
      + ". The worst violation is \(Numerals.short(worst.0)), and all costs are known to within "
      + "\(Numerals.short(worst.1))."
  }

  private func section(_ setting: String, dimension: Int) -> [String] {
    let tables = Metric.allCases.map { metric in
      let series = StudySeries.allCases.filter { !$0.isFloor }
      let head = ["$N_t$"] + series.map(\.rawValue)
      let rows = steps(of: setting).map { n in
        ["\(n)"] + series.map { text(value(metric, $0, n, dimension: dimension, in: setting)) }
      }
      let floors = [StudySeries.perfect, .untrained].map { floor in
        "\(floor.rawValue): \(text(value(metric, floor, 0, dimension: dimension, in: setting)))"
      }
      let lines = [head, head.map { _ in "---:" }] + rows
      let title = metric.label.prefix(1).uppercased() + metric.label.dropFirst()
      return "\(title) (\(floors.joined(separator: "; "))):\n\n"
        + lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }
    let pictures = figures.filter { $0.setting == setting && $0.dimension == dimension }.map {
      "![\($0.title), d = \(dimension)](../figures/\($0.path.split(separator: "/").last ?? ""))"
    }
    let published = setting == StudySetting.asPublished.name ? published(dimension: dimension) : []
    return ["### Dimension \(dimension)"] + tables + published + pictures
  }

  /// The published numbers as a table, where there are any.
  private func published(dimension: Int) -> [String] {
    let curves = [StudySeries.interpolant, .scoreSDE].map { PublishedFigures.curve($0, dimension: dimension) }
    guard curves.allSatisfy({ !$0.isEmpty }) else { return [] }
    let head = ["$N_t$"] + ["interpolant", "score SDE"].flatMap { ["\($0), mean", "covariance", "cost"] }
    let rows = curves[0].map { row in
      ["\(row.steps)"]
        + curves.flatMap { curve in
          let numbers = curve.first { $0.steps == row.steps }.map { [$0.mean, $0.covariance, $0.transport] }
          return (0..<3).map { Numerals.short(numbers?[$0]) }
        }
    }
    let lines = ([head, head.map { _ in "---:" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
    return [
      "The numbers that the report's author published with its figures (kai-ovo/si-sbgm, MIT licence). Their cost is that of "
        + "unsquared distances after at most a hundred of Sinkhorn's iterations, not the one above:\n\n"
        + lines.joined(separator: "\n")
    ]
  }

  func text(_ value: (mean: Double, error: Double)?) -> String {
    guard let value else { return "–" }
    return Numerals.short(value.mean)
      + (value.error > 0 ? " ± " + Numerals.short(value.error, digits: 2) : "")
  }
}
