import Arithmetic
import Probability

/// Evidence that lines are the same rational function of every parameter.
///
/// The derivation is evaluated modulo 2^61 - 1 at random points. By Schwartz and Zippel two rational functions
/// that differ agree at a point with probability at most degree / p, and the degree is counted by the same
/// run; points are added until the probability, summed over the lines, is below 2^-100 in each dimension.
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
    var points = 0
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
      if values.joined().contains(where: \.isPole) { continue }
      for i in tally.indices {
        tally[i].add(values[tally[i].pairing.reference], values[tally[i].pairing.line])
      }
      miss = tally.filter { !$0.differs }.reduce(0) { $0 + $1.miss }
    }
    let witness = try smallWitness(tally, index, settings)
    return Examination(
      label: caseLabels[index], number: settings.number, lines: texts,
      comparisons: tally.enumerated().map { $1.comparison(witness[$0]) },
      errorProbability: min(1, miss), samples: nil)
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

  /// Values of lines that differ, at a point with small integer coordinates, where they print as fractions.
  private func smallWitness(_ tally: [Tally], _ index: Int, _ settings: CaseSettings) throws -> [Witness?] {
    var witness: [Witness?] = tally.map { _ in nil }
    guard tally.contains(where: \.differs) else { return witness }
    var stream = settings.stream(block: 1)
    for _ in 0..<16 where zip(tally, witness).contains(where: { $0.differs && $1 == nil }) {
      let symbols = Symbols { PrimeField(Int(stream.nextUInt64() % 9) - 4) }
      let lines = try reading.lines(
        written(symbols, dimensions[index]), case: index, settings)
      guard lines.count == tally.count + 1 else { continue }
      let values = try lines.map { try $0.value() }
      let point = symbols.drawn.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
      for (i, entry) in tally.enumerated() where entry.differs && witness[i] == nil {
        let (left, right) = (values[entry.pairing.reference], values[entry.pairing.line])
        guard !(left + right).contains(where: \.isPole) else { continue }
        guard let k = zip(left, right).map({ $0.residue != $1.residue }).firstIndex(of: true) else {
          continue
        }
        witness[i] = Witness(place: point, left: "\(left[k])", right: "\(right[k])")
      }
    }
    return witness
  }

  /// The values of two lines where they differ.
  private struct Witness {
    let place: String
    let left: String
    let right: String
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
      let degree = zip(left, right).reduce(0) { $0 + $1.0.degreeOfDifference(from: $1.1) }
      miss *= degree / Double(PrimeField.modulus)
    }

    func comparison(_ witness: Witness?) -> Comparison {
      let outcome: Outcome =
        if let mismatch {
          .undecided(mismatch)
        } else if differs {
          .disagrees
        } else if !(miss <= Exact.missProbability) {
          .undecided("the degree is too large, or every point is a pole: miss probability \(miss.short)")
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
