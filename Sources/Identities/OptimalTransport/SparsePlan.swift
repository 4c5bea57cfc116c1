/// A plan on the pairs that matter: rows and columns of its support, the exact cost of each pair, its mass.
///
/// Each row of the support fills whole vectors of eight; what is left of the last holds pairs of infinite cost.
/// The same pairs are listed by columns too, so that sums over rows and over columns both run in a fixed order
/// whatever the number of threads. Tasks write to rows, or columns, of their own.
final class SparsePlan: @unchecked Sendable {
  let rowCount: Int
  let columnCount: Int
  /// Where a row begins, in vectors.
  let rowStart: [Int]
  let column: UnsafeMutableBufferPointer<Int32>
  let cost: UnsafeMutableBufferPointer<SIMD8<Double>>
  let mass: UnsafeMutableBufferPointer<SIMD8<Double>>
  /// Where a column begins, in pairs.
  let columnStart: [Int]
  let row: UnsafeMutableBufferPointer<Int32>
  /// Where the pair is among the rows.
  let place: UnsafeMutableBufferPointer<Int32>
  let massByColumn: UnsafeMutableBufferPointer<Double>

  /// The number of pairs.
  var pairs: Int { row.count }

  init(_ neighbours: [[[Int32]]], from: WeightedPoints, to: WeightedPoints, cost kind: TransportCost) {
    let rows = neighbours.flatMap { $0 }
    (rowCount, columnCount) = (from.count, to.count)
    var starts = [0]
    starts.reserveCapacity(rows.count + 1)
    for row in rows { starts.append(starts[starts.count - 1] + (row.count + 7) / 8) }
    rowStart = starts
    let vectors = starts[starts.count - 1]
    column = .allocate(capacity: vectors * 8)
    cost = .allocate(capacity: vectors)
    mass = .allocate(capacity: vectors)
    column.initialize(repeating: 0)
    cost.initialize(repeating: SIMD8(repeating: .infinity))
    mass.initialize(repeating: .zero)
    var counts = [Int](repeating: 0, count: to.count + 1)
    for (i, row) in rows.enumerated() {
      for (k, j) in row.enumerated() {
        let place = starts[i] * 8 + k
        column[place] = j
        var square = 0.0
        for axis in 0..<from.dimension {
          let difference = from.columns[axis][i] - to.columns[axis][Int(j)]
          square += difference * difference
        }
        cost[place / 8][place % 8] = kind.at(squaredDistance: square)
        counts[Int(j) + 1] += 1
      }
    }
    for j in 0..<to.count { counts[j + 1] += counts[j] }
    columnStart = counts
    let pairs = counts[to.count]
    row = .allocate(capacity: pairs)
    place = .allocate(capacity: pairs)
    massByColumn = .allocate(capacity: pairs)
    massByColumn.initialize(repeating: 0)
    for (i, list) in rows.enumerated() {
      for (k, j) in list.enumerated() {
        let slot = counts[Int(j)]
        counts[Int(j)] += 1
        row[slot] = Int32(i)
        place[slot] = Int32(starts[i] * 8 + k)
      }
    }
  }

  deinit {
    column.deallocate()
    cost.deallocate()
    mass.deallocate()
    row.deallocate()
    place.deallocate()
    massByColumn.deallocate()
  }

  /// Applies `body` to consecutive ranges, on several threads, and returns what it returned, joined.
  private func overRows(
    threads: Int, _ count: Int, _ body: @escaping @Sendable (Range<Int>) -> [Double]
  ) async throws -> [Double] {
    let size = 512
    if count <= size { return body(0..<count) }
    let parts = try await (0..<(count + size - 1) / size).concurrentMap(width: threads) { b in
      body(b * size..<min(count, (b + 1) * size))
    }
    return parts.flatMap { $0 }
  }

