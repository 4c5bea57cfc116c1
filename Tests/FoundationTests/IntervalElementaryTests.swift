import Testing

@testable import Arithmetic

/// The elementary functions of `Interval` against values computed elsewhere.
@Suite("Interval functions")
struct IntervalElementaryTests {
  enum Function: String, CaseIterable {
    case exp, log, sin, cos

    func callAsFunction<F: Elementary>(_ x: F) -> F {
      switch self {
      case .exp: F.exp(x)
      case .log: F.log(x)
      case .sin: F.sin(x)
      case .cos: F.cos(x)
      }
    }

    var truth: ElementaryTruth {
      switch self {
      case .exp: .exponential
      case .log: .logarithm
      case .sin: .sine
      case .cos: .cosine
      }
    }
  }

  @Test("contains the value at every point", arguments: Function.allCases)
  func enclosesPoints(function: Function) {
    let values = function.truth.values
    #expect(values.count > 250)
    for value in values {
      let result = function(Interval(value.argument))
      if !value.lies(in: result) {
        Issue.record("\(function.rawValue)(\(value.argument)) is not in \(result)")
      }
      let isWave = function == .sin || function == .cos
      // The functions are evaluated up to 10^6; beyond it a wave is known to lie in [-1, 1] and no more.
      if isWave, value.argument.magnitude > 1e6 {
        #expect(result == Interval(-1...1))
        continue
      }
      // Four steps to each side, and near the zeros of a wave the error of the reduction.
      let step = max(result.lower.ulp, result.upper.isFinite ? result.upper.ulp : 0)
      let allowance = 8 * step + (result.magnitude < 0x1p-7 ? 0x1.1p-63 : 0)
      if result.isBounded && result.width > (isWave ? allowance : 8 * step) {
        let steps = result.width / step
        Issue.record("\(function.rawValue)(\(value.argument)) = \(result) is \(steps) steps wide")
      }
    }
  }

  @Test("contains the values between any two arguments", arguments: Function.allCases)
  func enclosesRanges(function: Function) {
    var source = IntervalOperands(seed: 8)
    let values = function.truth.values
    for round in 0..<2_000 {
      // Short ranges are where an extremum is missed or its sign mistaken.
      let first = Int.random(in: values.indices, using: &source)
      let length = round.isMultiple(of: 2) ? 6 : values.count
      let last = Int.random(in: first..<min(first + length, values.count), using: &source)
      let operand = Interval(values[first].argument...values[last].argument)
      let result = function(operand)
      let inspected = last - first < 12 ? Array(first...last) : [first, (first + last) / 2, last]
      for value in inspected.map({ values[$0] }) where !value.lies(in: result) {
        Issue.record("\(function.rawValue)(\(operand)) = \(result) misses the value at \(value.argument)")
        return
      }
    }
  }

  @Test("functions take parts to parts", arguments: Function.allCases)
  func isMonotone(function: Function) {
    var source = IntervalOperands(seed: 9)
    for _ in 0..<10_000 {
      let outer = source.interval()
      let inner = source.part(of: outer)
      if function == .log && inner.upper <= 0 { continue }
      if !function(outer).contains(function(inner)) {
        Issue.record(
          "\(function.rawValue)(\(outer)) = \(function(outer)), but \(inner) gives \(function(inner))")
        return
      }
    }
  }

  @Test func exactValuesStayExact() {
    #expect(Interval.exp(0) == 1 && Interval.log(1) == 0)
    #expect(Interval.sin(0) == 0 && Interval.cos(0) == 1)
    #expect(Interval.exp(Interval(-1...0)).upper == 1 && Interval.exp(Interval(0...1)).lower == 1)
    #expect(Interval.exp(Interval(0x1p-70)).lower == 1 && Interval.exp(Interval(-0x1p-70)).upper == 1)
    #expect(Interval.sin(Interval(0x1p-1074)) == Interval(0...0x1p-1074))
  }

  @Test func domainsAreRespected() {
    #expect(Interval.log(Interval(-1...0)).isWhole && Interval.log(Interval(0)).isWhole)
    #expect(Interval.log(Interval(0...1)) == Interval(lower: -.infinity, upper: 0))
    #expect(Interval.log(Interval(-1...1)).isWhole)
    #expect(Interval.log(.whole).isWhole)
    #expect(Interval.sqrt(Interval(-2...(-1))).isWhole)
    #expect(Interval.sqrt(Interval(-2...4)).isWhole && Interval.sqrt(Interval(0...4)) == Interval(0...2))
    #expect(Interval.exp(.whole) == Interval(lower: 0, upper: .infinity))
    #expect(Interval.exp(Interval(-800)).lower == 0 && Interval.exp(Interval(-800)).upper < 0x1p-1070)
    #expect(Interval.exp(Interval(800)).lower > 1e308 && Interval.exp(Interval(800)).upper == .infinity)
    for function in [Function.sin, .cos] {
      #expect(function(Interval.whole) == Interval(-1...1))
      #expect(function(Interval(0x1p21)) == Interval(-1...1))
    }
  }

  @Test func extremaAreFoundAndOthersAreNot() {
    // sin has its maximum in [1, 2], none in [2, 4], its minimum in [4, 5], both in [1, 5].
    #expect(Interval.sin(Interval(1...2)).upper == 1 && Interval.sin(Interval(1...2)).lower > 0.84)
    #expect(Interval.sin(Interval(2...4)).magnitude < 0.91)
    #expect(Interval.sin(Interval(4...5)).lower == -1 && Interval.sin(Interval(4...5)).upper < -0.75)
    #expect(Interval.sin(Interval(1...5)) == Interval(-1...1))
    #expect(Interval.sin(Interval(-2...(-1))).lower == -1 && Interval.sin(Interval(-2...(-1))).upper < -0.84)
    // cos has its maximum in [-1, 1], its minimum in [3, 4], none in [1, 3].
    #expect(Interval.cos(Interval(-1...1)).upper == 1 && Interval.cos(Interval(-1...1)).lower > 0.54)
    #expect(Interval.cos(Interval(3...4)).lower == -1 && Interval.cos(Interval(3...4)).upper < -0.65)
    #expect(Interval.cos(Interval(1...3)).magnitude < 0.99)
    #expect(Interval.cos(Interval(6...7)).upper == 1 && Interval.cos(Interval(6...7)).lower > 0.75)
  }

  @Test func piLiesBetweenItsNeighbours() {
    let digits = Dyadic(digits: "3141592653589793238462643383279502884197169399375105820974944592")
    #expect(Interval.pi.isSharp(digits, over: Dyadic(10).power(63)))
  }
}
