import Testing

@testable import Probability

/// Streaming covariances against covariances computed in two passes, and against known ones.
@Suite struct CovarianceTests {
  /// Correlated coordinates: an exponential, its square, a sum with another, and one with a large mean.
  private func block(_ b: Int) -> [Variate] {
    let (x, y) = (MomentsTests.blocks(b + 1, seed: 2)[b], MomentsTests.blocks(b + 1, seed: 3)[b])
    return [x, x * x, x - y, Variate(1e4) + y]
  }

  @Test(arguments: [1, 2, 40]) func mergedCovariancesAreThoseOfTwoPasses(count: Int) {
    let blocks = (0..<count).map(block)
    var moments = CovarianceMoments()
    for block in blocks { moments.merge(CovarianceMoments(block)) }
    let n = count * Variate.blockSize
    #expect(moments.count == n && moments.mean.dimension == 4)
    let columns = (0..<4).map { i in blocks.flatMap { $0[i].samples } }
    let means = columns.map { MomentsTests.sum($0) / Double(n) }
    let errors = columns.map { column in
      MomentsTests.meanError(merges: count, reach: column.reduce(0) { max($0, $1.magnitude) })
    }
    let roundings = (136 + 16 * Double(count)) * MomentsTests.unit
    for i in 0..<4 {
      #expect((moments.mean[i] - means[i]).magnitude <= errors[i])
      for j in 0..<4 {
        let products = zip(columns[i], columns[j]).map { ($0 - means[i]) * ($1 - means[j]) }
        let covariance = MomentsTests.sum(products) / Double(n - 1)
        // Roundings of the sum of magnitudes, and each mean's error against the other's deviations: in a block,
        // and again between blocks, where by Cauchy and Schwarz it is at most twice as much.
        let absolute = MomentsTests.sum(products.map(\.magnitude)) / Double(n - 1)
        let deviations = [i, j].map { k in
          MomentsTests.sum(columns[k].map { ($0 - means[k]).magnitude }) / Double(n - 1)
        }
        let bound = 2 * (roundings * absolute + 3 * (errors[i] * deviations[1] + errors[j] * deviations[0]))
        #expect((moments.covariance[i, j] - covariance).magnitude <= bound, "\(i), \(j)")
        #expect(moments.covariance[i, j] == moments.covariance[j, i])
      }
    }
  }

  /// The diagonal is the variance of `Moments`, and one coordinate is no different from many.
  @Test func diagonalIsTheVariance() {
    var (moments, single) = (CovarianceMoments(), Moments())
    for b in 0..<10 {
      moments.merge(CovarianceMoments([block(b)[0]]))
      single.merge(Moments(block(b)[0]))
    }
    #expect(moments.mean[0] == single.mean)
    // The two sum the same squares, and add the same terms in a different order.
    let bound = (136 + 16 * 10) * MomentsTests.unit * single.variance
    #expect((moments.covariance[0, 0] - single.variance).magnitude <= bound)
  }

  /// Signs on a square: every sum is exact.
  @Test func signsOnASquare() {
    let signs = (0..<Variate.blockSize).map { $0 % 2 == 0 ? 1.0 : -1 }
    let (x, y) = (Variate(samples: signs), Variate(samples: signs.map { 2 - 3 * $0 }))
    var moments = CovarianceMoments([x, y, Variate(7)])
    moments.merge(CovarianceMoments([x, y, Variate(7)]))
    let n = Double(2 * Variate.blockSize)
    #expect(moments.mean.components == [0, 2, 7])
    #expect(
      moments.covariance.entries
        == [n, -3 * n, 0, -3 * n, 9 * n, 0, 0, 0, 0].map { $0 / (n - 1) })
  }

  /// Constants that change from block to block: all of the covariance is between blocks.
  @Test func betweenBlocks() {
    var moments = CovarianceMoments([Variate(0), Variate(2)])
    moments.merge(CovarianceMoments([Variate(4), Variate(0)]))
    let n = Double(2 * Variate.blockSize)
    #expect(moments.mean.components == [2, 1])
    #expect(moments.covariance.entries == [4 * n, -2 * n, -2 * n, n].map { $0 / (n - 1) })
  }

  @Test func nothing() {
    var moments = CovarianceMoments()
    #expect(moments.count == 0 && moments.mean.dimension == 0 && moments.covariance.entries.isEmpty)
    moments.merge(CovarianceMoments())
    #expect(moments.count == 0)
    moments.merge(CovarianceMoments([Variate(3)]))
    moments.merge(CovarianceMoments())
    #expect(moments.count == Variate.blockSize && moments.mean[0] == 3 && moments.covariance[0, 0] == 0)
  }
}
