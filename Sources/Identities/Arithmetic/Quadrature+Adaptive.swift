/// A sum over panels that are halved where rules disagree; see `Quadrature`.
struct AdaptiveSum {
  private var panels: [Panel] = []
  private var pieces: [Substitution] = []
  /// What lies beyond the outermost points, over all ends.
  private var tails = 0.0
  /// Why there is no bound, or why it is wide.
  private var doubt: String?
  private var points = 0

  /// The most halvings: one of a kink takes some 25, one of a jump 50.
  private static let mostHalvings = 3000

  /// Adds a range with the panels it begins with.
  mutating func add(_ piece: Substitution, _ f: (Double) throws -> Sample) rethrows {
    guard doubt == nil || tails.isFinite else { return }
    pieces.append(piece)
    let ends = piece.panels
    var found: [Panel] = []
    var broken: [Broken] = []
    for (lower, upper) in zip(ends, ends.dropFirst()) {
      switch try examine(Panel(piece: pieces.count - 1, lower: lower, upper: upper), f) {
      case .good(let panel):
        // What is not a number between two numbers is no tail.
        if let last = found.last, last.upper < lower {
          return fail("the integrand is \(broken[broken.count - 1].text)")
        }
        found.append(panel)
      case .broken(let place): broken.append(place)
      }
    }
    try close(piece, &found, broken, f)
  }

  /// Takes the good panels, which must be connected, and what lies beyond them.
  private mutating func close(
    _ piece: Substitution, _ found: inout [Panel], _ broken: [Broken], _ f: (Double) throws -> Sample
  ) rethrows {
    guard let first = found.first, let last = found.last else {
      return fail("the integrand is \(broken[0].text)")
    }
    if case .period = piece {
      if let hole = broken.first { return fail("the integrand is \(hole.text)") }
      panels += found
      return
    }
    // Toward the end from which on it is not a number, as far as it still is one.
    if let place = broken.last(where: { $0.upper <= first.lower }) {
      found = try approach(place, fromAbove: true, f).reversed() + found
    }
    if let place = broken.first(where: { $0.lower >= last.upper }) {
      found += try approach(place, fromAbove: false, f)
    }
    // Far out an enclosure says no more than that something is below the smallest double, however large the weight is:
    // that is a tail, known by its decay.
    while found.count > 2, found[0].isNoise { found.removeFirst() }
    while found.count > 2, found[found.count - 1].isNoise { found.removeLast() }
    for (outermost, next, place) in [
      (found[0], found.dropFirst().first, broken.last { $0.upper <= found[0].lower }),
      (found[found.count - 1], found.dropLast().last, broken.first { $0.lower >= last.upper }),
    ] {
      let tail = next.map { outermost.tail(after: $0) } ?? .infinity
      tails += tail
      let size = found.reduce(0) { $0 + $1.size }
      guard tail > Double.ulpOfOne * size else { continue }
      if let place {
        doubt = "the integrand is \(place.text)"
      } else if tail == .infinity {
        doubt = "the integrand decays too slowly to be integrable, or to be seen to be"
      }
    }
    panels += found
  }

  /// The panels between the last number and the first that is none, halving by halving.
  private mutating func approach(
    _ place: Broken, fromAbove: Bool, _ f: (Double) throws -> Sample
  ) rethrows -> [Panel] {
    var (near, far) = fromAbove ? (place.upper, place.lower) : (place.lower, place.upper)
    var found: [Panel] = []
    for _ in 0..<8 {
      let middle = (near + far) / 2
      let panel = Panel(piece: pieces.count - 1, lower: min(near, middle), upper: max(near, middle))
      switch try examine(panel, f) {
      case .good(let panel):
        found.append(panel)
        near = middle
      case .broken: far = middle
      }
    }
    return found
  }

  private mutating func fail(_ reason: String) {
    doubt = reason
    tails = .infinity
  }

  /// Halves the panel on which the rules disagree most, until what is left is rounding or the halvings are spent.
  mutating func refine(_ f: (Double) throws -> Sample) rethrows {
    guard tails.isFinite else { return }
    var before = Double.infinity
    for halving in 0..<Self.mostHalvings {
      let rounding = panels.reduce(0) { $0 + $1.rounding }
      let left = panels.reduce(0) { $0 + $1.error }
      guard left > Panel.believed * rounding else { return }
      let size = panels.reduce(0) { $0 + $1.size }
      // The digits beyond the tenth may be noise, as those of an integral inside, which no halving takes away.
      if halving % 32 == 31 {
        if left < 1e-10 * size, left > before / 2 { return }
        before = left
      }
      let open = panels.indices.filter { panels[$0].isOpen(of: size) }
      guard let worst = open.max(by: { panels[$0].surplus < panels[$1].surplus }), panels[worst].surplus > 0
      else { return }
      let parent = panels[worst]
      let middle = (parent.lower + parent.upper) / 2
      guard parent.lower < middle, middle < parent.upper else {
        panels[worst].isFinal = true
        continue
      }
      var halves: [Panel] = []
      for (lower, upper) in [(parent.lower, middle), (middle, parent.upper)] {
        switch try examine(Panel(piece: parent.piece, lower: lower, upper: upper), f) {
        case .good(let panel): halves.append(panel)
        case .broken(let place): return fail("the integrand is \(place.text)")
        }
      }
      panels[worst...worst] = parent.inherited(by: halves)[...]
    }
  }

