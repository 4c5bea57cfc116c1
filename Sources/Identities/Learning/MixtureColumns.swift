import Probability

/// Draws samples of a mixture of normal laws in columns of `Float`.
struct MixtureColumns: Sendable {
  let dimension: Int
  /// The chance that a component is among the first: of one, of two, and so on to all but one.
  private let chances: [Float]
  /// For each component its mean.
  private let means: [[Float]]
  /// The entries of the components' lower triangular roots that are not all zero: the place and, for each component,
  /// the number.
  private let roots: [(row: Int, column: Int, numbers: [Float])]

  init(_ law: GaussianMixture<Double>) throws {
    dimension = law.dimension
    var sum = 0.0
    chances = law.weights.dropLast().map { weight in
      sum += weight
      return Float(sum)
    }
    means = law.components.map { $0.mean.components.map { Float($0) } }
    let matrices = try law.components.map { try $0.root }
    roots = (0..<law.dimension).flatMap { i in
      (0...i).map { j in (i, j, matrices.map { Float($0[i, j]) }) }
    }.filter { $0.numbers.contains { $0 != 0 } }
  }

  /// Fills the columns, one a coordinate, with independent samples; their length is a multiple of 16.
  func draw(_ stream: inout RandomStream, _ columns: [UnsafeMutableBufferPointer<Float>]) {
    let count = columns[0].count
    withUnsafeTemporaryAllocation(of: Float.self, capacity: (dimension + 1) * count) { memory in
      let choice = UnsafeMutableBufferPointer(rebasing: memory[..<count])
      let normals = UnsafeMutableBufferPointer(rebasing: memory[count...])
      if !chances.isEmpty { stream.fillUniforms(choice) }
      stream.fillNormals(normals)
      for i in 0..<dimension {
        put(means.map { $0[i] }, choice, into: columns[i]) { _ in SIMD16(repeating: 1) }
      }
      for (i, j, numbers) in roots {
        put(numbers, choice, into: columns[i], adding: true) { normals.vector(j * count + $0) }
      }
    }
  }

  /// Puts or adds the number of each point's component times a factor.
  @inline(__always)
  private func put(
    _ numbers: [Float], _ choice: UnsafeMutableBufferPointer<Float>,
    into column: UnsafeMutableBufferPointer<Float>, adding: Bool = false, factor: (Int) -> SIMD16<Float>
  ) {
    let areEqual = numbers.allSatisfy { $0 == numbers[0] }
    for k in stride(from: 0, to: column.count, by: 16) {
      var number = SIMD16(repeating: numbers[0])
      if !areEqual {
        let u = choice.vector(k)
        for (component, chance) in chances.enumerated() {
          number.replace(with: numbers[component + 1], where: u .> chance)
        }
      }
      let term = number * factor(k)
      column.setVector(k, adding ? column.vector(k) + term : term)
    }
  }
}

extension UnsafeMutableBufferPointer<Float> {
  /// The sixteen numbers from a place on.
  @inline(__always) func vector(_ start: Int) -> SIMD16<Float> {
    UnsafeRawPointer(baseAddress! + start).loadUnaligned(as: SIMD16<Float>.self)
  }

  /// Sets the sixteen numbers from a place on.
  @inline(__always) func setVector(_ start: Int, _ numbers: SIMD16<Float>) {
    UnsafeMutableRawPointer(baseAddress! + start).storeBytes(of: numbers, as: SIMD16<Float>.self)
  }
}
