import Arithmetic
import Probability

/// A normal mixture at one time, ready to be evaluated at many points: its density, and fields that are affine in each
/// component, `sum_k r_k(x) (c_k + G_k (x - m_k))` with the responsibilities `r_k`.
///
/// Score and velocity are such fields.
struct FrozenMixture<Scalar: LaneScalar>: Sendable {
  /// Which field.
  enum Kind: Sendable {
    /// The gradient of the log-density.
    case score
    /// The velocity that carries the mixture along.
    case velocity
  }

  let dimension: Int
  /// How many components there are.
  private let size: Int
  /// Whether all matrices are multiples of one; then a matrix is held as that number, otherwise row by row.
  private let isIsotropic: Bool
  /// For each component: the logarithm of the weight times the density's normaliser, the trace of `G`, the mean, `c`,
  /// the inverse covariance and `G`.
  private let numbers: [Scalar]

  /// Throws `InvalidArgument` where a component has no density.
  init(_ law: GaussianMixture<Dual<Double>>, _ kind: Kind) throws {
    let d = law.dimension
    let isIsotropic = law.components.allSatisfy { part in
      [part.covariance.map(\.value), part.covariance.map(\.derivative)].allSatisfy { matrix in
        matrix.entries == (matrix[0, 0] * Matrix<Double>.identity(d)).entries
      }
    }
    func held(_ matrix: Matrix<Double>) -> [Double] { isIsotropic ? [matrix[0, 0]] : matrix.entries }
    numbers = try zip(law.weights, law.components).flatMap { weight, part in
      let present = Gaussian(mean: part.mean.map(\.value), covariance: part.covariance.map(\.value))
      let root = try present.root
      let precision = present.covariance.inverse
      let volume = (0..<d).reduce(Double(d) / 2 * Double.log(2 * .pi)) { $0 + Double.log(root[$1, $1]) }
      let (offset, gain) =
        switch kind {
        case .score: (Vector<Double>.zero(d), -precision)
        case .velocity:
          (part.mean.map(\.derivative), 1 / 2 * (part.covariance.map(\.derivative) * precision))
        }
      let scalars = [Double.log(weight.value) - volume, gain.trace]
      let vectors = present.mean.components + offset.components
      let component: [Double] = scalars + vectors + held(precision) + held(gain)
      return component.map { Scalar($0) }
    }
    (dimension, size, self.isIsotropic) = (d, law.components.count, isIsotropic)
  }

  /// Where the numbers of one component are.
  private struct Component {
    let height: Scalar
    let trace: Scalar
    let mean: UnsafePointer<Scalar>
    let offset: UnsafePointer<Scalar>
    let precision: UnsafePointer<Scalar>
    let gain: UnsafePointer<Scalar>

    @inline(__always)
    init(_ numbers: UnsafePointer<Scalar>, _ k: Int, _ d: Int, isIsotropic: Bool) {
      let matrix = isIsotropic ? 1 : d * d
      let start = numbers + k * (2 + 2 * d + 2 * matrix)
      (height, trace, mean, offset) = (start[0], start[1], start + 2, start + 2 + d)
      (precision, gain) = (start + 2 + 2 * d, start + 2 + 2 * d + matrix)
    }
  }

