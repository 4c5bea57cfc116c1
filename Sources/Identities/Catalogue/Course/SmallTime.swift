import Arithmetic
import Transport
import Verification

/// The three generators as limits: the quotients of the definition, and what they tend to.
extension Course {
  /// A process from a point, a function, and what the definition of the generator needs to know of them.
  struct SmallTime: Sendable, CustomStringConvertible {
    let description: String
    /// `L f(x)` as the syllabus writes it.
    let says: String
    let value: Interval
    /// `E[f(X_h) | X_0 = x]`, from the law of the process.
    let mean: @Sendable (Interval) throws -> Interval
    let generator: Interval
    let mistakes: [Mistake]

    struct Mistake: Sendable {
      let says: String
      let mistake: String
      let value: Interval
    }

    /// The difference quotient of the definition.
    func quotient(_ h: Interval) throws -> Interval { (try mean(h) - value) / h }

    /// A flow in the plane.
    static var flow: SmallTime {
      let x = Vector([Interval(0.5), Interval(-0.75)])
      let generator = FlowGenerator<Interval> { Spiral.velocity($0) }
      let f = { (y: Vector<TwiceDual<Interval>>) in Spiral.function(y) }
      let value = generator(f, at: x)
      return SmallTime(
        description: "spiral flow, f = x + x y^2", says: #"\nabla f\cdot v"#, value: Spiral.function(x),
        mean: { Spiral.function(Spiral.flow(x, $0)) }, generator: value,
        mistakes: [
          Mistake(says: #"-\nabla f\cdot v"#, mistake: "sign", value: -value),
          Mistake(
            says: #"\nabla\cdot(fv)"#, mistake: "divergence of the product",
            value: -generator.adjoint(f, at: x)),
          Mistake(says: #"-\nabla\cdot(fv)"#, mistake: "adjoint", value: generator.adjoint(f, at: x)),
        ])
    }

    /// A diffusion with constant noise.
    static var relaxation: SmallTime {
      let process = Relaxation(theta: 0.75, mu: 0.25, epsilon: 0.5)
      let x = Vector([Interval(1.25)])
      let generator = Course.generator(of: process, as: Interval.self)
      let f = { (y: Vector<TwiceDual<Interval>>) in TwiceDual<Interval>.cos(y[0]) }
      let (value, drift) = (generator(f, at: x), FlowGenerator(velocity: generator.drift)(f, at: x))
      return SmallTime(
        description: "Ornstein-Uhlenbeck, f = cos", says: #"b f' + \tfrac12 a f''"#,
        value: Interval.cos(x[0]),
        mean: { h in
          let law = process.particle(
            from: Dual(constant: x[0]), noise: Dual(variable: 0), at: Dual(constant: h))
          return Interval.cos(law.value) * Interval.exp(-law.derivative.squared / 2)
        }, generator: value, mistakes: noiseMistakes(value, drift))
    }

    /// A diffusion with noise that depends on the state.
    static var growth: SmallTime {
      let (m, s, x) = (Interval(0.25), Interval(0.75), Vector([Interval(1.5)]))
      let motion = GeometricMotion(growth: Vector([m]), noise: Matrix([[s]]))
      let f = { (y: Vector<TwiceDual<Interval>>) in y[0].power(3) }
      let value = motion.generator(f, at: x)
      let drift = FlowGenerator(velocity: motion.generator.drift)(f, at: x)
      return SmallTime(
        description: "geometric Brownian motion, f = x^3", says: #"b f' + \tfrac12 a f''"#,
        value: x[0].power(3), mean: { x[0].power(3) * Interval.exp(3 * (m + s.squared) * $0) },
        generator: value,
        mistakes: noiseMistakes(value, drift, root: s * x[0])
          + [
            Mistake(
              says: #"\bigl(b + \tfrac12\sigma\sigma'\bigr) f' + \tfrac12 a f''"#,
              mistake: "Stratonovich's drift for Ito's", value: motion.stratonovich(f, at: x))
          ])
    }

    private static func noiseMistakes(_ value: Interval, _ drift: Interval, root: Interval? = nil)
      -> [Mistake]
    {
      let noise = value - drift
      let unsquared = root.map {
        Mistake(
          says: #"b f' + \tfrac12\sigma f''"#, mistake: "the noise not squared", value: drift + noise / $0)
      }
      return [
        Mistake(says: #"b f' + a f''"#, mistake: "one half lost", value: drift + 2 * noise),
        Mistake(
          says: #"b f' + \tfrac12\varepsilon f'', \quad a = 2\varepsilon"#,
          mistake: "the homework's coefficient for the syllabus's", value: drift + noise / 2),
        Mistake(says: #"b f'"#, mistake: "no second derivative", value: drift),
      ] + [unsquared].compactMap { $0 }
    }

    /// A jump process from a state.
    static func jumps(_ name: String, _ process: JumpGenerator<Double>, f: [Double], from x: Int) -> SmallTime
    {
      let generator = JumpGenerator<Interval>(rates: process.rates.map { Interval($0) })
      let function = Vector(f.map { Interval($0) })
      let mean = { @Sendable (kernel: Matrix<Interval>) in
        f.indices.reduce(0 as Interval) { $0 + kernel[$1, x] * function[$1] }
      }
      let transposed = JumpGenerator<Interval>(rates: generator.rates.transpose)
      return SmallTime(
        description: name, says: #"\sum_y Q(y,x)\,(f(y) - f(x))"#, value: function[x],
        mean: { mean(try process.kernel(after: $0)) },
        generator: generator(function, at: x),
        mistakes: [
          Mistake(
            says: #"\sum_y Q(x,y)\,(f(y) - f(x))"#, mistake: "indices exchanged: the row convention",
            value: transposed(function, at: x)),
          Mistake(
            says: #"\sum_{y \ne x} Q(y,x)\,f(y)"#, mistake: "what leaves is forgotten",
            value: f.indices.reduce(0) { $1 == x ? $0 : $0 + generator.rates[$1, x] * function[$1] }),
        ])
    }
    static var twoStates: SmallTime {
      get throws { jumps("two states", try Course.twoStates, f: [2, -1], from: 0) }
    }
    static var threeStates: SmallTime {
      get throws { jumps("three states", try Course.threeStates, f: [2, -1, 0.5], from: 2) }
    }
  }

  /// The limit of the quotients.
  static func smallTimeLimit(_ process: SmallTime) -> Numerical<SmallTime> {
    Numerical("the limit of small times: \(process)", cases: [process]) { process in
      Step(#"\lim_{h\downarrow0}\tfrac1h\bigl(\mathbb{E}[f(X_h) \mid X_0 = x] - f(x)\bigr)"#) {
        try Extrapolation.limit { try process.quotient($0) }
      }
      Step(process.says, because: "the generator") { process.generator }
      Restatement(
        #"\lim_{h\downarrow0}\tfrac1h\bigl(4\,\mathbb{E}f(X_h) - \mathbb{E}f(X_{2h}) - 3f(x)\bigr)/2"#,
        because: "the one-sided quotient of second order"
      ) { try Extrapolation.limit { 2 * (try process.quotient($0)) - (try process.quotient(2 * $0)) } }
      Rival(
        #"\lim_{h\downarrow0}\tfrac1{\sqrt h}\bigl(\mathbb{E}[f(X_h) \mid X_0 = x] - f(x)\bigr)"#,
        "divided by the root of the time"
      ) { try Extrapolation.limit { $0 * (try process.quotient($0.squared)) } }
      for wrong in process.mistakes { Rival(wrong.says, wrong.mistake) { wrong.value } }
    }
  }

  /// How fast the quotients reach the limit, whatever it is.
  static func smallTimeOrder(_ cases: [SmallTime]) -> Numerical<SmallTime> {
    // The distance from the limit is a small difference of rounded numbers, of which six digits are left.
    Numerical("the order of the limit", cases: cases, precision: 1e-6) { process in
      Step(#"\lim_{h\downarrow0}\log_2\frac{|q(2h) - \mathcal{L}f|}{|q(h) - \mathcal{L}f|}"#) {
        try Extrapolation.order(of: { try process.quotient($0) }, to: process.generator)
      }
      Step(#"1"#, because: #"$q(h) = \mathcal{L}f + \tfrac h2\mathcal{L}^2 f + \dots$"#) { 1 as Interval }
      Rival(#"\tfrac12"#, "the order of a Brownian path") { Interval(0.5) }
      Rival(#"2"#, "the order of a symmetric difference") { 2 as Interval }
    }
  }
}
