/// One visit of all pairs in double precision, on which certificates rest.
///
/// The mass of a pair is `exp(f + g - cost / epsilon)`, the potentials being in units of epsilon and including the
/// logarithms of the weights and of any rescaling of rows and columns.
struct ExactSweep: Sendable {
  /// Masses below this exponent are taken for zero: whole plans of them weigh less than `1e-27`, far below the
  /// rounding of the sums.
  static let negligible = -80.0

  private let rows: WeightedPoints
  private let lanes: [SIMD8<Double>]
  private let vectors: Int
  private let columnCount: Int
  private let cost: TransportCost
  private let epsilon: Double

  /// Sums over one row.
  struct RowSums: Sendable {
    /// Of the masses.
    var mass = 0.0
    /// Of mass times cost.
    var cost = 0.0
  }

  init(rows: WeightedPoints, columns: WeightedPoints, cost: TransportCost, epsilon: Double) {
    self.rows = rows
    self.cost = cost
    self.epsilon = epsilon
    columnCount = columns.count
    vectors = (columns.count + 7) / 8
    lanes = columns.columns.flatMap { Self.vectors($0, padding: 0) }
  }

  private static func vectors(_ numbers: [Double], padding: Double) -> [SIMD8<Double>] {
    (0..<(numbers.count + 7) / 8).map { v in
      var vector = SIMD8(repeating: padding)
      for lane in 0..<min(8, numbers.count - 8 * v) { vector[lane] = numbers[8 * v + lane] }
      return vector
    }
  }

  /// The sums over every row.
  func rowSums(f: [Double], g: [Double], threads: Int) async throws -> [RowSums] {
    let potentials = Self.vectors(g, padding: -.infinity)
    let size = DenseSweep.blockSize
    let parts = try await (0..<(rows.count + size - 1) / size).concurrentMap(width: threads) { b in
      (b * size..<min(rows.count, (b + 1) * size)).map { i in
        cost == .squaredDistance
          ? sums(i, f[i], potentials, squared: true) : sums(i, f[i], potentials, squared: false)
      }
    }
    return parts.flatMap { $0 }
  }

  @inline(__always)
  private func sums(_ i: Int, _ f: Double, _ g: [SIMD8<Double>], squared: Bool) -> RowSums {
    var (mass, costs) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
    let x = rows.columns.map { $0[i] }
    let scale = 1 / epsilon
    lanes.withUnsafeBufferPointer { lanes in
      g.withUnsafeBufferPointer { g in
        x.withUnsafeBufferPointer { x in
          for v in 0..<vectors {
            var t = SIMD8<Double>.zero
            for k in 0..<x.count {
              let difference = lanes[k * vectors + v] - x[k]
              t.addProduct(difference, difference)
            }
            if !squared { t = .nonNegativeRoot(t) }
            let e = (g[v] - t * scale) + f
            if any(e .> Self.negligible) {
              let p = SIMD8<Double>.exp(e)
              mass += p
              costs += p * t
            }
          }
        }
      }
    }
    return RowSums(mass: mass.sum(), cost: costs.sum())
  }
}
