import Arithmetic

/// A random variable, as a block of its samples.
///
/// Arithmetic acts sample by sample, so a formula over a `Field` runs on whole blocks at the speed of the
/// machine's vector units, wherever the formula itself was compiled.
public struct Variate: Sendable {
  /// How many samples make a block: small enough for the second-level cache to hold a formula's worth, and enough to
  /// hide what an operator costs besides its samples.
  public static let blockSize = 2048

  enum Storage: Sendable {
    case constant(Double)
    case samples([Double])
  }
  private(set) var storage: Storage

  /// A constant: a random variable without randomness.
  public init(_ value: Double) { storage = .constant(value) }

  /// The variable with the given samples, exactly one block of them.
  public init(samples: [Double]) {
    precondition(samples.count == Self.blockSize, "\(samples.count) samples; a block is \(Self.blockSize)")
    storage = .samples(samples)
  }

  init(filling fill: (UnsafeMutableBufferPointer<Double>) -> Void) {
    storage = .samples(
      Array(unsafeUninitializedCapacity: Self.blockSize) { buffer, count in
        fill(UnsafeMutableBufferPointer(rebasing: buffer[0..<Self.blockSize]))
        count = Self.blockSize
      })
  }

  /// The samples, one block; a constant is repeated.
  public var samples: [Double] {
    switch storage {
    case .constant(let value): Array(repeating: value, count: Self.blockSize)
    case .samples(let samples): samples
    }
  }

  /// Hands over the samples of a variable that is no constant.
  package func withSamples(_ body: (UnsafeBufferPointer<Double>) -> Void) {
    if case .samples(let samples) = storage { samples.withUnsafeBufferPointer(body) }
  }

  /// A number that other samples, or these in another order, have with probability 2^-64; nil for a constant.
  package var fingerprint: UInt64? {
    guard case .samples(let samples) = storage else { return nil }
    let (start, prime) = (0xcbf2_9ce4_8422_2325 as UInt64, 0x0100_0000_01b3 as UInt64)
    // Eight hashes side by side, then one of the eight: a single one would wait for every product in turn.
    let hashes = samples.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 64).reduce(into: SIMD8(repeating: start)) { hashes, i in
        hashes = (hashes ^ bytes.loadUnaligned(fromByteOffset: i, as: SIMD8<UInt64>.self)) &* prime
      }
    }
    return hashes.indices.reduce(start) { ($0 ^ hashes[$1]) &* prime }
  }

  /// Whether every sample is finite.
  var isFinite: Bool {
    switch storage {
    case .constant(let value): value.isFinite
    case .samples(let samples):
      // Zero times a finite number is zero, times any other NaN, which a sum keeps.
      samples.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) -> Bool in
        var sum = SIMD8<Double>.zero
        for i in stride(from: 0, to: bytes.count, by: 64) {
          sum += bytes.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self) * SIMD8<Double>.zero
        }
        return sum.sum() == 0
      }
    }
  }

  /// The value of a constant; nil for a variable that was sampled.
  public var constant: Double? {
    if case .constant(let value) = storage { return value }
    return nil
  }

  /// One where the sample is below `threshold`, zero elsewhere, and NaN where it is NaN.
  public func isBelow(_ threshold: Double) -> Variate {
    // The sign of the difference, spread over the word, keeps the bits of one or none of them: a comparison
    // of vectors would lower to scalar code here.
    let (threshold, one) = (SIMD8(repeating: threshold), SIMD8<Double>(repeating: 1).bits)
    return map { x in
      let sign = unsafeBitCast((x - threshold).bits, to: SIMD8<Int64>.self) &>> 63
      return SIMD8(bits: unsafeBitCast(sign, to: SIMD8<UInt64>.self) & one) + (x - x)
    }
  }

  @inline(__always)
  func map(_ transform: (SIMD8<Double>) -> SIMD8<Double>) -> Variate {
    switch storage {
    case .constant(let value): return Variate(transform(SIMD8(repeating: value))[0])
    case .samples(let x):
      return Variate { out in
        x.withUnsafeBytes { x in
          let out = UnsafeMutableRawPointer(out.baseAddress!)
          for i in stride(from: 0, to: Self.blockSize * 8, by: 64) {
            let lanes = x.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self)
            out.storeBytes(of: transform(lanes), toByteOffset: i, as: SIMD8<Double>.self)
          }
        }
      }
    }
  }

  @inline(__always)
  private static func zip(
    _ a: Variate, _ b: Variate, _ combine: (SIMD8<Double>, SIMD8<Double>) -> SIMD8<Double>
  ) -> Variate {
    switch (a.storage, b.storage) {
    case (.constant(let x), _):
      let x = SIMD8(repeating: x)
      return b.map { combine(x, $0) }
    case (_, .constant(let y)):
      let y = SIMD8(repeating: y)
      return a.map { combine($0, y) }
    case (.samples(let x), .samples(let y)):
      return Variate { out in
        x.withUnsafeBytes { x in
          y.withUnsafeBytes { y in
            let out = UnsafeMutableRawPointer(out.baseAddress!)
            for i in stride(from: 0, to: blockSize * 8, by: 64) {
              let first = x.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self)
              let second = y.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self)
              out.storeBytes(of: combine(first, second), toByteOffset: i, as: SIMD8<Double>.self)
            }
          }
        }
      }
    }
  }

  /// Hands over the samples and leaves zero in their place, so that whoever has them is their only owner; nil for a
  /// constant, which stays.
  @inline(never)
  private mutating func release() -> [Double]? {
    guard case .samples(let samples) = storage else { return nil }
    storage = .constant(0)
    return samples
  }

  /// Changes samples where they are, unless another variable shares them: a sum of many terms needs one block.
  @inline(__always)
  private static func change(
    _ x: inout [Double], by a: [Double], _ b: [Double],
    _ combine: (SIMD8<Double>, SIMD8<Double>, SIMD8<Double>) -> SIMD8<Double>
  ) {
    x.withUnsafeMutableBytes { x in
      a.withUnsafeBytes { a in
        b.withUnsafeBytes { b in
          for i in stride(from: 0, to: blockSize * 8, by: 64) {
            let old = x.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self)
            let first = a.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self)
            let second = b.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self)
            x.storeBytes(of: combine(old, first, second), toByteOffset: i, as: SIMD8<Double>.self)
          }
        }
      }
    }
  }
}

