extension Catalogue {
  /// R.w2remark: as the report writes it, the objective itself is the bound.
  static var objectiveAsBound: Identity {
    Identity(
      "R.w2remark", "The objective as a bound on the Wasserstein distance",
      #"W_2(p_*, \hat p_*) \le G(\hat v), \quad G(v) = \mathbb{E}\bigl[|v_t(I_t)|^2 - 2\,\partial_tI_t\cdot v_t(I_t)\bigr]"#,
      expectation: .fails(
        correctedBy: "R.w2remark.corrected",
        why: #"""
          The objective, not its excess over the minimum: at the optimum it is negative. $W_2$ in place of $W_2^2$. And the
          factor $e^{1+2\hat K}$ of the stability bound is missing.
          """#,
        counterexample: #"""
          $N(0,1) \to N(2,1)$ with the exact velocity: the objective is $-4.429204 < 0 = W_2$. $N(0,1) \to N(0,100)$ with
          $\hat v = v + \frac12$: $W_2^2 = 2.375732$, the excess alone is $0.25$.
          """#)
    ) {
      Numerical(
        "constant errors of the velocity",
        cases: [ShiftedVelocity(mean: 2, deviation: 1, error: 0x1p-10), ShiftedVelocity()]
      ) { model in
        Step(#"W_2(p_*, \hat p_*)"#) { model.distance }
        Step(#"G(\hat v)"#, because: "as written", relation: .atMost) { model.objective }
        Restatement(#"\sqrt{e^{1+2\hat K}\,(G(\hat v) - \min G)}"#, because: "the stability bound") {
          Interval.sqrt(model.factor) * Interval(model.error)
        }
      }
      Enclosure("the excess without its factor", cases: [10], over: ["e": 0.125...2]) { (deviation: Int, p) in
        let (e, s) = (p["e"], Dual<Interval>(deviation))
        Step(#"W_2^2(p_*, \hat p_*), \quad N(0,1) \to N(0,100), \; \hat v = v + e"#) {
          (e * ShiftedVelocity.reach(s)).squared
        }
        Step(#"G(\hat v) - \min G = e^2"#, because: "the excess in place of the objective", relation: .atMost)
        { e.squared }
        Restatement(#"e^{1+2\hat K}e^2"#, because: "the stability bound") {
          ShiftedVelocity.factor(s) * e.squared
        }
      }
    }
  }

  /// R.w2remark.corrected: the stability bound.
  static var stabilityBound: Identity {
    Identity(
      "R.w2remark.corrected", "The stability bound",
      #"W_2^2(p_*, \hat p_*) \le e^{1+2\hat K}\,\bigl(G(\hat v) - \min G\bigr), \quad G(\hat v) - \min G = \int_0^1\mathbb{E}|\hat v_t - v_t|^2dt"#,
      assuming: [#"$\hat v$ is Lipschitz with the constant $\hat K$"#],
      remarks: [
        #"""
        No such bound holds for the Kullback-Leibler divergence: III.5 gives velocities whose errors vanish and whose
        divergence stays. Here, between normal laws, it would not show.
        """#
      ]
    ) {
      Enclosure("constant errors, centred normal ends", over: ["s": 1...10, "e": 0x1p-6...1]) { p in
        let (e, s) = (p["e"], p["s"])
        Step(#"W_2^2(p_*, \hat p_*), \quad N(0,1) \to N(0,s^2), \; \hat v = v + e"#) {
          (e * ShiftedVelocity.reach(s)).squared
        }
        Step(
          #"e^{1+2\hat K}(G(\hat v) - \min G), \quad \hat K = \tfrac{1+s^2}{2s}"#,
          because: "Gronwall's inequality",
          relation: .atMost
        ) { ShiftedVelocity.factor(s) * e.squared }
        Restatement(#"e^{(1+s)^2/s - 1}e^2"#) {
          Dual.exp((1 + s).squared / s - 1) * e.squared
        }
        Rival(#"G(\hat v) - \min G"#, "factor left out") { e.squared }
        Rival(#"G(\hat v)"#, "the objective in place of its excess") {
          e.squared - (1 + s.squared - Dual.pi / 2 * s)
        }
        Rival(#"\bigl(e^{1+2\hat K}(G(\hat v) - \min G)\bigr)^2"#, "distance in place of its square") {
          (ShiftedVelocity.factor(s) * e.squared).squared
        }
      }
      Statistical("linear errors, flows from one start", cases: [2, 10]) { (deviation: Double, draw: Draw) in
        let error = 0.5
        let (x0, x1, t) = (draw.normal(), deviation * draw.normal(), draw.uniform())
        let x = (1 - t) * x0 + t * x1
        let steepest = (1 + deviation * deviation) / (2 * deviation) + error
        let moved = deviation * (Double.exp(error) - 1)
        Step(#"W_2^2(p_*, \hat p_*) = s^2(e^{1/2} - 1)^2, \quad \hat v(x) = v(x) + \tfrac12x"#) {
          Variate(moved * moved)
        }
        Step(#"\mathbb{E}|\hat X_1 - X_1|^2"#, because: "on the line flows from one start keep the order") {
          (moved * x0).squared
        }
        Rival(#"\bigl(\mathbb{E}|\hat X_1 - X_1|\bigr)^2"#, "distance of order one") {
          Variate(moved * moved * 2 / .pi)
        }
        Step(
          #"e^{1+2\hat K}\,\mathbb{E}|\hat v_t(I_t) - v_t(I_t)|^2"#, because: "Gronwall's inequality",
          relation: .atMost
        ) { Double.exp(1 + 2 * steepest) * (error * x).squared }
        Restatement(
          #"e^{1+2\hat K}\cdot\tfrac14\cdot\tfrac{1+s^2}3"#, because: #"$\int_0^1\mathbb{E}I_t^2dt$"#
        ) {
          Variate(Double.exp(1 + 2 * steepest) * error * error * (1 + deviation * deviation) / 3)
        }
        Rival(#"\mathbb{E}|\hat v_t(I_t) - v_t(I_t)|^2"#, "factor left out") { (error * x).squared }
      }
    }
  }

  /// The linear interpolant from `N(0, 1)` to a normal law on the line, and a velocity that is off by a constant.
  private struct ShiftedVelocity: Sendable, CustomStringConvertible {
    var mean = 0.0
    var deviation = 10.0
    var error = 0.5
    var description: String { "N(\(mean.brief), \(deviation.brief)^2), velocity off by \(error.brief)" }

    /// How far a unit error of the velocity moves the end, `s int dt / sigma_t`: with `A = 1 + s^2` and
    /// `A sigma_t^2 = (A t - 1)^2 + s^2`, `s (asinh s + asinh 1/s) / sqrt(A)`.
    static func reach<S: Elementary>(_ s: S) -> S {
      let root = S.sqrt(1 + s.squared)
      // asinh s = log(s + root), and asinh 1/s = log((1 + root) / s).
      return s * (S.log(s + root) + S.log((1 + root) / s)) / root
    }

    /// The factor `e^(1 + 2 K)`: `sigma' / sigma = A y / (y^2 + s^2)` with `y = A t - 1` is greatest at `y = s`.
    static func factor<S: Elementary>(_ s: S) -> S { S.exp(1 + (1 + s.squared) / s) }

    /// The distance of the end reached, by quadrature: the error is a translation.
    var distance: Interval {
      let s = deviation
      return Interval(
        Quadrature.interval(0...1) { t in
          error * s / ((1 - t) * (1 - t) + s * s * t * t).squareRoot()
        })
    }
    /// The factor of the bound.
    var factor: Interval { Self.factor(Interval(deviation)) }
    /// The objective at the velocity that is off.
    var objective: Interval {
      let (m, s, e) = (Interval(mean), Interval(deviation), Interval(error))
      return e.squared - (m.squared + 1 + s.squared - Interval.pi / 2 * s)
    }
  }
}
