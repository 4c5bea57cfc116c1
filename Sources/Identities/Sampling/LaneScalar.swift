import Probability

/// A floating-point number that the samplers compute with: `Float` or `Double`, a machine's widest vector at a time.
public protocol LaneScalar: BinaryFloatingPoint, SIMDScalar, Codable, Sendable {
  /// A vector of 64 bytes.
  associatedtype Lanes: SIMD & Sendable where Lanes.Scalar == Self
  /// The exponential of every lane.
  static func exponential(_ x: Lanes) -> Lanes
  /// The natural logarithm of every lane.
  static func logarithm(_ x: Lanes) -> Lanes
  /// Fills a buffer with standard normal numbers of a stream.
  static func fillNormals(_ buffer: UnsafeMutableBufferPointer<Self>, from stream: inout RandomStream)
  /// Fills a buffer with uniform numbers in (0, 1) of a stream.
  static func fillUniforms(_ buffer: UnsafeMutableBufferPointer<Self>, from stream: inout RandomStream)
}

extension LaneScalar {
  /// How many numbers there are in a vector.
  package static var laneCount: Int { Lanes.scalarCount }
}

extension Float: LaneScalar {
  /// Sixteen numbers.
  public typealias Lanes = SIMD16<Float>
  /// The exponential of every lane.
  @inline(__always) public static func exponential(_ x: Lanes) -> Lanes { .exp(x) }
  /// The natural logarithm of every lane.
  @inline(__always) public static func logarithm(_ x: Lanes) -> Lanes { .log(x) }
  /// Fills a buffer with standard normal numbers of a stream.
  public static func fillNormals(
    _ buffer: UnsafeMutableBufferPointer<Float>, from stream: inout RandomStream
  ) { stream.fillNormals(buffer) }
  /// Fills a buffer with uniform numbers in (0, 1) of a stream.
  public static func fillUniforms(
    _ buffer: UnsafeMutableBufferPointer<Float>, from stream: inout RandomStream
  ) { stream.fillUniforms(buffer) }
}

extension Double: LaneScalar {
  /// Eight numbers.
  public typealias Lanes = SIMD8<Double>
  /// The exponential of every lane.
  @inline(__always) public static func exponential(_ x: Lanes) -> Lanes { .exp(x) }
  /// The natural logarithm of every lane.
  @inline(__always) public static func logarithm(_ x: Lanes) -> Lanes { .log(x) }
  /// Fills a buffer with standard normal numbers of a stream.
  public static func fillNormals(
    _ buffer: UnsafeMutableBufferPointer<Double>, from stream: inout RandomStream
  ) { stream.fillNormals(buffer) }
  /// Fills a buffer with uniform numbers in (0, 1) of a stream.
  public static func fillUniforms(
    _ buffer: UnsafeMutableBufferPointer<Double>, from stream: inout RandomStream
  ) { stream.fillUniforms(buffer) }
}
