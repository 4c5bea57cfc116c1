// Entropic transport at epsilon = 0.001 between a standard normal sample and one of a mixture of four normal laws,
// with squared distances: seconds on the clock and of the processor, the median of several repetitions, and the
// quality that each run certifies for itself.
//
//   swift run --package-path Benchmarks -c release transport [repetitions] [threads]

import Foundation
import Identities

let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let repetitions = arguments.first ?? 3
let threads = arguments.dropFirst().first ?? 2

func normal(_ count: Int, dimension: Int) throws -> WeightedPoints {
  var stream = RandomStream(seed: 1, identity: "base", block: 0)
  return try WeightedPoints(
    columns: (0..<dimension).map { _ in (0..<count).map { _ in stream.nextNormal() } })
}

/// Modes at distance one from the centre: on both half-axes of the plane, or on the first four axes.
func mixture(_ count: Int, dimension: Int) throws -> WeightedPoints {
  var stream = RandomStream(seed: 1, identity: "target", block: 0)
  let modes = (0..<count).map { _ in Int(4 * stream.nextDouble()) }
  return try WeightedPoints(
    columns: (0..<dimension).map { axis in
      modes.map { mode in
        let isOnAxis = dimension == 2 ? mode / 2 == axis : mode == axis
        let sign = dimension == 2 && mode.isMultiple(of: 2) ? -1.0 : 1
        return (isOnAxis ? sign : 0) + stream.nextNormal()
      }
    })
}

/// Seconds that this process has computed for.
func processorTime() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

func median(_ numbers: [Double]) -> Double { numbers.sorted()[numbers.count / 2] }

func column(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(1, width - text.count)) + text
}

print(
  "points  d  asked      clock  processor  violation        gap      sharp   regularised  (\(threads) threads)"
)
for count in [1000, 10000] {
  for dimension in [2, 10] {
    let problem = try EntropicTransport(
      from: normal(count, dimension: dimension), to: mixture(count, dimension: dimension), epsilon: 1e-3)
    for tolerance in [1e-3, 1e-6] {
      var (clock, processor) = ([Double](), [Double]())
      var plan: EntropicPlan?
      for _ in 0..<repetitions {
        let before = processorTime()
        clock.append(
          try await ContinuousClock().measure {
            plan = try await problem.solve(tolerance: tolerance, timeLimit: .seconds(600), threads: threads)
          } / .seconds(1))
        processor.append(processorTime() - before)
      }
      guard let plan else { continue }
      let numbers: [(Double, Int, String)] = [
        (median(clock), 9, "%.3f s"), (median(processor), 9, "%.3f s"),
        (plan.certificate.marginalViolation, 9, "%.1e"), (plan.certificate.gap, 9, "%.1e"),
        (plan.sharpCost, 9, "%.6f"), (plan.regularisedValue, 12, "%.6f"),
      ]
      print(
        column("\(count)", 6) + column("\(dimension)", 3) + column("\(tolerance)", 7)
          + numbers.map { column(String(format: $0.2, $0.0), $0.1 + 2) }.joined()
          + (plan.certificate.isConverged ? "" : "  not converged"))
    }
  }
}
