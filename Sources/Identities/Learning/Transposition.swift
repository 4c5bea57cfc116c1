/// Sixteen vectors of sixteen numbers.
struct SquareBlock {
  private typealias Row = SIMD16<Float>
  private var rows: (Row, Row, Row, Row, Row, Row, Row, Row, Row, Row, Row, Row, Row, Row, Row, Row)

  /// Sixteen half rows of a panel.
  @inline(__always) init(_ panel: PanelRows, half: Int) {
    rows = (
      panel.half(0, half), panel.half(1, half), panel.half(2, half), panel.half(3, half), panel.half(4, half),
      panel.half(5, half), panel.half(6, half), panel.half(7, half), panel.half(8, half), panel.half(9, half),
      panel.half(10, half), panel.half(11, half), panel.half(12, half), panel.half(13, half),
      panel.half(14, half), panel.half(15, half)
    )
  }

  /// Writes the vectors into sixteen half rows of a panel.
  @inline(__always) func store(_ panel: PanelRows, half: Int) {
    panel.setHalf(0, half, rows.0)
    panel.setHalf(1, half, rows.1)
    panel.setHalf(2, half, rows.2)
    panel.setHalf(3, half, rows.3)
    panel.setHalf(4, half, rows.4)
    panel.setHalf(5, half, rows.5)
    panel.setHalf(6, half, rows.6)
    panel.setHalf(7, half, rows.7)
    panel.setHalf(8, half, rows.8)
    panel.setHalf(9, half, rows.9)
    panel.setHalf(10, half, rows.10)
    panel.setHalf(11, half, rows.11)
    panel.setHalf(12, half, rows.12)
    panel.setHalf(13, half, rows.13)
    panel.setHalf(14, half, rows.14)
    panel.setHalf(15, half, rows.15)
  }

  /// Moves the even numbers of the 256 to the front, the odd ones behind them.
  ///
  /// That rotates the eight bits of a number's place (four of its row, four of its column) by one: four times
  /// exchanges rows and columns.
  @inline(__always) private mutating func rotatePlaces() {
    // Written lane by lane, each becomes one instruction; halves of halves become a dozen.
    @inline(__always) func even(_ a: Row, _ b: Row) -> Row {
      Row(
        a[0], a[2], a[4], a[6], a[8], a[10], a[12], a[14], b[0], b[2], b[4], b[6], b[8], b[10], b[12], b[14])
    }
    @inline(__always) func odd(_ a: Row, _ b: Row) -> Row {
      Row(
        a[1], a[3], a[5], a[7], a[9], a[11], a[13], a[15], b[1], b[3], b[5], b[7], b[9], b[11], b[13], b[15])
    }
    rows = (
      even(rows.0, rows.1), even(rows.2, rows.3), even(rows.4, rows.5), even(rows.6, rows.7),
      even(rows.8, rows.9), even(rows.10, rows.11), even(rows.12, rows.13), even(rows.14, rows.15),
      odd(rows.0, rows.1), odd(rows.2, rows.3), odd(rows.4, rows.5), odd(rows.6, rows.7),
      odd(rows.8, rows.9), odd(rows.10, rows.11), odd(rows.12, rows.13), odd(rows.14, rows.15)
    )
  }

  /// Exchanges rows and columns.
  @inline(__always) mutating func transpose() {
    rotatePlaces()
    rotatePlaces()
    rotatePlaces()
    rotatePlaces()
  }
}
