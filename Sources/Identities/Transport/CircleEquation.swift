import Arithmetic

/// The Fokker-Planck equation with killing, `u_t + (b u)_x = e u_xx - r u`, on a circle, by Fourier collocation.
///
/// The unknown lives at equally spaced points; derivatives are those of the trigonometric polynomial through
/// them, and time steps are classical Runge-Kutta. For analytic coefficients the error falls exponentially in
/// the number of points and with the fourth power of the step. A problem on the line whose solution is nothing
/// at a distance is one on a large circle.
public struct CircleEquation: Sendable {
  /// The drift `b(t, x)`.
  public let drift: @Sendable (_ t: Double, _ x: Double) -> Double
  /// The killing rate `r(t, x)`, of either sign.
  public let killing: @Sendable (_ t: Double, _ x: Double) -> Double
  /// The diffusion coefficient `e`, not negative.
  public let diffusion: Double
  /// The length of the circle; its points run from minus half of it to half of it.
  public let circumference: Double

  /// The equation without killing on the circle of length 2 pi.
  ///
  /// Throws `InvalidArgument` unless `diffusion >= 0`.
  public init(diffusion: Double, drift: @escaping @Sendable (Double) -> Double) throws {
    try self.init(diffusion: diffusion, drift: { _, x in drift(x) }, killing: { _, _ in 0 })
  }

  /// The equation with a drift and a killing rate; throws `InvalidArgument` unless `diffusion >= 0` and
  /// `circumference > 0`.
  public init(
    diffusion: Double, circumference: Double = 2 * .pi,
    drift: @escaping @Sendable (_ t: Double, _ x: Double) -> Double,
    killing: @escaping @Sendable (_ t: Double, _ x: Double) -> Double
  ) throws {
    guard diffusion >= 0, diffusion.isFinite else {
      throw InvalidArgument("diffusion", is: diffusion, expected: "a finite number that is not negative")
    }
    guard circumference > 0, circumference.isFinite else {
      throw InvalidArgument("circumference", is: circumference, expected: "a positive finite number")
    }
    (self.drift, self.killing, self.diffusion) = (drift, killing, diffusion)
    self.circumference = circumference
  }

  /// The points of a grid, from minus half the circumference on.
  public func grid(points: Int) -> [Double] {
    (0..<max(0, points)).map { circumference * (Double($0) / Double(points) - 0.5) }
  }

  /// The solution at time one, from a uniform start of height one, at the points of the grid.
  ///
  /// Throws `InvalidArgument` unless the points are a positive even number and there is a step.
  public func solution(points: Int, steps: Int) throws -> [Double] {
    try solution(from: Array(repeating: 1, count: max(0, points)), steps: steps)
  }

  /// The solution at the end of a range of times, from its values at the points of the grid at the beginning.
  ///
  /// Throws `InvalidArgument` unless the values are finite, a positive even number of them, and there is a step.
  public func solution(
    from start: [Double], over times: ClosedRange<Double> = 0...1, steps: Int
  ) throws -> [Double] {
    guard !start.isEmpty, start.count.isMultiple(of: 2) else {
      throw InvalidArgument("points", is: start.count, expected: "a positive even number")
    }
    guard start.allSatisfy(\.isFinite) else {
      throw InvalidArgument("start", is: start, expected: "finite numbers")
    }
    guard steps > 0 else { throw InvalidArgument("steps", is: steps, expected: "at least 1") }
    let x = grid(points: start.count)
    let collocation = Collocation(points: start.count, circumference: circumference)
    let step = (times.upperBound - times.lowerBound) / Double(steps)
    func rate(_ n: Double) -> (_ u: [Double]) -> [Double] {
      let t = times.lowerBound + n * step
      let (b, r) = (x.map { drift(t, $0) }, x.map { killing(t, $0) })
      return { collocation.rate($0, drift: b, killing: r, diffusion: diffusion) }
    }
    func moved(_ u: [Double], _ k: [Double], _ h: Double) -> [Double] { zip(u, k).map { $0 + h * $1 } }
    var u = start
    var now = rate(0)
    for n in 0..<steps {
      let (middle, next) = (rate(Double(n) + 0.5), rate(Double(n + 1)))
      let k1 = now(u)
      let k2 = middle(moved(u, k1, step / 2))
      let k3 = middle(moved(u, k2, step / 2))
      let k4 = next(moved(u, k3, step))
      for i in u.indices { u[i] += step / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]) }
      now = next
    }
    return u
  }
}

extension CircleEquation {
  /// The mean over the circle of a function of the solution from a uniform start, with its error from two
  /// resolutions.
  public func mean(points: Int, steps: Int, of f: (Double) -> Double) throws -> Estimate {
    try estimate(points: (points, points / 2), steps: steps) { points, steps in
      try solution(points: points, steps: steps).reduce(0) { $0 + f($1) } / Double(points)
    }
  }

