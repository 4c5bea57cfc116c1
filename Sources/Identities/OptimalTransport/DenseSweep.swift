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
    var result: [Float] = []
    withKernel(column: column) { kernel in
      for i in stride(from: start, to: end, by: 4) {
        let tile = Kernel.Tile(i, end: end, potentials: row)
        let sums =
          cost == .squaredDistance
          ? kernel.sums(of: tile, squared: true) : kernel.sums(of: tile, squared: false)
        for r in 0..<min(4, end - i) {
          let isNumber = sums[r] > 1e-30 && sums[r] < 1e20
          result.append(
            isNumber
              ? Float.log(sums[r]) : row[i + r] + kernel.logSum(of: i + r, squared: cost == .squaredDistance))
        }
      }
    }
    return result
  }

  /// For every row the columns whose exponent is above `threshold`, in order, by blocks of rows.
  func neighbours(
    row: [Float], column: [Float], threshold: Float, threads: Int
  ) async throws -> [[[Int32]]] {
    let potentials = ScaledPoints.vectors(column, padding: -.infinity)
    let blocks = (rows.count + Self.blockSize - 1) / Self.blockSize
    return try await (0..<blocks).concurrentMap(width: threads) { b in
      let start = b * Self.blockSize
      let end = min(start + Self.blockSize, rows.count)
      var lists: [[Int32]] = []
      withKernel(column: potentials) { kernel in
        for i in stride(from: start, to: end, by: 4) {
          let tile = Kernel.Tile(i, end: end, potentials: row)
          let found =
            cost == .squaredDistance
            ? kernel.columns(of: tile, above: threshold, squared: true)
            : kernel.columns(of: tile, above: threshold, squared: false)
          lists += found.prefix(end - i)
        }
      }
      return lists
    }
  }

  private func withKernel(column: [SIMD16<Float>], _ body: (Kernel) -> Void) {
    rows.rows.withUnsafeBufferPointer { x in
      columns.lanes.withUnsafeBufferPointer { y in
        column.withUnsafeBufferPointer { g in
          guard let x = x.baseAddress, let y = y.baseAddress, let g = g.baseAddress else { return }
          body(Kernel(x: x, y: y, g: g, vectors: columns.vectors, dimension: rows.dimension))
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

  /// Four rows at once.
  ///
  /// A column is loaded once for all of them, and four chains of sums run side by side. The last tile of a block
  /// repeats its last row rather than having a size of its own.
  struct Tile {
    let row: SIMD4<Int>
    let potential: SIMD4<Float>

    init(_ i: Int, end: Int, potentials: [Float]) {
      row = SIMD4(i, min(i + 1, end - 1), min(i + 2, end - 1), min(i + 3, end - 1))
      potential = SIMD4(potentials[row[0]], potentials[row[1]], potentials[row[2]], potentials[row[3]])
    }

    /// One row four times, at a potential of zero.
    init(_ i: Int) { (row, potential) = (SIMD4(repeating: i), .zero) }
  }

  private typealias Four = (SIMD16<Float>, SIMD16<Float>, SIMD16<Float>, SIMD16<Float>)

  /// The exponents of a tile's rows and sixteen columns.
  @inline(__always) private func exponents(_ tile: Tile, _ v: Int, squared: Bool) -> Four {
    let (x0, x1) = (x + tile.row[0] * dimension, x + tile.row[1] * dimension)
    let (x2, x3) = (x + tile.row[2] * dimension, x + tile.row[3] * dimension)
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
    let (p, f) = (g[v], tile.potential)
    return ((p - t0) + f[0], (p - t1) + f[1], (p - t2) + f[2], (p - t3) + f[3])
  }

  @inline(__always) func sums(of tile: Tile, squared: Bool) -> SIMD4<Float> {
    var (s0, s1, s2, s3) = (SIMD16<Float>.zero, SIMD16<Float>.zero, SIMD16<Float>.zero, SIMD16<Float>.zero)
    for v in 0..<vectors {
      let e = exponents(tile, v, squared: squared)
      s0 += .boundedExp(e.0)
      s1 += .boundedExp(e.1)
      s2 += .boundedExp(e.2)
      s3 += .boundedExp(e.3)
    }
    return SIMD4(s0.sum(), s1.sum(), s2.sum(), s3.sum())
  }

  @inline(__always) func columns(of tile: Tile, above threshold: Float, squared: Bool) -> [[Int32]] {
    var lists: [[Int32]] = [[], [], [], []]
    func list(_ e: SIMD16<Float>, _ v: Int, _ r: Int) {
      for lane in 0..<16 where e[lane] > threshold { lists[r].append(Int32(16 * v + lane)) }
    }
    for v in 0..<vectors {
      let e = exponents(tile, v, squared: squared)
      if any(e.0 .> threshold) { list(e.0, v, 0) }
      if any(e.1 .> threshold) { list(e.1, v, 1) }
      if any(e.2 .> threshold) { list(e.2, v, 2) }
      if any(e.3 .> threshold) { list(e.3, v, 3) }
    }
    return lists
  }

  /// The logarithm of a row's sum at a row potential of zero, whatever its size.
  func logSum(of i: Int, squared: Bool) -> Float {
    let tile = Tile(i)
    var top = SIMD16<Float>(repeating: -.infinity)
    for v in 0..<vectors {
      let e = exponents(tile, v, squared: squared).0
      top = top.replacing(with: e, where: e .> top)
    }
    let largest = top.max()
    var sum = SIMD16<Float>.zero
    for v in 0..<vectors { sum += .boundedExp(exponents(tile, v, squared: squared).0 - largest) }
    return largest + Float.log(sum.sum())
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
