import Testing

@testable import Identities

/// Claims of known truth, put to the search.
@Suite("Branch and bound")
struct BranchAndBoundTests {
  private let search = BranchAndBound()

  @Test func truthsAreProved() {
    // e^x > 1 + x away from the point where they touch.
    let line = Vector([Interval(0.125...3)])
    #expect(search.provePositive(over: line) { Dual.exp($0[0]) - 1 - $0[0] }.isProof)
    // x^2 + y^2 > 2 x y - 1 on a square that contains the diagonal of near equality.
    let square = Vector([Interval(-2...2), Interval(-2...2)])
    #expect(
      search.provePositive(over: square) { $0[0] * $0[0] + $0[1] * $0[1] - 2 * $0[0] * $0[1] + 1 }.isProof)
    // sin^2 + cos^2 is within 2^-10 of 1.
    let near = search.prove(over: Vector([Interval(-3...3)])) { x in
      Interval(1 - 0x1p-10...1 + 0x1p-10).contains(
        Interval.sin(x[0]).squared + Interval.cos(x[0]).squared) ? true : nil
    }
    #expect(near.isProof)
  }

  @Test func falsehoodsAreRefutedWhereTheyFail() {
    // x (1 - x) < 15/64 fails between 3/8 and 5/8.
    let outcome = search.provePositive(over: Vector([Interval(0...1)])) { x in
      Dual(constant: Interval(0.234375)) - x[0] * (1 - x[0])
    }
    guard case .refuted(let piece) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(Interval(0.375...0.625).contains(piece[0]))
  }

  @Test func tangencyStaysUndecided() {
    // (x - 1)^2 > 0 fails at 1 only: no piece shows it.
    let box = Vector([Interval(0...1.75)])
    guard case .undecided(let piece) = search.provePositive(over: box, { ($0[0] - 1) * ($0[0] - 1) }) else {
      Issue.record("decided")
      return
    }
    #expect(piece[0].contains(1.0) && piece[0].width <= search.leastWidth)
  }

  @Test func theSearchGivesUpAfterTheAllowedPieces() {
    var asked = 0
    let outcome = BranchAndBound(leastWidth: 0x1p-60, mostPieces: 100).prove(over: Vector([Interval(0...1)]))
    { _ in
      asked += 1
      return nil
    }
    guard case .undecided = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(asked == 100)
  }

  @Test func piecesCoverTheBox() {
    // The pieces of a grid of quarters: the claim only answers there.
    let box = Vector([Interval(0...1), Interval(0...2)])
    var area = 0.0
    let outcome = search.prove(over: box) { piece in
      if piece[0].width > 0.25 || piece[1].width > 0.25 { return nil }
      area += piece[0].width * piece[1].width
      return true
    }
    guard case .proved(let pieces) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(pieces == 32 && area == 2)
  }

  @Test func meanValueFormsTightenWithTheSquareOfTheWidth() {
    // x (1 - x) has the slope 0 in the middle of [1/2 - w, 1/2 + w] and the range [1/4 - w^2, 1/4].
    for exponent in 2...20 {
      let w = Double(sign: .plus, exponent: -exponent, significand: 1)
      let range = meanValueForm(over: Vector([Interval(0.5 - w...0.5 + w)])) { $0[0] * (1 - $0[0]) }
      #expect(range.contains(Interval(0.25 - w * w...0.25)) && range.width <= 5 * w * w)
    }
  }
}
