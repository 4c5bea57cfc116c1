import Foundation
import Testing

@testable import Probability
@testable import Verification

/// The error budget: its constants, its bounds for known moments, and that they hold.
@Suite struct ErrorBudgetTests {
  @Test func constants() {
    #expect(ErrorBudget.ofRun == 1e-6 && ErrorBudget.ofOversight == 1e-6 && ErrorBudget.mostChecks == 1000)
    #expect(ErrorBudget.ofCheck * Double(ErrorBudget.mostChecks) == ErrorBudget.ofRun)
    #expect(Exact.missProbability * 5 <= 0x1p-100)
  }

  /// Signs, n of them: deviation one, reach one.
  private func signs(_ blocks: Int) -> Moments {
    let signs = Variate(samples: (0..<Variate.blockSize).map { $0 % 2 == 0 ? 1 : -1 })
    var moments = Moments()
    for _ in 0..<blocks { moments.merge(Moments(signs)) }
    return moments
  }

  /// The best bound of its kind but for the grid, whose numbers are at most a root of the root of two off the best one.
  @Test(arguments: [1, 16], [1e-3, 1e-9, 1e-14]) func radius(blocks: Int, probability: Double) {
    for scale in [1, 0.3, 17] { radius(blocks, probability, scale) }
  }

  private func radius(_ blocks: Int, _ probability: Double, _ scale: Double) {
    let n = blocks * Variate.blockSize
    let level = ErrorBudget.level(probability)
    let radius = ErrorBudget.radius(
      meanSquare: signs(blocks).meanSquare, secondMoment: 1.5, scale: scale, count: n, level: level)
    let best = (2 * level * (1 / 3.0 + 2 / 3.0 * 1.5) / Double(n)).squareRoot()
    let loss = (Foundation.exp2(0.25) + Foundation.exp2(-0.25)) / 2
    #expect(radius >= best * (1 - 16 * Double.ulpOfOne) && radius <= loss * best * (1 + 16 * Double.ulpOfOne))
  }

  /// The inequality that the bound stands on, at points two thousandths apart; beyond them the left side falls.
  @Test func exponentialInequality() {
    for x in stride(from: -20.0, through: 20, by: 0x1p-9) {
      #expect(Foundation.exp(x - x * x / 6) <= (1 + x + x * x / 3) * (1 + 8 * Double.ulpOfOne))
    }
  }

  /// What is visible is the radius and as many deviations as one in a million normal means falls short by.
  @Test func visible() {
    let (moments, radius) = (signs(4), 0.25)
    let deviations = (ErrorBudget.visible(moments, radius: radius) - radius) / moments.standardError
    // The quantile to seventeen digits; the difference of quarter and sum loses a few units of the quarter.
    let rounding = 8 * Double.ulpOfOne * radius / moments.standardError
    #expect((deviations - 4.753424308822899).magnitude <= rounding + 8 * Double.ulpOfOne)
  }

  /// Quantiles by table; bisection of a computed tail is good to the tail's relative rounding over its slope.
  @Test(arguments: [
    (0.5, 0), (0.025, 1.9599639845400545), (1e-6, 4.753424308822899), (1e-9, 5.9978070150076869),
  ])
  func normalQuantile(p: Double, quantile: Double) {
    // The tail's relative slope is at least 0.79, its rounding within 4 units; the interval ends at 40 / 2^60.
    let bound = 8 * Double.ulpOfOne * max(1, quantile) + 40 * 0x1p-60
    #expect((ErrorBudget.normalQuantile(upperTail: p) - quantile).magnitude <= bound)
  }

