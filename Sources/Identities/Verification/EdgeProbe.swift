import Arithmetic
import Foundation
import Probability

/// Looks where no sample falls: at the edges of single draws, and of the sum of the normal ones.
///
/// An expectation may be carried by values too rare to be among the samples, and then no rule about samples tells. But
/// the samples come from draws whose law is known. So one block puts one draw far out on purpose, at a point with the
/// mass `2^-s` beyond it, for `s` from 8 to 700 on a grid and on either side; the other draws are as ever. The integral
/// of `|D|` over such points is what the edge carries of the mean of `|D|`.
///
/// Of `n` samples about `expected` fall where one edge has the mass `expected / n`. What lies farther out, `carried`, is
/// known to its order of magnitude at best: it is added to what the mean may be off by, as a bias. For a term that is
/// bounded or grows like a power it is of the order of `1 / n`, far below the standard error. For `exp(12 z - 72)`, an
/// indicator of probability 1e-8, a Girsanov weight far out it is as large as the expectation itself, and the comparison
/// is undecided instead of wrong. Edges that carry something only together, and values that are rare for another reason,
/// are not looked at.
struct EdgeProbe: Sendable {
  /// How many samples are expected in an edge that counts as sampled.
  static let expected = 16.0
  /// The most draws that are looked at; of more, as many are taken at equal distances.
  static let mostDraws = 32

  typealias Place = Draw.Edge.Place

  /// The places to look at for a closure that asks for so many draws, of which some are normal.
  static func places(draws: Int, normals: Int) -> [Place] {
    let single = min(draws, mostDraws)
    return (0..<single).map { Place.draw($0 * draws / single) }
      + (normals > 1 ? [.sum(ofNormals: normals)] : [])
  }

  /// The exponents `s` of the points on one side and the weights of both sides: half of the points with fifty bits of
  /// mass, which a uniform number can have, and half with more.
  private static let side: (exponents: [Double], widths: [Double]) = {
    let half = Variate.blockSize / 4
    let (near, far) = (44.0 / Double(half), 648.0 / Double(half))
    let points = { (start: Double, width: Double) -> [Double] in
      var points: [Double] = []
      for i in 0..<half {
        let middle = Double(i) + 0.5
        points.append(start + middle * width)
      }
      return points
    }
    let (inner, outer) = (points(8, near), points(52, far))
    let exponents = inner + outer
    return (exponents, (0..<2 * half).map { $0 < half ? near : far })
  }()

  /// The numbers that a standard normal variable exceeds with probability `2^-s`.
  private static let quantiles: [Double] = side.exponents.map { s in
    var (low, high) = (0.0, 38.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if erfc(middle / 2.0.squareRoot()) / 2 > Foundation.exp2(-s) { low = middle } else { high = middle }
    }
    return low
  }

  /// A normal variable at its edges: the first half of the block below, the other above.
  private static let normal = quantiles.map { -$0 } + quantiles
  /// A uniform variable at its edges, as near to one as a `Double` may be.
  private static let uniform: [Double] = {
    let below: [Double] = side.exponents.map { Foundation.exp2(-$0) }
    return below + below.map { min(1 - 0x1p-53, 1 - $0) }
  }()
  /// An exponential variable at its edges.
  private static let exponential: [Double] = {
    let below: [Double] = side.exponents.map { -Foundation.log1p(-Foundation.exp2(-$0)) }
    return below + side.exponents.map { $0 * Foundation.log(2) }
  }()

  /// A draw with that place at its edges.
  static func edge(at place: Place) -> Draw.Edge {
    Draw.Edge(place: place, normal: normal, uniform: uniform, exponential: exponential)
  }

  /// What lies beyond an edge of mass `2^-s`, for whole `s` from 8 on.
  private(set) var beyond: [Double] = []
  /// Where most of it was found.
  private(set) var places: [Place?] = []

  /// Takes the terms of a block with that place at its edges; values that are not finite say nothing.
  mutating func add(_ terms: Variate, at place: Place) {
    let samples = terms.samples
    let (exponents, widths) = Self.side
    var found = [Double](repeating: 0, count: 45)
    for i in exponents.indices {
      // One side may overflow where the other is the whole of an expectation.
      let both = [samples[i], samples[exponents.count + i]].map(\.magnitude).filter(\.isFinite).reduce(0, +)
      let mass = Foundation.exp2(-exponents[i]) * Foundation.log(2) * widths[i]
      found[min(44, Int(exponents[i]) - 8)] += both * mass
    }
    for i in found.indices.reversed().dropFirst() { found[i] += found[i + 1] }
    if beyond.isEmpty {
      (beyond, places) = (Array(repeating: 0, count: 45), Array(repeating: nil, count: 45))
    }
    for i in found.indices where found[i] > beyond[i] { (beyond[i], places[i]) = (found[i], place) }
  }

  /// Takes what was found elsewhere.
  mutating func merge(_ other: EdgeProbe) {
    if beyond.isEmpty { self = other }
    for i in other.beyond.indices where other.beyond[i] > beyond[i] {
      (beyond[i], places[i]) = (other.beyond[i], other.places[i])
    }
  }

  /// The most that one edge carries of the mean of `|D|` where fewer than `expected` of so many samples fall.
  func carried(samples: Int) -> (mass: Double, place: Place?) {
    guard !beyond.isEmpty else { return (0, nil) }
    let i = max(0, min(44, Int(Foundation.log2(Double(samples) / Self.expected)) - 8))
    return (beyond[i], places[i])
  }
}

extension Draw.Edge.Place: CustomStringConvertible {
  /// A short text for a person.
  package var description: String {
    switch self {
    case .draw(let k): "draw \(k + 1)"
    case .sum(let count): "the sum of the \(count) normal draws"
    }
  }
}
