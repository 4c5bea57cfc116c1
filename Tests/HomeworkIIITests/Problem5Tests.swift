import Identities
import Testing
import TruthValues

/// Homework III, Problem 5: why ODE drift error alone cannot control KL.
@Suite struct Problem5Tests {
  @Test("flow, density and divergence reproduce the true values and reject the wrong ones")
  func sineFlow() throws {
    let truth = try TruthCase("T.III.5.a0.5.n1")
    let flow = SineFlow(a: try truth.input("a")[0], n: Int(try truth.input("n")[0]))
    let end = flow.flow(try truth.input("x0")[0], steps: 512)
    let density = { (x: Double) in
      1 / (Double.cosh(flow.a) + Double.sinh(flow.a) * Double.cos(Double(flow.n) * x))
    }
    let divergence = Quadrature.period(0..<2 * .pi) { -Double.log(density($0)) / (2 * .pi) }.value
    let reverse = Quadrature.period(0..<2 * .pi) { density($0) * Double.log(density($0)) / (2 * .pi) }.value
    let error = Quadrature.period(0..<2 * .pi) { flow.velocity($0).squared / (2 * .pi) }.value
    try truth.accept([end.position], for: "X1_from_x0")
    try truth.accept([Double.exp(-end.expansion) / (2 * .pi)], for: "density_at_X1")
    try truth.accept([density(end.position) / (2 * .pi)], for: "density_at_X1")
    try truth.accept([error], for: "drift_L2_error")
    try truth.accept([divergence], for: "KL_rho0_rhohat")
    try truth.accept([reverse], for: "KL_rhohat_rho0")
    try truth.accept([divergence / error], for: "implied_C")
    for wrong in ["log_cosh_a", "log_cosh_half", "quadratic_approx"] {
      try truth.reject(wrong, where: [divergence])
    }
  }

  @Test("with noise the divergence is the true one, and below Girsanov's bound")
  func noise() throws {
    let truth = try TruthCase("T.III.5.sde_contrast")
    let flow = SineFlow(a: try truth.input("a")[0], n: Int(try truth.input("n")[0]))
    let epsilon = try truth.input("eps")[0]
    let equation = try CircleEquation(diffusion: epsilon) { flow.velocity($0) }
    let divergence = try equation.mean(points: 64, steps: 2048) { -Double.log($0) }
    let expected = try truth.expected("KL_sde")[0]
    #expect((divergence.value - expected).magnitude <= divergence.error)
    #expect(divergence.value <= (try truth.expected("girsanov_bound"))[0])
  }
}