  /// The sum, with its error.
  var estimate: Estimate {
    guard tails.isFinite else { return Estimate(.nan, error: .infinity, doubt: doubt) }
    let value = panels.reduce(0) { $0 + $1.value }
    let size = panels.reduce(0) { $0 + $1.size }
    let left = panels.reduce(0) { $0 + $1.error }
    // Where two rules differ by a hundredth of all there is, neither of them is near.
    if left > size / 100 {
      return Estimate(value, error: .infinity, doubt: "the integrand is not resolved by \(points) points")
    }
    let rounding = panels.reduce(0) { $0 + $1.rounding }
    return Estimate(value, error: 4 * left + rounding + tails, doubt: doubt)
  }

  private enum Look {
    case good(Panel)
    case broken(Broken)
  }

  /// A panel on which the integrand is not a number.
  private struct Broken {
    let lower: Double
    let upper: Double
    let text: String
  }

  /// Evaluates both rules on a panel.
  private mutating func examine(_ panel: Panel, _ f: (Double) throws -> Sample) rethrows -> Look {
    let half = (panel.upper - panel.lower) / 2
    let middle = (panel.upper + panel.lower) / 2
    let substitution = pieces[panel.piece]
    var result = panel
    var (kronrod, gauss, size, shift, noise) = (0.0, 0.0, 0.0, 0.0, 0.0)
    var (previous, deepest, slack) = (Double.nan, 0.0, 0.0)
    // What the polynomial through the nodes is at the panel's ends, beyond its outermost nodes.
    var (below, above) = (0.0, 0.0)
    var waves = SIMD4<Double>.zero
    points += 23
    for i in 0..<21 {
      let k = i <= 10 ? i : 20 - i
      let node = substitution(middle + half * Rule.nodes[i])
      let sample = try f(node.x)
      let value = sample.value
      guard value.isFinite, sample.radius.isFinite else {
        return .broken(Broken(lower: panel.lower, upper: panel.upper, text: "\(value) at \(node.x)"))
      }
      // A weight overflows only where the argument does, and nothing is left there.
      let term = value == 0 ? 0 : value * node.weight
      guard term.isFinite, sample.radius == 0 || (sample.radius * node.weight).isFinite || value == 0 else {
        return .broken(
          Broken(lower: panel.lower, upper: panel.upper, text: "\(value) at \(node.x), too large to weigh"))
      }
      waves += Rule.waves[i] * term
      below += Rule.extrapolation[i] * term
      above += Rule.extrapolation[20 - i] * term
      kronrod += Rule.kronrod[k] * term
      if k % 2 == 1 { gauss += Rule.gauss[k / 2] * term }
      size += Rule.kronrod[k] * term.magnitude
      // What is zero but for the smallest double stays nothing where the weight is about to overflow.
      let doubt = sample.radius < .leastNormalMagnitude ? 0 : sample.radius * node.weight
      noise += Rule.kronrod[k] * doubt
      deepest = max(deepest, node.depth)
      if term.magnitude / node.speed > result.height {
        (result.height, result.depth) = (term.magnitude / node.speed, node.depth)
      }
      // Where arguments are off by their rounding, the values are by as much as the integrand varies over it.
      if i > 0 { shift += (value - previous).magnitude * min(slack, node.slack) }
      (previous, slack) = (value, node.slack)
    }
    result.value = half * kronrod
    result.size = half * size
    // At one place in a panel a kink costs both rules the same, and at another one wave of four is blind to it.
    result.disagreement = half * ((kronrod - gauss).magnitude + (waves * waves).sum().squareRoot())
    // A kink or a jump beyond the outermost node is nothing to either rule, but to the value at the end.
    for (u, expected) in [(panel.lower, below), (panel.upper, above)] {
      let end = substitution(u)
      let term = try f(end.x).value * end.weight
      if term.isFinite { result.disagreement += half * (1 - Rule.nodes[20]) * (term - expected).magnitude }
    }
    result.rounding = (32 + 2 * deepest) * Double.ulpOfOne * result.size + shift + half * noise
    // An enclosure from zero on has its radius for its midpoint.
    result.isNoise = result.size < 1.5 * half * noise
    return .good(result)
  }

