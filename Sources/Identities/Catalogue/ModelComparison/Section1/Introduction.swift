import Arithmetic
import Probability
import Verification

extension ModelComparison {
  /// The report's introduction: what a law, a density and a map between laws are.
  static var introductionProblem: Problem {
    Problem(
      "R", "Laws, densities and maps",
      setting: #"""
        $X$ is a random variable in $\mathbb{R}^d$, $\mu$ its law and $p = d\mu/d\lambda$ its density; a map $T$ is to carry
        a tractable law $p_0$ to the law $p_1$ that is wanted.
        """#
    ) {
      lawOfAPoint  // R.intro
      lawOfASet  // R.intro.corrected
    }
  }

  /// R.intro as the report writes it: an element in place of a subset.
  private static var lawOfAPoint: Identity {
    Identity(
      "R.intro", "The law of a variable, of a point in place of a set",
      #"\mu(A) = P(X^{-1}(A)), \quad A \in \mathbb{R}^d"#,
      expectation: .fails(
        correctedBy: "R.intro.corrected",
        why: #"""
          $A \in \mathbb{R}^d$ is a point, and its preimage is a level set of $X$: it has probability zero wherever $X$ has
          a density. $A \subset \mathbb{R}^d$ is meant. And Section 2 calls $p_0$ a tractable target; it is the base.
          """#,
        counterexample: #"""
          $X \sim N(0,1)$: $P(X \in [0,1]) = 0.341345$, but $P(X = a) = 0$ for every $a$.
          """#)
    ) {
      Numerical("normal law", cases: [Segment(start: 0, end: 1), Segment(start: -0.5, end: 2)]) { set in
        Step(#"\mu([a,b]) = \int_a^bp\,d\lambda"#) {
          Quadrature.interval(set.start...set.end) { Segment.normal($0) }
        }
        Step(
          #"P(X = a) = \lim_{h\to0}\int_a^{a+h}p\,d\lambda"#, because: "as written: the preimage of a point"
        ) {
          Extrapolation.limit { h in
            Interval(Quadrature.interval(set.start...(set.start + h.midpoint)) { Segment.normal($0) })
          }
        }
        Restatement(#"P(X \le b) - P(X \le a)"#, because: "$A$ is a set") { set.probability }
      }
      Enclosure("logistic law, sets and points", cases: [0.25, 1.5], over: ["a": -2...2], precision: 0x1p-12)
      {
        (width: Double, p) in
        let (a, w) = (p["a"], Dual<Interval>(width))
        let below = { (x: Dual<Interval>) in 1 / (1 + Dual.exp(-x)) }
        Step(#"\mu([a, a+w]), \quad P(X \le x) = \frac1{1 + e^{-x}}"#) { below(a + w) - below(a) }
        Step(#"\tfrac12\bigl(\tanh\tfrac{a+w}2 - \tanh\tfrac a2\bigr)"#, because: "the same function") {
          (Dual.tanh((a + w) / 2) - Dual.tanh(a / 2)) / 2
        }
        Step(
          #"\mu([a, a+\tfrac1{1024}]) \ge P(X = a)"#,
          because: "as written: $A$ is a point, as of that interval",
          relation: .atMost
        ) { below(a + 1 / 1024) - below(a) }
        Restatement(#"\mu([a - \tfrac12, a+w])"#, because: "$A$ is a set, as is what holds it") {
          below(a + w) - below(a - 1 / 2)
        }
      }
      Statistical("sampled", cases: [Segment(start: -0.5, end: 2)]) { set, draw in
        let x = draw.normal()
        Step(#"P(X \in [a,b])"#) { set.holds(x) }
        Step(#"\int_a^bp\,d\lambda"#, because: "$p$ is the density of $X$") { Variate(set.probability.value) }
        Step(
          #"P(X \in [a, a+\tfrac18]) \ge P(X = a)"#,
          because: "as written: $A$ is a point, as of that interval",
          relation: .atMost
        ) { Segment(start: set.start, end: set.start + 0.125).holds(x) }
        Restatement(#"P(X \in [a-\tfrac18,b])"#, because: "$A$ is a set, as is what holds it") {
          Segment(start: set.start - 0.125, end: set.end).holds(x)
        }
      }
    }
  }

  /// R.intro with a set, and with the names of the two laws.
  private static var lawOfASet: Identity {
    Identity(
      "R.intro.corrected", "The law of a variable, its density, and a map from the base to the target",
      #"""
      \mu(A) = P(X \in A) = \int_Ap\,d\lambda, \ A \subset \mathbb{R}^d; \quad \int p\,d\lambda = 1; \quad
      X = T(Z), \ Z \sim p_0 \implies p_1(x) = p_0(T^{-1}(x))\,|\det\nabla T^{-1}(x)|
      """#,
      assuming: [#"$A$ is a Borel set; $T$ is smooth with a smooth inverse; $\mu$ has a density"#],
      remarks: [
        #"""
        A discrete law, or one of data on a surface, has no density, and there is nothing to check: for the report that is a
        hypothesis, and not a weak one.
        """#
      ]
    ) {
      Exact("affine maps of a standard normal law") { symbols, d in
        let (L, m, x) = (symbols.matrix(d, "L"), symbols.vector(d, "m"), symbols.vector(d, "x"))
        let target = Gaussian(mean: m, covariance: L * L.transpose)
        let base = Gaussian<Symbol>.standard(d)
        let parts = { (place: Vector<Symbol>, volume: Symbol) in Vector([base.exponent(place), volume]) }
        let back = L.inverse * (x - m)
        Step(
          #"\bigl(\log\text{ of }p_1\text{ but for its factor}, \; \det\operatorname{Cov}X\bigr), \quad X = LZ + m"#
        ) {
          Vector([target.exponent(x), target.covariance.determinant])
        }
        Step(
          #"\bigl(-\tfrac12|T^{-1}(x)|^2, \; (\det\nabla T^{-1})^{-2}\bigr), \quad T^{-1}(x) = L^{-1}(x-m)"#,
          because: "the base at the preimage, and the volume's factor"
        ) { parts(back, 1 / L.inverse.determinant.squared) }
        Restatement(#"\bigl(-\tfrac12|T^{-1}(x)|^2, \; (\det\nabla T)^2\bigr)"#) {
          parts(back, L.determinant.squared)
        }
        Rival(#"\bigl(-\tfrac12|T(x)|^2, \; (\det\nabla T)^{-2}\bigr)"#, "map from the target to the base") {
          parts(L * x + m, 1 / L.determinant.squared)
        }
        Rival(#"\bigl(-\tfrac12|T^{-1}(x)|^2, \; 1\bigr)"#, "volume's factor lost") { parts(back, 1) }
        Rival(#"L^{-\top}"#, "transpose of the inverse") {
          parts(L.inverse.transpose * (x - m), L.determinant.squared)
        }
      }
      Numerical("a map of the line", cases: [Segment(start: 0, end: 1), Segment(start: -0.75, end: 2)]) {
        set in
        let inside = { (density: (Double) -> Double) in Quadrature.interval(set.start...set.end, density) }
        let mass = Quadrature.line(Segment.carried)
        Step(#"\bigl(P(Z \in T^{-1}(A)), \; 1\bigr), \quad T^{-1}(x) = x + \tfrac13x^3"#) {
          [
            Quadrature.interval(Segment.back(set.start)...Segment.back(set.end)) { Segment.normal($0) },
            Estimate(1, error: 0),
          ]
        }
        Step(
          #"\bigl(\int_Ap\,d\lambda, \; \int p\,d\lambda\bigr), \quad p(x) = p_0(T^{-1}(x))\,\tfrac d{dx}T^{-1}(x)"#,
          because: #"$X \in A$ where $Z \in T^{-1}(A)$, and $p$ is the density of $X$"#
        ) { [inside(Segment.carried), mass] }
        Restatement(#"p(x) = (1 + x^2)\,p_0(x + \tfrac13x^3)"#) {
          let density = { (x: Double) in (1 + x * x) * Segment.normal(x + x * x * x / 3) }
          return [inside(density), Quadrature.line(density)]
        }
        Rival(#"\bigl(\int_Ap\,d\lambda, \; \int p^2d\lambda\bigr)"#, "square of the density integrated") {
          [inside(Segment.carried), Quadrature.line { Segment.carried($0).squared }]
        }
        Rival(#"p(x) = p_0(T^{-1}(x))"#, "volume's factor lost") {
          [inside { Segment.normal(Segment.back($0)) }, mass]
        }
        Rival(#"p(x) = p_0(T(x))\,T'(x)"#, "map from the target to the base") {
          [inside(Segment.inverted), mass]
        }
      }
      Statistical("sampled", cases: [Segment(start: -0.75, end: 1)]) { set, draw in
        let z = draw.normal()
        let place = set.start + (set.end - set.start) * draw.uniform()
        Step(#"P(X \in A), \quad X = T(Z), \; T^{-1}(x) = x + \tfrac13x^3"#) { set.holds(Segment.forth(z)) }
        Step(#"\int_Ap\,d\lambda \text{ as a mean over places in } A"#, because: "the density of $X$") {
          (set.end - set.start) * Segment.carried(place)
        }
        Restatement(#"P(Z \in T^{-1}(A))"#, because: "the preimage of the set") {
          Segment(start: Segment.back(set.start), end: Segment.back(set.end)).holds(-z)
        }
        Rival(#"\int_Ap^2d\lambda"#, "density squared") {
          (set.end - set.start) * Segment.carried(place).squared
        }
        Rival(#"\int_Ap_0\,d\lambda"#, "base and target exchanged") {
          (set.end - set.start) * Segment.normal(place)
        }
        Rival(#"\int_Ap_0(T(x))\,T'(x)\,dx"#, "map from the target to the base") {
          (set.end - set.start) * Segment.inverted(place)
        }
      }
    }
  }

  /// An interval of the line, and the standard normal law and its image under a map.
  private struct Segment: Sendable, CustomStringConvertible {
    let start: Double
    let end: Double
    var description: String { "A = [\(start.brief), \(end.brief)]" }

    /// The indicator of the set.
    func holds(_ x: Variate) -> Variate { x.isBelow(end) - x.isBelow(start) }

    /// The probability of the set under the standard normal law, by its distribution function.
    var probability: Estimate {
      let (upper, lower) = (Quadrature.below(end, Self.normal), Quadrature.below(start, Self.normal))
      return Estimate(upper.value - lower.value, error: upper.error + lower.error)
    }

    /// The standard normal density.
    static func normal<S: Elementary>(_ x: S) -> S { S.exp(-x.squared / 2) / S.sqrt(2 * S.pi) }
    /// The inverse of a map of the line.
    static func back<S: Elementary>(_ x: S) -> S { x + x.power(3) / 3 }
    /// The map: the real root of the cubic equation.
    static func forth<S: Elementary>(_ z: S) -> S {
      let w = 3 * z / 2
      return 2 * S.sinh(S.log(w + S.sqrt(1 + w.squared)) / 3)
    }
    /// The density of the normal law's image, with the inverse's derivative by dual numbers.
    static func carried<S: Elementary>(_ x: S) -> S { normal(back(x)) * derivative(at: x) { back($0) } }
    /// The density of the normal law's image under the inverse.
    static func inverted<S: Elementary>(_ x: S) -> S { normal(forth(x)) * derivative(at: x) { forth($0) } }
  }
}
