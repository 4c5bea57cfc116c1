import Arithmetic
import Foundation
import Probability

/// Judges the tails of a sample before its mean: how large the second moment may be, by what its largest terms show.
///
/// No bound on a mean can be had from samples alone (Bahadur and Savage 1956), so something has to be assumed of what
/// lies beyond them. Here it is that *tails get no heavier farther out*: beyond the threshold `t`, the logarithm of
/// `P(|D| > e^u)` is a concave function of `u`. Bounded, normal, exponential, log-normal, Weibull, Student and Pareto
/// laws are such, and so are their powers. Under it, with probability at least `1 - e^-level` for each of four events:
///
/// 1. Given the `k + 1`st largest of the terms, `x`, the logarithms of the `k` larger ones over `x` are independent with
///    increasing failure rate and a mean `m`, hence smaller in convex order than an exponential variable `V` of that
///    mean (Barlow and Proschan 1965). As `e^(-s u)` is convex, Chernoff's bound for `V` holds for their mean `h`:
///    `P(h <= a m) <= (a e^(1-a))^k`. So `m <= h / a` where `1 - a + log a = -level / k`. For a Pareto law `1 / m` is
///    the tail index and `h` Hill's estimate.
/// 2. `P(|D| > x) <= q` where `n q = k + level + sqrt(level^2 + 2 k level)`, by Chernoff's bound for a binomial count.
/// 3. As `(e^(2u) - 1)` is convex, `E (D^2 - x^2)^+ <= q x^2 E (e^(2V) - 1) = q x^2 2m / (1 - 2m)` if `m < 1/2`, and
///    if not, nothing shows that there is a variance: the tail index may be 2 or less.
/// 4. Below `x` terms are bounded: `E min(D^2, x^2) <= (g + sqrt(g^2 + s))^2` with `s` the mean of squares and
///    `g = x sqrt(level / 2n)`, Bernstein's one-sided bound for variables that are not negative.
///
/// The sum of 3 and 4, at its least over the numbers `k` that are tried, bounds the second moment. Thresholds and
/// scales that depend on the sample are rounded up to a grid, and all of the grid is paid for by `events`.
struct TailRule: Sendable {
  /// What the terms are collected above: a quantile of another block, about one in 32.
  let threshold: Double
  /// The root mean square of that block.
  let scale: Double
  /// The magnitudes above the threshold, in no order.
  private var excesses: [Double] = []
  /// How many terms there were.
  private(set) var count = 0

  /// Steps of the grid for scales, each a factor of the root of two.
  static let grid = -60...20
  /// How many terms are larger than the threshold on which a tail may be judged.
  private static let numbers = [32, 64, 128, 256, 512, 1024, 2048]
  /// The events that a comparison's error is shared among: two sides and the second moment on the grid, the rate and the
  /// mean of each tail, for either way of sampling.
  static let events = Double(2 * (3 * grid.count + 2 * (numbers.count + 1)))
  /// From how many terms a tail is judged at most; to look at more costs memory and changes little.
  static let mostTerms = 1 << 20

  /// A rule with the threshold that a reference block gives.
  init(reference: Variate) {
    let magnitudes = reference.samples.map(\.magnitude).sorted(by: >)
    threshold = magnitudes[Variate.blockSize / 32]
    let square = magnitudes.reduce(0) { $0 + $1 * $1 } / Double(Variate.blockSize)
    scale = square.squareRoot()
  }

  /// Takes a block of terms.
  mutating func add(_ terms: Variate) {
    guard count < Self.mostTerms else { return }
    count += Variate.blockSize
    if let constant = terms.constant {
      if constant.magnitude > threshold {
        excesses += Array(repeating: constant.magnitude, count: Variate.blockSize)
      }
      return
    }
    terms.withSamples { samples in
      for x in samples where x.magnitude > threshold { excesses.append(x.magnitude) }
    }
  }

  /// Takes the terms of another part of the sample.
  mutating func merge(_ other: TailRule) {
    guard count < Self.mostTerms else { return }
    count += other.count
    excesses += other.excesses
  }

  /// What the largest terms show of the tail.
  struct Judgement: Sendable {
    /// A bound on the second moment of the terms; infinite where nothing shows that there is one.
    let secondMoment: Double
    /// The least that the tail index may be, by the number of terms that shows most of it.
    let index: Double
    /// How many of the largest terms that is.
    let terms: Int
  }

