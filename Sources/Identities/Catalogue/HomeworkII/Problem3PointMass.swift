import Arithmetic
import Verification

extension HomeworkII {
  /// The end of an interpolant that is looked at.
  enum End {
    case start, end
  }

  /// No limit of the velocity at an end that is made of point masses.
  static func pointMass(at end: End) throws -> Numerical<Ends> {
    let model = end == .start ? try Bridge.pointMasses() : try Bridge.pointMassesAtTheEnd()
    // From either end towards the middle, the sign in which the time runs and the block of that end.
    let (sign, block): (Interval, Int) = end == .start ? (1, 0) : (-1, 1)
    return Numerical(
      end == .start ? "no limit at a point mass" : "no limit at a point mass at the end",
      cases: [0.5, 1.25, -0.5].map { Ends(mixture: model, x: [$0 + 0.25]) }
    ) { ends in
      let (model, x) = (ends.mixture, ends.point)
      let masses = model.endpoints.map { Interval($0.mean[block]) }
      let nearest = masses.min { ($0 - x[0]).magnitude < ($1 - x[0]).magnitude } ?? 0
      let mean = block == 0 ? model.meanAtTheStart[0] : model.meanAtTheEnd[0]
      // The velocity at the distance h from the end, of a time that runs away from it.
      let velocity = { (h: Interval) in sign * model.velocity(at: block == 0 ? h : 1 - h, x)[0] }
      Step(#"\lim_{h\to0} \pm h\,b(t,x), \text{ and the order of } b, \quad t = h \text{ or } 1 - h"#) {
        [Extrapolation.limit { $0 * velocity($0) }, Extrapolation.order(of: velocity, to: 0, from: 0x1p-5)]
      }
      Step(
        #"\tfrac12(x - m), \; -1"#,
        because: #"$-\gamma\dot\gamma\,s \sim \pm\frac a2\frac{x-m}{ah}$ with the nearest point $m$"#
      ) { [(x[0] - nearest) / 2, -1] }
      Rival(#"0, \; 0"#, "a finite limit") { [0, 0] as [Interval] }
      Rival(#"\tfrac12(x - m), \; -\tfrac12"#, "blow-up like the slope of the schedule") {
        [(x[0] - nearest) / 2, Interval(-0.5)]
      }
      Rival(#"x - m, \; -1"#, "one half lost") { [x[0] - nearest, -1] }
      Rival(#"\tfrac12(x - \mathbb{E}x_e), \; -1"#, "mean in place of the nearest point") {
        [(x[0] - mean) / 2, -1]
      }
    }
  }
}
