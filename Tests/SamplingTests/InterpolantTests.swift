import Identities
import Testing

/// The interpolants' coefficients, laws and fields.
@Suite struct InterpolantTests {
  static var all: [Interpolant] {
    get throws {
      var all = [Interpolant.oneSided, .oneSidedTrigonometric]
      for path in Interpolant.Path.allCases {
        for latent in [Interpolant.Latent.root(a: 0.5), .squaredSine, .product] {
          all.append(try Interpolant(path, latent: latent))
        }
      }
      return all
    }
  }

  @Test("every interpolant begins and ends where it should, without a latent there")
  func ends() throws {
    for interpolant in try Self.all {
      let (first, last) = (
        try interpolant.coefficients(at: 0, as: Double.self),
        try interpolant.coefficients(at: 1, as: Double.self)
      )
      let start = interpolant.path == .mirror ? (0.0, 1.0) : (1.0, 0.0)
      #expect(first.alpha.value.isNear(start.0, units: 1, scale: 1))
      #expect(first.beta.value.isNear(start.1, units: 1, scale: 1))
      #expect(last.alpha.value.isNear(0, units: 1, scale: 1) && last.beta.value.isNear(1, units: 1, scale: 1))
      #expect(first.squaredGamma.value == 0 && last.squaredGamma.value.isNear(0, units: 1, scale: 1))
    }
  }

  @Test("the coefficients' rates are their derivatives, by differences that bound their own error")
  func rates() throws {
    for interpolant in try Self.all {
      for t in [0.1875, 0.375, 0.8125] {
        let c = try interpolant.coefficients(at: t, as: Double.self)
        let h = 0x1p-10
        let sides = try [-2, -1, 1, 2].map { try interpolant.coefficients(at: t + $0 * h, as: Double.self) }
        for pick in [
          { (c: InterpolantCoefficients<Double>) in c.alpha }, { $0.beta }, { $0.squaredGamma }, { $0.gamma },
        ] {
          let values = sides.map { pick($0).value }
          let (coarse, fine) = ((values[3] - values[0]) / (4 * h), (values[2] - values[1]) / (2 * h))
          let (best, error) = (fine + (fine - coarse) / 3, (fine - coarse).magnitude + 0x1p-40)
          if pick(c).value == 0 { continue }
          #expect((pick(c).derivative - best).magnitude <= error)
        }
        #expect(c.gammaTimesSlope.isNear(c.squaredGamma.derivative / 2, units: 0))
      }
    }
  }

  @Test("law and velocity agree with conditioning on the joint law of ends and latent")
  func velocity() throws {
    let (start, end, x) = (try Laws.standard(2), try Laws.plane, Vector([0.3, -0.6]))
    for interpolant in try Self.all {
      for t in [0.25, 0.625] {
        let c = try interpolant.coefficients(at: t, as: Double.self)
        let gamma = interpolant.latent == .none ? Dual(constant: 0) : c.gamma
        let joint = MixtureInterpolant(
          from: start, to: end, alpha: c.alpha, beta: c.beta, A: gamma * .identity(2))
        let law = try interpolant.law(from: start, to: end, at: t, as: Double.self)
        let (score, velocity): (_, Vector<Double>) = (law.present().score(x), law.velocity(x))
        let expected = joint.velocity(x)
        for i in 0..<2 {
          #expect(velocity[i].isNear(expected[i], units: 128, scale: 1 + expected[i].magnitude))
          #expect(score[i].isNear(joint.present.score(x)[i], units: 128, scale: 1 + score[i].magnitude))
        }
        guard interpolant.latent != .none else { continue }
        let denoiser = joint.latentMean(given: x)
        let displacement = velocity - gamma.derivative * denoiser
        for i in 0..<2 {
          let scale = 4 + velocity[i].magnitude + (gamma.derivative * denoiser[i]).magnitude
          #expect(c.denoiser(score: score)[i].isNear(denoiser[i], units: 128, scale: scale))
          #expect(c.score(denoiser: denoiser)[i].isNear(score[i], units: 256, scale: scale / gamma.value))
          #expect(
            c.velocity(displacement: displacement, score: score)[i].isNear(
              velocity[i], units: 256, scale: scale))
          #expect(
            c.displacement(velocity: velocity, score: score)[i].isNear(
              displacement[i], units: 256, scale: scale))
        }
      }
    }
  }

  @Test("from a normal start the velocity alone gives the score")
  func scoreFromVelocity() throws {
    let (end, x) = (try Laws.plane, Vector([0.3, -0.6]))
    for interpolant in try Self.all where interpolant.path != .encoderDecoder && interpolant.path != .mirror {
      let t = 0.375
      let law = try interpolant.law(from: Laws.standard(2), to: end, at: t, as: Double.self)
      let path = try interpolant.coefficients(at: t, as: Double.self).fromNormalStart
      let score = path.score(at: x, velocity: law.velocity(x))
      let expected = law.present().score(x)
      for i in 0..<2 { #expect(score[i].isNear(expected[i], units: 512, scale: 1 + expected[i].magnitude)) }
    }
  }

  @Test("the velocity is finite at both ends, for a schedule with an infinite slope as well")
  func ends2() throws {
    let interpolant = try Interpolant(.linear, latent: .root(a: 0.5))
    for t in [0.0, 1] {
      let law = try interpolant.law(from: Laws.standard(2), to: Laws.plane, at: t, as: Double.self)
      let velocity: Vector<Double> = law.velocity(Vector([0.3, -0.6]))
      #expect(velocity.components.allSatisfy(\.isFinite))
    }
  }

  @Test("what makes no sense is refused")
  func refusals() throws {
    #expect(throws: InvalidArgument.self) { try Interpolant(.linear, latent: .root(a: 0)) }
    #expect(throws: InvalidArgument.self) { try Interpolant(.linear, latent: .root(a: .nan)) }
    #expect(throws: InvalidArgument.self) { try Interpolant(.mirror) }
    #expect(throws: InvalidArgument.self) { try Interpolant(.encoderDecoder) }
    #expect(throws: InvalidArgument.self) { try Interpolant.oneSided.coefficients(at: 1.5, as: Double.self) }
    #expect(throws: InvalidArgument.self) { try Interpolant.oneSided.coefficients(at: .nan, as: Double.self) }
    #expect(throws: InvalidArgument.self) {
      try Interpolant.oneSided.law(from: Laws.line, to: Laws.plane, at: 0.5, as: Double.self)
    }
  }
}
