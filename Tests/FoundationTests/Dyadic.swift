/// An exact number, an integer of any size times a power of two, to judge rounded arithmetic by.
///
/// Every finite `Double` is one, and sums and products stay exact; quotients and roots are compared by
/// multiplying out. Meant for the few hundred digits the tests need, not for speed.
struct Dyadic: Comparable, CustomStringConvertible {
  /// The digits of the magnitude to the base 2^32, the least significant first, the last one nonzero.
  private var limbs: [UInt32]
  private var isNegative: Bool
  private var exponent: Int

  private init(limbs: [UInt32], isNegative: Bool, exponent: Int) {
    var limbs = limbs
    while limbs.last == 0 { limbs.removeLast() }
    self.limbs = limbs
    self.isNegative = isNegative && !limbs.isEmpty
    self.exponent = limbs.isEmpty ? 0 : exponent
  }

  private init(magnitude: UInt64, isNegative: Bool, exponent: Int) {
    self.init(
      limbs: [UInt32(truncatingIfNeeded: magnitude), UInt32(magnitude >> 32)], isNegative: isNegative,
      exponent: exponent)
  }

  init(_ value: Double) {
    precondition(value.isFinite, "\(value) is no number")
    if value == 0 {
      self.init(limbs: [], isNegative: false, exponent: 0)
    } else {
      self.init(
        magnitude: UInt64(value.significand * 0x1p52), isNegative: value < 0, exponent: value.exponent - 52)
    }
  }

  init(_ value: Int) {
    self.init(magnitude: UInt64(value.magnitude), isNegative: value < 0, exponent: 0)
  }

  /// The integer with the given decimal digits.
  init(digits: some StringProtocol) {
    self = digits.reduce(Dyadic(0)) { $0 * Dyadic(10) + Dyadic($1.wholeNumberValue ?? 0) }
  }

  /// The number times a power of two.
  func scaled(by power: Int) -> Dyadic {
    Dyadic(limbs: limbs, isNegative: isNegative, exponent: exponent + power)
  }

  func power(_ n: Int) -> Dyadic { (0..<n).reduce(Dyadic(1)) { product, _ in product * self } }

  /// -1, 0 or 1.
  var signum: Int { limbs.isEmpty ? 0 : isNegative ? -1 : 1 }

  static prefix func - (a: Dyadic) -> Dyadic {
    Dyadic(limbs: a.limbs, isNegative: !a.isNegative, exponent: a.exponent)
  }

  static func + (a: Dyadic, b: Dyadic) -> Dyadic {
    if a.signum == 0 { return b }
    if b.signum == 0 { return a }
    let exponent = min(a.exponent, b.exponent)
    let (x, y) = (a.aligned(to: exponent), b.aligned(to: exponent))
    if a.isNegative == b.isNegative {
      return Dyadic(limbs: sum(x, y), isNegative: a.isNegative, exponent: exponent)
    }
    return isLess(x, y)
      ? Dyadic(limbs: difference(y, x), isNegative: b.isNegative, exponent: exponent)
      : Dyadic(limbs: difference(x, y), isNegative: a.isNegative, exponent: exponent)
  }

  static func - (a: Dyadic, b: Dyadic) -> Dyadic { a + -b }

  static func * (a: Dyadic, b: Dyadic) -> Dyadic {
    var limbs = [UInt32](repeating: 0, count: a.limbs.count + b.limbs.count)
    for i in a.limbs.indices {
      var carry: UInt64 = 0
      for j in b.limbs.indices {
        carry += UInt64(a.limbs[i]) * UInt64(b.limbs[j]) + UInt64(limbs[i + j])
        limbs[i + j] = UInt32(truncatingIfNeeded: carry)
        carry >>= 32
      }
      limbs[i + b.limbs.count] = UInt32(carry)
    }
    return Dyadic(limbs: limbs, isNegative: a.isNegative != b.isNegative, exponent: a.exponent + b.exponent)
  }

  static func < (a: Dyadic, b: Dyadic) -> Bool {
    if a.signum != b.signum { return a.signum < b.signum }
    // Numbers of different binary order need no alignment, which could be thousands of bits.
    if a.order != b.order { return (a.order < b.order) != a.isNegative }
    return (a - b).signum < 0
  }

  static func == (a: Dyadic, b: Dyadic) -> Bool {
    a.signum == b.signum && a.order == b.order && (a - b).signum == 0
  }

  /// The digits to the base 2^32 and the power of two.
  var description: String { "\(isNegative ? "-" : "")\(limbs) * 2^\(exponent)" }

  /// One more than the exponent of the leading bit.
  private var order: Int { exponent + 32 * limbs.count - (limbs.last?.leadingZeroBitCount ?? 0) }

  /// The digits of the magnitude over a smaller power of two.
  private func aligned(to smaller: Int) -> [UInt32] {
    let shift = exponent - smaller
    let (words, bits) = (shift / 32, UInt64(shift % 32))
    var result = [UInt32](repeating: 0, count: words)
    var carry: UInt64 = 0
    for limb in limbs {
      carry |= UInt64(limb) << bits
      result.append(UInt32(truncatingIfNeeded: carry))
      carry >>= 32
    }
    result.append(UInt32(carry))
    return result
  }

  private static func sum(_ x: [UInt32], _ y: [UInt32]) -> [UInt32] {
    var (result, carry): ([UInt32], UInt64) = ([], 0)
    for i in 0..<max(x.count, y.count) {
      carry += UInt64(i < x.count ? x[i] : 0) + UInt64(i < y.count ? y[i] : 0)
      result.append(UInt32(truncatingIfNeeded: carry))
      carry >>= 32
    }
    result.append(UInt32(carry))
    return result
  }

  /// The difference of two magnitudes of which the first is at least the second.
  private static func difference(_ x: [UInt32], _ y: [UInt32]) -> [UInt32] {
    var (result, borrow): ([UInt32], Int64) = ([], 0)
    for i in 0..<max(x.count, y.count) {
      borrow += Int64(i < x.count ? x[i] : 0) - Int64(i < y.count ? y[i] : 0)
      result.append(UInt32(truncatingIfNeeded: borrow))
      borrow >>= 32
    }
    precondition(borrow == 0, "difference of magnitudes out of order")
    return result
  }

  private static func isLess(_ x: [UInt32], _ y: [UInt32]) -> Bool {
    for i in stride(from: max(x.count, y.count) - 1, through: 0, by: -1) {
      let (left, right) = (i < x.count ? x[i] : 0, i < y.count ? y[i] : 0)
      if left != right { return left < right }
    }
    return false
  }
}
