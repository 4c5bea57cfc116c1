import Foundation
public struct RandomStream: Sendable {
  var s: UInt64
  public init(seed: UInt64, identity: String, block: UInt64) {
    var h: UInt64 = 0xcbf29ce484222325 ^ seed &* 0x9e3779b97f4a7c15
    for b in identity.utf8 { h = (h ^ UInt64(b)) &* 0x100000001b3 }
    s = h ^ (block &* 0xd1342543de82ef95)
  }
  public mutating func nextUInt64() -> UInt64 {
    s &+= 0x9e3779b97f4a7c15
    var z = s
    z = (z ^ (z >> 30)) &* 0xbf58476d1ce4e5b9
    z = (z ^ (z >> 27)) &* 0x94d049bb133111eb
    return z ^ (z >> 31)
  }
  public mutating func nextDouble() -> Double { (Double(nextUInt64() >> 12) + 0.5) * 0x1p-52 }
  public mutating func fillUniforms(_ b: UnsafeMutableBufferPointer<Double>) { for i in b.indices { b[i] = nextDouble() } }
  public mutating func fillNormals(_ b: UnsafeMutableBufferPointer<Double>) {
    for i in b.indices { b[i] = (-2 * Foundation.log(nextDouble())).squareRoot() * Foundation.cos(2 * .pi * nextDouble()) }
  }
  public mutating func fillExponentials(_ b: UnsafeMutableBufferPointer<Double>) { for i in b.indices { b[i] = -Foundation.log(nextDouble()) } }
}
