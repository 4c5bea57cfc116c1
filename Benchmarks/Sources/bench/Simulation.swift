import Identities

extension Work {
  /// A simulated identity with so many samples: `E[x . sin x] = E[sum_i cos x_i]` for a standard normal vector.
  static func simulation(samples: Int, dimension: Int, threads: Int) throws -> Work {
    guard samples >= Statistical<Int>.leastSamples else {
      throw InvalidArgument(
        "samples", is: samples, expected: "at least \(Statistical<Int>.leastSamples)")
    }
    let identity = Identity("stein", "Stein's identity", #"E[x \cdot \sin x] = E[\sum_i \cos x_i]"#) {
      Statistical("simulation", cases: [dimension]) { d, draw in
        let x = draw.normal(d).components
        Step(#"E[x \cdot \sin x]"#) { x.reduce(0) { $0 + $1 * Variate.sin($1) } }
        Step(#"E[\sum_i \cos x_i]"#, because: "integration by parts") { x.reduce(0) { $0 + Variate.cos($1) } }
        Restatement(#"E[\sum_i (1 - 2 \sin^2 (x_i / 2))]"#) {
          x.reduce(0) { $0 + 1 - 2 * Variate.sin($1 / 2).squared }
        }
        Rival(#"-E[\sum_i \cos x_i]"#, "a lost sign") { x.reduce(0) { $0 - Variate.cos($1) } }
      }
    }
    // A resolution out of reach: the budget ends the run.
    let verifier = try Verifier(resolution: 1e-9, sampleBudget: samples, width: threads)
    return Work(amount: samples, unit: "samples") {
      let check = try await verifier.verify(identity).checks[0]
      return { "resolution \(small(check.resolution ?? .nan)) after \(check.samples ?? 0) samples" }
    }
  }
}
