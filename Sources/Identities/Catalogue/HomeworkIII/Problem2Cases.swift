import Arithmetic
import Formulas
import Probability
import Verification

/// The cases of Problem 2: losses that change over time, given or simulated.
extension HomeworkIII {
  /// Losses `A = (a_0 + a_1 t) e^(a_2 t)` and `C = (c_0 + c_1 t) e^(c_2 t)` for times from 0 to 1.
  struct LossSchedule: Sendable, CustomStringConvertible {
    let a: (Double, Double, Double)
    let c: (Double, Double, Double)

    static let exponential = LossSchedule(a: (1, 0, 2), c: (4, 0, -2))
    static let linear = LossSchedule(a: (0.25, 2, 0), c: (3, -2.5, 0))
    static let reversed = LossSchedule(a: (2, -1.75, 0), c: (0.25, 0.5, 1))
    static let all = [exponential, linear, reversed]

    var description: String {
      let text = { (p: (Double, Double, Double)) in "(\(p.0.brief) + \(p.1.brief) t) exp(\(p.2.brief) t)" }
      return "A = \(text(a)), C = \(text(c))"
    }

    /// The velocity's loss.
    func A<S: Elementary>(_ t: S) -> S { (S(a.0) + S(a.1) * t) * S.exp(S(a.2) * t) }
    /// The score's loss.
    func C<S: Elementary>(_ t: S) -> S { (S(c.0) + S(c.1) * t) * S.exp(S(c.2) * t) }

