// Random numbers a second on one thread, into one buffer that stays in the cache: the median of several
// repetitions, with the slowest and the fastest. The rows match Benchmarks/peers/normals.py.
//
//   swift run --package-path Benchmarks -c release bench [repetitions]

import Identities

let repetitions = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 15
let length = 8192
let requests = 4096

/// Prints a row: the millions of numbers a second when `request` fills the buffer again and again.
func measure<Number: BinaryFloatingPoint>(
  _ name: String, _: Number.Type, _ request: (inout RandomStream, UnsafeMutableBufferPointer<Number>) -> Void
) {
  let buffer = UnsafeMutableBufferPointer<Number>.allocate(capacity: length)
  defer { buffer.deallocate() }
  buffer.initialize(repeating: 0)
  var stream = RandomStream(seed: 1, identity: name, block: 0)
  let clock = ContinuousClock()
  let rates = (0...repetitions).map { _ in
    let time = clock.measure { for _ in 0..<requests { request(&stream, buffer) } }
    return Double(length * requests) / (time / .seconds(1)) / 1e6
  }
  // The first repetition warms the processor up.
  let sorted = rates.dropFirst().sorted()
  let columns = [sorted[sorted.count / 2], sorted[0], sorted[sorted.count - 1]].map { "\(Int($0 + 0.5))" }
  let padding = String(repeating: " ", count: max(1, 34 - name.count))
  print(name + padding + columns.joined(separator: "  "))
}

print("millions a second:                median  slowest  fastest")
measure("normals, Float", Float.self) { $0.fillNormals($1) }
measure("normals, Double", Double.self) { $0.fillNormals($1) }
measure("exponentials, Float", Float.self) { $0.fillExponentials($1) }
measure("exponentials, Double", Double.self) { $0.fillExponentials($1) }
measure("uniforms, Float", Float.self) { $0.fillUniforms($1) }
measure("uniforms, Double", Double.self) { $0.fillUniforms($1) }
