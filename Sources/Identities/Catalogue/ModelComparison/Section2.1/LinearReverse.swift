import Arithmetic
import Probability
import Transport

extension ModelComparison {
  /// A reverse model `x_{t-1} = K_t x_t + c_t + noise` with everything free, against a chain from a known point.
  struct LinearReverse {
    let chain: DenoisingChain<Symbol>
    let start: Vector<Symbol>
    let maps: [Matrix<Symbol>]
    let shifts: [Vector<Symbol>]
    /// The variances `v_1, ..., v_T` of the steps back.
    let variances: [Symbol]
    /// The joint law of `(x_0, ..., x_T)` under the chain, given `x_0`.
    let givenStart: GaussianChain<Symbol>
    /// The joint law of `(x_T, ..., x_0)` under the reverse model.
    let reverse: GaussianChain<Symbol>
    /// Symbols that stand for logarithms: of `v_t`, `1 - alpha_t`, `1 - alphaBar_t`, of the determinant of the
    /// covariance of `x_0` under the model, and of `2 pi`.
    private let logV: [Symbol], logStep: [Symbol], logBar: [Symbol], logEvidence: Symbol, logTwoPi: Symbol
    private let d: Int

    init(_ symbols: Symbols, length: Int, _ d: Int, equalVariances: Bool = false) throws {
      self.d = d
      chain = try freeChain(symbols, length: length)
      start = symbols.vector(d, "x")
      let maps = (1...length).map { symbols.matrix(d, "K\($0)") }
      let shifts = (1...length).map { symbols.vector(d, "c\($0)") }
      let steps = chain.steps
      let logStep = (1...length).map { symbols.scalar("log(1-alpha\($0))") }
      // The first step's alphaBar is its alpha.
      let logBar = [logStep[0]] + (1..<length).map { symbols.scalar("log(1-alphaBar\($0 + 1))") }
      let free = (1...length).map { (symbols.scalar("v\($0)"), symbols.scalar("log v\($0)")) }
      let variances = steps.indices.map {
        equalVariances && $0 > 0 ? steps[$0].posteriorVariance : free[$0].0
      }
      logV = steps.indices.map {
        equalVariances && $0 > 0 ? logStep[$0] + logBar[$0 - 1] - logBar[$0] : free[$0].1
      }
      (logEvidence, logTwoPi) = (symbols.scalar("log det"), symbols.scalar("log 2 pi"))
      (self.maps, self.shifts, self.variances, self.logStep, self.logBar) = (
        maps, shifts, variances, logStep, logBar
      )
      givenStart = chain.law(from: start)
      reverse = GaussianChain(
        start: .standard(d),
        links: steps.indices.reversed().map {
          GaussianChain.Link(map: maps[$0], shift: shifts[$0], noise: variances[$0] * .identity(d))
        })
    }

    /// `log p_theta(x_0)`.
    var evidence: Symbol {
      reverse.law(of: chain.length).exponent(start) - (logEvidence + Symbol(d) * logTwoPi) / 2
    }

    /// The law of `(x_1, ..., x_T)` given `x_0` under the reverse model.
    var latentsGivenStart: Gaussian<Symbol> {
      reverse.law(of: (0..<chain.length).reversed(), given: [chain.length: start])
    }

    /// `KL(q(x_{1:T} | x_0) || p_theta(x_{1:T} | x_0))`.
    var gap: Symbol {
      let (p, q) = (
        latentsGivenStart,
        givenStart.joint.image(
          under: Matrix(rows: chain.length * d, columns: (chain.length + 1) * d) { $1 == $0 + d ? 1 : 0 })
      )
      let logDeterminants = Symbol(d) * (sum(logV) - sum(logStep)) - logEvidence
      let distance = q.mean - p.mean
      return
        (p.covariance.solve(q.covariance).trace + distance.dot(p.covariance.solve(distance))
        - Symbol(chain.length * d) + logDeterminants) / 2
    }

    /// The expectation of `|P w + r|^2` for `w` of a normal law.
    private func square(_ law: Gaussian<Symbol>, _ map: Matrix<Symbol>, _ shift: Vector<Symbol>) -> Symbol {
      (map * law.covariance * map.transpose).trace + (map * law.mean + shift).squaredNorm
    }

    /// The matrix `(P, Q)` that acts on two vectors, one after the other.
    private func beside(_ P: Matrix<Symbol>, _ Q: Matrix<Symbol>) -> Matrix<Symbol> {
      Matrix(rows: d, columns: 2 * d) { $1 < d ? P[$0, $1] : Q[$0, $1 - d] }
    }

