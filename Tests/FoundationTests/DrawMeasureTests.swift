import Arithmetic
import Foundation
import Testing

@testable import Probability
@testable import Verification

/// The ways out of sums that few samples carry: tilted laws, conditioning, exact moments.
@Suite struct DrawMeasureTests {
  /// The mass of a log-normal law, which no plain sum can reach, is one sample by sample under the tilted law.
  @Test(arguments: [0.5, 6, 12, 14, -8]) func massOfALogNormalLaw(c: Double) {
    let draw = Draw(RandomStream(seed: 1, identity: "tilt", block: 0))
    let (z, weight) = draw.normal(shiftedBy: c)
    let mass = (Variate.exp(Variate(c) * z - c * c / 2) * weight).samples
    // The exponent's terms are at most 10 c^2 and round to as many units.
    let rounding = (40 * c * c + 8) * Double.ulpOfOne
    #expect(mass.allSatisfy { ($0 - 1).magnitude <= rounding })
  }

  /// A statement that is undecided by plain draws is verified by tilted ones, and its false variant refuted.
  @Test(arguments: [(1.0, Verdict.verified), (1.02, .refuted)])
  func tiltedStatement(claim: Double, verdict: Verdict) async throws {
    let check = Statistical("second moment under exp(8 z - 32)", cases: ["case"]) { _, draw in
      let (x, weight) = draw.normal(shiftedBy: [8.0, 0])
      let z = x.components
      // E exp(8 z - 32) (z - 8)^2 cos^2 + sin^2 of another.
      let density = Variate.exp(8 * z[0] - 32)
      Step("sampled") { density * weight * (z[0] - 8).squared * (1 + z[1]) }
      Step("claimed") { Variate(claim) }
      Rival("three", "fourth moment") { Variate(3) }
    }
    let result = try await Verifier(resolution: 0.01).verify(Synthetic.identity { check })
    #expect(result.verdict == verdict, "\(result.checks[0].reason)")
  }

  /// The conditioned variable is above its threshold, and its mean is the ratio of density and probability.
  @Test(arguments: [-2.0, 0, 3, 10, 30]) func conditioned(threshold: Double) throws {
    let draw = Draw(RandomStream(seed: 2, identity: "above", block: 0))
    let (z, probability) = try draw.normal(above: threshold)
    #expect(z.samples.allSatisfy { $0 >= threshold * (1 - 8 * Double.ulpOfOne) })
    let density = Foundation.exp(-threshold * threshold / 2) / (2 * Double.pi).squareRoot()
    let moments = Moments(z)
    #expect((moments.mean - density / probability).magnitude <= 6 * moments.standardError)
  }

  @Test(arguments: [38, Double.infinity, .nan, -.infinity]) func thresholdIsANumber(threshold: Double) {
    let draw = Draw(RandomStream(seed: 2, identity: "above", block: 0))
    #expect(throws: InvalidArgument.self) { try draw.normal(above: threshold) }
  }

  /// The mean of an exponential against samples that are few enough to carry it.
  @Test func meanOfExponential() throws {
    let law = try Gaussian(mean: [0.3, -0.2], covariance: [[0.5, 0.2], [0.2, 0.4]])
    let truth = law.meanOfExponential(Vector([0.5, 0.25]))
    let draw = Draw(RandomStream(seed: 3, identity: "exponential", block: 0))
    var moments = Moments()
    for _ in 0..<64 {
      let (a, b) = (draw.normal(), draw.normal())
      // A root of the covariance: its first column over the root of 1/2, and what is left.
      let root = 0.5.squareRoot()
      let x = 0.3 + root * a
      let y = -0.2 + (0.2 / root) * a + (0.4 - 0.08).squareRoot() * b
      moments.merge(Moments(Variate.exp(0.5 * x + 0.25 * y)))
    }
    #expect((moments.mean - truth).magnitude <= 6 * moments.standardError)
    #expect(law.meanOfExponential(Vector([0, 0])) == 1)
  }
}
