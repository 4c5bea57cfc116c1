import Foundation
import Testing

@testable import Arithmetic
@testable import Catalogue
@testable import Probability
@testable import Verification

/// A run gives the same bits however many tasks share it and in whatever order they finish.
@Suite struct DeterminismTests {
  /// Everything a run says, with every number as its bits.
  private func transcript(_ run: RunResult) -> [String] {
    func bits(_ x: Double?) -> String { x.map { String($0.bitPattern, radix: 16) } ?? "-" }
    var lines = ["\(run.seed) \(run.asExpected) \(bits(run.falseAlarmProbability))"]
    for identity in run.identities {
      lines.append("\(identity.identity.id) \(identity.verdict) \(identity.complaints)")
      for check in identity.checks {
        lines.append("\(check.name) \(check.verdict) \(check.reason) \(check.samples ?? -1) \(check.lines)")
        lines.append(
          "\(bits(check.errorProbability)) \(check.rivals.map { "\($0.refuted) \(bits($0.effect))" })")
        for examination in check.examinations {
          for c in examination.comparisons {
            let numbers =
              [c.discrepancy, c.tolerance, c.scale].map(bits) + [bits(c.resolution)] + c.pValues.map(bits)
            lines.append(
              "\(examination.label) \(c.line) \(c.reference) \(c.outcome) \(c.left) \(c.right) \(numbers)")
          }
        }
      }
    }
    return lines
  }

  /// Every tenth identity of the catalogue: what they share is tested, and not each of them.
  private func sample() throws -> [Identity] {
    try Catalogue.identities.enumerated().filter { $0.offset % 10 == 0 }.map(\.element)
  }

  @Test func widthChangesNothing() async throws {
    let identities = try sample()
    let transcripts = try await [1, 2, 7].concurrentMap(width: 1) { width in
      let verifier = try Verifier(seed: 3, resolution: 0.1, sampleBudget: 1 << 17, width: width)
      return transcript(try await verifier.verify(identities))
    }
    #expect(transcripts[0].count > 50)
    #expect(transcripts[0] == transcripts[1] && transcripts[0] == transcripts[2])
  }

  /// Blocks that are computed out of order, because some of them take longer, give the same result.
  @Test func orderOfBlocksChangesNothing() async throws {
    func identity(pause: @escaping @Sendable () -> Void) -> Identity {
      Synthetic.identity {
        Statistical("slow", cases: ["case"]) { _, draw in
          let _ = pause()
          let z = 1 + draw.normal()
          Step("square") { Vector([z * z, z]) }
          Step("again") {
            Vector([(1 + draw.normal()).squared, 1 + draw.exponential() - draw.exponential()])
          }
          Rival("half", "factor") { Vector([z * z, Variate(0.5) * z]) }
        }
      }
    }
    let verifier = try Synthetic.verifier(seed: 4, resolution: 0.15, width: 7)
    let plain = transcript(try await verifier.verify([identity {}]))
    for _ in 0..<3 {
      let permuted = identity { Thread.sleep(forTimeInterval: .random(in: 0...0.002)) }
      #expect(transcript(try await verifier.verify([permuted])) == plain)
    }
    let other = try Synthetic.verifier(seed: 5, resolution: 0.15, width: 7)
    #expect(transcript(try await other.verify([identity {}])) != plain)
  }

  /// Results come in the order of the elements, whatever the order in which they are ready.
  @Test(arguments: [-1, 0, 1, 2, 7, 100]) func concurrentMapKeepsTheOrder(width: Int) async throws {
    let results = try await (0..<40).concurrentMap(width: width) { i in
      try await Task.sleep(for: .microseconds(Int.random(in: 0...2000)))
      return i * i
    }
    #expect(results == (0..<40).map { $0 * $0 })
    #expect(try await [Int]().concurrentMap(width: width) { $0 }.isEmpty)
  }

  /// Never more at once than the width, and as many.
  @Test(arguments: [1, 3]) func concurrentMapKeepsTheWidth(width: Int) async throws {
    let crowd = Crowd()
    _ = try await (0..<30).concurrentMap(width: width) { _ in
      await crowd.enter()
      try await Task.sleep(for: .milliseconds(1))
      await crowd.leave()
    }
    #expect(await crowd.most == width)
  }

  private actor Crowd {
    private var present = 0
    var most = 0
    func enter() {
      present += 1
      most = max(most, present)
    }
    func leave() { present -= 1 }
  }

  /// The first error ends the whole.
  @Test func concurrentMapThrows() async {
    let refusal = InvalidArgument("i", is: 3, expected: "another")
    await #expect(throws: refusal) {
      try await (0..<10).concurrentMap(width: 2) { i in if i == 3 { throw refusal } }
    }
  }

  /// An identity run alone gives what it gives among others.
  @Test func partsOfRunsAgreeWithTheWhole() async throws {
    let identities = try sample()
    let verifier = try Verifier(seed: 9, resolution: 0.2, sampleBudget: 1 << 15)
    let whole = try await verifier.verify(identities)
    let last = try #require(identities.indices.last)
    let part = RunResult(
      seed: 9, resolution: whole.resolution, sampleBudget: whole.sampleBudget,
      identities: [try await verifier.verify(identities[last])])
    let same = RunResult(
      seed: 9, resolution: whole.resolution, sampleBudget: whole.sampleBudget,
      identities: [whole.identities[last]])
    #expect(transcript(part) == transcript(same))
  }
}
