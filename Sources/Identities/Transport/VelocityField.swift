import Arithmetic

/// A velocity field on `R^d` that moves in time, written once for every scalar.
public protocol VelocityField: Sendable {
  /// The number of coordinates.
  var dimension: Int { get }
  /// The velocity at a time and a point.
  func velocity<S: Elementary>(at t: S, _ x: Vector<S>) -> Vector<S>
}

/// Where a flow has led, and the integral of the divergence along the way.
public struct FlowEnd<Scalar: Field>: Sendable {
  /// The position.
  public var position: Vector<Scalar>
  /// The integral of the velocity's divergence along the trajectory: the density falls by its exponential.
  public var expansion: Scalar
}

extension VelocityField {
  /// Position and expansion after classical Runge-Kutta steps from time `start` to time `end`, which may be earlier.
  public func flow<S: Elementary>(
    of x: Vector<S>, from start: Double, to end: Double, steps: Int
  ) -> FlowEnd<S> {
    let h = (end - start) / Double(steps)
    var state = FlowEnd(position: x, expansion: 0)
    for k in 0..<steps {
      let t = start + h * Double(k)
      let k1 = rate(t, state)
      let k2 = rate(t + h / 2, state.moved(by: k1, h / 2))
      let k3 = rate(t + h / 2, state.moved(by: k2, h / 2))
      let k4 = rate(t + h, state.moved(by: k3, h))
      state = state.moved(by: k1, h / 6).moved(by: k2, h / 3).moved(by: k3, h / 3).moved(by: k4, h / 6)
    }
    return state
  }

  /// Position and expansion at time `end` with their error bounds, from time `start`.
  ///
  /// Extrapolation of the modified midpoint rule (Gragg 1965), whose error has even powers of the step only, to order
  /// 16 over each of some equal spans. The error is the change when the spans are halved, which overstates that of
  /// the finer result, plus rounding. Throws `InvalidArgument` for a point of another dimension or a number that is
  /// not finite.
  public func flow(
    of x: [Double], from start: Double, to end: Double, spans: Int = 8
  ) throws -> (position: [Estimate], expansion: Estimate) {
    guard x.count == dimension, x.allSatisfy(\.isFinite) else {
      throw InvalidArgument("x", is: x, expected: "\(dimension) finite numbers")
    }
    guard start.isFinite, end.isFinite else {
      throw InvalidArgument("times", is: [start, end], expected: "finite numbers")
    }
    let (coarse, fine) = (
      extrapolated(Vector(x), start, end, spans: spans), extrapolated(Vector(x), start, end, spans: 2 * spans)
    )
    let size = (fine.position.components + x).reduce(fine.expansion.magnitude) { max($0, $1.magnitude) }
    let rounding = 64 * Double.ulpOfOne * max(1, size)
    let estimate = { (a: Double, b: Double) in Estimate(b, error: (a - b).magnitude + rounding) }
    return (
      zip(coarse.position.components, fine.position.components).map(estimate),
      estimate(coarse.expansion, fine.expansion)
    )
  }

  private func rate<S: Elementary>(_ t: Double, _ state: FlowEnd<S>) -> FlowEnd<S> {
    let time = S(t)
    return FlowEnd(
      position: velocity(at: time, state.position),
      expansion: divergence(at: state.position) { velocity(at: Dual(constant: time), $0) })
  }

  private func extrapolated(_ x: Vector<Double>, _ start: Double, _ end: Double, spans: Int) -> FlowEnd<
    Double
  > {
    let H = (end - start) / Double(spans)
    return (0..<spans).reduce(FlowEnd(position: x, expansion: 0)) { state, k in
      var row: [FlowEnd<Double>] = []
      for j in 1...8 {
        var next = [midpoint(state, start + H * Double(k), H, 2 * j)]
        for i in row.indices {
          // Neville's scheme in the square of the step: the ratio of squares of the counts j and j - i - 1.
          let ratio = Double(j) / Double(j - i - 1)
          next.append(next[i].moved(by: next[i].minus(row[i]), 1 / (ratio * ratio - 1)))
        }
        row = next
      }
      return row[row.count - 1]
    }
  }

  /// The modified midpoint rule with `count` substeps and Gragg's smoothing.
  private func midpoint(_ start: FlowEnd<Double>, _ t: Double, _ H: Double, _ count: Int) -> FlowEnd<Double> {
    let h = H / Double(count)
    var (last, state) = (start, start.moved(by: rate(t, start), h))
    for k in 1..<count {
      let next = last.moved(by: rate(t + h * Double(k), state), 2 * h)
      (last, state) = (state, next)
    }
    let end = last.moved(by: rate(t + H, state), h)
    return FlowEnd(
      position: (state.position + end.position) / 2, expansion: (state.expansion + end.expansion) / 2)
  }
}

extension FlowEnd where Scalar: Elementary {
  /// The state moved along a rate for a time.
  func moved(by rate: FlowEnd, _ h: Double) -> FlowEnd {
    FlowEnd(
      position: position + Scalar(h) * rate.position, expansion: expansion + Scalar(h) * rate.expansion)
  }

  /// The difference, as a rate.
  func minus(_ other: FlowEnd) -> FlowEnd {
    FlowEnd(position: position - other.position, expansion: expansion - other.expansion)
  }
}
