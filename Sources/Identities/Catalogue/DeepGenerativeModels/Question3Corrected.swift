import Arithmetic
import Probability
import Transport
import Verification

extension DeepGenerativeModels {
  /// The moments of the reversed SDE with the husky's score, run back in time: `(mean, variance)` as a flow.
  struct ReverseMoments: VelocityField {
    let sde: VariancePreserving
    /// Mean and variance of the law whose score is used.
    let law: (mean: Double, variance: Double)
    /// What multiplies `g^2 s` in the drift: minus one is right.
    var scoreFactor = -1.0

    var dimension: Int { 2 }

    func velocity<S: Elementary>(at t: S, _ x: Vector<S>) -> Vector<S> {
      let (f, g2, kernel) = (sde.driftRate(at: t), sde.squaredNoise(at: t), sde.kernel(to: t))
      let (m, v) = (
        kernel.signal * S(law.mean), kernel.signal.squared * S(law.variance) + kernel.variance
      )
      // s = -(x - m) / v; the noise adds variance while time runs backwards.
      let pull = S(scoreFactor) * g2 / v
      return Vector([f * x[0] - pull * (x[0] - m), 2 * (f - pull) * x[1] - g2])
    }
  }

  /// An integral of `beta` up to `t_0`, under VP with `beta = 1`.
  struct DogCase: Sendable, CustomStringConvertible {
    let B: Double
    var description: String { "dog N(1, 1/2), husky N(3/2, 1/4), integrated beta \(B.brief)" }

    var model: NormalDogs<Interval> { truthDogs(Interval(B)) }

    /// Mean and variance at time 0 after running moments back from a law at `t_0`.
    func solved(
      _ start: (mean: Interval, variance: Interval), score law: (Double, Double), factor: Double = -1
    ) throws -> [Interval] {
      let field = ReverseMoments(sde: try VariancePreserving(from: 1, to: 1), law: law, scoreFactor: factor)
      let end = try field.flow(of: [start.mean.midpoint, start.variance.midpoint], from: B, to: 0, spans: 16)
      return end.position.map { Interval($0) }
    }
  }

