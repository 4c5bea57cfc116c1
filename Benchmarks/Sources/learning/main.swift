// Training and sampling with the report's network, and the machine's limit measured beside them, in turn.
//
//   swift run --package-path Benchmarks -c release learning train|sample [threads] [repetitions]
//
// train: 8,000 steps, batch 128, 4 linear layers of width 128 in two dimensions, examples drawn afresh in each step.
// sample: 10,000 points, 1,280 steps of Euler's method along such a network.
// The last line is for programs: the seconds of each repetition and what was done in them.

import Identities

let arguments = CommandLine.arguments.dropFirst()
let work = arguments.first ?? ""
let threads = arguments.dropFirst().first.flatMap { Int($0) } ?? 2
let repetitions = arguments.dropFirst(2).first.flatMap { Int($0) } ?? 5
guard ["train", "sample"].contains(work), threads > 0, repetitions > 0 else {
  fatalError("usage: learning train|sample [threads] [repetitions]")
}

/// Multiplications and additions of one evaluation of the network.
let flops = Double(2 * (3 * 128 + 2 * 128 * 128 + 128 * 2))
let (steps, batch) = (8000, 128)
let (points, times) = (10_000, 1280)

func normal(_ mean: [Double]) throws -> Gaussian<Double> {
  try Gaussian(mean: mean, covariance: [[1, 0], [0, 1]])
}

/// Four modes at distance 5 from the origin, reached from N(0, 1) with a latent of variance `2 t (1 - t)`.
let modes = try GaussianMixture([[5.0, 0], [0, 5], [-5, 0], [0, -5]].map { (0.25, try normal($0)) })
let path = try RandomPath(from: GaussianMixture([(1, normal([0, 0]))]), to: modes) { t in
  PathCoefficients(
    alpha: 1 - t, beta: t, gamma: SIMD16.sqrt(2 * t * (1 - t)), alphaRate: SIMD16(repeating: -1),
    betaRate: SIMD16(repeating: 1))
}
let network = try Perceptron(inputs: 3, outputs: 2, seed: 1)

/// Trains the network; returns the mean loss of the last thousand steps.
func train() async throws -> Double {
  var losses: [Double] = []
  _ = try await network.trained(
    on: path.velocity(loss: .squaredDistance), by: Adam(decay: 0.9), steps: steps, batch: batch, seed: 1,
    threads: threads
  ) { losses.append($0.loss) }
  return losses.suffix(10).reduce(0, +) / 10
}

/// Moves all points along the network, a block of them at a time through all steps; returns a mean to look at.
func sample() async -> Double {
  let size = 160
  let blocks = (points + size - 1) / size
  return await withTaskGroup(of: Double.self) { group in
    for worker in 0..<threads {
      group.addTask {
        let field = PerceptronEvaluator(network)
        var (x, v) = ([Float](repeating: 0, count: 2 * size), [Float](repeating: 0, count: 2 * size))
        var sum = 0.0
        for block in blocks * worker / threads..<blocks * (worker + 1) / threads {
          var stream = RandomStream(seed: 1, identity: "sample", block: UInt64(block))
          x.withUnsafeMutableBufferPointer { stream.fillNormals($0) }
          let count = min(size, points - block * size)
          for k in 0..<times {
            field.evaluate(x, at: Float(k) / Float(times), into: &v, count: count, stride: size)
            for i in x.indices { x[i] += v[i] * (1 / Float(times)) }
          }
          sum += x[..<count].reduce(0) { $0 + Double($1) }
        }
        return sum
      }
    }
    return await group.reduce(0, +) / Double(points)
  }
}

/// The floating-point operations a second of independent fused multiplications and additions on all threads.
func peak() async -> Double {
  let iterations = 20_000_000
  let time = await ContinuousClock().measure {
    await withTaskGroup(of: Float.self) { group in
      for _ in 0..<threads { group.addTask { fuse(iterations) } }
      for await sum in group where sum == 0 { print("no sum can be zero") }
    }
  }
  return Double(threads * iterations * 12 * 32) / (time / .seconds(1))
}

@inline(never) func fuse(_ iterations: Int) -> Float {
  let (a, b) = (SIMD16<Float>(repeating: 0.999), SIMD16<Float>(repeating: 0.001))
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
  return (c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11).sum()
}

let amount = work == "train" ? steps : points * times
let total = work == "train" ? 3 * flops * Double(steps * batch) : flops * Double(points * times)
var quality = ""
var seconds: [Double] = []
for repetition in 0...repetitions {
  let limit = await peak()
  let start = ContinuousClock.now
  if work == "train" {
    quality = "loss \(try await train())"
  } else {
    quality = "mean \(await sample())"
  }
  let time = (ContinuousClock.now - start) / .seconds(1)
  // The first repetition warms the processor up.
  if repetition == 0 { continue }
  seconds.append(time)
  let rate = total / time
  print(
    "\(work), \(threads) threads: \(time) s, \(Int(rate / 1e9)) GFLOP/s,",
    "\(Int(100 * rate / limit)) % of the \(Int(limit / 1e9)) GFLOP/s measured just before; \(quality)")
}
let unit = work == "train" ? "steps" : "evaluations"
print(
  #"{"work": "\#(work)", "peer": "Identities", "threads": \#(threads), "seconds": \#(seconds), "amount": \#(amount),"#,
  #""unit": "\#(unit)", "quality": "\#(quality)", "compileSeconds": null}"#)
