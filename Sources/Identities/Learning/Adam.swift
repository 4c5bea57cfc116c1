import Arithmetic

/// The optimiser Adam (Kingma and Ba 2015), with a rate that falls in steps.
///
/// With the gradient `g` of step `n = 1, 2, ...`: `m <- beta_1 m + (1 - beta_1) g`, `v <- beta_2 v + (1 - beta_2) g^2`,
/// and a parameter falls by `rate_n m^ / (sqrt(v^) + epsilon)` where `m^ = m / (1 - beta_1^n)` and
/// `v^ = v / (1 - beta_2^n)`. The rate is `rate` times `decay` to the number of whole periods before the step.
public struct Adam: Sendable, Equatable {
  /// The rate of the first period.
  public var rate: Double
  /// The factor of the rate from one period to the next.
  public var decay: Double
  /// The number of steps after which the rate falls.
  public var period: Int
  /// The factors of the averages of the gradient and of its square.
  public var betas: (Double, Double) {
    get { (beta1, beta2) }
    set { (beta1, beta2) = newValue }
  }
  /// What keeps the quotient finite.
  public var epsilon: Double
  private var beta1: Double
  private var beta2: Double

  /// The optimiser with the rate 0.001 decayed every 500 steps.
  ///
  /// The report names that rate and that period but no factor; 0.8 leaves 3.5 % of the rate for the last of its
  /// 8,000 steps.
  public init(
    rate: Double = 1e-3, decay: Double = 0.8, every period: Int = 500, betas: (Double, Double) = (0.9, 0.999),
    epsilon: Double = 1e-8
  ) {
    (self.rate, self.decay, self.period, self.epsilon) = (rate, decay, period, epsilon)
    (beta1, beta2) = betas
  }

  /// Throws `InvalidArgument` unless the numbers make an optimiser.
  func validate() throws {
    guard rate > 0, rate.isFinite else {
      throw InvalidArgument("rate", is: rate, expected: "a positive number")
    }
    guard decay > 0, decay <= 1 else {
      throw InvalidArgument("decay", is: decay, expected: "a positive number, at most 1")
    }
    guard period > 0 else {
      throw InvalidArgument("period", is: period, expected: "a positive number of steps")
    }
    for beta in [beta1, beta2] {
      guard beta >= 0, beta < 1 else {
        throw InvalidArgument("betas", is: betas, expected: "two numbers from 0 to below 1")
      }
    }
    guard epsilon > 0, epsilon.isFinite else {
      throw InvalidArgument("epsilon", is: epsilon, expected: "a positive number")
    }
  }

  /// The rate of a step, counted from 1.
  public func rate(ofStep step: Int) -> Double { rate * decay.power((step - 1) / period) }

  /// The factors of one step's update, which all parameters share.
  struct Update {
    let beta1, beta2, rest1, rest2, rate, scale, epsilon: SIMD16<Float>

    /// The update of a step, counted from 1, given the powers `beta_1^n` and `beta_2^n`.
    init(_ adam: Adam, rate: Double, powers: (Double, Double)) {
      func spread(_ number: Double) -> SIMD16<Float> { SIMD16(repeating: Float(number)) }
      (beta1, rest1) = (spread(adam.beta1), spread(1 - adam.beta1))
      (beta2, rest2) = (spread(adam.beta2), spread(1 - adam.beta2))
      self.rate = spread(rate / (1 - powers.0))
      scale = spread((1 / (1 - powers.1)).squareRoot())
      epsilon = spread(adam.epsilon)
    }

    /// Moves sixteen parameters and the averages of their gradients and squared gradients.
    @inline(__always)
    func apply(
      _ gradient: SIMD16<Float>, _ parameter: inout SIMD16<Float>, _ mean: inout SIMD16<Float>,
      _ square: inout SIMD16<Float>
    ) {
      mean = mean * beta1 + gradient * rest1
      // The average of a weight that no longer matters decays for ever. Below 2^-100 it moves no parameter, but at
      // the subnormal numbers it would double the time of a quarter of the updates.
      mean.replace(with: 0, where: (mean .< 0x1p-100) .& (mean .> -0x1p-100))
      square = square * beta2 + gradient * gradient * rest2
      parameter -= rate * mean / (SIMD16.nonNegativeRoot(square) * scale + epsilon)
    }

    /// Moves rows of parameters and the averages of their gradients and squared gradients.
    func apply(
      _ gradient: PanelRows, rows: Int, _ parameters: PanelRows, _ means: PanelRows, _ squares: PanelRows
    ) {
      for row in 0..<rows {
        let g = gradient[row]
        var (parameter, mean, square) = (parameters[row], means[row], squares[row])
        apply(g.low, &parameter.low, &mean.low, &square.low)
        apply(g.high, &parameter.high, &mean.high, &square.high)
        parameters[row] = parameter
        means[row] = mean
        squares[row] = square
      }
    }
  }

  /// The optimisers are equal if they do the same.
  public static func == (a: Adam, b: Adam) -> Bool {
    a.rate == b.rate && a.decay == b.decay && a.period == b.period && a.betas == b.betas
      && a.epsilon == b.epsilon
  }
}
