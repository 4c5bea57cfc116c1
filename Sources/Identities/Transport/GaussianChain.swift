import Arithmetic
import Probability

/// The joint law of a Markov chain of normal vectors, `x_k = M_k x_{k-1} + c_k + n_k` with independent noises.
public struct GaussianChain<Scalar: Field>: Sendable {
  /// One step: the matrix `M`, the shift `c` and the covariance of the noise `n`.
  public struct Link: Sendable {
    let map: Matrix<Scalar>
    let shift: Vector<Scalar>
    let noise: Matrix<Scalar>

    /// A step `M x + c + n`.
    public init(map: Matrix<Scalar>, shift: Vector<Scalar>, noise: Matrix<Scalar>) {
      (self.map, self.shift, self.noise) = (map, shift, noise)
    }
  }

  /// The law of `(x_0, x_1, ...)`, one vector after the other.
  public let joint: Gaussian<Scalar>
  /// The dimension of each vector.
  public let dimension: Int

  /// The chain that begins with `start` and takes the given steps.
  public init(start: Gaussian<Scalar>, links: [Link]) {
    let d = start.dimension
    var means = [start.mean]
    // The covariances of the vectors reached, row by row: cov[j][k] of x_j and x_k.
    var blocks = [[start.covariance]]
    for link in links {
      let row = blocks[blocks.count - 1].map { link.map * $0 }
      for k in blocks.indices { blocks[k].append(row[k].transpose) }
      blocks.append(row + [row[row.count - 1] * link.map.transpose + link.noise])
      means.append(link.map * means[means.count - 1] + link.shift)
    }
    dimension = d
    joint = Gaussian(
      mean: Vector(means.flatMap(\.components)),
      covariance: Matrix(rows: means.count * d, columns: means.count * d) { i, j in
        blocks[i / d][j / d][i % d, j % d]
      })
  }

  /// The matrix that picks the vectors of the given numbers out of all.
  private func selection(_ numbers: [Int]) -> Matrix<Scalar> {
    precondition(
      numbers.allSatisfy { $0 >= 0 && ($0 + 1) * dimension <= joint.dimension }, "vectors \(numbers)")
    return Matrix(rows: numbers.count * dimension, columns: joint.dimension) { i, j in
      j == numbers[i / dimension] * dimension + i % dimension ? 1 : 0
    }
  }

  /// The law of some of the vectors, one after the other.
  public func law(of numbers: Int...) -> Gaussian<Scalar> { joint.image(under: selection(numbers)) }

  /// The law of some of the vectors given the values of others, one after the other.
  public func law(of numbers: [Int], given others: KeyValuePairs<Int, Vector<Scalar>>) -> Gaussian<Scalar> {
    joint.law(
      of: selection(numbers), given: selection(others.map(\.key)),
      equals: Vector(others.flatMap(\.value.components)))
  }
}