  /// Sets the masses to those of the potentials whose rows have the weights `a`: returns the row potentials.
  ///
  /// - Parameters:
  ///   - g: column potentials.
  ///   - logB: logarithms of the column weights.
  func fit(a: [Double], g: [Double], logB: [Double], epsilon: Double, threads: Int) async throws -> [Double] {
    let scaled = zip(g, logB).map { $0 / epsilon + $1 }
    return try await overRows(threads: threads, rowCount) { [self] range in
      range.map { i in
        var top = SIMD8<Double>(repeating: -.infinity)
        for v in rowStart[i]..<rowStart[i + 1] {
          let e = gather(scaled, v) - cost[v] / epsilon
          mass[v] = e
          top = top.replacing(with: e, where: e .> top)
        }
        let largest = top.max()
        var sum = SIMD8<Double>.zero
        for v in rowStart[i]..<rowStart[i + 1] {
          let p = SIMD8<Double>.exp(mass[v] - largest)
          mass[v] = p
          sum += p
        }
        let total = sum.sum()
        let factor = a[i] / total
        for v in rowStart[i]..<rowStart[i + 1] { mass[v] *= factor }
        return -epsilon * (largest + SIMD8<Double>.log(SIMD8(repeating: total))[0])
      }
    }
  }

  @inline(__always) private func gather(_ numbers: [Double], _ v: Int) -> SIMD8<Double> {
    numbers.withUnsafeBufferPointer { n in
      let c = column.baseAddress! + 8 * v
      return SIMD8(
        n[Int(c[0])], n[Int(c[1])], n[Int(c[2])], n[Int(c[3])], n[Int(c[4])], n[Int(c[5])], n[Int(c[6])],
        n[Int(c[7])])
    }
  }

  /// The column sums; lists the masses by columns on the way.
  func columnSums(threads: Int) async throws -> [Double] {
    try await overRows(threads: threads, columnCount) { [self] range in
      let values = UnsafeRawPointer(mass.baseAddress!).assumingMemoryBound(to: Double.self)
      return range.map { j in
        var sum = 0.0
        for k in columnStart[j]..<columnStart[j + 1] {
          let p = values[Int(place[k])]
          massByColumn[k] = p
          sum += p
        }
        return sum
      }
    }
  }

  /// The means of `v` over the columns, one for each row, each weighted by the row's masses.
  func rowMeans(_ v: [Double], a: [Double], threads: Int) async throws -> [Double] {
    try await overRows(threads: threads, rowCount) { [self] range in
      range.map { i in
        var sum = SIMD8<Double>.zero
        for k in rowStart[i]..<rowStart[i + 1] { sum += mass[k] * gather(v, k) }
        return sum.sum() / a[i]
      }
    }
  }

  /// For every column the sum of mass times `v - w`, `w` given for the rows.
  func spread(_ v: [Double], _ w: [Double], threads: Int) async throws -> [Double] {
    try await overRows(threads: threads, columnCount) { [self] range in
      w.withUnsafeBufferPointer { w in
        range.map { j in
          var (s0, s1, s2, s3) = (0.0, 0.0, 0.0, 0.0)
          let own = v[j]
          var k = columnStart[j]
          let end = columnStart[j + 1]
          while k + 4 <= end {
            s0 += massByColumn[k] * (own - w[Int(row[k])])
            s1 += massByColumn[k + 1] * (own - w[Int(row[k + 1])])
            s2 += massByColumn[k + 2] * (own - w[Int(row[k + 2])])
            s3 += massByColumn[k + 3] * (own - w[Int(row[k + 3])])
            k += 4
          }
          while k < end {
            s0 += massByColumn[k] * (own - w[Int(row[k])])
            k += 1
          }
          return (s0 + s1) + (s2 + s3)
        }
      }
    }
  }

  /// The diagonal of the matrix of `spread(v, rowMeans(v))`.
  func diagonal(a: [Double], threads: Int) async throws -> [Double] {
    try await overRows(threads: threads, columnCount) { [self] range in
      range.map { j in
        var sum = 0.0
        for k in columnStart[j]..<columnStart[j + 1] {
          sum += massByColumn[k] * (1 - massByColumn[k] / a[Int(row[k])])
        }
        return sum
      }
    }
  }
}
