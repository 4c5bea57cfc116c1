@testable import Arithmetic

/// Arguments of an elementary function with 40 digits of its values, computed elsewhere.
struct ElementaryTruth: Sendable {
  /// An argument and its value: a decimal rounded in its last digit, written `digits * 10^exponent`.
  struct Value: Sendable {
    let argument: Double
    let digits: Dyadic
    let exponent: Int

    /// Whether the interval has room for the value, give or take one in the last digit.
    func lies(in interval: Interval) -> Bool {
      Self.isAtMost(interval.lower, digits + Dyadic(1), exponent)
        && Self.isAtMost(-interval.upper, Dyadic(1) - digits, exponent)
    }

    private static func isAtMost(_ bound: Double, _ digits: Dyadic, _ exponent: Int) -> Bool {
      if bound.isInfinite { return bound < 0 }
      let scale = Dyadic(10).power(abs(exponent))
      return exponent < 0 ? Dyadic(bound) * scale <= digits : Dyadic(bound) <= digits * scale
    }
  }

  /// The values in the order of their arguments.
  let values: [Value]

  /// Reads lines of a hexadecimal argument and a decimal value such as `-1.23e-4`.
  init(_ lines: String) {
    values = lines.split(separator: "\n").map { line in
      let columns = line.split(separator: " ")
      let parts = columns.last?.split(separator: "e") ?? []
      let sides = parts.first?.drop { $0 == "-" }.split(separator: ".") ?? []
      guard columns.count == 2, parts.count == 2, sides.count == 2, let argument = Double(columns[0]),
        let exponent = Int(parts[1])
      else { preconditionFailure("not an argument and a value: \(line)") }
      let magnitude = Dyadic(digits: sides.joined())
      return Value(
        argument: argument, digits: parts[0].first == "-" ? -magnitude : magnitude,
        exponent: exponent - sides[1].count)
    }
  }
}
