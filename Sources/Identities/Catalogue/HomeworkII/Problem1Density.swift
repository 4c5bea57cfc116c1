import Arithmetic
import Probability
import Transport
import Verification

extension HomeworkII {
  /// II.1a: the position has a smooth positive density, even where the endpoints have none.
  static var interpolantHasADensity: Identity {
    get throws {
      try Identity(
        "II.1a", "The interpolant has a smooth positive density",
        #"""
        \rho(t,x) = |\det A|^{-1}(2\pi)^{-d/2}\,
        \mathbb{E}\exp\bigl(-\tfrac12|A^{-1}(x - I(t,x_0,x_1))|^2\bigr) > 0
        """#,
        assuming: [
          #"$z$ is independent of $(x_0, x_1)$"#, #"$A(t)$ is invertible"#,
          "no moment or density of $(x_0, x_1)$ is needed",
        ],
        remarks: [
          #"""
          The kernel is positive everywhere, so its expectation is. Where $\mathbb{E}|I|^2 < \infty$, Jensen's inequality
          gives a bound: the average of the kernel is at least the kernel of the average exponent. Smoothness is
          dominated convergence: every derivative of the kernel is a Hermite polynomial times the kernel, and bounded.
          The enclosures show the bound for point masses on the line, and the derivatives of order 1 to 4 in one
          coordinate; that the argument goes on to every order is not computed.
          """#
        ]
      ) {
        positivityWithPointMasses
        boundedDerivatives
        try kernelAgainstClosedForm
        kernelIntegratesTheWave
      }
    }
  }

  /// Discrete endpoints on the line: the density is a finite sum, enclosed over a box of positions and times.
  private static var positivityWithPointMasses: Enclosure<Void> {
    Enclosure(
      "positive with point masses at both ends",
      over: ["x": -1...1, "t": 0.25...0.75]
    ) { p in
      let (x, t) = (p["x"], p["t"])
      // Point masses at -1 and 1 for x_0, at 0 and 1/2 for x_1; A(t) = t (1 - t) (-3), whose determinant is
      // negative: the absolute value matters.
      let A = -3 * t * (1 - t)
      let atoms: [(Dual<Interval>, Dual<Interval>)] = [(-1, 0), (-1, 1 / 2), (1, 0), (1, 1 / 2)]
      let exponents = atoms.map { ((x - (1 - t) * $0 - t * $1) / A).squared / 2 }
      let volume = Dual.sqrt(2 * Dual<Interval>.pi)
      let kernels = exponents.map { Dual.exp(-$0) }
      let (exponent, kernel) = (exponents.reduce(0, +), kernels.reduce(0, +))
      Step(#"\rho(t,x) = \mathbb{E}\,k(x - I), \quad k(y) = |\det A|^{-1}(2\pi)^{-1/2}e^{-|A^{-1}y|^2/2}"#) {
        kernel / (4 * -A * volume)
      }
      Rival(#"\mathbb{E}\,k(x-I)\,\det A / |\det A|"#, "determinant without absolute value") {
        kernel / (4 * A * volume)
      }
      Step(
        #"|\det A|^{-1}(2\pi)^{-1/2}\exp\bigl(-\tfrac12\mathbb{E}|A^{-1}(x-I)|^2\bigr) > 0"#,
        because: "Jensen's inequality for the exponential", relation: .atLeast
      ) { Dual.exp(-exponent / 4) / (-A * volume) }
      Rival(
        #"|\det A|^{-1}(2\pi)^{-1/2}\exp\bigl(-\tfrac12|A^{-1}(x-\mathbb{E}I)|^2\bigr)"#,
        "average inside the square"
      ) {
        let middle = (x - t / 4) / A
        return Dual.exp(-middle.squared / 2) / (-A * volume)
      }
    }
  }

  /// The n-th derivative of the Gaussian kernel is a Hermite polynomial times the kernel.
  private static var boundedDerivatives: Enclosure<Int> {
    Enclosure(
      "derivatives of the kernel are bounded, orders 1 to 4", cases: [1, 2, 3, 4], over: ["u": -8...8]
    ) { order, p in
      let u = p["u"]
      let start: (Dual<Interval>, Dual<Interval>) = (0, 1)
      let hermite = (1...order).reduce(start) { previous, n in
        let next = u * previous.1 - Dual(n - 1) * previous.0
        return (previous.1, next)
      }.1
      let factorial = Dual<Interval>((1...order).reduce(1, *))
      Step(#"\bigl(\tfrac{d^n}{du^n}e^{-u^2/2}\bigr)^2"#) { (hermite * Dual.exp(-u.squared / 2)).squared }
      Step(#"\tfrac65\, n!"#, because: "Cramer's bound for Hermite functions", relation: .atMost) {
        6 * factorial / 5
      }
      Rival(#"1"#, "derivatives taken to be bounded like the kernel") { Dual<Interval>(1) }
    }
  }

  /// The kernel averaged over the law of `I` by quadrature, against the mixture that conditioning gives.
  private static var kernelAgainstClosedForm: Numerical<AnisotropicInterpolant> {
    get throws {
      try Numerical(
        "mixtures on the line", cases: [Anisotropic.line(time: 0.5), Anisotropic.line(time: 0.8125)]
      ) { interpolant in
        let x = 0.25
        let A = interpolant.A(interpolant.time)[0, 0]
        // The path without its latent: the law of I(t, x_0, x_1), again a mixture.
        let path = MixtureInterpolant(
          from: interpolant.start, to: interpolant.end, alpha: Dual(1 - interpolant.time),
          beta: Dual(interpolant.time), A: Matrix([[Dual<Double>(0)]])
        ).present
        let average = { (factor: Double, width: Double) in
          let integral = Quadrature.line { y in
            path.density(Vector([y])) * Double.exp(-((x - y) / width).squared / 2)
          }
          let scale = factor / Double.sqrt(2 * .pi)
          return Estimate(integral.value * scale, error: integral.error * scale)
        }
        Step(#"\rho(t,x)"#) {
          interpolant.model(Interval.self).present.density(Vector([Interval(x)]))
        }
        Step(
          #"|A|^{-1}(2\pi)^{-1/2}\,\mathbb{E}\exp(-\tfrac12|A^{-1}(x-I)|^2)"#,
          because: "the density of a sum of independent variables is a convolution"
        ) { average(1 / A, A) }
        Rival(#"(2\pi)^{-1/2}\,\mathbb{E}\exp(-\tfrac12|A^{-1}(x-I)|^2)"#, "determinant omitted") {
          average(1, A)
        }
        Rival(#"|A|^{-1}(2\pi)^{-1/2}\,\mathbb{E}\exp(-\tfrac12|A(x-I)|^2)"#, "inverse omitted") {
          average(1 / A, 1 / A)
        }
      }
    }
  }

  /// Averages over samples of `x_t` against averages of the kernel over positions drawn without it.
  private static var kernelIntegratesTheWave: Statistical<CurvedInterpolant> {
    Statistical("weak form, curved path and discrete endpoints", cases: [CurvedInterpolant(time: 0.625)]) {
      path, draw in
      let sample = path.sample(draw)
      let (A, wave) = (path.A(path.time), Wave([0.375, -0.375], phase: 1.25))
      // Positions y from a normal law wider than that of x_t, weighted by k(y - I) over their density. They share the
      // normal numbers of x_t, so that most of the scatter is common to both.
      let (middle, root) = (Vector<Variate>([1, -0.5]), Matrix<Variate>([[2.25, 1.5], [-1, 1.75]]))
      let proposal = Gaussian<Variate>(mean: middle, covariance: root * root.transpose)
      let y = middle + root * sample.z
      let shift = y - sample.path.map(\.value)
      let average = { (volume: Double, root: Matrix<Double>) in
        let inverse = root.inverse.map { Variate($0) }
        let kernel = Variate.exp(-(inverse * shift).squaredNorm / 2) / (Variate(volume) * 2 * .pi)
        return wave(y) * kernel / proposal.density(y)
      }
      let volume = A.determinant.magnitude
      Step(#"\mathbb{E}[\varphi(x_t)]"#) { wave(sample.x) }
      Step(
        #"\int\varphi(y)\,|\det A|^{-1}(2\pi)^{-d/2}\,\mathbb{E}\exp(-\tfrac12|A^{-1}(y-I)|^2)\,dy"#,
        because: "conditioning on the endpoints, where the latent is normal"
      ) { average(volume, A) }
      Rival(
        #"\int\varphi\,(2\pi)^{-d/2}\,\mathbb{E}\exp(-\tfrac12|A^{-1}(y-I)|^2)\,dy"#, "determinant omitted"
      ) {
        average(1, A)
      }
      Rival(
        #"\int\varphi\,|\det A|^{-1}\cdots\exp(-\tfrac12|A^{-\top}(y-I)|^2)\,dy"#,
        #"transpose: covariance $A^\top A$"#
      ) {
        average(volume, A.transpose)
      }
    }
  }
}
