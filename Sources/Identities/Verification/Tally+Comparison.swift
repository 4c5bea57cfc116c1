import Arithmetic
import Foundation
import Probability

/// What a comparison of simulated lines is given beside their samples.
struct Grounds: Sendable {
  /// The probability with which a component may be refuted though it is true.
  let probability: Double
  /// The largest relative discrepancy that may go unseen.
  let resolution: Double
  /// The tails of the terms of each component of the difference.
  let tails: [TailRule]
  /// What is beyond the edges of the draws, for each component.
  let edges: [EdgeProbe]
  /// Why the terms are not independent, if they are not.
  let dependence: String?
  /// Whether the lines are read from texts that say different things.
  let areDifferentFormulas: Bool
  /// How many samples a sum has been taken of.
  let samples: Int
}

extension Tally {
  /// One component of a comparison: what it may be off by, and the scale that an error is judged by.
  fileprivate struct Component {
    let radius: Double
    let visible: Double
    let scale: Double
    let scaleName: String
    let index: Double
    let edge: (mass: Double, place: EdgeProbe.Place?)
  }

  /// Compares the lines of a pairing.
  func comparison(_ i: Int, _ grounds: Grounds) -> Comparison {
    let (pairing, difference) = (pairings[i], differences[i])
    let (left, right) = (lines[pairing.reference], lines[pairing.line])
    let components = difference.indices.prefix(min(left.count, right.count, grounds.tails.count)).map { j in
      component(i, j, left, right, grounds)
    }
    let coarsest = components.indices.max { components[$0].relative < components[$1].relative }
    let resolution = coarsest.map { components[$0].relative } ?? .infinity
    let plain = Comparison(
      pairing, left: estimates(left), right: estimates(right),
      tolerances: components.map(\.radius) + left.dropFirst(components.count).map { _ in .infinity },
      precision: .infinity, resolution: mismatch[i] == nil ? resolution : nil,
      // Only an equality without bias has a difference of mean zero, and p-values that mean something.
      pValues: pairing.relation == .equals && pairing.bias == 0
        ? difference.indices.prefix(components.count).map { pValue(difference[$0], left[$0], right[$0]) }
        : [],
      basis: coarsest.map { basis(components[$0], $0, of: components.count, grounds) } ?? "")
    if let mismatch = mismatch[i] { return plain.with(.undecided(mismatch)) }
    // Dependent samples and tails that no mean can be trusted with decide nothing in either direction.
    if let reason = grounds.dependence, isVarying(difference) {
      return plain.with(.undecided(reason), resolution: nil)
    }
    if let j = components.indices.first(where: { components[$0].isCarriedByFew }),
      difference.allSatisfy({ $0.terms.variance.isFinite })
    {
      return plain.with(.undecided(tailReason(components[j], j, of: components.count, grounds)))
    }
    guard plain.outcome == .agrees, let coarsest else { return plain }
    if pairing.role != .restatement, !grounds.areDifferentFormulas,
      let reason = degenerate(difference, left, right)
    {
      return plain.with(.undecided(reason))
    }
    if let worst = components.first(where: { pairing.bias > grounds.resolution * $0.scale }) {
      return plain.with(
        .undecided(
          "the bias \(pairing.bias.short) alone is more than \(grounds.resolution.short) of the scale "
            + worst.scale.short), resolution: nil)
    }
    // An inequality that holds by more than chance can have is not closer to equality than it looks.
    let isClear = components.indices.allSatisfy { j in
      pairing.relation.excess(left: left[j].terms.mean, right: right[j].terms.mean) <= -components[j].radius
    }
    if isClear, pairing.relation != .equals { return plain }
    // Written so that a NaN is not seen as fine enough.
    guard resolution <= grounds.resolution else {
      return plain.with(
        .undecided(coarseReason(components[coarsest], coarsest, of: components.count, grounds)))
    }
    return plain
  }

  private func component(
    _ i: Int, _ j: Int, _ left: [Series], _ right: [Series], _ grounds: Grounds
  ) -> Component {
    let (pairing, series) = (pairings[i], differences[i][j])
    let level = ErrorBudget.level(grounds.probability)
    let (moments, tail) = (isPlain ? series.terms : series.blocks, grounds.tails[j])
    let square = moments.meanSquare
    var judgement = tail.judgement(
      meanSquare: isPlain ? square : series.terms.meanSquare, count: series.terms.count, level: level)
    var (scale, second) = (tail.scale, judgement.secondMoment)
    if !isPlain {
      // What holds for terms below a bound holds for means of blocks below twice the largest seen.
      scale /= Double(Variate.blockSize).squareRoot()
      if second.isFinite {
        second = TailRule.bounded(
          square, reach: 2 * moments.largest, scale: scale, count: moments.count, level: level)
      }
    }
    // A bounded difference without variance is exact: nothing of it is left to chance.
    if square == 0, moments.largest == 0 { judgement = .init(secondMoment: 0, index: .infinity, terms: 0) }
    let edge = grounds.edges[j].carried(samples: grounds.samples)
    let rounding =
      [left[j].terms, right[j].terms].reduce(0) { max($0, $1.mean.magnitude, $1.variance.squareRoot()) }
      * 0x1p-44
    let radius =
      ErrorBudget.radius(
        meanSquare: square, secondMoment: second, scale: scale, count: moments.count, level: level)
      + edge.mass + pairing.bias + rounding
    let (size, name) = magnitude(i, j, left, right, level)
    return Component(
      radius: radius, visible: ErrorBudget.visible(moments, radius: radius), scale: size, scaleName: name,
      index: judgement.index, edge: edge)
  }

