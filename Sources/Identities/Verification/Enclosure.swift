import Arithmetic
import Synchronization

/// Evidence that lines agree for every parameter in a box, by interval arithmetic.
///
/// The box is cut in two until, on every piece, the enclosure of the difference is within the tolerance:
/// `precision` times the magnitude that the component has on that piece, so that a large value elsewhere hides
/// nothing. Only where it is below `precision` of its largest magnitude does that set the scale; lines that are zero
/// on the whole box, as sums whose terms cancel, are judged by the nearest rival. The difference is enclosed by its
/// mean-value form, from its derivatives by automatic differentiation, so it shrinks with the square of a piece's
/// width, and by its values at two corners where it is monotone. A piece at whose centre the relation certainly fails
/// refutes the line.
///
/// Derivatives and values must belong together, or the mean-value form proves nothing: on every piece each line's
/// values at two points are held against its own derivatives. A formula that takes a parameter out of its dual, or
/// branches on a midpoint, is found where that shows between those points: of every box at least 64 pieces are looked
/// at. A number in a formula, `Dual(0.99)`, is the
/// decimal and the double: see `Interval.init(decimal:)`.
public struct Enclosure<Case: Sendable>: Check {
  /// A few words that tell this check from the identity's others.
  public let name: String
  /// The kind of evidence that the check gives.
  public var evidence: Evidence { .enclosure }
  /// The cases, for each of which the whole box is searched.
  public let cases: [Case]
  /// The parameters' names and the intervals they range over.
  public let box: [(name: String, range: ClosedRange<Double>)]
  /// The half-width, relative to the scale, to which agreement is shown: by default `2^-20`, a millionth.
  ///
  /// A larger one is for lines whose enclosures shrink too slowly, and stands in the report as the check's resolution;
  /// it is at most the run's.
  public let precision: Double
  /// The most pieces the box may be cut into before the comparison is left undecided, some microseconds each.
  ///
  /// Halving the precision takes about 1.4 times the pieces for one parameter, and twice for two.
  public let mostPieces: Int
  private var reading = Reading()
  private let written: @Sendable (Case, Parameters) throws -> [Line<Dual<Interval>>]

  /// An enclosure over a box, once for each case.
  public init(
    _ name: String, cases: [Case], over box: KeyValuePairs<String, ClosedRange<Double>>,
    precision: Double = 0x1p-20, mostPieces: Int = 100_000,
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
    let pairings = try Pairing.all(lines)
    for pairing in pairings { comparisons.append(try compare(pairing, pairings, source, root)) }
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

  private func compare(_ pairing: Pairing, _ all: [Pairing], _ chosen: Source, _ root: Piece) throws
    -> Comparison
  {
    var search = Search(pairing: pairing)
    for point in root.grid {
      let (left, right) = try values(pairing, chosen, point)
      if left.count != right.count || left.isEmpty {
        search.doubt = "the lines have \(left.count) and \(right.count) components"
      } else {
        search.visit(point, left.map(\.value), right.map(\.value))
      }
    }
    if !pairing.role.isRival {
      for rival in all where rival.step == pairing.step && rival.role.isRival {
        let sizes = try root.grid.map { point in
          try values(rival, chosen, point).right.reduce(0) { max($0, $1.value.midpoint.magnitude) }
        }
        search.measure(rival: sizes.max() ?? 0, precision: precision)
      }
    }
    var open = [root]
    let most = pairing.role.isRival ? min(1000, mostPieces) : mostPieces
    while let piece = open.popLast(), search.witness == nil, search.doubt == nil {
      try Task.checkCancellation()
      search.pieces += 1
      let lines = try piece.sides.indices.map { try values(pairing, chosen, piece.sides, moving: $0) }
      let center = try look(pairing, chosen, piece.center, &search)
      let aside = try look(pairing, chosen, piece.aside, &search)
      guard piece.admits(center.left, aside.left, lines.map(\.left)),
        piece.admits(center.right, aside.right, lines.map(\.right))
      else {
        search.doubt =
          "a line's derivatives do not explain its values at \(piece.text(box.map(\.name))): a parameter was taken "
          + "out of its dual"
        break
      }
      let slopes = lines.map { zip($0.left, $0.right).map { $1 - $0 } }
      let isLookedAt = pairing.role.isRival || piece.depth >= Self.leastDepth
      if isLookedAt,
        search.settles(piece, zip(center.left, center.right).map { $1 - $0 }, slopes, precision: precision)
      {
        continue
      }
      if try isLookedAt
        && search.settles(
          atCorners: piece, slopes, precision: precision,
          { point in
            let (left, right) = try values(pairing, chosen, point)
            return zip(left, right).map { $1.value - $0.value }
          })
      {
        continue
      }
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

  /// How often a box is cut before a piece of it may settle.
  private static var leastDepth: Int { 6 }

  /// The values of two lines at a point, which is looked at as a possible counterexample.
  private func look(
    _ pairing: Pairing, _ chosen: Source, _ point: [Interval], _ search: inout Search
  ) throws -> (left: [Interval], right: [Interval]) {
    let (left, right) = try values(pairing, chosen, point)
    search.visit(point, left.map(\.value), right.map(\.value))
    return (left.map(\.value), right.map(\.value))
  }
}

extension Enclosure where Case == Void {
  /// An enclosure over a box.
  public init(
    _ name: String, over box: KeyValuePairs<String, ClosedRange<Double>>, precision: Double = 0x1p-20,
    mostPieces: Int = 100_000,
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
