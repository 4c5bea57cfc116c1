import Arithmetic
import Probability

/// A stochastic differential equation `dX = drift dt + noise dW`, to be read in one of three conventions.
///
/// Drift and noise are written once for every scalar: particles step over `Variate`, and the moments of the very
/// same steps come from running them over `Double`.
public protocol Diffusion: Sendable {
  /// The number of coordinates of `X` and of the Brownian motion.
  var dimension: Int { get }
  /// The drift at a time and a point.
  func drift<S: Elementary>(_ t: Double, _ x: Vector<S>) -> Vector<S>
  /// The matrix `s` before the noise, with `s s^T` the diffusion matrix.
  func noise<S: Elementary>(_ t: Double, _ x: Vector<S>) -> Matrix<S>
}

/// Where in a time step the matrix before the noise is evaluated.
public enum NoiseConvention: String, Sendable, CaseIterable {
  /// At the beginning of the step: Ito.
  case ito = "Ito"
  /// In the middle, the mean of beginning and end: Stratonovich.
  case stratonovich = "Stratonovich"
  /// At the end of the step: Haenggi and Klimontovich.
  case isothermal = "Haenggi-Klimontovich"
}

extension Diffusion {
  /// The point after one step of length `h` with standard normal noise `xi`.
  ///
  /// Ito: Euler and Maruyama. Stratonovich: Heun. Haenggi-Klimontovich: the noise's matrix at a predicted end. All
  /// are of weak order one.
  public func step<S: Elementary>(
    _ x: Vector<S>, at t: Double, length h: Double, _ xi: Vector<S>, _ convention: NoiseConvention
  ) -> Vector<S> {
    let (length, root) = (S(h), S(h.squareRoot()))
    let (b, s) = (drift(t, x), root * (noise(t, x) * xi))
    let predicted = x + length * b + s
    switch convention {
    case .ito: return predicted
    case .stratonovich:
      let (bEnd, sEnd) = (drift(t + h, predicted), root * (noise(t + h, predicted) * xi))
      return x + length / 2 * (b + bEnd) + (s + sEnd) / 2
    case .isothermal: return x + length * b + root * (noise(t + h, predicted) * xi)
    }
  }

  /// The point at the end of a time range, after as many equal steps as there are noises.
  public func end<S: Elementary>(
    of start: Vector<S>, over times: ClosedRange<Double>, along noises: [Vector<S>],
    _ convention: NoiseConvention = .ito
  ) -> Vector<S> {
    let h = (times.upperBound - times.lowerBound) / Double(noises.count)
    return noises.indices.reduce(start) { x, k in
      step(x, at: times.lowerBound + h * Double(k), length: h, noises[k], convention)
    }
  }

  /// The mean and covariance at the end of a time range after `steps` equal steps, from those at its beginning.
  ///
  /// Exact up to rounding where the mean and the second moments after a step are polynomials of degree at most
  /// three in the point before it and the step is one of degree at most two in the noise: the expectations are
  /// cubature rules of those degrees.
  public func moments(
    of start: Gaussian<Double>, over times: ClosedRange<Double>, steps: Int,
    _ convention: NoiseConvention = .ito
  ) throws -> Gaussian<Double> {
    let h = (times.upperBound - times.lowerBound) / Double(steps)
    let d = dimension
    // Three points of Gauss and Hermite in each coordinate of the noise.
    let nodes = (0..<3.power(d)).map { code -> (Double, Vector<Double>) in
      let digits = (0..<d).map { code / 3.power($0) % 3 }
      return (
        digits.reduce(1) { $0 * ($1 == 1 ? 2.0 / 3 : 1.0 / 6) },
        Vector(digits.map { Double($0 - 1) * 3.0.squareRoot() })
      )
    }
    var law = start
    for k in 0..<steps {
      let root = Double(d).squareRoot() * (try law.covariance.semidefiniteRoot)
      var (mean, square) = (Vector<Double>.zero(d), Matrix<Double>.zero(d, d))
      for axis in 0..<d {
        let column = Vector((0..<d).map { root[$0, axis] })
        for point in [law.mean + column, law.mean - column] {
          for (weight, xi) in nodes {
            let next = step(point, at: times.lowerBound + h * Double(k), length: h, xi, convention)
            let share = weight / Double(2 * d)
            mean = mean + share * next
            square = square + share * next.outer(next)
          }
        }
      }
      let covariance = square - mean.outer(mean)
      law = Gaussian(mean: mean, covariance: (covariance + covariance.transpose) / 2)
    }
    return law
  }

  /// The noises of half as many steps that drive the same Brownian motion.
  public static func coarser(_ noises: [Vector<Variate>]) -> [Vector<Variate>] {
    stride(from: 0, to: noises.count - 1, by: 2).map {
      Variate(0.5.squareRoot()) * (noises[$0] + noises[$0 + 1])
    }
  }
}

extension Int {
  /// The integer raised to a small power.
  fileprivate func power(_ exponent: Int) -> Int { (0..<exponent).reduce(1) { product, _ in product * self } }
}
