import Arithmetic

/// A box, or a piece of one.
struct Piece {
  let sides: [Interval]
  /// How often it was cut out of another.
  var depth = 0

  var center: [Interval] { sides.map { Interval($0.midpoint) } }

  /// A point off every symmetry: errors like to vanish at ends and middles.
  var aside: [Interval] {
    sides.enumerated().map { i, side in Interval(side.lower + (i % 2 == 0 ? 0.2763 : 0.6181) * side.width) }
  }

  /// Points to look at first: ends, middles and points off every symmetry, in every combination of up to four sides.
  var grid: [[Interval]] {
    guard sides.count <= 4 else { return [center, aside] }
    return sides.reduce([[]]) { points, side in
      [
        side.lower, side.lower + 0.2764 * side.width, side.midpoint, side.lower + 0.6180 * side.width,
        side.upper,
      ]
      .flatMap { end in points.map { $0 + [Interval(min(end, side.upper))] } }
    }
  }

  /// Whether a line's slopes on the piece can lead from its values at the centre to those aside of it, and its range
  /// holds both.
  func admits(_ center: [Interval], _ aside: [Interval], _ slopes: [[Dual<Interval>]]) -> Bool {
    let steps = zip(self.aside, self.center).map { $0 - $1 }
    return center.indices.allSatisfy { k in
      guard slopes.allSatisfy({ $0.count == center.count }), aside.count == center.count else { return false }
      let reached = slopes.indices.reduce(center[k]) { $0 + slopes[$1][k].derivative * steps[$1] }
      let range = slopes.first?[k].value ?? .whole
      return reached.intersects(aside[k]) && range.intersects(center[k]) && range.intersects(aside[k])
    }
  }

  /// The two halves across the side that the difference depends on most; nil where no number lies between.
  func halves(_ slopes: [[Dual<Interval>]]) -> [Piece]? {
    func pull(_ i: Int) -> Double {
      let slope = slopes[i].reduce(0) { max($0, $1.derivative.magnitude) }
      return (slope.isFinite ? max(slope, 0x1p-30) : 1e300) * sides[i].width
    }
    guard let i = sides.indices.max(by: { pull($0) < pull($1) }) else { return nil }
    let (side, middle) = (sides[i], sides[i].midpoint)
    guard side.lower < middle, middle < side.upper else { return nil }
    return [Interval(lower: side.lower, upper: middle), Interval(lower: middle, upper: side.upper)].map {
      var sides = sides
      sides[i] = $0
      return Piece(sides: sides, depth: depth + 1)
    }
  }

  func text(_ names: [String]) -> String { Self.text(names, sides) }

  static func text(_ names: [String], _ sides: [Interval]) -> String {
    zip(names, sides).map {
      $1.lower == $1.upper ? "\($0) = \($1.lower.readable)" : "\($0) in \($1)"
    }.joined(separator: ", ")
  }
}

/// The state of one branch and bound.
struct Search {
  let pairing: Pairing
  var pieces = 0
  var scale = 0.0
  var doubt: String?
  /// The point at which the relation fails by most, of those seen.
  var witness: (point: [Interval], left: Interval, right: Interval, excess: Double)?
  /// The deviation that a settled piece may still hide, and what it was allowed, where that came closest.
  var discrepancy = 0.0
  var tolerance = 0.0
  /// What the piece looked at last allows and would need.
  private(set) var latest = "a value is not bounded"
  /// The magnitudes of the components at the point looked at last.
  private var magnitudes: [Double] = []
  /// The magnitude of the nearest rival, where the lines themselves are zero.
  private var nearestRival: Double?
  private var hull: (left: Interval, right: Interval)?

  init(pairing: Pairing) { self.pairing = pairing }

  /// How far an enclosed difference, line minus reference, certainly is on the wrong side.
  private func certainExcess(_ difference: Interval) -> Double {
    switch pairing.relation {
    case .equals: difference.mignitude
    case .atMost: max(0, -difference.upper)
    case .atLeast: max(0, difference.lower)
    }
  }

  /// How far an enclosed difference may be on the wrong side.
  private func possibleExcess(_ difference: Interval) -> Double {
    switch pairing.relation {
    case .equals: difference.magnitude
    case .atMost: max(0, -difference.lower)
    case .atLeast: max(0, difference.upper)
    }
  }

  /// Takes a rival's magnitude for the scale where the lines are nothing beside it, and no other rival is nearer.
  mutating func measure(rival: Double, precision: Double) {
    guard rival > 0, rival.isFinite, scale <= precision * precision * rival else { return }
    nearestRival = min(nearestRival ?? .infinity, rival)
  }

