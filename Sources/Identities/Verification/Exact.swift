import Arithmetic
import Probability

/// Evidence that lines are the same rational function of every parameter.
///
/// The derivation is evaluated modulo 2^61 - 1 at random points. By Schwartz and Zippel two rational functions
/// that differ agree at a point with probability at most degree / p, and the degree is counted by the same
/// run; points are added until the probability, summed over the lines, is below 2^-100 in each dimension.
/// What holds modulo the prime by an accident of its integers, as `2^61 = 1`, is not told from what holds: a constant
/// that is a multiple of it is refused, and a coefficient that comes to one in a product of symbols is not seen.
///
/// Without a free symbol nothing is compared, nor where both lines are zeros that none enters; dimensions in all of which the derivation is the
/// same are refused.
public struct Exact: Check {
  /// A few words that tell this check from the identity's others.
  public let name: String
  /// The kind of evidence that the check gives.
  public var evidence: Evidence { .exact }
  /// The dimensions in which the derivation is evaluated.
  public let dimensions: [Int]
  private var reading = Reading()
  private let written: @Sendable (Symbols, Int) throws -> [Line<Symbol>]

  /// The probability, in each dimension, that a false line passes.
  public static let missProbability = 0x1p-103

  /// An exact check: the closure writes the derivation in free symbols, in dimension `d`.
  public init(
    _ name: String = "rational identity", dimensions: [Int] = [1, 2, 3, 5, 8],
    @Lines<Symbol> _ lines: @escaping @Sendable (_ symbols: Symbols, _ d: Int) throws -> [Line<Symbol>]
  ) {
    self.name = name
    self.dimensions = dimensions
    self.written = lines
  }

  /// The cases, each readable on its own.
  public var caseLabels: [String] {
    dimensions == [1] ? ["scalars"] : dimensions.map { "d = \($0)" }
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
    var stream = settings.stream(block: 0)
    var tally: [Tally] = []
    var texts: [LineText] = []
    var miss = Double.infinity
    var (points, poles) = (0, 0)
    guard dimensions[index] > 0 else {
      throw InvalidArgument("dimensions", is: dimensions, expected: "positive numbers")
    }
    while miss > Self.missProbability {
      try Task.checkCancellation()
      points += 1
      guard points <= Self.mostPoints else { break }
      let symbols = Symbols { Self.residue(&stream) }
      let lines = try reading.lines(
        written(symbols, dimensions[index]), case: index, settings)
      if tally.isEmpty {
        guard !symbols.drawn.isEmpty else {
          throw InvalidArgument(
            "symbols", is: "none", expected: "a free symbol at least: nothing else varies")
        }
        try requireDimension(index, lines, symbols, settings)
        texts = try Pairing.texts(lines)
        tally = try Pairing.all(lines).map(Tally.init)
        // Residues have no order, so nothing about an inequality can be seen here.
        if let inequality = texts.first(where: { $0.relation != .equals }) {
          throw InvalidArgument(
            "relation", is: "\(inequality.relation.rawValue) of \(inequality.says)",
            expected: "=, the only relation that exact evidence knows")
        }
      }
      try Pairing.requireSame(lines, texts)
      let values = try lines.map { try $0.value() }
      // A mutant may have poles everywhere; it then says nothing, and the others still do.
      let judged = values.indices.filter { !settings.isBroken || texts[$0].role == .step }
      if judged.contains(where: { values[$0].contains(where: \.isPole) }) {
        poles += 1
        continue
      }
      for i in tally.indices where !values[tally[i].pairing.line].contains(where: \.isPole) {
        tally[i].add(values[tally[i].pairing.reference], values[tally[i].pairing.line])
      }
      miss = tally.filter { !$0.differs }.reduce(0) { $0 + $1.miss }
    }
    let witness = try smallWitness(tally, index, settings)
    return Examination(
      label: caseLabels[index], number: settings.number, lines: texts,
      comparisons: tally.enumerated().map { $1.comparison(witness[$0], poles: poles) },
      errorProbability: min(1, miss), samples: nil)
  }

  /// Throws `InvalidArgument` where the derivation is the same in this dimension as in the one before.
  private func requireDimension(
    _ index: Int, _ lines: [Line<Symbol>], _ symbols: Symbols, _ settings: CaseSettings
  ) throws {
    guard index > 0 else { return }
    guard dimensions[index] != dimensions[index - 1] else {
      throw InvalidArgument("dimensions", is: dimensions, expected: "different ones")
    }
    var stream = settings.stream(block: 0)
    let others = Symbols { Self.residue(&stream) }
    let before = try reading.lines(
      written(others, dimensions[index - 1]), case: index - 1, settings)
    guard others.drawn.count == symbols.drawn.count, before.count == lines.count else { return }
    let same = try zip(before, lines).allSatisfy { a, b in
      let (left, right) = (try a.value(), try b.value())
      return left.count == right.count && zip(left, right).allSatisfy { $0.residue == $1.residue }
    }
    // What enters only when a line is evaluated has to be compared after it.
    if same, others.drawn.count == symbols.drawn.count {
      throw InvalidArgument(
        "dimensions", is: dimensions, expected: "one alone: the derivation is the same in every one of them")
    }
  }

