import Arithmetic
import Probability
import Transport

/// The cases of Problem 3: couplings that are not products, strengths off one, and ends that are point masses.
extension HomeworkII {
  enum Bridge {
    /// Independent mixtures on the line.
    static func independentLine() throws -> BridgeMixture {
      let laws = { (parts: [(Double, Double, Double)]) in
        try GaussianMixture(parts.map { ($0, try Gaussian(mean: [$1], covariance: [[$2]])) })
      }
      return try BridgeMixture(
        "independent mixtures", a: 0.75, from: laws([(0.375, -1, 0.5), (0.625, 0.75, 0.25)]),
        to: laws([(0.25, 2, 0.75), (0.75, -0.5, 0.375)]))
    }

    /// Ends on the line that depend on each other by their components and within them.
    static func dependentLine() throws -> BridgeMixture {
      try BridgeMixture(
        "coupled mixtures", a: 0.75,
        [
          (0.375, [-1, 2], [[0.5, 0.25], [0.25, 0.75]]),
          (0.625, [0.75, -0.5], [[0.25, -0.125], [-0.125, 0.375]]),
        ])
    }

    /// Ends in the plane that depend on each other.
    static func dependentPlane() throws -> BridgeMixture {
      let shared = [
        [0.75, 0.125, 0.25, 0], [0.125, 0.5, -0.125, 0.25], [0.25, -0.125, 1, 0.25], [0, 0.25, 0.25, 0.625],
      ]
      return try BridgeMixture(
        "coupled mixtures", a: 1.5,
        [
          (0.5, [-1, 0.5, 1.5, 1], shared),
          (0.5, [0.75, -0.25, -0.5, 0.25], Matrix(shared).transpose.map { $0 / 2 }.rowsOfEntries),
        ])
    }

    /// Two points at the start, normal laws at the end.
    static func pointMasses() throws -> BridgeMixture {
      try BridgeMixture(
        "point masses at the start", a: 1.25,
        [(0.5, [-0.75, 1], [[0, 0], [0, 0.5]]), (0.5, [0.5, -1.5], [[0, 0], [0, 1]])])
    }

    /// Normal laws at the start, two points at the end.
    static func pointMassesAtTheEnd() throws -> BridgeMixture {
      try BridgeMixture(
        "point masses at the end", a: 1.25,
        [(0.5, [1, -0.75], [[0.5, 0], [0, 0]]), (0.5, [-1.5, 0.5], [[1, 0], [0, 0]])])
    }
  }

  /// A mixture on the line looked at in one instant, at one point.
  struct Instant: Sendable, CustomStringConvertible {
    let mixture: BridgeMixture
    let time: Double
    let x: Double
    var description: String { "\(mixture), t = \(time.brief), x = \(x.brief)" }
  }

  /// A mixture looked at at its ends, at one point.
  struct Ends: Sendable, CustomStringConvertible {
    let mixture: BridgeMixture
    let x: [Double]
    var point: Vector<Interval> { Vector(x.map { Interval($0) }) }
    var description: String { "\(mixture), x = \(x.map(\.brief).joined(separator: ", "))" }

    /// What the velocity at distance `h` from an end differs by from the end's.
    ///
    /// Enclosed by the mean value theorem, with the derivative on the whole way from the end: no difference of
    /// neighbouring values is taken, so the relative width is that of `h` itself.
    func departure(from end: End, _ h: Interval) -> Vector<Interval> {
      let way = Interval(0...h.upper)
      let slope = mixture.velocity(
        at: Dual(variable: end == .start ? way : 1 - way), point.map { Dual(constant: $0) }
      ).map(\.derivative)
      return (end == .start ? h : -h) * slope
    }
  }

  /// Coupled endpoints in the plane that are sampled, and of whose interpolant no closed form is used.
  struct CoupledEnds: Sendable, CustomStringConvertible {
    let a: Double
    let time: Double
    var description: String { "coupled endpoints, a = \(a.brief), t = \(time.brief)" }

    /// Discrete endpoints, the end about twice the start.
    func discrete(_ draw: Draw) -> (Vector<Variate>, Vector<Variate>) {
      let x0 = Vector([
        draw.choice([-1, 0.5, 1.25], weights: [0.25, 0.5, 0.25]),
        draw.choice([-1.5, 1], weights: [0.375, 0.625]),
      ])
      let noise = Vector([
        draw.choice([-0.5, 1], weights: [0.5, 0.5]), draw.choice([-0.75, 0.25], weights: [0.25, 0.75]),
      ])
      return (x0, Variate(2.5) * x0 + noise)
    }

    /// Endpoints with smooth positive densities: a normal start, and an end that is a bounded function of it with
    /// normal noise of variance one quarter.
    func smooth(_ draw: Draw) -> (Vector<Variate>, Vector<Variate>) {
      let (x0, noise) = (Variate(0.75) * draw.normal(2), draw.normal(2))
      let bounded = Vector([Variate(1.5) + Variate.sin(2 * x0[0]), Variate(-1.25) - Variate.sin(2 * x0[1])])
      return (x0, bounded + Variate(0.5) * noise)
    }
  }
}

extension BridgeMixture {
  /// The expectation of `x_0`.
  var meanAtTheStart: Vector<Interval> { expectation { $0.start.mean } }
  /// The expectation of `x_1`.
  var meanAtTheEnd: Vector<Interval> { expectation { $0.end.mean } }

  private func expectation(_ mean: (BridgeInterpolant<Interval>) -> Vector<Interval>) -> Vector<Interval> {
    zip(weights, components(Interval.self)).reduce(.zero(dimension)) { $0 + Interval($1.0) * mean($1.1) }
  }

  /// The conditional expectation `E[z | x_t = x]`, from the components' scores.
  func latentMean(at t: Interval, _ x: Vector<Interval>) -> Vector<Interval> {
    let (law, schedule) = (law(at: t), Interval.sqrt(Interval(a) * t * (1 - t)))
    return zip(law.responsibilities(x), law.components).reduce(.zero(dimension)) {
      $0 - schedule * $1.0 * $1.1.score(x)
    }
  }

  /// The conditional expectation `E[(1 - t) x_0 + t x_1 | x_t = x]`, close to `x` next to an end.
  func path(at t: Double, _ x: Vector<Double>) -> Vector<Double> {
    let law = law(at: t)
    return zip(law.responsibilities(x), components(Double.self)).reduce(.zero(dimension)) { sum, part in
      let noise = part.1.squaredSchedule(at: t)
      return sum + part.0 * (x + noise * part.1.score(at: t, x))
    }
  }
}
