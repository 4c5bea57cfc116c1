import Arithmetic
import Transport
import Verification

extension HomeworkII {
  /// Ends of which neither is normal: the divergence has one bound for all times.
  static var positiveForEveryTime: Enclosure<RigidBridge> {
    get throws {
      let ends = try LineEnds.bridges(times: [0.5]).filter { !$0.end.isNormal }
      let models = zip(ends, [0x1p-10, 0x1p-14, 0x1p-12, 0x1p-24]).map {
        RigidBridge(bridge: $0, floor: $1, power: 0)
      }
      // The tolerance must be far below the bounds: 2^-26 of distances below one half.
      return Enclosure(
        "positive for every t", cases: models, over: ["t": 0x1p-12...(1 - 0x1p-12)], precision: 0x1p-26
      ) { model, p in
        distanceFromNormal(
          model, p["t"], because: "no time has a normal marginal: the ends differ from normal laws")
      }
    }
  }

  /// A normal end: the divergence vanishes there, and no faster than the eighth power of the time that is left.
  static var rateAtANormalEnd: Enclosure<RigidBridge> {
    get throws {
      let ends = try LineEnds.bridges(times: [0.5]).filter(\.end.isNormal)
      return Enclosure(
        "positive until a normal end", cases: ends.map { RigidBridge(bridge: $0, floor: 0x1p-7, power: 8) },
        over: ["t": 0x1p-12...(1 - 0x1p-6)]
      ) { model, p in
        distanceFromNormal(
          model, p["t"],
          because: #"$\kappa_4(X_t) = (1-t)^4\kappa_4(X_0)$, and the distance is of its square"#)
      }
    }
  }

  @Lines<Dual<Interval>>
  private static func distanceFromNormal(
    _ model: RigidBridge, _ t: Dual<Interval>, because: String
  ) -> [Line<Dual<Interval>>] {
    // A term for each of two frequencies, from the two characteristic functions there.
    let sum = {
      (term: ((Dual<Interval>, Dual<Interval>), (Dual<Interval>, Dual<Interval>)) -> Dual<Interval>) in
      [1, 2].reduce(0 as Dual<Interval>) { sum, u in
        let u = Dual<Interval>(u)
        return sum + term(model.bridge.characteristic(u, at: t), model.bridge.normalCharacteristic(u, at: t))
      } / (4 * (1 - t).power(model.power))
    }
    Step(
      #"\tfrac14(1-t)^{-p}\sum_{u=1,2}|\varphi_{X_t}(u) - \varphi_g(u)|^2 \le (1-t)^{-p}\,\mathrm{KL}(X_t \Vert g)"#
    ) { sum { x, g in (x.0 - g.0).squared + (x.1 - g.1).squared } }
    Step(#"c > 0"#, because: because, relation: .atLeast) { Dual<Interval>(model.floor) }
    Rival(#"2c"#, "a bound that some time breaks") { Dual<Interval>(2 * model.floor) }
    Rival(
      #"\tfrac14(1-t)^{-p}\sum_{u=1,2}\bigl(|\varphi_{X_t}(u)|^2 + |\varphi_g(u)|^2\bigr)"#,
      "product of the two dropped"
    ) { sum { x, g in x.0.squared + x.1.squared + g.0.squared + g.1.squared } }
  }

  /// A bridge with a number that its distance from normal laws exceeds at every time, over a power of `1 - t`.
  struct RigidBridge: Sendable, CustomStringConvertible {
    let bridge: LineBridge
    let floor: Double
    let power: Int
    var description: String { "\(bridge.start) to \(bridge.end), c = \(floor.short), p = \(power)" }
  }
}
