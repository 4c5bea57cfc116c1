/// A few rows of a product of matrices, kept in registers while it is summed.
///
/// Eight rows of 32 columns are sixteen vectors: enough independent sums to hide the latency of a fused
/// multiplication and addition, and each number that is loaded serves often enough for the loads not to be the limit.
protocol Tile {
  /// The tile of zeros.
  init()
  /// Adds to the `i`-th row the number at `factors[stride * i]` times a row.
  mutating func addProduct(_ factors: UnsafePointer<Float>, stride: Int, _ row: PanelRow)
  /// Passes every row to an action, with its number.
  func forEachRow(_ action: (Int, PanelRow) -> Void)
}

struct FourRows: RepeatingTile {
  private var first, second, third, fourth: PanelRow

  @inline(__always) init() { (first, second, third, fourth) = (.zero, .zero, .zero, .zero) }

  @inline(__always) init(repeating start: UnsafePointer<Float>) {
    first = PanelRow(repeating: start[0])
    second = PanelRow(repeating: start[1])
    third = PanelRow(repeating: start[2])
    fourth = PanelRow(repeating: start[3])
  }

  @inline(__always) mutating func addProduct(_ factors: UnsafePointer<Float>, stride: Int, _ row: PanelRow) {
    first.addProduct(factors[0], row)
    second.addProduct(factors[stride], row)
    third.addProduct(factors[2 * stride], row)
    fourth.addProduct(factors[3 * stride], row)
  }

  @inline(__always) func forEachRow(_ action: (Int, PanelRow) -> Void) {
    action(0, first)
    action(1, second)
    action(2, third)
    action(3, fourth)
  }
}

struct EightRows: RepeatingTile {
  private var upper: FourRows
  private var lower: FourRows

  @inline(__always) init() { (upper, lower) = (FourRows(), FourRows()) }

  @inline(__always) init(repeating start: UnsafePointer<Float>) {
    upper = FourRows(repeating: start)
    lower = FourRows(repeating: start + 4)
  }

  @inline(__always) mutating func addProduct(_ factors: UnsafePointer<Float>, stride: Int, _ row: PanelRow) {
    upper.addProduct(factors, stride: stride, row)
    lower.addProduct(factors + 4 * stride, stride: stride, row)
  }

  @inline(__always) func forEachRow(_ action: (Int, PanelRow) -> Void) {
    upper.forEachRow(action)
    lower.forEachRow { action($0 + 4, $1) }
  }
}

/// Eight rows of which only the first sixteen columns are summed; the others are zero.
struct EightHalfRows: Tile {
  private typealias Half = SIMD16<Float>
  private var rows: (Half, Half, Half, Half, Half, Half, Half, Half)

  @inline(__always) init() { rows = (.zero, .zero, .zero, .zero, .zero, .zero, .zero, .zero) }

  @inline(__always) mutating func addProduct(_ factors: UnsafePointer<Float>, stride: Int, _ row: PanelRow) {
    rows.0.addProduct(Half(repeating: factors[0]), row.low)
    rows.1.addProduct(Half(repeating: factors[stride]), row.low)
    rows.2.addProduct(Half(repeating: factors[2 * stride]), row.low)
    rows.3.addProduct(Half(repeating: factors[3 * stride]), row.low)
    rows.4.addProduct(Half(repeating: factors[4 * stride]), row.low)
    rows.5.addProduct(Half(repeating: factors[5 * stride]), row.low)
    rows.6.addProduct(Half(repeating: factors[6 * stride]), row.low)
    rows.7.addProduct(Half(repeating: factors[7 * stride]), row.low)
  }

  @inline(__always) func forEachRow(_ action: (Int, PanelRow) -> Void) {
    action(0, PanelRow(low: rows.0, high: .zero))
    action(1, PanelRow(low: rows.1, high: .zero))
    action(2, PanelRow(low: rows.2, high: .zero))
    action(3, PanelRow(low: rows.3, high: .zero))
    action(4, PanelRow(low: rows.4, high: .zero))
    action(5, PanelRow(low: rows.5, high: .zero))
    action(6, PanelRow(low: rows.6, high: .zero))
    action(7, PanelRow(low: rows.7, high: .zero))
  }
}

/// A tile that can start from other numbers than zero.
protocol RepeatingTile: Tile {
  /// The tile whose `i`-th row repeats the number at `start[i]`.
  init(repeating start: UnsafePointer<Float>)
}

extension Tile {
  /// Adds `sum_p left[p, i] right[p]` to the `i`-th row: the left factor's columns are the tile's rows.
  @inline(__always)
  mutating func addProduct(columnsOf left: UnsafePointer<Float>, _ right: PanelRows, count: Int) {
    for p in 0..<count { addProduct(left + p * Panels.width, stride: 1, right[p]) }
  }

  /// Adds `sum_p left[i, p] right[p]` to the `i`-th row: the left factor's rows are the tile's rows.
  ///
  /// Over one panel of the left factor, so `count` is at most its width.
  @inline(__always)
  mutating func addProduct(rowsOf left: UnsafePointer<Float>, _ right: PanelRows, count: Int) {
    for p in 0..<count { addProduct(left + p, stride: Panels.width, right[p]) }
  }
}
