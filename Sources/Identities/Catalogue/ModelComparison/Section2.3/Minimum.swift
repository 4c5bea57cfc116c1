import Arithmetic
import Probability
import Verification

extension ModelComparison {
  /// R.2.22: as the report writes it, without an expectation.
  static var minimumWithoutExpectation: Identity {
    Identity(
      "R.2.22", "The training objective, without the expectation",
      #"v_t^* = \arg\min_\theta\bigl(|v^{(\theta)}_t(I_t)|^2 - 2\,\partial_tI_t\cdot v^{(\theta)}_t(I_t)\bigr)"#,
      expectation: .fails(
        correctedBy: "R.2.22.corrected",
        why: #"""
          The expectation over $t, x_0, x_1$ is missing, and the arg min over $\theta$ is a parameter and not a field:
          $v^* = v^{(\theta^*)}$.
          """#,
        counterexample: #"""
          $N(0,1) \to N(2,1)$: the least expectation is $-(4 + 2 - \frac\pi2) = -4.429204$; minimised pair by pair the mean
          is $-\mathbb{E}|\partial_tI_t|^2 = -6$, which no field reaches.
          """#)
    ) {
      Numerical("from N(0, 1) to N(m, 1)", cases: [0.5, 2]) { shift in
        let path = ShiftedNormal(shift: shift)
        Step(#"\min_v\mathbb{E}[|v|^2 - 2\,\partial_tI_t\cdot v] = -\int_0^1\mathbb{E}|v_t|^2dt"#) {
          path.minimum
        }
        Step(#"-\mathbb{E}|\partial_tI_t|^2"#, because: "minimised for every pair, as written") {
          -Interval(shift).squared - 2
        }
        Restatement(#"-(m^2 + 2 - \tfrac\pi2)"#, because: "in closed form") { path.closedMinimum }
      }
      Statistical("from N(0, 1) to N(2, 1)", cases: [ShiftedNormal(shift: 2)]) { path, draw in
        let (time, x, rate) = path.sample(draw)
        let velocity = path.velocity(time, x)
        Step(#"\mathbb{E}[|v_t|^2 - 2\,\partial_tI_t\cdot v_t]"#) { velocity.squared - 2 * rate * velocity }
        Step(#"-\mathbb{E}|\partial_tI_t|^2"#, because: "minimised for every pair, as written") {
          -rate.squared
        }
        Restatement(#"-\mathbb{E}|v_t|^2"#, because: "the least expectation") { -velocity.squared }
      }
    }
  }

  /// R.2.22.corrected: the least value of the objective.
  static var minimumOfTheObjective: Identity {
    Identity(
      "R.2.22.corrected", "The least value of the training objective",
      #"\min_v\mathbb{E}_{t,x_0,x_1}\bigl[|v_t(I_t)|^2 - 2\,\partial_tI_t\cdot v_t(I_t)\bigr] = -\int_0^1\mathbb{E}|v_t(I_t)|^2dt \le 0"#,
      assuming: ["second moments"],
      remarks: [
        #"""
        $\theta^*$ minimises the expectation and $v^* = v^{(\theta^*)}$ is the field; reading the arg min as the field is a
        matter of type, which no number shows.
        """#
      ]
    ) {
      Numerical("from N(0, 1) to N(m, 1)", cases: [0.5, 2]) { shift in
        let path = ShiftedNormal(shift: shift)
        Step(#"-\int_0^1\mathbb{E}|v_t|^2dt"#) { path.minimum }
        Step(
          #"-(m^2 + 2 - \tfrac\pi2)"#,
          because: #"$\mathbb{E}|v_t|^2 = m^2 + (2t-1)^2/((1-t)^2 + t^2)$"#
        ) { path.closedMinimum }
        Restatement(
          #"\tfrac\pi2 - \mathbb{E}|\partial_tI_t|^2"#, because: "the least square loss, and the constant"
        ) {
          Interval.pi / 2 - (Interval(shift).squared + 2)
        }
        Rival(#"0"#, "minimum taken not to be negative") { 0 as Interval }
        Rival(#"\tfrac\pi2"#, "the least square loss") { Interval.pi / 2 }
        Rival(#"-(m^2 + 2)"#, "no expectation: minimised for every pair") { -Interval(shift).squared - 2 }
        Rival(#"-m^2"#, "mean displacement alone") { -Interval(shift).squared }
      }
      Statistical("from N(0, 1) to N(2, 1)", cases: [ShiftedNormal(shift: 2)]) { path, draw in
        let (time, x, rate) = path.sample(draw)
        let velocity = path.velocity(time, x)
        Step(#"\mathbb{E}[|v_t|^2 - 2\,\partial_tI_t\cdot v_t]"#) { velocity.squared - 2 * rate * velocity }
        Step(#"-\mathbb{E}|v_t(I_t)|^2"#, because: "given $I_t$") { -velocity.squared }
        Restatement(
          #"\mathbb{E}|v_t - \partial_tI_t|^2 - \mathbb{E}|\partial_tI_t|^2"#, because: "the square loss"
        ) {
          (velocity - rate).squared - rate.squared
        }
        Rival(#"-\mathbb{E}|\partial_tI_t|^2"#, "no expectation: minimised for every pair") { -rate.squared }
        Rival(#"\mathbb{E}|v_t - \partial_tI_t|^2"#, "minimum taken not to be negative") {
          (velocity - rate).squared
        }
        Step(#"-(4 + 2 - \tfrac\pi2)"#, because: "in closed form") { Variate(path.closedMinimum.midpoint) }
        Rival(#"-6"#, "no expectation: minimised for every pair") { Variate(-6) }
        Rival(#"-4"#, "mean displacement alone") { Variate(-4) }
      }
    }
  }

  /// The linear interpolant from `N(0, 1)` to `N(m, 1)`.
  struct ShiftedNormal: Sendable, CustomStringConvertible {
    let shift: Double
    var description: String { "m = \(shift.brief)" }

    /// The velocity, `m + (2 t - 1) (x - m t) / ((1 - t)^2 + t^2)`.
    func velocity(_ t: Variate, _ x: Variate) -> Variate {
      shift + (2 * t - 1) * (x - shift * t) / ((1 - t).squared + t.squared)
    }

    /// A uniform time, the position and its rate.
    func sample(_ draw: Draw) -> (time: Variate, x: Variate, rate: Variate) {
      let (t, x0, x1) = (draw.uniform(), draw.normal(), shift + draw.normal())
      return (t, (1 - t) * x0 + t * x1, x1 - x0)
    }

    /// The least value of the objective, by quadrature.
    var minimum: Estimate {
      Quadrature.interval(0...1) { t in
        -shift * shift - (2 * t - 1) * (2 * t - 1) / ((1 - t) * (1 - t) + t * t)
      }
    }

    /// The least value of the objective in closed form.
    var closedMinimum: Interval { -(Interval(shift).squared + 2 - Interval.pi / 2) }
  }
}
