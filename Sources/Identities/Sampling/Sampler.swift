import Arithmetic
import Probability

/// Draws points of a law and moves them along fields, in blocks, on several threads.
///
/// The random numbers of a block depend on the sampler's seed, its name, the kind of request and the block alone, so
/// the result has the same bytes for any number of threads. Two requests of one kind share their random numbers:
/// give samplers different names where their results have to be independent.
public struct Sampler: Sendable {
  /// The seed of its random numbers.
  public let seed: UInt64
  /// What tells its random numbers from those of others with the seed.
  public let name: String
  /// How many blocks may be under way at once.
  public let width: Int

  /// A sampler; throws `InvalidArgument` unless the width is positive.
  public init(seed: UInt64, name: String, width: Int = 1) throws {
    guard width > 0 else { throw InvalidArgument("width", is: width, expected: "a positive number") }
    (self.seed, self.name, self.width) = (seed, name, width)
  }

  func stream(_ purpose: String, block: Int) -> RandomStream {
    RandomStream(seed: seed, identity: "\(name), \(purpose)", block: UInt64(block))
  }

  /// Transforms blocks of points, each with its random stream.
  func transform<Scalar>(
    _ points: Points<Scalar>, _ purpose: String,
    _ body: @escaping @Sendable (inout Points<Scalar>, inout RandomStream) throws -> Void
  ) async throws -> Points<Scalar> {
    let blocks = try await Array(points.blocks.enumerated()).concurrentMap(width: width) { number, block in
      try Task.checkCancellation()
      var (block, stream) = (block, stream(purpose, block: number))
      try body(&block, &stream)
      return block
    }
    return Points(joining: blocks)
  }

  /// Independent points of a normal mixture.
  ///
  /// Throws `InvalidArgument` unless there is to be a point.
  public func draw<Scalar: LaneScalar>(
    _ count: Int, of law: GaussianMixture<Double>, as: Scalar.Type = Scalar.self
  ) async throws -> Points<Scalar> {
    guard count > 0 else {
      throw InvalidArgument("count", is: count, expected: "a positive number of points")
    }
    let parts = try zip(law.weights, law.components).map { (weight: $0, mean: $1.mean, root: try $1.root) }
    let d = law.dimension
    return try await transform(Points(zeros: count, dimension: d), "draw") { block, stream in
      var noise = Points<Scalar>(zeros: block.count, dimension: d)
      for k in 0..<d { noise.withColumn(k) { Scalar.fillNormals($0, from: &stream) } }
      var choice = Points<Scalar>(zeros: block.count, dimension: 1)
      choice.withColumn(0) { Scalar.fillUniforms($0, from: &stream) }
      var passed = 0.0
      for (k, part) in parts.enumerated() {
        // A later component replaces an earlier one where the choice lies beyond the weights so far.
        let isBeyond = choice.lanes.map { $0 .>= Scalar(passed) }
        for i in 0..<d {
          for v in 0..<block.vectors where k == 0 || isBeyond[v] != .init(repeating: false) {
            var value = Scalar.Lanes(repeating: Scalar(part.mean[i]))
            for j in 0...i { value += noise.lanes[j * block.vectors + v] * Scalar(part.root[i, j]) }
            block.lanes[i * block.vectors + v].replace(with: value, where: isBeyond[v])
          }
        }
        passed += part.weight
      }
    }
  }
}

extension Points {
  /// Fills the first columns with standard normal numbers.
  mutating func fillNormals(columns: Int, from stream: inout RandomStream) {
    for k in 0..<columns { withColumn(k) { Scalar.fillNormals($0, from: &stream) } }
  }
}
