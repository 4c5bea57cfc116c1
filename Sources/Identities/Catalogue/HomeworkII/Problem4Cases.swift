import Arithmetic
import Formulas
import Probability
import Transport
import Verification

/// The fields and the particles of Problem 4.
extension HomeworkII {
  /// A matrix field with free quadratic entries, `A(x) = A_0 + sum_k x_k A_k + sum_kl x_k x_l A_kl`.
  struct QuadraticField<Scalar: Field> {
    let constant: Matrix<Scalar>
    let linear: [Matrix<Scalar>]
    let quadratic: [Matrix<Scalar>]

    /// The value at a point of a field over the same numbers.
    func matrix<S: Field>(_ x: Vector<S>, _ image: (Scalar) -> S) -> Matrix<S> {
      let d = x.dimension
      let flat = x.indices.reduce(constant.map(image)) { $0 + x[$1] * linear[$1].map(image) }
      return x.indices.reduce(flat) { sum, k in
        (k..<d).reduce(sum) { $0 + x[k] * x[$1] * quadratic[k * d + $1].map(image) }
      }
    }
  }

  /// A symmetric field with free entries.
  static func symmetricField(_ symbols: Symbols, _ d: Int) -> QuadraticField<Symbol> {
    QuadraticField(
      constant: symbols.symmetric(d), linear: (0..<d).map { _ in symbols.symmetric(d) },
      quadratic: (0..<d * d).map { _ in symbols.symmetric(d) })
  }

  /// A normal law whose mean moves at a free rate and whose covariance is sheared by a free matrix, around a free
  /// point and time.
  struct MovingGaussian {
    let time: Symbol
    let point: Vector<Symbol>
    private let mean: (value: Vector<Symbol>, rate: Vector<Symbol>)
    private let shear: Matrix<Symbol>
    private let precision: Matrix<Symbol>

    init(_ symbols: Symbols, _ d: Int) {
      (time, point) = (symbols.scalar("t"), symbols.vector(d, "x"))
      mean = (symbols.vector(d, "m"), symbols.vector(d, "m'"))
      shear = symbols.matrix(d, "M")
      precision = symbols.symmetric(d, "P")
    }

    private func lift(_ s: Symbol) -> Jet<Symbol> { Jet(constant: s) }

    /// The point relative to the mean.
    private func distance(_ t: Jet<Symbol>, _ x: Vector<Jet<Symbol>>) -> Vector<Jet<Symbol>> {
      x - mean.value.map(lift) - (t - lift(time)) * mean.rate.map(lift)
    }

    /// The velocity `m' + M (x - m)`, which transports the law.
    func velocity(_ t: Jet<Symbol>, _ x: Vector<Jet<Symbol>>) -> Vector<Jet<Symbol>> {
      mean.rate.map(lift) + shear.map(lift) * distance(t, x)
    }

    /// The logarithm of the density up to a constant, in time to the first order.
    ///
    /// The inverse covariance changes by `-(P M + M^T P)`, and half the logarithm of its determinant by `-tr M`.
    func logDensity(_ t: Jet<Symbol>, _ x: Vector<Jet<Symbol>>) -> Jet<Symbol> {
      let (y, s) = (distance(t, x), t - lift(time))
      let change = (precision * shear + shear.transpose * precision).map(lift)
      let (still, moving) = (y.dot(precision.map(lift) * y), y.dot(change * y))
      return (s * moving - still) / 2 - s * lift(shear.trace)
    }

    /// The density relative to that at the point: the exponential of a difference of exponents, which has no part
    /// without a differential, so that its fifth power vanishes in any four of them.
    func density(_ t: Jet<Symbol>, _ x: Vector<Jet<Symbol>>) -> Jet<Symbol> {
      var n = logDensity(t, x)
      n.value = 0
      let powers = (1...3).reduce(into: [n]) { powers, k in powers.append(powers[k - 1] * n / Jet(k + 1)) }
      return powers.reduce(1, +)
    }
  }

  /// Names for a normal law that is carried along by a velocity.
  @Lines<Symbol>
  static func transported(_ law: MovingGaussian) -> [Line<Symbol>] {
    Let("t", law.time)
    Let("x", law.point)
    Let("b(t,x)", by: "velocity that moves and shears the normal law") { at in
      law.velocity(try at.number("t"), try at.vector("x"))
    }
    Let(#"\rho(t,x)"#, by: "density of the normal law, relative to that at the point") { at in
      law.density(try at.number("t"), try at.vector("x"))
    }
    Let(#"\log\rho(t,x)"#, by: "exponent of the normal law") { at in
      law.logDensity(try at.number("t"), try at.vector("x"))
    }
  }

  /// Names for the mixture that an interpolant passes through.
  @Lines<Estimate>
  static func transported(_ interpolant: AnisotropicInterpolant, _ x: Vector<Interval>) -> [Line<Estimate>] {
    Let("t", interpolant.time)
    Let("x", x)
    Let("b(t,x)", by: "conditioning within components, weighted by Bayes") { at in
      try interpolant.model(at: at.number("t")).velocity(at.vector("x"))
    }
    Let(#"\rho(t,x)"#, by: "density of the mixture of normal laws") { at in
      try interpolant.model(at: at.number("t")).present.density(at.vector("x"))
    }
    Let(#"\nabla\log\rho(t,x)"#, by: "scores of the components, weighted by Bayes") { at in
      try interpolant.model(at: at.number("t")).present.score(at.vector("x"))
    }
  }

