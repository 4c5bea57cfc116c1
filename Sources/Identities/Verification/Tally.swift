import Arithmetic
import Probability

/// What a simulation has come to so far: the moments of every line and of every difference, and the terms' tails.
struct Tally: Sendable {
  let pairings: [Pairing]
  /// Whether the samples of a block are independent of each other, or only its means of other blocks' means.
  let isPlain: Bool
  var lines: [[Series]] = []
  var differences: [[Series]] = []
  var mismatch: [String?]
  /// Whether a line is the constant zero in every block.
  private(set) var isZero: [[Bool]] = []
  /// What identifies the first block's samples of each component.
  private var firstBlock: [UInt64?] = []
  private var repeats = 0

  /// How many samples there are.
  var count: Int { lines.joined().map(\.terms.count).max() ?? 0 }

  /// The terms of one component of a line or of a difference.
  struct Series: Sendable {
    var terms: Moments
    /// The means of blocks.
    var blocks: Moments
    /// The tail of the terms; nil where they are not independent.
    var tail: TailRule?

    /// The terms of one block.
    init(_ block: Variate) {
      terms = Moments(block)
      blocks = Moments(mean: terms.mean)
    }

    mutating func merge(_ other: Series) {
      terms.merge(other.terms)
      blocks.merge(other.blocks)
      if let tail = other.tail { self.tail?.merge(tail) }
    }

    /// The standard error of the mean, by the terms if they are independent, else by the means of blocks.
    func standardError(isPlain: Bool) -> Double { isPlain ? terms.standardError : blocks.standardError }
  }

  /// An empty tally.
  init(_ pairings: [Pairing], isPlain: Bool) {
    (self.pairings, self.isPlain) = (pairings, isPlain)
    mismatch = pairings.map { _ in nil }
  }

  /// Takes a block; `tails` are the rules, without terms yet, of each component of each difference.
  mutating func add(_ values: [[Variate]], without retired: Set<Int>, _ tails: [[TailRule]]) {
    var block = Tally(pairings, isPlain: isPlain)
    block.lines = values.map { $0.map { Series($0) } }
    block.isZero = values.map { $0.map { $0.constant == 0 } }
    for (i, pairing) in pairings.enumerated() {
      if retired.contains(pairing.line) {
        block.differences.append([])
        continue
      }
      let (left, right) = (values[pairing.reference], values[pairing.line])
      if left.count != right.count || left.isEmpty {
        block.mismatch[i] = "the lines have \(left.count) and \(right.count) components"
      }
      block.differences.append(
        zip(left, right).enumerated().map { j, pair in
          let difference = pair.0 - pair.1
          var series = Series(difference)
          if isPlain, j < tails[i].count {
            series.tail = tails[i][j]
            series.tail?.add(difference)
          }
          return series
        })
    }
    block.firstBlock = values.joined().map(\.fingerprint)
    merge(block)
  }

  /// Takes another part of the simulation.
  mutating func merge(_ other: Tally) {
    if lines.isEmpty {
      self = other
      return
    }
    repeats += other.repeats
    if zip(firstBlock, other.firstBlock).contains(where: { $0 != nil && $0 == $1 }) { repeats += 1 }
    for i in lines.indices {
      for j in lines[i].indices.prefix(other.lines[i].count) {
        lines[i][j].merge(other.lines[i][j])
        isZero[i][j] = isZero[i][j] && other.isZero[i][j]
      }
    }
    for i in differences.indices {
      mismatch[i] = mismatch[i] ?? other.mismatch[i]
      // A line that is left out from now on has no differences; any other has as many as before.
      if other.differences[i].count != differences[i].count, !other.differences[i].isEmpty {
        mismatch[i] =
          "the lines have \(differences[i].count) components in one block and "
          + "\(other.differences[i].count) in another"
      }
      for j in differences[i].indices.prefix(other.differences[i].count) {
        differences[i][j].merge(other.differences[i][j])
      }
    }
  }

  /// Why the samples of a comparison are not independent; nil where they may well be.
  ///
  /// The means of blocks scatter as the samples say, if those are independent; with 64 blocks or more a scatter half
  /// as large again has a probability below 1e-7 (chi-square with 63 degrees of freedom).
  func dependence(_ i: Int) -> String? {
    // A rare event's indicator may be zero all through many blocks; frozen samples repeat in every one.
    let blocks = differences[i].first?.blocks.count ?? 0
    if 2 * repeats > blocks, repeats > 1 {
      return "blocks repeat their samples: randomness must come from the draw"
    }
    guard isPlain else { return nil }
    for series in differences[i]
    where series.blocks.count >= 64 && series.blocks.standardError > 1.5 * series.terms.standardError {
      return "the samples of a block depend on each other"
    }
    return nil
  }
}
