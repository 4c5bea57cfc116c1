import Arithmetic
import Probability
import Sampling
import Verification

extension ModelComparison {
  /// R.2.19 by simulation: the flow in steps, against the interpolant, which is sampled without any velocity.
  static var steppedFlow: Statistical<SteppedFlow> {
    get throws {
      Statistical("steps along the velocity, mixtures", cases: [try SteppedFlow()]) { flow, draw in
        let (path, t) = (flow.path, flow.path.time)
        let (x0, x1, x, _) = try path.sample(draw)
        let noise = draw.normal(2)
        let waves = { (y: Vector<Variate>) in Vector(SteppedFlow.waves(y)) }
        Step(#"\mathbb{E}\phi(I_t)"#) { waves(x) }
        Step(
          #"\mathbb{E}\phi(x_t), \quad \dot x_t = v_t(x_t), \; x_0 \sim p_0"#, because: "$x_t \\sim p_t$",
          bias: flow.bias
        ) { waves(try SteppedFlow.end(of: x0, along: flow.whole)) }
        Restatement(#"\mathbb{E}\phi(x_t), \quad x_{t/2} \sim p_{t/2}"#, because: "started on the way") {
          waves(try SteppedFlow.end(of: (1 - t / 2) * x0 + t / 2 * x1, along: flow.second))
        }
        Rival(#"\dot x_t = -v_t(x_t)"#, "run backwards") {
          waves(try SteppedFlow.end(of: x0, along: flow.backwards))
        }
        Rival(#"x_t + \sqrt{t/8}\,z"#, "noise added to the flow") {
          waves(try SteppedFlow.end(of: x0, along: flow.whole) + Variate((t / 8).squareRoot()) * noise)
        }
        Rival(#"x_t = x_0 + t\,v_0(x_0)"#, "one of Euler's steps taken for the flow") {
          waves(try SteppedFlow.end(of: x0, along: flow.euler))
        }
        Rival(#"\dot x_t = A_tx_t + a_t"#, "velocity of normal ends with the same moments") {
          waves(try SteppedFlow.end(of: x0, along: flow.normal))
        }
        Rival(#"x_t = x_0"#, "any velocity, such as none, taken to reach the end") { waves(x0) }
      }
    }
  }

  /// The flow of an interpolant's velocity between a normal law and a mixture in the plane, by steps.
  struct SteppedFlow: Sendable, CustomStringConvertible {
    typealias Steps = [FlowStep<any FrozenField<Double>>]

    /// The ends, and the time at which the flow is stopped.
    let path: MixturePath
    /// Runge and Kutta's steps, and those of the second half of the time.
    let (whole, second): (Steps, Steps)
    /// The same steps with the velocity's sign changed, and one of Euler's.
    let (backwards, euler): (Steps, Steps)
    /// Steps along the velocity between normal ends with the same moments.
    let normal: Steps
    /// What the size of the steps may do to the expected waves.
    let bias: Double
    var description: String { "\(path), \(whole.count) steps" }

    init() throws {
      let path = try MixturePath.plane(0.4375)
      let field = try MixtureField<Double>.velocity(of: .oneSided, from: path.start, to: path.end)
      let affine = try MixtureField<Double>.velocity(of: .oneSided, from: path.start, to: path.normal.end)
      let steps = { (start: Double, count: Int, method: FlowMethod) in
        let grid = try TimeGrid(from: start, to: path.time, steps: count)
        return try FlowStep.all(over: grid, by: method) { try field.at($0) }
      }
      let grid = try TimeGrid(from: 0, to: path.time, steps: 6)
      normal = try FlowStep.all(over: grid, by: .rungeKutta4) { try affine.at($0) }
      self.path = path
      (whole, second) = (try steps(0, 6, .rungeKutta4), try steps(path.time / 2, 3, .rungeKutta4))
      backwards = whole.map { FlowStep(length: -$0.length, stages: $0.stages) }
      euler = try steps(0, 1, .euler)
      bias = try Self.change(between: whole, and: try steps(0, 3, .rungeKutta4), path.start)
    }

    /// The functions whose expectations are compared.
    static func waves<S: Elementary>(_ x: Vector<S>) -> [S] {
      [S.sin(S(0.5) * (x[0] + x[1] + 1)), S.cos(S(0.5) * x[0] - x[1])]
    }

    /// Where points are after steps of a flow.
    static func end(of x: Vector<Variate>, along steps: Steps) throws -> Vector<Variate> {
      let points = try moved(Points(columns: x.components.map(\.samples)), steps)
      return Vector(points.columns.map { Variate(samples: $0) })
    }

    private static func moved(_ points: Points<Double>, _ steps: Steps) -> Points<Double> {
      var points = points
      points.follow(steps) { $0.evaluate(at: $1, into: &$2) }
      return points
    }

    /// The expected change of a wave between steps and others of twice their length, the larger of the two waves: of a
    /// method of order four, some fifteen times the error of the shorter ones.
    ///
    /// The expectation is a sum over a lattice of normal starts, six deviations wide on either side, which for smooth
    /// functions is off by less than the change.
    private static func change(
      between fine: Steps, and coarse: Steps, _ law: GaussianMixture<Double>
    ) throws -> Double {
      let axis = (-24...24).map { Double($0) / 4 }
      let lattice = axis.flatMap { a in axis.map { b in Vector([a, b]) } }
      let root = try law.components[0].root
      let starts = lattice.map { root * $0 + law.components[0].mean }
      let points = try Points(columns: (0..<2).map { k in starts.map { $0[k] } })
      let ends = [moved(points, fine), moved(points, coarse)].map(\.columns)
      var changes = [0.0, 0]
      for (k, place) in lattice.enumerated() {
        let weight = Double.exp(-place.squaredNorm / 2) / (2 * .pi) / 16
        let (a, b) = (waves(Vector(ends[0].map { $0[k] })), waves(Vector(ends[1].map { $0[k] })))
        for i in 0..<2 { changes[i] += weight * (a[i] - b[i]).magnitude }
      }
      return max(changes[0], changes[1])
    }
  }
}