  /// Writes the field at points into the first columns and, where asked, its divergence into the one after them.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func evaluate(at points: Points<Scalar>, into values: inout Points<Scalar>, withDivergence: Bool) {
    // Said as constants, so that the compiler makes a loop for each.
    switch (isIsotropic, withDivergence) {
    case (true, false): evaluate(points, &values, isIsotropic: true, withDivergence: false)
    case (true, true): evaluate(points, &values, isIsotropic: true, withDivergence: true)
    case (false, _): evaluate(points, &values, isIsotropic: false, withDivergence: withDivergence)
    }
  }

  @inline(__always)
  private func evaluate(
    _ points: Points<Scalar>, _ values: inout Points<Scalar>, isIsotropic: Bool, withDivergence: Bool
  ) {
    let (vectors, d) = (points.vectors, dimension)
    withRoom(points) { x, numbers, room in
      values.lanes.withUnsafeMutableBufferPointer { out in
        let (shares, delta, field, score) = (room, room + size, room + size + d, room + size + 2 * d)
        for v in 0..<vectors {
          let total = weigh(x + v, vectors, numbers, shares, delta, isIsotropic: isIsotropic).total
          for i in 0..<d { (field[i], score[i]) = (.zero, .zero) }
          var trace = Scalar.Lanes.zero
          for k in 0..<size {
            let part = Component(numbers, k, d, isIsotropic: isIsotropic)
            let share = shares[k] / total
            for i in 0..<d { delta[i] = x[i * vectors + v] - part.mean[i] }
            var product = Scalar.Lanes.zero
            for i in 0..<d {
              let value = row(part.gain, i, delta, isIsotropic: isIsotropic) + part.offset[i]
              field[i] += share * value
              if withDivergence {
                let slope = row(part.precision, i, delta, isIsotropic: isIsotropic)
                score[i] -= share * slope
                product -= slope * value
              }
            }
            trace += share * (product + part.trace)
          }
          for i in 0..<d { out[i * vectors + v] = field[i] }
          if withDivergence {
            for i in 0..<d { trace -= score[i] * field[i] }
            out[d * vectors + v] = trace
          }
        }
      }
    }
  }

  /// The logarithms of the density at points.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  func logDensities(at points: Points<Scalar>) -> [Scalar] {
    let vectors = points.vectors
    var result = Points<Scalar>(zeros: points.count, dimension: 1)
    withRoom(points) { x, numbers, room in
      for v in 0..<vectors {
        let (greatest, total) = weigh(
          x + v, vectors, numbers, room, room + size, isIsotropic: isIsotropic)
        result.lanes[v] = greatest + Scalar.logarithm(total)
      }
    }
    return result.columns[0]
  }

  /// Lends the points, the numbers, and room for a share of each component and three vectors.
  @inline(__always)
  private func withRoom(
    _ points: Points<Scalar>,
    _ body: (UnsafePointer<Scalar.Lanes>, UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar.Lanes>) -> Void
  ) {
    points.lanes.withUnsafeBufferPointer { x in
      numbers.withUnsafeBufferPointer { numbers in
        withUnsafeTemporaryAllocation(of: Scalar.Lanes.self, capacity: size + 3 * dimension) { room in
          body(x.baseAddress!, numbers.baseAddress!, room.baseAddress!)
        }
      }
    }
  }

  /// Writes the components' weights at a vector of points, over the greatest, and gives that one's logarithm and
  /// their sum.
  @inline(__always)
  private func weigh(
    _ x: UnsafePointer<Scalar.Lanes>, _ stride: Int, _ numbers: UnsafePointer<Scalar>,
    _ shares: UnsafeMutablePointer<Scalar.Lanes>, _ delta: UnsafeMutablePointer<Scalar.Lanes>,
    isIsotropic: Bool
  ) -> (greatest: Scalar.Lanes, total: Scalar.Lanes) {
    var greatest = Scalar.Lanes(repeating: -.infinity)
    for k in 0..<size {
      let part = Component(numbers, k, dimension, isIsotropic: isIsotropic)
      for i in 0..<dimension { delta[i] = x[i * stride] - part.mean[i] }
      var square = Scalar.Lanes.zero
      for i in 0..<dimension { square += delta[i] * row(part.precision, i, delta, isIsotropic: isIsotropic) }
      shares[k] = part.height - square * 0.5
      greatest.replace(with: shares[k], where: shares[k] .> greatest)
    }
    var total = Scalar.Lanes.zero
    for k in 0..<size {
      shares[k] = Scalar.exponential(shares[k] - greatest)
      total += shares[k]
    }
    return (greatest, total)
  }

  /// The product of a row of a matrix with a vector.
  @inline(__always)
  private func row(
    _ matrix: UnsafePointer<Scalar>, _ i: Int, _ x: UnsafeMutablePointer<Scalar.Lanes>, isIsotropic: Bool
  ) -> Scalar.Lanes {
    if isIsotropic { return matrix[0] * x[i] }
    var sum = Scalar.Lanes.zero
    for j in 0..<dimension { sum += matrix[i * dimension + j] * x[j] }
    return sum
  }
}
