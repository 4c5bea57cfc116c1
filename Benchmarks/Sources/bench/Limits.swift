import Identities

// What the machine can do at most, measured in the same run as the works that are held against it.

extension Work {
  /// Independent fused multiply-adds, each counted as two operations.
  static func multiplyAdds<Scalar: LaneScalar>(_: Scalar.Type, threads: Int) -> Work {
    let iterations = 20_000_000
    let amount = threads * iterations * 12 * 2 * Scalar.Lanes.scalarCount
    return Work(amount: amount, unit: "flop") {
      let sums = await inParallel(threads) { _ in
        Scalar.self == Float.self
          ? Double(fuse(SIMD16<Float>.self, iterations)) : fuse(SIMD8<Double>.self, iterations)
      }
      return { "sum \(sums[0])" }
    }
  }

  @inline(__always)
  private static func fuse<Lanes: SIMD>(_: Lanes.Type, _ iterations: Int) -> Lanes.Scalar
  where Lanes.Scalar: BinaryFloatingPoint {
    let (a, b) = (Lanes(repeating: 0.999), Lanes(repeating: 0.001))
    // Twelve sums that do not wait for each other: more than the latency times the units of any machine so far.
    var (c0, c1, c2, c3, c4, c5) = (b, b, b, b, b, b)
    var (c6, c7, c8, c9, c10, c11) = (b, b, b, b, b, b)
    for _ in 0..<iterations {
      c0 = b.addingProduct(c0, a)
      c1 = b.addingProduct(c1, a)
      c2 = b.addingProduct(c2, a)
      c3 = b.addingProduct(c3, a)
      c4 = b.addingProduct(c4, a)
      c5 = b.addingProduct(c5, a)
      c6 = b.addingProduct(c6, a)
      c7 = b.addingProduct(c7, a)
      c8 = b.addingProduct(c8, a)
      c9 = b.addingProduct(c9, a)
      c10 = b.addingProduct(c10, a)
      c11 = b.addingProduct(c11, a)
    }
    return [c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11].reduce(0) { $0 + $1.sum() }
  }

  /// Exponentials of numbers that stay in the first cache.
  static func exponentials(threads: Int) -> Work {
    let (vectors, requests) = (256, 4096)
    return Work(amount: threads * requests * vectors * 16, unit: "exponentials") {
      _ = await inParallel(threads) { _ in
        let numbers = [SIMD16<Float>](repeating: SIMD16(repeating: 0.75), count: vectors)
        var results = numbers
        for _ in 0..<requests {
          for i in 0..<vectors { results[i] = SIMD16.exp(numbers[i]) }
        }
      }
      return { "exp(0.75) is \(SIMD16<Float>.exp(SIMD16(repeating: 0.75))[0])" }
    }
  }

  /// Sums of two arrays into a third, all far larger than the caches; what is read and written is counted.
  static func bandwidth(threads: Int) -> Work {
    let vectors = 1 << 21
    let memory = Arrays(vectors: vectors)
    return Work(amount: 3 * 64 * vectors, unit: "bytes") {
      _ = await inParallel(threads) { worker in
        let (a, b, c) = (memory.a, memory.b, memory.c)
        for i in vectors * worker / threads..<vectors * (worker + 1) / threads { c[i] = a[i] + b[i] * 3 }
      }
      return { "every sum is \(memory.c[vectors - 1][0])" }
    }
  }
}

/// Three arrays that threads share by parts.
private struct Arrays: @unchecked Sendable {
  let a, b, c: UnsafeMutablePointer<SIMD8<Double>>

  init(vectors: Int) {
    (a, b, c) = (.allocate(capacity: vectors), .allocate(capacity: vectors), .allocate(capacity: vectors))
    a.initialize(repeating: SIMD8(repeating: 1), count: vectors)
    b.initialize(repeating: SIMD8(repeating: 2), count: vectors)
    c.initialize(repeating: .zero, count: vectors)
  }
}
