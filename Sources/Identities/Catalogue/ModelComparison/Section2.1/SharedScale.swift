import Arithmetic
import Probability
import Transport

extension ModelComparison {
  /// The predictions `theta x_t` of `x_0` for normal data, with one number `theta` for all steps, and
  /// `p(x_0 | x_1) = N(theta x_1, v)`; chain and data are free.
  ///
  /// Losses are the negative terms of the bound, averaged over the data, up to what does not depend on `theta`.
  struct SharedScale {
    let chain: DenoisingChain<Symbol>
    let variance: Symbol
    let data: Gaussian<Symbol>
    /// The joint law of `(x_0, ..., x_T)`.
    private let law: GaussianChain<Symbol>

    init(_ symbols: Symbols, _ d: Int, length: Int) throws {
      try self.init(
        chain: freeChain(symbols, length: length), variance: symbols.scalar("v"),
        data: freeGaussian(symbols, d))
    }

    private init(chain: DenoisingChain<Symbol>, variance: Symbol, data: Gaussian<Symbol>) {
      (self.chain, self.variance, self.data) = (chain, variance, data)
      law = chain.law(from: data)
    }

    /// The same chain with other data.
    func with(data: Gaussian<Symbol>) -> SharedScale {
      SharedScale(chain: chain, variance: variance, data: data)
    }

    /// The expectation of `|p x_0 + q x_t|^2`, from their joint second moments.
    private func square(_ p: Dual<Symbol>, _ t: Int, _ q: Dual<Symbol>) -> Dual<Symbol> {
      let (pair, d) = (law.law(of: 0, t), data.dimension)
      let second = { (i: Int, j: Int) in
        (0..<d).reduce(0 as Symbol) {
          $0 + pair.covariance[i * d + $1, j * d + $1] + pair.mean[i * d + $1] * pair.mean[j * d + $1]
        }
      }
      return p.squared * Dual(constant: second(0, 0)) + 2 * p * q * Dual(constant: second(0, 1))
        + q.squared * Dual(constant: second(1, 1))
    }

    /// The negative reconstruction term.
    func reconstruction(_ theta: Dual<Symbol>) -> Dual<Symbol> {
      square(1, 1, -theta) / Dual(constant: 2 * variance)
    }

    /// `E KL(q(x_{t-1} | x_t, x_0) || p_theta(x_{t-1} | x_t))`, from the difference of the posterior means.
    private func divergence(_ t: Int, _ theta: Dual<Symbol>) -> Dual<Symbol> {
      let step = chain.steps[t - 1]
      // The means are affine in x_0: their difference is its coefficient times x_0 - theta x_t.
      let coefficient = Dual(constant: step.posteriorMean(.zero(1), start: Vector([1]))[0])
      return square(coefficient, t, -coefficient * theta) / Dual(constant: 2 * step.posteriorVariance)
    }

    /// The loss of one step: the reconstruction's in the first, the denoising one in the others.
    func term(_ t: Int, _ theta: Dual<Symbol>) -> Dual<Symbol> {
      t == 1 ? reconstruction(theta) : divergence(t, theta)
    }

    /// The sum of the denoising terms.
    func denoising(_ theta: Dual<Symbol>) -> Dual<Symbol> {
      (2...chain.length).reduce(0) { $0 + divergence($1, theta) }
    }

    /// The mean of the denoising terms over `t` in 2, ..., T.
    func meanDivergence(_ theta: Dual<Symbol>) -> Dual<Symbol> {
      denoising(theta) / Dual(chain.length - 1)
    }

    /// The negative bound, from the likelihood ratio of the whole path.
    ///
    /// `-E log p(x_0 | x_1) - sum E log p(x_{t-1} | x_t)`; the other factors do not know theta.
    func total(_ theta: Dual<Symbol>) -> Dual<Symbol> {
      chain.steps.indices.dropFirst().reduce(reconstruction(theta)) { sum, k in
        let (step, t) = (chain.steps[k], k + 1)
        let scale = Dual(constant: step.posteriorMean(Vector([1]), start: Vector([0]))[0])
        let slope = scale + theta * Dual(constant: step.posteriorMean(Vector([0]), start: Vector([1]))[0])
        let pair = law.law(of: t - 1, t)
        let d = data.dimension
        let second = { (i: Int, j: Int) in
          (0..<d).reduce(0 as Symbol) {
            $0 + pair.covariance[i * d + $1, j * d + $1] + pair.mean[i * d + $1] * pair.mean[j * d + $1]
          }
        }
        let error =
          Dual(constant: second(0, 0)) - 2 * slope * Dual(constant: second(0, 1))
          + slope.squared * Dual(constant: second(1, 1))
        return sum + error / Dual(constant: 2 * step.posteriorVariance)
      }
    }

