import Arithmetic

extension Perceptron {
  /// What the bytes of a perceptron begin with: a name and the number of the format.
  private static let signature: [UInt8] = Array("Perceptron 1\n".utf8)

  /// The perceptron as bytes, for a cache: a signature, the sizes, the parameters and a checksum, little-endian.
  public var bytes: [UInt8] {
    var bytes = Perceptron.signature
    for size in [inputs, outputs, width, layers] { bytes.append(littleEndian: UInt64(size)) }
    for parameter in parameters { bytes.append(littleEndian: parameter.bitPattern) }
    bytes.append(littleEndian: Perceptron.checksum(bytes[...]))
    return bytes
  }

  /// The perceptron that was written as bytes.
  ///
  /// Throws `InvalidArgument` where the bytes are not exactly what was written: of another format, cut, lengthened or
  /// changed, which the checksum of 64 bits misses with a chance of about 2^-64, and never for a single byte.
  public init(bytes: [UInt8]) throws {
    func refusal(_ value: String) -> InvalidArgument {
      InvalidArgument("bytes", is: value, expected: "the undamaged bytes of a perceptron")
    }
    guard bytes.starts(with: Perceptron.signature) else {
      throw refusal("\(bytes.count) bytes with another signature")
    }
    var rest = bytes[Perceptron.signature.count...]
    guard rest.count >= 40 else { throw refusal("\(bytes.count) bytes, too few") }
    let written: UInt64 = bytes.suffix(8).littleEndianInteger()
    guard Perceptron.checksum(bytes.dropLast(8)) == written else {
      throw refusal("\(bytes.count) bytes with a checksum of others")
    }
    rest = rest.dropLast(8)
    let sizes = (0..<4).map { k -> Int in
      let size: UInt64 = rest.dropFirst(8 * k).prefix(8).littleEndianInteger()
      return Int(clamping: size)
    }
    rest = rest.dropFirst(32)
    guard rest.count % 4 == 0 else { throw refusal("\(bytes.count) bytes, with half a parameter") }
    let parameters = stride(from: rest.startIndex, to: rest.endIndex, by: 4).map {
      Float(bitPattern: rest[$0..<$0 + 4].littleEndianInteger())
    }
    try self.init(
      inputs: sizes[0], outputs: sizes[1], width: sizes[2], layers: sizes[3], parameters: parameters)
  }

  /// The hash of Fowler, Noll and Vo (1a): every step is a bijection, so one changed byte always changes it.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}

extension [UInt8] {
  /// Appends the bytes of an integer, the least significant first.
  fileprivate mutating func append(littleEndian number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}

extension ArraySlice<UInt8> {
  /// The integer whose bytes these are, the least significant first.
  fileprivate func littleEndianInteger<Integer: FixedWidthInteger>() -> Integer {
    reversed().reduce(0) { $0 << 8 | Integer($1) }
  }
}