extension Variate: Field {
  /// The image of a number in the field.
  @_disfavoredOverload public init(_ integer: Int) { self.init(Double(integer)) }

  // Constants zero and one come from derivatives and identity matrices: they cost no new block, and a zero only a look
  // at whether the other factor is finite.
  /// The sum.
  public static func + (a: Self, b: Self) -> Self {
    if a.constant == 0 { return b }
    if b.constant == 0 { return a }
    return zip(a, b) { $0 + $1 }
  }
  /// Adds a number.
  public static func += (a: inout Self, b: Self) { a.add(b, times: 1) }
  /// Adds a product.
  public mutating func add(_ a: Self, times b: Self) {
    if a.constant == 0 && b.isFinite || b.constant == 0 && a.isFinite { return }
    guard var sum = release() else {
      self = self + a * b
      return
    }
    switch (a.storage, b.storage) {
    case (.samples(let a), .samples(let b)): Self.change(&sum, by: a, b) { $0 + $1 * $2 }
    case (.samples(let a), .constant(let b)): Self.change(&sum, by: a, a) { sum, a, _ in sum + a * b }
    case (.constant(let a), .samples(let b)): Self.change(&sum, by: b, b) { sum, b, _ in sum + a * b }
    case (.constant(let a), .constant(let b)):
      self = Variate(samples: sum) + Variate(a * b)
      return
    }
    storage = .samples(sum)
  }
  /// The difference.
  public static func - (a: Self, b: Self) -> Self {
    if b.constant == 0 { return a }
    return zip(a, b) { $0 - $1 }
  }
  /// The product; zero times what is not finite is NaN.
  public static func * (a: Self, b: Self) -> Self {
    if a.constant == 0 && b.isFinite || b.constant == 1 { return a }
    if b.constant == 0 && a.isFinite || a.constant == 1 { return b }
    return zip(a, b) { $0 * $1 }
  }
  /// The quotient.
  public static func / (a: Self, b: Self) -> Self {
    if b.constant == 1 { return a }
    return zip(a, b) { $0 / $1 }
  }
  /// The negative.
  public static prefix func - (a: Self) -> Self { a.map { -$0 } }

  /// One for every variable but the constant zero: rows are not exchanged sample by sample.
  public var pivotWeight: Double { constant == 0 ? 0 : 1 }
}

extension Variate: Elementary {
  /// The exponential.
  public static func exp(_ x: Self) -> Self { x.map { .exp($0) } }
  /// The number `e^x - 1`.
  public static func expMinusOne(_ x: Self) -> Self { x.map { .expMinusOne($0) } }
  /// The natural logarithm.
  public static func log(_ x: Self) -> Self { x.map { .log($0) } }
  /// The sine, of an angle in radians.
  public static func sin(_ x: Self) -> Self { x.map { .sin($0) } }
  /// The cosine, of an angle in radians.
  public static func cos(_ x: Self) -> Self { x.map { .cos($0) } }
  /// The sine and the cosine of one angle, the same numbers as one by one.
  public static func sineAndCosine(_ x: Self) -> (sine: Self, cosine: Self) {
    guard case .samples(let angles) = x.storage else { return (sin(x), cos(x)) }
    var cosine = x
    let sine = Variate { sines in
      cosine = Variate { cosines in
        let (sines, cosines) = (
          UnsafeMutableRawPointer(sines.baseAddress!), UnsafeMutableRawPointer(cosines.baseAddress!)
        )
        angles.withUnsafeBytes { angles in
          for i in stride(from: 0, to: blockSize * 8, by: 64) {
            let (s, c) = SIMD8.sineAndCosine(angles.loadUnaligned(fromByteOffset: i, as: SIMD8<Double>.self))
            sines.storeBytes(of: s, toByteOffset: i, as: SIMD8<Double>.self)
            cosines.storeBytes(of: c, toByteOffset: i, as: SIMD8<Double>.self)
          }
        }
      }
    }
    return (sine, cosine)
  }
  /// The square root.
  public static func sqrt(_ x: Self) -> Self { x.map { $0.squareRoot() } }
  /// The circle constant.
  public static var pi: Self { Self(Double.pi) }

  /// The shares, one exponential for each by subtracting the greatest.
  public static func softmax(_ x: [Self]) -> [Self] {
    let greatest = x.dropFirst().reduce(x[0]) { zip($0, $1) { $0.replacing(with: $1, where: $1 .> $0) } }
    let parts = x.map { exp($0 - greatest) }
    let total = parts.reduce(0, +)
    return parts.map { $0 / total }
  }
}
