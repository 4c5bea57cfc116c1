import Identities
import Testing
import TruthValues

/// Homework II, Problem 3: endpoint velocity with a singular latent schedule.
@Suite struct Problem3Tests {
  @Test("velocities inside and at the ends reproduce the true values and reject the wrong ones")
  func independentMixtures() throws {
    let truth = try TruthCase("T.II.3.indep.x0.25")
    let model = try BridgeMixture(
      "T.II.3.indep.x0.25", a: truth.input("a")[0], from: mixture(truth.input("p0")),
      to: mixture(truth.input("p1")))
    let (x, t) = (try truth.input("x"), try truth.input("t_interior")[0])
    let point = Vector(x)
    let score = { (t: Double) in
      gradient(at: point) { model.law(at: Dual(constant: t)).logDensity($0) }.components
    }
    let (b0, b1) = (try model.checkedVelocity(at: 0, x), try model.checkedVelocity(at: 1, x))
    try truth.accept(b0, for: "b0")
    try truth.accept(b1, for: "b1")
    try truth.accept(model.endMean(givenStart: point).components, for: "E_x1_given_x0")
    try truth.accept(model.startMean(givenEnd: point).components, for: "E_x0_given_x1")
    try truth.accept(score(0), for: "score0")
    try truth.accept(score(1), for: "score1")
    try truth.accept(model.displacement(at: t, point).components, for: "v_at_quarter")
    try truth.accept(score(t), for: "score_at_quarter")
    try truth.accept(model.checkedVelocity(at: t, x), for: "b_at_quarter")
    let product = model.components(Double.self)[0].scheduleTimesSlope(at: t)
    try truth.accept([product], for: "gamma_gammadot_at_quarter")
    for wrong in ["b0_plus", "b0_full_a", "b0_no_score"] { try truth.reject(wrong, where: b0) }
    try truth.reject("b1_minus", where: b1)
  }

  @Test("at a point mass the velocity blows up as it truly does, and the end itself is refused")
  func pointMass() throws {
    let truth = try TruthCase("T.II.3.pointmass")
    let model = try BridgeMixture(
      "T.II.3.pointmass", a: truth.input("a")[0], [(1, [0, 0], [[0, 0], [0, 1]])])
    let (x, times) = (try truth.input("x"), try truth.input("t"))
    let velocities = try times.map { try model.checkedVelocity(at: $0, x)[0] }
    try truth.accept(velocities, for: "b")
    try truth.accept(zip(times, velocities).map { $1 * 2 * $0 / x[0] }, for: "b_times_2t_over_x")
    let refusal = #expect(throws: InvalidArgument.self) { try model.checkedVelocity(at: 0, x) }
    #expect(refusal?.argument == "t")
  }

  @Test("next to an end the velocity has as many digits as far from it", arguments: [1e-12, 1e-9, 1e-300])
  func nextToAnEnd(t: Double) throws {
    let model = try independent
    let x = Vector([0.25])
    let enclosed = model.velocity(at: Interval(t), x.map { Interval($0) })[0]
    let value = model.velocity(at: t, x)[0]
    // The enclosure holds every rounding of the formula, so the number is in it.
    #expect(enclosed.lower <= value && value <= enclosed.upper)
    #expect(enclosed.radius <= digits * value.magnitude)
    // The limit is as far away as the time by a slope, enclosed from the end to the time.
    let limit = model.velocity(at: 0, x.map { Interval($0) })[0]
    let slope = model.velocity(at: Dual(variable: Interval(0...t)), x.map { Dual(constant: Interval($0)) })[0]
    let reach = t * slope.derivative.magnitude + enclosed.radius + limit.radius
    #expect((value - limit.midpoint).magnitude <= reach)
    #expect(try model.checkedVelocity(at: t, [0.25]) == [value])
  }

  /// The precision that a numerical check has where none is given.
  private var digits: Double { Numerical("any", cases: [1]) { x in Step("any") { Interval(x) } }.precision }

  @Test("wrong arguments are named")
  func refusals() throws {
    let model = try independent
    for t in [-0.25, 1.5, .nan] {
      let refusal = #expect(throws: InvalidArgument.self) { try model.checkedVelocity(at: t, [0.25]) }
      #expect(refusal?.argument == "t")
    }
    #expect(throws: InvalidArgument.self) { try model.checkedVelocity(at: 0.5, [0.25, 1]) }
    #expect(throws: InvalidArgument.self) { try model.checkedVelocity(at: 0.5, [.nan]) }
    let identity = [[1.0, 0], [0, 1]]
    for a in [0, -1, .infinity, .nan] {
      let refusal = #expect(throws: InvalidArgument.self) {
        try BridgeMixture("a", a: a, [(1, [0, 0], identity)])
      }
      #expect(refusal?.argument == "a")
    }
    #expect(throws: InvalidArgument.self) { try BridgeMixture("weights", a: 1, [(0.5, [0, 0], identity)]) }
    #expect(throws: InvalidArgument.self) { try BridgeMixture("no parts", a: 1, []) }
    #expect(throws: InvalidArgument.self) { try BridgeMixture("odd", a: 1, [(1, [0], [[1]])]) }
    #expect(throws: InvalidArgument.self) {
      try BridgeMixture("not symmetric", a: 1, [(1, [0, 0], [[1, 0.5], [0.25, 1]])])
    }
  }

  @Test("extrapolation finds limits and orders within its own error")
  func extrapolation() {
    let limit = Extrapolation.limit { (Interval.exp($0) - 1) / $0 }
    #expect((limit.value - 1).magnitude <= limit.error)
    #expect(limit.error < digits)
    let order = Extrapolation.order(of: { $0.power(3) * Interval.exp($0) }, to: 0)
    #expect((order.value - 3).magnitude <= order.error)
    #expect(order.error < digits)
  }

  private var independent: BridgeMixture {
    get throws {
      let truth = try TruthCase("T.II.3.indep.x0.25")
      return try BridgeMixture(
        "mixtures", a: 0.75, from: mixture(truth.input("p0")), to: mixture(truth.input("p1")))
    }
  }

  /// A mixture on the line from its weights, means and variances in reading order.
  private func mixture(_ numbers: [Double]) throws -> GaussianMixture<Double> {
    try GaussianMixture(
      stride(from: 0, to: numbers.count, by: 3).map { k in
        (numbers[k], try Gaussian(mean: [numbers[k + 1]], covariance: [[numbers[k + 2]]]))
      })
  }
}