  /// What the difference of a component may be on a piece.
  private func allowed(_ k: Int, _ precision: Double) -> Double {
    precision * max(magnitudes[k], nearestRival ?? (precision * scale))
  }

  /// Looks at one point: a certain failure there is a counterexample.
  mutating func visit(_ point: [Interval], _ left: [Interval], _ right: [Interval]) {
    magnitudes = zip(left, right).map { max($0.midpoint.magnitude, $1.midpoint.magnitude) }
    for (a, b) in zip(left, right) where a.isBounded && b.isBounded {
      scale = max(scale, a.midpoint.magnitude, b.midpoint.magnitude)
      hull = hull.map { ($0.left.hull(a), $0.right.hull(b)) } ?? (a, b)
      let excess = certainExcess(b - a)
      if excess > witness?.excess ?? 0 { witness = (point, a, b, excess) }
    }
  }

  /// Whether the difference is within the tolerance on the whole piece.
  mutating func settles(
    _ piece: Piece, _ central: [Interval], _ slopes: [[Dual<Interval>]], precision: Double
  ) -> Bool {
    guard slopes.allSatisfy({ $0.count == central.count }), scale.isFinite else { return false }
    var closest = (discrepancy, tolerance)
    for k in central.indices {
      var meanValue = central[k]
      for (i, side) in piece.sides.enumerated() {
        meanValue += slopes[i][k].derivative * (side - Interval(side.midpoint))
      }
      let plain = slopes.first?[k].value ?? central[k]
      let excess = min(possibleExcess(meanValue), possibleExcess(plain))
      let allowed = allowed(k, precision)
      guard excess <= allowed else {
        latest = "enclosed to \(excess.short) of the allowed \(allowed.short)"
        return false
      }
      if closest.1 == 0 || excess * closest.1 > closest.0 * allowed { closest = (excess, allowed) }
    }
    (discrepancy, tolerance) = closest
    return true
  }

  /// Whether the difference is within the tolerance at the corners between which it lies, where it is monotone.
  ///
  /// A parameter in which it is not keeps its whole side.
  mutating func settles(
    atCorners piece: Piece, _ slopes: [[Dual<Interval>]], precision: Double,
    _ difference: ([Interval]) throws -> [Interval]
  ) rethrows -> Bool {
    guard let count = slopes.first?.count, slopes.allSatisfy({ $0.count == count }), scale.isFinite else {
      return false
    }
    var closest = (discrepancy, tolerance)
    for k in 0..<count {
      let signs = slopes.map { $0[k].derivative.lower >= 0 ? 1 : $0[k].derivative.upper <= 0 ? -1 : 0 }
      guard signs.contains(where: { $0 != 0 }) else { return false }
      func corner(_ direction: Int) -> [Interval] {
        piece.sides.indices.map { i in
          let sign = signs[i] * direction
          return sign == 0 ? piece.sides[i] : Interval(sign < 0 ? piece.sides[i].lower : piece.sides[i].upper)
        }
      }
      let (least, greatest) = (try difference(corner(-1)), try difference(corner(1)))
      guard least.count == count, greatest.count == count else { return false }
      let excess = possibleExcess(least[k].hull(greatest[k]))
      let allowed = allowed(k, precision)
      guard excess <= allowed else { return false }
      if closest.1 == 0 || excess * closest.1 > closest.0 * allowed { closest = (excess, allowed) }
    }
    (discrepancy, tolerance) = closest
    return true
  }

  /// Whether both lines are zero at every point, without an error: then nothing was computed.
  private var isNothing: Bool { hull.map { $0.left == 0 && $0.right == 0 } ?? true }

  func comparison(precision: Double, names: [String]) -> Comparison {
    let outcome: Outcome =
      if witness != nil {
        .disagrees
      } else if let doubt {
        .undecided(doubt)
      } else if isNothing || (scale == 0 && nearestRival == nil) {
        .undecided("both lines are zero on the box: there is no scale to judge an error by")
      } else {
        .agrees
      }
    let left = witness.map { "\($0.left)" } ?? hull.map { "\($0.left)" } ?? ""
    let right = witness.map { "\($0.right)" } ?? hull.map { "\($0.right)" } ?? ""
    var comparison = Comparison(
      line: pairing.line, reference: pairing.reference, outcome: outcome,
      discrepancy: witness?.excess ?? discrepancy, tolerance: witness == nil ? tolerance : 0,
      scale: nearestRival ?? scale,
      resolution: precision, pValues: [], place: witness.map { Piece.text(names, $0.point) } ?? "",
      left: left,
      right: right)
    if let hull {
      let own = hull.left.magnitude
      comparison.distance = witness.flatMap {
        own > precision * precision * hull.right.magnitude && own.isFinite ? $0.excess / own : nil
      }
    }
    return comparison
  }
}