    /// Names for the losses, the integrand of the sheet's bound and its value at the best noise.
    @Lines<Estimate> var names: [Line<Estimate>] {
      Let("A(t)", by: "the case's loss") { (t: Jet<Interval>) in A(t) }
      Let("C(t)", by: "the case's loss") { (t: Jet<Interval>) in C(t) }
      Let(#"f(\varepsilon)"#, writtenBound, of: [#"\varepsilon"#, "t"])
      Let(#"\varepsilon^*(t)"#, #"\sqrt{A(t)/C(t)}"#)
      Let(#"B[\varepsilon^*]"#, #"\int_0^1f(\varepsilon^*)\,dt"#)
      Let(#"\bar A"#, #"\int_0^1A\,dt"#)
      Let(#"\bar C"#, #"\int_0^1C\,dt"#)
    }

    /// The least that a noise, at most `limit`, makes of the integrand at a time.
    func least(at t: Jet<Interval>, limit: Double = 0x1p10) -> Interval {
      let t = t.value.midpoint
      return Interval(noiseBound(A(t), C(t), minimiser(at: t, limit: limit)))
    }

    /// The integral over time, cut at the times where the integrand has a kink.
    func integral(cut: [Double] = [], _ f: (Double) -> Double) -> Estimate {
      let ends = [0] + cut + [1]
      return zip(ends, ends.dropFirst()).reduce(Estimate(0, error: 0)) { sum, part in
        let piece = Quadrature.interval(part.0...part.1, f)
        return Estimate(sum.value + piece.value, error: sum.error + piece.error)
      }
    }

    /// The sheet's bound for a schedule of the noise.
    func bound(cut: [Double] = [], _ epsilon: (Double) -> Double) -> Estimate {
      integral(cut: cut) { noiseBound(A($0), C($0), epsilon($0)) }
    }

    /// The noise, at most `limit`, with the least bound at a time, by bisection of the slope.
    func minimiser(at t: Double, limit: Double = 0x1p10) -> Double {
      let slope = { (e: Double) in
        derivative(at: e) { noiseBound(Dual(constant: A(t)), Dual(constant: C(t)), $0) }
      }
      if slope(limit) <= 0 { return limit }
      var (low, high) = (0x1p-10, limit)
      for _ in 0..<64 {
        let middle = (low + high) / 2
        if slope(middle) < 0 { low = middle } else { high = middle }
      }
      return high
    }

    /// The times, at most one here, at which the best noise crosses a limit.
    func crossings(_ limit: Double) -> [Double] {
      let excess = { (t: Double) in A(t) - limit * limit * C(t) }
      guard excess(0) * excess(1) < 0 else { return [] }
      var (low, high) = (0.0, 1.0)
      for _ in 0..<60 {
        let middle = (low + high) / 2
        if excess(middle) * excess(0) > 0 { low = middle } else { high = middle }
      }
      return [high]
    }
  }

  /// A model of the line between a normal law and two points, with errors that are waves in space.
  ///
  /// `x_t = (1 - t) x_0 + t x_1`, `x_0 ~ N(0, 1)`, `x_1` one of two points. The errors `(b_0 + b_1 t) sin(x - 1/2)` and
  /// `(s_0 + s_1 t) cos(x - 7/4)` make the velocity worse in time and the score better, or the other way round; both are
  /// large at about the same places, so that most of their scatter is common.
  struct SimulatedLosses: Sendable, CustomStringConvertible {
    let b: (Double, Double)
    let s: (Double, Double)
    let points = [-1.0, 2]
    let weights = [0.375, 0.625]

    static let all = [
      SimulatedLosses(b: (0.5, 1), s: (1.5, -0.75)), SimulatedLosses(b: (1, -0.5), s: (0.5, 1.25)),
    ]

    var description: String {
      "velocity error (\(b.0.brief) + \(b.1.brief) t) sin(x - 1/2), score error (\(s.0.brief) + \(s.1.brief) t) cos(x - 7/4)"
    }

    /// A time, uniform unless given, and the position then.
    func sample(_ draw: Draw, at time: Double? = nil) -> (t: Variate, x: Variate) {
      let t = time.map { Variate($0) } ?? draw.uniform()
      return (t, (1 - t) * draw.normal() + t * draw.choice(points, weights: weights))
    }

    /// Names for the losses at a random time and for the errors at a random place.
    @Lines<Variate>
    func names(_ draw: Draw) -> [Line<Variate>] {
      let (t, x) = sample(draw)
      Let(#"\delta b"#, velocityError(t, x))
      Let(#"\delta s"#, scoreError(t, x))
      Let("A", by: "characteristic function of x_t") { A(t) }
      Let("C", by: "characteristic function of x_t") { C(t) }
      Let(#"\varepsilon^*"#, #"\sqrt{A/C}"#)
      Let(#"\bar A"#, by: "quadrature") { Variate(Quadrature.interval(0...1) { A($0) }.value) }
      Let(#"\bar C"#, by: "quadrature") { Variate(Quadrature.interval(0...1) { C($0) }.value) }
    }

    func velocityError<S: Elementary>(_ t: S, _ x: S) -> S { (S(b.0) + S(b.1) * t) * S.sin(x - S(0.5)) }
    func scoreError<S: Elementary>(_ t: S, _ x: S) -> S { (S(s.0) + S(s.1) * t) * S.cos(x - S(1.75)) }

    /// The velocity's loss, from the characteristic function of `x_t`.
    func A<S: Elementary>(_ t: S) -> S { (S(b.0) + S(b.1) * t).squared * (1 - meanCosine(t, phase: -1)) / 4 }
    /// The score's loss, from the characteristic function of `x_t`.
    func C<S: Elementary>(_ t: S) -> S {
      (S(s.0) + S(s.1) * t).squared * (1 + meanCosine(t, phase: -3.5)) / 4
    }

    /// The largest of the best noises, over a grid of times.
    var greatestNoise: Double {
      (0...256).map { Double($0) / 256 }.map { A($0) / C($0) }.max()!.squareRoot()
    }

    /// The mean of `cos(2 x_t + phase)`.
    private func meanCosine<S: Elementary>(_ t: S, phase: Double) -> S {
      let wave = zip(points, weights).reduce(0 as S) {
        $0 + S($1.1) * S.cos(2 * t * S($1.0) + S(phase))
      }
      return S.exp(-2 * (1 - t).squared) * wave
    }
  }

  /// The integral over times from 0 to 1 of a smooth function, enclosed with its derivative in a parameter.
  ///
  /// The midpoint rule with its remainder `h^3 f'' / 24`, the second derivative enclosed over each piece. The remainder's
  /// derivative in the parameter encloses that of the integral, whose integrand has a midpoint rule of its own.
  static func enclosedIntegral(
    pieces: Int, _ f: @escaping (Dual<Dual<Dual<Interval>>>) -> Dual<Dual<Dual<Interval>>>
  ) -> Dual<Interval> {
    let h = 1 / Interval(pieces)
    let value = { (t: Interval) in
      f(Dual(Dual(variable: Dual(constant: t)), derivative: Dual(constant: 1)))
    }
    return (0..<pieces).reduce(0 as Dual<Interval>) { sum, k in
      let (low, high) = (Interval(k) * h, Interval(k + 1) * h)
      let middle = value((low + high) / 2).value.value
      let curvature = value(low.hull(high)).derivative.derivative
      return sum + Dual(constant: h) * middle + Dual(constant: h * h * h / 24) * curvature
    }
  }
}