  /// Names for the samples of a curved interpolant: its lines are read weakly, against a wave, and the score is that
  /// of II.1c, so that no density is known.
  @Lines<Variate>
  static func transported(_ path: CurvedInterpolant, _ draw: Draw) -> [Line<Variate>] {
    let sample = path.sample(draw)
    Let("t", path.time)
    Let("x", sample.x)
    Let("x_0", sample.x0)
    Let("x_1", sample.x1)
    Let("z", sample.z)
    Let("q", Vector(sample.x0.indices.map { sample.x0[$0].squared - sample.x1[$0] }))
    Let("B(t)", by: "the latent's matrix") { t in path.A(t) }
    Let("x_t", #"(1-t) x_0 + t x_1 + t(1-t) q + B z"#)
    Let(#"\rho(t,x)"#, densityOf: "x_t")
    Let("b(t,x)", #"\mathbb{E}[\dot x_t\mid x_t=x]"#)
    Let(#"\nabla\log\rho(t,x)"#, #"-B^{-\top}\,\mathbb{E}[z\mid x_t=x]"#)
  }

  /// A field `A = s s^T` of full matrices with waves, products and time in `s`, of `rank` columns.
  struct WavyField: DiffusionField {
    let dimension: Int
    let rank: Int
    /// A factor of `s`, for a diffusion strong enough to be seen.
    var strength = 1.0

    var description: String { "A of rank \(rank)" }

    func matrix<S: Elementary>(_ t: S, _ x: Vector<S>) -> Matrix<S> {
      let d = dimension
      let root = Matrix(rows: d, columns: rank) { i, k in
        let wave = S.sin(x[(i + k) % d] / 2 + t) + x[i] * x[(k + 1) % d] / 8
        return S(strength) * ((i == k ? 1 : 0) + wave / S(2 + i))
      }
      return root * root.transpose
    }
  }

  /// A mixture interpolant and a field, at one time.
  struct DiffusedInterpolant: Sendable, CustomStringConvertible {
    let interpolant: AnisotropicInterpolant
    let field: WavyField

    /// Throws `InvalidArgument` where the field has no positive semidefinite value at the point looked at.
    init(_ interpolant: AnisotropicInterpolant, rank: Int) throws {
      self.interpolant = interpolant
      field = WavyField(dimension: interpolant.dimension, rank: rank)
      _ = try field.validated(interpolant.time, point.map(\.midpoint))
    }

    var description: String { "\(interpolant), \(field)" }

    var point: Vector<Interval> {
      Vector((0..<interpolant.dimension).map { Interval($0 % 2 == 0 ? 0.25 : 0.75) })
    }
  }

  /// A curved interpolant with discrete endpoints, and a field.
  struct DiffusedPath: Sendable, CustomStringConvertible {
    let path: CurvedInterpolant
    let field: WavyField
    var description: String { "\(path), \(field)" }
  }

  /// A diffusion whose particles are followed over a time, with the bias of their extrapolated moments.
  struct Particles<Process: Diffusion & CustomStringConvertible>: Sendable, CustomStringConvertible {
    let process: Process
    let end: Double
    let steps: Int
    let bias: Double

    /// Particles over `steps` steps and twice as many.
    ///
    /// Extrapolation leaves an error of second order in the step, so that halving the step shows three quarters of
    /// it. Twice the change is the bias; it is known from the scheme's own moments and not from what is verified.
    init(
      _ process: Process, from start: Gaussian<Double>, end: Double, steps: Int,
      conventions: [(NoiseConvention, Process)]
    ) throws {
      (self.process, self.end, self.steps) = (process, end, steps)
      bias = try conventions.reduce(0) { worst, pair in
        let moments = try [1, 2, 4].map {
          try HomeworkII.rawMoments(pair.1.moments(of: start, over: 0...end, steps: steps * $0, pair.0))
        }
        return moments[0].indices.reduce(worst) { worst, k in
          let (coarse, fine) = (2 * moments[1][k] - moments[0][k], 2 * moments[2][k] - moments[1][k])
          return max(worst, 2 * (fine - coarse).magnitude)
        }
      }
    }

    var description: String { "\(process), \(steps) and \(2 * steps) steps to t = \(end.brief)" }

    /// Twice the moments after the fine steps minus those after the coarse ones, along one Brownian motion and along
    /// its mirror image, which takes away most of the noise.
    func moments(
      _ process: Process, from start: Vector<Variate>, along noises: [Vector<Variate>],
      _ convention: NoiseConvention = .ito
    ) -> Vector<Variate> {
      let pair = [noises, noises.map { -$0 }].map { noises in
        let coarse = process.end(of: start, over: 0...end, along: Process.coarser(noises), convention)
        let fine = process.end(of: start, over: 0...end, along: noises, convention)
        return 2 * HomeworkII.products(fine) - HomeworkII.products(coarse)
      }
      return Variate(0.5) * (pair[0] + pair[1])
    }
  }

  /// The coordinates and their products in pairs.
  static func products(_ x: Vector<Variate>) -> Vector<Variate> {
    Vector(x.components + x.indices.flatMap { i in (0...i).map { x[i] * x[$0] } })
  }

  /// The expectations of the coordinates and of their products in pairs.
  static func rawMoments(_ law: Gaussian<Double>) -> [Double] {
    law.mean.components
      + law.mean.indices.flatMap { i in (0...i).map { law.covariance[i, $0] + law.mean[i] * law.mean[$0] } }
  }
}