    /// The minimiser of a quadratic loss, from its slopes at 0 and 1.
    func minimiser(_ loss: (Dual<Symbol>) -> Dual<Symbol>) -> Symbol {
      let (start, end) = (derivative(at: 0 as Symbol, of: loss), derivative(at: 1 as Symbol, of: loss))
      return -start / (end - start)
    }

    /// The optimum of one term: `sqrt(alphaBar_t) E|x_0|^2 / E|x_t|^2`.
    func optimum(_ t: Int) -> Symbol {
      let step = chain.steps[t - 1]
      return step.signal * energy / energy(step)
    }

    /// The curvature of one term in theta.
    func curvature(_ t: Int) -> Symbol {
      let step = chain.steps[t - 1]
      return (t == 1 ? 1 / variance : step.predictionWeight) * energy(step)
    }

    /// The mean of the terms' optima, weighted by their curvatures.
    var balance: Symbol {
      let all = 1...chain.length
      return all.reduce(0) { $0 + curvature($1) * optimum($1) } / all.reduce(0) { $0 + curvature($1) }
    }

    /// The slope of the prior matching term, averaged over the data, in the last factor of the chain.
    var priorSlope: Symbol {
      let step = chain.steps[chain.length - 1]
      let kept = Dual(step.alphaBar, derivative: 2 * step.factor * step.alphaBarBefore)
      let d = Dual(Symbol(data.dimension), derivative: 0)
      let logarithm = Dual(0 as Symbol, derivative: -kept.derivative / (1 - kept.value))
      return ((kept * Dual(constant: energy) - d * kept - d * logarithm) / 2).derivative
    }

    private var energy: Symbol { data.covariance.trace + data.mean.squaredNorm }

    private func energy(_ step: DenoisingStep<Symbol>) -> Symbol {
      step.alphaBar * energy + Symbol(data.dimension) * (1 - step.alphaBar)
    }
  }

  /// The same predictions for standard normal data on the line.
  struct ScaleOnTheLine: Sendable, CustomStringConvertible {
    let alphas: [Double]
    let variance: Double

    /// The example of the counterexamples.
    static let standard = ScaleOnTheLine(alphas: [0.8125, 0.5], variance: 0.25)
    static let threeSteps = ScaleOnTheLine(alphas: [0.8125, 0.75, 0.5], variance: 0.375)

    var description: String {
      "N(0, 1), alpha = (\(alphas.map(\.brief).joined(separator: ", "))), v = \(variance.brief)"
    }

    /// The optima, from losses that quadrature over `(x_0, x_t)` gives at three values of theta.
    func optima() throws -> (
      sum: Interval, reconstruction: Interval, denoising: Interval, unweighted: Interval
    ) {
      let steps = try DenoisingChain<Double>(alphas: alphas).steps
      let base = IsotropicGaussian(mean: Vector([0.0]), variance: 1)
      let thetas = [0, 0.5, 1]
      let losses = steps.indices.map { k in
        Quadrature.plane(reach: 10) { x, y in
          let (step, x, y) = (steps[k], Vector([x]), Vector([y]))
          let density = Double.exp(base.logDensity(x) + step.marginal(from: x).logDensity(y))
          var values = SIMD8<Double>.zero
          for (i, theta) in thetas.enumerated() {
            // The divergence from its definition: the posterior against the model's step, equal variances.
            values[i] =
              k == 0
              ? -density * IsotropicGaussian(mean: theta * y, variance: variance).logDensity(x)
              : density
                * step.posterior(y, start: x).divergence(from: step.posterior(y, start: theta * y))
          }
          return values
        }.prefix(3).map { Interval($0) }
      }
      let total = { (weights: [Interval]) in
        thetas.indices.map { i in
          losses.indices.reduce(0 as Interval) { $0 + weights[$1] * losses[$1][i] }
        }
      }
      let others = losses.count - 1
      let share = 1 / Interval(others)
      return (
        vertex(total([1] + (0..<others).map { _ in 1 })), vertex(total([1] + (0..<others).map { _ in 0 })),
        vertex(total([0] + (0..<others).map { _ in 1 })), vertex(total([1] + (0..<others).map { _ in share }))
      )
    }

