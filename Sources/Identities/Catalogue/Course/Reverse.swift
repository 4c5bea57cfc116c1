import Arithmetic
import Probability
import Transport
import Verification

/// Time reversal: the process run backwards is Markov again, with a generator that knows the law.
extension Course {
  /// S.reverse: the reverse-time formulas for diffusions and for jumps.
  static var timeReversal: Identity {
    get throws {
      try Identity(
        "S.reverse", "Time reversal",
        #"\bar b = -b + a\nabla\log\rho + \nabla\cdot a, \quad \bar a = a; \qquad \bar Q_t(x,y) = Q_t(y,x)\,\frac{\rho_t(x)}{\rho_t(y)}"#,
        assuming: [
          #"$\rho_t > 0$; time runs as $\tau = T - t$, and $(\nabla\cdot a)_i = \sum_j\partial_j a_{ij}$"#
        ],
        remarks: [
          #"""
          The syllabus promises the formula and does not state it. For $a = g^2 I$ it is $-f + g^2\nabla\log\rho$. With half
          of the score it is the drift of the probability flow, which has the same marginals but no noise.
          """#
        ]
      ) {
        Exact("diffusions", dimensions: [1, 2, 3]) { symbols, d in
          let x = symbols.vector(d)
          let (q, g) = (FreePolynomial(symbols, d), FreePolynomial(symbols, d))
          let L = DiffusionGenerator(drift: freeField(symbols, d), diffusion: freeDiffusion(symbols, d))
          let a = L.diffusion(jets(x)).map(\.value.value)
          let b = L.drift(jets(x)).map(\.value.value)
          let spread = Vector(
            (0..<d).map { i in
              (0..<d).reduce(0 as Symbol) { sum, j in
                sum + L.diffusion(DiffusionGenerator<Symbol>.moving(x, j, j))[i, j].value.derivative
              }
            })
          let pull = a * q.gradient(jets(x)).map(\.value.value)
          let with = { (drift: Vector<Symbol>) in
            DiffusionGenerator(drift: { _ in jets(drift) }, diffusion: L.diffusion)({ g.value($0) }, at: x)
          }
          Step(
            #"\tfrac1\rho\bigl(\mathcal{L}^*(\rho g) - g\,\mathcal{L}^*\rho\bigr)"#,
            because: #"Bayes: $\mathbb{E}[g(X_{t-h}) \mid X_t = x] = P_h^*(\rho_{t-h}g)/P_h^*\rho_{t-h}$"#
          ) { L.backward({ g.value($0) }, under: q.density(at: x), at: x) }
          Step(
            #"\bar b\cdot\nabla g + \tfrac12 a:\nabla^2 g, \quad \bar b = -b + a\nabla\log\rho + \nabla\cdot a"#,
            because: "the product rule"
          ) { with(pull + spread - b) }
          Rival(#"\bar b = -b + a\nabla\log\rho"#, "the divergence of a forgotten") { with(pull - b) }
          Rival(
            #"\bar b = -b + \tfrac12 a\nabla\log\rho + \nabla\cdot a"#, "half the score: a probability flow's"
          ) {
            with(pull / 2 + spread - b)
          }
          Rival(#"\bar b = b + a\nabla\log\rho + \nabla\cdot a"#, "sign of the drift") {
            with(b + pull + spread)
          }
          Rival(#"\bar b = -b - a\nabla\log\rho + \nabla\cdot a"#, "sign of the score") {
            with(spread - b - pull)
          }
        }
        Exact("jumps", dimensions: [2, 3, 5]) { symbols, n in
          let L = JumpGenerator<Symbol>(rates: symbols.matrix(n))
          let (rho, g) = (symbols.vector(n), symbols.vector(n))
          let image = { (L: JumpGenerator<Symbol>) in Vector(g.indices.map { L(g, at: $0) }) }
          let ratio = { (entry: @escaping (Int, Int) -> Symbol) in
            image(JumpGenerator(rates: Matrix(rows: n, columns: n, entry)))
          }
          Step(#"\tfrac1\rho\bigl(\mathcal{L}^*(\rho g) - g\,\mathcal{L}^*\rho\bigr)"#) {
            Vector(g.indices.map { L.backward(g, under: rho, at: $0) })
          }
          Step(
            #"\sum_x\bar Q(x,y)(g(x) - g(y)), \quad \bar Q(x,y) = Q(y,x)\tfrac{\rho(x)}{\rho(y)}"#,
            because: #"$Q$ has the rate from $x$ to $y$ at $(y,x)$: the diagonal terms cancel"#
          ) { image(L.reversed(under: rho)) }
          Rival(#"\bar Q(x,y) = Q(y,x)\tfrac{\rho(y)}{\rho(x)}"#, "ratio inverted") {
            ratio { x, y in L.rates[y, x] * rho[y] / rho[x] }
          }
          Rival(#"\bar Q(x,y) = Q(x,y)\tfrac{\rho(x)}{\rho(y)}"#, "rates not transposed") {
            ratio { x, y in L.rates[x, y] * rho[x] / rho[y] }
          }
          Rival(#"\bar Q(x,y) = Q(y,x)"#, "no ratio") { ratio { x, y in L.rates[y, x] } }
        }
        try reversedDiffusion
        try reversedJumps
      }
    }
  }

  /// Paths of a diffusion looked at from their ends.
  private static var reversedDiffusion: Statistical<Reversal> {
    get throws {
      Statistical("paths of diffusions, looked at from their ends", cases: [.relaxation, .growth]) {
        reversal, draw in
        let ends = try reversal.paths(draw)
        let h = Variate(Reversal.duration)
        // f and g are the same function: a product that is not symmetric in time.
        let f = ends.f(ends.end)
        let rate = { (drift: Variate) in
          h * f * (drift * ends.slope + ends.a / 2 * ends.curvature)
        }
        let (b, pull, spread) = (ends.b, ends.a * ends.score, ends.spread)
        Step(#"\mathbb{E}\bigl[f(X_t)\,(g(X_{t-h}) - g(X_t))\bigr]"#) { f * (ends.f(ends.start) - f) }
        Step(
          #"h\,\mathbb{E}\bigl[f(X_t)\,\bar{\mathcal{L}}_s g(X_s)\bigr], \quad s = t - Uh, \; \bar b = -b + a\nabla\log\rho_s + \nabla\cdot a"#,
          because: "Dynkin's formula for the process run backwards from its end"
        ) { rate(pull + spread - b) }
        Rival(
          #"\bar b = -b + \tfrac12 a\nabla\log\rho_s + \nabla\cdot a"#, "half the score: a probability flow's"
        ) {
          rate(pull / 2 + spread - b)
        }
        Rival(#"\bar b = b + a\nabla\log\rho_s + \nabla\cdot a"#, "sign of the drift") {
          rate(pull + spread + b)
        }
        Rival(#"\bar b = -b"#, "the noise taken to run backwards as it ran forwards") { rate(-b) }
        // Survives where the noise does not depend on the state.
        Rival(#"\bar b = -b + a\nabla\log\rho_s"#, "the divergence of a forgotten") { rate(pull - b) }
      }
    }
  }

  /// Paths of a jump process, forwards and by the reversed rates.
  private static var reversedJumps: Statistical<Double> {
    get throws {
      let generator = try twoStates
      let (up, down) = (generator.rates[1, 0], generator.rates[0, 1])
      let begin = 0.125
      // The probability of state 1 at a time.
      let one: @Sendable (Double) -> Double = { t in
        let rest = up / (up + down)
        return rest + (begin - rest) * Double.exp(-(up + down) * t)
      }
      return Statistical("two states, forwards and by the reversed rates", cases: [0.25]) { T, draw in
        let forward = try JumpProcess(generator)
        // The rates are greatest at the first instant, where the ratio is 7: 5.25, and 8.75 with the ratio inverted.
        let backward = { (ratio: @escaping @Sendable (Double, Int) -> Double) in
          try JumpProcess(states: 2, bound: 9) { tau, x, y in
            (y == 1 ? up : down) * ratio(T - tau, y)
          }
        }
        let odds: @Sendable (Double, Int) -> Double = { t, y in
          // rho(x) / rho(y) with x the other state.
          y == 1 ? (1 - one(t)) / one(t) : one(t) / (1 - one(t))
        }
        // A function of both ends, of which the later one is kept: the reversed path begins where the path ends.
        let ends = forward.paths(draw, from: [1 - begin, begin], until: T)
        let value = { (starts: [Int]) in
          let samples = zip(starts, ends.last).map { (start: Int, end: Int) -> Double in
            start == 0 ? Double(1 + end) : 0
          }
          return Variate(samples: samples)
        }
        let rerun = { (process: JumpProcess) in value(process.ends(draw, from: ends.last, until: T)) }
        Step(#"\mathbb{E}\bigl[1_{X_0 = 0}\,(1 + X_T)\bigr], \text{ run forwards from } \rho_0"#) {
          value(ends.first)
        }
        Step(
          #"\mathbb{E}\bigl[1_{\bar X_T = 0}\,(1 + \bar X_0)\bigr], \text{ run by } \bar Q \text{ from } \bar X_0 = X_T"#,
          because: "the reversed process has the joint law of the process"
        ) { rerun(try backward(odds)) }
        Restatement(#"\rho_0(0)\,\bigl(1 + P_T(1,0)\bigr)"#, because: "the kernel from state 0") {
          let stay = down / (up + down) + up / (up + down) * Double.exp(-(up + down) * T)
          return Variate((1 - begin) * (2 - stay))
        }
        Rival(#"\text{run by } Q(y,x)\tfrac{\rho(y)}{\rho(x)}"#, "ratio inverted") {
          rerun(try backward { 1 / odds($0, $1) })
        }
        Rival(#"\text{run by } Q"#, "the forward rates from the end") { rerun(forward) }
      }
    }
  }

  /// A diffusion whose law is known at every time, with what its reversal needs at a random time.
  enum Reversal: String, Sendable, CustomStringConvertible {
    case relaxation = "Ornstein-Uhlenbeck from a mixture"
    case growth = "geometric Brownian motion from a lognormal law"

    var description: String { rawValue }
    /// How far back in time the paths are looked at, from time one.
    static let duration = 0.5

    struct Ends {
      let start: Variate
      let end: Variate
      /// The function, its slope and its curvature at the random time.
      let f: (Variate) -> Variate
      let slope: Variate
      let curvature: Variate
      /// The drift, the noise's square and its derivative, and the score at the random time.
      let b: Variate
      let a: Variate
      let spread: Variate
      let score: Variate
    }

    func paths(_ draw: Draw) throws -> Ends {
      let (h, early) = (Variate(Self.duration), draw.uniform() * Variate(Self.duration))
      let begin = 1 - h
      let s = begin + early
      switch self {
      case .relaxation:
        let process = Relaxation(theta: 1, mu: 3, epsilon: 0.25)
        let law = try GaussianMixture.line((0.5, -1, 0.25), (0.5, 0.5, 0.125))
        let origin = try law.sample(draw)[0]
        let start = process.particle(from: origin, noise: draw.normal(), at: begin)
        let middle = process.particle(from: start, noise: draw.normal(), at: early)
        let end = process.particle(from: middle, noise: draw.normal(), at: h - early)
        let score = process.law(from: law, at: s).score(Vector([middle]))[0]
        return Ends(
          start: start, end: end, f: { $0 }, slope: 1, curvature: 0, b: process.drift(middle),
          a: Variate(2 * process.epsilon), spread: 0, score: score)
      case .growth:
        let (m, sigma, center, width) = (Variate(1.5), Variate(0.5), Variate(0.25), Variate(0.25))
        let rise = m - sigma.squared / 2
        func moved(_ l: Variate, over t: Variate) -> Variate {
          l + rise * t + sigma * Variate.sqrt(t) * draw.normal()
        }
        let start = moved(center + Variate.sqrt(width) * draw.normal(), over: begin)
        let middle = moved(start, over: early)
        let end = moved(middle, over: h - early)
        let x = Variate.exp(middle)
        // The density of a lognormal law: log rho = -l - (l - m)^2 / 2 v with l = log x.
        let gap = (middle - center - rise * s) / (width + sigma.squared * s)
        let f = { (l: Variate) in Variate.exp(l / 2) }
        return Ends(
          start: start, end: end, f: f, slope: f(middle) / (2 * x), curvature: -f(middle) / (4 * x.squared),
          b: m * x, a: sigma.squared * x.squared, spread: 2 * sigma.squared * x, score: -(1 + gap) / x)
      }
    }
  }
}
