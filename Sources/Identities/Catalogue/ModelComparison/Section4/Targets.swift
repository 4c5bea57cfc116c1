import Arithmetic
import Probability
import Verification

extension ModelComparison {
  /// The report, section 4: the laws, the interpolant and the start of generation in the experiments.
  static var experimentProblem: Problem {
    get throws {
      try Problem(
        "R", "The experiment: targets, interpolant and base",
        setting: #"""
          The targets are mixtures of four normal laws of covariance one with equal weights, about $\pm e_1, \pm e_2$ in the
          plane and about $e_1, \dots, e_4$ in ten dimensions. The base is $N(0, I)$ for both methods.
          """#
      ) {
        try targetInThePlane  // R.mix2d
        try targetInTenDimensions  // R.mix10d
        interpolantAsWritten  // R.interp
        interpolantCorrected  // R.interp.corrected
        try standardNormalBase  // R.base
        try terminalLawAsBase  // R.base.corrected
      }
    }
  }

  /// The target in the plane, `a` the distance of its modes from the middle.
  static func plusMixture<S: Elementary>(_ a: S = 1) -> GaussianMixture<S> {
    let modes: [[S]] = [[a, 0], [-a, 0], [0, a], [0, -a]]
    return GaussianMixture(
      weights: modes.map { _ in 1 / (4 as S) },
      components: modes.map { Gaussian(mean: Vector($0), covariance: .identity(2)) })
  }

  /// The covariance of a mixture of equally likely laws of covariance `s` times one with the given means.
  private static func covariance(of means: [Vector<Symbol>], within s: Symbol) -> Matrix<Symbol> {
    let d = means[0].dimension
    let share = 1 / Symbol(means.count)
    let mean = means.reduce(Vector.zero(d)) { $0 + share * $1 }
    return means.reduce(s * .identity(d)) { $0 + share * ($1 - mean).outer($1 - mean) }
  }

  /// R.mix2d: moments of the target in the plane, and its one mode.
  private static var targetInThePlane: Identity {
    get throws {
      let target: GaussianMixture<Double> = plusMixture()
      return Identity(
        "R.mix2d", "The target in the plane",
        #"p_* = \tfrac14\sum_{i=1}^4 N(\mu_i, I), \quad \mu_i = \pm e_1, \pm e_2: \quad \mathbb{E}x = 0, \ \operatorname{Cov}x = \tfrac32 I"#,
        remarks: [
          #"""
          It has one mode, at the origin, and not the four that one would draw: with modes at distance 1 and unit variance
          $\log p = -\tfrac12|x|^2 + \log(\cosh x_1 + \cosh x_2) + c$, and $x\sinh x \le x^2\cosh x$ gives
          $x\cdot\nabla\log p < 0$ for $x \ne 0$.
          """#
        ]
      ) {
        Exact("moments, any distance and variance", dimensions: [2]) { symbols, _ in
          let (a, s) = (symbols.scalar("a"), symbols.scalar("s"))
          let means = [[a, 0], [-a, 0], [0, a], [0, -a]].map { Vector($0) }
          Step(#"\operatorname{Cov}x"#) { covariance(of: means, within: s) }
          Step(
            #"(s + \tfrac12a^2)I, \quad \tfrac32 I \text{ for } a = s = 1"#,
            because: "two of four modes on each axis"
          ) {
            (s + a.squared / 2) * Matrix.identity(2)
          }
          Rival(#"s I"#, "the spread of the modes forgotten") { s * Matrix.identity(2) }
          Rival(#"(s + a^2)I"#, "as if every mode had both coordinates") {
            (s + a.squared) * Matrix.identity(2)
          }
          Restatement(#"\operatorname{diag}(s + \tfrac{2a^2}4, s + \tfrac{2a^2}4)"#) {
            let variance = s + 2 * a.squared / 4
            return Matrix.diagonal([variance, variance])
          }
        }
        Enclosure("one mode", over: ["x": 0.5...1.5, "y": 0.25...1.25], precision: 0x1p-8) { v in
          let (x, y) = (v["x"], v["y"])
          let law: GaussianMixture<Dual<Interval>> = plusMixture()
          Step(#"x\cdot\nabla\log p(x)"#) { law.score(Vector([x, y])).dot(Vector([x, y])) }
          Step(
            #"-|x|^2 + \frac{x_1\sinh x_1 + x_2\sinh x_2}{\cosh x_1 + \cosh x_2}"#,
            because: #"$p \propto e^{-|x|^2/2}(\cosh x_1 + \cosh x_2)$"#
          ) {
            let pull = (x * Dual.sinh(x) + y * Dual.sinh(y)) / (Dual.cosh(x) + Dual.cosh(y))
            return pull - x.squared - y.squared
          }
          Rival(#"-|x|^2 + x_1\tanh x_1 + x_2\tanh x_2"#, "modes at the corners, not on the axes") {
            let pull = x * Dual.tanh(x) + y * Dual.tanh(y)
            return pull - x.squared - y.squared
          }
          Step(#"-\tfrac1{10} < 0"#, because: "the density falls along every ray", relation: .atMost) {
            -1 / 10
          }
          Rival(#"-\tfrac15"#, "too much") { -1 / 5 }
        }
        Numerical("the middle against the modes", cases: ["p(0) and p(e_1)"]) { _ in
          let law: GaussianMixture<Interval> = plusMixture()
          Step(#"p(0)"#) { law.density(Vector([0, 0])) }
          Step(#"\tfrac1{2\pi}e^{-1/2} = 0.0965324"#, because: "each mode is at distance one") {
            Interval.exp(-1 / (2 as Interval)) / (2 * Interval.pi)
          }
          Rival(#"\tfrac1{2\pi}"#, "as at the middle of one normal law") { 1 / (2 * Interval.pi) }
          Step(#"p(e_1)"#, because: "no mode stands out", relation: .atLeast) { law.density(Vector([1, 0])) }
          Rival(#"\tfrac1{2\pi} \text{ at a mode}"#, "the other modes' share counted as its own") {
            1 / (2 * Interval.pi)
          }
          Step(
            #"\tfrac1{8\pi}(1 + e^{-1})^2 = 0.0744483"#,
            because: "the others are at the distances 2 and $\\sqrt2$"
          ) {
            (1 + Interval.exp(-1)).squared / (8 * Interval.pi)
          }
          Rival(#"\tfrac1{8\pi}"#, "the others forgotten") { 1 / (8 * Interval.pi) }
        }
        Statistical("sampled", cases: ["the target in the plane"]) { _, draw in
          let x = try target.sample(draw)
          Step(#"\mathbb{E}[x_1^2 + x_2^2]"#) { x.squaredNorm }
          Step(#"3"#, because: "the trace of the covariance, with the mean zero") { 3 }
          Rival(#"2"#, "covariance one") { 2 }
          Rival(#"4"#, "covariance two") { 4 }
        }
      }
    }
  }

  /// R.mix10d: moments of the target in ten dimensions.
  private static var targetInTenDimensions: Identity {
    get throws {
      let axes = (0..<4).map { k in (0..<10).map { $0 == k ? 1.0 : 0 } }
      let identity = Matrix<Double>.identity(10).rowsOfEntries
      let target = try GaussianMixture(try axes.map { (0.25, try Gaussian(mean: $0, covariance: identity)) })
      return Identity(
        "R.mix10d", "The target in ten dimensions",
        #"""
        p_* = \tfrac14\sum_{i=1}^4 N(e_i, I): \quad \mathbb{E}x = \tfrac14\mathbf 1_4, \
        \operatorname{Cov}x = I + \tfrac14\operatorname{diag}(\mathbf 1_4) - \tfrac1{16}\mathbf 1_4\mathbf 1_4^\top
        """#,
        remarks: [
          #"""
          On the diagonal of the first four coordinates 1.1875, off it $-0.0625$; the trace is 10.75, the eigenvalues are
          $\tfrac54$ three times and one seven times.
          """#
        ]
      ) {
        Exact("moments, any distance and variance", dimensions: [4, 10]) { symbols, d in
          let (a, s) = (symbols.scalar("a"), symbols.scalar("s"))
          let means = (0..<4).map { k in Vector((0..<d).map { $0 == k ? a : 0 }) }
          let onFirst = { (number: Symbol, everywhere: Symbol) in
            Matrix(rows: d, columns: d) { i, j -> Symbol in
              (i == j ? s : 0) + (max(i, j) < 4 ? (i == j ? number : 0) + everywhere : 0)
            }
          }
          Step(#"\operatorname{Cov}x"#) { covariance(of: means, within: s) }
          Step(
            #"s I + \tfrac{a^2}4\operatorname{diag}(\mathbf 1_4) - \tfrac{a^2}{16}\mathbf 1_4\mathbf 1_4^\top"#,
            because: "each of the four coordinates is $a$ once in four times"
          ) { onFirst(a.squared / 4, -a.squared / 16) }
          Rival(#"s I + \tfrac{a^2}4\operatorname{diag}(\mathbf 1_4)"#, "the mean taken for zero") {
            onFirst(a.squared / 4, 0)
          }
          Rival(
            #"s I + \tfrac{a^2}{10}\operatorname{diag}(\mathbf 1_4) - \tfrac{a^2}{100}\mathbf 1_4\mathbf 1_4^\top"#,
            "weights one tenth"
          ) { onFirst(a.squared / 10, -a.squared / 100) }
          Step(
            #"s I + \tfrac{a^2}4(\operatorname{diag}(\mathbf 1_4) - u u^\top), \quad u = \tfrac12\mathbf 1_4"#,
            because: #"so $u$ and the other coordinates have the eigenvalue $s$, the rest $s + \tfrac14a^2$"#
          ) {
            let u = Vector((0..<d).map { $0 < 4 ? 1 / (2 as Symbol) : 0 })
            return onFirst(a.squared / 4, 0) - a.squared / 4 * u.outer(u)
          }
          Rival(#"s I + \tfrac{a^2}4\operatorname{diag}(\mathbf 1_4) - \tfrac{a^2}2uu^\top"#, "twice") {
            let u = Vector((0..<d).map { $0 < 4 ? 1 / (2 as Symbol) : 0 })
            return onFirst(a.squared / 4, 0) - a.squared / 2 * u.outer(u)
          }
          Restatement(#"\operatorname{Cov}x \text{, by } \mathbb{E}xx^\top - \mathbb{E}x\,\mathbb{E}x^\top"#)
          {
            let mean = means.reduce(Vector.zero(d)) { $0 + $1 / 4 }
            return means.reduce(s * Matrix.identity(d)) { $0 + $1.outer($1) / 4 } - mean.outer(mean)
          }
        }
        Statistical("sampled", cases: ["the target in ten dimensions"]) { _, draw in
          // The sums tell the mean, the squares the diagonal, and the difference of both the rest.
          let (x, y) = (try target.sample(draw), try target.sample(draw))
          let d = x - y
          Step(#"\tfrac12\mathbb{E}\bigl[((x-y)_1+\dots+(x-y)_4)^2\bigr]"#) {
            (d[0] + d[1] + d[2] + d[3]).squared / 2
          }
          Step(#"4 \cdot 1.1875 - 12 \cdot 0.0625 = 4"#, because: "the covariance, summed") { 4 }
          Rival(#"4 \cdot 1.25 = 5"#, "the mean taken for zero") { 5 }
          Rival(#"4 \cdot 1.09 - 12 \cdot 0.01"#, "weights one tenth") { 4.24 }
        }
      }
    }
  }
}
