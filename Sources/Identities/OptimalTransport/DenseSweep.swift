// A sweep visits every pair of points and keeps none of it: costs are computed again each time, so memory stays
// linear in the number of points.

/// One visit of all pairs in single precision: rows against columns, each with a potential in units of epsilon.
///
/// The exponent of a pair is `row potential + column potential - cost`; column potentials include the logarithm of
/// the column's weight.
struct DenseSweep: Sendable {
  let rows: ScaledPoints
  let columns: ScaledPoints
  let cost: TransportCost

  /// Rows that a task takes at once.
  static let blockSize = 64

  /// For every row the logarithm of the sum over columns of `exp(exponent)`.
  ///
  /// The row potentials only have to be near enough for the sums to be numbers; where a sum is not, the row is
  /// done again with its largest exponent taken out first.
  func logSums(row: [Float], column: [Float], threads: Int) async throws -> [Float] {
    let potentials = ScaledPoints.vectors(column, padding: -.infinity)
    let blocks = (rows.count + Self.blockSize - 1) / Self.blockSize
    let parts = try await (0..<blocks).concurrentMap(width: threads) { b in
      logSums(from: b * Self.blockSize, row: row, column: potentials)
    }
    return parts.flatMap { $0 }
  }

  private func logSums(from start: Int, row: [Float], column: [SIMD16<Float>]) -> [Float] {
    let end = min(start + Self.blockSize, rows.count)
    return [Float](unsafeUninitializedCapacity: end - start) { buffer, count in
      rows.rows.withUnsafeBufferPointer { x in
        columns.lanes.withUnsafeBufferPointer { y in
          column.withUnsafeBufferPointer { g in
            let kernel = Kernel(
              x: x.baseAddress!, y: y.baseAddress!, g: g.baseAddress!, vectors: columns.vectors,
              dimension: rows.dimension)
            var i = start
            while i < end {
              // The last tile of a block repeats its last row rather than having a size of its own.
              let index = SIMD4<Int>(i, min(i + 1, end - 1), min(i + 2, end - 1), min(i + 3, end - 1))
              let f = SIMD4<Float>(row[index[0]], row[index[1]], row[index[2]], row[index[3]])
              let sums =
                cost == .squaredDistance
                ? kernel.sums(of: index, f: f, squared: true) : kernel.sums(of: index, f: f, squared: false)
              for r in 0..<min(4, end - i) {
                let sum = sums[r]
                if sum > 1e-30 && sum < 1e20 {
                  buffer[i - start + r] = Float.log(sum)
                } else {
                  buffer[i - start + r] = kernel.logSum(of: i + r, squared: cost == .squaredDistance) + f[r]
                }
              }
              i += 4
            }
          }
        }
      }
      count = end - start
    }
  }

  /// For every row of a block the columns whose exponent is above `threshold`, in order.
  func neighbours(
    row: [Float], column: [Float], threshold: Float, threads: Int
  ) async throws -> [[[Int32]]] {
    let potentials = ScaledPoints.vectors(column, padding: -.infinity)
    let blocks = (rows.count + Self.blockSize - 1) / Self.blockSize
    return try await (0..<blocks).concurrentMap(width: threads) { b in
      let start = b * Self.blockSize
      return (start..<min(start + Self.blockSize, rows.count)).map { i in
        rows.rows.withUnsafeBufferPointer { x in
          columns.lanes.withUnsafeBufferPointer { y in
            potentials.withUnsafeBufferPointer { g in
              Kernel(
                x: x.baseAddress!, y: y.baseAddress!, g: g.baseAddress!, vectors: columns.vectors,
                dimension: rows.dimension
              ).columns(above: threshold - row[i], of: i, squared: cost == .squaredDistance)
            }
          }
        }
      }
    }
  }
}

/// The inner loops, on plain pointers.
private struct Kernel {
  let x: UnsafePointer<Float>
  let y: UnsafePointer<SIMD16<Float>>
  let g: UnsafePointer<SIMD16<Float>>
  let vectors: Int
  let dimension: Int

