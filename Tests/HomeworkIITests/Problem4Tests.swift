import HomeworkII
import Identities
import Testing
import TruthValues

/// Homework II, Problem 4: state-dependent diffusion coefficients.
@Suite struct Problem4Tests {
  @Test("the drift reproduces the true values and rejects the wrong ones")
  func stateDependent() throws {
    let truth = try TruthCase("T.II.4.state2d.a")
    let field = TruthField()
    let x = Vector(try truth.input("x"))
    let law = try mixture(truth.input("rho"))
    let score = gradient(at: x, of: law.map { Dual($0) }.logDensity)
    let b = TruthField.velocity(x)
    let terms = DiffusionDrift(at: x, velocity: b, score: score) { field.matrix(0, $0) }
    #expect(try field.validated(0.5, x).entries == field.matrix(0.5, x).entries)
    try truth.accept([law.density(x)], for: "rho")
    try truth.accept(score.components, for: "score")
    try truth.accept(law.score(x).components, for: "score")
    try truth.accept(terms.divergence.components, for: "div_A")
    try truth.accept(b.components, for: "b")
    try truth.accept(terms.drift.components, for: "bA")
    // The flux of the product, differentiated as a whole, is another route.
    let flux = rowDivergence(at: x) { law.map { Dual($0) }.density($0) * field.matrix(0, $0) }
    try truth.accept((b + flux / (2 * law.density(x))).components, for: "bA")
    for wrong in [
      "no_divergence", "divergence_without_half", "grad_trace_instead", "no_half_on_score", "minus",
    ] {
      try truth.reject(wrong, where: terms.drift.components)
    }
  }

  @Test("constant diffusion reproduces the true values")
  func constant() throws {
    let truth = try TruthCase("T.II.4b.constant")
    let x = Vector(try truth.input("x"))
    let (law, epsilon) = (try mixture(truth.input("rho")), try truth.input("eps")[0])
    let b = TruthField.velocity(x)
    let terms = DiffusionDrift(at: x, velocity: b, score: law.score(x)) { _ in
      Dual(2 * epsilon) * Matrix<Dual<Double>>.identity(2)
    }
    try truth.accept(terms.drift.components, for: "bA")
    try truth.accept((b + epsilon * law.score(x)).components, for: "bA")
    try truth.refuse((b + 2 * epsilon * law.score(x)).components, for: "bA")
    try truth.refuse((b - epsilon * law.score(x)).components, for: "bA")
  }

  @Test("a matrix that is no diffusion, or a time or point outside, is refused with a reason")
  func badInput() throws {
    #expect(throws: InvalidArgument.self) {
      try FixedField([[1, 0.5], [0.25, 1]]).validated(0.5, Vector([0, 0]))
    }
    #expect(throws: InvalidArgument.self) {
      try FixedField([[1, 2], [2, 1]]).validated(0.5, Vector([0, 0]))
    }
    #expect(throws: InvalidArgument.self) {
      try FixedField([[0, 1], [1, 0]]).validated(0.5, Vector([0, 0]))
    }
    #expect(throws: InvalidArgument.self) {
      try FixedField([[.nan, 0], [0, 1]]).validated(0.5, Vector([0, 0]))
    }
    #expect(throws: InvalidArgument.self) {
      try FixedField([[1, 0], [0, 1]]).validated(1, Vector([0, 0]))
    }
    #expect(throws: InvalidArgument.self) {
      try FixedField([[1, 0], [0, 1]]).validated(0, Vector([0, 0]))
    }
    #expect(throws: InvalidArgument.self) { try FixedField([[1, 0], [0, 1]]).validated(0.5, Vector([0])) }
    #expect(try FixedField([[1, 1], [1, 1]]).validated(0.5, Vector([0, 0])).entries == [1, 1, 1, 1])
    #expect(throws: InvalidArgument.self) {
      try StudentDiffusion(
        location: [0, 0], shape: [[1, 0], [0, 1]], freedom: 7, factor: [[1, 0], [0, 1]], rotation: 0,
        growth: 0)
    }
    #expect(throws: InvalidArgument.self) {
      try StudentDiffusion(
        location: [0, 0], shape: [[1, 0], [0, 1]], freedom: 8, factor: [[1, 0], [0, -1]], rotation: 0,
        growth: 0)
    }
    #expect(throws: InvalidArgument.self) {
      try ReciprocalGammaDiffusion(shape: 4, strength: 1, growth: 0)
    }
  }

  @Test("closed-form drifts are those that differentiation of the density gives")
  func closedForms() throws {
    let student = try StudentDiffusion(
      location: [1, -0.5], shape: [[2, 0.5], [0.5, 1]], freedom: 6, factor: [[1, 0.25], [0.25, 0.5]],
      rotation: 0.75, growth: 0.25)
    let (t, x) = (0.375, Vector([0.25, 0.75]))
    let terms = DiffusionDrift(
      at: x, velocity: student.rate * x, score: gradient(at: x) { student.exponent(t, $0) }
    ) { student.matrix(t, $0) }
    let difference = terms.drift - student.drift(t, x)
    #expect(difference.squaredNorm.squareRoot() <= 64 * Double.ulpOfOne)
    let root = student.noise(t, x)
    let excess = root * root.transpose - student.matrix(t, x)
    #expect(excess.entries.allSatisfy { $0.magnitude <= 16 * Double.ulpOfOne })
    let line = try ReciprocalGammaDiffusion(shape: 6, strength: 0.5, growth: 0.5)
    let y = Vector([0.75])
    let onTheLine = DiffusionDrift(
      at: y, velocity: 0.5 * y, score: gradient(at: y) { line.exponent(t, $0[0]) }
    ) { x in (Dual(0.5) * x[0]).squared * .identity(1) }
    #expect((onTheLine.drift[0] - line.drift(t, y)[0]).magnitude <= 64 * Double.ulpOfOne)
  }

  private func mixture(_ numbers: [Double]) throws -> GaussianMixture<Double> {
    try GaussianMixture(
      stride(from: 0, to: numbers.count, by: 7).map { k in
        let covariance = [Array(numbers[(k + 3)..<(k + 5)]), Array(numbers[(k + 5)..<(k + 7)])]
        return (numbers[k], try Gaussian(mean: Array(numbers[(k + 1)..<(k + 3)]), covariance: covariance))
      })
  }
}

/// The field and the velocity of the true values, which the file names by formula.
private struct TruthField: DiffusionField {
  let dimension = 2
  let description = "[[1+x^2, xy/2+1/4],[xy/2+1/4, 2+sin x+y^2]]"

  func matrix<S: Elementary>(_ t: S, _ x: Vector<S>) -> Matrix<S> {
    let mixed: S = x[0] * x[1] / 2 + 1 / 4
    return Matrix([[1 + x[0].squared, mixed], [mixed, 2 + S.sin(x[0]) + x[1].squared]])
  }

  static func velocity(_ x: Vector<Double>) -> Vector<Double> {
    Vector([x[0] - x[1] / 2, 0.25 + x[0] * x[1]])
  }
}

/// A field that is the same everywhere.
private struct FixedField: DiffusionField {
  let entries: [[Double]]
  let dimension = 2
  var description: String { "\(entries)" }

  init(_ entries: [[Double]]) { self.entries = entries }

  func matrix<S: Elementary>(_ t: S, _ x: Vector<S>) -> Matrix<S> { Matrix(entries).map { S($0) } }
}
