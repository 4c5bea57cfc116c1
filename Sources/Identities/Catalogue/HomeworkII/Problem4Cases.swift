import Arithmetic
import Probability
import Transport

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

  /// A normal law whose mean moves at a free rate and whose covariance is sheared by a free matrix, at a free point.
  struct MovingGaussian {
    let point: Vector<Symbol>
    let mean: Vector<Dual<Symbol>>
    let shear: Matrix<Symbol>
    let precision: Matrix<Symbol>

    init(_ symbols: Symbols, _ d: Int) {
      point = symbols.vector(d)
      mean = Vector((0..<d).map { _ in Dual(symbols.scalar(), derivative: symbols.scalar()) })
      shear = symbols.matrix(d)
      precision = symbols.symmetric(d)
    }

    var score: Vector<Symbol> { -(precision * (point - mean.map(\.value))) }

    /// The velocity `m' + M (x - m)`, which transports the law.
    func velocity<S: Field>(_ x: Vector<S>, _ image: (Symbol) -> S) -> Vector<S> {
      mean.map { image($0.derivative) } + shear.map(image) * (x - mean.map { image($0.value) })
    }

    private func exponent<S: Field>(_ x: Vector<S>, _ mean: Vector<S>, _ precision: Matrix<S>) -> S {
      -(x - mean).dot(precision * (x - mean)) / 2
    }

    /// The time derivative of the logarithm of the density at the point.
    var rate: Symbol {
      // The inverse covariance changes by -(P M + M^T P), and half the logarithm of its determinant by -tr M.
      let change = -(precision * shear + shear.transpose * precision)
      let moving = Matrix(rows: precision.rows, columns: precision.rows) {
        Dual(precision[$0, $1], derivative: change[$0, $1])
      }
      return exponent(point.constant, mean, moving).derivative - shear.trace
    }

    /// The density relative to that at the point, with its first derivatives.
    func relative(_ x: Vector<Dual<Symbol>>) -> Dual<Symbol> {
      1 + exponent(x, mean.map { Dual(constant: $0.value) }, precision.constant)
        - Dual(constant: exponent(point, mean.map(\.value), precision))
    }

    /// The density relative to that at the point, with its second derivatives: `exp n = 1 + n + n^2 / 2`, because the
    /// difference `n` of the exponents has no part without a differential, and `n^3 = 0`.
    func relative(_ x: Vector<Dual<Dual<Symbol>>>) -> Dual<Dual<Symbol>> {
      let m = mean.map { Dual(constant: Dual(constant: $0.value)) }
      let there = Dual(constant: Dual(constant: exponent(point, mean.map(\.value), precision)))
      let n = exponent(x, m, precision.constant.constant) - there
      return 1 + n + n * n / 2
    }
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
