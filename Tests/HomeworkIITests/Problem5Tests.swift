import Identities
import Testing
import TruthValues

/// Homework II, Problem 5: Gaussianity forced by Gaussian bridges.
@Suite struct Problem5Tests {
  @Test("cumulants of ends and marginals are the true ones, from the laws and from their moments")
  func cumulants() throws {
    let truth = try TruthCase("T.II.5.cumulants")
    let times = try truth.input("t")
    for (time, name) in zip(times, ["kappa246_Xt_half", "kappa246_Xt_quarter"]) {
      let bridge = try LineBridge(from: signs, to: cancelling, time: time)
      let even = { (cumulants: [Double]) in [2, 4, 6].map { cumulants[$0] } }
      try truth.accept(even(bridge.start.cumulants(upTo: 6)), for: "kappa246_X0")
      try truth.accept(even(bridge.end.cumulants(upTo: 6)), for: "kappa246_X1")
      try truth.accept(even(bridge.cumulants(upTo: 6)), for: name)
      let root = 24.0.squareRoot().squareRoot()
      let y = Cumulants.momentsOfSum(
        Cumulants.momentsOfAtoms([(0.5, time - 1), (0.5, 1 - time)], upTo: 6),
        Cumulants.momentsOfAtoms(
          [(1.0 / 12, -time * root), (5.0 / 6, 0), (1.0 / 12, time * root)], upTo: 6))
      let normal = Cumulants.momentsOfNormal(variance: time * (1 - time), upTo: 6)
      try truth.accept(even(Cumulants.ofMoments(Cumulants.momentsOfSum(y, normal))), for: name)
      // The kurtosis vanishes at one half, and the sixth cumulant shows that the law is not normal.
      try truth.refuse([bridge.cumulants(upTo: 6)[2], 0, 0], for: name)
    }
  }

  @Test("characteristic function and divergence at one half are the true ones, and not a normal law's")
  func marginal() throws {
    let truth = try TruthCase("T.II.5.cumulants")
    let bridge = try LineBridge(from: signs, to: cancelling, time: 0.5)
    let u = try truth.input("u")[0]
    let direct = bridge.characteristic(u, at: 0.5).0
    let transformed = try bridge.mean { x, _ in Double.cos(u * x) }.value
    let normal = bridge.normalCharacteristic(u, at: 0.5).0
    let divergence = try bridge.divergenceFromNormal.value
    try truth.accept([direct], for: "cf_Xt_half_at_u")
    try truth.accept([transformed], for: "cf_Xt_half_at_u")
    try truth.accept([normal], for: "gaussian_cf_same_variance")
    try truth.refuse([normal], for: "cf_Xt_half_at_u")
    try truth.accept([divergence], for: "KL_Xhalf_to_matching_gaussian")
    try truth.refuse([0], for: "KL_Xhalf_to_matching_gaussian")
  }

  @Test("the divergence from the normal law is positive at every time, by far more than its error bound")
  func positive() throws {
    let laws: [(ScalarLaw, ScalarLaw)] = try [
      (.uniform(-1...2), signs), (.laplace(mean: 0, scale: 1), .normal(mean: 1, variance: 0.5)),
      (signs, .exponential(mean: 1)), (signs, cancelling),
    ]
    for (start, end) in laws {
      for time in stride(from: 0.0625, through: 0.9375, by: 0.0625) {
        let divergence = try LineBridge(from: start, to: end, time: time).divergenceFromNormal
        #expect(divergence.value > divergence.error, "\(start) to \(end) at \(time)")
      }
    }
    // What is normal at both ends has none, up to that bound.
    let normal = try LineBridge(
      from: .normal(mean: 1, variance: 0.5), to: .normal(mean: 0, variance: 2), time: 0.25)
    let none = try normal.divergenceFromNormal
    #expect(none.value.magnitude <= none.error)
  }

  @Test("cumulants of the named laws are the derivatives of their characteristic functions")
  func namedLaws() throws {
    for law in try [
      ScalarLaw.uniform(-0.5...2), .laplace(mean: 0.25, scale: 0.75), .exponential(mean: 1.25), cancelling,
    ] {
      // Smoothed by a bridge to a point mass, every law has a density to integrate against.
      let bridge = try LineBridge(from: law, to: .normal(mean: 0, variance: 0), time: 0.5)
      let moments = try (0...6).map { n in try bridge.mean { x, _ in x.power(n) } }
      let cumulants = Cumulants.ofMoments(moments.map(\.value))
      // What the errors of the moments can do to a sixth cumulant: at most the number of its terms times each.
      let scale = moments.map { $0.value.magnitude }.reduce(1, max)
      let error = 1000 * scale * moments.map(\.error).reduce(Double.ulpOfOne * scale, max)
      for (a, b) in try zip(cumulants, bridge.cumulants(upTo: 6, Double.self)) {
        #expect((a - b).magnitude <= error, "\(law): \(a) and \(b)")
      }
    }
  }

  @Test("times outside (0, 1) and numbers that make no law are refused with a reason")
  func badInput() throws {
    for time in [0, 1, -0.5, 1.5, Double.nan] {
      #expect(throws: InvalidArgument.self) { try LineBridge(from: signs, to: cancelling, time: time) }
    }
    #expect(throws: InvalidArgument.self) {
      try LineBridge(from: .exponential(mean: 1), to: .uniform(0...1), time: 0.5).density(0)
    }
    for order in [-1, 13] {
      let refusal = #expect(throws: InvalidArgument.self) {
        try ScalarLaw.exponential(mean: 1).cumulants(upTo: order, Double.self)
      }
      #expect(refusal?.argument == "order")
    }
    #expect(throws: InvalidArgument.self) { try ScalarLaw.mixture("", [(0.5, 0, 1)]) }
    #expect(throws: InvalidArgument.self) { try ScalarLaw.mixture("", [(1, 0, -1)]) }
    #expect(throws: InvalidArgument.self) { try ScalarLaw.mixture("", []) }
    #expect(throws: InvalidArgument.self) { try ScalarLaw.normal(mean: .nan, variance: 1) }
    #expect(throws: InvalidArgument.self) { try ScalarLaw.uniform(1...1) }
    #expect(throws: InvalidArgument.self) { try ScalarLaw.laplace(mean: 0, scale: 0) }
    #expect(throws: InvalidArgument.self) { try ScalarLaw.exponential(mean: -1) }
  }

  private var signs: ScalarLaw {
    get throws { try .mixture("signs", [(0.5, -1, 0), (0.5, 1, 0)]) }
  }

  private var cancelling: ScalarLaw {
    get throws {
      let root = 24.0.squareRoot().squareRoot()
      return try .mixture("roots", [(1.0 / 12, -root, 0), (5.0 / 6, 0, 0), (1.0 / 12, root, 0)])
    }
  }
}
