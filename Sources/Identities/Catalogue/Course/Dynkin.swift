import Arithmetic
import Probability
import Transport
import Verification

/// Dynkin's formula: what a function gains in the mean is what the generator gives it on the way.
extension Course {
  /// A process that can be followed without a time step, with a function.
  enum Journey: String, Sendable, CustomStringConvertible, CaseIterable {
    case flow = "spiral flow"
    case relaxation = "Ornstein-Uhlenbeck from a mixture"
    case growth = "geometric Brownian motion in the plane"
    case jumps = "three states"

    var description: String { rawValue }
    /// How long it is followed.
    var duration: Double { self == .relaxation ? 1 : 0.5 }

    /// What a sample path says, each a random variable.
    struct Record {
      /// What the function gains from the beginning to the end.
      let gain: Variate
      /// The generator's rate at a random time on the way, or its mean over the way.
      let rate: Variate
      /// The same at the beginning.
      let firstRate: Variate
      /// Wrong versions of the generator at the random time.
      let wrong: [(says: String, mistake: String, value: Variate)]
    }

    /// A sample path, looked at in the beginning, at a uniformly random time and at the end.
    func record(_ draw: Draw) throws -> Record {
      switch self {
      case .flow: flowRecord(draw)
      case .relaxation: try relaxationRecord(draw)
      case .growth: growthRecord(draw)
      case .jumps: try jumpRecord(draw)
      }
    }