  /// DGM.3a: noise with the common SDE, return with the husky's score.
  static var dogProcedure: Identity {
    get throws {
      try Identity(
        "DGM.3a.corrected", "From dogs to huskies",
        #"""
        x_{t_0} \sim p_{1,t_0}, \quad dx = \bigl[f x - g^2s_2(x,t)\bigr]dt + g\,d\bar w \text{ from } t_0 \text{ to } 0:
        \qquad x_0 \sim \int p_2(x_0\mid x_{t_0})\,p_{1,t_0}(dx_{t_0})
        """#,
        assuming: [
          "both models share f and g", #"the law of huskies is reached for $t_0\to\infty$ only"#,
        ]
      ) {
        Exact("moments of the reversed SDE, normal laws", dimensions: [1]) { symbols, _ in
          // At time s the signal a and variance v of the husky's noising, and the kernel (b, w) from s to t_0, move at
          // the rates that f and g^2 give them.
          let (f, g2) = (symbols.scalar("f"), symbols.scalar("g2"))
          let (a, v) = (symbols.scalar("a"), symbols.scalar("v"))
          let (b, w) = (symbols.scalar("b"), symbols.scalar("w"))
          let (mean, variance) = (symbols.scalar("m"), symbols.scalar("V"))
          let husky = (mean: symbols.scalar("h"), variance: symbols.scalar("r").squared)
          let start = (Dual(constant: mean), Dual(constant: variance))
          let here = (
            mean: Dual(a * husky.mean, derivative: f * a * husky.mean),
            variance: Dual(
              a.squared * husky.variance + v, derivative: 2 * f * (a.squared * husky.variance + v) + g2)
          )
          let kernel = NoisingKernel(
            signal: Dual(b, derivative: -f * b), variance: Dual(w, derivative: -b.squared * g2))
          let law = NormalDogs(dog: here, husky: here, kernel: kernel).broughtBack(start, by: here)
          let moments = { (factor: Symbol, m: Symbol, V: Symbol) in
            // The drift f x + factor g^2 s with s = -(x - m) / V, and the noise while time runs backwards.
            Vector([
              f * law.mean.value - factor * g2 * (law.mean.value - m) / V,
              2 * (f - factor * g2 / V) * law.variance.value - g2,
            ])
          }
          Step(
            #"\tfrac{d}{ds}(\text{mean}, \text{variance}) \text{ of } \textstyle\int p_2(x_s\mid x_{t_0})\,\mu(dx_{t_0})"#
          ) {
            Vector([law.mean.derivative, law.variance.derivative])
          }
          Step(
            #"\text{those under } dx = [f x - g^2s_2]\,dt + g\,d\bar w"#,
            because: "the reversed SDE's transition is the husky's posterior, whatever law starts it"
          ) { moments(-1, here.mean.value, here.variance.value) }
          Rival(#"\text{under } dx = [f x + g^2s_2]\,dt + g\,d\bar w"#, "sign of the score") {
            moments(1, here.mean.value, here.variance.value)
          }
          Rival(#"\text{under } dx = [f x - \tfrac12g^2s_2]\,dt + g\,d\bar w"#, "probability flow with noise")
          {
            moments(-1 / 2, here.mean.value, here.variance.value)
          }
          Rival(#"\text{under } dx = [f x - g^2s_1]\,dt + g\,d\bar w"#, "the score of another law, the dog's")
          {
            moments(-1, law.mean.value + 1, here.variance.value)
          }
        }
        Numerical("normal laws", cases: [0.25, 1, 4].map { DogCase(B: $0) }, precision: 1e-9) { item in
          let model = item.model
          let pair = { (law: (mean: Interval, variance: Interval)) in [law.mean, law.variance] }
          let noised = model.noised(model.dog)
          Step(#"\text{mean and variance of the output, by the moments' ODE from } t_0 \text{ to } 0"#) {
            try item.solved(noised, score: (1.5, 0.25))
          }
          Step(#"\text{those of } \textstyle\int p_2(x_0\mid x_{t_0})\,p_{1,t_0}(dx_{t_0})"#) {
            pair(model.output)
          }
          Restatement(
            #"\text{the same, by precisions}"#, because: "the posterior of a husky adds its prior's precision"
          ) {
            let (a, v) = (model.kernel.signal, model.kernel.variance)
            let precision = 1 / model.husky.variance + a.squared / v
            let mean = (model.husky.mean / model.husky.variance + a * noised.mean / v) / precision
            return [mean, 1 / precision + (a / (v * precision)).squared * noised.variance]
          }
          Rival(#"\text{with } s_1 \text{ for } s_2"#, "the dog's score regenerates a dog") {
            try item.solved(noised, score: (1, 0.5))
          }
          Rival(#"\text{with } +g^2s_2"#, "sign of the score") {
            try item.solved(noised, score: (1.5, 0.25), factor: 1)
          }
          Rival(#"\text{from the raw dog at } t_0"#, "no noising: wrong noise level") {
            try item.solved(model.dog, score: (1.5, 0.25))
          }
          Rival(#"\text{mean and variance of huskies}"#, "taken to be exact at finite time") {
            pair(model.husky)
          }
        }
        try Statistical("weak form, mixtures of dogs and huskies", cases: [DogMixtures.all]) { model, draw in
          let sample = try model.bridge(draw)
          let (x, g2) = (sample.x, Variate(model.squaredNoise))
          let (wave, cosine) = Variate.sineAndCosine(Variate(0.5) * x)
          let slope = Variate(0.5) * cosine
          // While time runs forwards, the reversed noise takes curvature away.
          let rate = { (factor: Double, score: Variate) in
            (Variate(model.driftRate) * x + Variate(factor) * g2 * score) * slope
              + Variate(0.5 * 0.5 * 0.5) * g2 * wave
          }
          Step(
            #"\tfrac{d}{ds}\mathbb{E}[\varphi(x_s)], \quad x_0 \sim p_2(\cdot\mid x_{t_0}),\; x_s \text{ between them}"#
          ) {
            slope * sample.velocity
          }
          Step(
            #"\mathbb{E}[(f x_s - g^2s_2)\varphi' - \tfrac12g^2\varphi'']"#,
            because: "the generator of the reversed SDE"
          ) { rate(-1, model.score(of: model.husky, x)) }
          Rival(#"\mathbb{E}[(f x_s - g^2s_1)\varphi' - \tfrac12g^2\varphi'']"#, "the dog's score") {
            rate(-1, model.score(of: model.dog, x))
          }
          Rival(#"\mathbb{E}[(f x_s + g^2s_2)\varphi' - \tfrac12g^2\varphi'']"#, "sign of the score") {
            rate(1, model.score(of: model.husky, x))
          }
          Rival(
            #"\mathbb{E}[(f x_s - \tfrac12g^2s_2)\varphi' - \tfrac12g^2\varphi'']"#,
            "probability flow with noise"
          ) {
            rate(-0.5, model.score(of: model.husky, x))
          }
        }
      }
    }
  }

  /// DGM.3b: why fewer steps may do.
  static var dogShortcut: Identity {
    get throws {
      try Identity(
        "DGM.3b", "Why a dog may save steps",
        #"""
        \mathrm{KL}(\mathrm{out}_{t_0}\Vert p_2) \le \mathrm{KL}(p_{1,t_0}\Vert p_{2,t_0}), \text{ and the bound decreases in }
        t_0
        """#,
        assuming: [#"the reversed SDE uses the exact score of huskies"#],
        remarks: [
          #"""
          So a moderate $t_0 < T$ suffices and $[t_0, T]$ is skipped, if dogs at $t_0$ are closer to huskies at $t_0$ than noise
          is. That is the right reason; "closer in some metric" is none. It is no theorem: a dog far away, $N(10,\frac12)$, is
          worse than noise, and at no finite $t_0$ is the output exact.
          """#
        ]
      ) {
        Enclosure("the output against the noised laws", over: ["B": 0.25...4], precision: 0x1p-10) { v in
          let model = truthDogs(v["B"])
          Step(#"\mathrm{KL}(\mathrm{out}_{t_0}\Vert p_2)"#) {
            normalDivergence(model.output, from: model.husky)
          }
          Step(
            #"\mathrm{KL}(p_{1,t_0}\Vert p_{2,t_0})"#, because: "data processing by the reversed SDE",
            relation: .atMost
          ) {
            normalDivergence(model.noised(model.dog), from: model.noised(model.husky))
          }
          Rival(#"0"#, "taken to be exact at finite time") { 0 as Dual<Interval> }
          Rival(#"\tfrac1{32}\mathrm{KL}(p_{1,t_0}\Vert p_{2,t_0})"#, "a bound taken too small") {
            normalDivergence(model.noised(model.dog), from: model.noised(model.husky)) / 32
          }
          Step(#"\mathrm{KL}(p_1\Vert p_2)"#, because: "data processing by the noising", relation: .atMost) {
            normalDivergence(model.dog, from: model.husky)
          }
          Rival(
            #"\mathrm{KL}(p_1\Vert p_2), \text{ from below}"#, "noise taken to part the laws",
            relation: .atLeast
          ) {
            normalDivergence(model.dog, from: model.husky)
          }
        }
        Enclosure("the bound decreases", over: ["B": 0.25...4], precision: 0x1p-8) { v in
          let bound = { (B: Dual<Dual<Interval>>) in
            let model = truthDogs(B)
            return normalDivergence(model.noised(model.dog), from: model.noised(model.husky))
          }
          Step(#"-\tfrac{d}{dB}\mathrm{KL}(p_{1,t_0}\Vert p_{2,t_0})"#) { -derivative(at: v["B"], of: bound) }
          Step(
            #"\tfrac12\mathbb{E}_{p_{1,t_0}}|s_1 - s_2|^2"#, because: "half the relative Fisher information"
          ) {
            relativeFisher(truthDogs(v["B"])) / 2
          }
          Restatement(
            #"\text{the same, from } \dot m = -\tfrac12m, \; \dot v = 1 - v"#, because: "the quotient rule"
          ) {
            let model = truthDogs(v["B"])
            let (p, q) = (model.noised(model.dog), model.noised(model.husky))
            let (r, gap): (Dual<Interval>, Dual<Interval>) = (p.variance / q.variance, p.mean - q.mean)
            let numerator: Dual<Interval> = (1 - p.variance) - r * (1 - q.variance)
            let spread: Dual<Interval> = (1 - 1 / r) * numerator / q.variance
            let shift: Dual<Interval> = gap.squared / q.variance.squared
            return (shift - spread) / 2
          }
          Rival(#"\mathbb{E}_{p_{1,t_0}}|s_1 - s_2|^2"#, "one half forgotten") {
            relativeFisher(truthDogs(v["B"]))
          }
          Step(#"\tfrac1{2048} > 0"#, because: "so it decreases", relation: .atLeast) {
            1 / 2048
          }
          Rival(#"\tfrac14"#, "a rate that does not fall", relation: .atLeast) { 1 / 4 }
          Rival(#"0, \text{ from above}"#, "increasing", relation: .atMost) { 0 as Dual<Interval> }
        }
        Enclosure("a dog against noise", over: ["B": 0.25...4], precision: 0x1p-10) { v in
          let (model, far) = (truthDogs(v["B"]), truthDogs(v["B"], dogMean: 10))
          let divergence = { (law: (Dual<Interval>, Dual<Interval>)) in
            normalDivergence(law, from: model.husky)
          }
          Step(#"\mathrm{KL}(\mathrm{out}\Vert p_2) \text{ from } N(0,1)"#) {
            divergence(model.broughtBack((0, 1), by: model.husky))
          }
          Step(
            #"\mathrm{KL}(\mathrm{out}\Vert p_2) \text{ from a noised dog } N(1,\tfrac12)"#,
            relation: .atLeast
          ) {
            divergence(model.output)
          }
          Rival(
            #"\mathrm{KL}(\mathrm{out}\Vert p_2) \text{ from a noised dog } N(10,\tfrac12)"#,
            "a benefit taken for granted"
          ) { divergence(far.output) }
          Rival(
            #"\text{the same, equal}"#, "the start taken not to matter", relation: .equals
          ) { divergence(model.output) }
        }
        Enclosure("the raw dog at the noise level of time two", over: ["B": 1.75...2], precision: 0x1p-10) {
          v in
          let model = truthDogs(v["B"])
          let divergence = { (law: (Dual<Interval>, Dual<Interval>)) in
            normalDivergence(model.broughtBack(law, by: model.husky), from: model.husky)
          }
          Step(#"\mathrm{KL}(\mathrm{out}\Vert p_2) \text{ from a noised dog}"#) {
            divergence(model.noised(model.dog))
          }
          Step(#"\mathrm{KL}(p_{1,t_0}\Vert p_{2,t_0})"#, because: "data processing", relation: .atMost) {
            normalDivergence(model.noised(model.dog), from: model.noised(model.husky))
          }
          Rival(
            #"\mathrm{KL}(\mathrm{out}\Vert p_2) \text{ from the raw dog, equal}"#,
            "the raw dog: wrong noise level",
            relation: .equals
          ) { divergence(model.dog) }
        }
        try Statistical("mixtures of dogs and huskies", cases: [DogMixtures.all]) { model, draw in
          let sample = try model.bridge(draw)
          let there = { (law: GaussianMixture<Double>) in model.noised(law, to: model.t0).map { Variate($0) }
          }
          let ratio = {
            (x: Variate, p: GaussianMixture<Variate>, q: GaussianMixture<Variate>) in
            p.logDensity(Vector([x])) - q.logDensity(Vector([x]))
          }
          Step(#"\mathrm{KL}(p_1\Vert p_2), \text{ by samples}"#) {
            ratio(sample.dog, model.dog.map { Variate($0) }, model.husky.map { Variate($0) })
          }
          Step(#"\mathrm{KL}(p_{1,t_0}\Vert p_{2,t_0})"#, because: "data processing", relation: .atLeast) {
            ratio(sample.noised, there(model.dog), there(model.husky))
          }
          Rival(
            #"\mathrm{KL}(p_{1,t_0}\Vert p_{2,t_0}), \text{ from below}"#, "noise taken to part the laws",
            relation: .atMost
          ) {
            ratio(sample.noised, there(model.dog), there(model.husky))
          }
          Step(#"0"#, because: "a divergence: the output is not exact", relation: .atLeast) { 0 }
          Rival(#"0, \text{ equal}"#, "taken to be exact at finite time", relation: .equals) { 0 }
        }
      }
    }
  }

  /// The mean square of the difference of scores of noised dogs and huskies, over the dogs.
  private static func relativeFisher<S: Elementary>(_ model: NormalDogs<S>) -> S {
    let (p, q) = (model.noised(model.dog), model.noised(model.husky))
    return p.variance * (1 / q.variance - 1 / p.variance).squared + ((p.mean - q.mean) / q.variance).squared
  }

  /// Mixtures of dogs and huskies on the line under VP, with the bridge between an output and what it came from.
  struct DogMixtures: Sendable, CustomStringConvertible {
    let dog: GaussianMixture<Double>
    let husky: GaussianMixture<Double>
    let sde: VariancePreserving
    /// The time that dogs are noised to, and the time that is looked at.
    let (t0, s): (Double, Double)

    var description: String { "mixtures, t_0 = \(t0.brief), s = \(s.brief)" }

    static var all: DogMixtures {
      get throws {
        DogMixtures(
          dog: GaussianMixture(
            weights: [0.5, 0.5],
            components: [.line(mean: -2, variance: 0.25), .line(mean: -0.5, variance: 0.5)]),
          husky: GaussianMixture(
            weights: [0.25, 0.75],
            components: [.line(mean: 0.5, variance: 1), .line(mean: 2, variance: 0.75)]),
          sde: try VariancePreserving(from: 0.5, to: 2.5), t0: 0.75, s: 0.375)
      }
    }

    var driftRate: Double { sde.driftRate(at: s) }
    var squaredNoise: Double { sde.squaredNoise(at: s) }

    /// A law noised to a time.
    func noised(_ law: GaussianMixture<Double>, to t: Double) -> GaussianMixture<Double> {
      sde.law(of: law, at: t).map(\.value)
    }

    /// The score at the time looked at.
    func score(of law: GaussianMixture<Double>, _ x: Variate) -> Variate {
      noised(law, to: s).map { Variate($0) }.score(Vector([x]))[0]
    }

    /// A dog, the dog noised, and the point at time `s` of the process that leads to a husky, with its velocity in `s` while
    /// the husky, the noised dog and the noise between them stand still.
    func bridge(_ draw: Draw) throws -> (dog: Variate, noised: Variate, x: Variate, velocity: Variate) {
      let kernel = sde.kernel(to: t0)
      let start = try dog.sample(draw)[0]
      let there = Variate(kernel.signal) * start + Variate(kernel.deviation) * draw.normal()
      // A husky given what it would look like at t_0: a component by Bayes, then conditioning within it.
      let shares = noised(husky, to: t0).map { Variate($0) }.responsibilities(Vector([there]))
      let isFirst = (draw.uniform() - shares[0]).isBelow(0)
      let z = draw.normal()
      let parts = husky.components.map { part -> Variate in
        let (m, v) = (part.mean[0], part.covariance[0, 0])
        let gain = kernel.signal * v / (kernel.signal * kernel.signal * v + kernel.variance)
        return Variate(m) + Variate(gain) * (there - Variate(kernel.signal * m))
          + Variate(Double.sqrt(v * (1 - gain * kernel.signal))) * z
      }
      let end = isFirst * parts[0] + (1 - isFirst) * parts[1]
      // The normal law of x_s between x_0 and x_t0, moving in s.
      let time = Dual(variable: s)
      let (early, late) = (sde.kernel(from: 0, to: time), sde.kernel(from: time, to: Dual(constant: t0)))
      let whole = late.signal.squared * early.variance + late.variance
      let weights = (late.variance * early.signal / whole, late.signal * early.variance / whole)
      let deviation = Dual.sqrt(early.variance * late.variance / whole)
      let noise = draw.normal()
      let at = { (pick: (Dual<Double>) -> Double) in
        Variate(pick(weights.0)) * end + Variate(pick(weights.1)) * there + Variate(pick(deviation)) * noise
      }
      return (start, there, at(\.value), at(\.derivative))
    }
  }
}
