import Arithmetic
import Probability

/// How a flow `dx/dt = v(t, x)` is followed.
public enum FlowMethod: String, Sendable, CaseIterable {
  /// Explicit Euler, of order 1: the field once a step.
  case euler
  /// Heun's trapezoidal rule, of order 2: twice.
  case heun
  /// The classical method of Runge and Kutta, of order 4: four times.
  case rungeKutta4 = "Runge-Kutta 4"

  /// The stages: how far each goes along the field of the one before, as a share of the step, and how much its own
  /// field counts in the end.
  var stages: [(reach: Double, weight: Double)] {
    switch self {
    case .euler: [(0, 1)]
    case .heun: [(0, 1 / 2), (1, 1 / 2)]
    case .rungeKutta4: [(0, 1 / 6), (1 / 2, 1 / 3), (1 / 2, 1 / 3), (1, 1 / 6)]
    }
  }
}

extension Sampler {
  /// The points at the end of a time range, moved along a field from where they are at its beginning.
  ///
  /// Throws `InvalidArgument` where the dimensions differ or the field does not exist at a time that the method asks
  /// for; Euler's asks for the beginnings of the steps only.
  public func flow<Scalar>(
    _ points: Points<Scalar>, along field: any PointField<Scalar>, over grid: TimeGrid,
    by method: FlowMethod = .rungeKutta4
  ) async throws -> Points<Scalar> {
    try points.requireDimension(of: field)
    let steps = try FlowStep.all(over: grid, by: method) { try field.at($0) }
    return try await transform(points, "flow") { block, _ in
      block.follow(steps) { $0.evaluate(at: $1, into: &$2) }
    }
  }

  /// The log-densities at points of the law that a flow has made of another one.
  ///
  /// The points are moved over `grid`, from the time at which their density is asked for to that of `base`, and the
  /// log-density there changes by the integral of the field's divergence: `log p(x_s) = log p(x_t) + int_s^t div v`.
  /// In either direction of time. Throws `InvalidArgument` where the dimensions differ or the field does not exist.
  public func logLikelihoods<Scalar>(
    of points: Points<Scalar>, along field: any DivergenceField<Scalar>, over grid: TimeGrid,
    base: GaussianMixture<Double>, by method: FlowMethod = .rungeKutta4
  ) async throws -> [Scalar] {
    try points.requireDimension(of: field)
    guard base.dimension == field.dimension else {
      throw InvalidArgument("base", is: base.dimension, expected: "a law of dimension \(field.dimension)")
    }
    let steps = try FlowStep.all(over: grid, by: method) { try field.withDivergence(at: $0) }
    let end = try FrozenMixture<Scalar>(base.map { Dual(constant: $0) }, .score)
    let moved = try await transform(points.resized(to: points.dimension + 1), "likelihood") { block, _ in
      block.follow(steps) { $0.evaluateWithDivergence(at: $1, into: &$2) }
    }
    return zip(end.logDensities(at: moved), moved.columns[points.dimension]).map { $0 + $1 }
  }
}

/// One step of a flow: its length and the field at the times of its stages.
public struct FlowStep<Field: Sendable>: Sendable {
  /// How long it takes, negative backwards in time.
  public let length: Double
  /// The stages: how far into the step each is, what its slope counts, and the field then.
  public let stages: [(reach: Double, weight: Double, field: Field)]

  /// A step of a length with its stages.
  public init(length: Double, stages: [(reach: Double, weight: Double, field: Field)]) {
    (self.length, self.stages) = (length, stages)
  }

  /// The steps over a grid, with the field at the time of each stage.
  public static func all(
    over grid: TimeGrid, by method: FlowMethod, _ field: (Double) throws -> Field
  ) throws -> [FlowStep] {
    // Neighbouring stages, and steps, share their times.
    var last: (time: Double, field: Field)?
    return try zip(grid.times, grid.times.dropFirst()).map { start, end in
      FlowStep(
        length: end - start,
        stages: try method.stages.map { reach, weight in
          let time = reach == 0 ? start : reach == 1 ? end : start + reach * (end - start)
          let now = last?.time == time ? last!.field : try field(time)
          last = (time, now)
          return (reach, weight, now)
        })
    }
  }
}

extension Points {
  /// Throws `InvalidArgument` unless a field has the points' dimension.
  func requireDimension(of field: any PointField<Scalar>) throws {
    guard dimension == field.dimension else {
      throw InvalidArgument(
        "field", is: "of dimension \(field.dimension)", expected: "dimension \(dimension)")
    }
  }

  /// Moves the points along steps of a flow.
  public mutating func follow<Field>(
    _ steps: [FlowStep<Field>], _ evaluate: (Field, Points, inout Points) -> Void
  ) {
    var slope = Points(zeros: count, dimension: dimension)
    var (place, sum) = (self, self)
    for step in steps {
      for (k, stage) in step.stages.enumerated() {
        if k > 0 { place.set(self, plus: Scalar(stage.reach * step.length), times: slope) }
        evaluate(stage.field, k > 0 ? place : self, &slope)
        if k == 0 {
          sum.set(self, plus: Scalar(stage.weight * step.length), times: slope)
        } else {
          sum.add(Scalar(stage.weight * step.length), times: slope)
        }
      }
      swap(&self, &sum)
    }
  }

  /// Becomes `start + factor * slope`.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  mutating func set(_ start: Points, plus factor: Scalar, times slope: Points) {
    let size = lanes.count
    start.lanes.withUnsafeBufferPointer { a in
      slope.lanes.withUnsafeBufferPointer { b in
        lanes.withUnsafeMutableBufferPointer { out in
          for i in 0..<size { out[i] = a[i] + b[i] * factor }
        }
      }
    }
  }

  /// Moves by `factor * slope`.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  mutating func add(_ factor: Scalar, times slope: Points) {
    let size = lanes.count
    slope.lanes.withUnsafeBufferPointer { b in
      lanes.withUnsafeMutableBufferPointer { out in
        for i in 0..<size { out[i] += b[i] * factor }
      }
    }
  }
}
