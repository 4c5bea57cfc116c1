import Arithmetic
import Formulas
import Probability
import Transport
import Verification

extension HomeworkIII {
  /// III.4c: what tightness means for the density estimator, and the control that reaches it.
  static var tightnessUnderControl: Identity {
    Identity(
      "III.4c", "Every path must carry the same weight",
      #"""
      \mathbb{E}_\lambda[A_\lambda] - \mathbb{E}_\lambda[\log R]
      = -\log\hat\rho(1,x) + \varepsilon(1-\lambda)^2\int_0^1\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]\,dt
      """#,
      assuming: [
        #"the condition for equality is the corrected one of (b): $A - \log R$ almost surely constant"#,
        #"$\mathbb{E}_\lambda$ is the law of $dY_t = (\hat b - 2\varepsilon\lambda\nabla\log\hat\rho)(t,Y_t)\,dt + \sqrt{2\varepsilon}\,dW^B_t$, and $A_\lambda$ includes its log-likelihood ratio"#,
      ],
      remarks: [
        #"""
        Equality asks that every backward path carries the same weight $e^{-A}R = \hat\rho(1,x)$. For the plain
        estimator, $\lambda = 0$, the gap is $\varepsilon\,\mathbb{E}\int|\nabla\log\hat\rho|^2$, so with
        $\varepsilon > 0$ it vanishes only if $\hat\rho(t,\cdot)$ is constant in space: never on $\mathbb{R}^d$ with
        a normalised $\rho_0$, on the torus only for uniform $\rho_0$ and a drift without divergence, and always in
        the limit $\varepsilon = 0$, where one path is left.
        """#,
        #"""
        That the estimator is unbiased says nothing about its logarithm, and neither does a linear drift make the
        bound tight: both appear as rivals, in cases with a linear drift. With $\hat b = -\frac x2$, $\varepsilon = \frac12$ and
        $\rho_0 = N(0, 1)$, which stays as it is, the gap at $x = 0$ is $\frac{e - 2}2 = 0.359$.
        """#,
        #"""
        The control that makes the bound tight is $-2\varepsilon\nabla\log\hat\rho$, the score of the density that is
        being estimated: it steers the paths to where $\rho_0$ is until all weights are equal.
        """#,
      ]
    ) {
      controlCompletesTheSquare
      controlledGapInClosedForm
      controlledGapOnTheCircle
      equalWeights
      uniformOnTheTorus
    }
  }

  private static var controlCompletesTheSquare: Exact {
    Exact("the control completes a square, linear drift") { symbols, d in
      ControlledExponent(symbols, d, control: symbols.scalar("lambda")).names(at: symbols.scalar("t"))
      // The relative entropy of a drift changed by 2 e l grad log u grows by |2 e l grad log u|^2 / 4 e.
      Step(
        #"\frac{d}{dt}\mathbb{E}_\lambda[\log\hat\rho(t,Y_t)] + \nabla\cdot\hat b(x) + \varepsilon\lambda^2\,\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]"#
      )
      Step(
        #"\varepsilon(1-\lambda)^2\,\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]"#,
        because:
          #"the drift of $\log\hat\rho$ loses $2\varepsilon\lambda|\nabla\log\hat\rho|^2$ to the control"#)
      Restatement(
        #"\varepsilon(1 - 2\lambda + \lambda^2)\,\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]"#,
        because: "the plain gap, what the control takes off it, and what the control costs")
      Rival(
        #"\varepsilon(1-2\lambda)\,\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]"#,
        "cost of the control forgotten")
      Rival(
        #"\varepsilon(1+\lambda)^2\,\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]"#, "sign of the control"
      )
      Rival(#"\varepsilon(1-\lambda)\,\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]"#, "square forgotten")
      Rival("0", "equality for every linear drift")
    }
  }

  private static var controlledGapInClosedForm: Numerical<ControlledGaussian> {
    Numerical(
      "the controlled gap of a linear estimator", cases: linearEstimators(controls: [0, 0.25, 1, 1.5])
    ) { estimator in
      linearEstimator(estimator)
      Step(#"\mathbb{E}_\lambda[A_\lambda] - \mathbb{E}_\lambda[\log R]"#)
      Step(
        #"-\log\hat\rho(1,x) + \varepsilon(1-\lambda)^2\int_0^1\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]\,dt"#,
        because: #"the square is completed; at $\lambda = 1$ nothing is left"#)
      Rival(#"-\log\hat\rho(1,x)"#, "unbiased, so tight; or linear, so tight")
      Rival(
        #"-\log\hat\rho(1,x) + \varepsilon(1-2\lambda)\int_0^1\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]\,dt"#,
        "cost of the control forgotten")
      Rival(
        #"-\log\hat\rho(1,x) + \varepsilon(1+\lambda)^2\int_0^1\mathbb{E}_\lambda[|\nabla\log\hat\rho(t,Y_t)|^2]\,dt"#,
        "sign of the control")
    }
  }

  private static let controls = [0, 0.5, 1].map { Control(strength: $0) }

  /// The bias of the difference of the two sides, the largest over the controls.
  private static let controlBias = Result {
    try controls.map { control in
      let l = control.strength
      return try PathMean.bias(steps: waveSteps) { draw, noise in
        let x = 2 * Variate.pi * draw.uniform()
        let path = try backwardEstimator(from: x, control: l, noise: noise)
        return Vector([
          data(x) * (path.A - path.logR + Variate(wave.diffusion * (2 * l - 1)) * path.energy)
        ])
      }[0]
    }.reduce(0, max)
  }

  private static var controlledGapOnTheCircle: Statistical<Control> {
    Statistical("the controlled gap simulated, non-linear drift on the circle", cases: controls) {
      control, draw in
      try simulatedEstimator(control: control.strength, draw)
      Let(#"A_\lambda"#, #"A + \varepsilon\lambda^2H"#)
      Step(
        #"\mathbb{E}[w(A_\lambda - \log R)]"#,
        remark: #"$Y_1 = X \sim \rho_1$, drawn uniformly with the weight $w$"#)
      Step(
        #"-\mathbb{E}[w\log\hat\rho(1,X)] + \varepsilon(1-\lambda)^2\,\mathbb{E}[wH]"#,
        because: "the square is completed", remark: #"$H = \int_0^1|\nabla\log\hat\rho(t,Y_t)|^2dt$"#,
        bias: try controlBias.get())
      Rival(#"-\mathbb{E}[w\log\hat\rho(1,X)]"#, "an unbiased estimator taken to be tight")
      Rival(
        #"-\mathbb{E}[w\log\hat\rho(1,X)] + \varepsilon(1-2\lambda)\,\mathbb{E}[wH]"#,
        "cost of the control forgotten")
    }
  }

  private static let weightSteps = 16

  /// Along controlled paths from `x`: the weight relative to the density and its square, and the weight that
  /// `A + log R` would give, each times a function of where the path ends; and that function.
  ///
  /// With the drift changed by `-2 e l grad log u` the logarithm of the likelihood ratio of the plain law to the
  /// controlled one is `-int sqrt(2 e) l grad log u dW - int e |l grad log u|^2 dt`, `W` run backward (Girsanov).
  private static func controlledWeights(
    from x: Variate, _ noise: [Variate], control: Double = 1
  ) throws -> Vector<Variate> {
    let (e, l) = (Variate(wave.diffusion), Variate(control))
    // Heun's method. The stochastic integral is taken with the mean of both ends, which adds half of the quadratic
    // covariation: the exponent takes that away again. The weights are of weak order one.
    return try PathMean.extrapolated(noise, order: 1) { noise in
      let h = 1 / Double(noise.count)
      let (step, root) = (Variate(h), Variate(Double.sqrt(2 * wave.diffusion * h)))
      func velocity(_ at: TravellingWave.Local<Variate>) -> Variate {
        at.drift - 2 * e * l * at.score
      }
      func potential(_ at: TravellingWave.Local<Variate>) -> Variate {
        at.divergence + e * l * (l * at.score.squared - at.curvature)
      }
      var y = x
      var here = wave.local(1, y)
      var (stochastic, exponent): (Variate, Variate) = (0, 0)
      for (n, xi) in noise.enumerated() {
        let next = Variate(1 - Double(n + 1) * h)
        let kick = root * xi
        let predicted = wave.local(next, y - step * velocity(here) + kick)
        y = y - step / 2 * (velocity(here) + velocity(predicted)) + kick
        let there = wave.local(next, y)
        stochastic += (here.score + there.score) / 2 * l * kick
        exponent += step / 2 * (potential(here) + potential(there))
        here = there
      }
      let logR = wave.logarithm(0, y)
      let test = 1 + Variate(0.5) * Variate.sin(y)
      let relative = -stochastic - exponent - wave.logarithm(1, x)
      let weight = Variate.exp(relative + logR)
      return Vector([
        weight * test, weight.squared * test, Variate.exp(relative - logR) * test, test,
      ])
    }
  }

  /// The biases of the weight and of its square, against the function that they are multiplied with.
  private static let weightBias = Result {
    try PathMean.bias(steps: weightSteps) { draw, noise in
      let values = try controlledWeights(from: 2 * Variate.pi * draw.uniform(), noise)
      return Vector([values[0] - values[3], values[1] - values[3]])
    }.reduce(0, max)
  }

  private static var equalWeights: Statistical<TravellingWave> {
    Statistical("equal weights at the optimal control", cases: [wave]) { _, draw in
      let (x, noise) = (2 * Variate.pi * draw.uniform(), draw.normal(weightSteps).components)
      let values = try controlledWeights(from: x, noise)
      let half = try controlledWeights(from: x, noise, control: 0.5)
      Let(#"w\varphi(Y_0)"#, by: "Heun's method and Girsanov's theorem, extrapolated in the step") {
        values[0]
      }
      Let(#"w^2\varphi(Y_0)"#, by: "the same path") { values[1] }
      Let(#"u\varphi(Y_0)"#, by: "the same path, with the sign of $\\log R$ lost") { values[2] }
      Let(#"\varphi(Y_0)"#, by: "where the path ends") { values[3] }
      Let(#"\tilde w\varphi(\tilde Y_0)"#, by: "a path with half of the control") { half[0] }
      Let(#"\tilde w^2\varphi(\tilde Y_0)"#, by: "a path with half of the control") { half[1] }
      Step(
        #"\mathbb{E}[w\varphi(Y_0)], \mathbb{E}[w^2\varphi(Y_0)]"#,
        remark: #"$w = e^{-A_1}R / \hat\rho(1,X)$, under the control of strength one"#)
      Step(
        #"\mathbb{E}[\varphi(Y_0)], \mathbb{E}[\varphi(Y_0)]"#,
        because: #"$w = 1$ on every path, so it has no variance either"#, bias: try weightBias.get())
      Rival(
        #"\mathbb{E}[u\varphi(Y_0)], \mathbb{E}[u\varphi(Y_0)]"#,
        "the sum in place of the difference, as the sheet reads it",
        remark: #"$u = e^{-(A_1 + \log R)} / \hat\rho(1,X)$"#)
      Rival(
        #"\mathbb{E}[\tilde w\varphi(\tilde Y_0)], \mathbb{E}[\tilde w^2\varphi(\tilde Y_0)]"#,
        "half of the optimal control")
    }
  }

  private static var uniformOnTheTorus: Exact {
    Exact("no gap where the density is constant in space") { symbols, d in
      // A Gaussian exponent without precision and slope is constant in space; with a slope it is not.
      let estimator = ControlledExponent(symbols, d, control: 0)
      let S = symbols.matrix(d)
      let flat = GaussianExponent<Symbol>(
        precision: .zero(d, d), linear: .zero(d), constant: symbols.scalar())
      // The logarithm of the density after a unit of time, carried by a linear drift.
      let end = { (matrix: Matrix<Symbol>) in
        let moving = QuadraticKilling(
          drift: (matrix, estimator.equation.drift.offset), diffusion: estimator.equation.diffusion,
          rate: (.zero(d, d), .zero(d), 0)
        ).moving(flat)
        return -moving.constant.derivative - moving.constant.value
      }
      Let(#"\mathbb{E}[\log R]"#, by: "the start, which is constant, at the mean of $Y_0$") {
        flat(estimator.mean)
      }
      Let(#"\log\hat\rho(1,x)"#, by: "the Riccati equations with a drift that rotates") {
        end(S - S.transpose)
      }
      Let(#"\log\tilde\rho(1,x)"#, by: "the Riccati equations with any linear drift") { end(S) }
      Step(#"\mathbb{E}[\log R]"#, remark: #"$\hat\rho$ is constant and $\nabla\cdot\hat b = 0$"#)
      Step(#"\log\hat\rho(1,x)"#, because: "nothing moves: every path carries the same weight")
      Rival(#"\log\tilde\rho(1,x)"#, "a drift that compresses", remark: #"$\nabla\cdot\hat b \ne 0$"#)
    }
  }

  /// A strength of the control.
  struct Control: Sendable, CustomStringConvertible {
    let strength: Double
    var description: String { "control \(strength.brief)" }
  }

  /// The gap against the strength of the control.
  static var controlFigure: Figure {
    Figure(
      "jensen-gap-against-control",
      caption: #"""
        The gap of the controlled density estimator, $\varepsilon(1-\lambda)^2\,\mathbb{E}_\lambda\int|\nabla\log\hat\rho|^2$,
        for a linear drift ($\hat b = -\frac34x$, $\rho_0 = N(0, \frac34)$, $x = 1$): it touches zero at the optimal
        control $\lambda = 1$, whatever the noise, and nowhere else.
        """#,
      x: .init("λ, strength of the control"), y: .init("gap, nats")
    ) {
      try [0.125, 0.5, 1].map { epsilon in
        let points = try (0...32).map { k in
          let control = Double(k) / 16
          let estimator = try ControlledGaussian(
            diffusion: epsilon, slope: -0.75, variance: 0.75, point: 1, control: control)
          return (x: control, y: epsilon * (1 - control) * (1 - control) * estimator.energy().value)
        }
        return .init("ε = \(epsilon.brief)", points: points)
      }
    }
  }
}
