import Arithmetic
import Formulas
import Transport
import Verification

extension HomeworkII {
  /// The end of an interpolant that is looked at.
  enum End {
    case start, end
  }

  /// No limit of the velocity at an end that is made of point masses.
  static func pointMass(at end: End) throws -> Numerical<Ends> {
    let model = end == .start ? try Bridge.pointMasses() : try Bridge.pointMassesAtTheEnd()
    return Numerical(
      end == .start ? "no limit at a point mass" : "no limit at a point mass at the end",
      cases: [0.5, 1.25, -0.5].map { Ends(mixture: model, x: [$0 + 0.25]) }
    ) { ends in
      let (model, x) = (ends.mixture, ends.x[0])
      let masses = model.endpoints.map { $0.mean[end == .start ? 0 : 1] }
      Let("t", 0)
      Let("x", x)
      Let("m", masses.min { ($0 - x).magnitude < ($1 - x).magnitude } ?? 0)
      Let(#"\mathbb{E}[x_e]"#, (end == .start ? model.meanAtTheStart : model.meanAtTheEnd)[0])
      Let("b(t,x)", by: "conditioning within components, weighted by Bayes") { at in
        model.velocity(at: try at.number("t"), Vector([try at.number("x")]))[0]
      }
      // Away from the end that is looked at.
      Let("c(h)", end == .start ? "b(h,x)" : "-b(1-h,x)")
      Step(
        #"\lim_{h\to 0} h\,c(h), \lim_{h\to 0}\frac{\log|c(2h)| - \log|c(h)|}{\log 2}"#,
        remark: "$c(h) = \(end == .start ? "b(h,x)" : "-b(1-h,x)")$; the second limit is the order")
      Step(
        #"\tfrac12(x - m), -1"#,
        because: #"$-\gamma\dot\gamma\,s \sim \pm\frac a2\frac{x-m}{ah}$"#, remark: "$m$ is the nearest point"
      )
      Rival("0, 0", "a finite limit")
      Rival(#"\tfrac12(x - m), -\tfrac12"#, "blow-up like the slope of the schedule")
      Rival("x - m, -1", "one half lost")
      Rival(#"\tfrac12(x - \mathbb{E}[x_e]), -1"#, "mean in place of the nearest point")
    }
  }
}
