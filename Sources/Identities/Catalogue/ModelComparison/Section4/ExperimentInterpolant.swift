import Arithmetic
import Probability
import Verification

extension ModelComparison {
  /// R.interp as the report writes it.
  static var interpolantAsWritten: Identity {
    Identity(
      "R.interp", "The interpolant of the experiments, as the report has it",
      #"I_t = (1-t)x_0 + x_1 \implies I_0 = x_0, \ I_1 = x_1"#,
      expectation: .fails(
        correctedBy: "R.interp.corrected",
        why: #"The factor $t$ of $x_1$ is missing: $I_0 = x_0 + x_1$. At $t = 1$ alone it is right."#,
        counterexample: #"""
          $x_0 = 1$, $x_1 = 2$: $I_0 = 3$. With $x_0 \sim N(0, I)$ and the target in the plane the law at $t = 0$ has covariance
          $2.5I$ and not $I$, and $\partial_tI = -x_0$ in place of $x_1 - x_0$.
          """#)
    ) {
      Exact("the start") { symbols, d in
        let (x0, x1) = (symbols.vector(d, "x_0"), symbols.vector(d, "x_1"))
        let I = { (t: Symbol) in (1 - t) * x0 + x1 }
        Step(#"I_0"#) { I(0) }
        Step(#"x_0"#, because: "an interpolant starts at its start") { x0 }
        Restatement(#"x_0 + x_1"#, because: "what the formula gives") { x0 + x1 }
      }
      Exact("the velocity") { symbols, d in
        let (x0, x1, t) = (symbols.vector(d, "x_0"), symbols.vector(d, "x_1"), symbols.scalar("t"))
        let moving = Dual(variable: t)
        Step(#"\partial_t\bigl((1-t)x_0 + x_1\bigr)"#) {
          ((1 - moving) * x0.constant + x1.constant).map(\.derivative)
        }
        Step(#"x_1 - x_0"#, because: "the velocity that is regressed on") { x1 - x0 }
        Restatement(#"-x_0"#, because: "what the formula gives") { -x0 }
      }
      Statistical("the law at the start", cases: ["the target in the plane"]) { _, draw in
        let x0 = draw.normal(2)
        let x1 = try (plusMixture() as GaussianMixture<Double>).sample(draw)
        let other = draw.normal(2)
        Step(#"\mathbb{E}|I_0|^2, \quad I_0 = (1-0)x_0 + x_1"#) { (x0 + x1).squaredNorm }
        Step(#"\mathbb{E}|x_0'|^2"#, because: "an interpolant starts at its start") { other.squaredNorm }
        Restatement(#"2 + 3"#, because: "covariance $I + 1.5I$") { 5 }
      }
    }
  }

  /// R.interp with its factor.
  static var interpolantCorrected: Identity {
    Identity(
      "R.interp.corrected", "The interpolant of the experiments",
      #"I_t = (1-t)x_0 + t x_1 \implies I_0 = x_0, \ I_1 = x_1, \ \partial_tI_t = x_1 - x_0"#
    ) {
      Exact("both ends and the velocity") { symbols, d in
        let (x0, x1, t) = (symbols.vector(d, "x_0"), symbols.vector(d, "x_1"), symbols.scalar("t"))
        // Three vectors under one another.
        let all = { (I: (Dual<Symbol>) -> Vector<Dual<Symbol>>) in
          Vector(
            I(0).map(\.value).components + I(1).map(\.value).components
              + I(Dual(variable: t)).map(\.derivative).components)
        }
        let (a, b) = (x0.constant, x1.constant)
        Step(#"(I_0, I_1, \partial_tI_t), \quad I_t = (1-t)x_0 + tx_1"#) { all { t in (1 - t) * a + t * b } }
        Step(#"(x_0, x_1, x_1 - x_0)"#, because: "put in the times, and differentiate") {
          Vector(x0.components + x1.components + (x1 - x0).components)
        }
        Rival(#"(1-t)x_0 + x_1"#, "the factor t forgotten") { all { t in (1 - t) * a + b } }
        Rival(#"tx_0 + (1-t)x_1"#, "ends exchanged") { all { t in t * a + (1 - t) * b } }
        Rival(#"\partial_tI = -x_0"#, "the velocity of the wrong formula") {
          Vector(x0.components + x1.components + (-x0).components)
        }
        Restatement(#"x_0 + t(x_1 - x_0)"#) { all { t in a + t * (b - a) } }
      }
      Statistical("the law on the way", cases: [0.25, 0.625]) { t, draw in
        let x0 = draw.normal(2)
        let x1 = try (plusMixture() as GaussianMixture<Double>).sample(draw)
        Step(#"\mathbb{E}|I_t|^2"#) { (Variate(1 - t) * x0 + Variate(t) * x1).squaredNorm }
        Step(#"2(1-t)^2 + 3t^2"#, because: "independent ends with covariance $I$ and $1.5I$") {
          Variate(2 * (1 - t) * (1 - t) + 3 * t * t)
        }
        Rival(#"2(1-t)^2 + 3"#, "the factor t forgotten") { Variate(2 * (1 - t) * (1 - t) + 3) }
        Rival(#"2t^2 + 3(1-t)^2"#, "ends exchanged") { Variate(2 * t * t + 3 * (1 - t) * (1 - t)) }
      }
    }
  }
}
