import Arithmetic
import Synchronization

/// Evidence that lines agree for every parameter in a box, by interval arithmetic.
///
/// The box is cut in two until, on every piece, the enclosure of the difference is within the tolerance:
/// `precision` times the magnitude that the component has on that piece, so that a large value elsewhere hides
/// nothing. Only where it is below `precision` of its largest magnitude does that set the scale. The difference is
/// enclosed by its mean-value form, from its derivatives by automatic differentiation, so it shrinks with the
/// square of a piece's width. A piece at whose centre the relation certainly fails refutes the line.
public struct Enclosure<Case: Sendable>: Check {
  /// A few words that tell this check from the identity's others.
  public let name: String
  /// The kind of evidence that the check gives.
  public var evidence: Evidence { .enclosure }
  /// The cases, for each of which the whole box is searched.
  public let cases: [Case]
  /// The parameters' names and the intervals they range over.
  public let box: [(name: String, range: ClosedRange<Double>)]
  /// The half-width, relative to the scale, to which agreement is shown.
  public let precision: Double
  /// The most pieces the box may be cut into.
  public let mostPieces: Int
  private var reading = Reading()
  private let written: @Sendable (Case, Parameters) throws -> [Line<Dual<Interval>>]

  /// An enclosure over a box, once for each case.
  public init(
    _ name: String, cases: [Case], over box: KeyValuePairs<String, ClosedRange<Double>>,
    precision: Double = 0x1p-14, mostPieces: Int = 20_000,
    @Lines<Dual<Interval>> _ lines:
      @escaping @Sendable (Case, Parameters) throws -> [Line<Dual<Interval>>]
  ) {
    self.name = name
    self.cases = cases
    self.box = box.map { ($0.key, $0.value) }
    self.precision = precision
    self.mostPieces = mostPieces
    self.written = lines
  }

  /// The cases, each readable on its own.
  public var caseLabels: [String] {
    let ranges = box.map { "\($0.name) in [\($0.range.lowerBound.brief), \($0.range.upperBound.brief)]" }
    return cases.map { (($0 is Void ? [] : ["\($0)"]) + ranges).joined(separator: ", ") }
  }

  /// The names that code gives values to, and how, in a few words.
  public var computed: [(name: String, by: String)] { reading.computed }

  /// The check with the lines of a derivation, where it has none of its own.
  public func reading(_ derivation: Derivation) -> any Check {
    var check = self
    check.reading = Reading(derivation)
    return check
  }

  /// Compares the lines on one case.
  public func examine(case index: Int, _ settings: CaseSettings) async throws -> Examination {
    try validate(finest: settings.resolution)
    let root = Piece(sides: box.map { Interval($0.range) })
    let source = { parameters in
      try reading.lines(written(cases[index], parameters), case: index, settings)
    }
    let lines = try source(parameters(root.center, moving: nil))
    var comparisons: [Comparison] = []
    for pairing in try Pairing.all(lines) {
      comparisons.append(try compare(pairing, source, root))
    }
    return Examination(
      label: caseLabels[index], number: settings.number, lines: try Pairing.texts(lines),
      comparisons: comparisons, errorProbability: 0, samples: nil)
  }

  /// What gives the lines at values of the parameters.
  private typealias Source = (Parameters) throws -> [Line<Dual<Interval>>]

  private func validate(finest resolution: Double) throws {
    guard precision > 0, precision <= resolution else {
      throw InvalidArgument(
        "precision", is: precision, expected: "above 0 and at most the run's resolution \(resolution)")
    }
    let names = box.map(\.name)
    guard Set(names).count == names.count else {
      throw InvalidArgument("box", is: names, expected: "a different name for each parameter")
    }
    for (name, range) in box
    where !(range.lowerBound.isFinite && range.upperBound.isFinite && range.lowerBound < range.upperBound) {
      throw InvalidArgument("box", is: "\(name) in \(range)", expected: "finite ends, one below the other")
    }
  }

  private func parameters(_ sides: [Interval], moving: Int?) -> Parameters {
    Parameters(
      values: Dictionary(
        uniqueKeysWithValues: box.indices.map { i in
          (box[i].name, Dual(sides[i], derivative: i == moving ? 1 : 0))
        }))
  }

  /// The values of a pair of lines with the parameters in `sides`, the `moving` one differentiated by.
  private func values(
    _ pairing: Pairing, _ chosen: Source, _ sides: [Interval], moving: Int? = nil
  ) throws -> (left: [Dual<Interval>], right: [Dual<Interval>]) {
    let parameters = parameters(sides, moving: moving)
    let lines = try chosen(parameters)
    guard lines.count > pairing.line else {
      throw InvalidArgument("lines", is: lines.map(\.says), expected: "as many at every point of the box")
    }
    let values = (left: try lines[pairing.reference].value(), right: try lines[pairing.line].value())
    if let unknown = parameters.unknown.first {
      throw InvalidArgument("parameter", is: unknown, expected: "one of \(box.map(\.name))")
    }
    return values
  }

