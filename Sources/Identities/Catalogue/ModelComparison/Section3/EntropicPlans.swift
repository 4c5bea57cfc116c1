import Arithmetic
import Probability

extension ModelComparison {
  /// The entropic cost of centred normal laws of variances `a` and `b`, over any field with logarithms.
  struct EntropicFormula<Scalar: Elementary> {
    let a: Scalar
    let b: Scalar
    let epsilon: Scalar

    /// The covariance of the best plan.
    var c: Scalar { (Scalar.sqrt(epsilon.squared + 16 * a * b) - epsilon) / 4 }
    /// The least value.
    var value: Scalar { a + b - 2 * c - epsilon / 2 * Scalar.log(1 - c.squared / (a * b)) }
    /// The same by the equation `2 c^2 + epsilon c = 2 a b`, without its cancellation for small epsilon.
    var byEquation: Scalar { a + b - 2 * c - epsilon / 2 * Scalar.log(epsilon * c / (2 * a * b)) }
  }

  /// Two normal laws on the line and an epsilon.
  struct EntropicPair: Sendable, CustomStringConvertible {
    let (m0, a, m1, b): (Double, Double, Double, Double)
    let epsilon: Double

    init(_ m0: Double, _ a: Double, _ m1: Double, _ b: Double, _ epsilon: Double) {
      (self.m0, self.a, self.m1, self.b, self.epsilon) = (m0, a, m1, b, epsilon)
    }

    var description: String {
      "N(\(m0.brief), \(a.brief)) and N(\(m1.brief), \(b.brief)), epsilon = \(epsilon.brief)"
    }

    static let all = [EntropicPair(0, 1, 2, 0.25, 0.125), EntropicPair(-1, 0.5, 1.5, 2, 4)]

    private var shift: Interval { (Interval(m0) - Interval(m1)).squared }
    private func formula(_ a: Double, _ b: Double, _ epsilon: Interval) -> EntropicFormula<Interval> {
      EntropicFormula(a: Interval(a), b: Interval(b), epsilon: epsilon)
    }

    /// The least value, with a multiple of epsilon.
    func value(_ factor: Double = 1) -> Interval {
      shift + formula(a, b, Interval(factor) * Interval(epsilon)).value
    }
    /// The least value by the equation of the covariance.
    var byEquation: Interval { shift + formula(a, b, Interval(epsilon)).byEquation }
    /// The least value by a formula that does not know the plan.
    var byRoot: Interval {
      let (a, b, half) = (Interval(a), Interval(b), Interval(epsilon) / 2)
      let root = Interval.sqrt(4 * a * b + half.squared)
      return shift + a + b - root + half * (1 + Interval.log((root + half) / (2 * half)))
    }
    /// The least value with the plan's own entropy in place of its information: a law of variance `a` has the entropy
    /// `log(2 pi e a) / 2`.
    var byEntropy: Interval {
      let entropy = { (a: Double) in Interval.log(2 * Interval.pi * Interval.exp(1) * Interval(a)) / 2 }
      return value() - Interval(epsilon) * (entropy(a) + entropy(b))
    }
    /// The Wasserstein distance of order two.
    var distance: Interval {
      Interval.sqrt(shift + (Interval.sqrt(Interval(a)) - Interval.sqrt(Interval(b))).squared)
    }
    /// The same by the product of the variances.
    var byProduct: Interval {
      Interval.sqrt(Interval(a) + Interval(b) - 2 * Interval.sqrt(Interval(a) * Interval(b)) + shift)
    }
    /// What the value exceeds the squared distance by, at most.
    var excess: Interval {
      let (half, root) = (Interval(epsilon) / 2, Interval.sqrt(Interval(a) * Interval(b)))
      return half * (1 + Interval.log(root.squared / (half * (root - half / 2))))
    }
    /// The debiased divergence.
    var divergence: Interval { divergence(Interval(epsilon)) }
    private func divergence(_ epsilon: Interval) -> Interval {
      let own = formula(a, a, epsilon).byEquation + formula(b, b, epsilon).byEquation
      return shift + formula(a, b, epsilon).byEquation - own / 2
    }
    /// The root of the divergence for vanishing epsilon: the terms with its logarithm cancel.
    var limit: Estimate { Extrapolation.limit { Interval.sqrt(divergence($0)) } }