  /// Bounds the second moment of terms whose mean of squares is `meanSquare`, over `count` of them.
  func judgement(meanSquare: Double, count n: Int, level: Double) -> Judgement {
    guard !excesses.isEmpty else {
      return Judgement(
        secondMoment: Self.bounded(meanSquare, reach: threshold, scale: scale, count: n, level: level),
        index: .infinity,
        terms: 0)
    }
    let sorted = excesses.sorted(by: >)
    let logarithms = sorted.map { Foundation.log($0) }
    var best = Judgement(secondMoment: .infinity, index: 0, terms: 0)
    var (sum, summed) = (0.0, 0)
    for k in Self.numbers.filter({ $0 < sorted.count }) + [sorted.count] {
      while summed < k {
        sum += logarithms[summed]
        summed += 1
      }
      let x = k < sorted.count ? sorted[k] : threshold
      guard x > 0, k >= Self.numbers[0] || k == sorted.count else { continue }
      let mean = max(0, sum / Double(k) - Foundation.log(x)) / Self.shortfall(count: k, level: level)
      let (rate, square) = (Self.rate(of: k, in: count, level: level), x * x)
      let tail = mean < 0.5 ? rate * square * 2 * mean / (1 - 2 * mean) : .infinity
      let second = tail + Self.bounded(meanSquare, reach: x, scale: scale, count: n, level: level)
      if second < best.secondMoment || (best.secondMoment == .infinity && 1 / mean > best.index) {
        best = Judgement(secondMoment: second, index: 1 / mean, terms: k)
      }
    }
    return best
  }

  /// The `a` below one with `1 - a + log a = -level / count`.
  static func shortfall(count: Int, level: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let a = (low + high) / 2
      if 1 - a + Foundation.log(a) < -level / Double(count) { low = a } else { high = a }
    }
    return low
  }

  /// The largest probability of an event that `k` of `n` samples saw.
  static func rate(of k: Int, in n: Int, level: Double) -> Double {
    (Double(k) + level + (level * level + 2 * Double(k) * level).squareRoot()) / Double(n)
  }

  /// The largest second moment of variables within `reach` that have this mean of squares.
  static func bounded(_ meanSquare: Double, reach: Double, scale: Double, count: Int, level: Double) -> Double
  {
    let g = ceiling(reach, scale: scale) * (level / Double(2 * count)).squareRoot()
    let root = g + (g * g + meanSquare).squareRoot()
    return root * root
  }

  /// The next number of the grid; infinite beyond it.
  private static func ceiling(_ x: Double, scale: Double) -> Double {
    if x == 0 { return 0 }
    let base = scale > 0 ? scale : 1
    let step = max(Double(grid.lowerBound), (2 * Foundation.log2(x / base)).rounded(.up))
    return step <= Double(grid.upperBound) ? base * Foundation.exp2(step / 2) : .infinity
  }
}

extension ErrorBudget {
  /// The level `log(1 / p)` of each event of a comparison whose error is at most `probability`.
  static func level(_ probability: Double) -> Double { Foundation.log(TailRule.events / probability) }

  /// What the mean of `count` independent terms of expectation zero exceeds with probability at most `e^-level`.
  ///
  /// As `e^(x - x^2/6) <= 1 + x + x^2/3` for every `x`, `E exp(tD - t^2 D^2 / 6) <= exp(t^2 E D^2 / 3)`, whatever the
  /// law (Delyon 2009). Markov's inequality for the product of `count` such factors bounds the sum by
  /// `level / t + t (sum of squares / 6 + count E D^2 / 3)`. `t` is the best of a grid about `scale`, all of it paid
  /// for; nothing else but the second moment is asked for: no range, and no normal approximation.
  static func radius(meanSquare: Double, secondMoment: Double, scale: Double, count: Int, level: Double)
    -> Double
  {
    let y = meanSquare / 3 + 2 * secondMoment / 3
    if y == 0 { return 0 }
    let base = scale > 0 ? scale : 1
    let least = TailRule.grid.lazy.map { base * Foundation.exp2(Double($0) / 2) }.map { $0 + y / $0 }.min()!
    return (level / Double(2 * count)).squareRoot() * least
  }
}
