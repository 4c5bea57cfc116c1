import Arithmetic
import Probability
import Transport

/// What the syllabus's identities are checked on: free polynomials, and processes whose laws are known at every time.
extension Course {
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
    func value(_ y: Vector<TwiceDual<Symbol>>) -> TwiceDual<Symbol> {
      .constant(constant) + jets(linear).dot(y) + y.dot(jets(square) * y) + jets(cube).dot(y).power(3)
    }

    /// `l + 2 B y + 3 (u . y)^2 u`.
    func gradient(_ y: Vector<TwiceDual<Symbol>>) -> Vector<TwiceDual<Symbol>> {
      let u = jets(cube)
      return jets(linear) + 2 * (jets(square) * y) + 3 * u.dot(y).squared * u
    }

    /// The exponential of the polynomial over its value at a point: an exact density up to a factor.
    ///
    /// What two derivatives leave of `q(y) - q(x)` has a vanishing third power, so the series ends.
    func density(at x: Vector<Symbol>) -> (Vector<TwiceDual<Symbol>>) -> TwiceDual<Symbol> {
      relativeExponential({ value($0) }, at: x)
    }
  }

  /// The vector with its numbers as constants.
  static func jets<S: Field>(_ x: Vector<S>) -> Vector<TwiceDual<S>> { x.map { TwiceDual.constant($0) } }
  /// The matrix with its numbers as constants.
  static func jets<S: Field>(_ x: Matrix<S>) -> Matrix<TwiceDual<S>> { x.map { TwiceDual.constant($0) } }

  /// The exponential of a function over its value at a point.
  static func relativeExponential(
    _ exponent: @escaping (Vector<TwiceDual<Symbol>>) -> TwiceDual<Symbol>, at x: Vector<Symbol>
  ) -> (Vector<TwiceDual<Symbol>>) -> TwiceDual<Symbol> {
    let base = exponent(jets(x)).value.value
    return { y in
      let change = exponent(y) - .constant(base)
      return 1 + change + change.squared / 2
    }
  }

  /// A quadratic vector field with free coefficients.
  static func freeField(
    _ symbols: Symbols, _ d: Int
  ) -> (Vector<TwiceDual<Symbol>>) -> Vector<TwiceDual<Symbol>> {
    let (c, M) = (jets(symbols.vector(d)), jets(symbols.matrix(d)))
    let (w, N) = (jets(symbols.vector(d)), jets(symbols.matrix(d)))
    return { y in c + M * y + w.dot(y) * (N * y) }
  }

  /// A field of symmetric matrices, quadratic with free coefficients.
  static func freeDiffusion(
    _ symbols: Symbols, _ d: Int
  ) -> (Vector<TwiceDual<Symbol>>) -> Matrix<TwiceDual<Symbol>> {
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
    _ generator: DiffusionGenerator<S>, _ change: @escaping (Int, Int, TwiceDual<S>) -> TwiceDual<S>
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
  init(_ generator: JumpGenerator<Double>) throws {
    let rates = generator.rates
    let exits = (0..<rates.rows).map { -generator.matrix[$0, $0] }
    try self.init(states: rates.rows, bound: exits.max() ?? 0) { _, y, x in rates[y, x] }
  }

  /// Where paths begin, at random states at time zero, and where they are at `end`.
  ///
  /// `stay` is told where a path is for how long, and whether the path is a new one.
  func paths(
    _ draw: Draw, from weights: [Double], until end: Double,
    stay: (_ x: Int, _ duration: Double, _ isNew: Bool) -> Void = { _, _, _ in }
  ) -> (first: [Int], last: [Int]) {
    var (first, last) = ([Int](), [Int]())
    _ = draw.samples { stream in
      let u = stream.nextDouble()
      var (x, total, isNew) = (0, weights[0], true)
      while u > total, x < weights.count - 1 {
        x += 1
        total += weights[x]
      }
      first.append(x)
      last.append(
        state(at: end, from: x, &stream) {
          stay($0, $1, isNew)
          isNew = false
        })
      return u
    }
    return (first, last)
  }

  /// Where paths are after `end` that begin at the given states.
  func ends(_ draw: Draw, from states: [Int], until end: Double) -> [Int] {
    var (last, k) = ([Int](), 0)
    _ = draw.samples { stream in
      last.append(state(at: end, from: states[k], &stream))
      k += 1
      return 0
    }
    return last
  }
}

extension Variate {
  /// A function of states.
  init(_ states: [Int], _ value: (Int) -> Double) { self.init(samples: states.map(value)) }
}

extension SineFlow {
  /// The cosine and sine of `n X_t` from those of `n X_0`: the tangent of half the angle grows as `e^at`.
  func turned(cos c: Variate, sin s: Variate, after t: Variate) -> (cos: Variate, sin: Variate) {
    let growth = Variate.exp(Variate(a) * t)
    let (near, far) = (1 + c, growth.squared * (1 - c))
    return ((near - far) / (near + far), 2 * growth * s / (near + far))
  }
}
