import Arithmetic

/// Scrambled nets: 2,048 points of Sobol's sequence with every coordinate scrambled by Owen's method.
///
/// The points of a net are spread more evenly than independent ones, and the scrambling of A. B. Owen (1995) makes every point
/// uniform and keeps the net: the mean over a net is unbiased, and nets with independent scramblings are independent of
/// each other. The points of one net are not, so what is judged is the means of nets.
///
/// Scrambling exchanges the halves of the unit interval or not, the quarters of each half or not, and so on, each by a
/// random bit of its own. After eleven exchanges every point of a net is alone in its interval, so all further bits are
/// simply random: the scrambling is exact, by one random word for each point and each of the 2,047 exchanges.
enum SobolNet {
  /// How many binary digits tell the points of a net apart.
  private static let digits = 11

  /// How many coordinates a net has; a variable beyond them is drawn independently.
  static let coordinates = SobolNumbers.coordinates

  /// The leading digits of the points, coordinate after coordinate.
  private static let points: [UInt16] = {
    var points: [UInt16] = []
    points.reserveCapacity(coordinates << digits)
    for directions in [first] + SobolNumbers.table.split(separator: ",").map(directions) {
      var net = [0 as UInt16]
      // The point of a number is the sum, without carries, of the directions of its digits.
      for direction in directions { net += net.map { $0 ^ direction } }
      points += net
    }
    return points
  }()

  private static var first: [UInt16] { (1...digits).map { 1 << UInt16(digits - $0) } }

  /// The directions of a coordinate whose polynomial and first numbers are written in the table.
  private static func directions(_ text: Substring) -> [UInt16] {
    let numbers = text.split(whereSeparator: \.isWhitespace).map { UInt32($0)! }
    let (inner, degree) = (numbers[0], numbers.count - 1)
    var m = Array(numbers.dropFirst())
    while m.count < digits {
      let j = m.count
      var next = m[j - degree] ^ (m[j - degree] << UInt32(degree))
      for k in 1..<degree where inner >> UInt32(degree - 1 - k) & 1 == 1 { next ^= m[j - k] << UInt32(k) }
      m.append(next)
    }
    return (0..<digits).map { UInt16(m[$0] << UInt32(digits - 1 - $0)) }
  }

  /// Fills a block with one coordinate of a net, as uniform numbers in (0, 1), odd multiples of 2^-53.
  ///
  /// `words` are as many random words as a block has samples, used for this coordinate alone.
  static func fill(
    _ buffer: UnsafeMutableBufferPointer<Double>, coordinate: Int, words: UnsafeBufferPointer<UInt64>
  ) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 1 << digits) { scrambled in
      scrambled[0] = 0
      for level in 0..<digits {
        let count = 1 << level
        for i in (0..<count).reversed() {
          // The first bit of a word exchanges halves, the last 41 follow the leading digits of a point.
          let first = scrambled[i] &<< 1 | words[count + i] &>> 63
          scrambled[2 * i] = first
          scrambled[2 * i + 1] = first ^ 1
        }
      }
      points.withUnsafeBufferPointer { points in
        let start = coordinate << digits
        for i in 0..<(1 << digits) {
          let leading = scrambled[Int(points[start + i])] &<< 41
          let bits = leading | words[i] & 0x1ff_ffff_ffff | 0x3ff0_0000_0000_0000
          buffer[i] = Double(bitPattern: bits) - (1 - 0x1p-53)
        }
      }
    }
  }
}
