// Numbers a second on one thread, in one buffer that stays in the cache: the median of several repetitions, with
// the slowest and the fastest. The rows match Benchmarks/peers/normals.py.
//
//   swift run --package-path Benchmarks -c release bench [repetitions]

import Identities

let repetitions = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 15
let length = 8192
let requests = 4096

/// Prints a row: the millions of numbers a second when `request` makes `length` numbers.
func measure(_ name: String, _ request: () -> Void) {
  let clock = ContinuousClock()
  let rates = (0...repetitions).map { _ in
    let time = clock.measure { for _ in 0..<requests { request() } }
    return Double(length * requests) / (time / .seconds(1)) / 1e6
  }
  // The first repetition warms the processor up.
  let sorted = rates.dropFirst().sorted()
  let columns = [sorted[sorted.count / 2], sorted[0], sorted[sorted.count - 1]].map { rate in
    let digits = "\(Int(rate + 0.5))"
    return String(repeating: " ", count: max(1, 9 - digits.count)) + digits
  }
  print(name + String(repeating: " ", count: max(1, 34 - name.count)) + columns.joined())
}

let doubles = UnsafeMutableBufferPointer<Double>.allocate(capacity: length)
let floats = UnsafeMutableBufferPointer<Float>.allocate(capacity: length)
var stream = RandomStream(seed: 1, identity: "bench", block: 0)

print("millions a second:                   median  slowest  fastest")
measure("normals, Float") { stream.fillNormals(floats) }
measure("normals, Double") { stream.fillNormals(doubles) }
measure("exponentials, Float") { stream.fillExponentials(floats) }
measure("exponentials, Double") { stream.fillExponentials(doubles) }
measure("uniforms, Float") { stream.fillUniforms(floats) }
measure("uniforms, Double") { stream.fillUniforms(doubles) }

let floatBlocks = [SIMD16<Float>](repeating: SIMD16(repeating: 0.75), count: length / 16)
let doubleBlocks = [SIMD8<Double>](repeating: SIMD8(repeating: 0.75), count: length / 8)

/// Prints a row for an elementary function of `Float`.
func measure(_ name: String, _ function: (SIMD16<Float>) -> SIMD16<Float>) {
  var results = floatBlocks
  measure(name + ", Float") { for i in results.indices { results[i] = function(floatBlocks[i]) } }
}

/// Prints a row for an elementary function of `Double`.
func measure(_ name: String, _ function: (SIMD8<Double>) -> SIMD8<Double>) {
  var results = doubleBlocks
  measure(name + ", Double") { for i in results.indices { results[i] = function(doubleBlocks[i]) } }
}

measure("exp") { (x: SIMD16<Float>) in .exp(x) }
measure("exp") { (x: SIMD8<Double>) in .exp(x) }
measure("log") { (x: SIMD16<Float>) in .log(x) }
measure("log") { (x: SIMD8<Double>) in .log(x) }
measure("sin") { (x: SIMD16<Float>) in .sin(x) }
measure("sin") { (x: SIMD8<Double>) in .sin(x) }
measure("sqrt") { (x: SIMD16<Float>) in .sqrt(x) }
measure("sqrt") { (x: SIMD8<Double>) in .sqrt(x) }
