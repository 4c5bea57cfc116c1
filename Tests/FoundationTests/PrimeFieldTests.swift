import Testing

@testable import Arithmetic

/// The residues modulo 2^61 - 1: the axioms of a field, and agreement with the arithmetic of wide integers.
@Suite struct PrimeFieldTests {
  static let p = PrimeField.modulus

  /// Random residues, with the ones at the edges among them.
  private func residues(_ count: Int, seed: UInt64) -> [PrimeField] {
    var words = IntervalOperands(seed: seed)
    let edges: [UInt64] = [
      0, 1, 2, 3, Self.p - 1, Self.p - 2, Self.p / 2, Self.p / 2 + 1, 1 << 60, 1 << 30, (1 << 31) - 1,
    ]
    return edges.map { PrimeField(residue: $0) } + (0..<count).map { _ in PrimeField(residue: words.next()) }
  }

  @Test func axioms() {
    let (zero, one) = (PrimeField(0), PrimeField(1))
    for (a, (b, c)) in zip(
      residues(2000, seed: 1), zip(residues(2000, seed: 2).shuffled(), residues(2000, seed: 3).reversed()))
    {
      #expect(a + b == b + a && a * b == b * a)
      #expect((a + b) + c == a + (b + c) && (a * b) * c == a * (b * c))
      #expect(a * (b + c) == a * b + a * c)
      #expect(a + zero == a && a * one == a && a * zero == zero)
      #expect(a + -a == zero && a - b == a + -b && -(-a) == a)
      #expect(a == zero || a * a.inverse == one)
      #expect(b == zero || a / b * b == a)
    }
    #expect(zero.inverse == zero && one / zero == zero)
  }

  /// Sums, products and differences against division of 128-bit integers with remainder.
  @Test func agreementWithWideIntegers() {
    for (a, b) in zip(residues(5000, seed: 4), residues(5000, seed: 5).reversed()) {
      let product = a.residue.multipliedFullWidth(by: b.residue)
      #expect((a * b).residue == Self.p.dividingFullWidth(product).remainder)
      #expect((a + b).residue == (a.residue + b.residue) % Self.p)
      #expect((a - b).residue == (a.residue + Self.p - b.residue) % Self.p)
      #expect(a.residue < Self.p && (a * b).residue < Self.p && (a + b).residue < Self.p)
    }
  }

  @Test func powersAndIntegers() {
    for a in residues(100, seed: 6) where a.residue != 0 {
      // Fermat's little theorem.
      #expect(a.power(Int(Self.p - 1)) == 1 && a.power(Int(Self.p - 2)) == a.inverse)
      #expect(a.power(-3) * a * a * a == 1 && a.power(0) == 1 && a.squared == a * a)
    }
    #expect(PrimeField(-1) == PrimeField(residue: Self.p - 1) && PrimeField(Int(Self.p)) == 0)
    #expect(PrimeField(residue: .max) == PrimeField(residue: 7) && PrimeField(-Int(Self.p)) == 0)
    for n in [Int.min, Int.min + 1, .max, -5, 1 << 61] {
      let remainder = n % Int(Self.p)
      #expect(PrimeField(n).residue == UInt64(remainder < 0 ? remainder + Int(Self.p) : remainder))
    }
  }

  /// Every short fraction is found again, with its sign, in lowest terms.
  @Test func fractionsReadBack() {
    func gcd(_ a: Int, _ b: Int) -> Int { b == 0 ? a : gcd(b, a % b) }
    func check(_ n: Int, _ d: Int) {
      let (numerator, denominator) = (PrimeField(n) / PrimeField(d)).fraction
      let divisor = gcd(n.magnitude.signedInt, d)
      #expect(numerator == Int64(n / divisor) && denominator == Int64(d / divisor), "\(n)/\(d)")
    }
    for n in -60...60 { for d in 1...60 { check(n, d) } }
    var words = IntervalOperands(seed: 7)
    for _ in 0..<2000 {
      let (n, d) = (Int(words.next() >> 34), Int(words.next() >> 34) + 1)
      check(words.next() & 1 == 0 ? n : -n, min(d, (1 << 30) - 1))
    }
    let texts = [(0, 5), (-3, 7), (12, 4), (-8, 2)].map { (PrimeField($0.0) / PrimeField($0.1)).description }
    #expect(texts == ["0", "-3/7", "3", "-4"])
    // A residue that is no short fraction is not printed as a long one.
    #expect(PrimeField(residue: 123_456_789_012_345_678).description == "123456789012345678 mod 2^61-1")
  }
}

extension UInt {
  fileprivate var signedInt: Int { Int(self) }
}