    private func flowRecord(_ draw: Draw) -> Record {
      let start = Vector([-0.5, -0.75].map { Variate(0.125) * draw.normal() + Variate($0) })
      let (T, s) = (Variate(duration), Variate(duration) * draw.uniform())
      let (middle, end) = (Spiral.flow(start, s), Spiral.flow(start, T))
      let generator = FlowGenerator<Variate> { Spiral.velocity($0) }
      let f = { (y: Vector<TwiceDual<Variate>>) in Spiral.function(y) }
      let (rate, adjoint) = (generator(f, at: middle), generator.adjoint(f, at: middle))
      return Record(
        gain: Spiral.function(end) - Spiral.function(start), rate: rate, firstRate: generator(f, at: start),
        wrong: [
          (#"T\,\mathbb{E}[-\nabla f\cdot v](X_{UT})"#, "sign", -rate),
          (#"T\,\mathbb{E}[\nabla\cdot(fv)](X_{UT})"#, "divergence of the product", -adjoint),
          (#"T\,\mathbb{E}[-\nabla\cdot(fv)](X_{UT})"#, "adjoint", adjoint),
        ])
    }

    private func relaxationRecord(_ draw: Draw) throws -> Record {
      let process = Relaxation(theta: 1, mu: 2, epsilon: 0.5)
      let start = try GaussianMixture.line((0.5, -1, 0.25), (0.5, 0.5, 0.125)).sample(draw)[0]
      let s = Variate(duration) * draw.uniform()
      let middle = process.particle(from: start, noise: draw.normal(), at: s)
      let end = process.particle(from: middle, noise: draw.normal(), at: Variate(duration) - s)
      let generator = generator(of: process, as: Variate.self)
      let f = { (y: Vector<TwiceDual<Variate>>) in TwiceDual<Variate>.sin(y[0] / 2) }
      let rate = { (x: Variate) in generator(f, at: Vector([x])) }
      let drift = FlowGenerator(velocity: generator.drift)(f, at: Vector([middle]))
      return Record(
        gain: Variate.sin(end / 2) - Variate.sin(start / 2), rate: rate(middle), firstRate: rate(start),
        wrong: [(#"T\,\mathbb{E}[b f'](X_{UT})"#, "no second derivative", drift)]
          + Self.halves(rate(middle), drift))
    }

    private func growthRecord(_ draw: Draw) -> Record {
      let noise = Matrix([[0.5, 0.0], [0.25, 0.375]].map { $0.map { Variate($0) } })
      let motion = GeometricMotion(growth: Vector([1.0, 0.75].map { Variate($0) }), noise: noise)
      let start = Vector([draw.uniform() + 1, draw.uniform() + Variate(1.5)])
      let s = Variate(duration) * draw.uniform()
      func moved(_ x: Vector<Variate>, over t: Variate) -> Vector<Variate> {
        let change = t * motion.logarithmicDrift + Variate.sqrt(t) * (noise * draw.normal(2))
        return Vector(x.indices.map { x[$0] * Variate.exp(change[$0]) })
      }
      let middle = moved(start, over: s)
      let end = moved(middle, over: Variate(duration) - s)
      let f = { (y: Vector<TwiceDual<Variate>>) in y[0] * y[1] + y[0].squared / 2 }
      let value = { (x: Vector<Variate>) in x[0] * x[1] + x[0].squared / 2 }
      let (L, drift) = (motion.generator, FlowGenerator(velocity: motion.generator.drift)(f, at: middle))
      let diagonal = changed(L) { (i: Int, j: Int, a: TwiceDual<Variate>) in i == j ? a : 0 }
      return Record(
        gain: value(end) - value(start), rate: L(f, at: middle), firstRate: L(f, at: start),
        wrong: [
          (
            #"T\,\mathbb{E}[b\cdot\nabla f + \tfrac12\sum_i a_{ii}\,\partial_{ii} f](X_{UT})"#,
            "the diagonal alone", diagonal(f, at: middle)
          ),
          (
            #"T\,\mathbb{E}[b\cdot\nabla f + \tfrac12\sigma:\nabla^2 f](X_{UT})"#, "the noise not squared",
            motion.unsquared(f, at: middle)
          ),
          (
            #"T\,\mathbb{E}[(b + \tfrac12\sigma\nabla\sigma)\cdot\nabla f + \tfrac12 a:\nabla^2 f](X_{UT})"#,
            "Stratonovich's drift for Ito's", motion.stratonovich(f, at: middle)
          ),
        ] + Self.halves(L(f, at: middle), drift))
    }

    private static func halves(
      _ rate: Variate, _ drift: Variate
    ) -> [(says: String, mistake: String, value: Variate)] {
      [
        (
          #"T\,\mathbb{E}[b\cdot\nabla f + a:\nabla^2 f](X_{UT})"#, "one half lost",
          drift + 2 * (rate - drift)
        ),
        (
          #"T\,\mathbb{E}[b\cdot\nabla f + \tfrac12\varepsilon\Delta f](X_{UT}), \quad a = 2\varepsilon"#,
          "the homework's coefficient for the syllabus's", drift + (rate - drift) / 2
        ),
      ]
    }

    private func jumpRecord(_ draw: Draw) throws -> Record {
      let (generator, T) = (try threeStates, duration)
      let f = Vector([-1, 2, 1.5])
      let transposed = JumpGenerator<Double>(rates: generator.rates.transpose)
      // The generator, with its indices exchanged, and without what leaves: integrated along the same path.
      let rates = [
        f.indices.map { generator(f, at: $0) }, f.indices.map { transposed(f, at: $0) },
        f.indices.map { x in
          f.indices.reduce(0) { $1 == x ? $0 : $0 + generator.rates[$1, x] * f[$1] }
        },
      ]
      var stays = f.indices.map { _ in [Double]() }
      let (process, weights) = (try JumpProcess(generator), [0.9, 0.05, 0.05])
      let paths = process.paths(draw, from: weights, until: T) { x, duration, isNew in
        if isNew { for y in stays.indices { stays[y].append(0) } }
        stays[x][stays[x].count - 1] += duration
      }
      let mean = { (rate: [Double]) in
        zip(stays, rate).reduce(0 as Variate) { $0 + Variate($1.1 / T) * Variate(samples: $1.0) }
      }
      return Record(
        gain: Variate(paths.last) { f[$0] } - Variate(paths.first) { f[$0] }, rate: mean(rates[0]),
        firstRate: Variate(paths.first) { rates[0][$0] },
        wrong: [
          (
            #"\mathbb{E}\int_0^T\sum_y Q(X_t,y)(f(y) - f(X_t))\,dt"#, "indices exchanged: the row convention",
            mean(rates[1])
          ),
          (
            #"\mathbb{E}\int_0^T\sum_{y \ne X_t} Q(y,X_t) f(y)\,dt"#, "what leaves is forgotten",
            mean(rates[2])
          ),
        ])
    }
  }

  /// Dynkin's formula along simulated paths.
  static func dynkin(_ journey: Journey) -> Statistical<Journey> {
    Statistical("Dynkin's formula along paths", cases: [journey]) { journey, draw in
      let (record, T) = (try journey.record(draw), Variate(journey.duration))
      Step(#"\mathbb{E}[f(X_T)] - \mathbb{E}[f(X_0)]"#) { record.gain }
      Step(
        #"\mathbb{E}\int_0^T\mathcal{L}f(X_t)\,dt = T\,\mathbb{E}[\mathcal{L}f(X_{UT})], \quad U \text{ uniform}"#,
        because: "the generator is the rate of the mean at every time"
      ) { T * record.rate }
      Rival(#"T\,\mathbb{E}[\mathcal{L}f(X_0)]"#, "the rate of the beginning kept") { T * record.firstRate }
      for wrong in record.wrong { Rival(wrong.says, wrong.mistake) { T * wrong.value } }
    }
  }
}
