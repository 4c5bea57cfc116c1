import Arithmetic
import Probability
import Verification

extension ModelComparison {
  /// R.vobj: as the report writes it, nothing is averaged over the ends.
  static var objectiveWithoutExpectation: Identity {
    Identity(
      "R.vobj", "The objective, without the expectation over the ends",
      #"v_t = \arg\min_v\bigl(|v(I_t)|^2 - 2\,\partial_tI_t\cdot v(I_t)\bigr) + \text{constant}"#,
      expectation: .fails(
        correctedBy: "R.vobj.corrected",
        why: #"""
          The expectation over $(x_0, x_1)$ is missing in the first line, and every expectation in the second: for a single
          pair the minimiser is $v(I_t) = \partial_tI_t$, and pairs that meet ask for different values.
          """#,
        counterexample: #"""
          $t = \frac12$ and the pairs $(1,-1)$ and $(-1,1)$: both have $I = 0$, but $\partial_tI = -2$ and $+2$. No function
          $v$ is the minimiser for both; with the expectation $v(0) = 0$.
          """#),
      remarks: [
        #"""
        The constant, $\mathbb{E}|\partial_tI_t|^2$, belongs inside the arg min, and it is $p_t$ and not $I_t$ that satisfies
        (2.20).
        """#
      ]
    ) {
      Exact("two pairs that meet") { symbols, d in
        let (x0, x1, y0) = (symbols.vector(d), symbols.vector(d), symbols.vector(d))
        let (t, v) = (symbols.scalar(), symbols.vector(d))
        let place = (1 - t) * x0 + t * x1
        let rates = [x1 - x0, (place - (1 - t) * y0) / t - y0]
        // The minimiser of a quadratic with leading part |v|^2, by its gradient anywhere.
        let minimiser = { (objective: (Vector<Dual<Symbol>>) -> Dual<Symbol>) in
          v - gradient(at: v, of: objective) / 2
        }
        let single = { (rate: Vector<Symbol>, w: Vector<Dual<Symbol>>) in
          w.squaredNorm - 2 * rate.constant.dot(w)
        }
        Step(#"\mathbb{E}[\partial_tI_t\mid I_t], \quad \text{two pairs with one } I_t"#) {
          (rates[0] + rates[1]) / 2
        }
        Step(#"\arg\min_v(|v|^2 - 2\,\partial_tI_t\cdot v), \text{ the first pair}"#, because: "as written") {
          minimiser { single(rates[0], $0) }
        }
        Restatement(
          #"\arg\min_v\mathbb{E}[|v|^2 - 2\,\partial_tI_t\cdot v]"#, because: "averaged over the pairs"
        ) {
          minimiser { (single(rates[0], $0) + single(rates[1], $0)) / 2 }
        }
      }
      Statistical("normal ends", cases: [0.25, 0.5]) { t, draw in
        let (x0, x1) = (draw.normal(), 2 * draw.normal() + 1)
        let (x, rate) = ((1 - t) * x0 + t * x1, x1 - x0)
        // E[rate | x] = 1 + gain (x - t).
        let gain = (4 * t - (1 - t)) / ((1 - t) * (1 - t) + 4 * t * t)
        let velocity = 1 + gain * (x - t)
        Step(#"\mathbb{E}|\partial_tI_t|^2"#) { rate.squared }
        Step(#"\mathbb{E}|v_t(I_t)|^2, \quad v_t(I_t) = \partial_tI_t"#, because: "as written") {
          velocity.squared
        }
        Restatement(
          #"\mathbb{E}|v_t(I_t)|^2 + \mathbb{E}|\partial_tI_t - v_t(I_t)|^2"#,
          because: "the ends are averaged over"
        ) { velocity.squared + (rate - velocity).squared }
      }
    }
  }

  /// R.vobj.corrected: the objective with its expectation.
  static var objectiveOfTheVelocity: Identity {
    get throws {
      try Identity(
        "R.vobj.corrected", "The objective of the velocity",
        #"""
        \mathbb{E}_{t,x_0,x_1}\bigl[|w_t(I_t)|^2 - 2\,\partial_tI_t\cdot w_t(I_t)\bigr]
        = \mathbb{E}|w_t(I_t) - v_t(I_t)|^2 - \mathbb{E}|v_t(I_t)|^2
        """#,
        assuming: ["second moments"],
        remarks: [
          #"The least square loss is larger by $\mathbb{E}|\partial_tI_t|^2$; the checks look at one time."#
        ]
      ) {
        Exact("affine fields, normal ends", dimensions: [1, 2, 3]) { symbols, d in
          let (path, B, b) = (NormalPath(symbols, d), symbols.matrix(d), symbols.vector(d))
          let (m, S, rate) = (path.mean, path.covariance, path.rate)
          // Of a field B x + b: its mean square, and its product with the rate.
          let square = { (B: Matrix<Symbol>, b: Vector<Symbol>) in
            (B * S * B.transpose).trace + (B * m + b).squaredNorm
          }
          let product = (path.crossed * B.transpose).trace + rate.mean.dot(B * m + b)
          let (slope, offset) = (path.slope, path.velocity(.zero(d)))
          let (excess, least) = (square(B - slope, b - offset), square(slope, offset))
          Step(#"\mathbb{E}[|w|^2 - 2\,\partial_tI_t\cdot w], \quad w(x) = Bx + b"#) {
            square(B, b) - 2 * product
          }
          Step(
            #"\mathbb{E}|w - v_t|^2 - \mathbb{E}|v_t|^2"#, because: "given $I_t$, and the square completed"
          ) {
            excess - least
          }
          Restatement(
            #"\mathbb{E}|w - \partial_tI_t|^2 - \mathbb{E}|\partial_tI_t|^2"#, because: "the square loss"
          ) {
            let spread = (path.crossed * B.transpose).trace
            let loss =
              (B * S * B.transpose).trace - 2 * spread + rate.covariance.trace
              + (B * m + b - rate.mean).squaredNorm
            return loss - rate.covariance.trace - rate.mean.squaredNorm
          }
          Rival(#"\mathbb{E}[|w|^2 - \partial_tI_t\cdot w]"#, "factor two lost: the minimiser halves") {
            square(B, b) - product
          }
          Rival(#"\mathbb{E}[|w|^2 + 2\,\partial_tI_t\cdot w]"#, "sign of the product") {
            square(B, b) + 2 * product
          }
          Rival(#"\mathbb{E}|w - v_t|^2"#, "minimum taken to be zero") { excess }
          Rival(
            #"\mathbb{E}|w - v_t|^2 - \mathbb{E}|\partial_tI_t|^2"#, "no expectation: $v_t = \\partial_tI_t$"
          ) {
            excess - rate.covariance.trace - rate.mean.squaredNorm
          }
        }
        Statistical(
          "a field in the plane, mixtures", cases: try [0.375, 0.75].map { try MixturePath.far($0) }
        ) {
          path, draw in
          let (_, _, x, rate) = try path.sample(draw)
          let velocity = try path.law(as: Variate.self).velocity(x)
          let field = Vector([2 * Variate.sin(x[0] - x[1] + 1), 2 * Variate.cos(x[0] - x[1]) - 2])
          Step(#"\mathbb{E}[|w|^2 - 2\,\partial_tI_t\cdot w]"#) { field.squaredNorm - 2 * rate.dot(field) }
          Step(
            #"\mathbb{E}|w - v_t|^2 - \mathbb{E}|v_t|^2"#, because: "given $I_t$, and the square completed"
          ) {
            (field - velocity).squaredNorm - velocity.squaredNorm
          }
          Restatement(
            #"\mathbb{E}|w - \partial_tI_t|^2 - \mathbb{E}|\partial_tI_t|^2"#, because: "the square loss"
          ) {
            (field - rate).squaredNorm - rate.squaredNorm
          }
          Rival(#"\mathbb{E}[|w|^2 - \partial_tI_t\cdot w]"#, "factor two lost: the minimiser halves") {
            field.squaredNorm - rate.dot(field)
          }
          Rival(#"\mathbb{E}[|w|^2 + 2\,\partial_tI_t\cdot w]"#, "sign of the product") {
            field.squaredNorm + 2 * rate.dot(field)
          }
          Rival(#"\mathbb{E}|w - v_t|^2"#, "minimum taken to be zero") { (field - velocity).squaredNorm }
          Rival(#"v_t = AI_t + a"#, "velocity of normal ends with the same moments") {
            let affine = try path.normal.law(as: Variate.self).velocity(x)
            return (field - affine).squaredNorm - affine.squaredNorm
          }
          Rival(
            #"\mathbb{E}|w - v_t|^2 - \mathbb{E}|\partial_tI_t|^2"#, "no expectation: $v_t = \\partial_tI_t$"
          ) {
            (field - velocity).squaredNorm - rate.squaredNorm
          }
        }
      }
    }
  }
}
