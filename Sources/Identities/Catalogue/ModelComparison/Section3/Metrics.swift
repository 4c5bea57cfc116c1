import Arithmetic
import Probability
import Verification

extension ModelComparison {
  /// The report's Section 3: its metrics.
  static var metricsProblem: Problem {
    get throws {
      try Problem(
        "R", "Metrics for comparison",
        setting: #"""
          $\hat\mu$ and $\hat\Sigma$ are the mean and the covariance of $N_s$ independent samples; $W_{2,\varepsilon}$ is
          the least of $\mathbb{E}|x-y|^2 + \varepsilon\,\mathrm{KL}(\pi\Vert\alpha\otimes\beta)$ over the plans $\pi$.
          """#
      ) {
        try sampleMoments  // R.metrics
        entropicCostAsDistance  // R.w2eps
        entropicCost  // R.w2eps.corrected
      }
    }
  }

  /// R.metrics: the sample mean and covariance.
  static var sampleMoments: Identity {
    get throws {
      try Identity(
        "R.metrics", "Sample mean and covariance",
        #"\mathbb{E}\hat\mu = \mu, \quad \mathbb{E}\hat\Sigma = \Sigma, \quad \mathbb{E}|\hat\mu - \mu|^2 = \frac{\operatorname{tr}\Sigma}{N_s}"#,
        assuming: ["independent samples; finite fourth moments for the covariance's own floor"],
        remarks: [
          #"""
          Whatever the model, a perfect sampler shows $\|\hat\mu - \mu\| \approx 0.0173$ (two dimensions) and $0.0328$ (ten)
          with $10^4$ samples, root mean square: an error below this floor says nothing.
          """#
        ]
      ) {
        sampleMomentsOfAFiniteLaw
        floors
        try simulatedSampleMoments
      }
    }
  }

  private static var sampleMomentsOfAFiniteLaw: Exact {
    Exact("every sample of a law of three points", dimensions: [1, 2, 3]) { symbols, d in
      let law = FiniteLaw(symbols, d)
      let count = 3
      let size = Symbol(count)
      Step(#"\mathbb{E}\hat\Sigma, \quad \hat\Sigma = \tfrac1{N-1}\sum_i(x_i - \hat\mu)(x_i - \hat\mu)^\top"#)
      {
        law.mean(ofSamples: count) { 1 / (size - 1) * FiniteLaw.scatter($0, about: FiniteLaw.mean($0)) }
      }
      Step(
        #"\Sigma"#,
        because:
          #"$\sum_i(x_i - \hat\mu)(\cdot)^\top = \sum_i(x_i - \mu)(\cdot)^\top - N(\hat\mu - \mu)(\cdot)^\top$"#
      ) { law.covariance }
      Restatement(
        #"\mathbb{E}\,\tfrac1N\sum_i(x_i - \mu)(x_i - \mu)^\top"#, because: "the true mean, and all of N"
      ) {
        law.mean(ofSamples: count) { 1 / size * FiniteLaw.scatter($0, about: law.mean) }
      }
      Rival(#"\mathbb{E}\,\tfrac1N\sum_i(x_i - \hat\mu)(x_i - \hat\mu)^\top"#, "divided by N") {
        law.mean(ofSamples: count) { 1 / size * FiniteLaw.scatter($0, about: FiniteLaw.mean($0)) }
      }
      Rival(#"\mathbb{E}\,\tfrac1{N-1}\sum_i(x_i - \mu)(x_i - \mu)^\top"#, "true mean, divided by N - 1") {
        law.mean(ofSamples: count) { 1 / (size - 1) * FiniteLaw.scatter($0, about: law.mean) }
      }
      Step(
        #"N\,\mathbb{E}(\hat\mu - \mu)(\hat\mu - \mu)^\top"#,
        because: "independent samples: the floor of the mean's error"
      ) {
        law.mean(ofSamples: count) {
          let error = FiniteLaw.mean($0) - law.mean
          return size * error.outer(error)
        }
      }
      Rival(#"\mathbb{E}(\hat\mu - \mu)(\hat\mu - \mu)^\top"#, "floor without N") {
        law.mean(ofSamples: count) {
          let error = FiniteLaw.mean($0) - law.mean
          return error.outer(error)
        }
      }
      Rival(#"0"#, "no floor") { Matrix<Symbol>.zero(d, d) }
    }
  }

  private static var floors: Numerical<ReportTarget> {
    Numerical(
      "floors and norms for the report's targets",
      cases: [ReportTarget(dimension: 2), ReportTarget(dimension: 10)]
    ) {
      target in
      let (floor, norm) = (Interval.sqrt(target.covariance.trace / 10_000), target.frobenius)
      Step(#"\bigl(\sqrt{\operatorname{tr}\Sigma/10^4}, \; \|\Sigma\|_F\bigr)"#) { [floor, norm] }
      Step(
        #"\bigl(\sqrt{\textstyle\sum\lambda_k/10^4}, \; \sqrt{\textstyle\sum\lambda_k^2}\bigr)"#,
        because:
          #"$\lambda = (\frac32, \frac32)$ in two dimensions; $\frac54$ three times and 1 seven times in ten"#
      ) {
        let eigenvalues = target.eigenvalues
        return [
          Interval.sqrt(eigenvalues.reduce(0, +) / 10_000),
          Interval.sqrt(eigenvalues.reduce(0) { $0 + $1.squared }),
        ]
      }
      Restatement(
        #"\tfrac1{100}\bigl(\operatorname{tr}\Sigma\bigr)^{1/2}, \; \operatorname{tr}(\Sigma^2)^{1/2}"#
      ) {
        [
          Interval.sqrt(target.covariance.trace) / 100,
          Interval.sqrt((target.covariance * target.covariance).trace),
        ]
      }
      Rival(#"\|\Sigma\|_2"#, "spectral norm for Frobenius's") { [floor, target.eigenvalues[0]] }
      Rival(#"\sqrt{\lambda_1/10^4}"#, "floor of one coordinate") {
        [Interval.sqrt(target.eigenvalues[0] / 10_000), norm]
      }
      Rival(#"\operatorname{tr}\Sigma/10^4"#, "root forgotten") { [target.covariance.trace / 10_000, norm] }
    }
  }

  private static var simulatedSampleMoments: Statistical<Int> {
    get throws {
      let data = try Mixtures.plane
      let (mean, covariance) = (data.mean, data.covariance)
      return Statistical("small samples of a mixture in the plane", cases: [4]) { count, draw in
        let sample = try (0..<count).map { _ in try data.sample(draw) }
        let scatter = { (center: Vector<Variate>) in
          sample.reduce(Matrix<Variate>.zero(2, 2)) { $0 + ($1 - center).outer($1 - center) }
        }
        let (size, known) = (Variate(Double(count)), mean.map { Variate($0) })
        let center = sample.reduce(Vector<Variate>.zero(2), +) / size
        let parts = { (spread: Matrix<Variate>, error: Variate) in
          Vector([spread[0, 0], spread[0, 1], spread[1, 1], error])
        }
        let floor = (center - known).squaredNorm
        Step(#"\bigl(\mathbb{E}\hat\Sigma, \; \mathbb{E}|\hat\mu - \mu|^2\bigr)"#) {
          parts(scatter(center) / (size - 1), floor)
        }
        Step(
          #"\bigl(\mathbb{E}\,\tfrac1N\sum_i(x_i - \mu)(\cdot)^\top, \; \tfrac1{N^2}\sum_i\mathbb{E}|x_i - \mu|^2\bigr)"#,
          because: "independent samples: products of different ones have mean zero"
        ) { parts(scatter(known) / size, scatter(known).trace / size.squared) }
        Restatement(
          #"\bigl(\mathbb{E}\,\tfrac1N\sum_i(x_i - \mu)(\cdot)^\top, \; \mathbb{E}\hat\mu\cdot(\hat\mu - \mu)\bigr)"#
        ) {
          parts(scatter(known) / size, center.dot(center - known))
        }
        Rival(#"\mathbb{E}\,\tfrac1N\sum_i(x_i - \hat\mu)(\cdot)^\top"#, "divided by N") {
          parts(scatter(center) / size, floor)
        }
        Rival(#"\mathbb{E}\,\tfrac1{N-1}\sum_i(x_i - \mu)(\cdot)^\top"#, "true mean, divided by N - 1") {
          parts(scatter(known) / (size - 1), floor)
        }
        Step(#"\bigl(\Sigma, \; \operatorname{tr}\Sigma/N\bigr)"#, because: "moments of one sample") {
          parts(covariance.map { Variate($0) }, Variate(covariance.trace / Double(count)))
        }
        Rival(#"\operatorname{tr}\Sigma/(N+1)"#, "an error below the floor") {
          parts(covariance.map { Variate($0) }, Variate(covariance.trace / Double(count + 1)))
        }
      }
    }
  }

  /// A law of three points with free places and probabilities.
  private struct FiniteLaw {
    let atoms: [(weight: Symbol, place: Vector<Symbol>)]

    init(_ symbols: Symbols, _ d: Int) {
      let weights = [symbols.scalar(), symbols.scalar()]
      atoms = (weights + [1 - weights[0] - weights[1]]).map { ($0, symbols.vector(d)) }
    }

    var mean: Vector<Symbol> {
      atoms.dropFirst().reduce(atoms[0].weight * atoms[0].place) { $0 + $1.weight * $1.place }
    }
    var covariance: Matrix<Symbol> {
      atoms.reduce(.zero(mean.dimension, mean.dimension)) {
        $0 + $1.weight * ($1.place - mean).outer($1.place - mean)
      }
    }
    /// The expectation over all samples of a size, by enumeration.
    func mean(ofSamples count: Int, of f: ([Vector<Symbol>]) -> Matrix<Symbol>) -> Matrix<Symbol> {
      var samples: [(weight: Symbol, places: [Vector<Symbol>])] = [(1, [])]
      for _ in 0..<count {
        samples = samples.flatMap { sample in
          atoms.map { (sample.weight * $0.weight, sample.places + [$0.place]) }
        }
      }
      return samples.dropFirst().reduce(samples[0].weight * f(samples[0].places)) {
        $0 + $1.weight * f($1.places)
      }
    }
    /// The mean of a sample.
    static func mean(_ sample: [Vector<Symbol>]) -> Vector<Symbol> {
      sample.dropFirst().reduce(sample[0], +) / Symbol(sample.count)
    }
    /// The sum of squares about a point.
    static func scatter(_ sample: [Vector<Symbol>], about center: Vector<Symbol>) -> Matrix<Symbol> {
      sample.reduce(.zero(center.dimension, center.dimension)) { $0 + ($1 - center).outer($1 - center) }
    }
  }

  /// The report's targets: four unit normals, about plus and minus the axes of the plane, or about the first four axes.
  private struct ReportTarget: Sendable, CustomStringConvertible {
    let dimension: Int
    var description: String { "\(dimension) dimensions" }

    var covariance: Matrix<Interval> {
      let centers = (0..<4).map { k in
        Vector<Interval>(
          (0..<dimension).map { i in
            dimension == 2 ? (i == k / 2 ? (k % 2 == 0 ? 1 : -1) : 0) : (i == k ? 1 : 0)
          })
      }
      let mean = centers.reduce(.zero(dimension), +) / 4
      return centers.reduce(.identity(dimension)) { $0 + ($1 - mean).outer($1 - mean) / 4 }
    }
    var frobenius: Interval { Interval.sqrt(covariance.entries.reduce(0) { $0 + $1.squared }) }
    /// In order, the greatest first.
    var eigenvalues: [Interval] {
      dimension == 2
        ? [3 / 2, 3 / 2] : Array(repeating: 5 / 4, count: 3) + Array(repeating: 1, count: 7)
    }
  }
}
