import Arithmetic
import Formulas
import Probability
import Transport
import Verification

extension HomeworkIII {
  /// III.3a: the Feynman-Kac representation of the killed density.
  static var killedRepresentation: Identity {
    get throws {
      try Identity(
        "III.3a", "Feynman-Kac with killing",
        #"""
        \hat\rho(1,x) = \mathbb{E}\bigl[e^{-\int_0^1(\nabla\cdot\hat b + r)(t,Y_t)\,dt}\rho_0(Y_0) \mid Y_1 = x\bigr]
        """#,
        assuming: [
          #"$r$ and $\nabla\cdot\hat b$ are bounded below, or the weight is integrable"#,
          #"$\hat b$ grows at most linearly"#,
        ],
        remarks: [
          #"""
          The divergence is there because $\hat\rho$ is a density and not a function: without it the formula is that of
          the transport of functions, $\partial_t u + \hat b\cdot\nabla u = \varepsilon\Delta u - ru$.
          """#
        ]
      ) {
        gaussianSolutions
        try mehlersKernel
        representationOnTheCircle
        killedForwardAgainstBackward
      }
    }
  }

  private static var gaussianSolutions: Exact {
    Exact("normal densities with a quadratic rate") { symbols, d in
      FreeKilling(symbols, d).names(symbols, d)
      Step(#"\partial_t\hat\rho"#, remark: #"$\log\hat\rho = -\frac12x^\top Sx + h^\top x - c$"#)
      Step(
        #"\varepsilon\Delta\hat\rho - \nabla\cdot(\hat b\hat\rho) - r\hat\rho"#,
        because: "the Riccati equations for $S$, $h$ and $c$, identically in $x$")
      Restatement(
        #"(\varepsilon\Delta\log\hat\rho + \varepsilon|\nabla\log\hat\rho|^2 - \hat b\cdot\nabla\log\hat\rho - (\nabla\cdot\hat b + r))\hat\rho"#,
        because: "the generator of the backward process, and a potential, for the logarithm")
      Rival(
        #"\varepsilon\Delta\hat\rho - \hat b\cdot\nabla\hat\rho - r\hat\rho"#,
        "divergence of the drift forgotten")
      Rival(#"\varepsilon\Delta\hat\rho - \nabla\cdot(\hat b\hat\rho) + r\hat\rho"#, "sign of the rate")
      Rival(
        #"\varepsilon\Delta\hat\rho + \hat b\cdot\nabla\hat\rho - (\nabla\cdot\hat b + r)\hat\rho"#,
        "forward process in place of the backward one")
      Rival(
        #"\tfrac\varepsilon2\Delta\hat\rho - \nabla\cdot(\hat b\hat\rho) - r\hat\rho"#,
        "noise of variance one half")
    }
  }

  private static var mehlersKernel: Numerical<KilledPoint> {
    get throws {
      let medium = try HarmonicKilling(diffusion: 0.5, strength: 1.5, variance: 0.75)
      let thin = try HarmonicKilling(diffusion: 0.25, strength: 0.375, variance: 0.875)
      let cases = [
        KilledPoint(medium: medium, x: 0), KilledPoint(medium: medium, x: -1.25),
        KilledPoint(medium: thin, x: 0.625),
      ]
      return Numerical("a quadratic rate on the line, three routes", cases: cases) { point in
        let (medium, x) = (point.medium, point.x)
        let (e, k, v) = (medium.diffusion, medium.strength, medium.variance)
        // A circle so large that the density is nothing half way round: below exp(-36).
        let equation = try CircleEquation(
          diffusion: e, circumference: 20, drift: { _, _ in 0 }, killing: { _, x in k * x * x / 2 })
        try quadraticRate(point)
        Let(#"\hat\rho(1,x)"#, by: "the equation solved by Fourier collocation on a large circle") {
          try equation.value(at: x / 20 + 0.5, points: (96, 64), steps: 512) { y in
            Double.exp(-y * y / (2 * v)) / Double.sqrt(2 * .pi * v)
          }
        }
        Let(
          #"\mathbb{E}[e^{-\int_0^1r(\tilde Y_t)\,dt}\rho_0(\tilde Y_0)]"#,
          by: "the same with half of the diffusion"
        ) {
          try HarmonicKilling(diffusion: e / 2, strength: k, variance: v).density(x)
        }
        Step(#"\mathbb{E}[e^{-\int_0^1r(Y_t)\,dt}\rho_0(Y_0)]"#)
        Step(
          #"\frac{e^{-Px^2/(2Q)}}{\sqrt{2\pi vQ}}"#,
          because: #"the Riccati equations in closed form: $Q' = 2\varepsilon P$, $P' = kQ$"#)
        Rival(#"\mathbb{E}[\rho_0(Y_0)]"#, "no killing")
        Rival(#"\mathbb{E}[e^{+\int_0^1r(Y_t)\,dt}\rho_0(Y_0)]"#, "sign of the rate")
        Rival(#"e^{-r(x)}\,\mathbb{E}[\rho_0(Y_0)]"#, "rate at the end in place of the path")
        Rival(
          #"\mathbb{E}[e^{-\int_0^1r(\tilde Y_t)\,dt}\rho_0(\tilde Y_0)]"#, "noise of variance one half",
          remark: #"$d\tilde Y = \sqrt\varepsilon\,dW^B$"#)
        Step(#"\hat\rho(1,x)"#, because: "the representation")
      }
    }
  }

  /// Names for the killed density of a quadratic rate, and for what wrong rates make of it.
  @Lines<Estimate>
  static func quadraticRate(_ point: KilledPoint) throws -> [Line<Estimate>] {
    let (medium, x) = (point.medium, point.x)
    let (e, k, v) = (medium.diffusion, medium.strength, medium.variance)
    Let("x", x)
    Let("k", k)
    Let("v", v)
    Let("r(x)", #"\tfrac k2x^2"#)
    Let(#"\mathbb{E}[e^{-\int_0^1r(Y_t)\,dt}\rho_0(Y_0)]"#, by: "Mehler's kernel, integrated over the start")
    {
      try medium.kernelIntegral(x)
    }
    Let("Q", by: "the Hamiltonian system in closed form") { try medium.solution().Q }
    Let("P", by: "the same") { try medium.solution().P }
    Let(#"\mathbb{E}[\rho_0(Y_0)]"#, by: "the closed form without a rate") {
      try HarmonicKilling(diffusion: e, strength: 0, variance: v).density(x)
    }
    Let(#"\mathbb{E}[e^{+\int_0^1r(Y_t)\,dt}\rho_0(Y_0)]"#, by: "the closed form with the other rate") {
      try HarmonicKilling(diffusion: e, strength: -k, variance: v).density(x)
    }
  }

  private static var representationOnTheCircle: Numerical<ManufacturedKilling> {
    Numerical(
      "non-linear drift and a rate that depends on time, three routes", cases: [ManufacturedKilling()]
    ) {
      medium in
      let (e, share, points, steps) = (medium.diffusion, 0.625, (fine: 48, coarse: 32), 512)
      let x = 2 * Double.pi * (share - 0.5)
      let start = { (y: Double) in Double.exp(medium.logarithm(0, y)) }
      // The law of the backward paths, each with its weight, moves by the equation with the drift turned round
      // and the potential for a rate; it starts as a point mass at x.
      let expectation = {
        (
          diffusion: Double, sign: Double, potential: @escaping @Sendable (Double, Double) -> Double
        ) throws in
        let paths = try CircleEquation(
          diffusion: diffusion, drift: { s, y in -sign * medium.drift(1 - s, y) },
          killing: { s, y in potential(1 - s, y) })
        return try paths.integral(fromPointMassAt: share, points: points, steps: steps, against: start)
      }
      let law = "the weighted law of the backward paths from $x$, integrated against the start"
      Let("x", Interval(x))
      Let(#"\hat\rho(1,x)"#, by: "the equation solved by Fourier collocation") {
        try CircleEquation(
          diffusion: e, drift: { medium.drift($0, $1) }, killing: { medium.rate($0, $1) }
        ).value(at: share, points: points, steps: steps, from: start)
      }
      Let("L(1,x)", by: "the solution that the rate was made for") { medium.logarithm(1, Interval(x)) }
      Let("r(1,x)", by: "the rate that it needs") { medium.rate(1, Interval(x)) }
      Let(#"\mathbb{E}[e^{-\int_0^1(\nabla\cdot\hat b + r)(t,Y_t)\,dt}\rho_0(Y_0) \mid Y_1 = x]"#, by: law) {
        try expectation(e, 1) { medium.potential($0, $1) }
      }
      Let(#"\mathbb{E}[e^{-\int_0^1r(t,Y_t)\,dt}\rho_0(Y_0) \mid Y_1 = x]"#, by: law) {
        try expectation(e, 1) { medium.rate($0, $1) }
      }
      Let(#"\mathbb{E}[e^{-\int_0^1(\nabla\cdot\hat b - r)(t,Y_t)\,dt}\rho_0(Y_0) \mid Y_1 = x]"#, by: law) {
        try expectation(e, 1) { medium.divergence($0, $1) - medium.rate($0, $1) }
      }
      Let(#"\mathbb{E}[e^{-\int_0^1\nabla\cdot\hat b(t,Y_t)\,dt}\rho_0(Y_0) \mid Y_1 = x]"#, by: law) {
        try expectation(e, 1) { medium.divergence($0, $1) }
      }
      Let(#"\mathbb{E}[e^{-\int_0^1(\nabla\cdot\hat b + r)(t,X_t)\,dt}\rho_0(X_0) \mid X_1 = x]"#, by: law) {
        try expectation(e, -1) { medium.potential($0, $1) }
      }
      Let(
        #"\mathbb{E}[e^{-\int_0^1(\nabla\cdot\hat b + r)(t,\tilde Y_t)\,dt}\rho_0(\tilde Y_0) \mid \tilde Y_1 = x]"#,
        by: law
      ) {
        try expectation(e / 2, 1) { medium.potential($0, $1) }
      }
      Step(#"\hat\rho(1,x)"#)
      Step(#"e^{L(1,x)}"#, because: "the solution that the rate was made for")
      Step(
        #"\mathbb{E}[e^{-\int_0^1(\nabla\cdot\hat b + r)(t,Y_t)\,dt}\rho_0(Y_0) \mid Y_1 = x]"#,
        because: "the representation")
      Rival(
        #"\mathbb{E}[e^{-\int_0^1r(t,Y_t)\,dt}\rho_0(Y_0) \mid Y_1 = x]"#, "divergence of the drift forgotten"
      )
      Rival(
        #"\mathbb{E}[e^{-\int_0^1(\nabla\cdot\hat b - r)(t,Y_t)\,dt}\rho_0(Y_0) \mid Y_1 = x]"#,
        "sign of the rate")
      Rival(
        #"\mathbb{E}[e^{-\int_0^1(\nabla\cdot\hat b + r)(t,X_t)\,dt}\rho_0(X_0) \mid X_1 = x]"#,
        "forward process", remark: #"$dX = +\hat b\,dt + \sqrt{2\varepsilon}\,dW$, away from $x$"#)
      Rival(
        #"\mathbb{E}[e^{-\int_0^1(\nabla\cdot\hat b + r)(t,\tilde Y_t)\,dt}\rho_0(\tilde Y_0) \mid \tilde Y_1 = x]"#,
        "noise of variance one half", remark: #"$d\tilde Y = \hat b\,dt + \sqrt\varepsilon\,dW^B$"#)
      Rival(
        #"e^{-r(1,x)}\,\mathbb{E}[e^{-\int_0^1\nabla\cdot\hat b(t,Y_t)\,dt}\rho_0(Y_0) \mid Y_1 = x]"#,
        "rate at the end in place of the path")
    }
  }

  private static let wavy = WavyKilling(a: 0.5, k: 0.5, diffusion: 0.25)
  private static let wavySteps = 6

  /// A function of the place to weigh densities with.
  private static func test<S: Elementary>(_ x: S) -> S { 1 + 7 * S.cos(x + 1) / 8 }

  /// The mean of what a path gives over its noise and the mirror image of it, extrapolated in the step.
  private static func mean(_ noise: [Variate], _ value: ([Variate]) throws -> Variate) throws -> Variate {
    try PathMean.mirrored(noise) { noise in
      try PathMean.extrapolated(noise) { Vector([try value($0)]) }
    }[0]
  }

  /// The killed forward path from a point, with the start's density and the test function where it ends.
  private static func forward(_ start: Variate, _ noise: [Variate]) throws -> Variate {
    try mean(noise) { noise in
      let path = try WeightedPath(
        from: start, over: (0, 1), noise: noise, diffusion: wavy.diffusion, drift: { wavy.drift($0, $1) },
        potentials: { [wavy.rate($0, $1)] })
      return wavy.start(start) * path.weight * test(path.end)
    }
  }

  /// The weighted backward path from where the noise of a forward path without drift would lead, with that noise undone.
  ///
  /// The point is uniform on the circle and independent of the noise, since the start of the forward path is uniform.
  /// So it is a backward path like any other, but close to the forward one: their difference varies little.
  private static func backward(
    _ start: Variate, _ noise: [Variate], sign: Double = 1, diffusion: Double = wavy.diffusion,
    atEnd: (Variate) -> Variate = { _ in 1 },
    potential: (Variate, Variate) -> Variate = { wavy.potential($0, $1) }
  ) throws -> Variate {
    try mean(noise) { noise in
      let spread = Variate(Double.sqrt(2 * wavy.diffusion / Double(noise.count)))
      let end = noise.reduce(start) { $0 + spread * $1 }
      let path = try WeightedPath(
        from: end, over: (1, 0), noise: noise.reversed().map { -$0 }, diffusion: diffusion,
        drift: { Variate(sign) * wavy.drift($0, $1) }, potentials: { [potential($0, $1)] })
      return test(end) * atEnd(end) * path.weight * wavy.start(path.end)
    }
  }

  /// The bias of the difference of the two sides.
  private static let wavyBias = Result {
    try PathMean.bias(steps: wavySteps) { draw, noise in
      let start = 2 * Variate.pi * draw.uniform()
      return Vector([try forward(start, noise) - backward(start, noise)])
    }[0]
  }

  private static var killedForwardAgainstBackward: Statistical<WavyKilling> {
    Statistical("killed particles against the representation, no closed form", cases: [wavy]) {
      medium, draw in
      let start = 2 * Variate.pi * draw.uniform()
      let noise = draw.normal(wavySteps).components
      // The start's density is relative to the uniform one, and backward paths end at uniform points.
      let circle = 2 * Variate.pi
      let paths = "backward paths from uniform points, extrapolated in the step"
      Let(
        #"\varphi(X_1)e^{-\int_0^1r(t,X_t)\,dt}"#,
        by: "forward paths from the start, extrapolated in the step"
      ) {
        try forward(start, noise)
      }
      Let(#"\varphi(Y_1)e^{-\int_0^1(\nabla\cdot\hat b + r)(t,Y_t)\,dt}\rho_0(Y_0)"#, by: paths) {
        try backward(start, noise) / circle
      }
      Let(#"\varphi(Y_1)e^{-\int_0^1r(t,Y_t)\,dt}\rho_0(Y_0)"#, by: paths) {
        try backward(start, noise, potential: { medium.rate($0, $1) }) / circle
      }
      Let(#"\varphi(Y_1)e^{-\int_0^1(\nabla\cdot\hat b - r)(t,Y_t)\,dt}\rho_0(Y_0)"#, by: paths) {
        try backward(start, noise, potential: { medium.divergence($0, $1) - medium.rate($0, $1) }) / circle
      }
      Let(#"\varphi(Z_1)e^{-\int_0^1(\nabla\cdot\hat b + r)(t,Z_t)\,dt}\rho_0(Z_0)"#, by: paths) {
        try backward(start, noise, sign: -1) / circle
      }
      Let(
        #"\varphi(\tilde Y_1)e^{-\int_0^1(\nabla\cdot\hat b + r)(t,\tilde Y_t)\,dt}\rho_0(\tilde Y_0)"#,
        by: paths
      ) {
        try backward(start, noise, diffusion: medium.diffusion / 2) / circle
      }
      Let(#"\varphi(Y_1)e^{-r(1,Y_1) - \int_0^1\nabla\cdot\hat b(t,Y_t)\,dt}\rho_0(Y_0)"#, by: paths) {
        try backward(
          start, noise, atEnd: { Variate.exp(-medium.rate(1, $0)) },
          potential: { medium.divergence($0, $1) }) / circle
      }
      Step(
        #"\mathbb{E}[\varphi(X_1)e^{-\int_0^1r(t,X_t)\,dt}]"#,
        remark: #"$\int\varphi\hat\rho(1)$; $X_0 \sim \rho_0$"#)
      Step(
        #"2\pi\,\mathbb{E}[\varphi(Y_1)e^{-\int_0^1(\nabla\cdot\hat b + r)(t,Y_t)\,dt}\rho_0(Y_0)]"#,
        because: "the representation, with $Y_1$ uniform on the circle", bias: try wavyBias.get())
      Rival(
        #"2\pi\,\mathbb{E}[\varphi(Y_1)e^{-\int_0^1r(t,Y_t)\,dt}\rho_0(Y_0)]"#,
        "divergence of the drift forgotten")
      Rival(
        #"2\pi\,\mathbb{E}[\varphi(Y_1)e^{-\int_0^1(\nabla\cdot\hat b - r)(t,Y_t)\,dt}\rho_0(Y_0)]"#,
        "sign of the rate")
      Rival(
        #"2\pi\,\mathbb{E}[\varphi(Z_1)e^{-\int_0^1(\nabla\cdot\hat b + r)(t,Z_t)\,dt}\rho_0(Z_0)]"#,
        "forward process", remark: #"$dZ = +\hat b\,dt + \sqrt{2\varepsilon}\,dW$, away from $Z_1$"#)
      Rival(
        #"2\pi\,\mathbb{E}[\varphi(\tilde Y_1)e^{-\int_0^1(\nabla\cdot\hat b + r)(t,\tilde Y_t)\,dt}\rho_0(\tilde Y_0)]"#,
        "noise of variance one half", remark: #"$d\tilde Y = \hat b\,dt + \sqrt\varepsilon\,dW^B$"#)
      Rival(
        #"2\pi\,\mathbb{E}[\varphi(Y_1)e^{-r(1,Y_1) - \int_0^1\nabla\cdot\hat b(t,Y_t)\,dt}\rho_0(Y_0)]"#,
        "rate at the end in place of the path")
    }
  }

  /// A point at which the density of a killed diffusion is looked at.
  struct KilledPoint: Sendable, CustomStringConvertible {
    let medium: HarmonicKilling
    let x: Double
    var description: String { "\(medium), x = \(x.brief)" }
  }
}
