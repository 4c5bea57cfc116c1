import Arithmetic
import Probability

extension ModelComparison {
  /// A linear map of independent normal ends with free coefficients, and the velocity by conditioning.
  struct NormalPath<Scalar: Field> {
    private let ends: Gaussian<Scalar>
    private let map: Matrix<Dual<Scalar>>

    private init(ends: Gaussian<Scalar>, map: Matrix<Dual<Scalar>>) { (self.ends, self.map) = (ends, map) }

    /// The dimension.
    var dimension: Int { map.rows }
    /// The law of the position, moving.
    var law: Gaussian<Dual<Scalar>> { ends.constant.image(under: map) }
    /// The mean of the position.
    var mean: Vector<Scalar> { map.map(\.value) * ends.mean }
    /// The covariance of the position.
    var covariance: Matrix<Scalar> { ends.image(under: map.map(\.value)).covariance }
    /// The law of the rate of the position.
    var rate: Gaussian<Scalar> { ends.image(under: map.map(\.derivative)) }
    /// The covariance of rate and position.
    var crossed: Matrix<Scalar> {
      map.map(\.derivative) * ends.covariance * map.map(\.value).transpose
    }
    /// The expected rate at a position.
    func velocity(_ x: Vector<Scalar>) -> Vector<Scalar> {
      ends.mean(of: map.map(\.derivative), given: map.map(\.value), equals: x)
    }
    /// The velocity's slope, from its values.
    var slope: Matrix<Scalar> {
      let origin = velocity(.zero(dimension))
      let columns = (0..<dimension).map { j in
        velocity(Vector((0..<dimension).map { $0 == j ? 1 : 0 })) - origin
      }
      return Matrix(rows: dimension, columns: dimension) { columns[$1][$0] }
    }
    /// The path as a constant, to be differentiated around in `x`.
    var constant: NormalPath<Dual<Scalar>> {
      NormalPath<Dual<Scalar>>(
        ends: ends.constant,
        map: map.map { Dual(Dual(constant: $0.value), derivative: Dual(constant: $0.derivative)) })
    }
  }
}

extension ModelComparison.NormalPath where Scalar == Symbol {
  /// Free ends and free coefficients.
  init(_ symbols: Symbols, _ d: Int) {
    let coefficients = [0, 1].map { _ in Dual(symbols.scalar(), derivative: symbols.scalar()) }
    self.init(
      ends: .independent(
        [0, 1].map { _ in
          Gaussian(mean: symbols.vector(d), covariance: symbols.covariance(d))
        }),
      map: Matrix(rows: d, columns: 2 * d) { $0 == $1 % d ? coefficients[$1 / d] : 0 })
  }
}