  /// Two-sided p-values of means that are so many standard errors off zero.
  @Test func pValues() {
    let quarter = Variate(samples: (0..<Variate.blockSize).map { $0 % 4 == 0 ? 3 : -1 })
    #expect(ErrorBudget.pValue(Moments(quarter)) == 1)
    for shift in [0.01, -0.05, 0.2] {
      let moments = Moments(quarter + Variate(shift))
      let score = shift.magnitude / moments.standardError
      let expected = erfc(score / 2.0.squareRoot())
      // The sum of a block rounds by at most 132 units of 3; the score passes that on, and the tail on to a
      // relative error of at most the score and one times as much.
      let relative = 132 * Double.ulpOfOne * 3 / shift.magnitude
      #expect(
        (ErrorBudget.pValue(moments) - expected).magnitude <= 2 * score * (score + 1) * relative
          * max(expected, 1e-300))
    }
  }

  /// Two-sided tails of Student's law, as SciPy 1.17.1 gives them (`2 * stats.t.sf(t, degrees)`).
  @Test(arguments: [
    (2, 1.5, 0.3743340836219977),
    (3, 0.7, 0.5563930246328654),
    (4, 2.0, 0.13932596855884305),
    (9, -1.1, 0.3033277533750603),
    (16, 3.3, 0.004858906575528157),
    (17, 0.01, 0.992144914491083),
    (64, 2.5, 0.015035204311132429),
    (201, 1.9, 0.0588717723282142),
  ])
  func studentPValues(blocks: Int, score: Double, truth: Double) {
    // Alternating numbers, moved by as many of their standard errors.
    let numbers: [Double] = (0..<blocks).map { $0 % 2 == 0 ? 1 : -1 }
    func moments(movedBy shift: Double) -> Moments {
      numbers.reduce(into: Moments()) { $0.merge(Moments(mean: $1 + shift)) }
    }
    let still = moments(movedBy: 0)
    let shifted = moments(movedBy: score * still.standardError - still.mean)
    #expect((ErrorBudget.studentPValue(shifted) - truth).magnitude <= 1e-13)
  }

  /// The radius covers at least as often as it says, also for laws that are skewed or have few values.
  @Test(arguments: ["normal", "exponential", "rare"]) func coverage(law: String) {
    let (probability, blocks) = (0.01, 2000)
    var missed = 0
    for b in 0..<blocks {
      let draw = Draw(RandomStream(seed: 11, identity: "coverage \(law)", block: UInt64(b)))
      let variate: Variate =
        switch law {
        case "normal": draw.normal()
        case "exponential": draw.exponential() - 1
        default: draw.choice([1, 0], weights: [0.01, 0.99]) - Variate(0.01)
        }
      if Moments(variate).mean.magnitude > radius(variate, probability) { missed += 1 }
    }
    // Of a binomial number with that mean, six deviations above: a chance of less than 1e-6.
    let mean = probability * Double(blocks)
    #expect(Double(missed) <= mean + 6 * mean.squareRoot())
    // The bound errs on one side, and not by much: of signs it is at most twice what it is at best.
    let one = Variate(samples: (0..<Variate.blockSize).map { $0 % 2 == 0 ? 1 : -1 })
    let level = ErrorBudget.level(probability)
    #expect(radius(one, probability) <= 2 * (2 * level / Double(Variate.blockSize)).squareRoot())
  }

  /// What one block may be off by, by its own tail.
  private func radius(_ variate: Variate, _ probability: Double) -> Double {
    var tail = TailRule(reference: variate)
    tail.add(variate)
    let (moments, level) = (Moments(variate), ErrorBudget.level(probability))
    let judgement = tail.judgement(meanSquare: moments.meanSquare, count: moments.count, level: level)
    return ErrorBudget.radius(
      meanSquare: moments.meanSquare, secondMoment: judgement.secondMoment, scale: tail.scale,
      count: moments.count,
      level: level)
  }

  /// A run spends one share for each of its statistical checks.
  @Test func sharesAddUp() async throws {
    let identities = [
      Synthetic.identity("A") {
        Synthetic.lines(of: .statistical)
        Synthetic.lines(of: .numerical)
      },
      Synthetic.identity("B") {
        Statistical("two cases", cases: [1, 2]) { n, draw in
          Step("n") { Variate(n) + draw.normal() }
          Step("n") { Variate(n) + draw.normal() }
          Rival("n + 1", "one more") { Variate(n + 1) + draw.normal() }
        }
      },
    ]
    let run = try await Synthetic.verifier().verify(identities)
    #expect(run.asExpected)
    #expect(
      (run.falseAlarmProbability - 2 * ErrorBudget.ofCheck).magnitude <= Double.ulpOfOne * ErrorBudget.ofCheck
    )
  }
}
