import Arithmetic
import Transport
import Verification

extension HomeworkII {
  /// II.5c: normal marginals are rigid, and how rigid.
  static var marginalsAreRigid: Identity {
    get throws {
      try Identity(
        "II.5c", "Gaussian marginals are rigid",
        #"""
        X_0 \text{ or } X_1 \text{ not normal} \implies
        \mathrm{KL}\bigl(X_t \,\Vert\, N(\mu_t, \sigma_t^2)\bigr) > 0 \text{ for every } t \in (0,1)
        """#,
        assuming: [#"$X_0$, $X_1$, $Z$ are independent, with finite variances"#],
        remarks: [
          #"""
          Explanation. One Gaussian marginal at one time forces both ends to be Gaussian, because a sum of independent
          variables is Gaussian only if every summand is. So a bridge of this kind to data that are not Gaussian has no
          Gaussian marginal at any time inside: convenient formulas for Gaussian marginals describe Gaussian data only.
          """#,
          #"""
          Nearly Gaussian is not enough: going back from $X_t$ to $X_0$ multiplies differences of characteristic
          functions by $e^{(t^2\sigma_1^2 + t(1-t))v^2/2}$ at the frequency $v$, so a small divergence at $t$ bounds
          the distance of the ends from normal laws only logarithmically (Sapogov). In the other direction nearly
          Gaussian ends make a nearly Gaussian $X_t$.
          """#,
          #"""
          With dependent ends a Gaussian marginal at one time says nothing: II.5.setup.corrected has the example.
          """#,
        ]
      ) {
        try divergenceIsPositive
        try divergenceBoundedBelow
        try positiveForEveryTime
        try rateAtANormalEnd
        try differencesGrowBackwards
        try nearlyNormalEnds
        try twoModeTarget
      }
    }
  }

  private static var divergenceIsPositive: Numerical<LineBridge> {
    get throws {
      // The divergence is a small difference of two entropies, and has four digits less than they.
      try Numerical(
        "divergence from the matching normal law", cases: LineEnds.bridges(times: [0.25, 0.5, 0.75]),
        precision: 1e-9
      ) { bridge in
        let (mean, variance) = bridge.meanAndVariance
        Step(#"\mathrm{KL}(X_t \Vert N(\mu_t, \sigma_t^2)) = \int\rho\log\frac{\rho}{g}"#) {
          try bridge.divergenceFromNormal
        }
        Step(
          #"\tfrac12\log(2\pi e\sigma_t^2) - h(X_t)"#,
          because: "cumulants give mean and variance, and the normal law has the greatest entropy"
        ) {
          let entropy = try bridge.mean { _, density in Double.log(density) }
          let greatest = (Double.log(2 * Double.pi * variance) + 1) / 2
          return Estimate(
            entropy.value + greatest, error: entropy.error + 4 * Double.ulpOfOne * greatest.magnitude)
        }
        Restatement(
          #"\tfrac12\log(2\pi\sigma_t^2) + \tfrac1{2\sigma_t^2}\int(x-\mu_t)^2\rho - h(X_t)"#,
          because: "the variance by quadrature as well"
        ) {
          let entropy = try bridge.mean { _, density in Double.log(density) }
          let square = try bridge.mean { x, _ in (x - mean).squared / (2 * variance) }
          let constant = Double.log(2 * Double.pi * variance) / 2
          return Estimate(
            entropy.value + square.value + constant,
            error: entropy.error + square.error + 4 * Double.ulpOfOne * (1 + constant.magnitude))
        }
        Rival(#"0"#, "exactly Gaussian in spite of its ends") { Estimate(0, error: 0) }
        Rival(
          #"\tfrac12\log(2\pi e(\sigma_t^2 - t(1-t))) - h(X_t)"#, "variance without the noise"
        ) {
          let entropy = try bridge.mean { _, density in Double.log(density) }
          let greatest = (Double.log(2 * Double.pi * (variance - bridge.noise)) + 1) / 2
          return Estimate(entropy.value + greatest, error: entropy.error)
        }
      }
    }
  }

  private static var divergenceBoundedBelow: Numerical<LineBridge> {
    get throws {
      try Numerical(
        "below by characteristic functions", cases: LineEnds.bridges(times: [0.25, 0.5, 0.75])
      ) { bridge in
        let (u, t) = (Interval(2), Interval(bridge.time))
        let (x, g) = (bridge.characteristic(u, at: t), bridge.normalCharacteristic(u, at: t))
        let distance = (x.0 - g.0).squared + (x.1 - g.1).squared
        Step(#"\mathrm{KL}(X_t \Vert N(\mu_t, \sigma_t^2))"#) { try bridge.divergenceFromNormal }
        Step(
          #"\tfrac12|\varphi_{X_t}(u) - \varphi_g(u)|^2"#,
          because: #"$|\varphi_{X_t} - \varphi_g| \le \int|\rho - g| \le \sqrt{2\,\mathrm{KL}}$ (Pinsker)"#,
          relation: .atLeast
        ) { distance / 2 }
        Rival(#"|\varphi_{X_t}(u) - \varphi_g(u)|"#, "total variation in place of its square") {
          Interval.sqrt(distance)
        }
      }
    }
  }

  private static var differencesGrowBackwards: Numerical<LineBridge> {
    get throws {
      try Numerical(
        "from the marginal back to the start",
        cases: [LineEnds.signs, .uniform(-1.5...1), LineEnds.twoModes].map {
          try LineBridge(from: $0, to: .normal(mean: 0, variance: 0.5), time: 0.5)
        }
      ) { bridge in
        let (t, u) = (bridge.time, 1.5)
        let v = u / (1 - t)
        let x = try transform(bridge, at: v)
        let g = bridge.normalCharacteristic(Interval(v), at: Interval(t))
        let length = { (re: Estimate, im: Estimate) in
          let size = (re.value * re.value + im.value * im.value).squareRoot()
          return Estimate(size, error: re.error + im.error + 4 * Double.ulpOfOne * size)
        }
        let difference = zip(x, [g.0, g.1]).map { x, g in
          Estimate(x.value - g.midpoint, error: x.error + g.radius + Double.ulpOfOne)
        }
        let there = length(difference[0], difference[1])
        let times = { (factor: Double) in
          Estimate(factor * there.value, error: factor * (there.error + 16 * Double.ulpOfOne * there.value))
        }
        Step(#"|\varphi_{X_0}(u) - \varphi_{N(\mu_0, \sigma_0^2)}(u)|"#) {
          let cumulants = try bridge.start.cumulants(upTo: 2, Interval.self)
          let x = bridge.start.characteristic(Interval(u))
          let size = Interval.exp(-cumulants[2] * Interval(u).squared / 2)
          let (re, im) = (
            x.0 - size * Interval.cos(cumulants[1] * Interval(u)),
            x.1 - size * Interval.sin(cumulants[1] * Interval(u))
          )
          return Interval.sqrt(re.squared + im.squared)
        }
        Step(
          #"e^{(t^2\sigma_1^2 + t(1-t))v^2/2}\,|\varphi_{X_t}(v) - \varphi_g(v)|, \quad v = \tfrac u{1-t},\ X_1 \sim N(0,\sigma_1^2)"#,
          because: "the normal end and the noise are divided out"
        ) { times(Double.exp((t * t * 0.5 + bridge.noise) * v * v / 2)) }
        Rival(
          #"|\varphi_{X_t}(v) - \varphi_g(v)|"#, "nearly normal at t taken to be nearly normal at the ends"
        ) {
          there
        }
        Rival(#"e^{t(1-t)v^2/2}\,|\varphi_{X_t}(v) - \varphi_g(v)|"#, "only the noise divided out") {
          times(Double.exp(bridge.noise * v * v / 2))
        }
      }
    }
  }

  private static var nearlyNormalEnds: Numerical<NearlyNormal> {
    get throws {
      try Numerical(
        "stability: nearly normal ends",
        cases: [0.75, 0.5, 0.375].map { try NearlyNormal(separation: $0, time: 0.25) }
      ) { model in
        Step(
          #"\mathrm{KL}(X_t \Vert g_t), \quad X_0 \sim \tfrac12N(\pm\delta, 1-\delta^2),\ X_1 \sim N(0,1)"#
        ) {
          try model.bridge.divergenceFromNormal
        }
        Step(
          #"\mathrm{KL}(X_0 \Vert N(0,1))"#,
          because: "adding an independent variable to both laws cannot increase it", relation: .atMost
        ) { model.divergenceOfStart }
        Rival(#"(1-t)^8\,\mathrm{KL}(X_0 \Vert N(0,1))"#, "variance taken to be one at every time") {
          let start = model.divergenceOfStart
          let share = (1 - model.bridge.time).power(8)
          return Estimate(share * start.value, error: share * start.error)
        }
        Step(
          #"\frac{e^{-\delta^4/(1-\delta^4)}}{\sqrt{1-\delta^4}}\cosh\frac{\delta^2}{1-\delta^4} - 1 = \tfrac16\delta^8 + \cdots"#,
          because:
            #"$\mathrm{KL} \le \chi^2$, by Mehler's formula: a small separation enters by its eighth power"#,
          relation: .atMost
        ) {
          let square = Interval(model.separation).squared
          let rest = 1 - square.squared
          return Interval.exp(-square.squared / rest) / Interval.sqrt(rest) * Interval.cosh(square / rest) - 1
        }
        Rival(#"\tfrac1{24}\delta^8"#, "a quarter of the leading order") {
          Interval(model.separation).power(8) / 24
        }
      }
    }
  }

  private static var twoModeTarget: Statistical<LineBridge> {
    get throws {
      try simulatedTransform(
        "simulation, a target with two modes", at: 1, mistake: "an exactly normal marginal",
        of: [0.5, 0.75].map {
          try LineBridge(from: .normal(mean: 0, variance: 1), to: LineEnds.twoModes, time: $0)
        })
    }
  }

  /// A start of mean zero and variance one whose two modes are `2 delta` apart, and a standard normal end.
  struct NearlyNormal: Sendable, CustomStringConvertible {
    let separation: Double
    let bridge: LineBridge

    init(separation: Double, time: Double) throws {
      self.separation = separation
      let variance = 1 - separation * separation
      bridge = try LineBridge(
        from: .mixture("near normal", [(0.5, -separation, variance), (0.5, separation, variance)]),
        to: .normal(mean: 0, variance: 1), time: time)
    }

    var description: String { "delta = \(separation.brief), t = \(bridge.time.brief)" }

    /// The divergence of the start from the standard normal law, by quadrature.
    var divergenceOfStart: Estimate {
      let variance = 1 - separation * separation
      let integral = Quadrature.interval(-14...14) { x in
        // The density relative to the normal one, of which only a difference from one is wanted.
        let height = Double.exp(
          -(x * x * (1 / variance - 1) + separation * separation / variance) / 2)
        let ratio = height / variance.squareRoot() * Double.cosh(x * separation / variance)
        let normal = Double.exp(-x * x / 2) / (2 * Double.pi).squareRoot()
        return ratio > 0 ? normal * (ratio * Double.log(ratio) - ratio + 1) : normal
      }
      // The terms of the integrand cancel; each is about as large as the normal density.
      return Estimate(integral.value, error: integral.error + 16 * Double.ulpOfOne)
    }
  }

  /// The divergence from the matching normal law against time.
  static var rigidityFigure: Figure {
    Figure(
      "rigid-gaussian-marginals",
      caption: #"""
        Divergence of $X_t$ from the normal law with its mean and variance: it is zero at no time inside, not even at
        $t = \frac12$ where the ends with cancelling fourth cumulants come closest.
        """#,
      x: .init("t"), y: .init("KL in nats", isLogarithmic: true)
    ) {
      let times = (1...15).map { Double($0) / 16 }
      let curves = try times.map { try LineEnds.bridges(times: [$0]) }
      return try curves[0].indices.map { k in
        .init(
          "\(curves[0][k].start) → \(curves[0][k].end)",
          points: try curves.map { (x: $0[k].time, y: try $0[k].divergenceFromNormal.value) })
      }
    }
  }

  /// How the divergence falls for nearly normal ends.
  static var stabilityFigure: Figure {
    Figure(
      "nearly-gaussian-ends",
      caption: #"""
        Divergence of $X_t$ from its normal law for a start $\frac12N(\pm\delta, 1-\delta^2)$ and a standard normal
        end: halving $\delta$ divides it by about $2^8$ at every time, and at late times it falls like $(1-t)^8$.
        """#,
      x: .init("t"), y: .init("KL in nats", isLogarithmic: true)
    ) {
      try [0.75, 0.5, 0.375].map { separation in
        .init(
          "δ = \(separation)",
          points: try (1...12).map {
            let model = try NearlyNormal(separation: separation, time: Double($0) / 16)
            return (x: model.bridge.time, y: try model.bridge.divergenceFromNormal.value)
          })
      }
    }
  }
}
