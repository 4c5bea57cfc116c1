import Arithmetic
import Probability
import Transport
import Verification

/// The syllabus's unifying lens: the generator as a limit, and what it is for flows, diffusions and jumps.
extension Course {
  /// S.generator: the definition.
  static var generatorDefinition: Identity {
    get throws {
      try Identity(
        "S.generator", "The generator",
        #"\mathcal{L}_t f(x) = \lim_{h\downarrow0}\frac{\mathbb{E}[f(X_{t+h}) \mid X_t = x] - f(x)}h"#,
        assuming: ["$f$ is in the domain: the limit exists"],
        remarks: [
          #"""
          A symmetric difference is no alternative: $\mathbb{E}[f(X_{t-h}) \mid X_t = x]$ belongs to the process run
          backwards, whose generator is another (S.reverse). Subtracting $f(X_t)$ inside the expectation changes nothing.
          Divided by $\sqrt h$ the quotient vanishes; it is the path that moves by $\sqrt h$, not its mean.
          """#
        ]
      ) {
        Exact("a normal transition law", dimensions: [1, 2, 3, 5]) { symbols, d in
          // In a short time the law is N(x + h (M x + c), h s s^T), up to what the first derivative does not see.
          let (x, c, M) = (symbols.vector(d), symbols.vector(d), symbols.matrix(d))
          let (noise, f) = (symbols.matrix(d), FreePolynomial(symbols, d))
          let a = noise * noise.transpose
          let velocity = M * x + c
          let mean = Vector(x.indices.map { Dual(x[$0], derivative: velocity[$0]) })
          let spread = a.map { Dual(0, derivative: $0) }
          let (B, u) = (f.square.constant, f.cube.constant)
          let generator = DiffusionGenerator<Symbol>(
            drift: { y in jets(M) * y + jets(c) }, diffusion: { _ in jets(a) })
          let flow = FlowGenerator(velocity: generator.drift)
          Step(
            #"\tfrac{d}{dh}\bigl(k + l\cdot m + \operatorname{tr}B(mm^\top + S) + (u\cdot m)^3 + 3(u\cdot m)\,u^\top S u\bigr)_{h=0} = \tfrac{d}{dh}\mathbb{E}[f(X_h)]"#
          ) {
            let cubic = u.dot(mean).power(3) + 3 * u.dot(mean) * u.dot(spread * u)
            return (f.linear.constant.dot(mean) + mean.dot(B * mean) + (B * spread).trace + cubic).derivative
          }
          Step(
            #"b\cdot\nabla f + \tfrac12 a:\nabla^2 f"#, because: #"$\dot m = b(x)$, $\dot S = a$"#
          ) { generator({ f.value($0) }, at: x) }
          Rival(#"b\cdot\nabla f"#, "the mean followed alone") { flow({ f.value($0) }, at: x) }
          Rival(#"\mathcal{L}^*f"#, "the adjoint") { generator.adjoint({ f.value($0) }, at: x) }
        }
        smallTimeLimit(.flow)
        smallTimeLimit(.relaxation)
        smallTimeLimit(try .threeStates)
        smallTimeOrder([.flow, .relaxation, try .threeStates])
        dynkin(.relaxation)
      }
    }
  }

  /// S.ode: the generator of a flow.
  static var flowGenerator: Identity {
    Identity(
      "S.ode", "The generator of a flow", #"\dot X = v_t(X): \quad \mathcal{L}_t f = \nabla f\cdot v_t"#,
      assuming: ["$f$ is continuously differentiable"]
    ) {
      Exact("a flow that is rational in time", dimensions: [1, 2, 3, 5]) { symbols, d in
        let (x, u, h) = (symbols.vector(d), symbols.vector(d), symbols.scalar())
        let f = FreePolynomial(symbols, d)
        let flow = { (t: TwiceDual<Symbol>) in 1 / (1 - t * jets(u).dot(jets(x))) * jets(x) }
        let time = TwiceDual(Dual(variable: h), derivative: 0)
        let now = flow(.constant(h)).map(\.value.value)
        let generator = FlowGenerator<Symbol> { jets(u).dot($0) * $0 }
        let rate = generator({ f.value($0) }, at: now)
        Step(#"\tfrac{d}{dh} f(X_h), \quad X_h = \frac x{1 - h\,u\cdot x}"#) {
          f.value(flow(time)).value.derivative
        }
        Step(#"(\nabla f\cdot v)(X_h), \quad v(x) = (u\cdot x)\,x"#, because: "the chain rule") { rate }
        Restatement(
          #"(\nabla\cdot(fv) - f\,\nabla\cdot v)(X_h)"#, because: #"$\nabla\cdot v = (d+1)\,u\cdot x$"#
        ) {
          -generator.adjoint({ f.value($0) }, at: now)
            - Symbol(d + 1) * u.dot(now) * f.value(jets(now)).value.value
        }
        Rival(#"-(\nabla f\cdot v)(X_h)"#, "sign") { -rate }
        Rival(#"\nabla\cdot(fv)(X_h)"#, "divergence of the product") {
          -generator.adjoint({ f.value($0) }, at: now)
        }
        Rival(#"-\nabla\cdot(fv)(X_h)"#, "adjoint") { generator.adjoint({ f.value($0) }, at: now) }
      }
      smallTimeLimit(.flow)
      smallTimeOrder([.flow])
      dynkin(.flow)
    }
  }

  /// S.diffusion: the generator of a diffusion.
  static var diffusionGenerator: Identity {
    Identity(
      "S.diffusion", "The generator of a diffusion",
      #"dX = b_t\,dt + \sigma_t\,dW: \quad \mathcal{L}_t f = b_t\cdot\nabla f + \tfrac12 a_t:\nabla^2 f, \quad a = \sigma\sigma^\top"#,
      assuming: ["$f$ is twice continuously differentiable", "the equation is Ito's"],
      remarks: [
        #"The homework writes $\varepsilon\Delta$ where the syllabus writes $\tfrac12 a:\nabla^2$: $a = 2\varepsilon I$."#
      ]
    ) {
      Exact("geometric Brownian motion", dimensions: [1, 2, 3, 5]) { symbols, d in
        let motion = GeometricMotion(growth: symbols.vector(d), noise: symbols.matrix(d))
        let x = symbols.vector(d)
        // A monomial of degree one, two or three in each coordinate.
        let powers = (0..<d).map { 1 + (d + $0) % 3 }
        let f = { (y: Vector<TwiceDual<Symbol>>) in
          y.indices.reduce(1 as TwiceDual<Symbol>) { $0 * y[$1].power(powers[$1]) }
        }
        let L = motion.generator
        let (value, drift) = (L(f, at: x), FlowGenerator(velocity: L.drift)(f, at: x))
        Step(
          #"\tfrac{d}{dh}\mathbb{E}\prod_i X_i^{p_i}\Big|_{h=0} = \prod_i x_i^{p_i}\Bigl(p\cdot\bigl(m - \tfrac12|\sigma|^2\bigr) + \tfrac12\Bigl|\sum_i p_i\sigma_i\Bigr|^2\Bigr)"#,
          because: "the moments of a lognormal law"
        ) {
          let p = Vector(powers.map { Symbol($0) })
          let total = motion.noise.transpose * p
          return x.indices.reduce(1 as Symbol) { $0 * x[$1].power(powers[$1]) }
            * (p.dot(motion.logarithmicDrift) + total.squaredNorm / 2)
        }
        Step(
          #"b\cdot\nabla f + \tfrac12 a:\nabla^2 f, \quad b_i = m_i x_i, \; a_{ij} = x_i x_j\,\sigma_i\cdot\sigma_j"#,
          because: "Ito's formula"
        ) { value }
        Restatement(
          #"\operatorname{div}\text{-form: } \bigl(b - \tfrac12\nabla\cdot a\bigr)\cdot\nabla f + \tfrac12\nabla\cdot(a\nabla f)"#,
          because: "the product rule"
        ) {
          let tilted = FlowGenerator<Symbol> { y in
            let square = jets(motion.noise * motion.noise.transpose)
            // The divergence of a by rows: x_i (sum_j s_i . s_j + |s_i|^2).
            let divergence = Vector(
              y.indices.map { i in
                y[i] * y.indices.reduce(square[i, i]) { $0 + square[i, $1] }
              })
            return L.drift(y) - divergence / 2
          }
          let weighted = x.indices.reduce(0 as Symbol) { sum, i in
            x.indices.reduce(sum) { sum, j in
              let y = DiffusionGenerator<Symbol>.moving(x, j, i)
              let slope = Dual(f(y).value.derivative, derivative: f(y).derivative.derivative)
              let a = L.diffusion(y)[i, j]
              return sum + (Dual(a.value.value, derivative: a.derivative.value) * slope).derivative
            }
          }
          return tilted(f, at: x) + weighted / 2
        }
        Rival(#"b\cdot\nabla f + a:\nabla^2 f"#, "one half lost") { drift + 2 * (value - drift) }
        Rival(#"b\cdot\nabla f + \tfrac14 a:\nabla^2 f"#, "a taken for twice what it is") {
          drift + (value - drift) / 2
        }
        Rival(#"b\cdot\nabla f + \tfrac12\sigma:\nabla^2 f"#, "the noise not squared") {
          motion.unsquared(f, at: x)
        }
        Rival(
          #"\bigl(b + \tfrac12\sigma\nabla\sigma\bigr)\cdot\nabla f + \tfrac12 a:\nabla^2 f"#,
          "Stratonovich's drift for Ito's"
        ) {
          motion.stratonovich(f, at: x)
        }
        // Survives in one dimension, where there is nothing else.
        Rival(#"b\cdot\nabla f + \tfrac12\sum_i a_{ii}\,\partial_{ii}f"#, "the diagonal alone") {
          changed(L) { (i: Int, j: Int, a: TwiceDual<Symbol>) in i == j ? a : 0 }(f, at: x)
        }
      }
      smallTimeLimit(.relaxation)
      smallTimeLimit(.growth)
      smallTimeOrder([.relaxation, .growth])
      dynkin(.growth)
    }
  }

  /// S.ctmc: the generator of a jump process.
  static var jumpGenerator: Identity {
    get throws {
      try Identity(
        "S.ctmc", "The generator of a jump process",
        #"\mathcal{L}_t f(x) = \sum_y Q_t(y,x)\,(f(y) - f(x)), \quad Q_t(y,x) \text{ the rate from } x \text{ to } y"#,
        assuming: [#"$\sum_{y\ne x}Q_t(y,x) < \infty$; on a continuous space the sum is an integral"#],
        remarks: [
          #"The diagonal of $Q$ drops out: what it is set to is a convention of the forward equation."#
        ]
      ) {
        Exact("jumps to a state at a rate of its own", dimensions: [2, 3, 5, 8]) { symbols, n in
          // With Q(y, x) = q_y the kernel is e^(-ct) + (1 - e^(-ct)) q_y / c, where c is the sum of the rates.
          let (q, f, decay) = (symbols.vector(n), symbols.vector(n), symbols.scalar())
          let c = q.components.reduce(0, +)
          let E = Dual(decay, derivative: -c * decay)
          let generator = JumpGenerator<Symbol>(rates: Matrix(rows: n, columns: n) { y, _ in q[y] })
          let transposed = JumpGenerator<Symbol>(rates: generator.rates.transpose)
          let mean = { (g: Vector<Symbol>) in
            // From state 0, at a time with e^(-ct) = E.
            g.indices.reduce(0 as Dual<Symbol>) { sum, y in
              let kernel = (y == 0 ? E : 0) + (1 - E) * Dual(constant: q[y] / c)
              return sum + kernel * Dual(constant: g[y])
            }
          }
          let image = { (L: (Int) -> Symbol) in mean(Vector(f.indices.map(L))).value }
          Step(
            #"\tfrac{d}{dt}\mathbb{E}[f(X_t)], \quad P_t(y,x) = e^{-ct}\delta_{yx} + (1-e^{-ct})\tfrac{q_y}c"#
          ) {
            mean(f).derivative
          }
          Step(#"\mathbb{E}\Bigl[\sum_y Q(y,X_t)(f(y) - f(X_t))\Bigr]"#, because: "the generator, at time t")
          {
            image { generator(f, at: $0) }
          }
          Restatement(#"\mathbb{E}[(Q^\top f)(X_t)]"#, because: "columns that sum to zero") {
            image { (generator.matrix.transpose * f)[$0] }
          }
          Rival(
            #"\mathbb{E}\Bigl[\sum_y Q(X_t,y)(f(y) - f(X_t))\Bigr]"#, "indices exchanged: the row convention"
          ) {
            image { transposed(f, at: $0) }
          }
          Rival(#"\mathbb{E}\Bigl[\sum_{y\ne X_t} Q(y,X_t)f(y)\Bigr]"#, "what leaves is forgotten") {
            image { x in f.indices.reduce(0) { $1 == x ? $0 : $0 + q[$1] * f[$1] } }
          }
        }
        smallTimeLimit(try .twoStates)
        smallTimeLimit(try .threeStates)
        smallTimeOrder([try .twoStates, try .threeStates])
        dynkin(.jumps)
        maskingEnclosure
        maskingSimulation
      }
    }
  }

  /// The rate `1/2 + 2 t` at which a token is masked.
  private static func maskingRate<S: Field>(_ t: S) -> S { 1 / 2 + 2 * t }
  /// The probability that a token is not masked yet.
  static func survival<S: Elementary>(_ t: S) -> S { S.exp(-(t / 2 + t.squared)) }

  private static var maskingEnclosure: Enclosure<Void> {
    Enclosure("masking, a rate that depends on time", over: ["t": 0...1], precision: 0x1p-10) { p in
      let t = p["t"]
      // From each of two tokens to the mask, state 2, which nothing leaves; the tokens begin with shares 1/4 and 3/4.
      let rate = Dual(constant: 0) + maskingRate(t)
      let generator = JumpGenerator<Dual<Interval>>(
        rates: Matrix(rows: 3, columns: 3) { y, x in y == 2 && x < 2 ? rate : 0 })
      let law = { (t: Dual<Dual<Interval>>) -> Vector<Dual<Dual<Interval>>> in
        let left = survival(t)
        return Vector([left / 4, 3 * left / 4, 1 - left])
      }
      let now = law(Dual(constant: t)).map(\.value)
      let forward = Vector((0..<3).map { generator.adjoint(now, at: $0) })
      Step(#"\partial_t p_t, \quad p_t = \bigl(\tfrac14 S, \tfrac34 S, 1 - S\bigr), \; S = e^{-t/2-t^2}"#) {
        law(Dual(variable: t)).map(\.derivative)
      }
      Step(
        #"Q_t\,p_t, \quad Q_t(\text{mask}, \text{token}) = \tfrac12 + 2t"#, because: "the forward equation"
      ) {
        forward
      }
      Rival(#"\sum_y Q_t(y,x)(p_t(y) - p_t(x))"#, "the generator in the place of its adjoint") {
        Vector((0..<3).map { generator(now, at: $0) })
      }
      Rival(#"Q_t^\top p_t"#, "a mask that turns into tokens") {
        let turned = JumpGenerator<Dual<Interval>>(rates: generator.rates.transpose)
        return Vector((0..<3).map { turned.adjoint(now, at: $0) })
      }
    }
  }

  private static var maskingSimulation: Statistical<Double> {
    Statistical("masking, simulated", cases: [0.75]) { T, draw in
      let process = try JumpProcess(states: 2, bound: 3) { t, y, _ in y == 1 ? maskingRate(t) : 0 }
      let tokens = process.paths(draw, from: [1, 0], until: T).last
      Step(#"\mathbb{P}(\text{a token is not masked at } t = \tfrac34)"#) {
        Variate(tokens) { $0 == 0 ? 1 : 0 }
      }
      Step(#"e^{-\int_0^t(\frac12+2s)\,ds}"#, because: "the forward equation") { Variate(survival(T)) }
      Rival(#"e^{-(\frac12+2t)t}"#, "the last rate kept") { Variate(Double.exp(-maskingRate(T) * T)) }
      Rival(#"e^{-\frac12 t}"#, "the first rate kept") { Variate(Double.exp(-T / 2)) }
      Rival(#"1 - e^{-\int_0^t(\frac12+2s)\,ds}"#, "masked for not masked") { Variate(1 - survival(T)) }
    }
  }
}
