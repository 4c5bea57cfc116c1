import Identities

extension Work {
  /// Standard normal numbers in a buffer that stays in the first cache; one for each thread.
  static func normals<Scalar: LaneScalar>(_: Scalar.Type, threads: Int) -> Work {
    let (length, requests) = (8192, 4096)
    return Work(amount: threads * requests * length, unit: "numbers") {
      _ = await inParallel(threads) { worker in
        var stream = RandomStream(seed: 1, identity: "normals", block: UInt64(worker))
        let buffer = UnsafeMutableBufferPointer<Scalar>.allocate(capacity: length)
        defer { buffer.deallocate() }
        for _ in 0..<requests { Scalar.fillNormals(buffer, from: &stream) }
      }
      return {
        var stream = RandomStream(seed: 1, identity: "quality", block: 0)
        let numbers = [Scalar](unsafeUninitializedCapacity: 1 << 22) { buffer, count in
          Scalar.fillNormals(buffer, from: &stream)
          count = buffer.count
        }
        return normality(numbers.map { Double($0) })
      }
    }
  }

  /// By how many standard errors the variance and the kurtosis of the numbers are off.
  private static func normality(_ numbers: [Double]) -> String {
    let n = Double(numbers.count)
    let mean = numbers.reduce(0, +) / n
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    let fourth = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) * ($1 - mean) } / n
    let kurtosis = fourth / (variance * variance)
    return "variance off by \(signed((variance - 1) / (2 / n).squareRoot())), "
      + "kurtosis by \(signed((kurtosis - 3) / (24 / n).squareRoot())) standard errors"
  }
}
