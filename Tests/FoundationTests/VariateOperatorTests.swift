import Testing

@testable import Identities

/// A number beside a random variable is a constant, whichever side it stands on.
@Suite struct VariateOperatorTests {
  /// One block of normal samples, the same at every call.
  private var z: Variate {
    Draw(RandomStream(seed: 1, identity: "operators", block: 0)).normal()
  }

  @Test func numbersAreConstants() {
    let (z, a) = (z, 0.75)
    #expect((a + z).samples == z.samples.map { 0.75 + $0 } && (z + a).samples == z.samples.map { $0 + 0.75 })
    #expect((a - z).samples == z.samples.map { 0.75 - $0 } && (z - a).samples == z.samples.map { $0 - 0.75 })
    #expect((a * z).samples == z.samples.map { 0.75 * $0 } && (z * a).samples == z.samples.map { $0 * 0.75 })
    #expect((a / z).samples == z.samples.map { 0.75 / $0 } && (z / a).samples == z.samples.map { $0 / 0.75 })
    #expect((0.75 * z).samples == (a * z).samples && (3 * z).samples == z.samples.map { 3 * $0 })
  }

  @Test func vectorsAndMatricesToo() {
    let (z, A) = (Vector([z, 2 * z]), Matrix([[1.0, 0.5], [0.25, -2.0]]))
    #expect((A * z)[0].samples == z[0].samples.map { $0 + 0.5 * (2 * $0) })
    #expect((0.5 * z)[1].samples == z[0].samples && (z / 2.0)[1].samples == z[0].samples)
  }

  /// `1 / 2` between parentheses is a half: an integer division would silently be zero.
  @Test func halvesAreHalves() {
    #expect(Variate(1 / 2).constant == 0.5)
    #expect(Interval(1 / 2).midpoint == 0.5 && Dual<Double>(1 / 4).value == 0.25)
    let three = 3
    #expect(Variate(three).constant == 3 && Interval(three).midpoint == 3)
  }

  /// The step of a simulated line may be a plain number.
  @Test func aNumberIsALine() async throws {
    let check = Statistical("a mean", cases: [0.5]) { mean, draw in
      Step("sampled") { mean + draw.normal() }
      Step("claimed") { mean }
      Rival("twice", "factor two") { 2 * mean }
    }
    let result = try await Synthetic.verifier().verify(Synthetic.identity { check })
    #expect(result.verdict == .verified, "\(result)")
  }
}
