import Foundation

/// Numbers that the peers' programs make too (`peers/shared.py`), so that all solve the very same problem.
///
/// The words of SplitMix64 (Steele, Lea and Flood 2014), by their place.
enum SharedNumbers {
  private static func word(_ place: Int) -> UInt64 {
    var z = UInt64(place + 1) &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z &>> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z &>> 31)
  }

  /// A uniform number in (0, 1).
  static func uniform(_ place: Int) -> Double { (Double(word(place) &>> 11) + 0.5) * 0x1p-53 }

  /// A standard normal number, of two words.
  static func normal(_ place: Int) -> Double {
    (-2 * log(uniform(2 * place))).squareRoot() * cos(2 * .pi * uniform(2 * place + 1))
  }

  /// A sample of the report's mixture, one array for each axis: four normal laws of covariance one at distance one from
  /// the origin, in the plane on both sides of the axes, otherwise on the first four axes.
  static func mixture(sample: Int, points: Int, dimension: Int) -> [[Double]] {
    let first = sample * points
    return (0..<dimension).map { axis in
      (first..<first + points).map { point in
        let place = point * (dimension + 1)
        let mode = Int(4 * uniform(2 * (place + dimension)))
        let isOnAxis = dimension == 2 ? mode / 2 == axis : mode == axis
        let sign = dimension == 2 && mode % 2 == 1 ? -1.0 : 1
        return normal(place + axis) + (isOnAxis ? sign : 0)
      }
    }
  }
}
