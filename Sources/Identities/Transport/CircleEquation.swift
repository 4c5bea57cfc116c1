/// The Fokker-Planck equation `u_t + (b u)_x = e u_xx` on the circle of length 2 pi, by Fourier collocation.
///
/// The unknown is `u = 2 pi rho` at equally spaced points; derivatives are those of the trigonometric polynomial
/// through them, and time steps are classical Runge-Kutta. For an analytic drift the error falls exponentially in
/// the number of points and with the fourth power of the step.
public struct CircleEquation: Sendable {
  /// The drift `b(x)`.
  public let drift: @Sendable (Double) -> Double
  /// The diffusion coefficient `e`, not negative.
  public let diffusion: Double

  /// The equation with a drift and a diffusion coefficient; throws `InvalidArgument` unless `diffusion >= 0`.
  public init(diffusion: Double, drift: @escaping @Sendable (Double) -> Double) throws {
    guard diffusion >= 0, diffusion.isFinite else {
      throw InvalidArgument("diffusion", is: diffusion, expected: "a finite number that is not negative")
    }
    (self.drift, self.diffusion) = (drift, diffusion)
  }

  /// The density relative to the uniform one after `time`, at `points` equally spaced points.
  ///
  /// It begins with the values `start` at the points, or uniformly.
  public func solution(points: Int, steps: Int, time: Double = 1, from start: [Double]? = nil) -> [Double] {
    precondition(start == nil || start?.count == points, "a start at \(start?.count ?? 0) points, not \(points)")
    let x = (0..<points).map { 2 * Double.pi * Double($0) / Double(points) }
    let (first, second) = Self.differentiation(points)
    let b = x.map(drift)
    // One matrix for the whole right side: the drift does not depend on time.
    let generator = Matrix(rows: points, columns: points) { i, j in
      diffusion * second[(i - j + points) % points] - first[(i - j + points) % points] * b[j]
    }
    let step = time / Double(steps)
    var u = Vector(start ?? Array(repeating: 1.0, count: points))
    for _ in 0..<steps {
      let k1 = generator * u
      let k2 = generator * (u + step / 2 * k1)
      let k3 = generator * (u + step / 2 * k2)
      let k4 = generator * (u + step * k3)
      u = u + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    }
    return u.components
  }

  /// The mean over the circle of a function of the relative density, with its error from two resolutions.
  public func mean(points: Int, steps: Int, of f: (Double) -> Double) -> Estimate {
    func mean(_ points: Int, _ steps: Int) -> Double {
      solution(points: points, steps: steps).reduce(0) { $0 + f($1) } / Double(points)
    }
    let fine = mean(points, steps)
    return Estimate(
      fine, error: (fine - mean(points / 2, steps)).magnitude + (fine - mean(points, steps / 2)).magnitude)
  }

  /// The derivative of the trigonometric polynomial through values at equally spaced points, an even number of them.
  public static func derivative(of values: [Double]) -> [Double] {
    let (points, first) = (values.count, differentiation(values.count).first)
    return (0..<points).map { i in
      (0..<points).reduce(0) { $0 + first[(i - $1 + points) % points] * values[$1] }
    }
  }

  /// The first and second derivative of the periodic cardinal function at the points, for an even number of them
  /// (Trefethen, Spectral Methods in MATLAB, 2000, chapter 3).
  private static func differentiation(_ points: Int) -> (first: [Double], second: [Double]) {
    let h = 2 * Double.pi / Double(points)
    var first = [0.0]
    var second = [-Double.pi * Double.pi / (3 * h * h) - 1.0 / 6]
    for j in 1..<points {
      let (half, sign) = (Double(j) * h / 2, j % 2 == 0 ? 1.0 : -1.0)
      first.append(sign / 2 * Double.cos(half) / Double.sin(half))
      second.append(-sign / (2 * Double.sin(half).squared))
    }
    return (first, second)
  }
}
