/// What the syllabus's identities are checked on: free polynomials, and processes whose laws are known at every time.
extension Catalogue {
  /// A cubic polynomial whose coefficients are free, with its gradient.
  struct FreePolynomial {
    let constant: Symbol
    let linear: Vector<Symbol>
    let square: Matrix<Symbol>
    let cube: Vector<Symbol>

    init(_ symbols: Symbols, _ d: Int) {
      (constant, linear) = (symbols.scalar(), symbols.vector(d))
      (square, cube) = (symbols.symmetric(d), symbols.vector(d))
    }

    /// `k + l . y + y^T B y + (u . y)^3`.
    func value(_ y: Vector<Jet<Symbol>>) -> Jet<Symbol> {
      .constant(constant) + jets(linear).dot(y) + y.dot(jets(square) * y) + jets(cube).dot(y).power(3)
    }

    /// `l + 2 B y + 3 (u . y)^2 u`.
    func gradient(_ y: Vector<Jet<Symbol>>) -> Vector<Jet<Symbol>> {
      let u = jets(cube)
      return jets(linear) + 2 * (jets(square) * y) + 3 * u.dot(y).squared * u
    }

    /// The exponential of the polynomial over its value at a point: an exact density up to a factor.
    ///
    /// What two derivatives leave of `q(y) - q(x)` has a vanishing third power, so the series ends.
    func density(at x: Vector<Symbol>) -> (Vector<Jet<Symbol>>) -> Jet<Symbol> {
      relativeExponential({ value($0) }, at: x)
    }
  }

  /// The vector with its numbers as constants.
  static func jets<S: Field>(_ x: Vector<S>) -> Vector<Jet<S>> { x.map { Jet.constant($0) } }
  /// The matrix with its numbers as constants.
  static func jets<S: Field>(_ x: Matrix<S>) -> Matrix<Jet<S>> { x.map { Jet.constant($0) } }

  /// The exponential of a function over its value at a point.
  static func relativeExponential(
    _ exponent: @escaping (Vector<Jet<Symbol>>) -> Jet<Symbol>, at x: Vector<Symbol>
  ) -> (Vector<Jet<Symbol>>) -> Jet<Symbol> {
    let base = exponent(jets(x)).value.value
    return { y in
      let change = exponent(y) - .constant(base)
      return 1 + change + change.squared / 2
    }
  }

  /// A quadratic vector field with free coefficients.
  static func freeField(
    _ symbols: Symbols, _ d: Int
  ) -> (Vector<Jet<Symbol>>) -> Vector<Jet<Symbol>> {
    let (c, M) = (jets(symbols.vector(d)), jets(symbols.matrix(d)))
    let (w, N) = (jets(symbols.vector(d)), jets(symbols.matrix(d)))
    return { y in c + M * y + w.dot(y) * (N * y) }
  }

  /// A field of symmetric matrices, quadratic with free coefficients.
  static func freeDiffusion(
    _ symbols: Symbols, _ d: Int
  ) -> (Vector<Jet<Symbol>>) -> Matrix<Jet<Symbol>> {
    let parts = (0..<3).map { _ in jets(symbols.symmetric(d)) }
    let (u, w) = (jets(symbols.vector(d)), jets(symbols.vector(d)))
    return { y in parts[0] + u.dot(y) * parts[1] + w.dot(y).squared * parts[2] }
  }

  /// The flow of `v(x) = (1 - r^2) x + (1 + r^2) J x` in the plane, with `r = |x|` and `J` the quarter turn.
  ///
  /// The radius solves `r' = r - r^3` and the angle `1 + r^2`, so the point at any time is known.
  enum Spiral {
    static func velocity<S: Field>(_ x: Vector<S>) -> Vector<S> {
      let square = x.squaredNorm
      return (1 - square) * x + (1 + square) * Vector([-x[1], x[0]])
    }

    static func flow<S: Elementary>(_ x: Vector<S>, _ t: S) -> Vector<S> {
      let growth = 1 + x.squaredNorm * (S.exp(2 * t) - 1)
      let (shrink, angle) = (S.exp(t) / S.sqrt(growth), t + S.log(growth) / 2)
      let (c, s) = (S.cos(angle), S.sin(angle))
      return shrink * Vector([c * x[0] - s * x[1], s * x[0] + c * x[1]])
    }

    /// A function that tells the velocity's divergence from zero.
    static func function<S: Field>(_ x: Vector<S>) -> S { x[0] + x[0] * x[1].squared }
  }