    /// `E_q[log p_0(x_T) + sum_{t >= first} log p_theta(x_{t-1} | x_t) - sum_t log q(x_t | x_{t-1})]`, from second
    /// moments of neighbours in the chain.
    func likelihoodRatio(from first: Int) -> Symbol {
      let one = Matrix<Symbol>.identity(d)
      let (size, zero) = (Symbol(d), Vector<Symbol>.zero(d))
      let last = givenStart.law(of: chain.length)
      var sum = -(square(last, one, zero) + size * logTwoPi) / 2
      for t in 1...chain.length {
        let pair = givenStart.law(of: t - 1, t)
        let variance = 1 - chain.factors[t - 1].squared
        sum += square(pair, beside(-chain.factors[t - 1] * one, one), zero) / (2 * variance)
        sum += size * (logTwoPi + logStep[t - 1]) / 2
        if t >= first {
          sum -= square(pair, beside(one, -maps[t - 1]), -shifts[t - 1]) / (2 * variances[t - 1])
          sum -= size * (logTwoPi + logV[t - 1]) / 2
        }
      }
      return sum
    }

    /// Reconstruction, prior matching and denoising matching, in closed form.
    var terms: (reconstruction: Symbol, prior: Symbol, denoising: Symbol) {
      let first = chain.steps[0].marginal(from: start).full
      let last = chain.steps[chain.length - 1].marginal(from: start)
      let error = square(first, -maps[0], start - shifts[0])
      return (
        -(error / variances[0] + Symbol(d) * (logTwoPi + logV[0])) / 2,
        last.divergence(
          from: IsotropicGaussian(mean: .zero(d), variance: 1), logRatio: -logBar[chain.length - 1]),
        denoising(over: givenStart) { $0 }
      )
    }

    /// The sum of `E KL(q(x_{t-1} | x_t, x_0) || p_theta(x_{t-1} | x_t))` for `t >= 2`, with `x_t` averaged over the law
    /// of the variable `number(t)` of `law`.
    func denoising(
      over law: GaussianChain<Symbol>, isReversed: Bool = false, number: (Int) -> Int
    ) -> Symbol {
      let one = Matrix<Symbol>.identity(d)
      return (2...chain.length).reduce(0 as Symbol) { sum, t in
        let step = chain.steps[t - 1]
        // The posterior mean is affine in x_t.
        let slope = step.factor * (1 - step.alphaBarBefore) / (1 - step.alphaBar)
        let shift = step.posteriorMean(.zero(d), start: start) - shifts[t - 1]
        let error = square(law.law(of: number(t)), slope * one - maps[t - 1], shift)
        let logRatio = logV[t - 1] - (logStep[t - 1] + logBar[t - 2] - logBar[t - 1])
        let (own, other, logarithm) =
          isReversed
          ? (variances[t - 1], step.posteriorVariance, -logRatio)
          : (step.posteriorVariance, variances[t - 1], logRatio)
        return sum + (Symbol(d) * (own / other - 1 + logarithm) + error / other) / 2
      }
    }

    private func sum(_ symbols: [Symbol]) -> Symbol { symbols.reduce(0, +) }
  }

  /// Two steps on the line from a known point, and a reverse model with any means.
  struct LineReverse: Sendable, CustomStringConvertible {
    let description: String
    let alphas: [Double]
    let start: Double
    /// The means of the steps back to `x_0` and to `x_1`.
    let means: [@Sendable (Double) -> Double]
    /// Their variances.
    let variances: [Double]

    private func chain() throws -> DenoisingChain<Double> { try DenoisingChain(alphas: alphas) }

    private func law(_ mean: Double, _ variance: Double) -> IsotropicGaussian<Double> {
      IsotropicGaussian(mean: Vector([mean]), variance: variance)
    }

    /// The model's law of `x_{t-1}` given `x_t`.
    private func back(_ t: Int, _ x: Double) -> IsotropicGaussian<Double> {
      law(means[t - 1](x), variances[t - 1])
    }

    /// `log p_theta(x_0)`, the gap and the denoising term, from the densities of the definitions alone, by
    /// quadrature over `(x_1, x_2)`.
    func sides() throws -> (evidence: Estimate, gap: Estimate, denoising: Estimate) {
      let (steps, base, point) = (try chain().steps, law(0, 1), Vector([start]))
      let densities = { (x: Double, y: Double) in
        let (x, y) = (Vector([x]), Vector([y]))
        return (
          first: steps[0].transition(from: point).logDensity(x),
          second: steps[1].transition(from: x).logDensity(y),
          direct: steps[1].marginal(from: point).logDensity(y),
          model: base.logDensity(y) + back(2, y[0]).logDensity(x) + back(1, x[0]).logDensity(point),
          reverse: back(2, y[0]).logDensity(x)
        )
      }
      // Beyond 10 every density here is below 1e-17.
      let integrals = Quadrature.plane(reach: 10) { x, y in
        let log = densities(x, y)
        let q = Double.exp(log.first + log.second)
        return SIMD8(
          Double.exp(log.model), q * (log.first + log.second - log.model),
          q * (log.first + log.second - log.direct - log.reverse), 0, 0, 0, 0, 0)
      }
      let evidence = Interval.log(Interval(integrals[0]))
      return (
        Estimate(evidence), Estimate(Interval(integrals[1]) + evidence), integrals[2]
      )
    }

