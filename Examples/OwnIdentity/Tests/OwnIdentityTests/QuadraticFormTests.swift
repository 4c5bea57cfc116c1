import Identities
import Testing

/// The gradient of a quadratic form, for every matrix at once.
@Test func gradientOfAQuadraticForm() async throws {
  try await Identity(
    "quadratic-form", "Gradient of a quadratic form",
    #"\nabla(\tfrac12 x^\top A x) = \tfrac12 (A + A^\top) x"#
  ) {
    Exact { symbols, d in
      Let("x", symbols.vector(d, "x"))
      Let("A", symbols.matrix(d, "A"))
      Step(#"\nabla(\tfrac12 x^\top A x)"#)
      Step(#"\tfrac12 (A + A^\top) x"#, because: "the product rule")
      Rival("A x", "as if A were symmetric")
      Restatement(#"\tfrac12 A x + \tfrac12 (x^\top A)^\top"#)
    }
  }.verify()
}