  /// The rules of Gauss and Kronrod on [-1, 1] (Piessens et al., QUADPACK, 1983): weights from the end to the middle.
  private enum Rule {
    private static let positive = [
      0.995_657_163_025_808_1, 0.973_906_528_517_171_7, 0.930_157_491_355_708_2, 0.865_063_366_688_984_5,
      0.780_817_726_586_416_9, 0.679_409_568_299_024_4, 0.562_757_134_668_604_7, 0.433_395_394_129_247_2,
      0.294_392_862_701_460_2, 0.148_874_338_981_631_2, 0,
    ]
    static let nodes = positive.map { -$0 } + positive.reversed().dropFirst()
    /// The weights with which the polynomial through the nodes is evaluated at -1.
    static let extrapolation = nodes.indices.map { i in
      nodes.indices.filter { $0 != i }.reduce(1.0) { $0 * (-1 - nodes[$1]) / (nodes[i] - nodes[$1]) }
    }
    /// The weights of the coefficients of the Legendre polynomials of degrees 17 to 20: what is smooth on the scale of
    /// the panel has none of them.
    static let waves = nodes.indices.map { i -> SIMD4<Double> in
      var (previous, polynomial) = (1.0, nodes[i])
      var coefficients = SIMD4<Double>.zero
      for n in 2...20 {
        let next = (Double(2 * n - 1) * nodes[i] * polynomial - Double(n - 1) * previous) / Double(n)
        (previous, polynomial) = (polynomial, next)
        if n >= 17 { coefficients[n - 17] = next * kronrod[i <= 10 ? i : 20 - i] * (Double(n) + 0.5) }
      }
      return coefficients
    }
    static let kronrod = [
      0.011_694_638_867_371_874, 0.032_558_162_307_964_725, 0.054_755_896_574_351_995,
      0.075_039_674_810_919_96, 0.093_125_454_583_697_6, 0.109_387_158_802_297_64, 0.123_491_976_262_065_84,
      0.134_709_217_311_473_34, 0.142_775_938_577_060_09, 0.147_739_104_901_338_49, 0.149_445_554_002_916_9,
    ]
    static let gauss = [
      0.066_671_344_308_688_14, 0.149_451_349_150_580_6, 0.219_086_362_515_982_04, 0.269_266_719_309_996_4,
      0.295_524_224_714_752_87,
    ]
  }
}

/// A value of an integrand, and how far it may be off.
struct Sample {
  let value: Double
  var radius = 0.0
}

/// A part of the line with what the two rules say of it.
private struct Panel {
  let piece: Int
  let lower: Double
  let upper: Double
  var value = 0.0
  /// The integral of the magnitude.
  var size = 0.0
  /// By how much the two rules differ.
  var disagreement = 0.0
  var rounding = 0.0
  /// Whether nothing is known of the integrand but that it is small.
  var isNoise = false
  /// The greatest magnitude of the integrand per unit of depth, the logarithm of the scale.
  var height = 0.0
  /// The depth at which it is reached.
  var depth = 0.0
  /// By how much the disagreement has understated the error of the panels this one came from.
  var widening = 1.0
  /// How often in a row halving has not helped.
  var stalled = 0
  var isFinal = false

  init(piece: Int, lower: Double, upper: Double) {
    (self.piece, self.lower, self.upper) = (piece, lower, upper)
  }

  /// The share of the rounding below which a disagreement is rounding itself.
  static let believed = 0.25

  var error: Double { disagreement * widening }
  var surplus: Double { error - Self.believed * rounding }

  /// Whether halving may still help: noise in the digits beyond the tenth only grows in number.
  func isOpen(of size: Double) -> Bool { !isFinal && (stalled < 4 || error > 1e-10 * size) }

  /// The halves, which inherit the doubt where their sum is farther off than the two rules had said.
  func inherited(by halves: [Panel]) -> [Panel] {
    let surprise = (value - halves.reduce(0) { $0 + $1.value }).magnitude
    let helped = halves.reduce(0) { $0 + $1.disagreement } < 0.7 * disagreement
    var factor = max(1, widening / 16)
    if surprise > max(error, rounding) { factor = min(1e6, factor * surprise / max(error, rounding)) }
    return halves.map {
      var half = $0
      half.widening = factor
      half.stalled = helped ? 0 : stalled + 1
      return half
    }
  }

  /// A bound on what lies beyond this panel, the outermost, after another on the way to the end.
  ///
  /// Per unit of depth an integrand that decays like a power of the distance decays exponentially, at a rate seen
  /// here; four times its sum also covers powers of the depth down to `3/2`, and what is slower has no bound.
  func tail(after inner: Panel) -> Double {
    if height == 0 { return 0 }
    let rate = (Double.log(inner.height) - Double.log(height)) / (depth - inner.depth)
    guard depth > inner.depth, rate.isFinite, rate * depth >= 1.5 else { return .infinity }
    return 4 * height / rate
  }
}