    /// The covariance of the best plan.
    var c: Double { EntropicFormula(a: a, b: b, epsilon: epsilon).c }
    /// The normal plan of a covariance.
    func plan(_ c: Double) -> NormalPlan { NormalPlan(pair: self, c: c) }
    /// A sample of the normal plan of a covariance.
    func sample(_ c: Double, _ z: Variate, _ w: Variate) -> (Variate, Variate) {
      let root = a.squareRoot()
      return (m0 + root * z, m1 + c / root * z + (b - c * c / a).squareRoot() * w)
    }
  }

  /// A joint normal law of two variables.
  struct NormalPlan: Sendable {
    let pair: EntropicPair
    let c: Double

    /// The logarithm of the density with respect to the product of the two laws, from the three densities.
    func information(_ x: Variate, _ y: Variate) -> Variate {
      let law = { (mean: [Double], covariance: [[Double]]) in
        Gaussian(mean: Vector(mean), covariance: Matrix(covariance)).map { Variate($0) }
      }
      return law([pair.m0, pair.m1], [[pair.a, c], [c, pair.b]]).logDensity(Vector([x, y]))
        - law([pair.m0], [[pair.a]]).logDensity(Vector([x]))
        - law([pair.m1], [[pair.b]]).logDensity(Vector([y]))
    }
    /// Its expectation.
    var expectedInformation: Double { -Double.log(1 - c * c / (pair.a * pair.b)) / 2 }
  }

  /// Four points and four points on the line, of equal weights, matched in their order.
  struct PointMatch: Sendable, CustomStringConvertible {
    let from: [Double]
    let to: [Double]
    let epsilon: Double
    var description: String { "\(from.map(\.brief)) to \(to.map(\.brief)), epsilon = \(epsilon.brief)" }

    static let all = [
      PointMatch(from: [0, 1, 2, 3], to: [0, 1, 2, 3], epsilon: 0.02),
      PointMatch(from: [0, 1, 2, 3], to: [0.25, 1.125, 2.25, 2.875], epsilon: 0.02),
    ]

    /// The mean squared distance of the matched points.
    var cost: Interval {
      zip(from, to).reduce(0 as Interval) { $0 + (Interval($1.0) - Interval($1.1)).squared }
        / Interval(from.count)
    }

    /// The entropic cost by Sinkhorn's alternation on logarithms: any potentials give a lower bound, and the matching
    /// is a plan, so its value is an upper one.
    var value: Estimate {
      let weight = 1 / Double(from.count)
      let square = { (i: Int, j: Int) in (from[i] - to[j]) * (from[i] - to[j]) }
      var (f, g) = (from.map { _ in 0.0 }, to.map { _ in 0.0 })
      let soft = { (values: [Double]) -> Double in
        let least = values.min() ?? 0
        return least - epsilon
          * Double.log(values.reduce(0) { $0 + weight * Double.exp((least - $1) / epsilon) })
      }
      for _ in 0..<100 {
        for i in f.indices { f[i] = soft(g.indices.map { square(i, $0) - g[$0] }) }
        for j in g.indices { g[j] = soft(f.indices.map { square($0, j) - f[$0] }) }
      }
      // After the last step every column has its mass, so the potentials alone are the dual value.
      let dual = weight * (f + g).reduce(0, +)
      let rounding = 64 * Double.ulpOfOne * (f + g).reduce(epsilon) { $0 + $1.magnitude }
      let above =
        zip(from, to).reduce(0) { $0 + weight * ($1.0 - $1.1) * ($1.0 - $1.1) }
        + epsilon * Double.log(Double(from.count))
      return Estimate(dual, error: (above - dual).magnitude + rounding)
    }
  }
}
