/// The proof of a claim about every point of a box, by halving the box until interval arithmetic decides.
///
/// A box is a vector of intervals. The claim is asked about ever smaller boxes and answers `true` if it holds
/// at every point of the box it is given, `false` if at none (or, which refutes it as well, not at some) and
/// `nil` if the enclosures are too wide to tell. A claim that holds with equality somewhere, such as
/// `x^2 >= 2 x - 1` at 1, stays undecided there: state it with a margin, or without the point.
public struct BranchAndBound: Sendable {
  /// How the search ended.
  public enum Outcome: Sendable {
    /// The claim holds on each of so many pieces, which together are the box.
    case proved(pieces: Int)
    /// The claim fails on this piece of the box.
    case refuted(on: Vector<Interval>)
    /// Nothing refutes the claim, but this piece of the box was too small to be halved again, or was next
    /// when the pieces allowed were used up.
    case undecided(at: Vector<Interval>)

    /// Whether the claim is proved.
    public var isProof: Bool {
      if case .proved = self { true } else { false }
    }
  }

  /// The width of the widest side below which a box is not halved again.
  public let leastWidth: Double
  /// The number of boxes the claim is asked about before the search gives up.
  public let mostPieces: Int

  /// The search with limits that make it end.
  public init(leastWidth: Double = 0x1p-20, mostPieces: Int = 1_000_000) {
    self.leastWidth = leastWidth
    self.mostPieces = mostPieces
  }

  /// Proves or refutes a claim about every point of a bounded box.
  public func prove(
    over box: Vector<Interval>, _ claim: (Vector<Interval>) throws -> Bool?
  ) rethrows -> Outcome {
    precondition(box.components.allSatisfy(\.isBounded), "halving never exhausts the box \(box.components)")
    var (waiting, asked, proved) = ([box], 0, 0)
    var undecided: Vector<Interval>?
    while let piece = waiting.popLast() {
      if asked == mostPieces { return .undecided(at: undecided ?? piece) }
      asked += 1
      switch try claim(piece) {
      case true?: proved += 1
      case false?: return .refuted(on: piece)
      case nil:
        let widest = piece.indices.max { piece[$0].width < piece[$1].width }
        guard let side = widest, piece[side].width > leastWidth else {
          // A refutation elsewhere says more: the search goes on.
          undecided = undecided ?? piece
          continue
        }
        let (left, right) = piece[side].bisected
        var halves = (piece, piece)
        halves.0[side] = left
        halves.1[side] = right
        waiting += [halves.1, halves.0]
      }
    }
    return undecided.map { .undecided(at: $0) } ?? .proved(pieces: proved)
  }

  /// Proves or refutes that a differentiable function is positive on a bounded box.
  public func provePositive(
    over box: Vector<Interval>, _ f: (Vector<Dual<Interval>>) throws -> Dual<Interval>
  ) rethrows -> Outcome {
    try prove(over: box) { piece in
      let range = try meanValueForm(over: piece, of: f)
      return range.lower > 0 ? true : range.upper <= 0 ? false : nil
    }
  }
}

/// The range of a differentiable function over a box, by its value in the middle and its slopes.
///
/// The enclosure is `f(m) + f'(box) (box - m)`, whose excess shrinks with the square of the box, cut with the
/// plain `f(box)`, which is better for wide boxes. It holds where the function is defined on the whole box.
public func meanValueForm(
  over box: Vector<Interval>, of f: (Vector<Dual<Interval>>) throws -> Dual<Interval>
) rethrows -> Interval {
  let middle = box.map { Interval($0.midpoint) }
  let start = try f(middle.map { Dual(constant: $0) }).value
  let centred = start + (try gradient(at: box, of: f)).dot(box - middle)
  let plain = try f(box.map { Dual(constant: $0) }).value
  // Both contain the range, so they meet.
  return centred.intersection(plain) ?? .whole
}