  /// The costs between one row and sixteen columns.
  @inline(__always) func costs(_ i: Int, _ v: Int, squared: Bool) -> SIMD16<Float> {
    var t = SIMD16<Float>.zero
    for k in 0..<dimension {
      let difference = y[k * vectors + v] - x[i * dimension + k]
      t.addProduct(difference, difference)
    }
    return squared ? t : .nonNegativeRoot(t)
  }

  @inline(__always) func sums(of i: SIMD4<Int>, f: SIMD4<Float>, squared: Bool) -> SIMD4<Float> {
    var (s0, s1, s2, s3) = (SIMD16<Float>.zero, SIMD16<Float>.zero, SIMD16<Float>.zero, SIMD16<Float>.zero)
    let (x0, x1, x2, x3) = (
      x + i[0] * dimension, x + i[1] * dimension, x + i[2] * dimension, x + i[3] * dimension
    )
    let (f0, f1, f2, f3) = (f[0], f[1], f[2], f[3])
    for v in 0..<vectors {
      var (t0, t1, t2, t3) = (SIMD16<Float>.zero, SIMD16<Float>.zero, SIMD16<Float>.zero, SIMD16<Float>.zero)
      for k in 0..<dimension {
        let c = y[k * vectors + v]
        let (d0, d1, d2, d3) = (c - x0[k], c - x1[k], c - x2[k], c - x3[k])
        t0.addProduct(d0, d0)
        t1.addProduct(d1, d1)
        t2.addProduct(d2, d2)
        t3.addProduct(d3, d3)
      }
      if !squared {
        (t0, t1) = (.nonNegativeRoot(t0), .nonNegativeRoot(t1))
        (t2, t3) = (.nonNegativeRoot(t2), .nonNegativeRoot(t3))
      }
      let p = g[v]
      s0 += .boundedExp((p - t0) + f0)
      s1 += .boundedExp((p - t1) + f1)
      s2 += .boundedExp((p - t2) + f2)
      s3 += .boundedExp((p - t3) + f3)
    }
    return SIMD4(s0.sum(), s1.sum(), s2.sum(), s3.sum())
  }

  /// The logarithm of a row's sum at a row potential of zero, whatever its size.
  func logSum(of i: Int, squared: Bool) -> Float {
    var top = SIMD16<Float>(repeating: -.infinity)
    for v in 0..<vectors {
      let e = g[v] - costs(i, v, squared: squared)
      top = top.replacing(with: e, where: e .> top)
    }
    let largest = top.max()
    var sum = SIMD16<Float>.zero
    for v in 0..<vectors { sum += .boundedExp(g[v] - costs(i, v, squared: squared) - largest) }
    return largest + Float.log(sum.sum())
  }

  func columns(above threshold: Float, of i: Int, squared: Bool) -> [Int32] {
    var result: [Int32] = []
    for v in 0..<vectors {
      let e = g[v] - costs(i, v, squared: squared)
      if any(e .> threshold) {
        for lane in 0..<16 where e[lane] > threshold { result.append(Int32(16 * v + lane)) }
      }
    }
    return result
  }
}

extension SIMD16<Float> {
  /// The exponential of every lane for use in sums: relative error about 1e-6; at least 1e-38 and at most 1e24,
  /// so that a sum which says too little or too much is a number.
  @inline(__always) static func boundedExp(_ x: Self) -> Self {
    let scaled = x * 0x1.715476p0
    let above = scaled.replacing(with: -126, where: scaled .< -126)
    let t = above.replacing(with: 80, where: above .> 80)
    let shifted = t + 0x1.8p23
    let r = t - (shifted - 0x1.8p23)
    var p = SIMD16(repeating: Float(0.0013333558))
    p = SIMD16(repeating: Float(0.009618129)).addingProduct(p, r)
    p = SIMD16(repeating: Float(0.05550411)).addingProduct(p, r)
    p = SIMD16(repeating: Float(0.24022651)).addingProduct(p, r)
    p = SIMD16(repeating: Float(0.6931472)).addingProduct(p, r)
    p = SIMD16(repeating: Float(1)).addingProduct(p, r)
    return SIMD16(bits: p.bits &+ (shifted.bits &<< 23))
  }
}

extension Float {
  /// The natural logarithm, by the package's own arithmetic.
  static func log(_ x: Float) -> Float { SIMD16<Float>.log(SIMD16(repeating: x))[0] }
}
