import Identities
import Testing

/// Stein's identity, with `formula` in the place of its right side's factor.
func stein(times formula: String, _ factor: @escaping @Sendable (Double) -> Double) -> Identity {
  Identity(
    "stein", "Stein's identity", #"\mathbb{E}[(X-\mu) f(X)] = \sigma^2\,\mathbb{E}[f'(X)]"#,
    assuming: [#"$X \sim N(\mu, \sigma^2)$"#], source: "C. Stein, Annals of Statistics 9 (1981), Lemma 1"
  ) {
    Exact("quadratic f", dimensions: [1]) { symbols, _ in
      // For a polynomial of degree three the normal law may be replaced by two points with the same moments.
      let (mu, sigma, p, q) = (symbols.scalar(), symbols.scalar(), symbols.scalar(), symbols.scalar())
      let mean = { (g: (Symbol) -> Symbol) in (g(mu + sigma) + g(mu - sigma)) / 2 }
      let f = { (x: Dual<Symbol>) in Dual(constant: p) * x * x + Dual(constant: q) * x }
      Step(#"\mathbb{E}[(X-\mu) f(X)], \quad f(x) = px^2 + qx"#) {
        mean { x in (x - mu) * f(Dual(constant: x)).value }
      }
      Step(#"\sigma^2\,\mathbb{E}[f'(X)]"#, because: "integration by parts") {
        sigma * sigma * mean { x in derivative(at: x, of: f) }
      }
      Rival(#"\mathbb{E}[f'(X)]"#, "variance forgotten") { mean { x in derivative(at: x, of: f) } }
      Rival(#"\sigma^2 f'(0)"#, "mean forgotten") { sigma * sigma * derivative(at: 0, of: f) }
    }
    Statistical("simulation, f = sin", cases: [0.5, 1.5]) { sigma, draw in
      let noise = sigma * draw.normal()
      let x = 0.75 + noise
      Step(#"\mathbb{E}[(X-\mu) f(X)]"#) { noise * Variate.sin(x) }
      Step(formula, because: "integration by parts") { factor(sigma) * Variate.cos(x) }
      Rival(#"\mathbb{E}[f'(X)]"#, "variance forgotten") { Variate.cos(x) }
    }
  }
}

@Test func steinHolds() async throws {
  try await stein(times: #"\sigma^2\,\mathbb{E}[f'(X)]"#) { $0 * $0 }.verify()
}

@Test func standardDeviationInPlaceOfVarianceIsRefuted() async throws {
  let wrong = stein(times: #"\sigma\,\mathbb{E}[f'(X)]"#) { $0 }
  let result = try await Verifier().verify(wrong)
  #expect(result.verdict == .refuted)
  #expect(result.counterexample?.line == #"\sigma\,\mathbb{E}[f'(X)]"#)
}