  /// A residue with every value equally likely, as Schwartz and Zippel assume.
  private static func residue(_ stream: inout RandomStream) -> PrimeField {
    while true {
      let word = stream.nextUInt64() >> 3
      if word < PrimeField.modulus { return PrimeField(residue: word) }
    }
  }

  /// Enough for a degree of 2^55; a derivation that needs more is undecided.
  private static let mostPoints = 40

  /// The points looked for as counterexamples: fractions between 0 and 1, as times, variances and weights may be.
  private static let fractions: [[(Int, Int)]] = [
    [(1, 2), (1, 3), (2, 3), (1, 4), (3, 4)], [(1, 2), (1, 4), (3, 4)],
  ]

  /// Values of lines that differ, at a point with small fractions for coordinates, where they print as fractions.
  ///
  /// A covariance `R R^T` of such a root is one over the reals too. The first point at which both values are fractions
  /// with short terms is taken, and the first at all where there is none.
  private func smallWitness(_ tally: [Tally], _ index: Int, _ settings: CaseSettings) throws -> [Witness?] {
    var witness: [Witness?] = tally.map { _ in nil }
    guard tally.contains(where: \.differs) else { return witness }
    var stream = settings.stream(block: 1)
    for attempt in 0..<32 where zip(tally, witness).contains(where: { $0.differs && $1?.isReadable != true })
    {
      let choice = Self.fractions[attempt / 16]
      let symbols = Symbols {
        let (numerator, denominator) = choice[Int(stream.nextUInt64() % UInt64(choice.count))]
        return PrimeField(numerator) / PrimeField(denominator)
      }
      let lines = try reading.lines(written(symbols, dimensions[index]), case: index, settings)
      guard lines.count == tally.count + 1 else { continue }
      let values = try lines.map { try $0.value() }
      let point = symbols.drawn.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
      for (i, entry) in tally.enumerated() where entry.differs && witness[i]?.isReadable != true {
        let (left, right) = (values[entry.pairing.reference], values[entry.pairing.line])
        guard !(left + right).contains(where: \.isPole) else { continue }
        guard let k = zip(left, right).map({ $0.residue != $1.residue }).firstIndex(of: true) else {
          continue
        }
        let component = left.count == 1 ? "" : "; component \(k + 1) of \(left.count)"
        let found = Witness(place: point + component, left: "\(left[k])", right: "\(right[k])")
        if witness[i] == nil || found.isReadable { witness[i] = found }
      }
    }
    return witness
  }

  /// The values of two lines where they differ.
  private struct Witness {
    let place: String
    let left: String
    let right: String

    /// Whether both values are fractions with short terms.
    var isReadable: Bool { !(left + right).contains("mod") }
  }

  /// What the points so far say of one pair of lines.
  private struct Tally {
    let pairing: Pairing
    var differs = false
    var mismatch: String?
    /// The probability that the lines differ although every point so far agreed.
    var miss = 1.0
    var points = 0
    var differing = 0
    /// Whether some line so far was more than a zero into which no symbol enters.
    var isSomething = false
    var degree = 0.0

    init(_ pairing: Pairing) { self.pairing = pairing }

    mutating func add(_ left: [Symbol], _ right: [Symbol]) {
      guard left.count == right.count, !left.isEmpty else {
        mismatch = "the lines have \(left.count) and \(right.count) components"
        miss = 0
        return
      }
      points += 1
      let differsHere = zip(left, right).contains { $0.residue != $1.residue }
      differing += differsHere ? 1 : 0
      differs = differs || differsHere
      isSomething = isSomething || (left + right).contains { !$0.isConstant || $0.residue != 0 }
      degree = zip(left, right).reduce(0) { $0 + $1.0.degreeOfDifference(from: $1.1) }
      miss *= degree / Double(PrimeField.modulus)
    }

    func comparison(_ witness: Witness?, poles: Int) -> Comparison {
      let outcome: Outcome =
        if let mismatch {
          .undecided(mismatch)
        } else if differs {
          .disagrees
        } else if points == 0 {
          .undecided("every point is a pole: on each of \(poles) something was divided by zero")
        } else if !(miss <= Exact.missProbability) {
          .undecided(
            "the degree is too large, \(degree.short), for \(points) points: miss probability \(miss.short)")
        } else if !isSomething, pairing.role == .step {
          .undecided("both lines are zero whatever the symbols are: nothing is compared")
        } else {
          .agrees
        }
      return Comparison(
        line: pairing.line, reference: pairing.reference, outcome: outcome, discrepancy: differs ? 1 : 0,
        tolerance: 0, scale: 0, resolution: nil, pValues: [],
        place: witness?.place ?? "",
        left: witness?.left ?? "differs at \(differing) of \(points) points", right: witness?.right ?? "")
    }
  }
}
