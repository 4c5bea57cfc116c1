import Arithmetic
import Probability
import Transport
import Verification

/// What marginals leave open, and what an error in the dynamics does to them.
extension Course {
  /// S.marginals: more than one process has the prescribed marginals.
  static var prescribedMarginals: Identity {
    Identity(
      "S.marginals", "Processes with prescribed marginals",
      #"\partial_t\rho = -\nabla\cdot(v\rho) = -\nabla\cdot\Bigl(\bigl(v + \varepsilon\nabla\log\rho + \tfrac w\rho\bigr)\rho\Bigr) + \varepsilon\Delta\rho, \quad \nabla\cdot w = 0"#,
      assuming: [#"$\rho > 0$"#],
      remarks: [
        #"""
        Generative modelling constructs a Markov process with prescribed marginals, and the construction has choices: every
        $\varepsilon \ge 0$, and every $w$ without divergence. The marginals do not fix the coupling of two times either. An
        interpolant is in general not Markov; what has its marginals and is Markov is its projection.
        """#
      ]
    ) {
      Exact("the right sides for two diffusion coefficients", dimensions: [1, 2, 3]) { symbols, d in
        let (x, v, q) = (symbols.vector(d), freeField(symbols, d), FreePolynomial(symbols, d))
        let density = q.density(at: x)
        let (half, potential) = (symbols.matrix(d), FreePolynomial(symbols, d))
        // An antisymmetric matrix before a gradient: a field without divergence, and with one where it is symmetric.
        let turn = jets(half - half.transpose)
        let epsilons = [symbols.scalar(), symbols.scalar()]
        let right = {
          (epsilon: Symbol, drift: @escaping (Vector<TwiceDual<Symbol>>) -> Vector<TwiceDual<Symbol>>) in
          DiffusionGenerator(drift: drift) { y in .constant(2 * epsilon) * .identity(y.dimension) }
            .adjoint(density, at: x)
        }
        let drift = { (factor: Symbol) in
          { (y: Vector<TwiceDual<Symbol>>) in v(y) + .constant(factor) * q.gradient(y) }
        }
        Step(#"-\nabla\cdot(v\rho)"#, because: "the flow") {
          FlowGenerator(velocity: v).adjoint(density, at: x)
        }
        for (name, epsilon) in zip([#"\varepsilon_1"#, #"\varepsilon_2"#], epsilons) {
          Step(
            #"-\nabla\cdot((v + \#(name)\nabla\log\rho)\rho) + \#(name)\Delta\rho"#,
            because: #"$\rho\,\nabla\log\rho = \nabla\rho$"#
          ) { right(epsilon, drift(epsilon)) }
          Rival(
            #"-\nabla\cdot(v\rho) + \#(name)\Delta\rho"#, "the process taken to be unique: the flow's drift"
          ) {
            right(epsilon, v)
          }
          Rival(
            #"-\nabla\cdot((v + 2\#(name)\nabla\log\rho)\rho) + \#(name)\Delta\rho"#, "the reversal's drift"
          ) {
            right(epsilon, drift(2 * epsilon))
          }
        }
        Step(
          #"-\nabla\cdot\bigl((v + \varepsilon_2\nabla\log\rho + \tfrac w\rho)\rho\bigr) + \varepsilon_2\Delta\rho, \quad w = (H - H^\top)\nabla\psi"#,
          because: #"$\nabla\cdot w = 0$"#
        ) {
          right(epsilons[1]) { y in
            drift(epsilons[1])(y) + 1 / density(y) * (turn * potential.gradient(y))
          }
        }
        Restatement(
          #"-\nabla\cdot\bigl((v - \varepsilon_1\nabla\log\rho)\rho\bigr) - \varepsilon_1\Delta\rho"#,
          because: "the backward equation of the same marginals"
        ) { right(-epsilons[0], drift(-epsilons[0])) }
        Rival(#"\dots \tfrac w\rho, \quad w = H\nabla\psi"#, "a field with divergence") {
          right(epsilons[1]) { y in
            drift(epsilons[1])(y) + 1 / density(y) * (jets(half) * potential.gradient(y))
          }
        }
        // Survives in one dimension, where w is zero.
        Rival(#"\dots + w \text{ in the place of } \tfrac w\rho"#, "not divided by the density") {
          right(epsilons[1]) { y in drift(epsilons[1])(y) + turn * potential.gradient(y) }
        }
      }
      Statistical("one law, three processes", cases: [0.25]) { t, draw in
        let process = Rotation(draw, t)
        let f = { (x: Vector<Variate>) in Variate.exp(-(x[0] - 1).squared / 2) * (1 + x[1].squared) }
        Step(#"\mathbb{E}f(X_t), \quad \dot X = JX"#) { f(process.at(0)) }
        Step(
          #"\mathbb{E}f(X_t), \quad dX = (J - \tfrac12)X\,dt + dW"#,
          because: #"$\varepsilon = \tfrac12$, stationary"#
        ) {
          f(process.at(0.5))
        }
        Rival(#"\mathbb{E}f(X_t), \quad dX = JX\,dt + dW"#, "the flow's drift with noise") {
          f(process.noisy(0.5))
        }
        Step(
          #"\mathbb{E}f(X_t), \quad dX = (J - 2)X\,dt + 2\,dW"#, because: #"$\varepsilon = 2$, stationary"#
        ) {
          f(process.at(2))
        }
        Rival(#"\mathbb{E}f(X_t), \quad dX = JX\,dt + 2\,dW"#, "the flow's drift with noise") {
          f(process.noisy(2))
        }
      }
      Statistical("and three couplings", cases: [0.25]) { t, draw in
        let process = Rotation(draw, t)
        let closed = { (e: Double) in Variate(2 * Double.exp(-e * t) * Double.cos(t)) }
        Step(#"\mathbb{E}[X_0\cdot X_t], \quad \varepsilon = \tfrac12"#) {
          process.start.dot(process.at(0.5))
        }
        Step(
          #"2e^{-\varepsilon t}\cos t, \quad \varepsilon = \tfrac12"#,
          because: "the mean decays at the rate epsilon"
        ) {
          closed(0.5)
        }
        Rival(#"2e^{-\varepsilon t}\cos t, \quad \varepsilon = 2"#, "the marginals taken to fix the coupling")
        { closed(2) }
        Rival(#"2\cos t"#, "the coupling of the flow") { closed(0) }
      }
    }
  }

  /// A standard normal vector in the plane that rotates, and relaxes at any rate.
  private struct Rotation {
    let start: Vector<Variate>
    let noise: Vector<Variate>
    let t: Double

    init(_ draw: Draw, _ t: Double) { (start, noise, self.t) = (draw.normal(2), draw.normal(2), t) }

    private var turned: Vector<Variate> {
      let (c, s) = (Variate(Double.cos(t)), Variate(Double.sin(t)))
      return Vector([c * start[0] - s * start[1], s * start[0] + c * start[1]])
    }
    /// At the time, with the diffusion coefficient `epsilon` and the drift that keeps the law.
    func at(_ epsilon: Double) -> Vector<Variate> {
      let decay = Double.exp(-epsilon * t)
      return Variate(decay) * turned + Variate((1 - decay * decay).squareRoot()) * noise
    }
    /// At the time, with the noise but without the drift that makes up for it.
    func noisy(_ epsilon: Double) -> Vector<Variate> {
      turned + Variate((2 * epsilon * t).squareRoot()) * noise
    }
  }

  /// S.error: what an error in the velocity controls.
  static var errorControl: Identity {
    Identity(
      "S.error", "What a velocity error controls",
      #"W_2^2 \le e^{2L}\!\iint|\hat b - b|^2\rho \text{ for flows}; \quad \mathrm{KL} \le \tfrac1{4\varepsilon}\!\iint|\hat b - b|^2\rho \text{ for a common } \varepsilon > 0; \quad \text{no bound on KL for flows}"#,
      assuming: [
        #"$\hat b$ has the Lipschitz constant $L \ge \tfrac12$; both start from the same law, over time one"#
      ],
      remarks: [
        """
        The syllabus names the question and not the answer. That there is no bound on the divergence for flows is III.5, that
        different diffusion coefficients spoil it is III.1c.
        """
      ]
    ) {
      Enclosure(
        "Wasserstein distance of a linear flow", over: ["L": 0.5...2, "c": 0.25...2], precision: 0x1p-10
      ) { p in
        let (L, c) = (p["L"], p["c"])
        // X' = L X from the origin against X' = L X + c: they end (e^L - 1) c / L apart.
        let distance = (Dual.exp(L) - 1) / L * c
        Step(#"W_2^2, \quad b = Lx, \; \hat b = Lx + c, \text{ from the origin}"#) { distance.squared }
        Step(
          #"e^{2L}\iint|\hat b - b|^2\rho = e^{2L}c^2"#, because: "Gronwall's inequality", relation: .atMost
        ) {
          Dual.exp(2 * L) * c.squared
        }
        Restatement(
          #"\tfrac{e^{2L} - 1}{2L}\iint|\hat b - b|^2\rho"#,
          because: "Gronwall's and Cauchy's inequalities, sharper"
        ) {
          let growth = (Dual.exp(2 * L) - 1) / (2 * L)
          return growth * c.squared
        }
        Rival(#"\iint|\hat b - b|^2\rho = c^2"#, "without the Lipschitz factor") { c.squared }
      }
      Enclosure("divergence with common noise", over: ["v": 0.0625...1, "e": 0.25...1], precision: 0x1p-10) {
        p in
        let (v, e) = (p["v"], p["e"])
        let variance = v + 2 * e
        Step(#"\mathrm{KL}(N(0, v + 2\varepsilon)\Vert N(1, v + 2\varepsilon)), \quad \hat b = b + 1"#) {
          1 / (2 * variance)
        }
        Step(
          #"\tfrac1{4\varepsilon}\iint|\hat b - b|^2\rho = \tfrac1{4\varepsilon}"#, because: "III.1b",
          relation: .atMost
        ) {
          1 / (4 * e)
        }
        Rival(#"\tfrac1{8\varepsilon}\iint|\hat b - b|^2\rho"#, "half the constant") { 1 / (8 * e) }
      }
      Enclosure("divergence without noise", cases: [4, 16], over: ["a": 0.5...1], precision: 0x1p-10) {
        n, p in
        let a = p["a"]
        Step(#"\mathrm{KL} = 2\log\cosh\tfrac a2, \quad \hat b = \tfrac an\sin nx, \; b = 0"#) {
          2 * Dual.log(Dual.cosh(a / 2))
        }
        Step(
          #"\tfrac{12}{25}\,n^2\iint|\hat b - b|^2\rho = \tfrac6{25}a^2"#,
          because: "III.5: the ratio grows like the square of n", relation: .atLeast
        ) {
          Dual(6) / 25 * a.squared
        }
        Rival(
          #"\iint|\hat b - b|^2\rho = \tfrac{a^2}{2n^2}"#, "a bound on the divergence for flows",
          relation: .atMost
        ) {
          a.squared / (2 * Dual(n * n))
        }
      }
      Enclosure("divergence with different noise", over: ["e": 0.0625...0.1875], precision: 0x1p-10) { p in
        let e = p["e"]
        let variance = 1 + 2 * e
        let ratio = variance / (Dual(3) / 2)
        Step(
          #"\mathrm{KL}(N(0, 1 + 2\varepsilon)\Vert N(0, \tfrac32)), \quad b = \hat b = 0, \; \hat\varepsilon = \tfrac14"#
        ) {
          (ratio - 1 - Dual.log(ratio)) / 2
        }
        Rival(
          #"\tfrac1{4\varepsilon}\iint|\hat b - b|^2\rho = 0"#,
          "the bound used for different diffusion coefficients", relation: .atMost
        ) {
          0 as Dual<Interval>
        }
        Step(
          #"\tfrac14(\hat\varepsilon - \varepsilon)^2"#,
          because: #"$u - 1 - \log u \ge \tfrac12(u-1)^2$ for $u \le 1$: positive but where they agree"#,
          relation: .atLeast
        ) {
          (Dual(1) / 4 - e).squared / 4
        }
      }
      Statistical("particles of two flows that start together", cases: [WavePair(a: 0.75, change: 0.25)]) {
        pair, draw in
        let (flow, model) = (SineFlow(a: pair.a, n: 1), SineFlow(a: pair.a + pair.change, n: 1))
        let x = 2 * Variate.pi * draw.uniform()
        let (s, c) = Variate.sineAndCosine(x)
        let (end, other) = (flow.turned(cos: c, sin: s, after: 1), model.turned(cos: c, sin: s, after: 1))
        let error = (Variate(pair.change) * flow.turned(cos: c, sin: s, after: draw.uniform()).sin).squared
        Step(
          #"\mathbb{E}|e^{i\hat X_1} - e^{iX_1}|^2 \ge W_2^2, \quad b = a\sin x, \; \hat b = \hat a\sin x"#
        ) {
          let cosine = end.cos * other.cos + end.sin * other.sin
          return 2 - 2 * cosine
        }
        Step(
          #"e^{2L}\,\mathbb{E}|\hat b - b|^2(X_U)"#, because: #"Gronwall's inequality with $L = \hat a$"#,
          relation: .atMost
        ) { Variate(Double.exp(2 * model.a)) * error }
        Rival(#"\tfrac12\,\mathbb{E}|\hat b - b|^2(X_U)"#, "a factor below one") { error / 2 }
      }
    }
  }

  /// Two waves of velocity on the circle, of strength `a` and `a + change`.
  struct WavePair: Sendable, CustomStringConvertible {
    let a: Double
    let change: Double
    var description: String { "a = \(a.brief) and \((a + change).brief)" }
  }
}
