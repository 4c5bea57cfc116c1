import Arithmetic
import Foundation

extension Relation {
  /// By how much the relation of `left` to `right` is broken; zero or less where it holds.
  func excess(left: Double, right: Double) -> Double {
    switch self {
    case .equals: (left - right).magnitude
    case .atMost: left - right
    case .atLeast: right - left
    }
  }
}

/// What a tolerance is judged by; see `Comparison`.
struct Yardstick {
  /// The largest tolerance, relative to the scale of its component, at which a comparison still says something.
  var precision: Double
  /// The share of the largest component's scale on which the smaller ones are judged at the least.
  var finest = 1.0
  /// The magnitude of the nearest rival, by which lines that are zero are judged; zero where there is none.
  var nearestRival = 0.0
  /// The share of a component's scale that the rounding of its inputs may be.
  var rounding = 0.0
}

extension Comparison {
  /// Compares two lines of numbers with a tolerance for each component.
  ///
  /// The lines disagree where the relation is broken by more than the tolerance. They agree where an inequality
  /// holds by more than the tolerance; otherwise only if every tolerance is also below `precision` times the
  /// scale: what was too coarse to see an error decides nothing.
  init(
    _ pairing: Pairing, left: [Estimate], right: [Estimate], tolerances: [Double], precision: Double,
    resolution: Double? = nil, pValues: [Double] = [], basis: String = ""
  ) {
    self.init(
      pairing, left: left, right: right, tolerances: tolerances, by: Yardstick(precision: precision),
      resolution: resolution, pValues: pValues, basis: basis)
  }

  /// Compares two lines of numbers with a tolerance for each component, and judges that by a yardstick.
  ///
  /// A component's scale is its larger magnitude on the two lines, or a share of that of the largest component:
  /// the `finest`. Lines that are zero within their tolerances have no scale of their own, and are judged by the
  /// nearest rival: what they are told apart from.
  init(
    _ pairing: Pairing, left: [Estimate], right: [Estimate], tolerances: [Double], by yardstick: Yardstick,
    resolution: Double? = nil, pValues: [Double] = [], basis: String = ""
  ) {
    let sizes = zip(left, right).map { max($0.value.magnitude, $1.value.magnitude) }
    let excesses = zip(left, right).map { pairing.relation.excess(left: $0.value, right: $1.value) }
    let isNothing = zip(sizes, tolerances).allSatisfy { $0 <= $1 } && tolerances.contains { $0 > 0 }
    let largest = (left + right).reduce(0) { max($0, $1.value.magnitude) }
    let scale = isNothing && yardstick.nearestRival > 0 ? yardstick.nearestRival : largest
    let scales = sizes.map { max($0, isNothing ? scale : yardstick.finest * scale) }
    let worst =
      excesses.indices.max { excesses[$0] / tolerances[$0] < excesses[$1] / tolerances[$1] } ?? 0
    let finite = (excesses + tolerances + [scale]).allSatisfy(\.isFinite)
    let doubt = (left + right).compactMap(\.doubt).first.map { ": \($0)" } ?? ""
    let coarse = scales.indices.first { tolerances[$0] > yardstick.precision * scales[$0] }
    let broken = excesses.indices.filter { excesses[$0] > tolerances[$0] }
    let name = { (k: Int) in sizes.count == 1 ? "" : " of component \(k + 1)" }
    outcome =
      if left.isEmpty || left.count != right.count {
        .undecided("the lines have \(left.count) and \(right.count) components")
      } else if !finite {
        .undecided("a value or its error bound is not finite\(doubt)")
      } else if broken.contains(where: { excesses[$0] > tolerances[$0] + yardstick.rounding * scales[$0] }) {
        .disagrees
      } else if let k = broken.first {
        .undecided(
          "the lines differ by \(excesses[k].short)\(name(k)), no more than the rounding of their inputs at the "
            + "scale \(scales[k].short): a decimal such as 0.99 is written Interval(decimal: 0.99)")
      } else if pairing.relation != .equals, zip(excesses, tolerances).allSatisfy({ $0 <= -$1 }) {
        .agrees
      } else if scale == 0 {
        .undecided(
          "both lines are zero: there is no scale to judge an error by; where terms cancel, write them on two lines"
        )
      } else if let k = coarse {
        .undecided(
          "the tolerance \(tolerances[k].short)\(name(k)) is more than \(yardstick.precision.short) of the scale "
            + "\(scales[k].short)\(isNothing ? ", that of the nearest rival" : "")\(doubt)")
      } else {
        .agrees
      }
    (line, reference) = (pairing.line, pairing.reference)
    discrepancy = finite && !excesses.isEmpty ? max(0, excesses[worst]) : .nan
    tolerance = tolerances.isEmpty ? .nan : tolerances[worst]
    self.scale = scale
    self.resolution = resolution
    (self.pValues, self.basis) = (pValues, basis)
    place = ""
    self.left = Self.text(left)
    self.right = Self.text(right)
    let own = left.reduce(0) { max($0, $1.value.magnitude) }
    // What may be zero is no measure.
    distance = finite && own > (tolerances.max() ?? 0) ? (excesses.max() ?? 0) / own : nil
    var hasher = Hasher()
    for estimate in left + right { hasher.combine([estimate.value.bitPattern, estimate.error.bitPattern]) }
    fingerprint = yardstick.precision.isFinite ? hasher.finalize() : nil
  }

  static func text(_ estimates: [Estimate]) -> String {
    let values = estimates.map { estimate in
      // A mean of samples is worth no more digits than its standard error leaves.
      if case .standardError(let error) = estimate.uncertainty, error > 0 {
        "\(estimate.value.formatted(digits: 6)) ± \(error.formatted(digits: 2))"
      } else {
        estimate.value.readable
      }
    }
    return values.count == 1 ? values[0] : "(" + values.joined(separator: ", ") + ")"
  }
}

extension Double {
  /// Ten significant digits, for a value that a person compares with another.
  package var readable: String { formatted(digits: 10) }
  /// Three significant digits, for an error or a tolerance.
  public var short: String { formatted(digits: 3) }

  /// The number in a fixed, locale-free form with `digits` significant digits.
  package func formatted(digits: Int) -> String {
    guard isFinite else { return "\(self)" }
    return String(format: "%.\(digits)g", self)
  }
}
