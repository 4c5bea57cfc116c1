import Arithmetic
import Formulas
import Probability
import Verification

extension HomeworkIII {
  /// III.2.bound: the bound as the sheet writes it, with a factor two lost.
  static var noiseBoundAsWritten: Identity {
    get throws {
      try Identity(
        "III.2.bound", "The bound on the divergence, as the sheet has it",
        #"\mathrm{KL}(\rho(1)\Vert\hat\rho(1)) \le \int_0^1\Bigl(\frac A{2\varepsilon} + \frac{\varepsilon C}2\Bigr)dt"#,
        expectation: .fails(
          correctedBy: "III.2.bound.corrected",
          why: #"""
            A factor two: $|u+v|^2 \le 2|u|^2 + 2|v|^2$ gives
            $\frac1{2\varepsilon}\int|\delta b|^2\rho + \frac\varepsilon2\int|\delta s|^2\rho = \frac A\varepsilon + \varepsilon C$,
            and the sheet has half of that, although its $A$ and $C$ contain the $\frac12$ already.
            """#,
          counterexample: #"""
            $\rho(t) = N(0,1)$ throughout ($b = 0$, $s = -x$), $\varepsilon = 1$, $\hat b = b + \frac12$,
            $\hat s = s + \frac12$. Then $\hat\rho(1) = N(1 - e^{-1}, 1)$ with the divergence $0.1998$, while
            $A = C = \frac18$ and $B = 0.125$.
            """#),
        remarks: [
          #"""
          If $A$ and $C$ are defined without their $\frac12$ the formula is right. The minimiser is not affected, the
          minimum is doubled.
          """#
        ]
      ) {
        Derivation {
          Step(#"\mathrm{KL}(\rho(1)\Vert\hat\rho(1))"#)
          Step(
            #"\int_0^1\Bigl(\frac A{2\varepsilon} + \frac{\varepsilon C}2\Bigr)dt"#,
            because: "the sheet's bound",
            relation: .atMost)
          Restatement(#"\int_0^1\Bigl(\frac A\varepsilon + \varepsilon C\Bigr)dt"#, because: "twice as much")
        }
        Enclosure("stationary Gaussian, equal errors", over: ["e": 0.375...3.75], precision: 0x1p-14) { v in
          StationaryGaussian(kappa: 1).names(v["e"])
          Step(
            #"\mathrm{KL}(\rho(1)\Vert\hat\rho(1))"#,
            remark: #"$\delta b = \varepsilon\,\delta s = \tfrac12$"#)
          Step(
            #"\frac A{2\varepsilon} + \frac{\varepsilon C}2"#, because: "the sheet's bound", relation: .atMost
          )
          Restatement(#"\frac A\varepsilon + \varepsilon C"#, because: "twice as much")
        }
        Numerical("mixtures carried off, heat flow", cases: try TranslatedMixture.all) { example in
          example.names
        }
        Statistical("a lower bound by simulation", cases: [DriftedStart(c: 0.5, epsilon: 0.5)]) {
          example, draw in
          example.names(draw)
          lowerBound()
          Step(
            #"\frac A{2\varepsilon} + \frac{\varepsilon C}2"#, because: "the sheet's bound", relation: .atMost
          )
          Restatement(#"\frac A\varepsilon + \varepsilon C"#, because: "twice as much")
        }
      }
    }
  }

  /// A lower bound on the divergence (Donsker and Varadhan 1975).
  @Lines<Variate>
  private static func lowerBound() -> [Line<Variate>] {
    Step(
      #"\tfrac12\mathbb{E}[\psi(X_1) + \psi(-X_1)] - \tfrac12\mathbb{E}[e^{\psi(2c + X_1)} + e^{\psi(2c - X_1)}] + 1"#,
      remark:
        #"at most $\mathrm{KL}(\rho(1)\Vert\hat\rho(1))$, whatever $\psi$ is; $X_1$ and $-X_1$ have the density $\rho(1)$, and $2c \pm X_1$ have $\hat\rho(1)$"#
    )
  }

  /// III.2.bound.corrected: Girsanov's bound and its two losses.
  static var noiseBoundCorrected: Identity {
    get throws {
      try Identity(
        "III.2.bound.corrected", "The bound on the divergence",
        #"""
        \mathrm{KL}(\rho(1)\Vert\hat\rho(1))
        \le \int_0^1\frac1{4\varepsilon}\int|\delta b + \varepsilon\,\delta s|^2\rho\,dx\,dt
        \le \int_0^1\Bigl(\frac A\varepsilon + \varepsilon C\Bigr)dt
        """#,
        assuming: [
          "the same density at time 0", #"the model's drift is $\hat b + \varepsilon\hat s$"#,
          #"Girsanov's theorem applies, as it does where the error of the drift is bounded"#,
        ],
        remarks: [
          #"""
          Errors at right angles give the sheet's $B$ exactly, and opposite errors $\delta b = -\varepsilon\,\delta s$
          cancel: neither can tell the two bounds apart. The checks use errors that point the same way, and show the
          other two for what they are.
          """#
        ]
      ) {
        Derivation {
          Step(#"\mathrm{KL}(\rho(1)\Vert\hat\rho(1))"#)
          Step(
            #"\int_0^1\frac1{4\varepsilon}|\delta b + \varepsilon\,\delta s|^2dt"#,
            because: "Girsanov's theorem, and the divergence of a marginal is at most that of the paths",
            relation: .atMost, remark: "the errors of the cases are constant in space")
          Rival(
            #"\int_0^1\Bigl(\frac A{2\varepsilon} + \frac{\varepsilon C}2\Bigr)dt"#,
            "factor two, as on the sheet")
          Rival(
            #"\int_0^1\frac1{8\varepsilon}|\delta b + \varepsilon\,\delta s|^2dt"#,
            "factor two in Girsanov's bound")
          Step(
            #"\int_0^1\Bigl(\frac A\varepsilon + \varepsilon C\Bigr)dt"#, because: "Young's inequality",
            relation: .atMost)
          Rival(
            #"\int_0^1\Bigl(\frac A{2\varepsilon} + \frac{\varepsilon C}2\Bigr)dt"#,
            "Young's inequality without its factor two")
        }
        Exact("Young's inequality with its residual") { symbols, d in
          Let("u", symbols.vector(d, "u"))
          Let("v", symbols.vector(d, "v"))
          Let(#"\varepsilon"#, symbols.scalar("epsilon"))
          Let("A", #"\tfrac12|u|^2"#)
          Let("C", #"\tfrac12|v|^2"#)
          Step(#"\frac1{4\varepsilon}|u + \varepsilon v|^2"#)
          Step(
            #"\frac A\varepsilon + \varepsilon C - \frac1{4\varepsilon}|u - \varepsilon v|^2"#,
            because: #"parallelogram law, with $A = \frac12|u|^2$ and $C = \frac12|v|^2$"#)
          Rival(
            #"\frac A{2\varepsilon} + \frac{\varepsilon C}2 - \frac1{4\varepsilon}|u - \varepsilon v|^2"#,
            "factor two, as on the sheet")
          Rival(#"\frac A{2\varepsilon} + \frac{\varepsilon C}2"#, "cross term forgotten")
          Rival(#"\frac A\varepsilon + \varepsilon C"#, "equality although the errors differ")
        }
        Exact("errors at right angles", dimensions: [2, 3, 5]) { symbols, d in
          Let("u", symbols.vector(d, "u"))
          Let("w", symbols.vector(d, "w"))
          Let("v", #"w - \frac{u\cdot w}{|u|^2}u"#)
          Let(#"\varepsilon"#, symbols.scalar("epsilon"))
          Let("A", #"\tfrac12|u|^2"#)
          Let("C", #"\tfrac12|v|^2"#)
          Step(#"\frac1{4\varepsilon}|u + \varepsilon v|^2"#, remark: #"$u \perp v$"#)
          Step(#"\frac1{4\varepsilon}|u|^2 + \frac\varepsilon4|v|^2"#, because: "Pythagoras")
          Restatement(
            #"\frac A{2\varepsilon} + \frac{\varepsilon C}2"#, because: "here the sheet is right")
          Rival(#"\frac A\varepsilon + \varepsilon C"#, "the bound taken for the value")
        }
        Exact("opposite errors") { symbols, d in
          Let("u", symbols.vector(d, "u"))
          Let(#"\varepsilon"#, symbols.scalar("epsilon"))
          Let("v", #"-\frac1\varepsilon u"#)
          Let("A", #"\tfrac12|u|^2"#)
          Let("C", #"\tfrac12|v|^2"#)
          Step(#"\frac1{4\varepsilon}|u + \varepsilon v|^2"#)
          Step("0", because: "the errors cancel, and the divergence is zero: no bound can fail")
          Rival(
            #"\frac A{2\varepsilon} + \frac{\varepsilon C}2"#, "the sheet's bound taken for the value")
        }
        Enclosure(
          "stationary Gaussian", cases: [1, 0.5, 0, -0.5].map { StationaryGaussian(kappa: $0) },
          over: ["e": 0.125...8], precision: 0x1p-14
        ) { example, v in
          example.names(v["e"])
          Step(#"\mathrm{KL}(\rho(1)\Vert\hat\rho(1))"#)
          Step(
            #"\frac1{4\varepsilon}(\delta b + \varepsilon\,\delta s)^2"#, because: "Girsanov's theorem",
            relation: .atMost)
          Rival(#"\frac A{2\varepsilon} + \frac{\varepsilon C}2"#, "factor two, as on the sheet")
          Rival(
            #"\frac1{8\varepsilon}(\delta b + \varepsilon\,\delta s)^2"#, "factor two in Girsanov's bound")
          Step(#"\frac A\varepsilon + \varepsilon C"#, because: "Young's inequality", relation: .atMost)
          Rival(
            #"\frac A{2\varepsilon} + \frac{\varepsilon C}2"#, "Young's inequality without its factor two")
        }
        Enclosure("where the sheet's bound fails", over: ["e": 0.375...3.75], precision: 0x1p-14) { v in
          StationaryGaussian(kappa: 1).names(v["e"])
          Step(#"\mathrm{KL}(\rho(1)\Vert\hat\rho(1))"#, remark: #"$\kappa = 1$"#)
          Step(
            #"\frac A{2\varepsilon} + \frac{\varepsilon C}2"#,
            because: #"$4(1 - e^{-\varepsilon})^2 \ge \varepsilon$ on the whole interval"#, relation: .atLeast
          )
          Rival(#"\frac A\varepsilon + \varepsilon C"#, "the right bound, which does not fail")
        }
        Numerical("mixtures carried off, heat flow", cases: try TranslatedMixture.all) { example in
          example.names
        }
        Numerical("stationary Gaussian, schedules", cases: NoiseSchedule.all) { schedule in
          Let(#"\varepsilon_0"#, schedule.start)
          Let("k", schedule.rate)
          Let(#"\varepsilon(t)"#, #"\varepsilon_0e^{kt}"#)
          Let(#"\delta b"#, 0.5)
          Let(#"\delta s"#, 0.375)
          errorLosses()
          Let(#"\int_t^1\varepsilon(u)\,du"#, #"\frac{\varepsilon(1) - \varepsilon(t)}k"#, of: ["t"])
          Let("m", #"\int_0^1e^{-\int_t^1\varepsilon(u)\,du}(\delta b + \varepsilon(t)\,\delta s)\,dt"#)
          Let(#"\mathrm{KL}(\rho(1)\Vert\hat\rho(1))"#, #"\tfrac12m^2"#, of: [])
        }
        Statistical("simulated paths", cases: [NoisyPath(epsilon: 0.5)]) { path, draw in
          path.names(draw)
          Step(#"\mathbb{E}\log\frac{dP}{d\hat P}"#)
          Step(
            #"\mathbb{E}\sum_{k=1}^4\frac h{4\varepsilon}\sum_{i=1}^2(\delta b_{ki} + \varepsilon\,\delta s_{ki})^2"#,
            because: "each step's transition is normal; the noise has mean zero given its past")
          Rival(
            #"\mathbb{E}\sum_{k=1}^4\frac h{2\varepsilon}\sum_{i=1}^2(\delta b_{ki} + \varepsilon\,\delta s_{ki})^2"#,
            "one half lost")
          Step(
            #"\mathbb{E}\sum_{k=1}^4\sum_{i=1}^2h\Bigl(\frac{(\delta b_{ki})^2}{2\varepsilon} + \frac\varepsilon2(\delta s_{ki})^2\Bigr)"#,
            because: "Young's inequality", relation: .atMost)
          Rival(
            #"\mathbb{E}\sum_{k=1}^4\sum_{i=1}^2h\Bigl(\frac{(\delta b_{ki})^2}{4\varepsilon} + \frac\varepsilon4(\delta s_{ki})^2\Bigr)"#,
            "factor two, as on the sheet")
        }
        Statistical("a lower bound by simulation", cases: [DriftedStart(c: 0.5, epsilon: 0.5)]) {
          example, draw in
          example.names(draw)
          lowerBound()
          Step(#"\frac A\varepsilon + \varepsilon C"#, because: "the bound", relation: .atMost)
          Rival(#"\frac A{2\varepsilon} + \frac{\varepsilon C}2"#, "factor two, as on the sheet")
        }
      }
    }
  }

  /// Names for the losses of errors that are constant in space.
  @Lines<Scalar>
  static func errorLosses<Scalar: LineScalar>() -> [Line<Scalar>] {
    Let("A", #"\tfrac12|\delta b|^2"#)
    Let("C", #"\tfrac12|\delta s|^2"#)
  }

  /// The law `N(0, 1)` at all times, with the errors `1/2` of the velocity and `kappa / 2 e` of the score.
  ///
  /// The model's drift is `-e x + (1 + kappa) / 2`, so its law at time one is `N(m, 1)`.
  struct StationaryGaussian: Sendable, CustomStringConvertible {
    let kappa: Double
    var description: String { "kappa = \(kappa.brief)" }

    /// Names for the errors, their losses and the divergence.
    @Lines<Dual<Interval>>
    func names(_ epsilon: Dual<Interval>) -> [Line<Dual<Interval>>] {
      Let(#"\varepsilon"#, epsilon)
      Let(#"\kappa"#, kappa)
      Let(#"\delta b"#, #"\tfrac12"#)
      Let(#"\delta s"#, #"\frac\kappa{2\varepsilon}"#)
      errorLosses()
      Let("m", #"\frac{(1+\kappa)(1 - e^{-\varepsilon})}{2\varepsilon}"#)
      Let(#"\mathrm{KL}(\rho(1)\Vert\hat\rho(1))"#, #"\tfrac12m^2"#, of: [])
    }
  }

  /// A mixture under heat flow, `d rho / dt = e rho_xx`, whose model is carried off at the speed `(1 + kappa) c`.
  struct TranslatedMixture: Sendable, CustomStringConvertible {
    let start: GaussianMixture<Double>
    let c: Double
    let kappa: Double
    let epsilon: Double

    static var all: [TranslatedMixture] {
      get throws {
        let start = try GaussianMixture([
          (0.25, Gaussian(mean: [-3], covariance: [[0.125]])),
          (0.75, Gaussian(mean: [2], covariance: [[0.25]])),
        ])
        return [(0.5, 1, 0.5), (0.25, 1, 1), (0.5, 0.75, 0.75)].map {
          TranslatedMixture(start: start, c: $0, kappa: $1, epsilon: $2)
        }
      }
    }
    var description: String { "c = \(c.brief), kappa = \(kappa.brief), epsilon = \(epsilon.brief)" }

    /// The divergence of the laws at time one, by quadrature.
    var divergence: Estimate {
      let later = GaussianMixture(
        weights: start.weights,
        components: start.components.map {
          Gaussian(mean: $0.mean, covariance: $0.covariance + Matrix([[2 * epsilon]]))
        })
      let log = { (x: Double) in later.logDensity(Vector([x])) }
      // Beyond 16 the density is below 1e-30: nothing that the bound could show.
      return Quadrature.interval(-16...16) { x in
        Double.exp(log(x)) * (log(x) - log(x - (1 + kappa) * c))
      }
    }

    /// Names for the errors, their losses and the divergence.
    @Lines<Estimate> var names: [Line<Estimate>] {
      Let(#"\varepsilon"#, epsilon)
      Let(#"\kappa"#, kappa)
      Let(#"\delta b"#, c)
      Let(#"\delta s"#, #"\frac{\kappa\,\delta b}\varepsilon"#)
      errorLosses()
      Let(#"\mathrm{KL}(\rho(1)\Vert\hat\rho(1))"#, by: "quadrature") { divergence }
    }
  }

  /// The noise `e_0 exp(k t)`.
  struct NoiseSchedule: Sendable, CustomStringConvertible {
    let start: Double
    let rate: Double

    static let all = [NoiseSchedule(start: 0.75, rate: 1), NoiseSchedule(start: 2, rate: -0.75)]
    var description: String { "epsilon = \(start.brief) exp(\(rate.brief) t)" }
  }

  /// Heat flow from a uniform start on (-1, 1), and the same carried off by `2 c`: no density is in closed form.
  struct DriftedStart: Sendable, CustomStringConvertible {
    let c: Double
    let epsilon: Double
    var description: String { "c = \(c.brief), epsilon = \(epsilon.brief)" }

    /// Names for a particle at time one, the errors and their losses, and a linear test function.
    @Lines<Variate>
    func names(_ draw: Draw) -> [Line<Variate>] {
      Let(#"\varepsilon"#, epsilon)
      Let("c", c)
      Let(#"\delta b"#, "c")
      Let(#"\delta s"#, #"\frac c\varepsilon"#)
      errorLosses()
      Let("U", 2 * draw.uniform() - 1)
      Let("Z", draw.normal())
      Let("X_1", #"U + \sqrt{2\varepsilon}Z"#)
      Let(#"\psi(x)"#, #"\frac{2c(c-x)}{\frac13 + 2\varepsilon}"#)
    }
  }

  /// Four Euler steps of a nonlinear drift in the plane with waves for errors.
  struct NoisyPath: Sendable, CustomStringConvertible {
    let epsilon: Double
    var description: String { "d = 2, epsilon = \(epsilon.brief)" }

    /// Names for the errors along a path, step by step, and for the logarithm of the laws' ratio there.
    @Lines<Variate>
    func names(_ draw: Draw) -> [Line<Variate>] {
      let run = run(draw)
      Let(#"\varepsilon"#, epsilon)
      Let("h", 0.25)
      Let(#"\delta b"#, Matrix(rows: 4, columns: 2) { run.errors[$0].b[$1] })
      Let(#"\delta s"#, Matrix(rows: 4, columns: 2) { run.errors[$0].s[$1] })
      Let(#"\log\frac{dP}{d\hat P}"#, by: "the normal transitions of both laws") { run.logRatio }
    }

    /// The logarithm of the laws' ratio along a path, and the errors at its steps.
    private func run(_ draw: Draw) -> (logRatio: Variate, errors: [(b: Vector<Variate>, s: Vector<Variate>)])
    {
      let (h, e) = (Variate(0.25), Variate(epsilon))
      let spread = Variate((2 * epsilon * 0.25).squareRoot())
      var x = draw.normal(2)
      var ratio: Variate = 0
      let errors = (0..<4).map { _ in
        let drift = Vector([Variate.sin(x[1]) - x[0], Variate.cos(x[0])])
        let velocityError = Vector([2 + Variate.sin(x[0]) / 2, Variate(-1)])
        let scoreError = Vector([3 + Variate.cos(x[1]) / 2, Variate(-2)])
        let next = x + h * drift + spread * draw.normal(2)
        // Both transitions are normal with the same covariance: the squares of the two deviations remain.
        let deviation = { (drift: Vector<Variate>) in (next - x - h * drift).squaredNorm }
        ratio +=
          (deviation(drift + velocityError + e * scoreError) - deviation(drift)) / (4 * e * h)
        x = next
        return (b: velocityError, s: scoreError)
      }
      return (ratio, errors)
    }
  }
}
