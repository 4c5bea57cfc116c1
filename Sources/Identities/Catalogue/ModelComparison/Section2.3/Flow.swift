import Arithmetic
import Probability
import Verification

extension ModelComparison {
  /// R.2.19: the flow of the velocity carries the start to the end.
  static var flowOfTheVelocity: Identity {
    get throws {
      try Identity(
        "R.2.19", "The flow of the velocity",
        #"\dot x_t = v_t(x_t), \; x_0 \sim p_0 \implies x_t \sim p_t"#,
        assuming: [#"$v$ is locally Lipschitz and grows at most linearly"#],
        remarks: [
          #"""
          (2.19) is a definition; what can be checked is that with the interpolant's velocity it reaches $p_*$. On the line
          $\partial_tF_t(x) = -v_t(x)\,p_t(x)$ says that $F_t(x_t)$ stays what it was.
          """#
        ]
      ) {
        Exact("moments along the flow, normal ends", dimensions: [1, 2, 3]) { symbols, d in
          let path = NormalPath(symbols, d)
          let moments = { (drift: Vector<Symbol>, strain: Matrix<Symbol>) in
            Vector(drift.components + strain.entries)
          }
          let (slope, drift) = (path.slope, path.velocity(path.mean))
          let carried = slope * path.covariance + path.covariance * slope.transpose
          Step(#"\bigl(\tfrac{d}{dt}\mathbb{E}I_t, \; \tfrac{d}{dt}\operatorname{Cov}I_t\bigr)"#) {
            moments(path.law.mean.map(\.derivative), path.law.covariance.map(\.derivative))
          }
          Step(
            #"\bigl(v_t(m), \; JS + SJ^\top\bigr), \quad v_t(x) = v_t(m) + J(x - m)"#,
            because: #"$\dot x_t = v_t(x_t)$ with an affine velocity"#
          ) { moments(drift, carried) }
          Restatement(
            #"\bigl(m', \; S'\bigr), \quad v_t(x) = m' + \tfrac12S'S^{-1}(x-m)"#, because: "independent ends"
          ) {
            let rate = path.law.covariance.map(\.derivative)
            let half = 1 / 2 * (rate * path.covariance.inverse)
            return moments(
              path.law.mean.map(\.derivative), half * path.covariance + path.covariance * half.transpose)
          }
          Rival(#"\bigl(-v_t(m), \; -JS - SJ^\top\bigr)"#, "run backwards") { -moments(drift, carried) }
          Rival(#"\bigl(v_t(m), \; JS + SJ^\top + 1\bigr)"#, "noise added to the flow") {
            moments(drift, carried + .identity(d))
          }
          Rival(#"\bigl(v_t(m), \; JS\bigr)"#, "second half of the covariance's rate lost") {
            moments(drift, slope * path.covariance)
          }
        }
        Numerical(
          "distribution function, mixtures", cases: try [0.375, 0.75].map { try MixturePath.line($0) }
        ) { path in
          let x = 0.25
          let law = try path.law(as: Interval.self)
          let point = Vector([Interval(x)])
          let density = law.present().density(point)
          let velocity = law.velocity(point)[0]
          Step(#"\partial_tF_t(x)"#) {
            let law = try path.law(as: Double.self)
            return Quadrature.below(x) { y in law.density(Vector([Dual(constant: y)])).derivative }
          }
          Step(#"-v_t(x)\,p_t(x)"#, because: #"$\frac{d}{dt}F_t(x_t) = 0$"#) { -velocity * density }
          Restatement(#"-v_t\,e^{\log p_t}"#) { -velocity * Interval.exp(law.present().logDensity(point)) }
          Rival(#"v_t(x)\,p_t(x)"#, "run backwards") { velocity * density }
          Rival(#"-v_t(x)"#, "density lost") { -velocity }
          Rival(#"-v_tp_t + \tfrac12p_t'"#, "noise added to the flow") {
            let slope = law.present().score(point)[0] * density
            return -velocity * density + slope / 2
          }
        }
        Numerical("variance reached", cases: [1.5, 4]) { target in
          // The velocity is a(t) x, with a = sigma' / sigma.
          let rate = { (t: Double) in ((1 + target) * t - 1) / ((1 - t) * (1 - t) + target * t * t) }
          let flow = { (sign: Double) -> Interval in
            Interval.exp(2 * Interval(Quadrature.interval(0...1) { sign * rate($0) }))
          }
          let euler = { (steps: Int) in
            (0..<steps).reduce(1 as Interval) { variance, k in
              let factor = 1 + Interval(rate(Double(k) / Double(steps))) / Interval(steps)
              return variance * factor.squared
            }
          }
          Step(#"\operatorname{Var}x_1, \quad x_1 \sim p_*"#) { Interval(target) }
          Step(#"e^{2\int_0^1a\,dt}, \quad v_t(x) = a(t)\,x"#, because: "the flow from $N(0,1)$") { flow(1) }
          Restatement(#"e^{\int_0^1a\,dt}e^{\int_0^1a\,dt}"#) {
            let half = Interval(Quadrature.interval(0...1) { rate($0) })
            return Interval.exp(half) * Interval.exp(half)
          }
          Rival(#"e^{-2\int_0^1a\,dt}"#, "run backwards") { flow(-1) }
          Rival(#"\prod_{k<10}(1 + \tfrac1{10}a(\tfrac k{10}))^2"#, "ten of Euler's steps taken for the flow")
          {
            euler(10)
          }
          Rival(
            #"\prod_{k<1280}(1 + \tfrac1{1280}a(\tfrac k{1280}))^2"#,
            "the report's 1280 steps taken for the flow"
          ) {
            euler(1280)
          }
        }
        try steppedFlow
      }
    }
  }

  /// R.2.20: the continuity equation.
  static var continuityOfTheInterpolant: Identity {
    get throws {
      try Identity(
        "R.2.20", "The continuity equation", #"\partial_tp_t + \nabla\cdot(v_tp_t) = 0"#,
        assuming: [#"as for (2.19)"#],
        remarks: [
          #"""
          The end $p_{t=1} = p_*$ is a constraint on $v$ and no consequence of the equation: with $v = 0$ it holds with
          $p_1 = p_0$. That rival is among those refuted.
          """#
        ]
      ) {
        Exact("normal ends", dimensions: [1, 2, 3]) { symbols, d in
          let (path, x) = (NormalPath(symbols, d), symbols.vector(d))
          let present = Gaussian(mean: path.mean, covariance: path.covariance)
          let (score, velocity) = (present.score(x), path.velocity(x))
          let spread = divergence(at: x) { path.constant.velocity($0) }
          Step(#"-\partial_t\log p_t"#) {
            let rate = path.law.covariance.map(\.derivative)
            return path.covariance.solve(rate).trace / 2 - path.law.exponent(x.constant).derivative
          }
          Step(#"\nabla\cdot v_t + v_t\cdot\nabla\log p_t"#, because: "the equation over the density") {
            spread + velocity.dot(score)
          }
          Restatement(#"\nabla\cdot v_t - v_t\cdot S^{-1}(x - m)"#) {
            spread - velocity.dot(path.covariance.inverse * (x - path.mean))
          }
          Rival(#"-\nabla\cdot v_t - v_t\cdot\nabla\log p_t"#, "sign") { -(spread + velocity.dot(score)) }
          Rival(#"v_t\cdot\nabla\log p_t"#, "divergence of the velocity lost") { velocity.dot(score) }
          Rival(#"0"#, "any velocity, such as none, taken to reach the end") { 0 }
        }
        Statistical(
          "rate of expectations, mixtures", cases: try [0.625, 0.75].map { try MixturePath.plane($0) }
        ) {
          path, draw in
          let (_, _, x, rate) = try path.sample(draw)
          let velocity = try path.law(as: Variate.self).velocity(x)
          // A wave and its gradient, and a square.
          let (u, shift) = (Vector<Variate>([1, -1]), 1.5)
          let along = { (y: Vector<Variate>) in
            let wave = Variate.cos(u.dot(x) + shift) * u.dot(y)
            return Vector([wave, x[0] * y[1] + x[1] * y[0]])
          }
          Step(#"\tfrac{d}{dt}\mathbb{E}\phi(I_t) = \mathbb{E}[\partial_tI_t\cdot\nabla\phi(I_t)]"#) {
            along(rate)
          }
          Step(#"\mathbb{E}[v_t(I_t)\cdot\nabla\phi(I_t)]"#, because: "the equation, by parts") {
            along(velocity)
          }
          Restatement(
            #"\mathbb{E}[(v_t - \mathbb{E}\partial_tI_t)\cdot\nabla\phi] + \mathbb{E}\partial_tI_t\cdot\mathbb{E}\nabla\phi"#
          ) {
            let mean = Vector(
              (0..<2).map { Variate(path.mean(of: path.end, $0) - path.mean(of: path.start, $0)) })
            return along(velocity - mean) + along(mean)
          }
          Rival(#"-\mathbb{E}[v_t\cdot\nabla\phi]"#, "sign") { -along(velocity) }
          Rival(#"\mathbb{E}[(AI_t + a)\cdot\nabla\phi]"#, "velocity of normal ends with the same moments") {
            along(try path.normal.law(as: Variate.self).velocity(x))
          }
          Rival(#"0"#, "any velocity, such as none, taken to reach the end") { Vector<Variate>.zero(2) }
          Rival(
            #"\mathbb{E}[v_t\cdot\nabla\phi + v_t\cdot\nabla\log p_t\,\phi]"#,
            "divergence of the velocity lost"
          ) {
            let score = try path.law(as: Variate.self).present().score(x)
            let phi = Vector([Variate.sin(u.dot(x) + shift), x[0] * x[1]])
            return along(velocity) + velocity.dot(score) * phi
          }
        }
      }
    }
  }
}
