/// Thirty-two numbers, a row of a panel: two vectors of the widest machine.
struct PanelRow {
  var low: SIMD16<Float>
  var high: SIMD16<Float>

  static let zero = PanelRow(repeating: 0)

  @inline(__always) init(low: SIMD16<Float>, high: SIMD16<Float>) { (self.low, self.high) = (low, high) }

  @inline(__always) init(repeating number: Float) {
    low = SIMD16(repeating: number)
    high = SIMD16(repeating: number)
  }

  /// Adds a number times a row, each lane rounded once.
  @inline(__always) mutating func addProduct(_ number: Float, _ row: PanelRow) {
    // `a * b + c` would round twice: only `addProduct` becomes the machine's fused instruction.
    let factor = SIMD16(repeating: number)
    low.addProduct(factor, row.low)
    high.addProduct(factor, row.high)
  }

  /// The row with zero for its negative lanes.
  @inline(__always) var rectified: PanelRow {
    PanelRow(low: low.replacing(with: 0, where: low .< 0), high: high.replacing(with: 0, where: high .< 0))
  }

  /// The row with zero where another one is not positive.
  @inline(__always) func kept(wherePositive other: PanelRow) -> PanelRow {
    PanelRow(
      low: SIMD16.zero.replacing(with: low, where: other.low .> 0),
      high: SIMD16.zero.replacing(with: high, where: other.high .> 0))
  }
}

/// A matrix of `Float` in panels: its columns in groups of 32, and each group's rows one after the other.
///
/// A product that works on 32 columns at a time then reads memory in order, and a panel of 128 rows is 16 KB, which
/// stays in a first-level cache. Columns that fill up the last panel are zero and remain so.
final class Panels: @unchecked Sendable {
  // Unchecked: whoever shares panels among threads orders the accesses (`PhasedWork`).

  /// The columns of a panel.
  static let width = 32

  let rows: Int
  let columns: Int
  private let memory: UnsafeMutableRawPointer

  /// A matrix of zeros.
  init(rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
    let size = rows * Panels.count(for: columns) * MemoryLayout<PanelRow>.stride
    memory = .allocate(byteCount: max(size, 1), alignment: MemoryLayout<PanelRow>.alignment)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
  }

  deinit { memory.deallocate() }

  /// The number of panels that hold so many columns.
  static func count(for columns: Int) -> Int { (columns + width - 1) / width }

  /// The rows of a panel.
  @inline(__always) func panel(_ index: Int) -> PanelRows {
    PanelRows(memory + index * rows * MemoryLayout<PanelRow>.stride)
  }

  /// An entry.
  subscript(row: Int, column: Int) -> Float {
    get { panel(column / Panels.width).number(row, column % Panels.width).pointee }
    set { panel(column / Panels.width).number(row, column % Panels.width).pointee = newValue }
  }
}

/// The rows of a panel from some row on.
struct PanelRows {
  private let memory: UnsafeMutableRawPointer

  @inline(__always) init(_ memory: UnsafeMutableRawPointer) { self.memory = memory }

  /// A row.
  @inline(__always) subscript(row: Int) -> PanelRow {
    get { memory.load(fromByteOffset: row * 128, as: PanelRow.self) }
    nonmutating set { memory.storeBytes(of: newValue, toByteOffset: row * 128, as: PanelRow.self) }
  }

  /// Half a row: the sixteen columns from `16 half` on.
  @inline(__always) func half(_ row: Int, _ half: Int) -> SIMD16<Float> {
    memory.load(fromByteOffset: row * 128 + half * 64, as: SIMD16<Float>.self)
  }

  /// Sets half a row: the sixteen columns from `16 half` on.
  @inline(__always) func setHalf(_ row: Int, _ half: Int, _ numbers: SIMD16<Float>) {
    memory.storeBytes(of: numbers, toByteOffset: row * 128 + half * 64, as: SIMD16<Float>.self)
  }

  /// The place of a number.
  @inline(__always) func number(_ row: Int, _ column: Int) -> UnsafeMutablePointer<Float> {
    (memory + row * 128 + column * 4).assumingMemoryBound(to: Float.self)
  }

  /// The rows from a later one on.
  @inline(__always) func from(_ row: Int) -> PanelRows { PanelRows(memory + row * 128) }
}