  /// Coordinates `X_i` that grow as `dX_i = X_i (m_i dt + sum_j s_ij dW_j)`: the logarithms are normal at every time.
  struct GeometricMotion<Scalar: Field> {
    let growth: Vector<Scalar>
    let noise: Matrix<Scalar>

    /// The drift of the logarithm, `m_i - |s_i|^2 / 2`.
    var logarithmicDrift: Vector<Scalar> {
      let square = noise * noise.transpose
      return Vector(growth.indices.map { growth[$0] - square[$0, $0] / 2 })
    }

    /// The generator, from the equation as it stands.
    var generator: DiffusionGenerator<Scalar> {
      let (m, s) = (jets(growth), jets(noise))
      return DiffusionGenerator(
        drift: { y in Vector(y.indices.map { m[$0] * y[$0] }) },
        diffusion: { y in
          let scaled = Matrix(rows: y.dimension, columns: y.dimension) { y[$0] * s[$0, $1] }
          return scaled * scaled.transpose
        })
    }

    /// The generator that reading the equation as Stratonovich's would give: with half `s_i . s_i X_i` in the drift.
    var stratonovich: DiffusionGenerator<Scalar> {
      let square = noise * noise.transpose
      let raised = Vector(growth.indices.map { growth[$0] + square[$0, $0] / 2 })
      return GeometricMotion(growth: raised, noise: noise).generator
    }

    /// The matrix before the noise in the place of its square.
    var unsquared: DiffusionGenerator<Scalar> {
      let (m, s) = (jets(growth), jets(noise))
      return DiffusionGenerator(
        drift: { y in Vector(y.indices.map { m[$0] * y[$0] }) },
        diffusion: { y in Matrix(rows: y.dimension, columns: y.dimension) { y[$0] * s[$0, $1] } })
    }
  }

  /// The same drift with a matrix field changed entry by entry.
  static func changed<S: Field>(
    _ generator: DiffusionGenerator<S>, _ change: @escaping (Int, Int, Jet<S>) -> Jet<S>
  ) -> DiffusionGenerator<S> {
    DiffusionGenerator(drift: generator.drift) { y in
      let a = generator.diffusion(y)
      return Matrix(rows: a.rows, columns: a.columns) { change($0, $1, a[$0, $1]) }
    }
  }

  /// A relaxation `dX = -theta (x - mu) dt + sqrt(2 e) dW` as a generator.
  static func generator<S: Elementary>(of relaxation: Relaxation, as _: S.Type) -> DiffusionGenerator<S> {
    DiffusionGenerator(
      drift: { y in Vector([relaxation.drift(y[0])]) },
      diffusion: { _ in Matrix([[.constant(S(2 * relaxation.epsilon))]]) })
  }

  /// The two-state process of the course's example: from 0 to 1 at the rate 3/4, back at 5/4.
  static var twoStates: JumpGenerator<Double> {
    get throws { try JumpGenerator(rates: [[0, 1.25], [0.75, 0]]) }
  }
  /// Three states, no two rates equal.
  static var threeStates: JumpGenerator<Double> {
    get throws { try JumpGenerator(rates: [[0, 0.5, 2], [1.5, 0, 0.25], [0.75, 1, 0]]) }
  }
}

extension JumpProcess {
  /// The process whose rates do not depend on time.
  init(_ generator: JumpGenerator<Double>) {
    let rates = generator.rates
    let exits = (0..<rates.rows).map { -generator.matrix[$0, $0] }
    self.init(states: rates.rows, bound: exits.max() ?? 0) { _, y, x in rates[y, x] }
  }

  /// The states at increasing times, from a random state at time zero: one array of numbers for each time.
  ///
  /// `times` may itself be random; the first is the beginning.
  func path(
    _ draw: Draw, from weights: [Double], at times: (inout RandomStream) -> [Double]
  ) -> [[Int]] {
    var states: [[Int]] = []
    _ = draw.samples { stream in
      let u = stream.nextDouble()
      var (x, total) = (0, weights[0])
      while u > total, x < weights.count - 1 {
        x += 1
        total += weights[x]
      }
      var (path, now) = ([x], 0.0)
      for t in times(&stream) {
        x = state(at: t, from: x, at: now, &stream)
        path.append(x)
        now = t
      }
      states.append(path)
      return u
    }
    return states[0].indices.map { k in states.map { $0[k] } }
  }
}

extension Variate {
  /// A function of states.
  init(_ states: [Int], _ value: (Int) -> Double) { self.init(samples: states.map(value)) }
}
