import Arithmetic

/// Evidence that lines agree at chosen cases to many digits, each value with an error bound of its own.
///
/// The tolerance of a comparison is the sum of the two lines' error bounds. Where that sum is coarser than
/// `precision` times the scale the comparison is undecided, so a generous bound cannot buy a pass. Each component of
/// a vector is judged on its own scale, down to a thousandth of the largest; where all are zero within their bounds,
/// as a sum whose terms cancel, on that of the nearest rival. A difference within 64 units in the last place of the
/// scale is undecided too: the decimals that lines are written with are rounded themselves.
public struct Numerical<Case: Sendable>: Check {
  /// A few words that tell this check from the identity's others.
  public let name: String
  /// The kind of evidence that the check gives.
  public var evidence: Evidence { .numerical }
  /// The cases on which the lines are compared.
  public let cases: [Case]
  /// The largest tolerance, relative to the scale, at which a comparison still says something; at most `1e-6`.
  public let precision: Double
  private var reading = Reading()
  private let written: @Sendable (Case) throws -> [Line<Estimate>]

  /// A numerical check: the closure writes the derivation at one case.
  public init(
    _ name: String, cases: [Case], precision: Double = 1e-10,
    @Lines<Estimate> _ lines: @escaping @Sendable (Case) throws -> [Line<Estimate>]
  ) {
    self.name = name
    self.cases = cases
    self.precision = precision
    self.written = lines
  }

  /// Throws `InvalidArgument` where an error is no bound: a standard error, which one mean in three exceeds.
  private static func validate(_ says: String, _ values: [Estimate]) throws {
    for value in values where !value.isBounded && !value.error.isNaN {
      throw InvalidArgument(
        "error of the line \(says)", is: value.uncertainty,
        expected: "a bound, not negative; what is simulated belongs in a Statistical check")
    }
  }

  /// The largest precision that an author may ask for: what is coarser is no numerical evidence.
  private static var coarsest: Double { 1e-6 }

  /// The cases, each readable on its own.
  public var caseLabels: [String] { cases.map { "\($0)" } }

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
    guard precision > 0, precision < 1 else {
      throw InvalidArgument("precision", is: precision, expected: "a fraction between 0 and 1")
    }
    guard precision > 0, precision <= Self.coarsest else {
      throw InvalidArgument("precision", is: precision, expected: "above 0 and at most \(Self.coarsest)")
    }
    let lines = try reading.lines(written(cases[index]), case: index, settings)
    let values = try lines.map { try $0.value() }
    for (line, value) in zip(lines, values) { try Self.validate(line.says, value) }
    let pairings = try Pairing.all(lines)
    let comparisons = pairings.map { pairing in
      let (left, right) = (values[pairing.reference], values[pairing.line])
      let rivals = pairings.filter { $0.step == pairing.step && $0.role.isRival }.map { rival in
        values[rival.line].reduce(0) { max($0, $1.value.magnitude) }
      }
      return Comparison(
        pairing, left: left, right: right,
        tolerances: zip(left, right).map { $0.error + $1.error + pairing.bias },
        by: Yardstick(
          precision: precision, finest: 1e-3,
          nearestRival: rivals.filter { $0 > 0 && $0.isFinite }.min() ?? 0,
          rounding: 0x1p-46))
    }
    return Examination(
      label: caseLabels[index], number: settings.number, lines: try Pairing.texts(lines),
      comparisons: comparisons, errorProbability: 0, samples: nil)
  }
}
