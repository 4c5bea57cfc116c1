import Arithmetic
import Probability
import Verification

extension ModelComparison {
  /// R.pt: the law of the interpolant as an integral with a delta.
  static var lawOfTheInterpolant: Identity {
    get throws {
      try Identity(
        "R.pt", "The law of the interpolant",
        #"p_t(x) = \int\delta(x - I_t(x_0, x_1))\,p_0(x_0)\,p_1(x_1)\,dx_0dx_1"#,
        assuming: [
          #"the ends are independent, which the product of densities says without saying it"#,
          #"$I_t$ is not degenerate, so that there is a density"#,
        ]
      ) {
        Numerical("on the line, mixtures", cases: try [0.375, 0.75].map { try MixturePath.line($0) }) {
          path in
          let (x, t) = (0.25, path.time)
          let density = { (start: GaussianMixture<Double>, end: GaussianMixture<Double>, power: Int) in
            Quadrature.line { x0 in
              start.density(Vector([x0])) * end.density(Vector([(x - (1 - t) * x0) / t])) * t.power(-power)
            }
          }
          Step(#"p_t(x), \text{ the sum over pairs of components}"#) {
            try path.law(as: Interval.self).present().density(Vector([Interval(x)]))
          }
          Step(
            #"\int p_0(x_0)\,p_1\bigl(\tfrac{x - (1-t)x_0}t\bigr)\frac{dx_0}t"#,
            because: "the delta fixes $x_1$"
          ) { density(path.start, path.end, 1) }
          Restatement(
            #"\int p_0\bigl(\tfrac{x - tx_1}{1-t}\bigr)p_1(x_1)\frac{dx_1}{1-t}"#, because: "it may fix $x_0$"
          ) {
            Quadrature.line { x1 in
              path.start.density(Vector([(x - t * x1) / (1 - t)])) * path.end.density(Vector([x1])) / (1 - t)
            }
          }
          Rival(#"\int p_0(x_0)\,p_1\bigl(\tfrac{x - (1-t)x_0}t\bigr)dx_0"#, "factor of the delta lost") {
            density(path.start, path.end, 0)
          }
          Rival(#"\int p_0\,p_1\,\frac{dx_0}{t^2}"#, "a factor too many") { density(path.start, path.end, 2) }
          Rival(#"\int p_1(x_0)\,p_0\bigl(\tfrac{x - (1-t)x_0}t\bigr)\frac{dx_0}t"#, "ends exchanged") {
            density(path.end, path.start, 1)
          }
        }
        Statistical(
          "waves, mixtures in the plane", cases: try [0.375, 0.75].map { try MixturePath.plane($0) }
        ) {
          path, draw in
          let (x0, x1, x, _) = try path.sample(draw)
          let u = Vector<Double>([0.75, -0.5])
          let wave = { (y: Vector<Variate>) in
            let angle = u.map { Variate($0) }.dot(y)
            return Vector([Variate.cos(angle), Variate.sin(angle)])
          }
          // Characteristic functions in closed form, and their product.
          let (first, second) = (path.start.wave((1 - path.time) * u), path.end.wave(path.time * u))
          Step(#"\mathbb{E}e^{iu\cdot I_t}"#) { wave(x) }
          Step(
            #"\int e^{iu\cdot x}p_t(x)\,dx = \hat p_0((1-t)u)\,\hat p_1(tu)"#,
            because: "integrated over the delta"
          ) {
            Vector([
              Variate(first.cosine * second.cosine - first.sine * second.sine),
              Variate(first.cosine * second.sine + first.sine * second.cosine),
            ])
          }
          Restatement(#"\mathbb{E}\bigl[e^{iu\cdot(1-t)x_0}\bigr]\mathbb{E}\bigl[e^{iu\cdot tx_1}\bigr]"#) {
            let start = wave((1 - path.time) * x0)
            return Vector([
              start[0] * second.cosine - start[1] * second.sine,
              start[0] * second.sine + start[1] * second.cosine,
            ])
          }
          Rival(#"\hat p_1((1-t)u)\,\hat p_0(tu)"#, "ends exchanged") {
            wave(path.time * x0 + (1 - path.time) * x1)
          }
          Rival(#"x_1 = x_0 + \text{shift}"#, "ends that depend on each other") {
            wave(x0 + path.time * Vector<Variate>([-0.75, 0.4375]))
          }
        }
      }
    }
  }

  /// R.2.21: the current, its divergence, and the velocity.
  static var currentAndVelocity: Identity {
    get throws {
      try Identity(
        "R.2.21", "Current and velocity",
        #"""
        \partial_tp_t = -\nabla\cdot j_t, \quad j_t(x) = \int\partial_tI_t\,\delta(x - I_t)\,p_0p_1, \quad
        v_t = \frac{j_t}{p_t} = \mathbb{E}[\partial_tI_t\mid I_t = x]
        """#,
        assuming: [#"$\mathbb{E}|\partial_tI_t| < \infty$"#]
      ) {
        Numerical("current on the line, mixtures", cases: try [0.375, 0.75].map { try MixturePath.line($0) })
        { path in
          let (x, t) = (0.25, path.time)
          let (start, end) = (path.start.map { Dual<Double>($0) }, path.end.map { Dual<Double>($0) })
          // The integral of a rate over the delta, as a function of x.
          let current = { (rate: @escaping (Dual<Double>, Dual<Double>) -> Dual<Double>) in
            { (part: @escaping (Dual<Double>) -> Double) in
              Quadrature.line { (y: Double) in
                let x0 = Dual(constant: y)
                let x1 = (Dual(variable: x) - Dual(1 - t) * x0) / Dual(t)
                return part(
                  rate(x0, x1) * start.density(Vector([x0])) * end.density(Vector([x1])) / Dual(t))
              }
            }
          }
          let j = current { $1 - $0 }
          let mean = path.mean(of: path.end) - path.mean(of: path.start)
          let law = try path.law(as: Interval.self)
          let point = Vector([Interval(x)])
          Step(#"\bigl(\partial_tp_t, \; v_t\bigr)"#) {
            [law.density(point.constant).derivative, law.velocity(point)[0]]
          }
          Step(
            #"\bigl(-\partial_xj_t, \; j_t/p_t\bigr)"#,
            because: "the delta differentiated, and its mass divided by"
          ) {
            [-Interval(j(\.derivative)), Interval(j(\.value)) / law.present().density(point)]
          }
          Restatement(#"\bigl(-v_t'p_t - v_tp_t', \; v_t\bigr)"#, because: #"$j_t = v_tp_t$"#) {
            let moving = try path.law(as: Dual<Interval>.self)
            let here = Vector([Dual(variable: Interval(x))])
            let product = moving.velocity(here)[0] * moving.present().density(here)
            return [-product.derivative, product.value / law.present().density(point)]
          }
          Rival(#"\bigl(\partial_xj_t, \; -j_t/p_t\bigr)"#, "sign") {
            [Interval(j(\.derivative)), -Interval(j(\.value)) / law.present().density(point)]
          }
          Rival(#"\bigl(-\partial_xj_t, \; j_t\bigr)"#, "density not divided by") {
            [-Interval(j(\.derivative)), Interval(j(\.value))]
          }
          Rival(
            #"\bigl(-\mathbb{E}[\partial_tI_t]p_t', \; \mathbb{E}\partial_tI_t\bigr)"#,
            "averaged without the delta"
          ) {
            let slope = law.present().density(point) * law.present().score(point)[0]
            return [-Interval(mean) * slope, Interval(mean)]
          }
        }
        Statistical(
          "velocity in the plane, mixtures", cases: try [0.375, 0.75].map { try MixturePath.far($0) }
        ) {
          path, draw in
          let (_, _, x, rate) = try path.sample(draw)
          let law = try path.law(as: Variate.self)
          let velocity = law.velocity(x)
          let weight = 1 + Variate.sin(x[0] - x[1] + 1.5)
          let mean = Vector(
            (0..<2).map { k in Variate(path.mean(of: path.end, k) - path.mean(of: path.start, k)) })
          Step(#"\mathbb{E}[\partial_tI_t\,\phi(I_t)]"#) { weight * rate }
          Step(#"\mathbb{E}[v_t(I_t)\,\phi(I_t)]"#, because: #"$v_t$ is the conditional expectation"#) {
            weight * velocity
          }
          Restatement(#"\mathbb{E}[j_t/p_t\,\phi]"#, because: #"$v_t = j_t/p_t$"#) {
            let density = law.present().density(x)
            return weight * ((density * velocity) / density)
          }
          Rival(#"-\mathbb{E}[v_t\phi]"#, "sign") { -(weight * velocity) }
          Rival(#"\mathbb{E}[\partial_tI_t]\,\mathbb{E}[\phi]"#, "averaged without the delta") {
            weight * mean
          }
          Rival(#"\mathbb{E}[(A I_t + a)\,\phi]"#, "velocity of normal ends with the same moments") {
            weight * (try path.normal.law(as: Variate.self).velocity(x))
          }
          Rival(#"\mathbb{E}[j_t\phi]"#, "density not divided by") {
            (weight * law.present().density(x)) * velocity
          }
        }
      }
    }
  }
}

extension ModelComparison.MixturePath {
  /// The mean of a coordinate of a mixture.
  func mean(of law: GaussianMixture<Double>, _ k: Int = 0) -> Double {
    zip(law.weights, law.components).reduce(0) { $0 + $1.0 * $1.1.mean[k] }
  }
}

extension GaussianMixture where Scalar == Double {
  /// The expectation of `exp(i u . x)`.
  fileprivate func wave(_ u: Vector<Double>) -> (cosine: Double, sine: Double) {
    zip(weights, components).reduce((0, 0)) { sum, part in
      let size = part.0 * Double.exp(-u.dot(part.1.covariance * u) / 2)
      let angle = u.dot(part.1.mean)
      return (sum.0 + size * Double.cos(angle), sum.1 + size * Double.sin(angle))
    }
  }
}