  /// The scale of a component: its own mean where that is seen to differ from zero, else the largest of all; its standard
  /// deviation if that is less, so that an added constant hides nothing; and this alone beside a line that is zero,
  /// whose terms cancel.
  private func magnitude(
    _ i: Int, _ j: Int, _ left: [Series], _ right: [Series], _ level: Double
  ) -> (Double, String) {
    let pairing = pairings[i]
    let own = max(left[j].terms.mean.magnitude, right[j].terms.mean.magnitude)
    let error = max(left[j].standardError(isPlain: isPlain), right[j].standardError(isPlain: isPlain))
    let isSeen = !(own <= (2 * level).squareRoot() * error)
    let spread = max(left[j].terms.variance, right[j].terms.variance).squareRoot()
    if !isSeen, isZero[pairing.reference][j] || isZero[pairing.line][j], spread > 0 {
      return (spread, "the standard deviation of its terms, which cancel")
    }
    let size = isSeen ? own : (left + right).reduce(0) { max($0, $1.terms.mean.magnitude) }
    if spread > 0, spread < size { return (spread, "its standard deviation") }
    return (size, isSeen ? "its own mean" : "the largest mean")
  }

  private func isVarying(_ difference: [Series]) -> Bool { difference.contains { $0.terms.variance > 0 } }

  /// Why a difference without noise of its own says nothing about expectations.
  ///
  /// Lines that agree sample by sample are one formula written twice, and constants need no simulation.
  private func degenerate(_ difference: [Series], _ left: [Series], _ right: [Series]) -> String? {
    difference.indices.first { isSameSampleBySample(difference[$0], left[$0], right[$0]) }.map {
      "component \($0 + 1) of the two lines is the same sample by sample: nothing is tested"
    }
  }

  private func isSameSampleBySample(_ difference: Series, _ left: Series, _ right: Series) -> Bool {
    let (a, b) = (left.terms, right.terms)
    return difference.terms.variance <= max(a.variance, b.variance, a.mean * a.mean) * 0x1p-80
  }

  private func tailReason(_ component: Component, _ j: Int, of count: Int, _ grounds: Grounds) -> String {
    let place = count > 1 ? " of component \(j + 1)" : ""
    if !component.edge.mass.isFinite {
      return "the terms\(place) at the edge of \(component.edge.place!) are infinite"
    }
    return """
      a few of \(grounds.samples) samples carry the sum\(place): the largest terms fall off like a power that may be as \
      low as \(component.index.short), and at 2 or less there is no variance to judge a mean by; \(Self.remedy)
      """
  }

  private func coarseReason(_ component: Component, _ j: Int, of count: Int, _ grounds: Grounds) -> String {
    let resolved =
      "\(grounds.samples) samples resolve \(component.relative.short) of \(component.scaleText(j, of: count))"
    guard component.edge.mass > grounds.resolution * component.scale / 2, let place = component.edge.place
    else {
      return resolved
    }
    return resolved + """
      : the edge of \(place), where fewer than \(EdgeProbe.expected.short) of them fall, carries \
      \(component.edge.mass.short); \(Self.remedy)
      """
  }

  /// What the resolution is relative to, and how rare what may go unseen is: an event of probability `p` is missed by
  /// `n` samples with probability `(1 - p)^n`.
  private func basis(_ component: Component, _ j: Int, of count: Int, _ grounds: Grounds) -> String {
    let unseen = -Foundation.log(ErrorBudget.ofOversight) / Double(max(1, grounds.samples))
    return """
      relative to \(component.scaleText(j, of: count)); what has a probability below \(unseen.short), and is not at the \
      edge of a single draw, may go unseen
      """
  }

  private static let remedy =
    "tilt the law (draw.normal(shiftedBy:)), weight it, condition on what is rare (draw.normal(above:)), or use the "
    + "exact moment (Gaussian.meanOfExponential)"

  private func estimates(_ line: [Series]) -> [Estimate] {
    line.map { Estimate($0.terms.mean, .standardError($0.standardError(isPlain: isPlain))) }
  }

  /// NaN where chance has no part in the difference.
  private func pValue(_ difference: Series, _ left: Series, _ right: Series) -> Double {
    if isSameSampleBySample(difference, left, right) { return .nan }
    return isPlain ? ErrorBudget.pValue(difference.terms) : ErrorBudget.studentPValue(difference.blocks)
  }
}

extension Tally.Component {
  /// Whether nothing shows that the terms have a variance.
  var isCarriedByFew: Bool { index <= 2 || edge.mass == .infinity }

  /// The smallest relative discrepancy that would be refuted.
  var relative: Double { visible / scale }

  func scaleText(_ j: Int, of count: Int) -> String {
    "the scale \(scale.short)" + (count > 1 ? " of component \(j + 1)" : "") + ", \(scaleName)"
  }
}

extension Moments {
  /// The mean of squares.
  var meanSquare: Double { (count > 1 ? variance * Double(count - 1) / Double(count) : 0) + mean * mean }
}
