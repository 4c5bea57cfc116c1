import Learning
import Transport

/// The report's two training objectives over a training set, at the times of a grid.
///
/// The report trains and samples with one number of steps: the times of training are those at which the sampler asks
/// for the field.
struct StudyRegression {
  /// The training set, a column for each coordinate.
  let data: [[Float]]
  let steps: Int

  /// (2.22): the velocity of the linear interpolant, with its factor `t` restored, at the times `0, ..., (n - 1) / n`.
  func velocity() throws -> Regression {
    let n = steps
    return try regression(loss: .crossTerm) { block, times, latents, d in
      for k in 0..<block.count {
        let t = Float(times[k]) / Float(n)
        block.input(d)[k] = t
        for i in 0..<d {
          let (x0, x1) = (latents[i * block.count + k], block.target(i)[k])
          block.input(i)[k] = (1 - t) * x0 + t * x1
          block.target(i)[k] = x1 - x0
        }
      }
    }
  }

  /// (2.18): the score of the diffusion at the times `1 / n, ..., 1`, weighted by the kernel's variance.
  ///
  /// The report does not name its weight; without one the loss has no finite mean as `n` grows.
  func score(_ sde: VarianceExploding) throws -> Regression {
    let n = steps
    let deviations = (1...n).map { Float(sde.kernel(to: Double($0) / Double(n)).deviation) }
    return try regression(loss: .squaredDistance) { block, times, latents, d in
      for k in 0..<block.count {
        let deviation = deviations[times[k]]
        block.input(d)[k] = Float(times[k] + 1) / Float(n)
        block.weights[k] = deviation * deviation
        for i in 0..<d {
          let z = latents[i * block.count + k]
          block.input(i)[k] = block.target(i)[k] + deviation * z
          block.target(i)[k] = -z / deviation
        }
      }
    }
  }

  /// A regression whose examples `make` completes, from a data point in the target's place, the number of a time and
  /// standard normal latents.
  private func regression(
    loss: Regression.Loss,
    _ make: @escaping @Sendable (ExampleBlock, [Int], [Float], Int) -> Void
  ) throws -> Regression {
    let (data, steps, d) = (data, steps, data.count)
    return try Regression(inputs: d + 1, outputs: d, loss: loss) { stream, block in
      let count = block.count
      let numbers = [Float](unsafeUninitializedCapacity: (d + 2) * count) { buffer, filled in
        stream.fillUniforms(UnsafeMutableBufferPointer(rebasing: buffer[..<(2 * count)]))
        stream.fillNormals(UnsafeMutableBufferPointer(rebasing: buffer[(2 * count)..<((d + 2) * count)]))
        filled = (d + 2) * count
      }
      let times = (0..<count).map { min(steps - 1, Int(numbers[$0] * Float(steps))) }
      let size = data[0].count
      for k in 0..<count {
        let pick = min(size - 1, Int(numbers[count + k] * Float(size)))
        for i in 0..<d { block.target(i)[k] = data[i][pick] }
      }
      make(block, times, Array(numbers[(2 * count)...]), d)
    }
  }
}
