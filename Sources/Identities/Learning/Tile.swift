/// A few rows of a product of matrices, kept in registers while it is summed.
///
/// Eight rows of 32 columns are sixteen vectors: enough independent sums to hide the latency of a fused
/// multiplication and addition, and each number that is loaded serves often enough for the loads not to be the limit.
protocol Tile {
  /// The number of rows.
  static var rows: Int { get }
  /// The tile whose `i`-th row repeats the number at `start[i]`.
  init(repeating start: UnsafePointer<Float>)
  /// The tile of zeros.
  init()
  /// Adds to the `i`-th row the number at `factors[stride * i]` times a row.
  mutating func addProduct(_ factors: UnsafePointer<Float>, stride: Int, _ row: PanelRow)
  /// Passes every row to an action, with its number.
  func forEachRow(_ action: (Int, PanelRow) -> Void)
}

struct FourRows: Tile {
  private var first, second, third, fourth: PanelRow

  static var rows: Int { 4 }

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

struct EightRows: Tile {
  private var upper: FourRows
  private var lower: FourRows

  static var rows: Int { 8 }

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
