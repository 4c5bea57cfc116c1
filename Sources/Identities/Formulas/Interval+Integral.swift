import Arithmetic

// Integrals and limits in numerical evidence: by quadrature and by extrapolation, with the errors that these state.
extension Interval {
  /// The integrals of the components of a function, each with the error of its quadrature and of its values.
  public static func integral(
    from lower: Interval?, to upper: Interval?, of f: (Interval) throws -> [Interval]
  ) throws -> [Interval] {
    var known: [Double: [Interval]] = [:]
    func values(_ x: Double) throws -> [Interval] {
      if let values = known[x] { return values }
      let values = try f(Interval(x))
      known[x] = values
      return values
    }
    let (a, b) = (lower?.midpoint ?? -.infinity, upper?.midpoint ?? .infinity)
    // What the ends are not known to is an error of its own.
    let loose = try [lower, upper].compactMap { $0 }.filter { $0.radius > 0 }.map { end in
      try f(end).map { $0.magnitude * end.radius }
    }
    let count = try values(lower?.midpoint ?? upper?.midpoint ?? 0).count
    return try (0..<count).map { k in
      let value = try Quadrature.enclosure(min(a, b)...max(a, b)) { try values($0)[k] }
      let error = value.error + loose.reduce(0) { $0 + $1[k] }
      return Interval(Estimate(a <= b ? value.value : -value.value, error: error))
    }
  }

  /// The limit of a function at zero, by extrapolation.
  public static func limit(of f: (Interval) throws -> Interval) throws -> Interval {
    Interval(try Extrapolation.limit(of: f))
  }
}
