import Arithmetic
import Probability
import Transport

/// How a diffusion `dx = b(t, x) dt + g(t) dw` is followed.
public enum DiffusionMethod: String, Sendable, CaseIterable {
  /// Euler and Maruyama, of weak order 1: drift and noise at the beginning of a step.
  case eulerMaruyama = "Euler-Maruyama"
  /// Heun, of weak order 2 for this noise, which does not depend on `x`: the drift's mean over beginning and predicted
  /// end, and the noise's mean square.
  case heun
}

extension Sampler {
  /// The points at the end of a time range under a diffusion `dx = b dt + g dw`, from where they are at its beginning.
  ///
  /// Time may run backwards, `dt < 0`; the noise then belongs to the reversed process. With a `refinement` of `n` the
  /// noise of a step is the scaled sum of `n` normal numbers, so that a grid with `n` times as many steps sees the same
  /// Brownian paths. Throws `InvalidArgument` where the dimensions differ, the drift does not exist at a time that is
  /// needed (the last one only by Heun's method), or the refinement is not positive.
  public func diffuse<Scalar>(
    _ points: Points<Scalar>, drift: any PointField<Scalar>, noise: @escaping @Sendable (Double) -> Double,
    over grid: TimeGrid, by method: DiffusionMethod = .eulerMaruyama, refinement: Int = 1
  ) async throws -> Points<Scalar> {
    try points.requireDimension(of: drift)
    guard refinement > 0 else {
      throw InvalidArgument("refinement", is: refinement, expected: "a positive number")
    }
    let steps = try FlowStep.all(over: grid, by: method == .heun ? .heun : .euler) { try drift.at($0) }
    let noises = grid.intervals.map { start, length in
      let squares =
        method == .heun ? (noise(start).squared + noise(start + length).squared) / 2 : noise(start).squared
      return (squares * length.magnitude).squareRoot()
    }
    return try await transform(points, "diffuse") { block, stream in
      block.diffuse(zip(steps, noises), refinement: refinement, &stream)
    }
  }

  /// Samples of the data that a score makes of noise: the reverse of a score SDE, from noise at the grid's first time
  /// to data at its last.
  ///
  /// After every step of the predictor, `corrections` steps of Langevin's equation with the score at the new time, of
  /// size `2 (ratio * deviation)^2`; that of Song et al. with the score's length taken to be what it is on average for
  /// pure noise. Throws `InvalidArgument` where the dimensions differ, the grid does not fall, the score does not exist
  /// at a time, or a number is out of range.
  public func generate<Scalar>(
    _ noise: Points<Scalar>, sde: some ScoreSDE, score: any PointField<Scalar>, over grid: TimeGrid,
    by predictor: Predictor = .eulerMaruyama, corrections: Int = 0, ratio: Double = 0.16
  ) async throws -> Points<Scalar> {
    try noise.requireDimension(of: score)
    try Self.requireFalling(grid)
    guard corrections >= 0, ratio > 0, ratio.isFinite else {
      throw InvalidArgument(
        "corrections, ratio", is: [Double(corrections), ratio],
        expected: "no negative number, and a positive one")
    }
    let steps = try zip(grid.times, grid.times.dropFirst()).map { time, next in
      // No score is needed at the last time if it is zero, where data has no noise left to correct.
      let corrects = corrections > 0 && sde.kernel(to: next).variance > 0
      return ReverseStep<Scalar>(
        move: predictor.move(sde, from: try sde.checked(time), to: try sde.checked(next)),
        score: try score.at(time), corrector: corrects ? try score.at(next) : nil,
        size: 2 * ratio.squared * sde.kernel(to: next).variance)
    }
    return try await transform(noise, "generate") { block, stream in
      block.generate(steps, corrections: corrections, &stream)
    }
  }

  /// The points at a later time of a score SDE, from where they are at an earlier one: its kernel, hence exact for any
  /// length of time.
  ///
  /// Throws `InvalidArgument` for times outside those of the diffusion or in the wrong order.
  public func noised<Scalar>(
    _ points: Points<Scalar>, by sde: some ScoreSDE, from start: Double, to end: Double
  ) async throws -> Points<Scalar> {
    guard try sde.checked(start) <= sde.checked(end) else {
      throw InvalidArgument("start, end", is: [start, end], expected: "times in this order")
    }
    let kernel = sde.kernel(from: start, to: end)
    let move = AffineMove<Scalar>(
      position: Scalar(kernel.signal), score: 0, noise: Scalar(kernel.deviation))
    return try await transform(points, "noised") { block, stream in
      var noise = Points<Scalar>(zeros: block.count, dimension: block.dimension)
      noise.fillNormals(columns: block.dimension, from: &stream)
      block.apply(move, score: nil, noise: noise)
    }
  }

  static func requireFalling(_ grid: TimeGrid) throws {
    guard grid.times[0] > grid.times[1] else {
      throw InvalidArgument("grid", is: grid.times, expected: "falling times: noise comes last, data first")
    }
  }
}

extension Points {
  /// Moves the points along steps of a diffusion.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  mutating func diffuse(
    _ steps: Zip2Sequence<[FlowStep<any FrozenField<Scalar>>], [Double]>, refinement: Int,
    _ stream: inout RandomStream
  ) {
    var slopes = [Points](repeating: Points(zeros: count, dimension: dimension), count: 2)
    var (normals, noise, place) = (slopes[0], slopes[0], self)
    for (step, deviation) in steps {
      noise.fillNormals(columns: dimension, from: &stream)
      for _ in 1..<refinement {
        normals.fillNormals(columns: dimension, from: &stream)
        noise.add(1, times: normals)
      }
      let scale = Scalar(deviation / Double(refinement).squareRoot())
      for (k, stage) in step.stages.enumerated() {
        if k > 0 {
          place.set(self, plus: Scalar(stage.reach * step.length), times: slopes[0])
          place.add(scale, times: noise)
        }
        stage.field.evaluate(at: k > 0 ? place : self, into: &slopes[k])
      }
      for (k, stage) in step.stages.enumerated() {
        add(Scalar(stage.weight * step.length), times: slopes[k])
      }
      add(scale, times: noise)
    }
  }
}
