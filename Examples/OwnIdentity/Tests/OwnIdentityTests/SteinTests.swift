import Identities
import Testing

/// Stein's identity, with `formula` in the place of its right side.
func stein(_ formula: String) -> Identity {
  Identity(
    "stein", "Stein's identity", #"\mathbb{E}[(X-\mu) f(X)] = \sigma^2\,\mathbb{E}[f'(X)]"#,
    assuming: [#"$X \sim N(\mu, \sigma^2)$"#], source: "C. Stein, Annals of Statistics 9 (1981), Lemma 1"
  ) {
    Derivation {
      Step(#"\mathbb{E}[(X-\mu) f(X)]"#)
      Step(formula, because: "integration by parts")
      Rival(#"\mathbb{E}[f'(X)]"#, "variance forgotten")
      Rival(#"-\sigma^2\,\mathbb{E}[f'(X)]"#, "sign")
    }
    Exact("quadratic f", dimensions: [1]) { symbols, _ in
      // For a polynomial of degree three the normal law may be replaced by two points with the same moments.
      let (mu, sigma, p, q) = (symbols.scalar(), symbols.scalar(), symbols.scalar(), symbols.scalar())
      let mean = { (g: (Symbol) -> Symbol) in (g(mu + sigma) + g(mu - sigma)) / 2 }
      Let(#"\sigma"#, sigma)
      Let(#"\mathbb{E}[(X-\mu) f(X)]"#, by: "the mean over two points, of f(x) = p x^2 + q x") {
        mean { x in (x - mu) * (p * x * x + q * x) }
      }
      Let(#"\mathbb{E}[f'(X)]"#, by: "the mean over two points") { mean { x in 2 * p * x + q } }
    }
    Statistical("simulation, f = sin", cases: [0.5, 1.5]) { sigma, draw in
      Let(#"\mu"#, 0.75)
      Let(#"\sigma"#, sigma)
      Let("X", 0.75 + sigma * draw.normal())
      Let("f(X)", #"\sin X"#)
    }
  }
}

@Test func steinHolds() async throws {
  try await stein(#"\sigma^2\,\mathbb{E}[f'(X)]"#).verify()
}

@Test func standardDeviationInPlaceOfVarianceIsRefuted() async throws {
  let result = try await Verifier().verify(stein(#"\sigma\,\mathbb{E}[f'(X)]"#))
  #expect(result.verdict == .refuted)
  #expect(result.counterexample?.line == #"\sigma\,\mathbb{E}[f'(X)]"#)
}
