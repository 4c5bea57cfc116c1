import Identities
import Testing
import TruthValues

/// Homework II, Problem 1: anisotropic stochastic interpolants.
@Suite struct Problem1Tests {
  @Test("closed forms on the line reproduce the true values and reject the wrong ones")
  func mixturesOnTheLine() throws {
    let truth = try TruthCase("T.II.1.mix1d.a")
    let t = try truth.input("t")[0]
    let interpolant = try AnisotropicInterpolant(
      "T.II.1.mix1d.a", from: mixture(truth.input("p0"), dimension: 1),
      to: mixture(truth.input("p1"), dimension: 1),
      B0: Matrix([[1.5]]), B1: Matrix([[0.75]]), time: t)
    let x = Vector(try truth.input("x"))
    let model = interpolant.model(Double.self)
    let score = gradient(at: x, of: interpolant.model(Dual<Double>.self).present.logDensity).components
    let velocity = model.velocity(x).components
    try truth.accept([model.present.density(x)], for: "rho")
    try truth.accept(model.latentMean(given: x).components, for: "Ez")
    try truth.accept(score, for: "score")
    try truth.accept(velocity, for: "b")
    try truth.reject("score_plus_sign", where: score)
    try truth.reject("score_times_A", where: score)
    try truth.reject("b_without_Adot_term", where: velocity)
    try truth.reject("b_with_A_instead_of_Adot", where: velocity)
  }

  @Test("closed forms in the plane reproduce the true values and reject the wrong ones")
  func mixturesInThePlane() throws {
    let truth = try TruthCase("T.II.1.mix2d.a")
    let interpolant = try AnisotropicInterpolant(
      "T.II.1.mix2d.a", from: mixture(truth.input("p0"), dimension: 2),
      to: mixture(truth.input("p1"), dimension: 2),
      B0: matrix(truth.input("B0")), B1: matrix(truth.input("B1")), time: truth.input("t")[0])
    let x = Vector(try truth.input("x"))
    let model = interpolant.model(Double.self)
    let score = gradient(at: x, of: interpolant.model(Dual<Double>.self).present.logDensity).components
    let velocity = model.velocity(x).components
    try truth.accept(interpolant.A(interpolant.time).entries, for: "A")
    try truth.accept(interpolant.A(Dual(variable: interpolant.time)).map(\.derivative).entries, for: "Adot")
    try truth.accept([model.present.density(x)], for: "rho")
    try truth.accept(model.latentMean(given: x).components, for: "Ez")
    try truth.accept(score, for: "score")
    try truth.accept(velocity, for: "b")
    for wrong in ["score_with_A_inverse", "score_with_AAT_inverse", "score_with_A"] {
      try truth.reject(wrong, where: score)
    }
    for wrong in ["b_with_A_for_Adot", "b_with_AdotT"] { try truth.reject(wrong, where: velocity) }
  }

  @Test("the minimum of the denoiser objective is the true one")
  func minimum() throws {
    let truth = try TruthCase("T.II.1d.minimum")
    let interpolant = try AnisotropicInterpolant(
      "T.II.1d.minimum", from: mixture(truth.input("p0"), dimension: 1),
      to: mixture(truth.input("p1"), dimension: 1),
      B0: Matrix([[1.5]]), B1: Matrix([[0.75]]), time: truth.input("t")[0])
    let model = interpolant.model(Double.self)
    let explained = Quadrature.interval(-12...12) { x in
      model.latentMean(given: Vector([x])).squaredNorm * model.present.density(Vector([x]))
    }.value
    try truth.accept([explained], for: "E_eta_squared")
    try truth.accept([1 - explained], for: "min_objective1")
    try truth.accept([-explained / 2], for: "min_objective2")
  }

  @Test("wrong times, dimensions and singular schedules are named")
  func refusals() throws {
    let law = try mixture([1, 0, 0, 1, 0, 0, 1], dimension: 2)
    let make = { (B0: Matrix<Double>, time: Double) in
      try AnisotropicInterpolant("any", from: law, to: law, B0: B0, B1: .zero(2, 2), time: time)
    }
    for time in [0, 1, -0.5, .nan] {
      let refusal = #expect(throws: InvalidArgument.self) { try make(.identity(2), time) }
      #expect(refusal?.argument == "time")
    }
    let singular = #expect(throws: InvalidArgument.self) { try make(Matrix([[1, 2], [2, 4]]), 0.25) }
    #expect(singular?.argument == "A(0.25)")
    let vanishing = #expect(throws: InvalidArgument.self) { try make(.zero(2, 2), 0.25) }
    #expect(vanishing?.argument == "A(0.25)")
    #expect(throws: InvalidArgument.self) { try make(.identity(3), 0.25) }
  }

  /// A mixture from its weights, means and covariances in reading order.
  private func mixture(_ numbers: [Double], dimension d: Int) throws -> GaussianMixture<Double> {
    let size = 1 + d + d * d
    return try GaussianMixture(
      stride(from: 0, to: numbers.count, by: size).map { k in
        let law = try Gaussian(
          mean: Array(numbers[(k + 1)..<(k + 1 + d)]),
          covariance: matrix(Array(numbers[(k + 1 + d)..<(k + size)]), rows: d).rowsOfEntries)
        return (numbers[k], law)
      })
  }

  private func matrix(_ entries: [Double], rows: Int = 2) -> Matrix<Double> {
    let columns = entries.count / rows
    return Matrix(rows: rows, columns: columns) { entries[$0 * columns + $1] }
  }
}
