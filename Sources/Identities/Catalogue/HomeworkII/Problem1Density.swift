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
        \mathbb{E}e^{-|A^{-1}(x-I)|^2/2} > 0
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
        Derivation {
          Step(#"\rho(t,x)"#)
          Step(
            #"|\det A|^{-1}(2\pi)^{-d/2}\,\mathbb{E}e^{-|A^{-1}(x-I)|^2/2}"#,
            because:
              "conditioning on the endpoints: the density of a sum of independent variables is a convolution")
          Rival(
            #"(2\pi)^{-d/2}\,\mathbb{E}e^{-|A^{-1}(x-I)|^2/2}"#, "determinant omitted")
          Rival(
            #"|\det A|^{-1}(2\pi)^{-d/2}\,\mathbb{E}e^{-|A(x-I)|^2/2}"#, "inverse omitted")
        }
        positivityWithPointMasses
        boundedDerivatives
        try kernelAgainstClosedForm
        try kernelAveragedOverSamples
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
      let masses = #"\tfrac14\sum_{i=1}^2\sum_{j=1}^2"#
      Let("x", p["x"])
      Let("t", p["t"])
      // Point masses for x_0 and for x_1, all equally likely.
      Let("a", Vector<Interval>([-1, 1]))
      Let("b", Vector<Interval>([0, Interval(0.5)]))
      // The determinant is negative: the absolute value matters.
      Let("A", "-3t(1-t)")
      Let("k(y)", #"|A|^{-1}(2\pi)^{-1/2}e^{-|A^{-1}y|^2/2}"#)
      Step(
        masses + #" k(x-(1-t)a_i-tb_j)"#,
        remark: #"the expectation of $k(x-I)$, where $k$ is the density of $Az$; $x_0=\pm1$, $x_1=0,\frac12$"#
      )
      Rival(#"\frac{A}{|A|}\,"# + masses + #" k(x-(1-t)a_i-tb_j)"#, "determinant without absolute value")
      Step(
        #"|A|^{-1}(2\pi)^{-1/2}\exp\bigl(-\tfrac12\cdot"# + masses
          + #" |A^{-1}(x-(1-t)a_i-tb_j)|^2\bigr)"#,
        because: "Jensen's inequality for the exponential", relation: .atLeast)
      Rival(
        #"|A|^{-1}(2\pi)^{-1/2}\exp\bigl(-\tfrac12|A^{-1}(x-\tfrac t4)|^2\bigr)"#,
        "average inside the square", remark: #"$\mathbb{E}I = \frac t4$"#)
      Step("0", because: "the exponential is positive", relation: .atLeast)
      Rival("1", "a bound that the density does not have")
    }
  }

  /// The n-th derivative of the Gaussian kernel is a Hermite polynomial times the kernel.
  private static var boundedDerivatives: Enclosure<Void> {
    Enclosure(
      "derivatives of the kernel are bounded, orders 1 to 4", over: ["u": -8...8], precision: 0x1p-14
    ) { p in
      Let("u", p["u"])
      Let("k(u)", "e^{-u^2/2}")
      Step(#"(\partial_uk(u))^2, (\partial_u^2k(u))^2, (\partial_u^3k(u))^2, (\partial_u^4k(u))^2"#)
      Step(
        #"\tfrac65, \tfrac65\cdot2, \tfrac65\cdot6, \tfrac65\cdot24"#,
        because: "Cramer's bound for Hermite functions", relation: .atMost,
        remark: #"$\frac65n!$ for the derivative of order $n$"#)
      Rival(#"1, 1, 1, 1"#, "derivatives taken to be bounded like the kernel")
    }
  }

  /// The kernel averaged over the law of `I` by quadrature, against the mixture that conditioning gives.
  private static var kernelAgainstClosedForm: Numerical<AnisotropicInterpolant> {
    get throws {
      try Numerical(
        "mixtures on the line", cases: [Anisotropic.line(time: 0.5), Anisotropic.line(time: 0.8125)]
      ) { interpolant in
        let x = 0.25
        let A = interpolant.A(interpolant.time)
        // The path without its latent: the law of I(t, x_0, x_1), again a mixture.
        let path = MixtureInterpolant(
          from: interpolant.start, to: interpolant.end, alpha: Dual(1 - interpolant.time),
          beta: Dual(interpolant.time), A: Matrix([[Dual<Double>(0)]])
        ).present
        let average = { (factor: Double) in
          Quadrature.line { y in
            path.density(Vector([y])) * Double.exp(-((x - y) * factor).squared / 2)
          }
        }
        Let("d", 1)
        Let("t", interpolant.time)
        Let("x", x)
        Let("A", A.map { Interval($0) })
        Let(#"\rho(t,x)"#, by: "density of the mixture of normal laws") {
          interpolant.model(Interval.self).present.density(Vector([Interval(x)]))
        }
        Let(#"\mathbb{E}e^{-|A^{-1}(x-I)|^2/2}"#, by: "quadrature over the law of I") {
          average(1 / A[0, 0])
        }
        Let(#"\mathbb{E}e^{-|A(x-I)|^2/2}"#, by: "quadrature over the law of I") {
          average(A[0, 0])
        }
      }
    }
  }

  /// The same in the plane, where a lost transpose shows: the kernel is averaged over samples of the endpoints.
  private static var kernelAveragedOverSamples: Statistical<AnisotropicInterpolant> {
    get throws {
      try Statistical(
        "average of the kernel at a point, mixtures", cases: [Anisotropic.plane(time: 0.625, factor: 3)]
      ) { interpolant, draw in
        let x = Vector<Variate>([0.25, 0.75])
        Let("d", 2)
        Let("t", interpolant.time)
        Let("x", x)
        Let("A", interpolant.A(Variate(interpolant.time)))
        Let("I", try interpolant.sample(draw).path.map(\.value))
        Let(#"\rho(t,x)"#, by: "density of the mixture of normal laws") {
          interpolant.model(Variate.self).present.density(x)
        }
      }
    }
  }

  /// Averages over samples of `x_t` against averages of the kernel over positions drawn without it.
  private static var kernelIntegratesTheWave: Statistical<CurvedInterpolant> {
    Statistical("weak form, curved path and discrete endpoints", cases: [CurvedInterpolant(time: 0.625)]) {
      path, draw in
      let sample = path.sample(draw)
      // Positions y from a normal law wider than that of x_t, weighted by k(y - I) over their density. They share the
      // normal numbers of x_t, so that most of the scatter is common to both.
      let (middle, root) = (Vector<Variate>([1, -0.5]), Matrix<Variate>([[2.25, 1.5], [-1, 1.75]]))
      let y = middle + root * sample.z
      Let("d", 2)
      Let("x", sample.x)
      Let("x_t", sample.x)
      Let("I", sample.path.map(\.value))
      Let("A", path.A(Variate(path.time)))
      Let("y", y)
      Let("q(y)", Gaussian<Variate>(mean: middle, covariance: root * root.transpose).density(y))
      Let(#"\varphi(x)"#, #"\sin(\tfrac38x_1 - \tfrac38x_2 + \tfrac54)"#)
      Let("k(x)", #"(2\pi)^{-d/2}e^{-|A^{-1}x|^2/2}"#)
      Step(#"\mathbb{E}[\varphi(x_t)]"#)
      Step(
        #"|\det A|^{-1}\,\mathbb{E}\bigl[k(y-I)\,\varphi(y)/q(y)\bigr]"#,
        because: "conditioning on the endpoints, where the latent is normal",
        remark:
          #"the integral of $\varphi\rho$, by positions $y$ with the normal density $q$; $k$ is the density of $z$ at $A^{-1}x$"#
      )
      Rival(#"\mathbb{E}\bigl[k(y-I)\,\varphi(y)/q(y)\bigr]"#, "determinant omitted")
      Rival(
        #"|\det A|^{-1}(2\pi)^{-d/2}\,\mathbb{E}\bigl[e^{-|A^{-\top}(y-I)|^2/2}\varphi(y)/q(y)\bigr]"#,
        #"transpose: covariance $A^\top A$"#)
    }
  }
}
