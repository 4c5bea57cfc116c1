import Foundation
extension SIMD8<Double> {
  static func exp(_ x: Self) -> Self { var y = x; for i in 0..<8 { y[i] = Foundation.exp(x[i]) }; return y }
  static func log(_ x: Self) -> Self { var y = x; for i in 0..<8 { y[i] = Foundation.log(x[i]) }; return y }
  static func sin(_ x: Self) -> Self { var y = x; for i in 0..<8 { y[i] = Foundation.sin(x[i]) }; return y }
  static func cos(_ x: Self) -> Self { var y = x; for i in 0..<8 { y[i] = Foundation.cos(x[i]) }; return y }
}
