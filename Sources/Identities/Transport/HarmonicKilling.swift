import Arithmetic

/// The equation `u_t = e u_xx - k x^2 u / 2` on the line from a centred normal density, solved at time one.
///
/// With `k < 0` mass is created. The solution is `exp(-P x^2 / 2 Q) / sqrt(2 pi v Q)`, where `(Q, P)` starts at
/// `(1, 1 / v)` and moves by `Q' = 2 e P`, `P' = k Q`.
public struct HarmonicKilling: Sendable, CustomStringConvertible {
  /// The diffusion coefficient `e`, positive.
  public let diffusion: Double
  /// The strength `k` of the rate `k x^2 / 2`, of either sign.
  public let strength: Double
  /// The variance `v` of the start, positive.
  public let variance: Double

  /// The equation and its start; throws `InvalidArgument` unless diffusion and variance are positive.
  public init(diffusion: Double, strength: Double, variance: Double) throws {
    guard diffusion > 0, diffusion.isFinite, variance > 0, variance.isFinite, strength.isFinite else {
      throw InvalidArgument(
        "diffusion, strength, variance", is: [diffusion, strength, variance],
        expected: "finite numbers, the first and last of them positive")
    }
    (self.diffusion, self.strength, self.variance) = (diffusion, strength, variance)
  }

  /// A short text for a person.
  public var description: String {
    "epsilon = \(diffusion.brief), k = \(strength.brief), variance \(variance.brief)"
  }

  /// The factors `(Q, P)` at time one for a strength, in closed form.
  ///
  /// Beyond the blow-up of `Q` there is no solution, although the formula goes on: see `solution`.
  public static func factors<S: Elementary>(diffusion e: S, strength k: S, variance v: S, isCreating: Bool)
    -> (
      Q: S, P: S
    )
  {
    let omega = S.sqrt(2 * e * (isCreating ? -k : k))
    let (c, s) =
      isCreating ? (S.cos(omega), S.sin(omega) / omega) : (S.cosh(omega), S.sinh(omega) / omega)
    return (c + 2 * e / v * s, c / v + k * s)
  }

  /// The factors `(Q, P)` at time one, enclosed.
  ///
  /// Throws `InvalidArgument` from the strength on at which the solution is infinite at a point: there `Q` has
  /// passed through zero, and is not to be used even where it is positive again.
  public func solution() throws -> (Q: Interval, P: Interval) {
    let (e, k, v) = (Interval(diffusion), Interval(strength), Interval(variance))
    if strength == 0 { return (1 + 2 * e / v, 1 / v) }
    let factors = Self.factors(diffusion: e, strength: k, variance: v, isCreating: strength < 0)
    // Q is concave while positive, so it has not passed through zero within half a turn of the phase.
    let isWithinHalfTurn = strength > 0 || (-2 * e * k).upper < (Interval.pi * Interval.pi).lower
    guard isWithinHalfTurn, factors.Q.lower > 0 else {
      throw InvalidArgument(
        "strength", is: strength, expected: "a rate whose expectation is finite at a point")
    }
    return factors
  }

  /// The density at a point, enclosed; throws where it is infinite.
  public func density(_ x: Double) throws -> Interval {
    let (Q, P) = try solution()
    return Interval.exp(-(P / Q * Interval(x).squared) / 2)
      / Interval.sqrt(2 * Interval.pi * Interval(variance) * Q)
  }

  /// The mass of the solution, enclosed; throws `InvalidArgument` where it is infinite.
  public func mass() throws -> Interval {
    let P = try solution().P
    guard P.lower > 0 else {
      throw InvalidArgument("strength", is: strength, expected: "a rate that leaves the mass finite")
    }
    return 1 / Interval.sqrt(Interval(variance) * P)
  }

