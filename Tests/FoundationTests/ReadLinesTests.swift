import Formulas
import Testing

@testable import Identities
@testable import Verification

/// Lines that have their values from their texts: what is refused, what is refuted, and what mutation finds.
@Suite("Lines that are read")
struct ReadLinesTests {
  private func quadratic(_ right: String, dimensions: [Int] = [1, 2, 3]) -> Identity {
    Identity("quadratic", "Gradient of a quadratic form", #"\nabla(x^\top A x) = (A + A^\top) x"#) {
      Derivation {
        Step(#"\nabla(x^\top A x)"#)
        Step(right, because: "the product rule")
        Rival("2 A x", "as if A were symmetric")
      }
      Exact("any matrix", dimensions: dimensions) { symbols, d in
        Let("x", symbols.vector(d, "x"))
        Let("A", symbols.matrix(d, "A"))
      }
    }
  }

  @Test func aRightLineIsVerifiedAndTied() async throws {
    let result = try await quadratic(#"(A + A^\top) x"#).verify()
    #expect(result.statementTie == .tied)
    #expect(result.checks.allSatisfy { $0.lines.allSatisfy(\.isRead) })
  }

  @Test func aTurnedSignInTheTextIsRefuted() async throws {
    let result = try await Verifier().verify(quadratic(#"(A - A^\top) x"#))
    #expect(result.verdict == .refuted)
    #expect(result.counterexample?.line == #"(A - A^\top) x"#)
  }

  @Test(arguments: [
    ("(A + B) x", "B is not declared"), (#"(A + A^\top) x \cdot x"#, "a number"), ("A + x", "plus"),
    ("x A", "times"),
    (#"\sin x"#, "sin of a vector"),
  ])
  func whatDoesNotFitIsRefusedBeforeANumberIsDrawn(text: String, reason: String) async throws {
    let result = try await Verifier().verify(quadratic(text))
    #expect(result.verdict == .inconclusive)
    #expect(result.complaints.contains { $0.contains(reason) }, "\(result.complaints)")
  }

  @Test func everyMutantIsRefutedOrEquivalent() async throws {
    let mutation = try await Verifier().mutate(quadratic(#"(A + A^\top) x"#))
    #expect(mutation.all.count > 10)
    #expect(mutation.mutants(.surviving).isEmpty, "\(mutation.mutants(.surviving))")
  }

  /// In one dimension a transpose shows nowhere: mutation must find that hole.
  @Test func mutationFindsAPlantedHole() async throws {
    let identity = Identity("hole", "A check in one dimension", "A x = A x + 0") {
      Numerical("one number", cases: [0.5]) { x in
        Let("x", Interval(x))
        Let("a", Interval(2))
        Step("a x")
        Step("x + x", because: "a = 2")
        Rival("x", "half of it")
      }
    }
    let mutation = try await Verifier().mutate(identity)
    #expect(!mutation.mutants(.refuted).isEmpty)
    let survivors = mutation.mutants(.surviving)
    #expect(survivors.isEmpty, "\(survivors)")
    let blind = Identity("blind", "A check that cannot tell t from 1 - t", "t(1-t) = t - t^2") {
      Numerical("the middle alone", cases: [0.5]) { t in
        Let("t", Interval(t))
        Step("t(1-t)")
        Step("t - t^2")
        Rival("t", "a term dropped")
      }
    }
    let found = try await Verifier().mutate(blind)
    #expect(found.mutants(.surviving).contains { $0.mistake == "1 - t for t" }, "\(found.all)")
  }

  @Test func expectationsAreNotMultiplied() async throws {
    let identity = Identity("square", "A square of an expectation", #"(\mathbb{E}X)^2 = 1"#) {
      Statistical("samples of one draw", cases: [1.0]) { shift, draw in
        Let("X", Variate(shift) + draw.normal())
        Step(#"(\mathbb{E}X)^2"#)
        Step("1")
        Rival("2", "twice")
      }
    }
    let result = try await Verifier().verify(identity)
    #expect(result.verdict == .inconclusive)
    #expect(
      result.complaints.contains { $0.contains("not linear in its expectations") }, "\(result.complaints)")
  }

  @Test func aRandomVariableOutsideOfAnExpectationIsRefused() async throws {
    let identity = Identity("outside", "A random variable is no number", #"X = \mathbb{E}X"#) {
      Statistical("samples", cases: [1.0]) { shift, draw in
        Let("X", Variate(shift) + draw.normal())
        Step("X")
        Step(#"\mathbb{E}X"#)
        Rival("2", "twice")
      }
    }
    let result = try await Verifier().verify(identity)
    #expect(result.verdict == .inconclusive)
    #expect(
      result.complaints.contains { $0.contains("outside of every expectation") }, "\(result.complaints)")
  }

  /// `gamma` bound at one time is a constant; its derivative would silently be zero.
  @Test func aDerivativeOfAValueIsRefused() async throws {
    let identity = Identity("frozen", "A derivative of a value", #"\dot\gamma = 0"#) {
      Exact("values", dimensions: [1]) { symbols, _ in
        Let("t", symbols.scalar("t"))
        Let(#"\gamma(t)"#, symbols.scalar("gamma"))
        Step(#"\dot\gamma"#)
        Step("0")
        Rival("1", "one")
      }
    }
    let result = try await Verifier().verify(identity)
    #expect(result.verdict == .inconclusive)
    #expect(result.complaints.contains { $0.contains("bound at one t alone") }, "\(result.complaints)")
  }

  /// The score of a sum of a discrete and a normal variable, and the continuity equation, by their weak forms alone.
  @Test func scoreAndContinuityAreReadWeakly() async throws {
    func identity(_ score: String, _ flow: String) -> Identity {
      Identity("weak", "Weak readings", #"\nabla\log\rho = -\gamma^{-1}\mathbb{E}[z\mid x_t=x]"#) {
        Statistical("score", cases: [0.25]) { t, draw in
          names(t, draw)
          Step(#"\nabla\log\rho(t,x)"#)
          Step(score)
          Rival(#"\gamma^{-1}\mathbb{E}[z\mid x_t=x]"#, "sign")
        }
        Statistical("continuity equation", cases: [0.25]) { t, draw in
          names(t, draw)
          Step(#"\partial_t\rho"#)
          Step(flow)
          Rival(#"\nabla\cdot(\rho\,\mathbb{E}[\dot x_t\mid x_t=x])"#, "sign")
        }
      }
    }
    try await identity(
      #"-\gamma^{-1}\mathbb{E}[z\mid x_t=x]"#, #"-\nabla\cdot(\rho\,\mathbb{E}[\dot x_t\mid x_t=x])"#
    ).verify()
    let wrong = try await Verifier().verify(
      identity(#"-2\gamma^{-1}\mathbb{E}[z\mid x_t=x]"#, #"-\nabla\cdot(\rho\,\mathbb{E}[x_t\mid x_t=x])"#))
    #expect(wrong.checks.allSatisfy { $0.verdict == .refuted }, "\(wrong.complaints)")
  }

  @Lines<Variate>
  private func names(_ t: Double, _ draw: Draw) -> [Line<Variate>] {
    let x0 = draw.choice([-1, 1], weights: [0.5, 0.5])
    let z = draw.normal()
    Let("t", t)
    Let("x_0", x0)
    Let("z", z)
    Let(#"\gamma(t)"#, #"1 + t"#)
    Let("x_t", #"(1 - 2t) x_0 + \gamma(t) z + 2t"#)
    Let("x", 0.5)
    Let(#"\rho(t,x)"#, densityOf: "x_t")
  }
}
