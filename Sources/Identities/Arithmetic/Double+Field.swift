import Foundation

extension Double: Field {
  @inlinable public var pivotWeight: Double { isFinite ? magnitude : 0 }
}

extension Double: Elementary {
  public static func exp(_ x: Double) -> Double { Foundation.exp(x) }
  public static func log(_ x: Double) -> Double { Foundation.log(x) }
  public static func sin(_ x: Double) -> Double { Foundation.sin(x) }
  public static func cos(_ x: Double) -> Double { Foundation.cos(x) }
  public static func sqrt(_ x: Double) -> Double { x.squareRoot() }
}
