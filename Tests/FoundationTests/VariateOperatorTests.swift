import Testing

@testable import Arithmetic
@testable import Probability
@testable import Verification

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

  /// Literals, numbers and variables in one expression: it has a single reading, and the right one.
  @Test func expressionsHaveOneReading() {
    let (z, t) = (z, 0.25)
    let v = Vector([z, 2 * z])
    let first = (1 - t) * z + t * (2 * z - 1)
    let second = (t + 1) * z / 2 - t * 2 * z + (1 / t * z - 2 * t * z)
    let third = 0.5 * (1 - t) * z + z * t + 3 * z - z / t + 1
    let fourth = ((1 - t) * v + t * v)[0] + (1 - t - z)
    for (i, x) in z.samples.enumerated() {
      #expect(first.samples[i] == 0.75 * x + 0.25 * (2 * x - 1))
      #expect(second.samples[i] == 1.25 * x / 2 - 0.5 * x + (4 * x - 0.5 * x))
      #expect(third.samples[i] == 0.375 * x + x * 0.25 + 3 * x - x / 0.25 + 1)
      #expect(fourth.samples[i] == 0.75 * x + 0.25 * x + (0.75 - x))
    }
  }

  @Test func vectorsAndMatricesToo() {
    let (z, A) = (Vector([z, 2 * z]), Matrix([[1.0, 0.5], [0.25, -2.0]]))
    #expect((A * z)[0].samples == z[0].samples.map { $0 + 0.5 * (2 * $0) })
    #expect((0.5 * z)[1].samples == z[0].samples && (z / 2.0)[1].samples == z[0].samples)
  }

  /// A sum in its place has the digits of a sum, and changes no other variable that shares its samples.
  @Test func sumsInPlace() {
    let (z, one, half) = (z, Variate(1), Variate(0.5))
    let terms: [(Variate, Variate)] = [(z, z), (half, z), (z, half), (half, half), (0, z), (z, 0), (one, z)]
    for start in [z, half, 0] {
      for (a, b) in terms {
        var sum = start
        sum.add(a, times: b)
        #expect(sum.samples == (start + a * b).samples)
        sum += a
        #expect(sum.samples == (start + a * b + a).samples)
      }
    }
    #expect(z.samples == self.z.samples)
    var double = z
    double += double
    #expect(double.samples == z.samples.map { 2 * $0 } && z.samples == self.z.samples)
  }

  @Test func sineAndCosineTogether() {
    for x in [z, Variate(0.75)] {
      let (sine, cosine) = Variate.sineAndCosine(x)
      #expect(sine.samples == Variate.sin(x).samples && cosine.samples == Variate.cos(x).samples)
      let wave = Wave([0.5, -0.25], phase: 0.125)
      let (value, gradient) = wave.valueAndGradient(Vector([x, 2 * x]))
      #expect(value.samples == wave(Vector([x, 2 * x])).samples)
      #expect(gradient[1].samples == wave.gradient(Vector([x, 2 * x]))[1].samples)
    }
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