  private func compare(_ pairing: Pairing, _ chosen: Source, _ root: Piece) throws -> Comparison {
    var search = Search(pairing: pairing)
    for point in root.grid {
      let (left, right) = try values(pairing, chosen, point)
      if left.count != right.count || left.isEmpty {
        search.doubt = "the lines have \(left.count) and \(right.count) components"
      } else {
        search.visit(point, left.map(\.value), right.map(\.value))
      }
    }
    var open = [root]
    let most = pairing.role == .step || pairing.role == .restatement ? mostPieces : min(1000, mostPieces)
    while let piece = open.popLast(), search.witness == nil, search.doubt == nil {
      try Task.checkCancellation()
      search.pieces += 1
      let slopes = try piece.sides.indices.map { i in
        let (left, right) = try values(pairing, chosen, piece.sides, moving: i)
        return zip(left, right).map { $1 - $0 }
      }
      let center = try differences(pairing, chosen, piece.center, &search)
      if search.pieces <= Self.audited {
        let aside = try differences(pairing, chosen, piece.aside, &search)
        if !piece.admits(center, aside, slopes) {
          search.doubt =
            "the lines' derivatives do not explain their values: a parameter was taken out of its dual"
          break
        }
      }
      if search.settles(piece, center, slopes, precision: precision) { continue }
      if search.pieces + open.count >= most {
        search.doubt =
          "not settled after \(search.pieces) pieces: \(search.latest) at \(piece.text(box.map(\.name)))"
      } else if let halves = piece.halves(slopes) {
        open.append(contentsOf: halves)
      } else {
        search.doubt = "\(search.latest) at \(piece.text(box.map(\.name))), which cannot be cut further"
      }
    }
    return search.comparison(precision: precision, names: box.map(\.name))
  }

  /// On how many pieces the derivatives are held against the values.
  private static var audited: Int { 200 }

  /// The differences of two lines at a point, which is looked at as a possible counterexample.
  private func differences(
    _ pairing: Pairing, _ chosen: Source, _ point: [Interval], _ search: inout Search
  ) throws -> [Interval] {
    let (left, right) = try values(pairing, chosen, point)
    search.visit(point, left.map(\.value), right.map(\.value))
    return zip(left, right).map { $1.value - $0.value }
  }
}

extension Enclosure where Case == Void {
  /// An enclosure over a box.
  public init(
    _ name: String, over box: KeyValuePairs<String, ClosedRange<Double>>, precision: Double = 0x1p-20,
    mostPieces: Int = 20_000,
    @Lines<Dual<Interval>> _ lines: @escaping @Sendable (Parameters) throws -> [Line<Dual<Interval>>]
  ) {
    self.init(name, cases: [()], over: box, precision: precision, mostPieces: mostPieces) { _, parameters in
      try lines(parameters)
    }
  }
}

/// The parameters of an enclosure, by name, each ranging over an interval.
public struct Parameters: Sendable {
  private let values: [String: Dual<Interval>]
  private let asked = Names()

  init(values: [String: Dual<Interval>]) { self.values = values }

  /// The parameter of a name, which must be one of the box: the check is inconclusive otherwise.
  public subscript(name: String) -> Dual<Interval> {
    if let value = values[name] { return value }
    asked.unknown.withLock { $0.append(name) }
    return Dual(.whole, derivative: .whole)
  }

  /// The names asked for that are not in the box.
  var unknown: [String] { asked.unknown.withLock { $0 } }

  private final class Names: Sendable {
    let unknown = Mutex<[String]>([])
  }
}

/// A box, or a piece of one.
struct Piece {
  let sides: [Interval]

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

  /// Whether the slopes on the piece can lead from the differences at its centre to those aside of it, and its range
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
      return Piece(sides: sides)
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
private struct Search {
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
      let allowed = precision * max(magnitudes[k], precision * scale)
      guard excess <= allowed else {
        latest = "enclosed to \(excess.short) of the allowed \(allowed.short)"
        return false
      }
      if closest.1 == 0 || excess * closest.1 > closest.0 * allowed { closest = (excess, allowed) }
    }
    (discrepancy, tolerance) = closest
    return true
  }

  func comparison(precision: Double, names: [String]) -> Comparison {
    let outcome: Outcome =
      if witness != nil {
        .disagrees
      } else if let doubt {
        .undecided(doubt)
      } else if scale == 0 {
        .undecided("both lines are zero on the box: there is no scale to judge an error by")
      } else {
        .agrees
      }
    let left = witness.map { "\($0.left)" } ?? hull.map { "\($0.left)" } ?? ""
    let right = witness.map { "\($0.right)" } ?? hull.map { "\($0.right)" } ?? ""
    return Comparison(
      line: pairing.line, reference: pairing.reference, outcome: outcome,
      discrepancy: witness?.excess ?? discrepancy, tolerance: witness == nil ? tolerance : 0, scale: scale,
      resolution: precision, pValues: [], place: witness.map { Piece.text(names, $0.point) } ?? "",
      left: left,
      right: right)
  }
}
