import Arithmetic
import Probability
import Verification

extension ModelComparison {
  /// R.process: one name for the interpolant and for the flow.
  static var oneNameForTwoProcesses: Identity {
    Identity(
      "R.process", "One name for two processes",
      #"x_t := I_t(x_0, x_1) \quad\text{and}\quad \dot x_t = v_t(x_t)"#,
      expectation: .fails(
        correctedBy: "R.process.corrected",
        why:
          "The two processes share their laws at single times and nothing more; they need different letters.",
        counterexample: #"""
          $N(0,1) \to N(0,1)$ with independent ends: $\operatorname{Corr}(I_0, I_1) = 0$, while the flow is $x_1 = x_0$, with
          correlation 1.
          """#)
    ) {
      Exact("covariance with the start, normal ends", dimensions: [1]) { symbols, _ in
        let path = CentredFlow(symbols)
        Step(#"\operatorname{Cov}(I_0, I_t)"#) { path.interpolant[0, 1] }
        Step(#"\operatorname{Cov}(x_0, x_t), \quad \dot x_t = v_t(x_t)"#, because: "the same name") {
          path.flow[0, 1]
        }
        Restatement(#"(1-t)\operatorname{Var}x_0"#, because: "the ends are independent") {
          path.kept * path.start.squared
        }
      }
      Statistical("how far paths go, N(0, 1) to N(0, 1)", cases: [0.75, 1]) { t, draw in
        let (x0, x1) = (draw.normal(), draw.normal())
        let deviation = ((1 - t) * (1 - t) + t * t).squareRoot()
        Step(#"\mathbb{E}|I_t - I_0|^2"#) {
          let interpolant = (1 - t) * x0 + t * x1
          return (interpolant - x0).squared
        }
        Step(#"\mathbb{E}|x_t - x_0|^2, \quad \dot x_t = v_t(x_t)"#, because: "the same name") {
          ((deviation - 1) * x0).squared
        }
        Restatement(#"t^2\,\mathbb{E}|x_1 - x_0|^2"#, because: "a straight line to an independent end") {
          t * t * (x1.squared + x0.squared)
        }
      }
    }
  }

  /// R.process.corrected: what the two processes share, and what not.
  static var twoProcesses: Identity {
    Identity(
      "R.process.corrected", "Two processes with the same laws at single times",
      #"I_t \sim X_t \text{ for every } t, \quad \operatorname{Corr}(I_0, I_1) = 0, \quad \operatorname{Corr}(X_0, X_1) = 1"#,
      assuming: [
        #"$\dot X_t = v_t(X_t)$, $X_0 \sim p_0$; the correlations are those of centred normal ends on the line"#
      ],
      remarks: [
        #"""
        The laws at single times cannot tell the two apart. The coupling of the ends can: the flow's is a map, and that of
        the interpolant independent.
        """#
      ]
    ) {
      Exact("second moments, normal ends", dimensions: [1]) { symbols, _ in
        let path = CentredFlow(symbols)
        Step(#"\operatorname{Var}I_t"#) { path.interpolant[1, 1] }
        Step(
          #"\operatorname{Var}X_t, \quad X_t = \sigma_tX_0/\sigma_0"#,
          because: "the laws at single times agree"
        ) {
          path.flow[1, 1]
        }
        Restatement(#"(1-t)^2\sigma_0^2 + t^2\sigma_1^2"#) {
          (path.kept * path.start).squared + (path.gained * path.end).squared
        }
        Rival(
          #"\bigl((1-t)\sigma_0 + t\sigma_1\bigr)^2"#, "the ends coupled by the flow's map, on straight lines"
        ) {
          (path.kept * path.start + path.gained * path.end).squared
        }
        Step(
          #"\operatorname{Cov}(X_0, X_t)^2/\operatorname{Var}X_0"#,
          because: "the flow on the line is a map: correlation 1"
        ) { path.flow[0, 1].squared / path.flow[0, 0] }
        Rival(#"\operatorname{Cov}(I_0, I_t)^2/\operatorname{Var}I_0"#, "joint laws taken to agree") {
          path.interpolant[0, 1].squared / path.interpolant[0, 0]
        }
      }
      Statistical("laws at single times, N(0, 1) to N(0, 1)", cases: [0.25, 0.75]) { t, draw in
        let (x0, x1) = (draw.normal(), draw.normal())
        let deviation = ((1 - t) * (1 - t) + t * t).squareRoot()
        let wave = { (x: Variate) in Vector([Variate.cos(x), Variate.cos(2 * x)]) }
        Step(#"\mathbb{E}\phi(I_t)"#) { wave((1 - t) * x0 + t * x1) }
        Step(#"\mathbb{E}\phi(X_t), \quad X_t = \sigma_tX_0"#, because: "the laws at single times agree") {
          wave(deviation * x0)
        }
        Restatement(#"\mathbb{E}\phi(-X_t)"#, because: "the law is symmetric") { wave(-(deviation * x0)) }
        Rival(#"\mathbb{E}\phi(X_0)"#, "straight lines between coupled ends") { wave(x0) }
        Rival(#"\mathbb{E}\phi(x_0 + t\,\partial_tI), \; x_1 = -x_0"#, "the other deterministic coupling") {
          wave((1 - 2 * t) * x0)
        }
      }
    }
  }

  /// Centred normal ends on the line whose three standard deviations are rational: `(1-t) s_0` and `t s_1` are the legs
  /// of a right triangle with the hypotenuse `s_t`.
  private struct CentredFlow {
    let kept: Symbol
    let gained: Symbol
    let start: Symbol
    let end: Symbol
    private let deviation: Symbol

    init(_ symbols: Symbols) {
      let (t, w) = (symbols.scalar("t"), symbols.scalar("w"))
      deviation = symbols.scalar("s")
      (kept, gained) = (1 - t, t)
      start = deviation * (1 - w.squared) / (1 + w.squared) / kept
      end = deviation * 2 * w / (1 + w.squared) / gained
    }

    /// The covariance of `(I_0, I_t)`.
    var interpolant: Matrix<Symbol> {
      let map = Matrix([[1 as Symbol, 0], [kept, gained]])
      return map * .diagonal([start.squared, end.squared]) * map.transpose
    }
    /// The covariance of the flow at the two times: a multiple of its start.
    var flow: Matrix<Symbol> {
      let map = Matrix([[1 as Symbol], [deviation / start]])
      return map * .diagonal([start.squared]) * map.transpose
    }
  }
}
