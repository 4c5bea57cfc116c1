import Arithmetic
import Probability
import Transport
import Verification

/// The equations for densities that the syllabus begins with.
extension Course {
  /// S.continuity: the density that a flow carries.
  static var continuityEquation: Identity {
    Identity(
      "S.continuity", "The continuity equation", #"\partial_t\rho + \nabla\cdot(v\rho) = 0"#,
      assuming: [
        "$v$ is regular enough to have a flow, and $\\rho_t$ is the law of $X_t$ with $\\dot X = v_t(X)$"
      ]
    ) {
      Exact("a density carried by a rational flow", dimensions: [1, 2, 3, 5]) { symbols, d in
        // The flow x / (1 - t u.x) has the inverse y / (1 + t u.y), whose determinant is (1 + t u.y)^-(d+1).
        let (y, u, t) = (symbols.vector(d), symbols.vector(d), symbols.scalar())
        let start = FreePolynomial(symbols, d)
        let density = { (y: Vector<TwiceDual<Symbol>>, t: TwiceDual<Symbol>) in
          let stretch = 1 + t * jets(u).dot(y)
          return 1 / (stretch.power(d + 1) * start.value(1 / stretch * y))
        }
        let generator = FlowGenerator<Symbol> { jets(u).dot($0) * $0 }
        let now = { (y: Vector<TwiceDual<Symbol>>) in density(y, .constant(t)) }
        let transport = generator(now, at: y)
        Step(
          #"\partial_t\rho_t(y), \quad \rho_t(y) = \rho_0\Bigl(\frac y{1+t\,u\cdot y}\Bigr)(1+t\,u\cdot y)^{-(d+1)}"#,
          because: "change of variables"
        ) { density(jets(y), TwiceDual(Dual(variable: t), derivative: 0)).value.derivative }
        Step(#"-\nabla\cdot(v\rho_t)(y), \quad v(y) = (u\cdot y)\,y"#, because: "the continuity equation") {
          generator.adjoint(now, at: y)
        }
        Restatement(
          #"-(v\cdot\nabla\rho_t + \rho_t\,\nabla\cdot v)(y)"#, because: #"$\nabla\cdot v = (d+1)\,u\cdot y$"#
        ) {
          -transport - Symbol(d + 1) * u.dot(y) * now(jets(y)).value.value
        }
        Rival(#"+\nabla\cdot(v\rho_t)(y)"#, "sign") { -generator.adjoint(now, at: y) }
        Rival(#"-v\cdot\nabla\rho_t(y)"#, "form that does not conserve mass") { -transport }
        Rival(#"-\nabla\cdot(v\rho_t)(y) + \Delta\rho_t(y)"#, "diffusion added") {
          let noisy = DiffusionGenerator(drift: generator.velocity) { y in 2 * .identity(y.dimension) }
          return noisy.adjoint(now, at: y)
        }
      }
      Enclosure(
        "a wave on the circle, y = n x", cases: [1, 4], over: ["t": 0...1, "y": 0...3.25], precision: 0x1p-8
      ) { n, p in
        let (t, x) = (p["t"], p["y"] / Dual(n))
        let density = { (t: Dual<Dual<Interval>>, x: Dual<Dual<Interval>>) in
          let a = t / 4
          return 1 / (Dual.cosh(a) + Dual.sinh(a) * Dual.cos(Dual(n) * x))
        }
        let flow = SineFlow(a: 0.25, n: n)
        let (still, place) = (Dual(constant: t), Dual(constant: x))
        let slope = density(still, Dual(variable: x)).derivative
        let flux = derivative(at: x) { flow.velocity($0) * density(still, $0) }
        Step(#"\partial_t\rho, \quad 2\pi\rho = \frac1{\cosh at + \sinh at\cos nx}"#) {
          density(Dual(variable: t), place).derivative
        }
        Step(#"-\partial_x(v\rho), \quad v = \tfrac an\sin nx"#, because: "the continuity equation") { -flux }
        Rival(#"\partial_x(v\rho)"#, "sign") { flux }
        Rival(#"-v\,\partial_x\rho"#, "form that does not conserve mass") { -flow.velocity(x) * slope }
      }
      Statistical(
        "particles of a flow on the circle", cases: [SineFlow(a: 0.75, n: 1), SineFlow(a: 1, n: 2)]
      ) {
        flow, draw in
        // Three points a third of the circle apart have most of the noise of one in common, with opposite signs.
        let thirds = { (angle: Variate, f: (_ cos: Variate, _ sin: Variate) -> Variate) in
          (0..<3).reduce(0 as Variate) { sum, k in
            let turned = angle + 2 * Variate.pi * Variate(k) / 3
            return sum + f(Variate.cos(turned), Variate.sin(turned))
          } / 3
        }
        // The angles n X_0 and n x, uniform as X_0 and x are.
        let (start, place) = (2 * Variate.pi * draw.uniform(), 2 * Variate.pi * draw.uniform())
        let mean = { (a: Double) in
          thirds(place) { c, _ in c / (Variate(Double.cosh(a)) + Variate(Double.sinh(a)) * c) }
        }
        Step(#"\mathbb{E}\cos(nX_1), \quad X_0 \text{ uniform}"#) {
          thirds(start) { c, s in flow.turned(cos: c, sin: s, after: 1).cos }
        }
        Step(
          #"\int\cos(nx)\,\rho_1(x)\,dx"#,
          because: "the solution of the continuity equation, at uniform points"
        ) { mean(flow.a) }
        Rival(#"\int\cos(nx)\,\rho_{-1}(x)\,dx"#, "sign: the density of the flow backwards") { mean(-flow.a) }
        Rival(#"\int\cos(nx)\,\rho_{1/2}(x)\,dx"#, "half the time") { mean(flow.a / 2) }
      }
    }
  }

  /// S.forward: the forward equation, by the adjoint of the generator.
  static var forwardEquation: Identity {
    get throws {
      try Identity(
        "S.forward", "The forward equation and the adjoint",
        #"\partial_t\rho = \mathcal{L}_t^*\rho, \quad \int f\,\mathcal{L}^*\rho = \int\rho\,\mathcal{L}f"#,
        assuming: ["the test functions are a core: they determine the law"],
        remarks: [
          #"""
          $\mathcal{L}^*\rho$ is $-\nabla\cdot(v\rho)$ for a flow, $-\nabla\cdot(b\rho) + \tfrac12\nabla\cdot\nabla\cdot(a\rho)$
          for a diffusion, and $Q\rho$ for jumps, where $Q$ has the rates and columns that sum to zero.
          """#
        ]
      ) {
        Exact("lognormal laws", dimensions: [1, 2, 3]) { symbols, d in
          let motion = GeometricMotion(growth: symbols.vector(d), noise: symbols.matrix(d))
          let (x, logarithm) = (symbols.vector(d), symbols.vector(d))
          let law = Gaussian(mean: symbols.vector(d), covariance: symbols.symmetric(d))
          let (shift, spread) = (motion.logarithmicDrift, motion.noise * motion.noise.transpose)
          let moving = Gaussian<Dual<Symbol>>(
            mean: Vector(shift.indices.map { Dual(law.mean[$0], derivative: shift[$0]) }),
            covariance: Matrix(rows: d, columns: d) {
              Dual(law.covariance[$0, $1], derivative: spread[$0, $1])
            })
          // A logarithm is a free symbol that knows its derivatives 1 / x and -1 / x^2.
          let logs = { (y: Vector<TwiceDual<Symbol>>) in
            Vector(
              y.indices.map { i in
                let change = (y[i] - .constant(x[i])) / .constant(x[i])
                return .constant(logarithm[i]) + change - change.squared / 2
              })
          }
          let fixed = Gaussian(mean: jets(law.mean), covariance: jets(law.covariance))
          let density = relativeExponential(
            { y in
              let l = logs(y)
              return fixed.exponent(l) - l.components.reduce(0, +)
            }, at: x)
          let L = motion.generator
          Step(
            #"\partial_t\log\rho = \partial_t\bigl(-\tfrac12(\ell-m)^\top S^{-1}(\ell-m)\bigr) - \tfrac12\operatorname{tr}S^{-1}\dot S, \quad \ell = \log x"#
          ) { moving.exponent(logarithm.constant).derivative - law.covariance.solve(spread).trace / 2 }
          Step(
            #"\tfrac1\rho\mathcal{L}^*\rho = \tfrac1\rho\bigl(-\nabla\cdot(b\rho) + \tfrac12\nabla\cdot\nabla\cdot(a\rho)\bigr)"#,
            because: "the forward equation"
          ) { L.adjoint(density, at: x) }
          Rival(#"\tfrac1\rho\mathcal{L}\rho"#, "the generator in the place of its adjoint") {
            L(density, at: x)
          }
          Rival(
            #"\tfrac1\rho\bigl(-\nabla\cdot(b\rho) + \tfrac12 a:\nabla^2\rho\bigr)"#,
            "a outside the derivatives"
          ) {
            FlowGenerator(velocity: L.drift).adjoint(density, at: x) + L(density, at: x)
              - FlowGenerator(velocity: L.drift)(density, at: x)
          }
          Rival(
            #"\tfrac1\rho\bigl(-\nabla\cdot(b\rho) + \nabla\cdot\nabla\cdot(a\rho)\bigr)"#, "one half lost"
          ) {
            let transport = FlowGenerator(velocity: L.drift).adjoint(density, at: x)
            return 2 * L.adjoint(density, at: x) - transport
          }
        }
        Exact("the adjoint on finitely many states", dimensions: [2, 3, 5]) { symbols, n in
          let (L, f, rho) = (
            JumpGenerator<Symbol>(rates: symbols.matrix(n)), symbols.vector(n), symbols.vector(n)
          )
          Step(#"\sum_x\rho(x)\,\mathcal{L}f(x)"#) { f.indices.reduce(0) { $0 + rho[$1] * L(f, at: $1) } }
          Step(#"\sum_y f(y)\,\mathcal{L}^*\rho(y)"#, because: "the sum taken in the other order") {
            f.indices.reduce(0) { $0 + f[$1] * L.adjoint(rho, at: $1) }
          }
          Restatement(#"\sum_{y,x} f(y)\,Q(y,x)\,\rho(x)"#, because: "columns that sum to zero") {
            f.dot(L.matrix * rho)
          }
          Rival(#"\sum_y f(y)\,\mathcal{L}\rho(y)"#, "the generator in the place of its adjoint") {
            f.indices.reduce(0) { $0 + f[$1] * L(rho, at: $1) }
          }
          Rival(#"\sum_{y,x} f(y)\,Q(x,y)\,\rho(x)"#, "Q transposed") { f.dot(L.matrix.transpose * rho) }
        }
        Exact("Kolmogorov's forward equation", dimensions: [2, 3, 5]) { symbols, n in
          let (first, second) = (SpectralKernel(symbols, n), SpectralKernel(symbols, n))
          let before = first.kernel.map(\.value)
          let P = second.kernel.map(\.value) * before
          Step(#"\partial_t P_{s,t}, \quad P_{s,t} = e^{(t-r)Q_2}\,e^{(r-s)Q_1}"#) {
            second.kernel.map(\.derivative) * before
          }
          Step(#"Q_t P_{s,t}"#, because: "the rates at the later time, on the left") { second.rates * P }
          Rival(#"P_{s,t}Q_t"#, "the row convention") { P * second.rates }
          Rival(#"Q_s P_{s,t}"#, "the rates at the earlier time") { first.rates * P }
          Rival(#"Q_t^\top P_{s,t}"#, "Q transposed") { second.rates.transpose * P }
        }
        Exact("Kolmogorov's backward equation", dimensions: [2, 3, 5]) { symbols, n in
          let (first, second) = (SpectralKernel(symbols, n), SpectralKernel(symbols, n))
          let after = second.kernel.map(\.value)
          let P = after * first.kernel.map(\.value)
          Step(#"\partial_s P_{s,t}, \quad P_{s,t} = e^{(t-r)Q_2}\,e^{(r-s)Q_1}"#) {
            // The kernel's time is r - s, which falls as s grows.
            -(after * first.kernel.map(\.derivative))
          }
          Step(#"-P_{s,t}Q_s"#, because: "the rates at the earlier time, on the right") { -(P * first.rates) }
          Rival(#"P_{s,t}Q_s"#, "sign") { P * first.rates }
          Rival(#"-Q_s P_{s,t}"#, "the row convention") { -(first.rates * P) }
          Rival(#"-P_{s,t}Q_t"#, "the rates at the later time") { -(P * second.rates) }
        }
        try adjointByQuadrature
        Statistical("two states, simulated", cases: [0.5]) { T, draw in
          let generator = try twoStates
          let (p, Q) = (Vector([0.3, 0.7]), generator.matrix)
          let process = try JumpProcess(generator)
          let states = process.paths(draw, from: p.components, until: T).last
          let closed = { (p: Double, up: Double, down: Double) in
            up / (up + down) + (p - up / (up + down)) * Double.exp(-(up + down) * T)
          }
          Step(#"\mathbb{P}(X_{1/2} = 0), \quad X_0 \sim (0.3, 0.7)"#) {
            Variate(states) { $0 == 0 ? 1 : 0 }
          }
          Step(#"\bigl(e^{Q/2}p_0\bigr)_0"#, because: "the forward equation") {
            Variate(closed(p[0], Q[0, 1], Q[1, 0]))
          }
          Rival(#"\bigl(e^{Q^\top\!/2}p_0\bigr)_0"#, "Q transposed") {
            // The transpose leaves the mean of f along the process: what starts in state 0 sees p_0.
            let stay = closed(1, Q[0, 1], Q[1, 0])
            return Variate(stay * p[0] + (1 - stay) * p[1])
          }
          Rival(#"\bigl(p_0 + \tfrac12 Qp_0\bigr)_0"#, "the first rate kept") {
            Variate(p[0] + T * (Q * p)[0])
          }
        }
      }
    }
  }

  /// A matrix with free eigenvectors and eigenvalues, and its exponential at a time that only enters by the
  /// exponentials of the eigenvalues.
  struct SpectralKernel {
    /// `Q = V diag(l) V^-1`.
    let rates: Matrix<Symbol>
    /// `e^{tQ} = V diag(E) V^-1` with `E_k` free and `dE_k/dt = l_k E_k`.
    let kernel: Matrix<Dual<Symbol>>

    init(_ symbols: Symbols, _ n: Int) {
      let (V, eigenvalues, growth) = (symbols.matrix(n), symbols.vector(n), symbols.vector(n))
      let inverse = V.inverse
      rates = V * .diagonal(eigenvalues.components) * inverse
      let moving = growth.indices.map { Dual(growth[$0], derivative: eigenvalues[$0] * growth[$0]) }
      kernel = V.constant * .diagonal(moving) * inverse.constant
    }
  }

  /// The adjoint on the line, by quadrature against a mixture.
  private static var adjointByQuadrature: Numerical<String> {
    get throws {
      let law = try GaussianMixture.line((0.25, -1.5, 0.25), (0.75, 1, 0.5))
      return Numerical("the adjoint on the line, by quadrature", cases: ["b = sin x - x/2, a = 1 + cos(x)/2"])
      { _ in
        let L = DiffusionGenerator<Double>(
          drift: { y in Vector([TwiceDual<Double>.sin(y[0]) - y[0] / 2]) },
          diffusion: { y in Matrix([[1 + TwiceDual<Double>.cos(y[0]) / 2]]) })
        let density = law.map { TwiceDual<Double>($0) }
        let rho = { (y: Vector<TwiceDual<Double>>) in density.density(y) }
        let f = { (y: Vector<TwiceDual<Double>>) in y[0].squared + TwiceDual<Double>.sin(y[0]) }
        let transport = FlowGenerator(velocity: L.drift)
        // Beyond 12 the density is below 1e-30 times anything it multiplies.
        let integral = { (g: (Vector<Double>) -> Double) in
          Quadrature.period(-12..<12) { g(Vector([$0])) }
        }
        let value = { (g: @escaping (Vector<TwiceDual<Double>>) -> TwiceDual<Double>, x: Vector<Double>) in
          DiffusionGenerator<Double>.value(g, at: x)
        }
        Step(#"\int\rho\,\mathcal{L}f"#) { integral { value(rho, $0) * L(f, at: $0) } }
        Step(#"\int f\,\mathcal{L}^*\rho"#, because: "by parts") {
          integral { value(f, $0) * L.adjoint(rho, at: $0) }
        }
        Rival(#"\int f\,\mathcal{L}\rho"#, "the generator in the place of its adjoint") {
          integral { value(f, $0) * L(rho, at: $0) }
        }
        Rival(#"\int f\,\bigl(-(b\rho)' + \tfrac12 a\rho''\bigr)"#, "a outside the derivatives") {
          integral {
            value(f, $0) * (transport.adjoint(rho, at: $0) + L(rho, at: $0) - transport(rho, at: $0))
          }
        }
        Rival(#"\int f\,\bigl(-(b\rho)' + \tfrac12(a\rho')'\bigr)"#, "one derivative inside, one outside") {
          integral { x in
            let product = { (y: Vector<TwiceDual<Double>>) in L.diffusion(y)[0, 0] * rho(y) }
            let (a, r) = (
              L.diffusion(DiffusionGenerator<Double>.moving(x, 0, 0))[0, 0],
              rho(DiffusionGenerator<Double>.moving(x, 0, 0))
            )
            let second = product(DiffusionGenerator<Double>.moving(x, 0, 0)).derivative.derivative
            let partly =
              second - a.derivative.derivative * r.value.value - a.value.derivative * r.value.derivative
            return value(f, x) * (transport.adjoint(rho, at: x) + partly / 2)
          }
        }
      }
    }
  }
}