  /// The density at a point as an integral of Mehler's kernel over the start; it knows no Riccati equation.
  ///
  /// The kernel is that of the quantum harmonic oscillator in imaginary time, trigonometric where mass is
  /// created and valid there below half a turn of the phase.
  public func kernelIntegral(_ x: Double) throws -> Estimate {
    _ = try solution()
    let omega = Double.sqrt(2 * diffusion * strength.magnitude)
    // The cosine, and the sine over the angle, of the phase.
    let (c, s) =
      strength == 0
      ? (1, 1)
      : strength > 0
        ? (Double.cosh(omega), Double.sinh(omega) / omega) : (Double.cos(omega), Double.sin(omega) / omega)
    let a = 1 / (4 * diffusion * s)
    let norm = Double.sqrt(a / .pi) / Double.sqrt(2 * .pi * variance)
    return Quadrature.line { y in
      norm * Double.exp(-a * ((x * x + y * y) * c - 2 * x * y) - y * y / (2 * variance))
    }
  }

  /// The strength `-k` of creation from which on the mass is infinite, enclosed: `P` is zero.
  ///
  /// The root of `w = arctan(2 e / (w v))` with the phase `w = sqrt(2 e |k|)`, in the first quarter of a turn.
  public var massThreshold: Interval {
    let (e, v) = (Interval(diffusion), Interval(variance))
    let phase = Interval.zero(ofFalling: { 2 * e * Interval.cos($0) - $0 * v * Interval.sin($0) }, in: 0...2)
    return phase.squared / (2 * e)
  }

  /// The strength `-k` of creation from which on the solution is infinite at every point, enclosed: `Q` is zero.
  ///
  /// The root of `w = pi / 2 + arctan(2 e / (w v))`, in the second quarter of a turn.
  public var pointwiseThreshold: Interval {
    let (e, v) = (Interval(diffusion), Interval(variance))
    let phase = Interval.zero(
      ofFalling: { 2 * e * Interval.sin($0) + $0 * v * Interval.cos($0) }, in: 1.5...3.25)
    return phase.squared / (2 * e)
  }

  /// `(Q, P)` at time one by the exponential series of the Hamiltonian matrix, enclosed.
  ///
  /// The terms left out are below those of a geometric series with the ratio one half: after 60 terms the norm
  /// of the matrix, at most 16, is below half the index.
  public static func series(diffusion e: Interval, strength k: Interval, variance v: Interval) -> (
    Q: Interval, P: Interval
  ) {
    var term: (Q: Interval, P: Interval) = (1, 1 / v)
    var sum = term
    for n in 1...60 {
      term = (2 * e * term.P / Interval(n), k * term.Q / Interval(n))
      sum = (sum.Q + term.Q, sum.P + term.P)
    }
    let norm = max((2 * e).magnitude, k.magnitude)
    precondition(norm <= 16, "a matrix of norm \(norm); the series is cut for at most 16")
    let rest = 2 * max(term.Q.magnitude, term.P.magnitude)
    let slack = Interval(-rest...rest)
    return (sum.Q + slack, sum.P + slack)
  }
}

extension Interval {
  /// The zero of a function that falls through it once in a range, enclosed by bisection.
  ///
  /// The lower end is a point where the enclosure of the function is still positive, the upper one where it is
  /// negative already: the zero of a continuous function lies between them, however wide the enclosures.
  public static func zero(
    ofFalling f: (Interval) throws -> Interval, in range: ClosedRange<Double>
  ) rethrows -> Interval {
    var (positive, undecided) = (range.lowerBound, range.upperBound)
    for _ in 0..<80 {
      let middle = (positive + undecided) / 2
      if try f(Interval(middle)).lower > 0 { positive = middle } else { undecided = middle }
    }
    var (negative, open) = (range.upperBound, positive)
    for _ in 0..<80 {
      let middle = (negative + open) / 2
      if try f(Interval(middle)).upper < 0 { negative = middle } else { open = middle }
    }
    let isBracketed = try f(Interval(positive)).lower > 0 && f(Interval(negative)).upper < 0
    return isBracketed ? Interval(positive...negative) : .whole
  }
}