    /// The three terms of the bound from closed forms, the averages by quadrature over one variable; and averages of
    /// the denoising divergence that are taken over the wrong law or in the wrong direction.
    func terms() throws -> (
      reconstruction: Interval, prior: Interval, denoising: Interval, misplaced: Interval, reversed: Interval,
      marginal: Interval
    ) {
      let (steps, point) = (try chain().steps, Vector([start]))
      let mean = { (law: IsotropicGaussian<Double>, f: (Double) -> Double) in
        Interval(Quadrature.interval(-12...12) { Double.exp(law.logDensity(Vector([$0]))) * f($0) })
      }
      let divergence = { (x: Double) in
        steps[1].posterior(Vector([x]), start: point).divergence(from: back(2, x))
      }
      let (first, second) = (steps[0].marginal(from: point), steps[1].marginal(from: point))
      let prior = try DenoisingChain<Interval>(alphas: alphas).steps[1].marginal(
        from: Vector([Interval(start)])
      ).divergence(from: IsotropicGaussian(mean: .zero(1), variance: 1))
      return (
        mean(first) { back(1, $0).logDensity(point) }, prior, mean(second, divergence),
        mean(first, divergence),
        mean(second) { x in back(2, x).divergence(from: steps[1].posterior(Vector([x]), start: point)) },
        // The marginal law for data N(0, 1) is N(0, 1).
        mean(law(0, 1), divergence)
      )
    }
  }

  /// The model of the tables of true values, and one with means that are not linear.
  static let reverseModels = [
    LineReverse(
      description: "linear model, x0 = 0.75", alphas: [0.8125, 0.5], start: 0.75,
      means: [{ 0.875 * $0 }, { 0.5 * $0 }], variances: [0.25, 0.5 * 0.1875 / 0.59375]),
    LineReverse(
      description: "model with sines, x0 = -1.25", alphas: [0.75, 0.625], start: -1.25,
      means: [{ $0 - Double.sin($0) / 4 }, { 0.75 * $0 + Double.sin(2 * $0) / 8 }], variances: [0.375, 0.25]),
  ]

  /// A chain from a known point, and a reverse model whose means are bent by sines.
  struct WavyReverse: Sendable, CustomStringConvertible {
    let forward: NoisedMixture
    let start: Vector<Double>
    let variances: [Double]

    static var plane: WavyReverse {
      get throws {
        WavyReverse(
          forward: try noisedPlane([0.75, 0.625, 0.5], time: 3), start: Vector([-1.25, 0.75]),
          variances: [0.5, 0.375, 0.5])
      }
    }

    var description: String { "d = 2, T = 3, x0 = (-1.25, 0.75)" }

    /// The law that the model begins with.
    var base: IsotropicGaussian<Variate> { IsotropicGaussian(mean: .zero(2), variance: 1) }

    /// The model's law of `x_{t-1}` given `x_t`.
    func reverse(_ t: Int, _ x: Vector<Variate>) -> IsotropicGaussian<Variate> {
      let bent = Vector([Variate.sin(x[0] + x[1]), Variate.sin(x[1] - x[0])])
      return IsotropicGaussian(
        mean: Variate(0.75) * x + Variate(0.25) * bent, variance: Variate(variances[t - 1]))
    }

    /// The terms of the bound on a path, and the denoising ones averaged wrongly.
    func parts(_ paths: [Vector<Variate>]) throws -> (
      reconstruction: Variate, prior: Variate, denoising: Variate, reversed: Variate, misplaced: Variate
    ) {
      let chain = try forward.chain(Variate.self)
      let start = start.map { Variate($0) }
      let total = { (divergence: (DenoisingStep<Variate>, Int) -> Variate) in
        (2...chain.length).reduce(Variate(0)) { $0 + divergence(chain.steps[$1 - 1], $1) }
      }
      let forward = { (step: DenoisingStep<Variate>, t: Int, x: Vector<Variate>) in
        step.posterior(x, start: start).divergence(from: reverse(t, x))
      }
      return (
        reverse(1, paths[1]).logDensity(start),
        chain.steps[chain.length - 1].marginal(from: start).divergence(from: base),
        total { forward($0, $1, paths[$1]) },
        total { reverse($1, paths[$1]).divergence(from: $0.posterior(paths[$1], start: start)) },
        total { forward($0, $1, paths[$1 - 1]) }
      )
    }
  }
}