  /// A number at the finer of two grids, with its error from the coarser grid and from twice the step.
  ///
  /// The part of the step is an eighth of the change with it: twice the error, for a method of order four. Throws
  /// `InvalidArgument` unless one grid is coarser than the other and the steps are an even number.
  public func estimate(
    points: (fine: Int, coarse: Int), steps: Int, of value: (_ points: Int, _ steps: Int) throws -> Double
  ) throws -> Estimate {
    guard points.coarse > 0, points.coarse < points.fine else {
      throw InvalidArgument("points", is: points, expected: "a finer and a coarser grid")
    }
    guard steps > 1, steps.isMultiple(of: 2) else {
      throw InvalidArgument("steps", is: steps, expected: "an even number, to be halved")
    }
    let fine = try value(points.fine, steps)
    let space = (fine - (try value(points.coarse, steps))).magnitude
    let time = (fine - (try value(points.fine, steps / 2))).magnitude / 8
    // What rounding leaves in each of the steps adds up at worst.
    return Estimate(fine, error: space + time + Double(steps) * fine.ulp)
  }

  /// The solution at time one at the point `share` of the way round, from the start `u(x)`, with its error from two
  /// resolutions.
  ///
  /// Throws `InvalidArgument` where a grid does not have the point.
  public func value(
    at share: Double, points: (fine: Int, coarse: Int), steps: Int, from start: (Double) -> Double
  ) throws -> Estimate {
    try estimate(points: points, steps: steps) { points, steps in
      try solution(from: grid(points: points).map(start), steps: steps)[index(of: share, points: points)]
    }
  }

  /// The integral at the end of a range of times of the solution times `weight`, from a unit mass at the point `share`
  /// of the way round, with its error from two resolutions.
  ///
  /// Throws `InvalidArgument` where a grid does not have the point.
  public func integral(
    fromPointMassAt share: Double, over times: ClosedRange<Double> = 0...1, points: (fine: Int, coarse: Int),
    steps: Int, against weight: (Double) -> Double
  ) throws -> Estimate {
    try estimate(points: points, steps: steps) { points, steps in
      var start = Array(repeating: 0.0, count: points)
      start[try index(of: share, points: points)] = 1
      return zip(grid(points: points), try solution(from: start, over: times, steps: steps)).reduce(0) {
        $0 + weight($1.0) * $1.1
      }
    }
  }

  /// The number of the point `share` of the way round a grid.
  private func index(of share: Double, points: Int) throws -> Int {
    let place = share * Double(points)
    guard share >= 0, share < 1, place == place.rounded() else {
      throw InvalidArgument("share", is: share, expected: "a point of the grid of \(points), from 0 to 1")
    }
    return Int(place)
  }
}

extension CircleEquation {
  /// The derivative at the points of the grid of the trigonometric polynomial through values there.
  ///
  /// Throws `InvalidArgument` unless the values are a positive even number.
  public func derivative(of values: [Double]) throws -> [Double] {
    guard !values.isEmpty, values.count.isMultiple(of: 2) else {
      throw InvalidArgument("values", is: values.count, expected: "a positive even number of them")
    }
    // The transport term alone, carried along at speed minus one.
    let (carry, nothing) = (values.map { _ in -1.0 }, values.map { _ in 0.0 })
    return Collocation(points: values.count, circumference: circumference)
      .rate(values, drift: carry, killing: nothing, diffusion: 0)
  }
}

/// The derivatives of trigonometric polynomials at equally spaced points.
private struct Collocation {
  /// The first and second derivative of the periodic cardinal function, twice round the circle, for an even
  /// number of points (Trefethen, Spectral Methods in MATLAB, 2000, chapter 3).
  let first: [Double]
  let second: [Double]

  init(points: Int, circumference: Double) {
    let (h, scale) = (2 * Double.pi / Double(points), 2 * Double.pi / circumference)
    var first = [0.0]
    var second = [-Double.pi * Double.pi / (3 * h * h) - 1.0 / 6]
    for j in 1..<points {
      let (half, sign) = (Double(j) * h / 2, j % 2 == 0 ? 1.0 : -1.0)
      first.append(sign / 2 * Double.cos(half) / Double.sin(half))
      second.append(-sign / (2 * Double.sin(half).squared))
    }
    self.first = (first + first).map { scale * $0 }
    self.second = (second + second).map { scale * scale * $0 }
  }

  /// The right side `e u_xx - (b u)_x - r u` of the equation.
  func rate(_ u: [Double], drift: [Double], killing: [Double], diffusion: Double) -> [Double] {
    let n = u.count
    var result = (0..<n).map { -killing[$0] * u[$0] }
    result.withUnsafeMutableBufferPointer { result in
      first.withUnsafeBufferPointer { first in
        second.withUnsafeBufferPointer { second in
          // Column by column, so that the inner loop runs along memory.
          for j in 0..<n {
            let (spread, flux) = (diffusion * u[j], drift[j] * u[j])
            for i in 0..<n { result[i] += spread * second[n + i - j] - flux * first[n + i - j] }
          }
        }
      }
    }
    return result
  }
}