    /// Where a parabola is least that has three values at 0, 1/2 and 1.
    private func vertex(_ values: [Interval]) -> Interval {
      (3 * values[0] - 4 * values[1] + values[2]) / (4 * (values[0] - 2 * values[1] + values[2]))
    }

    /// The mean of the terms' optima, weighted by their curvatures.
    var weightedMean: Interval { mean(energy: 1) }

    /// The same for a single point of data.
    func weightedMean(at x: Double) -> Interval { mean(energy: Interval(x).squared) }

    private func mean(energy: Interval) -> Interval {
      var (kept, top, bottom) = (1 as Interval, 0 as Interval, 0 as Interval)
      for (k, alpha) in alphas.enumerated() {
        let (alpha, before) = (Interval(alpha), kept)
        kept *= alpha
        let noise = 1 - kept
        let weight =
          k == 0 ? 1 / Interval(variance) : before * (1 - alpha) / (noise * (1 - before))
        top += weight * Interval.sqrt(kept) * energy
        bottom += weight * (kept * energy + noise)
      }
      return top / bottom
    }
  }

  /// The same predictions for a mixture in the plane, in simulation.
  struct ScaleOnMixtures: Sendable, CustomStringConvertible {
    let noised: NoisedMixture
    let variance: Double

    static var plane: ScaleOnMixtures {
      get throws { ScaleOnMixtures(noised: try noisedPlane([0.875, 0.75, 0.625], time: 3), variance: 0.25) }
    }

    var description: String { "\(noised), v = \(variance.brief)" }

    private func weight(_ t: Int) throws -> Double {
      t == 1 ? 1 / variance : try noised.chain(Double.self).step(t).predictionWeight
    }

    /// `sum w_t x_0 . x_t` and `sum w_t |x_t|^2` on the paths of the chain.
    func sample(_ draw: Draw) throws -> (crossed: Variate, square: Variate) {
      let paths = try noised.paths(draw)
      return try (1..<paths.count).reduce((Variate(0), Variate(0))) { sum, t in
        let weight = Variate(try weight(t))
        return (sum.0 + weight * paths[0].dot(paths[t]), sum.1 + weight * paths[t].squaredNorm)
      }
    }

    /// The optima of the sum, of its parts, and of the sum with the mean of the denoising terms in the place of their
    /// sum, from the data's second moment.
    var optima: (sum: Double, reconstruction: Double, denoising: Double, unweighted: Double) {
      get throws {
        let others = 1 / Double(noised.alphas.count - 1)
        return (
          try optimum(1, 1), try optimum(1, 0), try optimum(0, 1), try optimum(1, others)
        )
      }
    }

    /// The optimum of the sum for one point of data, the mean of the first component.
    var optimumOfOnePoint: Double {
      get throws { try optimum(1, 1, energy: noised.data.components[0].mean.squaredNorm) }
    }

    private func optimum(_ first: Double, _ others: Double, energy: Double? = nil) throws -> Double {
      let data = noised.data
      let energy =
        energy
        ?? zip(data.weights, data.components).reduce(0) {
          $0 + $1.0 * ($1.1.covariance.trace + $1.1.mean.squaredNorm)
        }
      var (top, bottom) = (0.0, 0.0)
      for t in 1...noised.alphas.count {
        let step = try noised.chain(Double.self).step(t)
        let weight = (t == 1 ? first : others) * (try weight(t))
        top += weight * step.signal * energy
        bottom += weight * (step.alphaBar * energy + Double(noised.dimension) * (1 - step.alphaBar))
      }
      return top / bottom
    }
  }
}
