import Arithmetic
import Transport
import Verification

extension HomeworkIII {
  /// Mass and density against the strength of creation: each has a threshold of its own.
  static var thresholdFigure: Figure {
    Figure(
      "thresholds-of-creation",
      caption: #"""
        What a rate $r = -\frac k2x^2$ makes of $N(0, \frac34)$ by time one ($\varepsilon = \frac12$). The total mass is
        infinite from $k = 0.905$ on, the density at a point only from $k = 4.537$ on; in between every value is finite
        and the mass is not. Beyond there is nothing to draw.
        """#,
      x: .init("k, strength of creation"), y: .init("mass; density", isLogarithmic: true)
    ) {
      let (e, v) = (0.5, 0.75)
      let start = try HarmonicKilling(diffusion: e, strength: 0, variance: v)
      // Where there is no number the curve ends: the library throws there.
      let curve = { (value: (HarmonicKilling) throws -> Interval) throws in
        try (1..<146).map { n in
          let k = Double(n) / 32
          let medium = try HarmonicKilling(diffusion: e, strength: -k, variance: v)
          do { return (x: k, y: try value(medium).midpoint) } catch { return (x: k, y: Double.infinity) }
        }
      }
      let wall = { (k: Interval) in [0.25, 32].map { (x: k.midpoint, y: $0) } }
      return [
        .init("total mass", points: try curve { try $0.mass() }),
        .init("density at 0", points: try curve { try $0.density(0) }),
        .init("mass is infinite", points: wall(start.massThreshold)),
        .init("density is infinite", points: wall(start.pointwiseThreshold)),
      ]
    }
  }
}
