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
    let scale = (left + right).reduce(0) { max($0, $1.value.magnitude) }
    let excesses = zip(left, right).map { pairing.relation.excess(left: $0.value, right: $1.value) }
    let worst =
      excesses.indices.max { excesses[$0] / tolerances[$0] < excesses[$1] / tolerances[$1] } ?? 0
    let coarsest = tolerances.max() ?? .infinity
    let finite = (excesses + tolerances + [scale]).allSatisfy(\.isFinite)
    outcome =
      if left.isEmpty || left.count != right.count {
        .undecided("the lines have \(left.count) and \(right.count) components")
      } else if !finite {
        .undecided("a value or its error bound is not finite")
      } else if zip(excesses, tolerances).contains(where: { $0 > $1 }) {
        .disagrees
      } else if pairing.relation != .equals, zip(excesses, tolerances).allSatisfy({ $0 <= -$1 }) {
        .agrees
      } else if scale == 0 {
        .undecided("both lines are zero: there is no scale to judge an error by")
      } else if coarsest > precision * scale {
        .undecided(
          "the tolerance \(coarsest.short) is more than \(precision.short) of the scale \(scale.short)")
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
