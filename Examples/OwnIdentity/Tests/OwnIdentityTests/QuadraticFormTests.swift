import Identities
import Testing

/// The gradient of a quadratic form, for every matrix at once.
@Test func gradientOfAQuadraticForm() async throws {
  try await Identity(
    "quadratic-form", "Gradient of a quadratic form", #"\nabla \tfrac12 x^\top A x = \tfrac12 (A + A^\top) x"#
  ) {
    Exact { symbols, d in
      let (A, x) = (symbols.matrix(d, "A"), symbols.vector(d, "x"))
      Step(#"\nabla \tfrac12 x^\top A x"#) { gradient(at: x) { x in x.dot(A.constant * x) / 2 } }
      Step(#"\tfrac12 (A + A^\top) x"#, because: "the product rule") { (A + A.transpose) * x / 2 }
      Rival(#"A x"#, "as if A were symmetric") { A * x }
      Restatement(#"\tfrac12 A x + \tfrac12 (x^\top A)^\top"#) { A * x / 2 + A.transpose * x / 2 }
    }
  }.verify()
}
