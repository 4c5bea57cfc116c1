import Arithmetic
import Foundation
import Probability

/// A random variable that is hard to average, with its expectation and a value that is not its expectation.
public struct TailLaw: Sendable {
  /// What the variable is.
  public let name: String
  /// Its expectation; NaN where it has none.
  public let mean: Double
  /// A wrong expectation, such as a few samples suggest.
  public let wrong: Double
  /// Whether a sample takes a hundred draws or more; a study gives it a tenth of its seeds.
  let isLong: Bool
  let variable: @Sendable (Draw) -> Variate

  /// A variable whose expectation is `mean` and not `wrong`.
  init(
    _ name: String, is mean: Double, not wrong: Double, isLong: Bool = false,
    _ variable: @escaping @Sendable (Draw) -> Variate
  ) {
    (self.name, self.mean, self.wrong, self.isLong, self.variable) = (name, mean, wrong, isLong, variable)
  }

  /// The check that the expectation is a number.
  func check(claims value: Double) -> Statistical<String> {
    Statistical(name, cases: [name]) { _, draw in
      Step("expectation") { variable(draw) }
      Step("number") { Variate(value) }
    }
  }

  /// The variables of the study of tails.
  public static var all: [TailLaw] {
    logNormal + pareto + rare + weights + others
  }

  private static var logNormal: [TailLaw] {
    let weight = { @Sendable (c: Double, z: Variate) in Variate.exp(Variate(c) * z - c * c / 2) }
    let masses = (1...14).map(Double.init).map { c in
      TailLaw("exp(\(Int(c))z - \(Int(c * c))/2)", is: 1, not: 0.5) { weight(c, $0.normal()) }
    }
    let hidden = [6, 8, 10, 12, 14].map(Double.init).map { c in
      TailLaw("1 + w + exp(\(Int(c))z - \(Int(c * c))/2)", is: 2, not: 1) { draw in
        1 + draw.normal() + weight(c, draw.normal())
      }
    }
    let sums = [
      TailLaw("exp(s - 50), s of 100 normals", is: 1, not: 0, isLong: true) { draw in
        Variate.exp((0..<100).reduce(0 as Variate) { sum, _ in sum + draw.normal() } - 50)
      },
      // P(N(10, 1) > 5) - P(N(0, 1) > 5), twice.
      TailLaw("|1 - exp(s - 50)|", is: 2 * Foundation.erf(5 / 2.0.squareRoot()), not: 1, isLong: true) {
        draw in
        let s = (0..<100).reduce(0 as Variate) { sum, _ in sum + draw.normal() }
        let gap = 1 - Variate.exp(s - 50)
        return Variate.sqrt(gap * gap)
      },
    ]
    return masses + hidden + sums
  }

  private static var pareto: [TailLaw] {
    [1.1, 1.3, 1.5, 1.8, 2, 2.2, 2.5, 3, 3.5, 4, 5, 6, 7, 8].map { a in
      TailLaw("Pareto, exponent \(a)", is: a / (a - 1), not: 0.8 * a / (a - 1)) { draw in
        Variate.exp(draw.exponential() / Variate(a))
      }
    }
  }

  private static var rare: [TailLaw] {
    (3...9).flatMap { n -> [TailLaw] in
      let p = Foundation.pow(10, -Double(n))
      return [
        TailLaw("indicator of probability 1e-\(n), over it", is: 1, not: 0.1) { draw in
          draw.uniform().isBelow(p) / Variate(p)
        },
        TailLaw("1 + w + the same", is: 2, not: 1) { draw in
          1 + draw.normal() + draw.uniform().isBelow(p) / Variate(p)
        },
      ]
    }
  }

  private static var weights: [TailLaw] {
    let paths = [1, 2, 4, 16, 64, 256].flatMap { steps in
      (steps > 16 ? [0.5, 8.0] : [0.5, 2.0, 8.0]).map { drift in
        TailLaw("Girsanov, drift \(drift), \(steps) steps", is: 1, not: 0.5, isLong: steps > 100) { draw in
          let step = Variate(drift / Double(steps).squareRoot())
          return Variate.exp(
            (0..<steps).reduce(Variate(-drift * drift / 2)) { sum, _ in sum + step * draw.normal() })
        }
      }
    }
    let proposals = [0.3, 0.5, 0.7, 0.8, 0.95, 1.2].map { s in
      TailLaw("second moment, proposal N(0, \(s)^2)", is: 1, not: 0.7) { draw in
        let z = draw.normal()
        return (Variate(s) * z).squared * s * Variate.exp((1 - s * s) / 2 * z.squared)
      }
    }
    return paths + proposals
  }

  private static var others: [TailLaw] {
    [
      TailLaw("Cauchy", is: .nan, not: 0) { $0.normal() / $0.normal() },
      TailLaw("Cauchy, one added", is: .nan, not: 1) { 1 + $0.normal() / $0.normal() },
      TailLaw("1 over a uniform number", is: .nan, not: 12) { 1 / $0.uniform() },
      TailLaw("1 over its root", is: 2, not: 1.9) { 1 / Variate.sqrt($0.uniform()) },
      TailLaw("1 over its cube root", is: 1.5, not: 1.4) {
        Variate.exp(-Variate.log($0.uniform()) / 3)
      },
      TailLaw("w over 0.01 + v^2", is: 0, not: 1) { draw in draw.normal() / (0.01 + draw.normal().squared) },
    ]
  }
}
