import Testing

@testable import Arithmetic

/// An integral with its value, rounded to a `Double` from 30 digits or from a closed form, never from the rule it tests.
struct KnownIntegral: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let value: Double
  let estimate: @Sendable () -> Estimate

  init(_ description: String, _ value: Double, _ estimate: @escaping @Sendable () -> Estimate) {
    (testDescription, self.value, self.estimate) = (description, value, estimate)
  }

  /// The density of the normal law with a mean and a deviation.
  static func normal(_ x: Double, _ mean: Double = 0, _ deviation: Double = 1) -> Double {
    let z = (x - mean) / deviation
    return Double.exp(-z * z / 2) / (2.506628274631000502 * deviation)
  }

  static func power(_ x: Double, _ exponent: Double) -> Double { Double.exp(exponent * Double.log(x)) }

  static let root2Pi = 2.5066282746310002

  /// Those that are known to many digits.
  static let bounded = smooth + peaks + kinks + singular + oscillating + heavy

  static let smooth = [
    KnownIntegral("exp(-x^2) on the line", 1.7724538509055161) { Quadrature.line { Double.exp(-$0 * $0) } },
    KnownIntegral("x^2 exp(-x^2/2) on the line", root2Pi) {
      Quadrature.line { $0 * $0 * Double.exp(-$0 * $0 / 2) }
    },
    KnownIntegral("exp(x) below 1", 2.718281828459045) { Quadrature.below(1) { Double.exp($0) } },
    KnownIntegral("exp(-x^2) below 0", 0.8862269254527580) { Quadrature.below(0) { Double.exp(-$0 * $0) } },
    KnownIntegral("exp(-x^4) above 0", 0.906402477055477) {
      Quadrature.above(0) { Double.exp(-$0.power(4)) }
    },
    KnownIntegral("cos(x) from 0 to 1", 0.8414709848078965) { Quadrature.interval(0...1) { Double.cos($0) } },
    KnownIntegral("x^5 from -1 to 3", 121.33333333333333) { Quadrature.interval(-1...3) { $0.power(5) } },
    KnownIntegral("1 / (1 + x) from 0 to 1", 0.6931471805599453) {
      Quadrature.interval(0...1) { 1 / (1 + $0) }
    },
    KnownIntegral("log(1 + x) / (1 + x^2) from 0 to 1", 0.27219826128795027) {
      Quadrature.interval(0...1) { Double.log(1 + $0) / (1 + $0 * $0) }
    },
    KnownIntegral("exp(cos x) over a period", 7.954926521012846) {
      Quadrature.period(0..<2 * .pi) { Double.exp(Double.cos($0)) }
    },
    KnownIntegral("exp(30 cos x) over a period", 4911391896716.921) {
      Quadrature.period(-.pi..<(.pi)) { Double.exp(30 * Double.cos($0)) }
    },
    KnownIntegral("cos(x)^2 over a period", .pi) {
      Quadrature.period(-.pi..<(.pi)) { Double.cos($0) * Double.cos($0) }
    },
    KnownIntegral("nothing", 0) { Quadrature.interval(0...1) { _ in 0 } },
    KnownIntegral("exp(-x) from 0 to 10^4", 1) { Quadrature.interval(0...1e4) { Double.exp(-$0) } },
    KnownIntegral("exp(x) from -10^4 to 0", 1) { Quadrature.interval(-1e4...0) { Double.exp($0) } },
    KnownIntegral("normal at 10^5, on an interval there", 0.9999999980268247) {
      Quadrature.interval(99_994...100_006) { normal($0, 1e5) }
    },
    KnownIntegral("a normal tail of six deviations", 9.86587645037698e-10) {
      Quadrature.below(-6) { normal($0) }
    },
    KnownIntegral("x^3 exp(-x) above 0", 6) { Quadrature.above(0) { $0.power(3) * Double.exp(-$0) } },
  ]

  static let peaks = [
    KnownIntegral("half at 0, half at 10 with deviation 0.003", 1) {
      Quadrature.line { (normal($0) + normal($0, 10, 0.003)) / 2 }
    },
    KnownIntegral("normal of deviation 1e-4 at 0", 1) { Quadrature.line { normal($0, 0, 1e-4) } },
    KnownIntegral("normal of deviation 1e-3 at 1.2345", 1) { Quadrature.line { normal($0, 1.2345, 1e-3) } },
    KnownIntegral("normal of deviation 1 at 1000", 1) { Quadrature.line { normal($0, 1000) } },
    KnownIntegral("deviation 5e-5 at 10, split there", 1) {
      Quadrature.line(splitAt: [0, 10]) { (normal($0) + normal($0, 10, 5e-5)) / 2 }
    },
    KnownIntegral("deviation 4e-6 at 0.7312, split near it", 1) {
      Quadrature.line(splitAt: [0.73121]) { normal($0, 0.7312, 4e-6) }
    },
    KnownIntegral("exponential on a plateau, split at its place", 3) {
      Quadrature.interval(0...2, splitAt: [1.5]) { 1 + Double.exp(-($0 - 1.5).magnitude * 1e5) * 5e4 }
    },
    KnownIntegral("deviation 1e-3 inside of -6...6", 1) {
      Quadrature.interval(-6...6) { normal($0, 0.777, 1e-3) }
    },
    KnownIntegral("Cauchy of width 1e-3 at 3", .pi) {
      Quadrature.line { 1e-3 / (1e-6 + ($0 - 3) * ($0 - 3)) }
    },
    KnownIntegral("two peaks of weights 0.3 and 0.7", 1) {
      Quadrature.line { 0.3 * normal($0, -4, 0.02) + 0.7 * normal($0, 4, 0.01) }
    },
    KnownIntegral("deviation 0.01 over a period", 1) {
      Quadrature.period(0..<7) { normal($0, 3.3333, 0.01) }
    },
    KnownIntegral("half at 0, half below -20 with deviation 0.01", 0.75) {
      Quadrature.below(0) { (normal($0) + normal($0, -20, 0.01)) / 2 }
    },
  ]

  static let kinks = [
    KnownIntegral("E max(Z + 2.3, 0)", 2.3036615846917465) {
      Quadrature.line { max($0 + 2.3, 0) * normal($0) }
    },
    KnownIntegral("E max(Z - 0.1, 0)", 0.35093533120471465) {
      Quadrature.line { max($0 - 0.1, 0) * normal($0) }
    },
    KnownIntegral("E max(Z - 1.7, 0)", 0.018287790687363765) {
      Quadrature.line { max($0 - 1.7, 0) * normal($0) }
    },
    KnownIntegral("|x - 1/3| exp(-x^2/2)", 2.1100936232790786) {
      Quadrature.line { ($0 - 1.0 / 3).magnitude * Double.exp(-$0 * $0 / 2) }
    },
    KnownIntegral("jump at 0.739...", 0.7390851332151607) {
      Quadrature.interval(0...1) { $0 < 0.7390851332151607 ? 1 : 0 }
    },
    KnownIntegral("two jumps, 1e-3 apart", 1e-3) {
      Quadrature.interval(0...1) { $0 > 0.4321 && $0 < 0.4331 ? 1 : 0 }
    },
    KnownIntegral("|x - 0.3|^(1/2) from 0 to 1", 0.49998585721693517) {
      Quadrature.interval(0...1) { Double.sqrt(($0 - 0.3).magnitude) }
    },
    KnownIntegral("|x - 0.3|^(1/2), split there", 0.49998585721693517) {
      Quadrature.interval(0...1, splitAt: [0.3]) { Double.sqrt(($0 - 0.3).magnitude) }
    },
    KnownIntegral("|sin x| over a period", 4) {
      Quadrature.period(0.1..<0.1 + 2 * .pi) { Double.sin($0).magnitude }
    },
    KnownIntegral("floor(x) from 0 to 10", 45) { Quadrature.interval(0...10) { $0.rounded(.down) } },
  ]

  static let singular = [
    KnownIntegral("sqrt(x) from 0 to 1", 2.0 / 3) { Quadrature.interval(0...1) { Double.sqrt($0) } },
    KnownIntegral("sqrt(1 - x^2) from -1 to 1", .pi / 2) {
      Quadrature.interval(-1...1) { Double.sqrt(max(0, (1 - $0) * (1 + $0))) }
    },
    KnownIntegral("1 / sqrt(x) from 0 to 1", 2) { Quadrature.interval(0...1) { 1 / Double.sqrt($0) } },
    KnownIntegral("x^(-1/4) from 0 to 1", 4.0 / 3) { Quadrature.interval(0...1) { power($0, -0.25) } },
    KnownIntegral("x^(-9/10) from 0 to 1", 10) { Quadrature.interval(0...1) { power($0, -0.9) } },
    KnownIntegral("log(x) from 0 to 1", -1) { Quadrature.interval(0...1) { Double.log($0) } },
    KnownIntegral("log(x)^2 from 0 to 1", 2) {
      Quadrature.interval(0...1) { Double.log($0) * Double.log($0) }
    },
    KnownIntegral("exp(-x) log(x) above 0", -0.5772156649015329) {
      Quadrature.above(0) { Double.exp(-$0) * Double.log($0) }
    },
    KnownIntegral("exp(-x - 1/x) / sqrt(x) above 0", 0.2398755439361229) {
      Quadrature.above(0) { Double.exp(-$0 - 1 / $0) / Double.sqrt($0) }
    },
    KnownIntegral("x^(-9/10) exp(-x) above 0", 9.513507698668732) {
      Quadrature.above(0) { power($0, -0.9) * Double.exp(-$0) }
    },
    KnownIntegral("inverse gamma density above 0", 1) {
      Quadrature.above(0) { Double.exp(-1 / (2 * $0)) / ($0 * Double.sqrt($0) * root2Pi) }
    },
    KnownIntegral("x^(-1/2) (1 - x)^2 from 0 to 1", 16.0 / 15) {
      Quadrature.interval(0...1) { (1 - $0) * (1 - $0) / Double.sqrt($0) }
    },
  ]

  static let oscillating = [
    KnownIntegral("cos(z) exp(-z^2/2)", 1.5203469010662807) {
      Quadrature.line { Double.cos($0) * Double.exp(-$0 * $0 / 2) }
    },
    KnownIntegral("exp(-z^2/2) exp(z)", 4.132731354122493) {
      Quadrature.line { Double.exp(-$0 * $0 / 2) * Double.exp($0) }
    },
    KnownIntegral("sin(200 x) from 0 to 1", 0.0025640616249649703) {
      Quadrature.interval(0...1) { Double.sin(200 * $0) }
    },
    KnownIntegral("cos(x) from 0 to 10", -0.5440211108893698) {
      Quadrature.interval(0...10) { Double.cos($0) }
    },
    KnownIntegral("cos(40 sin x) from 0 to pi", 0.02314376933923969) {
      Quadrature.interval(0...(.pi)) { Double.cos(40 * Double.sin($0)) }
    },
    KnownIntegral("sin(50 x) exp(-x) from 0 to 1", 0.012933612214715236) {
      Quadrature.interval(0...1) { Double.sin(50 * $0) * Double.exp(-$0) }
    },
    KnownIntegral("1 + cos(1024 x) over a period", 2 * .pi) {
      Quadrature.period(0..<2 * .pi) { 1 + Double.cos(1024 * $0) }
    },
  ]

  static let heavy = [
    KnownIntegral("1 / (1 + x^2) on the line", .pi) { Quadrature.line { 1 / (1 + $0 * $0) } },
    KnownIntegral("E X^2 of Student's law with 5/2 degrees of freedom", 5) {
      Quadrature.line { 0.36180872402956504 * $0 * $0 * power(1 + $0 * $0 / 2.5, -1.75) }
    },
    KnownIntegral("mass of Student's law with 5/2 degrees of freedom", 1) {
      Quadrature.line { 0.36180872402956504 * power(1 + $0 * $0 / 2.5, -1.75) }
    },
    KnownIntegral("x^(-11/10) above 1", 10) { Quadrature.above(1) { power($0, -1.1) } },
    KnownIntegral("1 / (1 + x^4) on the line", 2.221441469079183) {
      Quadrature.line { 1 / (1 + $0.power(4)) }
    },
    KnownIntegral("x^(-0.7) / (1 + x) above 0", 3.883222077450933) {
      Quadrature.above(0) { power($0, -0.7) / (1 + $0) }
    },
    KnownIntegral("x^2 / (e^x - 1) above 0", 2.4041138063191885) {
      Quadrature.above(0) { $0 * $0 / Double.expMinusOne($0) }
    },
    KnownIntegral("exp(-|x|^(1/4)) on the line", 48) {
      Quadrature.line { Double.exp(-Double.sqrt(Double.sqrt($0.magnitude))) }
    },
  ]

  /// What a rule of samples can bound only coarsely or not at all, with why; the value where there is one.
  static let hard = [
    KnownIntegral("1 / sqrt(1 - x) from 0 to 1", 2) {
      Quadrature.interval(0...1) { 1 / Double.sqrt(1 - $0) }
    },
    KnownIntegral("cos(x) / (1 + x^2) on the line", 1.1557273497909217) {
      Quadrature.line { Double.cos($0) / (1 + $0 * $0) }
    },
    KnownIntegral("sin(x) / x on the line", .pi) { Quadrature.line { Double.sin($0) / $0 } },
    KnownIntegral("1 / (x (1 + log(x)^2)) above 0", .pi) {
      Quadrature.above(0) { 1 / ($0 * (1 + Double.log($0) * Double.log($0))) }
    },
    KnownIntegral("|sin(3e5 x)| from 0 to 1", 0.6366197723675814) {
      Quadrature.interval(0...1) { Double.sin(3e5 * $0).magnitude }
    },
    KnownIntegral("1 + cos(16384 x) over a period", 2 * .pi) {
      Quadrature.period(0..<2 * .pi) { 1 + Double.cos(16384 * $0) }
    },
    KnownIntegral("exp of a sum that cancels, E exp(m Z - m^2/2) at m = 41.3", 1) {
      Quadrature.line { Double.exp(-$0 * $0 / 2 + 41.3 * $0 - 41.3 * 41.3 / 2) / root2Pi }
    },
    KnownIntegral("a density times a weight that both leave the range of numbers, m = 41.3", 1) {
      Quadrature.line { normal($0) * Double.exp(41.3 * $0 - 41.3 * 41.3 / 2) }
    },
    KnownIntegral("deviation 3e-4 at 10 beside a normal law, named 300 deviations off", 1) {
      Quadrature.line(splitAt: [9.9]) { (normal($0) + normal($0, 10, 3e-4)) / 2 }
    },
  ]
}
