import Testing

@testable import Arithmetic

/// The field operations of `Interval` against exact arithmetic.
@Suite("Interval arithmetic")
struct IntervalTests {
  static let cases = 10_000

  /// The four operations with a judge: whether the exact result, as a quotient, exists.
  enum Operation: String, CaseIterable {
    case sum = "+"
    case difference = "-"
    case product = "*"
    case quotient = "/"

    func callAsFunction(_ a: Interval, _ b: Interval) -> Interval {
      switch self {
      case .sum: a + b
      case .difference: a - b
      case .product: a * b
      case .quotient: a / b
      }
    }

    func exact(_ x: Dyadic, _ y: Dyadic) -> (numerator: Dyadic, denominator: Dyadic) {
      switch self {
      case .sum: (x + y, Dyadic(1))
      case .difference: (x - y, Dyadic(1))
      case .product: (x * y, Dyadic(1))
      case .quotient: (x, y)
      }
    }
  }

  @Test("contains every exact result", arguments: Operation.allCases)
  func encloses(operation: Operation) {
    var source = IntervalOperands(seed: 1)
    for _ in 0..<Self.cases {
      let (a, b) = (source.interval(), source.interval())
      let result = operation(a, b)
      for x in source.members(of: a) {
        for y in source.members(of: b) where operation != .quotient || y.signum != 0 {
          let exact = operation.exact(x, y)
          if !result.contains(exact.numerator, over: exact.denominator) {
            Issue.record("\(a) \(operation.rawValue) \(b) = \(result) misses \(x) \(operation.rawValue) \(y)")
            return
          }
        }
      }
    }
  }

  @Test("is as narrow as can be for single numbers", arguments: Operation.allCases)
  func isSharp(operation: Operation) {
    var source = IntervalOperands(seed: 2)
    for _ in 0..<Self.cases {
      let (a, b) = (source.number(), source.number())
      if operation == .quotient && b == 0 { continue }
      let result = operation(Interval(a), Interval(b))
      let exact = operation.exact(Dyadic(a), Dyadic(b))
      if !result.isSharp(exact.numerator, over: exact.denominator) {
        Issue.record("\(a) \(operation.rawValue) \(b) = \(result) is not sharp")
        return
      }
    }
  }

  @Test("takes parts to parts", arguments: Operation.allCases)
  func isMonotone(operation: Operation) {
    var source = IntervalOperands(seed: 3)
    for _ in 0..<Self.cases {
      let (a, b) = (source.interval(), source.interval())
      let (c, d) = (source.part(of: a), source.part(of: b))
      let (whole, part) = (operation(a, b), operation(c, d))
      if !whole.contains(part) {
        Issue.record("\(a) \(operation.rawValue) \(b) = \(whole), but \(c) and \(d) give \(part)")
        return
      }
    }
  }

  @Test("powers contain every exact power, squares are powers", arguments: -5...8)
  func enclosesPowers(exponent: Int) {
    var source = IntervalOperands(seed: 4)
    for _ in 0..<Self.cases {
      let a = source.interval()
      let result = a.power(exponent)
      let part = source.part(of: a)
      if !result.contains(part.power(exponent)) {
        Issue.record("\(a) to the \(exponent) = \(result), but \(part) gives \(part.power(exponent))")
        return
      }
      if exponent == 2 && result != a.squared {
        Issue.record("\(a) squared = \(a.squared), to the power of 2 = \(result)")
        return
      }
      if exponent >= 0 && exponent.isMultiple(of: 2) && result.lower < 0 {
        Issue.record("\(a) to the \(exponent) = \(result), partly negative")
        return
      }
      for x in source.members(of: a) where exponent >= 0 || x.signum != 0 {
        let power = x.power(abs(exponent))
        let holds = exponent < 0 ? result.contains(Dyadic(1), over: power) : result.contains(power)
        if !holds {
          Issue.record("\(a) to the \(exponent) = \(result) misses the power of \(x)")
          return
        }
      }
    }
  }

  @Test("squares contain every exact square, sharply for single numbers")
  func enclosesSquares() {
    var source = IntervalOperands(seed: 5)
    for _ in 0..<Self.cases {
      let (a, x) = (source.interval(), source.number())
      for y in source.members(of: a) where !a.squared.contains(y * y) {
        Issue.record("\(a) squared = \(a.squared) misses \(y) squared")
        return
      }
      if !Interval(x).squared.isSharp(Dyadic(x) * Dyadic(x)) {
        Issue.record("\(x) squared = \(Interval(x).squared) is not sharp")
        return
      }
    }
  }

  @Test("roots contain every exact root, sharply for single numbers")
  func enclosesRoots() {
    /// Whether the end, squared, lies on the named side of the number.
    func isBelow(_ end: Double, _ x: Dyadic) -> Bool { Dyadic(end) * Dyadic(end) <= x }
    func isAbove(_ end: Double, _ x: Dyadic) -> Bool {
      end == .infinity || x <= Dyadic(end) * Dyadic(end)
    }
    var source = IntervalOperands(seed: 6)
    for _ in 0..<Self.cases {
      let a = source.interval()
      let root = Interval.sqrt(a)
      for x in source.members(of: a) where x.signum >= 0 {
        if !(root.lower <= 0 || isBelow(root.lower, x)) || !isAbove(root.upper, x) {
          Issue.record("the root of \(a) = \(root) misses that of \(x)")
          return
        }
      }
      let part = source.part(of: a)
      if !root.contains(Interval.sqrt(part)) {
        Issue.record("the root of \(a) = \(root), but \(part) gives \(Interval.sqrt(part))")
        return
      }
      let x = source.number().magnitude
      let point = Interval.sqrt(Interval(x))
      let isSharp =
        point.lower == point.upper
        || point.upper == point.lower.nextUp && !isAbove(point.lower, Dyadic(x))
          && !isBelow(point.upper, Dyadic(x))
      if !isSharp || !isBelow(point.lower, Dyadic(x)) || !isAbove(point.upper, Dyadic(x)) {
        Issue.record("the root of \(x) = \(point) is not sharp")
        return
      }
    }
  }

  @Test("integers are enclosed sharply, also where no Double is one")
  func enclosesIntegers() {
    var source = IntervalOperands(seed: 7)
    let corners = [0, 1, -1, .max, .min, .max - 1, .min + 1, 1 << 53, 1 << 53 + 1, -(1 << 53) - 1, 1 << 62]
    let random = (0..<Self.cases).map { _ in
      Int(truncatingIfNeeded: source.next()) >> Int(source.next() % 63)
    }
    for integer in corners + random where !Interval(integer).isSharp(Dyadic(integer)) {
      Issue.record("\(integer) becomes \(Interval(integer))")
      return
    }
    #expect(Interval(.max) == Interval(0x1p63.nextDown...0x1p63))
    #expect(Interval(.min) == Interval(-0x1p63))
  }
}
